package column

import (
	"encoding/binary"
	"math/bits"

	"lemniscaat/internal/rule"
)

// The kernels. Lanes are as long as a whole number of strips, so that inside a
// strip every index is known to exist: no bounds are checked, nothing branches
// on data, and four rows are in flight. What lies beyond the rows of a block is
// computed as well and never read; a kernel is safe for any number.
//
// go build -gcflags=-d=ssa/check_bce shows what is checked: once per lane and
// strip.

// strip is how many rows a kernel does without looking.
const strip = 64

// padded gives the room that n rows take; one more than n always fits in
// padded(n+1).
func padded(n int) int { return (n + strip - 1) &^ (strip - 1) }

func numbersAt(s []int64, i int) *[strip]int64 { return (*[strip]int64)(s[i:]) }

func testsAt(s []uint8, i int) *[strip]uint8 { return (*[strip]uint8)(s[i:]) }

func fill(dst []int64, k int64) {
	for i := range dst {
		dst[i] = k
	}
}

// pick compiles to a conditional move.
func pick(c bool, x, y int64) int64 {
	if c {
		y = x
	}
	return y
}

func bit(b bool) uint8 {
	x := uint8(0)
	if b {
		x = 1
	}
	return x
}

func add(dst, a, b []int64) {
	for o := 0; o < len(dst); o += strip {
		d, x, y := numbersAt(dst, o), numbersAt(a, o), numbersAt(b, o)
		for i := 0; i < strip; i += 4 {
			d[i] = x[i] + y[i]
			d[i+1] = x[i+1] + y[i+1]
			d[i+2] = x[i+2] + y[i+2]
			d[i+3] = x[i+3] + y[i+3]
		}
	}
}

func addK(dst, a []int64, k int64) {
	for o := 0; o < len(dst); o += strip {
		d, x := numbersAt(dst, o), numbersAt(a, o)
		for i := 0; i < strip; i += 4 {
			d[i] = x[i] + k
			d[i+1] = x[i+1] + k
			d[i+2] = x[i+2] + k
			d[i+3] = x[i+3] + k
		}
	}
}

func sub(dst, a, b []int64) {
	for o := 0; o < len(dst); o += strip {
		d, x, y := numbersAt(dst, o), numbersAt(a, o), numbersAt(b, o)
		for i := 0; i < strip; i += 4 {
			d[i] = x[i] - y[i]
			d[i+1] = x[i+1] - y[i+1]
			d[i+2] = x[i+2] - y[i+2]
			d[i+3] = x[i+3] - y[i+3]
		}
	}
}

func fromK(dst, a []int64, k int64) {
	for o := 0; o < len(dst); o += strip {
		d, x := numbersAt(dst, o), numbersAt(a, o)
		for i := 0; i < strip; i += 4 {
			d[i] = k - x[i]
			d[i+1] = k - x[i+1]
			d[i+2] = k - x[i+2]
			d[i+3] = k - x[i+3]
		}
	}
}

func mul(dst, a, b []int64) {
	for o := 0; o < len(dst); o += strip {
		d, x, y := numbersAt(dst, o), numbersAt(a, o), numbersAt(b, o)
		for i := 0; i < strip; i += 4 {
			d[i] = x[i] * y[i]
			d[i+1] = x[i+1] * y[i+1]
			d[i+2] = x[i+2] * y[i+2]
			d[i+3] = x[i+3] * y[i+3]
		}
	}
}

func mulK(dst, a []int64, k int64) {
	for o := 0; o < len(dst); o += strip {
		d, x := numbersAt(dst, o), numbersAt(a, o)
		for i := 0; i < strip; i += 4 {
			d[i] = x[i] * k
			d[i+1] = x[i+1] * k
			d[i+2] = x[i+2] * k
			d[i+3] = x[i+3] * k
		}
	}
}

func minimum(dst, a, b []int64) {
	for o := 0; o < len(dst); o += strip {
		d, x, y := numbersAt(dst, o), numbersAt(a, o), numbersAt(b, o)
		for i := 0; i < strip; i += 4 {
			d[i] = min(x[i], y[i])
			d[i+1] = min(x[i+1], y[i+1])
			d[i+2] = min(x[i+2], y[i+2])
			d[i+3] = min(x[i+3], y[i+3])
		}
	}
}

func minimumK(dst, a []int64, k int64) {
	for o := 0; o < len(dst); o += strip {
		d, x := numbersAt(dst, o), numbersAt(a, o)
		for i := 0; i < strip; i += 4 {
			d[i] = min(x[i], k)
			d[i+1] = min(x[i+1], k)
			d[i+2] = min(x[i+2], k)
			d[i+3] = min(x[i+3], k)
		}
	}
}

func maximum(dst, a, b []int64) {
	for o := 0; o < len(dst); o += strip {
		d, x, y := numbersAt(dst, o), numbersAt(a, o), numbersAt(b, o)
		for i := 0; i < strip; i += 4 {
			d[i] = max(x[i], y[i])
			d[i+1] = max(x[i+1], y[i+1])
			d[i+2] = max(x[i+2], y[i+2])
			d[i+3] = max(x[i+3], y[i+3])
		}
	}
}

func maximumK(dst, a []int64, k int64) {
	for o := 0; o < len(dst); o += strip {
		d, x := numbersAt(dst, o), numbersAt(a, o)
		for i := 0; i < strip; i += 4 {
			d[i] = max(x[i], k)
			d[i+1] = max(x[i+1], k)
			d[i+2] = max(x[i+2], k)
			d[i+3] = max(x[i+3], k)
		}
	}
}

func mulAdd(dst, a, b []int64, k int64) {
	for o := 0; o < len(dst); o += strip {
		d, x, y := numbersAt(dst, o), numbersAt(a, o), numbersAt(b, o)
		for i := 0; i < strip; i += 4 {
			d[i] = x[i]*k + y[i]
			d[i+1] = x[i+1]*k + y[i+1]
			d[i+2] = x[i+2]*k + y[i+2]
			d[i+3] = x[i+3]*k + y[i+3]
		}
	}
}

func mulSub(dst, a, b []int64, k int64) {
	for o := 0; o < len(dst); o += strip {
		d, x, y := numbersAt(dst, o), numbersAt(a, o), numbersAt(b, o)
		for i := 0; i < strip; i += 4 {
			d[i] = x[i]*k - y[i]
			d[i+1] = x[i+1]*k - y[i+1]
			d[i+2] = x[i+2]*k - y[i+2]
			d[i+3] = x[i+3]*k - y[i+3]
		}
	}
}

func subMul(dst, a, b []int64, k int64) {
	for o := 0; o < len(dst); o += strip {
		d, x, y := numbersAt(dst, o), numbersAt(a, o), numbersAt(b, o)
		for i := 0; i < strip; i += 4 {
			d[i] = y[i] - x[i]*k
			d[i+1] = y[i+1] - x[i+1]*k
			d[i+2] = y[i+2] - x[i+2]*k
			d[i+3] = y[i+3] - x[i+3]*k
		}
	}
}

func clamp(dst, a []int64, j, k int64) {
	for o := 0; o < len(dst); o += strip {
		d, x := numbersAt(dst, o), numbersAt(a, o)
		for i := 0; i < strip; i += 4 {
			d[i] = min(max(x[i], j), k)
			d[i+1] = min(max(x[i+1], j), k)
			d[i+2] = min(max(x[i+2], j), k)
			d[i+3] = min(max(x[i+3], j), k)
		}
	}
}

// choose gives x where t is 1 and y where it is 0.
func choose(t uint8, x, y int64) int64 { return y ^ (x^y)&-int64(t) }

func sel(dst []int64, c []uint8, a, b []int64) {
	for o := 0; o < len(dst); o += strip {
		d, t, x, y := numbersAt(dst, o), testsAt(c, o), numbersAt(a, o), numbersAt(b, o)
		for i := 0; i < strip; i += 4 {
			d[i] = choose(t[i], x[i], y[i])
			d[i+1] = choose(t[i+1], x[i+1], y[i+1])
			d[i+2] = choose(t[i+2], x[i+2], y[i+2])
			d[i+3] = choose(t[i+3], x[i+3], y[i+3])
		}
	}
}

func selK(dst []int64, c []uint8, a []int64, k int64) {
	for o := 0; o < len(dst); o += strip {
		d, t, x := numbersAt(dst, o), testsAt(c, o), numbersAt(a, o)
		for i := 0; i < strip; i += 4 {
			d[i] = choose(t[i], x[i], k)
			d[i+1] = choose(t[i+1], x[i+1], k)
			d[i+2] = choose(t[i+2], x[i+2], k)
			d[i+3] = choose(t[i+3], x[i+3], k)
		}
	}
}

// selZero is selK of 0.
func selZero(dst []int64, c []uint8, a []int64) {
	for o := 0; o < len(dst); o += strip {
		d, t, x := numbersAt(dst, o), testsAt(c, o), numbersAt(a, o)
		for i := 0; i < strip; i += 4 {
			d[i] = x[i] & -int64(t[i])
			d[i+1] = x[i+1] & -int64(t[i+1])
			d[i+2] = x[i+2] & -int64(t[i+2])
			d[i+3] = x[i+3] & -int64(t[i+3])
		}
	}
}

func selFromK(dst []int64, c []uint8, k int64, b []int64) {
	for o := 0; o < len(dst); o += strip {
		d, t, y := numbersAt(dst, o), testsAt(c, o), numbersAt(b, o)
		for i := 0; i < strip; i += 4 {
			d[i] = choose(t[i], k, y[i])
			d[i+1] = choose(t[i+1], k, y[i+1])
			d[i+2] = choose(t[i+2], k, y[i+2])
			d[i+3] = choose(t[i+3], k, y[i+3])
		}
	}
}

func selKK(dst []int64, c []uint8, j, k int64) {
	for o := 0; o < len(dst); o += strip {
		d, t := numbersAt(dst, o), testsAt(c, o)
		for i := 0; i < strip; i += 4 {
			d[i] = choose(t[i], j, k)
			d[i+1] = choose(t[i+1], j, k)
			d[i+2] = choose(t[i+2], j, k)
			d[i+3] = choose(t[i+3], j, k)
		}
	}
}

func selLessK(dst, c, a, b []int64, k int64) {
	for o := 0; o < len(dst); o += strip {
		d, t, x, y := numbersAt(dst, o), numbersAt(c, o), numbersAt(a, o), numbersAt(b, o)
		for i := 0; i < strip; i += 4 {
			d[i] = pick(t[i] < k, x[i], y[i])
			d[i+1] = pick(t[i+1] < k, x[i+1], y[i+1])
			d[i+2] = pick(t[i+2] < k, x[i+2], y[i+2])
			d[i+3] = pick(t[i+3] < k, x[i+3], y[i+3])
		}
	}
}

func less(dst []uint8, a, b []int64) {
	for o := 0; o < len(dst); o += strip {
		d, x, y := testsAt(dst, o), numbersAt(a, o), numbersAt(b, o)
		for i := 0; i < strip; i += 4 {
			d[i] = bit(x[i] < y[i])
			d[i+1] = bit(x[i+1] < y[i+1])
			d[i+2] = bit(x[i+2] < y[i+2])
			d[i+3] = bit(x[i+3] < y[i+3])
		}
	}
}

func lessK(dst []uint8, a []int64, k int64) {
	for o := 0; o < len(dst); o += strip {
		d, x := testsAt(dst, o), numbersAt(a, o)
		for i := 0; i < strip; i += 4 {
			d[i] = bit(x[i] < k)
			d[i+1] = bit(x[i+1] < k)
			d[i+2] = bit(x[i+2] < k)
			d[i+3] = bit(x[i+3] < k)
		}
	}
}

func equal(dst []uint8, a, b []int64) {
	for o := 0; o < len(dst); o += strip {
		d, x, y := testsAt(dst, o), numbersAt(a, o), numbersAt(b, o)
		for i := 0; i < strip; i += 4 {
			d[i] = bit(x[i] == y[i])
			d[i+1] = bit(x[i+1] == y[i+1])
			d[i+2] = bit(x[i+2] == y[i+2])
			d[i+3] = bit(x[i+3] == y[i+3])
		}
	}
}

func equalK(dst []uint8, a []int64, k int64) {
	for o := 0; o < len(dst); o += strip {
		d, x := testsAt(dst, o), numbersAt(a, o)
		for i := 0; i < strip; i += 4 {
			d[i] = bit(x[i] == k)
			d[i+1] = bit(x[i+1] == k)
			d[i+2] = bit(x[i+2] == k)
			d[i+3] = bit(x[i+3] == k)
		}
	}
}

// Eight tests fit a word.
func word(x *[strip]uint8, i int) uint64 { return binary.LittleEndian.Uint64(x[i : i+8]) }

const ones = 0x0101010101010101

func and(dst, a, b []uint8) {
	for o := 0; o < len(dst); o += strip {
		d, x, y := testsAt(dst, o), testsAt(a, o), testsAt(b, o)
		for i := 0; i < strip; i += 8 {
			binary.LittleEndian.PutUint64(d[i:i+8], word(x, i)&word(y, i))
		}
	}
}

func andNot(dst, a, b []uint8) {
	for o := 0; o < len(dst); o += strip {
		d, x, y := testsAt(dst, o), testsAt(a, o), testsAt(b, o)
		for i := 0; i < strip; i += 8 {
			binary.LittleEndian.PutUint64(d[i:i+8], word(x, i)&^word(y, i))
		}
	}
}

func or(dst, a, b []uint8) {
	for o := 0; o < len(dst); o += strip {
		d, x, y := testsAt(dst, o), testsAt(a, o), testsAt(b, o)
		for i := 0; i < strip; i += 8 {
			binary.LittleEndian.PutUint64(d[i:i+8], word(x, i)|word(y, i))
		}
	}
}

func not(dst, a []uint8) {
	for o := 0; o < len(dst); o += strip {
		d, x := testsAt(dst, o), testsAt(a, o)
		for i := 0; i < strip; i += 8 {
			binary.LittleEndian.PutUint64(d[i:i+8], word(x, i)^ones)
		}
	}
}

// sum adds small numbers.
func sum(dst, a, b []uint8) {
	for o := 0; o < len(dst); o += strip {
		d, x, y := testsAt(dst, o), testsAt(a, o), testsAt(b, o)
		for i := 0; i < strip; i += 8 {
			binary.LittleEndian.PutUint64(d[i:i+8], word(x, i)+word(y, i))
		}
	}
}

// roomy is what a number may be to be used without looking.
const roomy = 1 << 62

func beyond(x int64) uint8 {
	f := uint8(0)
	if x > roomy || x < -roomy {
		f = 1
	}
	return f
}

func addC(dst, a, b []int64, flag []uint8) (some uint8) {
	a, b, flag = a[:len(dst)], b[:len(dst)], flag[:len(dst)]
	for i := range dst {
		s := a[i] + b[i]
		f := uint8(uint64((a[i]^s)&(b[i]^s))>>63) | beyond(s)
		dst[i], flag[i] = s, f
		some |= f
	}
	return some
}

func subC(dst, a, b []int64, flag []uint8) (some uint8) {
	a, b, flag = a[:len(dst)], b[:len(dst)], flag[:len(dst)]
	for i := range dst {
		s := a[i] - b[i]
		f := uint8(uint64((a[i]^b[i])&(a[i]^s))>>63) | beyond(s)
		dst[i], flag[i] = s, f
		some |= f
	}
	return some
}

func mulC(dst, a, b []int64, flag []uint8) (some uint8) {
	a, b, flag = a[:len(dst)], b[:len(dst)], flag[:len(dst)]
	for i := range dst {
		x, y := a[i], b[i]
		hi, lo := bits.Mul64(magnitude(x), magnitude(y))
		f := uint8(0)
		if hi != 0 || lo > roomy {
			f = 1
		}
		dst[i], flag[i] = x*y, f
		some |= f
	}
	return some
}

// divideW gives a·p / b rounded, by way of 128 bits; p > 0.
func divideW(dst, a, b []int64, p int64, mode rule.RoundMode, flag []uint8) (some uint8) {
	a, b, flag = a[:len(dst)], b[:len(dst)], flag[:len(dst)]
	for i := range dst {
		hi, lo := bits.Mul64(magnitude(a[i]), uint64(p))
		dst[i], flag[i] = quotient128(hi, lo, uint64(max(b[i], 1)), a[i] < 0, mode)
		some |= flag[i]
	}
	return some
}

// multiplyW gives a·b / k rounded, by way of 128 bits; k > 0.
func multiplyW(dst, a, b []int64, k int64, mode rule.RoundMode, flag []uint8) (some uint8) {
	a, b, flag = a[:len(dst)], b[:len(dst)], flag[:len(dst)]
	for i := range dst {
		hi, lo := bits.Mul64(magnitude(a[i]), magnitude(b[i]))
		dst[i], flag[i] = quotient128(hi, lo, uint64(k), a[i] < 0 != (b[i] < 0), mode)
		some |= flag[i]
	}
	return some
}

// quotient128 divides a magnitude of 128 bits with a sign, rounding; the flag is
// 1 where the answer is not roomy.
func quotient128(hi, lo, k uint64, negative bool, mode rule.RoundMode) (int64, uint8) {
	if hi >= k {
		return 0, 1
	}
	q, r := bits.Div64(hi, lo, k)
	up := false
	switch mode {
	case rule.RoundDown:
		up = negative && r > 0
	case rule.RoundUp:
		up = !negative && r > 0
	case rule.RoundHalfUp:
		up = r >= k-r
	case rule.RoundFromZero:
		up = r > 0
	}
	if up {
		q++
	}
	if q > roomy || up && q == 0 {
		return 0, 1
	}
	if negative {
		return -int64(q), 0
	}
	return int64(q), 0
}

func magnitude(x int64) uint64 {
	s := x >> 63
	return uint64((x ^ s) - s)
}

// divRound divides by k > 0, rounding; |n| + k fits.
func divRound(n, k int64, mode rule.RoundMode) int64 {
	s := n >> 63
	switch mode {
	case rule.RoundDown:
		return (n^s)/k ^ s
	case rule.RoundUp:
		n, s = -n, -n>>63
		return -((n^s)/k ^ s)
	}
	m := (n ^ s) - s // the magnitude
	switch mode {
	case rule.RoundHalfUp:
		// half or more of k: the rest is at least k − rest
		q, r := m/k, m%k
		if r >= k-r {
			q++
		}
		m = q
	case rule.RoundFromZero:
		q := m / k
		if q*k != m {
			q++
		}
		m = q
	default:
		m /= k
	}
	return (m ^ s) - s
}

// divideK divides by a constant of at least 2 without dividing: the high half
// of a product with a reciprocal (Granlund and Montgomery, PLDI 1994). With
// 2^(s−1) < k ≤ 2^s and m = ⌈2^(63+s)/k⌉, n·m / 2^(63+s) rounds down to n/k for
// every n below 2^63.
// divideK divides by a constant of at least 2 without dividing: the high half
// of a product with a reciprocal (Granlund and Montgomery, PLDI 1994). With
// 2^(s−1) < k ≤ 2^s and m = ⌈2^(63+s)/k⌉, n·m / 2^(63+s) rounds down to n/k for
// every n below 2^63.
func divideK(dst, a []int64, k int64, mode rule.RoundMode) {
	s := uint(bits.Len64(uint64(k - 1)))
	m, rest := bits.Div64(1<<(s-1), 0, uint64(k))
	if rest != 0 {
		m++
	}
	s--
	a = a[:len(dst)]
	switch mode {
	case rule.RoundDown:
		for i, n := range a {
			sign := n >> 63
			hi, _ := bits.Mul64(uint64(n^sign), m)
			dst[i] = int64(hi>>(s&63)) ^ sign
		}
		return
	case rule.RoundUp:
		for i, n := range a {
			n = -n
			sign := n >> 63
			hi, _ := bits.Mul64(uint64(n^sign), m)
			dst[i] = -(int64(hi>>(s&63)) ^ sign)
		}
		return
	}
	bias := uint64(0) // on the magnitude
	switch mode {
	case rule.RoundHalfUp:
		bias = uint64(k) / 2
	case rule.RoundFromZero:
		bias = uint64(k) - 1
	}
	for i, n := range a {
		sign := n >> 63
		hi, _ := bits.Mul64(uint64((n^sign)-sign)+bias, m)
		dst[i] = (int64(hi>>(s&63)) ^ sign) - sign
	}
}

func divide(dst, a, b []int64, mode rule.RoundMode) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = divRound(a[i], max(b[i], 1), mode)
	}
}

// gather reads src, whose last place is nobody's, at the rows that idx says.
func gather[T int64 | uint8](dst, src []T, idx []int32) {
	idx = idx[:len(dst)]
	for i := range dst {
		dst[i] = src[idx[i]]
	}
}
