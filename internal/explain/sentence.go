package explain

import (
	"strconv"
	"strings"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// subject gives how an object is called: "u" for the one asked about,
// "uw toeslagpartner", or "persoon p2".
func (w *writer) subject(id string, t *rule.ObjectType) (name string, you bool) {
	name, known := w.who[id]
	if known && name == "" {
		return w.l.texts[tYou], true
	}
	if known {
		return name, false
	}
	return strings.TrimSpace(w.l.called(rule.Slug(t.Name)) + " " + id), false
}

// noun gives an attribute with its owner: "uw vermogen", "het vermogen van uw
// toeslagpartner".
func (w *writer) noun(a *rule.Attribute, id string) string {
	name, you := w.subject(id, a.Owner)
	if you {
		return w.attribute(a).your
	}
	return w.l.say(tOf, "lid", a.Article, "naam", w.l.called(a.Name), "wie", name)
}

// the gives a name with its article: "de vermogensgrens".
func (w *writer) the(article, name string) string {
	return strings.TrimSpace(w.l.say(tThe, "lid", article, "naam", w.l.called(name)))
}

// be gives the verb for an attribute: "is" or "zijn".
func (w *writer) be(a *rule.Attribute) string { return w.attribute(a).be }

// beTerm gives the verb for a term as bare names it.
func (w *writer) beTerm(t *exact.Term) string {
	switch e := t.Expr.(type) {
	case *rule.AttributeRef:
		return w.be(e.Attribute)
	case *rule.ParameterRef:
		return w.parameterWords(e.Parameter).be
	case *rule.VariableRef:
		return w.l.be(e.Variable.Article, e.Variable.Name)
	case *rule.Convert, *rule.Clamp, *rule.Round:
		if len(t.Terms) > 0 {
			return w.beTerm(t.Terms[0])
		}
	}
	return w.l.is[0]
}

// kenmerk gives the clauses for a kenmerk.
func (w *writer) kenmerk(a *rule.Attribute) *kenmerk {
	switch a.Kind {
	case rule.Possessive:
		if hasArticle(a.Name) {
			return &w.l.kenmerk[articled]
		}
		return &w.l.kenmerk[possession]
	case rule.Noun:
		return &w.l.kenmerk[noun]
	}
	return &w.l.kenmerk[adjective]
}

// clause fills in whether somebody has a kenmerk.
func (w *writer) clause(c *clause, a *rule.Attribute, id string, holds bool) string {
	name, you := w.subject(id, a.Owner)
	t := c.theyNot
	switch {
	case you && holds:
		t = c.you
	case you:
		t = c.youNot
	case holds:
		t = c.they
	}
	return w.l.fill(t, "wie", name, "naam", w.l.called(a.Name))
}

// is says whether somebody has a kenmerk, as a main clause: "u bent niet
// verzekerd", "uw toeslagpartner heeft recht op zorgtoeslag".
func (w *writer) is(a *rule.Attribute, id string, holds bool) string {
	return w.clause(&w.kenmerk(a).main, a, id, holds)
}

// asks is the subordinate form of is: "of u verzekerd bent".
func (w *writer) asks(a *rule.Attribute, id string) string {
	return w.clause(&w.kenmerk(a).ask, a, id, true)
}

// hasArticle reports whether a name begins with an article of its own, so that
// it cannot take "geen".
func hasArticle(name string) bool {
	first, _, _ := strings.Cut(name, " ")
	switch first {
	case "de", "het", "een":
		return true
	}
	return false
}

// states says what a step found: "Uw vermogen is € 3.000,00."
func (w *writer) states(s *exact.Step) string {
	text, _ := w.l.write(s.Value, s.Attribute.Type)
	return w.stated(s, text)
}

// stated is states of a step of which the value is written already.
func (w *writer) stated(s *exact.Step, value string) string {
	a := s.Attribute
	if s.Err != nil {
		if a.Kind.IsKenmerk() {
			return w.l.stop(w.l.say(tUnsure, "of", w.asks(a, s.ObjectID)))
		}
		return w.l.upper(w.l.say(tNotComputable, "wat", w.noun(a, s.ObjectID), "is", w.be(a)))
	}
	if a.Kind.IsKenmerk() {
		if s.Value.IsEmpty() {
			return w.l.upper(w.l.say(tKenmerkEmpty, "of", w.asks(a, s.ObjectID)))
		}
		return w.l.stop(w.is(a, s.ObjectID, s.Value.Bool))
	}
	if s.Value.IsEmpty() && s.Origin != exact.Given {
		return w.l.stop(w.l.say(tNotThere, "wat", w.noun(a, s.ObjectID), "is", w.be(a)))
	}
	return w.l.upper(w.l.say(tOutcomeIs, "wat", w.noun(a, s.ObjectID), "is", w.be(a), "waarde", w.quoted(s.Value, value)))
}

// text writes a value in a sentence: what is a word of the rules or the case
// itself stands between quotes.
func (w *writer) text(d rule.Datum, t rule.Type) string {
	s, _ := w.l.write(d, t)
	return w.quoted(d, s)
}

// quoted is text of a value that is written already.
func (w *writer) quoted(d rule.Datum, written string) string {
	if d.Kind == rule.Text || d.Kind == rule.Enum {
		return w.l.join("‘", written, "’")
	}
	return written
}

func (w *writer) missing(s *exact.Step) string { return w.l.stop(w.lacks(s.Attribute, s.ObjectID)) }

func (w *writer) lacks(a *rule.Attribute, id string) string {
	if a.Kind.IsKenmerk() {
		return w.l.say(tMissingKenmerk, "of", w.asks(a, id))
	}
	return w.l.say(tMissing, "wat", w.noun(a, id))
}

// fault says in a main clause what went wrong.
func (w *writer) fault(e *exact.Error) string {
	if e.Code == exact.CodeMissing && e.Attribute != nil {
		return w.lacks(e.Attribute, e.ObjectID)
	}
	t, known := w.l.fault[e.Code]
	if !known {
		t = w.l.fault[""]
	}
	var rows [2]string
	if e.Code == exact.CodeConflict && len(e.Rows) > 1 {
		t = w.l.texts[tRowsConflict]
		rows = [2]string{strconv.Itoa(e.Rows[0]), strconv.Itoa(e.Rows[1])}
	}
	var name, first, parameter string
	if e.Rule != nil {
		name = e.Rule.Name
	}
	if len(e.Rules) > 0 {
		first = e.Rules[0].Name
	}
	if e.Parameter != nil {
		parameter = w.the(e.Parameter.Article, e.Parameter.Name)
	}
	return w.l.fill(t, "regel", name, "eerste", first, "parameter", parameter, "datum", w.l.longDate(w.d.Date), "code", string(e.Code),
		"rij", rows[0], "andere", rows[1])
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
		return lower(strings.TrimSuffix(w.compound(t), "."))
	case *rule.Compare:
		return w.compares(c.Op, t, yes)
	case *rule.IsEmpty:
		if o, ok := c.Expr.(*rule.ObjectRef); ok {
			return w.exists(o.Via, t.L.From, yes != c.Not)
		}
		if yes == c.Not {
			return w.l.say(tThere, "wat", w.describe(t.L), "is", w.beTerm(t.L))
		}
		return w.l.say(tNotThere, "wat", w.bare(t.L), "is", w.beTerm(t.L))
	case *rule.HasKenmerk:
		if t.Step < 0 {
			return w.exists(c.Via, t.From, true)
		}
		if w.d.Steps[t.Step].Value.IsEmpty() { // untrue, with "niet" as well: nobody said it
			return w.lacks(t.Kenmerk, t.ObjectID)
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
	switch {
	case t.Kenmerk != nil:
		return w.l.say(tUnsure, "of", w.asks(t.Kenmerk, t.ObjectID))
	case t.L != nil && t.R != nil:
		return w.l.say(tUnsureCompare, "l", w.bare(t.L), "r", w.bare(t.R))
	case t.L != nil:
		return w.l.say(tUnsureThere, "wat", w.bare(t.L))
	}
	return w.fault(t.Err)
}

// exists says whether there is somebody: "u hebt geen toeslagpartner", "uw
// toeslagpartner heeft een partner".
func (w *writer) exists(via []*rule.Role, from string, none bool) string {
	if len(via) == 0 {
		return w.l.texts[tNobody]
	}
	last := via[len(via)-1]
	name := w.l.called(last.Name)
	who, you := w.reached(via[:len(via)-1], from, last.Owner)
	switch {
	case you && none:
		return w.l.say(tHaveNone, "naam", name)
	case you:
		return w.l.say(tHave, "naam", name)
	case none:
		return w.l.say(tHasNone, "wie", who, "naam", name)
	}
	return w.l.say(tHas, "wie", who, "naam", name)
}

// reached names what roles lead to from an object: "uw huishouden", "het
// huishouden van persoon p2". Without roles it is the object itself, of type t.
func (w *writer) reached(via []*rule.Role, from string, t *rule.ObjectType) (name string, you bool) {
	if len(via) > 0 {
		t = via[0].Owner
	}
	name, you = w.subject(from, t)
	for _, r := range via {
		if you {
			name, you = w.l.say(tYour, "naam", w.l.called(r.Name)), false
		} else {
			name = w.l.say(tOf, "lid", r.Article, "naam", w.l.called(r.Name), "wie", name)
		}
	}
	return name, you
}

// compares says how two values relate. "Less or equal" is said as "not
// higher", so that no double condition has to be read.
func (w *writer) compares(op rule.CompareOp, t *exact.Test, yes bool) string {
	for _, side := range []*exact.Term{t.L, t.R} {
		if side.Value.IsEmpty() {
			return w.l.say(tNotThere, "wat", w.bare(side), "is", w.beTerm(side))
		}
	}
	what := ofAmounts
	switch t.L.Value.Kind {
	case rule.DateKind:
		what = ofDates
	case rule.Number:
		what = ofNumbers
	}
	how := equal
	switch op {
	case rule.NotEqual:
		yes = !yes
	case rule.Less:
		how = less
	case rule.Greater:
		how = greater
	case rule.LessEqual:
		how, yes = greater, !yes
	case rule.GreaterEqual:
		how, yes = less, !yes
	}
	if kind := t.L.Value.Kind; kind == rule.Text || kind == rule.Enum || kind == rule.Boolean {
		l, r := w.text(t.L.Value, termType(t.L)), w.text(t.R.Value, termType(t.R))
		if yes {
			return w.l.say(tIs, "wat", w.bare(t.L), "is", w.beTerm(t.L), "waarde", l)
		}
		return w.l.say(tIsNot, "wat", w.bare(t.L), "is", w.beTerm(t.L), "waarde", l, "ander", r)
	}
	forms := &w.l.relation[what][how]
	form := forms[0]
	if !yes {
		form = forms[1]
	}
	return w.l.fill(form, "l", w.describe(t.L), "is", w.beTerm(t.L), "r", w.describe(t.R))
}

func (w *writer) compound(t *exact.Test) string {
	c := t.Condition.(*rule.Compound)
	n := strconv.Itoa(c.N)
	var s string
	switch c.Quantifier {
	case rule.All:
		s = w.l.texts[tAll]
	case rule.None:
		s = w.l.texts[tNone]
	case rule.AtLeast:
		s = w.l.say(tAtLeast, "n", n)
	case rule.AtMost:
		s = w.l.say(tAtMost, "n", n)
	default:
		s = w.l.say(tExactly, "n", n)
	}
	switch t.Outcome {
	case exact.Yes:
		return w.l.say(tHolds, "wat", s)
	case exact.No:
		return w.l.say(tHoldsNot, "wat", s)
	}
	return w.l.say(tHoldsUnsure, "wat", s)
}

// describe names a term with its value: "uw vermogen (€ 3.000,00)". A constant
// is only its value.
func (w *writer) describe(t *exact.Term) string {
	name := w.bare(t)
	if t.Value.Kind == rule.Object {
		return name
	}
	value := w.text(t.Value, termType(t))
	if name == value {
		return name
	}
	if _, ok := t.Expr.(*rule.Convert); ok && len(t.Terms) == 1 && !t.Value.IsEmpty() {
		if was := w.text(t.Terms[0].Value, termType(t.Terms[0])); was != name {
			value = w.l.say(tConverted, "van", was, "naar", value)
		}
	}
	return w.l.join(name, " (", value, ")")
}

// timeUnits are the units that a duration or a shift counts in.
var timeUnits = [...]string{rule.Days: "dg", rule.Months: "mnd", rule.Years: "jr"}

func termType(t *exact.Term) rule.Type {
	switch {
	case t.Attribute != nil:
		return t.Attribute.Type
	case t.Parameter != nil:
		return t.Parameter.Type
	case t.Expr != nil:
		if d, ok := t.Expr.(*rule.Duration); ok {
			return rule.Type{Kind: rule.Number, Unit: timeUnits[d.Unit]}
		}
		return t.Expr.Type()
	}
	return rule.Type{}
}

// bare names a term without its value.
func (w *writer) bare(t *exact.Term) string {
	l := w.l
	switch e := t.Expr.(type) {
	case *rule.Literal:
		return w.text(e.Value, e.Type())
	case *rule.ParameterRef:
		return w.parameterWords(e.Parameter).the
	case *rule.VariableRef:
		return w.the(e.Variable.Article, e.Variable.Name)
	case *rule.ReferenceDate:
		return l.longDate(w.d.Date)
	case *rule.AttributeRef:
		if t.Step < 0 && len(e.Via) > 0 {
			who, _ := w.reached(e.Via, t.From, nil)
			return l.say(tOf, "lid", e.Attribute.Article, "naam", l.called(e.Attribute.Name), "wie", who)
		}
		return w.noun(e.Attribute, t.ObjectID)
	case *rule.ObjectRef:
		name, _ := w.reached(e.Via, t.From, e.From.Object)
		return name
	case *rule.Aggregate:
		return w.aggregate(e, t.From)
	case *rule.Convert:
		if len(t.Terms) == 1 {
			return w.bare(t.Terms[0])
		}
	}
	if len(t.Terms) == 0 {
		return w.text(t.Value, termType(t))
	}
	switch e := t.Expr.(type) {
	case *rule.Arith:
		return l.say(tCalculate, "l", w.bare(t.Terms[0]), "maal", l.words[e.Op], "r", w.bare(t.Terms[1]))
	case *rule.PercentOf:
		return l.say(tPercentOf, "l", w.bare(t.Terms[0]), "r", w.bare(t.Terms[1]))
	case *rule.Clamp, *rule.Round:
		return w.bare(t.Terms[0])
	case *rule.Extreme:
		k := tLowest
		if e.Max {
			k = tHighest
		}
		return l.say(k, "lijst", w.list(t.Terms))
	case *rule.Duration:
		return l.say(tSpan, "van", w.bare(t.Terms[0]), "tot", w.bare(t.Terms[1]))
	case *rule.DateShift:
		if s := w.birthday(e, t); s != "" {
			return s
		}
		k := tShiftPlus
		if e.Minus {
			k = tShiftMin
		}
		return l.say(k, "datum", w.bare(t.Terms[0]), "tijd", w.text(t.Terms[1].Value, rule.Type{Kind: rule.Number, Unit: timeUnits[e.Unit]}))
	case *rule.FirstDay:
		k := tFirstOfMonth
		switch {
		case e.Next && e.Unit == rule.Years:
			k = tFirstOfNextYear
		case e.Next:
			k = tFirstOfNextMonth
		case e.Unit == rule.Years:
			k = tFirstOfYear
		}
		return l.say(k, "datum", w.bare(t.Terms[0]))
	case *rule.DatePart:
		k := [...]text{rule.Days: tDayOf, rule.Months: tMonthOf, rule.Years: tYearOf}[e.Unit]
		return l.say(k, "datum", w.bare(t.Terms[0]))
	case *rule.MakeDate:
		return l.say(tMadeDate, "jaar", w.bare(t.Terms[0]), "maand", w.bare(t.Terms[1]), "dag", w.bare(t.Terms[2]))
	}
	return w.text(t.Value, termType(t))
}

// list joins terms: "uw inkomen, uw vermogen en € 3,00".
func (w *writer) list(ts []*exact.Term) string {
	var names []string
	for _, t := range ts {
		names = append(names, w.bare(t))
	}
	return w.join(names)
}

func (w *writer) join(parts []string) string {
	last := len(parts) - 1
	if last <= 0 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:last], ", ") + " " + w.l.texts[tAnd] + " " + parts[last]
}

func (w *writer) aggregate(e *rule.Aggregate, from string) string {
	l := w.l
	last := e.Via[len(e.Via)-1]
	many := last.Plural
	if many == "" {
		many = last.Name
	}
	many = l.called(many)
	whose, _ := w.reached(e.Via[:len(e.Via)-1], from, last.Owner)
	if e.Op == rule.Count {
		if e.Filter != nil {
			return l.say(tCountSome, "rol", many, "wie", whose)
		}
		return l.say(tCount, "rol", many, "wie", whose)
	}
	what := l.texts[tWhatCounts]
	if of, ok := e.Of.(*rule.AttributeRef); ok {
		what = w.attribute(of.Attribute).the
	}
	k := [...]text{rule.Sum: tSum, rule.Min: tLowestOf, rule.Max: tHighestOf}[e.Op]
	return l.say(k, "wat", what, "rol", many, "wie", whose)
}

// birthday says "geboortedatum plus 21 jaar" the way people do: "de dag waarop
// u 21 jaar wordt". Empty when it is something else.
func (w *writer) birthday(e *rule.DateShift, t *exact.Term) string {
	of, ok := e.Date.(*rule.AttributeRef)
	by := t.Terms[1].Value
	if !ok || e.Minus || !isBirth(of.Attribute) || t.Terms[0].ObjectID == "" || by.Num == nil || !by.Num.IsInt() {
		return ""
	}
	n := by.Num.Num().Int64()
	switch {
	case e.Unit == rule.Months && n%12 == 0:
		n /= 12
	case e.Unit != rule.Years:
		return ""
	}
	name, you := w.subject(t.Terms[0].ObjectID, of.Attribute.Owner)
	age := strconv.FormatInt(n, 10)
	if you {
		return w.l.say(tTurnsYou, "n", age)
	}
	return w.l.say(tTurns, "wie", name, "n", age)
}

// isBirth reports whether an attribute is the day somebody was born.
func isBirth(a *rule.Attribute) bool { return a.Name == "geboortedatum" && a.Owner.Animate }

func (w *writer) label() string {
	name := w.target.Name
	if w.ctx.Label != "" {
		name = lower(w.ctx.Label)
	}
	name = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(name, " per maand"), " per jaar"), " per kwartaal")
	return w.l.called(name)
}

// per says how often the amount is paid; "" where the unit of the amount says
// it already.
func (w *writer) per() string {
	if strings.Contains(w.target.Type.Unit, "/") {
		return ""
	}
	return w.l.period[w.ctx.Period]
}

// amount writes an amount of what is explained and, apart from it, its period:
// "€ 1.637,57" and " per maand".
func (w *writer) amount(d rule.Datum) (amount, per string) {
	amount = w.l.short(d, w.target.Type)
	if k := strings.Index(amount, " per "); k > 0 {
		return amount[:k], amount[k:]
	}
	return amount, w.per()
}

// payment reports whether what is explained is an amount that somebody gets or
// pays, and not a value on the way to it.
func (w *writer) payment() bool {
	return w.target.Type.Kind == rule.Amount && (w.ctx.Label != "" || w.ctx.Period != "") && w.ctx.Says != "is"
}

// paid picks the text for what somebody pays, and otherwise for what he gets.
func (w *writer) paid(pays, gets text) text {
	if w.ctx.Says == "betaalt" {
		return pays
	}
	return gets
}

// sentence writes the outcome. The first reason joins it when the whole stays
// short enough to read in one breath.
func (w *writer) sentence() {
	a, d := w.target, w.d
	switch {
	case d.Err != nil:
		w.out.Sentence = w.l.say(tCannot, "waarom", w.fault(d.Err))
		return
	case a.Kind.IsKenmerk():
		w.out.Sentence = w.l.stop(w.is(a, w.c.ID(w.obj), d.Value.Bool))
	case w.payment() && w.out.Positive && d.Value.Num.Sign() > 0:
		amount, per := w.amount(d.Value)
		w.out.Sentence = w.l.say(w.paid(tPays, tGets), "bedrag", amount, "naam", w.label(), "per", per)
	case w.payment() && !w.out.Positive:
		w.out.Sentence = w.l.say(w.paid(tPaysNothing, tGetsNothing), "naam", w.label())
	default:
		w.out.Sentence = w.states(d.Steps[0])
		return
	}
	if w.out.Positive || len(w.out.Reasons) == 0 {
		return
	}
	joined := w.l.say(tBecause, "zin", strings.TrimSuffix(w.out.Sentence, "."), "reden", strings.TrimSuffix(lower(w.out.Reasons[0]), "."))
	if len(strings.Fields(joined)) <= maxWords {
		w.out.Sentence = joined
	}
}

// maxWords is the longest sentence that plain accepts, in words split at
// spaces (which never counts fewer than plain does).
const maxWords = 25
