package rule

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Kind is the base of a data type.
type Kind uint8

const (
	Boolean    Kind = iota + 1
	Number          // Numeriek: exact, any number of decimals, optional unit
	Amount          // Bedrag: exact amount in euros
	Percentage      // stored as written: 110 % is 110
	DateKind        // Datum in dagen
	Text            // Tekst
	Enum            // a value of a Domain
	Object          // a reference to an object; only in conditions
)

// Sign restricts the values of a numeric type.
type Sign uint8

const (
	AnySign     Sign = iota
	NonNegative      // niet-negatief
	Positive         // positief
	Negative         // negatief
)

// Type is a data type with its unit. Unit is in the canonical form of
// CanonicalUnit: "" or for example "jr", "€", "€/mnd". A Number has any unit
// but an amount's; an Amount has "€", or a unit of which "€" is the only
// numerator ("€/mnd"); other kinds have none.
//
// Whole, Decimals and Sign restrict what an attribute or parameter may hold: an
// input outside them is refused, a computed value outside them is an error of
// the case, never rounded in silence.
type Type struct {
	Kind     Kind
	Unit     string
	Whole    bool // "geheel getal"
	Decimals int  // "getal met N decimalen": at most N; 0: any number, unless Whole
	Sign     Sign
	Domain   *Domain
	Object   *ObjectType
}

// Plain is the type of an expression that reads a value of type t: the limits
// on what may be stored are left out, but for the Whole of a Number.
func (t Type) Plain() Type {
	t.Decimals, t.Sign = 0, AnySign
	if t.Kind != Enum {
		t.Domain = nil
	}
	if t.Kind != Number {
		t.Whole = false
	}
	return t
}

// IsNumeric reports whether values of the type are numbers: Number, Amount or
// Percentage.
func (t Type) IsNumeric() bool { return t.Kind == Number || t.Kind == Amount || t.Kind == Percentage }

// Datum is one value, or leeg. The zero Datum is leeg without a kind. Numbers
// of every kind are in Num, which must not be changed once set.
type Datum struct {
	Kind Kind // 0: leeg
	Num  *big.Rat
	Date Date
	Text string // Text and Enum
	Bool bool
}

// IsEmpty reports whether the value is leeg.
func (d Datum) IsEmpty() bool { return d.Kind == 0 }

// IsNothing reports whether the value, as an outcome, gives nobody anything:
// leeg, onwaar or 0.
func (d Datum) IsNothing() bool {
	switch d.Kind {
	case 0:
		return true
	case Boolean:
		return !d.Bool
	case Number, Amount, Percentage:
		return d.Num.Sign() == 0
	}
	return false
}

// Equal reports whether two values are the same, leeg included.
func (d Datum) Equal(o Datum) bool {
	if d.Kind != o.Kind || d.Date != o.Date || d.Text != o.Text || d.Bool != o.Bool {
		return false
	}
	if d.Num == nil || o.Num == nil {
		return d.Num == o.Num
	}
	return d.Num.Cmp(o.Num) == 0
}

// Decimal writes a rational as a decimal string with a dot, exactly; a number
// without a finite decimal expansion is written as a fraction "1/3".
func Decimal(r *big.Rat) string {
	if r.IsInt() {
		if n := r.Num(); n.IsInt64() {
			return strconv.FormatInt(n.Int64(), 10)
		}
		return r.Num().String()
	}
	var digits [24]byte
	if text, ok := AppendDecimal(digits[:0], r); ok {
		return string(text)
	}
	n, exact := r.FloatPrec()
	if !exact {
		return r.RatString()
	}
	return r.FloatString(n)
}

// AppendDecimal writes a rational as Decimal does, after what is in to; ok is
// false, and to is given as it was, for one that is too large or has too many
// decimals to be quick.
func AppendDecimal(to []byte, r *big.Rat) (out []byte, ok bool) {
	num, den := r.Num(), r.Denom()
	if !num.IsInt64() || !den.IsInt64() {
		return to, false
	}
	n, d := num.Int64(), den.Int64()
	places, scale := 0, int64(1)
	for scale%d != 0 {
		if places++; places > 6 {
			return to, false
		}
		scale *= 10
	}
	const far = 1_000_000_000_000 // times a million still fits
	if n > far || n < -far {
		return to, false
	}
	n *= scale / d
	if n < 0 {
		to, n = append(to, '-'), -n
	}
	to = strconv.AppendInt(to, n/scale, 10)
	if places == 0 {
		return to, true
	}
	to = append(to, '.')
	for below := scale / 10; below > 0; below /= 10 {
		to = append(to, byte('0'+n/below%10))
	}
	return to, true
}

// String gives the value in a form for machines and messages.
func (d Datum) String() string {
	switch d.Kind {
	case 0:
		return "leeg"
	case Boolean:
		if d.Bool {
			return "ja"
		}
		return "nee"
	case DateKind:
		return d.Date.String()
	case Text, Enum:
		return d.Text
	case Percentage:
		return Decimal(d.Num) + " %"
	case Number, Amount:
		return Decimal(d.Num)
	}
	panic(fmt.Sprintf("BUG: datum of kind %d", d.Kind))
}

// Slug turns a name into the form used in ids and file keys: lower case, words
// joined by "-".
func Slug(name string) string {
	// Reading a set asks this hundreds of thousands of times: almost always of
	// ASCII, in one pass and with at most one allocation.
	plain := true
	for i := range len(name) {
		c := name[i]
		if c >= utf8.RuneSelf {
			return strings.Join(strings.Fields(strings.ToLower(name)), "-")
		}
		plain = plain && c > ' ' && (c < 'A' || c > 'Z')
	}
	if plain {
		return name
	}
	var b strings.Builder
	b.Grow(len(name))
	gap := false
	for i := range len(name) {
		switch c := name[i]; {
		case c == ' ' || c >= '\t' && c <= '\r':
			gap = b.Len() > 0
		default:
			if gap {
				b.WriteByte('-')
				gap = false
			}
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			b.WriteByte(c)
		}
	}
	return b.String()
}

// IsSlug reports whether slug is Slug(name), without making it.
func IsSlug(name, slug string) bool {
	at, gap := 0, false
	for i := range len(name) {
		c := name[i]
		switch {
		case c >= utf8.RuneSelf:
			return Slug(name) == slug
		case c == ' ' || c >= '\t' && c <= '\r':
			gap = at > 0
			continue
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		}
		if gap {
			if at >= len(slug) || slug[at] != '-' {
				return false
			}
			at, gap = at+1, false
		}
		if at >= len(slug) || slug[at] != c {
			return false
		}
		at++
	}
	return at == len(slug)
}
