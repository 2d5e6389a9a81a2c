package receipt_test

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/receipt"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/seal"
)

func ring(t *testing.T, seed byte) *seal.Ring {
	t.Helper()
	r, err := seal.NewRing(rand.NewChaCha8([32]byte{seed}), "proef")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func sample() receipt.Receipt {
	return receipt.Receipt{
		Regulation: "zorgtoeslag", Date: rule.MustDate("2026-06-01"), RuleSet: "regelset:ab", Content: "inhoud:cd",
		Inputs: receipt.Commit("invoer", []byte("zout"), []byte("x")), Explanation: receipt.Commit("uitleg", []byte("zout"), []byte("x")),
		Outcomes: []receipt.Outcome{{Of: "Persoon 1", Attribute: "persoon.zorgtoeslag", Value: "131.00", Unit: "euro"}},
		Program:  "0.1.0", At: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC),
	}
}

func TestSignAndOpen(t *testing.T) {
	t.Parallel()
	key := ring(t, 1)
	signed, err := receipt.Sign(sample(), key)
	if err != nil {
		t.Fatal(err)
	}
	trust, err := key.Public().Trust()
	if err != nil {
		t.Fatal(err)
	}
	got, signer, err := receipt.Open(signed, trust)
	if err != nil || signer != "proef" {
		t.Fatal(signer, err)
	}
	if d := cmp.Diff(sample(), got); d != "" {
		t.Error(d)
	}
	for i := range signed {
		b := []byte(signed)
		b[i] ^= 1
		if _, _, err := receipt.Open(string(b), trust); err == nil {
			t.Fatalf("byte %d of the receipt is free: %q", i, b[i])
		}
	}
	other, err := ring(t, 2).Public().Trust()
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := receipt.Open(signed, other); !errors.Is(err, seal.ErrSignature) {
		t.Errorf("another key: %v", err)
	}
	// Something else that the same key signed is no receipt.
	head, err := key.Sign(seal.Head{Origin: "proef", Size: 1, At: time.Unix(0, 0)}.Text())
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := receipt.Open(head, trust); !errors.Is(err, receipt.ErrForm) {
		t.Errorf("a head: %v", err)
	}
}

// Who has the receipt alone cannot find the inputs by guessing: the same inputs
// give another commitment every time, and inputs and explanation do not share one.
func TestCommitmentsAreSalted(t *testing.T) {
	t.Parallel()
	a := receipt.Commit("invoer", []byte("zout-a"), []byte("inkomen 30000"))
	for _, b := range []any{
		receipt.Commit("invoer", []byte("zout-b"), []byte("inkomen 30000")), receipt.Commit("uitleg", []byte("zout-a"), []byte("inkomen 30000")),
		receipt.Commit("invoer", []byte("zout-ai"), []byte("nkomen 30000")), receipt.Commit("invoer", nil, []byte("inkomen 30000")),
	} {
		if a == b {
			t.Errorf("%v is the same", b)
		}
	}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	was := sample().Outcomes
	if got := receipt.Compare(was, was); len(got) != 0 {
		t.Errorf("%q", got)
	}
	more := []receipt.Outcome{{Of: "Persoon 1", Attribute: "persoon.zorgtoeslag", Value: "130.00", Unit: "euro"}, {Of: "Persoon 2", Attribute: "x", Value: "ja"}}
	want := []string{"Persoon 1, persoon.zorgtoeslag: nu 130.00 euro, in het bewijs 131.00 euro", "Persoon 2, x: nu ja, in het bewijs staat niets"}
	if d := cmp.Diff(want, receipt.Compare(was, more)); d != "" {
		t.Error(d)
	}
	if got := receipt.Compare(was, nil); len(got) != 1 {
		t.Errorf("%q", got)
	}
}

func TestOpening(t *testing.T) {
	t.Parallel()
	o := receipt.Opening{Format: receipt.OpeningFormat, Salt: make([]byte, receipt.SaltSize), Dossier: "datum: 2026-01-01\n"}
	text, err := o.Text()
	if err != nil {
		t.Fatal(err)
	}
	got, err := receipt.ReadOpening(text)
	if err != nil || cmp.Diff(o, got) != "" {
		t.Errorf("%+v, %v", got, err)
	}
	for _, bad := range []string{"", "{}", `{"vorm":"lemniscaat/opening/1","zout":"AA==","dossier":""}`, string(text) + "x"} {
		if _, err := receipt.ReadOpening([]byte(bad)); err == nil {
			t.Errorf("%q is read", bad)
		}
	}
}
