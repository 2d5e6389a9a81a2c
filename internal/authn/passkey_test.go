package authn_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"

	"lemniscaat/internal/authn"
	"lemniscaat/internal/authz"
	"lemniscaat/internal/screen"
)

const firefox = "Firefox/1 Linux"

var b64 = base64.RawURLEncoding

// softKey is an authenticator in the test. A test changes what it says before it is
// signed.
type softKey struct {
	key    crypto.Signer
	id     []byte
	handle []byte
	count  uint32
	// What it says; a zero value says what is right.
	origin, rpID, kind, challenge string
	format                        string
	flags, clear                  byte // set and cleared in what it says
	noHandle                      bool
	mangle                        func(map[string]any) // the answer
	object                        func([]byte) []byte  // the attestation object
	client                        map[string]any       // more client data
}

const (
	present, verified, eligible, synced, attested = 1, 4, 8, 16, 64
)

func newSoftKey(t testing.TB) *softKey {
	t.Helper()
	id := make([]byte, 32)
	rand.Read(id)
	return &softKey{key: newKey(t), id: id}
}

func (k *softKey) cose() []byte {
	m := map[int]any{}
	switch p := k.key.Public().(type) {
	case *ecdsa.PublicKey:
		raw, err := p.Bytes()
		if err != nil {
			panic(err)
		}
		m = map[int]any{1: 2, 3: -7, -1: 1, -2: raw[1:33], -3: raw[33:]}
		if p.Curve != elliptic.P256() {
			half := (len(raw) - 1) / 2
			m = map[int]any{1: 2, 3: -35, -1: 2, -2: raw[1 : 1+half], -3: raw[1+half:]}
		}
	case ed25519.PublicKey:
		m = map[int]any{1: 1, 3: -8, -1: 6, -2: []byte(p)}
	case *rsa.PublicKey:
		m = map[int]any{1: 3, 3: -257, -1: p.N.Bytes(), -2: []byte{1, 0, 1}}
	}
	e, _ := cbor.CTAP2EncOptions().EncMode()
	b, err := e.Marshal(m)
	if err != nil {
		panic(err)
	}
	return b
}

func (k *softKey) data(rpID string, flags byte) []byte {
	if k.rpID != "" {
		rpID = k.rpID
	}
	sum := sha256.Sum256([]byte(rpID))
	out := append(sum[:], (flags|k.flags)&^k.clear)
	return binary.BigEndian.AppendUint32(out, k.count)
}

func (k *softKey) clientData(kind, challenge, origin string) []byte {
	or := func(a, b string) string {
		if a != "" {
			return a
		}
		return b
	}
	m := map[string]any{"type": or(k.kind, kind), "challenge": or(k.challenge, challenge), "origin": or(k.origin, origin), "crossOrigin": false}
	for key, v := range k.client {
		m[key] = v
	}
	b, _ := json.Marshal(m)
	return b
}

func (k *softKey) sign(data []byte) []byte {
	sum := sha256.Sum256(data)
	var sig []byte
	var err error
	switch key := k.key.(type) {
	case ed25519.PrivateKey:
		sig = ed25519.Sign(key, data)
	default:
		sig, err = key.Sign(rand.Reader, sum[:], crypto.SHA256)
	}
	if err != nil {
		panic(err)
	}
	return sig
}

// asked is what both kinds of options share.
type asked struct {
	PublicKey struct {
		Challenge string `json:"challenge"`
		RPID      string `json:"rpId"`
		RP        struct{ ID, Name string }
		User      struct{ ID, Name, DisplayName string }
		Timeout   int
		Params    []struct{ Alg int }                            `json:"pubKeyCredParams"`
		Exclude   []struct{ ID string }                          `json:"excludeCredentials"`
		Allow     []struct{ ID string }                          `json:"allowCredentials"`
		UV        string                                         `json:"userVerification"`
		Wants     string                                         `json:"attestation"`
		Selection struct{ ResidentKey, UserVerification string } `json:"authenticatorSelection"`
	} `json:"publicKey"`
}

func readOptions(t testing.TB, s screen.PasskeyStart) asked {
	t.Helper()
	var a asked
	if err := json.Unmarshal(s.Options, &a); err != nil {
		t.Fatal(err)
	}
	return a
}

// make answers options for a new key.
func (k *softKey) make(t testing.TB, s screen.PasskeyStart) string {
	t.Helper()
	o := readOptions(t, s)
	k.handle, _ = b64.DecodeString(o.PublicKey.User.ID)
	data := k.data(o.PublicKey.RP.ID, present|verified|attested)
	data = append(data, make([]byte, 16)...)
	data = binary.BigEndian.AppendUint16(data, uint16(len(k.id)))
	data = append(append(data, k.id...), k.cose()...)
	format := k.format
	if format == "" {
		format = "none"
	}
	e, _ := cbor.CTAP2EncOptions().EncMode()
	object, err := e.Marshal(map[string]any{"fmt": format, "attStmt": map[string]any{}, "authData": data})
	if err != nil {
		t.Fatal(err)
	}
	if k.object != nil {
		object = k.object(object)
	}
	return k.answer(map[string]any{
		"clientDataJSON":    b64.EncodeToString(k.clientData("webauthn.create", o.PublicKey.Challenge, "https://lus.example")),
		"attestationObject": b64.EncodeToString(object), "transports": []string{"internal", "hybrid", "internal", "onbekend"},
	})
}

// get answers options for signing in.
func (k *softKey) get(t testing.TB, s screen.PasskeyStart) string {
	t.Helper()
	o := readOptions(t, s)
	k.count++
	data := k.data(o.PublicKey.RPID, present|verified)
	client := k.clientData("webauthn.get", o.PublicKey.Challenge, "https://lus.example")
	sum := sha256.Sum256(client)
	r := map[string]any{
		"clientDataJSON": b64.EncodeToString(client), "authenticatorData": b64.EncodeToString(data),
		"signature": b64.EncodeToString(k.sign(append(slices.Clone(data), sum[:]...))),
	}
	if !k.noHandle {
		r["userHandle"] = b64.EncodeToString(k.handle)
	}
	return k.answer(r)
}

func (k *softKey) answer(response map[string]any) string {
	m := map[string]any{"id": b64.EncodeToString(k.id), "rawId": b64.EncodeToString(k.id), "type": "public-key", "response": response, "clientExtensionResults": map[string]any{}}
	if k.mangle != nil {
		k.mangle(m)
	}
	b, _ := json.Marshal(m)
	return string(b)
}

// register gives the session another passkey.
func (h house) register(token string, k *softKey, name string) (screen.SignedIn, []string, error) {
	h.t.Helper()
	s, err := h.BeginPasskey(h.t.Context(), token)
	if err != nil {
		return screen.SignedIn{}, nil, err
	}
	return h.FinishPasskey(h.t.Context(), token, name, firefox, k.make(h.t, s))
}

// keyIn signs in with a key; token is the session of before.
func (h house) keyIn(token string, k *softKey) (screen.SignedIn, error) {
	h.t.Helper()
	s, err := h.BeginKey(h.t.Context(), screen.PasskeyInput{Token: token, Address: "7"})
	if err != nil {
		return screen.SignedIn{}, err
	}
	return h.FinishKey(h.t.Context(), screen.PasskeyAnswer{Token: token, Browser: s.Browser, Answer: k.get(h.t, s), Address: "7", UserAgent: firefox})
}

// keyed gives an account with a password and one key.
func (h house) keyed(login string, roles ...string) (string, *softKey) {
	h.t.Helper()
	id := h.member(login, roles...)
	k := newSoftKey(h.t)
	in, err := h.signIn(login, good)
	token := h.must(in, err)
	if _, codes, err := h.register(token, k, ""); err != nil || len(codes) != 10 {
		h.t.Fatalf("register: %v, %d codes", err, len(codes))
	}
	return id, k
}

func TestPasskey(t *testing.T) {
	t.Parallel()
	var told []string
	h := newHouse(t, func(c *authn.Config) {
		c.Changed = func(_ context.Context, login, what string) { told = append(told, login+" "+what) }
	})
	id := h.member("femke@voorbeeld.nl")
	token := h.must(h.signIn("femke@voorbeeld.nl", good))
	s, err := h.BeginPasskey(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	o := readOptions(t, s).PublicKey
	var algorithms []int
	for _, p := range o.Params {
		algorithms = append(algorithms, p.Alg)
	}
	handle, _ := b64.DecodeString(o.User.ID)
	if o.RP.ID != "lus.example" || len(handle) != 32 || o.Wants != "none" || o.Selection.ResidentKey != "preferred" || o.Selection.UserVerification != "preferred" ||
		!slices.Equal(algorithms, []int{-7, -8, -257}) || o.Timeout != 300_000 || len(o.Challenge) != 43 {
		t.Errorf("options: %s", s.Options)
	}
	k := newSoftKey(t)
	in, codes, err := h.FinishPasskey(t.Context(), token, " mijn  telefoon ", firefox, k.make(t, s))
	fresh := h.must(in, err)
	if v := h.who(fresh); v.Level != authz.LevelKey || len(codes) != 10 || h.who(token).SignedIn() {
		t.Errorf("after making it: %+v, %d codes; the session of before lives: %t", v, len(codes), h.who(token).SignedIn())
	}
	a, err := h.AccountOf(t.Context(), fresh)
	if err != nil || len(a.Passkeys) != 1 || a.Passkeys[0].Name != "mijn telefoon" || !a.Passkeys[0].Used.IsZero() || !a.Keys {
		t.Errorf("in the list: %+v, %v", a.Passkeys, err)
	}
	h.later(time.Hour)

	// Without a password.
	in, err = h.keyIn("", k)
	v := h.who(h.must(in, err))
	if v.Account != id || v.Level != authz.LevelKey || !v.Fresh || v.Step != screen.StepNone {
		t.Errorf("with only the key: %+v", v)
	}
	a, _ = h.AccountOf(t.Context(), in.Token)
	if !a.Passkeys[0].Used.Equal(h.now()) {
		t.Errorf("last used: %+v", a.Passkeys)
	}
	// After the password, and then it may be without a PIN or a finger.
	half := h.must(h.signIn("femke@voorbeeld.nl", good))
	if step, err := h.Step(t.Context(), half); err != nil || step != (screen.PasskeyStep{Passkey: true, Codes: true}) {
		t.Errorf("what the second step can be: %+v, %v", step, err)
	}
	k.clear = verified
	in, err = h.keyIn(half, k)
	if v := h.who(h.must(in, err)); v.Account != id || v.Level != authz.LevelTwo || h.who(half).Session != "" {
		t.Errorf("as a second step without proof of the owner: %+v", v)
	}
	k.clear = 0
	// Confirming.
	h.later(11 * time.Minute)
	if h.who(in.Token).Fresh {
		t.Fatal("still fresh")
	}
	c, err := h.BeginKey(t.Context(), screen.PasskeyInput{Token: in.Token, Address: "7", Confirm: true})
	if err != nil {
		t.Fatal(err)
	}
	out, err := h.ConfirmKey(t.Context(), screen.PasskeyAnswer{Token: in.Token, Answer: k.get(t, c), Address: "7"})
	if v := h.who(h.must(out, err)); !v.Fresh || v.Level != authz.LevelKey || h.who(in.Token).SignedIn() {
		t.Errorf("confirmed: %+v", v)
	}
	// Away.
	if _, err := h.RemoveFactor(t.Context(), out.Token, "bestaat-niet"); code(err) != "niets-veranderd" {
		t.Errorf("a key that is not there: %v", err)
	}
	in, err = h.RemoveFactor(t.Context(), out.Token, a.Passkeys[0].ID)
	if h.must(in, err); h.who(out.Token).SignedIn() {
		t.Error("the session of before lives on")
	}
	if _, err := h.keyIn("", k); code(err) != "passkey-mislukt" {
		t.Errorf("a key that was taken away: %v", err)
	}
	if want := []string{"femke@voorbeeld.nl passkey", "femke@voorbeeld.nl passkey-weg"}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
	var kinds []string
	for r, err := range h.store.All(t.Context(), 1) {
		if err != nil {
			t.Fatal(err)
		}
		var p struct{ Wat string }
		_ = json.Unmarshal(r.Data, &p)
		kinds = append(kinds, p.Wat)
	}
	if !slices.Equal(kinds, []string{"gemaakt", "wachtwoord", "passkey", "passkey-weg"}) {
		t.Errorf("in the log: %q", kinds)
	}
	if strings.Contains(h.log.String(), "femke") || strings.Contains(h.log.String(), "telefoon") {
		t.Errorf("the log holds personal data:\n%s", h.log)
	}
}

// TestPasskeyAlgorithms: what is asked for works, what is not does not.
func TestPasskeyAlgorithms(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	big, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct {
		key  crypto.Signer
		want string
	}{"ed25519": {ed, ""}, "rsa": {r, ""}, "p384": {big, "passkey-mislukt"}} {
		login := "iemand-" + name
		h.member(login)
		k := newSoftKey(t)
		k.key = x.key
		if _, _, err := h.register(h.must(h.signIn(login, good)), k, ""); code(err) != x.want {
			t.Errorf("%s: %v, want %q", name, err, x.want)
			continue
		}
		if x.want == "" {
			if _, err := h.keyIn("", k); err != nil {
				t.Errorf("%s signs in: %v", name, err)
			}
		}
	}
}

// TestASVS_V6_7_2_PasskeyAttacks: nothing that is wrong with an answer signs in or
// makes a key.
func TestASVS_V6_7_2_PasskeyAttacks(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id, k := h.keyed("femke")
	_, other := h.keyed("ruben")
	fail := func(t *testing.T, name string, err error, want string) {
		t.Helper()
		if code(err) != want {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	for name, x := range map[string]struct {
		change func(*softKey)
		want   string
	}{
		"right":                 {func(*softKey) {}, ""},
		"another origin":        {func(k *softKey) { k.origin = "https://lus.example.kwaad.example" }, "passkey-mislukt"},
		"a subdomain":           {func(k *softKey) { k.origin = "https://kwaad.lus.example" }, "passkey-mislukt"},
		"http":                  {func(k *softKey) { k.origin = "http://lus.example" }, "passkey-mislukt"},
		"another port":          {func(k *softKey) { k.origin = "https://lus.example:8443" }, "passkey-mislukt"},
		"another RP ID":         {func(k *softKey) { k.rpID = "example" }, "passkey-mislukt"},
		"in a frame elsewhere":  {func(k *softKey) { k.client = map[string]any{"crossOrigin": true} }, "passkey-mislukt"},
		"another type":          {func(k *softKey) { k.kind = "webauthn.create" }, "passkey-mislukt"},
		"another challenge":     {func(k *softKey) { k.challenge = b64.EncodeToString(make([]byte, 32)) }, "passkey-verlopen"},
		"no challenge":          {func(k *softKey) { k.client = map[string]any{"challenge": ""} }, "passkey-verlopen"},
		"long challenge":        {func(k *softKey) { k.challenge = strings.Repeat("A", 999) }, "passkey-verlopen"},
		"nobody there":          {func(k *softKey) { k.clear = present }, "passkey-mislukt"},
		"no proof of the owner": {func(k *softKey) { k.clear = verified }, "passkey-mislukt"},
		"flag of a copy":        {func(k *softKey) { k.flags = synced }, "passkey-mislukt"},
		"suddenly to be copied": {func(k *softKey) { k.flags = eligible }, "passkey-mislukt"},
		"another key":           {func(k *softKey) { k.key = newKey(t) }, "passkey-mislukt"},
		"id of nobody":          {func(k *softKey) { k.id = []byte("0123456789abcdef") }, "passkey-mislukt"},
		"no id":                 {func(k *softKey) { k.id = nil }, "passkey-mislukt"},
		"handle of another":     {func(k *softKey) { k.handle = other.handle }, "passkey-mislukt"},
		"id of another":         {func(k *softKey) { k.id = other.id }, "passkey-mislukt"},
		"both of another":       {func(k *softKey) { k.id, k.handle = other.id, other.handle }, "passkey-mislukt"},
		"no handle":             {func(k *softKey) { k.noHandle = true }, "passkey-mislukt"},
		"not a public key":      {func(k *softKey) { k.mangle = func(m map[string]any) { m["type"] = "password" } }, "passkey-mislukt"},
		"no response":           {func(k *softKey) { k.mangle = func(m map[string]any) { delete(m, "response") } }, "passkey-mislukt"},
		"response is a list":    {func(k *softKey) { k.mangle = func(m map[string]any) { m["response"] = []int{1} } }, "passkey-mislukt"},
		"too long": {func(k *softKey) {
			k.mangle = func(m map[string]any) { m["meer"] = strings.Repeat("x", 40<<10) }
		}, "passkey-mislukt"},
		"short data": {func(k *softKey) {
			k.mangle = func(m map[string]any) { m["response"].(map[string]any)["authenticatorData"] = "AAAA" }
		}, "passkey-mislukt"},
		"empty signature": {func(k *softKey) {
			k.mangle = func(m map[string]any) { m["response"].(map[string]any)["signature"] = "" }
		}, "passkey-mislukt"},
	} {
		soft := *k
		x.change(&soft)
		in, err := h.keyIn("", &soft)
		fail(t, name, err, x.want)
		if (in.Token == "") != (x.want != "") {
			t.Errorf("%s: session %q", name, in.Token)
		}
		k.count = max(k.count, soft.count)
	}
	for name, said := range map[string]string{"nothing": "", "no JSON": "{", "null": "null", "number": "3", "more": `{"id":"a"}{}`, "deep": strings.Repeat("[", 9999)} {
		_, err := h.FinishKey(t.Context(), screen.PasskeyAnswer{Answer: said, Address: "6"})
		want := "passkey-mislukt"
		if said == "" {
			want = "passkey-script"
		}
		fail(t, name, err, want)
	}

	// A challenge works once, for the browser that asked, and not for ever.
	ask := func() screen.PasskeyStart {
		s, err := h.BeginKey(t.Context(), screen.PasskeyInput{Address: "5"})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	finish := func(browser, token, answer string) error {
		_, err := h.FinishKey(t.Context(), screen.PasskeyAnswer{Browser: browser, Token: token, Answer: answer, Address: "5"})
		return err
	}
	s := ask()
	said := k.get(t, s)
	fail(t, "another browser", finish(strings.Repeat("A", 43), "", said), "passkey-verlopen")
	fail(t, "no browser", finish("", "", said), "passkey-verlopen")
	fail(t, "the right one", finish(s.Browser, "", said), "")
	fail(t, "again", finish(s.Browser, "", said), "passkey-verlopen")
	s = ask()
	said = k.get(t, s)
	var wg sync.WaitGroup
	got := make([]string, 6)
	for i := range got {
		wg.Go(func() { got[i] = code(finish(s.Browser, "", said)) })
	}
	wg.Wait()
	if n := strings.Count(","+strings.Join(got, ",,")+",", ",passkey-verlopen,"); n != 5 {
		t.Errorf("six times the same answer: %q", got)
	}
	s = ask()
	said = k.get(t, s)
	h.later(5*time.Minute + time.Second)
	fail(t, "after five minutes", finish(s.Browser, "", said), "passkey-verlopen")
	// What was asked of a session does not do for another one, nor for signing in.
	a, b := h.must(h.signIn("femke", good)), h.must(h.signIn("femke", good))
	s, err := h.BeginKey(t.Context(), screen.PasskeyInput{Token: a, Address: "5"})
	if err != nil || s.Browser != "" || len(readOptions(t, s).PublicKey.Allow) != 1 {
		t.Fatalf("second step: %s, %v", s.Options, err)
	}
	said = k.get(t, s)
	fail(t, "another session", finish("", b, said), "passkey-verlopen")
	fail(t, "as signing in", finish(strings.Repeat("A", 43), "", said), "passkey-verlopen")
	fail(t, "its own", finish("", a, said), "")
	// The key of somebody else after the password of this one.
	fail(t, "key of another", func() error { _, err := h.keyIn(b, other); return err }(), "passkey-mislukt")
	// An account that is off.
	if err := h.Disable(t.Context(), console, id); err != nil {
		t.Fatal(err)
	}
	_, err = h.keyIn("", k)
	fail(t, "an account that is off", err, "passkey-mislukt")
	if strings.Contains(h.log.String(), b64.EncodeToString(k.id)) || strings.Contains(h.log.String(), b64.EncodeToString(k.handle)) {
		t.Errorf("the log names a key:\n%s", h.log)
	}
}

// TestPasskeyMaking: what is wrong with a new key.
func TestPasskeyMaking(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.member("femke")
	_, other := h.keyed("ruben")
	token := h.must(h.signIn("femke", good))
	for name, x := range map[string]struct {
		change func(*softKey)
		want   string
	}{
		"another origin":    {func(k *softKey) { k.origin = "https://kwaad.example" }, "passkey-mislukt"},
		"another RP ID":     {func(k *softKey) { k.rpID = "kwaad.example" }, "passkey-mislukt"},
		"another type":      {func(k *softKey) { k.kind = "webauthn.get" }, "passkey-mislukt"},
		"another challenge": {func(k *softKey) { k.challenge = b64.EncodeToString(make([]byte, 32)) }, "passkey-verlopen"},
		"nobody there":      {func(k *softKey) { k.clear = present }, "passkey-mislukt"},
		"no key in it":      {func(k *softKey) { k.clear = attested }, "passkey-mislukt"},
		"copied, cannot be": {func(k *softKey) { k.flags = synced }, "passkey-mislukt"},
		"key of another":    {func(k *softKey) { k.id = other.id }, "passkey-bekend"},
		"long id":           {func(k *softKey) { k.id = make([]byte, 2000) }, "passkey-mislukt"},
		"attestation":       {func(k *softKey) { k.format = "android-safetynet" }, "passkey-mislukt"},
		"unknown format":    {func(k *softKey) { k.format = "iets" }, "passkey-mislukt"},
		"false attestation": {func(k *softKey) { k.format = "packed" }, "passkey-mislukt"},
		"no CBOR":           {func(k *softKey) { k.object = func([]byte) []byte { return []byte("geen cbor") } }, "passkey-mislukt"},
		"cut CBOR":          {func(k *softKey) { k.object = func(b []byte) []byte { return b[:len(b)/2] } }, "passkey-mislukt"},
		"empty CBOR":        {func(k *softKey) { k.object = func([]byte) []byte { return []byte{0xa0} } }, "passkey-mislukt"},
		"huge length": {func(k *softKey) {
			k.object = func([]byte) []byte { return []byte{0x9b, 255, 255, 255, 255, 255, 255, 255, 255} }
		}, "passkey-mislukt"},
		"deep CBOR": {func(k *softKey) {
			k.object = func([]byte) []byte { return []byte(strings.Repeat("\x81", 5000) + "\x00") }
		}, "passkey-mislukt"},
		"long name": {nil, "passkey-naam"},
	} {
		k := newSoftKey(t)
		name2 := ""
		if x.change == nil {
			name2 = strings.Repeat("n", 61)
		} else {
			x.change(k)
		}
		if _, _, err := h.register(token, k, name2); code(err) != x.want {
			t.Errorf("%s: %v, want %q", name, err, x.want)
		}
		h.later(time.Second)
	}
	if a, err := h.AccountOf(t.Context(), token); err != nil || len(a.Passkeys) != 0 {
		t.Errorf("after all of that: %+v, %v", a.Passkeys, err)
	}
	// Not for who is halfway or was not confirmed.
	if _, _, err := h.register("", newSoftKey(t), ""); code(err) != "niet-aangemeld" {
		t.Errorf("nobody: %v", err)
	}
	half := h.must(h.signIn("ruben", good))
	if _, _, err := h.register(half, newSoftKey(t), ""); code(err) != "niet-aangemeld" {
		t.Errorf("halfway: %v", err)
	}
	h.later(11 * time.Minute)
	if _, _, err := h.register(token, newSoftKey(t), ""); code(err) != "bevestig" {
		t.Errorf("not confirmed: %v", err)
	}
	// One that was begun for another session.
	token = h.must(h.signIn("femke", good))
	s, err := h.BeginPasskey(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	again := h.must(h.signIn("femke", good))
	k := newSoftKey(t)
	said := k.make(t, s)
	if _, _, err := h.FinishPasskey(t.Context(), again, "", firefox, said); code(err) != "passkey-verlopen" {
		t.Errorf("another session: %v", err)
	}
	if _, _, err := h.FinishPasskey(t.Context(), token, "", firefox, ""); code(err) != "passkey-script" {
		t.Errorf("no script: %v", err)
	}
	if _, _, err := h.FinishPasskey(t.Context(), token, "", firefox, said); err != nil {
		t.Errorf("its own session: %v", err)
	}
}

// TestPasskeyLimit: an account has no endless row of keys; the same one is said to
// be there already.
func TestPasskeyLimit(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.member("femke")
	in, err := h.signIn("femke", good)
	token := h.must(in, err)
	for n := range 10 {
		out, _, err := h.register(token, newSoftKey(t), "")
		if token = out.Token; err != nil {
			t.Fatalf("key %d: %v", n, err)
		}
	}
	a, err := h.AccountOf(t.Context(), token)
	if err != nil || !a.Full || a.Passkeys[0].Name != "Firefox, Linux" || a.Passkeys[1].Name != "Firefox, Linux 2" || a.Passkeys[9].Name != "Firefox, Linux 10" {
		t.Errorf("%+v, %v", a.Passkeys, err)
	}
	if _, _, err := h.register(token, newSoftKey(t), ""); code(err) != "passkey-genoeg" {
		t.Errorf("one more: %v", err)
	}
	var often *screen.TooOften
	for n := 0; ; n++ {
		if _, err := h.BeginKey(t.Context(), screen.PasskeyInput{Address: "vol"}); errors.As(err, &often) {
			if n != 60 {
				t.Errorf("held off after %d challenges", n)
			}
			break
		} else if err != nil || n > 100 {
			t.Fatalf("%d: %v", n, err)
		}
	}
}

// TestPasskeyCopied: a counter that goes back means that somebody may have a copy.
// That key signs in nobody any more; the rest of the account does.
func TestPasskeyCopied(t *testing.T) {
	t.Parallel()
	var told []string
	h := newHouse(t, func(c *authn.Config) {
		c.Changed = func(_ context.Context, _, what string) { told = append(told, what) }
	})
	id, k := h.keyed("femke")
	thief := *k
	for range 3 {
		if _, err := h.keyIn("", k); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.keyIn("", &thief); code(err) != "passkey-verdacht" {
		t.Errorf("a counter that went back: %v", err)
	}
	thief.count = 99
	for name, x := range map[string]*softKey{"thief": &thief, "owner": k} {
		if _, err := h.keyIn("", x); code(err) != "passkey-verdacht" {
			t.Errorf("%s after that: %v", name, err)
		}
	}
	rows, err := h.Accounts(t.Context(), console)
	if err != nil || rows[0].ID != id || rows[0].Passkeys[0].Doubted.IsZero() {
		t.Errorf("the manager sees %+v, %v", rows, err)
	}
	if !slices.Equal(told, []string{"passkey", "passkey-verdacht"}) {
		t.Errorf("told %q", told)
	}
	// Keys without a counter always say 0.
	_, z := h.keyed("samira")
	for range 3 {
		z.count = ^uint32(0) // get adds one
		if _, err := h.keyIn("", z); err != nil {
			t.Errorf("a key without a counter: %v", err)
		}
	}
}

// TestPasskeyLost: with a recovery code somebody gets in without the key; a manager
// takes it away, with a trace.
func TestPasskeyLost(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	boss := authz.Principal{Account: "a-baas", Roles: []string{authz.RoleManager}}
	id := h.member("femke")
	k := newSoftKey(t)
	_, codes, err := h.register(h.must(h.signIn("femke", good)), k, "")
	if err != nil {
		t.Fatal(err)
	}
	half := h.must(h.signIn("femke", good))
	in, err := h.SecondStep(t.Context(), half, codes[0], "4")
	token := h.must(in, err)
	rows, _ := h.Accounts(t.Context(), boss)
	which := rows[0].Passkeys[0].ID
	for name, err := range map[string]error{
		"geen-beheerder":  h.RemovePasskey(t.Context(), h.who(token).Principal, id, which),
		"jezelf":          h.RemovePasskey(t.Context(), authz.Principal{Account: id, Roles: []string{authz.RoleManager}}, id, which),
		"niets-veranderd": h.RemovePasskey(t.Context(), boss, id, "een-andere"),
	} {
		if code(err) != name {
			t.Errorf("%v, want %s", err, name)
		}
	}
	if err := h.RemovePasskey(t.Context(), boss, "a-weg", which); !errors.Is(err, screen.ErrNotFound) {
		t.Errorf("no account: %v", err)
	}
	if err := h.RemovePasskey(t.Context(), boss, id, which); err != nil {
		t.Fatal(err)
	}
	if h.who(token).SignedIn() {
		t.Error("sessions live on")
	}
	if _, err := h.keyIn("", k); code(err) != "passkey-mislukt" {
		t.Errorf("a lost key: %v", err)
	}
	var last string
	for r, err := range h.store.All(t.Context(), 1) {
		if err != nil {
			t.Fatal(err)
		}
		last = r.Actor + " " + r.Stream + " " + string(r.Data)
	}
	if !strings.HasPrefix(last, "a-baas toegang/"+id) || !strings.Contains(last, `"passkey-weg"`) {
		t.Errorf("the trace is %s", last)
	}
	// The same authenticator can be set again, and a reset of everything takes it
	// away as well.
	if _, _, err := h.register(h.must(h.signIn("femke", good)), k, ""); err != nil {
		t.Fatalf("again: %v", err)
	}
	if _, err := h.Reset(t.Context(), boss, id, true); err != nil {
		t.Fatal(err)
	}
	if _, err := h.keyIn("", k); code(err) != "passkey-mislukt" {
		t.Errorf("after a reset: %v", err)
	}
	if items, err := h.store.Items(t.Context(), "passkey", "", 10); err != nil || len(items) != 0 {
		t.Errorf("%d keys on the shelf, %v", len(items), err)
	}
}

// TestTwoFor: who has a role that needs a second factor sets one before anything
// else, from the moment of having the role.
func TestTwoFor(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(c *authn.Config) { c.TwoFor = []string{authz.RoleLaw, authz.RolePolicy} })
	for login, x := range map[string]struct {
		in   screen.AccountInput
		want screen.Step
	}{
		"ruben": {screen.AccountInput{}, screen.StepNone},
		"wet":   {screen.AccountInput{Roles: []string{authz.RoleLaw}}, screen.StepSetup},
		"femke": {screen.AccountInput{Person: "p-femke"}, screen.StepSetup}, // from the log
	} {
		x.in.Login, x.in.Name = login, "Iemand"
		i, err := h.Add(t.Context(), console, x.in)
		if err != nil {
			t.Fatal(err)
		}
		in, err := h.Accept(t.Context(), screen.AcceptInput{Secret: i.Secret, Password: good, Address: "3"})
		if err != nil || in.Step != x.want {
			t.Errorf("%s: step %q, %v", login, in.Step, err)
		}
		if x.want != screen.StepSetup {
			continue
		}
		k := newSoftKey(t)
		out, codes, err := h.register(in.Token, k, "")
		if v := h.who(h.must(out, err)); v.Level != authz.LevelKey || len(codes) != 10 {
			t.Errorf("%s with a key: %+v", login, v)
		}
		a, _ := h.AccountOf(t.Context(), out.Token)
		if _, err := h.RemoveFactor(t.Context(), out.Token, a.Passkeys[0].ID); code(err) != "laatste-tweede-stap" {
			t.Errorf("%s takes the last one away: %v", login, err)
		}
	}
	// A role of the log comes while somebody is signed in.
	var roles []string
	h = newHouse(t, func(c *authn.Config) {
		c.TwoFor = []string{authz.RoleOwner}
		c.Person = func(string) (string, []string, bool) { return "Femke", roles, true }
	})
	i, err := h.Add(t.Context(), console, screen.AccountInput{Login: "femke", Name: "Femke", Person: "p-femke"})
	if err != nil {
		t.Fatal(err)
	}
	in, err := h.Accept(t.Context(), screen.AcceptInput{Secret: i.Secret, Password: good, Address: "3"})
	token := h.must(in, err)
	if !h.who(token).SignedIn() {
		t.Fatal("not signed in")
	}
	roles = []string{authz.RoleOwner}
	if h.who(token).SignedIn() {
		t.Error("an owner goes on with only a password")
	}
	if in, err := h.signIn("femke", good); err != nil || in.Step != screen.StepSetup {
		t.Errorf("signs in at step %q, %v", in.Step, err)
	}
}

// TestPasskeyPlace: passkeys belong to a name, over a connection that nobody reads.
func TestPasskeyPlace(t *testing.T) {
	t.Parallel()
	for site, want := range map[string]bool{
		"https://lus.example": true, "https://lus.example:8443": true, "https://LUS.example": true, "http://localhost:8080": true, "https://localhost": true,
		"": false, "http://lus.example": false, "http://127.0.0.1:8080": false, "https://127.0.0.1": false, "https://[::1]:8080": false, "lus.example": false, "https://": false,
	} {
		h := newHouse(t, func(c *authn.Config) { c.Site = site })
		if h.Passkeys() != want {
			t.Errorf("%q: %t, want %t", site, !want, want)
		}
		if _, err := h.BeginKey(t.Context(), screen.PasskeyInput{Address: "2"}); (code(err) == "passkey-hier-niet") == want {
			t.Errorf("%q: %v", site, err)
		}
	}
}
