package outcome_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lemniscaat/internal/outcome"
	"lemniscaat/internal/rule"
)

func drawFact(t *rapid.T) outcome.Fact {
	r := outcome.Row{
		Source: rapid.SampledFrom([]string{"", "urn:nld:oin:00000001234567890000"}).Draw(t, "source"), ID: rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "id"),
		Case: "v1:00112233445566ff", Regulation: "zorgtoeslag", Article: rapid.SampledFrom([]string{"", "artikel-2"}).Draw(t, "article"),
		Version: rapid.SampledFrom([]string{"1", "2"}).Draw(t, "version"), Date: rule.MustDate("2026-01-01").AddDays(rapid.IntRange(-800, 800).Draw(t, "day")),
		Class: rapid.SampledFrom(outcome.Classes()).Draw(t, "class"), Contact: rapid.SampledFrom([]outcome.Contact{outcome.NoContact, outcome.Spoken, outcome.NotReached}).Draw(t, "contact"),
		Ground: rapid.SampledFrom([]string{"", "hardheid"}).Draw(t, "ground"), Late: rapid.Bool().Draw(t, "late"),
		Loss: rapid.SampledFrom([]outcome.Band{{}, {Low: 500, High: 750}, {Low: 1500}}).Draw(t, "loss"),
	}
	if n := rapid.IntRange(0, 3).Draw(t, "groups"); n > 0 {
		r.Groups = map[string]string{}
		for i := range n {
			r.Groups[string(rune('a'+i))] = rapid.SampledFrom([]string{"x", "y"}).Draw(t, "group")
		}
	}
	return outcome.Fact{Row: r, Weighs: r.Burdensome(100_00)}
}

// Two facts have one sum exactly when they say the same, and one key exactly
// when they have the same name at the same source.
func TestKeyAndSum(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawFact(t), drawFact(t)
		if same := cmp.Equal(a.Row, b.Row); same != (a.Sum() == b.Sum()) {
			t.Errorf("same row %t, same sum %t", same, !same)
		}
		name := func(f outcome.Fact) string {
			if f.ID != "" {
				return f.ID
			}
			return f.Name()
		}
		if same := a.Source == b.Source && name(a) == name(b); same != (a.Key() == b.Key()) {
			t.Errorf("same name %t, same key %t", same, !same)
		}
		if (outcome.Digest([]outcome.Fact{a, b}) == outcome.Digest([]outcome.Fact{b, a})) != cmp.Equal(a, b) {
			t.Error("the digest of a batch does not tell its order")
		}
	})
}

// Every row counts once for everybody and once for each attribute; whoever
// speaks to people is never "unheard".
func TestCells(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := drawFact(t)
		cells := f.Cells()
		if len(cells) != 1+len(f.Groups) || cells[0].Group != "" {
			t.Errorf("cells %+v", cells)
		}
		for _, c := range cells {
			if c.Week.After(f.Date) || rule.DaysBetween(c.Week, f.Date) > 6 || time.Date(c.Week.Year, time.Month(c.Week.Month), c.Week.Day, 0, 0, 0, 0, time.UTC).Weekday() != time.Monday {
				t.Errorf("%v is in the week of %v", f.Date, c.Week)
			}
		}
		n := f.Counts()
		if n.N != 1 || n.Unheard > n.Weighs || n.Unreached > n.Weighs || n.Unheard == 1 && f.Contact == outcome.Spoken {
			t.Errorf("%+v counts %+v", f, n)
		}
	})
}

func TestBurdensome(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		row       outcome.Row
		threshold int64
		want      bool
	}{
		"stop":                {outcome.Row{Class: outcome.Stopped}, 0, true},
		"sanction":            {outcome.Row{Class: outcome.Sanction}, 0, true},
		"recovery":            {outcome.Row{Class: outcome.Recovery}, 0, true},
		"refusal":             {outcome.Row{Class: outcome.Refused}, 100_00, false},
		"refusal, large loss": {outcome.Row{Class: outcome.Refused, Loss: outcome.Band{Low: 100, High: 250}}, 100_00, true},
		"refusal, small loss": {outcome.Row{Class: outcome.Refused, Loss: outcome.Band{Low: 99, High: 250}}, 100_00, false},
		"no threshold":        {outcome.Row{Class: outcome.Refused, Loss: outcome.Band{Low: 9000}}, 0, false},
		"objection":           {outcome.Row{Class: outcome.Objection, Loss: outcome.Band{Low: 9000}}, 100_00, false},
	} {
		if got := c.row.Burdensome(c.threshold); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
