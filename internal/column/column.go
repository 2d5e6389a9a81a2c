// Package column computes many cases at once: the rules of one date compiled to
// a program over tables, run in blocks. Its answers are those of package exact,
// to the cent and errors included; DESIGN.md says how, and what it costs.
//
// A Program says which tables, inputs and relations it needs. A Block is filled
// with cases column by column, run, and read:
//
//	p, err := column.Compile(column.Side{Program: rules, Date: date, Outcomes: outcomes})
//	b := p.NewBlock()
//	b.Reset(cases, persons, households) // rows per table, in the order of p.Tables()
//	… fill b.Starts, b.Input, b.Relation …
//	err = b.Run()
//	out := b.Outcome(0, 0) // of side 0, outcome 0: a number and a state per row
//
// Several sides (a baseline and its variants) run over the same block; what they
// have in common is computed once. A Program serves many goroutines, a Block one.
//
// What the program cannot prove to have right, it does not guess: such a case is
// computed again by package exact, and counted in Stats.
package column

import (
	"errors"
	"fmt"
	"math"
	"math/big"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// ErrSpec is wrapped by the errors of Compile.
var ErrSpec = errors.New("kolomprogramma")

// Side is one set of rules on one date, with what is asked of it.
type Side struct {
	Program *exact.Program
	Date    rule.Date
	// Outcomes are attributes of the model of Program, kenmerken included; one
	// that is an input is given back as it is.
	Outcomes []*rule.Attribute
	// Given names attributes that the caller knows of every object, by id, while a
	// rule only fills them in where they are leeg (initialisatie). That rule, and
	// what it reads, is then not looked at.
	Given map[string]bool
	// Checks asks for the consistentieregels as well: which objects do not meet
	// them.
	Checks bool
}

// Program is compiled for its sides. It is safe for concurrent use; the blocks
// that it makes are not.
type Program struct {
	sides  []*side
	tables []Table
	rels   []Relation
	texts  map[string]int64 // of literals, parameters and enumerations
	names  []string

	allowed [][]allowed // by table and input
	general *plan
	plans   plans
	crowd   int // objects in a case above which exact may give up: it decides
}

// side is a Side matched with the tables.
type side struct {
	Side
	objects []*rule.ObjectType  // by table; nil: not in this model
	inputs  [][]*rule.Attribute // by table and input; nil: this side does not read it
	roles   []*rule.Role        // by relation: the role of Relation.Role; nil likewise
	out     []int               // the table of each outcome, then of each check
	checks  []*rule.Rule        // consistentieregels in force
}

// Table is an object type: one row per object.
type Table struct {
	ID     string           // slug of its name: "persoon"
	Object *rule.ObjectType // of the first side that has it
	Inputs []Input
}

// Input is an attribute that no rule in force writes and an outcome may need.
type Input struct {
	ID        string // "persoon.toetsingsinkomen"
	Attribute *rule.Attribute
	// Rule is the first that asks for it; nil: it is itself an outcome.
	Rule *rule.Rule
	Kind rule.Kind
	// Den is how many units go in one: a number is stored as Int/Den. For
	// amounts it is 100, so that the column holds cents. It is 1 for other
	// kinds: a date is its Day, a text and a value of a list its Block.Text.
	Den int64
	// Optional: leaving it out is not an error but leeg, because a rule gives a
	// value then (initialisatie).
	Optional bool
}

// Relation is a fact type that an outcome may need. It is filled from Role,
// which is a to-one end when the fact type has one: then each row of From has
// one row of To, or none. The other end follows from it, in the order of rows.
type Relation struct {
	ID   string // id of Role: "persoon.huishouden"
	Role *rule.Role
	// Rule is the first that needs it.
	Rule     *rule.Rule
	From, To int  // tables
	Many     bool // both ends are to-many: filled with Block.Lists
	// Reciprocal: both ends are the same role; each pair stands in both rows.
	Reciprocal bool
}

// Tables lists the object types that the outcomes need. The caller must not
// change it.
func (p *Program) Tables() []Table { return p.tables }

// Relations lists the relations that the outcomes need. The caller must not
// change it.
func (p *Program) Relations() []Relation { return p.rels }

// Checks lists the consistentieregels that a side judges: those in force, in
// the order of its model, when it asks for them.
func (p *Program) Checks(side int) []*rule.Rule { return p.sides[side].checks }

// Table finds a table by the slug of its object type; −1: the outcomes need
// none.
func (p *Program) Table(id string) int {
	for i, t := range p.tables {
		if t.ID == id {
			return i
		}
	}
	return -1
}

// Input finds an input by its id; ok is false when no outcome needs it.
func (p *Program) Input(id string) (table, input int, ok bool) {
	for t := range p.tables {
		for i := range p.tables[t].Inputs {
			if p.tables[t].Inputs[i].ID == id {
				return t, i, true
			}
		}
	}
	return 0, 0, false
}

// Relation finds a relation by the id of either of its roles; −1: the outcomes
// need none. swapped says that it is filled from the other end than this one.
func (p *Program) Relation(id string) (relation int, swapped bool) {
	for i, r := range p.rels {
		switch id {
		case r.ID:
			return i, false
		case r.Role.Inverse.ID():
			return i, true
		}
	}
	return -1, false
}

// Compile makes a program for one or more sides. Object types, attributes and
// roles of different models are the same when their ids are.
func Compile(sides ...Side) (*Program, error) {
	c := &compiler{p: &Program{texts: map[string]int64{}}}
	if len(sides) == 0 {
		return nil, fmt.Errorf("%w: er zijn geen regels om uit te voeren", ErrSpec)
	}
	c.p.crowd = math.MaxInt
	for _, s := range sides {
		c.work = c.work[:0]
		if err := c.need(s); err != nil {
			return nil, err
		}
		c.p.crowd = min(c.p.crowd, c.crowd())
	}
	c.intern()
	c.p.allow()
	c.p.general, _ = c.p.lower(nil)
	c.p.plans.made = map[string]*plan{}
	return c.p, nil
}

// Needs gives the tables with their inputs, and the relations, that the outcomes
// of a side may ask for, without making a program of it.
func Needs(s Side) ([]Table, []Relation, error) {
	c := &compiler{p: &Program{}}
	if err := c.need(s); err != nil {
		return nil, nil, err
	}
	return c.p.tables, c.p.rels, nil
}

// compiler joins the sides in one program.
type compiler struct {
	p *Program
	// work are the operations in the rules of a side, by how deep they stand in
	// aggregations.
	work []int
}

// den gives how an attribute is stored.
func den(t rule.Type) int64 {
	digits := 0
	switch t.Kind {
	case rule.Amount, rule.Percentage, rule.Number:
		digits = 2
		if t.Kind == rule.Percentage {
			digits = 3
		}
		whole, decimals, _ := limits(t)
		if decimals > 0 {
			digits = min(decimals, 9)
		}
		if whole {
			digits = 0
		}
	}
	return pow10(digits)
}

func pow10(n int) int64 {
	out := int64(1)
	for range n {
		out *= 10
	}
	return out
}

// scaled gives r·den when that is a whole number of at most limit.
func scaled(r *big.Rat, den int64) (int64, bool) {
	var q big.Int
	var rest big.Int
	q.Mul(r.Num(), big.NewInt(den))
	q.QuoRem(&q, r.Denom(), &rest)
	if rest.Sign() != 0 || q.BitLen() > 62 {
		return 0, false
	}
	return q.Int64(), true
}

// Day gives how a date is stored: days since 1 January 1970.
func Day(d rule.Date) int64 { return serial(packed(d)) - epoch }

// Date is the inverse of Day, for the years 1 to 9999.
func Date(day int64) rule.Date { return unpacked(fromSerial(day + epoch)) }
