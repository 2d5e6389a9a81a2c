package regelspraak

import (
	"math/bits"
	"slices"
	"strings"

	"lemniscaat/internal/rule"
)

// want is a set of things that would be accepted at a token.
type want uint64

const (
	wantValue want = 1 << iota
	wantOperator
	wantVan
	wantComparison
	wantIndien
	wantEnd
	wantClose
	wantList
	wantColon
	wantDecimals
	wantVerb
	wantCondition
	wantEnTot
	wantInHele
	wantUit
	wantNumber
	wantMinimum
	wantDie
	wantQuantity
	wantArgument
	wantSubject
	wantPeriod
	wantMoet
	wantGesteld
	wantLeeg
	wantEmpty
	wantCriterion
	wantUnique
	wantCellWord
	wantComma
)

var wantTexts = [...]string{
	"een waarde (een bedrag, getal, datum, parameter of attribuut)",
	"plus, min, verminderd met, maal of gedeeld door",
	"«van»",
	"een vergelijking (is gelijk aan, is groter dan, is leeg, …)",
	"«indien»",
	"een punt",
	"een haakje sluiten",
	"een opsomming op de volgende regels",
	"een dubbele punt",
	"een aantal decimalen («op 2 decimalen»)",
	"«is» of «heeft»",
	"een voorwaarde",
	"«tot»",
	"«in hele jaren», «in hele maanden» of «in hele dagen»",
	"«uit»",
	"een getal",
	"«met een minimum van» of «met een maximum van»",
	"«die …»",
	"«alle volgende voorwaarden», «ten minste één van de volgende voorwaarden», …",
	"een komma of «en» met nog een waarde",
	"het onderwerp van de regel",
	"«de maand» of «het jaar»",
	"«moet»",
	"«berekend worden als», «gesteld worden op», «geïnitialiseerd worden op» of een eis («groter zijn dan …»)",
	"«leeg», «gevuld» of een vergelijking",
	"«leeg», «gevuld» of een kenmerk",
	"een eis («groter zijn dan …», «gevuld zijn», «voldoen aan alle volgende criteria:»)",
	"«uniek zijn»",
	"«of» (onder «ongelijk»: «en») met nog een waarde",
	"een komma met de volgende waarde",
}

func (w want) String() string {
	var parts []string
	for w != 0 {
		i := bits.TrailingZeros64(uint64(w))
		w &^= 1 << i
		parts = append(parts, wantTexts[i])
	}
	return either(parts)
}

// nameWant is a kind of name that would be accepted at a token.
type nameWant struct {
	kind  nameKind
	owner *rule.ObjectType // nil: of any
}

type nameKind uint8

const (
	nameAfterArticle nameKind = iota // parameters, variables, attributes, roles, the subject
	nameOfOwner                      // attributes and roles of owner
	nameRole                         // roles of owner
	nameMany                         // to-many roles
	nameAdjective                    // kenmerken of owner
	namePossessive
	nameNoun
	nameSubject // object types and noun kenmerken
	nameValue   // attributes of owner
)

// need notes that something would be accepted at token i.
func (g *region) need(i int, w want) {
	if i < g.far {
		return
	}
	if i > g.far {
		g.advance(i)
	}
	g.wants |= w
}

// needName notes that a kind of name would be accepted at token i.
func (g *region) needName(i int, k nameKind, owner *rule.ObjectType) {
	if i < g.far {
		return
	}
	if i > g.far {
		g.advance(i)
	}
	n := nameWant{k, owner}
	for _, o := range g.wantNames {
		if o == n {
			return
		}
	}
	g.wantNames = append(g.wantNames, n)
}

func (g *region) advance(i int) {
	g.far, g.wants, g.wantNames, g.matched = i, 0, g.wantNames[:0], -1
}

// ended notes that a name from start ended before token end, for when the
// text turns out to go on with words that make a longer name.
func (g *region) ended(start, end int) {
	if end > g.far {
		g.advance(end)
	}
	if end == g.far && (g.matched < 0 || start < g.matched) {
		g.matched = start
	}
}

// stops are words at which a name that is not known is cut off in a message.
var stops = map[string]bool{
	"van": true, "is": true, "plus": true, "min": true, "maal": true, "gedeeld": true, "verminderd": true, "moet": true,
	"indien": true, "tot": true, "die": true, "naar": true, "rekenkundig": true, "heeft": true, "met": true,
	"zijn": true, "hebben": true, "aan": true, "groter": true, "kleiner": true, "gelijk": true, "ongelijk": true,
}

// phrase gives the words from token i up to something that cannot be part of
// a name, for a message.
func (g *region) phrase(i int) string {
	var words []string
	for j := i; j < len(g.toks) && len(words) < 8; j++ {
		t := &g.toks[j]
		if !isNameToken(t) || j > i && stops[t.fold] {
			break
		}
		words = append(words, t.text)
	}
	return strings.Join(words, " ")
}

// noun gives the noun kenmerk that a phrase begins with, as it is written there;
// "" without one. It is a known name that lacks its article.
func (g *region) noun(phrase string) string {
	for _, o := range g.p.model.Objects {
		for _, a := range o.Attributes {
			if a.Kind != rule.Noun {
				continue
			}
			for _, name := range []string{a.Name, a.Plural} {
				if rest, ok := strings.CutPrefix(strings.ToLower(phrase), strings.ToLower(name)); ok && name != "" && (rest == "" || rest[0] == ' ') {
					return a.Name
				}
			}
		}
	}
	return ""
}

// failure makes the diagnostic for a segment that cannot be read, from what
// was accepted at the furthest token.
func (g *region) failure() rule.Diagnostic {
	t := g.tok(g.far)
	pos := g.u.pos(t)
	if g.over {
		return errorAt(g.pos(0), CodeLimit, "deze zin is te ingewikkeld om te lezen", "verdeel hem met variabelen onder "+quote("Daarbij geldt:"))
	}
	if d, ok := g.known(t, pos); ok {
		return d
	}
	// A name that was cut short: "zorgtoeslag per mand".
	if g.matched >= 0 && isNameToken(t) && !stops[t.fold] {
		if best := g.suggest(g.matched, g.far-g.matched); best != "" {
			return errorAt(g.pos(g.matched), CodeName, "onbekende naam: "+quote(g.phrase(g.matched)), "bedoelde u "+quote(best)+"?")
		}
	}
	if len(g.wantNames) > 0 && isNameToken(t) && !stops[t.fold] {
		phrase := g.phrase(g.far)
		hint := g.offer()
		if noun := g.noun(phrase); noun != "" {
			hint = "schrijf " + quote("een "+noun) + " of " + quote("geen "+noun)
		} else if best := g.suggest(g.far, 0); strings.EqualFold(best, phrase) {
			return errorAt(pos, CodeSyntax, quote(phrase)+" past hier niet", hint)
		} else if best != "" {
			hint = "bedoelde u " + quote(best) + "?"
		}
		return errorAt(pos, CodeName, "onbekende naam: "+quote(phrase), hint)
	}
	hint := ""
	if g.wants != 0 {
		hint = "verwacht: " + g.wants.String()
		if g.cell {
			hint = strings.Replace(hint, wantEnd.String(), "het einde van de cel", 1)
		}
	} else if len(g.wantNames) > 0 {
		hint = g.offer()
	}
	code := CodeSyntax
	if t.kind == kindList || g.wants&wantList != 0 {
		code = CodeBullet
	}
	where := ""
	if g.far > 0 && t.kind != kindList {
		where = " na " + g.u.show(g.tok(g.far-1))
	}
	return errorAt(pos, code, "onverwacht"+where+": "+g.u.show(t), hint)
}

// candidates gives the names that are accepted at the furthest token.
func (g *region) candidates(kinds []nameWant) []string {
	var out []string
	for _, n := range g.p.names.list {
		for _, w := range kinds {
			if g.accepts(w, n.sym) {
				text := n.text
				if n.sym.object != nil {
					text = lowerName(text)
				}
				out = append(out, text)
				break
			}
		}
	}
	for _, w := range kinds {
		if w.kind == nameAfterArticle {
			for s := g.sc; s != nil; s = s.parent {
				for _, v := range s.variables {
					out = append(out, v.rule.Name)
				}
			}
		}
	}
	return out
}

func (g *region) accepts(w nameWant, s symbol) bool {
	ofOwner := func(o *rule.ObjectType) bool { return w.owner == nil || w.owner == o }
	a, r := s.attribute, s.role
	switch w.kind {
	case nameAfterArticle:
		switch {
		case s.parameter != nil, a != nil && a.Kind == rule.Value && !s.plural, r != nil && !s.plural:
			return true
		case s.object != nil, a != nil:
			return !s.plural && g.sc.speaksOf(s)
		}
	case nameOfOwner:
		return a != nil && a.Kind == rule.Value && !s.plural && ofOwner(a.Owner) || r != nil && !r.Many && ofOwner(r.Owner)
	case nameValue:
		return a != nil && a.Kind == rule.Value && !s.plural && ofOwner(a.Owner)
	case nameRole:
		return r != nil && !s.plural && ofOwner(r.Owner)
	case nameMany:
		return r != nil && r.Many && s.plural
	case nameAdjective:
		return a != nil && a.Kind == rule.Adjective && ofOwner(a.Owner)
	case namePossessive:
		return a != nil && a.Kind == rule.Possessive && ofOwner(a.Owner)
	case nameNoun:
		return a != nil && a.Kind == rule.Noun && ofOwner(a.Owner)
	case nameSubject:
		return s.object != nil && !s.plural || a != nil && a.Kind == rule.Noun && !s.plural
	}
	return false
}

// suggest gives the nearest accepted name with at least more words than over.
func (g *region) suggest(i, over int) string {
	kinds := g.wantNames
	if over > 0 {
		kinds = []nameWant{{kind: nameAfterArticle}, {kind: nameAdjective}, {kind: namePossessive}, {kind: nameNoun}}
	}
	best, bestLength := "", 0
	for _, c := range g.candidates(kinds) {
		k := strings.Count(c, " ") + 1
		if k <= over || i+k > len(g.toks) {
			continue
		}
		typed := joinWords(g.toks[i : i+k])
		if over > 0 && typed == c {
			continue
		}
		if nearest(typed, []string{c}) != "" && (best == "" || k > bestLength) {
			best, bestLength = c, k
		}
	}
	return best
}

// offer lists some accepted names.
func (g *region) offer() string {
	all := g.candidates(g.wantNames)
	if len(all) == 0 {
		return "hier past geen enkele gedeclareerde naam; declareer hem eerst"
	}
	seen := map[string]bool{}
	var some []string
	for _, c := range all {
		if !seen[c] {
			seen[c] = true
			some = append(some, c)
		}
	}
	const most = 6
	if len(some) > most {
		return "bekend zijn onder andere " + enumerate(some[:most], "en")
	}
	return "bekend: " + enumerate(some, "en")
}

// joined reports whether what could not be read stands in what a rule is
// about, before its "moet": it then joins two objects, and no conditions.
func (g *region) joined() bool {
	verb := slices.IndexFunc(g.toks, func(t token) bool { return t.is("moet") || t.is("moeten") || t.is("indien") })
	return verb > g.far && !g.tok(verb).is("indien")
}

// known explains mistakes that have a name of their own.
func (g *region) known(t *token, pos rule.Pos) (rule.Diagnostic, bool) {
	if t.kind == kindUnknown {
		hints := map[string]string{"+": "plus", "-": "min", "–": "min", "*": "maal", "×": "maal", "/": "gedeeld door", "÷": "gedeeld door",
			"=": "is gelijk aan", "<": "is kleiner dan", ">": "is groter dan", "\"": "'…'", "$": "€"}
		hint := "laat dit teken weg"
		if w, ok := hints[t.text]; ok {
			hint = "schrijf " + quote(w)
		}
		if t.first && t.text == "*" {
			hint = "begin een onderdeel van een opsomming met " + quote("-")
		}
		return errorAt(pos, CodeSyntax, "onbekend teken: "+quote(t.text), hint), true
	}
	prev := func(n int) *token {
		if g.far >= n {
			return g.tok(g.far - n)
		}
		return &token{}
	}
	switch {
	case g.cell && g.wants&wantCellWord != 0 && (t.is("en") || t.is("of")):
		return errorAt(pos, CodeAndOr, "met "+quote(t.text)+" kunnen deze waarden niet worden verbonden",
			"onder "+quote("gelijk")+" staat "+quote("of")+", onder "+quote("ongelijk")+" staat "+quote("en")), true
	case (t.is("en") || t.is("of")) && g.joined():
		return outside(pos, "een gelijkstelling voor meer objecten tegelijk"), true
	case t.is("en") || t.is("of"):
		return errorAt(pos, CodeAndOr, "met "+quote(t.text)+" kunnen voorwaarden niet worden verbonden",
			"gebruik een opsomming: "+quote("aan alle volgende voorwaarden")+" voor en, "+quote("ten minste één van de volgende voorwaarden")+" voor of"), true
	case (t.is(",") || t.is(";")) && (g.far == len(g.toks)-1 || g.tok(g.far+1).is("en") || g.tok(g.far+1).is("of")):
		return errorAt(pos, CodeAndOr, "een onderdeel van een opsomming eindigt zonder leesteken; gevonden: "+g.u.show(t),
			"laat het weg; de inleiding van de opsomming zegt hoe de onderdelen samenhangen"), true
	case t.kind == kindList && g.wants&wantColon != 0:
		return errorAt(pos, CodeBullet, "voor deze opsomming ontbreekt een dubbele punt", "zet "+quote(":")+" aan het einde van de regel erboven"), true
	case t.kind == kindList:
		return errorAt(pos, CodeBullet, "deze opsomming hoort nergens bij", "eindig de regel erboven met "+quote("hij voldoet aan alle volgende voorwaarden:")+", of neem een streepje minder"), true
	case g.wants&wantList != 0:
		return errorAt(pos, CodeBullet, "na deze inleiding ontbreekt de opsomming", "zet de voorwaarden eronder, elk op een regel met een streepje meer"), true
	case g.matched > 0 && g.wants&wantVan != 0 && !g.summed() && (t.kind == kindEnd || stops[t.fold] || t.kind == kindPunct) && !t.is("van"):
		text := joinWords(g.toks[g.matched:g.far])
		return errorAt(g.pos(g.matched), CodeSyntax, "van wie of wat is "+quote(text)+"?", "schrijf "+either([]string{quote("zijn " + text), quote(g.tok(g.matched-1).fold + " " + text + " van …")})), true
	case t.is("van") && g.matched > 0 && g.onlyParameter():
		text := joinWords(g.toks[g.matched:g.far])
		return errorAt(pos, CodeSyntax, quote(text)+" is een parameter en is van niemand", "laat "+quote("van …")+" weg; alleen een percentage kan van iets genomen worden"), true
	case g.words(0, "er", "moet", "worden", "voldaan") > 0, g.words(0, "er", "moet", "voldaan", "worden") > 0:
		return errorAt(g.pos(0), CodeSyntax, "van wie of wat wordt dit geëist?", "noem het onderwerp: "+quote("Een persoon moet voldoen aan alle volgende criteria:")), true
	case t.is("wordt") && g.words(g.far, "wordt", "verdeeld") > 0:
		return outside(pos, "verdeling"), true
	case g.tok(0).is("een") && prev(1).is("heeft") && (t.is("het") || t.is("de")):
		return outside(pos, "objectcreatie of feitcreatie"), true
	case t.is("verdeeld"):
		return outside(pos, "verdeling"), true
	case t.is("wortel") && prev(1).is("de"):
		return outside(g.pos(g.far-1), "worteltrekken"), true
	case t.is("absolute") && prev(1).is("de"):
		return outside(g.pos(g.far-1), "de absolute waarde"), true
	case t.is("paasdag"), t.is("eerste") && g.words(g.far, "eerste", "paasdag") > 0:
		return outside(pos, "de eerste paasdag"), true
	case t.is("tot") && g.words(g.far, "tot", "de", "macht") > 0:
		return outside(pos, "machtsverheffen"), true
	case t.is("totaal") && prev(1).is("het") && g.words(g.far, "totaal", "van") > 0:
		return outside(g.pos(g.far-1), "aggregeren in de tijd (het totaal van)"), true
	case t.is("naar") && g.words(g.far, "naar", "rato") > 0:
		return outside(pos, "verdelen naar rato"), true
	case t.is("gedurende"):
		return outside(pos, "een tijdsafhankelijke voorwaarde (gedurende)"), true
	case t.is("dagsoort"), g.words(g.far, "een", "dagsoort") > 0:
		return outside(pos, "dagsoort"), true
	case t.is("rekenjaar"):
		return outside(pos, "het rekenjaar"), true
	case t.is("concatenatie"):
		return outside(pos, "een concatenatie"), true
	case t.is("verenigd"):
		return outside(pos, "een vereniging (verenigd met)"), true
	case t.is("regelversie"):
		return outside(pos, "een regel als voorwaarde"), true
	case t.is("numeriek"):
		return outside(pos, "een voorwaarde over cijfers (numeriek)"), true
	case t.is("tijdsevenredig"):
		return outside(pos, "een tijdsevenredig deel"), true
	case g.words(g.far, "in", "de", "periode") > 0:
		return outside(pos, "een tijdsafhankelijke voorwaarde (in de periode)"), true
	case g.words(g.far, "voor", "elke") > 0, g.words(g.far, "voor", "elk") > 0:
		return outside(pos, "een tijdlijn ("+t.text+" "+g.tok(g.far+1).text+" …)"), true
	case t.is("elfproef"), g.words(g.far, "voldoet", "aan", "de", "elfproef") > 0, g.words(g.far, "aan", "de", "elfproef") > 0:
		return outside(pos, "de elfproef"), true
	case t.is("uniek"):
		return errorAt(pos, CodeSyntax, quote("uniek")+" is geen voorwaarde", "maak er een regel van: "+quote("De nummers van alle personen moeten uniek zijn.")), true
	case g.boundAt(g.far) || t.is(",") && g.boundAt(g.far+1):
		return errorAt(pos, CodeSyntax, "hier kan geen minimum of maximum staan", "zet het deel waarvoor het geldt tussen haakjes"), true
	}
	return g.mistake(t, pos)
}

// onlyParameter reports whether the name that ended at the furthest token is
// that of a parameter.
func (g *region) onlyParameter() bool {
	for _, m := range g.p.names.at(g.toks, g.matched) {
		if m.end == g.far {
			for _, s := range m.symbols {
				if s.parameter != nil {
					return true
				}
			}
		}
	}
	return false
}

// boundAt reports whether a minimum or maximum of a clamp begins at token i.
func (g *region) boundAt(i int) bool {
	return g.words(i, "met", "een", "minimum", "van") > 0 || g.words(i, "met", "een", "maximum", "van") > 0
}
