package authn

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"lemniscaat/internal/screen"
	"lemniscaat/internal/store"
)

// A provider tells that somebody signed out there (OpenID Connect Back-Channel
// Logout 1.0). What it tells is kept beside the sessions, and every request of a
// session that began there looks at it: so a session ends also when it is replaced
// by another in the same moment, and one that had begun and was not kept yet.

const (
	kindElsewhere = "sessie-extern"     // digest of issuer and sid to account
	kindLeft      = "extern-afgemeld"   // digest of a sid or a person to when
	kindLogoutID  = "extern-afgemeld-1" // digest of a logout token that was used
)

const (
	// logoutFor is how long after it was made a logout token is taken. The standard
	// advises two minutes (section 2.4); a provider may have to try again.
	logoutFor = 10 * time.Minute
	// triesLogout are logout tokens per address that are of no use. Those that are
	// right do not count: at the end of a day they all come from one address.
	triesLogout = 60
	maxClaim    = 255 // characters of sub, sid and jti
)

// there is where a session began: with whom and with which session of the provider,
// masked, and when that was by its clock.
type there struct {
	Subject string    `json:"wie"`
	Sid     string    `json:"sessie,omitempty"`
	At      time.Time `json:"op"`
}

// leftNames gives the names under which is kept that this ended: that session of the
// provider or, when it is not known which that was, any of this person; and all of
// this person.
func (s *Service) leftNames(x *there) []string {
	names := []string{s.masked("afgemeld", x.Subject)}
	if x.Sid != "" {
		return append(names, s.masked("afgemeld-sessie", x.Sid))
	}
	return append(names, s.masked("afgemeld-een", x.Subject))
}

// gone reports that the provider of a session said that it ended.
func (s *Service) gone(ctx context.Context, x *session) (bool, error) {
	if x.There == nil {
		return false, nil
	}
	for _, name := range s.leftNames(x.There) {
		at, _, err := get[time.Time](ctx, s, kindLeft, name)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil || !x.There.At.After(at) {
			return err == nil, err
		}
	}
	return false, nil
}

// began gives the change that remembers whose a session of a provider is: a logout
// token may name nothing else.
func (s *Service) began(a *Account, x *session) []store.Change {
	if x.There == nil || x.There.Sid == "" {
		return nil
	}
	c := put(kindElsewhere, x.There.Sid, a.ID, 0, s.Now().Add(s.Most+stepFor))
	c.Expect = nil // a second browser may have the same
	return []store.Change{c}
}

// told is what a logout token says; who and which are masked.
type told struct {
	subject, sid, id string
	at               time.Time
}

// LogoutExternal ends the sessions that a logout token of a provider names.
func (s *Service) LogoutExternal(ctx context.Context, provider, token, address string) error {
	p := s.providers[provider]
	if p == nil {
		return screen.ErrNotFound
	}
	if err := s.count(ctx, "afmelden", address, triesLogout); err != nil {
		return err
	}
	d, err := s.describe(ctx, p)
	if err != nil {
		return worded(err)
	}
	t, why := s.readLogout(ctx, p, d, token)
	if why != "" {
		s.warned(ctx, "extern-afmelden-mislukt", "", "aanbieder", p.ID, "reden", why)
		return refuse("extern-afmelden")
	}
	var account string
	var ended int
	err = again(func() error {
		account, ended, err = s.logout(ctx, p, t)
		return err
	})
	if errors.Is(err, errUsed) {
		s.warned(ctx, "extern-afmelden-mislukt", "", "aanbieder", p.ID, "reden", err.Error())
		return refuse("extern-afmelden")
	}
	if err != nil {
		return err
	}
	s.happened(ctx, "extern-afgemeld", account, "aanbieder", p.ID, "sessies", ended)
	// It was no guess: it does not count. Whether that could be written changes
	// nothing for who signed out.
	id, wait := s.counter("afmelden", address)
	if _, err := s.Store.Count(ctx, kindTry, id, -1, s.Now().Add(wait+time.Second)); err != nil {
		s.warned(ctx, "telling-mislukt", "", "soort", "afmelden")
	}
	return nil
}

// errUsed: a logout token works once.
var errUsed = errors.New("dit bewijs is al gebruikt")

// readLogout checks a logout token (section 2.6); why says what is wrong with it.
func (s *Service) readLogout(ctx context.Context, p *provider, d *described, raw string) (t told, why string) {
	if raw == "" || len(raw) > maxIDToken {
		return t, "er was geen bewijs, of te veel"
	}
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, s.Client), askFor)
	defer cancel()
	now := s.Now()
	it, err := d.VerifierContext(ctx, &oidc.Config{
		ClientID: p.Client, SupportedSigningAlgs: algorithms, Now: func() time.Time { return now.Add(-skew) },
	}).VerifyLogout(ctx, raw)
	if err != nil {
		return t, "het bewijs klopt niet"
	}
	var more struct {
		Events map[string]json.RawMessage `json:"events"`
	}
	if err := it.Claims(&more); err != nil {
		return t, "het bewijs is niet te lezen"
	}
	switch what := bytes.TrimSpace(more.Events["http://schemas.openid.net/event/backchannel-logout"]); {
	case len(what) == 0 || what[0] != '{':
		return t, "het bewijs is niet van uitloggen"
	case len(it.TokenID) > maxClaim, len(it.Subject) > maxClaim, len(it.SessionID) > maxClaim:
		return t, "een nummer in het bewijs is te lang"
	case it.IssuedAt.After(now.Add(skew)), it.IssuedAt.Before(now.Add(-logoutFor - skew)):
		return t, "het bewijs is van een ander moment"
	}
	t = told{at: it.IssuedAt.UTC(), id: s.masked("afmelden", p.Issuer, it.TokenID)}
	if it.Subject != "" {
		t.subject = s.masked("extern", p.Issuer, it.Subject)
	}
	if it.SessionID != "" {
		t.sid = s.masked("extern-sessie", p.Issuer, it.SessionID)
	}
	return t, ""
}

// logout writes in one go that the token was used, what it ended, and drops the
// sessions.
func (s *Service) logout(ctx context.Context, p *provider, t told) (account string, ended int, err error) {
	if _, _, err := get[bool](ctx, s, kindLogoutID, t.id); !errors.Is(err, store.ErrNotFound) {
		if err == nil {
			err = errUsed
		}
		return "", 0, err
	}
	changes := []store.Change{put(kindLogoutID, t.id, true, 0, t.at.Add(logoutFor+2*skew))}
	var names []string
	switch {
	case t.sid == "":
		names = []string{s.masked("afgemeld", t.subject)}
	case t.subject == "":
		names = []string{s.masked("afgemeld-sessie", t.sid)}
	default: // a session of which the provider did not say which it was may be this one
		names = []string{s.masked("afgemeld-sessie", t.sid), s.masked("afgemeld-een", t.subject)}
	}
	for _, name := range names {
		before, v, err := get[time.Time](ctx, s, kindLeft, name)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return "", 0, err
		}
		if t.at.After(before) { // they may come in another order
			before = t.at
		}
		changes = append(changes, put(kindLeft, name, before, v, s.Now().Add(s.Most+logoutFor+stepFor)))
	}
	account, drops, err := s.sessionsOf(ctx, p, t)
	if err != nil {
		return "", 0, err
	}
	ended = len(drops)
	// What does not fit counts no longer, and goes when it expires. One more is the row
	// of the account.
	changes = append(changes, drops[:min(len(drops), store.MaxChanges-len(changes)-1)]...)
	return account, ended, s.write(ctx, "", nil, changes...)
}

// sessionsOf gives the account that a logout token is about and drops its sessions;
// "" when nobody here is it.
func (s *Service) sessionsOf(ctx context.Context, p *provider, t told) (string, []store.Change, error) {
	kind, name := kindSubject, t.subject
	if name == "" {
		kind, name = kindElsewhere, t.sid
	}
	account, _, err := get[string](ctx, s, kind, name)
	if errors.Is(err, store.ErrNotFound) {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, err
	}
	found, err := all[session](ctx, s, kindSession, account+"/")
	if err != nil {
		return "", nil, err
	}
	var drops []store.Change
	for id, x := range found {
		if x.External == p.ID && x.endedBy(t) {
			drops = append(drops, drop(kindSession, id))
		}
	}
	return account, drops, nil
}

// endedBy reports that a logout token is about a session that began at its provider.
func (x *session) endedBy(t told) bool {
	switch {
	case x.There == nil: // from before this was kept
		return t.subject != ""
	case t.sid != "" && x.There.Sid != "":
		return x.There.Sid == t.sid
	default:
		return x.There.Subject == t.subject && !x.There.At.After(t.at)
	}
}
