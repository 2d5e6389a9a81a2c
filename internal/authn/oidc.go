package authn

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/subtle"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"golang.org/x/oauth2"

	"lemniscaat/internal/authz"
)

// ProviderConfig is an identity provider (OpenID Connect Core 1.0).
type ProviderConfig struct {
	ID, Name string // in addresses of pages; on the button
	Issuer   string
	Client   string // id of this installation there
	// Key proves to the provider who asks (private_key_jwt, RFC 7523): RSA of at
	// least 2048 bits or P-256.
	Key crypto.Signer
	// ACR is how strong a sign-in has to be, in the words of the provider, and what
	// that is here; the best first. Empty: nothing is asked, and it counts as a
	// password.
	ACR []ACR
}

// ACR is one authentication context class and the level that it gives.
type ACR struct{ Value, Level string }

// Levels are those that a class can give.
func Levels() []string {
	return []string{authz.LevelPassword, authz.LevelTwo, authz.LevelKey}
}

// Callback is the page of ours that providers send people back to.
const Callback = "/inloggen/extern/terug"

const (
	skew         = time.Minute // that clocks may differ
	describedFor = time.Hour   // that the description of a provider is used
	retryAfter   = 10 * time.Second
	askFor       = 10 * time.Second
	maxIDToken   = 64 << 10 // bytes
)

// algorithms are the signatures that are accepted: with a key pair, never "none"
// and never with a shared secret.
var algorithms = []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA}

// provider is an identity provider and what it says of itself. That is asked when
// somebody wants to sign in: an installation starts without it.
type provider struct {
	ProviderConfig
	kid string

	mu    sync.Mutex
	said  *described
	tried time.Time
	err   error
}

// described is what a provider says of itself.
type described struct {
	*oidc.Provider
	at   time.Time
	more struct {
		End      string   `json:"end_session_endpoint"`
		TokenAlg []string `json:"token_endpoint_auth_signing_alg_values_supported"`
		NamesIss bool     `json:"authorization_response_iss_parameter_supported"`
	}
}

// errElsewhere: the provider could not be asked.
var errElsewhere = errors.New("de aanbieder is niet te bereiken")

func (s *Service) openProviders() error {
	if s.Client == nil {
		s.Client = http.DefaultClient
	}
	for _, c := range s.Providers {
		if c.ID == "" || c.Issuer == "" || c.Client == "" || c.Key == nil || s.Site == "" || s.providers[c.ID] != nil {
			return fmt.Errorf("authn: aanbieder %q mist iets", c.ID)
		}
		for _, a := range c.ACR {
			if a.Value == "" || !slices.Contains(Levels(), a.Level) {
				return fmt.Errorf("authn: acr %q van aanbieder %q geeft geen niveau", a.Value, c.ID)
			}
		}
		sum, err := (&jose.JSONWebKey{Key: c.Key.Public()}).Thumbprint(crypto.SHA256)
		if err != nil {
			return fmt.Errorf("authn: sleutel van aanbieder %q: %w", c.ID, err)
		}
		s.providers[c.ID] = &provider{ProviderConfig: c, kid: base64.RawURLEncoding.EncodeToString(sum)}
	}
	return nil
}

func (s *Service) providerName(issuer string) string {
	for _, c := range s.Providers {
		if c.Issuer == issuer {
			return c.Name
		}
	}
	return issuer
}

// ClientKeys gives the public keys of this installation for its providers (RFC
// 7517), so that they can fetch them.
func (s *Service) ClientKeys() any {
	keys := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{}}
	for _, c := range s.Providers {
		p := s.providers[c.ID]
		keys.Keys = append(keys.Keys, jose.JSONWebKey{Key: c.Key.Public(), KeyID: p.kid, Use: "sig"})
	}
	return keys
}

// ClientKey reads a private key (PEM; PKCS #8, PKCS #1 or SEC 1).
func ClientKey(data []byte) (crypto.Signer, error) {
	const form = "een geheime sleutel in PEM: RSA van ten minste 2048 bits, of P-256"
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, errors.New(form)
	}
	var key any
	var err error
	switch block.Type {
	case "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(block.Bytes)
	default:
		return nil, errors.New(form)
	}
	switch k := key.(type) {
	case *rsa.PrivateKey:
		if err == nil && k.N.BitLen() >= 2048 {
			return k, nil
		}
	case *ecdsa.PrivateKey:
		if err == nil && k.Curve == elliptic.P256() {
			return k, nil
		}
	}
	return nil, errors.New(form)
}

// describe gives what the provider says of itself, asked when that is not known or
// old. What was known stays in use while it cannot be asked.
func (s *Service) describe(ctx context.Context, p *provider) (*described, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := s.Now()
	if p.said != nil && now.Sub(p.said.at) < describedFor {
		return p.said, nil
	}
	if p.err != nil && now.Sub(p.tried) < retryAfter {
		if p.said != nil {
			return p.said, nil
		}
		return nil, p.err
	}
	// Who waits may walk away; others want the answer as well.
	ask, cancel := context.WithTimeout(context.WithoutCancel(ctx), askFor)
	defer cancel()
	found, err := oidc.NewProvider(oidc.ClientContext(ask, s.Client), p.Issuer)
	d := &described{Provider: found, at: now}
	if err == nil {
		err = found.Claims(&d.more)
	}
	if err == nil {
		err = sane(p.Issuer, found.Endpoint().AuthURL, found.Endpoint().TokenURL, d.more.End)
	}
	p.tried, p.err = now, nil
	if err != nil {
		p.err = errElsewhere
		s.warned(ctx, "aanbieder-onbereikbaar", "", "aanbieder", p.ID, "fout", err)
		if p.said != nil {
			return p.said, nil
		}
		return nil, p.err
	}
	p.said = d
	return d, nil
}

// sane looks whether addresses that a provider names can be gone to.
func sane(issuer string, addresses ...string) error {
	for _, a := range addresses {
		u, err := url.Parse(a)
		if err == nil && a == "" {
			continue
		}
		if err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && (u.Scheme != "http" || strings.HasPrefix(issuer, "https:")) {
			return errors.New("de aanbieder noemt een adres dat geen https is")
		}
	}
	return nil
}

func (s *Service) oauth(p *provider, d *described) *oauth2.Config {
	e := d.Endpoint()
	e.AuthStyle = oauth2.AuthStyleInParams
	// Only who it is: nothing else is needed here.
	return &oauth2.Config{ClientID: p.Client, Endpoint: e, RedirectURL: s.Site + Callback, Scopes: []string{oidc.ScopeOpenID}}
}

// assertion proves to the provider who asks (RFC 7523, OpenID Connect Core 9).
func (s *Service) assertion(p *provider, d *described) (string, error) {
	alg := jose.ES256
	if _, ok := p.Key.(*rsa.PrivateKey); ok {
		alg = jose.RS256
		if slices.Contains(d.more.TokenAlg, string(jose.PS256)) {
			alg = jose.PS256
		}
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: p.Key, KeyID: p.kid}}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return "", err
	}
	now := s.Now()
	return jwt.Signed(signer).Claims(jwt.Claims{
		Issuer: p.Client, Subject: p.Client, Audience: jwt.Audience{d.Endpoint().TokenURL}, ID: secret(),
		IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(skew)),
	}).Serialize()
}

// proof is what a provider said of somebody.
type proof struct {
	subject string // masked
	sid     string // masked; "": it did not say which session this is over there
	at      time.Time
	level   string
	proved  time.Time // when that was proved there; zero: it did not say
	raw     string
}

// redeem asks the provider who a code is of, and checks every word of it.
func (s *Service) redeem(ctx context.Context, p *provider, d *described, code string, w *underWay) (proof, error) {
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, s.Client), askFor)
	defer cancel()
	signed, err := s.assertion(p, d)
	if err != nil {
		return proof{}, fmt.Errorf("sign for the provider: %w", err)
	}
	failed := func(why string) (proof, error) {
		s.warned(ctx, "extern-mislukt", "", "aanbieder", p.ID, "reden", why)
		return proof{}, refuse("extern-mislukt")
	}
	token, err := s.oauth(p, d).Exchange(ctx, code, oauth2.VerifierOption(w.Verifier),
		oauth2.SetAuthURLParam("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
		oauth2.SetAuthURLParam("client_assertion", signed))
	var answer *oauth2.RetrieveError
	switch {
	case errors.As(err, &answer) && answer.Response != nil && answer.Response.StatusCode < 500:
		return failed("de code werd geweigerd")
	case err != nil:
		s.warned(ctx, "aanbieder-onbereikbaar", "", "aanbieder", p.ID)
		return proof{}, errElsewhere
	}
	raw, _ := token.Extra("id_token").(string)
	if raw == "" || len(raw) > maxIDToken {
		return failed("er was geen bewijs, of te veel")
	}
	now := s.Now()
	it, err := d.VerifierContext(ctx, &oidc.Config{
		ClientID: p.Client, SupportedSigningAlgs: algorithms, Now: func() time.Time { return now.Add(-skew) },
	}).Verify(ctx, raw)
	if err != nil {
		return failed("het bewijs klopt niet")
	}
	var more struct {
		ACR  string  `json:"acr"`
		AZP  string  `json:"azp"`
		SID  string  `json:"sid"`
		Time float64 `json:"auth_time"` // seconds
	}
	if err := it.Claims(&more); err != nil {
		return failed("het bewijs is niet te lezen")
	}
	switch {
	case subtle.ConstantTimeCompare([]byte(it.Nonce), []byte(w.Nonce)) != 1:
		return failed("de nonce is een andere")
	case it.Subject == "" || len(it.Subject) > maxClaim:
		return failed("het bewijs zegt niet wie")
	case len(more.SID) > maxClaim:
		return failed("een nummer in het bewijs is te lang")
	case more.AZP != "" && more.AZP != p.Client, len(it.Audience) > 1 && more.AZP == "":
		return failed("het bewijs is voor een ander")
	case it.IssuedAt.After(now.Add(skew)), it.IssuedAt.Before(w.At.Add(-skew)):
		return failed("het bewijs is van een ander moment")
	}
	out := proof{subject: s.masked("extern", p.Issuer, it.Subject), at: it.IssuedAt.UTC(), level: authz.LevelPassword, raw: raw}
	if more.SID != "" {
		out.sid = s.masked("extern-sessie", p.Issuer, more.SID)
	}
	if len(p.ACR) > 0 {
		i := slices.IndexFunc(p.ACR, func(a ACR) bool { return a.Value == more.ACR })
		if i < 0 {
			s.warned(ctx, "extern-niveau", "", "aanbieder", p.ID)
			return proof{}, refuse("extern-niveau")
		}
		out.level = p.ACR[i].Level
	}
	if more.Time > 0 {
		if out.proved = time.Unix(int64(more.Time), 0).UTC(); out.proved.After(now) {
			out.proved = now.UTC()
		}
	}
	if w.Again && out.proved.Before(w.At.Add(-skew)) {
		s.warned(ctx, "extern-niet-opnieuw", "", "aanbieder", p.ID)
		return proof{}, refuse("extern-niet-opnieuw")
	}
	return out, nil
}
