package explain

import (
	"math/big"
	"strconv"
	"strings"

	"lemniscaat/internal/rule"
)

// Show writes a value for people (Dutch) and for machines.
func Show(d rule.Datum, t rule.Type) Value { return dutch.voice().show(d, t) }

// Short writes an amount without cents when it has none: "€ 129", "€ 129,50".
func Short(d rule.Datum, t rule.Type) string { return dutch.voice().short(d, t) }

// Interval writes the validity of a rule version in Dutch.
func Interval(v *rule.Version) string { return dutch.voice().interval(v) }

// show writes a value for people and for machines.
func (l *voice) show(d rule.Datum, t rule.Type) Value {
	v := Value{}
	v.Text, v.Rounded = l.write(d, t)
	switch d.Kind {
	case rule.Amount:
		v.Exact, v.Unit = rule.Decimal(d.Num), "€"
		if t.Unit != "" {
			v.Unit = t.Unit
		}
	case rule.Percentage:
		v.Exact, v.Unit = rule.Decimal(d.Num), "%"
	case rule.Number:
		v.Exact, v.Unit = rule.Decimal(d.Num), t.Unit
	case rule.Object:
	default:
		v.Exact = d.String()
	}
	return v
}

// write writes a value for people; cut says that it has more decimals than are
// shown.
func (l *voice) write(d rule.Datum, t rule.Type) (s string, cut bool) {
	switch d.Kind {
	case 0:
		return l.texts[tEmpty], false
	case rule.Boolean:
		if d.Bool {
			return l.texts[tYes], false
		}
		return l.texts[tNo], false
	case rule.Amount:
		s, _, cut := l.number(d.Num, 2, 2, l.amount, l.negative)
		if _, below, has := strings.Cut(t.Unit, "/"); has {
			s = l.fill(l.per, "n", s, "eenheid", l.below(below))
		}
		return s, cut
	case rule.Percentage:
		s, minus, cut := l.number(d.Num, 0, 6, l.percent, l.percent)
		return l.signed(s, minus), cut
	case rule.Number:
		s, minus, cut := l.number(d.Num, 0, 4, "{n}", "{n}")
		return l.signed(l.counted(s, t.Unit, d.Num), minus), cut
	case rule.DateKind:
		return l.longDate(d.Date), false
	case rule.Text, rule.Enum:
		return d.Text, false
	}
	return "", false
}

func (l *voice) signed(s string, minus bool) string {
	if minus {
		return l.join("-", s)
	}
	return s
}

// pow10 are the scales of numbers with few decimals.
var pow10 = [7]int64{1, 10, 100, 1000, 10000, 100000, 1000000}

// number writes the magnitude of a number with at least least and at most most
// decimals; cut says that it has more (it is then rounded half away from
// zero), minus that a minus sign belongs before it. It stands in the place {n} of
// above or, with a minus, of below.
func (l *voice) number(r *big.Rat, least, most int, above, below string) (s string, minus, cut bool) {
	var digits [24]byte
	text, places, cut, ok := brief(digits[:0], r, least, most)
	if !ok {
		n, exact := r.FloatPrec()
		places = max(n, least)
		if !exact || n > most {
			places, cut = most, true
		}
		text = []byte(new(big.Rat).Abs(r).FloatString(places)) // rounds half away from zero
		if places > 0 {
			dot := len(text) - places - 1
			text = append(text[:dot], text[dot+1:]...)
		}
	}
	if r.Sign() < 0 {
		for _, c := range text { // one that rounds to nothing has no sign
			minus = minus || c != '0'
		}
	}
	around := above
	if minus {
		around = below
	}
	before, after, _ := strings.Cut(around, "{n}")
	whole := text[:len(text)-places]
	from := l.take(len(around) + len(text) + len(text)/3*len(l.thousands) + len(l.comma))
	l.room.WriteString(before)
	for i, c := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			l.room.WriteString(l.thousands)
		}
		l.room.WriteByte(c)
	}
	if places > 0 {
		l.room.WriteString(l.comma)
		l.room.Write(text[len(whole):])
	}
	l.room.WriteString(after)
	return l.said(from), minus, cut
}

// brief writes the digits of a number that is small, as number does, with the last
// places of them behind the comma; ok is false for one that is too large for it.
func brief(to []byte, r *big.Rat, least, most int) (digits []byte, places int, cut, ok bool) {
	num, den := r.Num(), r.Denom()
	const far = 1_000_000_000_000 // twice a million times it still fits
	if !num.IsInt64() || !den.IsInt64() {
		return nil, 0, false, false
	}
	n, d := num.Int64(), den.Int64()
	if n > far || n < -far || d > far {
		return nil, 0, false, false
	}
	n = max(n, -n)
	for places = 0; places <= most && pow10[places]%d != 0; places++ {
	}
	if cut = places > most; cut {
		places = most
		n = (2*n*pow10[places] + d) / (2 * d) // half away from zero
	} else {
		places = max(places, least)
		n *= pow10[places] / d
	}
	to = strconv.AppendInt(to, n, 10)
	for len(to) <= places {
		to = append(to, '0')
		copy(to[1:], to)
		to[0] = '0'
	}
	return to, places, cut, true
}

// short writes an amount without cents when it has none.
func (l *voice) short(d rule.Datum, t rule.Type) string {
	s, _ := l.write(d, t)
	if d.Kind == rule.Amount {
		s = strings.Replace(s, l.comma+"00 ", " ", 1) // before "per maand"
		return strings.TrimSuffix(s, l.comma+"00")
	}
	return s
}

// counted writes a number with its unit: "18 jaar", "120 km per uur".
func (l *voice) counted(s, unit string, n *big.Rat) string {
	if unit == "" {
		return s
	}
	above, below, has := strings.Cut(unit, "/")
	if above != "" && above != "1" {
		word := above
		if forms, known := l.unit[above]; known {
			word = forms[1]
			if n.IsInt() && n.Num().IsInt64() && n.Num().Int64() == 1 {
				word = forms[0]
			}
		}
		s = l.join(s, " ", word)
	}
	if has {
		s = l.fill(l.per, "n", s, "eenheid", l.below(below))
	}
	return s
}

// below writes the units under the bar of a unit.
func (l *voice) below(unit string) string {
	var words []string
	for u := range strings.SplitSeq(unit, "/") {
		if forms, known := l.unit[u]; known {
			u = forms[0]
		}
		words = append(words, u)
	}
	out := words[0]
	for _, w := range words[1:] {
		out = l.fill(l.per, "n", out, "eenheid", w)
	}
	return out
}

// longDate writes "1 juni 2026".
func (l *voice) longDate(d rule.Date) string {
	if d.IsZero() || d.Month < 1 || d.Month > 12 {
		return d.String()
	}
	return l.fill(l.date, "dag", strconv.Itoa(d.Day), "maand", l.months[d.Month-1], "jaar", strconv.Itoa(d.Year))
}

// lower takes the capital away, but not of an abbreviation.
func lower(s string) string {
	if len(s) > 1 && s[0] >= 'A' && s[0] <= 'Z' && !(s[1] >= 'A' && s[1] <= 'Z') {
		return string(s[0]-'A'+'a') + s[1:]
	}
	return s
}
