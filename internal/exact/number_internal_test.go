package exact

import (
	"fmt"
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"lemniscaat/internal/rule"
)

// numbers draws fractions of every size: small ones that stay in the fast
// form, ones at the edge of int64, and ones that never fit it.
func numbers() *rapid.Generator[*big.Rat] {
	edge := rapid.SampledFrom([]int64{0, 1, -1, 2, 100, -100, math.MaxInt64, -math.MaxInt64, math.MinInt64, math.MaxInt32, 1e18, -1e18})
	part := rapid.OneOf(rapid.Int64Range(-1000, 1000), rapid.Int64Range(-1e12, 1e12), rapid.Int64(), edge)
	den := rapid.OneOf(rapid.SampledFrom([]int64{1, 2, 5, 10, 12, 100, 1000, 100000, 1e18, math.MaxInt64}), rapid.Int64Range(1, 1e6), rapid.Int64Range(1, math.MaxInt64))
	return rapid.Custom(func(t *rapid.T) *big.Rat {
		r := new(big.Rat).SetFrac(big.NewInt(part.Draw(t, "teller")), big.NewInt(den.Draw(t, "noemer")))
		if rapid.IntRange(0, 9).Draw(t, "groot") == 0 {
			r.Mul(r, new(big.Rat).SetInt64(part.Draw(t, "factor")))
		}
		return r
	})
}

// unreduced gives a fast form with a common factor, as a computation leaves it.
func unreduced(t *rapid.T, r *big.Rat) number {
	x := fromRat(r)
	k := rapid.SampledFrom([]int64{1, 1, 10, 100}).Draw(t, "gemene factor")
	if x.r == nil {
		n, ok1 := mul64(x.n, k)
		d, ok2 := mul64(x.d, k)
		if ok1 && ok2 {
			return number{n: n, d: d}
		}
	}
	return x
}

func TestNumberAgreesWithBigRat(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := numbers().Draw(t, "a"), numbers().Draw(t, "b")
		x, y := unreduced(t, a), unreduced(t, b)
		same := func(what string, got number, want *big.Rat) {
			t.Helper()
			if got.rat().Cmp(want) != 0 {
				t.Fatalf("%s van %v en %v: %v, verwacht %v", what, a, b, got.rat(), want)
			}
			if got.r == nil && (got.d <= 0 || got.n == math.MinInt64) {
				t.Fatalf("%s van %v en %v: vorm %d/%d", what, a, b, got.n, got.d)
			}
		}
		same("som", x.add(y), new(big.Rat).Add(a, b))
		same("verschil", x.sub(y), new(big.Rat).Sub(a, b))
		same("product", x.mul(y), new(big.Rat).Mul(a, b))
		if b.Sign() != 0 {
			same("quotiënt", x.div(y), new(big.Rat).Quo(a, b))
		}
		if got, want := x.cmp(y), a.Cmp(b); got != want {
			t.Fatalf("vergelijk %v met %v: %d, verwacht %d", a, b, got, want)
		}
		if x.sign() != a.Sign() || x.whole() != a.IsInt() {
			t.Fatalf("teken of geheel van %v", a)
		}
	})
}

// slowRound is the definition of rounding, on big.Rat alone: the whole number
// next to x·10^n below, above or nearest.
func slowRound(r *big.Rat, mode rule.RoundMode, decimals int) *big.Rat {
	scale := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil))
	s := new(big.Rat).Mul(r, scale)
	floor := new(big.Rat).SetInt(new(big.Int).Div(s.Num(), s.Denom())) // Euclidean; denominators are positive
	if floor.Cmp(s) == 0 {
		return new(big.Rat).Quo(floor, scale)
	}
	ceil := new(big.Rat).Add(floor, big.NewRat(1, 1))
	low, high := floor, ceil
	pick := low
	switch mode {
	case rule.RoundUp:
		pick = high
	case rule.RoundToZero:
		if s.Sign() < 0 {
			pick = high
		}
	case rule.RoundFromZero:
		if s.Sign() > 0 {
			pick = high
		}
	case rule.RoundHalfUp:
		toLow, toHigh := new(big.Rat).Sub(s, low), new(big.Rat).Sub(high, s)
		switch c := toLow.Cmp(toHigh); {
		case c > 0, c == 0 && s.Sign() > 0:
			pick = high
		}
	}
	return new(big.Rat).Quo(pick, scale)
}

func TestRoundAgreesWithDefinition(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := numbers().Draw(t, "getal")
		if rapid.Bool().Draw(t, "halverwege") { // .5 in the last place, where modes part
			r = new(big.Rat).SetFrac64(rapid.Int64Range(-1e6, 1e6).Draw(t, "helften"), 2)
			r.Quo(r, big.NewRat(rapid.SampledFrom([]int64{1, 10, 100, 1000}).Draw(t, "schaal"), 1))
		}
		mode := rule.RoundMode(rapid.IntRange(0, 4).Draw(t, "wijze"))
		decimals := rapid.OneOf(rapid.IntRange(0, 4), rapid.IntRange(0, 40)).Draw(t, "decimalen")
		got, want := unreduced(t, r).round(mode, decimals).rat(), slowRound(r, mode, decimals)
		if got.Cmp(want) != 0 {
			t.Fatalf("%v op %d decimalen (wijze %d): %v, verwacht %v", r, decimals, mode, got, want)
		}
	})
}

// At the edges of the fast form, all of them against all of them: nothing
// overflows in silence, and what does not fit becomes a big.Rat.
func TestNumberAtTheEdges(t *testing.T) {
	t.Parallel()
	const root = 3037000499 // its square fits an int64, the next one's does not
	parts := []int64{0, 1, 2, 3, 10, 100, root - 1, root, root + 1, math.MaxInt32, 1e18, 1 << 62, math.MaxInt64 / 2, math.MaxInt64/2 + 1, math.MaxInt64 - 1, math.MaxInt64}
	var all []number
	for _, n := range parts {
		for _, d := range []int64{1, 2, 3, 100, root, 1e18, math.MaxInt64 - 1, math.MaxInt64} {
			all = append(all, number{n: n, d: d}, number{n: -n, d: d})
		}
	}
	for _, s := range []string{"-9223372036854775808", "9223372036854775808", "1/9223372036854775808", "-9223372036854775808/9223372036854775807", "85070591730234615847396907784232501249", "1e40", "-1e-40"} {
		r, _ := new(big.Rat).SetString(s)
		all = append(all, fromRat(r))
	}
	sound := func(what string, x, y, got number, want *big.Rat) {
		if got.rat().Cmp(want) != 0 {
			t.Fatalf("%s of %v and %v: %v, want %v", what, x.rat(), y.rat(), got.rat(), want)
		}
		if got.r == nil && (got.d <= 0 || got.n == math.MinInt64) {
			t.Fatalf("%s of %v and %v: form %d/%d", what, x.rat(), y.rat(), got.n, got.d)
		}
	}
	for _, x := range all {
		a := x.rat()
		sound("negation", x, x, x.neg(), new(big.Rat).Neg(a))
		for mode := rule.RoundDown; mode <= rule.RoundFromZero; mode++ {
			for _, decimals := range []int{0, 2, 18, 19} {
				sound(fmt.Sprintf("rounding %d on %d decimals", mode, decimals), x, x, x.round(mode, decimals), slowRound(a, mode, decimals))
			}
		}
		for _, y := range all {
			b := y.rat()
			sound("sum", x, y, x.add(y), new(big.Rat).Add(a, b))
			sound("difference", x, y, x.sub(y), new(big.Rat).Sub(a, b))
			sound("product", x, y, x.mul(y), new(big.Rat).Mul(a, b))
			if b.Sign() != 0 {
				sound("quotient", x, y, x.div(y), new(big.Rat).Quo(a, b))
			}
			if got := x.cmp(y); got != a.Cmp(b) {
				t.Fatalf("compare %v with %v: %d", a, b, got)
			}
		}
	}
}

// Every mode at every .5: both signs, up to 18 decimals, in both forms.
func TestRoundAtTheHalves(t *testing.T) {
	t.Parallel()
	for decimals := range 19 {
		for _, k := range []int64{0, 1, 2, 3, 4, 9, 10, 99, 1_000_000_000_000} {
			for _, sign := range []int64{1, -1} {
				// k and a half in the last place.
				half := new(big.Rat).SetFrac64(sign*(2*k+1), 2)
				half.Quo(half, ten(decimals).rat())
				for mode := rule.RoundDown; mode <= rule.RoundFromZero; mode++ {
					up := map[rule.RoundMode]bool{rule.RoundDown: sign < 0, rule.RoundUp: sign > 0, rule.RoundHalfUp: true, rule.RoundFromZero: true}[mode]
					want := k
					if up {
						want++
					}
					r := new(big.Rat).Quo(new(big.Rat).SetInt64(sign*want), ten(decimals).rat())
					for _, x := range []number{fromRat(half), {r: half}} {
						if got := x.round(mode, decimals).rat(); got.Cmp(r) != 0 {
							t.Fatalf("%v, mode %d on %d decimals: %v, want %v", half, mode, decimals, got, r)
						}
					}
				}
			}
		}
	}
}

func TestCalendarAgreesWithItself(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) day {
			y, m := rapid.IntRange(minYear, maxYear).Draw(t, name+" jaar"), rapid.IntRange(1, 12).Draw(t, name+" maand")
			return toDay(rule.Date{Year: y, Month: m, Day: rapid.IntRange(1, lastDay(y, m)).Draw(t, name+" dag")})
		}
		a, b := draw("a"), draw("b")
		if back := fromSerial(a.serial()); back != a {
			t.Fatalf("%v komt terug als %v", a.date(), back.date())
		}
		// rule.Date goes through package time: another way to the same days.
		n := between(a, b, rule.Days)
		if got := a.date().AddDays(int(n)); got != b.date() {
			t.Fatalf("%v plus %d dagen: %v, verwacht %v", a.date(), n, got, b.date())
		}
		if b.serial() > a.serial() != b.date().After(a.date()) {
			t.Fatalf("volgorde van %v en %v", a.date(), b.date())
		}
		months := rapid.Int64Range(-200, 200).Draw(t, "maanden")
		if got, ok := a.shift(months, rule.Months); ok && got.date() != a.date().AddMonths(int(months)) {
			t.Fatalf("%v plus %d maanden: %v, verwacht %v", a.date(), months, got.date(), a.date().AddMonths(int(months)))
		}
		for _, u := range []rule.TimeUnit{rule.Days, rule.Months, rule.Years} {
			k := between(a, b, u)
			if between(b, a, u) != -k {
				t.Fatalf("%v tot %v is niet het tegengestelde van andersom", a.date(), b.date())
			}
			if b < a {
				continue
			}
			// k units have passed, k+1 have not. A day that a month lacks is
			// completed on the first day of the next month, hence the day before.
			if after, ok := a.shift(k, u); ok && after > b {
				t.Fatalf("%v plus %d eenheden (%d) ligt na %v", a.date(), k, u, b.date())
			}
			if next, ok := a.shift(k+1, u); ok && next < b && next.serial()+1 < b.serial() {
				t.Fatalf("%v plus %d eenheden (%d) ligt al voor %v", a.date(), k+1, u, b.date())
			}
		}
	})
}
