// Package exhibit tells people what a run found: of every measure of a
// simulation one exhibit, with a sentence, a chart, tables of the same numbers
// and what it rests on. A measure that a run does not have gives no exhibit.
//
// It turns numbers into words and drawings and computes nothing of its own but
// shares and differences of numbers that stand beside them.
package exhibit

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"lemniscaat/internal/i18n"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/simulate"
)

// Names knows how things of the rules are called and where they are.
type Names interface {
	// Attribute gives the name of a datum by its id: "gemiddelde maandinkomen".
	Attribute(id string) string
	// Article gives the article of a regulation, as a link.
	Article(regulation, article string) screen.Ref
}

//go:embed nl.yaml
var dutch []byte

// texts gives the catalogue of a language with the sentences of this package.
var texts = sync.OnceValues(func() (*i18n.Catalogue, error) {
	c, err := i18n.Load("nl")
	if err != nil {
		return nil, fmt.Errorf("exhibit: %w", err)
	}
	return c.With(dutch)
})

// Options say for whom the exhibits are made.
type Options struct {
	Names Names
	// Focus is the id of the regulation that the run is about; "" when it is
	// about all of them.
	Focus string
	// Run names the run; "" takes the id that the result has.
	Run string
}

// teller makes the exhibits of one result.
type teller struct {
	*i18n.Catalogue
	Options
	res *simulate.Result
}

// View makes everything that a page shows of a result.
func View(res *simulate.Result, o Options) (screen.RunView, error) {
	c, err := texts()
	if err != nil {
		return screen.RunView{}, err
	}
	t := &teller{Catalogue: c, Options: o, res: res}
	v := screen.RunView{Synthetic: true, Source: t.source(), Assumptions: t.assumptions(all), Limits: t.limits()}
	v.Sentence, v.Rest = t.verdict()
	v.Keys = t.keys()
	v.Exhibits = t.exhibits()
	v.Failures = t.failures()
	return v, nil
}

// exhibits are in the order in which a reader asks: who gets it and what does
// it cost, who wins and loses, where do people drop out, what work does it ask.
func (t *teller) exhibits() []screen.Exhibit {
	var out []screen.Exhibit
	for _, make := range []func() []screen.Exhibit{t.reach, t.changes, t.funnel, t.work, t.cliffs, t.groups} {
		for _, e := range make() {
			if len(e.Views) > 0 {
				out = append(out, e)
			}
		}
	}
	return out
}

// schemes are those that the exhibits about one regulation are made of: the one
// that the run is about, or all.
func (t *teller) schemes() []*simulate.SchemeResult {
	var out []*simulate.SchemeResult
	for i := range t.res.Schemes {
		if s := &t.res.Schemes[i]; t.Focus == "" || s.ID == t.Focus {
			out = append(out, s)
		}
	}
	return out
}

// id makes the id of an exhibit about one regulation: that of the regulation
// that the run is about is short.
func (t *teller) id(what string, s *simulate.SchemeResult) string {
	if s.ID == t.Focus || len(t.res.Schemes) == 1 {
		return what
	}
	return what + "-" + s.ID
}

// title adds the name of the regulation where there are several.
func (t *teller) title(key string, s *simulate.SchemeResult) string {
	if len(t.res.Schemes) == 1 {
		return t.T(key)
	}
	return t.T(key) + ": " + s.Name
}

// last is the side of the variant, or today when there is none.
func last(s *simulate.SchemeResult) *simulate.SideResult {
	if s.Variant != nil {
		return s.Variant
	}
	return &s.Baseline
}

// roughly rounds to three digits: a simulation is not more exact than that.
func roughly(n int64) int64 {
	if n < 0 {
		return -roughly(-n)
	}
	unit := int64(1)
	for n/unit >= 1000 {
		unit *= 10
	}
	return (n + unit/2) / unit * unit
}

// signed writes a change: a gain has its sign as well.
func signed(s string, n int64) string {
	if n > 0 {
		return "+" + s
	}
	return s
}

// between writes a margin; "" when there is none.
func (t *teller) between(low, high int64, write func(int64) string) string {
	if high <= low {
		return ""
	}
	return t.T("van-tot", "van", write(low), "tot", write(high))
}

func (t *teller) count(n int64) string { return t.Number(n) }
func (t *teller) large(n int64) string { return t.EuroShort(n) }

// sentences joins what is not empty.
func sentences(list ...string) string {
	var out []string
	for _, s := range list {
		if s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, " ")
}
