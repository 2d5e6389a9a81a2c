// Package check looks at a loaded set of regulations and says what is wrong
// with it, what is missing and what deserves another look. Every finding says
// where, how bad, and what to do. Nothing is changed and nothing is decided
// here.
package check

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/logic"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// Finding is one thing found.
type Finding struct {
	Severity rule.Severity
	Code     string
	// Regulation, Article, Rule, Step and Parameter say where; each may be empty.
	Regulation, Article, Rule, Step, Parameter string
	// Anchor is "zorgtoeslag/artikel-2#zorgtoeslag.bedrag", as far as known.
	Anchor string
	Pos    rule.Pos
	// Message is one Dutch sentence, Hint says what to do.
	Message, Hint string
	// Cliff is set for CodeCliff.
	Cliff *Cliff
	// Explained is why the finding stays, when its regulation says so.
	Explained *regulation.Explanation
}

// Diagnostic gives the finding in the form of all other diagnostics; one that is
// explained is no more than a tip.
func (f Finding) Diagnostic() rule.Diagnostic {
	d := rule.Diagnostic{Severity: f.Severity, Code: f.Code, Pos: f.Pos, Message: f.Message, Hint: f.Hint, Anchor: f.Anchor}
	if f.Explained != nil {
		d.Severity, d.Hint = rule.Info, "Uitgelegd in de regeling: "+f.Explained.Text
	}
	return d
}

// Options say what to look at.
type Options struct {
	// Date is the day to check for: what should be in force then. Required.
	Date rule.Date
	// Loss is the change of an outcome in euros per year from which one step
	// is a cliff; nil: € 100.
	Loss *big.Rat
	// Cases are households to look for cliffs in, beside the worked examples;
	// nil: none.
	Cases Cases
	// Regulations limits the findings to these ids; empty: all.
	Regulations []string
}

func (o Options) loss() *big.Rat {
	if o.Loss == nil {
		return big.NewRat(100, 1)
	}
	return o.Loss
}

// Check gives the findings: errors first, then warnings, then tips, each in
// the order of the files.
func Check(set *regulation.Set, o Options) []Finding {
	c := newChecker(set, o)
	var diags rule.Diagnostics
	c.program, diags = exact.Compile(set.Model)
	for _, d := range diags {
		c.found = append(c.found, c.place(&Finding{
			Severity: d.Severity, Code: d.Code, Anchor: d.Anchor, Pos: d.Pos, Message: d.Message, Hint: d.Hint,
		}))
	}
	return c.run(c.names, c.sources, c.length, c.validity, c.parameters, c.conditions, c.overlaps, c.tables, c.standards,
		c.initial, c.outcomes, c.steps, c.examples, c.municipalities, c.cliffs, c.explain)
}

// Rules gives only what the rules themselves say that cannot be meant:
// conditions, rules and rows that never hold, that hold together, or that make
// no difference. It is fast enough for every edit.
func Rules(set *regulation.Set, o Options) []Finding {
	c := newChecker(set, o)
	return c.run(c.conditions, c.overlaps, c.tables, c.standards, c.initial)
}

func newChecker(set *regulation.Set, o Options) *checker {
	return &checker{set: set, o: o, spaces: map[spaceKey]*logic.Space{}, spans: map[*rule.Version][]rule.Date{}}
}

// run runs passes, and gives what they and those before them found in order.
func (c *checker) run(passes ...func()) []Finding {
	for _, pass := range passes {
		pass()
	}
	slices.SortStableFunc(c.found, func(a, b *Finding) int {
		return cmp.Or(-cmp.Compare(a.Severity, b.Severity), cmp.Compare(a.Pos.File, b.Pos.File),
			cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Message, b.Message))
	})
	var out []Finding
	for _, f := range c.found {
		if len(c.o.Regulations) == 0 || f.Regulation == "" || slices.Contains(c.o.Regulations, f.Regulation) {
			out = append(out, *f)
		}
	}
	return out
}

// Worst gives the highest severity of what is not explained, and false when there are no findings.
func Worst(fs []Finding) (rule.Severity, bool) {
	worst := rule.Info
	for _, f := range fs {
		if f.Explained == nil {
			worst = max(worst, f.Severity)
		}
	}
	return worst, len(fs) > 0
}

type checker struct {
	set     *regulation.Set
	o       Options
	program *exact.Program // nil when the model does not compile
	found   []*Finding
	spaces  map[spaceKey]*logic.Space
	spans   map[*rule.Version][]rule.Date       // see days
	written map[*rule.Attribute][]*rule.Version // see writers
	used    *usage                              // see usage
	asked   map[*rule.Attribute]bool            // see wanted
}

// add notes a finding, as bad as its kind is and with the advice of its kind.
func (c *checker) add(code, format string, args ...any) *Finding {
	k := kindOf(code)
	f := &Finding{Severity: k.Severity, Code: code, Message: fmt.Sprintf(format, args...), Hint: k.Do}
	c.found = append(c.found, f)
	return f
}

// less makes a finding less bad than its kind mostly is.
func (f *Finding) less(s rule.Severity) *Finding {
	f.Severity = s
	return f
}

// advise gives a finding an advice of its own.
func (f *Finding) advise(hint string) *Finding {
	f.Hint = hint
	return f
}

// at places a finding on a rule.
func (f *Finding) at(r *rule.Rule, pos rule.Pos) {
	f.Regulation, f.Article, f.Rule, f.Pos = r.Regulation, r.Article, r.ID, pos
	f.Anchor = r.Regulation + "/" + r.Article + "#" + r.ID
	if pos == (rule.Pos{}) {
		f.Pos = r.Pos
	}
}

// in places a finding on an article of a regulation, or on the regulation.
func (f *Finding) in(reg, article string, pos rule.Pos) {
	f.Regulation, f.Article, f.Anchor, f.Pos = reg, article, reg, pos
	if article != "" {
		f.Anchor += "/" + article
	}
}

// place fills in the parts of an anchor that a diagnostic of the evaluator
// carries.
func (c *checker) place(f *Finding) *Finding {
	for _, r := range c.set.Model.Rules {
		if f.Anchor == r.Regulation+"/"+r.Article+"#"+r.ID {
			f.Regulation, f.Article, f.Rule = r.Regulation, r.Article, r.ID
		}
	}
	return f
}

// regulationOf gives the regulation that an id of a parameter names.
func regulationOf(id string) string {
	for i := range id {
		if id[i] == '.' {
			return id[:i]
		}
	}
	return ""
}
