package explain

import (
	"regexp"
	"strconv"
	"strings"

	"lemniscaat/internal/recourse"
	"lemniscaat/internal/rule"
)

// Letter is a decision as it goes out to somebody.
type Letter struct {
	Text string
	// Known is the day on which it is made known.
	Known rule.Date
	// Burdensome: it takes something away, asks something back or punishes.
	Burdensome bool
}

// Faults of a letter. A decision says who can object, within which term and
// where (Awb 3:45), and why it was taken (Awb 3:46).
const (
	NoObjection      = "bezwaar-ontbreekt"        // it does not say that one can object
	NoObjectionTerm  = "bezwaartermijn-ontbreekt" // it names neither six weeks nor a last day
	WrongTerm        = "bezwaartermijn-te-kort"   // it names a last day that is before the legal one
	NoObjectionPlace = "bezwaar-zonder-adres"     // it does not say where
	NoReason         = "reden-ontbreekt"          // it does not say why
)

// LetterFault is what is missing in a letter, with the article that asks it.
type LetterFault struct{ Code, Source string }

var (
	sixWeeks    = regexp.MustCompile(`(?i)\b(zes|6) weken\b|\bsix weeks\b`)
	objection   = regexp.MustCompile(`(?i)\bbezwaar|\bobject(ion)?\b`)
	refuses     = regexp.MustCompile(`(?i)\b(geen|niet)\b[^.]{0,20}\bbezwaar|\bcannot object\b`)
	sentenceOf  = regexp.MustCompile(`[^.!?]*(?i:bezwaar|object)[^!?]*?(?:[.!?](?:\s|$)|$)`)
	reasonWords = regexp.MustCompile(`(?i)\b(omdat|want|reden|because)\b`)
	whereWords  = regexp.MustCompile(`(?i)\b(bij|naar|via|aan|at|to)\b`)
	writtenDate = regexp.MustCompile(`(?i)\b(\d{1,2}) (januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december) (\d{4})\b`)
	dutchMonths = []string{"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"}
)

// CheckLetter reads what goes out to somebody and says what is missing. It looks
// for words: a letter that passes can still be a bad letter, one that does not
// pass lacks what the law asks. Only what burdens somebody is asked for a reason
// here; every letter has to say that and how one can object.
func CheckLetter(l Letter) []LetterFault {
	var out []LetterFault
	if l.Burdensome && !reasonWords.MatchString(l.Text) {
		out = append(out, LetterFault{NoReason, "Awb 3:46"})
	}
	if !objection.MatchString(l.Text) || refuses.MatchString(l.Text) {
		return append(out, LetterFault{NoObjection, "Awb 3:45"})
	}
	clause := strings.Join(sentenceOf.FindAllString(l.Text, -1), " ")
	last, dated := lastDate(clause)
	switch {
	case dated && last.Before(recourse.LastDay(l.Known)):
		out = append(out, LetterFault{WrongTerm, "Awb 6:7"})
	case !dated && !sixWeeks.MatchString(clause):
		out = append(out, LetterFault{NoObjectionTerm, "Awb 6:7"})
	}
	if !whereWords.MatchString(clause) {
		out = append(out, LetterFault{NoObjectionPlace, "Awb 3:45"})
	}
	return out
}

// lastDate gives the latest day that a text names in words.
func lastDate(text string) (last rule.Date, found bool) {
	for _, m := range writtenDate.FindAllStringSubmatch(text, -1) {
		day, _ := strconv.Atoi(m[1])
		year, _ := strconv.Atoi(m[3])
		d := rule.Date{Year: year, Day: day}
		for k, name := range dutchMonths {
			if strings.EqualFold(name, m[2]) {
				d.Month = k + 1
			}
		}
		if d.Valid() && (!found || d.After(last)) {
			last, found = d, true
		}
	}
	return last, found
}
