package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"lemniscaat/internal/screen"
)

// tryTime is how long a page may follow one change: far more than it takes.
const tryTime = time.Minute

// routeTry registers the page on which values are moved. Its form asks with GET:
// an address says what is tried, and nothing is kept of it.
func (s *server) routeTry() {
	svc := s.Service
	const path = "/regelingen/{regeling}/proberen"
	show := func(in screen.TryInput) func(*http.Request, *page) (view, error) {
		return func(r *http.Request, p *page) (view, error) {
			v, err := svc.Try(r.Context(), p.Frame.Actor.ID, in, nil)
			if faults := slices.Concat(v.Faults, v.Find.Faults); len(faults) > 0 && p.Refusal == nil {
				p.FormID, p.Refusal = tryForm, fieldRefusal(p, faults...)
			}
			crumb := []screen.Ref{{Text: v.Name, Href: to("regelingen", v.ID)}}
			if v.Issue != "" {
				crumb = append(crumb, v.Back)
			}
			return view{title: p.T("proberen.titel", "regeling", v.Name), here: screen.StationSimulate, crumb: crumb, body: tryPage(p, v)}, err
		}
	}
	s.get(path, func(r *http.Request, p *page) (view, error) {
		in := tryInput(r, r.URL.Query())
		in.Find = tryFind(r.URL.Query())
		if len(in.Values) > 0 || in.Find.Asked {
			p.Values, p.FormID = r.URL.Query(), tryForm
			if !p.Values.Has("doel") {
				p.Values.Set("doel", findGoal) // an address need not name it
			}
		}
		return show(in)(r, p)
	})
	s.post(path+"/voorstel", func(r *http.Request, p *page) (string, error) {
		id, err := svc.ProposeTry(r.Context(), p.Frame.Actor.ID, tryInput(r, r.PostForm))
		return done(to("voorstellen", id), "voorstel"), err
	}, func(r *http.Request, p *page) (view, error) {
		p.FormID = tryForm
		in := tryInput(r, r.PostForm)
		in.Compute = false
		return show(in)(r, p)
	})
	s.stream(path+"/stroom", func(ctx context.Context, r *http.Request, p *page, send func(event string, data []byte) error) error {
		in := tryInput(r, r.URL.Query())
		in.Compute = true
		v, err := svc.Try(ctx, p.Frame.Actor.ID, in, func(done, total int) {
			progress, _ := json.Marshal(map[string]int{"gedaan": done, "van": total}) // cannot fail
			_ = send("bezig", progress)                                               // who has gone is found out below
		})
		if err != nil {
			return err
		}
		faults := map[string]string{}
		for _, f := range v.Faults {
			faults[f.Field] = f.Text
		}
		data, err := json.Marshal(map[string]any{"stand": p.tryState(v), "fouten": faults})
		if err != nil {
			return err
		}
		if err := send("stand", data); err != nil || v.Run == nil {
			return err
		}
		var b bytes.Buffer
		if err := tryResult(p, v).Render(ctx, &b); err != nil {
			return fmt.Errorf("render a result: %w", err)
		}
		return send("uitkomst", s.translated(p, b.Bytes()))
	})
}

// tryForm names the form of the page.
const tryForm = "proberen"

// findGoal stands in the field of the goal when nobody typed another: no change.
const findGoal = "gelijk"

func tryInput(r *http.Request, values url.Values) screen.TryInput {
	in := screen.TryInput{Regulation: r.PathValue("regeling"), Article: values.Get("artikel"), Issue: values.Get("knelpunt"),
		Title: strings.TrimSpace(values.Get("titel")), Values: map[string]string{}}
	for name := range values {
		if id, ok := strings.CutPrefix(name, screen.TryField("")); ok {
			in.Values[id] = strings.TrimSpace(values.Get(name))
		}
	}
	in.Compute = len(in.Values) > 0
	return in
}

// tryFind reads what value is asked for.
func tryFind(values url.Values) screen.TryFind {
	if !values.Has("zoeken") {
		return screen.TryFind{}
	}
	return screen.TryFind{Parameter: values.Get("zoek"), Measure: values.Get("maat"), Goal: strings.TrimSpace(values.Get("doel")), Asked: true}
}

// stream registers a question that is answered with server-sent events: any
// number of "bezig", then what f sends, or "mislukt". The browser ends it; who
// has gone is no longer computed for.
func (s *server) stream(pattern string, f func(ctx context.Context, r *http.Request, p *page, send func(event string, data []byte) error) error) {
	s.routes = append(s.routes, "GET "+pattern)
	s.mux.HandleFunc("GET "+pattern, func(w http.ResponseWriter, r *http.Request) {
		p, err := s.page(r)
		if err != nil {
			s.fail(w, r, p, err)
			return
		}
		end, ok := s.streams.begin(p.Frame.Actor.ID, r)
		if !ok { // the page asks now and then by itself
			w.Header().Set("Retry-After", "10")
			s.failure(w, r, p, http.StatusTooManyRequests, "429", nil)
			return
		}
		defer end()
		ctx, cancel := context.WithTimeout(r.Context(), tryTime)
		defer cancel()
		out := &events{w: w, flush: http.NewResponseController(w)}
		if acceptsGzip(r) {
			out.zip, _ = gzip.NewWriterLevel(w, gzip.BestSpeed) // the level is valid
		}
		defer out.end()
		err = f(ctx, r, p, out.send)
		var no *screen.Refusal
		switch {
		case err == nil, r.Context().Err() != nil: // nobody reads the answer
		case errors.As(err, &no):
			out.fail(p.T("proberen.kan-niet") + " " + no.Error())
		case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
			out.fail(p.T("proberen.ingehaald"))
		case errors.Is(err, screen.ErrNotFound) && !out.begun:
			s.fail(w, r, p, err)
		default:
			s.Log.ErrorContext(r.Context(), "stream failed", "pattern", r.Pattern, "error", err)
			out.fail(p.T("proberen.mislukt"))
		}
	})
}

// events writes server-sent events, one at a time.
type events struct {
	mu    sync.Mutex
	w     http.ResponseWriter
	flush *http.ResponseController
	zip   *gzip.Writer // nil: the browser does not read that
	begun bool
}

// end closes what is compressed, so that a reader sees that it was all.
func (e *events) end() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.begun && e.zip != nil {
		_ = e.zip.Close() // the reader may have gone
	}
}

func (e *events) send(event string, data []byte) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.begun {
		h := e.w.Header()
		h.Set("Content-Type", "text/event-stream; charset=utf-8")
		h.Set("Cache-Control", "no-store")
		h.Set("X-Accel-Buffering", "no") // a proxy is not to keep it back
		h.Add("Vary", "Accept-Encoding, Cookie")
		if e.zip != nil {
			h.Set("Content-Encoding", "gzip")
		}
		e.begun = true
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "event: %s\n", event)
	for line := range bytes.Lines(data) {
		fmt.Fprintf(&b, "data: %s\n", bytes.TrimRight(line, "\r\n"))
	}
	b.WriteByte('\n')
	if err := e.write(b.Bytes()); err != nil {
		return fmt.Errorf("send an event: %w", err)
	}
	if err := e.flush.Flush(); err != nil {
		return fmt.Errorf("send an event: %w", err)
	}
	return nil
}

func (e *events) write(data []byte) error {
	if e.zip == nil {
		_, err := e.w.Write(data)
		return err
	}
	if _, err := e.zip.Write(data); err != nil {
		return err
	}
	return e.zip.Flush()
}

func (e *events) fail(text string) {
	data, _ := json.Marshal(map[string]string{"stand": text}) // cannot fail
	_ = e.send("mislukt", data)                               // who has gone has gone
}

// tryState says in a sentence how it stands with what is tried.
func (p *page) tryState(v screen.TryView) string {
	switch {
	case v.Why != "":
		return v.Why
	case len(v.Faults) > 0:
		return p.N("proberen.stand-fout", int64(len(v.Faults)))
	case len(v.Changed) == 0:
		return p.T("proberen.stand-niets")
	case v.Run == nil:
		return p.T("proberen.stand-klaar")
	}
	var list []string
	for _, c := range v.Changed {
		list = append(list, p.T("proberen.verandering", "naam", c.Name, "nu", c.Now, "waarde", c.Value))
	}
	return p.T("proberen.stand-gedaan", "zin", v.Run.Sentence, "wat", strings.Join(list, "; "))
}

func tryHref(v screen.TryView) string { return to("regelingen", v.ID, "proberen") }

// tryAddress is the page for a regulation, at a knelpunt or an article of it.
func tryAddress(regulation, article, issue string) string {
	q := url.Values{}
	if issue != "" {
		q.Set("knelpunt", issue)
	} else if article != "" {
		q.Set("artikel", article)
	}
	if len(q) == 0 {
		return to("regelingen", regulation, "proberen")
	}
	return to("regelingen", regulation, "proberen") + "?" + q.Encode()
}

// tryFill is the page with a value that was found in the sentence.
func tryFill(v screen.TryView, fill map[string]string) string {
	q := url.Values{}
	for id, value := range fill {
		q.Set(screen.TryField(id), value)
	}
	if v.Issue != "" {
		q.Set("knelpunt", v.Issue)
	}
	if v.Article != "" {
		q.Set("artikel", v.Article)
	}
	return tryHref(v) + "?" + q.Encode()
}

// tried is what stands in the field of a value: what was typed, or what it is. An
// address need not name every value.
func (p *page) tried(x screen.Piece) string {
	if name := screen.TryField(x.Param); p.FormID == tryForm && p.Values.Has(name) {
		return p.Values.Get(name)
	}
	return x.Value
}

// articleChanged reports whether an article has a value that is moved, or one
// that cannot be.
func articleChanged(p *page, a screen.TryArticle) bool {
	for _, s := range a.Rules {
		for _, x := range s.Pieces {
			if x.Param != "" && (x.Value != x.Now || p.fault(tryForm, screen.TryField(x.Param)) != "") {
				return true
			}
		}
	}
	return false
}
