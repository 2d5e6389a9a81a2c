package authn

import (
	"context"
	"errors"
	"time"

	"lemniscaat/internal/authz"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/store"
)

// invitation lets who has the link choose a password, once.
type invitation struct {
	Account string `json:"account,omitempty"` // empty: the first manager
	For     string `json:"voor"`
}

// What an invitation is for.
const (
	forFirst    = "eerste"
	forPassword = "wachtwoord"
	forReset    = "herstel"
)

// How long links work.
const (
	firstFor  = 24 * time.Hour
	inviteFor = 7 * 24 * time.Hour
	resetFor  = 24 * time.Hour
)

// invitation gives a link and its change.
func (s *Service) invitation(i invitation, lasts time.Duration) (string, store.Change) {
	hidden := secret()
	return hidden, put(kindInvite, digest(hidden), i, 0, s.Now().Add(lasts).UTC())
}

// First gives the link with which the first manager is made; the one before it
// stops working. It is refused when somebody can manage already.
func (s *Service) First(ctx context.Context) (secret string, until time.Time, err error) {
	err = again(func() error {
		has, err := s.HasManager(ctx)
		if err != nil {
			return err
		}
		if has {
			return refuse("er-is-een-beheerder")
		}
		before, v, err := get[string](ctx, s, kindFirst, "link")
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		var c store.Change
		secret, c = s.invitation(invitation{For: forFirst}, firstFor)
		until = c.Expires
		changes := []store.Change{c, put(kindFirst, "link", c.ID, v, time.Time{})}
		if before != "" {
			changes = append(changes, drop(kindInvite, before))
		}
		return s.Store.Put(ctx, changes...)
	})
	return secret, until, err
}

// Invitation shows what a link is for; screen.ErrNotFound when it does not work (any
// more).
func (s *Service) Invitation(ctx context.Context, secret string) (screen.InvitationView, error) {
	i, _, a, err := s.invited(ctx, secret)
	if err != nil {
		return screen.InvitationView{}, err
	}
	return screen.InvitationView{First: a.ID == "", Reset: i.For == forReset, Login: a.Login, Name: a.Name, MinChar: minPassword}, nil
}

func (s *Service) invited(ctx context.Context, secret string) (invitation, uint64, *Account, error) {
	i, v, err := get[invitation](ctx, s, kindInvite, digest(secret))
	if errors.Is(err, store.ErrNotFound) {
		err = screen.ErrNotFound
	}
	if err != nil {
		return i, 0, nil, err
	}
	if i.For == forFirst {
		has, err := s.HasManager(ctx)
		if err == nil && has {
			err = screen.ErrNotFound
		}
		return i, v, &Account{}, err
	}
	a, _, err := s.account(ctx, i.Account)
	if err == nil && a.Disabled {
		err = ErrNone
	}
	return i, v, a, notFound(err)
}

// Accept uses a link: the account gets the password, and the visitor a session.
func (s *Service) Accept(ctx context.Context, in screen.AcceptInput) (screen.SignedIn, error) {
	if err := s.count(ctx, "adres", in.Address, triesAddress); err != nil {
		return screen.SignedIn{}, err
	}
	i, v, a, err := s.invited(ctx, in.Secret)
	if err != nil {
		return screen.SignedIn{}, err
	}
	if i.For == forFirst {
		return s.acceptFirst(ctx, in, v)
	}
	if err := checkPassword("nieuw", in.Password, a.Login, a.Name, s.Organisation()); err != nil {
		return screen.SignedIn{}, err
	}
	hash, err := s.makeHash(ctx, in.Password)
	if err != nil {
		return screen.SignedIn{}, err
	}
	// Used by somebody else in the meantime: then it does not exist.
	x := session{Browser: browser(in.UserAgent)}
	var signed screen.SignedIn
	err = s.change(ctx, a.ID, s.actorOf(a), func(a *Account) ([]note, []store.Change, error) {
		if _, now, err := get[invitation](ctx, s, kindInvite, digest(in.Secret)); err != nil || now != v {
			return nil, nil, screen.ErrNotFound
		}
		a.Password = hash
		a.Epoch++
		if x.Step = s.left(a); x.Step == screen.StepNone {
			x.Level, x.Fresh = authz.LevelPassword, s.Now().UTC()
		}
		var c store.Change
		signed, c = s.open(a, x)
		return []note{noted(a, loop.AccountPassword)}, []store.Change{c, dropAt(kindInvite, digest(in.Secret), v)}, nil
	})
	if err != nil {
		return screen.SignedIn{}, notFound(err)
	}
	s.happened(ctx, "wachtwoord-gekozen", a.ID)
	return signed, nil
}

// acceptFirst makes the first manager.
func (s *Service) acceptFirst(ctx context.Context, in screen.AcceptInput, v uint64) (screen.SignedIn, error) {
	a, err := checkAccount(screen.AccountInput{Login: in.Login, Name: in.Name, Roles: []string{authz.RoleManager}})
	var no *screen.Refusal
	if err != nil && !errors.As(err, &no) {
		return screen.SignedIn{}, err
	}
	if err := checkPassword("nieuw", in.Password, in.Login, in.Name, s.Organisation()); err != nil {
		var bad *screen.Refusal
		if errors.As(err, &bad) && no != nil {
			no.Fields = append(no.Fields, bad.Fields...)
		} else {
			return screen.SignedIn{}, err
		}
	}
	if no != nil {
		return screen.SignedIn{}, no
	}
	if _, _, err := s.byLogin(ctx, a.Login); err == nil {
		return screen.SignedIn{}, refuse("inlognaam-bezet", "inlognaam")
	} else if !errors.Is(err, ErrNone) {
		return screen.SignedIn{}, err
	}
	if a.Password, err = s.makeHash(ctx, in.Password); err != nil {
		return screen.SignedIn{}, err
	}
	a.ID, a.Made, a.Epoch = newID("a"), s.Now().UTC(), 1
	signed, c := s.open(&a, session{Browser: browser(in.UserAgent), Step: screen.StepSetup})
	err = s.write(ctx, string(loop.System), []note{noted(&a, loop.AccountMade)},
		put(kindAccount, a.ID, a, 0, time.Time{}), put(kindLogin, s.loginID(a.Login), a.ID, 0, time.Time{}), c,
		dropAt(kindInvite, digest(in.Secret), v), drop(kindFirst, "link"))
	if errors.Is(err, store.ErrConflict) {
		return screen.SignedIn{}, screen.ErrNotFound
	}
	if err != nil {
		return screen.SignedIn{}, err
	}
	s.happened(ctx, "eerste-beheerder", a.ID)
	return signed, nil
}

// Reset makes a link with which somebody chooses another password. two also takes
// away the second factor, passkeys and identities elsewhere: for who lost the
// telephone. The password
// that was there and the sessions end now.
func (s *Service) Reset(ctx context.Context, by authz.Principal, id string, two bool) (screen.Invited, error) {
	if err := may(by); err != nil {
		return screen.Invited{}, err
	}
	if id == by.Account && by.Account != "" {
		return screen.Invited{}, refuse("jezelf")
	}
	var out screen.Invited
	var who *Account
	err := s.change(ctx, id, actor(by), func(a *Account) ([]note, []store.Change, error) {
		if a.Disabled {
			return nil, nil, refuse("account-uit")
		}
		link, c := s.invitation(invitation{Account: id, For: forReset}, resetFor)
		a.Password = ""
		a.Epoch++
		who = a
		what := loop.AccountReset
		changes := []store.Change{c}
		if two {
			changes = append(changes, unlink(a)...)
			changes = append(changes, unkey(a, func(passkey) bool { return true })...)
			a.TOTP, a.Codes, a.Handle = nil, nil, nil
			what = loop.AccountResetAll
		}
		out = screen.Invited{Account: s.row(a, by), Secret: link, Until: c.Expires}
		return []note{noted(a, what)}, changes, nil
	})
	if err == nil {
		s.happened(ctx, "account-hersteld", id, "door", by.Account, "tweede-stap", two)
		s.tell(ctx, who, "herstel")
	}
	return out, notFound(err)
}
