package exact

import (
	"math"
	"math/big"
	"math/bits"

	"lemniscaat/internal/rule"
)

// number is an exact rational. The meaning is that of big.Rat; n/d is its fast
// form. r is nil for as long as numerator and denominator fit, which for
// amounts and percentages of a household is always. d is positive and n is
// never math.MinInt64, so that negation cannot overflow. The fast form is not
// kept in lowest terms: reducing costs more than the additions it would save.
type number struct {
	n, d int64
	r    *big.Rat
}

// maxBits bounds numerator and denominator of a number: about 1,200 decimal
// digits. Beyond it evaluation stops with a limit error.
const maxBits = 4096

var pow10 = [19]int64{1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18}

func integer(n int64) number { return number{n: n, d: 1} }

// ten gives 10^n for n ≥ 0.
func ten(n int) number {
	if n < len(pow10) {
		return integer(pow10[n])
	}
	return number{r: new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil))}
}

// fromRat copies r, so that a later change of r does no harm.
func fromRat(r *big.Rat) number {
	if x, ok := small(r); ok {
		return x
	}
	return number{r: new(big.Rat).Set(r)}
}

func small(r *big.Rat) (number, bool) {
	num := r.Num()
	if !num.IsInt64() || num.Int64() == math.MinInt64 {
		return number{}, false
	}
	if r.IsInt() {
		return number{n: num.Int64(), d: 1}, true
	}
	den := r.Denom()
	if !den.IsInt64() {
		return number{}, false
	}
	return number{n: num.Int64(), d: den.Int64()}, true
}

// settle takes ownership of r and returns to the fast form when it fits.
func settle(r *big.Rat) number {
	if x, ok := small(r); ok {
		return x
	}
	return number{r: r}
}

// rat gives the number as a fresh or shared big.Rat that must not be changed.
func (x number) rat() *big.Rat {
	if x.r != nil {
		return x.r
	}
	return big.NewRat(x.n, x.d)
}

// huge reports whether the number passes the limit of digits.
func (x number) huge() bool {
	return x.r != nil && (x.r.Num().BitLen() > maxBits || x.r.Denom().BitLen() > maxBits)
}

func (x number) sign() int {
	if x.r != nil {
		return x.r.Sign()
	}
	switch {
	case x.n < 0:
		return -1
	case x.n > 0:
		return 1
	}
	return 0
}

func (x number) whole() bool {
	if x.r != nil {
		return x.r.IsInt()
	}
	return x.d == 1 || x.n%x.d == 0
}

// int gives the value of a whole number that fits an int64.
func (x number) int() (int64, bool) {
	if x.r == nil {
		return x.n / x.d, x.n%x.d == 0
	}
	return 0, false
}

func (x number) neg() number {
	if x.r != nil {
		return number{r: new(big.Rat).Neg(x.r)}
	}
	return number{n: -x.n, d: x.d}
}

// reduced gives the fast form in lowest terms.
func (x number) reduced() number {
	if x.d == 1 {
		return x
	}
	g := gcd(uint64(abs(x.n)), uint64(x.d))
	return number{n: x.n / int64(g), d: x.d / int64(g)}
}

func abs(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	if a == 0 {
		return 1
	}
	return a
}

// mul64 multiplies; ok is false on overflow (and for math.MinInt64).
func mul64(a, b int64) (int64, bool) {
	if a == 1 {
		return b, true
	}
	if b == 1 {
		return a, true
	}
	hi, lo := bits.Mul64(uint64(abs(a)), uint64(abs(b)))
	if hi != 0 || lo > math.MaxInt64 {
		return 0, false
	}
	if (a < 0) != (b < 0) {
		return -int64(lo), true
	}
	return int64(lo), true
}

func add64(a, b int64) (int64, bool) {
	s := a + b
	if (a > 0 && b > 0 && s < 0) || (a < 0 && b < 0 && s >= 0) || s == math.MinInt64 {
		return 0, false
	}
	return s, true
}

func (x number) add(y number) number {
	if x.r == nil && y.r == nil {
		if z, ok := addSmall(x, y); ok {
			return z
		}
		if z, ok := addSmall(x.reduced(), y.reduced()); ok {
			return z
		}
	}
	return settle(new(big.Rat).Add(x.rat(), y.rat()))
}

func addSmall(x, y number) (number, bool) {
	switch {
	case x.d == y.d:
		s, ok := add64(x.n, y.n)
		return number{n: s, d: x.d}, ok
	case x.d%y.d == 0:
		m, ok := mul64(y.n, x.d/y.d)
		if !ok {
			return number{}, false
		}
		s, ok := add64(x.n, m)
		return number{n: s, d: x.d}, ok
	case y.d%x.d == 0:
		m, ok := mul64(x.n, y.d/x.d)
		if !ok {
			return number{}, false
		}
		s, ok := add64(m, y.n)
		return number{n: s, d: y.d}, ok
	}
	g := int64(gcd(uint64(x.d), uint64(y.d)))
	a, ok1 := mul64(x.n, y.d/g)
	b, ok2 := mul64(y.n, x.d/g)
	d, ok3 := mul64(x.d, y.d/g)
	if !ok1 || !ok2 || !ok3 {
		return number{}, false
	}
	s, ok := add64(a, b)
	return number{n: s, d: d}, ok
}

func (x number) sub(y number) number { return x.add(y.neg()) }

func (x number) mul(y number) number {
	if x.r == nil && y.r == nil {
		if z, ok := mulSmall(x, y); ok {
			return z
		}
		x, y = x.reduced(), y.reduced()
		// Cross-reducing leaves the product in lowest terms, so that it only
		// overflows when the value itself does not fit.
		a, b := number{n: x.n, d: y.d}.reduced(), number{n: y.n, d: x.d}.reduced()
		if z, ok := mulSmall(a, b); ok {
			return z
		}
	}
	return settle(new(big.Rat).Mul(x.rat(), y.rat()))
}

func mulSmall(x, y number) (number, bool) {
	n, ok1 := mul64(x.n, y.n)
	d, ok2 := mul64(x.d, y.d)
	return number{n: n, d: d}, ok1 && ok2
}

// div divides; y must not be 0.
func (x number) div(y number) number {
	if y.r != nil {
		return settle(new(big.Rat).Quo(x.rat(), y.r))
	}
	inv := number{n: y.d, d: y.n}
	if y.n < 0 {
		inv = number{n: -y.d, d: -y.n}
	}
	return x.mul(inv)
}

func (x number) cmp(y number) int {
	if x.r != nil || y.r != nil {
		return x.rat().Cmp(y.rat())
	}
	if x.d == y.d {
		switch {
		case x.n < y.n:
			return -1
		case x.n > y.n:
			return 1
		}
		return 0
	}
	if sx, sy := x.sign(), y.sign(); sx != sy {
		if sx < sy {
			return -1
		}
		return 1
	}
	// Same sign: compare |x.n|·y.d with |y.n|·x.d in 128 bits.
	ah, al := bits.Mul64(uint64(abs(x.n)), uint64(y.d))
	bh, bl := bits.Mul64(uint64(abs(y.n)), uint64(x.d))
	c := 0
	switch {
	case ah != bh:
		c = 1
		if ah < bh {
			c = -1
		}
	case al != bl:
		c = 1
		if al < bl {
			c = -1
		}
	}
	if x.n < 0 {
		c = -c
	}
	return c
}

// round rounds to a number of decimals, 0 ≤ decimals ≤ maxDecimals.
func (x number) round(mode rule.RoundMode, decimals int) number {
	if x.r == nil && decimals < len(pow10) {
		hi, lo := bits.Mul64(uint64(abs(x.n)), uint64(pow10[decimals]))
		if hi < uint64(x.d) {
			q, rem := bits.Div64(hi, lo, uint64(x.d))
			if away(mode, x.n < 0, rem != 0, halfOrMore(rem, uint64(x.d))) {
				q++
			}
			if q <= math.MaxInt64 {
				n := int64(q)
				if x.n < 0 {
					n = -n
				}
				return number{n: n, d: pow10[decimals]}
			}
		}
	}
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil)
	r := x.rat()
	num := new(big.Int).Mul(new(big.Int).Abs(r.Num()), scale)
	q, rem := new(big.Int).QuoRem(num, r.Denom(), new(big.Int))
	twice := new(big.Int).Lsh(rem, 1)
	if away(mode, r.Sign() < 0, rem.Sign() != 0, twice.Cmp(r.Denom()) >= 0) {
		q.Add(q, big.NewInt(1))
	}
	if r.Sign() < 0 {
		q.Neg(q)
	}
	return settle(new(big.Rat).SetFrac(q, scale))
}

func halfOrMore(rem, d uint64) bool { return rem >= d-rem }

// away decides whether a magnitude with a remainder is rounded away from zero.
func away(mode rule.RoundMode, negative, remainder, half bool) bool {
	if !remainder {
		return false
	}
	switch mode {
	case rule.RoundDown:
		return negative
	case rule.RoundUp:
		return !negative
	case rule.RoundHalfUp:
		return half
	case rule.RoundFromZero:
		return true
	}
	return false // RoundToZero
}
