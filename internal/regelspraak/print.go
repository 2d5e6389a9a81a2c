package regelspraak

import (
	"strconv"
	"strings"

	"lemniscaat/internal/rule"
	"lemniscaat/internal/spelling"
)

// Print gives the canonical text of a rule: its Id and sources, its name and
// its versions. Reading it again gives an equal rule.
func Print(r *rule.Rule) string {
	var b strings.Builder
	b.WriteString("// Id: " + r.ID + "\n")
	for _, s := range r.Source {
		b.WriteString("// Bron: " + s + "\n")
	}
	heading := "Regel "
	for _, v := range r.Versions {
		if _, ok := v.Action.(*rule.Table); ok {
			heading = "Beslistabel "
		}
	}
	b.WriteString(heading + strings.Join(strings.Fields(r.Name), " ") + "\n")
	for _, v := range r.Versions {
		b.WriteString(PrintVersion(v))
	}
	return b.String()
}

// PrintVersion gives the canonical text of one version, from "geldig" to its
// last full stop and line end.
func PrintVersion(v *rule.Version) string { return joinFragments(PrintParameterised(v)) }

// PrintExpr gives the canonical text of an expression as it stands in a rule
// whose subject it reads.
func PrintExpr(e rule.Expr) string {
	p := &printer{}
	p.expr(e, levelRound, true)
	return joinFragments(p.out)
}

// PrintCondition gives the canonical text of a condition as a main clause
// ("hij is verzekerd"), the way it stands in a list.
func PrintCondition(c rule.Condition) string {
	p := &printer{}
	p.condition(c, false)
	return joinFragments(p.out)
}

// The binding strength of expressions, loosest first: an operand gets
// parentheses when it binds less than its place asks.
const (
	levelRound = iota
	levelClamp
	levelExtreme // "A en B" is open at its end: in a calculation it gets parentheses
	levelSum
	levelTerm
	levelPercent
	levelPrimary
	levelClosed // parentheses in any case
)

func levelOf(e rule.Expr) int {
	switch x := e.(type) {
	case *rule.Round:
		return levelRound
	case *rule.Clamp:
		return levelClamp
	case *rule.Extreme:
		return levelExtreme
	case *rule.DateShift:
		return levelSum
	case *rule.Arith:
		if x.Op == rule.Mul || x.Op == rule.Div {
			return levelTerm
		}
		return levelSum
	case *rule.PercentOf:
		return levelPercent
	case *rule.Convert:
		return levelOf(x.Expr)
	}
	return levelPrimary
}

// printer collects the fragments of one text.
type printer struct {
	out    []Fragment
	scopes []scopeName // the subject and the elements around the place at hand
	a      bool        // the subject is "een persoon", not "de persoon"; see require
	demand bool        // lists are of criteria, not of conditions
	marks  int         // bullets of the list at hand
	shift  int         // 1 in a definition, whose lists stand deeper than its name
	listed bool        // the last thing printed was a list
	length int         // bytes printed
	placed bool        // spans are asked for
	spans  []Span
}

// scopeName is how the object of a scope is called in full.
type scopeName struct {
	binding *rule.Binding
	role    *rule.Role // nil for the subject
	named   bool       // always in full: "hij" could be taken for another
}

const (
	indentVersion  = "    "
	indentSentence = "        "
	indentList     = "            "
)

func (p *printer) add(f Fragment) {
	p.listed = false
	p.length += len(f.Text)
	if n := len(p.out); n > 0 && f.Ref == "" && f.Kind == p.out[n-1].Kind && (f.Kind == FragmentText || f.Kind == FragmentKeyword) {
		p.out[n-1].Text += f.Text
		return
	}
	p.out = append(p.out, f)
}

func (p *printer) text(s string) { p.add(Fragment{Kind: FragmentText, Text: s}) }

func (p *printer) keyword(s string) { p.add(Fragment{Kind: FragmentKeyword, Text: s}) }

func (p *printer) attribute(a *rule.Attribute) {
	p.add(Fragment{Kind: FragmentAttribute, Text: a.Name, Ref: a.ID(), Type: a.Type})
}

func (p *printer) role(r *rule.Role, many bool) {
	text := r.Name
	if many {
		text = r.Plural
	}
	p.add(Fragment{Kind: FragmentRole, Text: text, Ref: r.ID()})
}

// subjectName is how the subject of a rule is called: by its kenmerk or else
// its object type.
func subjectName(b *rule.Binding) string {
	if b.Kenmerk != nil {
		return lowerName(b.Kenmerk.Name)
	}
	return lowerName(b.Object.Name)
}

func (p *printer) subject(b *rule.Binding) {
	if b.Kenmerk != nil {
		p.add(Fragment{Kind: FragmentKenmerk, Text: subjectName(b), Ref: b.Kenmerk.ID()})
		return
	}
	p.add(Fragment{Kind: FragmentObject, Text: subjectName(b), Ref: b.Object.Name})
}

// fullName writes "de persoon", "de aanvrager", "het lid".
func (p *printer) fullName(b *rule.Binding) {
	if p.a {
		p.text("een ")
		p.subject(b)
		return
	}
	if b.Depth < len(p.scopes) {
		if r := p.scopes[b.Depth].role; r != nil {
			p.text(r.Article + " ")
			p.role(r, false)
			return
		}
	}
	article := b.Object.Article
	if b.Kenmerk != nil {
		article = b.Kenmerk.Article
	}
	p.text(article + " ")
	p.subject(b)
}

// inner reports whether a binding is what "hij" and "zijn" mean here.
func (p *printer) inner(b *rule.Binding) bool {
	n := len(p.scopes)
	return b.Depth == max(0, n-1) && (n == 0 || !p.scopes[n-1].named)
}

// animate reports whether "hij" can be said here.
func (p *printer) animate() bool {
	n := len(p.scopes)
	return n > 0 && !p.scopes[n-1].named && p.scopes[n-1].binding.Object.Animate
}

// path writes an object: "zijn toeslagpartner", "het huishouden van zijn
// toeslagpartner", or in full "de persoon".
func (p *printer) path(from *rule.Binding, via []*rule.Role) {
	n := len(via)
	if n == 0 {
		p.fullName(from)
		return
	}
	r := via[n-1]
	if n == 1 && !p.a && p.inner(from) {
		p.text("zijn ")
		p.role(r, r.Many)
		return
	}
	article := r.Article
	if r.Many {
		article = "de"
	}
	p.text(article + " ")
	p.role(r, r.Many)
	p.text(" van ")
	p.path(from, via[:n-1])
}

// version writes everything from "geldig" on.
func (p *printer) version(v *rule.Version) {
	p.scopes = []scopeName{{binding: v.Subject}}
	p.text(indentVersion)
	p.keyword(PrintValidity(v.From, v.Until))
	p.text("\n")
	if t, ok := v.Action.(*rule.Table); ok {
		p.table(v.Subject, t)
	} else {
		p.sentence(v)
	}
	p.definitions(v.Variables)
	p.text("\n")
}

// sentence writes the result and the condition.
func (p *printer) sentence(v *rule.Version) {
	p.text(indentSentence)
	switch a := v.Action.(type) {
	case *rule.Assign:
		p.text(spelling.Capital(a.Target.Article) + " ")
		p.attribute(a.Target)
		p.text(" van een ")
		p.subject(v.Subject)
		e := a.Expr
		if c, ok := e.(*rule.Convert); ok {
			e = c.Expr
		}
		switch e.(type) {
		case *rule.Literal, *rule.ParameterRef, *rule.AttributeRef:
			p.keyword(" moet gesteld worden op ")
		default:
			p.keyword(" moet berekend worden als ")
		}
		p.expr(a.Expr, levelRound, true)
	case *rule.Initialise:
		p.text(spelling.Capital(a.Target.Article) + " ")
		p.attribute(a.Target)
		p.text(" van een ")
		p.subject(v.Subject)
		p.keyword(" moet geïnitialiseerd worden op ")
		p.expr(a.Expr, levelRound, true)
	case *rule.Grant:
		p.text("Een ")
		p.subject(v.Subject)
		p.text(" ")
		p.kenmerk(a.Kenmerk, false)
	case *rule.Require:
		p.require(v.Subject, a.Condition)
	case *rule.Unique:
		p.unique(v.Subject, a.Attribute)
	}
	if v.Condition != nil {
		p.text("\n" + indentSentence)
		p.keyword("indien ")
		p.condition(v.Condition, true)
	}
	p.text(".")
}

// definitions writes "Daarbij geldt: …".
func (p *printer) definitions(variables []*rule.Variable) {
	for i, d := range variables {
		if i == 0 {
			p.text("\n" + indentSentence)
			p.keyword("Daarbij geldt:")
		}
		p.text("\n" + indentList)
		if d.Article != "" {
			p.text(d.Article + " ")
		}
		p.add(Fragment{Kind: FragmentVariable, Text: d.Name, Ref: d.Name, Type: d.Expr.Type()})
		p.keyword(" is ")
		p.shift = 1
		p.expr(d.Expr, levelRound, true)
		p.shift = 0
		if i == len(variables)-1 {
			p.text(".")
		}
	}
}

// expr writes an expression at a place that asks a level; tail says that
// nothing of the sentence part follows it, so that it may end in a list.
func (p *printer) expr(e rule.Expr, level int, tail bool) {
	defer p.span(e)()
	if levelOf(e) < level || !tail && endsInList(e) {
		p.text("(")
		p.expr(e, levelRound, true)
		if p.listed {
			p.text("\n" + indentList + strings.Repeat("    ", p.shift+p.marks))
		}
		p.text(")")
		return
	}
	switch x := e.(type) {
	case *rule.Literal:
		p.add(Fragment{Kind: FragmentLiteral, Text: PrintDatum(x.Value, x.Typ), Type: x.Typ, Value: x.Value})
	case *rule.ParameterRef:
		p.text(x.Parameter.Article + " ")
		p.add(Fragment{Kind: FragmentParameter, Text: x.Parameter.Name, Ref: x.Parameter.ID, Type: x.Parameter.Type})
	case *rule.VariableRef:
		if x.Variable.Article != "" {
			p.text(x.Variable.Article + " ")
		}
		p.add(Fragment{Kind: FragmentVariable, Text: x.Variable.Name, Ref: x.Variable.Name, Type: x.Typ})
	case *rule.ReferenceDate:
		p.keyword("de rekendatum")
	case *rule.AttributeRef:
		if len(x.Via) == 0 && !p.a && p.inner(x.From) {
			p.text("zijn ")
			p.attribute(x.Attribute)
			break
		}
		p.text(x.Attribute.Article + " ")
		p.attribute(x.Attribute)
		p.text(" van ")
		p.path(x.From, x.Via)
	case *rule.ObjectRef:
		p.path(x.From, x.Via)
	case *rule.Arith:
		level := levelOf(e)
		p.expr(x.L, level, false)
		p.keyword(" " + opWords[x.Op] + " ")
		p.expr(x.R, level+1, tail)
	case *rule.PercentOf:
		p.expr(x.Percent, levelPrimary, false)
		p.keyword(" van ")
		p.expr(x.Of, levelPercent, tail)
	case *rule.Clamp:
		p.clamp(x, tail)
	case *rule.Round:
		p.expr(x.Expr, levelClamp, false)
		if levelOf(x.Expr) < levelPrimary {
			p.text(",") // shows that it binds to all that stands before it
		}
		p.keyword(" " + strings.Join(roundings[x.Mode].words, " ") + " afgerond op ")
		p.text(strconv.Itoa(x.Decimals))
		p.keyword(plural(x.Decimals, " decimaal", " decimalen"))
	case *rule.Extreme:
		if x.Max {
			p.keyword("de maximale waarde van ")
		} else {
			p.keyword("de minimale waarde van ")
		}
		for i, a := range x.Args {
			switch {
			case i == 0:
			case i == len(x.Args)-1:
				p.keyword(" en ")
			default:
				p.text(", ")
			}
			p.expr(a, levelPrimary, tail && i == len(x.Args)-1)
		}
	case *rule.Convert: // has no text of its own
		p.expr(x.Expr, levelRound, tail)
	case *rule.Aggregate:
		p.aggregate(x)
	case *rule.Duration:
		p.keyword("de tijdsduur van ")
		p.expr(x.From, levelSum, false)
		p.keyword(" tot ")
		p.expr(x.To, levelSum, false)
		p.keyword(" in hele " + [...]string{rule.Days: "dagen", rule.Months: "maanden", rule.Years: "jaren"}[x.Unit])
	case *rule.DateShift:
		level := levelSum
		if _, ok := x.Date.(*rule.FirstDay); ok {
			level = levelClosed // see openDay in function.go
		}
		p.expr(x.Date, level, false)
		if x.Minus {
			p.keyword(" min ")
		} else {
			p.keyword(" plus ")
		}
		p.expr(x.Amount, levelTerm, tail)
	case *rule.FirstDay:
		unit := "de maand"
		if x.Unit == rule.Years {
			unit = "het jaar"
		}
		if x.Next {
			p.keyword("de eerste dag van " + unit + " volgend op ")
		} else {
			p.keyword("de eerste dag van " + unit + " van ")
		}
		p.expr(x.Date, levelPrimary, tail)
	case *rule.MakeDate:
		p.keyword("de datum met jaar, maand en dag ")
		p.text("(")
		p.expr(x.Year, levelSum, false)
		p.text(", ")
		p.expr(x.Month, levelSum, false)
		p.text(", ")
		p.expr(x.Day, levelSum, false)
		p.text(")")
	case *rule.DatePart:
		p.keyword([...]string{rule.Days: "de dag", rule.Months: "de maand", rule.Years: "het jaar"}[x.Unit] + " uit ")
		p.expr(x.Date, levelPrimary, tail)
	default:
		panic("BUG: unknown expression")
	}
}

func (p *printer) clamp(x *rule.Clamp, tail bool) {
	p.expr(x.Expr, levelExtreme, false)
	bound := func(words string, e rule.Expr, last bool) {
		p.keyword(words)
		p.expr(e, levelPercent, tail && last) // see bound in clamp.go
	}
	if x.Min != nil {
		p.text(",")
		bound(" met een minimum van ", x.Min, x.Max == nil)
		if x.Max != nil {
			bound(" en met een maximum van ", x.Max, true)
		}
	} else if x.Max != nil {
		p.text(",")
		bound(" met een maximum van ", x.Max, true)
	}
}

// aggregate writes "het aantal leden van zijn huishouden die …".
func (p *printer) aggregate(x *rule.Aggregate) {
	n := len(x.Via)
	last := x.Via[n-1]
	if x.Op == rule.Count {
		p.keyword("het aantal ")
	} else {
		p.keyword([...]string{rule.Sum: "de som van ", rule.Min: "het minimum van ", rule.Max: "het maximum van "}[x.Op])
		if of, ok := x.Of.(*rule.AttributeRef); ok && of.From.Depth == x.Element.Depth {
			p.text(of.Attribute.Article + " ")
			p.attribute(of.Attribute)
			p.text(" van ")
			for i := len(of.Via) - 1; i >= 0; i-- {
				p.text(of.Via[i].Article + " ")
				p.role(of.Via[i], false)
				p.text(" van ")
			}
		} else { // no text of the profile gives this; it is shown all the same
			p.scopes = append(p.scopes, scopeName{binding: x.Element, role: last})
			p.expr(x.Of, levelPrimary, false)
			p.scopes = p.scopes[:len(p.scopes)-1]
			p.text(" van ")
		}
		p.text("de ")
	}
	p.role(last, true)
	p.text(" van ")
	p.path(x.From, x.Via[:n-1])
	if x.Filter == nil {
		return
	}
	for len(p.scopes) < x.Element.Depth { // an expression on its own
		p.scopes = append(p.scopes, scopeName{binding: x.From})
	}
	p.scopes = append(p.scopes, scopeName{x.Element, last, len(manyOthers(x.Via)) > 0})
	defer func() { p.scopes = p.scopes[:len(p.scopes)-1] }()
	p.keyword(" die ")
	if h, ok := inlineFilter(x); ok {
		p.predicate(h.Kenmerk, h.Not)
		return
	}
	if c, ok := x.Filter.(*rule.Compound); ok {
		p.keyword("aan " + quantityWords(c) + " voldoen:")
		p.list(c.Items)
		return
	}
	p.keyword("aan de volgende voorwaarde voldoen:")
	p.list([]rule.Condition{x.Filter})
}

// inlineFilter gives the kenmerk of a subselection that needs no list. A
// kenmerk that the elements of another role have too needs one: see whose in
// aggregate.go.
func inlineFilter(x *rule.Aggregate) (*rule.HasKenmerk, bool) {
	h, ok := x.Filter.(*rule.HasKenmerk)
	if !ok || len(h.Via) > 0 || h.From.Depth != x.Element.Depth {
		return nil, false
	}
	for _, r := range manyOthers(x.Via) {
		for _, a := range r.Target.Attributes {
			if a.Kind.IsKenmerk() && a.Name == h.Kenmerk.Name {
				return nil, false
			}
		}
	}
	return h, true
}

// endsInList reports whether the text of an expression ends in a list.
func endsInList(e rule.Expr) bool {
	switch x := e.(type) {
	case *rule.Aggregate:
		if x.Filter == nil {
			return false
		}
		_, inline := inlineFilter(x)
		return !inline
	case *rule.Arith:
		return levelOf(x.R) > levelOf(x) && endsInList(x.R)
	case *rule.PercentOf:
		return endsInList(x.Of)
	case *rule.Extreme:
		return endsInList(x.Args[len(x.Args)-1])
	case *rule.FirstDay:
		return endsInList(x.Date)
	case *rule.DatePart:
		return endsInList(x.Date)
	case *rule.DateShift:
		return endsInList(x.Amount)
	case *rule.Clamp:
		if x.Max != nil {
			return endsInList(x.Max)
		}
		return x.Min != nil && endsInList(x.Min)
	case *rule.Convert:
		return endsInList(x.Expr)
	}
	return false
}
