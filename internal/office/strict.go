package office

import (
	"slices"

	"lemniscaat/internal/dossier"

	"lemniscaat/internal/entitlement"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// strict is what strict application costs a household: what it would have with
// the smallest change of one datum that the rule waits for, less what it has. In
// whole cents, over a year or once.
type strict struct {
	cents int64
	parts []view.Fact // by regulation, when more than one is in it
}

// strictCost computes it with the exact engine. The case is computed under all
// regulations that give a value for it, with and without the change, so that
// what one gives more and another less is counted together. It is zero for who
// gets what was asked, and for a rule that no single datum would open.
func strictCost(set *regulation.Set, res result) strict {
	if res.program == nil || res.cents > 0 || res.explained.Error != nil {
		return strict{}
	}
	var best exact.Change
	most := int64(0)
	for _, ch := range res.program.WhyNot(res.applicant, res.attribute) {
		if ch.Result.Num == nil {
			continue
		}
		if c, _ := centsOf(ch.Result.Num); int64(c) > most {
			best, most = ch, int64(c)
		}
	}
	if most == 0 {
		return strict{}
	}
	out := strict{cents: most}
	var others []string
	for _, r := range set.Regulations {
		// What measures income adds up the others, and would count them twice.
		if r.Decides() && !r.MeasuresIncome {
			others = append(others, r.ID)
		}
	}
	at, ok := res.file.Object(best.ObjectID)
	if !ok {
		return out
	}
	then := res.file.With(at, best.Attribute, best.To)
	var whole int64
	var parts []view.Fact
	for _, id := range others {
		now, ok := yearly(set, res, id, false, then)
		if !ok {
			continue
		}
		other, ok := yearly(set, res, id, true, then)
		if !ok || other == now {
			continue
		}
		r, _ := set.Get(id)
		whole += other - now
		parts = append(parts, view.Fact{Name: r.Name, Value: texts.Euro(other - now)})
	}
	if len(parts) > 1 && whole > 0 {
		out.cents, out.parts = whole, parts
	}
	return out
}

// times is how often a period is in a year.
var times = map[string]int64{"maand": 12, "kwartaal": 4, "jaar": 1, "eenmalig": 1}

// yearly gives the first outcome of a regulation over a year in whole cents, what
// is to be paid as less; ok is false when the case does not have the facts for it.
func yearly(set *regulation.Set, res result, id string, changed bool, then *dossier.File) (int64, bool) {
	f := res.file
	if changed {
		f = then
	}
	h, ds := entitlement.Decide(set, f, entitlement.Options{Date: res.program.Date(), Lang: "nl"}, id)
	if ds.Err() != nil || len(h.Answers) != 1 || len(h.Answers[0].Outcomes) == 0 {
		return 0, false
	}
	first := h.Answers[0].Outcomes[0].Outcome
	total, some := int64(0), false
	for _, o := range h.Answers[0].Outcomes {
		if o.Outcome != first {
			continue
		}
		if o.Err != nil || o.Attribute.Type.Kind != rule.Amount {
			return 0, false
		}
		some = true
		if o.Value.Num == nil {
			continue
		}
		c, _ := centsOf(o.Value.Num)
		n := int64(c) * max(1, times[o.Period])
		if o.Says == "betaalt" {
			n = -n
		}
		total += n
	}
	return total, some
}

// weigh says what a computed outcome does to who it is about: the kind of
// decision, its class, and what is lost by it. What was given before and stops is
// a stop, and what is asked back is a recovery: both are burdensome.
func (o *Office) weigh(who string, set *regulation.Set, c found, res result) (kind loop.DecisionKind, outcome string, loss int64) {
	if res.outcome.Says == "betaalt" {
		if res.cents > 0 {
			return loop.Recovery, "teruggevorderd", res.cents
		}
		return loop.Award, "niets terug te betalen", 0
	}
	before := o.lastTaken(who, c.names, c.Regulation)
	switch {
	case before != nil && before.Cents > 0 && res.cents == 0 && before.Kind == loop.Award && runs(res.outcome):
		return loop.Stop, "stopgezet", before.Cents
	case res.cents == 0:
		return loop.Rejected, "afgewezen", strictCost(set, res).cents
	case before != nil && before.Kind == loop.Award && before.Cents > res.cents && runs(res.outcome):
		return loop.Award, "verlaagd", before.Cents - res.cents
	}
	return loop.Award, "toegekend", 0
}

// runs reports that an outcome goes on: stopping something that is given once is
// no stop.
func runs(o regulation.Outcome) bool { return o.Period == "maand" || o.Period == "kwartaal" }

// lastTaken gives the last decision on a case that was taken, under any of its names, by the organisation of
// who asks. Another organisation may give a case the same name, and what it decided
// is not to be known here. The caller holds mu.
func (o *Office) lastTaken(who string, names []string, reg string) *loop.Decision {
	all := slices.DeleteFunc(o.world.Decisions(), func(d *loop.Decision) bool {
		return !slices.Contains(names, d.Case) || d.Anchor.Regulation != reg || d.Prepared() || d.State == loop.Dropped || !o.seesDecision(reader{person: loop.PersonID(who)}, d)
	})
	if len(all) == 0 {
		return nil
	}
	return slices.MaxFunc(all, func(a, b *loop.Decision) int { return int(int64(a.History[0].Seq) - int64(b.History[0].Seq)) })
}
