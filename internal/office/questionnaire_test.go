package office_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"lemniscaat/internal/office"
)

const ownList = `id: privacy
versie: "7"
naam: Onze privacyvragen
eigenaar: functionaris gegevensbescherming
naar: naar eigen beleid
verplicht: true
oordelen:
  - {waarde: akkoord, tekst: Akkoord}
  - {waarde: niet-akkoord, tekst: Niet akkoord, nee: De functionaris is niet akkoord.}
vragen:
  - {id: gegevens, vraag: Welke gegevens?, berekend: gegevens}
  - {id: bewaren, vraag: Hoe lang bewaart u ze?, verplicht: true}
`

func folder(files ...string) fstest.MapFS {
	m := fstest.MapFS{}
	for i := 0; i+1 < len(files); i += 2 {
		m[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return m
}

// An installation lays its own folder over the questionnaires that ship; what is
// wrong in it is said with the file and what would be accepted.
func TestQuestionnairesOfAnInstallation(t *testing.T) {
	t.Parallel()
	if _, err := office.ReadQuestionnaires(nil); err != nil {
		t.Fatal(err)
	}
	if _, err := office.ReadQuestionnaires(folder("privacy.yaml", ownList)); err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct{ text, want string }{
		"empty folder":   {"", ".yaml"},
		"no yaml":        {"id: [", "fout.yaml"},
		"unknown field":  {ownList + "kleur: rood\n", "kleur"},
		"no owner":       {strings.Replace(ownList, "eigenaar: functionaris gegevensbescherming\n", "", 1), "eigenaar ontbreekt"},
		"no id":          {strings.Replace(ownList, "id: privacy", "id: Privé", 1), "kleine letters"},
		"unknown source": {strings.Replace(ownList, "berekend: gegevens", "berekend: gewicht", 1), "kies uit: "},
		"unknown kind":   {strings.Replace(ownList, "vraag: Welke gegevens?", "vraag: Welke gegevens?, soort: kleur", 1), "kies tekst, getal, keuze of ja-nee"},
		"choice of one":  {strings.Replace(ownList, "vraag: Welke gegevens?", "vraag: Welke gegevens?, soort: keuze, keuzes: [a]", 1), "ten minste twee"},
		"need of a text": {strings.Replace(ownList, "vraag: Welke gegevens?", "vraag: Welke gegevens?, nodig: geld", 1), "soort getal"},
		"question twice": {ownList + "  - {id: bewaren, vraag: Nog eens?}\n", "twee keer"},
		"one verdict":    {strings.Replace(ownList, "  - {waarde: niet-akkoord, tekst: Niet akkoord, nee: De functionaris is niet akkoord.}\n", "", 1), "oordelen ontbreken"},
		"another moment": {strings.Replace(ownList, "verplicht: true\noordelen", "wanneer: invoering\noordelen", 1), "gemaakt voor het moment"},
		"unknown moment": {strings.Replace(ownList, "verplicht: true\noordelen", "wanneer: ooit\noordelen", 1), "kies voorstel, kompas of invoering"},
		"who may not":    {strings.Replace(ownList, "verplicht: true\noordelen", "door: directie\noordelen", 1), "kies beleid of uitvoering"},
	} {
		files := folder("fout.yaml", x.text)
		if x.text == "" {
			files = folder("lees-mij.txt", "niets")
		}
		_, err := office.ReadQuestionnaires(files)
		if !errors.Is(err, office.ErrQuestionnaire) || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: %v, want it to say %q", name, err, x.want)
		}
	}
	if _, err := office.ReadQuestionnaires(folder("a.yaml", ownList, "b.yaml", ownList)); err == nil || !strings.Contains(err.Error(), "a.yaml") {
		t.Errorf("the same edition twice: %v", err)
	}
}
