package simulate

import (
	"math"

	"lemniscaat/internal/population"
)

// Cliff is an input of which € 25 a month more costs more than it brings.
type Cliff struct {
	Input string // attribute id
	Label string
	// Units is the number of entitled units (weighted) that stand before it.
	Units int64 `form:"-"`
	// UnitsLow and UnitsHigh bound Units by sampling.
	UnitsLow, UnitsHigh int64 `form:"-"`
	Rows                int
	// MeanLoss and MaxLoss are what they lose a year, in cents.
	MeanLoss int64 `form:"-"`
	MaxLoss  int64
	weight   int64
	squares  population.Sum // of the weights
	loss     population.Sum
}

// form carries what evaluating knows.
func (c *Cliff) form(f *form) {
	f.text(&c.Input)
	f.text(&c.Label)
	f.int(&c.Rows)
	f.int64(&c.MaxLoss)
	f.int64(&c.weight)
	f.sum(&c.squares)
	f.sum(&c.loss)
}

// brings is what € 25 a month more brings in a year, in cents. Who has less
// than that cannot lose more.
const brings = 12 * 2500

// cliff counts a unit for which a little more of an input costs more.
func (f *findings) cliff(s, side int, input, label string, weight, loss int64) {
	at := f.cliffs[s][side]
	c := at[input]
	if c == nil {
		c = &Cliff{Input: input, Label: label}
		at[input] = c
	}
	c.weight += weight
	c.squares.Add(weight, weight)
	c.Rows++
	c.loss.Add(weight, loss)
	c.MaxLoss = max(c.MaxLoss, loss)
}

// done finishes a cliff for a result. A household that is drawn into a sample a
// Poisson number of times gives the number of units a deviation of the root of
// the sum of the squared weights; sampled says that there is sampling error.
func (c Cliff) done(sampled bool) Cliff {
	c.Units, c.MeanLoss = whole(c.weight), c.loss.Rounded(c.weight)
	c.UnitsLow, c.UnitsHigh = c.Units, c.Units
	if sampled {
		f := around(c.Units, math.Sqrt(c.squares.Float())/million, 0)
		c.UnitsLow, c.UnitsHigh = f.Low, f.High
	}
	return c
}

func mergeCliffs(into, from map[string]*Cliff) {
	for id, c := range from {
		have := into[id]
		if have == nil {
			into[id] = c
			continue
		}
		have.weight += c.weight
		have.squares.Merge(c.squares)
		have.Rows += c.Rows
		have.loss.Merge(c.loss)
		have.MaxLoss = max(have.MaxLoss, c.MaxLoss)
	}
}
