package curve

import (
	"cmp"
	"slices"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// Fall is a stretch of incomes over which more income leaves less to spend, or a
// step with a cliff in it that the rest of the step makes up for.
type Fall struct {
	// From and To are the incomes in euros between which disposable income only
	// goes down, step by step.
	From, To int
	// Loss is how much less there is to spend at To than at From, in cents; not
	// positive for a cliff within a step that as a whole brings something.
	Loss int64
	// At is the income after which one euro more costs most, and Drop what it
	// costs then, that euro left out: a positive number of cents. It is a cliff when it is at
	// least Cliff.
	At   int
	Drop int64
	// Parts are the parts that go down at At, most first, without those that do so by
	// less than a twentieth of the first: they are rounding.
	Parts []FallPart
}

// Cliff is the least that one euro more has to cost to be called a cliff, in
// cents: less is the rounding of amounts.
const Cliff = 1000

// Sudden reports whether the fall has a cliff in it; otherwise income goes down
// bit by bit.
func (f Fall) Sudden() bool { return f.Drop >= Cliff }

// FallPart is what one part does at a fall.
type FallPart struct {
	Part string // id
	Name string
	// Cents is by how much the part takes disposable income down for that euro.
	Cents int64
	// Rule is the rule that makes it so, with its article; nil when no rule can be
	// pointed at.
	Rule *rule.Rule
}

// maxLooks is how many places of one line are looked into to the euro: those
// with the largest loss first. Every stretch is given.
const maxLooks = 60

// tolerance in cents: a step that takes away less is rounding, not a fall.
const tolerance = 200

// falls finds the falls of every line, and looks into them.
func (d *drawing) falls() error {
	for k := range d.out.Lines {
		line := &d.out.Lines[k]
		all := stretches(d.out.Incomes, line.Disposable)
		all = append(all, hidden(d.out.Incomes, line.Disposable)...)
		slices.SortStableFunc(all, func(a, b Fall) int { return cmp.Compare(b.Loss, a.Loss) })
		for i := range all {
			if i < maxLooks {
				if err := d.look(k, line, &all[i]); err != nil {
					return err
				}
			}
		}
		line.Falls = slices.DeleteFunc(all, func(f Fall) bool { return f.Loss < tolerance && !f.Sudden() })
		slices.SortFunc(line.Falls, func(a, b Fall) int { return cmp.Compare(a.From, b.From) })
	}
	return nil
}

// hidden gives the steps that bring at least a Cliff less than the mean of the
// step before and the step after: there may be a cliff within.
func hidden(incomes []int, values []int64) []Fall {
	gain := func(i int) int64 {
		if i < 1 || i >= len(values) || values[i] == None || values[i-1] == None {
			return None
		}
		return values[i] - values[i-1]
	}
	var out []Fall
	for i := 1; i < len(values); i++ {
		here, before, after := gain(i), gain(i-1), gain(i+1)
		if here == None || before == None || after == None || -here >= tolerance || 2*(here+Cliff) > before+after {
			continue
		}
		out = append(out, Fall{From: incomes[i-1], To: incomes[i], Loss: -here, At: incomes[i-1]})
	}
	return out
}

// stretches joins steps in a row over which values go down.
func stretches(incomes []int, values []int64) []Fall {
	var out []Fall
	for i := 1; i < len(values); i++ {
		a, b := values[i-1], values[i]
		if a == None || b == None || a-b < tolerance {
			continue
		}
		if n := len(out); n > 0 && out[n-1].To == incomes[i-1] {
			out[n-1].To = incomes[i]
			out[n-1].Loss += a - b
			continue
		}
		out = append(out, Fall{From: incomes[i-1], To: incomes[i], Loss: a - b, At: incomes[i-1]})
	}
	return out
}

// look finds the euro that costs most within a fall: first the step that does,
// then the euro in it.
func (d *drawing) look(k int, line *Line, f *Fall) error {
	worst, from := int64(-1), f.From
	for i := 1; i < len(d.out.Incomes); i++ {
		x := d.out.Incomes[i-1]
		if x < f.From || x >= f.To {
			continue
		}
		if down := line.Disposable[i-1] - line.Disposable[i]; down > worst {
			worst, from = down, x
		}
	}
	var each []int
	for x := from; x <= from+d.Step; x++ {
		each = append(each, x)
	}
	got, err := d.run(each)
	if err != nil {
		return err
	}
	of, at := got[k].of, -1
	for i := 1; i < len(each); i++ {
		if of[0][i-1] == None || of[0][i] == None {
			continue
		}
		if down := of[0][i-1] - of[0][i]; at < 0 || down > f.Drop {
			at, f.Drop = i, down
		}
	}
	if at < 0 {
		return nil
	}
	f.At = each[at-1]
	f.Drop = max(f.Drop, 0)
	for j, p := range line.Parts {
		before, after := of[j+1][at-1], of[j+1][at]
		if before == None || after == None {
			continue
		}
		down := before - after
		if p.Minus {
			down = -down
		}
		if down > 0 {
			f.Parts = append(f.Parts, FallPart{Part: p.ID, Name: p.Name, Cents: down, Rule: d.culprit(k, p.attr, f.At)})
		}
	}
	slices.SortStableFunc(f.Parts, func(a, b FallPart) int { return cmp.Compare(b.Cents, a.Cents) })
	f.Parts = slices.DeleteFunc(f.Parts, func(p FallPart) bool { return p.Cents*20 < f.Parts[0].Cents })
	return nil
}

// Series are the falls of a line that have the same rule behind them, in the
// order of the first: the treads of one stair.
type Series struct {
	Falls []Fall
	// Part is the first part of each; its name is empty when no part goes down.
	Part FallPart
}

// Series groups the falls of a line.
func (l *Line) Series() []Series {
	var out []Series
	for _, f := range l.Falls {
		var p FallPart
		if len(f.Parts) > 0 {
			p = f.Parts[0]
		}
		i := slices.IndexFunc(out, func(s Series) bool { return s.Part.Part == p.Part && s.Part.Rule == p.Rule })
		if i < 0 {
			i = len(out)
			out = append(out, Series{Part: p})
		}
		out[i].Falls = append(out[i].Falls, f)
	}
	return out
}

// culprit names the rule that gives a part another value one euro further.
func (d *drawing) culprit(k int, part *rule.Attribute, at int) *rule.Rule {
	s := d.sides[k]
	var way [2]*exact.Derivation
	for i := range way {
		c, ds := d.settle(s).Case(s.program, d.Date)
		if ds.Err() != nil {
			return nil
		}
		if c.Set(d.person, s.program.Attribute(d.Source), euros(at+i)) != nil {
			return nil
		}
		way[i] = c.Derive(s.house, part)
	}
	w := walk{d: way, seen: map[[2]int]bool{}}
	w.step(0, 0)
	if w.found == nil {
		return w.last
	}
	return w.found
}

// walk goes through two derivations side by side, where they differ, to the
// first place at which another rule, or another row of a table, applied. last
// is the deepest rule on the way there whose value differs.
type walk struct {
	d           [2]*exact.Derivation
	seen        map[[2]int]bool
	found, last *rule.Rule
}

func (w *walk) step(a, b int) {
	if w.found != nil || a < 0 || b < 0 || w.seen[[2]int{a, b}] {
		return
	}
	w.seen[[2]int{a, b}] = true
	x, y := w.d[0].Steps[a], w.d[1].Steps[b]
	if x.Err == nil && y.Err == nil && x.Value.Equal(y.Value) {
		return
	}
	p, q := x.Applied(), y.Applied()
	switch {
	case p == nil && q == nil:
	case q == nil: // a rule applies no longer
		w.found = p.Rule
	case p == nil, p.Rule != q.Rule, p.Row != q.Row:
		w.found = q.Rule
	default:
		if w.last == nil {
			w.last = p.Rule
		}
		w.term(p.Value, q.Value)
	}
}

func (w *walk) term(a, b *exact.Term) {
	if w.found != nil || a == nil || b == nil || a.Err == nil && b.Err == nil && a.Value.Equal(b.Value) {
		return
	}
	if a.Attribute != nil && b.Attribute != nil {
		w.step(a.Step, b.Step)
	}
	for i := range min(len(a.Terms), len(b.Terms)) {
		w.term(a.Terms[i], b.Terms[i])
	}
}
