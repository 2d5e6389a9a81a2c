package authn

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/boombuler/barcode/qr"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"lemniscaat/internal/authz"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/store"
)

// totpSecret is the secret of an app that gives codes (RFC 6238: SHA-1, 6 digits,
// 30 seconds, which is what apps understand).
type totpSecret struct {
	Box  []byte `json:"geheim"` // sealed
	Step int64  `json:"laatst"` // of the last code that was used: none is used twice
}

const (
	totpPeriod = 30
	totpSkew   = 1 // a clock may be one period off
)

// codesEach is how many recovery codes somebody gets, each for one time.
const codesEach = 10

// pendingTOTP is a secret that is not confirmed yet; it is kept with the session.
const kindPending = "app-nieuw"

// BeginTOTP makes a secret for an app. It counts once a code of it was given.
func (s *Service) BeginTOTP(ctx context.Context, token string) (screen.TOTPView, error) {
	a, _, id, err := s.setting(ctx, token)
	if err != nil {
		return screen.TOTPView{}, err
	}
	plain := make([]byte, 20)
	// A page that is opened again, or shown with a fault, shows the same secret.
	box, v, err := get[[]byte](ctx, s, kindPending, id)
	switch {
	case err == nil:
		if plain, err = s.opened(box, "app-nieuw/"+a.ID); err != nil {
			return screen.TOTPView{}, err
		}
	case errors.Is(err, store.ErrNotFound):
		rand.Read(plain) // never fails
		if err := s.Store.Put(ctx, put(kindPending, id, s.sealed(plain, "app-nieuw/"+a.ID), v, s.Now().Add(time.Hour))); err != nil {
			return screen.TOTPView{}, err
		}
	default:
		return screen.TOTPView{}, err
	}
	text := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(plain)
	label := "Lemniscaat"
	if o := s.Organisation(); o != "" {
		label += " " + o
	}
	u := url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + label + ":" + a.Login, RawQuery: "secret=" + text + "&issuer=" + url.PathEscape(label)}
	out := screen.TOTPView{URL: u.String()}
	for i := 0; i < len(text); i += 4 {
		out.Secret += text[i:min(i+4, len(text))] + " "
	}
	out.Secret = strings.TrimSpace(out.Secret)
	code, err := qr.Encode(out.URL, qr.M, qr.Auto)
	if err != nil {
		return out, nil //nolint:nilerr // too long for a code to scan: the text does it
	}
	for y := range code.Bounds().Dy() {
		row := make([]bool, code.Bounds().Dx())
		for x := range row {
			r, _, _, _ := code.At(x, y).RGBA()
			row[x] = r == 0
		}
		out.Modules = append(out.Modules, row)
	}
	return out, nil
}

// setting is the session of who may set a second factor: the one who still has to,
// or who proved a moment ago to be it.
func (s *Service) setting(ctx context.Context, token string) (*Account, *session, string, error) {
	a, x, id, err := s.current(ctx, token)
	switch {
	case errors.Is(err, errNobody), err == nil && x.Step == screen.StepCode:
		return nil, nil, "", refuse("niet-aangemeld")
	case err != nil:
		return nil, nil, "", err
	case x.Step == screen.StepNone && !s.isFresh(x):
		return nil, nil, "", refuse("bevestig")
	case x.Step == screen.StepSetup && a.second(): // set from elsewhere in the meantime
		return nil, nil, "", refuse("niet-aangemeld")
	}
	return a, x, id, nil
}

// FinishTOTP puts the app in use when its code is right, and gives recovery codes.
func (s *Service) FinishTOTP(ctx context.Context, token, code string) (screen.SignedIn, []string, error) {
	a, x, id, err := s.setting(ctx, token)
	if err != nil {
		return screen.SignedIn{}, nil, err
	}
	if err := s.count(ctx, "code", a.ID, triesCode); err != nil {
		return screen.SignedIn{}, nil, err
	}
	box, _, err := get[[]byte](ctx, s, kindPending, id)
	if errors.Is(err, store.ErrNotFound) {
		return screen.SignedIn{}, nil, refuse("code-verlopen", "code")
	}
	if err != nil {
		return screen.SignedIn{}, nil, err
	}
	plain, err := s.opened(box, "app-nieuw/"+a.ID)
	if err != nil {
		return screen.SignedIn{}, nil, err
	}
	step, ok := s.codeStep(plain, code, 0)
	if !ok {
		return screen.SignedIn{}, nil, refuse("code-onjuist", "code")
	}
	in, codes, err := s.equip(ctx, a.ID, x, id, authz.LevelTwo, loop.AccountSecond, func(a *Account) ([]store.Change, error) {
		a.TOTP = &totpSecret{Box: s.sealed(plain, "app/"+a.ID), Step: step}
		return []store.Change{drop(kindPending, id), s.forget("code", a.ID)}, nil
	})
	if err == nil {
		s.tell(ctx, a, "app")
	}
	return in, codes, err
}

// equip gives an account a second factor, recovery codes when it had none, and a
// session of the new level; other sessions end.
func (s *Service) equip(ctx context.Context, account string, x *session, old, level string, what loop.AccountChange, f func(*Account) ([]store.Change, error)) (screen.SignedIn, []string, error) {
	var in screen.SignedIn
	var codes []string
	err := s.change(ctx, account, account, func(a *Account) ([]note, []store.Change, error) {
		if x.Step == screen.StepSetup && a.second() {
			return nil, nil, refuse("niet-aangemeld")
		}
		changes, err := f(a)
		if err != nil {
			return nil, nil, err
		}
		codes = nil
		if len(a.Codes) == 0 {
			codes, a.Codes = newCodes()
		}
		a.Epoch++
		next := *x
		if next.Step != screen.StepNone {
			next.Step, next.Made = screen.StepNone, time.Time{}
		}
		if next.Level != authz.LevelKey {
			next.Level = level
		}
		next.Fresh = s.Now().UTC()
		a.Seen = next.Fresh
		var c store.Change
		in, c = s.open(a, next)
		return []note{noted(a, what)}, append(changes, c, drop(kindSession, old)), nil
	})
	if err != nil {
		return screen.SignedIn{}, nil, err
	}
	s.happened(ctx, "tweede-stap-gezet", account, "niveau", level)
	return in, codes, nil
}

// codeStep gives the period that a code is of; it has to be later than after.
func (s *Service) codeStep(plain []byte, code string, after int64) (int64, bool) {
	code = strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, code)
	if len(code) != 6 {
		return 0, false
	}
	text := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(plain)
	now := s.Now().Unix() / totpPeriod
	found, ok := int64(0), false
	for step := now - totpSkew; step <= now+totpSkew; step++ {
		want, err := hotp.GenerateCodeCustom(text, uint64(step), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return 0, false
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && step > after {
			found, ok = step, true
		}
	}
	return found, ok
}

// useCode uses up a code of the app or a recovery code, and says which it was.
func (s *Service) useCode(ctx context.Context, account, code string) (string, error) {
	if len(code) > 100 {
		return "", refuse("code-onjuist", "code")
	}
	if err := s.count(ctx, "code", account, triesCode); err != nil {
		return "", err
	}
	kind := ""
	var used *Account
	err := s.change(ctx, account, account, func(a *Account) ([]note, []store.Change, error) {
		used = a
		if a.TOTP != nil {
			plain, err := s.opened(a.TOTP.Box, "app/"+a.ID)
			if err != nil {
				return nil, nil, err
			}
			if step, ok := s.codeStep(plain, code, a.TOTP.Step); ok {
				a.TOTP.Step = step
				kind = "app"
				return nil, []store.Change{s.forget("code", account)}, nil
			}
		}
		if i := slices.Index(a.Codes, digest(plainCode(code))); i >= 0 {
			a.Codes = slices.Delete(a.Codes, i, i+1)
			kind = "herstelcode"
			return []note{noted(a, loop.AccountCodeUsed)}, []store.Change{s.forget("code", account)}, nil
		}
		return nil, nil, refuse("code-onjuist", "code")
	})
	var no *screen.Refusal
	if errors.As(err, &no) {
		s.warned(ctx, "code-mislukt", account)
	}
	if kind == "herstelcode" && err == nil {
		s.tell(ctx, used, "herstelcode")
	}
	return kind, err
}

// newCodes gives recovery codes of 120 random bits, and what is kept of them: with
// so many a digest without salt does (ASVS 6.5.2).
func newCodes() (shown, kept []string) {
	for range codesEach {
		var b [15]byte
		rand.Read(b[:])
		text := strings.ToLower(base32.StdEncoding.EncodeToString(b[:]))
		var parts []string
		for i := 0; i < len(text); i += 4 {
			parts = append(parts, text[i:i+4])
		}
		shown = append(shown, strings.Join(parts, "-"))
		kept = append(kept, digest(text))
	}
	return shown, kept
}

func plainCode(code string) string {
	return strings.ToLower(strings.NewReplacer("-", "", " ", "").Replace(strings.TrimSpace(code)))
}

// RenewCodes gives other recovery codes; those before stop working.
func (s *Service) RenewCodes(ctx context.Context, token string) ([]string, error) {
	a, _, _, err := s.fresh(ctx, token)
	if err != nil {
		return nil, err
	}
	var codes []string
	err = s.change(ctx, a.ID, s.actorOf(a), func(a *Account) ([]note, []store.Change, error) {
		if !a.second() {
			return nil, nil, refuse("geen-tweede-stap")
		}
		codes, a.Codes = newCodes()
		return []note{noted(a, loop.AccountCodes)}, nil, nil
	})
	return codes, err
}

// RemoveFactor takes away the app ("app") or a passkey by its id. The last one of
// who has to have one stays.
func (s *Service) RemoveFactor(ctx context.Context, token, which string) (screen.SignedIn, error) {
	a, x, id, err := s.fresh(ctx, token)
	if err != nil {
		return screen.SignedIn{}, err
	}
	var in screen.SignedIn
	var gone []store.Change
	what := loop.AccountPasskeyGone
	err = s.change(ctx, a.ID, s.actorOf(a), func(a *Account) ([]note, []store.Change, error) {
		gone, what = nil, loop.AccountPasskeyGone
		if which == "app" && a.TOTP != nil {
			a.TOTP, what = nil, loop.AccountSecondGone
		} else {
			gone = unkey(a, func(k passkey) bool { return k.id() == which })
		}
		switch {
		case what == loop.AccountPasskeyGone && len(gone) == 0:
			return nil, nil, refuse("niets-veranderd")
		case !a.second() && s.mustTwo(a):
			return nil, nil, refuse("laatste-tweede-stap")
		case !a.second() && a.Password == "" && len(a.Linked) == 0:
			return nil, nil, refuse("laatste-manier")
		}
		if !a.second() {
			a.Codes = nil
		}
		a.Epoch++
		var c store.Change
		in, c = s.open(a, *x)
		return []note{noted(a, what)}, append(gone, c, drop(kindSession, id)), nil
	})
	if err == nil {
		s.happened(ctx, "tweede-stap-weg", a.ID)
		if what == loop.AccountSecondGone {
			s.tell(ctx, a, "app-weg")
		} else {
			s.tell(ctx, a, "passkey-weg")
		}
	}
	return in, err
}
