package api_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lemniscaat/internal/api"
	"lemniscaat/internal/mutate"
)

// posts are the operations with a body.
func (w *world) posts(t testing.TB) []operation {
	w.signal, w.issue, w.proposal, w.run = "s-1", "k-1", "v-1", "r-1"
	return slices.DeleteFunc(w.operations(t), func(o operation) bool { return o.body == "" })
}

// bad checks the answer to whatever was sent: a yes, or a no that says why; never
// a fault of the program, and soon.
func bad(t interface {
	Errorf(string, ...any)
}, tb testing.TB, w *world, r request) {
	start := time.Now()
	a := r.send(tb, w)
	b := text(tb, a)
	if took := time.Since(start); took > time.Minute {
		t.Errorf("%s %.200q took %s", r.path, r.body, took)
	}
	if a.StatusCode >= 500 || !json.Valid(b) || a.StatusCode >= 400 && a.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%s %.500q: %d %.300s", r.path, r.body, a.StatusCode, b)
	}
}

// odd are bodies that are wrong for every operation, and spoiled is one of its own
// that is no longer right.
var odd = []string{"", "{}", "[]", "null", "{", "\x00", "\xff\xfe", `{"a":"\u0000"}`, `{"a":1,"a":2}`, strings.Repeat("[", 2000)}

func spoiled(body string) []string {
	return []string{
		strings.Replace(body, ": ", ": -", 1), strings.Replace(body, "28400", "1e999999999", 1), strings.Replace(body, "28400", strings.Repeat("9", 60), 1),
		strings.Replace(body, "2026-06-01", "0000-00-00", 1), strings.Replace(body, "p1", strings.Repeat("p", 5000), 1), strings.Replace(body, "{", `{"__proto__":{},`, 1),
	}
}

// TestOddBodies: every odd body for every operation.
func TestOddBodies(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for _, o := range w.posts(t) {
		for _, o.request.body = range slices.Concat([]string{o.body}, odd, spoiled(o.body)) {
			bad(t, t, w, o.request)
		}
	}
}

// FuzzBodies: every body of every operation gives an answer that is no fault of
// the program. It begins with a body of each; TestOddBodies has all that are odd.
func FuzzBodies(f *testing.F) {
	w := newWorld(f, nil)
	ops := w.posts(f)
	for i, o := range ops {
		f.Add(uint8(i), o.body)
		f.Add(uint8(i), odd[i%len(odd)])
		own := slices.Concat([]string{o.body}, odd, spoiled(o.body))
		mutate.Add(f, own, func(body string) { f.Add(uint8(i), body) })
	}
	f.Fuzz(func(t *testing.T, n uint8, body string) {
		o := ops[int(n)%len(ops)]
		o.request.body = body
		bad(t, t, w, o.request)
	})
}

// FuzzAddresses: whatever stands in an address or a parameter is answered.
func FuzzAddresses(f *testing.F) {
	w := newWorld(f, nil)
	paths := []string{"/regelingen/zorgtoeslag", "/regelingen/%00", "/regelingen/../..", "/knelpunten?pagina=99999999999999999999", "/knelpunten?regeling=x&stand=open", "//", "/regelingen/zorgtoeslag/versies/9999-99-99",
		"/regelingen/zorgtoeslag/versies/0001-01-01", "/signalen/'--", "/feeds/register"}
	for _, s := range paths {
		f.Add(s)
	}
	mutate.Add(f, paths, func(path string) { f.Add(path) })
	f.Fuzz(func(t *testing.T, path string) {
		r := request{method: http.MethodGet, path: api.Base + path, token: all}
		a := r.send(t, w)
		if a.StatusCode >= 500 || a.StatusCode/100 == 3 {
			t.Errorf("%q: %d %.300s", path, a.StatusCode, text(t, a))
		}
	})
}

// TestMutations: a good body in which one value, somewhere, is another.
func TestMutations(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ops := slices.DeleteFunc(w.posts(t), func(o operation) bool { return o.kind != "application/json" })
	strange := rapid.OneOf(
		rapid.Just[any](nil), rapid.Just[any](true), rapid.Just[any](map[string]any{}), rapid.Just[any]([]any{}),
		rapid.Map(rapid.Float64(), func(x float64) any { return x }), rapid.Map(rapid.Int64(), func(x int64) any { return x }),
		rapid.Map(rapid.String(), func(s string) any { return s }), rapid.Map(rapid.SampledFrom([]string{"leeg", "1.5", "-0", "€ 1", "2026-02-30", "9999-12-31", strings.Repeat("a", 5000), "ja"}), func(s string) any { return s }),
	)
	rapid.Check(t, func(rt *rapid.T) {
		o := rapid.SampledFrom(ops).Draw(rt, "bewerking")
		var v any
		if err := json.Unmarshal([]byte(o.body), &v); err != nil {
			rt.Fatal(err)
		}
		v = mutated(rt, v, strange, 0)
		b, err := json.Marshal(v)
		if err != nil {
			rt.Skip("no JSON")
		}
		o.request.body = string(b)
		bad(rt, t, w, o.request)
	})
}

// mutated replaces one value.
func mutated(t *rapid.T, v any, by *rapid.Generator[any], depth int) any {
	if rapid.IntRange(0, 3+depth).Draw(t, "hier") > 3 {
		return by.Draw(t, "waarde")
	}
	switch v := v.(type) {
	case map[string]any:
		keys := slices.Sorted(maps.Keys(v))
		if len(keys) == 0 {
			break
		}
		k := rapid.SampledFrom(keys).Draw(t, "sleutel")
		v[k] = mutated(t, v[k], by, depth+1)
		return v
	case []any:
		if len(v) == 0 {
			break
		}
		i := rapid.IntRange(0, len(v)-1).Draw(t, "plaats")
		v[i] = mutated(t, v[i], by, depth+1)
		return v
	}
	return by.Draw(t, "waarde")
}
