// Package exhibit tells people what a run found: of every measure of a
// simulation one exhibit, with a sentence, a chart, tables of the same numbers
// and what it rests on. A measure that a run does not have gives no exhibit.
//
// It turns numbers into words and drawings and computes nothing of its own but
// shares and differences of numbers that stand beside them.
package exhibit

import (
	_ "embed"
	"math"
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

//go:embed en.yaml
var english []byte

// Phrases gives the Dutch sentences of exhibits with their English.
func Phrases() (map[string]string, error) { return i18n.Pairs(dutch, english) }

// texts gives the catalogue with the sentences of this package, made when first asked.
var texts = sync.OnceValue(func() *i18n.Catalogue { return i18n.Shipped(dutch) })

// Options say for whom the exhibits are made.
type Options struct {
	Names Names
	// Focus is the id of the regulation that the run is about; "" when it is
	// about all of them.
	Focus string
	// Run names the run; "" takes the id that the result has.
	Run string
	// Files is the address under which its tables can be downloaded; "" when
	// they cannot.
	Files string
}

// teller makes the exhibits of one result.
type teller struct {
	*i18n.Catalogue
	Options
	res *simulate.Result
}

// View makes everything that a page shows of a result.
func View(res *simulate.Result, o Options) screen.RunView {
	t := &teller{Catalogue: texts(), Options: o, res: res}
	v := screen.RunView{Synthetic: true, Source: t.source(), Assumptions: t.assumptions(all), Limits: t.limits()}
	v.Sentence, v.Rest = t.verdict()
	v.Keys = t.keys()
	v.Exhibits = t.exhibits()
	v.Failures = t.failures()
	return v
}

// exhibits are in the order in which a reader asks: what does it cost and who
// gets it, who wins and loses, what does it do to poverty and to work that pays,
// where do people drop out, and what does it ask of citizens and of the executor.
func (t *teller) exhibits() []screen.Exhibit {
	var out []screen.Exhibit
	for _, exhibit := range []func() *screen.Exhibit{
		t.budget, t.reach, t.changes, t.average, t.worst, t.poverty, t.pressure, t.cliffs, t.funnel, t.groups,
		t.help, t.advances, t.burden, t.work, t.moments,
	} {
		if e := exhibit(); e != nil && len(e.Views) > 0 {
			out = append(out, *e)
		}
	}
	return out
}

// schemes are the regulations of the run: first the one that the sentence is
// about, then the others in their order.
func (t *teller) schemes() []*simulate.SchemeResult {
	var out []*simulate.SchemeResult
	first := t.subject()
	if first != nil {
		out = append(out, first)
	}
	for i := range t.res.Schemes {
		if s := &t.res.Schemes[i]; s != first && !t.measuring(s) {
			out = append(out, s)
		}
	}
	return out
}

// measuring reports that a regulation is in the run to measure income: nobody
// claims or pays it.
func (t *teller) measuring(s *simulate.SchemeResult) bool {
	return t.res.Income != nil && t.res.Income.Regulation == s.ID
}

// name is the name of a regulation, where there are several.
func (t *teller) name(title string, s *simulate.SchemeResult) string {
	if len(t.schemes()) == 1 {
		return title
	}
	return s.Name
}

// view makes the part of an exhibit about one regulation.
func view(what, title string, s *simulate.SchemeResult) screen.ExhibitView {
	return screen.ExhibitView{ID: what + "-" + s.ID, Title: title}
}

// figureID is the id of the drawing of a view.
func figureID(v screen.ExhibitView) string { return v.ID + "-beeld" }

// nan is a value that is not drawn.
var nan = math.NaN()

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

// signed writes a change: a gain has its sign as well, on the same line.
func signed(s string, n int64) string {
	if n > 0 {
		return "+\u2060" + s
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

// euros writes the margin of an amount; a unit that both ends share is said once.
func (t *teller) euros(low, high int64, write func(int64) string) string {
	if high <= low {
		return ""
	}
	a, b := write(low), write(high)
	if i, j := strings.LastIndex(a, "\u00a0"), strings.LastIndex(b, "\u00a0"); i > 0 && j > 0 && a[i:] == b[j:] {
		a = a[:i]
	}
	return t.T("van-tot", "van", a, "tot", b)
}

// rough and roughChange write a number that is read first: rounded.
func (t *teller) rough(n int64) string       { return t.NumberShort(roughly(n)) }
func (t *teller) roughChange(n int64) string { return signed(t.NumberShort(roughly(n)), n) }
func (t *teller) roughEuro(n int64) string   { return signed(t.EuroShort(roughly(n)), n) }

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
