package authn

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"lemniscaat/internal/authz"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/store"
)

// Account is somebody who can sign in.
type Account struct {
	ID           string   `json:"id"`
	Login        string   `json:"inlognaam"`
	Name         string   `json:"naam"`
	Person       string   `json:"persoon,omitempty"` // loop.PersonID; empty: only manages
	Organisation string   `json:"organisatie,omitempty"`
	Roles        []string `json:"rollen,omitempty"` // given ones; those of a corner come from the log
	Password     string   `json:"wachtwoord,omitempty"`
	// Epoch ends sessions: one of an earlier epoch is none.
	Epoch    uint64       `json:"tijdperk"`
	Disabled bool         `json:"uit,omitempty"`
	Made     time.Time    `json:"gemaakt"`
	Seen     time.Time    `json:"gezien,omitzero"` // last signed in
	TOTP     *totpSecret  `json:"app,omitempty"`
	Codes    []string     `json:"herstelcodes,omitempty"` // digests
	Passkeys []passkey    `json:"passkeys,omitempty"`
	Linked   []linkedWith `json:"extern,omitempty"`
	Handle   []byte       `json:"handvat,omitempty"` // names the account to authenticators
}

// linkedWith is an identity elsewhere.
type linkedWith struct {
	Issuer  string `json:"uitgever"`
	Subject string `json:"wie"` // masked
}

// ErrNone says that there is no such account.
var ErrNone = errors.New("dit account bestaat niet")

// managed are the roles that a manager can give; the others follow from the log.
var managed = []string{authz.RoleManager, authz.RoleAuditor, authz.RolePolitics, authz.RoleLaw, authz.RoleLeader}

// Managed gives the roles that a manager can give to an account.
func Managed() []string { return slices.Clone(managed) }

// second reports a second factor.
func (a *Account) second() bool { return a.TOTP != nil || len(a.Passkeys) > 0 }

// mustTwo reports that the account may not do without.
func (s *Service) mustTwo(a *Account) bool {
	if slices.Contains(a.Roles, authz.RoleManager) || slices.Contains(s.TwoFor, Everybody) {
		return true
	}
	if len(s.TwoFor) == 0 {
		return false
	}
	_, roles, _ := s.Person(a.Person)
	return slices.ContainsFunc(s.TwoFor, func(r string) bool { return slices.Contains(a.Roles, r) || slices.Contains(roles, r) })
}

func (s *Service) loginID(login string) string { return s.masked("inlognaam", plainLogin(login)) }

// plainLogin is how a login name is compared.
func plainLogin(login string) string { return strings.ToLower(strings.TrimSpace(normal(login))) }

func (s *Service) account(ctx context.Context, id string) (*Account, uint64, error) {
	a, v, err := get[Account](ctx, s, kindAccount, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, 0, ErrNone
	}
	return &a, v, err
}

func (s *Service) byLogin(ctx context.Context, login string) (*Account, uint64, error) {
	id, _, err := get[string](ctx, s, kindLogin, s.loginID(login))
	if errors.Is(err, store.ErrNotFound) {
		return nil, 0, ErrNone
	}
	if err != nil {
		return nil, 0, err
	}
	return s.account(ctx, id)
}

// change changes one account; f says what, and which items and events go with it.
// It is called again when somebody else was first.
func (s *Service) change(ctx context.Context, id, by string, f func(*Account) ([]note, []store.Change, error)) error {
	return again(func() error {
		a, v, err := s.account(ctx, id)
		if err != nil {
			return err
		}
		notes, more, err := f(a)
		if err != nil {
			return err
		}
		return s.write(ctx, by, notes, append(more, put(kindAccount, id, a, v, time.Time{}))...)
	})
}

// noted is the event of a change of an account.
func noted(a *Account, what loop.AccountChange) note {
	return note{"toegang/" + a.ID, &loop.AccountNoted{What: what, Person: loop.PersonID(a.Person), Roles: slices.Clone(a.Roles)}}
}

// actor is who an event is by: the person, or the account of who has no place.
func actor(p authz.Principal) string {
	switch {
	case p.Person != "":
		return p.Person
	case p.Account != "":
		return p.Account
	}
	return string(loop.System)
}

// checkAccount makes an account of what was filled in.
func checkAccount(in screen.AccountInput) (Account, error) {
	a := Account{
		Login: strings.TrimSpace(normal(in.Login)), Name: strings.Join(strings.Fields(in.Name), " "), Person: in.Person,
		Organisation: strings.TrimSpace(in.Organisation), Roles: slices.Compact(slices.Sorted(slices.Values(in.Roles))),
	}
	var no screen.Refusal
	bad := func(field, code string) {
		no.Code = code
		no.Fields = append(no.Fields, screen.FieldError{Field: field, Text: code})
	}
	if n := utf8.RuneCountInString(a.Name); n < 2 || n > 100 || strings.ContainsFunc(a.Name, unicode.IsControl) {
		bad("naam", "naam-onjuist")
	}
	if n := utf8.RuneCountInString(a.Login); n < 3 || n > 100 || strings.ContainsFunc(a.Login, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		bad("inlognaam", "inlognaam-onjuist")
	}
	if utf8.RuneCountInString(a.Organisation) > 100 || strings.ContainsFunc(a.Organisation, unicode.IsControl) {
		bad("organisatie", "organisatie-onjuist")
	}
	for _, r := range a.Roles {
		if !slices.Contains(managed, r) {
			bad("rol", "rol-onbekend")
			break
		}
	}
	if len(no.Fields) > 0 {
		return a, &no
	}
	return a, nil
}

// Add makes an account without a password, and a link with which somebody chooses
// one. by is who does it.
func (s *Service) Add(ctx context.Context, by authz.Principal, in screen.AccountInput) (screen.Invited, error) {
	if err := may(by); err != nil {
		return screen.Invited{}, err
	}
	a, err := checkAccount(in)
	if err != nil {
		return screen.Invited{}, err
	}
	if a.Person != "" {
		if _, _, ok := s.Person(a.Person); !ok {
			return screen.Invited{}, refuse("persoon-onbekend", "persoon")
		}
	}
	if _, _, err := s.byLogin(ctx, a.Login); err == nil {
		return screen.Invited{}, refuse("inlognaam-bezet", "inlognaam")
	} else if !errors.Is(err, ErrNone) {
		return screen.Invited{}, err
	}
	a.ID, a.Made, a.Epoch = newID("a"), s.Now().UTC(), 1
	link, invite := s.invitation(invitation{Account: a.ID, For: forPassword}, inviteFor)
	err = s.write(ctx, actor(by), []note{noted(&a, loop.AccountMade)},
		put(kindAccount, a.ID, a, 0, time.Time{}), put(kindLogin, s.loginID(a.Login), a.ID, 0, time.Time{}), invite)
	if errors.Is(err, store.ErrConflict) {
		return screen.Invited{}, refuse("inlognaam-bezet", "inlognaam")
	}
	if err != nil {
		return screen.Invited{}, err
	}
	s.happened(ctx, "account-gemaakt", a.ID, "door", by.Account)
	return screen.Invited{Account: s.row(&a, by), Secret: link, Until: invite.Expires}, nil
}

// Accounts gives every account, in the order of the login names.
func (s *Service) Accounts(ctx context.Context, by authz.Principal) ([]screen.AccountRow, error) {
	if err := may(by, authz.RoleAuditor); err != nil {
		return nil, err
	}
	accounts, err := all[Account](ctx, s, kindAccount, "")
	if err != nil {
		return nil, err
	}
	sessions, err := all[session](ctx, s, kindSession, "")
	if err != nil {
		return nil, err
	}
	live := map[string]int{}
	for _, x := range sessions {
		if a, ok := accounts[x.Account]; ok && s.valid(&a, &x) {
			live[x.Account]++
		}
	}
	var rows []screen.AccountRow
	for _, a := range accounts {
		r := s.row(&a, by)
		r.Sessions = live[a.ID]
		rows = append(rows, r)
	}
	slices.SortFunc(rows, func(a, b screen.AccountRow) int {
		return strings.Compare(plainLogin(a.Login)+"\x00"+a.ID, plainLogin(b.Login)+"\x00"+b.ID)
	})
	return rows, nil
}

func (s *Service) row(a *Account, by authz.Principal) screen.AccountRow {
	r := screen.AccountRow{
		ID: a.ID, Login: a.Login, Name: a.Name, Person: a.Person, Organisation: a.Organisation, Roles: slices.Clone(a.Roles),
		State: "actief", Seen: a.Seen, You: a.ID == by.Account, Passkeys: passkeyRows(a),
	}
	if name, roles, ok := s.Person(a.Person); ok {
		r.PersonName = name
		r.Roles = append(r.Roles, roles...)
	}
	switch {
	case a.Disabled:
		r.State = "uit"
	case a.Password == "" && len(a.Linked) == 0 && len(a.Passkeys) == 0:
		r.State = "uitgenodigd"
	}
	switch {
	case len(a.Passkeys) > 0:
		r.Second = "sleutel"
	case a.TOTP != nil:
		r.Second = "app"
	}
	return r
}

// FindAccount gives the id of an account by its login name.
func (s *Service) FindAccount(ctx context.Context, login string) (string, error) {
	a, _, err := s.byLogin(ctx, login)
	if err != nil {
		return "", err
	}
	return a.ID, nil
}

// HasManager reports that somebody can manage this installation.
func (s *Service) HasManager(ctx context.Context) (bool, error) {
	accounts, err := all[Account](ctx, s, kindAccount, "")
	if err != nil {
		return false, err
	}
	for _, a := range accounts {
		if !a.Disabled && slices.Contains(a.Roles, authz.RoleManager) && (a.Password != "" || len(a.Linked) > 0 || len(a.Passkeys) > 0) {
			return true, nil
		}
	}
	return false, nil
}

// lastManager refuses to take away the last one who can manage.
func (s *Service) lastManager(ctx context.Context, but string) error {
	accounts, err := all[Account](ctx, s, kindAccount, "")
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if a.ID != but && !a.Disabled && slices.Contains(a.Roles, authz.RoleManager) && (a.Password != "" || len(a.Linked) > 0 || len(a.Passkeys) > 0) {
			return nil
		}
	}
	return refuse("laatste-beheerder")
}

// Disable ends what an account can do, at once; Enable lets it sign in again.
func (s *Service) Disable(ctx context.Context, by authz.Principal, id string) error {
	if err := may(by); err != nil {
		return err
	}
	a, _, err := s.account(ctx, id)
	if err != nil {
		return notFound(err)
	}
	if id == by.Account {
		return refuse("jezelf")
	}
	if slices.Contains(a.Roles, authz.RoleManager) {
		if err := s.lastManager(ctx, id); err != nil {
			return err
		}
	}
	err = s.change(ctx, id, actor(by), func(a *Account) ([]note, []store.Change, error) {
		if a.Disabled {
			return nil, nil, refuse("niets-veranderd")
		}
		a.Disabled = true
		a.Epoch++
		return []note{noted(a, loop.AccountDisabled)}, nil, nil
	})
	if err == nil {
		s.happened(ctx, "account-uit", id, "door", by.Account)
	}
	return notFound(err)
}

// Enable lets an account sign in again.
func (s *Service) Enable(ctx context.Context, by authz.Principal, id string) error {
	if err := may(by); err != nil {
		return err
	}
	err := s.change(ctx, id, actor(by), func(a *Account) ([]note, []store.Change, error) {
		if !a.Disabled {
			return nil, nil, refuse("niets-veranderd")
		}
		a.Disabled = false
		return []note{noted(a, loop.AccountEnabled)}, nil, nil
	})
	if err == nil {
		s.happened(ctx, "account-aan", id, "door", by.Account)
	}
	return notFound(err)
}

// SetRoles changes the roles and the person of an account. Its sessions end when
// it loses or gets a role.
func (s *Service) SetRoles(ctx context.Context, by authz.Principal, in screen.AccountInput) error {
	if err := may(by); err != nil {
		return err
	}
	a, _, err := s.account(ctx, in.ID)
	if err != nil {
		return notFound(err)
	}
	in.Login = a.Login
	if in.Name == "" {
		in.Name = a.Name
	}
	next, err := checkAccount(in)
	if err != nil {
		return err
	}
	if next.Person != "" && next.Person != a.Person {
		if _, _, ok := s.Person(next.Person); !ok {
			return refuse("persoon-onbekend", "persoon")
		}
	}
	if slices.Contains(a.Roles, authz.RoleManager) && !slices.Contains(next.Roles, authz.RoleManager) {
		if in.ID == by.Account {
			return refuse("jezelf")
		}
		if err := s.lastManager(ctx, in.ID); err != nil {
			return err
		}
	}
	err = s.change(ctx, in.ID, actor(by), func(a *Account) ([]note, []store.Change, error) {
		same := slices.Equal(a.Roles, next.Roles) && a.Person == next.Person && a.Organisation == next.Organisation
		if same && a.Name == next.Name {
			return nil, nil, refuse("niets-veranderd")
		}
		a.Roles, a.Person, a.Organisation, a.Name = next.Roles, next.Person, next.Organisation, next.Name
		if same {
			return nil, nil, nil
		}
		if in.ID != by.Account {
			a.Epoch++
		}
		return []note{noted(a, loop.AccountRoles)}, nil, nil
	})
	if err == nil {
		s.happened(ctx, "account-rollen", in.ID, "door", by.Account)
	}
	return notFound(err)
}

func notFound(err error) error {
	if errors.Is(err, ErrNone) {
		return screen.ErrNotFound
	}
	return err
}

// sealed encrypts what has to be read back; of binds it to what it belongs to.
func (s *Service) sealed(plain []byte, of string) []byte {
	g := s.gcm()
	nonce := make([]byte, g.NonceSize())
	rand.Read(nonce) // never fails
	return g.Seal(nonce, nonce, plain, []byte(of))
}

func (s *Service) opened(box []byte, of string) ([]byte, error) {
	g := s.gcm()
	if len(box) < g.NonceSize() {
		return nil, errors.New("authn: een geheim is te kort")
	}
	plain, err := g.Open(nil, box[:g.NonceSize()], box[g.NonceSize():], []byte(of))
	if err != nil {
		return nil, fmt.Errorf("authn: een geheim is niet te lezen met de sleutel van deze installatie: %w", err)
	}
	return plain, nil
}

func (s *Service) gcm() cipher.AEAD {
	b, err := aes.NewCipher(s.seal)
	if err == nil {
		var g cipher.AEAD
		if g, err = cipher.NewGCM(b); err == nil {
			return g
		}
	}
	panic("BUG: authn: " + err.Error())
}

// may refuses who does not manage accounts. Package authz decides on that for every
// request; this holds when somebody forgets to ask.
func may(by authz.Principal, also ...string) error {
	for _, r := range append(also, authz.RoleManager, authz.RoleEmergency, authz.RoleConsole) {
		if by.Has(r) {
			return nil
		}
	}
	return refuse("geen-beheerder")
}
