package simulate

import (
	"math"
)

// changeSpread re-aggregates the changes of households over the samples of the
// bootstrap, in three sets of cells that together give every grouping: deciles;
// types by ages; and dwellings by municipalities by sources.
type changeSpread struct {
	n    int `form:"-"`
	sets [changeSets][]changeCell
}

const changeSets = 3

// changeCell has numbers by replicate: households that gain and lose, and the
// change in cents as a spread holds it.
type changeCell struct {
	rows              int // that were added
	gain, loss, total []int64
}

func newChangeCell(n int) changeCell {
	return changeCell{gain: make([]int64, n), loss: make([]int64, n), total: make([]int64, n)}
}

func newChangeSpread(n int) changeSpread {
	s := changeSpread{n: n}
	if n == 0 {
		return s
	}
	for i, cells := range [...]int{groupCounts[byDecile], groupCounts[byType] * groupCounts[byAge],
		groupCounts[byTenure] * groupCounts[byMunicipality] * groupCounts[bySource]} {
		for range cells {
			s.sets[i] = append(s.sets[i], newChangeCell(n))
		}
	}
	return s
}

func (s *changeSpread) form(f *form) {
	for i := range s.sets {
		formSparse(f, s.sets[i], func(c *changeCell) bool { return c.rows != 0 }, func(f *form, c *changeCell) {
			f.int(&c.rows)
			formFixed(f, c.gain)
			formFixed(f, c.loss)
			formFixed(f, c.total)
		})
	}
}

func (c *changeCell) merge(o *changeCell) {
	if o.rows == 0 {
		return
	}
	c.rows += o.rows
	plus(c.gain, o.gain)
	plus(c.loss, o.loss)
	plus(c.total, o.total)
}

func (s *changeSpread) merge(o *changeSpread) {
	for i := range s.sets {
		for at := range s.sets[i] {
			s.sets[i][at].merge(&o.sets[i][at])
		}
	}
}

// cellsOf gives the cell of a household in each set.
func cellsOf(g [householdGroupings]int) [changeSets]int {
	return [...]int{g[byDecile], g[byType]*groupCounts[byAge] + g[byAge],
		(g[byTenure]*groupCounts[byMunicipality]+g[byMunicipality])*groupCounts[bySource] + g[bySource]}
}

// add counts a household that changes.
func (s *changeSpread) add(times []uint8, groups [householdGroupings]int, weight, delta int64) {
	if s.n == 0 {
		return
	}
	v := shifted(weight, delta)
	for i, at := range cellsOf(groups) {
		c := &s.sets[i][at]
		c.rows++
		if delta > 0 {
			repeated(c.gain, times, weight)
		} else {
			repeated(c.loss, times, weight)
		}
		repeated(c.total, times, v)
	}
}

// sum adds up the cells of one group; group −1 is all of them.
func (s *changeSpread) sum(grouping, group int) changeCell {
	out := newChangeCell(s.n)
	set := [...]int{0, 1, 1, 2, 2, 2}[grouping]
	for at := range s.sets[set] {
		c := &s.sets[set][at]
		in := at
		switch grouping {
		case byType:
			in = at / groupCounts[byAge]
		case byAge:
			in = at % groupCounts[byAge]
		case byTenure:
			in = at / groupCounts[bySource] / groupCounts[byMunicipality]
		case byMunicipality:
			in = at / groupCounts[bySource] % groupCounts[byMunicipality]
		case bySource:
			in = at % groupCounts[bySource]
		}
		if group < 0 || in == group {
			out.merge(c)
		}
	}
	return out
}

// intervals puts those of one group in a change; all is the weight of all
// households, drawn that of each replicate.
func (s *changeSpread) intervals(c *Change, grouping, group int, drawn []int64, all int64) {
	if s.n == 0 || c.Rows == 0 {
		return
	}
	cell := s.sum(grouping, group)
	c.Gaining = around(c.Gaining.Value, deviation(cell.gain, drawn, all, 0)/million, 0)
	c.Losing = around(c.Losing.Value, deviation(cell.loss, drawn, all, 0)/million, 0)
	c.Sum = around(c.Total, deviation(cell.total, drawn, all, spreadShift)/million, math.MinInt64)
}

// deviation gives the standard deviation of a number over the replicates, each
// scaled to the weight of all households.
func deviation(list, drawn []int64, all int64, shift int) float64 {
	scaled := make([]float64, 0, len(list))
	for k, v := range list {
		if drawn[k] > 0 {
			scaled = append(scaled, math.Ldexp(float64(v)*float64(all)/float64(drawn[k]), shift))
		}
	}
	return spreadOf(scaled)
}

// spreadOf gives the standard deviation of a sample.
func spreadOf(list []float64) float64 {
	if len(list) < 2 {
		return 0
	}
	var sum, squares float64
	for _, v := range list {
		sum += v
	}
	mean := sum / float64(len(list))
	for _, v := range list {
		squares += (v - mean) * (v - mean)
	}
	return math.Sqrt(squares / float64(len(list)-1))
}

// around gives a value with 1.96 deviations on both sides, not below least.
func around(value int64, deviation float64, least int64) Figure {
	wide := int64(math.Round(1.96 * deviation))
	return Figure{value, max(value-wide, least), value + wide}
}
