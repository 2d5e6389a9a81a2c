package web

import (
	"strconv"

	"github.com/a-h/templ"

	"lemniscaat/internal/screen"
)

// numbered names a field of a row, counted from one: "procent-1".
func numbered(name string, row int) string { return name + "-" + strconv.Itoa(row+1) }

// agendaOptions are the quarters that are still to come.
func agendaOptions(p *page, all []screen.AgendaQuarter) []screen.Option {
	var out []screen.Option
	for _, q := range all {
		if !q.Past {
			out = append(out, screen.Option{Value: q.Quarter, Label: quarter(p, q.Quarter)})
		}
	}
	return out
}

func promiseKinds(p *page) []screen.Option {
	return []screen.Option{
		{Value: "geld", Label: p.T("belofte.soort.geld")}, {Value: "mensen", Label: p.T("belofte.soort.mensen")}, {Value: "", Label: p.T("belofte.soort.anders")},
	}
}

// roomLeft says how much of a quarter is free for this proposal.
func roomLeft(p *page, c screen.ClaimRow) string {
	if c.Unknown {
		return p.T("agenda.onbekend-zin")
	}
	return p.T("voorstel.plan-ruimte", "vrij", max(c.Capacity-c.Used+c.Freed, 0), "van", c.Capacity)
}

func chosenOption(o screen.OptionRow, n string) string {
	if o.Chosen {
		return n
	}
	return ""
}

func stageCurrent(s screen.PlanStage) templ.Attributes {
	if s.Current {
		return templ.Attributes{"aria-current": "step"}
	}
	return nil
}

func deadline(p *page, days int) string {
	if days == 0 {
		return p.T("toets.geen-termijn")
	}
	return p.Days(days)
}

func sayYes(p *page, yes bool) string {
	if yes {
		return p.T("toets.ja")
	}
	return p.T("toets.nee")
}
