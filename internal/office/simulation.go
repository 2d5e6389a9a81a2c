package office

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
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
	o.mu.RLock()
	told, err := o.runView(r.result, s.ID, r.id)
	o.mu.RUnlock()
	if err != nil {
		o.Log.Warn("simulatie niet vastgelegd", "run", r.id, "fout", err)
		return
	}
	err = o.do(o.life, r.who, loop.AttachSimulation{Proposal: proposal, Simulation: loop.Simulation{
		Run: r.id, Content: content, Population: r.result.Population.ID, Synthetic: true,
		Sentence: strings.TrimSpace(told.Sentence + " " + told.Rest), Numbers: numbers(s),
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
					ID: id, Title: p.Title, Proposal: &view.Ref{Text: p.Title, Href: proposalHref(p.ID)}, State: view.SimulationFailed,
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
	v := view.SimulationView{ID: id, State: view.SimulationRunning, Done: int(r.done.Load()), Total: r.total}
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
	focus := ""
	if p != nil {
		focus = p.Regulation
	}
	var err error
	v.Run, err = o.runView(r.result, focus, r.id)
	return v, err
}
