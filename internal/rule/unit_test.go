package rule_test

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"lemniscaat/internal/rule"
)

// distance is a declared system with a chain of conversions.
func distance() *rule.UnitSystem {
	m := &rule.Unit{Name: "meter", Symbol: "m"}
	km := &rule.Unit{Name: "kilometer", Symbol: "km", Factor: big.NewRat(1000, 1), Of: m}
	mile := &rule.Unit{Name: "mijl", Symbol: "mijl", Factor: big.NewRat(1609344, 1_000_000), Of: km}
	return &rule.UnitSystem{Name: "Afstand", Units: []*rule.Unit{m, km, mile}}
}

func TestCanonicalUnit(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"": "", "mnd": "mnd", "€/mnd": "€/mnd", "mnd*€/mnd": "€", "m/s/s": "m/s^2", "m/s^2": "m/s^2", "s*m": "m*s", "m^1": "m", "1/uur": "1/uur",
		"mnd/mnd": "", "1/uur/dg": "1/dg/uur", "m^2*m": "m^3", "m^2/m": "m", "m^9": "m^9", "m^8*m": "m^9", "kg*m/s^2": "kg*m/s^2", "€/kWh*kWh": "€/kWh^2",
	} {
		got, err := rule.CanonicalUnit(in)
		if err != nil || got != want {
			t.Errorf("%q is %q (%v), want %q", in, got, err, want)
		}
		if again, err := rule.CanonicalUnit(got); err != nil || again != got {
			t.Errorf("%q is not canonical: %q (%v)", got, again, err)
		}
	}
	for _, bad := range []string{"/", "m/", "/s", "m**s", "m^", "m^0", "m^10", "m^-1", "m^x", "*", "^2", "m^9*m", "1/m^5/m^5"} {
		if got, err := rule.CanonicalUnit(bad); err == nil {
			t.Errorf("%q is accepted as %q", bad, got)
		}
	}
}

func TestUnitArithmetic(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ a, b, product, quotient string }{
		{"€/mnd", "mnd", "€", "€/mnd^2"},
		{"€", "€/mnd", "€^2/mnd", "mnd"},
		{"km", "uur", "km*uur", "km/uur"},
		{"", "uur", "uur", "1/uur"},
		{"uur", "", "uur", "uur"},
		{"m", "m", "m^2", ""},
		{"1/uur", "uur", "", "1/uur^2"},
	} {
		if got := rule.MulUnits(c.a, c.b); got != c.product {
			t.Errorf("%q times %q is %q, want %q", c.a, c.b, got, c.product)
		}
		if got := rule.DivUnits(c.a, c.b); got != c.quotient {
			t.Errorf("%q divided by %q is %q, want %q", c.a, c.b, got, c.quotient)
		}
	}
}

func TestFactor(t *testing.T) {
	t.Parallel()
	units := rule.NewUnits([]*rule.UnitSystem{distance()})
	for _, c := range []struct{ from, to, want string }{
		{"jr", "mnd", "12"}, {"mnd", "jr", "1/12"}, {"kw", "jr", "1/4"}, {"wk", "uur", "168"}, {"ct", "€", "1/100"}, {"minuut", "s", "60"},
		{"€/mnd", "€/jr", "12"}, {"€/jr", "ct/mnd", "25/3"}, {"mijl", "m", "201168/125"}, {"km/uur", "m/s", "5/18"}, {"m^2", "km^2", "1/1000000"},
		{"1/uur", "1/dg", "24"}, {"", "", "1"}, {"km/m", "", "1000"}, {"jr", "jr", "1"},
		{"mnd", "dg", ""}, {"jr", "wk", ""}, {"€", "mnd", ""}, {"", "mnd", ""}, {"m", "m^2", ""}, {"furlong", "m", ""}, {"m", "furlong", ""}, {"m/", "m", ""},
	} {
		f, ok := units.Factor(c.from, c.to)
		got := ""
		if ok {
			got = f.RatString()
		}
		if got != c.want {
			t.Errorf("one %s is %q %s, want %q", c.from, got, c.to, c.want)
		}
	}
}

// TestFactorsAgree: there and back is 1, and by way of another unit is the
// same as directly.
func TestFactorsAgree(t *testing.T) {
	t.Parallel()
	units := rule.NewUnits([]*rule.UnitSystem{distance()})
	symbols := []string{"€", "ct", "s", "minuut", "uur", "dg", "wk", "mnd", "kw", "jr", "m", "km", "mijl"}
	rapid.Check(t, func(t *rapid.T) {
		draw := func() string {
			u := ""
			for range rapid.IntRange(1, 3).Draw(t, "n") {
				s := rapid.SampledFrom(symbols).Draw(t, "symbol")
				if rapid.Bool().Draw(t, "over") {
					u = rule.DivUnits(u, s)
				} else {
					u = rule.MulUnits(u, s)
				}
			}
			if c, err := rule.CanonicalUnit(u); err != nil || c != u {
				t.Fatalf("%q is not canonical: %q (%v)", u, c, err)
			}
			return u
		}
		a, b, c := draw(), draw(), draw()
		ab, ok := units.Factor(a, b)
		if !ok {
			return
		}
		ba, ok := units.Factor(b, a)
		if !ok || new(big.Rat).Mul(ab, ba).Cmp(big.NewRat(1, 1)) != 0 {
			t.Fatalf("%s to %s is %v and back %v", a, b, ab, ba)
		}
		// Multiplying both sides changes nothing.
		if f, ok := units.Factor(rule.MulUnits(a, c), rule.MulUnits(b, c)); !ok || f.Cmp(ab) != 0 {
			t.Fatalf("%s to %s is %v, with %s beside both it is %v", a, b, ab, c, f)
		}
		if bc, ok := units.Factor(b, c); ok {
			if ac, ok := units.Factor(a, c); !ok || ac.Cmp(new(big.Rat).Mul(ab, bc)) != 0 {
				t.Fatalf("%s to %s by way of %s differs", a, c, b)
			}
		}
	})
}

// TestHighPowers: a product may be of a power that nobody can write; it goes on.
func TestHighPowers(t *testing.T) {
	t.Parallel()
	u := "m"
	for range 30 {
		u = rule.MulUnits(u, "m")
	}
	if u != "m^31" || rule.DivUnits(u, "m") != "m^30" {
		t.Error(u)
	}
	if _, ok := rule.NewUnits([]*rule.UnitSystem{distance()}).Factor(u, u); ok {
		t.Error("a factor of a unit that cannot be")
	}
}

// TestStandardUnitsAreSafe: nobody can change them through the list.
func TestStandardUnitsAreSafe(t *testing.T) {
	t.Parallel()
	list := rule.StandardUnits()
	list[0] = nil
	if rule.StandardUnits()[0] == nil {
		t.Error("the list is shared")
	}
}
