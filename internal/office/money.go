package office

import (
	"math/big"

	"lemniscaat/internal/loop"
	view "lemniscaat/internal/screen"
)

// centsOf gives an amount in euros as cents, rounded half away from zero; ok
// is false when that rounded something off or does not fit.
func centsOf(euros *big.Rat) (c view.Cents, exact bool) {
	x := new(big.Rat).Mul(euros, big.NewRat(100, 1))
	n := new(big.Int)
	half := big.NewRat(1, 2)
	if x.Sign() < 0 {
		half.Neg(half)
	}
	y := new(big.Rat).Add(x, half)
	n.Quo(y.Num(), y.Denom())
	return view.Cents(n.Int64()), x.IsInt() && n.IsInt64()
}

// float gives a decimal of the loop for drawing and counting; 0 when it is not
// one. Numbers in the log are exact; a chart is not.
func float(n loop.Number) float64 {
	r, ok := new(big.Rat).SetString(string(n))
	if !ok {
		return 0
	}
	f, _ := r.Float64()
	return f
}
