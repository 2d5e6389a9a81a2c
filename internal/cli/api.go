package cli

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"lemniscaat/internal/api"
	"lemniscaat/internal/authn"
	"lemniscaat/internal/authz"
	"lemniscaat/internal/config"
	"lemniscaat/internal/processing"
)

// withAPI puts the API beside the pages.
func withAPI(in *installation, s *config.Loaded, who *authn.Service, log *slog.Logger, guard api.Guard, pages http.Handler) (http.Handler, error) {
	intake, err := intakeToken(s.IntakeFile)
	if err != nil {
		return nil, err
	}
	handler, err := api.New(api.Deps{
		Service: in.Office, Tokens: &apiTokens{in: in, intake: intake, who: who}, Guard: guard, Demo: in.Demo != nil, Shelf: in.store, Log: log, TLS: overTLS(s),
	})
	if err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if api.Owns(r.URL.Path) {
			handler.ServeHTTP(w, r)
			return
		}
		pages.ServeHTTP(w, r)
	}), nil
}

// apiTokens says who a token belongs to.
type apiTokens struct {
	in     *installation
	who    *authn.Service // nil in the demo
	intake []byte         // of case systems; empty: none
}

// intakeKey is the number of the key for deliveries, which is a file on the server: who
// made it is who manages that.
const intakeKey = "aanleversleutel"

// demoToken begins the tokens of the demo: the name of a person follows. They are
// for trying out, on loopback only, as the role switch is.
const demoToken = "demo-"

// Bearer implements api.Tokens.
func (g *apiTokens) Bearer(ctx context.Context, token string) (authz.Principal, error) {
	have, want := sha256.Sum256([]byte(token)), sha256.Sum256(g.intake)
	if len(g.intake) > 0 && subtle.ConstantTimeCompare(have[:], want[:]) == 1 {
		processing.ByProgram(ctx, intakeKey)
		return authz.Principal{Account: intakeKey, Scopes: []string{api.ScopeIntake}}, nil
	}
	if person, ok := strings.CutPrefix(token, demoToken); ok && g.in.Demo != nil {
		for _, p := range g.in.People {
			if p.ID == person {
				var scopes []string
				for _, s := range api.Scopes() {
					scopes = append(scopes, s[0])
				}
				return authz.Principal{Account: token, Person: person, Scopes: scopes}, nil
			}
		}
	}
	if g.who != nil {
		p, err := g.who.Bearer(ctx, token)
		if err == nil {
			processing.ByProgram(ctx, p.Account)
		}
		if !errors.Is(err, authn.ErrToken) {
			return p, err
		}
	}
	return authz.Principal{}, api.ErrToken
}
