package regelspraak

import (
	"math/big"
	"strconv"
	"strings"

	"lemniscaat/internal/rule"
)

// PrintValidity gives "geldig vanaf 2024".
func PrintValidity(from, until rule.Date) string {
	start := func(d rule.Date) string {
		if d.Month == 1 && d.Day == 1 && d.Year >= 1000 {
			return strconv.Itoa(d.Year)
		}
		return PrintDate(d)
	}
	end := func(d rule.Date) string {
		if d.Month == 12 && d.Day == 31 && d.Year >= 1000 {
			return strconv.Itoa(d.Year)
		}
		return PrintDate(d)
	}
	switch {
	case from.IsZero() && until.IsZero():
		return "geldig altijd"
	case until.IsZero():
		return "geldig vanaf " + start(from)
	case from.IsZero():
		return "geldig tot en met " + end(until)
	}
	return "geldig van " + start(from) + " tot en met " + end(until)
}

// PrintDate gives "1 juli 2026".
func PrintDate(d rule.Date) string {
	year := strconv.Itoa(d.Year)
	return strconv.Itoa(d.Day) + " " + months[d.Month] + " " + strings.Repeat("0", max(0, 4-len(year))) + year
}

// PrintDatum gives a value as it stands in a rule: "1.336,50 €", "110%",
// "18 jr", "1 juli 2026", "'alleenstaand'".
func PrintDatum(v rule.Datum, t rule.Type) string {
	switch v.Kind {
	case rule.Amount:
		if t.Unit == "" { // a value on its own
			t.Unit = "€"
		}
		return number(v.Num, true) + " " + t.Unit
	case rule.Percentage:
		return number(v.Num, false) + "%"
	case rule.Number:
		if t.Unit != "" {
			return number(v.Num, false) + " " + t.Unit
		}
		return number(v.Num, false)
	case rule.DateKind:
		return PrintDate(v.Date)
	case rule.Text, rule.Enum:
		return "'" + v.Text + "'"
	case rule.Boolean:
		if v.Bool {
			return "waar"
		}
		return "onwaar"
	}
	return "leeg"
}

// number writes a number in Dutch; an amount gets points between thousands and
// at least two decimals when it has any.
func number(n *big.Rat, amount bool) string {
	s := strings.Replace(rule.Decimal(n), ".", ",", 1)
	if !amount {
		return s
	}
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	head, tail, fraction := strings.Cut(s, ",")
	for i := len(head) - 3; i > 0; i -= 3 {
		head = head[:i] + "." + head[i:]
	}
	if fraction {
		if len(tail) == 1 {
			tail += "0"
		}
		head += "," + tail
	}
	return sign + head
}
