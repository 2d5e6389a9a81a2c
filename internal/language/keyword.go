package language

// phrases are the fixed words of the language. Where each fits is asked of the
// parser, so one too many here is never offered.
var phrases = []string{
	"moet berekend worden als", "moet gesteld worden op", "moet geïnitialiseerd worden op",
	"indien", "hij", "zijn", "de rekendatum",
	"hij aan alle volgende voorwaarden voldoet:", "hij aan ten minste één van de volgende voorwaarden voldoet:",
	"hij aan geen van de volgende voorwaarden voldoet:",
	"er aan alle volgende voorwaarden is voldaan:",
	"hij voldoet aan alle volgende voorwaarden:", "hij voldoet aan ten minste één van de volgende voorwaarden:",
	"hij voldoet aan geen van de volgende voorwaarden:",
	"is gelijk aan", "is ongelijk aan", "is groter dan", "is groter dan of gelijk aan", "is kleiner dan", "is kleiner dan of gelijk aan",
	"is later dan", "is later dan of gelijk aan", "is eerder dan", "is eerder dan of gelijk aan", "is leeg", "is gevuld",
	"gelijk is aan", "ongelijk is aan", "groter is dan", "groter is dan of gelijk is aan", "kleiner is dan", "kleiner is dan of gelijk is aan",
	"later is dan", "later is dan of gelijk is aan", "eerder is dan", "eerder is dan of gelijk is aan", "leeg is", "gevuld is", "n.v.t.",
	"moet voldoen aan alle volgende criteria:", "moet voldoen aan het volgende criterium:", "moet", "moeten uniek zijn", "moet uniek zijn",
	"moet gevuld zijn", "moet leeg zijn", "moet later zijn dan", "moet eerder zijn dan", "moet groter zijn dan", "moet kleiner zijn dan",
	"moet gelijk zijn aan", "moet ongelijk zijn aan", "van een", "van alle",
	"is", "is niet", "is een", "is geen", "heeft", "heeft geen",
	"plus", "min", "verminderd met", "maal", "gedeeld door", "van",
	", met een minimum van", ", met een maximum van",
	"naar beneden afgerond op 0 decimalen", "naar boven afgerond op 0 decimalen", "rekenkundig afgerond op 0 decimalen",
	"rekenkundig afgerond op 2 decimalen", "richting nul afgerond op 0 decimalen", "weg van nul afgerond op 0 decimalen",
	"de tijdsduur van", "tot", "in hele jaren", "in hele maanden", "in hele dagen",
	"de eerste dag van de maand van", "de eerste dag van de maand volgend op", "de eerste dag van het jaar van",
	"het jaar uit", "de maand uit", "de dag uit", "de datum met jaar, maand en dag",
	"de minimale waarde van", "de maximale waarde van",
	"het aantal", "de som van", "het minimum van", "het maximum van",
	"die aan alle volgende voorwaarden voldoen:", "die aan de volgende voorwaarde voldoen:", "die",
	"waar", "onwaar", "en", "Daarbij geldt:",
}

// headings begin a declaration or a rule; each with what an editor puts there.
var headings = []struct{ word, text, what string }{
	{"Regel", "Regel ", "een regel"},
	{"Objecttype", "Objecttype de ", "een soort object, of een uitbreiding ervan"},
	{"Parameter", "Parameter de ", "een waarde die de wet vaststelt; de waarden staan in parameters.yaml"},
	{"Domein", "Domein ", "een eigen gegevenstype"},
	{"Feittype", "Feittype ", "een relatie met twee rollen"},
	{"Wederkerig feittype", "Wederkerig feittype ", "een relatie met aan beide kanten dezelfde rol"},
	{"Beslistabel", "Beslistabel ", "een tabel met voorwaarden en uitkomsten"},
	{"Consistentieregel", "Consistentieregel ", "een eis aan gegevens"},
	{"Regelgroep", "Regelgroep ", "regels die bij elkaar horen"},
	{"Eenheidsysteem", "Eenheidsysteem ", "eenheden van één grootheid"},
}

// validities begin a version of a rule.
var validities = []string{"geldig altijd", "geldig vanaf ", "geldig van ", "geldig tot en met "}

// dataTypes can end a declaration.
var dataTypes = []string{
	"Bedrag", "Percentage", "Numeriek (geheel getal)", "Numeriek (getal)", "Numeriek (niet-negatief geheel getal)", "Numeriek (getal met 2 decimalen)",
	"Bedrag (getal met 2 decimalen)", "Boolean", "Tekst", "Datum in dagen",
	"kenmerk", "kenmerk (bijvoeglijk)", "kenmerk (bezittelijk)", "met eenheid",
}
