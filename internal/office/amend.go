package office

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"

	"lemniscaat/internal/amendment"
	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/spelling"
)

// maxAmending is how many texts are tried out at the same time: each builds the
// rules anew. Who comes later waits.
const maxAmending = 2

// amending is one rule of a proposal under hands: a snapshot, so that nothing
// is locked while it is tried out.
type amending struct {
	in      view.AmendmentInput
	p       *loop.Proposal
	d       draft
	base    *rule.Rule            // as it is in force
	stored  string                // text in the proposal
	values  []regulation.Override // parameters in the proposal
	stand   string
	edit    view.Action
	unmoved request // to be done only while p is as it was

	text   string           // under hands
	next   *rule.Rule       // nil when the text cannot be read
	sheet  *amendment.Sheet // of next, or of what could be read last
	faults []view.TextFault
}

// amend makes the snapshot.
func (o *Office) amend(who string, in view.AmendmentInput) (*amending, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	a := &amending{in: in, p: o.world.Proposal(in.Proposal)}
	if a.p == nil {
		return nil, view.ErrNotFound
	}
	a.unmoved = o.unmoved(a.p)
	var err error
	if a.d, err = o.draftOf(a.p); err != nil {
		return nil, err
	}
	r, ok := a.d.base.Get(a.d.reg)
	if !ok {
		return nil, view.ErrNotFound
	}
	if a.base, ok = a.d.base.Rule(in.Rule); !ok || a.base.Regulation != a.d.reg || a.base.At(a.d.variant.From) == nil {
		return nil, view.ErrNotFound
	}
	me, known := o.person(who)
	a.edit = mayEdit(a.p, me, known)
	if a.edit.Can && !ownRule(r, a.base) {
		a.edit = view.Action{Why: texts.T("regel-niet-eigen")}
	}
	a.stored, a.values = a.d.ruleText(a.base), a.d.variant.Parameters
	a.stand = a.standing()
	return a, nil
}

// standing names what the proposal makes of the rule: its text and the values of
// its parameters. Another edit of the proposal leaves it the same.
func (a *amending) standing() string {
	h := sha256.New()
	h.Write([]byte(a.stored))
	if v := a.base.At(a.d.variant.From); v != nil {
		for _, p := range parametersOf(a.d.base, v) {
			for _, o := range a.d.variant.Parameters {
				if o.ID == p.ID {
					h.Write([]byte("\x00" + o.ID + "\x00" + o.Text))
				}
			}
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// parameterField is the form field of a parameter: its name does not change when
// the sentence does.
func parameterField(id string) string { return "parameter:" + id }

// work reads the text under hands and does what was filled in. What cannot be
// is a fault; the text then stays as it was.
func (a *amending) work() {
	a.text = cmp.Or(a.in.Text, a.stored)
	a.text = strings.ReplaceAll(a.text, "\r\n", "\n")
	if !a.read(a.text, nil) || a.in.Plain {
		return
	}
	c := amendment.Change{Values: a.in.Values}
	if !a.apply(c) {
		return
	}
	c = amendment.Change{Remove: a.in.Remove}
	if a.sheet.Table != nil && a.in.Add == a.sheet.Table.Next.ID {
		c.Add = a.in.Add
	} else if a.in.Add != "" && a.in.With != "" {
		all := amendment.Candidates(a.d.base.Model, a.next, a.sheet)
		if i := slices.IndexFunc(all, func(x amendment.Candidate) bool { return x.ID == a.in.With }); i >= 0 {
			c.Add, c.With = a.in.Add, all[i]
		}
	}
	if c.Remove != "" || c.Add != "" {
		a.apply(c)
	}
	for field, value := range a.in.Values {
		id, ok := strings.CutPrefix(field, "parameter:")
		if !ok {
			continue
		}
		var no *view.Refusal
		if err := a.d.setParameter(id, value); errors.As(err, &no) {
			a.faults = append(a.faults, view.TextFault{Error: true, Code: no.Code, Text: strings.TrimRight(no.Text, "."), Hint: no.Hint, Field: field})
		}
	}
	slices.SortStableFunc(a.faults, func(x, y view.TextFault) int { return cmp.Compare(x.Field, y.Field) })
}

// apply does one change on the sheet and reads what comes of it.
func (a *amending) apply(c amendment.Change) bool {
	res, faults := a.sheet.Apply(c)
	for _, f := range faults {
		a.faults = append(a.faults, view.TextFault{Error: true, Code: "waarde", Text: strings.TrimRight(f.Message, "."), Field: f.Place})
	}
	if len(faults) > 0 {
		return false
	}
	return res.Text == a.sheet.Text || a.read(res.Text, &res)
}

// read makes a text the one under hands, when it can be read. A text that came
// of a sheet is put back when it cannot.
func (a *amending) read(text string, from *amendment.Result) bool {
	next, ds := amendment.Read(a.d.base.Model, a.base, text)
	for _, d := range ds {
		f := view.TextFault{Error: d.Severity == rule.Error, Code: d.Code, Line: d.Pos.Line, Column: d.Pos.Column, Text: spelling.Capital(d.Message), Hint: spelling.Capital(d.Hint)}
		if from != nil {
			f.Field = from.At(d.Pos)
		}
		a.faults = append(a.faults, f)
	}
	if next == nil {
		return false
	}
	sheet, ok := amendment.Open(a.d.base.Model, next, a.d.variant.From)
	if !ok {
		a.faults = append(a.faults, view.TextFault{Error: true, Code: "geldigheid", Line: 1, Column: 1,
			Text: texts.T("regel-geldt-niet", "datum", dutch(a.d.variant.From)), Hint: texts.T("regel-geldt-niet-hint")})
		return false
	}
	a.next, a.sheet = next, sheet
	if a.text = sheet.Text; a.in.Plain {
		a.text = text // as it was typed
	}
	return true
}

// failed reports whether something is wrong.
func (a *amending) failed() bool {
	return slices.ContainsFunc(a.faults, func(f view.TextFault) bool { return f.Error })
}

// Amendment shows a rule of a proposal as a form or as text, and what the text
// under hands does. It keeps nothing.
func (o *Office) Amendment(ctx context.Context, who string, in view.AmendmentInput) (view.AmendmentView, error) {
	a, err := o.amend(who, in)
	if err != nil {
		return view.AmendmentView{}, err
	}
	if err := o.trying.enter(ctx); err != nil {
		return view.AmendmentView{}, err
	}
	defer o.trying.leave()
	if !a.edit.Can {
		a.in = view.AmendmentInput{Proposal: in.Proposal, Rule: in.Rule}
	}
	a.work()
	v := view.AmendmentView{
		Proposal: view.Ref{Text: a.p.Title, Href: proposalHref(a.p.ID)}, ID: a.p.ID, Rule: a.base.ID, Name: a.base.Name,
		From: a.d.variant.From, Edit: a.edit, Plain: in.Plain, Text: a.text, Stand: cmp.Or(in.Stand, a.stand),
	}
	if r, ok := a.d.base.Get(a.d.reg); ok {
		if art, ok := r.Article(a.base.Article); ok {
			v.Source = view.Ref{Text: articleName(art), Href: articleHref(r.ID, art.ID) + "#" + parameterSlug(a.base.ID)}
		}
	}
	if v.Effect, err = a.effect(ctx); err != nil {
		return v, err
	}
	if v.Plain = v.Plain || in.ToPlain && !a.failed() || a.sheet == nil; a.sheet != nil {
		v.Lines = a.lines()
	}
	o.mu.RLock()
	defer o.mu.RUnlock()
	if a.next != nil {
		v.Effect.Sentence = o.lines(a.d.reg, a.next.At(a.d.variant.From))[1:]
	}
	if v.Stand != a.stand {
		v.Conflict = o.conflict(ctx, a)
	}
	return v, nil
}

// effect tries the text under hands out.
func (a *amending) effect(ctx context.Context) (view.AmendmentEffect, error) {
	e := view.AmendmentEffect{Readable: a.next != nil && !a.failed()}
	if a.next != nil {
		for _, d := range amendment.Differences(amendment.Text(a.base, a.d.variant.From), amendment.Text(a.next, a.d.variant.From)) {
			e.Changes = append(e.Changes, textChange(d))
		}
		old := a.stored
		if was, ds := amendment.Read(a.d.base.Model, a.base, a.stored); ds.Err() == nil {
			old = amendment.Text(was, a.d.variant.From)
		}
		e.Saved = old == amendment.Text(a.next, a.d.variant.From) && sameFields(a.d.variant.Parameters, a.values)
	}
	if e.Readable {
		if err := a.try(ctx, &e); err != nil {
			return e, err
		}
	}
	a.tell(&e)
	if !e.Readable && (a.in.Plain || a.sheet == nil) {
		e.Text = strings.Split(strings.TrimRight(a.text, "\n"), "\n")
	}
	return e, nil
}

// tell gives the faults, the worst and the first of them first.
func (a *amending) tell(e *view.AmendmentEffect) {
	slices.SortStableFunc(a.faults, func(x, y view.TextFault) int {
		if x.Error != y.Error {
			if x.Error {
				return -1
			}
			return 1
		}
		return cmp.Compare(x.Line, y.Line)
	})
	e.Faults = a.faults
}

// lay lays the draft over the rules. The program is nil when they then cannot
// be: that is a fault of the text.
func (a *amending) lay(e *view.AmendmentEffect) (*regulation.Set, *exact.Program, error) {
	d := a.d
	if err := d.setRule(a.base.ID, a.text); err != nil {
		return nil, nil, err
	}
	set := d.base
	if !d.empty() {
		next, ds := d.base.With(d.variant)
		if a.refused(ds, e) {
			return nil, nil, nil
		}
		set = next
	}
	if _, ds := exact.Compile(set.Model); a.refused(ds, e) { // also what meets in other scopes
		return nil, nil, nil
	}
	program, ds := set.Program(d.reg)
	if a.refused(ds, e) {
		return nil, nil, nil
	}
	return set, program, nil
}

// try lays the draft over the rules, says what changes and runs the worked
// examples.
func (a *amending) try(ctx context.Context, e *view.AmendmentEffect) error {
	set, program, err := a.lay(e)
	if err != nil || program == nil {
		return err
	}
	d := a.d
	_, wasTable := a.base.At(d.variant.From).Action.(*rule.Table)
	_, isTable := a.next.At(d.variant.From).Action.(*rule.Table)
	for _, c := range regulation.Diff(d.base, set) {
		if c.Kind == "regel" && c.ID == a.base.ID && (wasTable || isTable) {
			e.Changes = nil // cell by cell, not line by line
			for _, s := range c.Details {
				e.Changes = append(e.Changes, view.TextChange{After: []view.ChangedWords{{Text: spelling.Capital(s)}}})
			}
		}
		if v := a.base.At(d.variant.From); c.Kind == "parameter" && v != nil &&
			slices.ContainsFunc(parametersOf(d.base, v), func(p *rule.Parameter) bool { return p.ID == c.ID }) {
			e.Changes = append(e.Changes, view.TextChange{After: []view.ChangedWords{{Text: c.Text}}})
		}
	}
	r, ok := set.Get(d.reg)
	if !ok || len(r.Outcomes) == 0 {
		return nil
	}
	old, ds := d.base.Program(d.reg)
	if ds.Err() != nil {
		return ds.Err()
	}
	for _, x := range r.Examples() {
		if err := ctx.Err(); err != nil {
			return err
		}
		e.All++
		before, after := outcomes(old, r, x, d.variant.From), outcomes(program, r, x, d.variant.From)
		if before != after {
			e.Examples = append(e.Examples, view.OutcomeChange{Name: x.Name, Before: before, After: after, Fault: strings.Contains(after, texts.T("uitkomst-fout"))})
		}
	}
	e.Tried = true
	return nil
}

// refused puts what is wrong with the rules as a whole (a circle, two rules for
// one value) beside the faults of the text.
func (a *amending) refused(ds rule.Diagnostics, e *view.AmendmentEffect) bool {
	no := false
	for _, d := range ds {
		if d.Severity == rule.Error {
			no, e.Readable = true, false
			a.faults = append(a.faults, view.TextFault{Error: true, Code: d.Code, Line: 1, Column: 1, Text: spelling.Capital(d.Message), Hint: spelling.Capital(d.Hint)})
		}
	}
	return no
}

func textChange(d amendment.Difference) view.TextChange {
	side := func(ps []amendment.Piece) []view.ChangedWords {
		var out []view.ChangedWords
		for _, p := range ps {
			out = append(out, view.ChangedWords{Text: p.Text, Changed: p.Changed})
		}
		return out
	}
	return view.TextChange{Before: side(d.Before), After: side(d.After)}
}

// conflict shows what somebody else made of the rule while it was under hands.
func (o *Office) conflict(ctx context.Context, a *amending) *view.AmendmentConflict {
	c := &view.AmendmentConflict{Stand: a.stand}
	for _, m := range slices.Backward(a.p.History) {
		if m.Type == (&loop.ContentEdited{}).Type() {
			c.By, c.At = o.name(ctx, m.By), m.At
			break
		}
	}
	theirs, ds := amendment.Read(a.d.base.Model, a.base, a.stored)
	if ds.Err() != nil {
		return c
	}
	if v := theirs.At(a.d.variant.From); v != nil {
		c.Lines = o.lines(a.d.reg, v)[1:]
	}
	if a.next != nil {
		for _, d := range amendment.Differences(amendment.Text(theirs, a.d.variant.From), amendment.Text(a.next, a.d.variant.From)) {
			c.Changes = append(c.Changes, textChange(d))
		}
	}
	return c
}

// lines lays the sheet out in lines with fields.
func (a *amending) lines() []view.EditLine {
	s := a.sheet
	var out []view.EditLine
	candidates := amendment.Candidates(a.d.base.Model, a.next, s)
	if s.Table != nil {
		out = append(out, view.EditLine{Table: a.table()})
	}
	base := -1
	for l := range s.Lines() {
		if base < 0 {
			base = l.Depth
		}
		line := view.EditLine{Depth: max(0, l.Depth-base), Bullet: l.Bullet}
		for _, part := range l.Parts {
			if part.Place == nil {
				line.Parts = append(line.Parts, view.EditPart{Text: part.Text})
			} else if f := a.field(part.Place); f != nil {
				line.Parts = append(line.Parts, view.EditPart{Text: part.Text, Field: f})
			}
		}
		if l.Item != nil {
			line.Remove, line.About = l.Item.ID, l.Item.Text
		}
		for _, x := range l.Lists {
			add := view.EditAdd{ID: x.ID, Inner: !x.Root}
			for _, c := range candidates {
				add.Options = append(add.Options, view.Option{Value: c.ID, Label: c.Label})
			}
			line.Adds = append(line.Adds, add)
		}
		out = append(out, line)
	}
	return out
}

// table lays the cells of a beslistabel out.
func (a *amending) table() *view.EditTable {
	g := a.sheet.Table
	t := &view.EditTable{Head: g.Head, Add: g.Next.ID}
	for _, r := range g.Rows {
		var row view.EditRow
		for _, p := range r.Cells {
			row.Cells = append(row.Cells, view.EditPart{Field: a.field(p)})
		}
		if r.Item != nil {
			row.Remove, row.About = r.Item.ID, r.Item.Text
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// field gives the form field of a place; nil for a value that this regulation
// does not set.
func (a *amending) field(p *amendment.Place) *view.EditField {
	if p.Kind != amendment.Parameter {
		f := &view.EditField{
			Name: p.ID, Value: a.sheet.Now(p), Options: p.Options, Suggest: p.Suggest,
			Label: texts.T("plaats."+string(p.Kind), "zin", p.About),
		}
		if len(p.Options) == 0 {
			f.Hint = spelling.Capital(p.Accepts()) + "."
		}
		return f
	}
	r, ok := a.d.base.Get(a.d.reg)
	if !ok || !strings.HasPrefix(p.Parameter.ID, a.d.reg+".") || !ownParameter(a.d.base, r, p.Parameter) {
		return nil
	}
	f := &view.EditField{
		Name: parameterField(p.Parameter.ID), Label: texts.T("plaats.parameter", "zin", p.Parameter.Name),
		Hint: spelling.Capital(notation.Accepts(p.Type)) + ".", Numeric: true,
	}
	if now, ok := p.Parameter.At(a.d.variant.From); ok {
		f.Now = written(now.Value, p.Type)
	}
	f.Value = f.Now
	for _, o := range a.d.variant.Parameters {
		if o.ID == p.Parameter.ID {
			f.Value = o.Text
		}
	}
	return f
}

// SaveAmendment keeps the text under hands, with what was filled in, in the
// proposal. When somebody else saved the rule in the meantime it is refused.
func (o *Office) SaveAmendment(ctx context.Context, who string, in view.AmendmentInput) error {
	o.editing.Lock()
	defer o.editing.Unlock()
	return redo(func() error { return o.saveAmendment(ctx, who, in) })
}

func (o *Office) saveAmendment(ctx context.Context, who string, in view.AmendmentInput) error {
	a, err := o.amend(who, in)
	if err != nil {
		return err
	}
	if !a.edit.Can {
		return refuse("wijzigen-kan-niet", a.edit.Why, "")
	}
	if in.Stand != "" && in.Stand != a.stand {
		return refuse("inmiddels-veranderd", texts.T("regel-inmiddels"), texts.T("regel-inmiddels-hint"))
	}
	a.work()
	if !a.failed() {
		if _, _, err := a.lay(new(view.AmendmentEffect)); err != nil {
			return err
		}
	}
	if a.failed() {
		return refusedText(a.faults)
	}
	if err := a.d.setRule(a.base.ID, a.text); err != nil {
		return err
	}
	c, err := a.d.content()
	if err != nil {
		return err
	}
	_, err = o.doOnce(ctx, who, loop.EditContent{Proposal: in.Proposal, Content: c}, a.unmoved)
	return err
}

// refusedText says which faults keep a text from being saved.
func refusedText(faults []view.TextFault) error {
	no := &view.Refusal{Code: "tekst-onleesbaar", Text: texts.T("regel-onleesbaar"), Hint: texts.T("regel-onleesbaar-hint")}
	for _, f := range faults {
		if f.Error {
			no.Fields = append(no.Fields, view.FieldError{Field: f.Place(), Text: f.Text + "."})
		}
	}
	return no
}

// CheckText says what is wrong with a text in the place of a rule, and only
// that: it is asked while somebody types.
func (o *Office) CheckText(ctx context.Context, who string, in view.AmendmentInput) (view.AmendmentEffect, error) {
	in.Plain = true
	a, err := o.amend(who, in)
	if err != nil {
		return view.AmendmentEffect{}, err
	}
	if !a.edit.Can {
		return view.AmendmentEffect{}, refuse("wijzigen-kan-niet", a.edit.Why, "")
	}
	if err := o.trying.enter(ctx); err != nil {
		return view.AmendmentEffect{}, err
	}
	defer o.trying.leave()
	a.work()
	e := view.AmendmentEffect{Readable: a.next != nil && !a.failed()}
	if e.Readable {
		if _, _, err := a.lay(&e); err != nil {
			return e, err
		}
	}
	a.tell(&e)
	return e, nil
}

// gate lets a few through at the same time.
type gate chan struct{}

func (g gate) enter(ctx context.Context) error {
	select {
	case g <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (g gate) leave() { <-g }
