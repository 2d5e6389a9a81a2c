package explain

import "fmt"

// text is a text of the catalogue. English can follow as a second function
// beside dutch; which one is used then travels in Context.
type text int

const (
	tAlways text = iota
	tFrom
	tUntil
	tFromUntil
	tWhyNot
	tHow
	tAssumptions
	tOtherRule
	tUnsureRule
	tAlsoRule
	tParameter
	tParameterFrom
	tUnverified
	tExample
	tYours
	tArticle
	tAskedBy
	tAskedByArticle
	tEmpty
	tYear
	tMonth
	tMonths
	tDay
	tDays
	tGets
	tGetsNothing
	tOutcomeIs
	tBecause
	tCannot
	tPerMonth
	tPerYear
	tOnce
	tMissing
	tMissingKenmerk
	tAll
	tNone
	tAtLeast
	tAtMost
	tExactly
	tOutcomeThen
	tGrantedThen
	tWithValue
	tIfYouAre
	tDifference
	tNobody
	tThere
	tNotThere
	tBorn
	tTurns
	tUnsure
	tUnsureCompare
	tNotComputable
	tBound
)

func dutch(k text) string {
	switch k {
	case tAlways:
		return "altijd geldig"
	case tFrom:
		return "geldig vanaf %s"
	case tUntil:
		return "geldig tot en met %s"
	case tFromUntil:
		return "geldig van %s tot en met %s"
	case tWhyNot:
		return "Wanneer wel?"
	case tHow:
		return "Zo komen wij hierop:"
	case tAssumptions:
		return "Hier gaan wij van uit:"
	case tOtherRule:
		return "De regel ‘%s’ geldt hier niet."
	case tUnsureRule:
		return "Of de regel ‘%s’ geldt, is niet te zeggen."
	case tAlsoRule:
		return "De regel ‘%s’ geldt."
	case tParameter:
		return "%s is %s."
	case tParameterFrom:
		return "%s is %s (vanaf %s)."
	case tUnverified:
		return "(niet geverifieerd)"
	case tExample:
		return "(voorbeeld)"
	case tYours:
		return "uw %s"
	case tArticle:
		return "artikel %s"
	case tAskedBy:
		return "De regel ‘%s’ vraagt ernaar."
	case tAskedByArticle:
		return "De regel ‘%s’ vraagt ernaar (%s)."
	case tEmpty:
		return "niet ingevuld"
	case tYear:
		return "jaar"
	case tMonth:
		return "maand"
	case tMonths:
		return "maanden"
	case tDay:
		return "dag"
	case tDays:
		return "dagen"
	case tGets:
		return "U krijgt %s %s%s."
	case tGetsNothing:
		return "U krijgt geen %s"
	case tOutcomeIs:
		return "%s is %s."
	case tBecause:
		return "%s, want %s."
	case tCannot:
		return "Wij kunnen dit nog niet berekenen: %s."
	case tPerMonth:
		return " per maand"
	case tPerYear:
		return " per jaar"
	case tOnce:
		return " in één keer"
	case tMissing:
		return "wij weten %s niet"
	case tMissingKenmerk:
		return "wij weten niet %s"
	case tAll:
		return "Alle voorwaarden gelden"
	case tNone:
		return "Geen van de voorwaarden geldt"
	case tAtLeast:
		return "Ten minste %d van de voorwaarden geldt"
	case tAtMost:
		return "Ten hoogste %d van de voorwaarden geldt"
	case tExactly:
		return "Precies %d van de voorwaarden geldt"
	case tOutcomeThen:
		return "%s krijgt u wel %s: %s%s."
	case tGrantedThen:
		return "%s geldt wel dit: %s."
	case tWithValue:
		return "Is %s %s? Dan"
	case tIfYouAre:
		return "%s? Dan"
	case tDifference:
		return " Dat scheelt %s."
	case tNobody:
		return "die is er niet"
	case tThere:
		return "%s is er"
	case tNotThere:
		return "%s is er niet"
	case tBorn:
		return "Was %s geboren op %s? Dan"
	case tUnsure:
		return "%s, is niet te zeggen"
	case tUnsureCompare:
		return "%s en %s zijn niet te vergelijken"
	case tNotComputable:
		return "%s is niet te berekenen."
	case tBound:
		return "%s is niet hoger dan %s"
	case tTurns:
		return "de dag waarop %s %s wordt"
	}
	panic(fmt.Sprintf("BUG: no text %d", k))
}

func say(k text, args ...any) string {
	if len(args) == 0 {
		return dutch(k)
	}
	return fmt.Sprintf(dutch(k), args...)
}

func month(m int) string {
	return [...]string{"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus",
		"september", "oktober", "november", "december"}[m-1]
}
