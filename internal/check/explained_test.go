package check_test

import (
	"strings"
	"testing"

	"lemniscaat/internal/check"
	"lemniscaat/internal/rule"
)

// A finding that its regulation explains stays, with the explanation, and no
// longer warns; one at another place, of another kind, or that is an error is
// not explained by it.
func TestExplained(t *testing.T) {
	t.Parallel()
	ends := edit{params, "deel:", "  - {vanaf: 2026-09-01, waarde: leeg, bron: besluit 2, zekerheid: V}\ndeel:"}
	asks := edit{"bijdrage/stappen.yaml", "  als-niets:", "  bewijs:\n    - {naam: uw inkomen, register: Polisadministratie}\n  als-niets:"}
	wrong := edit{article, `p1: {bijdrage: "600"}`, `p1: {bijdrage: "601"}`}
	cases := []struct {
		name  string
		edits []edit
		code  string
		at    string
		want  bool
	}{
		{"by its parameter", []edit{ends}, check.CodeNoParameter, "bijdrage.grens", true},
		{"by its rule", []edit{ends}, check.CodeNoParameter, "bijdrage.bedrag", true},
		{"by its article", []edit{ends}, check.CodeNoParameter, "artikel-1", true},
		{"one of a list", []edit{ends}, check.CodeNoParameter, "[bijdrage.deel, bijdrage.grens]", true},
		{"by its step", []edit{asks}, check.CodeKnown, "aanvragen", true},
		{"another parameter", []edit{ends}, check.CodeNoParameter, "bijdrage.deel", false},
		{"the regulation, of what has a place", []edit{ends}, check.CodeNoParameter, "bijdrage", false},
		{"another kind", []edit{ends}, check.CodeCliff, "bijdrage.grens", false},
		{"an error", []edit{wrong}, check.CodeExample, "artikel-1", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			files := sound()
			for _, e := range c.edits {
				e.apply(t, files)
			}
			set := load(t, files)
			found := func() (all []check.Finding, explained int) {
				all = check.Check(set, options())
				for _, f := range all {
					if f.Explained != nil {
						explained++
					}
				}
				return all, explained
			}
			before, none := found()
			if none != 0 {
				t.Fatal("explained before there is an explanation")
			}
			edit{meta, "uitkomsten:", "bevindingen:\n  - {code: " + c.code + ", bij: " + c.at + ", uitleg: Zo wil de raad het.}\nuitkomsten:"}.apply(t, files)
			set = load(t, files)
			all, n := found()
			if (n == 1) != c.want || n > 1 {
				t.Errorf("%d explained: %v", n, all)
			}
			worst, _ := check.Worst(before)
			now, _ := check.Worst(all)
			if c.want && (worst != rule.Warning || now >= worst && !strings.Contains(c.at, ",")) {
				t.Errorf("the worst was %v and is %v", worst, now)
			}
			for _, f := range all {
				if d := f.Diagnostic(); f.Explained != nil && (d.Severity != rule.Info || !strings.Contains(d.Hint, "Zo wil de raad het.")) {
					t.Errorf("as a diagnostic: %v", d)
				}
			}
		})
	}
}
