package office

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"lemniscaat/internal/dossier"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/explain"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// InForceNow gives the rules in force in this installation, and the legal date.
func (o *Office) InForceNow() (*regulation.Set, rule.Date) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	return o.rules.set, o.today()
}

// DecideCase computes the outcomes of a regulation for a case that is not kept.
// A case that cannot be read is a *screen.CaseUnread; what is missing in it
// stands in the view.
func (o *Office) DecideCase(_ context.Context, in view.CaseInput) (view.CaseView, error) {
	set, _ := o.InForceNow()
	v := view.CaseView{Regulation: in.Regulation, Date: in.Date, RuleSet: string(set.Digest())}
	reg, ok := set.Get(in.Regulation)
	if !ok {
		return v, unknownRegulation(set)
	}
	if !reg.Decides() {
		return v, refuse("geen-regels", "Deze regeling heeft geen regels om mee te rekenen.", "Kies een regeling met regels.",
			view.FieldError{Field: "regeling", Text: "Deze regeling heeft geen regels om mee te rekenen."})
	}
	file := dossier.FromNode(in.Doc, in.Case, set.Model, nil)
	if in.Doc.Diags.Err() != nil {
		return v, &view.CaseUnread{Diagnostics: in.Doc.Diags}
	}
	if v.Date.IsZero() {
		v.Date = file.Date
	}
	if in.Reference != "" {
		var err error
		if set, v.Rollouts, err = o.cohortRules(reg.ID, in.Reference, v.Date); err != nil {
			return v, err
		}
		reg, _ = set.Get(reg.ID)
		v.RuleSet = string(set.Digest())
	}
	if err := decideFile(&v, set, reg, file, in); err != nil {
		return v, err
	}
	if in.Receipt && len(v.Faults) == 0 && len(v.Violations) == 0 {
		text, err := yaml.Marshal(in.Case)
		if err != nil {
			return v, fmt.Errorf("case as text: %w", err)
		}
		if v.Receipt, err = o.receipt(set, reg, v.Date, text); err != nil {
			return v, err
		}
	}
	return v, nil
}

// decideFile puts in v what a regulation says of a case on its date.
func decideFile(v *view.CaseView, set *regulation.Set, reg *regulation.Regulation, file *dossier.File, in view.CaseInput) error {
	program, ds := set.Program(reg.ID)
	if err := ds.Err(); err != nil {
		return fmt.Errorf("compile rules: %w", err)
	}
	c, ds := file.Case(program, v.Date)
	if ds.Err() != nil {
		return &view.CaseUnread{Diagnostics: ds}
	}
	defer c.Release()
	say := explain.Context{Lang: in.Lang, Brief: !in.Change, Ends: in.Change, Lend: true}
	if in.Explain {
		for _, a := range slices.Concat(file.Assumptions, reg.Assumptions) {
			say.Assumptions = append(say.Assumptions, a.Text)
		}
	}
	for _, out := range reg.Outcomes {
		attribute := program.Attribute(out.Attribute)
		if attribute == nil {
			return fmt.Errorf("outcome %s is not in the model", out.Attribute)
		}
		if program.IsInput(attribute, v.Date) {
			v.Faults = append(v.Faults, view.CaseFault{
				Code: "geen-regel", Attribute: out.Attribute,
				Text: fmt.Sprintf("Op %s geldt geen regel die %s bepaalt.", v.Date, attribute.Name), Hint: "Kies een andere dag.",
			})
			continue
		}
		for _, obj := range file.Holders(attribute) {
			outcomeOf(v, c, obj, attribute, out, say, in.Explain)
		}
	}
	for _, x := range c.Violations() {
		if x.Rule.Regulation == reg.ID {
			e := explain.Violation(c, x, say)
			v.Violations = append(v.Violations, view.CaseViolation{Text: e.Sentence, Rule: x.Rule.ID, Name: x.Rule.Name, Objects: x.ObjectIDs})
		}
	}
	return nil
}

// cohortRules gives the rules for a case by its reference: a change that is
// introduced step by step holds for some cases and not for others.
func (o *Office) cohortRules(reg, reference string, on rule.Date) (*regulation.Set, []string, error) {
	if _, err := o.caseOf(reference); err != nil {
		return nil, nil, err
	}
	o.mu.RLock()
	defer o.mu.RUnlock()
	return o.rulesFor(reg, o.nameAt(strings.TrimSpace(reference)), on)
}

// outcomeOf adds one outcome, or what stands in its way.
func outcomeOf(v *view.CaseView, c *exact.Case, obj int, a *rule.Attribute, out regulation.Outcome, say explain.Context, explained bool) {
	value, err := c.Value(obj, a)
	if err == nil && value.Num != nil {
		if _, finite := value.Num.FloatPrec(); !finite {
			err = fmt.Errorf("%s is %s en laat zich niet in decimalen schrijven; de regel moet afronden", a.Name, value)
		}
	}
	if err != nil {
		f := view.CaseFault{Code: "onberekenbaar", Text: err.Error(), Object: c.ID(obj), Attribute: out.Attribute}
		var fault *exact.Error
		if errors.As(err, &fault) {
			f.Code, f.Object = string(fault.Code), cmp.Or(fault.ObjectID, f.Object)
			if fault.Attribute != nil {
				f.Attribute = fault.Attribute.ID()
			}
			if fault.Rule != nil {
				f.Rule = fault.Rule.ID
			}
		}
		if !slices.Contains(v.Faults, f) { // two outcomes may lack one datum
			v.Faults = append(v.Faults, f)
		}
		return
	}
	o := view.CaseOutcome{Object: c.ID(obj), Attribute: out.Attribute, Value: value.String(), Unit: out.Unit, Period: out.Period}
	if explained {
		say.Label, say.Period, say.Says = out.Label, out.Period, out.Says
		o.Explained = explain.Explain(c, obj, a, say)
	}
	v.Outcomes = append(v.Outcomes, o)
}

// unknownRegulation names what there is.
func unknownRegulation(set *regulation.Set) error {
	var ids []string
	for _, r := range set.Regulations {
		if r.Decides() {
			ids = append(ids, r.ID)
		}
	}
	return refuse("regeling-onbekend", "Deze regeling is hier niet.", "Kies uit: "+listed(ids)+".",
		view.FieldError{Field: "regeling", Text: "Deze regeling is hier niet."})
}
