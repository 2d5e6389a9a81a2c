package authn

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/store"
)

// underWay is a sign-in that is under way at a provider. It is kept under the
// digest of its state, sealed, and used once.
type underWay struct {
	Provider string    `json:"aanbieder"`
	Browser  string    `json:"browser"` // digest of the cookie that began it
	Nonce    string    `json:"nonce"`
	Verifier string    `json:"pkce"`
	Back     string    `json:"terug"`
	At       time.Time `json:"begonnen"`
	Again    bool      `json:"opnieuw,omitempty"`
	// Invite is the digest of the invitation that is accepted with it, Account the
	// account that is linked; both empty: signing in.
	Invite  string `json:"uitnodiging,omitempty"`
	Account string `json:"account,omitempty"`
}

// underWayFor is how long signing in elsewhere may take.
const underWayFor = 10 * time.Minute

// External gives the providers that can be signed in with.
func (s *Service) External() []screen.Provider {
	var out []screen.Provider
	for _, c := range s.Providers {
		p := s.providers[c.ID]
		p.mu.Lock()
		works := p.err == nil
		p.mu.Unlock()
		out = append(out, screen.Provider{ID: c.ID, Name: c.Name, Works: works})
	}
	return out
}

// BeginExternal gives the address at a provider to send a browser to.
func (s *Service) BeginExternal(ctx context.Context, in screen.ExternalInput) (screen.ExternalStart, error) {
	p := s.providers[in.Provider]
	if p == nil {
		return screen.ExternalStart{}, screen.ErrNotFound
	}
	if err := s.count(ctx, "elders", in.Address, triesElsewhere); err != nil {
		return screen.ExternalStart{}, err
	}
	w := underWay{Provider: p.ID, Nonce: secret(), Verifier: oauth2.GenerateVerifier(), Back: in.Back, At: s.Now().UTC(), Again: in.Again}
	switch {
	case in.Invite != "":
		i, _, _, err := s.invited(ctx, in.Invite)
		if err == nil && i.For == forFirst {
			err = screen.ErrNotFound
		}
		if err != nil {
			return screen.ExternalStart{}, err
		}
		w.Invite = digest(in.Invite)
	case in.Link:
		a, _, _, err := s.fresh(ctx, in.Token)
		if err != nil {
			return screen.ExternalStart{}, err
		}
		w.Account = a.ID
	}
	d, err := s.describe(ctx, p)
	if err != nil {
		return screen.ExternalStart{}, worded(err)
	}
	out := screen.ExternalStart{Browser: in.Browser, Until: w.At.Add(underWayFor)}
	if len(out.Browser) != 43 { // another tab may be under way with the same
		out.Browser = secret()
	}
	w.Browser = digest(out.Browser)
	state := secret()
	box := s.sealed(encode(w), "extern/"+digest(state))
	if err := s.Store.Put(ctx, put(kindOIDC, digest(state), box, 0, out.Until)); err != nil {
		return screen.ExternalStart{}, err
	}
	options := []oauth2.AuthCodeOption{oidc.Nonce(w.Nonce), oauth2.S256ChallengeOption(w.Verifier)}
	if len(p.ACR) > 0 {
		var values []string
		for _, a := range p.ACR {
			values = append(values, a.Value)
		}
		options = append(options, oauth2.SetAuthURLParam("acr_values", strings.Join(values, " ")))
	}
	if in.Again {
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	out.Href = s.oauth(p, d).AuthCodeURL(state, options...)
	return out, nil
}

// worded gives a refusal for what went wrong elsewhere.
func worded(err error) error {
	if errors.Is(err, errElsewhere) {
		return refuse("extern-onbereikbaar")
	}
	return err
}

// take takes what is under way for a state: once, and for the browser that began
// it.
func (s *Service) take(ctx context.Context, state, browser string) (*underWay, error) {
	gone := refuse("extern-verlopen")
	if len(state) != 43 || len(browser) != 43 {
		return nil, gone
	}
	id := digest(state)
	box, v, err := get[[]byte](ctx, s, kindOIDC, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, gone
	}
	if err != nil {
		return nil, err
	}
	var w underWay
	plain, err := s.opened(box, "extern/"+id)
	if err == nil {
		err = json.Unmarshal(plain, &w)
	}
	if err != nil {
		return nil, err
	}
	if subtle.ConstantTimeCompare([]byte(digest(browser)), []byte(w.Browser)) != 1 {
		s.warned(ctx, "extern-andere-browser", "", "aanbieder", w.Provider)
		return nil, gone
	}
	// Of two with the same state one is the first.
	err = s.Store.Put(ctx, dropAt(kindOIDC, id, v))
	if errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrNotFound) {
		return nil, gone
	}
	return &w, err
}

// FinishExternal signs in with what a provider sent a browser back with, and gives
// the page to go to.
func (s *Service) FinishExternal(ctx context.Context, in screen.ExternalAnswer) (screen.SignedIn, string, error) {
	none := screen.SignedIn{}
	if err := s.count(ctx, "adres", in.Address, triesAddress); err != nil {
		return none, "", err
	}
	w, err := s.take(ctx, in.State, in.Browser)
	if err != nil {
		return none, "", err
	}
	p := s.providers[w.Provider]
	if p == nil { // the settings changed in between
		return none, "", refuse("extern-verlopen")
	}
	d, err := s.describe(ctx, p)
	if err != nil {
		return none, "", worded(err)
	}
	switch { // RFC 9207: which provider answers
	case in.Issuer != "" && in.Issuer != p.Issuer, in.Issuer == "" && d.more.NamesIss:
		s.warned(ctx, "extern-mislukt", "", "aanbieder", p.ID, "reden", "een ander antwoordt")
		return none, "", refuse("extern-mislukt")
	case in.Fault != "":
		s.warned(ctx, "extern-geweigerd", "", "aanbieder", p.ID)
		return none, "", refuse("extern-geweigerd")
	case in.Code == "" || len(in.Code) > 4096:
		return none, "", refuse("extern-mislukt")
	}
	said, err := s.redeem(ctx, p, d, in.Code, w)
	if err != nil {
		return none, "", worded(err)
	}
	owner, _, err := get[string](ctx, s, kindSubject, said.subject)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return none, "", err
	}
	var out screen.SignedIn
	switch {
	case w.Invite != "":
		out, err = s.acceptExternal(ctx, p, w, said, owner, in)
	case w.Account != "":
		out, err = s.linkExternal(ctx, p, w, said, owner, in)
	default:
		out, err = s.signInExternal(ctx, p, said, owner, in)
	}
	return out, w.Back, err
}

// sessionOf is a session of what a provider said. A sign-in that counts as a
// password still needs the second step of this installation.
func (s *Service) sessionOf(a *Account, p *provider, said proof, agent string) session {
	x := session{Browser: browser(agent), External: p.ID, IDToken: s.sealed([]byte(said.raw), "bewijs/"+a.ID), Level: said.level, Fresh: said.proved,
		There: &there{Subject: said.subject, Sid: said.sid, At: said.at}}
	if !slices.Contains(Levels()[1:], said.level) {
		if x.Step = s.left(a); x.Step != screen.StepNone {
			x.Level, x.Fresh = "", time.Time{}
		}
	}
	return x
}

func (s *Service) signInExternal(ctx context.Context, p *provider, said proof, owner string, in screen.ExternalAnswer) (screen.SignedIn, error) {
	unknown := refuse("extern-onbekend")
	a, _, err := s.account(ctx, owner)
	if err != nil && !errors.Is(err, ErrNone) {
		return screen.SignedIn{}, err
	}
	if err != nil || a.Disabled || !slices.Contains(a.Linked, linkedWith{p.Issuer, said.subject}) {
		s.warned(ctx, "extern-onbekend", owner, "aanbieder", p.ID)
		return screen.SignedIn{}, unknown
	}
	x := s.sessionOf(a, p, said, in.UserAgent)
	return s.begin(ctx, a.ID, x, in.Old, func(a *Account) []store.Change { return s.began(a, &x) })
}

// link puts an identity elsewhere on an account.
func (s *Service) link(a *Account, p *provider, said proof, owner string) ([]store.Change, error) {
	with := linkedWith{p.Issuer, said.subject}
	switch {
	case owner == a.ID && slices.Contains(a.Linked, with):
		return nil, nil
	case owner != "" && owner != a.ID:
		return nil, refuse("extern-al-gekoppeld")
	}
	a.Linked = append(a.Linked, with)
	c := put(kindSubject, said.subject, a.ID, 0, time.Time{})
	if owner == a.ID {
		c.Expect = nil
	}
	return []store.Change{c}, nil
}

// acceptExternal accepts an invitation with an identity elsewhere in the place of a
// password.
func (s *Service) acceptExternal(ctx context.Context, p *provider, w *underWay, said proof, owner string, in screen.ExternalAnswer) (screen.SignedIn, error) {
	i, _, err := get[invitation](ctx, s, kindInvite, w.Invite)
	if errors.Is(err, store.ErrNotFound) {
		return screen.SignedIn{}, screen.ErrNotFound
	}
	if err != nil {
		return screen.SignedIn{}, err
	}
	var out screen.SignedIn
	err = s.change(ctx, i.Account, i.Account, func(a *Account) ([]note, []store.Change, error) {
		_, v, err := get[invitation](ctx, s, kindInvite, w.Invite)
		if errors.Is(err, store.ErrNotFound) || err == nil && a.Disabled {
			return nil, nil, screen.ErrNotFound
		}
		if err != nil {
			return nil, nil, err
		}
		changes, err := s.link(a, p, said, owner)
		if err != nil {
			return nil, nil, err
		}
		a.Epoch++
		a.Seen = s.Now().UTC()
		var c store.Change
		x := s.sessionOf(a, p, said, in.UserAgent)
		out, c = s.open(a, x)
		changes = append(changes, s.began(a, &x)...)
		return []note{noted(a, loop.AccountLinked)}, append(changes, c, dropAt(kindInvite, w.Invite, v)), nil
	})
	if err == nil {
		s.happened(ctx, "extern-gekoppeld", i.Account, "aanbieder", p.ID)
	}
	return out, notFound(err)
}

// linkExternal puts an identity elsewhere on the own account of who is signed in.
func (s *Service) linkExternal(ctx context.Context, p *provider, w *underWay, said proof, owner string, in screen.ExternalAnswer) (screen.SignedIn, error) {
	a, x, id, err := s.full(ctx, in.Old)
	if err == nil && a.ID != w.Account {
		err = refuse("extern-verlopen")
	}
	if err != nil {
		return screen.SignedIn{}, err
	}
	var out screen.SignedIn
	err = s.change(ctx, a.ID, s.actorOf(a), func(a *Account) ([]note, []store.Change, error) {
		changes, err := s.link(a, p, said, owner)
		if err != nil {
			return nil, nil, err
		}
		if len(changes) == 0 {
			return nil, nil, refuse("niets-veranderd")
		}
		a.Epoch++
		var c store.Change
		out, c = s.open(a, *x)
		return []note{noted(a, loop.AccountLinked)}, append(changes, c, drop(kindSession, id)), nil
	})
	if err == nil {
		s.happened(ctx, "extern-gekoppeld", a.ID, "aanbieder", p.ID)
		s.tell(ctx, a, "extern")
	}
	return out, err
}

// unlink takes every identity elsewhere from an account.
func unlink(a *Account) []store.Change {
	var out []store.Change
	for _, l := range a.Linked {
		out = append(out, drop(kindSubject, l.Subject))
	}
	a.Linked = nil
	return out
}

// LeaveExternal gives where a session can be ended at its provider as well
// (OpenID Connect RP-Initiated Logout 1.0); the zero Leaving when it cannot.
func (s *Service) LeaveExternal(ctx context.Context, token string) (screen.Leaving, error) {
	a, x, _, err := s.current(ctx, token)
	if errors.Is(err, errNobody) {
		return screen.Leaving{}, nil
	}
	if err != nil {
		return screen.Leaving{}, err
	}
	p := s.providers[x.External]
	if p == nil {
		return screen.Leaving{}, nil
	}
	d, err := s.describe(ctx, p)
	if err != nil || d.more.End == "" {
		return screen.Leaving{}, nil //nolint:nilerr // here it ends all the same
	}
	raw, err := s.opened(x.IDToken, "bewijs/"+a.ID)
	if err != nil {
		return screen.Leaving{}, err
	}
	u, err := url.Parse(d.more.End)
	if err != nil {
		return screen.Leaving{}, err
	}
	q := u.Query()
	q.Set("id_token_hint", string(raw))
	q.Set("client_id", p.Client)
	q.Set("post_logout_redirect_uri", s.Site+"/inloggen")
	u.RawQuery = q.Encode()
	return screen.Leaving{Name: p.Name, Href: u.String()}, nil
}
