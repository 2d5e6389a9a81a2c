package explain

import (
	"math/big"
	"strings"

	"lemniscaat/internal/rule"
)

// Show writes a value for people (Dutch) and for machines.
func Show(d rule.Datum, t rule.Type) Value {
	v := Value{Exact: d.String()}
	switch d.Kind {
	case 0:
		v.Text = say(tEmpty)
	case rule.Boolean:
		v.Text = d.String()
	case rule.Amount:
		v.Text, v.Rounded = number(d.Num, 2, 2)
		v.Text, v.Unit, v.Exact = "€ "+v.Text, "€", rule.Decimal(d.Num)
	case rule.Percentage:
		v.Text, v.Rounded = number(d.Num, 0, 6)
		v.Text, v.Unit, v.Exact = v.Text+" %", "%", rule.Decimal(d.Num)
	case rule.Number:
		v.Text, v.Rounded = number(d.Num, 0, 4)
		v.Unit, v.Exact = t.Unit, rule.Decimal(d.Num)
		if u := unit(t.Unit, d.Num); u != "" {
			v.Text += " " + u
		}
	case rule.DateKind:
		v.Text = LongDate(d.Date)
	case rule.Text, rule.Enum:
		v.Text = d.Text
	}
	return v
}

// number writes a number with at least least and at most most decimals; cut
// says that it has more (it is then rounded half away from zero).
func number(r *big.Rat, least, most int) (s string, cut bool) {
	n, exact := r.FloatPrec()
	decimals := max(n, least)
	if !exact || n > most {
		decimals, cut = most, true
	}
	s = new(big.Rat).Abs(r).FloatString(decimals) // rounds half away from zero
	whole, frac, _ := strings.Cut(s, ".")
	var b strings.Builder
	if r.Sign() < 0 && strings.Trim(s, "0.") != "" {
		b.WriteString("-")
	}
	for i, c := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte('.')
		}
		b.WriteRune(c)
	}
	if frac != "" {
		b.WriteString("," + frac)
	}
	return b.String(), cut
}

// Short writes an amount without cents when it has none: "€ 129", "€ 129,50".
func Short(d rule.Datum, t rule.Type) string {
	v := Show(d, t)
	if d.Kind == rule.Amount {
		return strings.TrimSuffix(v.Text, ",00")
	}
	return v.Text
}

func unit(u string, n *big.Rat) string {
	one := n.Cmp(big.NewRat(1, 1)) == 0
	switch u {
	case "":
		return ""
	case "jr":
		return say(tYear)
	case "mnd":
		if one {
			return say(tMonth)
		}
		return say(tMonths)
	case "dg":
		if one {
			return say(tDay)
		}
		return say(tDays)
	}
	return u
}

// LongDate writes "1 juni 2026".
func LongDate(d rule.Date) string {
	if d.IsZero() || d.Month < 1 || d.Month > 12 {
		return d.String()
	}
	return strings.Join([]string{itoa(d.Day), month(d.Month), itoa(d.Year)}, " ")
}

func itoa(n int) string { return big.NewInt(int64(n)).String() }

func upper(s string) string {
	if s != "" && s[0] >= 'a' && s[0] <= 'z' {
		return string(s[0]-'a'+'A') + s[1:]
	}
	return s
}
