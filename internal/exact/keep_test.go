package exact_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// A program keeps what was made of it, of each key once, and not without end.
func TestKeep(t *testing.T) {
	t.Parallel()
	w := newWorld()
	p := w.compile(t)
	type key int
	made := 0
	get := func(k key) string {
		s, _ := p.Keep(k, func() any { made++; return fmt.Sprint("thing ", k) }).(string)
		return s
	}
	for range 3 {
		if got := get(1); got != "thing 1" {
			t.Error(got)
		}
	}
	if made != 1 {
		t.Errorf("made %d times", made)
	}
	for k := range key(500) {
		if got, want := get(k), fmt.Sprint("thing ", k); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	var wait sync.WaitGroup
	for g := range 8 {
		wait.Go(func() {
			for i := range 300 {
				k := key((g*7 + i) % 90)
				if got := p.Keep(k, func() any { return int(k) }); got != int(k) && got != fmt.Sprint("thing ", k) {
					t.Errorf("%v of %d", got, k)
				}
			}
		})
	}
	wait.Wait()
}

// A case in the memory of another knows nothing of that one, and a derivation in
// the memory of another is what it would be in its own.
func TestReleased(t *testing.T) {
	t.Parallel()
	s := newToeslag()
	p := s.compile(t)
	derive := func(income string, couple, release bool) string {
		c := p.NewCase(rule.MustDate("2026-06-01"))
		who := c.Add(s.person, "p1")
		if _, known := c.Input(who, s.applicant); known {
			t.Fatal("something of another case was left")
		}
		s.fill(t, c, who, "1990-04-02", income, "0")
		must(t, c.Set(who, s.applicant, yes(true)))
		if couple {
			other := c.Add(s.person, "p2")
			s.fill(t, c, other, "1988-11-23", "0", "0")
			must(t, c.Link(s.partner, who, other))
		}
		d := c.Derive(who, s.amount)
		var b strings.Builder
		write(&b, d)
		if release {
			d.Release()
			c.Release()
		}
		return b.String()
	}
	for _, couple := range []bool{true, false, true} {
		for _, income := range []string{"29736", "40857", "29736.01"} {
			want := derive(income, couple, false)
			for range 3 {
				if got := derive(income, couple, true); got != want {
					t.Fatalf("got\n%s\nwant\n%s", got, want)
				}
			}
		}
	}
}

// write writes everything of a derivation.
func write(b *strings.Builder, d *exact.Derivation) {
	fmt.Fprintln(b, d.Date, d.Value, d.Err, d.Truncated, len(d.Check))
	var test func(t *exact.Test)
	var term func(t *exact.Term)
	test = func(t *exact.Test) {
		if t == nil {
			return
		}
		fmt.Fprintf(b, "test %p %d %v %v %s %d %t %s %v {", t.Condition, t.Outcome, t.Err, t.Kenmerk, t.ObjectID, t.Step, t.Not, t.From, t.Gap)
		for _, i := range t.Items {
			test(i)
		}
		term(t.L)
		term(t.R)
		fmt.Fprintln(b, "}")
	}
	term = func(t *exact.Term) {
		if t == nil {
			return
		}
		fmt.Fprintf(b, "term %p %v %v %v %s %d %s %v %v %d %d {", t.Expr, t.Value, t.Err, t.Attribute, t.ObjectID, t.Step, t.From, t.Parameter, t.Source.From, t.Seen, t.Counted)
		for _, i := range t.Terms {
			term(i)
		}
		for _, i := range t.Filters {
			test(i)
		}
		fmt.Fprintln(b, "}")
	}
	for _, s := range d.Steps {
		fmt.Fprintln(b, "step", s.ID, s.Object, s.ObjectID, s.Attribute.ID(), s.Origin, s.Value, s.Err)
		for _, k := range s.Candidates {
			fmt.Fprintln(b, "candidate", k.Rule.ID, k.Version.From, k.Outcome, k.Err, k.Row)
			test(k.Subject)
			test(k.Condition)
			term(k.Value)
			test(k.Require)
			for _, r := range k.Rows {
				fmt.Fprintln(b, "row", r.Outcome, r.Err)
				test(r.Condition)
				term(r.Value)
			}
		}
	}
}

// What was computed is forgotten when it is asked, what was given is not; room that
// was made beforehand changes nothing.
func TestForget(t *testing.T) {
	t.Parallel()
	w := newWorld()
	left, given := w.attr(w.person, "opgave", rule.Amount), w.attr(w.person, "bedrag", rule.Amount)
	sum := w.attr(w.person, "som", rule.Amount)
	w.action("proef.opgave", w.self(), &rule.Initialise{Target: left, Expr: lit(amount("2"))}, nil)
	w.rule("proef.som", sum, func(s *rule.Binding) (rule.Expr, rule.Condition) {
		return arith(rule.Add, get(s, left), get(s, given)), nil
	})
	p := w.compile(t)
	c := p.NewCase(rule.MustDate("2026-06-01"))
	c.Reserve(w.person, w.household, nil, &rule.ObjectType{Name: "Elders"}) // what is not of the model takes no room
	for i := range 3 {
		who := c.Add(w.person, fmt.Sprint("p", i))
		must(t, c.Set(who, given, amount("3")))
	}
	for who := range 3 {
		for range 2 {
			if c.Defaulted(who, left) {
				t.Error("counted before anything was computed")
			}
			if got := show(c.Value(who, sum)); got != "5" {
				t.Error(got)
			}
			if !c.Defaulted(who, left) || c.Defaulted(who, given) {
				t.Error("what nobody gave counted, and nothing else")
			}
			c.Forget()
		}
	}
}
