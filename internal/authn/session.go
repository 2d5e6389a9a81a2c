package authn

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"lemniscaat/internal/authz"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/store"
)

// session is one place where somebody is signed in. Its item is named by account
// and digest; the cookie holds the account and the secret.
type session struct {
	Account string      `json:"account"`
	Epoch   uint64      `json:"tijdperk"`
	Made    time.Time   `json:"gemaakt"` // of signing in; raising the level keeps it
	Seen    time.Time   `json:"gezien"`
	Fresh   time.Time   `json:"bevestigd"` // last proof of who it is
	Level   string      `json:"niveau"`
	Step    screen.Step `json:"stap,omitempty"`
	Browser string      `json:"browser,omitempty"`
	// External is the identity provider that signed in, with what it wants back at
	// signing out.
	External string `json:"extern,omitempty"`
	IDToken  []byte `json:"extern-bewijs,omitempty"` // sealed
	There    *there `json:"extern-van,omitempty"`
}

// stepFor is how long the rest of signing in may take.
const stepFor = 10 * time.Minute

// seenEvery is how often it is written that a session was used.
const seenEvery = time.Minute

// valid reports that a session still counts for an account.
func (s *Service) valid(a *Account, x *session) bool {
	now := s.Now()
	if x.Step == screen.StepNone && x.Level == authz.LevelPassword && s.mustTwo(a) {
		return false // a second factor has to be there since; signing in asks for it
	}
	return !a.Disabled && x.Epoch == a.Epoch && x.Account == a.ID && now.Before(s.end(x)) && !now.Before(x.Made.Add(-time.Minute))
}

// end is when a session ends when it is not used again.
func (s *Service) end(x *session) time.Time {
	if x.Step != screen.StepNone {
		return x.Made.Add(stepFor)
	}
	idle, most := x.Seen.Add(s.Idle), x.Made.Add(s.Most)
	if idle.Before(most) {
		return idle
	}
	return most
}

// cut splits the value of a cookie: account and secret.
func cut(token string) (account, id string, ok bool) {
	account, hidden, ok := strings.Cut(token, ".")
	if !ok || len(account) > 40 || len(hidden) != 43 || strings.Contains(account, "/") {
		return "", "", false
	}
	return account, account + "/" + digest(hidden), true
}

// open gives a new session and its change.
func (s *Service) open(a *Account, x session) (screen.SignedIn, store.Change) {
	hidden := secret()
	x.Account, x.Epoch = a.ID, a.Epoch
	x.Seen = s.Now().UTC()
	if x.Made.IsZero() {
		x.Made = x.Seen
	}
	until := x.Made.Add(s.Most)
	if x.Step != screen.StepNone {
		until = x.Made.Add(stepFor)
	}
	return screen.SignedIn{Token: a.ID + "." + hidden, Until: until, Step: x.Step},
		put(kindSession, a.ID+"/"+digest(hidden), x, 0, s.end(&x))
}

// current gives the session of a cookie with its account; errNobody when there is
// none that counts.
func (s *Service) current(ctx context.Context, token string) (*Account, *session, string, error) {
	account, id, ok := cut(token)
	if !ok {
		return nil, nil, "", errNobody
	}
	x, v, err := get[session](ctx, s, kindSession, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil, "", errNobody
	}
	if err != nil {
		return nil, nil, "", err
	}
	a, _, err := s.account(ctx, account)
	if errors.Is(err, ErrNone) {
		return nil, nil, "", errNobody
	}
	if err != nil {
		return nil, nil, "", err
	}
	if !s.valid(a, &x) {
		return nil, nil, "", errNobody
	}
	if gone, err := s.gone(ctx, &x); err != nil || gone {
		if err == nil {
			err = errNobody
		}
		return nil, nil, "", err
	}
	if now := s.Now().UTC(); x.Step == screen.StepNone && now.Sub(x.Seen) >= seenEvery {
		x.Seen = now
		// Somebody else writing the same is fine, and a store that cannot write
		// now lets people read on.
		if err := s.Store.Put(ctx, put(kindSession, id, x, v, s.end(&x))); err != nil && !errors.Is(err, store.ErrConflict) && !errors.Is(err, store.ErrUnavailable) {
			return nil, nil, "", err
		}
	}
	return a, &x, id, nil
}

// errNobody: no session, or none that counts any more.
var errNobody = errors.New("niet aangemeld")

// full is current for who has finished signing in.
func (s *Service) full(ctx context.Context, token string) (*Account, *session, string, error) {
	a, x, id, err := s.current(ctx, token)
	if err == nil && x.Step != screen.StepNone {
		err = errNobody
	}
	if errors.Is(err, errNobody) {
		return nil, nil, "", refuse("niet-aangemeld")
	}
	return a, x, id, err
}

// fresh is full for who proved a moment ago to be it.
func (s *Service) fresh(ctx context.Context, token string) (*Account, *session, string, error) {
	a, x, id, err := s.full(ctx, token)
	if err == nil && !s.isFresh(x) {
		err = refuse("bevestig")
	}
	return a, x, id, err
}

func (s *Service) isFresh(x *session) bool { return s.Now().Sub(x.Fresh) <= s.Config.Fresh }

// Visitor says who a cookie is of; the zero Visitor when it is of nobody.
func (s *Service) Visitor(ctx context.Context, token string) (screen.Visitor, error) {
	if token == "" {
		return screen.Visitor{}, nil
	}
	a, x, id, err := s.current(ctx, token)
	if errors.Is(err, errNobody) {
		return screen.Visitor{}, nil
	}
	if err != nil {
		return screen.Visitor{}, err
	}
	v := screen.Visitor{Session: handle(id), Name: a.Name, Step: x.Step}
	if x.Step != screen.StepNone {
		return v, nil
	}
	v.Fresh = s.isFresh(x)
	v.Principal = s.principal(a, x.Level)
	if v.Person == "" {
		v.Left = a.Person
	}
	if e, ok, err := s.acting(ctx, a.ID); err != nil {
		return screen.Visitor{}, err
	} else if ok {
		v.Emergency, v.EmergencyID = e.Until, e.ID
		v.Roles = append(v.Roles, authz.RoleEmergency)
	}
	if v.Has(authz.RoleManager) {
		rows, err := s.Emergencies(ctx, v.Principal)
		if err != nil {
			return screen.Visitor{}, err
		}
		for _, e := range rows {
			if e.Reviewed.IsZero() && !e.Mine {
				v.Alarms++
			}
			if e.Mine && !e.Live && v.Emergency.IsZero() {
				if over := over(e); over.After(v.EmergencyOver) && s.Now().Sub(over) < toldOver {
					v.EmergencyOver = over
				}
			}
		}
	}
	return v, nil
}

// principal is who an account is, signed in at a level.
func (s *Service) principal(a *Account, level string) authz.Principal {
	p := authz.Principal{Account: a.ID, Organisation: a.Organisation, Roles: slices.Clone(a.Roles), Level: level}
	if p.Organisation == "" {
		p.Organisation = s.Organisation()
	}
	if _, roles, ok := s.Person(a.Person); ok {
		p.Person = a.Person
		for _, r := range roles {
			if !slices.Contains(p.Roles, r) {
				p.Roles = append(p.Roles, r)
			}
		}
	}
	return p
}

// handle is the part of a name of a session that pages show in a form: it is of
// no use without the secret.
func handle(id string) string {
	_, d, _ := strings.Cut(id, "/")
	return d[:min(16, len(d))]
}

// SignOut ends a session.
func (s *Service) SignOut(ctx context.Context, token string) error {
	account, id, ok := cut(token)
	if !ok {
		return nil
	}
	if err := s.write(ctx, "", nil, drop(kindSession, id)); err != nil {
		return err
	}
	s.happened(ctx, "afgemeld", account)
	return nil
}

// rotate puts a new session in the place of one.
func (s *Service) rotate(ctx context.Context, a *Account, x session, old string) (screen.SignedIn, error) {
	in, change := s.open(a, x)
	return in, s.write(ctx, "", nil, change, drop(kindSession, old))
}

// sessions gives where an account is signed in, the last used first.
func (s *Service) sessions(ctx context.Context, a *Account, here string) ([]screen.SessionRow, error) {
	found, err := all[session](ctx, s, kindSession, a.ID+"/")
	if err != nil {
		return nil, err
	}
	var rows []screen.SessionRow
	for id, x := range found {
		if x.Step != screen.StepNone || !s.valid(a, &x) {
			continue
		}
		rows = append(rows, screen.SessionRow{ID: handle(id), Browser: x.Browser, Made: x.Made, Seen: x.Seen, Level: x.Level, Here: id == here})
	}
	slices.SortFunc(rows, func(a, b screen.SessionRow) int {
		if c := b.Seen.Compare(a.Seen); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return rows, nil
}

// EndSession ends a session of the own account by its handle; "" ends all but this
// one.
func (s *Service) EndSession(ctx context.Context, token, which string) error {
	a, _, here, err := s.full(ctx, token)
	if err != nil {
		return err
	}
	found, err := all[session](ctx, s, kindSession, a.ID+"/")
	if err != nil {
		return err
	}
	var changes []store.Change
	for id := range found {
		if id != here && which == "" || which != "" && handle(id) == which {
			changes = append(changes, drop(kindSession, id))
		}
	}
	if len(changes) == 0 {
		return refuse("sessie-weg")
	}
	if err := s.write(ctx, "", nil, changes...); err != nil {
		return err
	}
	s.happened(ctx, "sessies-beeindigd", a.ID, "aantal", len(changes))
	return nil
}

// EndSessions ends every session of an account, for a manager.
func (s *Service) EndSessions(ctx context.Context, by authz.Principal, id string) error {
	if err := may(by); err != nil {
		return err
	}
	err := s.change(ctx, id, actor(by), func(a *Account) ([]note, []store.Change, error) {
		a.Epoch++
		return nil, nil, nil
	})
	if err == nil {
		s.happened(ctx, "sessies-beeindigd", id, "door", by.Account)
	}
	return notFound(err)
}

// browser names a browser for the list of sessions: enough to recognise the own
// ones, too little to follow anybody.
func browser(agent string) string {
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(agent, w) })
	}
	name := ""
	switch {
	case has("Edg/"):
		name = "Edge"
	case has("Firefox/"):
		name = "Firefox"
	case has("Chrome/", "Chromium/"):
		name = "Chrome"
	case has("Safari/"):
		name = "Safari"
	}
	system := ""
	switch {
	case has("iPhone", "iPad"):
		system = "iOS"
	case has("Android"):
		system = "Android"
	case has("Windows"):
		system = "Windows"
	case has("Mac OS X", "Macintosh"):
		system = "macOS"
	case has("Linux", "X11"):
		system = "Linux"
	}
	switch {
	case name == "":
		return system
	case system == "":
		return name
	}
	return name + ", " + system
}
