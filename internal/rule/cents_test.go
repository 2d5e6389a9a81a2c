package rule_test

import (
	"math"
	"testing"

	"lemniscaat/internal/rule"
)

func TestFixed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n        int64
		decimals int
		want     string
	}{
		{123450, 2, "1234.50"}, {5, 2, "0.05"}, {0, 2, "0.00"}, {-5, 2, "-0.05"}, {-123, 2, "-1.23"}, {99, 2, "0.99"}, {100, 2, "1.00"},
		{42, 0, "42"}, {-42, 0, "-42"}, {7, 3, "0.007"}, {math.MinInt64, 2, "-92233720368547758.08"}, {math.MaxInt64, 2, "92233720368547758.07"},
	} {
		if got := rule.Fixed(c.n, c.decimals); got != c.want {
			t.Errorf("Fixed(%d, %d) = %q, want %q", c.n, c.decimals, got, c.want)
		}
	}
}

func TestEuros(t *testing.T) {
	t.Parallel()
	for cents, want := range map[int64]int64{0: 0, 49: 0, 50: 1, 149: 1, 150: 2, -49: 0, -50: -1, -149: -1, -150: -2} {
		if got := rule.Euros(cents); got != want {
			t.Errorf("Euros(%d) = %d, want %d", cents, got, want)
		}
	}
}
