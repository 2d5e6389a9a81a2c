package loop

import (
	"math/big"
	"strings"
)

// rat reads the number; ok is false when it is not a plain decimal of at most
// 40 characters.
func (n Number) rat() (*big.Rat, bool) {
	s := strings.TrimPrefix(string(n), "-")
	if s == "" || len(s) > 40 {
		return nil, false
	}
	whole, frac, point := strings.Cut(s, ".")
	if whole == "" || (point && frac == "") || strings.Trim(whole+frac, "0123456789") != "" {
		return nil, false
	}
	return new(big.Rat).SetString(string(n))
}

// Valid reports whether it is a plain decimal: "12", "-3.25".
func (n Number) Valid() bool { _, ok := n.rat(); return ok }

// Cmp gives −1, 0 or 1. A number that is not valid is smaller than all others.
func (n Number) Cmp(o Number) int {
	a, aok := n.rat()
	b, bok := o.rat()
	switch {
	case !aok && !bok:
		return 0
	case !aok:
		return -1
	case !bok:
		return 1
	}
	return a.Cmp(b)
}
