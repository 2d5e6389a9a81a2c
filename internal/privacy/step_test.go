package privacy_test

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"lemniscaat/internal/privacy"
)

func TestStep(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ one, want string }{
		{"100/1000", "1"}, {"100/999", "2"}, {"100/20", "50"}, {"100/19", "100"}, {"1", "10"}, {"365/90", "50"}, {"1/100000", "1/10000"}, {"7300", "100000"},
	} {
		one, _ := new(big.Rat).SetString(c.one)
		if got := privacy.Step(one).RatString(); got != c.want {
			t.Errorf("Step(%s) = %s, want %s", c.one, got, c.want)
		}
	}
}

// TestToldShareLeavesRoom: whatever the share of n is, what is told of it fits at least
// ten numbers of people, or all that there are.
func TestToldShareLeavesRoom(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(20, 5000).Draw(t, "n")
		k := rapid.Int64Range(0, n).Draw(t, "k")
		step := privacy.Step(big.NewRat(100, n))
		told := func(k int64) *big.Rat { return privacy.Down(big.NewRat(100*k, n), step) }
		is := told(k)
		if is.Cmp(big.NewRat(100*k, n)) > 0 {
			t.Fatalf("%d of %d is told as %s: more than it is", k, n, is.RatString())
		}
		fits := int64(0)
		for x := range n + 1 {
			if told(x).Cmp(is) == 0 {
				fits++
			}
		}
		// At the top there may be fewer: everybody, but never all but a few.
		if fits < privacy.Smallest && told(n).Cmp(is) != 0 {
			t.Fatalf("%d of %d is told as %s: that fits %d numbers only", k, n, is.RatString(), fits)
		}
	})
}
