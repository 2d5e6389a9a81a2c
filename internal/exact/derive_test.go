package exact_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// outline writes a derivation as indented lines.
func outline(d *exact.Derivation) string {
	var b strings.Builder
	shown := map[int]bool{}
	var step func(id int, indent string)
	var term func(t *exact.Term, indent string)
	var test func(t *exact.Test, indent string)
	step = func(id int, indent string) {
		s := d.Steps[id]
		fmt.Fprintf(&b, "%s%s van %s = %s (%d)", indent, s.Attribute.Name, s.ObjectID, show(s.Value, errOf(s.Err)), s.Origin)
		if shown[id] && len(s.Candidates) > 0 {
			b.WriteString(" zie boven\n")
			return
		}
		shown[id] = true
		b.WriteString("\n")
		for _, k := range s.Candidates {
			fmt.Fprintf(&b, "%s  regel %s: %d\n", indent, k.Rule.ID, k.Outcome)
			test(k.Subject, indent+"    ")
			test(k.Condition, indent+"    ")
			term(k.Value, indent+"    ")
		}
	}
	term = func(t *exact.Term, indent string) {
		if t == nil {
			return
		}
		switch {
		case t.Parameter != nil:
			fmt.Fprintf(&b, "%sparameter %s = %s vanaf %s\n", indent, t.Parameter.ID, t.Value, t.Source.From)
		case t.Step >= 0:
			step(t.Step, indent)
		case t.Attribute != nil:
			fmt.Fprintf(&b, "%s%s van niemand = %s\n", indent, t.Attribute.Name, t.Value)
		}
		for _, k := range t.Terms {
			term(k, indent)
		}
	}
	test = func(t *exact.Test, indent string) {
		if t == nil {
			return
		}
		fmt.Fprintf(&b, "%svoorwaarde %d", indent, t.Outcome)
		if t.Kenmerk != nil {
			fmt.Fprintf(&b, " %s", t.Kenmerk.Name)
		}
		if !t.Gap.IsEmpty() {
			fmt.Fprintf(&b, " afstand %s", t.Gap)
		}
		b.WriteString("\n")
		for _, i := range t.Items {
			test(i, indent+"  ")
		}
		term(t.L, indent+"  ")
		term(t.R, indent+"  ")
		if t.Step >= 0 {
			step(t.Step, indent+"  ")
		}
	}
	step(0, "")
	return b.String()
}

func errOf(e *exact.Error) error {
	if e == nil {
		return nil
	}
	return e
}

func TestDerivationShowsEverythingThatWasRead(t *testing.T) {
	t.Parallel()
	s := newToeslag()
	p := s.compile(t)
	c := p.NewCase(rule.MustDate("2026-06-01"))
	p1 := c.Add(s.person, "p1")
	s.fill(t, c, p1, "1990-04-02", "28400", "146012.50")
	must(t, c.Set(p1, s.applicant, yes(true)))
	got := outline(c.Derive(p1, s.amount))
	want := `toeslag van p1 = 0 (2)
  regel toeslag.alleen: 0
    voorwaarde 0
      voorwaarde 0 recht op toeslag
        recht op toeslag van p1 = nee (3)
          regel toeslag.recht: 0
            voorwaarde 1 aanvrager
              aanvrager van p1 = ja (0)
            voorwaarde 0
              voorwaarde 1 verzekerd
                verzekerd van p1 = ja (0)
              voorwaarde 1 de leeftijd voor toeslag
                de leeftijd voor toeslag van p1 = ja (2)
                  regel toeslag.leeftijd: 1
                    voorwaarde 1
                      geboortedatum van p1 = 1990-04-02 (0)
                      parameter toeslag.leeftijd = 18 vanaf 2026-01-01
              voorwaarde 0 te vermogend
                te vermogend van p1 = ja (2)
                  regel toeslag.vermogen-alleen: 1
                    voorwaarde 1
                      voorwaarde 1
                      voorwaarde 1
                        vermogen van p1 = 146012.5 (0)
                        parameter toeslag.vermogen-alleen = 146011 vanaf 2026-01-01
                  regel toeslag.vermogen-samen: 0
                    voorwaarde 0
                      voorwaarde 0
                      voorwaarde 0 afstand 38620.5
                        vermogen van p1 = 146012.5 (0)
                        vermogen van niemand = leeg
                        parameter toeslag.vermogen-samen = 184633 vanaf 2026-01-01
      voorwaarde 1
  regel toeslag.samen: 0
    voorwaarde 0
      voorwaarde 0 recht op toeslag
        recht op toeslag van p1 = nee (3) zie boven
      voorwaarde 0
  regel toeslag.nihil: 1
    voorwaarde 1 recht op toeslag
      recht op toeslag van p1 = nee (3) zie boven
`
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")); diff != "" {
		t.Error(diff)
	}
}

func TestWhyNotIsTriedAndSmallest(t *testing.T) {
	t.Parallel()
	s := newToeslag()
	p := s.compile(t)
	type change struct{ Who, What, To, Result string }
	ask := func(born, income, wealth string, set func(c *exact.Case, p1 int)) []change {
		c := p.NewCase(rule.MustDate("2026-06-01"))
		p1 := c.Add(s.person, "p1")
		s.fill(t, c, p1, born, income, wealth)
		must(t, c.Set(p1, s.applicant, yes(true)))
		if set != nil {
			set(c, p1)
		}
		var out []change
		for _, k := range c.WhyNot(p1, s.per) {
			out = append(out, change{k.ObjectID, k.Attribute.Name, k.To.String(), k.Result.String()})
		}
		return out
	}
	for _, tc := range []struct {
		name string
		got  []change
		want []change
	}{
		{"wealth", ask("1990-04-02", "28400", "146012.50", nil), []change{{"p1", "vermogen", "146011", "129"}}},
		{"insurance", ask("1990-04-02", "28400", "0", func(c *exact.Case, p1 int) { must(t, c.Set(p1, s.insured, yes(false))) }),
			[]change{{"p1", "verzekerd", "ja", "129"}}},
		{"age: one day", ask("2008-06-01", "28400", "0", nil), []change{{"p1", "geboortedatum", "2008-05-31", "129"}}},
		{"income, of which 13.73 % counts", ask("1990-04-02", "45000", "0", nil), []change{{"p1", "toetsingsinkomen", "40944.65", "1"}}},
		{"entitled: what would end it", ask("1990-04-02", "28400", "0", nil), []change{
			{"p1", "toetsingsinkomen", "40944.66", "0"}, {"p1", "vermogen", "146011.01", "0"},
			{"p1", "geboortedatum", "2008-06-01", "0"}, {"p1", "aanvrager", "nee", "0"}, {"p1", "verzekerd", "nee", "0"},
		}},
		{"two things at once: nothing to say", ask("2008-06-01", "28400", "146012.50", nil), nil},
	} {
		if diff := cmp.Diff(tc.want, tc.got); diff != "" {
			t.Errorf("%s: %s", tc.name, diff)
		}
	}
}

// A derivation says what Value says, whatever is known; WhyNot leaves the case
// as it was, and what it proposes holds in a fresh case.
func TestDeriveAndWhyNotAgreeWithValue(t *testing.T) {
	t.Parallel()
	s := newToeslag()
	p := s.compile(t)
	rapid.Check(t, func(t *rapid.T) {
		type person struct {
			born, income, wealth string
			insured              rule.Datum
			known                bool
		}
		people := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) person {
			return person{
				rapid.SampledFrom([]string{"1990-04-02", "2008-05-31", "2008-06-01", "2008-02-29"}).Draw(t, "geboren"),
				fmt.Sprint(rapid.IntRange(0, 60_000).Draw(t, "inkomen")),
				rapid.SampledFrom([]string{"0", "146011", "146011.01", "100000", "184633.01"}).Draw(t, "vermogen"),
				yes(rapid.Bool().Draw(t, "verzekerd")),
				rapid.IntRange(0, 9).Draw(t, "bekend") > 0,
			}
		}), 1, 2).Draw(t, "personen")
		build := func() *exact.Case {
			c := p.NewCase(rule.MustDate("2026-06-01"))
			for i, x := range people {
				who := c.Add(s.person, fmt.Sprint("p", i+1))
				_ = c.Set(who, s.born, date(x.born))
				_ = c.Set(who, s.wealth, amount(x.wealth))
				_ = c.Set(who, s.insured, x.insured)
				_ = c.Set(who, s.applicant, yes(i == 0))
				if x.known {
					_ = c.Set(who, s.income, amount(x.income))
				}
			}
			if len(people) == 2 {
				_ = c.Link(s.partner, 0, 1)
			}
			return c
		}
		c := build()
		want := show(c.Value(0, s.per))
		d := build().Derive(0, s.per)
		if got := show(d.Value, errOf(d.Err)); got != want {
			t.Fatalf("derivation says %s, value %s", got, want)
		}
		for _, st := range d.Steps {
			if got, want := show(st.Value, errOf(st.Err)), show(c.Value(st.Object, st.Attribute)); got != want {
				t.Fatalf("step %s van %s: derivation says %s, value %s", st.Attribute.Name, st.ObjectID, got, want)
			}
		}
		for _, k := range c.WhyNot(0, s.per) {
			other := build()
			if err := other.Set(k.Object, k.Attribute, k.To); err != nil {
				t.Fatal(err)
			}
			if got := show(other.Value(0, s.per)); got != k.Result.String() || (got == "0") == (want == "0") {
				t.Fatalf("%s van %s naar %s: geeft %s, beloofd %s", k.Attribute.Name, k.ObjectID, k.To, got, k.Result)
			}
		}
		if got := show(c.Value(0, s.per)); got != want {
			t.Fatalf("after WhyNot: %s, before %s", got, want)
		}
	})
}
