package rule

import (
	"strconv"
	"strings"
)

// Fixed writes a whole number of units with so many decimals, with a point:
// Fixed(123450, 2) is "1234.50".
func Fixed(n int64, decimals int) string {
	digits, minus := strings.CutPrefix(strconv.FormatInt(n, 10), "-")
	if decimals > 0 {
		if short := decimals + 1 - len(digits); short > 0 {
			digits = strings.Repeat("0", short) + digits
		}
		digits = digits[:len(digits)-decimals] + "." + digits[len(digits)-decimals:]
	}
	if minus {
		return "-" + digits
	}
	return digits
}

// Euros rounds cents to whole euros, halves away from zero.
func Euros(cents int64) int64 {
	if cents < 0 {
		return (cents - 50) / 100
	}
	return (cents + 50) / 100
}
