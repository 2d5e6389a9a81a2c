package takeup

import (
	"math"
	"slices"
)

// Panel draws units under many models at once: the assumptions as they are and
// each of them moved. The models share a seed, and differ in a few numbers; what
// they have in common is computed once per unit. Its answers are those of
// Model.Draw. It is immutable and safe for concurrent use.
type Panel struct {
	seed  uint64
	keys  []uint64 // of all steps of all sides
	sides []panelSide
	// By model.
	ability, amount []float64
	reach           []float64
	// The values that shares take, in order: a unit is in one of the intervals.
	readings, events []float64
	levels           []float64 // by class, then by model
	models           int
	// How far the models are at most from the first, in level by class, in
	// what ability and amount count, and the range of their reach.
	levelSpread                 []float64
	abilitySpread, amountSpread float64
	reachLow, reachHigh         float64
	letters                     bool // some step of some side has one
}

// panelSide is one list of steps.
type panelSide struct {
	steps []panelStep
	// costs lists the different costs that models give the steps; by says
	// which one a model has. A list also has its share of letters and of who can
	// be reached, where interventions make these matter.
	costs         []float64 // by cost list, then by step
	letter, reach []float64 // by cost list
	lists         int
	by            []uint8
	spread        float64 // between the costs of a step
	letters       bool    // some step has one
	letterLow     float64 // of the models
	letterHigh    float64
	helped        bool // by letters or by awarding
}

type panelStep struct {
	key                     int // in Panel.keys
	manual, letter, awarded bool
}

// MaxModels is how many models a Panel takes.
const MaxModels = 64

// NewPanel makes a panel of models that share a seed, for lists of steps. The
// first model is that of the assumptions as they are.
func NewPanel(models []*Model, sides ...[]Step) *Panel {
	if len(models) < 1 || len(models) > MaxModels {
		panic("BUG: a panel of too many or no models")
	}
	p := &Panel{seed: models[0].seed, models: len(models)}
	for _, m := range models {
		p.ability, p.amount = append(p.ability, m.coefficients.ability), append(p.amount, m.coefficients.amount)
		p.reach = append(p.reach, m.coefficients.reach)
		p.readings, p.events = append(p.readings, m.readingShare), append(p.events, m.eventShare)
	}
	slices.Sort(p.readings)
	slices.Sort(p.events)
	p.readings, p.events = slices.Compact(p.readings), slices.Compact(p.events)
	for r := range len(p.readings) + 1 {
		for e := range len(p.events) + 1 {
			for bits := range 8 {
				for _, m := range models {
					reading := r < len(p.readings) && p.readings[r] <= m.readingShare
					event := e < len(p.events) && p.events[e] <= m.eventShare
					p.levels = append(p.levels, m.level(bits&1 != 0, bits&2 != 0, bits&4 != 0, reading, event))
				}
			}
		}
	}
	for at := 0; at < len(p.levels); at += p.models {
		p.levelSpread = append(p.levelSpread, spread(p.levels[at:at+p.models]))
	}
	p.abilitySpread, p.amountSpread = spread(p.ability), spread(p.amount)
	p.reachLow, p.reachHigh = slices.Min(p.reach), slices.Max(p.reach)
	for _, steps := range sides {
		p.sides = append(p.sides, p.side(models, steps))
	}
	return p
}

// spread gives how far values are at most from the first.
func spread(v []float64) float64 {
	most := 0.0
	for _, x := range v {
		most = max(most, math.Abs(x-v[0]))
	}
	return most
}

func (p *Panel) side(models []*Model, steps []Step) panelSide {
	var s panelSide
	for _, st := range steps {
		at := slices.Index(p.keys, st.key)
		if at < 0 {
			at = len(p.keys)
			p.keys = append(p.keys, st.key)
		}
		s.steps = append(s.steps, panelStep{at, st.Manual, st.Letter, st.Awarded})
		s.letters = s.letters || st.Letter
		s.helped = s.helped || st.Letter || st.Awarded
	}
	p.letters = p.letters || s.letters
	for _, m := range models {
		cost, letter, reach := make([]float64, len(steps)), 0.0, 0.0
		for i, st := range steps {
			cost[i] = m.cost(st)
			if st.Letter {
				letter = m.letter
			}
			if st.Awarded {
				reach = m.reach
			}
		}
		at := 0
		for at < s.lists && !(slices.Equal(cost, s.costs[at*len(steps):(at+1)*len(steps)]) && s.letter[at] == letter && s.reach[at] == reach) {
			at++
		}
		if at == s.lists {
			s.costs = append(s.costs, cost...)
			s.letter, s.reach = append(s.letter, letter), append(s.reach, reach)
			s.lists++
		}
		s.by = append(s.by, uint8(at))
		for i, c := range cost {
			s.spread = max(s.spread, math.Abs(c-s.costs[i]))
		}
	}
	s.letterLow, s.letterHigh = slices.Min(s.letter), slices.Max(s.letter)
	return s
}

// Scratch is the memory of one goroutine that draws.
type Scratch struct {
	nature  Nature
	levels  []float64 // of the class of the unit
	spread  float64   // likewise
	hurdles []float64
	answers []float64 // to letters, by key; only when some side has letters
	needs   []float64 // by cost list: the logit that all steps ask
	manual  []float64 // and that the steps ask that no register can do
}

// Meet prepares for drawing a unit; its Monthly does not matter yet.
func (p *Panel) Meet(u Unit, s *Scratch) {
	m := Model{seed: p.seed}
	s.nature = m.Nature(u)
	n := &s.nature
	class := 0
	for class < len(p.readings) && n.reading >= p.readings[class] {
		class++
	}
	event := 0
	for event < len(p.events) && n.event >= p.events[event] {
		event++
	}
	class = (class*(len(p.events)+1) + event) * 8
	if n.young {
		class++
	}
	if n.retired {
		class += 2
	}
	if n.self {
		class += 4
	}
	s.levels, s.spread = p.levels[class*p.models:(class+1)*p.models], p.levelSpread[class]
	s.hurdles = s.hurdles[:0]
	for _, k := range p.keys {
		s.hurdles = append(s.hurdles, hurdle(p.seed, u.ID, k))
	}
	if p.letters {
		s.answers = s.answers[:0]
		for _, k := range p.keys {
			s.answers = append(s.answers, answer(p.seed, u.ID, k))
		}
	}
}

// Drawn is a unit on one side. Lost and the first bits are those of the first
// model, see Model.Draw; bit k of Receives and Automatic is of model k.
type Drawn struct {
	Lost                int
	Receives, Automatic uint64
	// Written has a bit for each step about which the unit gets a letter under the
	// first model, of the first 64 steps: it comes there, and leaves the step by
	// itself.
	Written uint64
}

// Draw draws the unit that was met, on one side, with an amount at stake.
func (p *Panel) Draw(s *Scratch, side int, monthly float64) Drawn {
	ps := &p.sides[side]
	ln := lnAmount(monthly)
	first := s.levels[0] + p.ability[0]*s.nature.ability + p.amount[0]*ln
	need, manual := ps.hurdles(s, 0)
	d := Drawn{Lost: -1}
	if !(first > need) {
		n := 0
		for first > ps.ask(s, 0, n) {
			n++
		}
		d.Lost = n
	}
	if ps.letters {
		d.Written = ps.written(s, first, d.Lost)
	}
	// Most units are so far from where the first model turns that no model can
	// differ.
	apart := s.spread + p.abilitySpread*math.Abs(s.nature.ability) + p.amountSpread*math.Abs(ln) + ps.spread + rounding
	if math.Abs(first-need) > apart && math.Abs(first-manual) > apart && (s.nature.reach < p.reachLow || s.nature.reach >= p.reachHigh) && !ps.unsure(s) {
		all := ^uint64(0) >> (MaxModels - p.models)
		if d.Lost < 0 {
			d.Receives = all
		}
		if d.Lost < 0 || first > manual && s.nature.reach < p.reachLow {
			d.Automatic = all
		}
		return d
	}
	p.each(s, ps, ln, &d)
	return d
}

// rounding is more than the error of a sum of a few logits.
const rounding = 1e-9

// hurdles gives the logit that all steps ask by one list of costs, and that the
// steps ask that no register can do.
func (ps *panelSide) hurdles(s *Scratch, list int) (need, manual float64) {
	need, manual = math.Inf(-1), math.Inf(-1)
	n := len(ps.steps)
	costs := ps.costs[list*n : (list+1)*n]
	for i, st := range ps.steps {
		h := costs[i] + s.hurdles[st.key]
		if ps.helped {
			h = ps.ask(s, list, i)
		}
		need = max(need, h)
		if st.manual {
			manual = max(manual, h)
		}
	}
	return need, manual
}

// ask gives the logit that one step asks of the unit that was met: none when a
// letter or the executor brings it over.
func (ps *panelSide) ask(s *Scratch, list, step int) float64 {
	st := ps.steps[step]
	if st.letter && s.answers[st.key] < ps.letter[list] || st.awarded && s.nature.reach < ps.reach[list] {
		return math.Inf(-1)
	}
	return ps.costs[list*len(ps.steps)+step] + s.hurdles[st.key]
}

// unsure reports whether models differ in who answers a letter, for the unit
// that was met.
func (ps *panelSide) unsure(s *Scratch) bool {
	if !ps.letters || ps.letterLow == ps.letterHigh {
		return false
	}
	for _, st := range ps.steps {
		if a := s.answers[st.key]; st.letter && a >= ps.letterLow && a < ps.letterHigh {
			return true
		}
	}
	return false
}

// written says about which steps the unit that was met gets a letter, under the
// first model; lost is the step it does not do then, or −1.
func (ps *panelSide) written(s *Scratch, logit float64, lost int) (bits uint64) {
	for i, st := range ps.steps {
		if i >= 64 || lost >= 0 && i > lost {
			break
		}
		alone := logit > ps.costs[i]+s.hurdles[st.key] || st.awarded && s.nature.reach < ps.reach[0]
		if st.letter && !alone {
			bits |= 1 << i
		}
	}
	return bits
}

// each draws under every model.
func (p *Panel) each(s *Scratch, ps *panelSide, ln float64, d *Drawn) {
	s.needs, s.manual = s.needs[:0], s.manual[:0]
	for l := range ps.lists {
		need, manual := ps.hurdles(s, l)
		s.needs, s.manual = append(s.needs, need), append(s.manual, manual)
	}
	ability := s.nature.ability
	levels, abilities, amounts, reach, by := s.levels, p.ability[:len(s.levels)], p.amount[:len(s.levels)], p.reach[:len(s.levels)], ps.by[:len(s.levels)]
	for k := range levels {
		x := levels[k] + abilities[k]*ability + amounts[k]*ln
		list := by[k]
		var receives, automatic uint64
		if x > s.needs[list] {
			receives = 1
		}
		if x > s.manual[list] {
			automatic = 1
		}
		if s.nature.reach >= reach[k] {
			automatic = 0
		}
		d.Receives |= receives << k
		d.Automatic |= automatic << k
	}
	d.Automatic |= d.Receives
}
