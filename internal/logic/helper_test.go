package logic_test

import "math/big"

func ratOf(s string) *big.Rat {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		panic("BUG: " + s)
	}
	return r
}
