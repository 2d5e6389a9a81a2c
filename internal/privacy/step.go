package privacy

import "math/big"

// Step gives how coarsely a value is told, so that Smallest people more or fewer may
// not show: the least of 1, 2 and 5 times a power of ten that is at least Smallest
// times what one of them adds. one is above zero.
func Step(one *big.Rat) *big.Rat {
	least := new(big.Rat).Mul(one, big.NewRat(Smallest, 1))
	if least.Sign() <= 0 {
		panic("BUG: privacy.Step of nothing")
	}
	ten := big.NewRat(10, 1)
	power := big.NewRat(1, 1)
	for power.Cmp(least) >= 0 {
		power.Quo(power, ten)
	}
	for {
		for _, n := range []int64{1, 2, 5} {
			if step := new(big.Rat).Mul(power, big.NewRat(n, 1)); step.Cmp(least) >= 0 {
				return step
			}
		}
		power.Mul(power, ten)
	}
}

// Down gives the largest multiple of a step that is at most a value. A value told so
// leaves room for a whole step, from what is told up; to the nearest would leave half
// of it beside nothing.
func Down(value, step *big.Rat) *big.Rat {
	q := new(big.Rat).Quo(value, step)
	n := new(big.Int).Div(q.Num(), q.Denom()) // Euclidean: down, as the denominator is above zero
	return q.Mul(new(big.Rat).SetInt(n), step)
}

// Tens gives a number of people rounded down to tens.
func Tens(n int64) int64 { return n - n%Smallest }
