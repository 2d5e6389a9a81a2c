package office

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"slices"
	"strings"
	"time"

	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/outcome"
	"lemniscaat/internal/privacy"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/spelling"
)

// indicatorUnits are the units as a page shows them.
var indicatorUnits = map[string]string{"procent": "%", "euro": "€", "aantal": "aantal"}

func indicatorOf(r *regulation.Regulation, id string) (regulation.Indicator, bool) {
	for _, i := range r.Indicators {
		if i.ID == id {
			return i, true
		}
	}
	return regulation.Indicator{}, false
}

// numberText writes a number of the loop with its unit.
func numberText(n loop.Number, unit string) string {
	if n == "" {
		return ""
	}
	r, ok := new(big.Rat).SetString(string(n))
	if !ok {
		return string(n)
	}
	s := notation.FormatNumber(r)
	switch unit {
	case "procent":
		return s + " %"
	case "euro":
		return "€ " + s
	}
	return s
}

func expectationRow(r *regulation.Regulation, e loop.Expectation, edit view.Action) view.ExpectationRow {
	row := view.ExpectationRow{
		ID: e.ID, Goal: e.Goal, Indicator: e.Indicator, Group: e.Group, Baseline: numberText(e.Baseline, e.Unit),
		Low: numberText(e.Low, e.Unit), High: numberText(e.High, e.Unit), Horizon: e.Horizon, Remove: edit,
	}
	if i, ok := indicatorOf(r, e.Indicator); ok {
		row.Indicator = spelling.Capital(i.Name)
	}
	switch {
	case e.Tripwire.Below != "":
		row.Tripwire = "onder " + numberText(e.Tripwire.Below, e.Unit)
	case e.Tripwire.Above != "":
		row.Tripwire = "boven " + numberText(e.Tripwire.Above, e.Unit)
	}
	return row
}

func (o *Office) indicatorOptions(p *loop.Proposal, r *regulation.Regulation) []view.IndicatorOption {
	var out []view.IndicatorOption
	fresh := p.Simulation.Run != "" && p.Simulation.Content == p.Content.Digest
	for _, i := range r.Indicators {
		opt := view.IndicatorOption{Value: i.ID, Label: spelling.Capital(i.Name), Unit: indicatorUnits[i.Unit]}
		for _, g := range r.Goals {
			if g.ID == i.Goal {
				opt.Goal = g.Text
			}
		}
		if fresh {
			n := p.Simulation.Numbers
			opt.Baseline = numberText(n[i.ID+".nul"], i.Unit)
			opt.Low, opt.High = numberText(n[i.ID+".laag"], ""), numberText(n[i.ID+".hoog"], "")
			opt.Predicted = numberText(n[i.ID], i.Unit)
		}
		out = append(out, opt)
	}
	return out
}

// typedNumber reads a number as people type it: "52", "52 %", "€ 1.200".
func typedNumber(field, s string) (loop.Number, error) {
	t := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), "%"))
	t = strings.TrimSpace(strings.TrimPrefix(t, "€"))
	r, err := notation.Number(t)
	if err != nil {
		return "", refuse("getal", "Dit is geen getal: "+s+".", "Schrijf bijvoorbeeld 52 of 52,5.",
			view.FieldError{Field: field, Text: "Schrijf een getal, bijvoorbeeld 52 of 52,5."})
	}
	n := loop.Number(rule.Decimal(r))
	if !n.Valid() {
		return "", refuse("getal", "Dit getal is te lang.", "Gebruik minder cijfers.", view.FieldError{Field: field, Text: "Gebruik minder cijfers."})
	}
	return n, nil
}

// AddExpectation declares what the proposal will do. The prediction is that of
// its simulation, or the middle of the band when there is none.
func (o *Office) AddExpectation(ctx context.Context, who string, in view.ExpectationInput) error {
	return redo(func() error { return o.addExpectation(ctx, who, in) })
}

func (o *Office) addExpectation(ctx context.Context, who string, in view.ExpectationInput) error {
	low, err := typedNumber("laag", in.Low)
	if err != nil {
		return err
	}
	high, err := typedNumber("hoog", in.High)
	if err != nil {
		return err
	}
	if low.Cmp(high) > 0 {
		return refuse("band", "De laagste waarde is hoger dan de hoogste.", "Draai ze om.", view.FieldError{Field: "laag", Text: "Dit is hoger dan de hoogste waarde."})
	}
	if err := refusePersonal("doel", in.Goal); err != nil {
		return err
	}
	o.mu.RLock()
	p := o.world.Proposal(in.Proposal)
	if p == nil {
		o.mu.RUnlock()
		return view.ErrNotFound
	}
	plan, base := p.Plan, o.unmoved(p)
	sim, fresh := p.Simulation, p.Simulation.Run != "" && p.Simulation.Content == p.Content.Digest
	r, ok := o.rules.set.Get(p.Regulation)
	o.mu.RUnlock()
	if !ok {
		return view.ErrNotFound
	}
	ind, ok := indicatorOf(r, in.Indicator)
	if !ok {
		return refuse("indicator", "Deze indicator heeft de regeling niet.", "Kies een indicator uit de lijst.", view.FieldError{Field: "indicator", Text: "Kies een indicator uit de lijst."})
	}
	e := loop.Expectation{
		ID: o.NewID("e"), Goal: in.Goal, Indicator: ind.ID, Unit: ind.Unit, Low: low, High: high, Horizon: in.Horizon,
		Baseline: "0", Predicted: middle(low, high),
	}
	if n, ok := sim.Numbers[ind.ID]; fresh && ok {
		e.Run, e.Baseline = sim.Run, sim.Numbers[ind.ID+".nul"]
		if n.Cmp(low) < 0 || n.Cmp(high) > 0 {
			return refuse("voorspelling-buiten-band", "De simulatie voorspelt "+numberText(n, ind.Unit)+". Dat ligt buiten uw band.",
				"Kies een band waar de voorspelling in ligt, of zeg in het Beleidskompas waarom u iets anders verwacht.",
				view.FieldError{Field: "laag", Text: "De simulatie voorspelt " + numberText(n, ind.Unit) + "."})
		}
		e.Predicted = n
	}
	if in.Tripwire != "" {
		n, err := typedNumber("grens", in.Tripwire)
		if err != nil {
			return err
		}
		if n.Cmp(e.Predicted) <= 0 {
			e.Tripwire.Below = n
		} else {
			e.Tripwire.Above = n
		}
	} else {
		return refuse("struikeldraad-ontbreekt", "De grens ontbreekt.", "Zeg bij welke waarde het voorstel stopt.",
			view.FieldError{Field: "grens", Text: "Vul in bij welke waarde het voorstel stopt."})
	}
	plan.Expectations = append(slices.Clone(plan.Expectations), e)
	if !slices.Contains(plan.Goals, in.Goal) {
		plan.Goals = append(slices.Clone(plan.Goals), in.Goal)
	}
	_, err = o.doOnce(ctx, who, loop.EditPlan{Proposal: in.Proposal, Plan: plan}, base)
	return err
}

func middle(low, high loop.Number) loop.Number {
	a, _ := new(big.Rat).SetString(string(low))
	b, _ := new(big.Rat).SetString(string(high))
	return loop.Number(rule.Decimal(a.Add(a, b).Mul(a, big.NewRat(1, 2))))
}

// RemoveExpectation takes an expectation away, and its goal when nothing else
// measures it.
func (o *Office) RemoveExpectation(ctx context.Context, who, proposal, id string) error {
	return redo(func() error { return o.removeExpectation(ctx, who, proposal, id) })
}

func (o *Office) removeExpectation(ctx context.Context, who, proposal, id string) error {
	o.mu.RLock()
	p := o.world.Proposal(proposal)
	if p == nil {
		o.mu.RUnlock()
		return view.ErrNotFound
	}
	plan, base := p.Plan, o.unmoved(p)
	o.mu.RUnlock()
	if !slices.ContainsFunc(plan.Expectations, func(e loop.Expectation) bool { return e.ID == id }) {
		return nil // taken away already, by an earlier click or by somebody else
	}
	plan.Expectations = slices.DeleteFunc(slices.Clone(plan.Expectations), func(e loop.Expectation) bool { return e.ID == id })
	plan.Goals = slices.DeleteFunc(slices.Clone(plan.Goals), func(g string) bool {
		return !slices.ContainsFunc(plan.Expectations, func(e loop.Expectation) bool { return e.Goal == g })
	})
	_, err := o.doOnce(ctx, who, loop.EditPlan{Proposal: proposal, Plan: plan}, base)
	return err
}

// Measurement is the page Voorspeld en gemeten.
func (o *Office) Measurement(ctx context.Context, who, reg string) (view.MeasurementView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	r, ok := o.rules.set.Get(reg)
	if !ok {
		return view.MeasurementView{}, view.ErrNotFound
	}
	v := view.MeasurementView{Regulation: view.Ref{Text: r.Name, Href: regulationHref(reg)}}
	for _, x := range o.world.Predictions(reg) {
		v.Expectations = append(v.Expectations, o.measured(r, x))
		for _, m := range x.Measurements {
			v.Synthetic = v.Synthetic || m.Synthetic
		}
	}
	if g := o.world.Regulation(reg); g != nil {
		for _, im := range slices.Backward(g.Imports) {
			row := view.ImportRow{By: o.name(ctx, im.By), File: im.File, Rows: int(privacy.Tens(int64(im.Rows))), Period: dutch(im.From) + " – " + dutch(im.Until), At: noon(im.On)}
			v.Imports = append(v.Imports, row)
			v.Synthetic = v.Synthetic || im.Synthetic
		}
	}
	if _, ok := o.person(who); ok {
		v.Import.Can = true
	} else {
		v.Import.Why = "Kies bovenaan als wie u werkt."
	}
	for _, c := range outcome.Columns() {
		v.Columns = append(v.Columns, view.Fact{Name: c, Value: texts.T("kolom." + c)})
	}
	if o.Demo != nil && r.Level == regulation.LevelRules {
		v.FeedPeriods = o.feedPeriods(reg)
		v.Feed = len(v.FeedPeriods) > 0
	}
	return v, nil
}

func (o *Office) measured(r *regulation.Regulation, x loop.Prediction) view.MeasuredExpectation {
	e := x.Expectation
	m := view.MeasuredExpectation{
		ID: e.ID, Goal: e.Goal, Indicator: e.Indicator, Unit: indicatorUnits[e.Unit], Horizon: e.Horizon,
		Proposal: view.Ref{Text: x.Proposal.Title, Href: proposalHref(x.Proposal.ID)}, State: view.MeasureNone,
	}
	if i, ok := indicatorOf(r, e.Indicator); ok {
		m.Indicator = spelling.Capital(i.Name)
	}
	m.Baseline, m.Low, m.High = float(e.Baseline), float(e.Low), float(e.High)
	if w := cmp.Or(e.Tripwire.Below, e.Tripwire.Above); w != "" {
		m.Tripwire, m.HasTripwire = float(w), true
	}
	band := numberText(e.Low, e.Unit) + " tot " + numberText(e.High, e.Unit)
	for _, y := range x.Measurements {
		pt := view.MeasurePoint{Period: "t/m " + monthOf(y.Until), Predicted: float(e.Predicted), Low: m.Low, High: m.High, N: privacy.Tens(int64(y.Cases)), Shown: shownText(y, e.Unit)}
		if v, _, ok := shownValue(y, e.Unit); ok {
			val, _ := v.Float64()
			pt.Measured = &val
		}
		m.Points = append(m.Points, pt)
	}
	if !x.Measured {
		m.Sentence = "Nog niet gemeten. Verwacht: " + band + " op " + dutch(e.Horizon) + "."
		return m
	}
	last := shownText(x.Last, e.Unit)
	switch {
	case x.Last.Tripped:
		m.State, m.Sentence = view.MeasureTripped, "Gemeten: "+last+". De grens is geraakt."
	case x.Last.Verdict == loop.Inside:
		m.State, m.Sentence = view.MeasureInside, "Gemeten: "+last+". Dat ligt binnen de band van "+band+"."
	case x.Last.Verdict == loop.Outside:
		m.State, m.Sentence = view.MeasureOutside, "Gemeten: "+last+". Dat ligt buiten de band van "+band+"."
	default:
		m.Sentence = "Tussenstand: " + last + ". De band geldt op " + dutch(e.Horizon) + ": " + band + "."
	}
	return m
}

// ImportOutcomes reads outcomes of the case system and measures with them. A
// file with a fault is refused whole, with every row that is wrong; nothing is
// half-done.
func (o *Office) ImportOutcomes(ctx context.Context, who, reg, file string, r io.Reader) (view.ImportResult, error) {
	data, err := io.ReadAll(io.LimitReader(r, outcome.MaxSize+1))
	if err != nil {
		return view.ImportResult{}, fmt.Errorf("lezen: %w", err)
	}
	o.mu.RLock()
	_, ok := o.rules.set.Get(reg)
	o.mu.RUnlock()
	if !ok {
		return view.ImportResult{}, view.ErrNotFound
	}
	opt := o.IntakeOptions()
	opt.Regulation = reg
	rows, ds := outcome.Read(file, bytes.NewReader(data), opt)
	var res view.ImportResult
	if ds.Err() != nil {
		for _, d := range ds {
			if d.Severity == rule.Error {
				res.Refused = append(res.Refused, view.RowError{Line: d.Pos.Line, Text: strings.TrimSpace(d.Message + ". " + d.Hint)})
			}
		}
		return res, nil
	}
	if len(rows) == 0 {
		return res, refuse("leeg", "Het bestand heeft geen rijen.", "Lever ten minste één uitkomst aan.", view.FieldError{Field: "bestand", Text: "Het bestand heeft geen rijen."})
	}
	im := o.importOf(file, data, rows)
	// Who may not, or brings the same file twice, hears that before anything is
	// kept.
	o.mu.RLock()
	_, err = o.world.Decide(loop.PersonID(who), loop.ImportOutcomes{Regulation: reg, Import: im}, o.Now())
	o.mu.RUnlock()
	if who != "" && err != nil {
		return res, refusal(err)
	}
	got, err := o.Receive(ctx, who, im.File, rows)
	if err != nil {
		return res, err
	}
	res.Rows, res.Known = got.New, got.Known
	if res.Measured, err = o.recordImport(ctx, who, reg, im); err != nil {
		return res, err
	}
	return res, o.Detect(ctx)
}

// importOf describes an import: whole months, as that is what is measured.
func (o *Office) importOf(file string, data []byte, rows []outcome.Row) loop.OutcomeImport {
	sum := sha256.Sum256(data)
	im := loop.OutcomeImport{ID: o.NewID("i"), File: shorten(file, 100), Digest: loop.Digest(hex.EncodeToString(sum[:])), Rows: len(rows), From: rows[0].Date, Until: rows[0].Date}
	for _, x := range rows {
		if x.Date.Before(im.From) {
			im.From = x.Date
		}
		if x.Date.After(im.Until) {
			im.Until = x.Date
		}
		im.Synthetic = im.Synthetic || x.Synthetic
	}
	im.From, im.Until = firstOfMonth(im.From), lastOfMonth(im.Until, o.today())
	return im
}

func firstOfMonth(d rule.Date) rule.Date { return rule.Date{Year: d.Year, Month: d.Month, Day: 1} }

// lastOfMonth rounds the end of a period up to its month, but never past
// yesterday: what has not happened is not measured.
func lastOfMonth(d, today rule.Date) rule.Date {
	last := firstOfMonth(d).AddMonths(1).AddDays(-1)
	if !last.Before(today) {
		last = today.AddDays(-1)
	}
	if last.Before(d) {
		last = d
	}
	return last
}

// shortestPeriod is how many days outcomes must cover before they are put on a
// year: a few cases in a few days say nothing, and must not set off an alarm.
const shortestPeriod = 28

// measure records what the rows say of one expectation: the state at the end of
// each quarter of the period, and at its end.
func (o *Office) measure(ctx context.Context, who string, r *regulation.Regulation, x loop.Prediction, im loop.OutcomeImport) ([]string, error) {
	ind, ok := indicatorOf(r, x.Expectation.Indicator)
	if !ok {
		return nil, nil
	}
	part := countedPart(x.Proposal)
	o.mu.RLock()
	part.version = o.world.CohortVersion(x.Proposal)
	o.mu.RUnlock()
	from := im.From
	if from.Before(part.from) {
		from = part.from
	}
	if im.Until.Before(from) {
		return nil, nil
	}
	if daysSince(from, im.Until)+1 < shortestPeriod {
		return []string{fmt.Sprintf("%s: nog niet gemeten. De periode is korter dan %d dagen.", spelling.Capital(ind.Name), shortestPeriod)}, nil
	}
	var said []string
	for _, until := range quarterEnds(from, im.Until) {
		counts, err := o.countsOf(ctx, r.ID, part, from, until)
		if err != nil {
			return said, err
		}
		value, one, cases, ok := indicatorValue(ind, x.Proposal.Simulation.Numbers, counts, daysSince(from, until)+1, part.percent)
		if !ok {
			continue
		}
		m := loop.Measurement{
			Expectation: x.Expectation.ID, Value: value, From: from, Until: until, Cases: cases, One: one, Import: im.ID, Synthetic: im.Synthetic,
		}
		err = o.do(ctx, who, loop.Measure{Proposal: x.Proposal.ID, Measurement: m})
		var no *view.Refusal
		if errors.As(err, &no) {
			said = append(said, no.Text)
			continue
		} else if err != nil {
			return said, err
		}
		if until == im.Until {
			said = append(said, fmt.Sprintf("%s: %s over %s tot en met %s.", spelling.Capital(ind.Name), shownText(m, ind.Unit), dutch(from), dutch(until)))
		}
	}
	return said, nil
}

// part are the cases that a proposal can be measured on: percent of all, from a day
// on. Under 100 they are the cohort of its roll-out.
type part struct {
	proposal string
	percent  int
	from     rule.Date
	version  int // of the names by which the cohort is drawn
}

// countedPart gives the cases that a change has held for since one day: while it is
// rolled out those of the stage that runs, and everybody once it is in force. The
// others were decided under the old rules.
func countedPart(p *loop.Proposal) part {
	switch {
	case !p.Staged():
		return part{proposal: p.ID, percent: 100, from: p.Plan.InForce}
	case (p.State == loop.Rolling || p.State == loop.Paused) && p.Stage >= 0 && p.Stage < len(p.Plan.Rollout):
		return part{proposal: p.ID, percent: p.Plan.Rollout[p.Stage].Percent, from: p.StageOn}
	default:
		return part{proposal: p.ID, percent: 100, from: p.InForceFrom}
	}
}

// countsOf counts the outcomes of some cases. A case that was named with another key
// than the cohort was drawn by cannot be placed, and is not counted. Of everybody the cube knows; a cohort
// is counted from the outcomes themselves, which takes as long as there are many.
func (o *Office) countsOf(ctx context.Context, reg string, of part, from, until rule.Date) ([]outcome.Counted, error) {
	if of.percent >= 100 {
		return o.Store.Cube(ctx, outcome.Query{Regulation: reg, From: from, Until: until, Exact: true, By: outcome.ByClass | outcome.ByGround})
	}
	by := map[outcome.Cell]*outcome.Counts{}
	for batch, err := range o.Store.Batches(ctx) {
		if err != nil {
			return nil, err
		}
		for _, f := range batch.Facts {
			if f.Regulation != reg || f.Date.Before(from) || f.Date.After(until) || versionOf(f.Case) != of.version || !loop.In(of.proposal, f.Case, of.percent) {
				continue
			}
			c := outcome.Cell{Class: f.Class, Ground: f.Ground}
			if by[c] == nil {
				by[c] = &outcome.Counts{}
			}
			by[c].Add(f.Counts())
		}
	}
	out := make([]outcome.Counted, 0, len(by))
	for c, n := range by {
		out = append(out, outcome.Counted{Cell: c, Counts: *n})
	}
	slices.SortFunc(out, outcome.CompareCells)
	return out, nil
}

// quarterEnds gives the ends of the quarters in a period, and its end.
func quarterEnds(from, until rule.Date) []rule.Date {
	var out []rule.Date
	m := (from.Month-1)/3*3 + 1
	for end := (rule.Date{Year: from.Year, Month: m, Day: 1}).AddMonths(3).AddDays(-1); end.Before(until); end = end.AddDays(1).AddMonths(3).AddDays(-1) {
		out = append(out, end)
	}
	return append(out, until)
}

// indicatorValue takes an indicator from the counts of a period of so many days.
// Numbers and euros are put on a year and on everybody, of whom percent was counted;
// an amount counts for the middle of its band.
// one is what one person adds to the value.
func indicatorValue(ind regulation.Indicator, numbers map[string]loop.Number, counts []outcome.Counted, days, percent int) (value, one loop.Number, people int, ok bool) {
	var awarded, refused, discretion, decided, cents int64
	for _, x := range counts {
		if !x.Class.Decision() && x.Class != outcome.Abandoned {
			continue
		}
		decided += x.N
		switch x.Class {
		case outcome.Awarded:
			awarded += x.N
			cents += x.Amount
		case outcome.Refused:
			refused += x.N
		}
		if x.Ground != "" {
			discretion += x.N
		}
	}
	if decided == 0 {
		return "", "", 0, false
	}
	year, euros, cases := 365/float64(days)*100/float64(percent), float64(cents)/100, int(decided)
	switch ind.Measure {
	case "toekenningen":
		return decimal(float64(awarded)*year, ind.Unit), finely(year), cases, true
	case "afwijzingen":
		return decimal(float64(refused)*year, ind.Unit), finely(year), cases, true
	case "uitgaven":
		return decimal(euros*year, ind.Unit), finely(math.Max(1, euros/float64(max(1, awarded))) * year), cases, true
	case "maatwerk":
		return decimal(100*float64(discretion)/float64(decided), ind.Unit), finely(100 / float64(decided)), cases, true
	case "bereik":
		// Who is entitled cannot be seen in decisions: the simulation counted
		// them.
		entitled := float(numbers["rechthebbend"])
		if entitled <= 0 {
			return "", "", 0, false
		}
		return decimal(math.Min(100, 100*float64(awarded)*year/entitled), ind.Unit), finely(100 * year / entitled), cases, true
	}
	return "", "", 0, false
}

// monthOf gives "mrt 2027": the month that a period ends in.
func monthOf(d rule.Date) string {
	_, s, _ := strings.Cut(texts.DateShort(d), "\u00a0")
	if s == "" {
		_, s, _ = strings.Cut(texts.DateShort(d), " ")
	}
	return s
}

// noon gives an instant on a legal date, for pages that show days.
func noon(d rule.Date) time.Time {
	return time.Date(d.Year, time.Month(d.Month), d.Day, 11, 0, 0, 0, time.UTC)
}
