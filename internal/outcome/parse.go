package outcome

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"lemniscaat/internal/privacy"
	"lemniscaat/internal/rule"
)

// Options say what may come in.
type Options struct {
	// Regulation is the only regulation that is accepted; empty: any.
	Regulation string
	// Groups are the names of the group attributes that are allowed; nil: any.
	Groups []string
	// Today refuses outcomes of later dates; zero: no such limit.
	Today rule.Date
	// Pseudonym makes a pseudonym of a reference to a case ("Z-2026-00123"); nil:
	// only pseudonyms are accepted.
	Pseudonym func(reference string) string
	// Older gives the pseudonyms that were made of a reference under earlier keys; nil:
	// there are none.
	Older func(reference string) []string
	// Catalogue knows which places and versions exist; nil: they are not
	// checked.
	Catalogue Catalogue
}

// Catalogue knows what an outcome may point at. Each method says whether it
// exists, and in words what does.
type Catalogue interface {
	HasRegulation(id string) (ok bool, known string)
	HasArticle(regulation, article string) (ok bool, known string)
	HasStep(regulation, step string) (ok bool, known string)
	HasVersion(regulation, version string, on rule.Date) (ok bool, known string)
}

var (
	pseudonym  = regexp.MustCompile(`^v[0-9]{1,3}:[0-9a-f]{16,64}$`)
	reference  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._/-]{2,63}$`)
	identifier = regexp.MustCompile(`^[a-z0-9]+(?:[.-][a-z0-9]+)*$`)
	version    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9:._-]*$`)
	bandForm   = regexp.MustCompile(`^([0-9]{1,9})(?:-([0-9]{1,9})|(\+))$`)
	groupValue = regexp.MustCompile(`^[\p{L}0-9][\p{L}0-9 .+-]{0,49}$`)
	article    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.:_-]*$`)
	exception  = regexp.MustCompile(`^[\p{L}0-9][\p{L}0-9 .,:()-]*$`)
	sourceForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9:/._~-]*$`)
)

// report tells what is wrong with the named field; with no name it is about the
// row.
type report func(name, code, message, hint string)

// field reads one value into the row. The names are those of the columns.
func (o Options) field(row *Row, name, value string, tell report) {
	bad := func(code, message, hint string) { tell(name, code, message, hint) }
	if utf8.RuneCountInString(value) > MaxField {
		bad("te-lang", fmt.Sprintf("de waarde is langer dan %d tekens", MaxField), "")
		return
	}
	if what, found := Personal(value); found && name != "zaak" {
		bad("persoonsgegeven", "hier staat "+what, "laat weg over wie het gaat; dat blijft in het zaaksysteem")
		return
	}
	need := func() bool {
		if value == "" {
			bad("leeg", "de waarde ontbreekt", "")
		}
		return value != ""
	}
	switch name {
	case "zaak":
		if need() {
			o.zaak(row, value, bad)
		}
	case "regeling":
		if row.Regulation = value; !need() {
			return
		}
		if !identifier.MatchString(value) {
			bad("onjuiste-regeling", fmt.Sprintf("%q is geen kenmerk van een regeling", clip(value)), "bijvoorbeeld: individuele-inkomenstoeslag")
		} else if o.Regulation != "" && value != o.Regulation {
			bad("andere-regeling", fmt.Sprintf("deze rij gaat over %s", value), "hier worden uitkomsten verwacht van "+o.Regulation)
		}
	case "regelversie":
		if row.Version = value; need() && !version.MatchString(value) {
			bad("onjuiste-versie", fmt.Sprintf("%q is geen versie", clip(value)), "letters, cijfers, punt, dubbelepunt en streepje")
		}
	case "datum":
		if need() {
			o.date(row, value, bad)
		}
	case "uitkomst":
		if row.Class = Class(value); need() && !slices.Contains(classes, row.Class) {
			bad("onbekende-uitkomst", fmt.Sprintf("%q is onbekend", clip(value)), "toegestaan: "+list(classes))
		}
	case "bedrag":
		row.Amount = bandOf(value, "geen-bedragklasse", "verwacht hele euro's van tot: 500-750, of 1500+; precieze bedragen blijven in het zaaksysteem", bad)
	case "verlies":
		row.Loss = bandOf(value, "geen-bedragklasse", "verwacht hele euro's van tot: 500-750, of 1500+", bad)
	case "deel-van-inkomen":
		row.Share = bandOf(value, "geen-klasse", "verwacht procenten van het jaarinkomen, van tot: 5-10, of 20+", bad)
	case "groep":
		o.groups(row, value, bad)
	case "contact":
		if row.Contact = Contact(value); need() && !slices.Contains(contacts, row.Contact) {
			bad("onbekend-contact", fmt.Sprintf("%q is onbekend", clip(value)), "toegestaan: "+list(contacts))
		}
	case "grond":
		if row.Ground = value; value != "" && !identifier.MatchString(value) {
			bad("onjuiste-grond", fmt.Sprintf("%q is geen kenmerk van een grond voor maatwerk", clip(value)), "kleine letters, cijfers en streepjes; leeg als er geen maatwerk was")
		}
	case "synthetisch":
		if value == "" {
			bad("geen-ja-of-nee", `"" is geen ja of nee`, "ja voor verzonnen uitkomsten, anders nee")
			return
		}
		row.Synthetic = yes(value, "ja voor verzonnen uitkomsten, anders nee", bad)
	case "te-laat":
		row.Late = yes(value, "ja als de wettelijke termijn voorbij was", bad)
	case "dubbel-gevraagd":
		row.Asked = yes(value, "ja als er iets gevraagd is dat de overheid al had", bad)
	case "artikel":
		if row.Article = value; value != "" && !article.MatchString(value) {
			bad("onjuist-artikel", fmt.Sprintf("%q is geen kenmerk van een artikel", clip(value)), "bijvoorbeeld: artikel-2")
		}
	case "stap":
		if row.Step = value; value != "" && !article.MatchString(value) {
			bad("onjuiste-stap", fmt.Sprintf("%q is geen kenmerk van een stap", clip(value)), "bijvoorbeeld: aanvragen")
		}
	case "uitzondering":
		if row.Exception = value; value != "" && !exception.MatchString(value) {
			bad("onjuiste-uitzondering", fmt.Sprintf("%q is geen artikel", clip(value)), "noem het artikel, bijvoorbeeld: Awb 4:11 onder a")
		}
	case "bron":
		if row.Source = value; value != "" && !sourceForm.MatchString(value) {
			bad("onjuiste-bron", fmt.Sprintf("%q is geen naam van een bron", clip(value)), "bijvoorbeeld: urn:nld:oin:00000001003214345000")
		}
	case "kenmerk":
		if row.ID = value; value != "" && !sourceForm.MatchString(value) {
			bad("onjuist-kenmerk", fmt.Sprintf("%q is geen kenmerk", clip(value)), "letters, cijfers, punt, dubbelepunt, streep en schuine streep")
		}
	default:
		panic("BUG: column " + name)
	}
}

// zaak reads the pseudonym, or makes one. It never repeats the value: that may
// be a citizen service number or a name.
func (o Options) zaak(row *Row, value string, bad func(code, message, hint string)) {
	if row.Case = value; pseudonym.MatchString(value) {
		return
	}
	if o.Pseudonym == nil {
		bad("geen-pseudoniem", "de waarde is geen pseudoniem", "verwacht: v1: en 16 tot 64 hexadecimale tekens; een naam of BSN hoort hier niet")
		return
	}
	const hint = "verwacht: een pseudoniem (v1:…) of het nummer van de zaak, bijvoorbeeld Z-2026-00123; een naam of BSN hoort hier niet"
	digits := strings.IndexFunc(value, unicode.IsDigit) >= 0
	bare := strings.Trim(value, "0123456789.") == "" && (len(strings.ReplaceAll(value, ".", "")) == 8 || len(strings.ReplaceAll(value, ".", "")) == 9)
	if _, personal := Personal(value); personal || bare || !digits || !reference.MatchString(value) {
		bad("geen-pseudoniem", "de waarde is geen pseudoniem en geen zaaknummer", hint)
		return
	}
	if row.Case = o.Pseudonym(value); row.Case == "" {
		bad("geen-pseudoniem", "hier kan nu geen pseudoniem worden gemaakt", "op deze server ontbreekt de sleutel; vraag de beheerder")
		return
	}
	if o.Older != nil {
		row.Older = o.Older(value)
	}
}

func (o Options) date(row *Row, value string, bad func(code, message, hint string)) {
	d, err := rule.ParseDate(value)
	switch {
	case err != nil:
		bad("onjuiste-datum", fmt.Sprintf("%q is geen bestaande datum", clip(value)), "verwacht: jjjj-mm-dd, bijvoorbeeld 2026-03-12")
	case !o.Today.IsZero() && d.After(o.Today):
		bad("datum-in-toekomst", fmt.Sprintf("%s ligt na vandaag (%s)", d, o.Today), "")
	case d.Year < 1980:
		bad("onjuiste-datum", fmt.Sprintf("%s ligt voor 1980", d), "lever uitkomsten vanaf 1980 aan")
	}
	row.Date = d
}

// whole checks what only the whole row shows, and what the catalogue knows.
func (o Options) whole(row *Row, tell report) {
	if row.Class != Awarded && !row.Amount.IsZero() {
		tell("", "bedrag-zonder-toekenning", fmt.Sprintf("de uitkomst is %q, maar er staat een bedrag", row.Class), "laat bedrag dan leeg")
	}
	if row.Class != Abandoned && row.Step != "" {
		tell("stap", "stap-zonder-afbreken", fmt.Sprintf("de uitkomst is %q, maar er staat een stap", row.Class), "een stap hoort bij: niet afgerond")
	}
	if row.Class != Recovery && !row.Share.IsZero() {
		tell("deel-van-inkomen", "deel-zonder-terugvordering", fmt.Sprintf("de uitkomst is %q, maar er staat een deel van het inkomen", row.Class), "dat hoort bij: teruggevorderd")
	}
	c := o.Catalogue
	if c == nil || row.Regulation == "" {
		return
	}
	if ok, known := c.HasRegulation(row.Regulation); !ok {
		tell("regeling", "regeling-onbekend", fmt.Sprintf("de regeling %q is hier niet bekend", clip(row.Regulation)), "bekend: "+known)
		return
	}
	if row.Article != "" {
		if ok, known := c.HasArticle(row.Regulation, row.Article); !ok {
			tell("artikel", "artikel-onbekend", fmt.Sprintf("%s heeft geen artikel %q", row.Regulation, clip(row.Article)), "bekend: "+known)
		}
	}
	if row.Step != "" {
		if ok, known := c.HasStep(row.Regulation, row.Step); !ok {
			tell("stap", "stap-onbekend", fmt.Sprintf("%s heeft geen stap %q", row.Regulation, clip(row.Step)), "bekend: "+known)
		}
	}
	if row.Version != "" && !row.Date.IsZero() {
		if ok, known := c.HasVersion(row.Regulation, row.Version, row.Date); !ok {
			tell("regelversie", "versie-onbekend", fmt.Sprintf("%q is geen versie van %s", clip(row.Version), row.Regulation), "bekend: "+known)
		}
	}
}

func yes(value, hint string, bad func(code, message, hint string)) bool {
	if value != "ja" && value != "nee" && value != "" {
		bad("geen-ja-of-nee", fmt.Sprintf("%q is geen ja of nee", clip(value)), hint)
	}
	return value == "ja"
}

// bandOf reads "500-750" or "1500+"; nothing is the zero Band.
func bandOf(value, code, hint string, bad func(code, message, hint string)) Band {
	if value == "" {
		return Band{}
	}
	b, ok := ParseBand(value)
	switch {
	case !ok:
		bad(code, fmt.Sprintf("%q is geen klasse", clip(value)), hint)
	case b.IsZero():
		bad("lege-bedragklasse", `"0+" zegt niets`, "laat het leeg als u het niet weet")
	case b.High != 0 && b.High <= b.Low:
		bad("lege-bedragklasse", fmt.Sprintf("in %q is het einde niet hoger dan het begin", clip(value)), "")
	}
	return b
}

// ParseBand reads what Band.String gives, whether it makes sense or not. The
// empty text is the zero Band.
func ParseBand(s string) (b Band, ok bool) {
	if s == "" {
		return Band{}, true
	}
	m := bandForm.FindStringSubmatch(s)
	if m == nil {
		return Band{}, false
	}
	b.Low, _ = strconv.ParseInt(m[1], 10, 64) // nine digits
	if m[2] != "" {
		b.High, _ = strconv.ParseInt(m[2], 10, 64)
		if b.High == 0 {
			return b, false // a band with an end of nothing
		}
	}
	return b, true
}

func (o Options) groups(row *Row, value string, bad func(code, message, hint string)) {
	if value == "" {
		return
	}
	row.Groups = map[string]string{}
	for pair := range strings.SplitSeq(value, ",") {
		name, v, ok := strings.Cut(strings.TrimSpace(pair), "=")
		switch _, double := row.Groups[name]; {
		case !ok || !identifier.MatchString(name) || !groupValue.MatchString(v):
			bad("onjuiste-groep", fmt.Sprintf("%q is geen groepskenmerk", clip(pair)), "verwacht: naam=waarde, meer met een komma ertussen")
		case double:
			bad("dubbele-groep", fmt.Sprintf("groepskenmerk %q staat er twee keer", name), "")
		case o.Groups != nil && !slices.Contains(o.Groups, name):
			bad("groep-niet-toegestaan", fmt.Sprintf("groepskenmerk %q is niet toegestaan", name), "toegestaan: "+orNone(o.Groups))
		case personName.MatchString(v):
			// Never repeat what looks like a name.
			bad("lijkt-een-naam", fmt.Sprintf("de waarde van groepskenmerk %q lijkt een naam", name), "een groep geldt voor veel mensen")
		default:
			row.Groups[name] = v
		}
	}
}

// personName is what the name of somebody looks like: initials, or two words
// with a capital.
var personName = regexp.MustCompile(`^(?:\p{Lu}\.[ ]?)+[\p{L} ]+$|^\p{Lu}\p{Ll}+ (?:(?:van|de|der|den|ter|ten|el|al|bin) )*\p{Lu}\p{Ll}+$`)

// Personal says whether a value has a personal number in it, and what kind, in
// words: "een BSN". It promises nothing about names.
func Personal(value string) (what string, found bool) {
	if !hasDigits(value) && !strings.Contains(value, "@") || harmless.MatchString(value) {
		return "", false
	}
	hits := privacy.Find(value)
	if len(hits) == 0 {
		return "", false
	}
	return "een " + hits[0].Kind.Label(), true
}

// harmless are dates and UUIDs: those are never personal, and many.
var harmless = regexp.MustCompile(`^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$`)

// hasDigits reports four digits or more: no personal number has fewer.
func hasDigits(s string) bool {
	n := 0
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			n++
		}
	}
	return n >= 4
}

func list[T ~string](values []T) string {
	var b strings.Builder
	for i, v := range values {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(v))
	}
	return b.String()
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "geen"
	}
	return strings.Join(names, ", ")
}
