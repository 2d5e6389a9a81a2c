package push

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Event is a CloudEvent as it is sent.
type Event struct {
	SpecVersion string          `json:"specversion"`
	ID          string          `json:"id"`
	Source      string          `json:"source"`
	Type        string          `json:"type"`
	Subject     string          `json:"subject"`
	Time        time.Time       `json:"time"`
	ContentType string          `json:"datacontenttype"`
	Sequence    string          `json:"sequence"`
	Data        json.RawMessage `json:"data"`
}

// EventSender posts CloudEvents over HTTP (HTTP Protocol Binding 1.0).
type EventSender struct {
	Client *Client
	// Binary puts the attributes in headers; otherwise the event is one JSON
	// document (structured).
	Binary bool
	// Secret signs: "Lemniscaat-Signature: sha256=<hex>" over "<id>.<time>.<body>", where id and
	// time are of the event. Nil: not signed.
	Secret []byte
}

// Send gives the status and how long to wait.
func (s EventSender) Send(ctx context.Context, e Event) (status int, wait time.Duration, err error) {
	headers := map[string]string{"Content-Type": "application/cloudevents+json; charset=utf-8"}
	body := []byte(e.Data)
	if s.Binary {
		headers = map[string]string{
			"Content-Type": e.ContentType, "ce-specversion": e.SpecVersion, "ce-id": e.ID, "ce-source": e.Source, "ce-type": e.Type,
			"ce-subject": percent(e.Subject), "ce-time": e.Time.Format(time.RFC3339Nano), "ce-sequence": e.Sequence,
		}
	} else if body, err = json.Marshal(e); err != nil {
		return 0, 0, fmt.Errorf("event: %w", err)
	}
	if s.Secret != nil {
		m := hmac.New(sha256.New, s.Secret)
		fmt.Fprintf(m, "%s.%s.", e.ID, e.Time.Format(time.RFC3339Nano))
		m.Write(body)
		headers["Lemniscaat-Signature"] = "sha256=" + hex.EncodeToString(m.Sum(nil))
	}
	a, err := s.Client.Post(ctx, headers, bytes.NewReader(body))
	if err != nil {
		return 0, 0, err
	}
	return a.Status, retryAfter(a.Header), nil
}

// percent writes a header value as the binding says: what is not printable ASCII,
// a space, a quote or a percent sign is escaped.
func percent(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if c <= ' ' || c > '~' || c == '"' || c == '%' {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func retryAfter(h http.Header) time.Duration {
	n, err := strconv.Atoi(strings.TrimSpace(h.Get("Retry-After")))
	if err != nil || n < 0 || n > 7*24*3600 {
		return 0
	}
	return time.Duration(n) * time.Second
}

// Span is one row for a log of processing.
type Span struct {
	Trace, Span, Parent string
	Name                string
	Status              int
	Start, End          time.Time
	Activity            string // URI
	Subject             string
	Key                 string // of the program that asked; empty: no program
}

// SpanSender posts rows as OTLP/HTTP in JSON (opentelemetry-proto 1, traces).
type SpanSender struct {
	Client *Client
	// Service and Version name this program to the receiver.
	Service, Version string
}

type (
	otlpValue struct {
		String string `json:"stringValue"`
	}
	otlpPair struct {
		Key   string    `json:"key"`
		Value otlpValue `json:"value"`
	}
	otlpSpan struct {
		Trace      string     `json:"traceId"`
		Span       string     `json:"spanId"`
		Parent     string     `json:"parentSpanId,omitempty"`
		Name       string     `json:"name"`
		Kind       int        `json:"kind"` // 1: internal
		Start      string     `json:"startTimeUnixNano"`
		End        string     `json:"endTimeUnixNano"`
		Attributes []otlpPair `json:"attributes"`
		Status     struct {
			Code int `json:"code"`
		} `json:"status"`
	}
	otlpScope struct {
		Scope struct {
			Name    string `json:"name"`
			Version string `json:"version"`
		} `json:"scope"`
		Spans []otlpSpan `json:"spans"`
	}
	otlpResource struct {
		Resource struct {
			Attributes []otlpPair `json:"attributes"`
		} `json:"resource"`
		Scopes []otlpScope `json:"scopeSpans"`
	}
	otlpRequest struct {
		Resources []otlpResource `json:"resourceSpans"`
	}
)

// Send gives the status, how many were refused of a batch that was taken, and how
// long to wait.
func (s SpanSender) Send(ctx context.Context, spans []Span) (status, refused int, wait time.Duration, err error) {
	var scope otlpScope
	scope.Scope.Name, scope.Scope.Version = s.Service, s.Version
	for _, x := range spans {
		o := otlpSpan{
			Trace: x.Trace, Span: x.Span, Parent: x.Parent, Name: x.Name, Kind: 1,
			Start: strconv.FormatInt(x.Start.UnixNano(), 10), End: strconv.FormatInt(x.End.UnixNano(), 10),
			Attributes: []otlpPair{
				{"dpl.core.processing_activity_id", otlpValue{x.Activity}},
				{"dpl.core.data_subject_id", otlpValue{x.Subject}},
			},
		}
		if x.Key != "" {
			o.Attributes = append(o.Attributes, otlpPair{"lemniscaat.sleutel", otlpValue{x.Key}})
		}
		o.Status.Code = x.Status
		scope.Spans = append(scope.Spans, o)
	}
	r := otlpResource{Scopes: []otlpScope{scope}}
	r.Resource.Attributes = []otlpPair{{"service.name", otlpValue{s.Service}}, {"service.version", otlpValue{s.Version}}}
	body, err := json.Marshal(otlpRequest{[]otlpResource{r}})
	if err != nil {
		return 0, 0, 0, fmt.Errorf("otlp: %w", err)
	}
	a, err := s.Client.Post(ctx, map[string]string{"Content-Type": "application/json"}, bytes.NewReader(body))
	if err != nil {
		return 0, 0, 0, err
	}
	var partial struct {
		Partial struct {
			Rejected json.Number `json:"rejectedSpans"`
		} `json:"partialSuccess"`
	}
	if len(a.Body) > 0 && json.Unmarshal(a.Body, &partial) == nil && partial.Partial.Rejected != "" {
		if n, err := partial.Partial.Rejected.Int64(); err == nil {
			refused = int(min(max(n, 0), int64(len(spans))))
		}
	}
	return a.Status, refused, retryAfter(a.Header), nil
}
