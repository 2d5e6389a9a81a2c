package cli

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lemniscaat/internal/authn"
	"lemniscaat/internal/authz"
	"lemniscaat/internal/config"
	"lemniscaat/internal/i18n"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/store"
)

// accessFile is the key of what has to be read back of accounts, and of digests
// that nobody may guess. On every server the same.
const accessFile = "toegang.sleutel"

// accessSecret reads that key, and makes it when there are no accounts yet: with
// another key those would not work.
func accessSecret(ctx context.Context, shelf store.ShelfReader, folder string) ([]byte, error) {
	accounts, err := shelf.Items(ctx, "account", "", 1)
	if err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	key, err := openSecret(filepath.Join(folder, accessFile), len(accounts) == 0)
	if err != nil {
		return nil, &fault{Input, err}
	}
	return key, nil
}

// access opens the accounts of an installation.
func access(ctx context.Context, in *installation, folder string, s *config.Loaded, log *slog.Logger) (*authn.Service, error) {
	key, err := accessSecret(ctx, in.store, folder)
	if err != nil {
		return nil, err
	}
	c := authn.Config{
		Store: in.store, Now: in.clock.now, Secret: key, Person: in.Place, Organisation: in.Called, Log: log, Site: in.Site, Seen: in.Folded,
		Wrote: wroteAccounts(in.Processing),
	}
	if s != nil {
		c.Idle, c.Most, c.TwoFor = s.SessionIdle, s.SessionMost, s.TwoFor
		if err := elsewhere(&c, s); err != nil {
			return nil, err
		}
	}
	var who *authn.Service
	if in.Mailer != nil {
		a := &alarm{mailer: in.Mailer, site: in.Site, log: log, accounts: func(ctx context.Context) ([]screen.AccountRow, error) {
			return who.Accounts(ctx, authz.Principal{Roles: []string{authz.RoleConsole}})
		}}
		a.lang = func(r screen.AccountRow) string { return in.MailLanguage(loop.PersonID(r.Person)) }
		c.Tell = a.tell
		c.Changed = (&accountMail{mailer: in.Mailer, site: in.Site, log: log, lang: func(ctx context.Context, login string) string {
			rows, err := a.accounts(ctx)
			if at := slices.IndexFunc(rows, func(r screen.AccountRow) bool { return r.Login == login }); err == nil && at >= 0 {
				return a.lang(rows[at])
			}
			return i18n.Languages[0]
		}}).tell
	}
	if who, err = authn.New(c); err != nil {
		return nil, err
	}
	in.Affiliation = who.Affiliations().Now
	return who, nil
}

// overTLS says that browsers reach the pages over HTTPS: this program does it, or
// the proxy in front of it.
func overTLS(s *config.Loaded) bool { return s.TLSCert != "" || strings.HasPrefix(s.URL, "https://") }

// reachable refuses an address that others can reach without HTTPS: passwords would
// be there to read.
func reachable(s *config.Loaded) error {
	if onlyLoopback(s.Address) == nil {
		return nil
	}
	switch {
	case s.TLSCert != "":
		return nil
	case len(s.Proxies) > 0 && strings.HasPrefix(s.URL, "https://"):
		return nil
	}
	return usage(`adres %s is van buiten te bereiken, en er is geen HTTPS. Doe een van drie dingen:
  - geef een certificaat: tls-certificaat en tls-sleutel
  - zet er een proxy met HTTPS voor, en noem haar: vertrouwde-proxies en url (https://…)
  - luister alleen op deze machine: adres 127.0.0.1:8080`, s.Address)
}

// proxied believes what a proxy of this installation says about who asks, and
// nobody else. Behind such a proxy, plain HTTP is sent on to HTTPS.
func proxied(next http.Handler, s *config.Loaded) http.Handler {
	trusted := func(ip netip.Addr) bool {
		return slices.ContainsFunc(s.Proxies, func(p netip.Prefix) bool { return p.Contains(ip) })
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from, err := netip.ParseAddrPort(r.RemoteAddr)
		said, proto := strings.Join(r.Header.Values("X-Forwarded-For"), ","), r.Header.Get("X-Forwarded-Proto")
		for _, h := range []string{"X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded", "X-Real-Ip"} {
			r.Header.Del(h)
		}
		if err == nil && trusted(from.Addr().Unmap()) {
			// From the right: the last one that is not a proxy of ours is who asks.
			// What stands before it, that one wrote itself.
			all := strings.Split(said, ",")
			for _, a := range slices.Backward(all) {
				ip, err := netip.ParseAddr(strings.TrimSpace(a))
				if err != nil {
					break
				}
				r.RemoteAddr = netip.AddrPortFrom(ip.Unmap(), 0).String()
				if !trusted(ip.Unmap()) {
					break
				}
			}
			if proto == "http" && overTLS(s) && s.URL != "" {
				if r.Method == http.MethodGet || r.Method == http.MethodHead {
					http.Redirect(w, r, s.URL+r.URL.RequestURI(), http.StatusPermanentRedirect) //nolint:gosec // the own address, and a path on it
					return
				}
				http.Error(w, "Dit kan alleen over HTTPS.", http.StatusForbidden)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// welcome prints the link for the first manager when there is none.
func welcome(ctx context.Context, env Env, who *authn.Service, site string) error {
	has, err := who.HasManager(ctx)
	if err != nil || has {
		return err
	}
	link, until, err := who.First(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(env.Out, "\nEr is nog geen beheerder. Open deze link om de eerste te maken (een keer, tot %s):\n  %s/uitnodiging/%s\n\n",
		until.In(amsterdam()).Format("2-1-2006 15:04"), site, link)
	return nil
}

func amsterdam() *time.Location {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		return time.UTC
	}
	return zone
}

// listening is the address of the pages as this machine reaches them.
func listening(s *config.Loaded, l net.Listener) string {
	if s.TLSCert != "" {
		return "https://" + l.Addr().String()
	}
	return "http://" + l.Addr().String()
}
