package authn_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"lemniscaat/internal/authn"
	"lemniscaat/internal/authz"
	"lemniscaat/internal/egress"
	"lemniscaat/internal/screen"
)

// idp is an identity provider in the test: it checks what a client sends as a real
// one does, and a test can make what it answers wrong.
type idp struct {
	*httptest.Server
	t      testing.TB
	now    func() time.Time
	client crypto.PublicKey

	mu     sync.Mutex
	key    *ecdsa.PrivateKey
	kid    string
	down   bool
	codes  map[string]url.Values      // code to the request that it answers
	change func(map[string]any)       // the claims
	sign   func(claims []byte) string // nil: with the key
	seen   map[string]bool            // jti of assertions
	refuse string                     // why a token was refused last
	algs   []jose.SignatureAlgorithm  // of assertions; none: ES256
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func newIDP(t testing.TB) *idp {
	t.Helper()
	p := &idp{t: t, key: newKey(t), kid: "een", codes: map[string]url.Values{}, seen: map[string]bool{}}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{
			"issuer": p.URL, "authorization_endpoint": p.URL + "/auth", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
			"end_session_endpoint": p.URL + "/uit", "id_token_signing_alg_values_supported": []string{"ES256", "none", "HS256"},
			"authorization_response_iss_parameter_supported": true, "token_endpoint_auth_signing_alg_values_supported": p.algs,
		})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: p.key.Public(), KeyID: p.kid, Use: "sig", Algorithm: "ES256"}}})
	})
	mux.HandleFunc("/token", p.token)
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.down {
			http.Error(w, "stuk", http.StatusServiceUnavailable)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(p.Close)
	return p
}

// set changes the provider while it runs.
func (p *idp) set(f func()) { p.mu.Lock(); defer p.mu.Unlock(); f() }

func (p *idp) token(w http.ResponseWriter, r *http.Request) {
	no := func(why string) {
		p.refuse = why
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"invalid_grant"}`))
	}
	_ = r.ParseForm()
	asked, ok := p.codes[r.PostForm.Get("code")]
	delete(p.codes, r.PostForm.Get("code"))
	sum := sha256.Sum256([]byte(r.PostForm.Get("code_verifier")))
	algs := p.algs
	if len(algs) == 0 {
		algs = []jose.SignatureAlgorithm{jose.ES256}
	}
	tok, err := jwt.ParseSigned(r.PostForm.Get("client_assertion"), algs)
	var c jwt.Claims
	if err == nil {
		err = tok.Claims(p.client, &c)
	}
	switch {
	case !ok:
		no("code")
		return
	case asked.Get("code_challenge_method") != "S256" || base64.RawURLEncoding.EncodeToString(sum[:]) != asked.Get("code_challenge"):
		no("pkce")
		return
	case r.PostForm.Get("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" || err != nil || c.ID == "" || p.seen[c.ID] ||
		c.ValidateWithLeeway(jwt.Expected{Issuer: "lemniscaat", Subject: "lemniscaat", AnyAudience: jwt.Audience{p.URL + "/token"}, Time: p.now()}, time.Second) != nil:
		no("assertion")
		return
	case r.PostForm.Get("redirect_uri") != asked.Get("redirect_uri"):
		no("redirect_uri")
		return
	}
	p.seen[c.ID] = true
	claims := map[string]any{
		"iss": p.URL, "sub": "femke-bij-idp", "aud": "lemniscaat", "nonce": asked.Get("nonce"), "acr": "sterk",
		"iat": p.now().Unix(), "exp": p.now().Add(5 * time.Minute).Unix(), "auth_time": p.now().Unix(),
	}
	if p.change != nil {
		p.change(claims)
	}
	body, _ := json.Marshal(claims)
	var raw string
	if p.sign != nil {
		raw = p.sign(body)
	} else {
		raw = signed(p.t, jose.ES256, p.key, p.kid, body)
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": raw})
}

func signed(t testing.TB, alg jose.SignatureAlgorithm, key any, kid string, body []byte) string {
	t.Helper()
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: key, KeyID: kid}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	o, err := s.Sign(body)
	if err != nil {
		t.Fatal(err)
	}
	out, err := o.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// withIDP gives a house with a provider, and an account that is linked there over
// an invitation.
func withIDP(t testing.TB, change ...func(*authn.Config)) (house, *idp, string) {
	t.Helper()
	p := newIDP(t)
	key := newKey(t)
	p.client = key.Public()
	to, err := egress.Parse(p.URL + " intern")
	if err != nil {
		t.Fatal(err)
	}
	h := newHouse(t, append([]func(*authn.Config){func(c *authn.Config) {
		c.Client = egress.New(egress.Options{Allow: []egress.Destination{to}})
		c.Providers = []authn.ProviderConfig{{ID: "org", Name: "Gemeente", Issuer: p.URL, Client: "lemniscaat", Key: key,
			ACR: []authn.ACR{{Value: "sterk", Level: authz.LevelTwo}, {Value: "zwak", Level: authz.LevelPassword}}}}
	}}, change...)...)
	p.now = h.now
	i, err := h.Add(t.Context(), console, screen.AccountInput{Login: "femke", Name: "Femke de Boer", Person: "p-femke"})
	if err != nil {
		t.Fatal(err)
	}
	in, back, err := h.elsewhere(p, screen.ExternalInput{Invite: i.Secret, Back: "/begin"}, nil)
	if err != nil || back != "/begin" || h.who(in.Token).Person != "p-femke" {
		t.Fatalf("invitation accepted at the provider: %v, %q", err, back)
	}
	if _, err := h.Invitation(t.Context(), i.Secret); err == nil {
		t.Fatal("the invitation works again")
	}
	return h, p, i.Account.ID
}

// begin goes to the provider, which gives a code.
func (h house) begin(p *idp, in screen.ExternalInput) (screen.ExternalAnswer, url.Values, error) {
	h.t.Helper()
	in.Provider, in.Address = "org", "8"
	start, err := h.BeginExternal(h.t.Context(), in)
	if err != nil {
		return screen.ExternalAnswer{}, nil, err
	}
	u, err := url.Parse(start.Href)
	if err != nil || !strings.HasPrefix(start.Href, p.URL+"/auth?") {
		h.t.Fatalf("sent to %q", start.Href)
	}
	q := u.Query()
	code := rand.Text()
	p.set(func() { p.codes[code] = q })
	return screen.ExternalAnswer{State: q.Get("state"), Code: code, Issuer: p.URL, Browser: start.Browser, Old: in.Token, Address: "8"}, q, nil
}

// elsewhere signs in; change is what goes wrong on the way back.
func (h house) elsewhere(p *idp, in screen.ExternalInput, change func(*screen.ExternalAnswer)) (screen.SignedIn, string, error) {
	h.t.Helper()
	a, _, err := h.begin(p, in)
	if err != nil {
		return screen.SignedIn{}, "", err
	}
	if change != nil {
		change(&a)
	}
	return h.FinishExternal(h.t.Context(), a)
}

func TestExternal(t *testing.T) {
	t.Parallel()
	h, p, id := withIDP(t)
	a, q, err := h.begin(p, screen.ExternalInput{Back: "/knelpunten"})
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range map[string]string{"response_type": "code", "client_id": "lemniscaat", "code_challenge_method": "S256", "scope": "openid",
		"redirect_uri": "https://lus.example/inloggen/extern/terug", "acr_values": "sterk zwak"} {
		if q.Get(k) != want {
			t.Errorf("%s is %q, want %q", k, q.Get(k), want)
		}
	}
	if len(q.Get("state")) != 43 || len(q.Get("nonce")) != 43 || len(q.Get("code_challenge")) != 43 {
		t.Errorf("state, nonce or challenge is short: %v", q)
	}
	in, back, err := h.FinishExternal(t.Context(), a)
	v := h.who(h.must(in, err))
	if back != "/knelpunten" || v.Account != id || v.Level != authz.LevelTwo || !v.Fresh || v.Step != screen.StepNone {
		t.Errorf("back to %q as %+v", back, v)
	}
	// Signing out leads to the provider, with what it gave.
	l, err := h.LeaveExternal(t.Context(), in.Token)
	if u, bad := url.Parse(l.Href); err != nil || bad != nil || u.Path != "/uit" || u.Query().Get("id_token_hint") == "" ||
		u.Query().Get("post_logout_redirect_uri") != "https://lus.example/inloggen" {
		t.Errorf("signing out: %+v, %v", l, err)
	}
	// A class that counts as a password is followed by the own second step.
	p.set(func() { p.change = func(c map[string]any) { c["acr"] = "zwak" } })
	if in, _, err := h.elsewhere(p, screen.ExternalInput{}, nil); err != nil || h.who(in.Token).Level != authz.LevelPassword {
		t.Errorf("weak: %v", err)
	}
	// Proof of long ago opens nothing sensitive; again asks for a new one.
	p.set(func() {
		p.change = func(c map[string]any) { c["auth_time"] = h.now().Add(-time.Hour).Unix() }
	})
	if in, _, err := h.elsewhere(p, screen.ExternalInput{}, nil); err != nil || h.who(in.Token).Fresh {
		t.Errorf("signed in an hour ago over there: %v, or it is fresh", err)
	}
	if _, _, err := h.elsewhere(p, screen.ExternalInput{Again: true}, nil); code(err) != "extern-niet-opnieuw" {
		t.Errorf("asked again, and it was not: %v", err)
	}
	p.set(func() { p.change = func(c map[string]any) { delete(c, "auth_time") } })
	if _, _, err := h.elsewhere(p, screen.ExternalInput{Again: true}, nil); code(err) != "extern-niet-opnieuw" {
		t.Errorf("asked again, and nothing said: %v", err)
	}
	p.set(func() { p.change = nil })
	_, q, _ = h.begin(p, screen.ExternalInput{Again: true})
	if q.Get("prompt") != "login" || q.Get("max_age") != "0" {
		t.Errorf("again asks %v", q)
	}
	if strings.Contains(h.log.String(), "femke-bij-idp") {
		t.Errorf("the log holds who it is elsewhere:\n%s", h.log)
	}
}

// TestASVS_V10_5_ExternalAttacks: nothing that is wrong with an answer signs in.
func TestASVS_V10_5_ExternalAttacks(t *testing.T) {
	t.Parallel()
	h, p, _ := withIDP(t)
	other := newKey(t)
	for name, x := range map[string]struct {
		answer func(*screen.ExternalAnswer)
		claims func(map[string]any)
		sign   func([]byte) string
		want   string
	}{
		"right":              {want: ""},
		"another state":      {answer: func(a *screen.ExternalAnswer) { a.State = strings.Repeat("A", 43) }, want: "extern-verlopen"},
		"no state":           {answer: func(a *screen.ExternalAnswer) { a.State = "" }, want: "extern-verlopen"},
		"another browser":    {answer: func(a *screen.ExternalAnswer) { a.Browser = strings.Repeat("A", 43) }, want: "extern-verlopen"},
		"no cookie":          {answer: func(a *screen.ExternalAnswer) { a.Browser = "" }, want: "extern-verlopen"},
		"another code":       {answer: func(a *screen.ExternalAnswer) { a.Code = "x" }, want: "extern-mislukt"},
		"no code":            {answer: func(a *screen.ExternalAnswer) { a.Code = "" }, want: "extern-mislukt"},
		"code from the user": {answer: func(a *screen.ExternalAnswer) { a.Code = strings.Repeat("x", 5000) }, want: "extern-mislukt"},
		"another provider":   {answer: func(a *screen.ExternalAnswer) { a.Issuer = "https://kwaad.example" }, want: "extern-mislukt"},
		"no provider":        {answer: func(a *screen.ExternalAnswer) { a.Issuer = "" }, want: "extern-mislukt"},
		"refused there":      {answer: func(a *screen.ExternalAnswer) { a.Fault = "access_denied" }, want: "extern-geweigerd"},
		"nonce":              {claims: func(c map[string]any) { c["nonce"] = strings.Repeat("A", 43) }, want: "extern-mislukt"},
		"no nonce":           {claims: func(c map[string]any) { delete(c, "nonce") }, want: "extern-mislukt"},
		"aud":                {claims: func(c map[string]any) { c["aud"] = "een-ander" }, want: "extern-mislukt"},
		"aud of more":        {claims: func(c map[string]any) { c["aud"] = []string{"lemniscaat", "een-ander"} }, want: "extern-mislukt"},
		"azp":                {claims: func(c map[string]any) { c["azp"] = "een-ander" }, want: "extern-mislukt"},
		"iss":                {claims: func(c map[string]any) { c["iss"] = "https://kwaad.example" }, want: "extern-mislukt"},
		"expired":            {claims: func(c map[string]any) { c["exp"] = h.now().Add(-61 * time.Second).Unix() }, want: "extern-mislukt"},
		"a clock behind":     {claims: func(c map[string]any) { c["exp"] = h.now().Add(-30 * time.Second).Unix() }, want: ""},
		"made long ago":      {claims: func(c map[string]any) { c["iat"] = h.now().Add(-time.Hour).Unix() }, want: "extern-mislukt"},
		"made later":         {claims: func(c map[string]any) { c["iat"] = h.now().Add(time.Hour).Unix() }, want: "extern-mislukt"},
		"nobody":             {claims: func(c map[string]any) { c["sub"] = "" }, want: "extern-mislukt"},
		"acr too low":        {claims: func(c map[string]any) { c["acr"] = "niets" }, want: "extern-niveau"},
		"no acr":             {claims: func(c map[string]any) { delete(c, "acr") }, want: "extern-niveau"},
		"unknown":            {claims: func(c map[string]any) { c["sub"] = "iemand-anders" }, want: "extern-onbekend"},
		"alg none": {sign: func(b []byte) string {
			return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + base64.RawURLEncoding.EncodeToString(b) + "."
		}, want: "extern-mislukt"},
		"shared secret":   {sign: func(b []byte) string { return signed(t, jose.HS256, []byte(strings.Repeat("lemniscaat", 4)), "een", b) }, want: "extern-mislukt"},
		"another key":     {sign: func(b []byte) string { return signed(t, jose.ES256, other, "een", b) }, want: "extern-mislukt"},
		"no proof":        {sign: func([]byte) string { return "" }, want: "extern-mislukt"},
		"too much proof":  {sign: func([]byte) string { return strings.Repeat("a", 70<<10) }, want: "extern-mislukt"},
		"proof is no JWT": {sign: func([]byte) string { return "a.b.c" }, want: "extern-mislukt"},
	} {
		p.set(func() { p.change, p.sign = x.claims, x.sign })
		in, _, err := h.elsewhere(p, screen.ExternalInput{}, x.answer)
		if code(err) != x.want || (in.Token == "") != (x.want != "") {
			t.Errorf("%s: %v, want %q", name, err, x.want)
		}
	}
	p.set(func() { p.change, p.sign = nil, nil })

	// A state works once, also when it is sent twice at the same time.
	a, q, err := h.begin(p, screen.ExternalInput{})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	got := make([]string, 5)
	for i := range got {
		wg.Go(func() {
			_, _, err := h.FinishExternal(t.Context(), a)
			got[i] = code(err)
		})
	}
	wg.Wait()
	if n := strings.Count(","+strings.Join(got, ",")+",", ",extern-verlopen"); n != 4 {
		t.Errorf("five times the same state: %q", got)
	}
	// The provider refuses a code without the verifier that belongs to it, and so a
	// code that was taken from another browser gives nothing.
	stolen, _, err := h.begin(p, screen.ExternalInput{})
	if err != nil {
		t.Fatal(err)
	}
	mine, _, err := h.begin(p, screen.ExternalInput{})
	if err != nil {
		t.Fatal(err)
	}
	mine.Code = stolen.Code
	if _, _, err := h.FinishExternal(t.Context(), mine); code(err) != "extern-mislukt" || p.refuse != "pkce" {
		t.Errorf("a stolen code: %v, refused for %q", err, p.refuse)
	}
	w, err := http.PostForm(p.URL+"/token", url.Values{"code": {func() string { c := rand.Text(); p.set(func() { p.codes[c] = q }); return c }()}})
	if err != nil || w.StatusCode != http.StatusBadRequest || p.refuse != "pkce" {
		t.Errorf("no verifier: %v, refused for %q", err, p.refuse)
	}
	w.Body.Close()
	// Too late.
	a, _, err = h.begin(p, screen.ExternalInput{})
	if err != nil {
		t.Fatal(err)
	}
	h.later(11 * time.Minute)
	if _, _, err := h.FinishExternal(t.Context(), a); code(err) != "extern-verlopen" {
		t.Errorf("after 11 minutes: %v", err)
	}
}

// TestExternalKeysChange: a provider that signs with a new key is believed at once,
// and what the old key signs no longer.
func TestExternalKeysChange(t *testing.T) {
	t.Parallel()
	h, p, _ := withIDP(t)
	old := p.key
	fresh := newKey(t)
	p.set(func() { p.key, p.kid = fresh, "twee" })
	if _, _, err := h.elsewhere(p, screen.ExternalInput{}, nil); err != nil {
		t.Errorf("the new key: %v", err)
	}
	p.set(func() { p.sign = func(b []byte) string { return signed(t, jose.ES256, old, "een", b) } })
	if _, _, err := h.elsewhere(p, screen.ExternalInput{}, nil); code(err) != "extern-mislukt" {
		t.Errorf("the old key: %v", err)
	}
}

// TestExternalDown: an installation lives without its provider, and goes on with it
// when it is back.
func TestExternalDown(t *testing.T) {
	t.Parallel()
	h, p, _ := withIDP(t)
	h.member("wachtwoord@voorbeeld.nl")
	a, _, err := h.begin(p, screen.ExternalInput{})
	if err != nil {
		t.Fatal(err)
	}
	p.set(func() { p.down = true })
	if _, _, err := h.FinishExternal(t.Context(), a); code(err) != "extern-onbereikbaar" {
		t.Errorf("down on the way back: %v", err)
	}
	// A process that starts now.
	q := newIDP(t)
	q.set(func() { q.down = true })
	to, _ := egress.Parse(q.URL + " intern")
	key := newKey(t)
	h2 := newHouse(t, func(c *authn.Config) {
		c.Client = egress.New(egress.Options{Allow: []egress.Destination{to}})
		c.Providers = []authn.ProviderConfig{{ID: "org", Name: "Gemeente", Issuer: q.URL, Client: "lemniscaat", Key: key}}
	})
	q.now, q.client = h2.now, key.Public()
	id := h2.member("femke")
	if _, err := h2.signIn("femke", good); err != nil {
		t.Errorf("a password without the provider: %v", err)
	}
	for range 2 {
		if _, _, err := h2.begin(q, screen.ExternalInput{}); code(err) != "extern-onbereikbaar" {
			t.Errorf("down at the start: %v", err)
		}
	}
	if x := h2.External(); len(x) != 1 || x[0].Works {
		t.Errorf("said to work: %+v", x)
	}
	q.set(func() { q.down = false })
	h2.later(11 * time.Second)
	// Back: the own account is linked. Without classes it counts as a password.
	token := h2.must(h2.signIn("femke", good))
	in, _, err := h2.elsewhere(q, screen.ExternalInput{Link: true, Token: token}, nil)
	if v := h2.who(h2.must(in, err)); v.Account != id {
		t.Errorf("linked: %+v", v)
	}
	if h2.who(token).SignedIn() {
		t.Error("the session from before the link goes on")
	}
	in, _, err = h2.elsewhere(q, screen.ExternalInput{}, nil)
	if v := h2.who(h2.must(in, err)); v.Account != id || v.Level != authz.LevelPassword {
		t.Errorf("signed in: %+v", v)
	}
	// Nobody else can have the same identity.
	h2.member("ander")
	if _, _, err := h2.elsewhere(q, screen.ExternalInput{Link: true, Token: h2.must(h2.signIn("ander", good))}, nil); code(err) != "extern-al-gekoppeld" {
		t.Errorf("linked twice: %v", err)
	}
	// Linking needs a session that was proved a moment ago, and the same on the way
	// back.
	if _, _, err := h2.elsewhere(q, screen.ExternalInput{Link: true}, nil); code(err) != "niet-aangemeld" {
		t.Errorf("linked without a session: %v", err)
	}
	if _, _, err := h2.elsewhere(q, screen.ExternalInput{Link: true, Token: h2.must(h2.signIn("ander", good))}, func(a *screen.ExternalAnswer) { a.Old = in.Token }); code(err) != "extern-verlopen" {
		t.Errorf("another account on the way back: %v", err)
	}
	// A manager takes all of it away; an account that is off does not get in.
	boss := authz.Principal{Account: "a-baas", Roles: []string{authz.RoleManager}}
	if err := h2.Disable(t.Context(), boss, id); err != nil {
		t.Fatal(err)
	}
	if _, _, err := h2.elsewhere(q, screen.ExternalInput{}, nil); code(err) != "extern-onbekend" {
		t.Errorf("an account that is off: %v", err)
	}
	if err := h2.Enable(t.Context(), boss, id); err != nil {
		t.Fatal(err)
	}
	if _, err := h2.Reset(t.Context(), boss, id, true); err != nil {
		t.Fatal(err)
	}
	if _, _, err := h2.elsewhere(q, screen.ExternalInput{}, nil); code(err) != "extern-onbekend" {
		t.Errorf("after a reset: %v", err)
	}
}

// TestExternalRSA: an installation that proves itself with RSA signs with RS256, and
// with PS256 where the provider says that it takes that.
func TestExternalRSA(t *testing.T) {
	t.Parallel()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []jose.SignatureAlgorithm{jose.RS256, jose.PS256} {
		p := newIDP(t)
		p.algs = []jose.SignatureAlgorithm{want}
		to, _ := egress.Parse(p.URL + " intern")
		h := newHouse(t, func(c *authn.Config) {
			c.Client = egress.New(egress.Options{Allow: []egress.Destination{to}})
			c.Providers = []authn.ProviderConfig{{ID: "org", Name: "Gemeente", Issuer: p.URL, Client: "lemniscaat", Key: key}}
		})
		p.now, p.client = h.now, key.Public()
		id := h.member("femke")
		in, _, err := h.elsewhere(p, screen.ExternalInput{Link: true, Token: h.must(h.signIn("femke", good))}, nil)
		if h.must(in, err); p.refuse != "" {
			t.Errorf("%s: refused for %q", want, p.refuse)
		}
		in, _, err = h.elsewhere(p, screen.ExternalInput{}, nil)
		if v := h.who(h.must(in, err)); v.Account != id {
			t.Errorf("%s: %+v", want, v)
		}
		b, err := json.Marshal(h.ClientKeys())
		if err != nil || !strings.Contains(string(b), `"kty":"RSA"`) || strings.Contains(string(b), `"d":`) {
			t.Errorf("%s: public keys %s, %v", want, b, err)
		}
	}
}

// logoutToken gives what the provider sends when femke signs out there; change is
// what is wrong with it, sign how.
func (p *idp) logoutToken(change func(map[string]any), sign func([]byte) string) string {
	p.t.Helper()
	claims := map[string]any{
		"iss": p.URL, "sub": "femke-bij-idp", "aud": "lemniscaat", "jti": rand.Text(), "iat": p.now().Unix(), "exp": p.now().Add(2 * time.Minute).Unix(),
		"events": map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}},
	}
	if change != nil {
		change(claims)
	}
	body, err := json.Marshal(claims)
	if err != nil {
		p.t.Fatal(err)
	}
	if sign != nil {
		return sign(body)
	}
	return signed(p.t, jose.ES256, p.key, p.kid, body)
}

// inAs signs in at the provider, in a session of it; "": it does not say which.
func (h house) inAs(p *idp, sid string) string {
	h.t.Helper()
	p.set(func() {
		p.change = func(c map[string]any) {
			if sid != "" {
				c["sid"] = sid
			}
		}
	})
	in, _, err := h.elsewhere(p, screen.ExternalInput{}, nil)
	return h.must(in, err)
}

// TestASVS_V10_5_5_BackChannelLogout: signing out at the provider ends what began
// there, of that person or of that session of it and of nothing else; for every
// server at once; and no token that is wrong ends anything.
func TestASVS_V10_5_5_BackChannelLogout(t *testing.T) {
	t.Parallel()
	var config authn.Config
	h, p, id := withIDP(t, func(c *authn.Config) { config = *c })
	logout := func(token string) string { return code(h.LogoutExternal(t.Context(), "org", token, "7")) }
	other, err := authn.New(config) // another server over the same store
	if err != nil {
		t.Fatal(err)
	}
	here := func(token string) bool {
		t.Helper()
		v, err := other.Visitor(t.Context(), token)
		if err != nil || v.SignedIn() != h.who(token).SignedIn() {
			t.Fatalf("two servers differ about a session: %v", err)
		}
		return v.SignedIn()
	}

	mine := h.inAs(p, "een")
	wrong := newKey(t)
	for name, x := range map[string]struct {
		change func(map[string]any)
		sign   func([]byte) string
	}{
		"another key":   {sign: func(b []byte) string { return signed(t, jose.ES256, wrong, p.kid, b) }},
		"shared secret": {sign: func(b []byte) string { return signed(t, jose.HS256, []byte(strings.Repeat("lemniscaat", 4)), p.kid, b) }},
		"alg none": {sign: func(b []byte) string {
			return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + base64.RawURLEncoding.EncodeToString(b) + "."
		}},
		"changed": {sign: func(b []byte) string {
			s := signed(t, jose.ES256, p.key, p.kid, b)
			return strings.Replace(s, ".", ".e", 1)
		}},
		"empty":         {sign: func([]byte) string { return "" }},
		"long":          {sign: func([]byte) string { return strings.Repeat("a", 70<<10) }},
		"nonce":         {change: func(c map[string]any) { c["nonce"] = "n" }},
		"empty nonce":   {change: func(c map[string]any) { c["nonce"] = nil }},
		"aud":           {change: func(c map[string]any) { c["aud"] = "een-ander" }},
		"no aud":        {change: func(c map[string]any) { delete(c, "aud") }},
		"iss":           {change: func(c map[string]any) { c["iss"] = "https://kwaad.example" }},
		"expired":       {change: func(c map[string]any) { c["exp"] = h.now().Add(-61 * time.Second).Unix() }},
		"no exp":        {change: func(c map[string]any) { delete(c, "exp") }},
		"no iat":        {change: func(c map[string]any) { delete(c, "iat") }},
		"made long ago": {change: func(c map[string]any) { c["iat"] = h.now().Add(-12 * time.Minute).Unix() }},
		"made later":    {change: func(c map[string]any) { c["iat"] = h.now().Add(2 * time.Minute).Unix() }},
		"no jti":        {change: func(c map[string]any) { delete(c, "jti") }},
		"no events":     {change: func(c map[string]any) { delete(c, "events") }},
		"another event": {change: func(c map[string]any) { c["events"] = map[string]any{"https://kwaad.example/": map[string]any{}} }},
		"event is null": {change: func(c map[string]any) {
			c["events"] = map[string]any{"http://schemas.openid.net/event/backchannel-logout": nil}
		}},
		"nobody":         {change: func(c map[string]any) { delete(c, "sub") }},
		"sub is too big": {change: func(c map[string]any) { c["sub"] = strings.Repeat("a", 256) }},
	} {
		if got := logout(p.logoutToken(x.change, x.sign)); got != "extern-afmelden" {
			t.Errorf("%s: %q", name, got)
		}
		if !here(mine) {
			t.Fatalf("%s: the session ended", name)
		}
	}
	if err := h.LogoutExternal(t.Context(), "kwaad", p.logoutToken(nil, nil), "7"); !errors.Is(err, screen.ErrNotFound) {
		t.Errorf("a provider that is not known: %v", err)
	}
	// An ID token is no logout token, also without a nonce.
	if got := logout(p.logoutToken(func(c map[string]any) { delete(c, "events"); delete(c, "jti"); c["acr"] = "sterk" }, nil)); got != "extern-afmelden" {
		t.Errorf("an ID token: %q", got)
	}
	// A session that nobody has here is signed out already (section 2.7 of the standard).
	for name, f := range map[string]func(map[string]any){
		"unknown sid": func(c map[string]any) { delete(c, "sub"); c["sid"] = "onbekend" },
		"unknown sub": func(c map[string]any) { c["sub"] = "een-ander" },
	} {
		if got := logout(p.logoutToken(f, nil)); got != "" || !here(mine) {
			t.Errorf("%s: %q, session there %v", name, got, here(mine))
		}
	}

	// The session of that name, and no other: not the second one, not one that began
	// with a password.
	own := h.member("wachtwoord@voorbeeld.nl")
	password := h.must(h.signIn("wachtwoord@voorbeeld.nl", good))
	second := h.inAs(p, "twee")
	token := p.logoutToken(func(c map[string]any) { delete(c, "sub"); c["sid"] = "een" }, nil)
	if got := logout(token); got != "" || here(mine) || !here(second) || h.who(password).Account != own {
		t.Errorf("sid: %q; %v %v", got, here(mine), here(second))
	}
	if !strings.Contains(h.log.String(), "wat=extern-afgemeld account="+id+" aanbieder=org sessies=1") {
		t.Errorf("not in the log:\n%s", h.log)
	}
	if got := logout(token); got != "extern-afmelden" {
		t.Errorf("the same token again: %q", got)
	}
	third := h.inAs(p, "drie")
	if got := logout(p.logoutToken(func(c map[string]any) { c["sid"] = "twee" }, nil)); got != "" || here(second) || !here(third) {
		t.Errorf("sub and sid: %q; %v %v", got, here(second), here(third))
	}
	// Of one that did not say which it was, it may be this one.
	nameless := h.inAs(p, "")
	if got := logout(p.logoutToken(func(c map[string]any) { c["sid"] = "vier" }, nil)); got != "" || here(nameless) || !here(third) {
		t.Errorf("sub and sid, of a session without a name: %q; %v %v", got, here(nameless), here(third))
	}
	// Everything of the person; who signs in again afterwards is in again, and a token
	// from before that comes late changes nothing about it.
	h.later(2 * time.Second)
	late := p.logoutToken(nil, nil)
	h.later(2 * time.Second)
	nameless = h.inAs(p, "")
	if got := logout(p.logoutToken(nil, nil)); got != "" || here(nameless) || here(third) || h.who(password).Account != own {
		t.Errorf("sub: %q; %v %v", got, here(nameless), here(third))
	}
	h.later(2 * time.Second)
	again := h.inAs(p, "vijf")
	if got := logout(late); got != "" || !here(again) {
		t.Errorf("a token from before: %q; %v", got, here(again))
	}
	// Signing in that is under way when the person signs out over there does not end
	// in a session.
	a, _, err := h.begin(p, screen.ExternalInput{})
	if err != nil {
		t.Fatal(err)
	}
	p.set(func() { p.change = func(c map[string]any) { c["sid"] = "zes" } })
	if got := logout(p.logoutToken(func(c map[string]any) { delete(c, "sub"); c["sid"] = "zes" }, nil)); got != "" {
		t.Errorf("sid of what is under way: %q", got)
	}
	in, _, err := h.FinishExternal(t.Context(), a)
	if err == nil && here(in.Token) {
		t.Error("signed in with a session that ended at the provider")
	}
	// A session that is replaced (the second step, confirming) stays of the provider.
	p.set(func() { p.change = func(c map[string]any) { c["sid"], c["acr"] = "zeven", "zwak" } })
	in, _, err = h.elsewhere(p, screen.ExternalInput{}, nil)
	weak := h.must(in, err)
	v, err := h.BeginTOTP(t.Context(), weak)
	if err != nil {
		t.Fatal(err)
	}
	in, _, err = h.FinishTOTP(t.Context(), weak, h.code(strings.ReplaceAll(v.Secret, " ", "")))
	if stronger := h.must(in, err); !here(stronger) {
		t.Error("not in after the second step")
	} else if got := logout(p.logoutToken(func(c map[string]any) { delete(c, "sub"); c["sid"] = "zeven" }, nil)); got != "" || here(stronger) {
		t.Errorf("after the second step: %q; %v", got, here(stronger))
	}
	if strings.Contains(h.log.String(), "femke-bij-idp") {
		t.Errorf("the log holds who it is elsewhere:\n%s", h.log)
	}
}

// TestLogoutHeldOff: tokens that are wrong are held off per address, those that are
// right are not; the same token at the same time works once.
func TestLogoutHeldOff(t *testing.T) {
	t.Parallel()
	h, p, _ := withIDP(t)
	for range 100 {
		if err := h.LogoutExternal(t.Context(), "org", p.logoutToken(nil, nil), "7"); err != nil {
			t.Fatal(err)
		}
	}
	var held *screen.TooOften
	n := 0
	for ; n < 100 && held == nil; n++ {
		err := h.LogoutExternal(t.Context(), "org", "a.b.c", "8")
		if !errors.As(err, &held) && code(err) != "extern-afmelden" {
			t.Fatal(err)
		}
	}
	if held == nil || held.After <= 0 || n != 61 {
		t.Errorf("held off after %d: %+v", n, held)
	}
	if err := h.LogoutExternal(t.Context(), "org", p.logoutToken(nil, nil), "7"); err != nil {
		t.Errorf("another address: %v", err)
	}
	token := p.logoutToken(nil, nil)
	got := make([]string, 5)
	var wg sync.WaitGroup
	for i := range got {
		wg.Go(func() { got[i] = code(h.LogoutExternal(t.Context(), "org", token, "9")) })
	}
	wg.Wait()
	if n := strings.Count(strings.Join(got, ","), "extern-afmelden"); n != 4 {
		t.Errorf("five times the same token: %q", got)
	}
}
