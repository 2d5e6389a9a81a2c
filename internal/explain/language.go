package explain

import (
	"errors"
	"fmt"
	"strings"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// ErrLanguage is returned for a language without texts.
var ErrLanguage = errors.New("geen teksten in deze taal")

// language is everything that an explanation says in one language: whole
// sentences with named places ({wie}, {naam}), and how values are written. A
// language is one file (nl.go, en.go); the code that fills it in knows none.
//
// What the rules name (attributes, roles, parameters, rules, units that they
// declare) has one name, the Dutch one. term says how such a name stands in a
// sentence.
type language struct {
	code string
	// note says once how names from the rules are recognised; may be empty.
	note string
	term string // {naam}
	// is holds what {is} and {Is} are in a text: for one thing, and for what
	// many says is more than one.
	is    [2]string
	many  func(article, name string) bool
	texts [texts]string
	// kenmerk says whether somebody is or has something: as a main clause, as
	// a subordinate one, as a question, and as what was the case when.
	kenmerk [kenmerken]kenmerk
	// relation compares {l} and {r}, holding and not.
	relation [relations][equal + 1][2]string
	fault    map[exact.Code]string
	period   map[string]string
	// math writes the signs and words of a calculation.
	words [5]string // plus, min, verminderd met, maal, gedeeld door
	round [5]string
	unit  map[string][2]string // one, more

	months            [12]string
	thousands, comma  string
	amount, negative  string // {n}
	percent, date     string // {n}; {dag} {maand} {jaar}
	per               string // {n} {eenheid}
	cents, wholeEuros string // what an amount is rounded on
}

// kenmerk holds the clauses of one kind of kenmerk.
type kenmerk struct {
	main, ask, when clause
}

// clause is said of "you" or of {wie}, holding or not; {naam} is the kenmerk.
type clause struct{ you, youNot, they, theyNot string }

// The kinds of kenmerk that languages say differently.
const (
	adjective  = iota // "is verzekerd"
	noun              // "is een aanvrager"
	possession        // "heeft recht op …"
	articled          // "heeft de leeftijd voor …": with an article of its own
	kenmerken
)

// What is compared, and how.
const (
	ofAmounts = iota
	ofDates
	ofNumbers
	relations
)

const (
	less = iota
	greater
	equal
)

// text is a text of the catalogue.
type text int

const (
	tAlways text = iota
	tFrom
	tUntil
	tFromUntil
	tWhyNot
	tUntilWhen
	tHow
	tHowFault
	tAssumptions
	tOtherRule
	tUnsureRule
	tAlsoRule
	tRow
	tOtherRow
	tOtherRows
	tNoRows
	tUnsureRow
	tRowBecause
	tInitial
	tInitialRules
	tParameter
	tParameterFrom
	tUnverified
	tExample
	tYour
	tThe
	tOf
	tYou
	tArticle
	tAskedBy
	tAskedByArticle
	tNeededFor
	tNeededToKnow
	tEmpty
	tYes
	tNo
	tGets
	tGetsNothing
	tPays
	tPaysNothing
	tOutcomeIs
	tIs
	tIsNot
	tBecause
	tCannot
	tMissing
	tMissingKenmerk
	tAll
	tNone
	tAtLeast
	tAtMost
	tExactly
	tHolds
	tHoldsNot
	tHoldsUnsure
	tOutcomeThen
	tNothingThen
	tPayThen
	tPayNothingThen
	tGrantedThen
	tDeniedThen
	tOtherThen
	tWithValue
	tWithout
	tBorn
	tBornYou
	tIf
	tDifference
	tLastWithout
	tLastWith
	tNobody
	tThere
	tNotThere
	tHave
	tHaveNone
	tHas
	tHasNone
	tTurns
	tTurnsYou
	tUnsure
	tUnsureThere
	tUnsureCompare
	tKenmerkEmpty
	tRowsConflict
	tNotComputable
	tBound
	tAnd
	tPercentOf
	tCalculate
	tHighest
	tLowest
	tCount
	tCountSome
	tSum
	tLowestOf
	tHighestOf
	tWhatCounts
	tSpan
	tShiftPlus
	tShiftMin
	tFirstOfMonth
	tFirstOfYear
	tFirstOfNextMonth
	tFirstOfNextYear
	tYearOf
	tMonthOf
	tDayOf
	tMadeDate
	tAtLeastValue
	tAtMostValue
	tRounded
	tWholeNumbers
	tDecimals
	tDecimal
	tConverted
	tViolated
	tUnjudged
	tNotUnique
	texts
)

// languages by code.
func languages(code string) (*language, bool) {
	switch code {
	case "", dutch.code:
		return &dutch, true
	case english.code:
		return &english, true
	}
	return nil, false
}

// Languages lists the codes of the languages that an explanation can be in.
func Languages() []string { return []string{dutch.code, english.code} }

// CheckLanguage gives ErrLanguage, with what would be accepted, for a language
// without texts.
func CheckLanguage(code string) error {
	if _, ok := languages(code); !ok {
		return fmt.Errorf("%w: %q; kies uit %s", ErrLanguage, code, strings.Join(Languages(), ", "))
	}
	return nil
}

// called writes a name from the rules.
func (l *voice) called(name string) string {
	if l.term == "{naam}" {
		return name
	}
	return l.fill(l.term, "naam", name)
}

// be gives the verb for a name with its article: "is" or "zijn".
func (l *language) be(article, name string) string {
	if l.many != nil && l.many(article, name) {
		return l.is[1]
	}
	return l.is[0]
}

// interval writes the validity of a rule version.
func (l *voice) interval(v *rule.Version) string {
	switch {
	case v == nil || v.From.IsZero() && v.Until.IsZero():
		return l.say(tAlways)
	case v.Until.IsZero():
		return l.say(tFrom, "van", l.longDate(v.From))
	case v.From.IsZero():
		return l.say(tUntil, "tot", l.longDate(v.Until))
	}
	return l.say(tFromUntil, "van", l.longDate(v.From), "tot", l.longDate(v.Until))
}
