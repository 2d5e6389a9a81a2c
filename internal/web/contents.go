package web

import (
	"strconv"

	"lemniscaat/internal/screen"
)

// content is one line of the table of contents of a proposal: a section and
// how it stands there.
type content struct {
	id, name, state string
	done            bool
}

// contents says of each section of a proposal what is done and what is not.
func (p *page) contents(v screen.ProposalView) []content {
	n := func(key string, k int) string { return p.N("voorstel.stand."+key, int64(k)) }
	of := func(k, all int) string {
		return p.T("voorstel.stand.van", "n", strconv.Itoa(k), "van", strconv.Itoa(all))
	}
	t := func(key string) string { return p.T("voorstel.stand." + key) }
	var out []content
	add := func(id, name string, done bool, state string) {
		out = append(out, content{id: id, name: p.T(name), state: state, done: done})
	}

	authors := 0
	for _, a := range []*screen.Person{v.Policy, v.Execution} {
		if a != nil {
			authors++
		}
	}
	add("auteurs", "voorstel.auteurs", authors == 2, of(authors, 2))
	if len(v.Diff) > 0 {
		add("regel", "voorstel.regel", true, n("wijzigingen", len(v.Diff)))
	} else {
		add("regel", "voorstel.regel", false, t("geen-wijziging"))
	}
	f := sortFindings(v.Findings)
	switch {
	case len(f.stops) > 0:
		add("bevindingen", "voorstel.bevindingen", false, n("tegen", len(f.stops)))
	case len(f.accept) > 0:
		add("bevindingen", "voorstel.bevindingen", false, n("aanvaarden", len(f.accept)))
	case open(f.wait) > 0:
		add("bevindingen", "voorstel.bevindingen", false, n("open", open(f.wait)))
	default:
		add("bevindingen", "voorstel.bevindingen", true, t("in-orde"))
	}
	tested := 0
	for _, a := range v.Assessments {
		if a.State == screen.AssessmentDone {
			tested++
		}
	}
	add("toetsen", "voorstel.toetsen", tested == len(v.Assessments), of(tested, len(v.Assessments)))
	switch s := v.Simulation; {
	case s == nil && v.State.Fixed():
		add("simulatie", "station.simuleer", false, p.T("toetsstaat.niet"))
	case s == nil:
		add("simulatie", "station.simuleer", false, p.T("toetsstaat.open"))
	case s.Running:
		add("simulatie", "station.simuleer", false, t("bezig"))
	case s.Stale:
		add("simulatie", "station.simuleer", false, p.T("toetsstaat.verouderd"))
	default:
		add("simulatie", "station.simuleer", true, p.T("toetsstaat.gedaan"))
	}
	if k := len(v.Expectations); k > 0 {
		add("verwachtingen", "voorstel.verwachtingen", true, n("verwachtingen", k))
	} else {
		add("verwachtingen", "voorstel.verwachtingen", false, p.T("toetsstaat.open"))
	}
	keys := 0
	for _, k := range v.Keys {
		if k.Given {
			keys++
		}
	}
	if s := v.Deadlock.Settled; s != nil {
		add("sleutels", "voorstel.sleutels", false, p.T("vastgelopen.soort-"+s.Kind))
	} else {
		add("sleutels", "voorstel.sleutels", keys == len(v.Keys), of(keys, len(v.Keys)))
	}
	add("plan", "voorstel.plan", !v.Plan.From.IsZero(), p.DateShort(v.Plan.From))
	answered := 0
	for _, q := range v.Compass {
		if q.Answer != "" {
			answered++
		}
	}
	add("kompas", "voorstel.kompas", answered == len(v.Compass), of(answered, len(v.Compass)))
	if len(v.Rollout.Stages) > 1 {
		add("uitrol", "uitrol.titel", v.Rollout.Percent == 100 && !v.Rollout.Paused, p.rolloutStands(v.Rollout))
	}
	return out
}

// rolloutStands says how far a roll-out is: that it stands still, or the stage.
func (p *page) rolloutStands(r screen.RolloutView) string {
	switch {
	case r.Paused:
		return p.T("uitrol.stil")
	case r.Percent > 0:
		return p.Number(int64(r.Percent)) + "\u00a0%"
	}
	return p.T("toetsstaat.open")
}

// findingLists are the findings of a proposal by what they ask.
type findingLists struct {
	stops  []screen.FindingRow // new or worse: the proposal has to change
	accept []screen.FindingRow // the actor can accept them
	wait   []screen.FindingRow // weighty, accepted already or for another to accept
	rest   []screen.FindingRow // nobody has to do anything
}

func sortFindings(fs []screen.FindingRow) findingLists {
	var l findingLists
	for _, f := range fs {
		switch {
		case f.Weighty && (f.Change == screen.FindingNew || f.Change == screen.FindingWorse):
			l.stops = append(l.stops, f)
		case f.Accept.Can:
			l.accept = append(l.accept, f)
		case f.Weighty && f.Change != screen.FindingGone:
			l.wait = append(l.wait, f)
		default:
			l.rest = append(l.rest, f)
		}
	}
	return l
}

// open counts the findings that not both sides have accepted.
func open(fs []screen.FindingRow) int {
	n := 0
	for _, f := range fs {
		if len(f.Accepted) < 2 {
			n++
		}
	}
	return n
}

// acceptID gives the first choice the id that the error summary links to.
func acceptID(i int, f screen.FindingRow) string {
	if i == 0 {
		return fieldID("bevinding", "bevinding")
	}
	return "b-" + slug(f.ID) + "-kies"
}

// chosen tells whether a box was ticked in the form that was refused.
func (p *page) chosen(form, field, value string) bool {
	if p.FormID != form || p.Refusal == nil {
		return false
	}
	for _, v := range p.Values[field] {
		if v == value {
			return true
		}
	}
	return false
}

// overruled opens the fold of an answer in the form that was refused: what was
// typed there, or what is wrong with it.
func overruled(p *page, a screen.AssessmentView, i screen.AssessmentItem) bool {
	form := "toets-" + a.ID
	return p.fault(form, "want-"+i.ID) != "" || p.fault(form, "antwoord-"+i.ID) != "" ||
		p.Refusal != nil && p.FormID == form && (p.Values.Get("want-"+i.ID) != "" || p.Values.Get("antwoord-"+i.ID) != i.Computed)
}

// shown is how many sentences stand open: all of them until something changes,
// then those that change. A form that was refused stays in sight.
func shown(p *page, v screen.ProposalView) int {
	n := 0
	for i, s := range v.Sentences {
		for k, x := range s.Pieces {
			if x.Param != "" && (x.Value != x.Now || p.Refusal != nil && p.FormID == paramForm(i, k)) {
				n = i + 1
			}
		}
	}
	if n == 0 {
		return len(v.Sentences)
	}
	return n
}
