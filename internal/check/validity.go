package check

import (
	"cmp"
	"slices"

	"lemniscaat/internal/rule"
	"lemniscaat/internal/spelling"
)

// validity finds versions of a rule that overlap, days without a version
// between two that do have one, and rules that have ended without a successor
// for what they write.
func (c *checker) validity() {
	writers := map[*rule.Attribute][]reader{}
	var order []*rule.Attribute
	for _, r := range c.set.Model.Rules {
		for i, v := range r.Versions {
			if a := v.Writes(); a != nil && !isInitial(v) {
				if writers[a] == nil {
					order = append(order, a)
				}
				writers[a] = append(writers[a], reader{r, v})
			}
			if i == 0 {
				continue
			}
			switch end := r.Versions[i-1].Until; {
			case end.IsZero() || !end.Before(v.From):
				c.add(CodeOverlap, "Regel %s heeft op %v twee versies.", r.ID, v.From).at(r, v.Pos)
			case end.AddDays(1).Before(v.From):
				c.add(CodeGap, "Regel %s geldt niet van %v tot en met %v.", r.ID, end.AddDays(1), v.From.AddDays(-1)).at(r, v.Pos)
			}
		}
		last := r.Versions[len(r.Versions)-1]
		if last.Until.IsZero() || !last.Until.Before(c.o.Date) || c.writtenLater(last) {
			continue
		}
		if a := last.Writes(); a != nil {
			if !c.wanted()[a] { // what read it has ended as well
				continue
			}
			c.add(CodeExpired, "Regel %s geldt sinds %v niet meer en geen andere regel bepaalt %q.", r.ID, last.Until, a.Name).at(r, last.Pos)
			continue
		}
		c.add(CodeExpired, "Regel %s geldt sinds %v niet meer.", r.ID, last.Until).less(rule.Info).
			advise("Haal de regel weg als de eis is vervallen, of maak een nieuwe versie.").at(r, last.Pos)
	}
	for _, a := range order {
		c.succession(a, writers[a])
	}
}

// succession finds the days on which one rule has ended and the next, which
// writes the same, has not begun.
func (c *checker) succession(a *rule.Attribute, ws []reader) {
	slices.SortStableFunc(ws, func(x, y reader) int { return x.version.From.Compare(y.version.From) })
	until := ws[0].version.Until
	before := ws[0].rule
	for _, w := range ws[1:] {
		if until.IsZero() {
			return
		}
		if until.AddDays(1).Before(w.version.From) && w.rule != before {
			c.add(CodeGap, "Van %v tot en met %v bepaalt geen regel %q: %s is geëindigd en %s nog niet begonnen.",
				until.AddDays(1), w.version.From.AddDays(-1), a.Name, before.ID, w.rule.ID).at(w.rule, w.version.Pos)
		}
		if w.version.Until.IsZero() || w.version.Until.After(until) {
			until, before = w.version.Until, w.rule
		}
	}
}

func isInitial(v *rule.Version) bool {
	_, ok := v.Action.(*rule.Initialise)
	return ok
}

// writtenLater reports whether another rule writes the same attribute on the
// day of the check.
func (c *checker) writtenLater(v *rule.Version) bool {
	for _, r := range c.set.Model.Rules {
		if w := r.At(c.o.Date); w != nil && w.Writes() != nil && w.Writes() == v.Writes() {
			return true
		}
	}
	return false
}

// wanted gives what the rules in force on the day of the check read, and the
// outcomes.
func (c *checker) wanted() map[*rule.Attribute]bool {
	if c.asked != nil {
		return c.asked
	}
	c.asked = map[*rule.Attribute]bool{}
	for _, r := range c.set.Model.Rules {
		if v := r.At(c.o.Date); v != nil {
			rule.Reads(v, func(a *rule.Attribute) { c.asked[a] = true }, func(*rule.Role) {})
		}
	}
	outcome := map[string]bool{}
	for _, reg := range c.set.Regulations {
		for _, o := range reg.Outcomes {
			outcome[o.Attribute] = true
		}
	}
	for _, o := range c.set.Model.Objects {
		for _, a := range o.Attributes {
			if outcome[a.ID()] {
				c.asked[a] = true
			}
		}
	}
	return c.asked
}

// parameters finds the days on which a rule that holds reads a parameter that
// has no value, over the whole of its validity, and the values that nobody has
// verified.
func (c *checker) parameters() {
	u := c.usage()
	for _, p := range c.set.Model.Parameters {
		for _, w := range u.parameters[p] {
			from := w.version.From
			if from.IsZero() { // "altijd": only ask from the day of the check
				from = c.o.Date
			}
			if day, said, missing := firstWithout(p, from, w.version.Until); missing {
				f := c.add(CodeNoParameter, "Parameter %s heeft op %v geen waarde, maar regel %s heeft hem dan nodig.", p.ID, day, w.rule.ID)
				if said || day.After(c.o.Date) { // a gap that the author wrote down, or time to mend it
					f.less(rule.Warning)
				}
				f.at(w.rule, w.version.Pos)
				f.Parameter = p.ID
				break
			}
		}
		var dates []string
		for _, x := range p.Values {
			if !x.Verified && !x.Value.IsEmpty() && !x.Example {
				dates = append(dates, x.From.String())
			}
		}
		if len(dates) > 0 {
			f := c.add(CodeUnverified, "Parameter %s heeft %s die niet geverifieerd %s (vanaf %s).", p.ID, plural(len(dates), "een waarde", "%d waarden"),
				plural(len(dates), "is", "zijn"), spelling.And(dates...))
			f.in(regulationOf(p.ID), "", p.Pos)
			f.Parameter = p.ID
		}
	}
}

// firstWithout gives the first day in an interval on which a parameter has no
// value, and whether that is said (leeg) or only left open; until zero: no end.
// It can only be the first day or a day on which a value begins.
func firstWithout(p *rule.Parameter, from, until rule.Date) (day rule.Date, said, missing bool) {
	if !until.IsZero() && until.Before(from) {
		return rule.Date{}, false, false
	}
	if v, ok := p.At(from); !ok {
		return from, !v.From.IsZero(), true
	}
	for _, v := range p.Values {
		if v.Value.IsEmpty() && v.From.After(from) && (until.IsZero() || !v.From.After(until)) {
			return v.From, true, true
		}
	}
	return rule.Date{}, false, false
}

// days gives the days on which to look at a version: the first of each stretch
// in which neither the parameters nor the rules that it rests on change.
func (c *checker) days(v *rule.Version) []rule.Date {
	if days, ok := c.spans[v]; ok {
		return days
	}
	from := v.From
	var days []rule.Date
	add := func(d rule.Date) {
		if !d.IsZero() && !d.Before(from) && (v.Until.IsZero() || !d.After(v.Until)) {
			days = append(days, d)
		}
	}
	seen := map[*rule.Version]bool{}
	firstValue := rule.Date{}
	var visit func(v *rule.Version)
	visit = func(v *rule.Version) {
		if seen[v] {
			return
		}
		seen[v] = true
		add(v.From)
		if !v.Until.IsZero() {
			add(v.Until.AddDays(1))
		}
		rule.Inspect(v, func(n any) bool {
			if p, ok := n.(*rule.ParameterRef); ok {
				for _, x := range p.Parameter.Values {
					add(x.From)
					if firstValue.IsZero() || x.From.After(firstValue) && x == p.Parameter.Values[0] {
						firstValue = x.From
					}
				}
			}
			return true
		})
		rule.Reads(v, func(a *rule.Attribute) {
			for _, w := range c.writers()[a] {
				visit(w)
			}
		}, nil)
	}
	visit(v)
	if from.IsZero() { // "altijd": from the day that all it needs is there
		add(cmp.Or(firstValue, c.o.Date))
	}
	slices.SortFunc(days, rule.Date.Compare)
	days = slices.Compact(days)
	if len(days) == 0 {
		days = []rule.Date{cmp.Or(v.From, v.Until, c.o.Date)}
	}
	// What was long ago matters least.
	days = days[max(0, len(days)-maxDays):]
	c.spans[v] = days
	return days
}

// maxDays bounds the stretches of one version that are looked at.
const maxDays = 24
