package authn

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"lemniscaat/internal/authz"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/store"
)

// emergency is one use of break-glass. It stays on the shelf, and in the list that
// everybody inside reads; the log has it as events.
type emergency struct {
	Account    string                `json:"account"`
	Reason     string                `json:"reden"`
	From       time.Time             `json:"van"`
	Until      time.Time             `json:"tot"`
	Ended      time.Time             `json:"beeindigd,omitzero"`
	Acts       []screen.EmergencyAct `json:"handelingen,omitempty"`
	More       int                   `json:"meer,omitempty"`
	Reviewed   time.Time             `json:"bekeken,omitzero"`
	ReviewedBy string                `json:"bekeken-door,omitempty"`
	Note       string                `json:"bevinding,omitempty"`
}

// The bounds of break-glass: how long, and how many acts the list keeps. The log
// keeps all.
const (
	maxEmergency = 4 * time.Hour
	maxActs      = 200
	maxReason    = 1000
	minReason    = 20
)

// toldOver is how long somebody is told that break-glass has ended.
const toldOver = 24 * time.Hour

// over is when a use of break-glass ended.
func over(e screen.EmergencyRow) time.Time {
	if !e.Ended.IsZero() {
		return e.Ended
	}
	return e.Until
}

// acting gives the break-glass that an account has open.
func (s *Service) acting(ctx context.Context, account string) (screen.EmergencyRow, bool, error) {
	id, _, err := get[string](ctx, s, kindActing, account)
	if errors.Is(err, store.ErrNotFound) {
		return screen.EmergencyRow{}, false, nil
	}
	if err != nil {
		return screen.EmergencyRow{}, false, err
	}
	e, _, err := get[emergency](ctx, s, kindEmergency, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && (!e.Ended.IsZero() || !s.Now().Before(e.Until)) {
		return screen.EmergencyRow{}, false, nil
	}
	return screen.EmergencyRow{ID: id, Until: e.Until}, err == nil, err
}

// BreakGlass gives a manager more than normal, for a while. It asks for a second
// factor that was shown a moment ago, and for a reason.
func (s *Service) BreakGlass(ctx context.Context, token, reason string, minutes int) (screen.EmergencyRow, error) {
	a, x, _, err := s.fresh(ctx, token)
	if err != nil {
		return screen.EmergencyRow{}, err
	}
	p := s.principal(a, x.Level)
	if !p.Has(authz.RoleManager) {
		return screen.EmergencyRow{}, refuse("geen-beheerder")
	}
	if x.Level != authz.LevelTwo && x.Level != authz.LevelKey {
		return screen.EmergencyRow{}, refuse("geen-tweede-stap")
	}
	reason = strings.TrimSpace(reason)
	if n := utf8.RuneCountInString(reason); n < minReason || n > maxReason {
		return screen.EmergencyRow{}, refuse("reden-onjuist", "reden")
	}
	lasts := time.Duration(minutes) * time.Minute
	if minutes < 5 || lasts > maxEmergency {
		return screen.EmergencyRow{}, refuse("duur-onjuist", "minuten")
	}
	if _, open, err := s.acting(ctx, a.ID); err != nil {
		return screen.EmergencyRow{}, err
	} else if open {
		return screen.EmergencyRow{}, refuse("nood-open")
	}
	id, now := newID("n"), s.Now().UTC()
	e := emergency{Account: a.ID, Reason: reason, From: now, Until: now.Add(lasts)}
	_, v, err := get[string](ctx, s, kindActing, a.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return screen.EmergencyRow{}, err
	}
	err = s.write(ctx, actor(p), []note{{"toegang/" + id, &loop.EmergencyOpened{Account: a.ID, Minutes: minutes, Reason: loop.Words(reason)}}},
		put(kindEmergency, id, e, 0, time.Time{}), put(kindActing, a.ID, id, v, e.Until))
	if errors.Is(err, store.ErrConflict) {
		return screen.EmergencyRow{}, refuse("nood-open")
	}
	if err != nil {
		return screen.EmergencyRow{}, err
	}
	s.warned(ctx, "noodtoegang-open", a.ID, "nood", id, "minuten", minutes)
	row := s.emergencyRow(id, &e, map[string]string{a.ID: a.Name}, a.ID)
	if s.Tell != nil {
		s.Tell(ctx, s.managers(ctx), row)
	}
	return row, nil
}

// managers gives the accounts of everybody who manages.
func (s *Service) managers(ctx context.Context) []string {
	accounts, err := all[Account](ctx, s, kindAccount, "")
	if err != nil {
		s.warned(ctx, "beheerders-onleesbaar", "")
	}
	var out []string
	for id, a := range accounts {
		if !a.Disabled && slices.Contains(a.Roles, authz.RoleManager) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// changeEmergency changes one; it is decided again when somebody else was first.
func (s *Service) changeEmergency(ctx context.Context, id, by string, f func(*emergency) ([]note, []store.Change, error)) error {
	return again(func() error {
		e, v, err := get[emergency](ctx, s, kindEmergency, id)
		if errors.Is(err, store.ErrNotFound) {
			return screen.ErrNotFound
		}
		if err != nil {
			return err
		}
		notes, more, err := f(&e)
		if err != nil {
			return err
		}
		return s.write(ctx, by, notes, append(more, put(kindEmergency, id, e, v, time.Time{}))...)
	})
}

// Acted marks an act under break-glass, before it is carried out: what cannot be
// marked is not done.
func (s *Service) Acted(ctx context.Context, v screen.Visitor, operation string) error {
	return s.changeEmergency(ctx, v.EmergencyID, actor(v.Principal), func(e *emergency) ([]note, []store.Change, error) {
		if e.Account != v.Account || !e.Ended.IsZero() || !s.Now().Before(e.Until) {
			return nil, nil, refuse("nood-voorbij")
		}
		if len(e.Acts) < maxActs {
			e.Acts = append(e.Acts, screen.EmergencyAct{At: s.Now().UTC(), What: operation})
		} else {
			e.More++
		}
		return []note{{"toegang/" + v.EmergencyID, &loop.EmergencyActed{Operation: operation}}}, nil, nil
	})
}

// EndGlass ends break-glass before its time. Whoever opened it may, and every
// manager.
func (s *Service) EndGlass(ctx context.Context, by authz.Principal, id string) error {
	err := s.changeEmergency(ctx, id, actor(by), func(e *emergency) ([]note, []store.Change, error) {
		if e.Account != by.Account {
			if err := may(by); err != nil {
				return nil, nil, err
			}
		}
		if !e.Ended.IsZero() || !s.Now().Before(e.Until) {
			return nil, nil, refuse("nood-voorbij")
		}
		e.Ended = s.Now().UTC()
		return []note{{"toegang/" + id, &loop.EmergencyEnded{}}}, []store.Change{drop(kindActing, e.Account)}, nil
	})
	if err == nil {
		s.warned(ctx, "noodtoegang-beeindigd", by.Account, "nood", id)
	}
	return err
}

// ReviewGlass says what somebody else found of it, once it is over.
func (s *Service) ReviewGlass(ctx context.Context, by authz.Principal, id, words string) error {
	if err := may(by, authz.RoleAuditor); err != nil {
		return err
	}
	words = strings.TrimSpace(words)
	if n := utf8.RuneCountInString(words); n < 5 || n > maxReason {
		return refuse("bevinding-onjuist", "bevinding")
	}
	err := s.changeEmergency(ctx, id, actor(by), func(e *emergency) ([]note, []store.Change, error) {
		switch {
		case e.Account == by.Account:
			return nil, nil, refuse("jezelf")
		case e.Ended.IsZero() && s.Now().Before(e.Until):
			return nil, nil, refuse("nood-loopt")
		case !e.Reviewed.IsZero():
			return nil, nil, refuse("niets-veranderd")
		}
		e.Reviewed, e.ReviewedBy, e.Note = s.Now().UTC(), by.Account, words
		return []note{{"toegang/" + id, &loop.EmergencyReviewed{Account: by.Account, Note: loop.Words(words)}}}, nil, nil
	})
	if err == nil {
		s.happened(ctx, "noodtoegang-bekeken", by.Account, "nood", id)
	}
	return err
}

// Emergencies gives every use of break-glass, those that nobody reviewed first, the
// latest first. Everybody inside may read it.
func (s *Service) Emergencies(ctx context.Context, by authz.Principal) ([]screen.EmergencyRow, error) {
	found, err := all[emergency](ctx, s, kindEmergency, "")
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, e := range found {
		for _, id := range []string{e.Account, e.ReviewedBy} {
			if _, ok := names[id]; !ok && id != "" {
				if a, _, err := s.account(ctx, id); err == nil {
					names[id] = a.Name
				}
			}
		}
	}
	var rows []screen.EmergencyRow
	for id, e := range found {
		rows = append(rows, s.emergencyRow(id, &e, names, by.Account))
	}
	slices.SortFunc(rows, func(a, b screen.EmergencyRow) int {
		if a.Reviewed.IsZero() != b.Reviewed.IsZero() {
			if a.Reviewed.IsZero() {
				return -1
			}
			return 1
		}
		if c := b.From.Compare(a.From); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return rows, nil
}

func (s *Service) emergencyRow(id string, e *emergency, names map[string]string, reader string) screen.EmergencyRow {
	return screen.EmergencyRow{
		ID: id, Account: e.Account, Name: names[e.Account], Reason: e.Reason, From: e.From, Until: e.Until, Ended: e.Ended,
		Acts: e.Acts, More: e.More, Reviewed: e.Reviewed, ReviewedBy: names[e.ReviewedBy], Reviewer: e.ReviewedBy, Note: e.Note,
		Mine: e.Account == reader, Live: e.Ended.IsZero() && s.Now().Before(e.Until),
	}
}
