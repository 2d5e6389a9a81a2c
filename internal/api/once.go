package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"lemniscaat/internal/authz"
	"lemniscaat/internal/store"
)

// Requests that may be sent twice: how long their answer is kept, how long one
// that is under way is waited for, and how long it may be under way.
const (
	kindOnce  = "api-verzoek"
	maxKey    = 255
	keepFor   = 24 * time.Hour
	busyFor   = 2 * time.Minute
	waitFor   = 10 * time.Second
	lookEvery = 20 * time.Millisecond
)

// answer is what an Idempotency-Key gave. It holds no words of people: those are
// not in the answers of operations that take a key.
type answer struct {
	Intent string // digest of what was asked
	Status int    // 0: under way
	Header map[string]string
	Body   []byte
}

// kept are the headers that an answer is repeated with.
var kept = []string{"Content-Type", "Location"}

// once carries out a request one time: the same key with the same request gives
// the first answer again, with another request a refusal. Two at the same moment
// have one effect.
func (s *server) once(w http.ResponseWriter, r *http.Request, by authz.Principal, rt *route, key string, body []byte) *Problem {
	if len(key) > maxKey || strings.ContainsFunc(key, func(c rune) bool { return c < 0x21 || c > 0x7e }) {
		return no(http.StatusBadRequest, "onjuiste-invoer", "De invoer klopt niet. In errors staat wat en waar.", Fault{
			In: "header", Location: "Idempotency-Key", Code: "patroon", Detail: fmt.Sprintf("Een sleutel heeft 1 tot %d zichtbare tekens zonder spatie.", maxKey)})
	}
	ctx := r.Context()
	id := digest(by.Account, by.Person, by.Organisation, rt.id, r.URL.RequestURI(), key)
	intent := digest(r.Header.Get("Content-Type"), string(body))
	got, p := s.claim(ctx, id, intent)
	if p != nil {
		return p
	}
	if got != nil {
		for k, v := range got.Header {
			w.Header().Set(k, v)
		}
		w.Header().Set("Idempotency-Replayed", "true")
		w.WriteHeader(got.Status)
		_, _ = w.Write(got.Body) // the sender may have gone
		return nil
	}
	rec := &recorder{header: w.Header()}
	finished := false
	defer func() {
		if !finished { // a panic: the next try begins anew
			s.release(context.WithoutCancel(ctx), id)
		}
	}()
	s.mux.ServeHTTP(rec, r.WithContext(withKey(ctx, id)))
	finished = true
	// What was refused had no effect; it may be mended and sent again.
	if rec.code() >= 300 {
		s.release(context.WithoutCancel(ctx), id)
	} else {
		s.keep(context.WithoutCancel(ctx), id, intent, rec)
	}
	rec.send(w)
	return nil
}

// claim begins a request. It gives the answer when it was carried out before.
func (s *server) claim(ctx context.Context, id, intent string) (*answer, *Problem) {
	data, err := json.Marshal(answer{Intent: intent})
	if err != nil {
		panic("BUG: " + err.Error())
	}
	none := uint64(0)
	give := s.Now().Add(waitFor)
	for waited := time.Duration(0); ; waited += lookEvery {
		err := s.Shelf.Put(ctx, store.Change{Item: store.Item{Kind: kindOnce, ID: id, Data: data, Expires: s.Now().Add(busyFor)}, Expect: &none})
		if err == nil {
			return nil, nil
		}
		if !errors.Is(err, store.ErrConflict) {
			return nil, s.problem(ctx, err)
		}
		item, err := s.Shelf.Item(ctx, kindOnce, id)
		if errors.Is(err, store.ErrNotFound) {
			continue // it was released meanwhile
		}
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		var a answer
		if err := json.Unmarshal(item.Data, &a); err != nil {
			return nil, s.problem(ctx, fmt.Errorf("answer of a request: %w", err))
		}
		switch {
		case a.Intent != intent:
			return nil, no(http.StatusConflict, "sleutel-gebruikt", "Deze Idempotency-Key hoort al bij een ander verzoek. Kies voor een nieuw verzoek een nieuwe.")
		case a.Status != 0:
			return &a, nil
		case waited >= waitFor || s.Now().After(give):
			p := no(http.StatusConflict, "onderweg", "Hetzelfde verzoek wordt nog uitgevoerd. Stuur het zo nog eens, met dezelfde Idempotency-Key.")
			p.after = 2
			return nil, p
		}
		select {
		case <-time.After(lookEvery):
		case <-ctx.Done():
			return nil, s.problem(ctx, ctx.Err())
		}
	}
}

func (s *server) release(ctx context.Context, id string) {
	if err := s.Shelf.Put(ctx, store.Change{Item: store.Item{Kind: kindOnce, ID: id}, Delete: true}); err != nil {
		s.Log.WarnContext(ctx, "api: request not released", "error", err)
	}
}

func (s *server) keep(ctx context.Context, id, intent string, rec *recorder) {
	a := answer{Intent: intent, Status: rec.code(), Header: map[string]string{}, Body: rec.body.Bytes()}
	for _, k := range kept {
		if v := rec.header.Get(k); v != "" {
			a.Header[k] = v
		}
	}
	data, err := json.Marshal(a)
	if err == nil {
		err = s.Shelf.Put(ctx, store.Change{Item: store.Item{Kind: kindOnce, ID: id, Data: data, Expires: s.Now().Add(keepFor)}})
	}
	if err != nil { // the effect is there, and the use case knows the key too
		s.Log.WarnContext(ctx, "api: answer not kept", "error", err)
	}
}

func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil))
}

type keyKey struct{}

func withKey(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, keyKey{}, id)
}

// keyOf gives what a use case may recognise a repeated request by; "" when it
// came without a key.
func keyOf(ctx context.Context) string {
	id, _ := ctx.Value(keyKey{}).(string)
	return id
}

// recorder holds an answer back.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(code int) {
	if r.status == 0 {
		r.status = code
	}
}

func (r *recorder) Write(b []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(b)
}

func (r *recorder) code() int {
	if r.status == 0 {
		return http.StatusOK
	}
	return r.status
}

func (r *recorder) send(w http.ResponseWriter) {
	w.WriteHeader(r.code())
	_, _ = w.Write(r.body.Bytes()) // the reader may have gone
}
