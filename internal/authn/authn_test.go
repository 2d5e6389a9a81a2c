package authn_test

import (
	"bytes"
	"context"
	"encoding/base32"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"lemniscaat/internal/authn"
	"lemniscaat/internal/authz"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/store/sqlite"
)

const good = "paarse fiets onder water"

// house is a service over a store of its own, with a clock that a test moves.
type house struct {
	*authn.Service
	t     testing.TB
	store *sqlite.Store
	mu    *sync.Mutex
	at    *time.Time
	log   *bytes.Buffer
}

func newHouse(t testing.TB, change ...func(*authn.Config)) house {
	t.Helper()
	at := time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)
	h := house{t: t, at: &at, mu: &sync.Mutex{}, log: &bytes.Buffer{}}
	now := func() time.Time { h.mu.Lock(); defer h.mu.Unlock(); return *h.at }
	var err error
	if h.store, err = sqlite.Open(t.Context(), t.TempDir(), sqlite.Options{Now: now, Scratch: true}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.store.Close() })
	c := authn.Config{
		Store: h.store, Now: now, Secret: bytes.Repeat([]byte{7}, 32), Weak: true, Site: "https://lus.example",
		Log:          slog.New(slog.NewTextHandler(h.log, nil)),
		Organisation: func() string { return "Gemeente Voorbeeldstad" },
		Person: func(id string) (string, []string, bool) {
			if id == "p-femke" {
				return "Femke de Boer", []string{authz.RolePolicy}, true
			}
			return "", nil, false
		},
	}
	for _, f := range change {
		f(&c)
	}
	if h.Service, err = authn.New(c); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h house) later(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	*h.at = h.at.Add(d)
}

func (h house) now() time.Time { h.mu.Lock(); defer h.mu.Unlock(); return *h.at }

var console = authz.Principal{Roles: []string{authz.RoleConsole}}

// member makes an account with a password and gives its id.
func (h house) member(login string, roles ...string) string {
	h.t.Helper()
	i, err := h.Add(h.t.Context(), console, screen.AccountInput{Login: login, Name: "Iemand " + login, Roles: roles})
	if err != nil {
		h.t.Fatal(err)
	}
	if _, err := h.Accept(h.t.Context(), screen.AcceptInput{Secret: i.Secret, Password: good, Address: "9"}); err != nil {
		h.t.Fatal(err)
	}
	return i.Account.ID
}

func (h house) signIn(login, password string) (screen.SignedIn, error) {
	return h.SignIn(h.t.Context(), screen.SignInInput{Login: login, Password: password, Address: "1.2.3.4/32", UserAgent: "Firefox/1 Linux"})
}

func (h house) must(in screen.SignedIn, err error) string {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
	return in.Token
}

func (h house) who(token string) screen.Visitor {
	h.t.Helper()
	v, err := h.Visitor(h.t.Context(), token)
	if err != nil {
		h.t.Fatal(err)
	}
	return v
}

// manager makes a manager with an app, and gives the session, the account and the
// secret of the app.
func (h house) manager(login string) (token, account, app string) {
	h.t.Helper()
	account = h.member(login, authz.RoleManager)
	in, err := h.signIn(login, good)
	if err != nil || in.Step != screen.StepSetup {
		h.t.Fatalf("a manager without a second factor: %v, step %q", err, in.Step)
	}
	v, err := h.BeginTOTP(h.t.Context(), in.Token)
	if err != nil {
		h.t.Fatal(err)
	}
	app = strings.ReplaceAll(v.Secret, " ", "")
	out, _, err := h.FinishTOTP(h.t.Context(), in.Token, h.code(app))
	return h.must(out, err), account, app
}

func (h house) code(app string) string {
	h.t.Helper()
	c, err := totp.GenerateCode(app, h.now())
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

func code(err error) string {
	var no *screen.Refusal
	if errors.As(err, &no) {
		return no.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.member("femke@voorbeeld.nl")
	for _, login := range []string{"femke@voorbeeld.nl", " Femke@Voorbeeld.NL "} {
		v := h.who(h.must(h.signIn(login, good)))
		if v.Account != id || v.Level != authz.LevelPassword || v.Organisation != "Gemeente Voorbeeldstad" || v.Step != screen.StepNone || !v.Fresh {
			t.Errorf("%q: %+v", login, v)
		}
	}
	for _, c := range [][2]string{{"femke@voorbeeld.nl", "iets heel anders nu"}, {"niemand", good}, {"", ""}, {"femke@voorbeeld.nl", ""}, {strings.Repeat("x", 9999), good}, {"femke@voorbeeld.nl", strings.Repeat("x", 9999)}} {
		if _, err := h.signIn(c[0], c[1]); code(err) != "onjuist" {
			t.Errorf("%.20q: %v, want the same answer for every fault", c[0], err)
		}
	}
	for _, token := range []string{"", "x", "a.b", id + ".", id + "." + strings.Repeat("A", 43), "../" + id, strings.Repeat("a", 500)} {
		if v := h.who(token); v.SignedIn() || v.Session != "" {
			t.Errorf("cookie %.30q is of %+v", token, v)
		}
	}
	if strings.Contains(h.log.String(), "emke") || strings.Contains(h.log.String(), good) {
		t.Errorf("the log holds personal data:\n%s", h.log)
	}
}

// TestNothingPlain: whoever reads the shelf cannot sign in with it.
func TestNothingPlain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	token, account, app := h.manager("wilma")
	i, err := h.Add(t.Context(), console, screen.AccountInput{Login: "samira", Name: "Samira"})
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(app)
	hidden := [][]byte{[]byte(strings.TrimPrefix(token, account+".")), []byte(i.Secret), []byte(good), []byte(app), raw}
	kinds := 0
	for _, kind := range []string{"account", "account-naam", "sessie", "uitnodiging", "poging", "app-nieuw"} {
		items, err := h.store.Items(t.Context(), kind, "", 100)
		if err != nil {
			t.Fatal(err)
		}
		if len(items) > 0 {
			kinds++
		}
		for _, it := range items {
			for _, s := range hidden {
				if bytes.Contains(it.Data, s) || strings.Contains(it.ID, string(s)) {
					t.Errorf("%s %s holds a secret in plain text", kind, it.ID)
				}
			}
		}
	}
	if kinds < 4 {
		t.Errorf("only %d kinds of items looked at", kinds)
	}
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(c *authn.Config) { c.Idle, c.Most = 30*time.Minute, 8*time.Hour })
	id := h.member("femke")
	fresh := func() string { return h.must(h.signIn("femke", good)) }

	a := fresh()
	h.later(29 * time.Minute)
	if !h.who(a).SignedIn() {
		t.Fatal("ended before it was idle long enough")
	}
	h.later(29 * time.Minute) // the use a moment ago counts
	if !h.who(a).SignedIn() {
		t.Fatal("use does not keep a session")
	}
	h.later(31 * time.Minute)
	if h.who(a).SignedIn() {
		t.Error("lives on after being idle")
	}

	b := fresh()
	for range 24 {
		h.later(19 * time.Minute)
		h.who(b)
	}
	h.later(25 * time.Minute)
	if h.who(b).SignedIn() {
		t.Error("lives on after the absolute end")
	}

	c := fresh()
	if err := h.SignOut(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if h.who(c).SignedIn() {
		t.Error("lives on after signing out")
	}

	d, e := fresh(), fresh()
	in, err := h.ChangePassword(t.Context(), e, good, "groene trein boven zand")
	f := h.must(in, err)
	if h.who(d).SignedIn() || h.who(e).SignedIn() || !h.who(f).SignedIn() {
		t.Error("another password has to end every session but the one that chose it, which gets another secret")
	}
	if err := h.Disable(t.Context(), console, id); err != nil {
		t.Fatal(err)
	}
	if h.who(f).SignedIn() {
		t.Error("lives on after the account was turned off")
	}
	if _, err := h.signIn("femke", "groene trein boven zand"); code(err) != "onjuist" {
		t.Errorf("an account that is off signs in: %v", err)
	}
	if err := h.Enable(t.Context(), console, id); err != nil {
		t.Fatal(err)
	}
	if h.who(f).SignedIn() {
		t.Error("an old session lives again")
	}
}

// TestRotation: signing in ends the session that the browser had, so that nobody
// puts a known one there first.
func TestRotation(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.member("femke")
	a := h.must(h.signIn("femke", good))
	in, err := h.SignIn(t.Context(), screen.SignInInput{Login: "femke", Password: good, Old: a, Address: "x"})
	b := h.must(in, err)
	if a == b || h.who(a).SignedIn() || !h.who(b).SignedIn() {
		t.Error("the session of before is still there")
	}
	in, err = h.Confirm(t.Context(), b, good, "", "x")
	c := h.must(in, err)
	if c == b || h.who(b).SignedIn() || !h.who(c).Fresh {
		t.Error("confirming keeps the secret of the session")
	}
}

func TestEndSession(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.member("femke")
	h.member("ruben")
	a, b, c := h.must(h.signIn("femke", good)), h.must(h.signIn("femke", good)), h.must(h.signIn("femke", good))
	r := h.must(h.signIn("ruben", good))
	v, err := h.AccountOf(t.Context(), a)
	if err != nil || len(v.Sessions) != 4 { // with that of choosing the password
		t.Fatalf("%d sessions, %v", len(v.Sessions), err)
	}
	if !slices.ContainsFunc(v.Sessions, func(x screen.SessionRow) bool { return x.Here && x.Browser == "Firefox, Linux" }) {
		t.Errorf("the session that asks is not there: %+v", v.Sessions)
	}
	if err := h.EndSession(t.Context(), a, h.who(r).Session); code(err) != "sessie-weg" || !h.who(r).SignedIn() {
		t.Errorf("somebody ends a session of somebody else: %v", err)
	}
	if err := h.EndSession(t.Context(), a, h.who(b).Session); err != nil || h.who(b).SignedIn() || !h.who(c).SignedIn() {
		t.Errorf("one session: %v", err)
	}
	if err := h.EndSession(t.Context(), a, ""); err != nil || h.who(c).SignedIn() || !h.who(a).SignedIn() {
		t.Errorf("all others: %v", err)
	}
}

func TestThrottle(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.member("femke")
	var often *screen.TooOften
	try := func(login, address string) error {
		_, err := h.SignIn(t.Context(), screen.SignInInput{Login: login, Password: "fout fout fout fout", Address: address})
		return err
	}
	for n := range 10 {
		if err := try("femke", "a"); code(err) != "onjuist" {
			t.Fatalf("try %d: %v", n, err)
		}
		if err := try("wie-dan", "a"); code(err) != "onjuist" {
			t.Fatalf("try %d of nobody: %v", n, err)
		}
	}
	// Who exists and who does not are held off alike, also with the right password.
	for _, login := range []string{"femke", "FEMKE ", "wie-dan"} {
		_, err := h.SignIn(t.Context(), screen.SignInInput{Login: login, Password: good, Address: "elders"})
		if !errors.As(err, &often) || often.After <= 0 || often.After > 15*time.Minute {
			t.Errorf("%s after ten tries: %v", login, err)
		}
	}
	h.later(often.After)
	if _, err := h.signIn("femke", good); err != nil {
		t.Errorf("after the wait: %v", err)
	}
	// One address tries many accounts.
	n := 0
	for ; n < 200; n++ {
		if err := try(strings.Repeat("q", n%50+3)+strings.Repeat("z", n/50), "b"); errors.As(err, &often) {
			break
		}
	}
	if n != 100 {
		t.Errorf("an address was held off after %d tries", n)
	}
}

// TestThrottleAtOnce: tries that come together count as many.
func TestThrottleAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.member("femke")
	var group sync.WaitGroup
	var mu sync.Mutex
	checked := 0
	for range 40 {
		group.Go(func() {
			_, err := h.signIn("femke", "fout fout fout fout")
			mu.Lock()
			defer mu.Unlock()
			if code(err) == "onjuist" {
				checked++
			}
		})
	}
	group.Wait()
	if checked != 10 {
		t.Errorf("%d of 40 passwords were checked, want 10", checked)
	}
}

func TestPasswords(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	n := 0
	for password, want := range map[string]string{
		"":                           "wachtwoord-kort",
		"kort":                       "wachtwoord-kort",
		"elf tekens!":                "wachtwoord-kort",
		strings.Repeat("ab cd ", 22): "wachtwoord-lang",
		"123456789012":               "wachtwoord-bekend",
		"abcdefghijklm":              "wachtwoord-bekend",
		"aaaaaaaaaaaaaaa":            "wachtwoord-bekend",
		"Wachtwoord2027!":            "wachtwoord-bekend",
		"Welkom01Welkom01":           "wachtwoord-bekend",
		"correcthorsebatterystaple":  "wachtwoord-bekend",
		"Voorbeeldstad!1":            "wachtwoord-bekend",
		"femkefemke2027":             "wachtwoord-bekend",
		"lemniscaat-2026":            "wachtwoord-bekend",
		"\xff\xfeongeldig tekst":     "wachtwoord-tekens",
		good:                         "",
		"zes éénden lopen":           "",
		"k9$Tq!vz8#Lm":               "",
		"               spatie telt": "",
	} {
		n++
		i, err := h.Add(t.Context(), console, screen.AccountInput{Login: fmt.Sprint("femke-", n), Name: "Femke"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Accept(t.Context(), screen.AcceptInput{Secret: i.Secret, Password: password, Address: password}); code(err) != want {
			t.Errorf("%q: %v, want %q", password, err, want)
		}
	}
}

func TestInvitation(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	secret, _, err := h.First(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	again, _, err := h.First(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Invitation(t.Context(), secret); !errors.Is(err, screen.ErrNotFound) {
		t.Errorf("the link of before still works: %v", err)
	}
	if _, err := h.Accept(t.Context(), screen.AcceptInput{Secret: again, Login: "x", Password: "kort"}); err == nil {
		t.Error("a short name and a short password are accepted")
	}
	in, err := h.Accept(t.Context(), screen.AcceptInput{Secret: again, Login: "wilma", Name: "Wilma", Password: good})
	if err != nil || in.Step != screen.StepSetup {
		t.Fatalf("%v, step %q: the first manager has to get a second factor", err, in.Step)
	}
	if v := h.who(in.Token); v.SignedIn() {
		t.Errorf("signed in without a second factor: %+v", v)
	}
	if _, err := h.Accept(t.Context(), screen.AcceptInput{Secret: again, Login: "dief", Name: "Dief", Password: good}); !errors.Is(err, screen.ErrNotFound) {
		t.Errorf("the link works twice: %v", err)
	}
	if _, _, err := h.First(t.Context()); code(err) != "er-is-een-beheerder" {
		t.Errorf("another first manager: %v", err)
	}

	i, err := h.Add(t.Context(), console, screen.AccountInput{Login: "samira", Name: "Samira", Person: "p-femke"})
	if err != nil {
		t.Fatal(err)
	}
	h.later(7*24*time.Hour + time.Second)
	if _, err := h.Accept(t.Context(), screen.AcceptInput{Secret: i.Secret, Password: good}); !errors.Is(err, screen.ErrNotFound) {
		t.Errorf("a link works after a week: %v", err)
	}
	// Of many at once, one wins.
	i, err = h.Reset(t.Context(), console, i.Account.ID, false)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for range 8 {
		group.Go(func() {
			if _, err := h.Accept(context.WithoutCancel(t.Context()), screen.AcceptInput{Secret: i.Secret, Password: good, Address: "z"}); err == nil {
				mu.Lock()
				won++
				mu.Unlock()
			}
		})
	}
	group.Wait()
	if won != 1 {
		t.Errorf("a link was used %d times", won)
	}
	if v := h.who(h.must(h.signIn("samira", good))); v.Person != "p-femke" || !v.Has(authz.RolePolicy) {
		t.Errorf("the place in the triangle does not follow: %+v", v)
	}
}

func TestTOTP(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	token, id, app := h.manager("wilma")
	if v := h.who(token); v.Account != id || v.Level != authz.LevelTwo || !v.Has(authz.RoleManager) {
		t.Errorf("%+v", v)
	}
	h.later(time.Minute)
	half := h.must(h.signIn("wilma", good))
	if v := h.who(half); v.SignedIn() || v.Step != screen.StepCode {
		t.Errorf("half signed in is %+v", v)
	}
	for name, f := range map[string]func() error{
		"own account": func() error { _, err := h.AccountOf(t.Context(), half); return err },
		"password": func() error {
			_, err := h.ChangePassword(t.Context(), half, good, "groene trein boven zand")
			return err
		},
		"another app":  func() error { _, err := h.BeginTOTP(t.Context(), half); return err },
		"codes":        func() error { _, err := h.RenewCodes(t.Context(), half); return err },
		"take it away": func() error { _, err := h.RemoveFactor(t.Context(), half, "app"); return err },
	} {
		if err := f(); code(err) != "niet-aangemeld" {
			t.Errorf("%s with a session that is half: %v", name, err)
		}
	}
	now := h.code(app)
	for _, c := range []string{"", "000000", "12345", "1234567", strings.Repeat("1", 999), now[:5]} {
		if _, err := h.SecondStep(t.Context(), half, c, "y"); code(err) != "code-onjuist" {
			t.Errorf("code %.10q: %v", c, err)
		}
	}
	in, err := h.SecondStep(t.Context(), half, now[:3]+" "+now[3:], "y")
	full := h.must(in, err)
	if full == half || h.who(half).Step != screen.StepNone || h.who(half).SignedIn() || !h.who(full).SignedIn() {
		t.Error("raising the level has to give another secret")
	}
	// The same code is not used again.
	again := h.must(h.signIn("wilma", good))
	if _, err := h.SecondStep(t.Context(), again, now, "y"); code(err) != "code-onjuist" {
		t.Errorf("a code works twice: %v", err)
	}
	h.later(30 * time.Second)
	if _, err := h.SecondStep(t.Context(), again, h.code(app), "y"); err != nil {
		t.Errorf("the next code: %v", err)
	}
	// Half a session ends soon.
	late := h.must(h.signIn("wilma", good))
	h.later(11 * time.Minute)
	if _, err := h.SecondStep(t.Context(), late, h.code(app), "y"); code(err) != "niet-aangemeld" {
		t.Errorf("half a session lives on: %v", err)
	}
	// Guessing is held off.
	half = h.must(h.signIn("wilma", good))
	var often *screen.TooOften
	n := 0
	for ; n < 50; n++ {
		if _, err := h.SecondStep(t.Context(), half, "111111", "y"); errors.As(err, &often) {
			break
		}
	}
	if n > 10 {
		t.Errorf("%d codes could be tried", n)
	}
}

func TestRecoveryCodes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.member("wilma", authz.RoleManager)
	half := h.must(h.signIn("wilma", good))
	v, err := h.BeginTOTP(t.Context(), half)
	if err != nil || len(v.Modules) < 21 {
		t.Fatalf("%v, a code to scan of %d rows", err, len(v.Modules))
	}
	in, codes, err := h.FinishTOTP(t.Context(), half, h.code(strings.ReplaceAll(v.Secret, " ", "")))
	token := h.must(in, err)
	if len(codes) != 10 {
		t.Fatalf("%d recovery codes", len(codes))
	}
	half = h.must(h.signIn("wilma", good))
	if _, err := h.SecondStep(t.Context(), half, strings.ToUpper(codes[3]), "y"); err != nil {
		t.Fatalf("a recovery code: %v", err)
	}
	half = h.must(h.signIn("wilma", good))
	if _, err := h.SecondStep(t.Context(), half, codes[3], "y"); code(err) != "code-onjuist" {
		t.Errorf("a recovery code works twice: %v", err)
	}
	if a, _ := h.AccountOf(t.Context(), token); a.Codes != 9 {
		t.Errorf("%d codes left", a.Codes)
	}
	fresh, err := h.RenewCodes(t.Context(), token)
	if err != nil || len(fresh) != 10 {
		t.Fatalf("%d new codes, %v", len(fresh), err)
	}
	if _, err := h.SecondStep(t.Context(), half, codes[4], "y"); code(err) != "code-onjuist" {
		t.Errorf("a code of before works: %v", err)
	}
	if _, err := h.RemoveFactor(t.Context(), token, "app"); code(err) != "laatste-tweede-stap" {
		t.Errorf("a manager without a second factor: %v", err)
	}
	h.later(11 * time.Minute)
	for name, err := range map[string]error{
		"codes": func() error { _, err := h.RenewCodes(t.Context(), token); return err }(),
		"app":   func() error { _, err := h.BeginTOTP(t.Context(), token); return err }(),
	} {
		if code(err) != "bevestig" {
			t.Errorf("%s without confirming: %v", name, err)
		}
	}
}

func TestManage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, id, _ := h.manager("wilma")
	plain := h.who(h.must(h.signIn(func() string { h.member("ruben"); return "ruben" }(), good))).Principal
	boss := authz.Principal{Account: id, Roles: []string{authz.RoleManager}, Level: authz.LevelTwo}
	for name, f := range map[string]func(by authz.Principal) error{
		"list": func(by authz.Principal) error { _, err := h.Accounts(t.Context(), by); return err },
		"add": func(by authz.Principal) error {
			_, err := h.Add(t.Context(), by, screen.AccountInput{Login: "dief", Name: "Dief", Roles: []string{authz.RoleManager}})
			return err
		},
		"off":   func(by authz.Principal) error { return h.Disable(t.Context(), by, id) },
		"on":    func(by authz.Principal) error { return h.Enable(t.Context(), by, id) },
		"reset": func(by authz.Principal) error { _, err := h.Reset(t.Context(), by, id, true); return err },
		"roles": func(by authz.Principal) error {
			return h.SetRoles(t.Context(), by, screen.AccountInput{ID: plain.Account, Roles: []string{authz.RoleManager}})
		},
		"signoff": func(by authz.Principal) error { return h.EndSessions(t.Context(), by, id) },
	} {
		for who, by := range map[string]authz.Principal{"nobody": {}, "no manager": plain} {
			if err := f(by); code(err) != "geen-beheerder" {
				t.Errorf("%s by %s: %v", name, who, err)
			}
		}
	}
	for name, err := range map[string]error{
		"jezelf":            h.Disable(t.Context(), boss, id),
		"laatste-beheerder": h.Disable(t.Context(), console, id),
		"inlognaam-bezet": func() error {
			_, err := h.Add(t.Context(), boss, screen.AccountInput{Login: "WILMA", Name: "Nog een"})
			return err
		}(),
		"rol-onbekend": func() error {
			_, err := h.Add(t.Context(), boss, screen.AccountInput{Login: "erik", Name: "Erik", Roles: []string{authz.RoleConsole}})
			return err
		}(),
		"persoon-onbekend": func() error {
			_, err := h.Add(t.Context(), boss, screen.AccountInput{Login: "erik", Name: "Erik", Person: "p-weg"})
			return err
		}(),
	} {
		if code(err) != name {
			t.Errorf("want %s, got %v", name, err)
		}
	}
	if err := h.Disable(t.Context(), boss, "a-bestaat-niet"); !errors.Is(err, screen.ErrNotFound) {
		t.Errorf("an account that is not there: %v", err)
	}
	token := h.must(h.signIn("ruben", good))
	if err := h.SetRoles(t.Context(), boss, screen.AccountInput{ID: plain.Account, Roles: []string{authz.RoleAuditor}}); err != nil {
		t.Fatal(err)
	}
	if h.who(token).SignedIn() {
		t.Error("another role leaves the session of before")
	}
	// What happened is in the log, without names.
	n := 0
	for r, err := range h.store.All(t.Context(), 1) {
		if err != nil {
			t.Fatal(err)
		}
		n++
		if !strings.HasPrefix(r.Stream, "toegang/a-") || strings.Contains(string(r.Data), "wilma") || strings.Contains(string(r.Data), "ruben") {
			t.Errorf("event %s in %s: %s", r.Type, r.Stream, r.Data)
		}
	}
	if n < 5 {
		t.Errorf("%d events", n)
	}
}
