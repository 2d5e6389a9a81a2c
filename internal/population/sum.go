package population

import (
	"math/big"
	"math/bits"
)

// Sum is an exact sum of products in 128 bits, two's complement. Adding and
// merging commute, so that a sum does not depend on the order or on the number
// of threads. It holds the whole country times 10^19.
type Sum struct{ hi, lo uint64 }

// Add adds weight × value; weight is not negative.
func (s *Sum) Add(weight, value int64) {
	if value < 0 {
		hi, lo := bits.Mul64(uint64(weight), uint64(-value))
		var borrow uint64
		s.lo, borrow = bits.Sub64(s.lo, lo, 0)
		s.hi, _ = bits.Sub64(s.hi, hi, borrow)
		return
	}
	hi, lo := bits.Mul64(uint64(weight), uint64(value))
	s.Merge(Sum{hi, lo})
}

// Merge adds another sum.
func (s *Sum) Merge(o Sum) {
	var carry uint64
	s.lo, carry = bits.Add64(s.lo, o.lo, 0)
	s.hi, _ = bits.Add64(s.hi, o.hi, carry)
}

// Take takes another sum away.
func (s *Sum) Take(o Sum) {
	var borrow uint64
	s.lo, borrow = bits.Sub64(s.lo, o.lo, 0)
	s.hi, _ = bits.Sub64(s.hi, o.hi, borrow)
}

// Words gives the sum as its high and low 64 bits, and SumOf takes them.
func (s Sum) Words() (hi int64, lo uint64) { return int64(s.hi), s.lo }

// SumOf is the inverse of Words.
func SumOf(hi int64, lo uint64) Sum { return Sum{uint64(hi), lo} }

// Int gives the sum.
func (s Sum) Int() *big.Int {
	x := new(big.Int).SetUint64(s.hi)
	x.Lsh(x, 64).Or(x, new(big.Int).SetUint64(s.lo))
	if s.hi>>63 == 1 {
		x.Sub(x, new(big.Int).Lsh(big.NewInt(1), 128))
	}
	return x
}

// Float gives the sum as the nearest float64.
func (s Sum) Float() float64 {
	f, _ := new(big.Float).SetInt(s.Int()).Float64()
	return f
}

// Rounded gives the sum divided by d > 0, to the nearest whole number, halves
// away from zero. It is for sums that fit an int64 after dividing.
func (s Sum) Rounded(d int64) int64 {
	x := s.Int()
	half := big.NewInt(d)
	twice := new(big.Int).Lsh(x, 1)
	if x.Sign() < 0 {
		twice.Sub(twice, half)
	} else {
		twice.Add(twice, half)
	}
	return twice.Quo(twice, new(big.Int).Lsh(half, 1)).Int64()
}
