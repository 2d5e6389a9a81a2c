package importer

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"

	"lemniscaat/internal/population"
	"lemniscaat/internal/rule"
)

// cell is one value of the data as it stands in the file.
type cell struct {
	kind cellKind
	text string  // text
	num  int64   // whole numbers, truths (0, 1), days since 1970, unscaled decimals
	dec  int     // of num: decimals
	real float64 // real numbers
}

type cellKind uint8

const (
	textCell cellKind = iota
	emptyCell
	wholeCell
	realCell
	truthCell
	dayCell
)

// String gives a value as text, as a key or in a message.
func (c *cell) String() string {
	switch c.kind {
	case textCell:
		return c.text
	case wholeCell:
		return rule.Fixed(c.num, c.dec)
	case realCell:
		return strconv.FormatFloat(c.real, 'f', -1, 64)
	case truthCell:
		return strconv.FormatBool(c.num != 0)
	case dayCell:
		return population.DateOf(int32(c.num)).String()
	}
	return ""
}

// reader makes a whole number of a cell; the error is a Dutch sentence that says
// what would be accepted.
type reader interface {
	read(c *cell) (int64, error)
}

// decimalReader reads numbers with decimals into whole ones: 12,50 with two
// decimals to 1250.
type decimalReader struct {
	decimal, thousands byte
	to                 int // decimals of what it gives
	round              bool
	low, high          int64 // what it may give
	what               string
}

func (r *decimalReader) read(c *cell) (int64, error) {
	v, places := c.num, c.dec
	switch c.kind {
	case textCell:
		var ok bool
		if v, places, ok = r.parse(c.text); !ok {
			return 0, fmt.Errorf("%s is geen %s; schrijf het als %s", quoted(c.text), r.what, r.example())
		}
	case wholeCell:
	case realCell:
		return r.real(c.real)
	default:
		return 0, fmt.Errorf("%s is geen %s; de kolom moet getallen hebben", quoted(c.String()), r.what)
	}
	for ; places < r.to; places++ {
		if abs(v) > math.MaxInt64/10 {
			return 0, fmt.Errorf("%s is te groot", quoted(c.String()))
		}
		v *= 10
	}
	for ; places > r.to; places-- {
		digit := v % 10
		if digit != 0 && !r.round {
			return 0, fmt.Errorf("%s heeft te veel decimalen; zet afronden: ja bij de kolom om af te ronden", quoted(c.String()))
		}
		if v /= 10; places == r.to+1 { // halves go away from zero
			v += digit / 5
		}
	}
	return r.within(v, c)
}

func (r *decimalReader) within(v int64, c *cell) (int64, error) {
	if v < r.low || v > r.high {
		switch {
		case v < r.low && r.low == 0:
			return 0, fmt.Errorf("%s is negatief; dat kan hier niet", quoted(c.String()))
		case v <= 0 && r.low == 1:
			return 0, fmt.Errorf("%s is niet groter dan 0", quoted(c.String()))
		}
		return 0, fmt.Errorf("%s kan niet; het moet liggen van %s tot en met %s", quoted(c.String()), rule.Fixed(r.low, r.to), rule.Fixed(r.high, r.to))
	}
	return v, nil
}

// real reads a binary number: it is taken as the decimal number that it is
// nearest to.
func (r *decimalReader) real(x float64) (int64, error) {
	c := &cell{kind: realCell, real: x}
	scaled := x * float64(power(r.to))
	if math.IsNaN(x) || math.Abs(scaled) > maxWhole {
		return 0, fmt.Errorf("%s is geen bruikbaar %s", quoted(c.String()), r.what)
	}
	v := math.Round(scaled)
	if !r.round && math.Abs(scaled-v) > 1e-6*max(1, math.Abs(scaled)*1e-6) {
		return 0, fmt.Errorf("%s heeft te veel decimalen; zet afronden: ja bij de kolom om af te ronden", quoted(c.String()))
	}
	return r.within(int64(v), c)
}

func (r *decimalReader) example() string {
	sample := "1234"
	if r.thousands != 0 {
		sample = "1" + string(r.thousands) + "234"
	}
	if r.to > 0 {
		sample += string(r.decimal) + "50"
	}
	return sample
}

// parse reads digits: −1.234,50 with the signs of the mapping.
func (r *decimalReader) parse(s string) (v int64, places int, ok bool) {
	i, neg := 0, false
	if s != "" && (s[0] == '-' || s[0] == '+') {
		neg, i = s[0] == '-', 1
	}
	digits, group, fraction := 0, -1, false
	for ; i < len(s); i++ {
		ch := s[i]
		switch {
		case ch >= '0' && ch <= '9':
			if v > (math.MaxInt64-9)/10 {
				return 0, 0, false
			}
			v = v*10 + int64(ch-'0')
			digits++
			if fraction {
				places++
			} else if group >= 0 {
				group++
			}
		case ch == r.decimal && !fraction && digits > 0 && (group < 0 || group == 3):
			fraction = true
		case ch == r.thousands && r.thousands != 0 && !fraction && (group < 0 && digits > 0 && digits <= 3 || group == 3):
			group = 0
		default:
			return 0, 0, false
		}
	}
	if neg {
		v = -v
	}
	return v, places, digits > 0 && (!fraction || places > 0) && (fraction || group < 0 || group == 3)
}

// choiceReader reads one of some values.
type choiceReader struct {
	values   map[string]int64
	accepted []string
	truth    bool
}

func (r *choiceReader) read(c *cell) (int64, error) {
	if c.kind == truthCell && r.truth {
		if v, ok := r.values[c.String()]; ok {
			return v, nil
		}
		return c.num, nil
	}
	if v, ok := r.values[c.String()]; ok {
		return v, nil
	}
	shown, more := r.accepted, ""
	if len(shown) > 12 {
		shown, more = shown[:12], " …"
	}
	return 0, fmt.Errorf("%s kan niet; kies uit %s%s", quoted(c.String()), strings.Join(shown, ", "), more)
}

// dateReader reads dates of one form.
type dateReader struct {
	form  string
	parts []datePart
}

// datePart is a run of digits, or a sign between them.
type datePart struct {
	what   byte // j, m, d; 0: sign
	digits int
	loose  bool // one digit or two
	sign   byte
}

func newDateReader(form string) (*dateReader, error) {
	r := &dateReader{form: form}
	seen := map[byte]bool{}
	for i := 0; i < len(form); {
		ch := form[i]
		n := 1
		for i+n < len(form) && form[i+n] == ch {
			n++
		}
		switch {
		case ch == 'j' && n == 4 || (ch == 'm' || ch == 'd') && n == 2:
			r.parts = append(r.parts, datePart{what: ch, digits: n})
		case (ch == 'm' || ch == 'd') && n == 1:
			r.parts = append(r.parts, datePart{what: ch, digits: 2, loose: true})
		case strings.IndexByte("-/. ", ch) >= 0 && n == 1:
			r.parts = append(r.parts, datePart{sign: ch})
			i++
			continue
		default:
			return r, fmt.Errorf("%q is geen vorm van een datum", form)
		}
		if seen[ch] {
			return r, fmt.Errorf("%q heeft twee keer %c", form, ch)
		}
		seen[ch] = true
		i += n
	}
	if len(seen) != 3 {
		return r, fmt.Errorf("%q heeft geen jaar, maand en dag", form)
	}
	return r, nil
}

func (r *dateReader) read(c *cell) (int64, error) {
	switch c.kind {
	case dayCell:
		return r.within(c.num, c)
	case wholeCell, textCell:
	default:
		return 0, fmt.Errorf("%s is geen datum", quoted(c.String()))
	}
	d, ok := r.parse(c.String())
	if !ok || !d.Valid() {
		return 0, fmt.Errorf("%s is geen datum; schrijf hem als %s", quoted(c.String()), r.form)
	}
	return r.within(int64(population.DayNumber(d)), c)
}

// Dates that can be: nobody is older.
var firstDay, lastDay = int64(population.DayNumber(rule.Date{Year: 1850, Month: 1, Day: 1})), int64(population.DayNumber(rule.Date{Year: 2250, Month: 12, Day: 31}))

func (r *dateReader) within(v int64, c *cell) (int64, error) {
	if v < firstDay || v > lastDay {
		return 0, fmt.Errorf("%s kan niet; een datum ligt van 1850 tot en met 2250", quoted(c.String()))
	}
	return v, nil
}

func (r *dateReader) parse(s string) (d rule.Date, ok bool) {
	for _, p := range r.parts {
		if p.what == 0 {
			if s == "" || s[0] != p.sign {
				return d, false
			}
			s = s[1:]
			continue
		}
		n, v := 0, 0
		for n < len(s) && n < p.digits && s[n] >= '0' && s[n] <= '9' {
			v = v*10 + int(s[n]-'0')
			n++
		}
		if n == 0 || n < p.digits && !p.loose {
			return d, false
		}
		s = s[n:]
		switch p.what {
		case 'j':
			d.Year = v
		case 'm':
			d.Month = v
		default:
			d.Day = v
		}
	}
	return d, s == ""
}

var errMissing = errors.New("er staat geen waarde; zet mag-ontbreken: ja bij de kolom als dat mag, dan is het leeg")

// quoted shows a value of the data in a message, cut off and without what a
// terminal would obey.
func quoted(s string) string {
	s = strings.Map(func(c rune) rune {
		if !unicode.IsPrint(c) {
			return '�'
		}
		return c
	}, s)
	if r := []rune(s); len(r) > 40 {
		s = string(r[:40]) + "…"
	}
	return "“" + s + "”"
}
