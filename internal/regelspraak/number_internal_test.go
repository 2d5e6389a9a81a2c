package regelspraak

import (
	"math/big"
	"strings"
	"testing"
)

// TestParseNumber: every way to write a number, short and long, is exact.
func TestParseNumber(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"0": "0", "-0": "0", "7": "7", "007": "7", "-5": "-5", "1.336,50": "1336.5", "1.336": "1336", "12.345.678": "12345678", "0,1": "0.1", "-0,05": "-0.05",
		"0,12345678": "0.12345678", "0,123456789": "0.123456789", "9223372036854775807": "9223372036854775807", "9223372036854775808": "9223372036854775808",
		"92.233.720.368.547.758,08": "92233720368547758.08", "99999999999999999999,99": "99999999999999999999.99", "100.000.000.000.000,00": "100000000000000",
	} {
		got, whole, hint := parseNumber(text)
		n, _ := new(big.Rat).SetString(want)
		if hint != "" || got.Cmp(n) != 0 || whole != n.IsInt() {
			t.Errorf("%s is %v (whole %t, %q), want %s", text, got, whole, hint, want)
		}
	}
	for _, text := range []string{"1,2,3", "1.33,5", "13.3", "1336.50", "1..000", "0,1.000", "1.336.50", strings.Repeat("9", 41)} {
		if got, _, hint := parseNumber(text); hint == "" {
			t.Errorf("%s is read as %v", text, got)
		}
	}
}
