package seal_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"lemniscaat/internal/event"
	"lemniscaat/internal/seal"
)

var at = time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)

func ring(t testing.TB, seed byte) *seal.Ring {
	t.Helper()
	r, err := seal.NewRing(rand.NewChaCha8([32]byte{seed}), "lemniscaat-proef")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func leaf(i uint64) event.Hash { return sha256.Sum256(fmt.Appendf(nil, "leaf %d", i)) }

func leaves(n uint64) iter.Seq2[event.Hash, error] {
	return func(yield func(event.Hash, error) bool) {
		for i := uint64(1); i <= n; i++ {
			if !yield(leaf(i), nil) {
				return
			}
		}
	}
}

func tree(n uint64) seal.Tree {
	var t seal.Tree
	for h := range leaves(n) {
		t.Add(h)
	}
	return t
}

// The tree that grows has the root that tlog computes from all its hashes.
func TestTreeIsThatOfRFC6962(t *testing.T) {
	t.Parallel()
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, x := range indexes {
			out[i] = stored[x]
		}
		return out, nil
	})
	var grown seal.Tree
	for i := range uint64(300) {
		h := leaf(i + 1)
		more, err := tlog.StoredHashes(int64(i), h[:], reader)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, more...)
		want, err := tlog.TreeHash(int64(i+1), reader)
		if err != nil {
			t.Fatal(err)
		}
		grown.Add(h)
		if got := grown.Root(); got != event.Hash(want) || grown.Check() != nil {
			t.Fatalf("after %d leaves: root %v, want %v (%v)", i+1, got, want, grown.Check())
		}
	}
}

func TestProofs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.Uint64Range(1, 200).Draw(t, "size")
		seq := rapid.Uint64Range(1, size).Draw(t, "seq")
		before := rapid.Uint64Range(1, size).Draw(t, "before")
		root, old := tree(size).Root(), tree(before).Root()
		in, err := seal.Include(size, seq, leaves(size+3))
		if err != nil {
			t.Fatal(err)
		}
		if err := seal.CheckIncluded(size, root, seq, leaf(seq), in); err != nil {
			t.Fatal(err)
		}
		if err := seal.CheckIncluded(size, root, seq, leaf(seq+1000), in); !errors.Is(err, seal.ErrProof) {
			t.Fatalf("another leaf is included: %v", err)
		}
		ext, err := seal.Extend(before, size, leaves(size))
		if err != nil {
			t.Fatal(err)
		}
		if err := seal.CheckExtended(before, old, size, root, ext); err != nil {
			t.Fatal(err)
		}
		if err := seal.CheckExtended(before, leaf(1), size, root, ext); !errors.Is(err, seal.ErrProof) {
			t.Fatalf("another beginning is accepted: %v", err)
		}
		if len(ext) > 0 {
			ext[rapid.IntRange(0, len(ext)-1).Draw(t, "which")][3] ^= 1
			if err := seal.CheckExtended(before, old, size, root, ext); err == nil {
				t.Fatal("a changed proof is accepted")
			}
		}
	})
	if _, err := seal.Include(10, 3, leaves(9)); !errors.Is(err, seal.ErrShort) {
		t.Errorf("a log that is too short: %v", err)
	}
	for _, seq := range []uint64{0, 11} {
		if _, err := seal.Include(10, seq, leaves(10)); !errors.Is(err, seal.ErrShort) {
			t.Errorf("event %d of 10: %v", seq, err)
		}
	}
}

func TestHead(t *testing.T) {
	t.Parallel()
	r := ring(t, 1)
	h := seal.Head{Origin: r.Name(), Size: 12, Root: tree(12).Root(), Last: leaf(12), At: at}
	signed, err := r.Sign(h.Text())
	if err != nil {
		t.Fatal(err)
	}
	trust, err := r.Public().Trust()
	if err != nil {
		t.Fatal(err)
	}
	got, err := trust.OpenHead(signed)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(h, got); d != "" {
		t.Error(d)
	}
	// No byte of it may be another.
	for i := range signed {
		for _, flip := range []byte{1, 2, 4, 0x20, 0x80} {
			b := []byte(signed)
			b[i] ^= flip
			if _, err := trust.OpenHead(string(b)); err == nil {
				t.Fatalf("byte %d changed from %q to %q, and the head is accepted", i, signed[i], b[i])
			}
		}
	}
	for _, more := range []string{signed + "\n", "\n" + signed, signed + signed, strings.ReplaceAll(signed, "\n", "\r\n"), ""} {
		if _, err := trust.OpenHead(more); err == nil {
			t.Errorf("%q is accepted", more)
		}
	}
	// A head of somebody else with the same name and size.
	other, err := ring(t, 2).Sign(h.Text())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := trust.OpenHead(other); !errors.Is(err, seal.ErrSignature) {
		t.Errorf("a head that another key signed: %v", err)
	}
}

func TestRotation(t *testing.T) {
	t.Parallel()
	first := ring(t, 1)
	old, err := first.Sign("oud\n")
	if err != nil {
		t.Fatal(err)
	}
	next, err := first.Rotate(rand.NewChaCha8([32]byte{9}), at)
	if err != nil {
		t.Fatal(err)
	}
	third, err := next.Rotate(rand.NewChaCha8([32]byte{10}), at.AddDate(1, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(third.Text()), strings.Split(string(first.Text()), `"`)[3]) {
		t.Error("the old private key is still in the file")
	}
	if third, err = seal.ReadRing(third.Text()); err != nil {
		t.Fatal(err)
	}
	fresh, err := third.Sign("nieuw\n")
	if err != nil {
		t.Fatal(err)
	}
	public, err := seal.ReadPublic(third.Public().Text())
	if err != nil {
		t.Fatal(err)
	}
	// Who holds one key of the three trusts the others by the changes.
	for i, pin := range public.Keys {
		trust, err := public.Trust(pin)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []string{old, fresh} {
			if _, _, err := trust.Open(s); err != nil {
				t.Errorf("pin %d: %v", i, err)
			}
		}
	}
	// A key that nobody vouched for is not trusted.
	strange := ring(t, 5)
	mixed := public
	mixed.Keys = append([]string{strange.Key()}, mixed.Keys...)
	trust, err := mixed.Trust(public.Keys[0])
	if err != nil {
		t.Fatal(err)
	}
	forged, err := strange.Sign("vals\n")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := trust.Open(forged); !errors.Is(err, seal.ErrSignature) {
		t.Errorf("a key without a change is trusted: %v", err)
	}
	// A change that only the new key signed.
	alone, err := strange.Sign("lemniscaat/sleutelwissel/1\noud " + public.Keys[0] + "\nnieuw " + strange.Key() + "\ntijd 2026-11-22T09:30:00Z\n")
	if err != nil {
		t.Fatal(err)
	}
	mixed.Changes = append(mixed.Changes, alone)
	if _, err := mixed.Trust(public.Keys[0]); !errors.Is(err, seal.ErrSignature) {
		t.Errorf("a change that the old key did not sign: %v", err)
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "{}", `{"geheim":"x","sleutels":["y"]}`, "geen sleutel", `{"sleutels":[]}`, `{"sleutels":["a"],"meer":1}`} {
		if _, err := seal.ReadRing([]byte(text)); err == nil {
			t.Errorf("ring %q is read", text)
		}
		if _, err := seal.ReadPublic([]byte(text)); err == nil {
			t.Errorf("public %q is read", text)
		}
	}
	// The private key of another ring does not go with these public keys.
	a, b := ring(t, 1), ring(t, 2)
	mixed := strings.Replace(string(a.Text()), strings.Split(string(a.Text()), `"`)[3], strings.Split(string(b.Text()), `"`)[3], 1)
	if _, err := seal.ReadRing([]byte(mixed)); err == nil {
		t.Error("a ring of two installations is read")
	}
}

// BenchmarkNextHead is one head more on a tree of a million events, a hundred
// events later.
func BenchmarkNextHead(b *testing.B) {
	base, r := tree(1<<20-1), ring(b, 1)
	b.ResetTimer()
	for b.Loop() {
		t := base.Clone()
		for i := range uint64(100) {
			t.Add(leaf(i))
		}
		if _, err := r.Sign(seal.Head{Origin: r.Name(), Size: t.Size, Root: t.Root(), At: at}.Text()); err != nil {
			b.Fatal(err)
		}
	}
}
