package explain_test

import (
	"math/big"
	"testing"
)

func exactRat(n int64) *big.Rat { return big.NewRat(n, 1) }

func parseRat(t testing.TB, s string) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		t.Fatalf("no number: %q", s)
	}
	return r
}
