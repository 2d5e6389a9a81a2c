package check

import (
	"fmt"
	"slices"
	"strings"

	"lemniscaat/internal/explain"
	"lemniscaat/internal/logic"
	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/spelling"
)

type spaceKey struct {
	on   rule.Date
	deep bool
}

// space gives the rules of a date to reason with; a deep one looks through what
// rules compute.
func (c *checker) space(on rule.Date, deep bool) *logic.Space {
	k := spaceKey{on, deep}
	if c.spaces[k] == nil {
		c.spaces[k] = logic.New(c.set.Model, on, deep)
	}
	return c.spaces[k]
}

// writers gives the versions that write each attribute, of whatever date.
func (c *checker) writers() map[*rule.Attribute][]*rule.Version {
	if c.written == nil {
		c.written = map[*rule.Attribute][]*rule.Version{}
		for _, r := range c.set.Model.Rules {
			for _, v := range r.Versions {
				if a := v.Writes(); a != nil {
					c.written[a] = append(c.written[a], v)
				}
			}
		}
	}
	return c.written
}

// later are the years after a day on which a condition that reads the rekendatum
// is looked at again, as long as nothing else changes.
var later = [...]int{1, 5, 20, 70}

// never reports whether claims about the subject of a version can never hold,
// and otherwise on which of its days they cannot; clash is what has no value
// left.
func (c *checker) never(v *rule.Version, claims ...logic.Claim) (always bool, some []rule.Date, clash *logic.Point) {
	days := c.days(v)
	always = true
	for i, day := range days {
		a, possible := c.ask(v, day, claims)
		if possible {
			always = false
			continue
		}
		end := v.Until
		if i+1 < len(days) {
			end = days[i+1].AddDays(-1)
		}
		if a.Dated && c.laterPossible(v, day, end, claims) {
			always = false
			continue
		}
		if a.Clash != nil {
			clash = a.Clash
		}
		some = append(some, day)
	}
	return always, some, clash
}

func (c *checker) laterPossible(v *rule.Version, day, end rule.Date, claims []logic.Claim) bool {
	for _, years := range later {
		d := day.AddYears(years)
		if !end.IsZero() && d.After(end) {
			d = end
		}
		if _, possible := c.ask(v, d, claims); possible {
			return true
		}
	}
	return false
}

// ask asks first without looking through what rules compute, which names what
// is there, and then with.
func (c *checker) ask(v *rule.Version, on rule.Date, claims []logic.Claim) (a logic.Answer, possible bool) {
	for _, deep := range []bool{false, true} {
		if a = c.space(on, deep).Ask(v, claims...); a.Never {
			return a, false
		}
	}
	return a, true
}

// conditions finds conditions that can never hold, and those that make no
// difference, as far as that can be proven without a case.
func (c *checker) conditions() {
	for _, r := range c.set.Model.Rules {
		for _, v := range r.Versions {
			c.selfCompared(r, v)
			if v.Condition == nil {
				continue
			}
			always, some, clash := c.never(v, logic.Holds(v.Condition))
			switch {
			case always:
				c.add(CodeImpossible, "De voorwaarde van regel %s kan nooit waar zijn%s.", r.ID, because(clash)).at(r, v.Pos)
				continue
			case len(some) > 0:
				c.add(CodeImpossible, "De voorwaarde van regel %s kan vanaf %v niet waar zijn%s.", r.ID, some[len(some)-1], because(clash)).
					less(rule.Info).at(r, v.Pos)
				continue
			}
			c.parts(r, v, v.Condition, nil, true)
		}
	}
}

// selfCompared finds comparisons in subselections of an attribute with itself:
// who writes "zijn inkomen is groter dan zijn inkomen" means another's.
func (c *checker) selfCompared(r *rule.Rule, v *rule.Version) {
	rule.Inspect(v, func(n any) bool {
		a, ok := n.(*rule.Aggregate)
		if !ok || a.Filter == nil {
			return true
		}
		rule.Inspect(a.Filter, func(n any) bool {
			x, ok := n.(*rule.Compare)
			if !ok {
				return true
			}
			left, lok := x.L.(*rule.AttributeRef)
			right, rok := x.R.(*rule.AttributeRef)
			if lok && rok && left.Attribute == right.Attribute && left.From == a.Element && right.From == a.Element && slices.Equal(left.Via, right.Via) {
				c.add(CodeRedundant, "De selectie in regel %s vergelijkt %q met zichzelf; bedoelt u die van het onderwerp, noem dat dan voluit.", r.ID, left.Attribute.Name).at(r, left.Position())
			}
			return true
		})
		return true
	})
}

// because says what has no value left.
func because(clash *logic.Point) string {
	if clash == nil {
		return ""
	}
	switch clash.Type.Kind {
	case rule.Object:
		return fmt.Sprintf(": %q moet leeg en gevuld zijn", clash.Name)
	case rule.Boolean:
		return fmt.Sprintf(": %q moet waar en onwaar zijn", clash.Name)
	}
	return fmt.Sprintf(": geen waarde van %q past bij alle voorwaarden", clash.Name)
}

// parts looks at the items of a condition, given what else has to hold.
func (c *checker) parts(r *rule.Rule, v *rule.Version, cond rule.Condition, given []logic.Claim, whole bool) {
	list, ok := cond.(*rule.Compound)
	if !ok {
		if always, _, _ := c.never(v, logic.Fails(cond)); whole && always {
			c.redundant(r, v, cond, "is altijd waar").less(rule.Warning)
		}
		return
	}
	skip := map[int]bool{}
	for i := len(list.Items) - 1; i >= 0; i-- {
		item := list.Items[i]
		var others []logic.Claim
		for j, o := range list.Items {
			switch {
			case j == i || skip[j]:
			case list.Quantifier == rule.All:
				others = append(others, logic.Holds(o))
			case list.Quantifier == rule.None, list.Quantifier == rule.AtLeast && list.N == 1:
				others = append(others, logic.Fails(o))
			}
		}
		if c.item(r, v, list, item, given, others) {
			skip[i] = true
			continue
		}
		if list.Quantifier == rule.All {
			c.parts(r, v, item, append(given[:len(given):len(given)], others...), false)
		} else {
			c.parts(r, v, item, given, false)
		}
	}
}

// item looks at one item of a list; it reports whether the list can do without.
func (c *checker) item(r *rule.Rule, v *rule.Version, list *rule.Compound, item rule.Condition, given, others []logic.Claim) bool {
	impossible := func(claims ...logic.Claim) bool {
		always, _, _ := c.never(v, claims...)
		return always
	}
	with := func(x logic.Claim, more ...logic.Claim) []logic.Claim {
		return append(append(append([]logic.Claim{}, given...), more...), x)
	}
	switch {
	case list.Quantifier == rule.All:
		switch {
		case impossible(logic.Fails(item)):
			c.redundant(r, v, item, "is altijd waar").less(rule.Warning)
		case impossible(with(logic.Fails(item), others...)...):
			c.redundant(r, v, item, "volgt al uit de andere voorwaarden")
		default:
			return false
		}
		return true
	case impossible(with(logic.Holds(item))...):
		c.add(CodeImpossible, "Regel %s: de voorwaarde ‘%s’ kan %s nooit waar zijn.", r.ID, quoted(item), here(given)).at(r, item.Position())
		return true
	case impossible(with(logic.Fails(item))...):
		c.redundant(r, v, item, "is "+here(given)+" altijd waar").less(rule.Warning)
		return true
	case list.Quantifier != rule.None && (list.Quantifier != rule.AtLeast || list.N != 1):
		return false
	case len(others) > 0 && impossible(with(logic.Holds(item), others...)...):
		c.redundant(r, v, item, "valt al onder de andere voorwaarden van de opsomming")
		return true
	}
	return false
}

func here(given []logic.Claim) string {
	if len(given) == 0 {
		return "hier"
	}
	return "naast de andere voorwaarden"
}

func (c *checker) redundant(r *rule.Rule, v *rule.Version, item rule.Condition, why string) *Finding {
	f := c.add(CodeRedundant, "Regel %s: de voorwaarde ‘%s’ %s.", r.ID, quoted(item), why).less(rule.Info)
	pos := item.Position()
	if pos == (rule.Pos{}) {
		pos = v.Pos
	}
	f.at(r, pos)
	return f
}

// quoted gives a condition in one line, cut off where it is long.
func quoted(x rule.Condition) string {
	s := strings.Join(strings.Fields(regelspraak.PrintCondition(x)), " ")
	if r := []rune(s); len(r) > 120 {
		return strings.TrimSpace(string(r[:120])) + "…"
	}
	return s
}

// overlaps finds rules that may both give one object a value.
func (c *checker) overlaps() {
	byAttribute := map[*rule.Attribute][]reader{}
	for _, r := range c.set.Model.Rules {
		for _, v := range r.Versions {
			a, ok := v.Action.(*rule.Assign)
			if !ok {
				continue
			}
			for _, w := range byAttribute[a.Target] {
				if w.rule != r && (w.version.Condition != nil || v.Condition != nil) {
					c.overlap(w, reader{r, v})
				}
			}
			byAttribute[a.Target] = append(byAttribute[a.Target], reader{r, v})
		}
	}
}

// overlap looks at two rules on the days that both hold. Only what is certain is
// said: that the analysis does not see what keeps them apart means little.
func (c *checker) overlap(a, b reader) {
	claims := []logic.Claim{logic.Holds(a.version.Condition), logic.Holds(b.version.Condition)}
	if k := b.version.Subject.Kenmerk; k != nil {
		claims = append(claims, logic.Holds(&rule.HasKenmerk{From: b.version.Subject, Kenmerk: k}))
	}
	for _, day := range c.days(a.version) {
		if b.rule.At(day) != b.version {
			continue
		}
		x, possible := c.ask(a.version, day, claims)
		if !possible || x.Open || !x.Sure {
			continue
		}
		c.add(CodeBoth, "De regels %s en %s geven allebei een waarde aan %q%s.", a.rule.ID, b.rule.ID, a.version.Writes().Name,
			where(x.Witness, a.version.Subject.Kenmerk, b.version.Subject.Kenmerk)).at(b.rule, b.version.Pos)
		return
	}
}

// where describes a case by the values that matter: " bij leeftijd 21 jr,
// verzekerd". What is the subject anyway is left out.
func where(points []logic.Point, but ...*rule.Attribute) string {
	var with []string
	for _, p := range points {
		skip := false
		for _, a := range but {
			skip = skip || a != nil && a == p.Attribute && len(p.Via) == 0
		}
		if !skip {
			with = append(with, say(p))
		}
	}
	if len(with) == 0 {
		return ""
	}
	return ", bijvoorbeeld bij: " + spelling.And(with...)
}

// say says one value.
func say(p logic.Point) string {
	switch {
	case p.Value.IsEmpty():
		return "geen " + p.Name
	case p.Type.Kind == rule.Object:
		return "wel een " + p.Name
	case p.Type.Kind == rule.Boolean && p.Value.Bool:
		return "wel " + p.Name
	case p.Type.Kind == rule.Boolean:
		return "niet " + p.Name
	case p.Type.Kind == rule.Enum, p.Type.Kind == rule.Text:
		return p.Name + " '" + p.Value.Text + "'"
	}
	return p.Name + " " + explain.Show(p.Value, p.Type).Text
}
