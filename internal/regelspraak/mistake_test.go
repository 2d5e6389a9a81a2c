package regelspraak_test

import (
	"strings"
	"testing"
)

// TestMistakes: what people write who know Dutch better than the profile gives
// one error, at the word that it is about, with the form that is meant.
func TestMistakes(t *testing.T) {
	t.Parallel()
	m := dictionary(t)
	for _, c := range []struct{ text, at, hint string }{
		{"Een persoon is verzekerd indien alle leden van zijn huishouden verzekerd zijn.", "alle leden", "die niet verzekerd zijn is gelijk aan 0"},
		{"Een persoon is verzekerd indien zijn leeftijd tussen 18 jr en 21 jr is.", "tussen", "«is groter dan of gelijk aan …» en «is kleiner dan …»"},
		{"Een persoon is verzekerd indien hij 56 jaar of ouder is.", "56 jaar", "bedoelde u «65 jaar of ouder»?"},
		{"Een persoon is verzekerd indien hij aanvrager is.", "aanvrager", "schrijf «een aanvrager» of «geen aanvrager»"},
		{value("het aantal leden van zijn huishouden die aanvrager zijn"), "aanvrager", "schrijf «een aanvrager» of «geen aanvrager»"},
		{"Een persoon is verzekerd indien (zijn partner is gevuld).", "partner", "bekend zijn onder andere"},
		{"Elke persoon is verzekerd.", "Elke", "schrijf «een»"},
		{"De toeslag van iedere persoon moet gesteld worden op 5 €.", "iedere", "schrijf «een»"},
		{"De toeslag van de persoon moet gesteld worden op 5 €.", "de persoon", "schrijf «een persoon»"},
		{"Personen moeten verzekerd zijn.", "Personen", "Een persoon"},
		{"Een persoon is verzekerd als hij minderjarig is.", "als", "schrijf «indien»"},
		{"Een persoon is verzekerd, indien hij minderjarig is.", ", indien", "laat de komma weg"},
		{"Een persoon is verzekerd indien hij niet voldoet aan alle volgende voorwaarden:\n- hij is minderjarig.", "voldoet", "geen van de volgende voorwaarden"},
		{"Een persoon is verzekerd indien zijn partner geen inkomen heeft.", "inkomen", "is leeg"},
		{"Een persoon is niet verzekerd indien hij minderjarig is.", "is niet", "schrijf wie het kenmerk wel heeft"},
		{"Een persoon moet een partner hebben.", "partner", "moet gevuld zijn"},
		{"De leeftijd van een persoon moet minstens 18 jr zijn.", "minstens", "groter dan of gelijk aan"},
		{"Er moet worden voldaan aan alle volgende criteria:\n- zijn inkomen is leeg.", "Er moet", "Een persoon moet voldoen aan"},
		{"De toeslag van een persoon is 5 €.", "is 5", "moet gesteld worden op"},
		{"De toeslag van een persoon wordt berekend als 5 €.", "wordt", "moet berekend worden als"},
		{"De toeslag van een persoon moet worden gesteld op 5 €.", "worden", "moet gesteld worden op"},
		{value("zijn inkomen + 5 €"), "+", "schrijf «plus»"},
		{value("5 € per maand"), "€ per", "schrijf «5 €/mnd»"},
		{value("5 euro"), "euro", "schrijf «5 €»"},
		{value("zijn inkomen maal 12 mnd"), "zijn inkomen", "gedeeld door 1 mnd"},
		{value("het inkomen van de leden van zijn huishouden"), "de leden", "de som van"},
		{value("de som van zijn inkomen en zijn vermogen"), "som", "telt u op met «plus»"},
		{value("de som van het inkomen min het vermogen van de leden van zijn huishouden"), "min het", "een eigen attribuut"},
		{value("het hoogste inkomen van de leden van zijn huishouden"), "hoogste", "het maximum van"},
		{value("10% van zijn inkomen afgerond op 2 decimalen"), "afgerond", "naar beneden afgerond"},
		{value("zijn inkomen met ten minste 5 €"), "met ten", "met een minimum van"},
		{value("zijn inkomen, maximaal 5 €"), "maximaal", "met een maximum van"},
		{value("zijn inkomen min 5 €, met een minimum van 0 € plus zijn vermogen"), "0 €", "zet de grens tussen haakjes"},
		{value("zijn inkomen, met een minimum van 1 € en met een maximum van 2 € maal 3"), "2 €", "zet de grens tussen haakjes"},
	} {
		text := c.text
		if !strings.HasPrefix(text, "//") {
			text = wrap(text)
		}
		_, ds := parseRule(m, text)
		if len(ds) != 1 {
			t.Errorf("%s\ngives %v", c.text, ds)
			continue
		}
		at, ok := textAt(strings.Split(text, "\n"), ds[0].Pos)
		if !ok || !strings.HasPrefix(at, c.at) {
			t.Errorf("%s: the place is %.30q, want %q", c.text, at, c.at)
		}
		if !strings.Contains(ds[0].Hint, c.hint) {
			t.Errorf("%s: the hint is %q, want %q", c.text, ds[0].Hint, c.hint)
		}
	}
}
