package office

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"lemniscaat/internal/amendment"
	"lemniscaat/internal/comparison"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/spelling"
)

// What the rules of a side can be; the id of a proposal or variant follows.
const (
	sideProposal = "voorstel:" // with the proposal
	sideBefore   = "voor:"     // as it was before the proposal was adopted
	sideVariant  = "variant:"  // with a variant that ships
	sidePlace    = "gemeente:" // as another municipality chose
)

// maxDays is how many days to compare the page offers.
const maxDays = 8

// laid keeps sets with a variant or a municipality laid over them: making one
// reads every rule again, and the same draft is looked at often.
type laid struct{ kept[laidKey, overlaid] }

// laidKey names a variant by its text, or a municipality by its id.
type laidKey struct {
	base           *regulation.Set
	variant, place string
}

// overlaid is a set with something laid over it; nil when that cannot be done.
type overlaid struct {
	set   *regulation.Set
	diags rule.Diagnostics
}

// maxLaid bounds the memory: a proposal gives another set with every edit.
const maxLaid = 16

// over gives base with the variant.
func (l *laid) over(base *regulation.Set, v regulation.Variant) (*regulation.Set, rule.Diagnostics) {
	return l.keep(laidKey{base: base, variant: string(v.YAML())}, func() (*regulation.Set, rule.Diagnostics) { return base.With(v) })
}

// in gives base as it holds in a municipality.
func (l *laid) in(base *regulation.Set, place string) (*regulation.Set, rule.Diagnostics) {
	return l.keep(laidKey{base: base, place: place}, func() (*regulation.Set, rule.Diagnostics) { return base.Municipality(place) })
}

func (l *laid) keep(key laidKey, lay func() (*regulation.Set, rule.Diagnostics)) (*regulation.Set, rule.Diagnostics) {
	x := l.get(maxLaid, key, func() overlaid {
		set, ds := lay()
		return overlaid{set, ds}
	})
	return x.set, x.diags
}

// side is one side of a comparison before its day is chosen.
type side struct {
	view.ComparisonSide
	set   *regulation.Set
	first rule.Date // on which it begins to differ; zero for the rules in force
}

// sidesOf gives what a regulation can be compared with: the rules in force,
// proposals on it or on what it builds on, the rules before those that were
// adopted, and variants.
func (o *Office) sidesOf(reg string) []view.Option {
	out := []view.Option{{Value: "", Label: texts.T("vergelijk.geldend")}}
	within := func(id string) bool {
		return slices.ContainsFunc(o.rules.set.BuildsOn(reg), func(r *regulation.Regulation) bool { return r.ID == id })
	}
	for _, p := range o.world.Proposals() {
		if !within(p.Regulation) || p.Content.Variant == "" {
			continue
		}
		if _, adopted := o.rules.before[p.ID]; adopted {
			out = append(out, view.Option{Value: sideBefore + p.ID, Label: texts.T("vergelijk.voor", "voorstel", p.Title)})
		}
		out = append(out, view.Option{Value: sideProposal + p.ID, Label: texts.T("vergelijk.voorstel", "voorstel", p.Title)})
	}
	for _, v := range o.Variants {
		if slices.ContainsFunc(v.Touches(), within) {
			out = append(out, view.Option{Value: sideVariant + v.ID, Label: texts.T("vergelijk.variant", "variant", v.Name)})
		}
	}
	for _, r := range o.rules.set.BuildsOn(reg) {
		if r.Municipality == nil {
			continue
		}
		for _, m := range o.rules.set.Municipalities(r.ID) {
			if x := (view.Option{Value: sidePlace + m.ID, Label: texts.T("vergelijk.gemeente", "gemeente", m.Name)}); m.ID != r.Municipality.ID && !slices.Contains(out, x) {
				out = append(out, x)
			}
		}
	}
	return out
}

// side finds the rules of a side.
func (o *Office) side(reg string, in view.SideInput) (side, error) {
	s := side{ComparisonSide: view.ComparisonSide{Rules: in.Rules, Date: in.Date}, set: o.rules.set}
	options := o.sidesOf(reg)
	k := slices.IndexFunc(options, func(x view.Option) bool { return x.Value == in.Rules })
	if k < 0 {
		return s, refuse("kant-onbekend", texts.T("vergelijk.onbekend"), texts.T("vergelijk.onbekend-hint"),
			view.FieldError{Field: "regels", Text: texts.T("vergelijk.onbekend-hint")})
	}
	s.Text = options[k].Label
	kind, id, _ := strings.Cut(in.Rules, ":")
	switch kind + ":" {
	case sideBefore:
		s.set = o.rules.before[id]
		p := o.world.Proposal(id)
		s.Ref, s.first = view.Ref{Text: p.Title, Href: proposalHref(id)}, p.Plan.InForce
	case sideProposal:
		p := o.world.Proposal(id)
		d, err := o.draftOf(p)
		if err != nil {
			return s, err
		}
		s.set, s.first, s.Ref = d.set, d.variant.From, view.Ref{Text: p.Title, Href: proposalHref(id)}
	case sideVariant:
		for _, v := range o.Variants {
			if v.ID != id {
				continue
			}
			set, ds := o.laid.over(o.rules.set, v)
			if set == nil {
				return s, ds.Err()
			}
			s.set, s.first = set, v.From
		}
	case sidePlace:
		set, ds := o.laid.in(o.rules.set, id)
		if set == nil {
			return s, ds.Err()
		}
		s.set, s.first = set, o.today()
	}
	return s, nil
}

// days fills in the days that were not chosen: where the rules differ the day on
// which that begins, and otherwise the last change with the day before it.
func days(left, right *side, reg string, today rule.Date) {
	first := right.first
	if first.IsZero() {
		first = left.first
	}
	last, changed := comparison.LastChange(right.set, reg, today)
	if right.Date.IsZero() {
		switch {
		case left.Rules != right.Rules && !left.Date.IsZero():
			right.Date = left.Date
		case left.Rules != right.Rules:
			right.Date = first
		case changed && (left.Date.IsZero() || left.Date.Before(last)):
			right.Date = last
		default:
			right.Date = today
		}
	}
	if left.Date.IsZero() {
		left.Date = right.Date
		if left.Rules == right.Rules {
			if last, ok := comparison.LastChange(right.set, reg, right.Date); ok {
				left.Date = last
			}
			left.Date = left.Date.AddDays(-1)
		}
	}
}

// Comparison is the page that compares a regulation on two sides.
func (o *Office) Comparison(ctx context.Context, _, reg string, left, right view.SideInput) (view.ComparisonView, error) {
	v, sides, err := o.compareOn(reg, left, right)
	if err != nil {
		return v, err
	}
	if err := o.trying.enter(ctx); err != nil {
		return v, err
	}
	defer o.trying.leave()
	r, err := comparison.Compare(sides[0], sides[1], reg)
	if err != nil {
		return v, err
	}
	v.Sentence, v.Same = r.Sentence(), r.Same()
	v.Shifted = sides[0].Date != sides[1].Date && len(r.Effect) > 0
	o.mu.RLock()
	for _, s := range r.Words {
		v.Sections = append(v.Sections, o.comparisonSection(r, s))
	}
	o.mu.RUnlock()
	for _, k := range comparison.Kinds {
		g := view.ComparisonGroup{Kind: k.String()}
		for _, row := range r.Effect {
			if row.Kind == k {
				g.Rows = append(g.Rows, comparisonRow(r, row))
			}
		}
		if len(g.Rows) > 0 {
			v.Groups = append(v.Groups, g)
		}
	}
	query := sidesQuery(v.Sides)
	for _, other := range o.touched(sides, reg) {
		v.Builders = append(v.Builders, view.Ref{Text: other.Name, Href: comparisonHref(other.ID) + query})
	}
	return v, nil
}

// compareOn takes what is compared out of the installation: a snapshot, so that
// nothing is locked while it is computed.
func (o *Office) compareOn(reg string, left, right view.SideInput) (view.ComparisonView, [2]comparison.Side, error) {
	var none [2]comparison.Side
	o.mu.RLock()
	defer o.mu.RUnlock()
	r, ok := o.rules.set.Get(reg)
	if !ok {
		return view.ComparisonView{}, none, view.ErrNotFound
	}
	v := view.ComparisonView{Regulation: view.Ref{Text: r.Name, Href: regulationHref(r.ID)}, ID: r.ID, Options: o.sidesOf(reg)}
	a, err := o.side(reg, left)
	if err != nil {
		return v, none, err
	}
	b, err := o.side(reg, right)
	if err != nil {
		return v, none, err
	}
	days(&a, &b, reg, o.today())
	v.Sides = [2]view.ComparisonSide{a.ComparisonSide, b.ComparisonSide}
	for _, d := range slices.Backward(comparison.Days(o.rules.set, reg)) {
		if len(v.Days) == maxDays {
			break
		}
		sides := [2]view.ComparisonSide{{Date: d.AddDays(-1)}, {Date: d}}
		v.Days = append(v.Days, view.ComparisonDay{
			Date: d, Href: comparisonHref(reg) + sidesQuery(sides),
			Current: a.Rules == "" && b.Rules == "" && a.Date == d.AddDays(-1) && b.Date == d,
		})
	}
	return v, [2]comparison.Side{{Set: a.set, Date: a.Date}, {Set: b.set, Date: b.Date}}, nil
}

// touched gives the regulations that build on one and come out otherwise between
// two sets: a change of one law reaches them too. Between two days of one set
// everything changes with the year, so nothing is said then.
func (o *Office) touched(sides [2]comparison.Side, reg string) []*regulation.Regulation {
	if sides[0].Set == sides[1].Set {
		return nil
	}
	var out []*regulation.Regulation
	for _, other := range sides[1].Set.Regulations {
		if other.ID == reg || !slices.ContainsFunc(sides[1].Set.BuildsOn(other.ID), func(r *regulation.Regulation) bool { return r.ID == reg }) {
			continue
		}
		// On one day: what is asked is what the change does.
		if o.reaches(sides[0].Set, sides[1].Set, other.ID, sides[1].Date) {
			out = append(out, other)
		}
	}
	return out
}

// reached remembers whether a change reaches a regulation: by the sets before and
// after it, so that no more of those are held than are laid over a set.
type reached struct {
	kept[[2]*regulation.Set, *kept[reachedKey, bool]]
}

type reachedKey struct {
	reg string
	on  rule.Date
}

// maxReached is more than a set has regulations, on a few days.
const maxReached = 256

// reaches reports whether the words that a regulation uses differ between two
// sets on a day.
func (o *Office) reaches(before, after *regulation.Set, reg string, on rule.Date) bool {
	change := o.reached.get(maxLaid, [2]*regulation.Set{before, after}, func() *kept[reachedKey, bool] { return &kept[reachedKey, bool]{} })
	return change.get(maxReached, reachedKey{reg, on}, func() bool {
		return comparison.Reaches(comparison.Side{Set: before, Date: on}, comparison.Side{Set: after, Date: on}, reg)
	})
}

// twoSided reports whether there is something to compare: rules or steps.
func twoSided(r *regulation.Regulation) bool { return r.Level > regulation.LevelText }

func comparisonHref(reg string) string { return regulationHref(reg) + "/vergelijk" }

// sidesQuery is the query of the page for these sides.
func sidesQuery(sides [2]view.ComparisonSide) string {
	q := url.Values{}
	for i, name := range []string{"van", "tot"} {
		if s := sides[i]; s.Rules != "" {
			q.Set(name+"-regels", s.Rules)
		}
		if s := sides[i]; !s.Date.IsZero() {
			q.Set(name, s.Date.String())
		}
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// proposalComparison is the page that compares the rules without and with a
// proposal.
func (o *Office) proposalComparison(p *loop.Proposal, reg string, from rule.Date) string {
	sides := [2]view.ComparisonSide{{Date: from}, {Rules: sideProposal + p.ID, Date: from}}
	if _, adopted := o.rules.before[p.ID]; adopted {
		sides[0].Rules = sideBefore + p.ID
	}
	return comparisonHref(reg) + sidesQuery(sides)
}

func (o *Office) comparisonSection(r *comparison.Result, s comparison.Section) view.ComparisonSection {
	out := view.ComparisonSection{ID: parameterSlug(s.Regulation + "-" + s.Article), Where: view.Ref{Text: texts.T("vergelijk.zonder-artikel")}}
	for i := len(r.Sides) - 1; i >= 0; i-- {
		reg, ok := r.Sides[i].Set.Get(s.Regulation)
		if !ok {
			continue
		}
		if s.Regulation != r.ID {
			out.Other = reg.Name
		}
		if a, ok := reg.Article(s.Article); ok {
			out.Where = view.Ref{Text: articleName(a), Href: articleHref(reg.ID, a.ID)}
		}
		break
	}
	for _, d := range s.Differences {
		x := view.ComparisonDifference{Text: d.Text}
		if d.Name != "" { // its values stand beside it
			x.Text = spelling.Capital(d.Name)
		}
		switch {
		case d.Kind == "parameter":
			var values [2]view.ComparisonValue
			for i, p := range d.Values {
				if p != nil {
					values[i] = view.ComparisonValue{Value: written(p.Value, d.Type), Unknown: p.Value.IsEmpty(), Source: p.Source, Note: p.Note, From: p.From, Verified: p.Verified, Example: p.Example}
				}
			}
			x.Values = &values
		case len(d.Lines) > 0:
			for _, l := range d.Lines {
				x.Changes = append(x.Changes, textChange(l))
			}
		case len(d.Details) > 0:
			for _, t := range d.Details {
				x.Details = append(x.Details, spelling.Capital(t))
			}
		case d.Kind == "stap":
			for _, l := range amendment.Differences(d.Before, d.After) {
				x.Changes = append(x.Changes, textChange(l))
			}
		}
		if d.Kind == "regel" {
			x.Whole, x.Open = &[2][]view.RuleLine{}, d.Versions[0] == nil || d.Versions[1] == nil
			for i, ver := range d.Versions {
				if ver == nil {
					continue
				}
				x.Whole[i] = o.lines(s.Regulation, ver)[1:]
				x.Open = x.Open || slices.ContainsFunc(x.Whole[i], func(l view.RuleLine) bool { return l.Table != nil })
			}
		}
		out.Differences = append(out.Differences, x)
	}
	return out
}

func comparisonRow(r *comparison.Result, row *comparison.Row) view.ComparisonRow {
	out := view.ComparisonRow{Name: row.Example.Name}
	for _, reg := range r.Regulation {
		if reg == nil {
			continue
		}
		if a, ok := reg.Article(row.Example.Article); ok {
			out.Article = view.Ref{Text: articleName(a), Href: articleHref(reg.ID, a.ID)}
		}
	}
	names := called(row.Example.Given)
	people := map[string]bool{}
	for _, v := range row.Values {
		people[v.Object] = true
	}
	for _, v := range row.Shown() {
		x := view.ComparisonOutcome{
			Name: v.Label(), Left: v.Text(0), Right: v.Text(1), Difference: v.DifferenceText(),
			Fault: [2]bool{!v.Answers[0].OK(), !v.Answers[1].OK()}, Changed: v.Kind != comparison.Unchanged && v.Kind != comparison.Neither,
		}
		if len(people) > 1 {
			x.Name += ", " + names(v.Object)
		}
		out.Outcomes = append(out.Outcomes, x)
	}
	if why := r.Reasons(row); len(why) > 0 {
		out.Why = view.Ref{Text: why[0].Text(), Href: causeHref(r, why[0])}
		out.Others = comparison.Others(why)
	}
	return out
}

// causeHref leads to the rule or the article of what makes explanations part.
func causeHref(r *comparison.Result, c comparison.Cause) string {
	for i := len(c.Rules) - 1; i >= 0; i-- {
		if ru := c.Rules[i]; ru != nil {
			return articleHref(ru.Regulation, ru.Article) + "#" + parameterSlug(ru.ID)
		}
	}
	if c.Parameter == nil {
		return ""
	}
	for _, s := range r.Words {
		for _, d := range s.Differences {
			if d.Kind == "parameter" && d.ID == c.Parameter.ID && s.Article != "" {
				return articleHref(s.Regulation, s.Article) + "#p-" + parameterSlug(d.ID)
			}
		}
	}
	return ""
}
