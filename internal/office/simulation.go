package office

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/population"
	"lemniscaat/internal/regulation"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/simulate"
)

// seed is that of every run of an installation: the same draws on both sides
// and in every proposal, so that two runs differ by their rules alone.
const seed = 1

// run is one simulation, under way or done. It can always be made again: its
// id says what it is a run of.
type run struct {
	id, proposal string
	who          string
	total        int
	done         atomic.Int64
	// result and err are set before finished is closed.
	finished chan struct{}
	result   *simulate.Result
	err      error
}

func (r *run) over() bool {
	select {
	case <-r.finished:
		return true
	default:
		return false
	}
}

// runID names a run: the same content on the same population is the same run.
func runID(reg string, content loop.Digest, from, people string) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{"lemniscaat/run/1", reg, string(content), from, people}, "\x00")))
	return "r-" + hex.EncodeToString(sum[:8])
}

// people gives the population of a run: the country, or for a regulation of
// this municipality its own number of households. It is planned once per year;
// callers hold the lock.
func (o *Office) people(r *regulation.Regulation, year int) (*population.Population, error) {
	spec, err := population.Parse(o.Population)
	if err != nil {
		return nil, err
	}
	spec.Seed, spec.Year = seed, year
	if r.Municipality != nil {
		spec.Households = float64(o.Households)
	}
	if p := o.populations[spec]; p != nil {
		return p, nil
	}
	p, err := population.New(spec)
	if err == nil {
		o.populations[spec] = p
	}
	return p, err
}

// Simulate starts a run of a proposal, or finds the one that is there.
func (o *Office) Simulate(_ context.Context, who, id string) (string, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	p := o.world.Proposal(id)
	if p == nil {
		return "", view.ErrNotFound
	}
	if _, ok := o.world.MemberAt(loop.PersonID(who), loop.Anchor{Regulation: p.Regulation}, o.today()); !ok {
		return "", refuse("rol-onjuist", "Simuleren doet wie in de driehoek van deze regeling zit.", "Vraag het beleid of uitvoering.")
	}
	d, err := o.draftOf(p)
	if err != nil {
		return "", err
	}
	if d.empty() {
		return "", refuse("inhoud-ontbreekt", "Er is nog niets om te simuleren.", "Verander eerst iets in de regel of in een stap.")
	}
	r, err := o.startRun(p, d, who)
	if err != nil {
		return "", err
	}
	return r.id, nil
}

// startRun needs the lock.
func (o *Office) startRun(p *loop.Proposal, d draft, who string) (*run, error) {
	reg, ok := d.set.Get(p.Regulation)
	if !ok || reg.Level < regulation.LevelRules {
		return nil, refuse("geen-regels", "Deze regeling heeft geen rekenregels. Simuleren kan niet.", "Schrijf eerst de regels, of maak een schatting in het Beleidskompas.")
	}
	people, err := o.people(reg, d.variant.From.Year)
	if err != nil {
		return nil, err
	}
	id := runID(p.Regulation, p.Content.Digest, d.variant.From.String(), people.ID())
	if r, ok := o.runs[id]; ok && (!r.over() || r.err == nil) {
		return r, nil
	}
	base, err := simulate.NewSide(d.base, d.variant.From, p.Regulation)
	if err != nil {
		return nil, err
	}
	next, err := simulate.NewSide(d.set, d.variant.From, p.Regulation)
	if err != nil {
		return nil, err
	}
	next.ID, next.Name = d.variant.ID, d.variant.Name
	if no, err := next.Impossible(d.variant.From); err != nil {
		return nil, err
	} else if len(no) > 0 {
		return nil, refuse("niet-te-simuleren", "Deze regeling kan niet gesimuleerd worden. "+no[0].Reason,
			"De voorbeelden van de regeling laten wel zien wat er verandert.")
	}
	r := &run{id: id, proposal: p.ID, who: who, total: people.Len(), finished: make(chan struct{})}
	o.runs[id] = r
	o.busy.Go(func() {
		defer close(r.finished)
		start := time.Now()
		res, err := simulate.Run(o.life, simulate.Spec{
			People: people, Seed: seed, Date: d.variant.From, Baseline: base, Variant: &next, Programs: &o.programs,
		}, func(done, _ int) { r.done.Store(int64(done)) })
		if err != nil {
			r.err = err
			o.Log.Warn("simulatie mislukt", "run", id, "fout", err)
			return
		}
		res.Seconds = time.Since(start).Seconds()
		r.result = res
		o.attach(r, p.ID, p.Content.Digest)
	})
	return r, nil
}

// attach records a finished run with its proposal. When the content has
// changed meanwhile the loop refuses, and the run simply belongs to nothing.
func (o *Office) attach(r *run, proposal string, content loop.Digest) {
	s, ok := r.result.Find(o.regulationOf(proposal))
	if !ok {
		return
	}
	// The same run again, after a restart, is no news: an event would take the
	// proposal back and make its keys fall because somebody looked at a page.
	o.mu.RLock()
	p := o.world.Proposal(proposal)
	known := p != nil && p.Simulation.Run == r.id && p.Simulation.Content == content
	o.mu.RUnlock()
	if known {
		return
	}
	err := o.do(o.life, r.who, loop.AttachSimulation{Proposal: proposal, Simulation: loop.Simulation{
		Run: r.id, Content: content, Population: r.result.Population.ID, Synthetic: true,
		Sentence: sentence(r.result, s), Numbers: numbers(s),
	}})
	var no *view.Refusal
	if err != nil && !errors.As(err, &no) {
		o.Log.Warn("simulatie niet vastgelegd", "run", r.id, "fout", err)
	}
}

func (o *Office) regulationOf(proposal string) string {
	o.mu.RLock()
	defer o.mu.RUnlock()
	if p := o.world.Proposal(proposal); p != nil {
		return p.Regulation
	}
	return ""
}

// numbers gives what expectations start from.
func numbers(s *simulate.SchemeResult) map[string]loop.Number {
	out := map[string]loop.Number{}
	last := s.Baseline
	if s.Variant != nil {
		last = *s.Variant
	}
	out["rechthebbend"] = loop.Number(strconv.FormatInt(last.Entitled.Units, 10))
	out["uren"] = loop.Number(strconv.FormatInt(last.Work.Hours(), 10))
	out["uren.nul"] = loop.Number(strconv.FormatInt(s.Baseline.Work.Hours(), 10))
	out["zaken"] = loop.Number(strconv.FormatInt(last.Work.Applications, 10))
	for _, i := range s.Indicators {
		if i.Known {
			out[i.ID+".nul"], out[i.ID] = decimal(i.Baseline, i.Unit), decimal(i.Predicted, i.Unit)
			out[i.ID+".laag"], out[i.ID+".hoog"] = decimal(i.Low, i.Unit), decimal(i.High, i.Unit)
		}
	}
	return out
}

func decimal(f float64, unit string) loop.Number {
	prec := 0
	if unit == "procent" {
		prec = 1
	}
	return loop.Number(strconv.FormatFloat(f, 'f', prec, 64))
}

// sentence says in two or three short sentences what a run found.
func sentence(res *simulate.Result, s *simulate.SchemeResult) string {
	if s.Variant == nil {
		return texts.T("simulatie.nu", "recht", s.Baseline.Entitled.Units, "krijgt", s.Baseline.Received.Units)
	}
	b, v := s.Baseline, *s.Variant
	var out []string
	diff := func(key string, n int64) {
		switch {
		case n > 0:
			out = append(out, texts.N("simulatie."+key+"-meer", n))
		case n < 0:
			out = append(out, texts.N("simulatie."+key+"-minder", -n))
		}
	}
	diff("recht", v.Entitled.Units-b.Entitled.Units)
	diff("krijgt", v.Received.Units-b.Received.Units)
	if c := v.Received.Cents - b.Received.Cents; c > 0 {
		out = append(out, texts.T("simulatie.kost", "bedrag", texts.EuroShort(roughly(c))))
	} else if c < 0 {
		out = append(out, texts.T("simulatie.scheelt", "bedrag", texts.EuroShort(roughly(-c))))
	}
	if h := v.Work.Hours() - b.Work.Hours(); h > 0 {
		out = append(out, texts.N("simulatie.uren-meer", h))
	} else if h < 0 {
		out = append(out, texts.N("simulatie.uren-minder", -h))
	}
	if len(out) == 0 {
		return texts.T("simulatie.gelijk")
	}
	return strings.Join(out, " ")
}

// roughly rounds an amount in cents to three digits: a simulation is not more
// exact than that.
func roughly(cents int64) int64 {
	unit := int64(1)
	for cents/unit >= 1000 {
		unit *= 10
	}
	return (cents + unit/2) / unit * unit
}

func (o *Office) simulationRef(p *loop.Proposal) *view.SimulationRef {
	for _, r := range o.runs {
		if r.proposal == p.ID && !r.over() {
			return &view.SimulationRef{ID: r.id, Running: true}
		}
	}
	s := p.Simulation
	if s.Run == "" {
		return nil
	}
	return &view.SimulationRef{ID: s.Run, Sentence: s.Sentence, Stale: s.Content != p.Content.Digest}
}

// Simulation is the page of a run. A run that was done before a restart is
// simply done again.
func (o *Office) Simulation(_ context.Context, _, id string) (view.SimulationView, error) {
	o.mu.Lock()
	r, ok := o.runs[id]
	if !ok {
		for _, p := range o.world.Proposals() {
			if p.Simulation.Run != id || p.Simulation.Content != p.Content.Digest {
				continue
			}
			d, err := o.draftOf(p)
			if err == nil {
				r, err = o.startRun(p, d, string(p.Simulation.By))
			}
			if err != nil {
				o.mu.Unlock()
				return view.SimulationView{}, err
			}
			if r.id != id {
				// The population of then cannot be made any more: its generator
				// changed. What was signed is still known.
				v := view.SimulationView{
					ID: id, Title: p.Title, Proposal: &view.Ref{Text: p.Title, Href: proposalHref(p.ID)}, State: view.SimulationFailed, Synthetic: true,
					Error: texts.T("simulatie.van-toen", "zin", p.Simulation.Sentence, "populatie", p.Simulation.Population),
				}
				o.mu.Unlock()
				return v, nil
			}
		}
	}
	o.mu.Unlock()
	if r == nil {
		return view.SimulationView{}, view.ErrNotFound
	}
	o.mu.RLock()
	defer o.mu.RUnlock()
	v := view.SimulationView{ID: id, State: view.SimulationRunning, Synthetic: true, Done: int(r.done.Load()), Total: r.total, Seed: strconv.Itoa(seed)}
	p := o.world.Proposal(r.proposal)
	if p != nil {
		v.Title = p.Title
		v.Proposal = &view.Ref{Text: p.Title, Href: proposalHref(p.ID)}
	}
	if !r.over() {
		return v, nil
	}
	if r.err != nil {
		v.State, v.Error = view.SimulationFailed, r.err.Error()
		return v, nil
	}
	v.State = view.SimulationDone
	o.fill(&v, r.result, p)
	return v, nil
}

func measureView(m simulate.Measure) view.Measure {
	return view.Measure{
		Count: m.Units, CountLow: m.UnitsLow, CountHigh: m.UnitsHigh,
		PerYear: view.Cents(m.Cents), PerYearLow: view.Cents(m.CentsLow), PerYearHigh: view.Cents(m.CentsHigh),
	}
}

func takeUp(s simulate.SideResult) view.TakeUp {
	return view.TakeUp{Entitled: measureView(s.Entitled), Received: measureView(s.Received), Automatic: measureView(s.Automatic)}
}

// fill lays a result out for the page.
func (o *Office) fill(v *view.SimulationView, res *simulate.Result, p *loop.Proposal) {
	v.Population, v.Households, v.Persons = res.Population.ID, res.Population.Rows, res.Population.PersonRows
	v.Stands = res.Population.Households
	v.Date, v.RuleSet, v.Seconds = res.Date, short(res.RuleSet), res.Seconds
	v.Caveat = texts.T("simulatie.let-op")
	for _, s := range res.Schemes {
		sc := view.SimulationScheme{ID: s.ID, Name: s.Name, Now: takeUp(s.Baseline)}
		if s.Variant != nil {
			t := takeUp(*s.Variant)
			sc.Variant = &t
		}
		v.Schemes = append(v.Schemes, sc)
		if p == nil || s.ID != p.Regulation {
			continue
		}
		v.Sentence = sentence(res, &s)
		v.Funnel = o.funnel(s)
		v.Groups = groupRows(s)
		last := s.Baseline
		if s.Variant != nil {
			last = *s.Variant
		}
		v.Work = []view.WorkRow{
			{Name: "Aanvragen", Now: s.Baseline.Work.Applications, Variant: last.Work.Applications},
			{Name: "Beoordelingen door een mens", Now: s.Baseline.Work.Judgements, Variant: last.Work.Judgements},
			{Name: "Uren van de uitvoering", Now: s.Baseline.Work.Hours(), Variant: last.Work.Hours()},
			{Name: "Bewijsstukken van inwoners", Now: s.Baseline.Burden.Proofs, Variant: last.Burden.Proofs},
			{Name: "Daarvan al bekend in een register", Now: s.Baseline.Burden.Known, Variant: last.Burden.Known},
		}
		for _, c := range s.Baseline.Cliffs {
			v.Cliffs = append(v.Cliffs, view.CliffRow{Input: o.attributeName(c.Input), Units: c.Units, Loss: view.Cents(c.MeanLoss)})
		}
		for _, f := range last.Failures {
			v.Failures = append(v.Failures, fmt.Sprintf("%d huishoudens: %s", f.Units, f.Message))
		}
	}
	for k, c := range res.Deciles {
		if c.Key == "negatief" {
			continue
		}
		n, err := strconv.Atoi(c.Key)
		if err != nil {
			n = k + 1
		}
		v.Deciles = append(v.Deciles, view.DecileRow{
			Decile: n, Gain: c.Gain(), Loss: c.Loss(), Same: c.Bands[simulate.Same], MeanChange: view.Cents(c.MeanChange),
		})
	}
	for _, a := range res.Assumptions {
		v.Assumptions = append(v.Assumptions, view.Assumption{Name: a.ID, Text: a.Text, Source: a.Basis})
	}
}

func (o *Office) attributeName(id string) string {
	if a, ok := o.rules.set.Attribute(id); ok {
		return a.Name
	}
	return id
}

// funnel follows the entitled along the steps of today's rules and of the
// variant, by step.
func (o *Office) funnel(s simulate.SchemeResult) []view.FunnelStep {
	variant := map[string]simulate.StepLoss{}
	if s.Variant != nil {
		for _, x := range s.Variant.Steps {
			variant[x.ID] = x
		}
	}
	out := []view.FunnelStep{{Name: "heeft recht", Now: s.Baseline.Entitled.Units}}
	if s.Variant != nil {
		out[0].Variant = s.Variant.Entitled.Units
	}
	left := out[0].Variant
	for k, x := range s.Baseline.Steps {
		f := view.FunnelStep{Name: x.Action, Now: x.Reached - x.Lost, Lost: x.Lost, Largest: k == s.Baseline.Worst}
		if a, ok := o.articleOf(s.ID, x.Article); ok {
			f.Article = view.Ref{Text: articleName(a), Href: articleHref(s.ID, a.ID)}
		}
		// A step that the variant took away loses nobody.
		if y, ok := variant[x.ID]; ok {
			left = y.Reached - y.Lost
		}
		f.Variant = left
		out = append(out, f)
	}
	return out
}

func (o *Office) articleOf(reg, article string) (*regulation.Article, bool) {
	r, ok := o.rules.set.Get(reg)
	if !ok {
		return nil, false
	}
	return r.Article(article)
}

// minimumRows is how many synthetic households a group needs before its number
// is shown.
const minimumRows = 10

func groupRows(s simulate.SchemeResult) []view.GroupRow {
	variant := map[string]simulate.Group{}
	if s.Variant != nil {
		for _, g := range s.Variant.Groups {
			variant[g.Kind+g.Name] = g
		}
	}
	var out []view.GroupRow
	for _, g := range s.Baseline.Groups {
		row := view.GroupRow{Name: g.Name, Now: g.Received.Units, Variant: g.Received.Units, Suppressed: g.Rows < minimumRows}
		if s.Variant != nil {
			v := variant[g.Kind+g.Name]
			row.Variant = v.Received.Units
			row.Suppressed = row.Suppressed && v.Rows < minimumRows
		}
		out = append(out, row)
	}
	return out
}
