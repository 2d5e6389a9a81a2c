package phrase

import (
	"regexp"
	"strings"
)

var months = map[string]string{
	"januari": "January", "februari": "February", "maart": "March", "april": "April", "mei": "May", "juni": "June",
	"juli": "July", "augustus": "August", "september": "September", "oktober": "October", "november": "November", "december": "December",
	"jan": "Jan", "feb": "Feb", "mrt": "Mar", "apr": "Apr", "jun": "Jun", "jul": "Jul", "aug": "Aug", "sep": "Sep", "okt": "Oct", "nov": "Nov", "dec": "Dec",
}

var (
	// A date in words: "1 januari 2026".
	inWords = regexp.MustCompile(`\b(\d{1,2})([ \x{a0}])(januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|jan|feb|mrt|apr|jun|jul|aug|sep|okt|nov|dec)\b`)
	// A number with Dutch marks: 1.234  1.234,50  0,5. An article number such as
	// 3.114 has the same shape; what stands before it tells.
	dutchNumber = regexp.MustCompile(`(^|[^\pL\d.,-])(\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+,\d+)($|[^\pL\d.,]|[.,](?:\s|$))`)
	beforeLaw   = regexp.MustCompile(`(?i)(artikel(?:en)?|art\.|article|lid|leden|paragraaf|bijlage|versie|:)[ \x{a0}]$`)
	percent     = regexp.MustCompile(`(\d)[ \x{a0}]%`)
	euro        = regexp.MustCompile(`€[ \x{a0}](\d)`)
	large       = regexp.MustCompile(`(\d)([ \x{a0}])(miljoen|miljard)\b`)
	onlyFigures = regexp.MustCompile(`^[\d\s\x{a0}.,%€+−–\-/:()×∞…·<>≤≥=]*$`)
)

// Figures writes dates, amounts and numbers in a Dutch text the English way.
func Figures(s string) string {
	s = inWords.ReplaceAllStringFunc(s, func(m string) string {
		p := inWords.FindStringSubmatch(m)
		return p[1] + p[2] + months[p[3]]
	})
	s = numbers(s)
	s = percent.ReplaceAllString(s, "$1%")
	s = euro.ReplaceAllString(s, "€$1")
	return large.ReplaceAllStringFunc(s, func(m string) string {
		return strings.NewReplacer("miljoen", "million", "miljard", "billion").Replace(m)
	})
}

var swap = strings.NewReplacer(".", ",", ",", ".")

func numbers(s string) string {
	var out strings.Builder
	for {
		m := dutchNumber.FindStringSubmatchIndex(s)
		if m == nil {
			out.WriteString(s)
			return out.String()
		}
		n := s[m[4]:m[5]]
		if !beforeLaw.MatchString(s[:m[4]]) {
			n = swap.Replace(n)
		}
		out.WriteString(s[:m[4]])
		out.WriteString(n)
		s = s[m[5]:]
	}
}

// figures gives a text that is nothing but figures and marks, or a date.
func figures(s string) (string, bool) {
	if onlyFigures.MatchString(s) {
		return Figures(s), true
	}
	t := Figures(s)
	words := s
	for _, m := range inWords.FindAllString(s, -1) {
		words = strings.Replace(words, m, "", 1)
	}
	for _, w := range []string{"miljoen", "miljard"} {
		words = strings.ReplaceAll(words, w, "")
	}
	return t, onlyFigures.MatchString(words)
}
