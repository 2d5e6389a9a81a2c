package office

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"lemniscaat/internal/doability"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/privacy"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/spelling"
)

// period is the days of a Stand and what they are called: "2026", "2026-kw3" or
// "2026-09".
func period(id string) (title string, from, until rule.Date, ok bool) {
	year, rest, part := strings.Cut(id, "-")
	y, err := strconv.Atoi(year)
	if err != nil || len(year) != 4 || y < 2000 || y > 2200 {
		return "", from, until, false
	}
	first, months := 1, 12
	title = year
	if part {
		months = 1
		if q, quarter := strings.CutPrefix(rest, "kw"); quarter {
			rest, months = q, 3
		} else if len(rest) != 2 {
			return "", from, until, false
		}
		n, err := strconv.Atoi(rest)
		if err != nil || n < 1 || n > 12/months {
			return "", from, until, false
		}
		first = (n-1)*months + 1
		if months == 3 {
			title = texts.T("stand.kwartaal", "n", texts.T("stand.rang."+strconv.Itoa(n)), "jaar", year)
		} else {
			title = texts.T("maand."+strconv.Itoa(n)) + " " + year
		}
	}
	from = rule.Date{Year: y, Month: first, Day: 1}
	if id != periodID(from, months) {
		return "", from, until, false
	}
	return title, from, from.AddMonths(months).AddDays(-1), true
}

// periodID names the period of some months that begins on a day.
func periodID(from rule.Date, months int) string {
	switch months {
	case 12:
		return fmt.Sprintf("%04d", from.Year)
	case 3:
		return fmt.Sprintf("%04d-kw%d", from.Year, (from.Month+2)/3)
	}
	return fmt.Sprintf("%04d-%02d", from.Year, from.Month)
}

// Stands lists the periods: what was published, and what can be read as a draft.
func (o *Office) Stands(ctx context.Context, _ string) (view.StandListView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	today := o.today()
	var v view.StandListView
	done := map[string]bool{}
	for _, s := range slices.Backward(o.world.Stands()) {
		if s.Published.IsZero() {
			continue
		}
		title, _, _, _ := period(s.ID)
		done[s.ID] = true
		v.Published = append(v.Published, view.StandRow{ID: s.ID, Title: title, Published: s.Published, By: o.name(ctx, s.PublishedBy)})
	}
	add := func(from rule.Date, months int) {
		id := periodID(from, months)
		if done[id] {
			return
		}
		done[id] = true
		title, _, until, _ := period(id)
		v.Drafts = append(v.Drafts, view.StandRow{ID: id, Title: title, Running: !today.After(until)})
	}
	year := rule.Date{Year: today.Year, Month: 1, Day: 1}
	add(year, 12)
	quarter := rule.Date{Year: today.Year, Month: (today.Month-1)/3*3 + 1, Day: 1}
	for n := range 4 {
		add(quarter.AddMonths(-3*n), 3)
	}
	month := firstOfMonth(today)
	for n := range 6 {
		add(month.AddMonths(-n), 1)
	}
	add(year.AddYears(-1), 12)
	return v, nil
}

// loss gives what the rules at a place can cost one household, in whole cents;
// 0 when it cannot be computed, or is not computed yet.
func (o *Office) loss(a loop.Anchor) int64 {
	fs, ok := o.tests.known(o.rules.set, a.Regulation, o.today())
	if !ok {
		return 0
	}
	return worst(fs, a)
}

// worst gives the largest loss of the cliffs at a place, in whole cents.
func worst(fs []doability.Finding, a loop.Anchor) int64 {
	var most *big.Rat
	for _, f := range fs {
		if f.Kind == doability.Cliff && (a.Article == "" || f.Article == a.Article) && (most == nil || f.Magnitude.Cmp(most) > 0) {
			most = f.Magnitude
		}
	}
	if most == nil {
		return 0
	}
	c, _ := centsOf(most)
	return int64(c)
}

// troubled gives the regulations that have knelpunten.
func (o *Office) troubled() []string {
	o.mu.RLock()
	defer o.mu.RUnlock()
	var regs []string
	for _, i := range o.world.Issues() {
		for _, a := range i.Anchors {
			if !slices.Contains(regs, a.Regulation) {
				regs = append(regs, a.Regulation)
			}
		}
	}
	return regs
}

// losses is loss with a memory: a regulation has few places and many knelpunten.
func (o *Office) losses() func(loop.Anchor) int64 {
	known := map[loop.Anchor]int64{}
	return func(a loop.Anchor) int64 {
		a = loop.Anchor{Regulation: a.Regulation, Article: a.Article}
		n, ok := known[a]
		if !ok {
			n = o.loss(a)
			known[a] = n
		}
		return n
	}
}

// Stand is the Stand of a period: frozen when it was published, else counted now.
func (o *Office) Stand(ctx context.Context, who, id string) (view.StandView, error) {
	found := true
	if regs := o.troubled(); len(regs) > 0 {
		var err error
		if found, err = o.foundIn(ctx, regs...); err != nil {
			return view.StandView{}, err
		}
	}
	title, from, until, ok := period(id)
	if !ok {
		return view.StandView{}, view.ErrNotFound
	}
	published, err := o.standQuarters(ctx, from, until)
	if err != nil {
		return view.StandView{}, err
	}
	o.mu.RLock()
	defer o.mu.RUnlock()
	today := o.today()
	v := view.StandView{ID: id, Title: title, From: from, Until: until, Seq: o.world.Head().Seq}
	s := o.world.Stand(id)
	if s != nil {
		v.Preface, v.Erased = s.Preface.Words, s.Preface.Erased()
		v.PrefaceBy, v.PrefaceOn = o.name(ctx, s.PrefaceBy), s.PrefaceOn
	}
	if s != nil && !s.Published.IsZero() {
		v.Published, v.By, v.Seq = s.Published, o.name(ctx, s.PublishedBy), s.Seq
		if s.Figures.Open { // else it says numbers that are not here to who guesses
			v.Digest = string(s.Digest)
		}
		o.standFigures(ctx, &v, s.Figures, s.Published)
		return v, nil
	}
	if from.After(today) {
		return v, view.ErrNotFound
	}
	f := o.world.StandFigures(from, until, today, o.standSources(published))
	if v.Computing = !found; found {
		v.Digest = string(f.Digest()) // of numbers that are not all there it would say nothing
	}
	o.standFigures(ctx, &v, f, today)
	v.Write, v.Publish = o.standActions(who, until, s)
	return v, nil
}

// standActions says who may write the preface and who may publish.
func (o *Office) standActions(who string, until rule.Date, s *loop.Stand) (write, publish view.Action) {
	p, ok := o.person(who)
	switch {
	case !ok:
		write.Why = "Kies bovenaan als wie u werkt."
		return write, publish
	case p.Corner != loop.Opdrachtnemer && p.Corner != loop.Eigenaar:
		write.Why = "Het voorwoord is van de uitvoering of van de eigenaar."
		return write, publish
	}
	write.Can = true
	switch {
	case !o.today().After(until):
		publish.Why = "De periode loopt nog tot en met " + dutch(until) + "."
	case s == nil || !s.Preface.Given || s.Preface.Erased():
		publish.Why = "Er is nog geen voorwoord."
	default:
		publish.Can = true
	}
	return write, publish
}

// few is the number from which a count of what people got is shown.
const few = privacy.Smallest

// standFigures shows the numbers of a Stand, as on a day.
func (o *Office) standFigures(ctx context.Context, v *view.StandView, f loop.StandFigures, on rule.Date) {
	num := func(n int, key string) view.Number {
		return view.Number{Value: texts.Number(int64(n)), Label: texts.T("stand." + key)}
	}
	median := view.Number{Value: "–", Label: texts.T("stand.mediaan")}
	if f.MedianDays >= 0 {
		median.Value = texts.Days(f.MedianDays)
	}
	v.Numbers = []view.Number{
		num(f.Opened, "geopend"), num(f.Answered, "beantwoord"), median, num(f.Forwards, "doorgezonden"),
		num(len(f.Solved), "opgelost"), num(f.Reopened, "heropend"), num(f.LateCount, "te-laat"),
	}
	v.Promises = []view.Number{num(f.Promises.Made, "gedaan"), num(f.Promises.Kept, "nagekomen"), num(f.Promises.Open, "open"), num(f.Promises.Late, "toezegging-te-laat")}
	for _, i := range f.Top {
		v.Top = append(v.Top, o.standIssue(ctx, i))
	}
	for _, i := range f.Hardship {
		v.Hardship = append(v.Hardship, o.standIssue(ctx, i))
	}
	for _, d := range f.Late {
		v.Late = append(v.Late, view.OverdueRow{What: texts.T("schuldig." + string(d.Duty)), Issue: o.streamRef(ctx, d.Stream), Due: d.Due, Days: daysSince(d.Due, on), Step: d.Step.String()})
	}
	v.LateMore = f.LateCount - len(f.Late)
	for _, q := range f.Quarters {
		v.Quarters = append(v.Quarters, o.standQuarter(q))
	}
	for _, id := range f.Solved {
		if i := o.world.Issue(id); i != nil {
			v.Better = append(v.Better, view.Ref{Text: o.issueTitle(ctx, i), Href: issueHref(id)})
		}
	}
	for _, id := range f.InForce {
		if p := o.world.Proposal(id); p != nil {
			v.InForce = append(v.InForce, view.Ref{Text: p.Title, Href: proposalHref(id)})
		}
	}
	for _, m := range f.Measured {
		if row, ok := o.standMeasured(m); ok {
			v.Measured = append(v.Measured, row)
			v.Synthetic = v.Synthetic || m.Synthetic
		}
	}
}

func (o *Office) standIssue(ctx context.Context, i loop.StandIssue) view.StandIssueRow {
	row := view.StandIssueRow{
		Where: o.regulationRef(i.Anchor.Regulation).Text, Tile: tileOf(i.Kind), Review: i.Review,
	}
	if i.Loss > 0 {
		row.Severity = "verlies tot " + texts.Euro(i.Loss) + " per huishouden"
	}
	if x := o.world.Issue(i.ID); x != nil {
		row.Ref = view.Ref{Text: o.issueTitle(ctx, x), Href: issueHref(i.ID)}
	}
	return row
}

func (o *Office) standMeasured(m loop.StandMeasured) (view.StandMeasuredRow, bool) {
	p := o.world.Proposal(m.Proposal)
	if p == nil {
		return view.StandMeasuredRow{}, false
	}
	for _, e := range p.Plan.Expectations {
		if e.ID != m.Expectation {
			continue
		}
		row := view.StandMeasuredRow{
			Ref: view.Ref{Text: p.Title, Href: proposalHref(p.ID)}, What: e.Goal, Value: "–",
			Band: numberText(e.Low, e.Unit) + " tot " + numberText(e.High, e.Unit), State: view.MeasureNone, Synthetic: m.Synthetic,
		}
		if m.Value != "" {
			row.Value = "≥ " + numberText(m.Value, e.Unit)
		}
		if r, ok := o.rules.set.Get(p.Regulation); ok {
			if i, ok := indicatorOf(r, e.Indicator); ok {
				row.What = spelling.Capital(i.Name)
			}
		}
		switch {
		case m.Tripped:
			row.State = view.MeasureTripped
		case m.Verdict == loop.Inside:
			row.State = view.MeasureInside
		case m.Verdict == loop.Outside:
			row.State = view.MeasureOutside
		}
		return row, true
	}
	return view.StandMeasuredRow{}, false
}

// groundName names a ground for maatwerk.
func (o *Office) groundName(reg, ground string) string {
	if r, ok := o.rules.set.Get(reg); ok {
		for _, g := range r.Grounds {
			if g.ID == ground {
				return spelling.Capital(g.Text)
			}
		}
	}
	return ground
}

// WritePreface keeps the words of who writes the Stand.
func (o *Office) WritePreface(ctx context.Context, who, id, words string) error {
	_, from, until, ok := period(id)
	if !ok {
		return view.ErrNotFound
	}
	if err := refusePersonal("voorwoord", words); err != nil {
		return err
	}
	return o.do(ctx, who, loop.WritePreface{Stand: id, From: from, Until: until, Words: loop.Words(words)})
}

// PublishStand freezes the numbers as they are now.
func (o *Office) PublishStand(ctx context.Context, who, id string) error {
	_, from, until, ok := period(id)
	if !ok {
		return view.ErrNotFound
	}
	// What is frozen is complete: this waits for it.
	if regs := o.troubled(); len(regs) > 0 {
		if err := o.tested(ctx, regs...); err != nil {
			return err
		}
	}
	published, err := o.standQuarters(ctx, from, until)
	if err != nil {
		return err
	}
	o.mu.RLock()
	now := o.Now()
	c := loop.PublishStand{
		Stand: id, From: from, Until: until, Seq: o.world.Head().Seq,
		Figures: o.world.StandFigures(from, until, loop.DateOf(now), o.standSources(published)),
	}
	o.mu.RUnlock()
	_, err = o.doAt(ctx, who, c, request{}, now)
	return err
}

// recounts keeps what counting a published Stand again gave: it takes folding
// the whole log, and it is the same for ever.
type recounts struct {
	mu sync.Mutex
	of map[string]loop.Digest
}

// CheckStand counts a published Stand again, from the events that it knew of, and
// compares. It does not read what was frozen; numbers about people are those of their
// edition, as counting them again would say what it hides.
func (o *Office) CheckStand(ctx context.Context, _, id string) (view.StandCheck, error) {
	o.mu.RLock()
	s := o.world.Stand(id)
	if s == nil || s.Published.IsZero() {
		o.mu.RUnlock()
		return view.StandCheck{}, view.ErrNotFound
	}
	title, _, _, _ := period(id)
	v := view.StandCheck{Title: title, Ref: view.Ref{Text: title, Href: "/stand/" + id}, Digest: string(s.Digest), Seq: s.Seq}
	from, until, seq, on := s.From, s.Until, s.Seq, s.Published
	if v.Old = !s.Figures.Open; v.Old {
		v.Digest = ""
	}
	o.mu.RUnlock()
	if v.Old {
		return v, nil
	}

	o.counted.mu.Lock()
	defer o.counted.mu.Unlock()
	again, ok := o.counted.of[id]
	if !ok {
		past, err := o.asOf(ctx, seq, on)
		if err != nil {
			return v, err
		}
		if regs := past.troubled(); len(regs) > 0 {
			if err := past.tested(ctx, regs...); err != nil {
				return v, err
			}
		}
		published, err := past.standQuarters(ctx, from, until)
		if err != nil {
			return v, err
		}
		again = past.world.StandFigures(from, until, on, past.standSources(published)).Digest()
		if o.counted.of == nil {
			o.counted.of = map[string]loop.Digest{}
		}
		o.counted.of[id] = again
	}
	v.Again, v.Same = string(again), string(again) == v.Digest
	return v, nil
}

// asOf gives the office as it was after an event, on a day, to read from.
func (o *Office) asOf(ctx context.Context, seq uint64, on rule.Date) (*Office, error) {
	c := o.Config
	c.Now = func() time.Time { return noon(on) }
	past := &Office{Config: c, rules: newRulebook(c.Shipped), tests: o.tests}
	past.world = loop.NewWorld(o.world.Terms, catalogue{past})
	for r, err := range o.Store.All(ctx, 1) {
		if err != nil {
			return nil, fmt.Errorf("read log: %w", err)
		}
		if r.Seq > seq {
			break
		}
		if err := past.world.Apply(r); err != nil {
			return nil, fmt.Errorf("fold log: %w", err)
		}
	}
	return past, past.rules.follow(past.world.Regulations())
}
