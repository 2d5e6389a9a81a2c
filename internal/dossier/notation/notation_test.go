package notation_test

import (
	"errors"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/rule"
)

var (
	amount  = rule.Type{Kind: rule.Amount, Unit: "€"}
	percent = rule.Type{Kind: rule.Percentage}
	years   = rule.Type{Kind: rule.Number, Unit: "jr", Whole: true}
	number  = rule.Type{Kind: rule.Number}
	yes     = rule.Type{Kind: rule.Boolean}
	date    = rule.Type{Kind: rule.DateKind}
	home    = rule.Type{Kind: rule.Enum, Domain: &rule.Domain{Name: "Woonvorm", Values: []string{"alleen", "samen"}}}
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		typ  rule.Type
		want string
	}{
		{"28.400,00", amount, "28400"},
		{"28400", amount, "28400"},
		{"€ 1.234,56", amount, "1234.56"},
		{"1.234,56 €", amount, "1234.56"},
		{"-5.000", amount, "-5000"},
		{"−0,01", amount, "-0.01"},
		{"0", amount, "0"},
		{"1.234", amount, "1234"},
		{"1,5", number, "1.5"},
		{"1.000.000", amount, "1000000"},
		{"120 %", percent, "120 %"},
		{"13,670%", percent, "13.67 %"},
		{"18 jr", years, "18"},
		{"18", years, "18"},
		{"ja", yes, "ja"},
		{"Nee", yes, "nee"},
		{"2026-02-28", date, "2026-02-28"},
		{"samen", home, "samen"},
		{"'samen'", home, "samen"},
		{"leeg", amount, "leeg"},
		{"leeg", yes, "leeg"},
		{" 3\u00a0% ", percent, "3 %"},
	} {
		got, err := notation.Parse(c.in, c.typ)
		if err != nil || got.String() != c.want {
			t.Errorf("%q: %v (%v), verwacht %s", c.in, got, err, c.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		typ  rule.Type
		says string
	}{
		{"1.5", amount, "punt scheidt groepen van drie"},
		{"1.23", amount, "punt scheidt groepen"},
		{"1234.567", amount, "punt scheidt groepen"},
		{".500", amount, "anders dan cijfers"},
		{"1,", amount, "na de komma"},
		{"1,2,3", amount, "na de komma"},
		{"1e9", amount, "anders dan cijfers"},
		{"0x10", amount, "anders dan cijfers"},
		{"007", amount, "begint met een nul"},
		{"--1", amount, "anders dan cijfers"},
		{"", amount, "geen waarde"},
		{"veel", amount, "geen getal"},
		{strings.Repeat("9", 19), amount, "te groot"},
		{"0," + strings.Repeat("1", 13), amount, "te precies"},
		{strings.Repeat("9", 100), amount, "tekens lang"},
		{"NaN", number, "geen getal"},
		{"1/3", number, "geen getal"},
		{"120", percent, "mist het procentteken"},
		{"18 mnd", years, "andere eenheid"},
		{"18,5 jr", years, "geen geheel getal"},
		{"true", yes, "schrijf ja, nee of leeg"},
		{"2026-02-29", date, "geen bestaande datum"},
		{"01-06-2026", date, "schrijf jjjj-mm-dd"},
		{"0001-01-01", date, "buiten de jaren"},
		{"alleem", home, `bedoelde u "alleen"?`},
	} {
		got, err := notation.Parse(c.in, c.typ)
		if err == nil || !errors.Is(err, notation.ErrValue) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q: %v, %v; verwacht een fout met %q", c.in, got, err, c.says)
		}
	}
}

// Composite units, and what a type asks of its values.
func TestUnitsAndLimits(t *testing.T) {
	t.Parallel()
	rent := rule.Type{Kind: rule.Amount, Unit: "€/mnd"}
	area := rule.Type{Kind: rule.Number, Unit: "m^2"}
	cents := rule.Type{Kind: rule.Amount, Unit: "€", Decimals: 2, Sign: rule.NonNegative}
	tariff := rule.Type{Kind: rule.Percentage, Domain: &rule.Domain{Name: "Tarief", Base: rule.Type{Kind: rule.Percentage, Decimals: 1}}}
	for _, x := range []struct {
		in   string
		t    rule.Type
		want string // canonical, or part of the refusal
	}{
		{"123,45 €/mnd", rent, "123,45 €/mnd"},
		{"123,5€/mnd", rent, "123,50 €/mnd"},
		{"123,45 € / mnd", rent, "123,45 €/mnd"},
		{"€ 123,45/mnd", rent, "123,45 €/mnd"},
		{"1.234", rent, "1.234 €/mnd"},
		{"123 €", rent, `een andere eenheid dan gevraagd; schrijf een bedrag als "28,40 €/mnd"`},
		{"123 €/jr", rent, "een andere eenheid"},
		{"123 €/", rent, "een andere eenheid"},
		{"123 €/mnd", cents, "een andere eenheid"},
		{"12 m^2", area, "12 m^2"},
		{"12 m*m", area, "12 m^2"},
		{"12 m", area, "een andere eenheid"},
		{"1,23", cents, "€ 1,23"},
		{"1,234", cents, "heeft meer dan 2 decimalen"},
		{"-1", cents, "is negatief"},
		{"1,5 %", tariff, "1,5 %"},
		{"1,25 %", tariff, "heeft meer dan 1 decimaal"},
		{"leeg", cents, "leeg"},
	} {
		d, err := notation.Parse(x.in, x.t)
		got := notation.Format(d, x.t)
		if err != nil {
			got = err.Error()
		}
		if got != x.want && (err == nil || !strings.Contains(got, x.want)) {
			t.Errorf("%q: %s, want %s", x.in, got, x.want)
		}
	}
}

func TestFormatIsReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		cents := rapid.Int64Range(-1e15, 1e15).Draw(rt, "centen")
		typ := rapid.SampledFrom([]rule.Type{amount, percent, number, {Kind: rule.Number, Unit: "mnd"}}).Draw(rt, "soort")
		d := rule.Datum{Kind: typ.Kind, Num: big.NewRat(cents, 100)}
		s := notation.Format(d, typ)
		back, err := notation.Parse(s, typ)
		if err != nil || !back.Equal(d) {
			rt.Fatalf("%v → %q → %v (%v)", d, s, back, err)
		}
	})
}

func TestFormat(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		num  string
		typ  rule.Type
		want string
	}{
		{"28400", amount, "€ 28.400"},
		{"1550.5", amount, "€ 1.550,50"},
		{"-1234567.89", amount, "€ -1.234.567,89"},
		{"0", amount, "€ 0"},
		{"100", amount, "€ 100"},
		{"110", percent, "110 %"},
		{"1.848", percent, "1,848 %"},
		{"36", rule.Type{Kind: rule.Number, Unit: "mnd"}, "36 mnd"},
		{"1/3", number, "1/3"},
	} {
		r, _ := new(big.Rat).SetString(c.num)
		if got := notation.Format(rule.Datum{Kind: c.typ.Kind, Num: r}, c.typ); got != c.want {
			t.Errorf("%s: %q, verwacht %q", c.num, got, c.want)
		}
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	known := []string{"vermogen", "inkomen", "geboortedatum"}
	for in, want := range map[string]string{"vermogn": "vermogen", "inkomsten": "inkomen", "Geboortedatum": "geboortedatum", "xyz": "", "": "", strings.Repeat("a", 1000): ""} {
		if got := notation.Nearest(in, known); got != want {
			t.Errorf("%q: %q, verwacht %q", in, got, want)
		}
	}
}

// Columns count characters, not bytes.
func TestPositions(t *testing.T) {
	t.Parallel()
	d := &notation.Doc{File: "x.yaml", Line: 10}
	top := d.Parse([]byte("a: één\nb: {ëë: 1, ü: fout}\n"))
	var n int
	d.Fields(top, "x", map[string]notation.Field{
		"a": func(_, _ *notation.Node) {},
		"b": func(_, v *notation.Node) {
			d.Fields(v, "b", map[string]notation.Field{"ëë": d.Int(&n, "ëë", 0, 5), "ü": d.Int(&n, "ü", 0, 5)})
		},
	})
	if len(d.Diags) != 1 || d.Diags[0].Pos != (rule.Pos{File: "x.yaml", Line: 11, Column: 15}) {
		t.Errorf("%v", d.Diags)
	}
}

func FuzzNumber(f *testing.F) {
	for _, s := range []string{"28.400,00", "1.5", "-0,01", "€ 3", "1e9", "٣", "1,", "", "0,0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := notation.Parse(s, amount)
		if err != nil || d.IsEmpty() {
			return
		}
		back, err := notation.Parse(notation.Format(d, amount), amount)
		if err != nil || !back.Equal(d) {
			t.Errorf("%q → %v → %v (%v)", s, d, back, err)
		}
	})
}
