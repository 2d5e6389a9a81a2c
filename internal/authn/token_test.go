package authn_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lemniscaat/internal/authn"
	"lemniscaat/internal/authz"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/store"
)

func TestTokens(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	boss := authz.Principal{Account: "a-1", Roles: []string{authz.RoleManager}}
	in := screen.TokenInput{Name: "Zaaksysteem", Organisation: "svb", Scopes: []string{"beslissen", "knelpunten:lezen"}, Days: 30}
	made, err := h.MakeToken(t.Context(), boss, in)
	if err != nil {
		t.Fatal(err)
	}
	p, err := h.Bearer(t.Context(), made.Secret)
	if err != nil || p.Organisation != "svb" || len(p.Scopes) != 2 || len(p.Roles) != 0 || p.Account != made.Token.ID {
		t.Fatalf("%+v, %v", p, err)
	}
	items, err := h.store.Items(t.Context(), "sleutel", "", 10)
	if err != nil || len(items) != 1 || strings.Contains(string(items[0].Data), made.Secret[len(made.Secret)-43:]) {
		t.Errorf("the shelf holds the token in plain text, or not at all: %d items, %v", len(items), err)
	}
	last := byte('A')
	if made.Secret[len(made.Secret)-1] == 'A' {
		last = 'B'
	}
	for _, wrong := range []string{"", "lms_", made.Secret[:len(made.Secret)-1] + string(last), "x" + made.Secret, made.Secret + "x", strings.Repeat("lms_", 5000), made.Token.Prefix + "_", "lms_../../../account_" + strings.Repeat("A", 43)} {
		if _, err := h.Bearer(t.Context(), wrong); !errors.Is(err, authn.ErrToken) {
			t.Errorf("%.40q: %v", wrong, err)
		}
	}
	rows, err := h.Tokens(t.Context(), boss)
	if err != nil || len(rows) != 1 || !rows[0].Used.Equal(h.now().Truncate(time.Hour)) {
		t.Errorf("%+v, %v: when it was used is kept to the hour", rows, err)
	}
	if err := h.RevokeToken(t.Context(), authz.Principal{Account: "a-2"}, made.Token.ID); code(err) != "geen-beheerder" {
		t.Errorf("anybody revokes: %v", err)
	}
	if err := h.RevokeToken(t.Context(), boss, made.Token.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Bearer(t.Context(), made.Secret); !errors.Is(err, authn.ErrToken) {
		t.Errorf("works after it was revoked: %v", err)
	}
	in.Days = 1
	made, err = h.MakeToken(t.Context(), boss, in)
	if err != nil {
		t.Fatal(err)
	}
	h.later(24 * time.Hour)
	if _, err := h.Bearer(t.Context(), made.Secret); !errors.Is(err, authn.ErrToken) {
		t.Errorf("works after its time: %v", err)
	}
	if _, err := h.MakeToken(t.Context(), boss, screen.TokenInput{Name: "x", Scopes: []string{"alles"}, Days: 9999}); err == nil {
		t.Error("a token for everything for ever")
	} else {
		var no *screen.Refusal
		if !errors.As(err, &no) || len(no.Fields) != 3 {
			t.Errorf("want all three faults at once: %+v", no)
		}
	}
}

// TestReplicas: two servers over one store; what one ends has ended for the other.
func TestReplicas(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	other, err := authn.New(h.Config)
	if err != nil {
		t.Fatal(err)
	}
	id := h.member("femke")
	token := h.must(h.signIn("femke", good))
	seen := func() bool { v, err := other.Visitor(t.Context(), token); return err == nil && v.SignedIn() }
	if !seen() {
		t.Fatal("the other server does not know the session")
	}
	if err := h.Disable(t.Context(), console, id); err != nil {
		t.Fatal(err)
	}
	if seen() {
		t.Error("signed in on the other server after the account was turned off")
	}
	made, err := h.MakeToken(t.Context(), console, screen.TokenInput{Name: "Zaaksysteem", Scopes: []string{"beslissen"}, Days: 9})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Bearer(t.Context(), made.Secret); err != nil {
		t.Fatal(err)
	}
	if err := h.RevokeToken(t.Context(), console, made.Token.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Bearer(t.Context(), made.Secret); !errors.Is(err, authn.ErrToken) {
		t.Errorf("a revoked token works on the other server: %v", err)
	}
}

// watchedShelf counts how often tokens are read, and can be away.
type watchedShelf struct {
	store.Store
	reads atomic.Int64
	away  atomic.Bool
}

func (w *watchedShelf) Item(ctx context.Context, kind, id string) (store.Item, error) {
	if kind != "sleutel" {
		return w.Store.Item(ctx, kind, id)
	}
	w.reads.Add(1)
	if w.away.Load() {
		return store.Item{}, store.ErrUnavailable
	}
	return w.Store.Item(ctx, kind, id)
}

// TestRemembered: a token is not read again with every request; revoking it ends it
// at once, on the server that revokes and on one that has read the log; one that
// cannot ask remembers it for a few seconds.
func TestRemembered(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	shelf := &watchedShelf{Store: h.store}
	var read atomic.Uint64 // how far the other server has read the log
	c := h.Config
	c.Store, c.Seen = shelf, read.Load
	server, err := authn.New(c)
	if err != nil {
		t.Fatal(err)
	}
	follow := func() {
		head, err := h.store.Head(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		read.Store(head.Seq)
	}
	token := func() screen.NewToken {
		made, err := h.MakeToken(t.Context(), console, screen.TokenInput{Name: "Zaaksysteem", Scopes: []string{"beslissen"}, Days: 9})
		if err != nil {
			t.Fatal(err)
		}
		follow()
		return made
	}
	works := func(made screen.NewToken, want bool, when string) {
		t.Helper()
		p, err := server.Bearer(t.Context(), made.Secret)
		if want && (err != nil || p.Account != made.Token.ID || len(p.Scopes) != 1) || !want && !errors.Is(err, authn.ErrToken) {
			t.Errorf("%s: %+v, %v", when, p, err)
		}
	}
	reads := func(n int64, when string) {
		t.Helper()
		if got := shelf.reads.Swap(0); got != n {
			t.Errorf("%s: the token is read %d times, want %d", when, got, n)
		}
	}

	one := token()
	for range 5 {
		works(one, true, "as it was made")
	}
	reads(1, "nothing happened")
	// Who has it may do nothing to what is remembered.
	p, err := server.Bearer(t.Context(), one.Secret)
	if err != nil {
		t.Fatal(err)
	}
	p.Scopes[0] = "alles"
	if p, err := server.Bearer(t.Context(), one.Secret); err != nil || p.Scopes[0] != "beslissen" {
		t.Errorf("%+v, %v", p, err)
	}
	wrong := one.Secret[:len(one.Secret)-1] + "_"
	if _, err := server.Bearer(t.Context(), wrong); !errors.Is(err, authn.ErrToken) {
		t.Errorf("a wrong secret for a token that is remembered: %v", err)
	}
	if err := server.RevokeToken(t.Context(), console, one.Token.ID); err != nil {
		t.Fatal(err)
	}
	works(one, false, "revoked here, the log not read again")

	two := token()
	works(two, true, "a second")
	if err := h.RevokeToken(t.Context(), console, two.Token.ID); err != nil {
		t.Fatal(err)
	}
	follow()
	works(two, false, "revoked elsewhere")

	three := token()
	works(three, true, "a third")
	if err := h.RevokeToken(t.Context(), console, three.Token.ID); err != nil {
		t.Fatal(err)
	}
	h.later(6 * time.Second) // and the log was not read
	works(three, false, "revoked elsewhere, where the log cannot be read")

	four := token()
	works(four, true, "a fourth")
	shelf.away.Store(true)
	works(four, true, "while the database is away for a moment")
	h.later(6 * time.Second)
	if _, err := server.Bearer(t.Context(), four.Secret); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("while the database is away: %v", err)
	}
	shelf.away.Store(false)
	h.later(time.Hour)
	shelf.reads.Store(0)
	works(four, true, "an hour later")
	works(four, true, "and again")
	reads(1, "that it was used is written once an hour")
	rows, err := h.Tokens(t.Context(), console)
	if err != nil || !slices.ContainsFunc(rows, func(r screen.TokenRow) bool {
		return r.ID == four.Token.ID && r.Used.Equal(h.now().Truncate(time.Hour))
	}) {
		t.Errorf("%+v, %v", rows, err)
	}
	h.later(9 * 24 * time.Hour)
	works(four, false, "after its last day")
}

// TestRevokedWhileRead: a token that is read at the moment that it is revoked is not
// remembered after.
func TestRevokedWhileRead(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.Config
	c.Seen = func() uint64 { return 0 } // of one process, that reads its log late
	server, err := authn.New(c)
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		made, err := server.MakeToken(t.Context(), console, screen.TokenInput{Name: "Zaaksysteem", Scopes: []string{"beslissen"}, Days: 9})
		if err != nil {
			t.Fatal(err)
		}
		var users sync.WaitGroup
		stop := make(chan struct{})
		for range 4 {
			users.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
						_, _ = server.Bearer(t.Context(), made.Secret)
					}
				}
			})
		}
		if err := server.RevokeToken(t.Context(), console, made.Token.ID); err != nil {
			t.Error(err)
		}
		if _, err := server.Bearer(t.Context(), made.Secret); !errors.Is(err, authn.ErrToken) {
			t.Errorf("works after it was revoked: %v", err)
		}
		close(stop)
		users.Wait()
		if _, err := server.Bearer(t.Context(), made.Secret); !errors.Is(err, authn.ErrToken) {
			t.Errorf("works after it was revoked: %v", err)
		}
	}
}

func TestBreakGlass(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	token, id, _ := h.manager("wilma")
	reason := "De server met uitkeringen ligt eruit en niemand is er."
	for want, f := range map[string]func() (screen.EmergencyRow, error){
		"reden-onjuist":  func() (screen.EmergencyRow, error) { return h.BreakGlass(t.Context(), token, "zomaar", 30) },
		"duur-onjuist":   func() (screen.EmergencyRow, error) { return h.BreakGlass(t.Context(), token, reason, 241) },
		"niet-aangemeld": func() (screen.EmergencyRow, error) { return h.BreakGlass(t.Context(), "", reason, 30) },
		"geen-beheerder": func() (screen.EmergencyRow, error) {
			h.member("ruben")
			return h.BreakGlass(t.Context(), h.must(h.signIn("ruben", good)), reason, 30)
		},
	} {
		if _, err := f(); code(err) != want {
			t.Errorf("want %s, got %v", want, err)
		}
	}
	if v := h.who(token); v.Has(authz.RoleEmergency) {
		t.Fatal("nothing was opened")
	}
	if _, err := h.BreakGlass(t.Context(), token, reason, 30); err != nil {
		t.Fatal(err)
	}
	if _, err := h.BreakGlass(t.Context(), token, reason, 30); code(err) != "nood-open" {
		t.Errorf("twice: %v", err)
	}
	v := h.who(token)
	if !v.Has(authz.RoleEmergency) || v.EmergencyID == "" || !v.Emergency.Equal(h.now().Add(30*time.Minute)) {
		t.Fatalf("%+v", v)
	}
	if err := h.Acted(t.Context(), v, "account.beheren"); err != nil {
		t.Fatal(err)
	}
	other := authz.Principal{Account: "a-9", Roles: []string{authz.RoleManager}}
	if err := h.ReviewGlass(t.Context(), other, v.EmergencyID, "Het was nodig."); code(err) != "nood-loopt" {
		t.Errorf("reviewed while it is open: %v", err)
	}
	h.later(30 * time.Minute)
	if h.who(token).Has(authz.RoleEmergency) {
		t.Error("lives on after its time")
	}
	if err := h.Acted(t.Context(), v, "account.beheren"); code(err) != "nood-voorbij" {
		t.Errorf("an act after its time: %v", err)
	}
	if err := h.ReviewGlass(t.Context(), v.Principal, v.EmergencyID, "Ik vond het goed."); code(err) != "jezelf" {
		t.Errorf("reviewed by who opened it: %v", err)
	}
	if err := h.ReviewGlass(t.Context(), authz.Principal{Account: "a-8"}, v.EmergencyID, "Het was nodig."); code(err) != "geen-beheerder" {
		t.Errorf("reviewed by anybody: %v", err)
	}
	if err := h.ReviewGlass(t.Context(), other, v.EmergencyID, "Het was nodig."); err != nil {
		t.Fatal(err)
	}
	rows, err := h.Emergencies(t.Context(), authz.Principal{})
	if err != nil || len(rows) != 1 || rows[0].Account != id || len(rows[0].Acts) != 1 || rows[0].Reviewed.IsZero() {
		t.Errorf("%+v, %v", rows, err)
	}
	types := map[string]int{}
	for r, err := range h.store.All(t.Context(), 1) {
		if err != nil {
			t.Fatal(err)
		}
		types[r.Type]++
		if strings.Contains(string(r.Data), "uitkeringen") {
			t.Errorf("the reason is in the event itself: %s", r.Data)
		}
	}
	for _, want := range []string{"toegang.nood.1", "toegang.nood-handeling.1", "toegang.nood-bekeken.1"} {
		if types[want] != 1 {
			t.Errorf("%d events %s", types[want], want)
		}
	}
}
