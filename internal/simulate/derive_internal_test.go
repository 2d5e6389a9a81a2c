package simulate

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/rule"
)

// Income that rules can work out is left to them when the run has those rules,
// and when they know all they need on the date; otherwise what the population
// drew holds.
func TestDerived(t *testing.T) {
	t.Parallel()
	set := shippedSet(t)
	for _, c := range []struct {
		on   string
		ids  []string
		want []string
	}{
		{"2026-06-01", []string{"besteedbaar-inkomen", "zorgtoeslag"}, []string{"persoon.andere-netto-inkomsten", "persoon.inkomen-uit-aow", "persoon.netto-inkomsten-uit-werk", "persoon.toetsingsinkomen"}},
		{"2026-06-01", []string{"zorgtoeslag", "participatiewet"}, nil},
		// The AOW of the second half of 2026 is not known here.
		{"2026-11-22", []string{"besteedbaar-inkomen"}, []string{"persoon.andere-netto-inkomsten", "persoon.netto-inkomsten-uit-werk", "persoon.toetsingsinkomen"}},
		{"2027-06-01", []string{"besteedbaar-inkomen"}, nil},
	} {
		s, err := NewSide(set, rule.MustDate(c.on), c.ids...)
		if err != nil {
			t.Fatal(err)
		}
		b, err := newBound(s, rule.MustDate(c.on))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(c.want, slices.Sorted(maps.Keys(b.derived))); d != "" {
			t.Errorf("%v on %s:\n%s", c.ids, c.on, d)
		}
	}
}
