package simulate

import "testing"

// 2,001 single people have € 30,000, € 30,010 … € 50,000. The middle one has
// € 40,000. When everybody gets € 100 more, the median is € 100 higher.
func TestMedianMovesWithASmallChange(t *testing.T) {
	median := func(more int64) int64 {
		s := newStanding()
		for i := range int64(2001) {
			cents := 100 * (30_000 + 10*i + more)
			s.add(&home{weight: million, persons: 1}, &stand{cents: cents, standard: cents})
		}
		return s.median()
	}
	now, then := median(0), median(100)
	if now < 39_990_00 || now > 40_010_00 {
		t.Errorf("the median is %d cents", now)
	}
	if d := then - now; d < 90_00 || d > 110_00 {
		t.Errorf("the median moves by %d cents", d)
	}
}

// Fine and coarse bins agree on where an income is, and no bin overlaps another.
func TestBinsOfIncome(t *testing.T) {
	for _, euros := range []int64{-5, 0, 1, 15, 16, 511, 512, 8191, 8192, 8193, 38_763, 1_000_000, 1 << 29, 1<<30 + 9} {
		at := binOf(100 * euros)
		low, next := lowestIn(at, binBits), lowestIn(at+1, binBits)
		if in := min(max(euros, 0), 1<<30-1); in < low || in >= next || 4096*(next-low) > max(low, 4096) {
			t.Errorf("€ %d is in a bin of € %d to € %d", euros, low, next)
		}
		if coarse := coarseOf(low); coarse != coarseOf(euros) || at >= binCount || coarse >= spreadBins {
			t.Errorf("€ %d: bin %d, coarse %d and %d", euros, at, coarse, coarseOf(euros))
		}
	}
}
