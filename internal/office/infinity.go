package office

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"lemniscaat/internal/loop"
	view "lemniscaat/internal/screen"
)

// loopView shows what waits at each station of the ∞, for a regulation; "" is
// all. Every count leads to the list of what it counts.
func (o *Office) loopView(ctx context.Context, reg string) view.LoopView {
	today := o.today()
	at := o.world.Infinity(reg)
	var v view.LoopView
	slowest := 0
	for _, s := range loop.Stations() {
		ls := view.LoopStation{Station: view.Station(s), Count: len(at[s]), Unit: texts.T("eenheid." + string(s)), Href: stationHref(s, reg)}
		if len(at[s]) > 0 {
			first := at[s][0]
			ls.Oldest = &view.Oldest{Ref: o.waitingRef(ctx, first), Days: daysSince(first.Since, today)}
			if ls.Oldest.Days > slowest {
				slowest = ls.Oldest.Days
				v.Slowest = ls.Station
				v.SlowestText = texts.T("traag", "station", texts.T("station."+string(s)), "dagen", texts.Days(slowest))
			}
		}
		v.Stations = append(v.Stations, ls)
	}
	return v
}

func stationHref(s loop.Station, reg string) string {
	href := "/lus/" + string(s)
	if reg != "" {
		href += "?regeling=" + url.QueryEscape(reg)
	}
	return href
}

func (o *Office) waitingRef(ctx context.Context, x loop.Waiting) view.Ref {
	if x.Issue != nil {
		return view.Ref{Text: o.issueTitle(ctx, x.Issue), Href: issueHref(x.Issue.ID)}
	}
	return view.Ref{Text: x.Proposal.Title, Href: proposalHref(x.Proposal.ID)}
}

// mentions reports whether every word that somebody looks for stands in one of the
// texts, as a part of a word.
func mentions(words string, in ...string) bool {
	all := strings.ToLower(strings.Join(in, " "))
	for w := range strings.FieldsSeq(strings.ToLower(words)) {
		if !strings.Contains(all, w) {
			return false
		}
	}
	return true
}

// Station lists what waits at a station of the ∞, the longest first.
func (o *Office) Station(ctx context.Context, _, station, reg string, asked view.Asked) (view.StationView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	stations := loop.Stations()
	if !slices.Contains(stations[:], loop.Station(station)) {
		return view.StationView{}, view.ErrNotFound
	}
	v := view.StationView{Station: view.Station(station), Unit: texts.T("eenheid." + station), Why: texts.T("wacht-hier." + station)}
	if reg != "" {
		r, ok := o.rules.set.Get(reg)
		if !ok {
			return v, view.ErrNotFound
		}
		v.Regulation = &view.Ref{Text: r.Name, Href: regulationHref(r.ID)}
	}
	v.Loop = o.loopView(ctx, reg)
	today := o.today()
	all := slices.DeleteFunc(o.world.Infinity(reg)[loop.Station(station)], func(x loop.Waiting) bool {
		return asked.Words != "" && !mentions(asked.Words, o.waitingRef(unseen(), x).Text)
	})
	var rows []loop.Waiting
	rows, v.Paging = view.PageOf(all, asked)
	for _, x := range rows {
		row := view.WaitingRow{Ref: o.waitingRef(ctx, x), Since: x.Since, Days: daysSince(x.Since, today)}
		if i := x.Issue; i != nil {
			row.Kind, row.Where = "knelpunt", o.regulationRef(i.Anchors[0].Regulation).Text
			if d, ok := i.Due(); ok {
				row.Owed, row.Owner = texts.T("schuldig."+string(d.Duty)), o.holderName(ctx, o.world.Resolve(d.Debtor, today))
				row.Due, row.Overdue = d.Due, today.After(d.Due)
			}
		} else {
			p := x.Proposal
			row.Kind, row.Where, row.Issues = "voorstel", o.regulationRef(p.Regulation).Text, len(p.Issues)
		}
		v.Rows = append(v.Rows, row)
	}
	return v, nil
}
