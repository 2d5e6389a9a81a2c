package authn_test

import (
	"testing"
	"time"

	"lemniscaat/internal/authn"
	"lemniscaat/internal/mutate"
	"lemniscaat/internal/screen"
)

// TestASVS_V7_2_4_SessionOfAKey: a session that a passkey made follows the rules of
// any other: a new secret every time, the one of before gone, an end when it is not
// used and an end in any case.
func TestASVS_V7_2_4_SessionOfAKey(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(c *authn.Config) { c.Idle, c.Most = 30*time.Minute, 2*time.Hour })
	id, k := h.keyed("femke")
	first := h.must(h.keyIn("", k))
	second := h.must(h.keyIn(first, k)) // the browser had a session
	if first == second || h.who(first).SignedIn() || !h.who(second).SignedIn() {
		t.Error("the session of before is still there")
	}
	h.later(31 * time.Minute)
	if h.who(second).SignedIn() {
		t.Error("lives on after being idle")
	}
	third := h.must(h.keyIn("", k))
	for range 5 {
		h.later(20 * time.Minute)
		h.who(third)
	}
	// Confirming gives another secret, and no more time.
	s, err := h.BeginKey(t.Context(), screen.PasskeyInput{Token: third, Address: "7", Confirm: true})
	if err != nil {
		t.Fatal(err)
	}
	in, err := h.ConfirmKey(t.Context(), screen.PasskeyAnswer{Token: third, Answer: k.get(t, s), Address: "7"})
	fourth := h.must(in, err)
	h.later(21 * time.Minute)
	if h.who(fourth).SignedIn() {
		t.Error("confirming makes a session last longer than it may")
	}
	for name, end := range map[string]func() error{
		"password of a colleague's link": func() error { _, err := h.Reset(t.Context(), console, id, false); return err },
		"everywhere":                     func() error { return h.EndSessions(t.Context(), console, id) },
		"off":                            func() error { return h.Disable(t.Context(), console, id) },
	} {
		token := h.must(h.keyIn("", k))
		if err := end(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if h.who(token).SignedIn() {
			t.Errorf("%s leaves the session", name)
		}
		if name == "off" {
			if err := h.Enable(t.Context(), console, id); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// FuzzPasskey: whatever a browser says, nobody is signed in and nothing is made by
// it, and it is always a refusal with words.
func FuzzPasskey(f *testing.F) {
	h := newHouse(f)
	_, k := h.keyed("femke")
	in, err := h.signIn("femke", good)
	token := h.must(in, err)
	in, err = h.keyIn(token, k)
	token = h.must(in, err)
	s, err := h.BeginKey(f.Context(), screen.PasskeyInput{Address: "7"})
	if err != nil {
		f.Fatal(err)
	}
	said := k.get(f, s)
	m, err := h.BeginPasskey(f.Context(), token)
	if err != nil {
		f.Fatal(err)
	}
	made := newSoftKey(f).make(f, m)
	seeds := []string{said, made, "", "{}", "null", `{"id":"AA","rawId":"AA","type":"public-key","response":{}}`, said[:len(said)/2], made[:len(made)/2]}
	for _, seed := range seeds {
		f.Add(seed)
	}
	mutate.Add(f, seeds, func(answer string) { f.Add(answer) })
	n := 0
	f.Fuzz(func(t *testing.T, answer string) {
		if answer == said || answer == made {
			return
		}
		h := h
		h.t = t
		if n++; n%50 == 0 { // so that it is not only held off
			h.later(16 * time.Minute)
		}
		// Of another browser and another session: also what is right signs in nobody.
		if in, err := h.FinishKey(t.Context(), screen.PasskeyAnswer{Answer: answer, Address: "z"}); err == nil || in.Token != "" {
			t.Fatalf("signed in with %q", answer)
		} else if c := code(err); len(c) < 8 || c[:8] != "passkey-" {
			t.Fatalf("%q: %v", answer, err)
		}
		fresh := h.must(h.keyIn("", k))
		if in, _, err := h.FinishPasskey(t.Context(), fresh, "", firefox, answer); err == nil || in.Token != "" {
			t.Fatalf("made with %q", answer)
		} else if c := code(err); len(c) < 8 || c[:8] != "passkey-" {
			t.Fatalf("%q: %v", answer, err)
		}
	})
}
