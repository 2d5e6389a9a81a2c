package cli

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lemniscaat/internal/config"
	"lemniscaat/internal/processing"
)

// TestOutgoing: what happened in the demo reaches a receiver as CloudEvents and a log
// of processing as OTLP, over HTTP, and nothing of it is anybody's words.
func TestOutgoing(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var events, spans []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		if r.URL.Path == "/v1/traces" {
			spans = append(spans, r.Header.Get("Content-Type")+" "+string(b))
			_, _ = w.Write([]byte(`{"partialSuccess":{}}`))
			return
		}
		events = append(events, r.Header.Get("Content-Type")+" "+r.Header.Get("Lemniscaat-Signature")+" "+string(b))
		w.WriteHeader(http.StatusAccepted)
	}))
	defer server.Close()
	dir := t.TempDir()
	env := Env{Now: time.Now, Err: &bytes.Buffer{}, Out: &bytes.Buffer{}}
	in, err := open(t.Context(), env, dataFolder(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	list, key := filepath.Join(dir, "o.yaml"), filepath.Join(dir, "hmac")
	for name, text := range map[string]string{key: "geheim\n", list: "ontvangers:\n  - {naam: proef, adres: '" + server.URL + "/in', vanaf-begin: true, handtekening-bestand: '" + key + "'}\n"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s, err := config.Load(config.Source{})
	if err != nil {
		t.Fatal(err)
	}
	s.Data, s.Receivers, s.Processing, s.OIN = dir, list, server.URL+"/v1/traces", "00000001823288444000"
	log := slog.New(slog.DiscardHandler)
	if in.notary, err = newNotary(in, s, io.Discard, log); err != nil {
		t.Fatal(err)
	}
	before, err := in.store.Items(t.Context(), processing.Kind, "", 10_000)
	if err != nil || len(before) == 0 {
		t.Fatal(len(before), err)
	}
	services, err := outgoing(in, s, log)
	if err != nil || len(services) != 2 {
		t.Fatal(len(services), err)
	}
	for _, x := range services {
		go func() { _ = x.run(t.Context()) }()
	}
	for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		left, err := in.store.Items(t.Context(), processing.Kind, "", 1)
		if err != nil {
			t.Fatal(err)
		}
		mu.Lock()
		n := len(events)
		mu.Unlock()
		if len(left) == 0 && n > 3 {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("%d rows wait, %d events came", len(left), n)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	for _, e := range events {
		if !strings.HasPrefix(e, "application/cloudevents+json; charset=utf-8 sha256=") || !strings.Contains(e, `"source":"urn:nld:oin:00000001823288444000:systeem:lemniscaat"`) {
			t.Fatalf("%s", e)
		}
	}
	all := strings.Join(slices.Concat(events, spans), "\n")
	for _, p := range in.People {
		if strings.Contains(all, p.Name) || strings.Contains(all, `"`+p.ID+`"`) {
			t.Errorf("%s is in what goes out", p.ID)
		}
	}
	n := 0
	for _, b := range spans {
		_, body, _ := strings.Cut(b, " ")
		n += strings.Count(body, `"dpl.core.data_subject_id"`)
		if !json.Valid([]byte(body)) || !strings.Contains(body, `"dpl.core.processing_activity_id"`) {
			t.Fatal(b)
		}
	}
	if n < len(before) {
		t.Errorf("%d rows came of %d", n, len(before))
	}
}

func TestReceiversAreChecked(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "o.yaml")
	for text, want := range map[string]string{
		"ontvangers:\n  - {naam: A b, adres: 'http://elders.nl', vorm: xml, soorten: [nl.x]}": "de naam kan niet",
		"onbekend: 1": "geen ontvangers",
		"ontvangers:\n  - {naam: a, adres: 'https://a.nl'}\n  - {naam: a, adres: 'https://a.nl', certificaat: x}": "horen bij elkaar",
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := readReceivers(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
