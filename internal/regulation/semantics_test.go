package regulation_test

import (
	"os"
	"testing"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/regulation"
)

// What docs/regelspraak-profiel.md says under Semantics, as rules with worked
// examples: data that another implementation could run.
func TestSemanticsOfTheProfile(t *testing.T) {
	t.Parallel()
	set, diags := regulation.Load(os.DirFS("testdata/semantiek"))
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	program := compile(t, set.Model)
	reg, _ := set.Get("semantiek")
	applied := map[string]bool{}
	for _, ex := range reg.Examples() {
		for _, m := range ex.Run(program) {
			t.Errorf("%s", m)
		}
		c, diags := ex.Given.Case(program, ex.Date)
		if c == nil {
			t.Fatal(diags)
		}
		for _, e := range ex.Expect {
			obj, _ := ex.Given.Object(e.Object)
			for _, k := range c.Derive(obj, e.Attribute).Steps[0].Candidates {
				if k.Outcome == exact.Yes {
					applied[k.Rule.ID] = true
				}
			}
		}
	}
	for _, r := range set.Model.Rules {
		if !applied[r.ID] {
			t.Errorf("no example shows %s", r.ID)
		}
	}
}
