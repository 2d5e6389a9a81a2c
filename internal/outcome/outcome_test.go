package outcome_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"lemniscaat/internal/outcome"
	"lemniscaat/internal/rule"
)

const (
	header = "zaak;regeling;regelversie;datum;uitkomst;bedrag;groep;contact;grond;synthetisch\n"
	good   = "v1:00112233445566ff;individuele-inkomenstoeslag;2026-01-01;2026-03-12;toegekend;500-750;huishouden=alleenstaand,leeftijd=27-45;gesproken;hardheid;nee\n"
)

var today = outcome.Options{
	Regulation: "individuele-inkomenstoeslag", Groups: []string{"huishouden", "leeftijd"}, Today: rule.MustDate("2026-11-22"),
}

func TestRead(t *testing.T) {
	t.Parallel()
	want := []outcome.Row{{
		Line: 2, Case: "v1:00112233445566ff", Regulation: "individuele-inkomenstoeslag", Version: "2026-01-01",
		Date: rule.MustDate("2026-03-12"), Class: outcome.Awarded, Amount: outcome.Band{Low: 500, High: 750},
		Groups: map[string]string{"huishouden": "alleenstaand", "leeftijd": "27-45"}, Contact: outcome.Spoken, Ground: "hardheid",
	}}
	for name, in := range map[string]string{
		"puntkomma":    header + good,
		"BOM en CRLF":  "\ufeff" + strings.ReplaceAll(header+good, "\n", "\r\n"),
		"hoofdletters": strings.ToUpper(header) + good,
		"tab":          strings.ReplaceAll(header+good, ";", "\t"),
		"komma": strings.ReplaceAll(header, ";", ",") +
			`v1:00112233445566ff,individuele-inkomenstoeslag,2026-01-01,2026-03-12,toegekend,500-750,"huishouden=alleenstaand,leeftijd=27-45",gesproken,hardheid,nee`,
		"andere volgorde":   "synthetisch;zaak;regeling;regelversie;datum;uitkomst;bedrag;groep;contact;grond\nnee;" + strings.TrimSuffix(good, ";nee\n"),
		"zonder laatste \n": header + strings.TrimSuffix(good, "\n"),
	} {
		got, ds := outcome.Read("u.csv", strings.NewReader(in), today)
		if len(ds) > 0 {
			t.Errorf("%s: %v", name, ds)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

// TestRefused: every kind of wrong value, with the place where it stands.
func TestRefused(t *testing.T) {
	t.Parallel()
	with := func(old, value string) string { return header + strings.Replace(good, old, value, 1) }
	for name, c := range map[string]struct {
		in, code     string
		line, column int
	}{
		"leeg":                  {"", "leeg-bestand", 1, 1},
		"binair":                {"a\x00", "geen-tekst", 0, 0},
		"latin1":                {header + "\xe9", "geen-tekst", 0, 0},
		"alleen koppen":         {header, "geen-rijen", 2, 1},
		"onbekende kolom":       {"bsn;" + header + "x" + good, "onbekende-kolom", 1, 1},
		"kolom ontbreekt":       {strings.Replace(header, ";grond", "", 1) + good, "kolom-ontbreekt", 1, 1},
		"kolom dubbel":          {strings.Replace(header, "grond", "zaak", 1) + good, "dubbele-kolom", 1, 63},
		"te weinig velden":      {header + "v1:00112233445566ff;x\n", "verkeerd-aantal-velden", 2, 1},
		"aanhalingsteken":       {header + "\"v1", "onjuiste-csv", 2, 4},
		"BSN":                   {with("v1:00112233445566ff", "123456782"), "geen-pseudoniem", 2, 1},
		"naam":                  {with("v1:00112233445566ff", "J. de Vries"), "geen-pseudoniem", 2, 1},
		"zonder zaak":           {with("v1:00112233445566ff", ""), "leeg", 2, 1},
		"regeling":              {with(";individuele-inkomenstoeslag", ";Individuele toeslag"), "onjuiste-regeling", 2, 21},
		"andere regeling":       {with(";individuele-inkomenstoeslag", ";zorgtoeslag"), "andere-regeling", 2, 21},
		"versie":                {with("2026-01-01", "<script>"), "onjuiste-versie", 2, 49},
		"datum bestaat niet":    {with("2026-03-12", "2026-02-30"), "onjuiste-datum", 2, 60},
		"datum anders":          {with("2026-03-12", "12-03-2026"), "onjuiste-datum", 2, 60},
		"toekomst":              {with("2026-03-12", "2026-11-23"), "datum-in-toekomst", 2, 60},
		"uitkomst":              {with("toegekend", "goedgekeurd"), "onbekende-uitkomst", 2, 71},
		"precies bedrag":        {with("500-750", "612,40"), "geen-bedragklasse", 2, 81},
		"lege klasse":           {with("500-750", "750-500"), "lege-bedragklasse", 2, 81},
		"bedrag bij afwijzen":   {with("toegekend", "afgewezen"), "bedrag-zonder-toekenning", 2, 1},
		"groep":                 {with("huishouden=alleenstaand", "alleenstaand"), "onjuiste-groep", 2, 89},
		"groep niet toegestaan": {with("huishouden=alleenstaand", "nationaliteit=x"), "groep-niet-toegestaan", 2, 89},
		"groep dubbel":          {with("leeftijd=27-45", "huishouden=paar"), "dubbele-groep", 2, 89},
		"contact":               {with("gesproken", "brief"), "onbekend-contact", 2, 128},
		"grond":                 {with("hardheid", "Omdat het zielig is"), "onjuiste-grond", 2, 138},
		"synthetisch":           {with(";nee", ";x"), "geen-ja-of-nee", 2, 147},
		"formule":               {with("hardheid", "=cmd|' /C calc'!A0"), "formule", 2, 138},
		"formule @":             {with("hardheid", "@SUM(A1)"), "formule", 2, 138},
		"lang":                  {with("hardheid", strings.Repeat("a", 201)), "te-lang", 2, 138},
		"dubbele rij":           {header + good + good, "dubbele-rij", 3, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, ds := outcome.Read("u.csv", strings.NewReader(c.in), today)
			if ds.Err() == nil {
				t.Fatal("accepted")
			}
			for _, d := range ds {
				if d.Code == c.code && d.Pos.Line == c.line && d.Pos.Column == c.column {
					if strings.Contains(d.String(), "123456782") {
						t.Errorf("repeats the number: %s", d)
					}
					return
				}
			}
			t.Errorf("no %s at %d:%d in:\n%v", c.code, c.line, c.column, ds)
		})
	}
}

// TestAllErrors: everything wrong in a row is said at once, up to a limit.
func TestAllErrors(t *testing.T) {
	t.Parallel()
	rows, ds := outcome.Read("u.csv", strings.NewReader(header+"x;X;<;x;x;x;x;x;X;x\n"+good), today)
	if len(ds) != 10 || len(rows) != 1 {
		t.Errorf("got %d problems and %d rows, want 10 and 1:\n%v", len(ds), len(rows), ds)
	}
	_, ds = outcome.Read("u.csv", strings.NewReader(header+strings.Repeat(";;;;;;;;;\n", 10_000)), today)
	if len(ds) < outcome.MaxProblems || len(ds) > outcome.MaxProblems+10 {
		t.Errorf("got %d problems", len(ds))
	}
	_, ds = outcome.Read("u.csv", strings.NewReader(strings.Repeat("x", outcome.MaxSize+1)), today)
	if len(ds) != 1 || ds[0].Code != "te-groot" {
		t.Errorf("large file: %v", ds)
	}
}

// TestRoundTrip: what Write writes, Read reads, to the same rows.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	// Few digits beside each other: more could be a postcode or a number of a person,
	// which is refused.
	row := rapid.Custom(func(t *rapid.T) outcome.Row {
		r := outcome.Row{
			Case:       fmt.Sprintf("v1:%016x", rapid.Uint64().Draw(t, "case")),
			Regulation: rapid.StringMatching(`([a-z]{1,4}[0-9]{0,2}){1,3}(-[a-z0-9]{1,2}[a-z]{1,6})?`).Draw(t, "regulation"),
			Version:    rapid.StringMatching(`[A-Za-z0-9]([0-9]{0,2}[A-Za-z:._-]){0,9}`).Draw(t, "version"),
			Date:       rule.MustDate("2020-01-01").AddDays(rapid.IntRange(0, 3000).Draw(t, "day")),
			Class:      rapid.SampledFrom([]outcome.Class{outcome.Awarded, outcome.Refused, outcome.Abandoned}).Draw(t, "class"),
			Contact:    rapid.SampledFrom([]outcome.Contact{outcome.NoContact, outcome.Spoken, outcome.NotReached}).Draw(t, "contact"),
			Ground:     rapid.StringMatching(`([a-z]{1,9}(-[a-z]{1,9})?)?`).Draw(t, "ground"),
			Synthetic:  rapid.Bool().Draw(t, "synthetic"),
			Groups:     rapid.MapOf(rapid.StringMatching(`[a-z]{1,8}`), rapid.StringMatching(`[a-zé0-9][a-z -]{0,4}[0-9]?[a-z -]{0,3}[a-z]`)).Draw(t, "groups"),
		}
		if r.Class == outcome.Awarded {
			r.Amount = outcome.BandOf(rapid.Int64Range(0, 5000).Draw(t, "euros"), 250)
		}
		return r
	})
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfNDistinct(row, 1, 20, outcome.Row.Name).Draw(t, "rows")
		for i := range rows {
			if len(strings.Split(fmt.Sprint(rows[i].Groups), " ")) > 8 { // fields have a maximal length
				rows[i].Groups = nil
			}
		}
		var buf bytes.Buffer
		if err := outcome.Write(&buf, rows); err != nil {
			t.Fatal(err)
		}
		got, ds := outcome.Read("u.csv", &buf, outcome.Options{})
		if len(ds) > 0 {
			t.Fatal(ds)
		}
		if d := cmp.Diff(rows, got, cmpopts.IgnoreFields(outcome.Row{}, "Line"), cmpopts.EquateEmpty()); d != "" {
			t.Fatalf("(-want +got):\n%s", d)
		}
	})
}

// TestWriteEscapes: a value that came from elsewhere cannot become a formula.
func TestWriteEscapes(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	if err := outcome.Write(&buf, []outcome.Row{{Ground: "=1+1", Version: "@x"}}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(buf.String(), ";'=1+1;") || !strings.Contains(buf.String(), ";'@x;") {
		t.Error(buf.String())
	}
}

func FuzzRead(f *testing.F) {
	f.Add(header + good)
	f.Add(header + "\"v1:00112233445566ff\";=1;;;;;;;;\n")
	f.Fuzz(func(t *testing.T, in string) {
		rows, ds := outcome.Read("u.csv", strings.NewReader(in), outcome.Options{})
		if len(rows) == 0 && ds.Err() == nil {
			t.Fatal("no rows and no error")
		}
		if ds.Err() != nil {
			return
		}
		var buf bytes.Buffer
		if err := outcome.Write(&buf, rows); err != nil {
			t.Fatal(err)
		}
		again, ds := outcome.Read("u.csv", &buf, outcome.Options{})
		if d := cmp.Diff(rows, again, cmpopts.IgnoreFields(outcome.Row{}, "Line"), cmpopts.EquateEmpty()); d != "" || len(ds) > 0 {
			t.Fatalf("%v\n%s", ds, d)
		}
	})
}
