package authn

import (
	"context"
	"crypto/subtle"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"lemniscaat/internal/authz"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/store"
)

// bearer is a token of a program. Its item is named by the part of the token that
// may be seen; of the rest only a digest is kept.
type bearer struct {
	Name         string `json:"naam"`
	Organisation string `json:"organisatie,omitempty"`
	// Person is on whose behalf the program works; empty: nobody's.
	Person  string    `json:"persoon,omitempty"`
	Scopes  []string  `json:"bereik"`
	Hash    string    `json:"hash"`
	Made    time.Time `json:"gemaakt"`
	Until   time.Time `json:"tot"`
	Used    time.Time `json:"gebruikt,omitzero"` // to the hour
	Revoked time.Time `json:"ingetrokken,omitzero"`
	By      string    `json:"door"`
}

// ErrToken says that a token is not one, was revoked or has expired.
var ErrToken = errors.New("deze sleutel werkt niet")

const (
	// tokenMark begins every token, so that people and scanners recognise one.
	tokenMark = "lms_"
	maxDays   = 366
	// usedEvery is how exactly it is kept when a token was used.
	usedEvery = time.Hour
	// afterwards a token that ended stays in the list.
	afterwards = 90 * 24 * time.Hour
)

// Bearer says which program a token is of.
func (s *Service) Bearer(ctx context.Context, token string) (authz.Principal, error) {
	rest, ok := strings.CutPrefix(token, tokenMark)
	id, hidden, cut := strings.Cut(rest, "_")
	if !ok || !cut || len(id) != 18 || len(hidden) != 43 {
		return authz.Principal{}, ErrToken
	}
	now := s.Now().UTC()
	hour := now.Truncate(usedEvery)
	before, may := s.moment()
	b, known := s.recall(id, before, now)
	known = known && !b.Used.Before(hour)
	var v uint64
	if !known {
		var err error
		if b, v, err = get[bearer](ctx, s, kindToken, id); errors.Is(err, store.ErrNotFound) {
			return authz.Principal{}, ErrToken
		} else if err != nil {
			return authz.Principal{}, err
		}
	}
	if subtle.ConstantTimeCompare([]byte(digest(hidden)), []byte(b.Hash)) != 1 || !b.Revoked.IsZero() || !now.Before(b.Until) {
		s.warned(ctx, "sleutel-geweigerd", "", "sleutel", id)
		return authz.Principal{}, ErrToken
	}
	if b.Used.Before(hour) {
		b.Used = hour
		// Another server may write the same, and revoking goes before this.
		if err := s.Store.Put(ctx, put(kindToken, id, b, v, b.Until.Add(afterwards))); err != nil && !errors.Is(err, store.ErrConflict) && !errors.Is(err, store.ErrUnavailable) {
			return authz.Principal{}, err
		}
	}
	if may && !known {
		s.remember(id, &b, before, now)
	}
	org := b.Organisation
	if org == "" {
		org = s.Organisation()
	}
	p := authz.Principal{Account: id, Organisation: org, Scopes: slices.Clone(b.Scopes)}
	if _, _, ok := s.Person(b.Person); ok {
		p.Person = b.Person
	} else { // what a person does is not done for who has no place here (any more)
		p.Scopes = slices.DeleteFunc(p.Scopes, authz.Personal)
	}
	return p, nil
}

// Tokens gives every token, the newest first.
func (s *Service) Tokens(ctx context.Context, by authz.Principal) ([]screen.TokenRow, error) {
	if err := may(by, authz.RoleAuditor); err != nil {
		return nil, err
	}
	found, err := all[bearer](ctx, s, kindToken, "")
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	var rows []screen.TokenRow
	for id, b := range found {
		if _, ok := names[b.By]; !ok {
			if a, _, err := s.account(ctx, b.By); err == nil {
				names[b.By] = a.Name
			}
		}
		r := tokenRow(id, &b)
		r.By = names[b.By]
		if name, _, ok := s.Person(b.Person); ok {
			r.PersonName = name
		}
		rows = append(rows, r)
	}
	slices.SortFunc(rows, func(a, b screen.TokenRow) int {
		if c := b.Made.Compare(a.Made); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return rows, nil
}

func tokenRow(id string, b *bearer) screen.TokenRow {
	return screen.TokenRow{
		Person: b.Person, ByAccount: b.By, ID: id, Name: b.Name, Prefix: tokenMark + id, Organisation: b.Organisation, Scopes: b.Scopes,
		Made: b.Made, Until: b.Until, Used: b.Used, Revoked: b.Revoked,
	}
}

// MakeToken makes a token; its secret is in the answer and nowhere else.
func (s *Service) MakeToken(ctx context.Context, by authz.Principal, in screen.TokenInput) (screen.NewToken, error) {
	if err := may(by); err != nil {
		return screen.NewToken{}, err
	}
	var no screen.Refusal
	bad := func(field, code string) {
		no.Code = code
		no.Fields = append(no.Fields, screen.FieldError{Field: field, Text: code})
	}
	name := strings.Join(strings.Fields(in.Name), " ")
	if n := utf8.RuneCountInString(name); n < 2 || n > 100 {
		bad("naam", "naam-onjuist")
	}
	if utf8.RuneCountInString(in.Organisation) > 100 {
		bad("organisatie", "organisatie-onjuist")
	}
	scopes := slices.Compact(slices.Sorted(slices.Values(in.Scopes)))
	if len(scopes) == 0 || slices.ContainsFunc(scopes, func(x string) bool { return !slices.Contains(authz.Scopes(), x) }) {
		bad("bereik", "bereik-onbekend")
	}
	if in.Person != "" {
		if _, _, ok := s.Person(in.Person); !ok {
			bad("persoon", "persoon-onbekend")
		}
	} else if slices.ContainsFunc(scopes, authz.Personal) {
		bad("persoon", "persoon-nodig")
	}
	if in.Days < 1 || in.Days > maxDays {
		bad("dagen", "dagen-onjuist")
	}
	if len(no.Fields) > 0 {
		return screen.NewToken{}, &no
	}
	id, hidden := newID("k"), secret()
	now := s.Now().UTC()
	b := bearer{
		Name: name, Organisation: strings.TrimSpace(in.Organisation), Person: in.Person, Scopes: scopes, Hash: digest(hidden),
		Made: now, Until: now.AddDate(0, 0, in.Days), By: by.Account,
	}
	err := s.write(ctx, actor(by), []note{{"toegang/" + id, &loop.TokenNoted{What: "gemaakt", Person: loop.PersonID(in.Person), Scopes: scopes, Until: dateOf(b.Until)}}},
		put(kindToken, id, b, 0, b.Until.Add(afterwards)))
	if err != nil {
		return screen.NewToken{}, err
	}
	s.happened(ctx, "sleutel-gemaakt", by.Account, "sleutel", id)
	return screen.NewToken{Token: tokenRow(id, &b), Secret: tokenMark + id + "_" + hidden}, nil
}

// RevokeToken ends a token at once, on every server.
func (s *Service) RevokeToken(ctx context.Context, by authz.Principal, id string) error {
	if err := may(by); err != nil {
		return err
	}
	err := again(func() error {
		b, v, err := get[bearer](ctx, s, kindToken, id)
		if errors.Is(err, store.ErrNotFound) {
			return screen.ErrNotFound
		}
		if err != nil {
			return err
		}
		if !b.Revoked.IsZero() {
			return refuse("niets-veranderd")
		}
		b.Revoked = s.Now().UTC()
		return s.write(ctx, actor(by), []note{{"toegang/" + id, &loop.TokenNoted{What: "ingetrokken"}}}, put(kindToken, id, b, v, b.Until.Add(afterwards)))
	})
	if err == nil {
		s.outdate()
		s.happened(ctx, "sleutel-ingetrokken", by.Account, "sleutel", id)
	}
	return err
}

func dateOf(t time.Time) rule.Date { return loop.DateOf(t) }
