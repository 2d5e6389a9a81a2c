package explain

import (
	"fmt"
	"strings"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/explain/plain"
	"lemniscaat/internal/rule"
)

// subject gives how an object is called: "u" for the one asked about,
// "uw toeslagpartner", or "persoon p2".
func (w *writer) subject(id string, t *rule.ObjectType) (name string, you bool) {
	name, known := w.who[id]
	if known && name == "" {
		return "u", true
	}
	if known {
		return name, false
	}
	return strings.TrimSpace(rule.Slug(t.Name) + " " + id), false
}

// noun gives an attribute with its owner: "uw vermogen", "het vermogen van uw
// toeslagpartner".
func (w *writer) noun(a *rule.Attribute, id string) string {
	name, you := w.subject(id, a.Owner)
	if you {
		return "uw " + a.Name
	}
	return a.Article + " " + a.Name + " van " + name
}

// is says whether somebody has a kenmerk, as a main clause: "u bent niet
// verzekerd", "uw toeslagpartner heeft recht op zorgtoeslag".
func (w *writer) is(a *rule.Attribute, id string, holds bool) string {
	name, you := w.subject(id, a.Owner)
	switch a.Kind {
	case rule.Possessive:
		verb := map[bool]string{true: "hebt", false: "heeft"}[you]
		switch {
		case holds:
			return name + " " + verb + " " + a.Name
		case articled(a.Name):
			return name + " " + verb + " niet " + a.Name
		}
		return name + " " + verb + " geen " + a.Name
	case rule.Noun:
		verb := map[bool]string{true: "bent", false: "is"}[you]
		if holds {
			return name + " " + verb + " de " + a.Name
		}
		return name + " " + verb + " niet de " + a.Name
	}
	verb := map[bool]string{true: "bent", false: "is"}[you]
	if holds {
		return name + " " + verb + " " + a.Name
	}
	return name + " " + verb + " niet " + a.Name
}

// articled reports whether a name begins with an article of its own, so that
// it cannot take "geen".
func articled(name string) bool {
	first, _, _ := strings.Cut(name, " ")
	switch first {
	case "de", "het", "een":
		return true
	}
	return false
}

// asks is the subordinate form of is: "of u verzekerd bent".
func (w *writer) asks(a *rule.Attribute, id string) string {
	name, you := w.subject(id, a.Owner)
	verb := map[bool]string{true: "bent", false: "is"}[you]
	if a.Kind == rule.Possessive {
		verb = map[bool]string{true: "hebt", false: "heeft"}[you]
	}
	what := a.Name
	if a.Kind == rule.Noun {
		what = "de " + what
	}
	return "of " + name + " " + what + " " + verb
}

// states says what a step found: "Uw vermogen is € 3.000,00."
func (w *writer) states(s *exact.Step) string {
	a := s.Attribute
	if s.Err != nil {
		if a.Kind.IsKenmerk() {
			return upper(say(tUnsure, w.asks(a, s.ObjectID))) + "."
		}
		return say(tNotComputable, upper(w.noun(a, s.ObjectID)))
	}
	if a.Kind.IsKenmerk() {
		if s.Value.IsEmpty() {
			return upper(w.asks(a, s.ObjectID)) + " is " + say(tEmpty) + "."
		}
		return upper(w.is(a, s.ObjectID, s.Value.Bool)) + "."
	}
	if s.Value.IsEmpty() && s.Origin != exact.Given {
		return say(tNotThere, upper(w.noun(a, s.ObjectID))) + "."
	}
	return say(tOutcomeIs, upper(w.noun(a, s.ObjectID)), Show(s.Value, a.Type).Text)
}

func (w *writer) missing(s *exact.Step) string { return upper(w.lacks(s.Attribute, s.ObjectID)) + "." }

func (w *writer) lacks(a *rule.Attribute, id string) string {
	if a.Kind.IsKenmerk() {
		return say(tMissingKenmerk, w.asks(a, id))
	}
	return say(tMissing, w.noun(a, id))
}

// tells says in a main clause, without a full stop, what a test found. It says
// what is the case, not what the rule asks: "uw vermogen (€ 3.000,00) is niet
// hoger dan de vermogensgrens (€ 146.011,00)".
func (w *writer) tells(t *exact.Test) string {
	if t.Err != nil {
		return w.unsure(t)
	}
	yes := t.Outcome == exact.Yes
	switch c := t.Condition.(type) {
	case *rule.Compound:
		return lower(w.compound(t))
	case *rule.Compare:
		return w.compares(c.Op, t, yes)
	case *rule.IsEmpty:
		if o, ok := c.Expr.(*rule.ObjectRef); ok {
			return w.exists(o, yes != c.Not)
		}
		if yes == c.Not {
			return say(tThere, w.describe(t.L))
		}
		return say(tNotThere, w.bare(t.L))
	case *rule.HasKenmerk:
		if t.Step < 0 {
			return w.exists(&rule.ObjectRef{Via: c.Via}, true)
		}
		return w.is(t.Kenmerk, t.ObjectID, yes != c.Not)
	}
	if t.Kenmerk != nil { // the subject of the rule
		return w.is(t.Kenmerk, t.ObjectID, yes)
	}
	return ""
}

// unsure says that a test has no outcome.
func (w *writer) unsure(t *exact.Test) string {
	if t.Kenmerk != nil {
		return say(tUnsure, w.asks(t.Kenmerk, t.ObjectID))
	}
	if t.L != nil && t.R != nil {
		return say(tUnsureCompare, w.bare(t.L), w.bare(t.R))
	}
	if t.L != nil {
		return say(tUnsure, "of "+w.bare(t.L)+" er is")
	}
	return strings.TrimSuffix(lower(t.Err.Message), ".")
}

// exists says whether there is somebody: "u hebt geen toeslagpartner".
func (w *writer) exists(o *rule.ObjectRef, none bool) string {
	if len(o.Via) == 0 {
		return say(tNobody)
	}
	what := o.Via[len(o.Via)-1].Name
	if none {
		return "u hebt geen " + what
	}
	return "u hebt een " + what
}

func (w *writer) compares(op rule.CompareOp, t *exact.Test, yes bool) string {
	l, r := w.describe(t.L), w.describe(t.R)
	for _, side := range []*exact.Term{t.L, t.R} {
		if side.Value.IsEmpty() {
			return say(tNotThere, w.bare(side))
		}
	}
	higher, lower := "hoger", "lager"
	switch t.L.Value.Kind {
	case rule.DateKind:
		higher, lower = "later", "eerder"
	case rule.Number:
		higher, lower = "meer", "minder"
	}
	not := ""
	if !yes {
		not = "niet "
	}
	// "Less or equal" is said as "not higher", so that no double condition
	// has to be read.
	switch op {
	case rule.Equal:
		return l + " is " + not + "gelijk aan " + r
	case rule.NotEqual:
		return l + " is " + map[bool]string{true: "niet ", false: ""}[yes] + "gelijk aan " + r
	case rule.Less:
		return l + " is " + not + lower + " dan " + r
	case rule.Greater:
		return l + " is " + not + higher + " dan " + r
	case rule.LessEqual:
		return l + " is " + map[bool]string{true: "niet ", false: ""}[yes] + higher + " dan " + r
	}
	return l + " is " + map[bool]string{true: "niet ", false: ""}[yes] + lower + " dan " + r
}

func (w *writer) compound(t *exact.Test) string {
	c := t.Condition.(*rule.Compound)
	var s string
	switch c.Quantifier {
	case rule.All:
		s = say(tAll)
	case rule.None:
		s = say(tNone)
	case rule.AtLeast:
		s = say(tAtLeast, c.N)
	case rule.AtMost:
		s = say(tAtMost, c.N)
	default:
		s = say(tExactly, c.N)
	}
	switch t.Outcome {
	case exact.Yes:
		return s + ": ja."
	case exact.No:
		return s + ": nee."
	}
	return s + ": dat is niet te zeggen."
}

// describe names a term with its value: "uw vermogen (€ 3.000,00)". A constant
// is only its value.
func (w *writer) describe(t *exact.Term) string {
	name := w.bare(t)
	value := Show(t.Value, termType(t)).Text
	if name == value || t.Value.Kind == rule.Object {
		return name
	}
	return name + " (" + value + ")"
}

func termType(t *exact.Term) rule.Type {
	switch {
	case t.Attribute != nil:
		return t.Attribute.Type
	case t.Parameter != nil:
		return t.Parameter.Type
	case t.Expr != nil:
		if d, ok := t.Expr.(*rule.Duration); ok {
			return rule.Type{Kind: rule.Number, Unit: [...]string{"dg", "mnd", "jr"}[d.Unit]}
		}
		return t.Expr.Type()
	}
	return rule.Type{}
}

// bare names a term without its value.
func (w *writer) bare(t *exact.Term) string {
	switch e := t.Expr.(type) {
	case *rule.Literal:
		return Show(e.Value, e.Type()).Text
	case *rule.ParameterRef:
		return e.Parameter.Article + " " + e.Parameter.Name
	case *rule.VariableRef:
		return strings.TrimSpace(e.Variable.Article + " " + e.Variable.Name)
	case *rule.ReferenceDate:
		return LongDate(w.d.Date)
	case *rule.AttributeRef:
		if t.Step < 0 && len(e.Via) > 0 {
			return e.Attribute.Article + " " + e.Attribute.Name + " van uw " + e.Via[len(e.Via)-1].Name
		}
		return w.noun(e.Attribute, t.ObjectID)
	case *rule.ObjectRef:
		if len(e.Via) > 0 {
			return "uw " + e.Via[len(e.Via)-1].Name
		}
		return "u"
	case *rule.Arith:
		word := [...]string{"plus", "min", "verminderd met", "maal", "gedeeld door"}[e.Op]
		return w.bare(t.Terms[0]) + " " + word + " " + w.bare(t.Terms[1])
	case *rule.PercentOf:
		return w.bare(t.Terms[0]) + " van " + w.bare(t.Terms[1])
	case *rule.Clamp, *rule.Round:
		if len(t.Terms) > 0 {
			return w.bare(t.Terms[0])
		}
	case *rule.Extreme:
		var parts []string
		for _, k := range t.Terms {
			parts = append(parts, w.bare(k))
		}
		return map[bool]string{true: "het hoogste van ", false: "het laagste van "}[e.Max] + strings.Join(parts, " en ")
	case *rule.Aggregate:
		last := e.Via[len(e.Via)-1]
		many := last.Plural
		if many == "" {
			many = last.Name
		}
		whose := "u"
		if len(e.Via) > 1 {
			whose = "uw " + e.Via[len(e.Via)-2].Name
		}
		if e.Op == rule.Count {
			s := "het aantal " + many + " van " + whose
			if e.Filter != nil {
				s += " dat meetelt"
			}
			return s
		}
		op := map[rule.AggregateOp]string{rule.Sum: "de som van ", rule.Min: "het laagste van ", rule.Max: "het hoogste van "}[e.Op]
		what := "wat meetelt"
		if of, ok := e.Of.(*rule.AttributeRef); ok {
			what = of.Attribute.Article + " " + of.Attribute.Name
		}
		return op + what + " van de " + many + " van " + whose
	case *rule.Duration:
		return "de tijd van " + w.bare(t.Terms[0]) + " tot " + w.bare(t.Terms[1])
	case *rule.DateShift:
		word := "plus"
		if e.Minus {
			word = "min"
		}
		by := t.Terms[1]
		if s := w.birthday(e, t); s != "" {
			return s
		}
		amount := Show(by.Value, rule.Type{Kind: rule.Number, Unit: [...]string{"dg", "mnd", "jr"}[e.Unit]}).Text
		return w.bare(t.Terms[0]) + " " + word + " " + amount
	case *rule.FirstDay:
		span, next := "de maand", "de volgende maand"
		if e.Unit == rule.Years {
			span, next = "het jaar", "het volgende jaar"
		}
		if e.Next {
			return "de eerste dag van " + next + " na " + w.bare(t.Terms[0])
		}
		return "de eerste dag van " + span + " van " + w.bare(t.Terms[0])
	case *rule.DatePart:
		return map[rule.TimeUnit]string{rule.Years: "het jaar van ", rule.Months: "de maand van ", rule.Days: "de dag van "}[e.Unit] + w.bare(t.Terms[0])
	}
	return Show(t.Value, termType(t)).Text
}

// birthday says "geboortedatum plus 21 jaar" the way people do: "de dag waarop
// u 21 jaar wordt". Empty when it is something else.
func (w *writer) birthday(e *rule.DateShift, t *exact.Term) string {
	of, ok := e.Date.(*rule.AttributeRef)
	by := t.Terms[1].Value
	if !ok || e.Minus || of.Attribute.Name != "geboortedatum" || !of.Attribute.Owner.Animate || t.Terms[0].ObjectID == "" || by.Num == nil || !by.Num.IsInt() {
		return ""
	}
	n := by.Num.Num().Int64()
	switch {
	case e.Unit == rule.Months && n%12 == 0:
		n /= 12
	case e.Unit != rule.Years:
		return ""
	}
	name, _ := w.subject(t.Terms[0].ObjectID, of.Attribute.Owner)
	return say(tTurns, name, itoa(int(n))+" "+say(tYear))
}

// formula writes a calculation with the values filled in; empty for a value
// that is only read.
func (w *writer) formula(t *exact.Term) string {
	if t.Err != nil {
		return ""
	}
	switch t.Expr.(type) {
	case *rule.VariableRef:
		if len(t.Terms) == 1 {
			return w.formula(t.Terms[0])
		}
		return ""
	case *rule.Literal, *rule.ParameterRef, *rule.AttributeRef, *rule.ReferenceDate:
		return ""
	}
	value := Show(t.Value, termType(t)).Text
	if f := w.filled(t, bindRound); f != value {
		return f + " = " + value
	}
	return ""
}

// How tightly the forms of a calculation bind, tightest first.
const (
	bindValue = iota
	bindPercent
	bindTimes
	bindPlus
	bindClamp
	bindRound
)

// filled writes a calculation with values; what binds less tightly than the
// place it stands in allows gets parentheses.
func (w *writer) filled(t *exact.Term, allowed int) string {
	if len(t.Terms) == 0 || t.Err != nil {
		if t.Err != nil {
			return "?"
		}
		return Show(t.Value, termType(t)).Text
	}
	var s string
	var bind int
	switch e := t.Expr.(type) {
	case *rule.VariableRef:
		return w.filled(t.Terms[0], allowed)
	case *rule.Arith:
		if e.Op <= rule.SubFrom && t.Terms[1].Value.IsEmpty() {
			return w.filled(t.Terms[0], allowed) // nothing to add or take away
		}
		bind = bindPlus
		if e.Op == rule.Mul || e.Op == rule.Div {
			bind = bindTimes
		}
		right := bind
		if e.Op != rule.Add && e.Op != rule.Mul {
			right--
		}
		sign := [...]string{"+", "−", "−", "×", "÷"}[e.Op]
		s = w.filled(t.Terms[0], bind) + " " + sign + " " + w.filled(t.Terms[1], right)
	case *rule.PercentOf:
		bind = bindPercent
		s = w.filled(t.Terms[0], bindValue) + " van " + w.filled(t.Terms[1], bindPercent)
	case *rule.Clamp:
		bind = bindClamp
		s = w.filled(t.Terms[0], bindPlus)
		i := 1
		if e.Min != nil {
			s += ", minimaal " + w.filled(t.Terms[i], bindPlus)
			i++
		}
		if e.Max != nil {
			s += ", maximaal " + w.filled(t.Terms[i], bindPlus)
		}
	case *rule.Round:
		bind = bindRound
		how := [...]string{"naar beneden afgerond", "naar boven afgerond", "afgerond", "richting nul afgerond", "van nul af afgerond"}[e.Mode]
		to := "op hele getallen"
		switch {
		case e.Decimals == 2 && t.Value.Kind == rule.Amount:
			to = "op centen"
		case e.Decimals > 0:
			to = fmt.Sprintf("op %d decimalen", e.Decimals)
		case t.Value.Kind == rule.Amount:
			to = "op hele euro’s"
		}
		s = w.filled(t.Terms[0], bindClamp) + ", " + how + " " + to
	default:
		return Show(t.Value, termType(t)).Text
	}
	if bind > allowed {
		return "(" + s + ")"
	}
	return s
}

// wouldHave says a change that was tried: "Is uw vermogen € 146.011,00? Dan
// krijgt u wel zorgtoeslag: € 129 per maand. Dat scheelt € 1,50."
func (w *writer) wouldHave(k exact.Change, ch Change) string {
	var when string
	if k.Attribute.Kind.IsKenmerk() {
		when = say(tIfYouAre, w.question(k.Attribute, k.ObjectID, k.To.Bool))
	} else if k.Attribute.Name == "geboortedatum" && k.Attribute.Owner.Animate {
		name, _ := w.subject(k.ObjectID, k.Attribute.Owner)
		when = say(tBorn, name, ch.To.Text)
	} else {
		when = say(tWithValue, w.noun(k.Attribute, k.ObjectID), ch.To.Text)
	}
	var s string
	if k.Result.Kind == rule.Boolean {
		s = say(tGrantedThen, when, w.is(w.target, w.c.ID(w.obj), true))
	} else {
		s = say(tOutcomeThen, when, w.label(), Short(k.Result, w.target.Type), w.period())
	}
	if ch.Distance != nil {
		s += say(tDifference, ch.Distance.Text)
	}
	return s
}

// question turns a kenmerk into the start of a question: "Bent u verzekerd",
// "Hebt u geen recht op bijstand".
func (w *writer) question(a *rule.Attribute, id string, holds bool) string {
	name, _ := w.subject(id, a.Owner)
	clause := w.is(a, id, holds)
	rest := strings.TrimPrefix(clause, name+" ")
	verb, tail, _ := strings.Cut(rest, " ")
	return upper(verb + " " + name + " " + tail)
}

func (w *writer) label() string {
	name := w.target.Name
	if w.ctx.Label != "" {
		name = lower(w.ctx.Label)
	}
	for _, suffix := range []string{" per maand", " per jaar"} {
		name = strings.TrimSuffix(name, suffix)
	}
	return name
}

func (w *writer) period() string {
	switch w.ctx.Period {
	case "maand":
		return say(tPerMonth)
	case "jaar":
		return say(tPerYear)
	case "eenmalig":
		return say(tOnce)
	}
	return ""
}

// sentence writes the outcome. The first reason joins it when the whole stays
// short enough to read in one breath.
func (w *writer) sentence() {
	a, d := w.target, w.d
	outcome := w.ctx.Label != "" || w.ctx.Period != "" // otherwise a value on the way
	switch {
	case d.Err != nil && d.Err.Code == exact.CodeMissing && d.Err.Attribute != nil:
		w.out.Sentence = say(tCannot, w.lacks(d.Err.Attribute, d.Err.ObjectID))
		return
	case d.Err != nil:
		w.out.Sentence = say(tCannot, strings.TrimSuffix(lower(d.Err.Message), "."))
		return
	case a.Kind.IsKenmerk():
		w.out.Sentence = upper(w.is(a, w.c.ID(w.obj), d.Value.Bool)) + "."
	case a.Type.Kind == rule.Amount && outcome && w.out.Positive && d.Value.Num.Sign() > 0:
		w.out.Sentence = say(tGets, Short(d.Value, a.Type), w.label(), w.period())
	case a.Type.Kind == rule.Amount && outcome && !w.out.Positive:
		w.out.Sentence = say(tGetsNothing, w.label()) + "."
	default:
		w.out.Sentence = w.states(d.Steps[0])
		return
	}
	if w.out.Positive || len(w.out.Reasons) == 0 {
		return
	}
	joined := say(tBecause, strings.TrimSuffix(w.out.Sentence, "."), strings.TrimSuffix(lower(w.out.Reasons[0]), "."))
	if plain.Measure(joined).LongestWords <= plain.MaxSentence {
		w.out.Sentence = joined
	}
}

func lower(s string) string {
	if len(s) > 1 && s[0] >= 'A' && s[0] <= 'Z' && !(s[1] >= 'A' && s[1] <= 'Z') {
		return string(s[0]-'A'+'a') + s[1:]
	}
	return s
}
