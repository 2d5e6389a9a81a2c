// Package processing keeps the Logboek Dataverwerkingen (Logius, version 1.0): one
// row for each data subject whose data is read or written. A row of a write is in
// the transaction of that write; a row of a read is on disk before the answer goes
// out. A relay brings the rows to the log of the organisation.
//
// A row holds no personal data: the data subject is a pseudonym.
package processing

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"lemniscaat/internal/store"
)

//go:embed verwerkingsactiviteiten.yaml
var register []byte

//go:embed en.yaml
var english []byte

// Activity is the id of a processing activity in the register.
type Activity string

// The activities.
const (
	Signals   Activity = "signalen"
	Decisions Activity = "besluiten"
	Objection Activity = "bezwaar"
	Staffing  Activity = "bezetting"
	Handling  Activity = "behandelen"
	Accounts  Activity = "accounts"
	Rights    Activity = "inzage"
)

// Activities are those that the program knows.
func Activities() []Activity {
	return []Activity{Signals, Decisions, Objection, Staffing, Handling, Accounts, Rights}
}

// Entry is one activity in the register.
type Entry struct {
	ID       Activity `yaml:"id"`
	Name     string   `yaml:"naam"`
	Goal     string   `yaml:"doel"`
	Ground   string   `yaml:"grondslag"`
	Subjects []string `yaml:"betrokkenen"`
	Data     []string `yaml:"gegevens"`
	Keep     string   `yaml:"bewaren"`
	// Texts are the kinds of personal text in it, each with a term of its own in the
	// settings.
	Texts []string `yaml:"teksten"`
}

// Register gives the register that ships.
func Register() ([]Entry, error) {
	var out []Entry
	if err := yaml.Unmarshal(register, &out); err != nil {
		return nil, fmt.Errorf("verwerkingsactiviteiten: %w", err)
	}
	return out, nil
}

// English gives the texts of the register in English, by their Dutch.
func English() (map[string]string, error) {
	var out map[string]string
	if err := yaml.Unmarshal(english, &out); err != nil {
		return nil, fmt.Errorf("verwerkingsactiviteiten in English: %w", err)
	}
	return out, nil
}

// URI names an activity for others: base is the address of the register.
func (a Activity) URI(base string) string {
	if base == "" {
		base = "urn:lemniscaat:verwerkingsactiviteit:"
	}
	return base + string(a)
}

// Status of a row, as in the standard.
type Status int

// The statuses.
const (
	Unset Status = iota
	OK
	Failed
)

// Row is one row. Times are to the millisecond.
type Row struct {
	Trace    string    `json:"trace_id"`                 // 32 hexadecimal digits
	Span     string    `json:"span_id,omitempty"`        // 16 hexadecimal digits
	Parent   string    `json:"parent_span_id,omitempty"` // of the request that asked, in this trace
	Status   Status    `json:"status"`
	Name     string    `json:"name"` // of the operation: "lezen", "signaal.ontvangen.1"
	Start    time.Time `json:"start_time"`
	End      time.Time `json:"end_time"`
	Activity Activity  `json:"activiteit"`
	Subject  string    `json:"data_subject_id,omitempty"` // "v1:…"
	// Key is the number of the key (API token) of the program that asked; empty: no
	// program. The list of keys says which account made it.
	Key string `json:"sleutel,omitempty"`
}

// Kind is the kind of the items that wait for the relay.
const Kind = "verwerking"

// Log makes rows.
type Log struct {
	Shelf store.Shelf
	// Secret keys the pseudonyms; at least 32 bytes. Version names it: "v1".
	Secret  []byte
	Version string
	// Keyed gives version and key where they change; nil: Version and Secret.
	Keyed  func() (version string, key []byte)
	Now    func() time.Time
	Random io.Reader
	// Keep is how long a row that no relay takes stays; zero: until it is taken.
	Keep time.Duration

	// Undeclared is told of a row that the operation of the request did not declare;
	// nil: nobody.
	Undeclared func(ctx context.Context, operation string, a Activity)

	waiting waiting
}

// Subject gives the pseudonym of a data subject: "v1:" and HMAC-SHA-256 of what the
// program knows it by.
func (l *Log) Subject(id string) string {
	version, key := l.Version, l.Secret
	if l.Keyed != nil {
		version, key = l.Keyed()
	}
	m := hmac.New(sha256.New, key)
	m.Write([]byte("lemniscaat/betrokkene/1\x00" + id))
	return version + ":" + hex.EncodeToString(m.Sum(nil))
}

// trace says in which request something happens.
type trace struct{ trace, parent string }

type traceKey struct{}

// WithTrace names the trace of a request: what came in as traceparent (W3C Trace
// Context), or a new one.
func (l *Log) WithTrace(ctx context.Context, traceparent string) (context.Context, error) {
	t, ok := parseTrace(traceparent)
	if !ok {
		id, err := l.random(16)
		if err != nil {
			return ctx, err
		}
		t = trace{trace: id}
	}
	return context.WithValue(ctx, traceKey{}, t), nil
}

// parseTrace reads "00-<32 hex>-<16 hex>-<2 hex>".
func parseTrace(s string) (trace, bool) {
	p := strings.Split(s, "-")
	if len(p) != 4 || p[0] != "00" || len(p[1]) != 32 || len(p[2]) != 16 || len(p[3]) != 2 {
		return trace{}, false
	}
	for _, h := range p[1:] {
		if strings.Trim(h, "0123456789abcdef") != "" {
			return trace{}, false
		}
	}
	if strings.Trim(p[1], "0") == "" || strings.Trim(p[2], "0") == "" {
		return trace{}, false
	}
	return trace{p[1], p[2]}, true
}

func (l *Log) random(n int) (string, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(l.Random, b); err != nil {
		return "", fmt.Errorf("random: %w", err)
	}
	return hex.EncodeToString(b), nil
}

// Touch is data of one person that is read or written.
type Touch struct {
	Activity Activity
	Subject  string // as the program knows the person or the case; not stored
	Name     string // of the operation
	later    bool   // may wait in memory when the shelf takes nothing
}

// maxBundle is how many persons are in one item on the shelf.
const maxBundle = 500

// bundle is how rows of one answer or one write lie on the shelf: everything that
// they share once, and each person.
type bundle struct {
	Row
	Subjects []subject `json:"betrokkenen"`
}

type subject struct {
	Span    string `json:"span_id"`
	Subject string `json:"data_subject_id"`
}

// Rows gives the changes that put a row for each person on the shelf, each person
// once for an activity and operation. Rows of one activity and operation lie
// together. They belong in the transaction of the write.
func (l *Log) Rows(ctx context.Context, start time.Time, touches ...Touch) ([]store.Change, error) {
	if len(touches) == 0 {
		return nil, nil
	}
	t, ok := ctx.Value(traceKey{}).(trace)
	if !ok {
		id, err := l.random(16)
		if err != nil {
			return nil, err
		}
		t = trace{trace: id}
	}
	end := l.Now().UTC()
	if start.IsZero() || start.After(end) {
		start = end
	}
	var all []*bundle
	open := map[Touch]*bundle{} // by what is shared
	seen := map[Touch]bool{}
	for _, x := range touches {
		x.later = false
		if x.Subject == "" || seen[x] {
			continue
		}
		seen[x] = true
		span, err := l.random(8)
		if err != nil {
			return nil, err
		}
		shared := Touch{Activity: x.Activity, Name: x.Name}
		b := open[shared]
		if b == nil || len(b.Subjects) == maxBundle {
			b = &bundle{Row: Row{
				Trace: t.trace, Parent: t.parent, Status: OK, Name: x.Name, Key: programOf(ctx), Start: start.UTC().Truncate(time.Millisecond), End: end.Truncate(time.Millisecond), Activity: x.Activity,
			}}
			l.undeclared(ctx, x.Activity)
			open[shared] = b
			all = append(all, b)
		}
		b.Subjects = append(b.Subjects, subject{span, l.Subject(x.Subject)})
	}
	var out []store.Change
	for _, b := range all {
		it, err := b.item(fmt.Sprintf("%020d-%s", end.UnixMicro(), b.Subjects[0].Span))
		if err != nil {
			return nil, err
		}
		if l.Keep > 0 {
			it.Expires = end.Add(l.Keep)
		}
		out = append(out, store.Change{Item: it})
	}
	return out, nil
}

func (b *bundle) item(id string) (store.Item, error) {
	data, err := json.Marshal(b)
	if err != nil {
		return store.Item{}, fmt.Errorf("row: %w", err)
	}
	return store.Item{Kind: Kind, ID: id, Data: data}, nil
}

// ParseRows reads the rows of an item: one for each person. An item of before rows
// lay together holds one.
func ParseRows(it store.Item) ([]Row, error) {
	var b bundle
	if err := json.Unmarshal(it.Data, &b); err != nil {
		return nil, fmt.Errorf("row %s: %w", it.ID, err)
	}
	if b.Subjects == nil {
		b.Subjects = []subject{{b.Span, b.Row.Subject}}
	}
	out := make([]Row, len(b.Subjects))
	for i, s := range b.Subjects {
		r := b.Row
		r.Span, r.Subject = s.Span, s.Subject
		if !slices.Contains(Activities(), r.Activity) || len(r.Trace) != 32 || len(r.Span) != 16 {
			return nil, errors.New("row " + it.ID + " is not one")
		}
		out[i] = r
	}
	return out, nil
}

// Apart gives an item for each row of an item.
func Apart(it store.Item) ([]store.Item, error) {
	rows, err := ParseRows(it)
	if err != nil {
		return nil, err
	}
	out := make([]store.Item, len(rows))
	for i, r := range rows {
		data, err := json.Marshal(r)
		if err != nil {
			return nil, fmt.Errorf("row: %w", err)
		}
		out[i] = store.Item{Kind: Kind, ID: fmt.Sprintf("%s-%04d", it.ID, i), Data: data, Expires: it.Expires}
	}
	return out, nil
}

// Count gives how many rows are in items, without reading them whole.
func Count(items []store.Item) int {
	n := 0
	for _, it := range items {
		n += bytes.Count(it.Data, []byte(`"data_subject_id":"v`))
	}
	return n
}
