package explain_test

import (
	"fmt"
	"math/big"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"lemniscaat/internal/dossier"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/explain"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// shipped gives the regulations that ship, ready to compute, and the words that
// the law itself uses.
var shipped = sync.OnceValues(func() (*regulation.Set, *exact.Program) {
	set, ds := regulation.Load(os.DirFS("../../regelingen"))
	if err := ds.Err(); err != nil {
		panic(err)
	}
	p, ds := exact.Compile(set.Model)
	if err := ds.Err(); err != nil {
		panic(err)
	}
	return set, p
})

func lawTerms(m *rule.Model) []string {
	var terms []string
	for _, o := range m.Objects {
		for _, a := range o.Attributes {
			terms = append(terms, a.Name)
		}
	}
	for _, f := range m.Facts {
		for _, r := range f.Roles {
			terms = append(terms, r.Name)
		}
	}
	for _, x := range m.Parameters {
		terms = append(terms, x.Name)
	}
	return terms
}

// drawCase draws a household for one of the schemes, sometimes with something
// missing.
func drawCase(t *rapid.T) (scheme, file string) {
	missing := rapid.IntRange(0, 11).Draw(t, "ontbreekt")
	n := 0
	field := func(key string, value any) string {
		if n++; n == missing {
			return ""
		}
		return fmt.Sprintf("%s: %v, ", key, value)
	}
	euros := func(label string, around ...int) string {
		cents := rapid.OneOf(rapid.IntRange(0, 6_000_000), rapid.SampledFrom(around)).Draw(t, label) + rapid.IntRange(-2, 2).Draw(t, "centen")
		cents = max(cents, 0)
		return fmt.Sprintf(`"%d,%02d"`, cents/100, cents%100)
	}
	born := func() string {
		return rapid.SampledFrom([]string{"1990-04-02", "2008-05-31", "2008-06-01", "2005-06-02", "1959-06-01", "2008-02-29", "1957-01-01"}).Draw(t, "geboren")
	}
	yesNo := func(label string) string {
		return rapid.SampledFrom([]string{"ja", "ja", "nee"}).Draw(t, label)
	}
	scheme = rapid.SampledFrom([]string{"zorgtoeslag", "individuele-inkomenstoeslag"}).Draw(t, "regeling")
	person := func() string {
		if scheme == "zorgtoeslag" {
			return field("geboortedatum", born()) + field("verzekerd", yesNo("verzekerd")) +
				field("toetsingsinkomen", euros("inkomen", 4_085_725, 2_973_600, 5_114_200)) + field("vermogen", euros("vermogen", 14_601_100, 18_463_300))
		}
		return field("geboortedatum", born()) + field("gemiddelde-maandinkomen", euros("inkomen", 140_000, 154_165, 200_000)) +
			field("bijstandsvermogen", euros("vermogen", 800_000, 1_600_000)) +
			field("vorige-toekenning", rapid.SampledFrom([]string{"leeg", "2025-06-01", "2025-06-02", "2026-01-01"}).Draw(t, "vorige")) +
			field("uitzicht-op-inkomensverbetering", rapid.SampledFrom([]string{"nee", "nee", "ja"}).Draw(t, "uitzicht"))
	}
	file = "datum: 2026-06-01\npersonen:\n  p1: {" + person() + "}\n"
	if rapid.Bool().Draw(t, "partner") {
		role := map[string]string{"zorgtoeslag": "partnerschap", "individuele-inkomenstoeslag": "bijstandspartnerschap"}[scheme]
		file += "  p2: {" + person() + "}\nfeiten:\n  - " + role + ": [p1, p2]\n"
	}
	return scheme, strings.ReplaceAll(file, ", }", "}")
}

// What an explanation says is true: for random households of both schemes and
// both languages.
func TestExplanationsAreTrue(t *testing.T) {
	t.Parallel()
	set, p := shipped()
	terms := lawTerms(set.Model)
	for _, lang := range explain.Languages() {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			var all []string
			errors, flips := 0, 0
			rapid.Check(t, func(t *rapid.T) {
				scheme, text := drawCase(t)
				file, ds := dossier.Read("p.yaml", []byte(text), set.Model)
				if err := ds.Err(); err != nil {
					t.Fatalf("%v in\n%s", err, text)
				}
				c, ds := file.Case(p, rule.Date{})
				if err := ds.Err(); err != nil {
					t.Fatal(err)
				}
				reg, _ := set.Get(scheme)
				o := rapid.SampledFrom(reg.Outcomes).Draw(t, "uitkomst")
				a := p.Attribute(o.Attribute)
				x := explain.Explain(c, 0, a, explain.Context{Lang: lang, Label: o.Label, Period: o.Period, Ends: true})
				v, err := c.Value(0, a)
				if x.Sentence == "" || len(x.Lines) == 0 || (err != nil) != (x.Error != nil) {
					t.Fatalf("%+v, %v", x, err)
				}
				if err != nil {
					errors++
					if path := x.Error.Path; len(path) < 2 || path[len(path)-1].Attribute != o.Attribute || path[0].Attribute != x.Error.Attribute {
						t.Fatalf("the way of the error does not lead from the datum to the outcome: %+v", path)
					}
				}
				numbersOccur(t, lang, x, c.Derive(0, a))
				if err == nil {
					inputsMentioned(t, c, a, v, x)
					flips += len(x.WhyNot)
					flipsHold(t, c, p, a, v, x)
				}
				all = append(all, said(x)...)
			})
			least := 200
			if testing.Short() {
				least = 20
			}
			gate(t, lang, all, terms, least)
			if !testing.Short() && (errors == 0 || flips < 10) {
				t.Errorf("the random households say too little: %d errors, %d changes", errors, flips)
			}
		})
	}
}

var numeral = regexp.MustCompile(`(?:^|[^\p{L}\d])(\d(?:[\d.,]*\d)?)`)

// numbersOccur checks that every number that a sentence says was computed,
// given, or stands in the law.
func numbersOccur(t *rapid.T, lang string, x *explain.Explanation, d *exact.Derivation) {
	t.Helper()
	values, words := numbersOf(d)
	thousands, comma := ".", ","
	if lang == "en" {
		thousands, comma = ",", "."
	}
	check := func(sentence string) {
		for _, m := range numeral.FindAllStringSubmatch(sentence, -1) {
			plain := strings.ReplaceAll(strings.ReplaceAll(m[1], thousands, ""), comma, ".")
			_, frac, _ := strings.Cut(plain, ".")
			found := strings.Contains(words, m[1])
			for _, v := range values {
				found = found || v.FloatString(len(frac)) == plain
			}
			if !found {
				t.Fatalf("%s occurs nowhere in the derivation: %s", m[1], sentence)
			}
		}
	}
	check(x.Sentence)
	for _, r := range x.Reasons {
		check(r)
	}
	for _, l := range x.Lines {
		check(l.Text)
		check(l.Calculation)
	}
}

// numbersOf gives the magnitude of every number of a derivation, the parts of
// its dates, and the names and sources of its rules.
func numbersOf(d *exact.Derivation) ([]*big.Rat, string) {
	var out []*big.Rat
	var words strings.Builder
	number := func(n int) { out = append(out, big.NewRat(int64(n), 1)) }
	date := func(d rule.Date) { number(d.Year); number(d.Day) }
	datum := func(d rule.Datum) {
		if d.Num != nil {
			// An age of 804 months is said as 67 years.
			out = append(out, new(big.Rat).Abs(d.Num), new(big.Rat).Quo(d.Num, big.NewRat(12, 1)))
		}
		date(d.Date)
	}
	date(d.Date)
	var term func(t *exact.Term)
	var test func(t *exact.Test)
	term = func(t *exact.Term) {
		if t == nil {
			return
		}
		datum(t.Value)
		date(t.Source.From)
		if t.Parameter != nil {
			words.WriteString(t.Parameter.Name + " ")
		}
		if r, ok := t.Expr.(*rule.Round); ok {
			number(r.Decimals)
		}
		for _, k := range t.Terms {
			term(k)
		}
		for _, k := range t.Filters {
			test(k)
		}
	}
	test = func(t *exact.Test) {
		if t == nil {
			return
		}
		if c, ok := t.Condition.(*rule.Compound); ok {
			number(c.N)
		}
		term(t.L)
		term(t.R)
		for _, i := range t.Items {
			test(i)
		}
	}
	for _, s := range d.Steps {
		datum(s.Value)
		for _, k := range s.Candidates {
			words.WriteString(k.Rule.Name + " " + strings.Join(k.Rule.Source, " ") + " ")
			test(k.Subject)
			test(k.Condition)
			term(k.Value)
			for i, r := range k.Rows {
				number(i + 1)
				test(r.Condition)
				term(r.Value)
			}
			number(len(k.Rows))
			number(len(k.Rows) - 1)
		}
	}
	if d.Err != nil && d.Err.Rule != nil {
		words.WriteString(strings.Join(d.Err.Rule.Source, " "))
	}
	return out, words.String()
}

// others gives other values for a datum, near and far.
func others(t *rapid.T, d rule.Datum) []rule.Datum {
	switch d.Kind {
	case rule.Boolean:
		return []rule.Datum{{Kind: d.Kind, Bool: !d.Bool}}
	case rule.DateKind:
		var out []rule.Datum
		for range 4 {
			out = append(out, rule.Datum{Kind: d.Kind, Date: d.Date.AddDays(rapid.IntRange(-20_000, 0).Draw(t, "dagen"))})
		}
		return append(out, rule.Datum{Kind: d.Kind, Date: d.Date.AddDays(-1)})
	case rule.Amount:
		var out []rule.Datum
		for range 6 {
			out = append(out, rule.Datum{Kind: d.Kind, Num: big.NewRat(rapid.Int64Range(0, 20_000_000).Draw(t, "centen"), 100)})
		}
		return out
	}
	return nil
}

// given calls see for every datum that the case gives.
func given(c *exact.Case, see func(obj int, a *rule.Attribute, d rule.Datum)) {
	for obj := range c.Len() {
		for _, a := range c.TypeOf(obj).Attributes {
			if d, ok := c.Input(obj, a); ok {
				see(obj, a, d)
			}
		}
	}
}

// with gives the outcome with another datum, and leaves the case as it was.
func with(t *rapid.T, c *exact.Case, obj int, a *rule.Attribute, to rule.Datum, outcome *rule.Attribute) (rule.Datum, error) {
	t.Helper()
	from, _ := c.Input(obj, a)
	if err := c.Set(obj, a, to); err != nil {
		t.Fatal(err)
	}
	v, err := c.Value(0, outcome)
	if back := c.Set(obj, a, from); back != nil {
		t.Fatal(back)
	}
	return v, err
}

// inputsMentioned checks that whatever changes the outcome is in the trace.
func inputsMentioned(t *rapid.T, c *exact.Case, outcome *rule.Attribute, v rule.Datum, x *explain.Explanation) {
	t.Helper()
	mentioned := map[string]bool{}
	for _, l := range x.Lines {
		if l.Kind == explain.Input {
			mentioned[l.Object+" "+l.Attribute] = true
		}
	}
	given(c, func(obj int, a *rule.Attribute, d rule.Datum) {
		for _, to := range others(t, d) {
			if got, err := with(t, c, obj, a, to, outcome); (err != nil || !got.Equal(v)) && !mentioned[c.ID(obj)+" "+a.ID()] && a.Kind != rule.Noun {
				t.Fatalf("%s of %s changes the outcome and is not mentioned", a.ID(), c.ID(obj))
			}
		}
	})
}

// flipsHold checks every change that is proposed, and that nothing nearer and
// nothing that is not proposed flips the outcome.
func flipsHold(t *rapid.T, c *exact.Case, p *exact.Program, outcome *rule.Attribute, v rule.Datum, x *explain.Explanation) {
	t.Helper()
	gives := func(d rule.Datum) bool { return d.Bool || d.Num != nil && d.Num.Sign() != 0 }
	flips := func(obj int, a *rule.Attribute, to rule.Datum) bool {
		got, err := with(t, c, obj, a, to, outcome)
		return err == nil && gives(got) != gives(v)
	}
	proposed := map[string]*big.Rat{}
	for _, k := range x.WhyNot {
		a := p.Attribute(k.Attribute)
		given(c, func(obj int, b *rule.Attribute, d rule.Datum) {
			if a != b || c.ID(obj) != k.Object {
				return
			}
			proposed[k.Object+" "+k.Attribute] = new(big.Rat)
			if !flips(obj, a, datumOf(t, k.To.Exact, d.Kind)) {
				t.Fatalf("does not hold: %s", k.Text)
			}
			if k.Last == nil {
				return
			}
			if flips(obj, a, datumOf(t, k.Last.Exact, d.Kind)) {
				t.Fatalf("a smaller change flips already: %s", k.Text)
			}
			proposed[k.Object+" "+k.Attribute], _ = new(big.Rat).SetString(k.Distance.Exact)
		})
	}
	given(c, func(obj int, a *rule.Attribute, d rule.Datum) {
		far, known := proposed[c.ID(obj)+" "+a.ID()]
		if a.Kind == rule.Noun {
			return // leaving out who asks is not proposed
		}
		for _, to := range others(t, d) {
			if known && (d.Kind == rule.Boolean || apart(d, to).Cmp(far) >= 0) {
				continue
			}
			if flips(obj, a, to) {
				t.Fatalf("%s of %s to %s flips the outcome; proposed was %v (%v)", a.ID(), c.ID(obj), to, far, known)
			}
		}
	})
}

func apart(x, y rule.Datum) *big.Rat {
	if x.Kind == rule.DateKind {
		return big.NewRat(int64(max(rule.DaysBetween(x.Date, y.Date), rule.DaysBetween(y.Date, x.Date))), 1)
	}
	return new(big.Rat).Abs(new(big.Rat).Sub(x.Num, y.Num))
}

func datumOf(t *rapid.T, s string, k rule.Kind) rule.Datum {
	t.Helper()
	d := rule.Datum{Kind: k}
	switch k {
	case rule.Boolean:
		d.Bool = s == "ja" || s == "yes"
	case rule.DateKind:
		d.Date = rule.MustDate(s)
	default:
		var ok bool
		if d.Num, ok = new(big.Rat).SetString(s); !ok {
			t.Fatalf("no number: %s", strconv.Quote(s))
		}
	}
	return d
}
