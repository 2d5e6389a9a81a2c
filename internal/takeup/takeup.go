// Package takeup says who manages to act. Rules say who is entitled; a
// regulation then asks steps of people, and not everybody does them. A unit
// does a step with a probability that is logistic in its latent ability, the
// logarithm of the amount at stake and the load of the step; whole units are
// drawn, never fractions. The intercept per regulation is calibrated so that
// the steps of today lose the share that was observed.
//
// No percentage per step is published. The strengths are assumptions with a
// low and a high value in data/aannames.csv; observed abandonment can replace
// them later.
package takeup

import (
	"bytes"
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"strconv"

	"lemniscaat/internal/population"
	"lemniscaat/internal/regulation"
)

//go:embed data/*.csv
var files embed.FS

// Purposes of hashes, apart from those of package population.
const (
	forAbility uint64 = iota + 1<<32
	forReading
	forEvent
	forReach
)

// Params are the assumptions by id.
type Params map[string]float64

// Assumptions gives the assumptions of this package with low and high.
func Assumptions() ([]population.Assumption, error) {
	list, err := population.ReadAssumptions(files, "data/aannames.csv")
	if err != nil {
		return nil, fmt.Errorf("takeup data: %w", err)
	}
	return list, nil
}

// Defaults gives the middle values.
func Defaults(list []population.Assumption) Params {
	p := Params{}
	for _, a := range list {
		p[a.ID] = a.Value
	}
	return p
}

// With gives a copy in which one assumption has another value.
func (p Params) With(id string, v float64) Params {
	q := make(Params, len(p))
	for k, x := range p {
		q[k] = x
	}
	q[id] = v
	return q
}

func (p Params) get(id string) float64 {
	v, ok := p[id]
	if !ok {
		panic("BUG: takeup has no assumption " + id)
	}
	return v
}

// Observed is what is known of non-take-up of a regulation: shares of the
// entitled units.
type Observed struct {
	Regulation string
	// Unclaimed is the share that gets nothing; Low and High bound it.
	Unclaimed, Low, High float64
	// SelfEmployed is the share among the self-employed; 0: not known.
	SelfEmployed float64
	Source       string
	// Assumed says that nothing was observed for this regulation.
	Assumed bool
}

// Observe gives what is known of a regulation, or the assumption for those of
// which nothing is.
func Observe(id string) (Observed, error) {
	data, err := files.ReadFile("data/waargenomen.csv")
	if err != nil {
		return Observed{}, err
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma, r.FieldsPerRecord = ';', 6
	rows, err := r.ReadAll()
	if err != nil {
		return Observed{}, fmt.Errorf("waargenomen.csv: %w", err)
	}
	for _, row := range rows[1:] {
		if row[0] != id && row[0] != "*" {
			continue
		}
		o := Observed{Regulation: id, Source: row[5], Assumed: row[0] == "*"}
		for i, v := range []*float64{&o.Unclaimed, &o.Low, &o.High, &o.SelfEmployed} {
			if *v, err = strconv.ParseFloat(row[i+1], 64); err != nil || *v < 0 || *v >= 1 {
				return Observed{}, fmt.Errorf("waargenomen.csv: %s: %q is geen aandeel", row[0], row[i+1])
			}
		}
		return o, nil
	}
	return Observed{}, errors.New("waargenomen.csv: de regel * ontbreekt")
}

// Assumption gives the observation as a named assumption of a run.
func (o Observed) Assumption() population.Assumption {
	text := "Van wie recht heeft op " + o.Regulation + " krijgt nu dit deel niets."
	basis := o.Source
	if o.Assumed {
		text = "Van wie recht heeft op " + o.Regulation + " krijgt nu naar schatting dit deel niets. Er is niets gemeten."
	}
	return population.Assumption{ID: "niet-gebruik." + o.Regulation, Text: text, Value: o.Unclaimed, Low: o.Low, High: o.High, Unit: "aandeel", Basis: basis}
}

// Step is a step that costs someone the entitlement when it is not done.
type Step struct {
	ID, Article, Action string
	// Load is the number of the step file; Proofs the number of proofs that
	// the citizen sends; Yearly whether it returns every year.
	Load   float64
	Proofs int
	Yearly bool
	// Manual says that no register can do the step: it asks a proof that no
	// register holds.
	Manual bool
	// key makes the draw of a step the same in every variant that has it.
	key uint64
}

// NewStep makes a step with its key.
func NewStep(s Step) Step {
	h := uint64(14695981039346656037) // FNV-1a
	for i := range len(s.ID) {
		h = (h ^ uint64(s.ID[i])) * 1099511628211
	}
	s.key = h
	return s
}

// Steps gives the steps of a regulation that a citizen has to do himself and
// that cost the entitlement, in their order. What the executor does, what goes
// by itself and what costs nothing when left is not among them.
func Steps(all []regulation.Step) []Step {
	var out []Step
	for _, s := range all {
		if s.Who != "burger" || s.Automatic || !s.Loses {
			continue
		}
		step := Step{ID: s.ID, Article: s.Article, Action: s.Action, Load: float64(s.Load), Proofs: len(s.Evidence), Yearly: s.Yearly}
		for _, e := range s.Evidence {
			if e.Register == "" {
				step.Manual = true
			}
		}
		out = append(out, NewStep(step))
	}
	return out
}

// coefficients are the assumptions as they are read for every unit.
type coefficients struct {
	load, amount, ability, young, self, retired, reading, readingShare, event, eventShare, proof, yearly, reach float64
}

func (p Params) coefficients() coefficients {
	return coefficients{load: p.get("gebruik-last"), amount: p.get("gebruik-bedrag"), ability: p.get("gebruik-vermogen"),
		young: p.get("gebruik-jong"), self: p.get("gebruik-zelfstandig"), retired: p.get("gebruik-net-aow"),
		reading: p.get("gebruik-laaggeletterd"), readingShare: p.get("deel-laaggeletterd"),
		event: p.get("gebruik-gebeurtenis"), eventShare: p.get("deel-gebeurtenis"),
		proof: p.get("last-bewijs"), yearly: p.get("last-elk-jaar"), reach: p.get("bereik-automatisch")}
}

// cost is what a step takes off the logit: its whole load times its strength.
func (c *coefficients) cost(s Step) float64 {
	l := s.Load + c.proof*float64(s.Proofs)
	if s.Yearly {
		l += c.yearly
	}
	return c.load * l
}

// Unit is who would have to act: a person, for itself and its partner.
type Unit struct {
	ID           uint64 // stable over variants; the key of its draws
	Weight       int64
	Monthly      float64 // euros a month at stake
	Age          int
	SelfEmployed bool
}

// Model is take-up of one regulation under one set of assumptions. It is
// immutable and safe for concurrent use.
type Model struct {
	coefficients
	seed      uint64
	intercept float64
}

// shift is the latent ability of a unit with what is known of it, without what
// calibration adds.
func (m *Model) shift(u Unit) float64 {
	z := m.ability * population.Normal(population.Hash(m.seed, u.ID, forAbility))
	if u.Age < 27 {
		z += m.young
	}
	if u.Age == 67 || u.Age == 68 {
		z += m.retired
	}
	if population.Uniform(population.Hash(m.seed, u.ID, forReading)) < m.readingShare {
		z += m.reading
	}
	if population.Uniform(population.Hash(m.seed, u.ID, forEvent)) < m.eventShare {
		z += m.event
	}
	return z + m.amount*math.Log(max(u.Monthly, 1)/50)
}

// logit is that of a unit doing a step without any load.
func (m *Model) logit(u Unit) float64 {
	x := m.intercept + m.shift(u)
	if u.SelfEmployed {
		x += m.self
	}
	return x
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// Probability is that of a unit doing a step.
func (m *Model) Probability(u Unit, s Step) float64 { return logistic(m.logit(u) - m.cost(s)) }

// does draws one step. The draw depends on the seed, the unit and the id of
// the step only, so that taking away a step or making it lighter never loses
// anybody who came through before.
func (m *Model) does(u Unit, logit float64, s Step) bool {
	return population.Uniform(population.Hash(m.seed, u.ID, s.key)) < logistic(logit-m.cost(s))
}

// Draw draws the steps of a unit in order. lost is the index of the first that
// it does not do, or −1 when it does them all. automatic reports whether it
// would receive when the executor does every step that registers allow: what is
// left are the steps that ask a proof that no register holds, and a small share
// that cannot be reached. Who receives today receives then too.
func (m *Model) Draw(u Unit, steps []Step) (lost int, automatic bool) {
	if len(steps) == 0 {
		return -1, true
	}
	logit := m.logit(u)
	lost, automatic = -1, population.Uniform(population.Hash(m.seed, u.ID, forReach)) < m.reach
	for i, s := range steps {
		if lost >= 0 && !s.Manual {
			continue // decides nothing any more
		}
		if m.does(u, logit, s) {
			continue
		}
		if lost < 0 {
			lost = i
		}
		if s.Manual {
			automatic = false
			break
		}
	}
	return lost, automatic || lost < 0
}

// maxCalibration bounds the units that a calibration looks at; beyond it every
// so many units are taken.
const maxCalibration = 4000

// Calibrate fits the intercept so that the expected share of units, by weight,
// that the steps lose is what was observed, and where the share among the
// self-employed is known also their shift. Without units or steps there is
// nothing to fit: a step that a variant adds is then done by most.
func Calibrate(o Observed, steps []Step, units []Unit, seed uint64, p Params) (*Model, error) {
	m := &Model{coefficients: p.coefficients(), seed: seed}
	switch {
	case o.Unclaimed <= 0: // nobody was ever lost
		m.intercept = math.Inf(1)
		return m, nil
	case len(steps) == 0 || len(units) == 0: // no one to calibrate on; a variant may still ask a step
		m.intercept = 3
		return m, nil
	}
	loads := make([]float64, len(steps))
	for i, s := range steps {
		loads[i] = m.cost(s)
	}
	type row struct {
		w, x float64
		self bool
	}
	var rows []row
	var selfWeight float64
	stride := (len(units) + maxCalibration - 1) / maxCalibration
	for i := 0; i < len(units); i += stride {
		u := units[i]
		rows = append(rows, row{float64(u.Weight), m.shift(u), u.SelfEmployed})
		if u.SelfEmployed {
			selfWeight += float64(u.Weight)
		}
	}
	lost := func(only bool) float64 {
		var sum, all float64
		for _, r := range rows {
			if only && !r.self {
				continue
			}
			x := m.intercept + r.x
			if r.self {
				x += m.self
			}
			done := 1.0
			for _, l := range loads {
				done *= logistic(x - l)
			}
			sum += r.w * (1 - done)
			all += r.w
		}
		return sum / all
	}
	find := func(v *float64, target float64, only bool) error {
		ok := root(func(x float64) float64 { *v = x; return lost(only) - target }, v)
		if !ok {
			return fmt.Errorf("takeup: voor %s is geen waarde te vinden bij een niet-gebruik van %g", o.Regulation, target)
		}
		return nil
	}
	rounds := 1
	fitSelf := o.SelfEmployed > 0 && selfWeight > 0 && len(rows) >= 200
	if fitSelf {
		rounds = 4
	}
	for range rounds {
		if fitSelf {
			if err := find(&m.self, o.SelfEmployed, true); err != nil {
				return nil, err
			}
		}
		if err := find(&m.intercept, o.Unclaimed, false); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// root finds where a falling function is 0, to 10⁻⁷, by halving that draws a
// straight line where it can (the Illinois variant of false position).
func root(f func(float64) float64, at *float64) bool {
	const near = 1e-7
	a, b := -40.0, 40.0
	fa, fb := f(a), f(b)
	if fa < -near || fb > near {
		return false
	}
	side := 0 // the end that moved last
	for i := range 200 {
		x := (a + b) / 2
		if i > 4 {
			x = b - fb*(b-a)/(fb-fa)
		}
		fx := f(x)
		switch {
		case math.Abs(fx) <= near:
			*at = x
			return true
		case fx > 0:
			a, fa = x, fx
			if side == 1 {
				fb /= 2 // the other end stays too long
			}
			side = 1
		default:
			b, fb = x, fx
			if side == -1 {
				fa /= 2
			}
			side = -1
		}
	}
	return false
}

// Shifted gives a copy in which everybody's logit of every step is moved: the
// world turned out otherwise than the calibration.
func (m *Model) Shifted(by float64) *Model {
	c := *m
	c.intercept += by
	return &c
}
