package logic_test

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/logic"
	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
)

// The analysis against the evaluator: what it calls impossible holds in no case,
// and what it is sure of holds in the case that it gives.
func TestAgreesWithExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list := conditions(t, 1, rapid.IntRange(1, 4).Draw(t, "items"))
		m, diags := regelspraak.Parse([]regelspraak.Source{{File: "a.md", Regulation: "r", Article: "a", Text: words + `Regel recht
    geldig altijd
        Een persoon heeft recht
        indien hij aan alle volgende voorwaarden voldoet:
` + list + ".\n"}})
		if err := diags.Err(); err != nil {
			t.Fatalf("%v\n%s", err, list)
		}
		for _, p := range m.Parameters {
			p.Values = []rule.ParameterValue{{From: rule.MustDate("2020-01-01"), Value: amount(2)}}
		}
		program, diags := exact.Compile(m)
		if err := diags.Err(); err != nil {
			t.Fatal(err)
		}
		v := m.Rules[len(m.Rules)-1].Versions[0]
		deep := rapid.Bool().Draw(t, "deep")
		holds := rapid.Bool().Draw(t, "holds")
		answer := logic.New(m, on, deep).Ask(v, logic.Claim{Condition: v.Condition, Holds: holds})
		switch {
		case answer.Open:
		case answer.Never:
			for range 150 {
				c := anyCase(t, program)
				if met(t, c) == holds {
					t.Fatalf("called impossible (%v, deep %v):\n%s\n%s", holds, deep, list, given(c))
				}
			}
		case answer.Sure:
			c := caseOf(program, answer.Witness)
			if met(t, c) != holds {
				t.Fatalf("sure of (%v, deep %v):\n%s\n%s\n%v", holds, deep, list, given(c), answer.Witness)
			}
		}
	})
}

// conditions draws the items of a list, each on a line.
func conditions(t *rapid.T, depth, n int) string {
	var lines []string
	for range n {
		mark := "            " + strings.Repeat("-", depth) + " "
		if depth < 3 && rapid.IntRange(0, 4).Draw(t, "nested") == 0 {
			k := rapid.IntRange(2, 3).Draw(t, "of")
			intro := rapid.SampledFrom([]string{"alle", "geen van de", "ten minste één van de", "ten minste twee van de", "ten hoogste één van de", "precies één van de"}).Draw(t, "quantifier")
			if intro == "alle" {
				intro = "alle volgende"
			} else {
				intro += " volgende"
			}
			lines = append(lines, mark+"hij voldoet aan "+intro+" voorwaarden:\n"+conditions(t, depth+1, k))
			continue
		}
		lines = append(lines, mark+atom(t))
	}
	return strings.Join(lines, "\n")
}

func atom(t *rapid.T) string {
	op := rapid.SampledFrom([]string{"gelijk aan", "ongelijk aan", "groter dan", "groter dan of gelijk aan", "kleiner dan", "kleiner dan of gelijk aan"}).Draw(t, "op")
	when := rapid.SampledFrom([]string{"gelijk aan", "ongelijk aan", "later dan", "later dan of gelijk aan", "eerder dan", "eerder dan of gelijk aan"}).Draw(t, "when")
	n := rapid.IntRange(-1, 4).Draw(t, "n")
	years := rapid.IntRange(17, 19).Draw(t, "years")
	not := rapid.SampledFrom([]string{"", "niet "}).Draw(t, "not")
	empty := rapid.SampledFrom([]string{"leeg", "gevuld"}).Draw(t, "empty")
	rounding := rapid.SampledFrom([]string{"naar beneden", "naar boven", "rekenkundig", "richting nul", "weg van nul"}).Draw(t, "rounding")
	return rapid.SampledFrom([]string{
		fmt.Sprintf("zijn inkomen is %s %d €", op, n),
		fmt.Sprintf("%d € is %s zijn inkomen", n, op),
		fmt.Sprintf("zijn inkomen is %s de grens", op),
		fmt.Sprintf("zijn inkomen is %s zijn vermogen", op),
		fmt.Sprintf("(zijn inkomen plus zijn vermogen) is %s %d €", op, n),
		fmt.Sprintf("(zijn inkomen verminderd met zijn vermogen) is %s %d €", op, n),
		fmt.Sprintf("(3 € min 2 maal zijn inkomen) is %s %d €", op, n),
		fmt.Sprintf("(50%% van zijn inkomen %s afgerond op 0 decimalen) is %s %d €", rounding, op, n),
		fmt.Sprintf("(zijn inkomen gedeeld door 2 plus 1 €, met een minimum van 1 € en met een maximum van 2 €) is %s %d €", op, n),
		fmt.Sprintf("(zijn aandeel van 100 €) is %s %d €", op, n),
		fmt.Sprintf("zijn uren is %s %d", op, n),
		fmt.Sprintf("zijn samen is %s %d €", op, n),
		fmt.Sprintf("het inkomen van zijn partner is %s %d €", op, n),
		"zijn inkomen is " + empty,
		"zijn partner is " + empty,
		"het inkomen van zijn partner is " + empty,
		"zijn samen is " + empty,
		"hij is " + not + "verzekerd",
		"hij is " + not + "volwassen",
		"zijn partner is " + not + "verzekerd",
		"zijn partner is " + not + "volwassen",
		"zijn woonvorm is gelijk aan 'alleen'",
		"zijn woonvorm is ongelijk aan 'samen'",
		fmt.Sprintf("de tijdsduur van zijn geboortedatum tot de rekendatum in hele jaren is %s %d jr", op, years),
		fmt.Sprintf("de tijdsduur van zijn geboortedatum tot de rekendatum in hele maanden is %s %d mnd", op, 12*years+n),
		fmt.Sprintf("(zijn geboortedatum plus %d jr) is %s de rekendatum", years, when),
		fmt.Sprintf("de eerste dag van de maand volgend op zijn geboortedatum is %s 1-7-2008", when),
		fmt.Sprintf("het jaar uit zijn geboortedatum is %s %d", op, 2024-years),
	}).Draw(t, "atom")
}

func amount(n int64) rule.Datum { return rule.Datum{Kind: rule.Amount, Num: big.NewRat(n, 1)} }

// anyCase draws a case near the values that conditions are drawn with.
func anyCase(t *rapid.T, p *exact.Program) *exact.Case {
	c := p.NewCase(on)
	for i := range rapid.IntRange(1, 2).Draw(t, "people") {
		person := c.Add(p.ObjectType("Persoon"), fmt.Sprintf("p%d", i+1))
		for _, a := range c.TypeOf(person).Attributes {
			d := rule.Datum{}
			if rapid.IntRange(0, 5).Draw(t, "leeg") > 0 {
				d = anyDatum(t, a.Type)
			}
			set(c, person, a, d)
		}
	}
	link(c)
	return c
}

func anyDatum(t *rapid.T, of rule.Type) rule.Datum {
	d := rule.Datum{Kind: of.Kind}
	halves := big.NewRat(int64(rapid.IntRange(-3, 12).Draw(t, "halves")), 2)
	switch of.Kind {
	case rule.Amount:
		d.Num = halves
	case rule.Percentage:
		d.Num = halves
	case rule.Number:
		d.Num = big.NewRat(int64(rapid.IntRange(-2, 5).Draw(t, "number")), 1)
	case rule.Boolean:
		d.Bool = rapid.Bool().Draw(t, "yes")
	case rule.Enum:
		d.Text = rapid.SampledFrom(of.Domain.Values).Draw(t, "word")
	case rule.DateKind:
		d.Date = on.AddYears(-rapid.IntRange(16, 20).Draw(t, "age")).AddDays(rapid.IntRange(-32, 32).Draw(t, "days"))
	}
	return d
}

// caseOf makes the case of a witness; what it does not name is leeg.
func caseOf(p *exact.Program, points []logic.Point) *exact.Case {
	c := p.NewCase(on)
	c.Add(p.ObjectType("Persoon"), "p1")
	for _, x := range points {
		if len(x.Via) == 0 || x.Value.IsEmpty() {
			continue
		}
		if c.Len() == 1 {
			c.Add(p.ObjectType("Persoon"), "p2")
		}
	}
	link(c)
	for person := range c.Len() {
		for _, a := range c.TypeOf(person).Attributes {
			d := rule.Datum{}
			for _, x := range points {
				if x.Attribute == a && len(x.Via) == person {
					d = x.Value
				}
			}
			set(c, person, a, d)
		}
	}
	return c
}

func link(c *exact.Case) {
	if c.Len() < 2 {
		return
	}
	if err := c.Link(c.Program().Role("persoon.partner"), 0, 1); err != nil {
		panic("BUG: " + err.Error())
	}
}

func set(c *exact.Case, obj int, a *rule.Attribute, d rule.Datum) {
	if !c.Program().IsInput(a, on) {
		return
	}
	if err := c.Set(obj, a, d); err != nil {
		panic("BUG: " + err.Error())
	}
}

func met(t *rapid.T, c *exact.Case) bool {
	d, err := c.Value(0, c.Program().Attribute("persoon.recht"))
	if err != nil {
		t.Fatal(err)
	}
	return d.Bool
}

func given(c *exact.Case) string {
	var b strings.Builder
	for i := range c.Len() {
		for _, a := range c.TypeOf(i).Attributes {
			if d, ok := c.Input(i, a); ok {
				fmt.Fprintf(&b, "%s.%s=%v ", c.ID(i), a.Name, d)
			}
		}
	}
	return b.String()
}
