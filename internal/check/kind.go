package check

import (
	"slices"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// The kinds of finding. The texts are stable.
const (
	CodeUnused      = "ongebruikt"
	CodeNoWriter    = "uitkomst-zonder-regel"
	CodeNoOutcome   = "geen-uitkomst"
	CodeNoSource    = "regel-zonder-bron"
	CodeNoExample   = "regel-zonder-voorbeeld"
	CodeExample     = "voorbeeld-klopt-niet"
	CodeLong        = "lange-regel"
	CodeOverlap     = "overlappende-versies" // as the reader of rule text calls it
	CodeGap         = "gat-in-geldigheid"
	CodeExpired     = "regel-verlopen"
	CodeNoParameter = "geen-parameterwaarde"
	CodeUnverified  = "niet-geverifieerd"
	CodeImpossible  = "onmogelijke-voorwaarde"
	CodeRedundant   = "overbodige-voorwaarde"
	CodeBoth        = "overlappende-regels"
	CodeRow         = "onmogelijke-rij"
	CodeRows        = "overlappende-rijen"
	CodeNoRow       = "gat-in-tabel"
	CodeNeverMet    = "onhaalbare-eis"
	CodeNeverBroken = "loze-eis"
	CodeNoEffect    = "initialisatie-zonder-effect"
	CodeUnrounded   = "niet-afgerond"
	CodeCliff       = "alles-of-niets"
	CodeKnown       = "bekend-bij-register"
	CodeStale       = "uitleg-zonder-bevinding"
	CodeCycle       = string(exact.CodeCycle)
	CodeConflict    = string(exact.CodeConflict)
)

// Kind is a kind of finding: what it means and what to do about it, in general.
type Kind struct {
	Code  string
	Group string // heading, in Dutch
	// Severity is the worst that it has; Milder says that it can also be less.
	Severity rule.Severity
	Milder   bool
	What, Do string
	// Reader marks what the reader of rule text finds, before Check is called.
	Reader bool
}

// Kinds gives every kind of finding, by group. Of the reader of rule text it has
// the most common ones; docs/regelspraak-profiel.md has them all.
func Kinds() []Kind {
	const (
		language  = "Taal"
		names     = "Namen"
		proof     = "Bronnen en voorbeelden"
		validity  = "Geldigheid"
		condition = "Voorwaarden"
		table     = "Beslistabellen"
		standard  = "Eisen en beginwaarden"
		numbers   = "Rekenen"
		people    = "Wat mensen merken"
	)
	return []Kind{
		{"onverwacht", language, rule.Error, false, "Hier staat iets anders dan de taal kent.", "Schrijf een van de vormen die de melding noemt.", true},
		{"onbekende-naam", language, rule.Error, false, "Deze naam is nergens verklaard.", "Verbeter de naam, of verklaar hem bij de gegevens.", true},
		{"verkeerd-type", language, rule.Error, false, "Hier hoort een ander soort waarde.", "Vergelijk of bereken waarden van dezelfde soort.", true},
		{"verkeerde-eenheid", language, rule.Error, false, "De eenheden passen niet bij elkaar.", "Gebruik dezelfde eenheid, of reken eerst om.", true},
		{"variabele", language, rule.Error, true, "Er is iets mis met een variabele, of geen regel gebruikt haar.", "Geef de variabele één keer een waarde en gebruik haar, of haal haar weg.", true},
		{CodeCycle, language, rule.Error, false, "Regels hebben elkaar nodig: er is geen begin.", "Haal een van de verwijzingen in de kring weg.", false},
		{CodeConflict, language, rule.Error, false, "Twee regels geven zeker allebei een waarde.", "Geef een van beide een voorwaarde, of haal hem weg.", false},
		{CodeLong, language, rule.Info, false, "Een regel is te lang om in één keer te lezen.", "Splits de regel, of geef een deel een naam onder ‘Daarbij geldt’.", false},

		{CodeUnused, names, rule.Warning, true, "Iets is verklaard of berekend en nergens gebruikt.", "Gebruik het in een regel, of haal het weg.", false},
		{CodeNoOutcome, names, rule.Warning, false, "Een regeling heeft regels, maar noemt geen uitkomst.", "Noem de uitkomsten in regeling.yaml.", false},
		{CodeNoWriter, names, rule.Error, false, "Geen regel bepaalt een uitkomst van de regeling.", "Schrijf een regel die deze uitkomst bepaalt, of haal haar uit regeling.yaml.", false},

		{CodeNoSource, proof, rule.Warning, false, "Een regel noemt geen bron.", "Zet boven de regel: // Bron: gevolgd door een JCI-verwijzing of een vindplaats.", false},
		{CodeNoExample, proof, rule.Warning, false, "In geen enkel voorbeeld geldt deze regel.", "Schrijf een voorbeeld waarin deze regel geldt.", false},
		{CodeExample, proof, rule.Error, false, "Een voorbeeld komt anders uit dan er staat.", "Zoek uit wat niet klopt: de regel, het voorbeeld of de bron van het voorbeeld.", false},
		{CodeStale, proof, rule.Warning, false, "Een regeling legt een bevinding uit die er niet is.", "Haal de uitleg weg bij bevindingen in regeling.yaml, of verbeter de code of de plaats.", false},
		{CodeUnverified, proof, rule.Info, false, "Een parameter heeft een waarde die niet in de officiële bron is nagekeken.", "Zoek de officiële vindplaats op en zet er geverifieerd bij.", false},

		{CodeOverlap, validity, rule.Error, false, "Twee versies van een regel gelden op dezelfde dag.", "Laat de eerste eindigen op de dag voordat de tweede begint.", false},
		{CodeGap, validity, rule.Warning, false, "Tussen twee versies zitten dagen waarop niets geldt.", "Laat de versies op elkaar aansluiten, of maak er twee regels van.", false},
		{CodeExpired, validity, rule.Warning, false, "Een regel is geëindigd, geen andere neemt het over, en een geldende regel leest wat hij bepaalde.", "Maak een nieuwe versie, of een regel die het overneemt.", false},
		{CodeNoParameter, validity, rule.Error, true, "Een regel geldt op een dag waarop een parameter geen waarde heeft.", "Zet een waarde met bron in parameters.yaml, of laat de regel later ingaan.", false},

		{CodeImpossible, condition, rule.Warning, true, "Een voorwaarde kan nooit waar zijn, of op bepaalde dagen niet.", "Pas de voorwaarde aan, of haal de regel weg.", false},
		{CodeRedundant, condition, rule.Warning, true, "Een voorwaarde maakt niets uit: zij is altijd waar, of volgt uit een andere.", "Haal de voorwaarde weg, of schrijf wat er bedoeld is.", false},
		{CodeBoth, condition, rule.Warning, false, "Twee regels kunnen voor dezelfde persoon allebei een waarde geven.", "Sluit in een van beide de andere uit.", false},

		{CodeRow, table, rule.Warning, false, "Een rij van een tabel kan nooit gelden.", "Pas de cellen aan, of haal de rij weg.", false},
		{CodeRows, table, rule.Error, true, "Twee rijen van een tabel gelden voor dezelfde persoon.", "Pas de grenzen aan, zodat er altijd hoogstens één rij geldt.", false},
		{CodeNoRow, table, rule.Warning, false, "Voor sommige mensen geldt geen enkele rij van een tabel.", "Voeg een rij toe, of maak een grens ruimer.", false},

		{CodeNeverMet, standard, rule.Warning, false, "Niemand kan aan een consistentieregel voldoen.", "Pas de eis aan, of haal de regel weg.", false},
		{CodeNeverBroken, standard, rule.Warning, false, "Iedereen voldoet altijd aan een consistentieregel.", "Maak de eis strenger, of haal de regel weg.", false},
		{CodeNoEffect, standard, rule.Warning, false, "Een initialisatie komt nooit aan bod.", "Haal de initialisatie weg, of geef de andere regel een voorwaarde.", false},

		{CodeUnrounded, numbers, rule.Warning, false, "Een uitkomst in euro’s kan delen van centen hebben.", "Rond in de regel af op centen of hele euro’s.", false},

		{CodeCliff, people, rule.Warning, true, "Een kleine stap in een gegeven kost in één keer veel.", "Overweeg een geleidelijke overgang, een marge of een hardheidsclausule.", false},
		{CodeKnown, people, rule.Warning, false, "Een stap vraagt een bewijs dat een register al heeft.", "Haal het gegeven zelf op, of leg in de toelichting uit waarom dat niet kan.", false},
	}
}

// kindOf gives the kind with a code.
func kindOf(code string) Kind {
	kinds := Kinds()
	i := slices.IndexFunc(kinds, func(k Kind) bool { return k.Code == code })
	if i < 0 {
		panic("BUG: no kind of finding is called " + code)
	}
	return kinds[i]
}
