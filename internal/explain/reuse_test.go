package explain_test

import (
	"bytes"
	"encoding/json"
	"math/big"
	"slices"
	"strings"
	"sync"
	"testing"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/explain"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// What is kept for a next explanation changes nothing of it: told after others
// and beside others an explanation is what it is as the first of a new program.
func TestReuse(t *testing.T) {
	t.Parallel()
	set, shared := shipped()
	type told struct {
		c    *exact.Case
		obj  int
		o    regulation.Outcome
		want []byte
	}
	tell := func(c *exact.Case, obj int, o regulation.Outcome, lang string) []byte {
		e := explain.Explain(c, obj, c.Program().Attribute(o.Attribute), explain.Context{Lang: lang, Label: o.Label, Period: o.Period, Says: o.Says, Brief: true})
		text, err := json.Marshal(e)
		if err != nil {
			t.Error(err)
		}
		lent := explain.Explain(c, obj, c.Program().Attribute(o.Attribute), explain.Context{Lang: lang, Label: o.Label, Period: o.Period, Says: o.Says, Brief: true, Lend: true})
		if got := lent.AppendJSON(nil); !bytes.Equal(got, unescaped(t, lent)) || !bytes.Equal(unescaped(t, lent), unescaped(t, e)) {
			t.Errorf("lent: got\n%s\nwant\n%s", got, text)
		}
		lent.Release()
		lent.Release() // once is enough
		return text
	}
	var all []told
	n := 0
	examples(t, set, shared, func(_ string, c *exact.Case, obj int, o regulation.Outcome) {
		if n++; n%37 == 0 { // some of all
			all = append(all, told{c: c, obj: obj, o: o, want: tell(c, obj, o, "nl")})
		}
	})
	if len(all) < 20 {
		t.Fatal(len(all))
	}
	var wait sync.WaitGroup
	for worker := range 4 {
		mine := slices.Clone(all)
		if worker%2 == 1 {
			slices.Reverse(mine)
		}
		for i := range mine { // a case is of one goroutine
			f, ds := copyOf(mine[i].c, shared)
			if ds != nil {
				t.Fatal(ds)
			}
			mine[i].c = f
		}
		wait.Go(func() {
			for _, x := range mine {
				tell(x.c, x.obj, x.o, "en")
				if got := tell(x.c, x.obj, x.o, "nl"); string(got) != string(x.want) {
					t.Errorf("%s of %d: got\n%s\nwant\n%s", x.o.Attribute, x.obj, got, x.want)
					return
				}
				x.c.Release()
			}
		})
	}
	wait.Wait()
}

// unescaped is JSON as the API writes it.
func unescaped(t *testing.T, v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Error(err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// copyOf makes the same case anew.
func copyOf(c *exact.Case, p *exact.Program) (*exact.Case, error) {
	out := p.NewCase(c.Date())
	for i := range c.Len() {
		out.Add(c.TypeOf(i), c.ID(i))
	}
	for i := range c.Len() {
		for _, a := range c.TypeOf(i).Attributes {
			if d, ok := c.Input(i, a); ok {
				if err := out.Set(i, a, d); err != nil {
					return nil, err
				}
			}
		}
		for _, f := range p.Model().Facts {
			for _, r := range f.Roles {
				for _, to := range c.Linked(r, i) {
					if err := out.Link(r, i, to); err != nil {
						return nil, err
					}
				}
			}
		}
	}
	return out, nil
}

// What a program keeps is of its own rules: after a value has changed, by a
// variant or for good, and on another day, every line tells what holds there.
func TestKeptOfOneProgram(t *testing.T) {
	t.Parallel()
	set, before := shipped()
	const id = "zorgtoeslag.afbouwpercentage"
	lines := func(p *exact.Program, on string) string {
		c := p.NewCase(rule.MustDate(on))
		defer c.Release()
		who := c.Add(p.ObjectType("persoon"), "p1")
		for name, d := range map[string]rule.Datum{
			"geboortedatum": {Kind: rule.DateKind, Date: rule.MustDate("1990-04-02")}, "verzekerd": {Kind: rule.Boolean, Bool: true}, "aanvrager": {Kind: rule.Boolean, Bool: true},
			"toetsingsinkomen": {Kind: rule.Amount, Num: big.NewRat(28_400, 1)}, "vermogen": {Kind: rule.Amount, Num: big.NewRat(3000, 1)},
		} {
			if err := c.Set(who, p.Attribute("persoon."+name), d); err != nil {
				t.Fatal(err)
			}
		}
		for _, l := range explain.Explain(c, who, p.Attribute("persoon.zorgtoeslag"), explain.Context{}).Lines {
			if l.Parameter == id {
				return l.Text + " " + l.From + " " + l.Value.Exact
			}
		}
		t.Fatalf("%s is not told", id)
		return ""
	}
	const on, earlier = "2026-06-01", "2025-06-01"
	first, other := lines(before, on), lines(before, earlier)
	if first == other {
		t.Fatalf("two years tell the same: %s", first)
	}
	for _, value := range []string{"11 %", "12,5 %"} {
		laid, ds := set.With(regulation.Variant{ID: "v", Name: "V", From: rule.MustDate("2026-01-01"), Parameters: []regulation.Override{{ID: id, Text: value}}})
		if err := ds.Err(); err != nil {
			t.Fatal(err)
		}
		p, ds := laid.Program("zorgtoeslag")
		if err := ds.Err(); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if got := lines(p, on); !strings.Contains(got, value) {
				t.Errorf("with %s it tells: %s", value, got)
			}
			if got := lines(before, on); got != first {
				t.Errorf("beside a variant: got %s, before %s", got, first)
			}
		}
	}
	if got := lines(before, earlier); got != other {
		t.Errorf("got %s, before %s", got, other)
	}
}

// What is kept of a line as it is written is used only while the line says it: who
// changes something of it gets what he changed.
func TestChangedLines(t *testing.T) {
	t.Parallel()
	_, p := shipped()
	c := p.NewCase(rule.MustDate("2026-06-01"))
	who := c.Add(p.ObjectType("persoon"), "p1")
	for name, d := range map[string]rule.Datum{
		"geboortedatum": {Kind: rule.DateKind, Date: rule.MustDate("1990-04-02")}, "verzekerd": {Kind: rule.Boolean, Bool: true}, "aanvrager": {Kind: rule.Boolean, Bool: true},
		"toetsingsinkomen": {Kind: rule.Amount, Num: big.NewRat(28_400, 1)}, "vermogen": {Kind: rule.Amount, Num: big.NewRat(3000, 1)},
	} {
		if err := c.Set(who, p.Attribute("persoon."+name), d); err != nil {
			t.Fatal(err)
		}
	}
	no := false
	changes := []func(l *explain.Line){
		func(l *explain.Line) { l.Depth++; l.Step++; l.Seen = !l.Seen },
		func(l *explain.Line) { l.Kind = explain.Fault },
		func(l *explain.Line) { l.Text += " \"" },
		func(l *explain.Line) { l.Calculation += "x" },
		func(l *explain.Line) { l.Value = &explain.Value{Text: "niets"} },
		func(l *explain.Line) { l.OK = &no },
		func(l *explain.Line) { l.Rule += "x" },
		func(l *explain.Line) { l.Name += "x" },
		func(l *explain.Line) { l.Version += "x" },
		func(l *explain.Line) { l.ValidFrom += "x" },
		func(l *explain.Line) { l.ValidUntil += "x" },
		func(l *explain.Line) { l.Article += "x" },
		func(l *explain.Line) { l.Sources = append(slices.Clone(l.Sources), explain.Source{Text: "x"}) },
		func(l *explain.Line) { l.Sources = nil },
		func(l *explain.Line) { l.Row++ },
		func(l *explain.Line) { l.Object += "x" },
		func(l *explain.Line) { l.Attribute += "x" },
		func(l *explain.Line) { l.Parameter += "x" },
		func(l *explain.Line) { l.From += "x" },
		func(l *explain.Line) { l.Unverified = !l.Unverified },
		func(l *explain.Line) { l.Example = !l.Example },
	}
	for i, change := range changes {
		e := explain.Explain(c, who, p.Attribute("persoon.zorgtoeslag"), explain.Context{})
		before := e.AppendJSON(nil)
		for k := range e.Lines {
			change(&e.Lines[k])
		}
		got := e.AppendJSON(nil)
		if want := unescaped(t, e); !bytes.Equal(got, want) || bytes.Equal(got, before) {
			t.Errorf("change %d: got\n%s\nwant\n%s", i, got, want)
		}
	}
}
