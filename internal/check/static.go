package check

import (
	"fmt"
	"math/big"

	"lemniscaat/internal/rule"
)

// names finds what is declared and never used: an attribute that is neither
// read nor an outcome, a parameter that no rule reads, a role that no rule
// follows.
func (c *checker) names() {
	u := usageOf(c.set.Model)
	outcome := map[string]bool{}
	for _, reg := range c.set.Regulations {
		for _, o := range reg.Outcomes {
			outcome[o.Attribute] = true
		}
	}
	written := map[*rule.Attribute]*rule.Rule{}
	for _, r := range c.set.Model.Rules {
		for _, v := range r.Versions {
			written[v.Writes()] = r
		}
	}
	for _, o := range c.set.Model.Objects {
		for _, a := range o.Attributes {
			switch r := written[a]; {
			case u.attributes[a] || outcome[a.ID()]:
			case r != nil:
				f := c.add(rule.Warning, CodeUnused, "Noem het als uitkomst in regeling.yaml, of haal de regel weg.",
					"Regel %s bepaalt %q, maar geen regel leest dat en het is geen uitkomst.", r.ID, a.Name)
				f.at(r, rule.Pos{})
			default:
				f := c.add(rule.Warning, CodeUnused, "Haal het gegeven weg, of gebruik het in een regel.",
					"Geen regel leest het gegeven %q van %s.", a.Name, o.Name)
				f.Pos = a.Pos
			}
		}
	}
	for _, p := range c.set.Model.Parameters {
		if len(u.parameters[p]) == 0 {
			f := c.add(rule.Warning, CodeUnused, "Haal de parameter weg, of gebruik hem in een regel.", "Geen regel leest de parameter %s.", p.ID)
			f.in(regulationOf(p.ID), "", p.Pos)
		}
	}
	for _, ft := range c.set.Model.Facts {
		used := false
		for _, r := range ft.Roles {
			used = used || u.roles[r]
		}
		if !used {
			f := c.add(rule.Info, CodeUnused, "Haal het feittype weg, of gebruik het in een regel.", "Geen regel gebruikt het feittype %q.", ft.Name)
			f.Pos = ft.Pos
		}
	}
}

func (c *checker) sources() {
	for _, r := range c.set.Model.Rules {
		if len(r.Source) == 0 {
			f := c.add(rule.Warning, CodeNoSource, "Zet boven de regel: // Bron: gevolgd door een JCI-verwijzing of een vindplaats.", "Regel %s noemt geen bron.", r.ID)
			f.at(r, rule.Pos{})
		}
	}
}

// validity finds days without a version between two versions of a rule, and
// rules that have ended without a successor for what they write.
func (c *checker) validity() {
	for _, r := range c.set.Model.Rules {
		for i := 1; i < len(r.Versions); i++ {
			end, next := r.Versions[i-1].Until, r.Versions[i].From
			if !end.IsZero() && end.AddDays(1).Before(next) {
				f := c.add(rule.Warning, CodeGap, "Laat de versies op elkaar aansluiten, of maak er twee regels van.",
					"Regel %s geldt niet van %v tot en met %v.", r.ID, end.AddDays(1), next.AddDays(-1))
				f.at(r, r.Versions[i].Pos)
			}
		}
		last := r.Versions[len(r.Versions)-1]
		if last.Until.IsZero() || !last.Until.Before(c.o.Date) || c.writtenLater(last) {
			continue
		}
		f := c.add(rule.Warning, CodeExpired, "Maak een nieuwe versie, of een regel die het overneemt.",
			"Regel %s geldt sinds %v niet meer en geen andere regel bepaalt %q.", r.ID, last.Until, last.Writes().Name)
		f.at(r, last.Pos)
	}
}

// writtenLater reports whether another rule writes the same attribute on the
// day of the check.
func (c *checker) writtenLater(v *rule.Version) bool {
	for _, r := range c.set.Model.Rules {
		if w := r.At(c.o.Date); w != nil && w.Writes() == v.Writes() {
			return true
		}
	}
	return false
}

// parameters finds the days on which a rule in force reads a parameter that
// has no value, and the values that nobody has verified.
func (c *checker) parameters() {
	u := usageOf(c.set.Model)
	for _, p := range c.set.Model.Parameters {
		for _, v := range u.parameters[p] {
			from := v.From
			if from.IsZero() { // "altijd": only ask for the day of the check
				from = c.o.Date
			}
			until := c.o.Until
			if !v.Until.IsZero() && v.Until.Before(until) {
				until = v.Until
			}
			if day, missing := firstWithout(p, from, until); missing {
				f := c.add(rule.Error, CodeNoParameter, "Zet een waarde met bron in parameters.yaml, of laat de regel later ingaan.",
					"Parameter %s heeft op %v geen waarde, maar regel %s heeft hem dan nodig.", p.ID, day, u.of[v].ID)
				f.at(u.of[v], v.Pos)
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
			f := c.add(rule.Info, CodeUnverified, "Zoek de officiële vindplaats op en zet er geverifieerd bij.",
				"Parameter %s heeft %s die niet geverifieerd %s (vanaf %s).", p.ID, plural(len(dates), "een waarde", "%d waarden"),
				plural(len(dates), "is", "zijn"), join(dates))
			f.in(regulationOf(p.ID), "", p.Pos)
		}
	}
}

// firstWithout gives the first day in an interval on which a parameter has no
// value. It can only be the first day or a day on which a value begins.
func firstWithout(p *rule.Parameter, from, until rule.Date) (rule.Date, bool) {
	if until.Before(from) {
		return rule.Date{}, false
	}
	if _, ok := p.At(from); !ok {
		return from, true
	}
	for _, v := range p.Values {
		if v.Value.IsEmpty() && v.From.After(from) && !v.From.After(until) {
			return v.From, true
		}
	}
	return rule.Date{}, false
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	if len(many) > 1 && many[0] == '%' {
		return fmt.Sprintf(many, n)
	}
	return many
}

func join(s []string) string {
	out := ""
	for i, x := range s {
		switch {
		case i == 0:
		case i == len(s)-1:
			out += " en "
		default:
			out += ", "
		}
		out += x
	}
	return out
}

// outcomes finds outcomes that no rule gives, and outcomes in euros that are
// not surely whole cents.
func (c *checker) outcomes() {
	for _, reg := range c.set.Regulations {
		rules := reg.Rules()
		if len(rules) > 0 && len(reg.Outcomes) == 0 {
			f := c.add(rule.Warning, CodeNoOutcome, "Noem de uitkomsten in regeling.yaml.", "De regeling %s heeft regels, maar noemt geen uitkomst.", reg.Name)
			f.in(reg.ID, "", rule.Pos{File: reg.ID + "/regeling.yaml"})
		}
		for _, o := range reg.Outcomes {
			a, ok := c.set.Attribute(o.Attribute)
			if !ok {
				continue // the loader says so
			}
			var first *rule.Rule
			var loose *rule.Rule
			var at *rule.Version
			for _, r := range c.set.Model.Rules {
				for _, v := range r.Versions {
					if v.Writes() != a {
						continue
					}
					if first == nil {
						first = r
					}
					as, ok := v.Action.(*rule.Assign)
					if ok && a.Type.Kind == rule.Amount && loose == nil && !c.settled(as.Expr, map[*rule.Attribute]bool{a: true}) {
						loose, at = r, v
					}
				}
			}
			if first == nil {
				f := c.add(rule.Error, CodeNoWriter, "Schrijf een regel die deze uitkomst bepaalt, of haal haar uit regeling.yaml.",
					"Geen regel bepaalt de uitkomst %q van %s.", o.Label, reg.Name)
				f.in(reg.ID, "", rule.Pos{File: reg.ID + "/regeling.yaml"})
			}
			if loose != nil {
				f := c.add(rule.Warning, CodeUnrounded, "Rond in de regel af op centen of hele euro’s.",
					"Regel %s geeft de uitkomst %q, maar rondt niet af: er kunnen delen van centen uitkomen.", loose.ID, o.Label)
				f.at(loose, at.Pos)
			}
		}
	}
}

// settled reports whether an expression surely gives whole cents.
func (c *checker) settled(e rule.Expr, seen map[*rule.Attribute]bool) bool {
	switch e := e.(type) {
	case *rule.Round:
		return e.Decimals <= 2
	case *rule.Literal:
		return cents(e.Value)
	case *rule.ParameterRef:
		for _, v := range e.Parameter.Values {
			if !cents(v.Value) {
				return false
			}
		}
		return true
	case *rule.VariableRef:
		return c.settled(e.Variable.Expr, seen)
	case *rule.AttributeRef:
		if seen[e.Attribute] {
			return true
		}
		seen[e.Attribute] = true
		for _, r := range c.set.Model.Rules {
			for _, v := range r.Versions {
				if a, ok := v.Action.(*rule.Assign); ok && a.Target == e.Attribute && !c.settled(a.Expr, seen) {
					return false
				}
			}
		}
		return true // an input is an amount of money: cents
	case *rule.Clamp:
		return c.settled(e.Expr, seen) && (e.Min == nil || c.settled(e.Min, seen)) && (e.Max == nil || c.settled(e.Max, seen))
	case *rule.Extreme:
		for _, a := range e.Args {
			if !c.settled(a, seen) {
				return false
			}
		}
		return true
	case *rule.Aggregate:
		return e.Of == nil || c.settled(e.Of, seen)
	case *rule.Arith:
		switch e.Op {
		case rule.Add, rule.Sub, rule.SubFrom:
			return c.settled(e.L, seen) && c.settled(e.R, seen)
		case rule.Mul:
			return c.settled(e.L, seen) && whole(e.R) || whole(e.L) && c.settled(e.R, seen)
		}
	}
	return false
}

func whole(e rule.Expr) bool {
	if l, ok := e.(*rule.Literal); ok {
		return l.Value.Kind == rule.Number && l.Value.Num != nil && l.Value.Num.IsInt()
	}
	return e.Type().Kind == rule.Number && e.Type().Whole
}

func cents(d rule.Datum) bool {
	if d.Num == nil {
		return true
	}
	return new(big.Rat).Mul(d.Num, big.NewRat(100, 1)).IsInt()
}

// steps finds proofs that a register already holds.
func (c *checker) steps() {
	for _, reg := range c.set.Regulations {
		for _, s := range reg.Steps(c.o.Date) {
			if s.Who != "burger" || s.Automatic {
				continue
			}
			for _, e := range s.Evidence {
				if e.Register == "" {
					continue
				}
				f := c.add(rule.Warning, CodeKnown, "Haal het gegeven zelf op, of leg in de toelichting uit waarom dat niet kan.",
					"De stap %q vraagt %s. Dat staat al in: %s.", s.Action, e.Name, e.Register)
				f.in(reg.ID, s.Article, s.Pos)
			}
		}
	}
}
