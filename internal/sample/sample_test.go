package sample_test

import (
	"os"
	"strings"
	"testing"

	"lemniscaat/internal/check"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/population"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/sample"
)

var day = rule.MustDate("2026-11-22")

func shipped(t testing.TB) (*regulation.Set, *exact.Program) {
	t.Helper()
	set, diags := regulation.Load(os.DirFS("../../regelingen"))
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	p, diags := exact.Compile(set.Model)
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	return set, p
}

func people(t testing.TB) *sample.Households {
	t.Helper()
	pop, err := population.New(population.Spec{N: 300, Seed: 1, Year: 2026})
	if err != nil {
		t.Fatal(err)
	}
	return sample.New(pop)
}

// Every household has all that the shipped rules ask for, couples are linked,
// and a second look at a household sees the same.
func TestFill(t *testing.T) {
	t.Parallel()
	_, p := shipped(t)
	h := people(t)
	partner := p.Role("persoon.toeslagpartner")
	couples := 0
	for i := range h.Len() {
		c, again := p.NewCase(day), p.NewCase(day)
		who, err := h.Fill(i, c)
		if err != nil {
			t.Fatal(err)
		}
		if same, err := h.Fill(i, again); err != nil || same != who || again.Len() != c.Len() {
			t.Errorf("household %d: %q, then %q (%v)", i, who, same, err)
		}
		for _, id := range []string{"persoon.zorgtoeslag", "persoon.individuele-inkomenstoeslag"} {
			for obj := range c.Len() {
				a := p.Attribute(id)
				if c.TypeOf(obj) != a.Owner {
					continue
				}
				if _, err := c.Value(obj, a); err != nil {
					t.Errorf("household %d, %s: %v", i, id, err)
				}
			}
		}
		if len(c.Linked(partner, 0)) == 1 {
			couples++
			if !strings.Contains(who, "paar") {
				t.Errorf("a couple is called %q", who)
			}
		}
	}
	if couples < h.Len()/4 || couples > 3*h.Len()/4 {
		t.Errorf("%d couples among %d households", couples, h.Len())
	}
}

// Households find what the worked examples find, and tell who it is.
func TestCliffs(t *testing.T) {
	if testing.Short() {
		t.Skip("searches for cliffs among households")
	}
	t.Parallel()
	set, _ := shipped(t)
	keys := map[string]bool{}
	invented := 0
	for _, k := range check.Cliffs(set, check.Options{Date: day, Cases: people(t)}) {
		keys[k.Key()] = true
		if strings.HasPrefix(k.Who, "een verzonnen huishouden: ") {
			invented++
		}
	}
	for _, k := range check.Cliffs(set, check.Options{Date: day}) {
		if !keys[k.Key()] {
			t.Errorf("%s is lost", k.Key())
		}
	}
	if invented == 0 {
		t.Error("no cliff is worst in a household")
	}
}

func BenchmarkCliffs(b *testing.B) {
	set, _ := shipped(b)
	h := people(b)
	for b.Loop() {
		check.Cliffs(set, check.Options{Date: day, Cases: h})
	}
}
