// Package api is the HTTP API for other programs, /api/v1, after the NL API
// Design Rules: Dutch names, problem+json for every no, bearer tokens, never
// cookies. Operations are declared with huma, which checks what comes in and
// makes openapi.json; everything that huma does not see (unknown addresses, wrong
// methods, tokens, sizes, what is not JSON) is answered in front of it, by the
// same writer of problems.
package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"reflect"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"lemniscaat/internal/authz"
	"lemniscaat/internal/explain"
	"lemniscaat/internal/store"
)

// Version is that of the API, as info.version and the header API-Version say it.
const Version = "1.0.0"

// Base is the address under which everything stands.
const Base = "/api/v1"

// ErrToken says that a bearer token is unknown, revoked or too old.
var ErrToken = errors.New("dit token is niet bekend")

// Tokens knows who sends a request.
type Tokens interface {
	// Bearer gives who a token belongs to, with what it may be used for; ErrToken
	// when nobody.
	Bearer(ctx context.Context, token string) (authz.Principal, error)
}

// Guard decides who may do what, and keeps what it decided. Public operations are
// asked too, with the zero Principal when no token came.
type Guard interface {
	Allow(ctx context.Context, r authz.Request) authz.Decision
}

// Deps is what the API needs.
type Deps struct {
	Service Service
	Tokens  Tokens
	Guard   Guard
	// Demo: this is the demo, where anybody chooses who to be.
	Demo bool
	// Shelf keeps the answers to requests with an Idempotency-Key, and counts for
	// the limit, for all replicas.
	Shelf store.Shelf
	Log   *slog.Logger     // nil: nothing is logged
	Now   func() time.Time // nil: time.Now
	// TLS says that clients come over HTTPS: HSTS is sent.
	TLS bool
	// PerMinute is how many requests one token, or one address without a token,
	// may send in a minute; 0: DefaultPerMinute.
	PerMinute int64
	// Timeout is how long an operation may take; 0: half a minute.
	Timeout time.Duration
}

// DefaultPerMinute is the limit of an installation that says nothing of it.
const DefaultPerMinute = 600_000

// server holds the routes.
type server struct {
	Deps
	mux    *http.ServeMux
	huma   huma.API
	routes map[string]*route // by pattern: "GET /api/v1/regelingen"
	spec   []byte            // openapi.json
	page   []byte            // the documentation
	pageOf string            // its style sheet
	limits limits
}

// replaceErrors makes huma answer with Problem: what the library offers for it is
// one variable for all APIs of a process.
var replaceErrors = sync.OnceFunc(func() { huma.NewError = fromHuma })

// New gives the handler of everything under Base.
func New(d Deps) (http.Handler, error) {
	s, err := newServer(d)
	if err != nil {
		return nil, err
	}
	return s, nil
}

func newServer(d Deps) (*server, error) {
	if d.Service == nil || d.Tokens == nil || d.Guard == nil || d.Shelf == nil {
		return nil, errors.New("api: Service, Tokens, Guard or Shelf is nil")
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.PerMinute == 0 {
		d.PerMinute = DefaultPerMinute
	}
	if d.Timeout == 0 {
		d.Timeout = 30 * time.Second
	}
	replaceErrors()
	s := &server{Deps: d, mux: http.NewServeMux(), routes: map[string]*route{}}
	s.huma = humago.NewWithPrefix(s.mux, Base, config())
	s.register()
	if err := s.describe(); err != nil {
		return nil, err
	}
	return s, nil
}

// OpenAPI gives openapi.json as this program serves it.
func OpenAPI() ([]byte, error) {
	s := &server{mux: http.NewServeMux(), routes: map[string]*route{}}
	replaceErrors()
	s.huma = humago.NewWithPrefix(s.mux, Base, config())
	s.register()
	if err := s.describe(); err != nil {
		return nil, err
	}
	return s.spec, nil
}

// config is that of huma: JSON only, nothing served by itself, unknown
// parameters refused.
func config() huma.Config {
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "Lemniscaat", Version: Version, Description: intro,
				Contact: &huma.Contact{Name: "Lemniscaat", URL: "https://example.org/lemniscaat", Email: "api@example.org"},
				License: &huma.License{Name: "EUPL-1.2", URL: "https://joinup.ec.europa.eu/collection/eupl/eupl-text-eupl-12"},
			},
			Servers: []*huma.Server{{URL: Base, Description: "Deze installatie"}},
			Components: &huma.Components{
				Schemas:         huma.NewMapRegistry("#/components/schemas/", named),
				SecuritySchemes: map[string]*huma.SecurityScheme{bearer: {Type: "http", Scheme: "bearer", Description: "Een token dat de beheerder van de installatie maakt, met de rechten die bij de bewerking staan. Intrekken kan altijd. Cookies tellen niet."}},
			},
		},
		Formats:                      map[string]huma.Format{"application/json": written, "json": written},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
	}
}

const bearer = "token"

// intro is the description of the API.
const intro = `De werkende lus tussen beleid en uitvoering, voor andere programma's.

Wat openbaar is (regelingen, register, feeds) vraagt geen token. De rest vraagt een token in de kop Authorization: Bearer …

Fouten komen als application/problem+json, met alle fouten in de invoer tegelijk in errors. Datums zijn dagen zonder tijd. Tijdstippen mogen met elke zone binnenkomen en gaan als UTC naar buiten. Niets over een zaak staat in een adres.`

type principalKey struct{}

func principal(ctx context.Context) authz.Principal {
	p, _ := ctx.Value(principalKey{}).(authz.Principal)
	return p
}

// who is the person in whose name an operation acts; "" for nobody.
func who(ctx context.Context) string { return principal(ctx).Person }

// named gives types in the document Dutch names.
func named(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if name := map[reflect.Type]string{
		reflect.TypeFor[explain.Explanation](): "Uitleg", reflect.TypeFor[explain.Line](): "Stap", reflect.TypeFor[explain.Value](): "Waarde",
		reflect.TypeFor[explain.Change](): "Verandering", reflect.TypeFor[explain.Problem](): "Belemmering", reflect.TypeFor[explain.Hop](): "Tussenstap",
		reflect.TypeFor[explain.Source](): "Bron",
	}[t]; name != "" {
		return name
	}
	return huma.DefaultSchemaNamer(t, hint)
}
