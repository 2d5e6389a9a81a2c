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

// Tests remembers findings by content: they are asked on every page and depend
// on nothing else. The zero value is empty.
type Tests struct {
	kept[testKey, tested]
	// What takes the time depends on the rules alone: a proposal that only changes
	// steps does not wait for it.
	ruled kept[ruledKey, ruled]
}

// ruledKey names rules by their model: variants that leave the rules as they are
// share it.
type ruledKey struct {
	model *rule.Model
	reg   string
	on    rule.Date
}

type ruled struct {
	cliffs []*check.Cliff
	rules  []check.Finding
}

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

func (t *Tests) find(set *regulation.Set, reg string, on rule.Date) ([]doability.Finding, error) {
	x := t.get(maxTested, testKey{set.Digest(), reg, on}, func() tested { return t.test(set, reg, on) })
	return x.findings, x.err
}

// known is find for a page that does not wait: ok is false as long as nobody
// computed it.
func (t *Tests) known(set *regulation.Set, reg string, on rule.Date) (fs []doability.Finding, ok bool) {
	x, ok := t.peek(testKey{set.Digest(), reg, on})
	return x.findings, ok && x.err == nil
}

// computed reports that somebody computed it, also when that failed.
func (t *Tests) computed(set *regulation.Set, reg string, on rule.Date) bool {
	_, ok := t.peek(testKey{set.Digest(), reg, on})
	return ok
}

func (t *Tests) test(set *regulation.Set, reg string, on rule.Date) tested {
	r, ok := set.Get(reg)
	if !ok {
		return tested{err: view.ErrNotFound}
	}
	var of ruled
	if r.Level == regulation.LevelRules {
		if _, ds := set.Program(reg); ds.Err() != nil {
			return tested{err: ds.Err()}
		}
		of = t.ruled.get(maxTested, ruledKey{set.Model, reg, on}, func() ruled {
			return ruled{
				cliffs: check.Cliffs(set, check.Options{Date: on, Loss: big.NewRat(cliffLoss, 1), Regulations: []string{reg}}),
				rules:  check.Rules(set, check.Options{Date: on, Regulations: []string{reg}}),
			}
		})
	}
	return tested{findings: append(doability.Findings(r, on, of.cliffs), doability.Rules(r, of.rules)...)}
}

// tested computes what tests find in regulations, all when none is named. It
// takes seconds, so it is called without the lock; what comes after it with the
// lock finds the answer ready.
func (o *Office) tested(ctx context.Context, regs ...string) error {
	o.mu.RLock()
	set, today := o.rules.set, o.today()
	o.mu.RUnlock()
	for _, r := range set.Regulations {
		if err := ctx.Err(); err != nil {
			return err
		}
		if len(regs) > 0 && !slices.Contains(regs, r.ID) {
			continue
		}
		if _, err := o.tests.find(set, r.ID, today); err != nil {
			return fmt.Errorf("findings of %s: %w", r.ID, err)
		}
	}
	return nil
}

// stepFindings gives the findings on one step today, as far as they are known.
func (o *Office) stepFindings(r *regulation.Regulation, id string) []doability.Finding {
	fs, ok := o.tests.known(o.rules.set, r.ID, o.today())
	if !ok {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(fs), func(f doability.Finding) bool { return f.Step != id })
}

// severity says how bad the worst cliff on a place is, as far as it is known, or
// "".
func (o *Office) severity(a loop.Anchor) string {
	fs, ok := o.tests.known(o.rules.set, a.Regulation, o.today())
	if !ok {
		return "" // being computed: a list does not wait for it
	}
	if n := worst(fs, a); n > 0 {
		return "verlies tot " + texts.Euro(n) + " per huishouden"
	}
	return ""
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

func (o *Office) findingRows(ctx context.Context, p *loop.Proposal, d draft, me Person) ([]view.FindingRow, error) {
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
				row.Why = reasonOf(ctx, x.By, x.Why)
			}
		}
		m := mandates[me.Corner]
		if o.resolvable(p, f.Key) && mandates[me.Corner] != "" && p.State.Editable() {
			row.Resolve.Can = true
		}
		for _, x := range p.Resolutions {
			if x.Finding == f.Key {
				row.Resolved = x.How
			}
		}
		if recorded := o.recorded(p, f.Key); f.Weighty && change == view.FindingExisting && recorded && m != "" && p.State.Editable() && !accepted(p, f.Key, m) {
			row.Accept.Can = true
		} else if f.Weighty && change == view.FindingExisting && !recorded {
			row.Accept.Why = "Aanvaarden kan als de doenvermogentoets is bevestigd."
		}
		out = append(out, row)
	}
	for _, f := range said(p) {
		change := view.FindingNew
		switch f.Standing() {
		case loop.FindingExisting:
			change = view.FindingExisting
		case loop.FindingWorse:
			change = view.FindingWorse
		}
		if p.Resolved(f.Key) {
			change = view.FindingGone
		}
		add(doability.Finding{Key: f.Key, Kind: saidBy(p, f.Key), Article: f.Anchor.Article, Weighty: f.Weighty, Text: f.Text}, change)
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
	is := func(f loop.Finding) bool { return f.Key == key }
	return slices.ContainsFunc(p.Assessments, func(a loop.Assessment) bool {
		return a.Content == p.Content.Digest && slices.ContainsFunc(a.Findings, is)
	}) || slices.ContainsFunc(p.Evidence, func(e loop.Evidence) bool { return slices.ContainsFunc(e.Findings, is) })
}
