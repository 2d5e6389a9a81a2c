package lsp

import (
	"cmp"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"lemniscaat/internal/language"
	"lemniscaat/internal/rule"
)

// publisher sends diagnostics, of the newest state only: at once what is wrong
// in the texts, and after a pause what package check finds.
type publisher struct {
	s      *server
	mu     sync.Mutex
	newest map[*project]*state
	wake   chan struct{}
	stop   chan struct{}
	done   chan struct{}
	found  chan found
	// sent are the addresses that have diagnostics now, by project.
	sent map[*project]map[string]bool
}

// found are the slow findings of a state.
type found struct {
	state *state
	what  map[string][]language.Diagnostic
}

func newPublisher(s *server) *publisher {
	p := &publisher{s: s, newest: map[*project]*state{}, wake: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{}),
		found: make(chan found), sent: map[*project]map[string]bool{}}
	go p.run()
	return p
}

// publish has the diagnostics of a state sent, unless a newer one comes first.
func (p *publisher) publish(st *state) {
	p.mu.Lock()
	p.newest[st.project] = st
	p.mu.Unlock()
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// forget has the diagnostics of a project taken away.
func (p *publisher) forget(proj *project) {
	p.publish(&state{project: proj})
}

func (p *publisher) close() {
	close(p.stop)
	<-p.done
}

func (p *publisher) take() []*state {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []*state
	for proj, st := range p.newest {
		out = append(out, st)
		delete(p.newest, proj)
	}
	slices.SortFunc(out, func(a, b *state) int { return cmp.Compare(a.project.root, b.project.root) })
	return out
}

func (p *publisher) run() {
	defer close(p.done)
	last := map[*project]*state{}
	var waiting []*project // for the slow findings
	var pause <-chan time.Time
	busy := false
	for {
		select {
		case <-p.stop:
			if busy {
				<-p.found
			}
			return
		case <-p.wake:
			for _, st := range p.take() {
				p.send(st, nil)
				last[st.project] = st
				if !slices.Contains(waiting, st.project) {
					waiting = append(waiting, st.project)
				}
			}
			pause = time.After(p.s.o.Pause)
			continue
		case <-pause:
			pause = nil
		case f := <-p.found:
			busy = false
			if last[f.state.project] == f.state && len(f.what) > 0 {
				p.send(f.state, f.what)
			}
		}
		// One at a time, and not while somebody is typing.
		if !busy && pause == nil && len(waiting) > 0 {
			st := last[waiting[0]]
			waiting = waiting[1:]
			busy = true
			go func() { p.found <- found{st, p.slow(st)} }()
		}
	}
}

// slow gives the slow findings of a state.
func (p *publisher) slow(st *state) (out map[string][]language.Diagnostic) {
	defer p.rescue()
	if st.workspace == nil {
		return nil
	}
	return st.workspace().Findings()
}

// rescue tells of a panic; the editor then has no diagnostics of this state.
func (p *publisher) rescue() {
	if r := recover(); r != nil {
		p.s.tell("interne fout bij de bevindingen: %v\n%s", r, debug.Stack())
	}
}

// send sends what is wrong in a state, and the slow findings when there are.
func (p *publisher) send(st *state, extra map[string][]language.Diagnostic) {
	defer p.rescue()
	now := map[string]bool{}
	before := p.sent[st.project]
	var out []publishParams
	if st.workspace != nil {
		w := st.workspace()
		fast := w.Diagnostics()
		for _, name := range w.Names() {
			uri, ok := st.uri(name)
			if !ok {
				continue
			}
			ds := []diagnostic{}
			for _, d := range slices.Concat(fast[name], extra[name]) {
				ds = append(ds, st.diagnostic(name, d))
			}
			_, open := st.uris[name]
			if len(ds) > 0 {
				now[uri] = true
			}
			if len(ds) > 0 || before[uri] || open {
				out = append(out, publishParams{uri, st.versions[name], ds})
			}
		}
	}
	for _, m := range out {
		delete(before, m.URI)
	}
	for uri := range before { // a file that is gone
		out = append(out, publishParams{URI: uri, Diagnostics: []diagnostic{}})
	}
	p.sent[st.project] = now
	for _, m := range out {
		if err := p.s.out.notify("textDocument/publishDiagnostics", m); err != nil {
			p.s.tell("%v", err)
			return
		}
	}
}

func (s *state) diagnostic(name string, d language.Diagnostic) diagnostic {
	severity := 3
	switch d.Severity {
	case rule.Error:
		severity = 1
	case rule.Warning:
		severity = 2
	}
	out := diagnostic{Range: s.text(name).textRange(d.Range), Severity: severity, Code: d.Code, Source: "lemniscaat", Message: d.Text()}
	for _, r := range d.Related {
		if uri, ok := s.uri(r.File); ok {
			out.RelatedInformation = append(out.RelatedInformation, relatedInfo{location{uri, s.text(r.File).textRange(r.Range)}, r.Message})
		}
	}
	return out
}
