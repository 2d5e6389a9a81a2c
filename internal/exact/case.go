package exact

import (
	"fmt"
	"math"
	"slices"

	"lemniscaat/internal/rule"
)

// val is a value inside the evaluator; kind 0 is leeg. Dates are days in
// num.n. It is small enough to pass by value.
type val struct {
	kind rule.Kind
	b    bool
	num  number
	text string
}

func (v val) empty() bool { return v.kind == 0 }

func (v val) day() day { return day(v.num.n) }

func ofDay(d day) val { return val{kind: rule.DateKind, num: number{n: int64(d), d: 1}} }

func ofBool(b bool) val { return val{kind: rule.Boolean, b: b} }

// fromDatum converts; the datum has been checked.
func fromDatum(d rule.Datum) val {
	switch d.Kind {
	case rule.Boolean:
		return ofBool(d.Bool)
	case rule.Number, rule.Amount, rule.Percentage:
		return val{kind: d.Kind, num: fromRat(d.Num)}
	case rule.DateKind:
		return ofDay(toDay(d.Date))
	case rule.Text, rule.Enum:
		return val{kind: d.Kind, text: d.Text}
	}
	return val{}
}

func (v val) datum() rule.Datum {
	switch v.kind {
	case rule.Boolean:
		return rule.Datum{Kind: v.kind, Bool: v.b}
	case rule.Number, rule.Amount, rule.Percentage:
		return rule.Datum{Kind: v.kind, Num: v.num.rat()}
	case rule.DateKind:
		return rule.Datum{Kind: v.kind, Date: v.day().date()}
	case rule.Text, rule.Enum:
		return rule.Datum{Kind: v.kind, Text: v.text}
	}
	return rule.Datum{}
}

// Case is one closed world: some objects, what is known of them, and their
// relations, on one rekendatum. What a case does not link does not exist for
// it. It is not safe for concurrent use; Reset makes it ready for the next.
type Case struct {
	p     *Program
	date  day
	table *table
	wrong *Error // a rekendatum that cannot be: every value is this error

	objects []object
	// inputs and cells run parallel: one place per object and attribute.
	inputs []input
	cells  []cell
	links  []link
	edges  []edge
	// gen marks the cells that are still true; setting an input or a link
	// raises it, so that nothing has to be wiped.
	gen   uint32
	vars  []cell // of the rules being evaluated, a stack
	steps int
	level int
}

type object struct {
	typ   int32
	attrs int32 // first place in inputs and cells
	roles int32 // first place in links
	id    string
}

type input struct {
	set bool
	v   val
}

type cell struct {
	gen uint32
	v   val
	err *Error
}

// link is a chain of edges: the objects that a role leads to, in the order in
// which they were linked.
type link struct{ first, last int32 }

type edge struct{ to, next int32 }

// Reset empties the case for reuse, keeping its memory.
func (c *Case) Reset(date rule.Date) {
	c.objects, c.inputs, c.cells = c.objects[:0], c.inputs[:0], c.cells[:0]
	c.links, c.edges, c.vars = c.links[:0], c.edges[:0], c.vars[:0]
	c.touch()
	c.wrong = nil
	if !validDate(date) {
		c.date, c.table = 0, nil
		c.wrong = fail(CodeDate, fmt.Sprintf("De rekendatum %v is geen bestaande dag in de jaren 1 tot 9999.", date))
		return
	}
	if d := toDay(date); c.table == nil || d != c.date {
		c.date, c.table = d, c.p.at(d)
	}
}

// touch makes every computed cell untrue.
func (c *Case) touch() {
	if c.gen == math.MaxUint32 { // after four billion changes: wipe for once
		clear(c.cells[:cap(c.cells)])
		c.gen = 0
	}
	c.gen++
}

// Forget makes every value that was computed be computed anew. What the case
// supplies stays.
func (c *Case) Forget() { c.touch() }

// Program gives the program of the case.
func (c *Case) Program() *Program { return c.p }

// Date gives the rekendatum.
func (c *Case) Date() rule.Date {
	if c.table == nil {
		return rule.Date{}
	}
	return c.date.date()
}

// Len gives the number of objects.
func (c *Case) Len() int { return len(c.objects) }

// ID gives the id that an object was added with, "" for an unknown object.
func (c *Case) ID(obj int) string {
	if obj < 0 || obj >= len(c.objects) {
		return ""
	}
	return c.objects[obj].id
}

// TypeOf gives the type of an object, nil for an unknown object.
func (c *Case) TypeOf(obj int) *rule.ObjectType {
	if obj < 0 || obj >= len(c.objects) {
		return nil
	}
	return c.p.types[c.objects[obj].typ].decl
}

// Add adds an object and gives its number, counting from 0. It gives −1 for a
// type of another model and beyond the limit of objects; whatever is then done
// with −1 is refused.
func (c *Case) Add(t *rule.ObjectType, id string) int {
	typ, ok := c.p.typeOf[t]
	if !ok || len(c.objects) >= maxObjects {
		return -1
	}
	ot := c.p.types[typ]
	c.objects = append(c.objects, object{typ, int32(len(c.inputs)), int32(len(c.links)), id})
	c.inputs = grow(c.inputs, len(ot.attrs))
	c.cells = grow(c.cells, len(ot.attrs))
	for range ot.roles {
		c.links = append(c.links, link{-1, -1})
	}
	c.touch()
	return len(c.objects) - 1
}

// Reserve makes room for objects of these types: for who knows beforehand what will
// be added.
func (c *Case) Reserve(types ...*rule.ObjectType) {
	attrs, roles := 0, 0
	for _, t := range types {
		if typ, ok := c.p.typeOf[t]; ok {
			attrs, roles = attrs+len(c.p.types[typ].attrs), roles+len(c.p.types[typ].roles)
		}
	}
	c.objects = slices.Grow(c.objects, min(len(types), maxObjects))
	c.inputs, c.cells, c.links = slices.Grow(c.inputs, attrs), slices.Grow(c.cells, attrs), slices.Grow(c.links, roles)
}

// grow appends n zero values, reusing capacity.
func grow[T any](s []T, n int) []T {
	old := len(s)
	s = slices.Grow(s, n)[:old+n]
	clear(s[old:])
	return s
}

// place finds an attribute of an object.
func (c *Case) place(obj int, a *rule.Attribute) (object, attrRef, *Error) {
	ref, ok := c.p.attrs[a]
	if !ok {
		return object{}, ref, fail(CodeUnknown, "Deze eigenschap hoort niet bij deze regelset.")
	}
	if obj < 0 || obj >= len(c.objects) {
		return object{}, ref, fail(CodeUnknown, fmt.Sprintf("Object nummer %d bestaat niet in deze casus (limiet: %d objecten).", obj, maxObjects))
	}
	o := c.objects[obj]
	if o.typ != ref.typ {
		e := fail(CodeUnknown, fmt.Sprintf("%s heeft geen %q: dat hoort bij %s.", o.id, a.Name, rule.Slug(a.Owner.Name)))
		e.Attribute, e.ObjectID = a, o.id
		return object{}, ref, e
	}
	return o, ref, nil
}

// Set supplies a datum, leeg included. It refuses a datum that does not fit
// its attribute and one that the rules in force compute themselves; the case
// then stays as it was. The error is an *Error.
func (c *Case) Set(obj int, a *rule.Attribute, d rule.Datum) error {
	if why := unfit(d, a.Type); why != "" {
		return c.refuse(obj, a, why)
	}
	return c.set(obj, a, fromDatum(d))
}

// SetFraction is Set for the number, amount or percentage num/den without
// making a big.Rat: 2840000/100 is € 28.400,00.
func (c *Case) SetFraction(obj int, a *rule.Attribute, num, den int64) error {
	if den <= 0 || num == math.MinInt64 || !numeric(a.Type.Kind) || a.Type.Kind == 0 {
		return c.refuse(obj, a, "dit is geen getal voor deze eigenschap")
	}
	v := val{kind: a.Type.Kind, num: number{n: num, d: den}}
	if limits := limitsOf(a.Type); limits != nil {
		if _, why := misfit(limits, v); why != "" {
			return c.refuse(obj, a, why)
		}
	}
	return c.set(obj, a, v)
}

// Unset takes a datum away again: it is then missing, not leeg.
func (c *Case) Unset(obj int, a *rule.Attribute) error {
	o, ref, err := c.place(obj, a)
	if err != nil {
		return err
	}
	c.inputs[o.attrs+ref.slot] = input{}
	c.touch()
	return nil
}

// Input gives what the case supplies for an attribute; ok is false when it
// supplies nothing.
func (c *Case) Input(obj int, a *rule.Attribute) (d rule.Datum, ok bool) {
	o, ref, err := c.place(obj, a)
	if err != nil {
		return rule.Datum{}, false
	}
	in := &c.inputs[o.attrs+ref.slot]
	return in.v.datum(), in.set
}

// Defaulted reports whether a value that was computed since the case last
// changed rests on an attribute that the case does not supply and that only an
// initialisatie gave a value.
func (c *Case) Defaulted(obj int, a *rule.Attribute) bool {
	o, ref, err := c.place(obj, a)
	if err != nil || c.wrong != nil || !c.table.rules[ref.typ][ref.slot].optional() {
		return false
	}
	at := o.attrs + ref.slot
	return !c.inputs[at].set && c.cells[at].gen == c.gen
}

func (c *Case) refuse(obj int, a *rule.Attribute, why string) error {
	e := fail(CodeInput, fmt.Sprintf("%s klopt niet: %s.", upper(called(a, c.ID(obj))), why))
	e.Attribute, e.ObjectID = a, c.ID(obj)
	return e
}

func (c *Case) set(obj int, a *rule.Attribute, v val) error {
	o, ref, err := c.place(obj, a)
	if err != nil {
		return err
	}
	if c.wrong != nil {
		return c.wrong
	}
	if w := c.table.rules[ref.typ][ref.slot].writers; len(w) > 0 {
		e := fail(CodeDerived, fmt.Sprintf("%s wordt berekend door regel %s en kan dus niet worden opgegeven.", upper(called(a, o.id)), w[0].rule.ID))
		e.Attribute, e.ObjectID, e.Rule, e.Version = a, o.id, w[0].rule, w[0].src
		return e
	}
	c.inputs[o.attrs+ref.slot] = input{set: true, v: v}
	c.touch()
	return nil
}

// Link relates two objects: from reaches to through the role. The other end of
// the fact type is kept at the same time. Linking the same two again changes
// nothing; a link that the fact type forbids is refused with an *Error.
func (c *Case) Link(r *rule.Role, from, to int) error {
	ref, ok := c.p.roles[r]
	if !ok {
		return fail(CodeUnknown, "Deze relatie hoort niet bij deze regelset.")
	}
	inv := c.p.roles[r.Inverse]
	if from < 0 || to < 0 || from >= len(c.objects) || to >= len(c.objects) {
		return fail(CodeRelation, fmt.Sprintf("De relatie %q wijst naar een object dat niet in de casus staat.", r.Name))
	}
	f, t := c.objects[from], c.objects[to]
	if f.typ != ref.typ || t.typ != inv.typ {
		return fail(CodeRelation, fmt.Sprintf("De relatie %q loopt van %s naar %s; %s en %s passen daar niet op.",
			r.Name, rule.Slug(r.Owner.Name), rule.Slug(r.Target.Name), f.id, t.id))
	}
	if from == to {
		return fail(CodeRelation, fmt.Sprintf("%s kan niet zijn eigen %s zijn.", f.id, r.Name))
	}
	if len(c.edges)+2 > maxEdges {
		return fail(CodeRelation, fmt.Sprintf("De casus heeft meer dan %d relaties.", maxEdges/2))
	}
	// Look for the link at the end that has the fewest: the to-one end.
	here, there := f.roles+ref.slot, t.roles+inv.slot
	probe, other := here, int32(to)
	if r.Many && !r.Inverse.Many {
		probe, other = there, int32(from)
	}
	for e := c.links[probe].first; e >= 0; e = c.edges[e].next {
		if c.edges[e].to == other {
			return nil
		}
	}
	if err := c.full(r, here, f, t); err != nil {
		return err
	}
	if err := c.full(r.Inverse, there, t, f); err != nil {
		return err
	}
	c.connect(here, int32(to))
	c.connect(there, int32(from))
	c.touch()
	return nil
}

func (c *Case) full(r *rule.Role, at int32, who, other object) error {
	l := c.links[at]
	if r.Many || l.first < 0 {
		return nil
	}
	has := c.objects[c.edges[l.first].to].id
	return fail(CodeRelation, fmt.Sprintf("%s heeft al %s als %s; %s kan er niet bij.", who.id, has, r.Name, other.id))
}

func (c *Case) connect(at, to int32) {
	n := int32(len(c.edges))
	c.edges = append(c.edges, edge{to: to, next: -1})
	l := &c.links[at]
	if l.first < 0 {
		l.first, l.last = n, n
		return
	}
	c.edges[l.last].next = n
	l.last = n
}

// Linked gives the objects that a role leads to, in the order of linking.
func (c *Case) Linked(r *rule.Role, from int) []int {
	ref, ok := c.p.roles[r]
	if !ok || from < 0 || from >= len(c.objects) || c.objects[from].typ != ref.typ {
		return nil
	}
	var out []int
	for e := c.links[c.objects[from].roles+ref.slot].first; e >= 0; e = c.edges[e].next {
		out = append(out, int(c.edges[e].to))
	}
	return out
}

func upper(s string) string {
	if s == "" {
		return s
	}
	if s[0] >= 'a' && s[0] <= 'z' {
		return string(s[0]-'a'+'A') + s[1:]
	}
	return s
}
