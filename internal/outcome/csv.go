package outcome

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"lemniscaat/internal/rule"
)

// columns are the columns of a file, in the order in which Write gives them.
// Read takes them in any order; those after the first required may be left out.
var columns = [...]string{
	"zaak", "regeling", "regelversie", "datum", "uitkomst", "bedrag", "groep", "contact", "grond", "synthetisch",
	"artikel", "stap", "verlies", "deel-van-inkomen", "uitzondering", "te-laat", "dubbel-gevraagd", "bron", "kenmerk",
}

// required is how many columns every file has.
const required = 10

// Columns gives the names of the columns that every file has.
func Columns() []string { return slices.Clone(columns[:required]) }

// MoreColumns gives the names of the columns that a file may have as well.
func MoreColumns() []string { return slices.Clone(columns[required:]) }

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
	p.read(data)
	return p.good, p.ds
}

// read reads a whole file, or a piece with the header before it.
func (p *reader) read(data []byte) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 {
		p.broken = true
		p.add(0, 0, "geen-tekst", "het bestand is geen tekst in UTF-8", `sla het op als "CSV UTF-8"`)
		return
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
		return
	}
	p.broken = true
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
	index [len(columns)]int // of each column in a record; -1: not there
	width int               // of a record
	good  []Row
	seen  map[string]int // key of a row → its line
	ds    rule.Diagnostics
	// Of a piece of a file: how many lines were before it, apart from the
	// header; and whether the rest cannot be read.
	lineBefore int
	broken     bool
}

func (p *reader) add(line, column int, code, message, hint string) {
	if line > 1 {
		line += p.lineBefore
	}
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
			p.add(1, 1, "leeg-bestand", "het bestand is leeg", "begin met een regel kolomnamen: "+strings.Join(columns[:required], ";"))
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
		if i < 0 && c < required {
			p.add(1, 1, "kolom-ontbreekt", fmt.Sprintf("kolom %q ontbreekt", columns[c]), "nodig: "+strings.Join(columns[:required], ", "))
		}
	}
	p.width = len(fields)
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
	if len(fields) != p.width {
		p.add(line, 1, "verkeerd-aantal-velden", fmt.Sprintf("deze rij heeft %d velden; er zijn %d kolommen", len(fields), p.width), "controleer het scheidingsteken en de aanhalingstekens")
		return
	}
	before := len(p.ds)
	row := Row{Line: line + p.lineBefore}
	bad := func(name, code, message, hint string) {
		l, column := line, 1
		if c := slices.Index(columns[:], name); c >= 0 && p.index[c] >= 0 {
			l, column = p.place(p.index[c])
			message = "kolom " + name + ": " + message
		}
		p.add(l, column, code, message, hint)
	}
	for c, name := range columns {
		if p.index[c] < 0 {
			continue
		}
		value := strings.TrimSpace(fields[p.index[c]])
		if formula(value) {
			bad(name, "formule", fmt.Sprintf("%q kan in een rekenblad een formule worden en wordt geweigerd", clip(value)), "haal het teken vooraan weg")
			continue
		}
		p.o.field(&row, name, value, bad)
	}
	if len(p.ds) == before || row.Class != "" && row.Class != Awarded {
		p.o.whole(&row, bad)
	}
	if len(p.ds) > before {
		return
	}
	if first, ok := p.seen[row.Name()]; ok {
		p.add(line, 1, "dubbele-rij", fmt.Sprintf("dezelfde zaak, datum en uitkomst staan al op regel %d", first+p.lineBefore), "haal een van beide weg")
		return
	}
	p.seen[row.Name()] = line
	p.good = append(p.good, row)
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
	n := required
	for _, r := range rows {
		for i, f := range r.more() {
			if f != "" {
				n = max(n, required+i+1)
			}
		}
	}
	if err := out.Write(columns[:n]); err != nil {
		return fmt.Errorf("write outcomes: %w", err)
	}
	for _, r := range rows {
		synthetic := "nee"
		if r.Synthetic {
			synthetic = "ja"
		}
		fields := append([]string{
			r.Case, r.Regulation, r.Version, r.Date.String(), string(r.Class), r.Amount.String(), r.GroupText(), string(r.Contact), r.Ground, synthetic,
		}, r.more()...)[:n]
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

// more gives the values of the columns that may be left out.
func (r Row) more() []string {
	yes := func(b bool) string {
		if b {
			return "ja"
		}
		return ""
	}
	return []string{r.Article, r.Step, r.Loss.String(), r.Share.String(), r.Exception, yes(r.Late), yes(r.Asked), r.Source, r.ID}
}
