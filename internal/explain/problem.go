package explain

import (
	"lemniscaat/internal/exact"
)

// problem says why there is no value, and how it came to that.
func (w *writer) problem() {
	e := w.d.Err
	if e == nil {
		return
	}
	p := &Problem{Code: string(e.Code), Text: w.l.stop(w.fault(e)), Object: e.ObjectID}
	if e.Attribute != nil {
		p.Attribute = e.Attribute.ID()
	}
	if e.Parameter != nil {
		p.Parameter = e.Parameter.ID
	}
	if e.Rule != nil {
		p.Rule, p.Article = e.Rule.ID, e.Rule.Regulation+"/"+e.Rule.Article
		p.Asked = e.Rule.Name
	}
	p.Path = w.path(e)
	w.out.Error = p
}

// sameFault reports whether two errors are one: asking again for a missing
// datum makes a new one.
func sameFault(x, y *exact.Error) bool {
	return x != nil && y != nil && (x == y ||
		x.Code == y.Code && x.Attribute == y.Attribute && x.ObjectID == y.ObjectID && x.Parameter == y.Parameter)
}

// path leads from where an error arose to the outcome that was asked.
func (w *writer) path(e *exact.Error) []Hop {
	f := &faultFinder{d: w.d, e: e, seen: make([]bool, len(w.d.Steps))}
	if len(w.d.Steps) > 0 {
		f.step(0)
	}
	var out []Hop
	for i, on := range f.found {
		s := w.d.Steps[on.step]
		h := Hop{Object: s.ObjectID, Attribute: s.Attribute.ID()}
		if on.by != nil {
			h.Rule, h.Name, h.Article = on.by.Rule.ID, on.by.Rule.Name, on.by.Rule.Regulation+"/"+on.by.Rule.Article
		}
		switch {
		case i == 0:
			h.Text = w.l.stop(w.fault(e))
		case s.Attribute.Kind.IsKenmerk():
			h.Text = w.l.say(tNeededToKnow, "of", w.asks(s.Attribute, s.ObjectID))
		default:
			h.Text = w.l.say(tNeededFor, "wat", w.noun(s.Attribute, s.ObjectID))
		}
		out = append(out, h)
	}
	return out
}

// faultFinder looks for the way that an error took: the first one in the order
// of the rules.
type faultFinder struct {
	d     *exact.Derivation
	e     *exact.Error
	seen  []bool
	found []faulty // from the cause to the outcome
}

// faulty is a step that an error passed through, and the rule that asked.
type faulty struct {
	step int
	by   *exact.Candidate
}

func (f *faultFinder) step(id int) bool {
	if id < 0 || f.seen[id] || !sameFault(f.d.Steps[id].Err, f.e) {
		return false
	}
	f.seen[id] = true
	s := f.d.Steps[id]
	for _, k := range s.Candidates {
		if !f.test(k.Subject) && !f.test(k.Condition) && !f.term(k.Value) && !f.rows(k) {
			continue
		}
		f.found = append(f.found, faulty{id, k})
		return true
	}
	// It arose here.
	at := faulty{step: id}
	for _, k := range s.Candidates {
		if sameFault(k.Err, f.e) {
			at.by = k
			break
		}
	}
	f.found = append(f.found, at)
	return true
}

func (f *faultFinder) test(t *exact.Test) bool {
	if t == nil || !sameFault(t.Err, f.e) {
		return false
	}
	for _, i := range t.Items {
		if f.test(i) {
			return true
		}
	}
	return f.step(t.Step) || f.term(t.L) || f.term(t.R)
}

func (f *faultFinder) term(t *exact.Term) bool {
	if t == nil || !sameFault(t.Err, f.e) {
		return false
	}
	for _, in := range t.Filters {
		if f.test(in) {
			return true
		}
	}
	for _, k := range t.Terms {
		if f.term(k) {
			return true
		}
	}
	return f.step(t.Step)
}

func (f *faultFinder) rows(k *exact.Candidate) bool {
	for _, r := range k.Rows {
		if f.test(r.Condition) || f.term(r.Value) {
			return true
		}
	}
	return false
}
