// Package notation reads values as people in Dutch government write them
// ("28.400,00", "120 %", "18 jr", "ja", "leeg") and YAML in which such values
// stand: strictly, with the place of every error.
//
// A number with a dot that could be read in two ways is refused: "1.234" is a
// thousand two hundred thirty-four, "1,5" is one and a half, and "1.5" is an
// error.
package notation

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"unicode/utf8"

	"lemniscaat/internal/rule"
	"lemniscaat/internal/spelling"
)

// ErrValue is wrapped by every error about a value that cannot be read. Its
// text is Dutch and says what would be accepted.
var ErrValue = errors.New("onleesbare waarde")

type valueError struct{ msg string }

func (e *valueError) Error() string        { return e.msg }
func (e *valueError) Is(target error) bool { return target == ErrValue }
func refuse(format string, a ...any) error { return &valueError{fmt.Sprintf(format, a...)} }

const maxValueLen = 64

// Parse reads one value of a type. "leeg" gives the empty Datum. Errors are
// Dutch sentences that satisfy errors.Is(err, ErrValue).
func Parse(s string, t rule.Type) (rule.Datum, error) {
	s = strings.TrimSpace(strings.ReplaceAll(s, "\u00a0", " "))
	if s == "" {
		return rule.Datum{}, refuse("er staat geen waarde; schrijf %s, of 'leeg' als het er niet is", Accepts(t))
	}
	if strings.EqualFold(s, "leeg") {
		return rule.Datum{}, nil
	}
	if t.Kind != rule.Text && len(s) > maxValueLen {
		return rule.Datum{}, refuse("de waarde is %d tekens lang; er passen er %d", len(s), maxValueLen)
	}
	switch t.Kind {
	case rule.Boolean:
		switch strings.ToLower(s) {
		case "ja":
			return rule.Datum{Kind: rule.Boolean, Bool: true}, nil
		case "nee":
			return rule.Datum{Kind: rule.Boolean}, nil
		}
		return rule.Datum{}, refuse("%q is geen ja of nee; schrijf ja, nee of leeg", s)
	case rule.DateKind:
		d, err := Date(s)
		if err != nil {
			return rule.Datum{}, err
		}
		return rule.Datum{Kind: rule.DateKind, Date: d}, nil
	case rule.Text:
		if len(s) > 2000 {
			return rule.Datum{}, refuse("de tekst is te lang (%d tekens, hoogstens 2.000)", len(s))
		}
		return rule.Datum{Kind: rule.Text, Text: s}, nil
	case rule.Enum:
		v := strings.Trim(s, "'‘’")
		if t.Domain == nil || slices.Contains(t.Domain.Values, v) {
			return rule.Datum{Kind: rule.Enum, Text: v}, nil
		}
		return rule.Datum{}, refuse("%q hoort niet bij %s%s; kies uit %s", v, t.Domain.Name, Suggest(v, t.Domain.Values), enumerate(t.Domain.Values))
	case rule.Amount, rule.Percentage, rule.Number:
		body, err := measured(s, t)
		if err != nil {
			return rule.Datum{}, err
		}
		r, err := Number(body)
		if err != nil {
			return rule.Datum{}, err
		}
		d := rule.Datum{Kind: t.Kind, Num: r}
		if l, ok := t.Limits(); ok {
			if why := l.Misfit(d); why != "" {
				return rule.Datum{}, refuse("%q %s", s, why)
			}
		}
		return d, nil
	}
	return rule.Datum{}, refuse("een waarde van dit soort kan hier niet staan")
}

// measured takes the unit from a number, amount or percentage. A percentage
// needs its sign; another unit may be left out.
func measured(s string, t rule.Type) (string, error) {
	body, unit := s, ""
	if rest, ok := strings.CutPrefix(s, "€"); ok && t.Kind == rule.Amount {
		body, unit = strings.TrimSpace(rest), "€"
	}
	other := refuse("%q heeft een andere eenheid dan gevraagd; schrijf %s", s, Accepts(t))
	end := strings.IndexFunc(body, func(c rune) bool { return !strings.ContainsRune("-−0123456789.,", c) })
	switch {
	case end == 0 && t.Kind == rule.Number && strings.Contains(body, " "): // "twee weken"
		return "", other
	case end > 0 && (body[end] == ' ' || strings.Contains(body, "^") || !strings.ContainsAny(body[end:], "0123456789")):
		unit += strings.Join(strings.Fields(body[end:]), "")
		body = body[:end]
	}
	asked := t.Unit
	switch {
	case t.Kind == rule.Percentage:
		if unit != "%" {
			return "", refuse("%q mist het procentteken; schrijf bijvoorbeeld \"110 %%\"", s)
		}
		return body, nil
	case t.Kind == rule.Amount && asked == "":
		asked = "€"
	}
	if canonical, err := rule.CanonicalUnit(unit); unit != "" && (err != nil || canonical != asked) {
		return "", other
	}
	return body, nil
}

// perUnit reports whether an amount is one per something else: "€/mnd".
func perUnit(t rule.Type) bool { return t.Kind == rule.Amount && t.Unit != "" && t.Unit != "€" }

// Accepts says in Dutch what a value of a type looks like.
func Accepts(t rule.Type) string {
	switch t.Kind {
	case rule.Boolean:
		return "ja of nee"
	case rule.DateKind:
		return "een datum als 2026-06-01"
	case rule.Text:
		return "een tekst"
	case rule.Enum:
		if t.Domain != nil {
			return enumerate(t.Domain.Values)
		}
		return "een keuze"
	case rule.Amount:
		if perUnit(t) {
			return fmt.Sprintf(`een bedrag als "28,40 %s"`, t.Unit)
		}
		return `een bedrag als "28.400,00"`
	case rule.Percentage:
		return `een percentage als "110 %"`
	case rule.Number:
		what := "een getal"
		if t.Whole {
			what = "een geheel getal"
		}
		if t.Unit != "" {
			return fmt.Sprintf(`%s met eenheid, als "18 %s"`, what, t.Unit)
		}
		return what
	}
	return "een waarde"
}

// Number reads a number in Dutch notation: a comma before the decimals, dots
// only between groups of three digits.
func Number(s string) (*big.Rat, error) {
	bad := func(why string) error {
		return refuse("%q is geen getal: %s; schrijf bijvoorbeeld 1234, \"1.234\" (duizend) of \"1,5\" (anderhalf)", s, why)
	}
	t := s
	neg := false
	if rest, ok := strings.CutPrefix(t, "-"); ok {
		t, neg = rest, true
	} else if rest, ok := strings.CutPrefix(t, "−"); ok {
		t, neg = rest, true
	}
	whole, frac, hasFrac := strings.Cut(t, ",")
	if hasFrac && (frac == "" || !digits(frac)) {
		return nil, bad("na de komma horen cijfers")
	}
	groups := strings.Split(whole, ".")
	for i, g := range groups {
		if !digits(g) || g == "" {
			return nil, bad("er staat iets anders dan cijfers")
		}
		if len(groups) > 1 && (i > 0 && len(g) != 3 || i == 0 && len(g) > 3) {
			return nil, bad("een punt scheidt groepen van drie cijfers, een komma de decimalen")
		}
	}
	whole = strings.Join(groups, "")
	if len(whole) > 1 && whole[0] == '0' {
		return nil, bad("het begint met een nul")
	}
	if len(whole) > 18 || len(frac) > 12 {
		return nil, refuse("%q is te groot of te precies (hoogstens 18 cijfers voor en 12 na de komma)", s)
	}
	r, ok := new(big.Rat).SetString(whole + "." + frac + "0")
	if !ok {
		return nil, bad("het is niet te lezen")
	}
	if neg {
		r.Neg(r)
	}
	return r, nil
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// Date reads a date between 1850 and 2199, written as 2026-06-01.
func Date(s string) (rule.Date, error) {
	d, err := rule.ParseDate(s)
	if err != nil {
		return rule.Date{}, refuse("%q is geen bestaande datum; schrijf jjjj-mm-dd, bijvoorbeeld 2026-06-01", s)
	}
	if d.Year < 1850 || d.Year > 2199 {
		return rule.Date{}, refuse("%q valt buiten de jaren 1850 tot en met 2199", s)
	}
	return d, nil
}

// Format writes a value in Dutch notation: "€ 28.400", "€ 0,50", "28,40 €/mnd",
// "110 %", "18 jr", "ja", "leeg", a date as 2026-06-01. Parse reads it back, unless it is
// a number without a finite decimal expansion: that is written as a fraction.
func Format(d rule.Datum, t rule.Type) string {
	switch d.Kind {
	case rule.Amount:
		s := FormatNumber(d.Num)
		if _, frac, _ := strings.Cut(s, ","); len(frac) == 1 {
			s += "0" // cents have two digits
		}
		if perUnit(t) {
			return s + " " + t.Unit
		}
		return "€ " + s
	case rule.Percentage:
		return FormatNumber(d.Num) + " %"
	case rule.Number:
		if t.Unit != "" {
			return FormatNumber(d.Num) + " " + t.Unit
		}
		return FormatNumber(d.Num)
	}
	return d.String()
}

// FormatNumber writes a number in Dutch notation with the decimals that it has.
func FormatNumber(r *big.Rat) string {
	s := rule.Decimal(r)
	if strings.Contains(s, "/") {
		return s
	}
	s, neg := strings.CutPrefix(s, "-")
	whole, frac, _ := strings.Cut(s, ".")
	var b strings.Builder
	if neg {
		b.WriteByte('-')
	}
	for i, c := range []byte(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte('.')
		}
		b.WriteByte(c)
	}
	if frac != "" {
		b.WriteByte(',')
		b.WriteString(frac)
	}
	return b.String()
}

// Suggest gives " (bedoelde u …?)" for the known word nearest to s, or "" when
// none is near.
func Suggest(s string, known []string) string {
	if best := Nearest(s, known); best != "" {
		return fmt.Sprintf(" (bedoelde u %q?)", best)
	}
	return ""
}

// Nearest gives the known word with the smallest edit distance to s when that
// is at most a third of the longer of the two, else "". Ties go to the first.
func Nearest(s string, known []string) string {
	if len(s) > 200 {
		return ""
	}
	return spelling.Nearest(s, known, func(k string) int { return max(1, max(utf8.RuneCountInString(k), utf8.RuneCountInString(s))/3) })
}

func enumerate(words []string) string {
	q := make([]string, len(words))
	for i, w := range words {
		q[i] = "'" + w + "'"
	}
	if len(q) < 2 {
		return strings.Join(q, "")
	}
	return strings.Join(q[:len(q)-1], ", ") + " of " + q[len(q)-1]
}
