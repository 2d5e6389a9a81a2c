package regelspraak

import (
	"strconv"
	"strings"

	"lemniscaat/internal/rule"
)

// predicate writes "niet verzekerd zijn", "recht op zorgtoeslag hebben", "een
// aanvrager zijn".
func (p *printer) predicate(a *rule.Attribute, not bool) {
	p.negation(a, not)
	p.add(Fragment{Kind: FragmentKenmerk, Text: a.Name, Ref: a.ID(), Type: a.Type})
	if a.Kind == rule.Possessive {
		p.keyword(" hebben")
	} else {
		p.keyword(" zijn")
	}
}

// negation writes what stands before the name of a kenmerk.
func (p *printer) negation(a *rule.Attribute, not bool) {
	if w := negationWord(a, not); w != "" {
		p.keyword(w + " ")
	}
}

func negationWord(a *rule.Attribute, not bool) string {
	switch {
	case a.Kind == rule.Noun && !not:
		return "een"
	case !not:
		return ""
	case a.Kind == rule.Adjective,
		a.Kind == rule.Possessive && (strings.HasPrefix(a.Name, "de ") || strings.HasPrefix(a.Name, "het ")):
		return "niet"
	}
	return "geen"
}

// kenmerkWords gives "is verzekerd", "heeft recht op zorgtoeslag", "is een
// aanvrager".
func kenmerkWords(a *rule.Attribute) string {
	p := &printer{}
	p.kenmerk(a, false)
	return joinFragments(p.out)
}

func (p *printer) kenmerk(a *rule.Attribute, not bool) {
	if a.Kind == rule.Possessive {
		p.keyword("heeft ")
	} else {
		p.keyword("is ")
	}
	p.negation(a, not)
	p.add(Fragment{Kind: FragmentKenmerk, Text: a.Name, Ref: a.ID(), Type: a.Type})
}

// condition writes a condition. A subordinate one stands after "indien" and
// has its verb at the end.
func (p *printer) condition(c rule.Condition, subordinate bool) {
	defer p.span(c)()
	switch x := c.(type) {
	case *rule.Compound:
		words := p.quantity(x)
		switch {
		case p.animate() && subordinate:
			p.keyword("hij aan " + words + " voldoet:")
		case p.animate():
			p.keyword("hij voldoet aan " + words + ":")
		case subordinate:
			p.keyword("er aan " + words + " is voldaan:")
		default:
			p.keyword("er is voldaan aan " + words + ":")
		}
		p.list(x.Items)
	case *rule.Compare:
		p.expr(x.L, levelExtreme, false)
		p.keyword(" " + comparisonWords(x.Op, x.L.Type(), clauseOf(subordinate)) + " ")
		p.expr(x.R, levelExtreme, true)
	case *rule.IsEmpty:
		p.expr(x.Expr, levelExtreme, false)
		word := "leeg"
		if x.Not {
			word = "gevuld"
		}
		if subordinate {
			p.keyword(" " + word + " is")
		} else {
			p.keyword(" is " + word)
		}
	case *rule.HasKenmerk:
		if len(x.Via) == 0 && p.inner(x.From) && x.From.Object.Animate {
			p.text("hij")
		} else {
			p.path(x.From, x.Via)
		}
		p.text(" ")
		if !subordinate {
			p.kenmerk(x.Kenmerk, x.Not)
			break
		}
		p.negation(x.Kenmerk, x.Not)
		p.add(Fragment{Kind: FragmentKenmerk, Text: x.Kenmerk.Name, Ref: x.Kenmerk.ID(), Type: x.Kenmerk.Type})
		if x.Kenmerk.Kind == rule.Possessive {
			p.keyword(" heeft")
		} else {
			p.keyword(" is")
		}
	default:
		panic("BUG: unknown condition")
	}
}

func clauseOf(subordinate bool) clause {
	if subordinate {
		return verbLast
	}
	return verbSecond
}

// list writes the items of a list one level deeper than where it stands.
func (p *printer) list(items []rule.Condition) {
	p.marks++
	indent := indentList + strings.Repeat("    ", p.shift+p.marks-1)
	for _, c := range items {
		p.text("\n" + indent + strings.Repeat("-", p.marks) + " ")
		p.condition(c, false)
	}
	p.marks--
	p.listed = true
}

// quantity gives quantityWords, of criteria where these are demanded.
func (p *printer) quantity(c *rule.Compound) string {
	words := quantityWords(c)
	if p.demand {
		words = strings.Replace(words, "voorwaarden", "criteria", 1)
	}
	return words
}

// quantityWords gives "alle volgende voorwaarden" and its sisters.
func quantityWords(c *rule.Compound) string {
	switch c.Quantifier {
	case rule.All:
		return "alle volgende voorwaarden"
	case rule.None:
		return "geen van de volgende voorwaarden"
	}
	n := strconv.Itoa(c.N)
	if c.N >= 0 && c.N < len(counts) {
		n = counts[c.N]
	}
	return [...]string{rule.AtLeast: "ten minste ", rule.AtMost: "ten hoogste ", rule.Exactly: "precies "}[c.Quantifier] + n + " van de volgende voorwaarden"
}

// comparisonWords gives "is groter dan", "groter is dan" or "groter zijn dan".
func comparisonWords(op rule.CompareOp, t rule.Type, form clause) string {
	verb := "is"
	subordinate := form != verbSecond
	if form == infinitive {
		verb = "zijn"
	}
	more, less := "groter", "kleiner"
	if t.Kind == rule.DateKind {
		more, less = "later", "eerder"
	}
	word := more
	if op == rule.Less || op == rule.LessEqual {
		word = less
	}
	switch op {
	case rule.Equal, rule.NotEqual:
		word = "gelijk"
		if op == rule.NotEqual {
			word = "ongelijk"
		}
		if subordinate {
			return word + " " + verb + " aan"
		}
		return "is " + word + " aan"
	case rule.GreaterEqual, rule.LessEqual:
		if subordinate {
			return word + " " + verb + " dan of gelijk " + verb + " aan"
		}
		return "is " + word + " dan of gelijk aan"
	}
	if subordinate {
		return word + " " + verb + " dan"
	}
	return "is " + word + " dan"
}
