package outcome

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"lemniscaat/internal/rule"
)

// Columns are the columns of a file, in the order in which Write gives them.
// Read takes them in any order.
var columns = [...]string{"zaak", "regeling", "regelversie", "datum", "uitkomst", "bedrag", "groep", "contact", "grond", "synthetisch"}

// Columns gives the names of the columns.
func Columns() []string { return slices.Clone(columns[:]) }

// Options say what a file may contain.
type Options struct {
	// Regulation is the only regulation that is accepted; empty: any.
	Regulation string
	// Groups are the names of the group attributes that are allowed; nil: any.
	Groups []string
	// Today refuses outcomes of later dates; zero: no such limit.
	Today rule.Date
}

var (
	pseudonym  = regexp.MustCompile(`^v[0-9]{1,3}:[0-9a-f]{16,64}$`)
	identifier = regexp.MustCompile(`^[a-z0-9]+(?:[.-][a-z0-9]+)*$`)
	version    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9:._-]*$`)
	bandForm   = regexp.MustCompile(`^([0-9]{1,9})(?:-([0-9]{1,9})|(\+))$`)
	groupValue = regexp.MustCompile(`^[\p{L}0-9][\p{L}0-9 .+-]{0,49}$`)
)

// Read reads a file. It gives the good rows and everything that is wrong, with
// the line and column of the value. A file with an error should not be
// imported in part: the rows are there to show how much is good.
func Read(file string, r io.Reader, o Options) ([]Row, rule.Diagnostics) {
	p := &reader{file: file, o: o, seen: map[string]int{}}
	data, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	switch {
	case err != nil:
		p.add(0, 0, "lezen-mislukt", "het bestand kan niet gelezen worden: "+err.Error(), "")
		return nil, p.ds
	case len(data) > MaxSize:
		p.add(0, 0, "te-groot", fmt.Sprintf("het bestand is groter dan %d MB", MaxSize>>20), "deel het op, bijvoorbeeld per maand")
		return nil, p.ds
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 {
		p.add(0, 0, "geen-tekst", "het bestand is geen tekst in UTF-8", `sla het op als "CSV UTF-8"`)
		return nil, p.ds
	}
	p.data, p.lines = data, []int{0}
	for i, b := range data {
		if b == '\n' {
			p.lines = append(p.lines, i+1)
		}
	}
	p.csv = csv.NewReader(bytes.NewReader(data))
	p.csv.Comma = comma(data)
	p.csv.FieldsPerRecord = -1
	p.csv.ReuseRecord = true
	if p.header() {
		p.rows()
	}
	return p.good, p.ds
}

// comma looks at the first line: Dutch spreadsheets write ";".
func comma(data []byte) rune {
	line, _, _ := bytes.Cut(data, []byte("\n"))
	for _, c := range []byte{';', ',', '\t'} {
		if bytes.IndexByte(line, c) >= 0 {
			return rune(c)
		}
	}
	return ';'
}

type reader struct {
	file  string
	o     Options
	csv   *csv.Reader
	data  []byte
	lines []int             // where each line of data begins
	index [len(columns)]int // of each column in a record
	good  []Row
	seen  map[string]int // key of a row → its line
	ds    rule.Diagnostics
}

func (p *reader) add(line, column int, code, message, hint string) {
	p.ds = append(p.ds, rule.Diagnostic{
		Severity: rule.Error, Code: code, Message: message, Hint: hint,
		Pos: rule.Pos{File: p.file, Line: line, Column: column},
	})
}

// place gives the line and column of a field; csv counts columns in bytes, a
// rule.Pos in characters.
func (p *reader) place(field int) (line, column int) {
	line, column = p.csv.FieldPos(field)
	return line, 1 + utf8.RuneCount(p.data[p.lines[line-1]:][:column-1])
}

// record reads the next record; ok is false at the end and after an error that
// makes the rest unreadable.
func (p *reader) record() (fields []string, ok bool) {
	fields, err := p.csv.Read()
	if errors.Is(err, io.EOF) {
		return nil, false
	}
	if err != nil {
		var pe *csv.ParseError
		if errors.As(err, &pe) {
			p.add(pe.Line, pe.Column, "onjuiste-csv", "aanhalingstekens kloppen niet vanaf hier", `zet een veld met een aanhalingsteken tussen "…" en verdubbel het teken`)
		} else {
			p.add(0, 0, "lezen-mislukt", err.Error(), "")
		}
		return nil, false
	}
	return fields, true
}

func (p *reader) header() bool {
	fields, ok := p.record()
	if !ok {
		if len(p.ds) == 0 {
			p.add(1, 1, "leeg-bestand", "het bestand is leeg", "begin met een regel kolomnamen: "+strings.Join(columns[:], ";"))
		}
		return false
	}
	for i := range p.index {
		p.index[i] = -1
	}
	for i, f := range fields {
		line, column := p.place(i)
		name := strings.ToLower(strings.TrimSpace(f))
		c := slices.Index(columns[:], name)
		switch {
		case c < 0:
			p.add(line, column, "onbekende-kolom", fmt.Sprintf("kolom %q is onbekend", clip(f)), "toegestaan: "+strings.Join(columns[:], ", "))
		case p.index[c] >= 0:
			p.add(line, column, "dubbele-kolom", fmt.Sprintf("kolom %q staat er twee keer", name), "")
		default:
			p.index[c] = i
		}
	}
	for c, i := range p.index {
		if i < 0 {
			p.add(1, 1, "kolom-ontbreekt", fmt.Sprintf("kolom %q ontbreekt", columns[c]), "nodig: "+strings.Join(columns[:], ", "))
		}
	}
	return len(p.ds) == 0
}

func (p *reader) rows() {
	for n := 0; ; n++ {
		if len(p.ds) >= MaxProblems {
			p.add(0, 0, "te-veel-fouten", fmt.Sprintf("na %d fouten is het lezen gestopt", MaxProblems), "herstel deze eerst")
			return
		}
		fields, ok := p.record()
		if !ok {
			if n == 0 && len(p.ds) == 0 {
				p.add(2, 1, "geen-rijen", "er staat geen enkele uitkomst in het bestand", "")
			}
			return
		}
		if n == MaxRows {
			line, _ := p.csv.FieldPos(0)
			p.add(line, 1, "te-veel-rijen", fmt.Sprintf("meer dan %d rijen", MaxRows), "deel het bestand op, bijvoorbeeld per maand")
			return
		}
		p.row(fields)
	}
}

// row checks one record; every wrong field is reported.
func (p *reader) row(fields []string) {
	line, _ := p.csv.FieldPos(0)
	if len(fields) != len(columns) {
		p.add(line, 1, "verkeerd-aantal-velden", fmt.Sprintf("deze rij heeft %d velden; er zijn %d kolommen", len(fields), len(columns)), "controleer het scheidingsteken en de aanhalingstekens")
		return
	}
	before := len(p.ds)
	row := Row{Line: line}
	for c, name := range columns {
		value := strings.TrimSpace(fields[p.index[c]])
		bad := func(code, message, hint string) {
			l, column := p.place(p.index[c])
			p.add(l, column, code, fmt.Sprintf("kolom %s: %s", name, message), hint)
		}
		if utf8.RuneCountInString(value) > MaxField {
			bad("te-lang", fmt.Sprintf("de waarde is langer dan %d tekens", MaxField), "")
			continue
		}
		if formula(value) {
			bad("formule", fmt.Sprintf("%q kan in een rekenblad een formule worden en wordt geweigerd", clip(value)), "haal het teken vooraan weg")
			continue
		}
		p.field(&row, name, value, bad)
	}
	if row.Class != Awarded && !row.Amount.IsZero() {
		p.add(line, 1, "bedrag-zonder-toekenning", fmt.Sprintf("de uitkomst is %q, maar er staat een bedrag", row.Class), "laat bedrag dan leeg")
	}
	if len(p.ds) > before {
		return
	}
	if first, ok := p.seen[row.Key()]; ok {
		p.add(line, 1, "dubbele-rij", fmt.Sprintf("dezelfde zaak, datum en uitkomst staan al op regel %d", first), "haal een van beide weg")
		return
	}
	p.seen[row.Key()] = line
	p.good = append(p.good, row)
}

// field reads one value into the row; bad reports what is wrong with it.
func (p *reader) field(row *Row, name, value string, bad func(code, message, hint string)) {
	required := func() bool {
		if value == "" {
			bad("leeg", "de waarde ontbreekt", "")
		}
		return value != ""
	}
	switch name {
	case "zaak":
		if row.Case = value; required() && !pseudonym.MatchString(value) {
			// Never repeat the value: it may be a citizen service number.
			bad("geen-pseudoniem", "de waarde is geen pseudoniem", "verwacht: v1: en 16 tot 64 hexadecimale tekens; een naam of BSN hoort hier niet")
		}
	case "regeling":
		if row.Regulation = value; !required() {
			return
		}
		if !identifier.MatchString(value) {
			bad("onjuiste-regeling", fmt.Sprintf("%q is geen kenmerk van een regeling", clip(value)), "bijvoorbeeld: individuele-inkomenstoeslag")
		} else if p.o.Regulation != "" && value != p.o.Regulation {
			bad("andere-regeling", fmt.Sprintf("deze rij gaat over %s", value), "hier worden uitkomsten verwacht van "+p.o.Regulation)
		}
	case "regelversie":
		if row.Version = value; required() && !version.MatchString(value) {
			bad("onjuiste-versie", fmt.Sprintf("%q is geen versie", clip(value)), "letters, cijfers, punt, dubbelepunt en streepje")
		}
	case "datum":
		if !required() {
			return
		}
		d, err := rule.ParseDate(value)
		switch {
		case err != nil:
			bad("onjuiste-datum", fmt.Sprintf("%q is geen bestaande datum", clip(value)), "verwacht: jjjj-mm-dd, bijvoorbeeld 2026-03-12")
		case !p.o.Today.IsZero() && d.After(p.o.Today):
			bad("datum-in-toekomst", fmt.Sprintf("%s ligt na vandaag (%s)", d, p.o.Today), "")
		}
		row.Date = d
	case "uitkomst":
		if row.Class = Class(value); required() && !slices.Contains(classes, row.Class) {
			bad("onbekende-uitkomst", fmt.Sprintf("%q is onbekend", clip(value)), "toegestaan: toegekend, afgewezen, niet afgerond")
		}
	case "bedrag":
		p.amount(row, value, bad)
	case "groep":
		p.groups(row, value, bad)
	case "contact":
		if row.Contact = Contact(value); required() && !slices.Contains(contacts, row.Contact) {
			bad("onbekend-contact", fmt.Sprintf("%q is onbekend", clip(value)), "toegestaan: geen, gesproken, niet bereikt")
		}
	case "grond":
		if row.Ground = value; value != "" && !identifier.MatchString(value) {
			bad("onjuiste-grond", fmt.Sprintf("%q is geen kenmerk van een grond voor maatwerk", clip(value)), "kleine letters, cijfers en streepjes; leeg als er geen maatwerk was")
		}
	case "synthetisch":
		switch value {
		case "ja":
			row.Synthetic = true
		case "nee":
		default:
			bad("geen-ja-of-nee", fmt.Sprintf("%q is geen ja of nee", clip(value)), "ja voor verzonnen uitkomsten, anders nee")
		}
	default:
		panic("BUG: column " + name)
	}
}

func (p *reader) amount(row *Row, value string, bad func(code, message, hint string)) {
	if value == "" {
		return
	}
	m := bandForm.FindStringSubmatch(value)
	if m == nil {
		bad("geen-bedragklasse", fmt.Sprintf("%q is geen klasse van bedragen", clip(value)), "verwacht hele euro's van tot: 500-750, of 1500+; precieze bedragen blijven in het zaaksysteem")
		return
	}
	row.Amount.Low, _ = strconv.ParseInt(m[1], 10, 64)
	if m[2] == "" {
		if row.Amount.Low == 0 {
			bad("lege-bedragklasse", `"0+" zegt niets`, "laat bedrag leeg als u het niet weet")
		}
		return
	}
	row.Amount.High, _ = strconv.ParseInt(m[2], 10, 64)
	if row.Amount.High <= row.Amount.Low {
		bad("lege-bedragklasse", fmt.Sprintf("in %q is het einde niet hoger dan het begin", clip(value)), "")
	}
}

func (p *reader) groups(row *Row, value string, bad func(code, message, hint string)) {
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
		case p.o.Groups != nil && !slices.Contains(p.o.Groups, name):
			bad("groep-niet-toegestaan", fmt.Sprintf("groepskenmerk %q is niet toegestaan", name), "toegestaan: "+orNone(p.o.Groups))
		default:
			row.Groups[name] = v
		}
	}
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "geen"
	}
	return strings.Join(names, ", ")
}

// formula reports whether a spreadsheet might run the value.
func formula(s string) bool { return s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) }

func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// Write writes the rows as a file that Read accepts. A value that a spreadsheet
// could run gets an apostrophe before it.
func Write(w io.Writer, rows []Row) error {
	out := csv.NewWriter(w)
	out.Comma = ';'
	if err := out.Write(columns[:]); err != nil {
		return fmt.Errorf("write outcomes: %w", err)
	}
	for _, r := range rows {
		synthetic := "nee"
		if r.Synthetic {
			synthetic = "ja"
		}
		fields := []string{r.Case, r.Regulation, r.Version, r.Date.String(), string(r.Class), r.Amount.String(), r.groups(), string(r.Contact), r.Ground, synthetic}
		for i, f := range fields {
			if formula(f) {
				fields[i] = "'" + f
			}
		}
		if err := out.Write(fields); err != nil {
			return fmt.Errorf("write outcomes: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write outcomes: %w", err)
	}
	return nil
}
