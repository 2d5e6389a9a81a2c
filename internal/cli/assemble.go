package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"strings"
	"time"

	"lemniscaat/internal/authn"
	"lemniscaat/internal/authz"
	"lemniscaat/internal/config"
	"lemniscaat/internal/header"
	"lemniscaat/internal/office"
	"lemniscaat/internal/population"
	"lemniscaat/internal/processing"
	pdf "lemniscaat/internal/report"
	"lemniscaat/internal/story"
	"lemniscaat/internal/telemetry"
	"lemniscaat/internal/web"
)

// service is work beside the pages. run returns when its context ends, and gives
// an error only for what ends the whole program; it retries and logs the rest.
type service struct {
	name string
	run  func(ctx context.Context) error
}

// assembly is everything that one server does.
type assembly struct {
	handler  http.Handler
	watched  *monitor
	services []service
	closers  []func() error // in the order in which they were opened
}

// Close closes what was opened for the handler, the last first.
func (a *assembly) Close() error {
	var err error
	for i := len(a.closers) - 1; i >= 0; i-- {
		err = errors.Join(err, a.closers[i]())
	}
	return err
}

// assemble joins the rooms over an opened installation: the one handler, and what
// runs beside it. Everything that serves or runs has its line here.
func assemble(in *installation, s *config.Loaded, who *authn.Service, m *monitor) (_ *assembly, err error) {
	a := &assembly{watched: m}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Close())
		}
	}()
	m.follow(in)
	guard, err := office.NewGuard(in.store, in.clock.now, m.log)
	if err != nil {
		return nil, err
	}
	noting := noted{guard}
	pages, err := a.pages(in, s, who, noting)
	if err != nil {
		return nil, err
	}
	site, err := withAPI(in, s, who, m.log, noting, pages)
	if err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	// The most precise pattern wins; the pages answer what nobody else does.
	all := http.NewServeMux()
	all.HandleFunc("GET /healthz", m.health.Alive)
	all.HandleFunc("GET /readyz", m.health.Ready(false))
	all.Handle("/", in.fresh(recorded(in, site, m.log)))
	a.handler = m.server.Watch(closed(all, overTLS(s)))
	if in.notary, err = newNotary(in, s, os.Stderr, m.log); err != nil {
		return nil, err
	}
	in.Signing = in.notary.Ring
	a.services = append(a.services,
		service{"volgen", in.follow},
		service{"keep", in.keep},
		service{"momentopname", in.keepSnapshots},
		service{"zoekindex", in.indexTexts},
		service{"nalopen", in.checkThawed},
		service{"runs", func(ctx context.Context) error { in.FollowRuns(ctx); return nil }},
		service{"koppen", runNotary(in.notary)},
		service{"metrics", m.serve},
		service{"opruimen", in.sweep(m.log)},
		service{"wachtende verwerkingen", settled(in.Processing, m.log)},
	)
	out, err := outgoing(in, s, m.log)
	if err != nil {
		return nil, err
	}
	a.services = append(a.services, out...)
	m.relays(in, s)
	return a, nil
}

// closed gives every answer, also that of a health check and of the mux itself, the
// headers that let a browser do nothing with it. The pages and the API set their own.
func closed(next http.Handler, tls bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header.Closed(w.Header(), tls)
		next.ServeHTTP(w, r)
	})
}

// noted puts in which roles somebody asks in the line of the request.
type noted struct{ *office.Guard }

func (n noted) Allow(ctx context.Context, r authz.Request) authz.Decision {
	telemetry.As(ctx, r.Principal.Roles...)
	processing.During(ctx, r.Operation)
	return n.Guard.Allow(ctx, r)
}

// pages gives the handler of all pages.
func (a *assembly) pages(in *installation, s *config.Loaded, who *authn.Service, guard noted) (http.Handler, error) {
	deps := web.Deps{Service: in.Office, Log: a.watched.log, Guard: guard, Refused: guard, Counter: in.store, CounterKey: in.CounterKey(), Matched: telemetry.Route}
	if who != nil { // an installation of an organisation; the demo has a role switch
		deps.Identity, deps.TLS = recordedAccounts{who}, overTLS(s)
	}
	deps.IntakeAPI = s.IntakeFile != ""
	deps.SecurityTxt = web.SecurityTxt{Contacts: s.SecurityContacts, Policy: s.SecurityPolicy, Valid: s.SecurityValid}
	if strings.HasPrefix(s.URL, "https://") {
		deps.SecurityTxt.Canonical = s.URL + "/.well-known/security.txt"
	}
	var err error
	if s.Theme != "" {
		if err := themeFault(s.Theme); err != nil {
			return nil, err
		}
		if deps.Tokens, err = os.ReadFile(s.Theme); err != nil {
			return nil, badInput("%s", fileError(s.Theme, err))
		}
	}
	if deps.Phrases, err = office.Phrases(); err != nil {
		return nil, fmt.Errorf("phrases: %w", err)
	}
	for _, english := range []func() (map[string]string, error){processing.English, population.English} {
		pairs, err := english()
		if err != nil {
			return nil, fmt.Errorf("phrases: %w", err)
		}
		for nl, en := range pairs {
			if _, said := deps.Phrases[nl]; !said {
				deps.Phrases[nl] = en
			}
		}
	}
	maps.Copy(deps.Phrases, in.QuestionPhrases())
	told, err := openStories(in.Shipped)
	if err != nil {
		return nil, fmt.Errorf("stories: %w", err)
	}
	a.closers = append(a.closers, told.Close)
	deps.Stories = told
	pairs, err := story.Phrases()
	if err != nil {
		return nil, fmt.Errorf("phrases: %w", err)
	}
	maps.Copy(deps.Phrases, pairs)
	// Without Chromium the pages say that the browser of the reader can print.
	if printer, err := pdf.Find(); err == nil {
		deps.Printer = printer
	}
	pages, err := web.New(deps)
	if err != nil {
		return nil, fmt.Errorf("pages: %w", err)
	}
	return pages, nil
}

// keepSnapshots makes the next start short.
func (in *installation) keepSnapshots(ctx context.Context) error {
	minute := time.NewTicker(time.Minute)
	defer minute.Stop()
	in.KeepSnapshots(ctx, minute.C)
	return nil
}

// indexTexts keeps the index of what was reported near the end of the log.
func (in *installation) indexTexts(ctx context.Context) error {
	minute := time.NewTicker(time.Minute)
	defer minute.Stop()
	in.IndexTexts(ctx, minute.C)
	return nil
}

// checkThawed reads the log that a snapshot stood for, when the first pages are away.
func (in *installation) checkThawed(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case <-time.After(checkAfter):
	}
	return in.CheckThawed(ctx)
}

const checkAfter = 10 * time.Second

// keep does every minute what nobody clicks for, beside the pages: a mail server
// that hangs keeps nobody waiting.
func (in *installation) keep(ctx context.Context) error {
	minute := time.NewTicker(time.Minute)
	defer minute.Stop()
	in.Keep(ctx, minute.C)
	return nil
}
