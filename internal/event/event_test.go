package event_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lemniscaat/internal/event"
)

func draft(stream string, n int) event.Draft {
	return event.Draft{
		Stream: stream, Type: "proef.1", At: time.Date(2026, 6, 1, 9, 0, n, n, time.UTC), Actor: "anna",
		Data: json.RawMessage(fmt.Sprintf(`{"n":%d}`, n)), Personal: map[string]string{"t": fmt.Sprint("tekst ", n), "u": "x"},
	}
}

// salts gives salts that differ, without randomness.
func salts() func() ([]byte, error) {
	n := 0
	return func() ([]byte, error) {
		n++
		b := make([]byte, event.SaltSize)
		copy(b, fmt.Sprint(n))
		return b, nil
	}
}

func chain(t interface{ Fatal(...any) }, n int) []event.Record {
	var out []event.Record
	var head event.Head
	salt := salts()
	at := map[string]uint64{}
	for i := range n {
		s := fmt.Sprint("s", i%3)
		at[s]++
		r, err := event.Seal(draft(s, i), head, at[s], salt)
		if err != nil {
			t.Fatal(err)
		}
		out, head = append(out, r), r.Head()
	}
	return out
}

func all(rs []event.Record) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		for _, r := range rs {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func TestVerifyWhole(t *testing.T) {
	t.Parallel()
	rs := chain(t, 10)
	known := rs[9].Head()
	if h, err := event.Verify(all(rs), &known); err != nil || h != known {
		t.Errorf("%v, %v", h, err)
	}
	// A head from before is fine: the log has grown.
	old := rs[4].Head()
	if _, err := event.Verify(all(rs), &old); err != nil {
		t.Error(err)
	}
	if h, err := event.Verify(all(nil), nil); err != nil || h.Seq != 0 {
		t.Errorf("empty: %v, %v", h, err)
	}
	// Erasing texts leaves the chain valid.
	for i := range rs {
		rs[i].Secrets = nil
	}
	if _, err := event.Verify(all(rs), &known); err != nil {
		t.Errorf("after erasure: %v", err)
	}
	broken := errors.New("disk")
	if _, err := event.Verify(func(yield func(event.Record, error) bool) { yield(event.Record{}, broken) }, nil); !errors.Is(err, broken) {
		t.Errorf("error of the iterator: %v", err)
	}
}

func TestVerifyNamesTheFirstBadRecord(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func([]event.Record) []event.Record
		at     uint64
	}{
		"data":       {func(r []event.Record) []event.Record { r[3].Data[5]++; return r }, 4},
		"actor":      {func(r []event.Record) []event.Record { r[3].Actor += "x"; return r }, 4},
		"type":       {func(r []event.Record) []event.Record { r[3].Type = "ander.1"; return r }, 4},
		"time":       {func(r []event.Record) []event.Record { r[3].At = r[3].At.Add(1); return r }, 4},
		"stream":     {func(r []event.Record) []event.Record { r[3].Stream = "z"; return r }, 4},
		"stream seq": {func(r []event.Record) []event.Record { r[3].StreamSeq++; return r }, 4},
		"hash":       {func(r []event.Record) []event.Record { r[3].Hash[0]++; return r }, 4},
		"prev":       {func(r []event.Record) []event.Record { r[3].PrevHash[0]++; return r }, 4},
		"commitment": {func(r []event.Record) []event.Record { delete(r[3].Personal, "t"); return r }, 4},
		"text": {func(r []event.Record) []event.Record {
			r[3].Secrets["t"] = event.Secret{Text: "anders", Salt: r[3].Secrets["t"].Salt}
			return r
		}, 4},
		"salt": {func(r []event.Record) []event.Record {
			r[3].Secrets["t"] = event.Secret{Text: r[3].Secrets["t"].Text, Salt: []byte("x")}
			return r
		}, 4},
		"texts swapped": {func(r []event.Record) []event.Record { s := r[3].Secrets; s["t"], s["u"] = s["u"], s["t"]; return r }, 4},
		"text added":    {func(r []event.Record) []event.Record { r[3].Secrets["v"] = event.Secret{}; return r }, 4},
		"gap":           {func(r []event.Record) []event.Record { return slices.Delete(r, 3, 4) }, 4},
		"doubled":       {func(r []event.Record) []event.Record { return slices.Insert(r, 4, r[3]) }, 5},
		"reordered":     {func(r []event.Record) []event.Record { r[3], r[4] = r[4], r[3]; return r }, 4},
		"tail removed":  {func(r []event.Record) []event.Record { return r[:7] }, 8},
		"all removed":   {func(r []event.Record) []event.Record { return nil }, 1},
		"tail replaced": {func(r []event.Record) []event.Record {
			x, err := event.Seal(draft("s0", 99), r[8].Head(), r[9].StreamSeq, salts())
			if err != nil {
				t.Error(err)
			}
			return append(r[:9], x)
		}, 10},
		// Whoever changes a record and all hashes after it is betrayed by the
		// head that was kept elsewhere.
		"rewritten from 4 on": {func(r []event.Record) []event.Record {
			r[3].Actor = "bob"
			for i := 3; i < len(r); i++ {
				r[i].PrevHash = r[i-1].Hash
				r[i].Hash = r[i].Sum()
			}
			return r
		}, 10},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rs := chain(t, 10)
			known := rs[9].Head()
			_, err := event.Verify(all(c.change(rs)), &known)
			var bad *event.Tampered
			if !errors.As(err, &bad) || bad.Seq != c.at {
				t.Errorf("%v, want event %d", err, c.at)
			}
		})
	}
}

// One byte anywhere in what is hashed changes the hash.
func TestEveryByteCounts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rs := chain(t, 3)
		b := rs[2].Canonical()
		var fields []string
		for _, r := range rs {
			fields = append(fields, string(r.Canonical()))
		}
		if slices.Contains(fields[:2], fields[2]) {
			t.Fatal("two events have the same bytes")
		}
		// Moving a byte from one field to the next is a different event.
		x := rs[2].Event
		x.Stream, x.Type = x.Stream+x.Type[:1], x.Type[1:]
		if string(x.Canonical()) == string(b) {
			t.Fatal("the border between two fields is not hashed")
		}
		stream := rapid.StringN(1, 20, 40).Draw(t, "stream")
		y := rs[2].Event
		y.Stream = stream
		if (y.Sum() == rs[2].Hash) != (stream == rs[2].Stream) {
			t.Fatalf("stream %q", stream)
		}
	})
}

func TestSealChecks(t *testing.T) {
	t.Parallel()
	for name, salt := range map[string]func() ([]byte, error){
		"short salt": func() ([]byte, error) { return []byte("x"), nil },
		"no salt":    func() ([]byte, error) { return nil, errors.New("no randomness") },
	} {
		if _, err := event.Seal(draft("a", 1), event.Head{}, 1, salt); err == nil {
			t.Errorf("%s: sealed", name)
		}
	}
	d := draft("", 1)
	if _, err := event.Seal(d, event.Head{}, 1, salts()); !errors.Is(err, event.ErrDraft) {
		t.Errorf("no stream: %v", err)
	}
}

func TestHeadText(t *testing.T) {
	t.Parallel()
	h := chain(t, 3)[2].Head()
	got, err := event.ParseHead(h.String() + "\n")
	if err != nil || got != h {
		t.Errorf("%v, %v", got, err)
	}
	for _, s := range []string{"", ":", "3", "3:", "x:" + strings.Repeat("0", 64), "-1:" + strings.Repeat("0", 64), "3:" + strings.Repeat("g", 64), "3:00"} {
		if _, err := event.ParseHead(s); err == nil {
			t.Errorf("%q was read", s)
		}
	}
}

func TestRecordAsJSON(t *testing.T) {
	t.Parallel()
	r := chain(t, 2)[1]
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var back event.Record
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(r, back); d != "" {
		t.Error(d)
	}
	if back.Sum() != back.Hash {
		t.Error("the hash does not survive an export")
	}
}
