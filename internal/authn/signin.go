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

// SignIn checks a name and a password. Who does not exist, was put off or has no
// password gets the same answer, after the same work.
func (s *Service) SignIn(ctx context.Context, in screen.SignInInput) (screen.SignedIn, error) {
	wrong := refuse("onjuist", "inlognaam")
	if err := s.count(ctx, "adres", in.Address, triesAddress); err != nil {
		return screen.SignedIn{}, err
	}
	if len(in.Login) > 400 || len(in.Password) > 4*maxPassword {
		return screen.SignedIn{}, wrong
	}
	if err := s.count(ctx, "inlognaam", plainLogin(in.Login), triesAccount); err != nil {
		return screen.SignedIn{}, err
	}
	a, _, err := s.byLogin(ctx, in.Login)
	if errors.Is(err, ErrNone) {
		a = &Account{}
	} else if err != nil {
		return screen.SignedIn{}, err
	}
	ok, better, err := s.matches(ctx, in.Password, a.Password)
	if err != nil {
		return screen.SignedIn{}, err
	}
	if !ok || a.Disabled || a.ID == "" {
		s.warned(ctx, "aanmelden-mislukt", a.ID)
		return screen.SignedIn{}, wrong
	}
	x := session{Browser: browser(in.UserAgent)}
	if x.Step = s.left(a); x.Step == screen.StepNone {
		x.Level, x.Fresh = authz.LevelPassword, s.Now().UTC()
	}
	return s.begin(ctx, a.ID, x, in.Old, func(a *Account) []store.Change {
		if better != "" {
			a.Password = better
		}
		return []store.Change{s.forget("inlognaam", plainLogin(in.Login))}
	})
}

// left is what an account still has to do after its password.
func (s *Service) left(a *Account) screen.Step {
	switch {
	case a.second():
		return screen.StepCode
	case s.mustTwo(a):
		return screen.StepSetup
	}
	return screen.StepNone
}

// begin opens a session and ends the one before it.
func (s *Service) begin(ctx context.Context, id string, x session, old string, f func(*Account) []store.Change) (screen.SignedIn, error) {
	var in screen.SignedIn
	err := s.change(ctx, id, id, func(a *Account) ([]note, []store.Change, error) {
		if a.Disabled {
			return nil, nil, refuse("onjuist", "inlognaam")
		}
		var changes []store.Change
		if f != nil {
			changes = f(a)
		}
		if x.Step == screen.StepNone {
			a.Seen = s.Now().UTC()
		}
		var c store.Change
		in, c = s.open(a, x)
		changes = append(changes, c)
		if _, before, ok := cut(old); ok {
			changes = append(changes, drop(kindSession, before))
		}
		return nil, changes, nil
	})
	if err != nil {
		return screen.SignedIn{}, err
	}
	if x.Step == screen.StepNone {
		s.happened(ctx, "aangemeld", id, "niveau", x.Level)
	}
	return in, nil
}

// SecondStep finishes signing in with a code of an app or a recovery code.
func (s *Service) SecondStep(ctx context.Context, token, code, address string) (screen.SignedIn, error) {
	a, x, id, err := s.current(ctx, token)
	if errors.Is(err, errNobody) || err == nil && x.Step != screen.StepCode {
		return screen.SignedIn{}, refuse("niet-aangemeld")
	}
	if err != nil {
		return screen.SignedIn{}, err
	}
	if err := s.count(ctx, "adres", address, triesAddress); err != nil {
		return screen.SignedIn{}, err
	}
	kind, err := s.useCode(ctx, a.ID, code)
	if err != nil {
		return screen.SignedIn{}, err
	}
	x.Step, x.Level, x.Made, x.Fresh = screen.StepNone, authz.LevelTwo, time.Time{}, s.Now().UTC()
	in, err := s.rotate(ctx, a, *x, id)
	if err != nil {
		return screen.SignedIn{}, err
	}
	s.happened(ctx, "aangemeld", a.ID, "niveau", x.Level, "met", kind)
	return in, nil
}

// Confirm proves again who it is, for a sensitive act: with the password, and the
// code of who has an app.
func (s *Service) Confirm(ctx context.Context, token, password, code, address string) (screen.SignedIn, error) {
	a, x, id, err := s.full(ctx, token)
	if err != nil {
		return screen.SignedIn{}, err
	}
	if err := s.count(ctx, "adres", address, triesAddress); err != nil {
		return screen.SignedIn{}, err
	}
	if a.Password == "" && a.TOTP == nil {
		return screen.SignedIn{}, refuse("bevestig-anders", "wachtwoord")
	}
	if a.Password != "" {
		if err := s.count(ctx, "bevestigen", a.ID, triesAccount); err != nil {
			return screen.SignedIn{}, err
		}
		ok, _, err := s.matches(ctx, password, a.Password)
		if err != nil {
			return screen.SignedIn{}, err
		}
		if !ok {
			s.warned(ctx, "bevestigen-mislukt", a.ID)
			return screen.SignedIn{}, refuse("wachtwoord-onjuist", "wachtwoord")
		}
	}
	if a.TOTP != nil {
		if _, err := s.useCode(ctx, a.ID, code); err != nil {
			return screen.SignedIn{}, err
		}
		if x.Level == authz.LevelPassword {
			x.Level = authz.LevelTwo
		}
	}
	x.Fresh = s.Now().UTC()
	in, err := s.rotate(ctx, a, *x, id)
	if err == nil {
		s.happened(ctx, "bevestigd", a.ID)
	}
	return in, err
}

// ChangePassword gives the own account another password. Every other session ends.
func (s *Service) ChangePassword(ctx context.Context, token, old, next string) (screen.SignedIn, error) {
	a, x, id, err := s.full(ctx, token)
	if err != nil {
		return screen.SignedIn{}, err
	}
	if a.Password != "" {
		if err := s.count(ctx, "bevestigen", a.ID, triesAccount); err != nil {
			return screen.SignedIn{}, err
		}
		ok, _, err := s.matches(ctx, old, a.Password)
		if err != nil {
			return screen.SignedIn{}, err
		}
		if !ok {
			s.warned(ctx, "wachtwoord-mislukt", a.ID)
			return screen.SignedIn{}, refuse("wachtwoord-onjuist", "oud")
		}
	} else if !s.isFresh(x) {
		return screen.SignedIn{}, refuse("bevestig")
	}
	if err := checkPassword("nieuw", next, a.Login, a.Name, s.Organisation()); err != nil {
		return screen.SignedIn{}, err
	}
	if a.Password != "" && old == next {
		return screen.SignedIn{}, refuse("wachtwoord-zelfde", "nieuw")
	}
	hash, err := s.makeHash(ctx, next)
	if err != nil {
		return screen.SignedIn{}, err
	}
	var in screen.SignedIn
	err = s.change(ctx, a.ID, s.actorOf(a), func(a *Account) ([]note, []store.Change, error) {
		a.Password = hash
		a.Epoch++
		x.Fresh = s.Now().UTC()
		var c store.Change
		in, c = s.open(a, *x)
		return []note{noted(a, loop.AccountPassword)}, []store.Change{c, drop(kindSession, id)}, nil
	})
	if err == nil {
		s.happened(ctx, "wachtwoord-gewijzigd", a.ID)
		s.tell(ctx, a, "wachtwoord")
	}
	return in, err
}

// actorOf is who an event about the own account is by.
func (s *Service) actorOf(a *Account) string { return actor(s.principal(a, "")) }

// AccountOf is the page of the own account.
func (s *Service) AccountOf(ctx context.Context, token string) (screen.AccountView, error) {
	a, _, id, err := s.full(ctx, token)
	if err != nil {
		return screen.AccountView{}, err
	}
	v := screen.AccountView{
		ID: a.ID, Login: a.Login, Name: a.Name, Roles: s.principal(a, "").Roles, Password: a.Password != "",
		Two: s.mustTwo(a), TOTP: a.TOTP != nil, Codes: len(a.Codes), MinChar: minPassword,
	}
	v.Passkeys, v.Keys, v.Full = passkeyRows(a), s.rp != nil, len(a.Passkeys) >= maxPasskeys
	for _, l := range a.Linked {
		v.Linked = append(v.Linked, s.providerName(l.Issuer))
	}
	v.Sessions, err = s.sessions(ctx, a, id)
	return v, err
}
