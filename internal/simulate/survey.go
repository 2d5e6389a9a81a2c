package simulate

import (
	"context"
	"math/bits"

	"lemniscaat/internal/population"
	"lemniscaat/internal/takeup"
)

// survey draws every unit on every side, under all assumptions, and counts what
// the result needs, one part after another. Nothing is kept of a unit.
func (r *run) survey(ctx context.Context) error {
	if err := r.prepare(ctx, true); err != nil {
		return err
	}
	workers := make([]*counts, r.workers)
	err := population.Each(ctx, r.workers, len(r.parts), func(w int) func(int) error {
		n := r.newCounts()
		workers[w] = n
		return func(i int) error {
			n.part(&r.parts[i])
			return nil
		}
	})
	if err != nil {
		return err
	}
	for _, n := range workers {
		switch {
		case n == nil:
		case r.counted == nil:
			r.counted = n
		default:
			r.counted.merge(n)
		}
	}
	return nil
}

// counts are what a survey adds up. Everything is whole numbers: adding and
// merging commute. Every field is in form and in merge, but for what is only
// needed to count.
type counts struct {
	run      *run           `form:"-"`
	drawing  *drawing       `form:"-"`
	drawn    []takeup.Drawn `form:"-"`
	schemes  [][]sideCounts // by scheme and side
	changes  []*changes     // by variant
	boot     *bootstrap
	welfare  *welfare
	spread   *spread
	moved    *moved
	presses  []*pressing // by side
	deltas   [][]int64   `form:"-"` // by variant, by home of the part
	differ   differ
	rollouts rollouts
	advances *advancing
}

func (n *counts) form(f *form) {
	formEach(f, n.schemes, func(f *form, sides *[]sideCounts) {
		formEach(f, *sides, func(f *form, c *sideCounts) { c.form(f) })
	})
	formEach(f, n.changes, func(f *form, c **changes) { (*c).form(f) })
	n.boot.form(f)
	n.welfare.form(f)
	n.spread.form(f)
	n.moved.form(f)
	formEach(f, n.presses, func(f *form, p **pressing) { (*p).form(f) })
	n.differ.form(f)
	n.rollouts.form(f)
	n.advances.form(f)
}

// sideCounts are the counts of one scheme under one set of rules.
type sideCounts struct {
	entitled, received, automatic weighted
	// By model: what receiving and automatic have more than under the first.
	receivedMoved, automaticMoved []weighted
	lost                          []weighted // by step
	mail                          []mail     // likewise
	cells                         cells
}

func (n *sideCounts) form(f *form) {
	f.weighted(&n.entitled)
	f.weighted(&n.received)
	f.weighted(&n.automatic)
	formEach(f, n.receivedMoved, (*form).weighted)
	formEach(f, n.automaticMoved, (*form).weighted)
	formEach(f, n.lost, (*form).weighted)
	formEach(f, n.mail, formMail)
	n.cells.form(f)
}

func (r *run) newCounts() *counts {
	n := &counts{run: r, drawing: r.newDrawing(), drawn: make([]takeup.Drawn, len(r.sides)), boot: r.newBootstrap(), differ: r.newDiffer(), advances: r.newAdvancing()}
	for s := range r.panels {
		var sides []sideCounts
		for k := range r.sides {
			sides = append(sides, sideCounts{
				receivedMoved: make([]weighted, len(r.moved[s])), automaticMoved: make([]weighted, len(r.moved[s])),
				lost: make([]weighted, len(r.steps[s][k])), mail: make([]mail, len(r.steps[s][k])), cells: newCells(len(r.steps[s][k])),
			})
		}
		n.schemes = append(n.schemes, sides)
	}
	n.rollouts = r.newRollouts(n.boot)
	for range r.sides[1:] {
		n.changes = append(n.changes, newChanges(n.boot.n))
		n.deltas = append(n.deltas, nil)
	}
	n.welfare, n.spread, n.moved = r.newWelfare(), newSpread(n.boot.n, len(r.sides)), r.newMoved()
	for range r.sides {
		n.presses = append(n.presses, newPressing(n.boot.n))
	}
	return n
}

// part counts the units and households of one part.
func (n *counts) part(p *part) {
	n.boot.households(p)
	n.welfare.start(p)
	sides := len(n.drawn)
	for s := range n.schemes {
		c, in, owed := &p.claims[s], n.run.inIncome(s), n.run.spec.Baseline.Schemes[s].Owed
		for i := range c.len() {
			at := c.homes[i]
			n.drawing.draw(p, s, i, n.drawn)
			cents := c.cents[i*sides : (i+1)*sides]
			n.differ.unit(s, &p.homes[at], n.run.cuts.of(p.homes[at].disposable), c.ages[i], c.self[i], cents, n.drawn)
			n.rollouts.unit(s, at, cents, n.drawn, n.run.spec.Baseline.Schemes[s].Owed)
			n.welfare.unit(int(at), cents, n.drawn, in, owed)
			n.moved.unit(s, at, cents, n.drawn, owed)
			for k, x := range cents {
				d := &n.drawn[k]
				if x > 0 {
					n.schemes[s][k].add(p.homes[at].weight, x, d)
					n.schemes[s][k].cells.unit(&p.homes[at], n.run.cuts.of(p.homes[at].disposable), c.ages[i], c.self[i], x, d)
					n.boot.unit(s, k, int(at), p.homes[at].weight, x, d)
				}
			}
		}
	}
	n.households(p)
	n.moved.part(p, n.welfare, &n.run.yard)
	n.differ.part(n.deltas)
	n.rollouts.part(p, n.boot)
	n.advances.part(n.run, p, n.drawing, n.drawn)
}

// households counts the households of a part, of which the incomes are known by
// then.
func (n *counts) households(p *part) {
	sides := len(n.drawn)
	for v := range n.deltas {
		n.deltas[v] = append(n.deltas[v][:0], make([]int64, len(p.homes))...)
	}
	stands := make([]stand, sides)
	for i := range p.homes {
		h, now := &p.homes[i], n.welfare.now[i*sides:(i+1)*sides]
		for v := range n.deltas {
			n.deltas[v][i] = now[v+1] - now[0]
		}
		if h.lost {
			continue
		}
		times, decile := n.boot.of(i), n.run.cuts.of(h.disposable)
		factor := n.run.yard.factor(h)
		for k := range stands {
			if k > 0 && now[k] == now[0] {
				stands[k] = stands[0]
			} else {
				stands[k] = n.run.yard.at(h, factor, now[k])
			}
			n.welfare.sides[k].add(h, &stands[k])
		}
		n.spread.household(times, h, stands)
		for v, c := range n.changes {
			c.household(p.first+i, h, decile, now[0], now[v+1]-now[0], times)
		}
		if len(p.unkept) == 0 {
			continue
		}
		for k, press := range n.presses {
			if unkept := p.unkept[i*sides+k]; unkept != noEarner {
				press.add(times, h, decile, unkept)
			}
		}
	}
}

// add counts one entitled unit.
func (n *sideCounts) add(w, cents int64, d *takeup.Drawn) {
	n.entitled.add(w, cents)
	if d.Lost < 0 {
		n.received.add(w, cents)
	} else {
		n.lost[d.Lost].add(w, cents)
	}
	if d.Automatic&1 != 0 {
		n.automatic.add(w, cents)
	}
	n.post(w, d)
	scatter(n.receivedMoved, d.Receives, w, cents)
	scatter(n.automaticMoved, d.Automatic, w, cents)
}

// scatter counts a unit under the models that draw it otherwise than the first.
func scatter(moved []weighted, drawn uint64, weight, cents int64) {
	first := drawn & 1
	differ := (drawn ^ -first) & (1<<len(moved) - 1)
	for ; differ != 0; differ &= differ - 1 {
		moved[bits.TrailingZeros64(differ)].move(weight, cents, first == 0)
	}
}

// trim lets go of what cannot be in the result, so that counts stay small.
func (n *counts) trim() {
	for _, c := range n.changes {
		c.trim(n.run.found.weight)
	}
}

func (n *counts) merge(o *counts) {
	for s := range n.schemes {
		for k := range n.schemes[s] {
			n.schemes[s][k].merge(&o.schemes[s][k])
		}
	}
	for v, c := range n.changes {
		c.merge(o.changes[v])
	}
	n.boot.merge(o.boot)
	n.welfare.merge(o.welfare)
	n.spread.merge(o.spread)
	n.moved.merge(o.moved)
	for k, press := range n.presses {
		press.merge(o.presses[k])
	}
	n.advances.merge(o.advances)
	n.differ.merge(&o.differ)
	n.rollouts.merge(&o.rollouts)
}

func (n *sideCounts) merge(o *sideCounts) {
	n.entitled.merge(o.entitled)
	n.received.merge(o.received)
	n.automatic.merge(o.automatic)
	for m := range n.receivedMoved {
		n.receivedMoved[m].merge(o.receivedMoved[m])
		n.automaticMoved[m].merge(o.automaticMoved[m])
	}
	for i := range n.lost {
		n.lost[i].merge(o.lost[i])
		n.mail[i].letters += o.mail[i].letters
		n.mail[i].answered += o.mail[i].answered
		n.mail[i].rows += o.mail[i].rows
	}
	n.cells.merge(&o.cells)
}
