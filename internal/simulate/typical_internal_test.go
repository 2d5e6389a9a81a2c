package simulate

import (
	"slices"
	"strings"
	"testing"

	"lemniscaat/internal/rule"
)

// Income is measured by rules on every date on which they can compute that of
// typical households. Where they cannot, the drawn income is used and what is
// missing is named, so that winners and losers are still known.
func TestIncomeOnItsDates(t *testing.T) {
	t.Parallel()
	set := shippedSet(t)
	for on, missing := range map[string]string{"2026-01-01": "", "2026-06-01": "", "2025-03-15": "kinderopvangtoeslag.volgende-kinderen", "2027-06-01": "heeft op 2027-06-01 geen waarde"} {
		s, err := NewSide(set, rule.MustDate(on))
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(s.Skipped, func(x Skipped) bool { return x.ID == "besteedbaar-inkomen" })
		switch {
		case missing == "" && (s.Income == nil || i >= 0):
			t.Errorf("%s: income is not measured: %s", on, s.Skipped[i].Reason)
		case missing != "" && (s.Income != nil || i < 0 || !strings.Contains(s.Skipped[i].Reason, missing)):
			t.Errorf("%s: income is measured, or nothing says why not: %+v", on, s.Skipped)
		}
	}
}
