package column_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"lemniscaat/internal/column"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
)

// maker draws a model: persons with one partner, friends, a home with members,
// a desk of their own, and rules of every form over attributes of every kind.
// An attribute reads only attributes made before it, so that there is no circle.
type maker struct {
	t      *rapid.T
	m      *rule.Model
	person *rule.ObjectType
	home   *rule.ObjectType
	desk   *rule.ObjectType
	one    []*rule.Role // to-one
	many   []*rule.Role
	attrs  []*rule.Attribute // that may be read
	domain *rule.Domain
	params []*rule.Parameter
	rules  int
}

func newMaker(t *rapid.T) *maker {
	m := &maker{t: t, m: &rule.Model{}}
	object := func(name string) *rule.ObjectType {
		o := &rule.ObjectType{Article: "de", Name: name, Plural: name + "s"}
		m.m.Objects = append(m.m.Objects, o)
		return o
	}
	m.person, m.home, m.desk = object("Persoon"), object("Huis"), object("Bureau")
	fact := func(name string, a, b *rule.Role) {
		f := &rule.FactType{Name: name, Reciprocal: b == nil, Roles: []*rule.Role{a}}
		a.Inverse = a
		if b != nil {
			a.Inverse, b.Inverse = b, a
			f.Roles = append(f.Roles, b)
		}
		for _, r := range f.Roles {
			r.Fact = f
			if r.Many {
				m.many = append(m.many, r)
			} else {
				m.one = append(m.one, r)
			}
		}
		m.m.Facts = append(m.m.Facts, f)
	}
	fact("Paar", &rule.Role{Name: "partner", Owner: m.person, Target: m.person}, nil)
	fact("Wonen", &rule.Role{Name: "huis", Owner: m.person, Target: m.home}, &rule.Role{Name: "lid", Owner: m.home, Target: m.person, Many: true})
	fact("Ouders", &rule.Role{Name: "ouder", Owner: m.person, Target: m.person}, &rule.Role{Name: "kind", Owner: m.person, Target: m.person, Many: true})
	fact("Zitten", &rule.Role{Name: "bureau", Owner: m.person, Target: m.desk}, &rule.Role{Name: "baas", Owner: m.desk, Target: m.person})
	fact("Vrienden", &rule.Role{Name: "vriend", Owner: m.person, Target: m.person, Many: true}, nil)
	fact("Huren", &rule.Role{Name: "huurder", Owner: m.home, Target: m.desk, Many: true}, &rule.Role{Name: "verhuurder", Owner: m.desk, Target: m.home, Many: true})
	m.domain = &rule.Domain{Name: "Kleur", Values: []string{"rood", "groen", "blauw"}}
	m.m.Domains = []*rule.Domain{m.domain}
	for i, k := range []rule.Kind{rule.Amount, rule.Percentage, rule.Number, rule.DateKind} {
		p := &rule.Parameter{ID: fmt.Sprintf("p%d", i), Article: "de", Name: fmt.Sprintf("parameter %d", i), Type: rule.Type{Kind: k}}
		if m.n(9) > 0 {
			p.Values = []rule.ParameterValue{{From: rule.MustDate("2000-01-01"), Value: m.constant(p.Type)}}
		}
		m.params = append(m.params, p)
		m.m.Parameters = append(m.m.Parameters, p)
	}
	return m
}

// n draws a whole number from 0 to most.
func (m *maker) n(most int) int { return rapid.IntRange(0, most).Draw(m.t, "keuze") }

func pick[T any](m *maker, list []T) T { return list[m.n(len(list)-1)] }

var kinds = []rule.Kind{rule.Amount, rule.Amount, rule.Number, rule.Percentage, rule.DateKind, rule.Boolean, rule.Enum, rule.Text}

func (m *maker) typ() rule.Type {
	t := rule.Type{Kind: pick(m, kinds)}
	switch t.Kind {
	case rule.Enum:
		t.Domain = m.domain
	case rule.Number, rule.Amount:
		switch m.n(9) {
		case 0:
			t.Whole = t.Kind == rule.Number
		case 1:
			t.Decimals = 1 + m.n(2)
		case 2:
			t.Sign = rule.Sign(1 + m.n(2))
		}
	}
	return t
}

func (m *maker) attribute(o *rule.ObjectType) *rule.Attribute {
	n := len(o.Attributes)
	a := &rule.Attribute{Owner: o, Article: "het", Name: fmt.Sprintf("%c%d", o.Name[0]+32, n), Type: m.typ()}
	if a.Type.Kind == rule.Boolean && m.n(2) > 0 {
		a.Kind = rule.Adjective
	}
	o.Attributes = append(o.Attributes, a)
	return a
}

func (m *maker) constant(t rule.Type) rule.Datum {
	d := rule.Datum{Kind: t.Kind}
	switch t.Kind {
	case rule.Boolean:
		d.Bool = m.n(1) == 0
	case rule.DateKind:
		d.Date = rule.Date{Year: pick(m, []int{1990, 2004, 2026, 1, 9999}), Month: pick(m, []int{1, 2, 12}), Day: pick(m, []int{1, 28, 15})}
	case rule.Enum:
		d.Text = pick(m, m.domain.Values)
	case rule.Text:
		d.Text = pick(m, []string{"een", "twee", ""})
	default:
		d.Num = big.NewRat(pick(m, []int64{0, 1, 2, 3, 5, 12, 100, 2500, -7, 123456, 10_000_000_000_000}), pick(m, []int64{1, 1, 1, 10, 100, 3}))
		if t.Kind == rule.Number && m.n(1) == 0 {
			d.Num = big.NewRat(int64(m.n(6)), 1)
		}
	}
	return d
}

// scope is what expressions may speak of.
type scope struct {
	of     []*rule.Binding
	depth  int
	vars   []*rule.Variable
	inside bool // of a variable: the subject only
}

func (m *maker) path(s scope, to *rule.ObjectType) (*rule.Binding, []*rule.Role, bool) {
	from := pick(m, s.of)
	var via []*rule.Role
	at := from.Object
	for range m.n(2) {
		var roles []*rule.Role
		for _, r := range m.one {
			if r.Owner == at {
				roles = append(roles, r)
			}
		}
		if len(roles) == 0 {
			break
		}
		r := pick(m, roles)
		via, at = append(via, r), r.Target
	}
	return from, via, to == nil || at == to
}

func end(from *rule.Binding, via []*rule.Role) *rule.ObjectType {
	if len(via) == 0 {
		return from.Object
	}
	return via[len(via)-1].Target
}

func (m *maker) read(s scope, k rule.Kind) rule.Expr {
	from, via, _ := m.path(s, nil)
	var fit []*rule.Attribute
	for _, a := range m.attrs {
		if a.Owner == end(from, via) && a.Type.Kind == k {
			fit = append(fit, a)
		}
	}
	if len(fit) == 0 {
		return nil
	}
	a := pick(m, fit)
	return &rule.AttributeRef{Node: rule.Node{Typ: a.Type}, From: from, Via: via, Attribute: a}
}

func node(k rule.Kind) rule.Node { return rule.Node{Typ: rule.Type{Kind: k}} }

func (m *maker) expr(s scope, k rule.Kind) rule.Expr {
	leaf := s.depth <= 0
	s.depth--
	if leaf || m.n(3) == 0 {
		if e := m.read(s, k); e != nil && m.n(4) > 0 {
			return e
		}
		for _, p := range m.params {
			if p.Type.Kind == k && m.n(1) == 0 {
				return &rule.ParameterRef{Node: node(k), Parameter: p}
			}
		}
		var fit []*rule.Variable
		for _, v := range s.vars {
			if v.Expr.Type().Kind == k {
				fit = append(fit, v)
			}
		}
		if len(fit) > 0 && m.n(1) == 0 {
			return &rule.VariableRef{Node: node(k), Variable: pick(m, fit)}
		}
		if k == rule.DateKind && m.n(2) == 0 {
			return &rule.ReferenceDate{Node: node(k)}
		}
		return &rule.Literal{Node: node(k), Value: m.constant(rule.Type{Kind: k})}
	}
	switch k {
	case rule.DateKind:
		return m.date(s)
	case rule.Boolean, rule.Enum, rule.Text:
		if e := m.read(s, k); e != nil {
			return e
		}
		return &rule.Literal{Node: node(k), Value: m.constant(rule.Type{Kind: k})}
	}
	sub := func(k rule.Kind) rule.Expr { return m.expr(s, k) }
	switch m.n(11) {
	case 0, 1:
		return &rule.Arith{Node: node(k), Op: rule.ArithOp(m.n(2)), L: sub(k), R: sub(k)}
	case 2:
		if k == rule.Percentage {
			break
		}
		return &rule.Arith{Node: node(k), Op: rule.Mul, L: sub(k), R: sub(rule.Number)}
	case 3:
		return &rule.Arith{Node: node(k), Op: rule.Div, L: sub(k), R: sub(rule.Number)}
	case 4:
		return &rule.PercentOf{Node: node(k), Percent: sub(rule.Percentage), Of: sub(k)}
	case 5:
		c := &rule.Clamp{Node: node(k), Expr: sub(k)}
		if x := m.n(2); x != 0 {
			c.Min = sub(k)
		}
		if x := m.n(2); x != 1 || c.Min == nil {
			c.Max = sub(k)
		}
		return c
	case 6, 7:
		return &rule.Round{Node: node(k), Expr: sub(k), Mode: rule.RoundMode(m.n(4)), Decimals: []int{0, 1, 2, 12}[m.n(3)]}
	case 8:
		return &rule.Extreme{Node: node(k), Max: m.n(1) == 0, Args: []rule.Expr{sub(k), sub(k), sub(k)}[:1+m.n(2)]}
	case 9:
		if a := m.aggregate(s, k); a != nil {
			return a
		}
	case 10:
		return &rule.Convert{Node: node(k), Expr: sub(k), Factor: big.NewRat(int64(1+m.n(11)), int64(1+m.n(11)))}
	}
	if k == rule.Number {
		switch m.n(3) {
		case 0:
			return &rule.Duration{Node: node(k), From: sub(rule.DateKind), To: sub(rule.DateKind), Unit: rule.TimeUnit(m.n(2))}
		case 1:
			return &rule.DatePart{Node: node(k), Date: sub(rule.DateKind), Unit: rule.TimeUnit(m.n(2))}
		case 2: // a ratio
			return &rule.Arith{Node: node(k), Op: rule.Div, L: sub(rule.Amount), R: sub(rule.Amount)}
		}
	}
	return &rule.Arith{Node: node(k), Op: rule.Add, L: sub(k), R: sub(k)}
}

func (m *maker) date(s scope) rule.Expr {
	k := rule.DateKind
	sub := func(k rule.Kind) rule.Expr { return m.expr(s, k) }
	switch m.n(4) {
	case 0, 1:
		return &rule.DateShift{Node: node(k), Date: sub(k), Amount: sub(rule.Number), Unit: rule.TimeUnit(m.n(2)), Minus: m.n(1) == 0}
	case 2:
		return &rule.FirstDay{Node: node(k), Date: sub(k), Unit: rule.TimeUnit(1 + m.n(1)), Next: m.n(1) == 0}
	case 3:
		if a := m.aggregate(s, k); a != nil {
			return a
		}
	}
	return &rule.MakeDate{Node: node(k), Year: sub(rule.Number), Month: sub(rule.Number), Day: sub(rule.Number)}
}

func (m *maker) aggregate(s scope, k rule.Kind) rule.Expr {
	if len(s.of) > 2 || s.inside && len(s.of) > 1 {
		return nil
	}
	from, via, _ := m.path(s, nil)
	at := end(from, via)
	many := 0
	for many < 2 {
		var roles []*rule.Role
		for _, r := range m.many {
			if r.Owner == at && (many == 0 || !r.Inverse.Many) {
				roles = append(roles, r)
			}
		}
		if len(roles) == 0 || many > 0 && m.n(1) == 0 {
			break
		}
		r := pick(m, roles)
		via, at = append(via, r), r.Target
		many++
	}
	if many == 0 {
		return nil
	}
	a := &rule.Aggregate{Node: node(k), From: from, Via: via, Element: &rule.Binding{Object: at, Depth: len(s.of)}}
	inner := s
	inner.of = append(append([]*rule.Binding{}, s.of...), a.Element)
	if m.n(1) == 0 { // mostly about the element
		inner.of = inner.of[len(inner.of)-1:]
	}
	if m.n(2) > 0 {
		a.Filter = m.cond(inner)
	}
	switch {
	case k == rule.Number && m.n(1) == 0:
		a.Op = rule.Count
		return a
	case k == rule.DateKind:
		a.Op = rule.Min + rule.AggregateOp(m.n(1))
	default:
		a.Op = rule.Sum + rule.AggregateOp(m.n(2))
	}
	a.Of = m.expr(inner, k)
	return a
}

func (m *maker) cond(s scope) rule.Condition {
	leaf := s.depth <= 0
	s.depth--
	if !leaf && m.n(2) == 0 {
		c := &rule.Compound{Quantifier: rule.Quantifier(m.n(4)), N: m.n(3)}
		for range 1 + m.n(3) {
			c.Items = append(c.Items, m.cond(s))
		}
		return c
	}
	switch m.n(4) {
	case 0:
		from, via, _ := m.path(s, nil)
		return &rule.IsEmpty{Expr: &rule.ObjectRef{Node: node(rule.Object), From: from, Via: via}, Not: m.n(1) == 0}
	case 1:
		return &rule.IsEmpty{Expr: m.expr(s, pick(m, kinds)), Not: m.n(1) == 0}
	case 2:
		from, via, _ := m.path(s, nil)
		var fit []*rule.Attribute
		for _, a := range m.attrs {
			if a.Owner == end(from, via) && a.Kind.IsKenmerk() {
				fit = append(fit, a)
			}
		}
		if len(fit) > 0 {
			return &rule.HasKenmerk{From: from, Via: via, Kenmerk: pick(m, fit), Not: m.n(1) == 0}
		}
	}
	k := pick(m, kinds)
	c := &rule.Compare{L: m.expr(s, k), R: m.expr(s, k), Op: rule.CompareOp(m.n(1))}
	switch k {
	case rule.Amount, rule.Number, rule.Percentage, rule.DateKind:
		c.Op = rule.CompareOp(m.n(5))
	}
	return c
}

// write adds one to three rules that write a.
func (m *maker) write(a *rule.Attribute) {
	for i := range 1 + m.n(2) {
		self := &rule.Binding{Object: a.Owner}
		s := scope{of: []*rule.Binding{self}, depth: 3}
		v := &rule.Version{Subject: self}
		if m.n(3) == 0 {
			for _, k := range m.attrs {
				if k.Owner == a.Owner && k.Kind.IsKenmerk() {
					self.Kenmerk = k
				}
			}
		}
		for n := range m.n(2) {
			inner := s
			inner.depth, inner.inside = 2, true
			x := &rule.Variable{Article: "de", Name: fmt.Sprintf("v%d", n), Expr: m.expr(inner, pick(m, kinds[:5]))}
			v.Variables = append(v.Variables, x)
			s.vars = append(s.vars, x)
		}
		value := func() rule.Expr { return m.expr(s, a.Type.Kind) }
		switch x := m.n(9); {
		case a.Kind.IsKenmerk() && x < 8:
			v.Action = &rule.Grant{Kenmerk: a}
		case x == 8 || a.Kind.IsKenmerk():
			t := &rule.Table{Target: a, Columns: []*rule.TableColumn{}}
			for range 1 + m.n(2) {
				r := &rule.TableRow{When: m.cond(s)}
				if a.Kind.IsKenmerk() {
					r.Result = &rule.Literal{Node: node(rule.Boolean), Value: rule.Datum{Kind: rule.Boolean, Bool: true}}
				} else {
					r.Result = value()
				}
				t.Rows = append(t.Rows, r)
			}
			v.Action = t
		case x == 7:
			v.Action = &rule.Initialise{Target: a, Expr: value()}
		default:
			v.Action = &rule.Assign{Target: a, Expr: value()}
		}
		if _, table := v.Action.(*rule.Table); !table && (i > 0 || m.n(1) == 0) {
			v.Condition = m.cond(s)
		}
		m.rules++
		m.m.Rules = append(m.m.Rules, &rule.Rule{ID: fmt.Sprintf("r%d", m.rules), Name: fmt.Sprintf("regel %d", m.rules), Versions: []*rule.Version{v}})
	}
}

// check adds a consistentieregel.
func (m *maker) check(o *rule.ObjectType) {
	self := &rule.Binding{Object: o}
	s := scope{of: []*rule.Binding{self}, depth: 3}
	v := &rule.Version{Subject: self}
	if m.n(1) == 0 {
		v.Condition = m.cond(s)
	}
	v.Action = &rule.Require{Condition: m.cond(s)}
	for _, a := range m.attrs {
		if a.Owner == o && m.n(3) == 0 {
			v.Action, v.Condition = &rule.Unique{Attribute: a}, nil
		}
	}
	m.rules++
	m.m.Rules = append(m.m.Rules, &rule.Rule{ID: fmt.Sprintf("c%d", m.rules), Name: fmt.Sprintf("eis %d", m.rules), Versions: []*rule.Version{v}})
}

// TestRandomProgramsAgree compares random rules over random cases with exact.
func TestRandomProgramsAgree(t *testing.T) {
	t.Parallel()
	date := rule.MustDate("2026-06-01")
	rapid.Check(t, func(t *rapid.T) {
		m := newMaker(t)
		objects := []*rule.ObjectType{m.person, m.person, m.home, m.desk}
		for range 2 + m.n(6) {
			m.attrs = append(m.attrs, m.attribute(pick(m, objects)))
		}
		var outcomes []*rule.Attribute
		for range 1 + m.n(4) {
			a := m.attribute(pick(m, objects))
			m.write(a)
			m.attrs = append(m.attrs, a)
			outcomes = append(outcomes, a)
		}
		for range m.n(2) {
			m.check(pick(m, objects))
		}
		exactly, ds := exact.Compile(m.m)
		if ds.Err() != nil {
			t.Skip(ds.Err())
		}
		side := column.Side{Program: exactly, Date: date, Outcomes: outcomes, Checks: true}
		// A second side over the same cases: before the parameters had values.
		early := side
		early.Date = rule.MustDate("1999-02-28")
		p, err := column.Compile(side, early)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range m.m.Rules {
			t.Log(regelspraak.PrintVersion(r.Versions[0]))
		}
		values := newPool(m.m, date)
		r := rand.New(rand.NewPCG(uint64(rapid.IntRange(0, 1<<20).Draw(t, "zaken")), 0))
		values.settle(r, p)
		w := &world{p: p}
		for range 12 {
			w.cases = append(w.cases, values.random(r, p))
		}
		w.agree(t, p.NewBlock(), side, early)
	})
}
