package search

import (
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/dutch"
)

// token is one word of a text, folded, with where it stands.
type token struct {
	text       string
	start, end int // bytes
}

// tokens gives the words of a text: runs of letters and digits, in small
// letters and without accents.
func tokens(text string) iter.Seq[token] {
	return func(yield func(token) bool) {
		start := -1
		for i, r := range text + " " {
			if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) {
				if start < 0 {
					start = i
				}
				continue
			}
			if start >= 0 {
				if f := fold(text[start:i]); f != "" && !yield(token{f, start, i}) {
					return
				}
			}
			start = -1
		}
	}
}

// accents gives the letter under an accent, for the letters that Dutch texts
// and names have.
var accents = strings.NewReplacer(
	"á", "a", "à", "a", "â", "a", "ä", "a", "ã", "a", "å", "a", "é", "e", "è", "e", "ê", "e", "ë", "e", "í", "i", "ì", "i", "î", "i", "ï", "i",
	"ó", "o", "ò", "o", "ô", "o", "ö", "o", "õ", "o", "ú", "u", "ù", "u", "û", "u", "ü", "u", "ç", "c", "ñ", "n", "ĳ", "ij", "ø", "o", "ß", "ss",
)

func fold(s string) string {
	s = accents.Replace(strings.ToLower(s))
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1 // an accent on its own
		}
		return r
	}, s)
}

// stem gives the stem of a folded word: the Dutch stemmer of Snowball until it
// takes nothing off any more ("inkomens", "inkomen"), and the s and f at the end
// that are z and v before a vowel ("bewijs", "bewijzen").
func stem(w string) string {
	for range 3 {
		env := snowballstem.NewEnv(w)
		dutch.Stem(env)
		if env.Current() == w {
			break
		}
		w = env.Current()
	}
	switch {
	case strings.HasSuffix(w, "z"):
		return w[:len(w)-1] + "s"
	case strings.HasSuffix(w, "v"):
		return w[:len(w)-1] + "f"
	}
	return w
}

// empty words say nothing about what somebody looks for.
var emptyWords = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields("de het een en of van in op te ten ter voor met bij aan uit door over om als dan dat die dit deze er is zijn was wordt worden wie wat waar hoe ik je u uw wij we ze zij hij ook niet geen wel maar naar tot mijn mij hun haar hem nog al kan moet mag want dus meer") {
		m[w] = true
	}
	return m
}()

// Words gives the words of a question that are looked for: folded, each once,
// without those that say nothing. A question of only such words keeps them.
func Words(question string) []string {
	if utf8.RuneCountInString(question) > MaxQuery {
		question = string([]rune(question)[:MaxQuery])
	}
	var all, full []string
	for t := range tokens(question) {
		if !slices.Contains(all, t.text) {
			all = append(all, t.text)
			if !emptyWords[t.text] {
				full = append(full, t.text)
			}
		}
	}
	if len(full) > 0 {
		all = full
	}
	return all[:min(len(all), maxWords)]
}

// alike are words that people use for one another at a desk. Each line is a
// group; the words are folded.
var alike = strings.Split(`terugbetalen terugvordering terugvorderen terugvordert
geld bedrag toeslag uitkering vergoeding
hoogte hoog bedrag
baan werk dienstbetrekking arbeid loon salaris
salaris loon inkomen verdiensten
spaargeld vermogen bezittingen
partner echtgenoot echtgenote samenwonen toeslagpartner
kind kinderen minderjarige
huis woning huur
ziek arbeidsongeschikt ziekte
aanvragen aanvraag formulier
bewijs bewijsstuk bewijzen papieren
afgewezen afwijzing afwijzen geweigerd
boete sanctie maatregel
brief beschikking besluit
verhuizen verhuizing adreswijziging
scheiden scheiding echtscheiding
zorgverzekering verzekerd zorg
opvang kinderopvang creche
bezwaar bezwaarschrift
wachten termijn beslistermijn`, "\n")

// synonyms gives the other words of the groups that a word is in.
func synonyms(w string) []string {
	var out []string
	for _, line := range alike {
		group := strings.Fields(line)
		if !slices.ContainsFunc(group, func(g string) bool { return g == w || stem(g) == stem(w) }) {
			continue
		}
		for _, g := range group {
			if g != w && !slices.Contains(out, g) {
				out = append(out, g)
			}
		}
	}
	return out
}

// Excerpt gives a piece of a text of about limit characters around a byte
// offset, cut at words.
func Excerpt(text string, at, limit int) string {
	if utf8.RuneCountInString(text) <= limit {
		return strings.Join(strings.Fields(text), " ")
	}
	at = min(max(at, 0), len(text))
	from := max(0, at-limit/3)
	for from > 0 && !utf8.RuneStart(text[from]) {
		from--
	}
	if from > 0 {
		if k := strings.IndexFunc(text[from:at], unicode.IsSpace); k >= 0 {
			from += k
		}
	}
	piece := []rune(text[from:])
	if len(piece) > limit {
		cut := limit
		for cut > limit/2 && !unicode.IsSpace(piece[cut]) {
			cut--
		}
		piece = append(piece[:cut:cut], '…')
	}
	s := strings.Join(strings.Fields(string(piece)), " ")
	if from > 0 {
		s = "… " + s
	}
	return s
}
