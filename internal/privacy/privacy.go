// Package privacy recognises personal numbers in free text, so that they can be
// masked before anything is stored: BSN, IBAN, e-mail address, telephone number,
// and postcode with house number. It promises nothing about names.
//
// It errs on the side of masking: a number that could be a BSN and is not said
// to be something else is masked.
//
// It also says which numbers of a table can be published (suppress.go).
package privacy

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind is a kind of personal data.
type Kind string

// The kinds that are recognised.
const (
	BSN     Kind = "bsn"
	IBAN    Kind = "iban"
	Email   Kind = "e-mail"
	Phone   Kind = "telefoon"
	Address Kind = "adres" // postcode with house number
)

// Label gives the word for people.
func (k Kind) Label() string {
	switch k {
	case BSN:
		return "BSN"
	case IBAN:
		return "rekeningnummer"
	case Email:
		return "e-mailadres"
	case Phone:
		return "telefoonnummer"
	}
	return "adres"
}

// Hit is one find: text[Start:End] in bytes.
type Hit struct {
	Kind       Kind
	Start, End int
}

// Mask gives the text with every find replaced by its label in brackets, and
// the kinds that were found, each once, in order of appearance.
func Mask(text string) (masked string, found []Kind) {
	hits := Find(text)
	if len(hits) == 0 {
		return text, nil
	}
	var b strings.Builder
	at := 0
	for _, h := range hits {
		b.WriteString(text[at:h.Start])
		b.WriteString("[" + h.Kind.Label() + "]")
		at = h.End
		if !slices.Contains(found, h.Kind) {
			found = append(found, h.Kind)
		}
	}
	b.WriteString(text[at:])
	return b.String(), found
}

// The patterns work on the text as plain() gives it. Go's regexp runs in time
// linear to the text, so that no text can make this slow.
var (
	email = regexp.MustCompile(`[A-Za-z0-9][A-Za-z0-9._%+'-]*\s?(?:@|\(at\)|\[at\]|\(apenstaartje\)|\[apenstaartje\])\s?(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,24}`)
	iban  = regexp.MustCompile(`[A-Za-z]{2}[ .-]?[0-9]{2}(?:[ .-]?[A-Za-z0-9]){11,30}`)
	// A BSN in the forms that people write: 123456782, 1234.56.782,
	// 123 456 782, 123-45-6782.
	bsn = regexp.MustCompile(`[0-9]{8,9}|[0-9]{2,4}([ .-])[0-9]{2,3}[ .-][0-9]{2,4}(?:[ .-][0-9]{1,3})?`)
	// A national number has ten digits and begins with 0, an international one
	// begins with + or 00.
	phone   = regexp.MustCompile(`(?:\+|00)[ ]?(?:\(0\))?[1-9](?:[ ./()-]{0,3}[0-9]){8,13}|\(?0(?:[ ./()-]{0,3}[0-9]){9}`)
	date    = regexp.MustCompile(`^[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ](?:19|20)[0-9]{2}`)
	address = regexp.MustCompile(`([1-9][0-9]{3})( ?)([A-Za-z]{2})`)
	after   = regexp.MustCompile(`^(?:[ ,]|nr\.?|no\.?|nummer|huisnummer|huisnr\.?|-){1,4}[0-9]{1,5}`)
	before  = regexp.MustCompile(`[A-Za-z.] ?[0-9]{1,5}[ ]?(?:[A-Za-z]|-[0-9A-Za-z]{1,4}|bis|hs|[IV]{1,3})?[ ]?[,;]?[ ]{0,2}(?:te |in )?$`)
	saysBSN = regexp.MustCompile(`(?i)\b(?:bsn|burgerservicenummer|burger service nummer|sofi-?nummer|sofinr|persoonsnummer)\b[^0-9]{0,25}$`)
	// Words that say that a number is something else.
	saysOther = regexp.MustCompile(`(?i)(?:zaak|dossier|factuur|kenmerk|order|klant|polis|artikel|aanvraag|beschikking|referentie|ref|besluit|meldings?|ticket|kvk|rsin|btw|serie|kenteken|bedrag|euro|eur|versie|bestel)[a-z-]{0,12}(?: ?(?:nr|no|id|code|nummer)\.?)?[ :#=]{0,4}(?:is |was |met |van )?$|€ ?$|#$`)
	saysPhone = regexp.MustCompile(`(?i)(?:tel|telefoon|telefoonnummer|bel|gebeld|mobiel|nummer|06)[^0-9]{0,20}$`)
)

// Find gives what was recognised, in order and without overlap.
func Find(text string) []Hit {
	p := plain(text)
	var hits []Hit
	taken := make([]bool, len(p.s))
	add := func(k Kind, start, end int) {
		for i := start; i < end; i++ {
			if taken[i] {
				return
			}
		}
		for i := start; i < end; i++ {
			taken[i] = true
		}
		hits = append(hits, Hit{k, p.at[start], p.at[end]})
	}
	for _, m := range email.FindAllStringIndex(p.s, -1) {
		add(Email, m[0], m[1])
	}
	// The most certain first: an IBAN contains what looks like other things.
	scan(iban, p.s, func(start, end int) int {
		if n := ibanLength(p.s, start, end); n > 0 {
			add(IBAN, start, start+n)
			return start + n
		}
		return start + 1
	})
	scan(bsn, p.s, func(start, end int) int {
		if edge(p.s, start, end) && isBSN(p.s, start, end) {
			add(BSN, start, end)
			return end
		}
		return digitsEnd(p.s, start)
	})
	scan(phone, p.s, func(start, end int) int {
		if edge(p.s, start, end) && isPhone(p.s, start, end) {
			add(Phone, start, end)
			return end
		}
		return digitsEnd(p.s, start+1)
	})
	scan(address, p.s, func(start, end int) int {
		if s, e, ok := isAddress(p.s, start, end); ok {
			add(Address, s, e)
			return e
		}
		return digitsEnd(p.s, start)
	})
	slices.SortFunc(hits, func(a, b Hit) int { return a.Start - b.Start })
	return hits
}

// scan calls f for each match; f says where to go on.
func scan(re *regexp.Regexp, s string, f func(start, end int) int) {
	for at := 0; at < len(s); {
		m := re.FindStringIndex(s[at:])
		if m == nil {
			return
		}
		at = max(f(at+m[0], at+m[1]), at+m[0]+1)
	}
}

// plainText is the text in one byte per character, with where each came from.
type plainText struct {
	s  string
	at []int // byte offset in the original, one more than len(s)
}

// plain folds what only looks different: full-width digits, special spaces and
// dashes, invisible characters. Other characters become a letter or a space.
func plain(text string) plainText {
	b := make([]byte, 0, len(text))
	at := make([]int, 0, len(text)+1)
	for i, r := range text {
		var c byte
		switch {
		case r == utf8.RuneError:
			c = ' '
		case r < utf8.RuneSelf:
			c = byte(r)
			if c < ' ' {
				c = ' '
			}
		case r >= '０' && r <= '９':
			c = byte('0' + r - '０')
		case r >= 'Ａ' && r <= 'Ｚ':
			c = byte('A' + r - 'Ａ')
		case r >= 'ａ' && r <= 'ｚ':
			c = byte('a' + r - 'ａ')
		case r == '＠':
			c = '@'
		case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Mn, r):
			continue // invisible: soft hyphen, zero-width space, direction marks
		case unicode.Is(unicode.Pd, r), r == '−':
			c = '-'
		case r == '·', r == '․', r == '．':
			c = '.'
		case unicode.IsLetter(r):
			c = 'x'
		case unicode.IsDigit(r):
			c = digitOf(r)
		default:
			c = ' '
		}
		b, at = append(b, c), append(at, i)
	}
	return plainText{string(b), append(at, len(text))}
}

// digitOf gives the value of a digit of another script: they come in runs of
// ten.
func digitOf(r rune) byte {
	zero := r
	for i := 0; i < 9 && unicode.IsDigit(zero-1); i++ {
		zero--
	}
	return byte('0' + (r-zero)%10)
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c|32 >= 'a' && c|32 <= 'z' }

func digitsEnd(s string, at int) int {
	for at < len(s) && isDigit(s[at]) {
		at++
	}
	return at
}

// edge reports whether the match is not a part of a longer number or word.
func edge(s string, start, end int) bool {
	if start > 0 && (isDigit(s[start-1]) || (isLetter(s[start-1]) && isDigit(s[start]))) && !strings.HasSuffix(strings.ToLower(s[:start]), "bsn") {
		return false
	}
	if start > 1 && (s[start-1] == '.' || s[start-1] == ',' || s[start-1] == '-') && isDigit(s[start-2]) {
		return false
	}
	if end < len(s) && (isDigit(s[end]) || isLetter(s[end])) {
		return false
	}
	if end+1 < len(s) && (s[end] == ',' || s[end] == '.' || s[end] == '-') && isDigit(s[end+1]) {
		return false
	}
	return true
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// ElevenTest reports whether nine digits satisfy the 11-test of a BSN: the
// weighted sum 9·d1 + 8·d2 + … + 2·d8 − d9 is a multiple of 11, and the number
// is not only zeros.
func ElevenTest(d string) bool {
	if len(d) != 9 {
		return false
	}
	sum, bits := 0, 0
	for i := range 9 {
		v := int(d[i] - '0')
		if v < 0 || v > 9 {
			return false
		}
		bits |= v
		if i == 8 {
			sum -= v
		} else {
			sum += (9 - i) * v
		}
	}
	return bits != 0 && sum%11 == 0
}

func context(s string, start int) string { return s[max(0, start-40):start] }

func isBSN(s string, start, end int) bool {
	d := digits(s[start:end])
	said := saysBSN.MatchString(context(s, start))
	if len(d) == 8 {
		// A leading zero left out: only when it is called a BSN.
		return said && ElevenTest("0"+d)
	}
	if len(d) != 9 {
		return false
	}
	if said {
		return true // a BSN with a typing error is still about somebody
	}
	return ElevenTest(d) && !saysOther.MatchString(context(s, start))
}

// lengths of an IBAN per country (ISO 13616), for those seen most here.
var ibanLengths = map[string]int{
	"NL": 18, "BE": 16, "DE": 22, "FR": 27, "GB": 22, "ES": 24, "IT": 27, "PL": 28, "LU": 20, "AT": 20, "CH": 21, "PT": 25,
	"IE": 22, "DK": 18, "SE": 24, "NO": 15, "FI": 18, "TR": 26, "RO": 24, "BG": 22, "HU": 28, "CZ": 24, "GR": 27, "HR": 21,
	"LT": 20, "LV": 21, "EE": 20, "SK": 24, "SI": 19, "CY": 28, "MT": 31, "MC": 27, "SM": 27, "LI": 21, "IS": 26, "UA": 29,
}

// ibanLength gives how much of a match is an IBAN, in bytes; 0 when none is.
func ibanLength(s string, start, end int) int {
	if start > 0 && (isLetter(s[start-1]) || isDigit(s[start-1])) {
		return 0
	}
	want, known := ibanLengths[strings.ToUpper(s[start:start+2])]
	var chars []byte
	best := 0
	for i := start; i < end; i++ {
		c := s[i]
		if !isDigit(c) && !isLetter(c) {
			continue
		}
		if isLetter(c) {
			c &^= 32
		}
		chars = append(chars, c)
		whole := i+1 == len(s) || (!isDigit(s[i+1]) && !isLetter(s[i+1]))
		if known && len(chars) == want && mod97(chars) {
			return i + 1 - start
		}
		// Two small letters and a number are ordinary words too; a country that
		// is not in the list has to be written as one.
		if !known && whole && len(chars) >= 15 && s[start:start+2] == strings.ToUpper(s[start:start+2]) && mod97(chars) {
			best = i + 1 - start
		}
	}
	return best
}

// mod97 is the check of ISO 7064: the first four characters moved to the end,
// letters as numbers from A = 10, the whole is 1 modulo 97.
func mod97(chars []byte) bool {
	sum := 0
	for i := range chars {
		c := chars[(i+4)%len(chars)]
		if isDigit(c) {
			sum = (sum*10 + int(c-'0')) % 97
		} else {
			sum = (sum*100 + int(c-'A') + 10) % 97
		}
	}
	return sum == 1
}

func isPhone(s string, start, end int) bool {
	m := s[start:end]
	if date.MatchString(m) {
		return false
	}
	d := digits(m)
	if saysOther.MatchString(context(s, start)) && !saysPhone.MatchString(context(s, start)) {
		return false
	}
	if m[0] == '+' || strings.HasPrefix(d, "00") {
		return true
	}
	// 0800, 0900, 0906, 0909 and 14 are services, not people.
	switch d[:4] {
	case "0800", "0900", "0906", "0909":
		return false
	}
	return d[1] != '0'
}

// isAddress takes the house number into the find, before or after.
func isAddress(s string, start, end int) (int, int, bool) {
	if !edge(s, start, end) {
		return 0, 0, false
	}
	letters, space := s[end-2:end], s[end-3] == ' '
	upper := letters == strings.ToUpper(letters)
	lower := letters == strings.ToLower(letters)
	called := strings.Contains(strings.ToLower(context(s, start)), "postcode")
	switch strings.ToUpper(letters) {
	case "SA", "SD", "SS": // are not given out
		return 0, 0, false
	}
	if !upper && !called && (space || !lower) {
		return 0, 0, false // "2024 en 12" is not an address
	}
	if m := after.FindStringIndex(s[end:]); m != nil {
		e := end + m[1]
		if e < len(s) && isDigit(s[e]) {
			return 0, 0, false
		}
		if e < len(s) && isLetter(s[e]) && (e+1 == len(s) || !isLetter(s[e+1])) {
			e++ // 12a
		}
		return start, e, true
	}
	if m := before.FindStringIndex(s[max(0, start-25):start]); m != nil {
		number := max(0, start-25) + m[0]
		for !isDigit(s[number]) {
			number++
		}
		return number, end, true
	}
	return 0, 0, false
}
