package backlog

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"lemniscaat/internal/rule"
)

// headings are the words over a column in lists that exist, for each column.
var headings = map[string]string{
	"regeling": "regeling", "wet": "regeling", "regelgeving": "regeling", "wet- en regelgeving": "regeling", "wet/regeling": "regeling", "wet of regeling": "regeling",
	"artikel": "artikel", "art": "artikel", "art.": "artikel", "artikelnummer": "artikel", "vindplaats": "artikel", "bepaling": "artikel",
	"tekst": "tekst", "omschrijving": "tekst", "knelpunt": "tekst", "beschrijving": "tekst", "signaal": "tekst", "toelichting": "tekst", "melding": "tekst", "probleem": "tekst", "casus": "tekst",
	"soort": "soort", "type": "soort", "categorie": "soort", "aard": "soort", "soort knelpunt": "soort",
	"datum": "datum", "datum melding": "datum", "gemeld op": "datum", "ontvangen": "datum", "ontvangen op": "datum", "meldingsdatum": "datum", "jaar": "datum",
	"aantal": "aantal", "aantal meldingen": "aantal", "frequentie": "aantal", "hoe vaak": "aantal", "keer gemeld": "aantal",
}

func readCSV(text string, today rule.Date) List {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = separator(text), -1, true
	head, err := r.Read()
	if err != nil {
		return fault("de eerste regel is niet te lezen", "begin met een regel kolomnamen: regeling;artikel;tekst;soort;datum;aantal")
	}
	l := List{Columns: head}
	index := map[string]int{}
	var left []string
	for i, h := range head {
		name := strings.ToLower(strings.Join(strings.Fields(h), " "))
		c, ok := headings[name]
		if _, double := index[c]; !ok || double {
			if name != "" {
				left = append(left, strings.TrimSpace(h))
			}
			continue
		}
		index[c] = i
	}
	if _, ok := index["tekst"]; !ok {
		return fault("geen kolom heeft de tekst van het knelpunt (gevonden: "+strings.Join(left, ", ")+")", "noem één kolom tekst, omschrijving, knelpunt, signaal of melding")
	}
	for n := 0; ; n++ {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		line, _ := r.FieldPos(0)
		if err != nil {
			l.Refused = append(l.Refused, Refused{Line: line, Reason: "vanaf hier is het bestand niet te lezen", Accepted: `een veld met een aanhalingsteken staat tussen "…"`})
			break
		}
		if strings.TrimSpace(strings.Join(fields, "")) == "" {
			continue
		}
		if len(l.Entries)+len(l.Refused) >= MaxEntries {
			l.Refused = append(l.Refused, Refused{Line: line, Reason: fmt.Sprintf("na %d rijen is het lezen gestopt", MaxEntries), Accepted: "deel het bestand op", Raw: fields})
			break
		}
		l.row(line, fields, index, left, today)
	}
	if len(l.Entries)+len(l.Refused) == 0 {
		return fault("onder de kolomnamen staat geen enkele rij", "zet elk knelpunt op een eigen regel")
	}
	return l
}

func separator(text string) rune {
	line, _, _ := strings.Cut(text, "\n")
	for _, c := range []rune{';', '\t', ','} {
		if strings.ContainsRune(line, c) {
			return c
		}
	}
	return ';'
}

func (l *List) row(line int, fields []string, index map[string]int, left []string, today rule.Date) {
	get := func(name string) string {
		if i, ok := index[name]; ok && i < len(fields) {
			return strings.TrimSpace(fields[i])
		}
		return ""
	}
	e := Entry{Line: line, Regulation: get("regeling"), Article: get("artikel"), Count: 1, Raw: fields}
	e.clean(get("tekst"))
	var wrong, accepted []string
	bad := func(reason, accept string) { wrong, accepted = append(wrong, reason), append(accepted, accept) }
	if len(fields) > len(l.Columns) {
		bad(fmt.Sprintf("deze rij heeft %d velden, er zijn %d kolommen", len(fields), len(l.Columns)), "controleer het scheidingsteken en de aanhalingstekens")
	}
	switch n := utf8.RuneCountInString(e.Text); {
	case n == 0:
		bad("er staat geen tekst", "zeg in een paar zinnen wat er gebeurt")
	case n > MaxText:
		bad(fmt.Sprintf("de tekst heeft %d tekens", n), fmt.Sprintf("ten hoogste %d tekens", MaxText))
	}
	if s := get("soort"); s != "" {
		if e.Kind = tiles[strings.ToLower(s)]; e.Kind == "" {
			bad(fmt.Sprintf("soort %q is onbekend", clip(s)), Kinds)
		}
	}
	if s := get("datum"); s != "" {
		d, ok := date(s)
		switch {
		case !ok:
			bad(fmt.Sprintf("datum %q is niet te lezen", clip(s)), "31-12-2024, 2024-12-31 of 2024")
		case d.After(today):
			bad("de datum ligt na vandaag", "een datum tot en met "+today.String())
		}
		e.Date = d
	}
	if s := get("aantal"); s != "" {
		n, err := strconv.Atoi(strings.TrimSuffix(strings.ToLower(s), "x"))
		if err != nil || n < 1 || n > 1_000_000 {
			bad(fmt.Sprintf("aantal %q is geen getal", clip(s)), "een heel getal vanaf 1")
		}
		e.Count = n
	}
	if len(wrong) > 0 {
		l.Refused = append(l.Refused, Refused{Line: line, Reason: strings.Join(wrong, "; "), Accepted: strings.Join(accepted, "; "), Raw: fields})
		return
	}
	if len(left) > 0 && len(l.Entries) == 0 {
		e.Notes = append(e.Notes, "niet meegenomen: de kolommen "+strings.Join(left, ", "))
	}
	l.Entries = append(l.Entries, e)
}

// date reads 31-12-2024, 31/12/2024, 2024-12-31 and 2024 (its first day).
func date(s string) (rule.Date, bool) {
	s, _, _ = strings.Cut(s, " ") // a time after it
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '-' || r == '/' || r == '.' })
	var n []int
	for _, p := range parts {
		v, err := strconv.Atoi(p)
		if err != nil {
			return rule.Date{}, false
		}
		n = append(n, v)
	}
	var d rule.Date
	switch {
	case len(n) == 1 && len(s) == 4:
		d = rule.Date{Year: n[0], Month: 1, Day: 1}
	case len(n) == 3 && n[0] > 1900:
		d = rule.Date{Year: n[0], Month: n[1], Day: n[2]}
	case len(n) == 3 && n[2] > 1900:
		d = rule.Date{Year: n[2], Month: n[1], Day: n[0]}
	default:
		return rule.Date{}, false
	}
	return d, d.Valid() && d.Year >= 1950
}

func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// WriteRefused writes what was refused as a CSV for a spreadsheet: the line, the
// reason, what would be accepted, and the row as it stood. A value that a
// spreadsheet could run gets an apostrophe before it.
func WriteRefused(w io.Writer, columns []string, refused []Refused) error {
	out := csv.NewWriter(w)
	out.Comma = ';'
	if err := out.Write(append([]string{"regel", "reden", "wat kan wel"}, safe(columns)...)); err != nil {
		return fmt.Errorf("write refused rows: %w", err)
	}
	for _, r := range refused {
		if err := out.Write(append([]string{strconv.Itoa(r.Line), r.Reason, r.Accepted}, safe(r.Raw)...)); err != nil {
			return fmt.Errorf("write refused rows: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write refused rows: %w", err)
	}
	return nil
}

func safe(fields []string) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		if f != "" && strings.ContainsRune("=+-@\t\r", rune(f[0])) {
			f = "'" + f
		}
		out[i] = f
	}
	return out
}
