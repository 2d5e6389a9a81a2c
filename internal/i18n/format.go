package i18n

import (
	"math"
	"strconv"
	"strings"
	"time"

	"lemniscaat/internal/rule"
)

// nbsp keeps a number and its unit on one line.
const nbsp = "\u00a0"

// Number writes a whole number: 1234567 is "1.234.567".
func (c *Catalogue) Number(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if s[0] == '-' {
		sign, s = "−", s[1:]
	}
	var b strings.Builder
	for i, d := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteByte('.')
		}
		b.WriteRune(d)
	}
	return sign + b.String()
}

// Decimal writes a number with a fixed count of decimals: "1.234,50".
func (c *Catalogue) Decimal(f float64, decimals int) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return "–"
	}
	s := strconv.FormatFloat(math.Abs(f), 'f', decimals, 64)
	whole, frac, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return "–" // larger than any amount or count that exists
	}
	out := c.Number(n)
	if frac != "" {
		out += "," + frac
	}
	if f < 0 && strings.Trim(s, "0.") != "" {
		out = "−" + out
	}
	return out
}

// Euro writes an amount in cents: "€ 1.234,50", and "€ 520" for whole euros.
func (c *Catalogue) Euro(cents int64) string {
	sign := ""
	u := uint64(cents)
	if cents < 0 {
		sign, u = "−", -u
	}
	out := sign + "€" + nbsp + c.Number(int64(u/100))
	if r := u % 100; r != 0 {
		out += "," + string(rune('0'+r/10)) + string(rune('0'+r%10))
	}
	return out
}

// EuroShort writes a large amount in cents in words: "€ 5,2 miljard",
// "€ 13 miljoen", "€ 4.200".
func (c *Catalogue) EuroShort(cents int64) string {
	f := math.Abs(float64(cents)) / 100
	sign := ""
	if cents < 0 {
		sign = "−"
	}
	var unit string
	var size float64
	switch {
	case f >= 0.9995e9:
		unit, size = c.T("miljard"), 1e9
	case f >= 0.9995e6:
		unit, size = c.T("miljoen"), 1e6
	default:
		return sign + "€" + nbsp + c.Number(int64(math.Round(f)))
	}
	return sign + "€" + nbsp + c.short(f/size) + nbsp + unit
}

// NumberShort writes a large number in words: "4,7 miljoen", "412.000".
func (c *Catalogue) NumberShort(n int64) string {
	f := math.Abs(float64(n))
	sign := ""
	if n < 0 {
		sign = "−"
	}
	if f >= 0.9995e6 {
		return sign + c.short(f/1e6) + nbsp + c.T("miljoen")
	}
	return c.Number(n)
}

// short writes three significant digits at most: 5,22 13,4 412.
func (c *Catalogue) short(f float64) string {
	decimals := 2
	switch {
	case f >= 99.95:
		decimals = 0
	case f >= 9.995:
		decimals = 1
	}
	s := c.Decimal(f, decimals)
	if strings.Contains(s, ",") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ",")
	}
	return s
}

// Percent writes a fraction as a percentage with at most one decimal: 0.582
// is "58,2 %", 0.5 is "50 %".
func (c *Catalogue) Percent(f float64) string {
	return strings.TrimSuffix(c.Decimal(f*100, 1), ",0") + nbsp + "%"
}

// Date writes "1 januari 2026"; no date is "".
func (c *Catalogue) Date(d rule.Date) string {
	if d.IsZero() || d.Month < 1 || d.Month > 12 {
		return ""
	}
	return strconv.Itoa(d.Day) + nbsp + c.T("maand."+strconv.Itoa(d.Month)) + nbsp + strconv.Itoa(d.Year)
}

// DateShort writes "1 jan 2026"; no date is "".
func (c *Catalogue) DateShort(d rule.Date) string {
	if d.IsZero() || d.Month < 1 || d.Month > 12 {
		return ""
	}
	return strconv.Itoa(d.Day) + nbsp + c.T("maand-kort."+strconv.Itoa(d.Month)) + nbsp + strconv.Itoa(d.Year)
}

// Time writes a moment: "1 januari 2026, 14.05 uur". The caller gives it in
// the time zone of the reader.
func (c *Catalogue) Time(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return c.Date(rule.Of(t)) + ", " + t.Format("15.04") + nbsp + c.T("uur")
}

// Days writes a duration: "vandaag", "1 dag", "41 dagen".
func (c *Catalogue) Days(n int) string {
	if n <= 0 {
		return c.T("dagen.nul")
	}
	return c.N("dagen.aantal", int64(n))
}

// List joins words: "a, b en c".
func (c *Catalogue) List(words []string) string {
	switch len(words) {
	case 0:
		return ""
	case 1:
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " " + c.T("en") + " " + words[len(words)-1]
}
