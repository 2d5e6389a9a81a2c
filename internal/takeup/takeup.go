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
	"embed"
	"math"

	"lemniscaat/internal/population"
)

//go:embed data/*.csv
var files embed.FS

// Purposes of hashes, apart from those of package population.
const (
	forAbility uint64 = iota + 1<<32
	forReading
	forEvent
	forReach
	forLetter = 0x9e3779b97f4a7c15 // with the key of the step
)

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

// Nature is what a unit is by itself and by chance: the same for every model
// with the same seed, and for every amount.
type Nature struct {
	ability        float64 // standard normal
	reading, event float64 // uniform; below the share of the model it is so
	reach          float64
	young, retired bool
	self           bool
}

// Nature draws the nature of a unit.
func (m *Model) Nature(u Unit) Nature {
	key := population.KeyOf(m.seed, u.ID)
	return Nature{
		ability: population.Normal(key.Hash(forAbility)),
		reading: population.Uniform(key.Hash(forReading)),
		event:   population.Uniform(key.Hash(forEvent)),
		reach:   population.Uniform(key.Hash(forReach)),
		young:   u.Age < 27, retired: JustRetired(u.Age), self: u.SelfEmployed,
	}
}

// JustRetired says who has had AOW for less than two years, when it starts at 67.
func JustRetired(age int) bool { return age == 67 || age == 68 }

// lnAmount is how an amount of euros a month counts.
func lnAmount(monthly float64) float64 { return math.Log(max(monthly, 1) / 50) }

// level is the part of the logit that only takes a few values.
func (m *Model) level(young, retired, self, reading, event bool) float64 {
	x := m.intercept
	if young {
		x += m.young
	}
	if retired {
		x += m.retired
	}
	if self {
		x += m.self
	}
	if reading {
		x += m.reading
	}
	if event {
		x += m.event
	}
	return x
}

// logit is that of a unit doing a step without any load.
func (m *Model) logit(n *Nature, lnAmount float64) float64 {
	x := m.level(n.young, n.retired, n.self, n.reading < m.readingShare, n.event < m.eventShare)
	return x + m.ability*n.ability + m.amount*lnAmount
}

// hurdle is the draw of one step: a unit does the step when its logit exceeds
// the hurdle plus the cost of the step, which happens with the probability of
// the model. It depends on the seed, the unit and the id of the step only, so
// that taking away a step or making it lighter never loses anybody who came
// through before.
func hurdle(seed, unit, step uint64) float64 {
	u := population.Uniform(population.Hash(seed, unit, step))
	return math.Log(u / (1 - u))
}

// answer is the draw of one letter, uniform: a unit that leaves the step does it
// after all when it is below the share that a letter reaches. It is apart from
// the hurdle, so that a letter never loses anybody.
func answer(seed, unit, step uint64) float64 {
	return population.Uniform(population.Hash(seed, unit, step^forLetter))
}

// Probability is that of a unit doing a step by itself, without a letter.
func (m *Model) Probability(u Unit, s Step) float64 {
	n := m.Nature(u)
	return 1 / (1 + math.Exp(m.cost(s)-m.logit(&n, lnAmount(u.Monthly))))
}

// Draw draws the steps of a unit in order. lost is the index of the first that
// it does not do, or −1 when it does them all. automatic reports whether it
// would receive when the executor does every step that registers allow: what is
// left are the steps that ask a proof that no register holds, and a small share
// that cannot be reached. Who receives today receives then too. Interventions at
// the steps are done.
func (m *Model) Draw(u Unit, steps []Step) (lost int, automatic bool) {
	n := m.Nature(u)
	logit := m.logit(&n, lnAmount(u.Monthly))
	lost, automatic = -1, n.reach < m.reach
	for i, s := range steps {
		switch {
		case logit > m.cost(s)+hurdle(m.seed, u.ID, s.key),
			s.Awarded && n.reach < m.reach,
			s.Letter && answer(m.seed, u.ID, s.key) < m.letter:
			continue
		}
		if lost < 0 {
			lost = i
		}
		automatic = automatic && !s.Manual
	}
	return lost, automatic || lost < 0
}

// Shifted gives a copy in which everybody's logit of every step is moved: the
// world turned out otherwise than the calibration.
func (m *Model) Shifted(by float64) *Model {
	c := *m
	c.intercept += by
	return &c
}
