package cli

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"lemniscaat/internal/config"
	"lemniscaat/internal/egress"
	"lemniscaat/internal/outbox"
	"lemniscaat/internal/processing"
	"lemniscaat/internal/push"
)

// outgoingEvery is how often is looked whether there is something to bring.
const outgoingEvery = 2 * time.Second

// receiver is one entry of the file of receivers.
type receiver struct {
	Name      string   `yaml:"naam"`
	Address   string   `yaml:"adres"`
	Types     []string `yaml:"soorten"`
	Form      string   `yaml:"vorm"` // "json" or "koppen"
	FromStart bool     `yaml:"vanaf-begin"`
	Token     string   `yaml:"sleutel-bestand"`      // bearer
	Signing   string   `yaml:"handtekening-bestand"` // HMAC
	Cert      string   `yaml:"certificaat"`          // mTLS
	Key       string   `yaml:"certificaat-sleutel"`
}

var receiverName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,40}$`)

// readReceivers reads and checks the file; all that is wrong is in one error.
func readReceivers(name string) ([]receiver, error) {
	if name == "" {
		return nil, nil
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, badInput("%s", fileError(name, err))
	}
	var file struct {
		Receivers []receiver `yaml:"ontvangers"`
	}
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&file); err != nil {
		return nil, badInput("%s: dit zijn geen ontvangers (verwacht: ontvangers: met naam en adres): %v", name, err)
	}
	var wrong []string
	seen := map[string]bool{}
	for i, r := range file.Receivers {
		bad := func(format string, args ...any) {
			wrong = append(wrong, fmt.Sprintf("ontvanger %d (%s): ", i+1, r.Name)+fmt.Sprintf(format, args...))
		}
		if !receiverName.MatchString(r.Name) || seen[r.Name] {
			bad("de naam kan niet, of staat er twee keer (verwacht: kleine letters, cijfers en streepjes)")
		}
		seen[r.Name] = true
		if err := push.CheckAddress(r.Address); err != nil {
			bad("%v", err)
		}
		if r.Form != "" && r.Form != "json" && r.Form != "koppen" {
			bad("vorm %q kan niet (verwacht: json of koppen)", r.Form)
		}
		for _, t := range r.Types {
			if !slices.Contains(outbox.TypeNames(), t) {
				bad("soort %q bestaat niet (verwacht: %s)", t, strings.Join(slices.Sorted(slices.Values(outbox.TypeNames())), ", "))
			}
		}
		if (r.Cert == "") != (r.Key == "") {
			bad("certificaat en certificaat-sleutel horen bij elkaar")
		}
	}
	if len(wrong) > 0 {
		return nil, badInput("%s: %s", name, strings.Join(wrong, "; "))
	}
	return file.Receivers, nil
}

// outClient speaks to one address that the operator named, by the one way out.
func outClient(address, tokenFile, cert, key string) (*push.Client, error) {
	var o push.ClientOptions
	if tokenFile != "" {
		b, err := os.ReadFile(tokenFile)
		if err != nil {
			return nil, badInput("%s", fileError(tokenFile, err))
		}
		o.Bearer = strings.TrimSpace(string(b))
	}
	if err := push.CheckAddress(address); err != nil {
		return nil, badInput("%v", err)
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, badInput("%s is geen adres", address)
	}
	to, err := egress.Parse(u.Scheme + "://" + u.Host + " intern")
	if err != nil {
		return nil, badInput("%v", err)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}}
	if cert != "" {
		pair, err := tls.LoadX509KeyPair(cert, key)
		if err != nil {
			return nil, badInput("%s kan niet gelezen worden: %v", filepath.Base(cert), err)
		}
		transport.TLSClientConfig.Certificates = []tls.Certificate{pair}
	}
	o.HTTP = egress.New(egress.Options{Allow: []egress.Destination{to}, Timeout: 20 * time.Second, Transport: transport})
	return push.NewClient(address, o)
}

// outgoing gives what brings events and rows to others; none when nobody is named.
func outgoing(in *installation, s *config.Loaded, log *slog.Logger) ([]service, error) {
	holder := newID("proces")
	var out []service
	list, err := readReceivers(s.Receivers)
	if err != nil {
		return nil, err
	}
	if len(list) > 0 {
		x := &outbox.Events{Store: in.store, Source: outbox.Source(s.OIN), LogName: in.notary.Ring.Name(), Holder: holder, Now: time.Now, Log: log}
		for _, r := range list {
			c, err := outClient(r.Address, r.Token, r.Cert, r.Key)
			if err != nil {
				return nil, err
			}
			sender := push.EventSender{Client: c, Binary: r.Form == "koppen"}
			if r.Signing != "" {
				if sender.Secret, err = os.ReadFile(r.Signing); err != nil {
					return nil, badInput("%s", fileError(r.Signing, err))
				}
				sender.Secret = bytes.TrimSpace(sender.Secret)
			}
			x.Receivers = append(x.Receivers, outbox.Receiver{Name: r.Name, Types: r.Types, FromStart: r.FromStart,
				Send: func(ctx context.Context, e outbox.CloudEvent) (outbox.Answer, error) {
					status, wait, err := sender.Send(ctx, push.Event(e))
					return outbox.Answer{Status: status, RetryAfter: wait}, err
				}})
		}
		out = append(out, service{"ontvangers", every(outgoingEvery, log, x.Step)})
	}
	if s.Processing != "" {
		c, err := outClient(s.Processing, s.ProcessingKey, "", "")
		if err != nil {
			return nil, err
		}
		sender := push.SpanSender{Client: c, Service: "lemniscaat", Version: Version}
		base := ""
		if s.URL != "" {
			base = s.URL + "/verwerkingsactiviteiten/"
		}
		x := &outbox.Rows{Shelf: in.store, Holder: holder, Now: time.Now, Log: log, Send: func(ctx context.Context, rows []processing.Row) (outbox.Answer, error) {
			spans := make([]push.Span, len(rows))
			for i, r := range rows {
				spans[i] = push.Span{Trace: r.Trace, Span: r.Span, Parent: r.Parent, Name: r.Name, Status: int(r.Status), Start: r.Start, End: r.End, Activity: r.Activity.URI(base), Subject: r.Subject, Key: r.Key}
			}
			status, refused, wait, err := sender.Send(ctx, spans)
			return outbox.Answer{Status: status, RetryAfter: wait, Refused: refused}, err
		}}
		out = append(out, service{"verwerkingen", every(outgoingEvery, log, x.Step)})
	}
	return out, nil
}

// every steps until the context ends; faults are said once, until it goes well again.
func every(wait time.Duration, log *slog.Logger, step func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		t := time.NewTicker(wait)
		defer t.Stop()
		was := ""
		for {
			now := ""
			if err := step(ctx); err != nil && ctx.Err() == nil {
				now = err.Error()
				if now != was {
					log.Error("naar buiten brengen lukt niet", "fout", err)
				}
			}
			was = now
			select {
			case <-ctx.Done():
				return nil
			case <-t.C:
			}
		}
	}
}
