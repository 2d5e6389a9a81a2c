package simulate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/population"
	"lemniscaat/internal/rule"
)

// bound is a side whose inputs are matched with the columns of a population.
type bound struct {
	Side
	date      rule.Date
	program   *exact.Program
	person    *rule.ObjectType
	household *rule.ObjectType // nil when no rule reaches it
	columns   []input
	relations []relation
	outcomes  []counted
}

type input struct {
	attr   *rule.Attribute
	column population.Column
}

type relation struct {
	role *rule.Role
	population.Relation
}

// counted is the outcome attribute of a scheme.
type counted struct {
	attr       *rule.Attribute
	times      int64 // per year
	household  bool  // it sits on the household
	applicants bool  // only applicants can have it
	inputs     []int // columns that it depends on, for cliffs
}

const applicantID = "persoon.aanvrager"

// bind compiles a side and finds, for every scheme, the inputs and roles that
// its outcome can need on the date. What the population does not have is an
// error that names the rule.
func bind(s Side, date rule.Date) (*bound, error) {
	program, diags := exact.Compile(s.Model)
	if err := diags.Err(); err != nil {
		return nil, fmt.Errorf("%w: de regels kunnen niet uitgevoerd worden:\n%w", ErrSpec, err)
	}
	b := &bound{Side: s, date: date, program: program, person: program.ObjectType("Persoon")}
	if b.person == nil {
		return nil, fmt.Errorf("%w: de regels kennen geen objecttype Persoon", ErrSpec)
	}
	columns := map[string]population.Column{}
	for _, c := range population.Columns() {
		columns[c.ID] = c
	}
	relations := map[string]population.Relation{}
	for _, r := range population.Relations() {
		relations[r.Role] = r
	}
	var missing []string
	place := map[*rule.Attribute]int{}
	linked := map[*rule.FactType]bool{}
	for _, scheme := range s.Schemes {
		o, err := b.outcome(scheme)
		if err != nil {
			return nil, err
		}
		need := needs(program, o.attr, date)
		for _, n := range need.inputs {
			id := n.attr.ID()
			c, ok := columns[id]
			switch {
			case !ok:
				missing = append(missing, fmt.Sprintf("%s (regel %s vraagt erom)", id, n.rule))
				continue
			case c.Kind != n.attr.Type.Kind:
				return nil, fmt.Errorf("%w: %s is in de populatie van een andere soort dan in de regels (regel %s)", ErrSpec, id, n.rule)
			}
			if _, seen := place[n.attr]; !seen {
				place[n.attr] = len(b.columns)
				b.columns = append(b.columns, input{n.attr, c})
			}
			o.inputs = append(o.inputs, place[n.attr])
		}
		for _, n := range need.roles {
			if linked[n.role.Fact] {
				continue
			}
			r, role := relations[n.role.ID()], n.role
			if r.Role == "" {
				r, role = relations[n.role.Inverse.ID()], n.role.Inverse
			}
			if r.Role == "" {
				missing = append(missing, fmt.Sprintf("relatie %s (regel %s vraagt erom)", n.role.ID(), n.rule))
				continue
			}
			linked[n.role.Fact] = true
			b.relations = append(b.relations, relation{role, r})
			if role.Owner != b.person {
				b.household = role.Owner
			}
		}
		b.outcomes = append(b.outcomes, o)
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("%w: %s", ErrMissing, strings.Join(missing, "; "))
	}
	return b, nil
}

// outcome finds the counted attribute of a scheme.
func (b *bound) outcome(s Scheme) (counted, error) {
	a := b.program.Attribute(s.Outcome)
	if a == nil {
		return counted{}, fmt.Errorf("%w: regeling %s heeft als uitkomst %q, en dat gegeven is er niet", ErrSpec, s.ID, s.Outcome)
	}
	if a.Type.Kind != rule.Amount {
		return counted{}, fmt.Errorf("%w: de uitkomst %s van regeling %s is geen bedrag", ErrSpec, s.Outcome, s.ID)
	}
	o := counted{attr: a, times: 1}
	switch s.Period {
	case "maand":
		o.times = 12
	case "jaar", "eenmalig", "":
	default:
		return counted{}, fmt.Errorf("%w: regeling %s: %q is geen periode; kies jaar, maand of eenmalig", ErrSpec, s.ID, s.Period)
	}
	switch {
	case a.Owner == b.person:
	case rule.Slug(a.Owner.Name) == "huishouden":
		o.household = true
		b.household = a.Owner
	default:
		return counted{}, fmt.Errorf("%w: de uitkomst van regeling %s hoort bij %s; een simulatie telt personen of huishoudens", ErrSpec, s.ID, rule.Slug(a.Owner.Name))
	}
	writers := b.program.Writers(a, b.date)
	if len(writers) == 0 {
		return counted{}, fmt.Errorf("%w: regeling %s heeft op %v geen regel die %s bepaalt", ErrSpec, s.ID, b.date, s.Outcome)
	}
	o.applicants = !o.household
	for _, w := range writers {
		k := w.At(b.date).Subject.Kenmerk
		o.applicants = o.applicants && k != nil && k.ID() == applicantID
	}
	return o, nil
}

// need is what an outcome can depend on.
type need struct {
	inputs []neededInput
	roles  []neededRole
}

type neededInput struct {
	attr *rule.Attribute
	rule string // the first rule that asks for it
}

type neededRole struct {
	role *rule.Role
	rule string
}

// needs walks the rules in force on a date from an attribute down to the
// inputs, sorted by id. It follows every branch: what is found is enough for
// every household.
func needs(p *exact.Program, from *rule.Attribute, date rule.Date) need {
	w := &walker{attrs: map[*rule.Attribute]string{from: "de uitkomst"}, roles: map[*rule.Role]string{}, todo: []*rule.Attribute{from}}
	var n need
	for len(w.todo) > 0 {
		a := w.todo[len(w.todo)-1]
		w.todo = w.todo[:len(w.todo)-1]
		writers := p.Writers(a, date)
		if len(writers) == 0 {
			n.inputs = append(n.inputs, neededInput{a, w.attrs[a]})
			continue
		}
		for _, r := range writers {
			w.rule = r.ID
			w.version(r.At(date))
		}
	}
	for r, id := range w.roles {
		n.roles = append(n.roles, neededRole{r, id})
	}
	slices.SortFunc(n.inputs, func(a, b neededInput) int { return cmp.Compare(a.attr.ID(), b.attr.ID()) })
	slices.SortFunc(n.roles, func(a, b neededRole) int { return cmp.Compare(a.role.ID(), b.role.ID()) })
	return n
}

// walker collects the attributes and roles that expressions read.
type walker struct {
	rule  string
	attrs map[*rule.Attribute]string
	roles map[*rule.Role]string
	todo  []*rule.Attribute
}

func (w *walker) read(a *rule.Attribute) {
	if a == nil {
		return
	}
	if _, seen := w.attrs[a]; !seen {
		w.attrs[a] = w.rule
		w.todo = append(w.todo, a)
	}
}

func (w *walker) via(roles []*rule.Role) {
	for _, r := range roles {
		if _, seen := w.roles[r]; !seen {
			w.roles[r] = w.rule
		}
	}
}

func (w *walker) version(v *rule.Version) {
	if v == nil {
		return
	}
	w.read(v.Subject.Kenmerk)
	if a, ok := v.Action.(*rule.Assign); ok {
		w.expr(a.Expr)
	}
	w.cond(v.Condition)
	for _, x := range v.Variables {
		w.expr(x.Expr)
	}
}

func (w *walker) expr(e rule.Expr) {
	switch e := e.(type) {
	case nil, *rule.Literal, *rule.ParameterRef, *rule.ReferenceDate, *rule.VariableRef:
		// Variables are walked with their version.
	case *rule.AttributeRef:
		w.via(e.Via)
		w.read(e.Attribute)
	case *rule.ObjectRef:
		w.via(e.Via)
	case *rule.Arith:
		w.expr(e.L)
		w.expr(e.R)
	case *rule.PercentOf:
		w.expr(e.Percent)
		w.expr(e.Of)
	case *rule.Clamp:
		w.expr(e.Expr)
		w.expr(e.Min)
		w.expr(e.Max)
	case *rule.Round:
		w.expr(e.Expr)
	case *rule.Extreme:
		for _, a := range e.Args {
			w.expr(a)
		}
	case *rule.Aggregate:
		w.via(e.Via)
		if e.Element != nil {
			w.read(e.Element.Kenmerk)
		}
		w.cond(e.Filter)
		w.expr(e.Of)
	case *rule.Duration:
		w.expr(e.From)
		w.expr(e.To)
	case *rule.DateShift:
		w.expr(e.Date)
		w.expr(e.Amount)
	case *rule.FirstDay:
		w.expr(e.Date)
	case *rule.DatePart:
		w.expr(e.Date)
	default:
		panic(fmt.Sprintf("BUG: simulate does not know expression %T", e))
	}
}

func (w *walker) cond(c rule.Condition) {
	switch c := c.(type) {
	case nil:
	case *rule.Compound:
		for _, x := range c.Items {
			w.cond(x)
		}
	case *rule.Compare:
		w.expr(c.L)
		w.expr(c.R)
	case *rule.IsEmpty:
		w.expr(c.Expr)
	case *rule.HasKenmerk:
		w.via(c.Via)
		w.read(c.Kenmerk)
	default:
		panic(fmt.Sprintf("BUG: simulate does not know condition %T", c))
	}
}
