package explain

import (
	"slices"
	"strings"

	"lemniscaat/internal/exact"
)

// dutch is the language of the rules themselves: their names stand in a
// sentence as they are.
var dutch = language{
	code: "nl",
	term: "{naam}",
	is:   [2]string{"is", "zijn"},
	many: dutchPlural,
	texts: [texts]string{
		tAlways:           "altijd geldig",
		tFrom:             "geldig vanaf {van}",
		tUntil:            "geldig tot en met {tot}",
		tFromUntil:        "geldig van {van} tot en met {tot}",
		tWhyNot:           "Wanneer wel?",
		tUntilWhen:        "Wanneer niet meer?",
		tHow:              "Zo komen wij hierop:",
		tHowFault:         "Zo ontstaat dit:",
		tAssumptions:      "Hier gaan wij van uit:",
		tOtherRule:        "De regel ‘{regel}’ geldt hier niet.",
		tUnsureRule:       "Of de regel ‘{regel}’ geldt, is niet te zeggen.",
		tAlsoRule:         "De regel ‘{regel}’ geldt.",
		tRow:              "Rij {rij} van de tabel ‘{regel}’ geldt.",
		tUnsureRow:        "Of rij {rij} van de tabel ‘{regel}’ geldt, is niet te zeggen.",
		tOtherRow:         "Rij {rij} van de tabel ‘{regel}’ geldt hier niet.",
		tOtherRows:        "De {aantal} andere rijen van de tabel ‘{regel}’ gelden hier niet.",
		tNoRows:           "Geen van de {aantal} rijen van de tabel ‘{regel}’ geldt. Het dichtst bij komt dit:",
		tRowBecause:       "Rij {rij} van de tabel ‘{regel}’ geldt, want {waarom}.",
		tInitialRules:     "Geen andere regel geeft een waarde. De regel ‘{regel}’ neemt dan {waarde}.",
		tInitial:          "Er is niets opgegeven. De regel ‘{regel}’ neemt dan {waarde}.",
		tParameter:        "{naam} {is} {waarde}.",
		tParameterFrom:    "{naam} {is} {waarde} (vanaf {datum}).",
		tUnverified:       "(niet geverifieerd)",
		tExample:          "(voorbeeld)",
		tYour:             "uw {naam}",
		tThe:              "{lid} {naam}",
		tOf:               "{lid} {naam} van {wie}",
		tYou:              "u",
		tArticle:          "artikel {artikel}",
		tAskedBy:          "De regel ‘{regel}’ vraagt ernaar.",
		tAskedByArticle:   "De regel ‘{regel}’ vraagt ernaar ({artikel}).",
		tNeededFor:        "Dat is nodig voor {wat}.",
		tNeededToKnow:     "Dat is nodig om te weten {of}.",
		tEmpty:            "niet ingevuld",
		tYes:              "ja",
		tNo:               "nee",
		tGets:             "U krijgt {bedrag} {naam}{per}.",
		tGetsNothing:      "U krijgt geen {naam}.",
		tPays:             "U betaalt {bedrag} {naam}{per}.",
		tPaysNothing:      "U betaalt geen {naam}.",
		tIs:               "{wat} {is} {waarde}",
		tIsNot:            "{wat} {is} {waarde}, niet {ander}",
		tOutcomeIs:        "{wat} {is} {waarde}.",
		tBecause:          "{zin}, want {reden}.",
		tCannot:           "Wij kunnen dit nog niet berekenen: {waarom}.",
		tMissing:          "wij weten {wat} niet",
		tMissingKenmerk:   "wij weten niet {of}",
		tAll:              "Alle voorwaarden gelden",
		tNone:             "Geen van de voorwaarden geldt",
		tAtLeast:          "Ten minste {n} van de voorwaarden geldt",
		tAtMost:           "Ten hoogste {n} van de voorwaarden geldt",
		tExactly:          "Precies {n} van de voorwaarden geldt",
		tHolds:            "{wat}: ja.",
		tHoldsNot:         "{wat}: nee.",
		tHoldsUnsure:      "{wat}: dat is niet te zeggen.",
		tOutcomeThen:      "{als} krijgt u wel {naam}: {bedrag}{per}.",
		tNothingThen:      "{als} krijgt u geen {naam} meer.",
		tPayThen:          "{als} betaalt u wel {naam}: {bedrag}{per}.",
		tPayNothingThen:   "{als} betaalt u geen {naam} meer.",
		tGrantedThen:      "{als} geldt wel dit: {wat}.",
		tDeniedThen:       "{als} geldt dit: {wat}.",
		tOtherThen:        "{als} {is} {wat} {waarde}.",
		tWithValue:        "{Is} {wat} {waarde}? Dan",
		tWithout:          "Is {wat} er niet? Dan",
		tBorn:             "Was {wie} geboren op {datum}? Dan",
		tBornYou:          "Was u geboren op {datum}? Dan",
		tIf:               "{vraag}? Dan",
		tDifference:       " Dat scheelt {verschil}.",
		tLastWithout:      " Bij {waarde} nog niet.",
		tLastWith:         " Bij {waarde} nog wel.",
		tNobody:           "die is er niet",
		tThere:            "{wat} {is} er",
		tNotThere:         "{wat} {is} er niet",
		tHave:             "u hebt een {naam}",
		tHaveNone:         "u hebt geen {naam}",
		tHas:              "{wie} heeft een {naam}",
		tHasNone:          "{wie} heeft geen {naam}",
		tTurns:            "de dag waarop {wie} {n} jaar wordt",
		tTurnsYou:         "de dag waarop u {n} jaar wordt",
		tUnsure:           "{of}, is niet te zeggen",
		tUnsureThere:      "of {wat} er is, is niet te zeggen",
		tUnsureCompare:    "{l} en {r} zijn niet te vergelijken",
		tRowsConflict:     "rij {rij} en rij {andere} van de tabel ‘{eerste}’ gelden hier allebei en dat kan niet",
		tKenmerkEmpty:     "{of}, is niet ingevuld.",
		tNotComputable:    "{wat} {is} niet te berekenen.",
		tBound:            "{l} {is} niet hoger dan {r}",
		tAnd:              "en",
		tPercentOf:        "{l} van {r}",
		tCalculate:        "{l} {maal} {r}",
		tHighest:          "het hoogste van {lijst}",
		tLowest:           "het laagste van {lijst}",
		tCount:            "het aantal {rol} van {wie}",
		tCountSome:        "het aantal {rol} van {wie} dat meetelt",
		tSum:              "de som van {wat} van de {rol} van {wie}",
		tLowestOf:         "het laagste van {wat} van de {rol} van {wie}",
		tHighestOf:        "het hoogste van {wat} van de {rol} van {wie}",
		tWhatCounts:       "wat meetelt",
		tSpan:             "de tijd van {van} tot {tot}",
		tShiftPlus:        "{datum} plus {tijd}",
		tShiftMin:         "{datum} min {tijd}",
		tFirstOfMonth:     "de eerste dag van de maand van {datum}",
		tFirstOfYear:      "de eerste dag van het jaar van {datum}",
		tFirstOfNextMonth: "de eerste dag van de maand na {datum}",
		tFirstOfNextYear:  "de eerste dag van het jaar na {datum}",
		tYearOf:           "het jaar van {datum}",
		tMonthOf:          "de maand van {datum}",
		tDayOf:            "de dag van {datum}",
		tMadeDate:         "de datum met jaar {jaar}, maand {maand} en dag {dag}",
		tAtLeastValue:     ", minimaal {n}",
		tAtMostValue:      ", maximaal {n}",
		tRounded:          ", {hoe} {op}",
		tWholeNumbers:     "op hele getallen",
		tDecimals:         "op {n} decimalen",
		tDecimal:          "op 1 decimaal",
		tConverted:        "{van}, dat is {naar}",
		tViolated:         "Dit klopt niet met de regel ‘{regel}’: {waarom}.",
		tUnjudged:         "Of de regel ‘{regel}’ is nageleefd, is niet te zeggen: {waarom}.",
		tNotUnique:        "{wat} komt meer dan één keer voor",
	},
	kenmerk: [kenmerken]kenmerk{
		adjective: {
			main: clause{"u bent {naam}", "u bent niet {naam}", "{wie} is {naam}", "{wie} is niet {naam}"},
			ask:  clause{"of u {naam} bent", "of u niet {naam} bent", "of {wie} {naam} is", "of {wie} niet {naam} is"},
			when: clause{"Bent u {naam}", "Bent u niet {naam}", "Is {wie} {naam}", "Is {wie} niet {naam}"},
		},
		noun: {
			main: clause{"u bent een {naam}", "u bent geen {naam}", "{wie} is een {naam}", "{wie} is geen {naam}"},
			ask:  clause{"of u een {naam} bent", "of u geen {naam} bent", "of {wie} een {naam} is", "of {wie} geen {naam} is"},
			when: clause{"Bent u een {naam}", "Bent u geen {naam}", "Is {wie} een {naam}", "Is {wie} geen {naam}"},
		},
		possession: {
			main: clause{"u hebt {naam}", "u hebt geen {naam}", "{wie} heeft {naam}", "{wie} heeft geen {naam}"},
			ask:  clause{"of u {naam} hebt", "of u geen {naam} hebt", "of {wie} {naam} heeft", "of {wie} geen {naam} heeft"},
			when: clause{"Hebt u {naam}", "Hebt u geen {naam}", "Heeft {wie} {naam}", "Heeft {wie} geen {naam}"},
		},
		articled: {
			main: clause{"u hebt {naam}", "u hebt niet {naam}", "{wie} heeft {naam}", "{wie} heeft niet {naam}"},
			ask:  clause{"of u {naam} hebt", "of u niet {naam} hebt", "of {wie} {naam} heeft", "of {wie} niet {naam} heeft"},
			when: clause{"Hebt u {naam}", "Hebt u niet {naam}", "Heeft {wie} {naam}", "Heeft {wie} niet {naam}"},
		},
	},
	relation: [relations][equal + 1][2]string{
		ofAmounts: {
			less:    {"{l} {is} lager dan {r}", "{l} {is} niet lager dan {r}"},
			greater: {"{l} {is} hoger dan {r}", "{l} {is} niet hoger dan {r}"},
			equal:   {"{l} {is} gelijk aan {r}", "{l} {is} niet gelijk aan {r}"},
		},
		ofDates: {
			less:    {"{l} {is} eerder dan {r}", "{l} {is} niet eerder dan {r}"},
			greater: {"{l} {is} later dan {r}", "{l} {is} niet later dan {r}"},
			equal:   {"{l} {is} gelijk aan {r}", "{l} {is} niet gelijk aan {r}"},
		},
		ofNumbers: {
			less:    {"{l} {is} minder dan {r}", "{l} {is} niet minder dan {r}"},
			greater: {"{l} {is} meer dan {r}", "{l} {is} niet meer dan {r}"},
			equal:   {"{l} {is} gelijk aan {r}", "{l} {is} niet gelijk aan {r}"},
		},
	},
	fault: map[exact.Code]string{
		exact.CodeDivision:  "de regel ‘{regel}’ deelt door nul of door iets dat leeg is",
		exact.CodeConflict:  "de regels ‘{eerste}’ en ‘{regel}’ gelden hier allebei en dat kan niet",
		exact.CodeParameter: "{parameter} heeft geen waarde op {datum}",
		exact.CodeLimit:     "de berekening van de regel ‘{regel}’ is te groot",
		exact.CodeWhole:     "de regel ‘{regel}’ geeft geen heel getal",
		exact.CodeMisfit:    "de regel ‘{regel}’ geeft een waarde die niet past",
		exact.CodeNoDay:     "de regel ‘{regel}’ maakt een datum die niet bestaat",
		exact.CodeInput:     "de regel ‘{regel}’ geeft een waarde die niet past",
		exact.CodeDate:      "de datum bestaat niet",
		"":                  "de regels kunnen dit niet bepalen ({code})",
	},
	period: map[string]string{"maand": " per maand", "kwartaal": " per kwartaal", "jaar": " per jaar", "eenmalig": " in één keer"},
	words:  [5]string{"plus", "min", "verminderd met", "maal", "gedeeld door"},
	round:  [5]string{"naar beneden afgerond", "naar boven afgerond", "afgerond", "richting nul afgerond", "van nul af afgerond"},
	unit: map[string][2]string{
		"€": {"euro", "euro"}, "ct": {"cent", "cent"}, "s": {"seconde", "seconden"}, "minuut": {"minuut", "minuten"},
		"uur": {"uur", "uur"}, "dg": {"dag", "dagen"}, "wk": {"week", "weken"}, "mnd": {"maand", "maanden"},
		"kw": {"kwartaal", "kwartalen"}, "jr": {"jaar", "jaar"},
	},
	months: [12]string{"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus",
		"september", "oktober", "november", "december"},
	thousands: ".", comma: ",",
	amount: "€ {n}", negative: "€ -{n}", percent: "{n} %", date: "{dag} {maand} {jaar}", per: "{n} per {eenheid}",
	cents: "op centen", wholeEuros: "op hele euro’s",
}

// dutchPlural reports whether a name stands for more than one thing: "de
// netto-inkomsten uit werk", "de giften die de gemeente verantwoord vindt". The
// noun is the last word before a preposition or a clause; before it stand only
// adjectives. A plural on -s is not recognised.
func dutchPlural(article, name string) bool {
	if article != "de" {
		return false
	}
	if !strings.Contains(name, "en") {
		return false
	}
	noun := ""
	for w := range strings.FieldsSeq(name) {
		if slices.Contains(dutchAfterNoun, w) {
			break
		}
		// "de premie volksverzekeringen" is one premium.
		if noun != "" && (strings.HasSuffix(noun, "ie") || !strings.HasSuffix(noun, "e")) {
			return false
		}
		noun = w
	}
	return strings.HasSuffix(noun, "en") && !slices.ContainsFunc(dutchSingularEn, func(w string) bool { return strings.HasSuffix(noun, w) })
}

// dutchAfterNoun are the words with which something begins that says more of a
// noun.
var dutchAfterNoun = []string{"aan", "als", "bij", "binnen", "boven", "buiten", "dat", "die", "door", "in", "met", "na", "naar",
	"om", "onder", "op", "over", "per", "sinds", "te", "tegen", "tot", "tussen", "uit", "van", "vanaf", "volgens", "voor", "waar",
	"wegens", "zonder"}

// dutchSingularEn are nouns on -en that are one thing.
var dutchSingularEn = []string{"deken", "haven", "jongen", "keuken", "leugen", "molen", "regen", "toren", "wagen", "zegen"}
