package amendment_test

import (
	"testing"

	"pgregory.net/rapid"

	"lemniscaat/internal/amendment"
	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/rule/ruletest"
)

// TestRandom: a rule of any shape opens as a form whose text is the rule; each
// choice of a place, each item that can go and each condition that can come
// gives a rule that can be read. Choices that change the meaning of a type (a
// cell, a name) may be refused, but not by a panic.
func TestRandom(t *testing.T) {
	t.Parallel()
	models := rapid.Custom(func(t *rapid.T) *rule.Model { return ruletest.Model(t, ruletest.Options{}) })
	rounds, tried, tables := 150, 0, 0
	if testing.Short() {
		rounds = 30
	}
	for i := range rounds {
		m, ds := regelspraak.Parse(regelspraak.PrintModel(models.Example(i)))
		if ds.Err() != nil {
			t.Fatal(ds)
		}
		for _, r := range m.Rules {
			from := rule.Date{Year: 2026, Month: 6, Day: 1}
			if r.At(from) == nil {
				from = r.Versions[0].From
			}
			s, ok := amendment.Open(m, r, from)
			if !ok {
				continue
			}
			next, ds := amendment.Read(m, r, s.Text)
			if ds.Err() != nil {
				t.Fatalf("%v\n%s", ds, s.Text)
			}
			if again := amendment.Text(next, from); again != s.Text {
				t.Fatalf("another text:\n%s\n%s", s.Text, again)
			}
			if res, faults := s.Apply(amendment.Change{}); res.Text != s.Text || len(faults) > 0 {
				t.Fatalf("nothing changed it: %v\n%s", faults, res.Text)
			}
			for l := range s.Lines() {
				_ = l
			}
			if s.Table != nil {
				tables++
			}
			read := func(c amendment.Change, must bool) {
				tried++
				res, faults := s.Apply(c)
				if !must {
					_, _ = amendment.Read(m, r, res.Text)
					return
				}
				if len(faults) > 0 {
					t.Errorf("%+v: %v", c, faults)
				}
				// Fewer conditions than have to hold is told, not mended in silence.
				if _, ds := amendment.Read(m, r, res.Text); ds.Err() != nil && (c.Remove == "" || ds[0].Code != regelspraak.CodeQuantity) {
					t.Errorf("%+v: %v\n%s", c, ds, res.Text)
				}
			}
			for _, p := range s.Places {
				for _, o := range p.Options {
					read(amendment.Change{Values: map[string]string{p.ID: o}}, true)
				}
				for _, o := range p.Suggest {
					read(amendment.Change{Values: map[string]string{p.ID: o}}, false)
				}
			}
			for _, x := range s.Items {
				read(amendment.Change{Remove: x.ID}, true)
			}
			candidates := amendment.Candidates(m, r, s)
			for k, l := range s.Lists {
				for n, c := range candidates {
					if n%5 == k%5 {
						read(amendment.Change{Add: l.ID, With: c}, true)
					}
				}
			}
		}
	}
	if tried < 1000 || tables < 5 {
		t.Errorf("only %d changes and %d tables tried", tried, tables)
	}
}
