package column

import (
	"math/bits"

	"lemniscaat/internal/rule"
)

func fill(dst []int64, k int64) {
	for i := range dst {
		dst[i] = k
	}
}

func add(dst, a, b []int64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] + b[i]
	}
}

func addK(dst, a []int64, k int64) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = a[i] + k
	}
}

func sub(dst, a, b []int64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] - b[i]
	}
}

func fromK(dst, a []int64, k int64) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = k - a[i]
	}
}

func mul(dst, a, b []int64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] * b[i]
	}
}

func mulK(dst, a []int64, k int64) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = a[i] * k
	}
}

func minimum(dst, a, b []int64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = min(a[i], b[i])
	}
}

func minimumK(dst, a []int64, k int64) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = min(a[i], k)
	}
}

func maximum(dst, a, b []int64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = max(a[i], b[i])
	}
}

func maximumK(dst, a []int64, k int64) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = max(a[i], k)
	}
}

func sel(dst []int64, c []uint8, a, b []int64) {
	c, a, b = c[:len(dst)], a[:len(dst)], b[:len(dst)]
	for i := range dst {
		x, y := a[i], b[i]
		if c[i] != 0 {
			y = x
		}
		dst[i] = y
	}
}

func selK(dst []int64, c []uint8, a []int64, k int64) {
	c, a = c[:len(dst)], a[:len(dst)]
	for i := range dst {
		x := a[i]
		if c[i] == 0 {
			x = k
		}
		dst[i] = x
	}
}

func selFromK(dst []int64, c []uint8, k int64, b []int64) {
	c, b = c[:len(dst)], b[:len(dst)]
	for i := range dst {
		y := b[i]
		if c[i] != 0 {
			y = k
		}
		dst[i] = y
	}
}

func selKK(dst []int64, c []uint8, j, k int64) {
	c = c[:len(dst)]
	for i := range dst {
		x := k
		if c[i] != 0 {
			x = j
		}
		dst[i] = x
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

func divideK(dst, a []int64, k int64, mode rule.RoundMode) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = divRound(a[i], k, mode)
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

func and(dst, a, b []uint8) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] & b[i]
	}
}

func or(dst, a, b []uint8) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] | b[i]
	}
}

func not(dst, a []uint8) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = a[i] ^ 1
	}
}

func less(dst []uint8, a, b []int64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		x := uint8(0)
		if a[i] < b[i] {
			x = 1
		}
		dst[i] = x
	}
}

func lessK(dst []uint8, a []int64, k int64) {
	a = a[:len(dst)]
	for i := range dst {
		x := uint8(0)
		if a[i] < k {
			x = 1
		}
		dst[i] = x
	}
}

func equal(dst []uint8, a, b []int64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		x := uint8(0)
		if a[i] == b[i] {
			x = 1
		}
		dst[i] = x
	}
}

func equalK(dst []uint8, a []int64, k int64) {
	a = a[:len(dst)]
	for i := range dst {
		x := uint8(0)
		if a[i] == k {
			x = 1
		}
		dst[i] = x
	}
}
