package office

import (
	"math"
	"math/big"
	"strconv"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/privacy"
	"lemniscaat/internal/rule"
)

// finely writes a number with six decimals, never less than it is.
func finely(f float64) loop.Number {
	return loop.Number(strconv.FormatFloat(math.Ceil(f*1e6)/1e6, 'f', 6, 64))
}

// shownValue gives what is shown of a measured value: down to a step that ten people
// more or fewer do not cross by themselves, and that step. ok is false where so few were
// counted that nothing is shown, or where an old log does not say what one of them adds.
func shownValue(m loop.Measurement, unit string) (value, step *big.Rat, ok bool) {
	one, known := new(big.Rat).SetString(string(m.One))
	v, valid := new(big.Rat).SetString(string(m.Value))
	if !known || !valid || one.Sign() <= 0 || v.Sign() < 0 {
		return nil, nil, false
	}
	step = privacy.Step(one)
	if unit == "procent" && step.Cmp(big.NewRat(50, 1)) > 0 || m.Cases < 2*privacy.Smallest {
		return nil, nil, false
	}
	return privacy.Down(v, step), step, true
}

// shownNumber is shownValue as a number of the loop; "" is not shown.
func shownNumber(m loop.Measurement, unit string) loop.Number {
	v, _, ok := shownValue(m, unit)
	if !ok {
		return ""
	}
	return loop.Number(rule.Decimal(v))
}

// shownText writes a measured value: "≥ 55 %", "< 5 %" or "–".
func shownText(m loop.Measurement, unit string) string {
	v, step, ok := shownValue(m, unit)
	switch {
	case !ok:
		return "–"
	case v.Sign() == 0:
		return "< " + numberText(loop.Number(rule.Decimal(step)), unit)
	}
	return "≥ " + numberText(loop.Number(rule.Decimal(v)), unit)
}
