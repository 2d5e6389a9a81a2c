package office

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/population"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/run"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/simulate"
)

// seed is that of every run of an installation: the same draws on both sides
// and in every proposal, so that two runs differ by their rules alone.
const seed = 1

// people gives the population of a run: the country, or for a regulation of
// this municipality its own number of households. Callers hold the lock.
func (o *Office) people(r *regulation.Regulation, year int) (*population.Population, error) {
	spec, err := population.Parse(o.Population)
	if err != nil {
		return nil, err
	}
	spec.Seed, spec.Year = seed, year
	if r.Municipality != nil {
		spec.Households = float64(o.Households)
	}
	return o.planned(spec)
}

// planned gives a population, which is planned once. Callers hold the lock.
func (o *Office) planned(spec population.Spec) (*population.Population, error) {
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
func (o *Office) Simulate(ctx context.Context, who, id string) (string, error) {
	order, err := o.proposalOrder(who, id)
	if err != nil {
		return "", err
	}
	return o.startRun(ctx, order)
}

// proposalOrder gives the order of a run of a proposal, for somebody who may.
func (o *Office) proposalOrder(who, id string) (run.Order, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	p := o.world.Proposal(id)
	if p == nil {
		return run.Order{}, view.ErrNotFound
	}
	if _, ok := o.world.MemberAt(loop.PersonID(who), loop.Anchor{Regulation: p.Regulation}, o.today()); !ok {
		return run.Order{}, refuse("rol-onjuist", "Simuleren doet wie in de driehoek van deze regeling zit.", "Vraag het beleid of uitvoering.")
	}
	d, err := o.draftOf(p)
	if err != nil {
		return run.Order{}, err
	}
	if d.empty() {
		return run.Order{}, refuse("inhoud-ontbreekt", "Er is nog niets om te simuleren.", "Verander eerst iets in de regel of in een stap.")
	}
	reg, ok := d.set.Get(p.Regulation)
	if !ok || reg.Level < regulation.LevelRules {
		return run.Order{}, refuse("geen-regels", "Deze regeling heeft geen rekenregels. Simuleren kan niet.", "Schrijf eerst de regels, of maak een schatting in het Beleidskompas.")
	}
	next, err := simulate.NewSide(d.set, d.variant.From, p.Regulation)
	if err != nil {
		return run.Order{}, err
	}
	if no, err := next.Impossible(d.variant.From); err != nil {
		return run.Order{}, err
	} else if len(no) > 0 {
		return run.Order{}, refuse("niet-te-simuleren", "Deze regeling kan niet gesimuleerd worden. "+no[0].Reason,
			"De voorbeelden van de regeling laten wel zien wat er verandert.")
	}
	return o.order(p, d, who)
}

// order gives the order of a run of a proposal; it needs the lock.
func (o *Office) order(p *loop.Proposal, d draft, who string) (run.Order, error) {
	reg, ok := d.set.Get(p.Regulation)
	if !ok {
		return run.Order{}, view.ErrNotFound
	}
	people, err := o.people(reg, d.variant.From.Year)
	if err != nil {
		return run.Order{}, err
	}
	if o.Know != nil {
		o.Know(d.base)
	}
	q := run.Ask(o.Shipped, d.base, d.set)
	spec := people.Spec()
	q.Population, q.People, q.Year, q.Seed, q.Date = o.Population, people.ID(), spec.Year, seed, d.variant.From
	q.Regulations = []string{p.Regulation}
	q.Advances = reg.Advance != nil
	if reg.Municipality != nil {
		q.Households = spec.Households
	}
	return run.Order{Question: q, Title: p.Title, For: p.ID, Content: string(p.Content.Digest), Who: who}, nil
}

// attach records a finished run with its proposal. When the content has
// changed meanwhile the loop refuses, and the run simply belongs to nothing.
func (o *Office) attach(info run.Info, result *simulate.Result) {
	content := loop.Digest(info.Content)
	// The same run again, after a restart, is no news: an event would take the
	// proposal back and make its keys fall because somebody looked at a page.
	o.mu.RLock()
	p := o.world.Proposal(info.For)
	known, reg := true, ""
	if p != nil {
		known, reg = p.Simulation.Run == info.ID && p.Simulation.Content == content, p.Regulation
	}
	o.mu.RUnlock()
	s, ok := result.Find(reg)
	if known || !ok {
		return
	}
	o.mu.RLock()
	told := o.runView(result, s.ID, info.ID)
	o.mu.RUnlock()
	err := o.do(o.life, info.Who, loop.AttachSimulation{Proposal: info.For, Simulation: loop.Simulation{
		Run: info.ID, Content: content, Population: result.Population.ID, Synthetic: true,
		Sentence: strings.TrimSpace(told.Sentence + " " + told.Rest), Numbers: numbers(s),
	}})
	var no *view.Refusal
	if err != nil && !errors.As(err, &no) {
		o.Log.Warn("simulatie niet vastgelegd", "run", info.ID, "fout", err)
	}
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

func (o *Office) simulationRef(p *loop.Proposal) *view.SimulationRef {
	if id, ok := o.underWay.of(p.ID); ok {
		return &view.SimulationRef{ID: id, Running: true}
	}
	s := p.Simulation
	if s.Run == "" {
		return nil
	}
	return &view.SimulationRef{ID: s.Run, Sentence: s.Sentence, Stale: s.Content != p.Content.Digest}
}

// Simulation is the page of a run. A run of a proposal that is not kept any more
// is done again.
func (o *Office) Simulation(ctx context.Context, who, id string) (view.SimulationView, error) {
	info, err := o.Runs.Status(ctx, id)
	var results []*simulate.Result
	if err == nil && info.State == run.Done {
		results, err = o.Runs.Result(ctx, id)
	}
	switch {
	case errors.Is(err, run.ErrGone):
		if _, err = o.startRun(ctx, info.Order); err == nil {
			info, err = o.Runs.Status(ctx, id)
		}
	case errors.Is(err, run.ErrNotFound):
		var old *view.SimulationView
		if info, old, err = o.again(ctx, id); old != nil {
			return *old, nil
		}
	}
	if err != nil {
		return view.SimulationView{}, err
	}
	o.mu.RLock()
	defer o.mu.RUnlock()
	v := o.runState(ctx, info, who)
	if len(results) == 0 {
		return v, nil
	}
	focus := ""
	if len(info.Regulations) == 1 {
		focus = info.Regulations[0]
	}
	v.Run = o.runView(results[0], focus, id)
	return v, nil
}

// again starts a run that a proposal was decided on and that is not known here
// any more. When another run comes of it now, it gives the page that says so.
func (o *Office) again(ctx context.Context, id string) (run.Info, *view.SimulationView, error) {
	o.mu.Lock()
	var order run.Order
	err := view.ErrNotFound
	for _, p := range o.world.Proposals() {
		if p.Simulation.Run != id || p.Simulation.Content != p.Content.Digest {
			continue
		}
		var d draft
		if d, err = o.draftOf(p); err == nil {
			order, err = o.order(p, d, string(p.Simulation.By))
		}
		// What was found then is still told when it cannot be computed any more, or
		// comes out as another run: the population of that year is not here.
		if err != nil || order.ID() != id {
			v := &view.SimulationView{
				ID: id, Title: p.Title, Proposal: &view.Ref{Text: p.Title, Href: proposalHref(p.ID)}, State: view.SimulationFailed,
				Error: texts.T("simulatie.van-toen", "zin", p.Simulation.Sentence, "populatie", p.Simulation.Population),
			}
			o.mu.Unlock()
			return run.Info{}, v, nil //nolint:nilerr // the view says it
		}
		break
	}
	o.mu.Unlock()
	if err != nil {
		return run.Info{}, nil, err
	}
	if _, err = o.startRun(ctx, order); err != nil {
		return run.Info{}, nil, err
	}
	info, err := o.Runs.Status(ctx, id)
	return info, nil, err
}
