package story

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"lemniscaat/internal/detect"
	"lemniscaat/internal/outcome"
	"lemniscaat/internal/rule"
)

// outcomesAct is what the case system delivers: decisions of some agencies over
// some weeks, made by a fixed formula, and what one agency did beside it.
type outcomesAct struct {
	ID       string `yaml:"id"`
	Article  string `yaml:"artikel"`
	From     string `yaml:"van"`
	Weeks    int    `yaml:"weken"`
	Agencies int    `yaml:"bureaus"`
	PerWeek  int    `yaml:"per-week"` // decisions of each agency
	// Percent of those decisions are a stop, everywhere.
	Percent int `yaml:"procent-stop"`
	// Peak stops at once at one agency on a day.
	Agency string `yaml:"bureau"`
	Day    string `yaml:"dag"`
	Peak   int    `yaml:"aantal"`
}

func (s *outcomesAct) rows(st *Stage) []outcome.Row {
	row := spread(20140801)
	var out []outcome.Row
	add := func(on rule.Date, agency string, c outcome.Class) {
		r := outcome.Row{
			Case: st.CaseName(fmt.Sprintf("%s-%d", s.ID, len(out))), Regulation: st.story.Regulation, Article: s.Article, Version: s.From,
			Date: on, Class: c, Groups: map[string]string{agencyAttribute: agency}, Contact: outcome.NoContact, Synthetic: true,
		}
		if c == outcome.Awarded {
			r.Amount = outcome.BandOf(int64(4000+100*row.under(60)), 500)
		}
		out = append(out, r)
	}
	from := rule.MustDate(s.From)
	for week := range s.Weeks {
		for a := range s.Agencies {
			for range s.PerWeek {
				c := outcome.Awarded
				if row.under(100) < s.Percent {
					c = outcome.Stopped
				}
				add(from.AddDays(7*week+row.under(5)), agencyName(a), c)
			}
		}
	}
	for range s.Peak {
		add(rule.MustDate(s.Day), s.Agency, outcome.Stopped)
	}
	return out
}

// agencyAttribute is the group attribute that names an agency.
const agencyAttribute = "bureau"

func agencyName(n int) string { return fmt.Sprintf("bureau %c", 'A'+n) }

func (s *outcomesAct) do(ctx context.Context, st *Stage, who string) error {
	rows := s.rows(st)
	kept := rows[:0]
	for _, r := range rows {
		if r.Date.Before(st.today) {
			kept = append(kept, r)
		}
	}
	res, err := st.Receive(ctx, who, s.ID+".csv", kept)
	if err != nil {
		return err
	}
	if len(res.Changed) > 0 {
		return fmt.Errorf("uitkomsten: %d rijen staan er anders", len(res.Changed))
	}
	st.arrived = arrivedCheck{New: res.New, Known: res.Known}
	if res.New > 0 {
		st.rows = append(st.rows, kept...)
	}
	return nil
}

// detectedCheck lets the detector look at what the case system delivered, week by
// week, as it knew it on the day of the step.
type detectedCheck struct {
	Agency string `yaml:"bureau"`
	Times  int    `yaml:"keer"`         // so many times the rest is still as expected
	Since  string `yaml:"sinds"`        // the day of the peak
	Within int    `yaml:"binnen-dagen"` // after that
}

func (c *detectedCheck) look(st *Stage) ([]Result, error) {
	// One false alarm a year, over all agencies together.
	bound := detect.Bound(len(agencies(st.rows)), 1)
	var seen rule.Date
	var alarm detect.Alarm
	var rest [2]int
	others := 0
	for _, name := range agencies(st.rows) {
		group, other := st.weeks(name)
		for _, a := range detect.Run(detect.Versus(group, other, float64(c.Times)), detect.Test{Bound: bound}) {
			if name != c.Agency {
				others++
				continue
			}
			if seen.IsZero() {
				seen, alarm = a.Until.AddDays(7), a // a week is known when it is over
			}
		}
		if name != c.Agency || seen.IsZero() {
			continue
		}
		for _, w := range other {
			if !w.Monday.Before(alarm.From) && !w.Monday.After(alarm.Until) {
				rest[0] += int(w.K)
				rest[1] += int(w.N)
			}
		}
	}
	if seen.IsZero() {
		return found(false, c.Agency, "detector-stil"), nil
	}
	all := 0
	group, _ := st.weeks(c.Agency)
	for _, w := range group {
		if !w.Monday.Before(alarm.From) && !w.Monday.After(alarm.Until) {
			all += int(w.N)
		}
	}
	since := rule.MustDate(c.Since)
	ok := !seen.Before(since) && !seen.After(since.AddDays(c.Within)) && !seen.After(st.today)
	out := found(ok, fmt.Sprintf("gezien binnen %d dagen na %s", c.Within, since), "detector",
		"wie", c.Agency, "n", int(alarm.K), "van", all, "m", rest[0], "rest", rest[1], "datum", seen)
	return append(out, found(others == 0, "0", "detector-anderen", "n", others)...), nil
}

// weeks gives what was decided and stopped at one agency and at all others, for
// each week that is over.
func (st *Stage) weeks(agency string) (group, rest []detect.Week) {
	sides := [2]map[rule.Date]detect.Week{{}, {}}
	for _, r := range st.rows {
		monday := outcome.Week(r.Date)
		if monday.AddDays(7).After(st.today) {
			continue
		}
		k := 1
		if r.Groups[agencyAttribute] == agency {
			k = 0
		}
		w := sides[k][monday]
		w.Monday = monday
		w.N++
		if r.Class == outcome.Stopped {
			w.K++
		}
		sides[k][monday] = w
	}
	list := func(m map[rule.Date]detect.Week) []detect.Week {
		return slices.SortedFunc(maps.Values(m), func(a, b detect.Week) int { return a.Monday.Compare(b.Monday) })
	}
	return list(sides[0]), list(sides[1])
}

// agencies gives the agencies in some rows, in order.
func agencies(rows []outcome.Row) []string {
	seen := map[string]bool{}
	for _, r := range rows {
		seen[r.Groups[agencyAttribute]] = true
	}
	return slices.Sorted(maps.Keys(seen))
}
