// Package curve varies the income of one household: what it has to spend, every
// scheme in it, and what it keeps of more income, over a range of incomes and
// under several sets of rules at once.
//
// All incomes are cases of one block of package column, so that a curve of a
// thousand incomes costs little more than one. Where more income leaves less to
// spend (a Fall) the place is looked up to the euro, and package exact says
// which rule makes it so. The definitions are in docs/simulatie.md.
package curve

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"lemniscaat/internal/column"
	"lemniscaat/internal/dossier"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// ErrSpec is wrapped by the errors of Draw: the question cannot be answered.
var ErrSpec = errors.New("inkomen variëren")

// Regulation is the regulation that says what a household has to spend: its
// first outcome is what a curve draws.
const Regulation = "besteedbaar-inkomen"

// Wage is the income that is varied when nothing else is said.
const Wage = "persoon.loon"

// Limits of one curve.
const (
	MaxIncome = 1_000_000 // euros a year
	MaxPoints = 5_001
	maxSides  = 5
)

// Step is the extra income, in euros a year, over which pressure is measured.
const Step = 1000

// None stands for a figure that could not be computed.
const None = -1 << 62

// Side is one set of rules: today's, or a variant.
type Side struct {
	ID, Name string // empty for today's rules
	Set      *regulation.Set
}

// Spec asks for one curve.
type Spec struct {
	// Sides has the rules of today first.
	Sides []Side
	// File is the household, bound to the rules of the first side.
	File *dossier.File
	Date rule.Date // zero: that of the file
	// Person is the id of who has the income; empty: the first person.
	Person string
	// Source is the datum that is varied, an amount a year; empty: Wage.
	Source string
	// From, To and Step are in euros a year; To is included. 0 for Step gives 100.
	From, To, Step int
}

// Curve is the answer. Amounts are cents a year.
type Curve struct {
	Date rule.Date
	// Person, Source and Label say what was varied: "p1", "persoon.loon", "loon".
	Person, Source, Label string
	// Incomes are the points, in euros a year, ascending.
	Incomes []int
	Lines   []Line // by side
	// Assumptions are whole sentences: of the household and of the regulation.
	Assumptions []string
}

// Line is the curve under one set of rules.
type Line struct {
	ID, Name string
	Digest   string // of the rule set
	// Disposable is what the household has to spend, by income; None where it
	// cannot be computed.
	Disposable []int64
	// Pressure is what the household does not keep of Step euros more, by income, in
	// thousandths of a percent: 100,000 is everything. It can be negative, and more
	// than everything. None where one of the two cannot be computed.
	Pressure []int64
	// Parts add up to Disposable.
	Parts []Part
	Falls []Fall
	Gaps  []Gap
}

// Part is one amount that disposable income is the sum of: a scheme, the tax.
type Part struct {
	ID, Name string // "huishouden.zorgtoeslag-in-een-jaar", "zorgtoeslag"
	// Minus: it is taken off.
	Minus bool
	Cents []int64 // by income, before Minus; None where it cannot be computed
	attr  *rule.Attribute
}

// Signed gives what the part adds at a point.
func (p *Part) Signed(i int) int64 {
	if v := p.Cents[i]; !p.Minus || v == None {
		return v
	}
	return -p.Cents[i]
}

// Gap is a run of incomes for which there is no answer, and why.
type Gap struct {
	From, To int // euros
	Message  string
}

// Draw computes a curve.
func Draw(s Spec) (*Curve, error) {
	d, err := newDrawing(s)
	if err != nil {
		return nil, err
	}
	if err := d.draw(); err != nil {
		return nil, err
	}
	return d.out, nil
}

// drawing is a curve on its way.
type drawing struct {
	Spec
	sides   []*side
	person  int // object in the file
	program *column.Program
	block   *column.Block
	base    *exact.Case // the household under the rules of today
	out     *Curve
}

// side is a Side with what is asked of it.
type side struct {
	Side
	program *exact.Program
	house   int // object that has the outcome
	outcome *rule.Attribute
	parts   []Part
}

func newDrawing(s Spec) (*drawing, error) {
	if s.Step == 0 {
		s.Step = 100
	}
	if s.Source == "" {
		s.Source = Wage
	}
	if s.Date.IsZero() && s.File != nil {
		s.Date = s.File.Date
	}
	switch {
	case len(s.Sides) == 0 || len(s.Sides) > maxSides:
		return nil, fmt.Errorf("%w: 1 tot en met %d kanten kan", ErrSpec, maxSides)
	case s.File == nil:
		return nil, fmt.Errorf("%w: er is geen huishouden", ErrSpec)
	case !s.Date.Valid():
		return nil, fmt.Errorf("%w: %v is geen bestaande datum", ErrSpec, s.Date)
	case s.From < 0 || s.To > MaxIncome || s.From >= s.To:
		return nil, fmt.Errorf("%w: van %d tot %d euro kan niet; kies een bereik tussen 0 en %d", ErrSpec, s.From, s.To, MaxIncome)
	case s.Step < 1 || (s.To-s.From)/s.Step >= MaxPoints:
		return nil, fmt.Errorf("%w: met stappen van %d euro zijn het geen 1 tot en met %d punten", ErrSpec, s.Step, MaxPoints)
	}
	d := &drawing{Spec: s, person: -1}
	for i, o := range s.File.Objects {
		if rule.Slug(o.Type.Name) == "persoon" && (s.Person == o.ID || s.Person == "") {
			d.person = i
			break
		}
	}
	if d.person < 0 {
		return nil, fmt.Errorf("%w: in het huishouden is niemand met de naam %q", ErrSpec, s.Person)
	}
	d.out = &Curve{Date: s.Date, Person: s.File.Objects[d.person].ID, Source: s.Source}
	for _, a := range s.File.Assumptions {
		d.assume(a.Text)
	}
	for k, x := range s.Sides {
		one, err := d.side(x)
		if err != nil {
			if k > 0 {
				err = fmt.Errorf("variant %s: %w", x.ID, err)
			}
			return nil, err
		}
		d.sides = append(d.sides, one)
	}
	return d, d.compile()
}

func (d *drawing) assume(text string) {
	if !slices.Contains(d.out.Assumptions, text) {
		d.out.Assumptions = append(d.out.Assumptions, text)
	}
}

// side finds on one set of rules what is to be computed.
func (d *drawing) side(x Side) (*side, error) {
	reg, ok := x.Set.Get(Regulation)
	if !ok || len(reg.Outcomes) == 0 {
		return nil, fmt.Errorf("%w: in deze regels is geen regeling %s, die zegt wat een huishouden te besteden heeft", ErrSpec, Regulation)
	}
	program, ds := x.Set.Program(Regulation)
	if err := ds.Err(); err != nil {
		return nil, fmt.Errorf("%w: de regels kunnen niet uitgevoerd worden:\n%w", ErrSpec, err)
	}
	s := &side{Side: x, program: program, house: -1}
	s.outcome = program.Attribute(reg.Outcomes[0].Attribute)
	if s.outcome == nil || program.IsInput(s.outcome, d.Date) {
		return nil, fmt.Errorf("%w: op %v geldt geen regel die %s bepaalt", ErrSpec, d.Date, reg.Outcomes[0].Attribute)
	}
	source := program.Attribute(d.Source)
	if source == nil || source.Type.Kind != rule.Amount || rule.Slug(source.Owner.Name) != "persoon" {
		return nil, fmt.Errorf("%w: %q is geen bedrag van een persoon dat te variëren is; kies bijvoorbeeld %s", ErrSpec, d.Source, Wage)
	}
	if len(program.Writers(source, d.Date)) > 0 && !program.IsInput(source, d.Date) {
		return nil, fmt.Errorf("%w: de regels rekenen %s zelf uit; kies een gegeven dat iemand opgeeft, zoals %s", ErrSpec, d.Source, Wage)
	}
	if d.out.Label == "" {
		d.out.Label = source.Name
	}
	for i, o := range d.File.Objects {
		if o.Type.Name == s.outcome.Owner.Name {
			s.house = i
			break
		}
	}
	if s.house < 0 {
		return nil, fmt.Errorf("%w: in het dossier staat geen %s", ErrSpec, strings.ToLower(s.outcome.Owner.Name))
	}
	for _, a := range reg.Assumptions {
		d.assume(a.Text)
	}
	s.parts = partsOf(program, s.outcome, d.Date)
	return s, nil
}

// settle leaves out of the household what follows from the income that is
// varied: a toetsingsinkomen that somebody once gave would stay where it is.
func (d *drawing) settle(s *side) *dossier.File {
	follows := dependents(s.program, s.program.Attribute(d.Source), d.Date)
	out := *d.File
	out.Objects = slices.Clone(d.File.Objects)
	for i := range out.Objects {
		o := &out.Objects[i]
		o.Values = slices.DeleteFunc(slices.Clone(o.Values), func(v dossier.Value) bool {
			a := s.program.Attribute(v.Attribute.ID())
			if a == nil || v.Assumed || len(s.program.Writers(a, d.Date)) == 0 {
				return false
			}
			if follows[a] || !s.program.IsInput(a, d.Date) {
				d.assume(fmt.Sprintf("De regels rekenen zelf uit: %s. Wat het dossier daarover van %s zegt, telt niet mee.", a.Name, o.ID))
				return true
			}
			return false
		})
	}
	return &out
}

// dependents gives the attributes that rules in force compute, or fill in, from
// an attribute.
func dependents(p *exact.Program, of *rule.Attribute, on rule.Date) map[*rule.Attribute]bool {
	readers := map[*rule.Attribute][]*rule.Attribute{}
	for _, r := range p.Model().Rules {
		v := r.At(on)
		if v == nil || v.Writes() == nil {
			continue
		}
		w := v.Writes()
		rule.Reads(v, func(a *rule.Attribute) { readers[a] = append(readers[a], w) }, nil)
	}
	seen := map[*rule.Attribute]bool{}
	todo := []*rule.Attribute{of}
	for len(todo) > 0 {
		a := todo[0]
		todo = todo[1:]
		for _, w := range readers[a] {
			if !seen[w] {
				seen[w] = true
				todo = append(todo, w)
			}
		}
	}
	return seen
}

func (d *drawing) compile() error {
	var sides []column.Side
	for _, s := range d.sides {
		c := column.Side{Program: s.program, Date: d.Date, Outcomes: []*rule.Attribute{s.outcome}}
		for _, p := range s.parts {
			c.Outcomes = append(c.Outcomes, p.attr)
		}
		sides = append(sides, c)
	}
	var err error
	if d.program, err = column.Compile(sides...); err != nil {
		return fmt.Errorf("%w: %w", ErrSpec, err)
	}
	if _, _, ok := d.program.Input(d.Source); !ok {
		return fmt.Errorf("%w: wat een huishouden te besteden heeft hangt niet af van %s", ErrSpec, d.Source)
	}
	d.block = d.program.NewBlock()
	d.block.Name = func(table, _, number int) string { return d.named(table, number) }
	var ds rule.Diagnostics
	if d.base, ds = d.settle(d.sides[0]).Case(d.sides[0].program, d.Date); ds.Err() != nil {
		return fmt.Errorf("%w: %w", ErrSpec, ds.Err())
	}
	return nil
}

// named gives the id of an object by its table and its number among those of
// its type, from 1.
func (d *drawing) named(table, number int) string {
	for _, o := range d.File.Objects {
		if d.program.Table(rule.Slug(o.Type.Name)) == table {
			if number--; number == 0 {
				return o.ID
			}
		}
	}
	return d.program.Tables()[table].ID
}

// draw computes all points, and those that pressure looks ahead to.
func (d *drawing) draw() error {
	for x := d.From; x <= d.To; x += d.Step {
		d.out.Incomes = append(d.out.Incomes, x)
	}
	all := slices.Clone(d.out.Incomes)
	for _, x := range d.out.Incomes {
		all = append(all, x+Step)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	at := make(map[int]int, len(all))
	for i, x := range all {
		at[x] = i
	}
	got, err := d.run(all)
	if err != nil {
		return err
	}
	unknown := 0
	for k, s := range d.sides {
		line := Line{ID: s.ID, Name: s.Name, Digest: string(s.Set.Digest()), Parts: slices.Clone(s.parts)}
		for _, x := range d.out.Incomes {
			i := at[x]
			now, next := got[k].of[0][i], got[k].of[0][at[x+Step]]
			line.Disposable = append(line.Disposable, now)
			line.Pressure = append(line.Pressure, pressure(now, next))
			for j := range line.Parts {
				line.Parts[j].Cents = append(line.Parts[j].Cents, got[k].of[j+1][i])
			}
			if now == None {
				unknown++
			}
		}
		line.Gaps = gaps(d.out.Incomes, line.Disposable, func(x int) string { return got[k].why[at[x]] })
		d.out.Lines = append(d.out.Lines, line)
	}
	if unknown == len(d.sides)*len(d.out.Incomes) {
		return fmt.Errorf("%w: %s", ErrSpec, d.out.Lines[0].Gaps[0].Message)
	}
	return d.falls()
}

// pressure gives the part of Step euros that is not kept, in thousandths of a
// percent.
func pressure(now, next int64) int64 {
	if now == None || next == None {
		return None
	}
	return Step*100 - (next - now) // cents of Step euros are thousandths of a percent
}

// figures are the outcomes of a side: disposable income, then the parts, by
// income. why says, by place, why disposable income is None.
type figures struct {
	of  [][]int64
	why map[int]string
}

// perBlock is how many incomes are computed at a time.
const perBlock = 1024

// run computes every side at some incomes.
func (d *drawing) run(incomes []int) ([]figures, error) {
	out := make([]figures, len(d.sides))
	for k, s := range d.sides {
		out[k] = figures{of: make([][]int64, 1+len(s.parts)), why: map[int]string{}}
	}
	for from := 0; from < len(incomes); from += perBlock {
		part := incomes[from:min(from+perBlock, len(incomes))]
		rows, err := d.block.Copies(d.base, len(part))
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrSpec, err)
		}
		t, in, _ := d.program.Input(d.Source)
		for i, x := range part {
			if err := d.block.Set(t, in, rows[d.person]+i*d.block.RowsPerCase(t), euros(x)); err != nil {
				return nil, fmt.Errorf("%w: %w", ErrSpec, err)
			}
		}
		if err := d.block.Run(); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrSpec, err)
		}
		for k, s := range d.sides {
			h := d.program.Table(rule.Slug(s.outcome.Owner.Name))
			for o := range out[k].of {
				for i := range part {
					row := rows[s.house] + i*d.block.RowsPerCase(h)
					v, err := d.cents(k, o, row)
					if err != nil && o == 0 {
						out[k].why[from+i] = err.Error()
					}
					out[k].of[o] = append(out[k].of[o], v)
				}
			}
		}
	}
	return out, nil
}

func euros(x int) rule.Datum { return rule.Datum{Kind: rule.Amount, Num: big.NewRat(int64(x), 1)} }

// cents reads an outcome; leeg is nothing to spend. An amount that is no whole
// number of cents is rounded to one, half away from zero.
func (d *drawing) cents(side, outcome, row int) (int64, error) {
	o := d.block.Outcome(side, outcome)
	switch {
	case o.State[row] == column.Empty:
		return 0, nil
	case o.State[row] == column.Known && o.Den == 100:
		return o.Int[row], nil
	}
	v, err := d.block.Value(side, outcome, row)
	if err != nil {
		return None, err
	}
	if v.IsEmpty() {
		return 0, nil
	}
	return rounded(v.Num), nil
}

func rounded(r *big.Rat) int64 {
	n := new(big.Int).Mul(r.Num(), big.NewInt(200))
	half := r.Denom()
	if n.Sign() < 0 {
		n.Sub(n, half)
	} else {
		n.Add(n, half)
	}
	n.Quo(n, new(big.Int).Mul(half, big.NewInt(2)))
	if !n.IsInt64() {
		return None
	}
	return n.Int64()
}

// gaps joins the incomes without an answer for one reason.
func gaps(incomes []int, values []int64, why func(x int) string) []Gap {
	var out []Gap
	before := false
	for i, x := range incomes {
		if values[i] != None {
			before = false
			continue
		}
		m := why(x)
		if before && out[len(out)-1].Message == m {
			out[len(out)-1].To = x
			continue
		}
		out, before = append(out, Gap{x, x, m}), true
	}
	return out
}
