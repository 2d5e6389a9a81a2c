package office

import (
	"cmp"
	"context"
	"errors"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/simulate"
	"lemniscaat/internal/spelling"
	"lemniscaat/internal/titrate"
)

// searchTime is how long a value is searched at most: ten times what it takes.
const searchTime = 20 * time.Second

// finding fills the form that asks for a value, and reads what was asked.
func (a *attempt) finding(in view.TryFind) {
	f := &a.v.Find
	for _, art := range a.v.Articles {
		for _, s := range art.Rules {
			for _, x := range s.Pieces {
				p, ok := a.d.base.Parameter(x.Param)
				if !ok || p.Type.Kind != rule.Amount && p.Type.Kind != rule.Percentage && p.Type.Kind != rule.Number {
					continue
				}
				if now, ok := p.At(a.v.Date); ok && now.Value.Num != nil && now.Value.Num.Sign() > 0 {
					f.Parameters = append(f.Parameters, view.Option{Value: p.ID, Label: texts.T("proberen.zoek-waarde", "naam", spelling.Capital(p.Name), "nu", x.Now)})
				}
			}
		}
	}
	measures := []titrate.Measure{titrate.Budget, titrate.Recipients}
	if a.d.base.IncomeMeasure() != nil {
		measures = append(measures, titrate.Poor)
	}
	for _, m := range measures {
		f.Measures = append(f.Measures, view.Option{Value: string(m), Label: texts.T("proberen.maat-" + string(m))})
	}
	if !in.Asked {
		return
	}
	fault := func(field, key string) {
		f.Faults = append(f.Faults, view.FieldError{Field: field, Text: texts.T(key)})
	}
	if !slices.ContainsFunc(f.Parameters, func(o view.Option) bool { return o.Value == in.Parameter }) {
		fault("zoek", "proberen.kies-waarde")
	}
	what := in.Measure
	if !slices.ContainsFunc(f.Measures, func(o view.Option) bool { return o.Value == what }) {
		fault("maat", "proberen.kies-maat")
		what = string(titrate.Budget)
	}
	if what != string(titrate.Poor) {
		what += ":" + a.reg.ID
	}
	a.find.Parameter = in.Parameter
	var err error
	if a.find.Goal, err = titrate.ParseGoal(what + "=" + cmp.Or(in.Goal, "?")); err != nil || len(in.Goal) > 60 {
		fault("doel", "proberen.kies-doel")
	}
}

// search finds the value that is asked for, beside the other values of the draft.
func (a *attempt) search(ctx context.Context, l *life) error {
	if _, err := a.today(l); err != nil {
		return err
	}
	q := a.find
	others := a.d.variant
	others.Parameters = slices.DeleteFunc(slices.Clone(others.Parameters), func(x regulation.Override) bool { return x.ID == q.Parameter })
	q.Set = a.d.base
	if len(others.Parameters) > 0 {
		set, ds := a.d.base.With(others)
		if err := ds.Err(); err != nil {
			return err
		}
		q.Set = set
	}
	q.Spec = simulate.Spec{Date: a.v.Date, Baseline: l.base}
	q.Beside = func(ctx context.Context, side simulate.Side, exact bool) (*simulate.Result, error) {
		if exact {
			return l.live.Variant(ctx, side)
		}
		return l.live.Plain(ctx, side)
	}
	in, stop := context.WithTimeout(ctx, a.within)
	defer stop()
	f, err := titrate.Ask(in, q, nil)
	switch {
	case err != nil && in.Err() != nil && ctx.Err() == nil:
		a.v.Find.Found = &view.TryFound{Sentence: texts.T("proberen.zoek-te-lang")}
		return nil
	case errors.Is(err, titrate.ErrSpec):
		a.v.Find.Found = &view.TryFound{Sentence: texts.T("proberen.zoek-kan-niet", "reden", strings.TrimPrefix(err.Error(), titrate.ErrSpec.Error()+": "))}
		return nil
	case err != nil:
		return err
	}
	a.v.Find.Found = foundWords(f, others.Parameters)
	return nil
}

// foundWords puts an answer into words.
func foundWords(f *titrate.Found, others []regulation.Override) *view.TryFound {
	figure := func(v float64) string {
		s := texts.Number(int64(math.Round(v)))
		if f.Goal.Measure == titrate.Budget {
			s = texts.EuroShort(int64(math.Round(v * 100)))
		}
		if f.Goal.Change && v > 0 {
			s = "+" + s
		}
		return s
	}
	value := func(v *big.Rat) string {
		if v == nil {
			return texts.T("proberen.zoek-verder")
		}
		return written(rule.Datum{Kind: f.Type.Kind, Num: v}, f.Type)
	}
	out := &view.TryFound{Goal: findGoal(f.Goal, figure)}
	first, last := f.Trials[0], f.Trials[len(f.Trials)-1]
	name := spelling.Capital(f.Name)
	switch {
	case f.Even && first.Figure == last.Figure:
		out.Sentence = texts.T("proberen.zoek-vlak", "naam", f.Name, "laag", value(first.Value), "hoog", value(last.Value), "uitkomst", figure(first.Figure))
		return out
	case len(f.Answers) == 0:
		out.Sentence = texts.T("proberen.zoek-geen", "naam", name, "laag", value(first.Value), "hoog", value(last.Value), "dichtst", value(f.Nearest.Value), "uitkomst", figure(f.Nearest.Figure))
	case len(f.Answers) == 1 && f.Answers[0].Jump:
		out.Sentence = texts.T("proberen.zoek-springt", "naam", name, "waarde", value(f.Answers[0].Value), "nu", value(f.Now))
	default:
		out.Sentence = texts.N("proberen.zoek-gevonden", int64(len(f.Answers)), "naam", name, "waarde", value(f.Answers[0].Value), "nu", value(f.Now))
	}
	for _, x := range f.Answers {
		v := view.TryFoundValue{Value: value(x.Value), Fill: map[string]string{f.Parameter: value(x.Value)},
			Figure: texts.T("proberen.zoek-uitkomst", "uitkomst", figure(x.Figure.Value), "laag", figure(x.Figure.Low), "hoog", figure(x.Figure.High))}
		if x.Low == nil || x.High == nil || x.Low.Cmp(x.High) != 0 {
			v.Margin = texts.T("proberen.zoek-marge", "laag", value(x.Low), "hoog", value(x.High))
		}
		if x.Jump && len(f.Answers) > 1 {
			v.Margin = strings.TrimSpace(v.Margin + " " + texts.T("proberen.zoek-sprong"))
		}
		for _, o := range others {
			v.Fill[o.ID] = o.Text
		}
		out.Values = append(out.Values, v)
	}
	if !f.Even {
		out.Notes = append(out.Notes, texts.T("proberen.zoek-golft"))
	}
	out.Notes = append(out.Notes, texts.T("proberen.zoek-geprobeerd", "n", len(f.Trials), "stap", value(f.Result.Grain), "laag", value(first.Value), "hoog", value(last.Value)))
	if len(f.Runs) > 0 {
		r := f.Runs[0]
		out.Source = view.Provenance{Run: r.ID(), Population: r.Population.ID, RuleSet: r.RuleSet, Date: texts.Date(r.Date), Seed: strconv.FormatUint(r.Seed, 10)}
	}
	return out
}

// findGoal writes a goal as a sentence.
func findGoal(g titrate.Goal, figure func(float64) string) string {
	key := "proberen.doel-op"
	switch {
	case g.Change && g.Value == 0:
		key = "proberen.doel-gelijk"
	case g.Change:
		key = "proberen.doel-anders"
	}
	return texts.T(key, "maat", texts.T("proberen.maat-"+string(g.Measure)), "doel", figure(g.Value))
}
