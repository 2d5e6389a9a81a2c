package web

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// What WCAG 2.2 AA asks: of text (1.4.3), and of the edges of fields (1.4.11).
const (
	textContrast = 4.5
	edgeContrast = 3.0
)

// pairs are the colours that stand on each other in the pages: what is in front,
// what is behind, and the least contrast.
var pairs = []struct {
	front, back string
	least       float64
}{
	{"--lem-ink", "--lem-paper", textContrast}, {"--lem-ink", "--lem-ground", textContrast}, {"--lem-soft", "--lem-paper", textContrast}, {"--lem-soft", "--lem-ground", textContrast},
	{"--lem-accent", "--lem-paper", textContrast}, {"--lem-accent", "--lem-accent-weak", textContrast}, {"--lem-accent-strong", "--lem-accent-weak", textContrast},
	{"--lem-rust", "--lem-paper", textContrast}, {"--lem-ink", "--lem-gold", textContrast}, {"--lem-gold-ink", "--lem-gold-weak", textContrast}, {"--lem-soft", "--lem-gold-weak", textContrast},
	{"--lem-paper", "--lem-accent", textContrast}, {"--lem-paper", "--lem-ink", textContrast}, {"--lem-line-strong", "--lem-paper", edgeContrast},
	{"--basis-color-default-color-default", "--basis-color-default-bg-document", textContrast},
	{"--basis-color-default-color-subtle", "--basis-color-default-bg-document", textContrast},
	{"--basis-color-action-1-color-default", "--basis-color-default-bg-document", textContrast},
	{"--basis-color-action-2-color-default", "--basis-color-default-bg-document", textContrast},
	{"--basis-color-action-1-inverse-color-default", "--basis-color-action-1-inverse-bg-default", textContrast},
	{"--basis-color-action-1-inverse-color-hover", "--basis-color-action-1-inverse-bg-hover", textContrast},
	{"--basis-color-action-1-inverse-color-active", "--basis-color-action-1-inverse-bg-active", textContrast},
	{"--basis-color-action-1-color-hover", "--basis-color-action-1-bg-hover", textContrast},
	{"--basis-color-negative-color-default", "--basis-color-negative-bg-default", textContrast},
	{"--basis-color-positive-color-default", "--basis-color-positive-bg-default", textContrast},
	{"--basis-color-warning-color-default", "--basis-color-warning-bg-default", textContrast},
	{"--basis-color-info-color-default", "--basis-color-info-bg-default", textContrast},
	{"--basis-form-control-color", "--basis-form-control-background-color", textContrast},
	{"--basis-form-control-placeholder-color", "--basis-form-control-background-color", textContrast},
	{"--basis-form-control-border-color", "--basis-form-control-background-color", edgeContrast},
	{"--basis-focus-color", "--basis-focus-background-color", textContrast},
}

var (
	cssComment  = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssProperty = regexp.MustCompile(`(--[A-Za-z0-9-]+)\s*:\s*([^;{}]+)[;}]`)
	cssVar      = regexp.MustCompile(`^var\(\s*(--[A-Za-z0-9-]+)\s*\)$`)
	cssNumbers  = regexp.MustCompile(`^rgb\(\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\s*\)$`)
	cssOutside  = regexp.MustCompile(`(?i)@import|url\s*\(|expression\s*\(|</`)
)

// maxTokens is how large a file of tokens may be, in bytes.
const maxTokens = 256 << 10

// CheckTokens looks at the own colours of an installation, laid over the theme: every
// pair that stands on each other in the pages must have enough contrast. All that is
// wrong is said at once, with what would be accepted.
func CheckTokens(tokens []byte) error {
	if len(tokens) > maxTokens {
		return fmt.Errorf("het bestand is %d bytes; ten hoogste %d mag", len(tokens), maxTokens)
	}
	text := cssComment.ReplaceAllString(string(tokens), "")
	if m := cssOutside.FindString(text); m != "" {
		return fmt.Errorf("hier mag geen %q in staan: een thema heeft alleen waarden (--lem-… en --basis-…)", m)
	}
	own := properties(text)
	if len(own) == 0 {
		return errors.New("er staat geen waarde in (verwacht: bijvoorbeeld :root { --lem-accent: #0b5d5e; })")
	}
	base, err := static.ReadFile("static/own/theme.css")
	if err != nil {
		return fmt.Errorf("theme: %w", err)
	}
	all := properties(cssComment.ReplaceAllString(string(base), ""))
	var wrong []error
	for name, value := range own {
		if _, known := all[name]; !known && strings.HasPrefix(name, "--lem-") {
			wrong = append(wrong, fmt.Errorf("%s bestaat niet", name))
		}
		all[name] = value
	}
	for _, x := range pairs {
		front, err := colour(all, x.front, 0)
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		back, err := colour(all, x.back, 0)
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		if got := ratio(front, back); got < x.least {
			wrong = append(wrong, fmt.Errorf("%s (%s) op %s (%s) heeft contrast %s, nodig is %s; %s", x.front, front, x.back, back, decimals(got), decimals(x.least), acceptable(front, back, x.least)))
		}
	}
	return errors.Join(unique(wrong)...)
}

func properties(css string) map[string]string {
	out := map[string]string{}
	for _, m := range cssProperty.FindAllStringSubmatch(css, -1) {
		out[m[1]] = strings.TrimSpace(m[2])
	}
	return out
}

// unique leaves out what was said already.
func unique(errs []error) []error {
	var out []error
	seen := map[string]bool{}
	for _, err := range errs {
		if !seen[err.Error()] {
			seen[err.Error()] = true
			out = append(out, err)
		}
	}
	return out
}

// rgb is a colour; each part from 0 to 255.
type rgb [3]uint8

func (c rgb) String() string { return fmt.Sprintf("#%02x%02x%02x", c[0], c[1], c[2]) }

// colour gives the colour of a property, through those that it refers to.
func colour(all map[string]string, name string, deep int) (rgb, error) {
	value := strings.ToLower(all[name])
	if m := cssVar.FindStringSubmatch(all[name]); m != nil && deep < 8 {
		return colour(all, m[1], deep+1)
	}
	if m := cssNumbers.FindStringSubmatch(value); m != nil {
		var c rgb
		for i := range c {
			n, err := strconv.ParseUint(m[i+1], 10, 8)
			if err != nil {
				return c, fmt.Errorf("%s: %q is geen kleur (verwacht: #rrggbb)", name, value)
			}
			c[i] = uint8(n)
		}
		return c, nil
	}
	switch value {
	case "white":
		value = "#ffffff"
	case "black":
		value = "#000000"
	}
	short, ok := strings.CutPrefix(value, "#")
	if ok && len(short) == 3 {
		short = string([]byte{short[0], short[0], short[1], short[1], short[2], short[2]})
	}
	n, err := strconv.ParseUint(short, 16, 32)
	if !ok || len(short) != 6 || err != nil {
		return rgb{}, fmt.Errorf("%s: %q is geen kleur waarvan het contrast te berekenen is (verwacht: #rrggbb, rgb(r, g, b) of var(--…))", name, all[name])
	}
	return rgb{uint8(n >> 16), uint8(n >> 8), uint8(n)}, nil
}

// ratio is the contrast of WCAG 2 between two colours.
func ratio(a, b rgb) float64 {
	la, lb := a.luminance(), b.luminance()
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func (c rgb) luminance() float64 {
	var sum float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		v := float64(c[i]) / 255
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		sum += weight * v
	}
	return sum
}

// acceptable gives the nearest colour that would do: the one in front made darker or
// lighter.
func acceptable(front, back rgb, least float64) string {
	for step := 1; step <= 100; step++ {
		for _, end := range []float64{0, 255} {
			var c rgb
			for i := range c {
				c[i] = uint8(math.Round(float64(front[i]) + (end-float64(front[i]))*float64(step)/100))
			}
			if ratio(c, back) >= least {
				return fmt.Sprintf("%s zou mogen", c)
			}
		}
	}
	return "kies ook een andere achtergrond"
}

// decimals writes a ratio, never rounded up to what is asked.
func decimals(v float64) string {
	return strings.Replace(strconv.FormatFloat(math.Floor(v*100)/100, 'f', 2, 64), ".", ",", 1)
}
