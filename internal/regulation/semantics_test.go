package regulation_test

import (
	"fmt"
	"os"
	"testing"

	"lemniscaat/internal/dossier"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// What docs/regelspraak-profiel.md says under Semantics, as rules with worked
// examples: data that another implementation could run (see the README beside
// it). Every rule, and every row of every table, is shown by an example.
func TestSemanticsOfTheProfile(t *testing.T) {
	t.Parallel()
	set, diags := regulation.Load(os.DirFS("testdata/semantiek"))
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	program := compile(t, set.Model)
	reg, _ := set.Get("semantiek")
	shown := map[string]bool{}
	for _, ex := range reg.Examples() {
		for _, m := range ex.Run(program) {
			t.Errorf("%s", m)
		}
		c, diags := ex.Given.Case(program, ex.Date)
		if c == nil {
			t.Fatal(diags)
		}
		for _, e := range ex.Expect {
			show(shown, c, ex.Given, e.Object, e.Attribute)
		}
		for _, e := range ex.Faults {
			show(shown, c, ex.Given, e.Object, e.Attribute)
		}
		for _, v := range ex.Violations {
			shown[v.Rule.ID] = true
		}
	}
	for _, r := range set.Model.Rules {
		want := []string{r.ID}
		if table, ok := r.Versions[0].Action.(*rule.Table); ok {
			for i := range table.Rows {
				want = append(want, fmt.Sprintf("%s, rij %d", r.ID, i+1))
			}
		}
		for _, id := range want {
			if !shown[id] {
				t.Errorf("no example shows %s", id)
			}
		}
	}
}

// show notes the rules, and the rows of tables, that apply.
func show(shown map[string]bool, c *exact.Case, given *dossier.File, object string, a *rule.Attribute) {
	obj, _ := given.Object(object)
	for _, k := range c.Derive(obj, a).Steps[0].Candidates {
		if k.Outcome != exact.Yes {
			continue
		}
		shown[k.Rule.ID] = true
		for i, r := range k.Rows {
			if r.Outcome == exact.Yes {
				shown[fmt.Sprintf("%s, rij %d", k.Rule.ID, i+1)] = true
			}
		}
	}
}
