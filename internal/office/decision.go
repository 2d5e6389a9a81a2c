package office

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"lemniscaat/internal/dossier"
	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/explain"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/spelling"
)

// found is a case of the case system.
type found struct {
	demoCase
	pseudonym string
}

// caseFor gives a case by its value in the list ("regeling/zaak"), or by its
// pseudonym.
func (o *Office) caseFor(id string) (found, bool) {
	if o.Demo == nil {
		return found{}, false
	}
	for _, c := range o.Demo.Cases {
		if p := o.pseudonym(c.ID); id == c.Regulation+"/"+c.ID || id == p {
			return found{c, p}, true
		}
	}
	return found{}, false
}

// result is one case under the rules of a date.
type result struct {
	regulation *regulation.Regulation
	outcome    regulation.Outcome
	attribute  *rule.Attribute
	file       *dossier.File
	explained  *explain.Explanation // its Error says why there is no value
	cents      int64                // a year, or once
}

// evaluate computes a case and explains it. The rules are those of the set;
// the date says which versions hold.
func evaluate(set *regulation.Set, c demoCase, on rule.Date) (result, error) {
	r, ok := set.Get(c.Regulation)
	if !ok || len(r.Outcomes) == 0 {
		return result{}, view.ErrNotFound
	}
	program, ds := set.Program(r.ID)
	if err := ds.Err(); err != nil {
		return result{}, fmt.Errorf("regels van %s: %w", r.ID, err)
	}
	f, ds := dossier.Read(c.ID+".yaml", []byte(c.File), set.Model)
	if err := ds.Err(); err != nil {
		return result{}, fmt.Errorf("zaak %s: %w", c.ID, err)
	}
	res := result{regulation: r, outcome: r.Outcomes[0], file: f}
	res.attribute = program.Attribute(res.outcome.Attribute)
	who := f.Applicants()
	if len(who) == 0 || res.attribute == nil {
		return result{}, fmt.Errorf("zaak %s: er is geen aanvrager", c.ID)
	}
	ec, ds := f.Case(program, on)
	if err := ds.Err(); err != nil {
		return result{}, fmt.Errorf("zaak %s: %w", c.ID, err)
	}
	ctx := explain.Context{Label: res.outcome.Label, Period: res.outcome.Period, Says: res.outcome.Says}
	for _, a := range append(slices.Clone(f.Assumptions), r.Assumptions...) {
		ctx.Assumptions = append(ctx.Assumptions, a.Text)
	}
	res.explained = explain.Explain(ec, who[0], res.attribute, ctx)
	if res.explained.Error != nil {
		return res, nil
	}
	v, err := ec.Value(who[0], res.attribute)
	if err != nil {
		return result{}, fmt.Errorf("zaak %s: %w", c.ID, err)
	}
	if v.Num != nil {
		c, _ := centsOf(v.Num)
		res.cents = int64(c)
	}
	return res, nil
}

// loss gives what the strict rule costs this household: what it would have had
// with the smallest change of one datum.
func (r result) loss() int64 {
	if r.cents > 0 || r.explained == nil {
		return 0
	}
	best := int64(0)
	for _, w := range r.explained.WhyNot {
		if n, err := notation.Number(strings.ReplaceAll(w.Result.Exact, ".", ",")); err == nil {
			c, _ := centsOf(n)
			best = max(best, int64(c))
		}
	}
	return best
}

// Decisions lists what was decided, and the cases that can be decided.
func (o *Office) Decisions(_ context.Context, who string) (view.DecisionListView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	v := view.DecisionListView{Today: o.today()}
	ds := o.world.Decisions()
	slices.SortStableFunc(ds, func(a, b *loop.Decision) int { return cmp.Compare(b.History[0].Seq, a.History[0].Seq) })
	for _, d := range ds {
		row := view.DecisionRow{ID: d.ID, Case: d.Case, Regulation: d.Anchor.Regulation, Date: d.Date, Outcome: decisionText(d), Version: o.versionText(d)}
		if r, ok := o.rules.set.Get(d.Anchor.Regulation); ok {
			row.Regulation = r.Name
		}
		if c, ok := o.caseFor(d.Case); ok {
			row.Case = c.Title
		}
		v.Rows = append(v.Rows, row)
	}
	if o.Demo == nil {
		v.Decide.Why = "Zaken komen uit het zaaksysteem. Dat is hier nog niet aangesloten."
		return v, nil
	}
	for _, c := range o.Demo.Cases {
		r, ok := o.rules.set.Get(c.Regulation)
		if ok {
			v.Cases = append(v.Cases, view.Option{Value: c.Regulation + "/" + c.ID, Label: c.Title + " – " + r.Name})
		}
	}
	if _, ok := o.person(who); ok {
		v.Decide.Can = true
	} else {
		v.Decide.Why = "Kies bovenaan als wie u werkt."
	}
	return v, nil
}

func decisionText(d *loop.Decision) string {
	t := d.Outcome
	if d.State == loop.Intended || d.State == loop.Contacted {
		t += " (nog niet besloten)"
	}
	return t
}

// versionText says which rule version a decision names.
func (o *Office) versionText(d *loop.Decision) string {
	if r, ok := o.rules.set.Rule(d.Anchor.Rule); ok {
		if v := r.At(d.Date); v != nil {
			return interval(v)
		}
	}
	return "regels van " + dutch(d.Date)
}

// Decide decides a case under the rules of a date. What burdens somebody waits
// until that person was spoken to.
func (o *Office) Decide(ctx context.Context, who string, in view.DecideInput) (string, error) {
	return o.decideAt(ctx, who, in.Case, in.Date, time.Time{})
}

// decideAt decides at an instant; the zero instant is now.
func (o *Office) decideAt(ctx context.Context, who, zaak string, on rule.Date, at time.Time) (string, error) {
	c, ok := o.caseFor(zaak)
	if !ok {
		return "", refuse("zaak-onbekend", "Deze zaak is er niet.", "Kies een zaak uit de lijst.", view.FieldError{Field: "zaak", Text: "Kies een zaak uit de lijst."})
	}
	if last := o.today().AddYears(1); on.After(last) {
		return "", refuse("datum", "Zo ver vooruit zijn de regels nog niet bekend.", "Kies een dag tot en met "+dutch(last)+".",
			view.FieldError{Field: "datum", Text: "Kies een dag tot en met " + dutch(last) + "."})
	}
	o.mu.RLock()
	set := o.rules.set
	o.mu.RUnlock()
	res, err := evaluate(set, c.demoCase, on)
	if err != nil {
		return "", err
	}
	if p := res.explained.Error; p != nil {
		return "", refuse(p.Code, "Over deze zaak kan niet worden beslist: "+p.Text, p.Asked, view.FieldError{Field: "zaak", Text: "Kies een andere dag of een andere zaak."})
	}
	kind, outcome := loop.Award, "toegekend"
	if res.cents == 0 {
		kind, outcome = loop.Rejected, "afgewezen"
	}
	id := o.NewID("b")
	a := loop.Anchor{Regulation: c.Regulation, Article: c.Article}
	for _, l := range res.explained.Lines {
		// The first rule of the article that the explanation names: that is
		// where a signal about this case belongs.
		if l.Rule != "" && l.Article == c.Regulation+"/"+c.Article {
			a.Rule = l.Rule
			break
		}
	}
	if _, err := o.doAt(ctx, who, loop.IntendDecision{
		ID: id, Case: c.pseudonym, Anchor: a, RuleSet: string(set.Digest()), Date: on, Kind: kind, Outcome: outcome,
		Cents: res.cents, Loss: res.loss(), Synthetic: true,
	}, request{}, at); err != nil {
		return "", err
	}
	o.mu.RLock()
	burdened := o.world.Decision(id).Burdened
	o.mu.RUnlock()
	if burdened {
		return id, nil
	}
	_, err = o.doAt(ctx, who, loop.TakeDecision{Decision: id}, request{}, at)
	return id, err
}

// Decision is the page Beslissing uitgelegd. The explanation is not stored: it
// is computed again from the case and the rules.
func (o *Office) Decision(_ context.Context, who, id string) (view.DecisionView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	d := o.world.Decision(id)
	if d == nil {
		return view.DecisionView{}, view.ErrNotFound
	}
	c, ok := o.caseFor(d.Case)
	if !ok {
		return view.DecisionView{}, view.ErrNotFound
	}
	res, err := evaluate(o.rules.set, c.demoCase, d.Date)
	if err != nil {
		return view.DecisionView{}, err
	}
	x := res.explained
	v := view.DecisionView{
		ID: id, Case: c.Title, Regulation: view.Ref{Text: res.regulation.Name, Href: regulationHref(res.regulation.ID)}, Date: d.Date,
		Version: o.versionText(d), Digest: short(d.RuleSet), Sentence: x.Sentence, Positive: d.Kind == loop.Award, Reasons: otherReasons(x),
		Synthetic: d.Synthetic, Anchor: o.anchorView(d.Anchor, d.Case), Inputs: inputs(res.file),
	}
	for _, w := range x.WhyNot {
		if len(v.WhyNot) < 2 {
			v.WhyNot = append(v.WhyNot, w.Text)
		}
	}
	v.Assumptions = x.Assumptions
	v.Trace = o.trace(x)
	if d.State == loop.Taken || d.State == loop.Objected || d.State == loop.Revised || d.State == loop.Upheld {
		v.Decided = d.History[len(d.History)-1].At
	}
	v.Before = o.before(c.demoCase, d, x)
	p, known := o.person(who)
	v.Wrong.Can = known
	if !known {
		v.Wrong.Why = "Kies bovenaan als wie u werkt."
	}
	for _, k := range d.Contacts {
		v.Contacted = dutch(k.On) + ": niet bereikt. " + k.Note.Words
		if k.Reached {
			v.Contacted = dutch(k.On) + ": gesproken. " + k.Note.Words
		}
	}
	open := d.State == loop.Intended || d.State == loop.Contacted
	if open && known {
		v.Contact.Can = true
	} else if !open {
		v.Contact.Why = "Er is besloten."
	}
	v.Intended = open
	if grounds := groundsAt(res.regulation, d.Anchor.Article); len(grounds) > 0 && d.Kind == loop.Rejected {
		f := &view.DiscretionForm{Mandate: "Uw mandaat is " + texts.Euro(p.Mandate) + " per besluit."}
		if d.Loss > 0 {
			f.Cost = "Strikte toepassing kost dit huishouden " + texts.Euro(d.Loss) + "."
		}
		for _, g := range grounds {
			f.Grounds = append(f.Grounds, view.Option{Value: g.ID, Label: g.Text})
		}
		switch {
		case !known || p.Mandate == 0:
			f.Can.Why = "Maatwerk geeft wie daar mandaat voor heeft."
		case open:
			f.Can.Why = "Bel eerst. Daarna beslist u."
		default:
			f.Can.Can = true
		}
		v.Discretion = f
	}
	for _, g := range d.Given {
		v.Granted = "Maatwerk: " + texts.Euro(g.Cents) + ". " + g.Reason.Words
	}
	return v, nil
}

// otherReasons leaves out what the sentence said already.
func otherReasons(x *explain.Explanation) []string {
	said := strings.ToLower(x.Sentence)
	return slices.DeleteFunc(slices.Clone(x.Reasons), func(r string) bool {
		return strings.Contains(said, strings.ToLower(strings.TrimSuffix(r, ".")))
	})
}

// before tells what the version before the last change would have given.
func (o *Office) before(c demoCase, d *loop.Decision, now *explain.Explanation) *view.DecisionBefore {
	g := o.world.Regulation(d.Anchor.Regulation)
	if g == nil {
		return nil
	}
	for k := len(g.Adoptions) - 1; k >= 0; k-- {
		a := g.Adoptions[k]
		set, ok := o.rules.before[a.Proposal]
		if !ok || d.Date.Before(a.From) {
			continue
		}
		old, err := evaluate(set, c, d.Date)
		if err != nil || old.explained.Error != nil {
			return nil
		}
		return &view.DecisionBefore{Version: "vóór " + dutch(a.From), Sentence: old.explained.Sentence, Same: old.explained.Value == now.Value}
	}
	return nil
}

func (o *Office) trace(x *explain.Explanation) []view.TraceLine {
	var out []view.TraceLine
	for _, l := range x.Lines {
		// The page has a mark for a value of the example municipality.
		text := l.Text
		if l.Example {
			text = strings.TrimSuffix(text, " (voorbeeld)")
		}
		t := view.TraceLine{Depth: l.Depth, Text: text, Input: l.Kind == explain.Input, OK: l.OK, Unverified: l.Unverified, Example: l.Example}
		if l.Calculation != "" {
			t.Text += " " + l.Calculation
		}
		if l.Value != nil {
			t.Value = l.Value.Text
		}
		if l.Rule != "" {
			t.Rule = view.Ref{Text: l.Name, Href: "/regelingen/" + l.Article + "#" + parameterSlug(l.Rule)}
		}
		if len(l.Sources) > 0 {
			s := l.Sources[0]
			t.Source = view.Ref{Text: cmp.Or(s.Text, s.JCI), Href: s.URL}
		}
		out = append(out, t)
	}
	return out
}

// called gives the name of an object of a dossier for who reads about it: what
// somebody is to the applicant when that is known, otherwise its id.
func called(f *dossier.File) func(id string) string {
	names := map[int]string{}
	for _, k := range f.Applicants() {
		names[k] = "aanvrager"
	}
	for _, l := range f.Links {
		if !l.Role.Fact.Reciprocal {
			continue
		}
		if names[l.From] == "aanvrager" && names[l.To] == "" {
			names[l.To] = l.Role.Name
		} else if names[l.To] == "aanvrager" && names[l.From] == "" {
			names[l.From] = l.Role.Name
		}
	}
	many := map[string]int{}
	for _, n := range names {
		many[n]++
	}
	return func(id string) string {
		k := slices.IndexFunc(f.Objects, func(ob dossier.Object) bool { return ob.ID == id })
		if names[k] == "" {
			return id
		}
		if many[names[k]] > 1 {
			return spelling.Capital(names[k]) + " " + id
		}
		return spelling.Capital(names[k])
	}
}

// inputs lists the data that were used, by person: the applicant first.
func inputs(f *dossier.File) []view.Fact {
	names := called(f)
	var out []view.Fact
	for _, ob := range f.Objects {
		name := names(ob.ID)
		for _, val := range ob.Values {
			if val.Attribute.Name == "aanvrager" {
				continue // says the label already
			}
			out = append(out, view.Fact{Name: name + ": " + val.Attribute.Name, Value: explain.Show(val.Datum, val.Attribute.Type).Text, Source: "dossier"})
		}
	}
	return out
}

// NoteContact records that somebody spoke with the citizen. After that the
// decision is taken.
func (o *Office) NoteContact(ctx context.Context, who string, in view.ContactInput) error {
	if err := refusePersonal("tekst", in.Note); err != nil {
		return err
	}
	if err := o.do(ctx, who, loop.NoteContact{Decision: in.Decision, Contact: loop.Contact{
		How: "telefoon", Reached: in.Reached, Note: loop.Words(in.Note),
	}}); err != nil {
		return err
	}
	if !in.Reached {
		return nil
	}
	return o.do(ctx, who, loop.TakeDecision{Decision: in.Decision})
}

// GrantDiscretion gives maatwerk inside the mandate.
func (o *Office) GrantDiscretion(ctx context.Context, who string, in view.DiscretionInput) error {
	if err := refusePersonal("reden", in.Reason); err != nil {
		return err
	}
	p, _ := o.person(who)
	o.mu.RLock()
	d := o.world.Decision(in.Decision)
	o.mu.RUnlock()
	if d == nil {
		return view.ErrNotFound
	}
	cents := int64(0)
	if in.Amount != "" {
		v, err := notation.Parse(in.Amount, rule.Type{Kind: rule.Amount, Unit: "€"})
		if err != nil || v.IsEmpty() || v.Num.Sign() < 0 {
			return refuse("bedrag", "Dit is geen bedrag: "+in.Amount+".", "Schrijf bijvoorbeeld 560 of 560,50.",
				view.FieldError{Field: "bedrag", Text: "Schrijf een bedrag, bijvoorbeeld 560 of 560,50."})
		}
		c, ok := centsOf(v.Num)
		if !ok {
			return refuse("bedrag", "Een bedrag heeft ten hoogste twee cijfers achter de komma.", "Schrijf bijvoorbeeld 560,50.",
				view.FieldError{Field: "bedrag", Text: "Ten hoogste twee cijfers achter de komma."})
		}
		cents = int64(c)
	}
	return o.do(ctx, who, loop.GiveDiscretion{
		Decision: in.Decision, Limit: p.Mandate, SignalID: o.NewID("s"), IssueID: o.NewID("k"),
		Discretion: loop.Discretion{Ground: in.Ground, Anchor: d.Anchor, Cents: cents, Reason: loop.Words(in.Reason)},
	})
}
