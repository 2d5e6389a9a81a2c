package titrate

import (
	"context"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"

	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/simulate"
)

// Measure is a figure of a run that a goal can be about.
type Measure string

// The measures, as people write them.
const (
	// Budget is what a scheme pays out (or what people pay under it) in a year, in
	// euros; of all schemes together what is paid out minus what people pay.
	Budget Measure = "budget"
	// Recipients and Entitled are numbers of units: see simulate.Measure.
	Recipients Measure = "ontvangers"
	Entitled   Measure = "rechthebbenden"
	// Poor and PoorChildren are persons under the poverty line.
	Poor         Measure = "armoede"
	PoorChildren Measure = "kinderarmoede"
)

var measures = []Measure{Budget, Recipients, Entitled, Poor, PoorChildren}

// Goal is what a figure has to become.
type Goal struct {
	Measure
	Scheme string // id; empty: all together
	// Change says that Value is a difference with today's rules.
	Change bool
	Value  float64 // euros a year, or a number
}

// goalForm is what a goal looks like, for messages.
const goalForm = "schrijf bijvoorbeeld budget=gelijk, budget:zorgtoeslag=-100 miljoen of ontvangers:zorgtoeslag=4.500.000"

// ParseGoal reads a goal: a measure, perhaps with a regulation behind a colon,
// and what it has to become. With + or − that is a change, "gelijk" is no
// change, and without a sign it is the figure itself.
func ParseGoal(s string) (Goal, error) {
	what, to, ok := strings.Cut(s, "=")
	if !ok {
		return Goal{}, fmt.Errorf("%w: %q is geen doel; %s", ErrSpec, s, goalForm)
	}
	var g Goal
	name, scheme, _ := strings.Cut(strings.TrimSpace(what), ":")
	g.Measure, g.Scheme = Measure(strings.TrimSpace(name)), strings.TrimSpace(scheme)
	if !slices.Contains(measures, g.Measure) {
		return Goal{}, fmt.Errorf("%w: %q is niet te meten; kies budget, ontvangers, rechthebbenden, armoede of kinderarmoede", ErrSpec, name)
	}
	poverty := g.Measure == Poor || g.Measure == PoorChildren
	if poverty && g.Scheme != "" {
		return Goal{}, fmt.Errorf("%w: %s gaat over alle regelingen samen", ErrSpec, g.Measure)
	}
	if !poverty && g.Measure != Budget && g.Scheme == "" {
		return Goal{}, fmt.Errorf("%w: zeg van welke regeling: %s:zorgtoeslag=…", ErrSpec, g.Measure)
	}
	return g, g.become(strings.TrimSpace(to))
}

func (g *Goal) become(to string) error {
	if to == "gelijk" {
		g.Change = true
		return nil
	}
	wrong := fmt.Errorf("%w: %q is geen doel; %s", ErrSpec, to, goalForm)
	rest := strings.ReplaceAll(to, "−", "-")
	minus := strings.HasPrefix(rest, "-")
	g.Change = minus || strings.HasPrefix(rest, "+")
	if g.Change {
		rest = strings.TrimSpace(rest[1:])
	}
	rest = strings.TrimSpace(strings.TrimPrefix(rest, "€"))
	times := int64(1)
	for word, n := range map[string]int64{"duizend": 1e3, "miljoen": 1e6, "mln": 1e6, "miljard": 1e9, "mld": 1e9} {
		if cut, ok := strings.CutSuffix(rest, word); ok {
			rest, times = strings.TrimSpace(cut), n
			break
		}
	}
	n, err := notation.Number(rest)
	if err != nil || n.Sign() < 0 {
		return wrong
	}
	v, _ := n.Mul(n, big.NewRat(times, 1)).Float64()
	if v > 1e15 {
		return wrong
	}
	if g.Value = v; minus {
		g.Value = -v
	}
	return nil
}

// of gives the figure of a run that a goal is about.
func (g Goal) of(r *simulate.Result) (Figure, error) {
	switch g.Measure {
	case Poor, PoorChildren:
		return g.poverty(r)
	case Budget:
		if g.Scheme == "" {
			return g.everything(r)
		}
	}
	s, ok := r.Find(g.Scheme)
	if !ok {
		var ids []string
		for _, s := range r.Schemes {
			ids = append(ids, s.ID)
		}
		return Figure{}, fmt.Errorf("%w: regeling %s rekent in deze simulatie niet mee; wel: %s", ErrSpec, g.Scheme, strings.Join(ids, ", "))
	}
	m := s.Variant.Received
	switch {
	case g.Measure == Entitled && g.Change:
		m = *s.Entitled
	case g.Measure == Entitled:
		m = s.Variant.Entitled
	case g.Change:
		m = *s.Received
	}
	if g.Measure == Budget {
		return euros(m), nil
	}
	return Figure{float64(m.Units), float64(m.UnitsLow), float64(m.UnitsHigh)}, nil
}

func euros(m simulate.Measure) Figure {
	return Figure{float64(m.Cents) / 100, float64(m.CentsLow) / 100, float64(m.CentsHigh) / 100}
}

// everything adds what the schemes pay out and takes off what people pay; their
// intervals are added as if they were independent. A regulation that measures
// income pays nothing.
func (g Goal) everything(r *simulate.Result) (Figure, error) {
	var value, down, up float64
	some := false
	for _, s := range r.Schemes {
		if r.Income != nil && s.ID == r.Income.Regulation {
			continue
		}
		some = true
		m := s.Variant.Received
		if g.Change {
			m = *s.Received
		}
		f := euros(m)
		if s.Owed {
			f = Figure{-f.Value, -f.High, -f.Low}
		}
		value += f.Value
		down += (f.Value - f.Low) * (f.Value - f.Low)
		up += (f.High - f.Value) * (f.High - f.Value)
	}
	if !some {
		return Figure{}, fmt.Errorf("%w: in deze simulatie is geen regeling die iets betaalt", ErrSpec)
	}
	return Figure{value, value - math.Sqrt(down), value + math.Sqrt(up)}, nil
}

func (g Goal) poverty(r *simulate.Result) (Figure, error) {
	if r.Income == nil || r.Income.Variant == nil || r.Income.Difference == nil {
		return Figure{}, fmt.Errorf("%w: deze simulatie meet geen armoede", ErrSpec)
	}
	side, change := r.Income.Variant.Poverty, r.Income.Difference.Poverty
	f := side.Persons
	switch {
	case g.Change && g.Measure == Poor:
		f = change.Persons
	case g.Change:
		f = change.Children
	case g.Measure == PoorChildren:
		f = side.Children
	}
	return Figure{float64(f.Value), float64(f.Low), float64(f.High)}, nil
}

// Question asks for a value of a parameter in a simulation.
type Question struct {
	// Set has the rules in which the parameter is moved: today's, or those of a
	// variant that the move has to make up for.
	Set *regulation.Set
	// Spec is the run; its Baseline is today. Its Variant is not looked at.
	Spec simulate.Spec
	// Beside gives the result of a variant beside today; nil: the Spec is run.
	// With it the Spec needs a Date and a Baseline only.
	Beside    func(ctx context.Context, side simulate.Side, exact bool) (*simulate.Result, error)
	Parameter string
	Goal      Goal
	// Low, High and Grain may be nil: nothing up to twice the value of now, and a step
	// that fits how the value is written.
	Low, High, Grain *big.Rat
}

// Found is the answer to a Question.
type Found struct {
	*Result
	Question
	// Name and Type are those of the parameter, Now its value in the Set.
	Name string
	Type rule.Type
	Now  *big.Rat
	// Runs are the whole runs of the answers, in their order.
	Runs []*simulate.Result
	// Tried is the number of values that was tried.
	Tried int
}

// Text writes a value of the parameter as rules have it: "€ 1.234", "4,3 %".
func (f *Found) Text(v *big.Rat) string { return text(v, f.Type) }

func text(v *big.Rat, t rule.Type) string {
	return notation.Format(rule.Datum{Kind: t.Kind, Num: v}, t)
}

// ParseValue reads a value of a parameter, with or without its unit: "14,5 %",
// "14,5".
func ParseValue(s string, t rule.Type) (*big.Rat, error) {
	if d, err := notation.Parse(strings.TrimSpace(s), t.Plain()); err == nil && d.Num != nil {
		return d.Num, nil
	}
	n, err := notation.Number(strings.TrimSpace(s))
	if err != nil {
		return nil, fmt.Errorf("%w: %q is geen waarde; schrijf bijvoorbeeld %s", ErrSpec, s, notation.Accepts(t))
	}
	return n, nil
}

// Ask searches the value. progress, which may be nil, is told how many values
// were tried.
func Ask(ctx context.Context, q Question, progress func(tried int)) (*Found, error) {
	p, ok := q.Set.Parameter(q.Parameter)
	if !ok {
		var known []string
		for _, p := range q.Set.Model.Parameters {
			known = append(known, p.ID)
		}
		return nil, fmt.Errorf("%w: er is geen parameter %q%s", ErrSpec, q.Parameter, notation.Suggest(q.Parameter, known))
	}
	f := &Found{Question: q, Name: p.Name, Type: p.Type}
	now, ok := p.At(q.Spec.Date)
	switch {
	case p.Type.Kind != rule.Amount && p.Type.Kind != rule.Percentage && p.Type.Kind != rule.Number:
		return nil, fmt.Errorf("%w: parameter %s is geen getal; er valt geen waarde van te zoeken", ErrSpec, p.ID)
	case !ok || now.Value.IsEmpty():
		return nil, fmt.Errorf("%w: parameter %s heeft op %s geen waarde", ErrSpec, p.ID, q.Spec.Date)
	}
	f.Now = now.Value.Num
	s := Search{Type: p.Type, Low: q.Low, High: q.High, Grain: q.Grain, Now: f.Now, Target: q.Goal.Value, Try: f.try(progress)}
	if s.Low == nil {
		s.Low = new(big.Rat)
	}
	if s.High == nil {
		s.High = new(big.Rat).Mul(f.Now, big.NewRat(2, 1))
	}
	if s.Grain == nil {
		s.Grain = grain(f.Now, p.Type)
	}
	if s.Low.Cmp(s.High) >= 0 {
		return nil, fmt.Errorf("%w: het bereik van %s tot %s is leeg; zeg tussen welke waarden er gezocht moet worden", ErrSpec, text(s.Low, p.Type), text(s.High, p.Type))
	}
	var err error
	if f.Result, err = Find(ctx, s); err != nil {
		return nil, err
	}
	return f, nil
}

// grain is a step that fits how a value is written: whole euros for an amount of
// hundreds without cents, otherwise cents; a tenth of a percent at most.
func grain(now *big.Rat, t rule.Type) *big.Rat {
	decimals := 0
	_, frac, _ := strings.Cut(rule.Decimal(now), ".")
	switch t.Kind {
	case rule.Amount:
		if frac != "" || now.Cmp(big.NewRat(100, 1)) < 0 {
			decimals = 2
		}
	case rule.Percentage:
		decimals = 1
	}
	if !strings.Contains(frac, "/") {
		decimals = max(decimals, min(len(frac), 6))
	}
	if t.Whole {
		decimals = 0
	}
	return new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil))
}

// try runs the simulation for some values.
func (f *Found) try(progress func(int)) func(context.Context, []*big.Rat, bool) ([]Figure, error) {
	ids := f.Spec.Baseline.IDs()
	return func(ctx context.Context, values []*big.Rat, exact bool) ([]Figure, error) {
		var sides []simulate.Side
		for _, v := range values {
			side, err := f.side(v, ids)
			if err != nil {
				return nil, err
			}
			sides = append(sides, side)
		}
		all, err := f.compare(ctx, sides, exact)
		if err != nil {
			return nil, err
		}
		var out []Figure
		for _, r := range all {
			fig, err := f.Goal.of(r)
			if err != nil {
				return nil, err
			}
			out = append(out, fig)
		}
		if exact {
			f.Runs = append(f.Runs, all...)
		}
		if f.Tried += len(values); progress != nil {
			progress(f.Tried)
		}
		return out, nil
	}
}

func (f *Found) compare(ctx context.Context, sides []simulate.Side, exact bool) (out []*simulate.Result, err error) {
	if f.Beside == nil {
		spec := f.Spec
		spec.Plain, spec.Programs = !exact, nil // values that are tried once are not worth keeping
		return simulate.Compare(ctx, spec, sides, nil)
	}
	for _, s := range sides {
		r, err := f.Beside(ctx, s, exact)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// side is the variant with one value.
func (f *Found) side(v *big.Rat, ids []string) (simulate.Side, error) {
	x := regulation.Variant{ID: "waarde-" + rule.Slug(rule.Decimal(v)), Name: f.Name + ": " + f.Text(v), From: f.Spec.Date,
		Parameters: []regulation.Override{{ID: f.Parameter, Text: f.Text(v)}}}
	set, ds := f.Set.With(x)
	if err := ds.Err(); err != nil {
		return simulate.Side{}, fmt.Errorf("%w: de waarde %s kan niet:\n%w", ErrSpec, f.Text(v), err)
	}
	side, err := simulate.NewSide(set, f.Spec.Date, ids...)
	if err != nil {
		return side, err
	}
	side.ID, side.Name = x.ID, x.Name
	return side, nil
}
