// Package recourse recognises what in a citizen's words is really an objection
// against a decision (bezwaar, Awb chapter 6) or a complaint about treatment
// (klacht, Awb chapter 9), so that the formal road can be offered before its
// term is over. It is a smoke alarm and never a judgement: it looks for words,
// says which ones, and nothing is decided by it.
package recourse

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"lemniscaat/internal/rule"
)

// Kind is a formal road.
type Kind string

// The roads; None is an ordinary signal.
const (
	None      Kind = ""
	Objection Kind = "bezwaar"
	Complaint Kind = "klacht"
)

// Finding is what was recognised, and by which words.
type Finding struct {
	Kind  Kind
	Words []string // as they were written, in the order of the text
	// Decision is the date of the decision, when the text names a day in the
	// past; zero: it names none.
	Decision rule.Date
	// Last is the last day to object, when Decision is known.
	Last rule.Date
}

// Late reports whether the term seems to be over on a day.
func (f Finding) Late(today rule.Date) bool { return !f.Last.IsZero() && today.After(f.Last) }

var (
	// Who names the road means it.
	saysObjection = regexp.MustCompile(`(?i)\b(?:bezwaar(?:schrift)?|in beroep|beroepschrift|aanvechten|vecht (?:dit|het) aan)\b`)
	saysComplaint = regexp.MustCompile(`(?i)\b(?:klacht|klachten|klaag|beklag)\b`)
	// Saying that one does not want it, or that it is about somebody else's.
	deniesObjection = regexp.MustCompile(`(?i)\b(?:geen|niet|zonder) (?:officieel |formeel )?(?:bezwaar|beroep|in beroep)\b|\bbezwaar(?:schrift|procedure)? (?:loopt|liep|ligt|is (?:al|toegewezen|afgehandeld))\b`)
	deniesComplaint = regexp.MustCompile(`(?i)\b(?:geen|zonder) klachten?\b`)
	// Not agreeing.
	disagrees = regexp.MustCompile(`(?i)\b(?:niet (?:mee )?eens|oneens|(?:klopt|klopte) (?:helemaal |echt |gewoon )?(?:niet|niks|niets)|onterecht|ten onrechte|niet terecht|onjuist|verkeerd (?:besloten|berekend|besluit)|oneerlijk|fout besloten|herzien|terugdraaien|heroverwegen|opnieuw (?:bekijken|beoordelen|berekenen))\b`)
	// A decision about somebody.
	decision = regexp.MustCompile(`(?i)\b(?:besluit|beschikking|beslissing|besloten|afgewezen|afwijzing|geweigerd|stopgezet|gestopt|ingetrokken|verlaagd|teruggevorderd|terugvordering|terugbetalen|boete|aanslag|toegekend|toekenning|niet toegekend|buiten behandeling)\b`)
	// How somebody was treated by people of the organisation.
	treatment = regexp.MustCompile(`(?i)\b(?:onbeleefd|onbeschoft|onvriendelijk|grof|brutaal|onheus|respectloos|zonder respect|uitgescholden|geschreeuwd|schreeuwde|afgesnauwd|snauwde|uitgelachen|vernederd|vernederend|gediscrimineerd|discriminatie|discrimineert|discrimineerde|genegeerd|opgehangen|hing op|weggestuurd|niet serieus genomen|als een crimineel|als crimineel|intimiderend|kleinerend|neerbuigend|uit de hoogte|beledigd|belediging)\b`)
	noAnswer  = regexp.MustCompile(`(?i)\b(?:niet teruggebeld|nooit teruggebeld|geen reactie|niemand (?:belt|belde|reageert|reageerde|neemt op|nam op)|belofte niet nagekomen|afspraak (?:werd )?niet nagekomen|niet nagekomen)\b`)
)

// Recognise looks for an objection or a complaint in words that were written
// on a day.
func Recognise(text string, today rule.Date) Finding {
	var f Finding
	find := func(res ...*regexp.Regexp) {
		var at [][]int
		for _, re := range res {
			at = append(at, re.FindAllStringIndex(text, -1)...)
		}
		slices.SortFunc(at, func(a, b []int) int { return a[0] - b[0] })
		for _, m := range at {
			if w := strings.ToLower(text[m[0]:m[1]]); !slices.Contains(f.Words, w) {
				f.Words = append(f.Words, w)
			}
		}
	}
	objects := saysObjection.MatchString(text) && !deniesObjection.MatchString(text)
	complains := saysComplaint.MatchString(text) && !deniesComplaint.MatchString(text)
	switch {
	case objects:
		f.Kind = Objection
		find(saysObjection, disagrees, decision)
	case complains:
		f.Kind = Complaint
		find(saysComplaint, treatment, noAnswer)
	case deniesObjection.MatchString(text):
		// Who says it is none is believed.
	case disagrees.MatchString(text) && decision.MatchString(text):
		f.Kind = Objection
		find(disagrees, decision)
	case treatment.MatchString(text) || noAnswer.MatchString(text):
		f.Kind = Complaint
		find(treatment, noAnswer)
	}
	if f.Kind == Objection {
		if d, ok := dateIn(text, today); ok {
			f.Decision, f.Last = d, LastDay(d)
		}
	}
	return f
}

var (
	months  = []string{"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"}
	inWords = regexp.MustCompile(`(?i)\b([0-3]?[0-9])e? (januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december)(?: ((?:19|20)[0-9]{2}))?\b`)
	numbers = regexp.MustCompile(`\b([0-3]?[0-9])[-/.]([01]?[0-9])(?:[-/.]((?:19|20)?[0-9]{2}))?\b`)
)

// dateIn gives the last day in the past that a text names; a day without a year
// is the last one that there was.
func dateIn(text string, today rule.Date) (rule.Date, bool) {
	var best rule.Date
	take := func(day, month int, year string) {
		y := today.Year
		if n, err := strconv.Atoi(year); err == nil {
			if y = n; n < 100 {
				y += 2000
			}
		}
		d := rule.Date{Year: y, Month: month, Day: day}
		if year == "" && d.Valid() && d.After(today) {
			d.Year--
		}
		if d.Valid() && !d.After(today) && d.After(today.AddYears(-5)) && d.After(best) {
			best = d
		}
	}
	for _, m := range inWords.FindAllStringSubmatch(text, -1) {
		day, _ := strconv.Atoi(m[1])
		take(day, slices.Index(months, strings.ToLower(m[2]))+1, m[3])
	}
	for _, m := range numbers.FindAllStringSubmatch(text, -1) {
		day, _ := strconv.Atoi(m[1])
		month, _ := strconv.Atoi(m[2])
		take(day, month, m[3])
	}
	return best, !best.IsZero()
}
