package office

import (
	"cmp"
	"context"
	"fmt"
	"math/big"
	"slices"

	"lemniscaat/internal/check"
	"lemniscaat/internal/doability"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// The questionnaires that a proposal needs. Their content is computed here and
// confirmed or overruled by people.
const (
	doabilityTest = "doenvermogen"
	executionTest = "uitvoeringstoets"
	testEdition   = "1"
)

// tests remembers findings by content: they are asked on every page and depend
// on nothing else.
type tests struct{ kept[testKey, tested] }

type testKey struct {
	set regulation.SetDigest
	reg string
	on  rule.Date
}

type tested struct {
	findings []doability.Finding
	err      error
}

// cliffLoss is the loss in euros per year from which one step is a cliff.
const cliffLoss = 100

// maxTested bounds the memory: a proposal gives a new content with every edit.
const maxTested = 200

func (t *tests) find(set *regulation.Set, reg string, on rule.Date) ([]doability.Finding, error) {
	x := t.get(maxTested, testKey{set.Digest(), reg, on}, func() tested { return test(set, reg, on) })
	return x.findings, x.err
}

func test(set *regulation.Set, reg string, on rule.Date) tested {
	r, ok := set.Get(reg)
	if !ok {
		return tested{err: view.ErrNotFound}
	}
	var cliffs []*check.Cliff
	var rules []check.Finding
	if r.Level == regulation.LevelRules {
		if _, ds := set.Program(reg); ds.Err() != nil {
			return tested{err: ds.Err()}
		}
		cliffs = check.Cliffs(set, check.Options{Date: on, Loss: big.NewRat(cliffLoss, 1), Regulations: []string{reg}})
		rules = check.Rules(set, check.Options{Date: on, Regulations: []string{reg}})
	}
	return tested{findings: append(doability.Findings(r, on, cliffs), doability.Rules(r, rules)...)}
}

// warm looks for findings in the background, so that the first page does not
// wait for it.
func (o *Office) warm() {
	o.mu.RLock()
	set, today := o.rules.set, o.today()
	o.mu.RUnlock()
	for _, r := range set.Regulations {
		if o.life.Err() != nil {
			return
		}
		if _, err := o.tests.find(set, r.ID, today); err != nil {
			o.Log.Warn("bevindingen", "regeling", r.ID, "fout", err)
		}
	}
}

// stepFindings gives the findings on one step today.
func (o *Office) stepFindings(r *regulation.Regulation, id string) []doability.Finding {
	fs, err := o.tests.find(o.rules.set, r.ID, o.today())
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(fs), func(f doability.Finding) bool { return f.Step != id })
}

// severity says how bad the worst cliff on a place is, or "".
func (o *Office) severity(a loop.Anchor) string {
	fs, err := o.tests.find(o.rules.set, a.Regulation, o.today())
	if err != nil {
		return ""
	}
	var worst *big.Rat
	for _, f := range fs {
		if f.Kind == doability.Cliff && (a.Article == "" || f.Article == a.Article) && (worst == nil || f.Magnitude.Cmp(worst) > 0) {
			worst = f.Magnitude
		}
	}
	if worst == nil {
		return ""
	}
	c, _ := centsOf(worst)
	return "verlies tot " + texts.Euro(int64(c)) + " per huishouden"
}

// compare gives the findings of a draft beside those of the rules in force,
// both on the first day of the draft.
func (o *Office) compare(d draft) (doability.Comparison, error) {
	before, err := o.tests.find(d.base, d.reg, d.variant.From)
	if err != nil {
		return doability.Comparison{}, err
	}
	after, err := o.tests.find(d.set, d.reg, d.variant.From)
	if err != nil {
		return doability.Comparison{}, err
	}
	return doability.Compare(before, after), nil
}

// loopFindings gives findings as the loop records them.
func loopFindings(c doability.Comparison) []loop.Finding {
	var out []loop.Finding
	add := func(f doability.Finding, before *big.Rat) {
		x := loop.Finding{
			Key: f.Key, Anchor: loop.Anchor{Regulation: f.Regulation, Article: f.Article, Rule: f.Rule, Step: f.Step},
			Weighty: f.Weighty, Text: f.Text, Magnitude: loopNumber(f.Magnitude),
		}
		if x.Anchor.Step != "" {
			x.Anchor.Rule = ""
		}
		if before != nil {
			x.Before = loopNumber(before)
		}
		out = append(out, x)
	}
	for _, ch := range c.New {
		add(ch.Finding, nil)
	}
	for _, ch := range c.Worsened {
		if ch.Magnitude.Cmp(ch.Before) <= 0 {
			// It became weighty: to the loop that is a new finding.
			add(ch.Finding, nil)
			continue
		}
		add(ch.Finding, ch.Before)
	}
	for _, list := range [][]doability.Change{c.Same, c.Better} {
		for _, ch := range list {
			add(ch.Finding, ch.Before)
		}
	}
	return out
}

// loopNumber writes a magnitude with at most two decimals, rounded up: the loop
// compares decimals.
func loopNumber(r *big.Rat) loop.Number {
	if _, exact := r.FloatPrec(); exact {
		if n := loop.Number(rule.Decimal(r)); n.Valid() {
			return n
		}
	}
	return loop.Number(r.FloatString(2))
}

// item is one answer of an assessment: computed, or left to people.
type item struct {
	id, computed string
	options      []string
	unit         string
}

func (o *Office) doabilityItems(d draft) ([]item, error) {
	r, ok := d.set.Get(d.reg)
	if !ok {
		return nil, view.ErrNotFound
	}
	ps := doability.Profiles(r, d.variant.From)
	proofs, known, minutes := 0, 0, 0
	for _, p := range ps {
		minutes += p.Minutes
		for _, e := range p.Evidence {
			proofs++
			if e.Register != "" {
				known++
			}
		}
	}
	return []item{
		{id: "handelingen", computed: fmt.Sprint(len(ps))},
		{id: "bewijzen", computed: fmt.Sprint(proofs)},
		{id: "bekend", computed: fmt.Sprint(known)},
		{id: "minuten", computed: fmt.Sprint(minutes), unit: "minuten"},
		{id: "getest", options: []string{"nee", "ja, met inwoners"}},
	}, nil
}

func (o *Office) executionItems(p *loop.Proposal, d draft) ([]item, error) {
	r, ok := d.set.Get(d.reg)
	if !ok {
		return nil, view.ErrNotFound
	}
	program, ds := d.set.Program(d.reg)
	if err := ds.Err(); err != nil {
		return nil, err
	}
	x := doability.Prefill(r, program, d.variant.From, doability.Volume{})
	items := []item{
		{id: "minuten-zaak", computed: fmt.Sprint(x.MinutesNew), unit: "minuten"},
		{id: "oordelen", computed: fmt.Sprint(len(x.Judgements))},
		{id: "bewijzen", computed: fmt.Sprint(x.Proofs)},
	}
	if s := p.Simulation; s.Run != "" && s.Content == p.Content.Digest {
		items = append(items, item{id: "zaken", computed: string(s.Numbers["zaken"])}, item{id: "uren", computed: string(s.Numbers["uren"]), unit: "uur per jaar"})
	}
	impact := []string{"beperkt", "middelgroot", "ingrijpend"}
	return append(items,
		item{id: "contact", options: impact}, item{id: "systemen", options: impact}, item{id: "fraude", options: impact},
	), nil
}

// verdicts of an assessment; the last one is a no.
var verdicts = map[string][]string{
	doabilityTest: {"haalbaar", "haalbaar-met-hulp", "niet-haalbaar"},
	executionTest: {"uitvoerbaar", "uitvoerbaar-onder-voorwaarden", "niet-uitvoerbaar"},
}

func (o *Office) items(test string, p *loop.Proposal, d draft) ([]item, error) {
	switch test {
	case doabilityTest:
		return o.doabilityItems(d)
	case executionTest:
		return o.executionItems(p, d)
	}
	return nil, view.ErrNotFound
}

// mayConfirm says whether somebody may confirm an assessment: the execution
// test is of execution alone.
func mayConfirm(test string, p *loop.Proposal, me Person) view.Action {
	switch {
	case !p.State.Editable():
		return view.Action{}
	case mandates[me.Corner] == "":
		return view.Action{Why: "Een toets bevestigt wie van beleid of van uitvoering is."}
	case test == executionTest && me.Corner != loop.Opdrachtnemer:
		return view.Action{Why: "De uitvoeringstoets bevestigt de uitvoering zelf."}
	}
	return view.Action{Can: true}
}

// assessments gives the tests of a proposal and its findings.
func (o *Office) assessments(p *loop.Proposal, d draft, me Person) ([]view.AssessmentView, []view.FindingRow, error) {
	if d.empty() {
		return nil, nil, nil
	}
	var out []view.AssessmentView
	for _, test := range []string{doabilityTest, executionTest} {
		v := view.AssessmentView{
			ID: test, Name: texts.T("toets." + test + ".naam"), Note: texts.T("toets." + test + ".naar"),
			State: view.AssessmentOpen, Confirm: mayConfirm(test, p, me),
		}
		var done *loop.Assessment
		for k := range p.Assessments {
			if p.Assessments[k].Questionnaire == test {
				done = &p.Assessments[k]
			}
		}
		answers := map[string]string{}
		if done != nil {
			v.State, v.By, v.Verdict = view.AssessmentDone, o.name(done.By), done.Verdict
			if done.Content != p.Content.Digest {
				v.State = view.AssessmentStale
			}
			answers = done.Answers
		}
		items, err := o.items(test, p, d)
		if err != nil {
			return nil, nil, err
		}
		for _, it := range items {
			x := view.AssessmentItem{
				ID: it.id, Label: texts.T("toets." + test + "." + it.id), Computed: it.computed, Unit: it.unit,
				Answer: answers[it.id], Why: answers["want-"+it.id],
			}
			if v.State == view.AssessmentStale && it.computed != "" && x.Why == "" {
				x.Answer = "" // a computed answer of another content says nothing
			}
			for _, opt := range it.options {
				x.Options = append(x.Options, view.Option{Value: opt, Label: opt})
			}
			v.Items = append(v.Items, x)
		}
		for _, opt := range verdicts[test] {
			v.Verdicts = append(v.Verdicts, view.Option{Value: opt, Label: texts.T("oordeel." + opt)})
		}
		out = append(out, v)
	}
	findings, err := o.findingRows(p, d, me)
	return out, findings, err
}

func (o *Office) findingRows(p *loop.Proposal, d draft, me Person) ([]view.FindingRow, error) {
	c, err := o.compare(d)
	if err != nil {
		return nil, err
	}
	var out []view.FindingRow
	add := func(f doability.Finding, change view.FindingChange) {
		row := view.FindingRow{ID: f.Key, Text: f.Text, Kind: texts.T("bevinding." + string(f.Kind)), Weighty: f.Weighty, Change: change, Explained: f.Explained}
		if a, ok := o.articleOf(d.reg, f.Article); ok {
			row.Anchor = view.Ref{Text: articleName(a), Href: articleHref(d.reg, a.ID)}
		}
		for _, x := range p.Accepted {
			if x.Finding == f.Key && x.Content == p.Content.Digest {
				row.Accepted = append(row.Accepted, string(x.Mandate))
				row.Why = x.Why.Words
			}
		}
		m := mandates[me.Corner]
		if recorded := o.recorded(p, f.Key); f.Weighty && change == view.FindingExisting && recorded && m != "" && p.State.Editable() && !accepted(p, f.Key, m) {
			row.Accept.Can = true
		} else if f.Weighty && change == view.FindingExisting && !recorded {
			row.Accept.Why = "Aanvaarden kan als de doenvermogentoets is bevestigd."
		}
		out = append(out, row)
	}
	for _, ch := range c.New {
		add(ch.Finding, view.FindingNew)
	}
	for _, ch := range c.Worsened {
		add(ch.Finding, view.FindingWorse)
	}
	for _, ch := range c.Same {
		add(ch.Finding, view.FindingExisting)
	}
	for _, ch := range c.Better {
		add(ch.Finding, view.FindingBetter)
	}
	for _, f := range c.Gone {
		add(f, view.FindingGone)
	}
	// What has to be accepted is what the loop says: better is not gone.
	for k := range out {
		if out[k].Change == view.FindingBetter && out[k].Weighty && !accepted(p, out[k].ID, mandates[me.Corner]) &&
			mandates[me.Corner] != "" && p.State.Editable() && o.recorded(p, out[k].ID) {
			out[k].Accept.Can = true
		}
	}
	slices.SortStableFunc(out, func(a, b view.FindingRow) int { return cmp.Compare(findingOrder(a), findingOrder(b)) })
	return out, nil
}

// findingOrder puts what stops a decision on top and what is gone at the end.
func findingOrder(f view.FindingRow) int {
	n := slices.Index([]view.FindingChange{view.FindingNew, view.FindingWorse, view.FindingExisting, view.FindingBetter, view.FindingGone}, f.Change)
	if !f.Weighty && f.Change != view.FindingGone {
		n += 3
	}
	return n
}

// recorded reports whether a finding is part of an assessment on the content of
// now.
func (o *Office) recorded(p *loop.Proposal, key string) bool {
	for _, a := range p.Assessments {
		if a.Content == p.Content.Digest && slices.ContainsFunc(a.Findings, func(f loop.Finding) bool { return f.Key == key }) {
			return true
		}
	}
	return false
}

// ConfirmAssessment records a test on the content of now. An answer that
// differs from what was computed needs a reason; an answer that was not given
// is the computed one.
func (o *Office) ConfirmAssessment(ctx context.Context, who string, in view.AssessmentInput) error {
	for k, w := range in.Why {
		if err := refusePersonal("want-"+k, w); err != nil {
			return err
		}
	}
	me, _ := o.person(who)
	o.mu.RLock()
	a, err := o.assessment(in, me)
	o.mu.RUnlock()
	if err != nil {
		return err
	}
	return o.do(ctx, who, loop.RecordAssessment{Proposal: in.Proposal, Assessment: a})
}

func (o *Office) assessment(in view.AssessmentInput, me Person) (loop.Assessment, error) {
	p := o.world.Proposal(in.Proposal)
	if p == nil {
		return loop.Assessment{}, view.ErrNotFound
	}
	if may := mayConfirm(in.Assessment, p, me); !may.Can && may.Why != "" {
		return loop.Assessment{}, refuse("rol-onjuist", may.Why, "Vraag het een collega.")
	}
	d, err := o.draftOf(p)
	if err != nil {
		return loop.Assessment{}, err
	}
	if d.empty() {
		return loop.Assessment{}, refuse("inhoud-ontbreekt", "Er is nog niets om te toetsen.", "Verander eerst iets in de regel of in een stap.")
	}
	items, err := o.items(in.Assessment, p, d)
	if err != nil {
		return loop.Assessment{}, err
	}
	a := loop.Assessment{Questionnaire: in.Assessment, Edition: testEdition, Content: p.Content.Digest, Answers: map[string]string{}, Verdict: in.Verdict}
	for _, it := range items {
		answer := cmp.Or(in.Answers[it.id], it.computed)
		switch {
		case it.computed != "" && answer != it.computed && in.Why[it.id] == "":
			return a, refuse("reden-ontbreekt", "Uw antwoord wijkt af van wat is berekend ("+it.computed+"). Zeg waarom.", "Vul een reden in, of neem het berekende antwoord over.",
				view.FieldError{Field: "want-" + it.id, Text: "Zeg waarom uw antwoord anders is."})
		case len(it.options) > 0 && answer != "" && !slices.Contains(it.options, answer):
			return a, refuse("antwoord-onbekend", "Dit antwoord staat niet in de lijst.", "Kies een antwoord uit de lijst.",
				view.FieldError{Field: "antwoord-" + it.id, Text: "Kies een antwoord uit de lijst."})
		}
		if answer != "" {
			a.Answers[it.id] = answer
		}
		if w := in.Why[it.id]; w != "" && answer != it.computed {
			a.Answers["want-"+it.id] = w
		}
	}
	if !slices.Contains(verdicts[in.Assessment], in.Verdict) {
		return a, refuse("oordeel-ontbreekt", "Het oordeel ontbreekt.", "Kies een oordeel.", view.FieldError{Field: "oordeel", Text: "Kies een oordeel."})
	}
	if in.Assessment == doabilityTest {
		c, err := o.compare(d)
		if err != nil {
			return a, err
		}
		a.Findings = loopFindings(c)
	}
	// A no of those who have to do it stops the decision.
	if v := verdicts[in.Assessment]; in.Verdict == v[len(v)-1] {
		a.Findings = append(a.Findings, loop.Finding{
			Key: d.reg + "/" + in.Assessment + "/" + in.Verdict, Anchor: loop.Anchor{Regulation: d.reg}, Weighty: true,
			Text: texts.T("oordeel-nee." + in.Assessment), Magnitude: "1",
		})
	}
	return a, nil
}
