package office

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lemniscaat/internal/curve"
	"lemniscaat/internal/exhibit"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/spelling"
)

// curveStep is the step of a curve on a page, in euros: small enough for every
// tread, and a curve of 100,000 euros stays a small drawing.
const curveStep = 200

// Vary computes what an example of a household has to spend over a range of
// incomes. Nothing of it is kept. What is wrong with the input is in the view.
func (o *Office) Vary(ctx context.Context, _ string, in view.CurveInput) (view.CurveView, error) {
	v, spec, err := o.varied(in)
	if err != nil || len(v.Faults) > 0 || v.Why != "" {
		return v, err
	}
	if err := o.trying.enter(ctx); err != nil {
		return v, err
	}
	defer o.trying.leave()
	c, err := curve.Draw(spec)
	if errors.Is(err, curve.ErrSpec) {
		v.Why = spelling.Capital(strings.TrimPrefix(err.Error(), curve.ErrSpec.Error()+": "))
		return v, nil
	}
	if err != nil {
		return v, fmt.Errorf("vary an income: %w", err)
	}
	o.mu.RLock()
	defer o.mu.RUnlock()
	v.Sentence, v.Exhibits = exhibit.Curve(c, runNames{o})
	v.Computed, v.Taken = true, c.Assumptions
	v.Source = view.Provenance{RuleSet: c.Lines[0].Digest, Date: texts.Date(c.Date)}
	if len(c.Lines) > 1 {
		v.Source.Variant = c.Lines[1].Name + ", " + c.Lines[1].Digest
	}
	return v, nil
}

// VaryTable gives the same as a table for a spreadsheet; ErrNotFound when there
// is no answer.
func (o *Office) VaryTable(ctx context.Context, _ string, in view.CurveInput) ([][]string, error) {
	v, spec, err := o.varied(in)
	if err != nil {
		return nil, err
	}
	if len(v.Faults) > 0 || v.Why != "" {
		return nil, view.ErrNotFound
	}
	if err := o.trying.enter(ctx); err != nil {
		return nil, err
	}
	defer o.trying.leave()
	c, err := curve.Draw(spec)
	if errors.Is(err, curve.ErrSpec) {
		return nil, view.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("vary an income: %w", err)
	}
	return c.Table(texts.T("kromme.nu")), nil
}

// varied makes the question of what was typed. Nothing is locked when it is
// computed.
func (o *Office) varied(in view.CurveInput) (view.CurveView, curve.Spec, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	v := view.CurveView{Values: map[string]string{}, Preset: in.Preset, Rules: in.Rules}
	presets := curve.Presets()
	for _, p := range presets {
		v.Presets = append(v.Presets, view.Option{Value: p.ID, Label: p.Name})
	}
	preset, known := curve.Named(in.Preset)
	if !known {
		preset = presets[0]
	}
	v.Preset = preset.ID
	v.Sides = o.sidesOf(curve.Regulation)
	for field, value := range typedHousehold(preset.Household) {
		v.Values[field] = value
	}
	v.Values["datum"], v.Values["van"], v.Values["tot"] = o.today().String(), "0", "100000"
	for _, field := range view.CurveFields {
		if s, ok := in.Values[field]; ok {
			v.Values[field] = strings.TrimSpace(s)
		}
	}
	r := typedFields{v: &v}
	h := curve.Household{Age: r.whole("leeftijd", 18, 100), Partner: v.Values["partner"] == "ja", PartnerWage: r.whole("partnerloon", 0, curve.MaxIncome),
		Children: r.ages("kinderen"), Rent: r.whole("huur", 0, 100_000), Care: r.whole("opvang", 0, 230), AfterSchool: r.whole("bso", 0, 230), Wealth: r.whole("vermogen", 0, 10_000_000)}
	spec := curve.Spec{From: r.whole("van", 0, curve.MaxIncome-1), To: r.whole("tot", 1, curve.MaxIncome), Step: curveStep}
	on, err := typedDate(v.Values["datum"])
	if err != nil {
		r.fault("datum", "datum")
	}
	if spec.Date = on; len(v.Faults) == 0 && spec.From >= spec.To {
		r.fault("tot", "bereik")
	}
	if !h.Partner && h.PartnerWage > 0 {
		r.fault("partnerloon", "partnerloon")
	}
	for (spec.To-spec.From)/spec.Step >= 2000 {
		spec.Step *= 2
	}
	spec.Sides = []curve.Side{{Set: o.rules.set}}
	if in.Rules != "" {
		s, err := o.side(curve.Regulation, view.SideInput{Rules: in.Rules})
		if err != nil {
			return v, spec, err
		}
		spec.Sides = append(spec.Sides, curve.Side{ID: in.Rules, Name: sideName(s), Set: s.set})
		if s.first.After(on) && len(v.Faults) == 0 {
			r.fault("datum", "nog-niet", "datum", texts.Date(s.first))
		}
	}
	if len(v.Faults) > 0 {
		return v, spec, nil
	}
	v.Date = on
	if _, ok := o.rules.set.Get(curve.Regulation); !ok {
		v.Why = texts.T("kromme.geen-regeling")
		return v, spec, nil
	}
	spec.File, err = h.File(on, o.rules.set.Model)
	if errors.Is(err, curve.ErrSpec) {
		v.Why = spelling.Capital(strings.TrimPrefix(err.Error(), curve.ErrSpec.Error()+": "))
		return v, spec, nil
	}
	return v, spec, err
}

// typedHousehold fills the fields of a household.
func typedHousehold(h curve.Household) map[string]string {
	var ages []string
	for _, a := range h.Children {
		ages = append(ages, strconv.Itoa(a))
	}
	partner := "nee"
	if h.Partner {
		partner = "ja"
	}
	return map[string]string{"leeftijd": strconv.Itoa(h.Age), "partner": partner, "partnerloon": strconv.Itoa(h.PartnerWage), "kinderen": strings.Join(ages, ", "),
		"huur": strconv.Itoa(h.Rent), "opvang": strconv.Itoa(h.Care), "bso": strconv.Itoa(h.AfterSchool), "vermogen": strconv.Itoa(h.Wealth)}
}

// typedFields reads fields, and notes what is wrong with them.
type typedFields struct{ v *view.CurveView }

func (r typedFields) fault(field, key string, args ...any) {
	r.v.Faults = append(r.v.Faults, view.FieldError{Field: field, Text: texts.T("kromme."+key, args...)})
}

// whole reads a whole number as people type it: "20.000", "€ 700". Nothing is 0.
func (r typedFields) whole(field string, lo, hi int) int {
	s := strings.TrimSpace(strings.TrimPrefix(r.v.Values[field], "€"))
	n, err := strconv.Atoi(strings.ReplaceAll(s, ".", ""))
	if s == "" {
		n, err = 0, nil
	}
	if err != nil || n < lo || n > hi {
		r.fault(field, "getal", "van", texts.Number(int64(lo)), "tot", texts.Number(int64(hi)))
		return lo
	}
	return n
}

// ages reads ages: "3, 7" or "3 en 7".
func (r typedFields) ages(field string) []int {
	var out []int
	for _, s := range strings.FieldsFunc(strings.ReplaceAll(r.v.Values[field], " en ", ","), func(c rune) bool { return strings.ContainsRune(",; ", c) }) {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 || n > 17 || len(out) == 8 {
			r.fault(field, "kinderen")
			return nil
		}
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

// sideName is a short name of a side, for a legend.
func sideName(s side) string {
	if vs := s.set.Laid(); len(vs) > 0 && vs[len(vs)-1].Name != "" && strings.HasPrefix(s.Rules, sideVariant) {
		return vs[len(vs)-1].Name
	}
	return s.Text
}
