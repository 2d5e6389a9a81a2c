package cli

import (
	"net/url"
	"os"
	"strings"
	"time"

	"lemniscaat/internal/authn"
	"lemniscaat/internal/config"
	"lemniscaat/internal/egress"
)

// elsewhere adds the identity provider of an installation. It is asked by the one
// way out, and only at the addresses that the settings name.
func elsewhere(c *authn.Config, s *config.Loaded) error {
	if s.OIDC == "" {
		return nil
	}
	data, err := os.ReadFile(s.OIDCKey)
	if err != nil {
		return badInput("%s", fileError(s.OIDCKey, err))
	}
	key, err := authn.ClientKey(data)
	if err != nil {
		return badInput("oidc-sleutel-bestand %s: verwacht: %v", s.OIDCKey, err)
	}
	p := authn.ProviderConfig{ID: "organisatie", Name: s.OIDCName, Issuer: s.OIDC, Client: s.OIDCClient, Key: key}
	for _, x := range s.OIDCACR {
		i := strings.LastIndex(x, "=")
		p.ACR = append(p.ACR, authn.ACR{Value: x[:i], Level: x[i+1:]})
	}
	var allow []egress.Destination
	for _, a := range append([]string{s.OIDC}, s.OIDCHosts...) {
		u, err := url.Parse(a)
		if err != nil {
			return badInput("%s is geen adres", a)
		}
		// The operator named it, so it may be in the own network.
		d, err := egress.Parse(u.Scheme + "://" + u.Host + " intern")
		if err != nil {
			return badInput("%v", err)
		}
		allow = append(allow, d)
	}
	c.Providers = []authn.ProviderConfig{p}
	c.Client = egress.New(egress.Options{Allow: allow, Timeout: 10 * time.Second, MaxBody: 1 << 20})
	// Providers know the pages by this address and no other.
	c.Site = s.URL
	return nil
}
