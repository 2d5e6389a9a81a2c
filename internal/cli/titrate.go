package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"strings"

	"lemniscaat/internal/i18n"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/simulate"
	"lemniscaat/internal/titrate"
)

// titration are the options of simulate that ask for a value of a parameter.
type titration struct {
	parameter, target, between, grain string
}

func (t titration) asked() bool { return t.parameter != "" || t.target != "" }

// question reads the options.
func (t titration) question(set *regulation.Set, spec simulate.Spec) (titrate.Question, error) {
	q := titrate.Question{Set: set, Spec: spec, Parameter: t.parameter}
	var err error
	if t.parameter == "" || t.target == "" {
		return q, usage("geef --titrate PARAMETER en --target DOEL samen")
	}
	if q.Goal, err = titrate.ParseGoal(t.target); err != nil {
		return q, &fault{Usage, err}
	}
	p, ok := set.Parameter(t.parameter)
	if !ok {
		return q, nil // Ask says what there is
	}
	value := func(option, s string) (*big.Rat, error) {
		v, err := titrate.ParseValue(s, p.Type)
		if err != nil {
			return nil, usage("--%s: %v", option, err)
		}
		return v, nil
	}
	if t.between != "" {
		low, high, ok := strings.Cut(t.between, "..")
		if !ok {
			return q, usage("--between: schrijf twee waarden met .. ertussen, zoals 100..200")
		}
		if q.Low, err = value("between", low); err != nil {
			return q, err
		}
		if q.High, err = value("between", high); err != nil {
			return q, err
		}
	}
	if t.grain != "" {
		if q.Grain, err = value("grain", t.grain); err != nil {
			return q, err
		}
	}
	return q, nil
}

// run searches and prints what it finds. No answer is an answer, and ends with
// Found.
func (t titration) run(ctx context.Context, env Env, set *regulation.Set, spec simulate.Spec, asJSON bool, texts *i18n.Catalogue) error {
	q, err := t.question(set, spec)
	if err != nil {
		return err
	}
	f, err := titrate.Ask(ctx, q, func(tried int) {
		if env.Interactive {
			fmt.Fprintf(env.Err, "\r%d waarden geprobeerd", tried)
		}
	})
	if env.Interactive {
		fmt.Fprintln(env.Err)
	}
	if errors.Is(err, titrate.ErrSpec) || errors.Is(err, simulate.ErrSpec) || errors.Is(err, simulate.ErrMissing) {
		return &fault{Input, err}
	}
	if err != nil {
		return err
	}
	if asJSON {
		err = writeJSON(env, titrationJSON(f))
	} else {
		printTitration(env.Out, f, texts)
	}
	if err == nil && len(f.Answers) == 0 {
		return silent(Found)
	}
	return err
}

// titrationJSON is the form that scripts rely on.
func titrationJSON(f *titrate.Found) any {
	type answer struct {
		Value  string           `json:"waarde"`
		Low    *string          `json:"laag"`
		High   *string          `json:"hoog"`
		Figure float64          `json:"uitkomst"`
		Range  [2]float64       `json:"uitkomstTussen"`
		Jump   bool             `json:"springt"`
		Run    *simulate.Result `json:"simulatie"`
	}
	type trial struct {
		Value  string  `json:"waarde"`
		Figure float64 `json:"uitkomst"`
	}
	out := struct {
		Parameter string   `json:"parameter"`
		Now       string   `json:"nu"`
		Grain     string   `json:"stap"`
		Measure   string   `json:"maat"`
		Scheme    string   `json:"regeling"`
		Change    bool     `json:"verschilMetNu"`
		Target    float64  `json:"doel"`
		Even      bool     `json:"steedsDezelfdeKant"`
		Answers   []answer `json:"antwoorden"`
		Nearest   trial    `json:"dichtstbij"`
		Trials    []trial  `json:"geprobeerd"`
	}{Parameter: f.Parameter, Now: f.Text(f.Now), Grain: f.Text(f.Result.Grain), Measure: string(f.Goal.Measure), Scheme: f.Goal.Scheme, Change: f.Goal.Change,
		Target: f.Goal.Value, Even: f.Even, Answers: []answer{}, Trials: []trial{}, Nearest: trial{f.Text(f.Nearest.Value), f.Nearest.Figure}}
	bound := func(v *big.Rat) *string {
		if v == nil {
			return nil
		}
		s := f.Text(v)
		return &s
	}
	for i, a := range f.Answers {
		out.Answers = append(out.Answers, answer{f.Text(a.Value), bound(a.Low), bound(a.High), a.Figure.Value, [2]float64{a.Figure.Low, a.Figure.High}, a.Jump, f.Runs[i]})
	}
	for _, t := range f.Trials {
		out.Trials = append(out.Trials, trial{f.Text(t.Value), t.Figure})
	}
	return out
}

// printTitration tells the answer first.
func printTitration(w io.Writer, f *titrate.Found, texts *i18n.Catalogue) {
	var b strings.Builder
	figure := func(v float64) string {
		if f.Goal.Measure == titrate.Budget {
			return texts.EuroShort(int64(math.Round(v * 100)))
		}
		return texts.Number(int64(math.Round(v)))
	}
	signedFigure := func(v float64) string {
		if s := figure(v); !f.Goal.Change || v <= 0 {
			return s
		} else {
			return "+" + s
		}
	}
	switch len(f.Answers) {
	case 0:
		fmt.Fprintf(&b, "%s: geen waarde tussen %s en %s haalt het doel. Het dichtst komt %s: %s.\n", f.Name,
			f.Text(f.Trials[0].Value), f.Text(f.Trials[len(f.Trials)-1].Value), f.Text(f.Nearest.Value), signedFigure(f.Nearest.Figure))
		if first := f.Trials[0].Figure; first == f.Trials[len(f.Trials)-1].Figure && f.Even {
			fmt.Fprintln(&b, "Geen enkele waarde verandert hier iets aan. Rekent de regeling van deze parameter wel mee?")
		}
	case 1:
		fmt.Fprintf(&b, "%s: %s haalt het doel. Nu is het %s.\n", f.Name, f.Text(f.Answers[0].Value), f.Text(f.Now))
	default:
		fmt.Fprintf(&b, "%s: %d waarden halen het doel. Nu is het %s; de dichtstbijzijnde staat bovenaan.\n", f.Name, len(f.Answers), f.Text(f.Now))
	}
	fmt.Fprintln(&b, goalSentence(f.Goal, signedFigure))
	for _, a := range f.Answers {
		fmt.Fprintf(&b, "\n  %s\n    uitkomst %s (%s tot %s)\n", f.Text(a.Value), signedFigure(a.Figure.Value), signedFigure(a.Figure.Low), signedFigure(a.Figure.High))
		end := func(v *big.Rat) string {
			if v == nil {
				return "voorbij het bereik"
			}
			return f.Text(v)
		}
		if a.Low == nil || a.High == nil || a.Low.Cmp(a.High) != 0 {
			fmt.Fprintf(&b, "    met de marge van de simulatie: %s tot %s\n", end(a.Low), end(a.High))
		}
		if a.Jump {
			fmt.Fprintln(&b, "    de uitkomst springt hier over het doel heen: precies halen kan niet")
		}
	}
	if !f.Even {
		fmt.Fprintln(&b, "\nLet op: een hogere waarde geeft niet overal meer, of overal minder. Tussen geprobeerde waarden kan nog een ander antwoord liggen.")
	}
	if len(f.Runs) > 0 {
		r := f.Runs[0]
		fmt.Fprintf(&b, "\nSynthetisch: %s mensen in %s huishoudens (%s). Geen echte mensen.\nRun %s, zaad %d, regels van %s op %s.\n",
			texts.Number(r.Population.Persons), texts.Number(r.Population.Households), r.Population.ID, r.ID(), r.Seed, texts.Date(r.Date), r.RuleSet)
	}
	fmt.Fprintf(&b, "%d waarden geprobeerd, in stappen van %s; --json noemt ze.\n", len(f.Trials), f.Text(f.Result.Grain))
	io.WriteString(w, strings.ReplaceAll(b.String(), "\u00a0", " ")) //nolint:errcheck // nobody to tell
}

// goalSentence writes a goal as a sentence.
func goalSentence(g titrate.Goal, figure func(float64) string) string {
	what := map[titrate.Measure]string{titrate.Budget: "budget", titrate.Recipients: "aantal ontvangers", titrate.Entitled: "aantal rechthebbenden",
		titrate.Poor: "aantal mensen in armoede", titrate.PoorChildren: "aantal kinderen in armoede"}[g.Measure]
	if g.Scheme != "" {
		what += " van " + g.Scheme
	} else if g.Measure == titrate.Budget {
		what += " van alle regelingen samen"
	}
	switch {
	case g.Change && g.Value == 0:
		return "Doel: " + what + " gelijk aan nu."
	case g.Change:
		return "Doel: " + what + ", " + figure(g.Value) + " ten opzichte van nu."
	}
	return "Doel: " + what + " op " + figure(g.Value) + "."
}
