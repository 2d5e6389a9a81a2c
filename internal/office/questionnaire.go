package office

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"lemniscaat/internal/loop"
)

//go:embed vragenlijst/*.yaml
var shippedQuestionnaires embed.FS

// The questionnaires that this program asks by name. An installation may put
// others in their place or beside them.
const (
	compassList   = "beleidskompas"
	doabilityTest = "doenvermogen"
	executionTest = "uitvoeringstoets"
	privacyTest   = "privacy"
	afterwardTest = "invoeringstoets"
)

// questionnaire is an assessment that people answer: data, so that an
// organisation can replace it without code.
type questionnaire struct {
	ID      string `yaml:"id"`
	Edition string `yaml:"versie"`
	Name    string `yaml:"naam"`
	NameEN  string `yaml:"naam-en"`
	Owner   string `yaml:"eigenaar"` // who keeps it up to date
	After   string `yaml:"naar"`
	AfterEN string `yaml:"naar-en"`
	// When says when it is done: "voorstel" (the default), "kompas" beside the
	// rule, or "invoering" after entry into force.
	When string `yaml:"wanneer"`
	// Required says that a proposal cannot do without it.
	Required bool `yaml:"verplicht"`
	// By is who may confirm it: "uitvoering", "beleid"; empty is both.
	By        string          `yaml:"door"`
	Verdicts  []verdictOption `yaml:"oordelen"`
	Questions []question      `yaml:"vragen"`

	file string
	own  bool // of the installation
	// retired says that it is only kept for what was done on it: it is not in the
	// folder of the installation any more.
	retired bool
	text    []byte // as it was read
}

type verdictOption struct {
	Value  string `yaml:"waarde"`
	Text   string `yaml:"tekst"`
	TextEN string `yaml:"tekst-en"`
	// No stops the decision, with this sentence as a weighty finding.
	No   string `yaml:"nee"`
	NoEN string `yaml:"nee-en"`
}

type question struct {
	ID       string   `yaml:"id"`
	Text     string   `yaml:"vraag"`
	TextEN   string   `yaml:"vraag-en"`
	Help     string   `yaml:"uitleg"`
	HelpEN   string   `yaml:"uitleg-en"`
	Kind     string   `yaml:"soort"` // tekst (the default), getal, keuze, ja-nee
	Choices  []string `yaml:"keuzes"`
	ChoiceEN []string `yaml:"keuzes-en"`
	Unit     string   `yaml:"eenheid"`
	Required bool     `yaml:"verplicht"`
	Computed string   `yaml:"berekend"` // a source that answers it
	Need     string   `yaml:"nodig"`    // geld, mensen: asked when the answer is more than nothing
}

// Kinds of question.
const (
	textQuestion   = "tekst"
	numberQuestion = "getal"
	choiceQuestion = "keuze"
	yesNoQuestion  = "ja-nee"
)

// Questionnaires are the questionnaires of an installation, of each the editions
// that are there. They do not change while the program runs.
type Questionnaires struct {
	// byID holds editions; the last one is asked of new proposals.
	byID  map[string][]questionnaire
	order []string // ids of assessments of a proposal, in the order of the page
}

// ErrQuestionnaire says that a questionnaire cannot be used; the text says where
// and what would be accepted.
var ErrQuestionnaire = errors.New("vragenlijst niet te gebruiken")

// ReadQuestionnaires reads the questionnaires that ship and those of an
// installation, which count before them; own may be nil. A file of an
// installation with the id of one that ships takes its place for new proposals:
// what was done on the other stays as it was.
func ReadQuestionnaires(own fs.FS) (*Questionnaires, error) {
	q := &Questionnaires{byID: map[string][]questionnaire{}}
	ships, err := fs.Sub(shippedQuestionnaires, "vragenlijst")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrQuestionnaire, err)
	}
	if err := q.read(ships, false); err != nil {
		return nil, err
	}
	if own != nil {
		if err := q.read(own, true); err != nil {
			return nil, err
		}
	}
	q.arrange()
	return q, nil
}

// arrange puts the assessments of a proposal in the order of the page.
func (q *Questionnaires) arrange() {
	q.order = nil
	for _, id := range slices.Sorted(maps.Keys(q.byID)) {
		if q.latest(id).When == "voorstel" {
			q.order = append(q.order, id)
		}
	}
	first := []string{doabilityTest, executionTest, privacyTest}
	slices.SortStableFunc(q.order, func(a, b string) int {
		x, y := slices.Index(first, a), slices.Index(first, b)
		if x < 0 {
			x = len(first)
		}
		if y < 0 {
			y = len(first)
		}
		return x - y
	})
}

func (q *Questionnaires) read(dir fs.FS, own bool) error {
	var files []string
	for _, pattern := range []string{"*.yaml", "*.yml"} {
		more, err := fs.Glob(dir, pattern)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrQuestionnaire, err)
		}
		files = append(files, more...)
	}
	if own && len(files) == 0 {
		return fmt.Errorf("%w: in de map staat geen enkel bestand dat op .yaml eindigt", ErrQuestionnaire)
	}
	if len(files) > maxQuestionnaires {
		return fmt.Errorf("%w: er staan %d bestanden in de map; er mogen er %d zijn", ErrQuestionnaire, len(files), maxQuestionnaires)
	}
	slices.Sort(files)
	seen := map[string]string{}
	for _, name := range files {
		data, err := fs.ReadFile(dir, name)
		if err != nil {
			return fmt.Errorf("%w: %s: %w", ErrQuestionnaire, name, err)
		}
		if len(data) > maxQuestionnaire {
			return fmt.Errorf("%w: %s is groter dan %d kB", ErrQuestionnaire, name, maxQuestionnaire>>10)
		}
		x, err := parseQuestionnaire(path.Base(name), data)
		if err != nil {
			return err
		}
		x.own, x.text = own, data
		if other := seen[x.ID+" "+x.Edition]; other != "" {
			return fmt.Errorf("%w: %s: vragenlijst %q versie %q staat ook in %s", ErrQuestionnaire, name, x.ID, x.Edition, other)
		}
		seen[x.ID+" "+x.Edition] = name
		list := slices.DeleteFunc(q.byID[x.ID], func(o questionnaire) bool { return o.Edition == x.Edition })
		if len(list) > 0 && list[0].When != x.When {
			return fmt.Errorf("%w: %s: %q is gemaakt voor het moment %q, niet voor %q", ErrQuestionnaire, name, x.ID, list[0].When, x.When)
		}
		q.byID[x.ID] = list
		q.add(x)
	}
	return nil
}

// add puts an edition in its place: the last one counts.
func (q *Questionnaires) add(x questionnaire) {
	rank := func(x questionnaire) int {
		switch {
		case x.retired:
			return 0
		case !x.own:
			return 1
		}
		return 2 // what an installation has of its own
	}
	list := append(slices.Clone(q.byID[x.ID]), x)
	slices.SortStableFunc(list, func(a, b questionnaire) int {
		return cmp.Or(rank(a)-rank(b), editionOrder(a.Edition, b.Edition))
	})
	q.byID[x.ID] = list
}

// editionOrder compares editions by their numbers: "2" comes before "10".
func editionOrder(a, b string) int {
	x, xerr := strconv.Atoi(a)
	y, yerr := strconv.Atoi(b)
	if xerr == nil && yerr == nil {
		return x - y
	}
	return strings.Compare(a, b)
}

// Limits of a folder of questionnaires.
const (
	maxQuestionnaires = 100
	maxQuestionnaire  = 48 << 10 // bytes of one file
	maxEdition        = 40       // characters
)

var plainID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// parseQuestionnaire reads and checks one file.
func parseQuestionnaire(name string, data []byte) (questionnaire, error) {
	var q questionnaire
	d := yaml.NewDecoder(strings.NewReader(string(data)))
	d.KnownFields(true)
	if err := d.Decode(&q); err != nil {
		return q, fmt.Errorf("%w: %s: dit is geen vragenlijst (verwacht: id, versie, naam, eigenaar, naar, oordelen en vragen): %w", ErrQuestionnaire, name, err)
	}
	q.file = name
	fault := func(format string, args ...any) (questionnaire, error) {
		return q, fmt.Errorf("%w: %s: %s", ErrQuestionnaire, name, fmt.Sprintf(format, args...))
	}
	if q.When == "" {
		q.When = "voorstel"
	}
	if !slices.Contains([]string{"voorstel", "kompas", "invoering"}, q.When) {
		return fault("wanneer %q bestaat niet; kies voorstel, kompas of invoering", q.When)
	}
	if !plainID.MatchString(q.ID) {
		return fault("id %q kan niet; gebruik kleine letters, cijfers en streepjes", q.ID)
	}
	for field, v := range map[string]string{"versie": q.Edition, "naam": q.Name, "eigenaar": q.Owner, "naar": q.After} {
		if strings.TrimSpace(v) == "" {
			return fault("%s ontbreekt", field)
		}
	}
	if len(q.ID) > 60 || len([]rune(q.Edition)) > maxEdition || strings.ContainsAny(q.Edition, "/\n\r") {
		return fault("id of versie is te lang, of heeft een teken dat niet kan; een id mag 60 tekens zijn, een versie %d, zonder /", maxEdition)
	}
	if q.By != "" && q.By != string(loop.Policy) && q.By != string(loop.Execution) {
		return fault("door %q bestaat niet; kies beleid of uitvoering, of laat het weg", q.By)
	}
	if len(q.Questions) == 0 || len(q.Questions) > 60 {
		return fault("er zijn %d vragen; dat moeten er 1 tot 60 zijn", len(q.Questions))
	}
	if q.When == "voorstel" && len(q.Verdicts) < 2 {
		return fault("oordelen ontbreken; geef er ten minste twee")
	}
	seen := map[string]bool{}
	for _, v := range q.Verdicts {
		if !plainID.MatchString(v.Value) || v.Text == "" || seen[v.Value] {
			return fault("oordeel %q heeft geen eigen waarde of geen tekst", v.Value)
		}
		seen[v.Value] = true
	}
	seen = map[string]bool{}
	for i := range q.Questions {
		x := &q.Questions[i]
		if !plainID.MatchString(x.ID) || seen[x.ID] || strings.HasPrefix(x.ID, "want-") {
			return fault("vraag %d: id %q kan niet, of komt twee keer voor", i+1, x.ID)
		}
		seen[x.ID] = true
		if strings.TrimSpace(x.Text) == "" {
			return fault("vraag %q heeft geen tekst", x.ID)
		}
		if x.Kind == "" {
			x.Kind = textQuestion
		}
		switch x.Kind {
		case choiceQuestion:
			if len(x.Choices) < 2 {
				return fault("vraag %q: keuzes ontbreken; geef er ten minste twee", x.ID)
			}
		case yesNoQuestion:
			if len(x.Choices) > 0 {
				return fault("vraag %q: bij ja-nee horen geen keuzes", x.ID)
			}
			x.Choices, x.ChoiceEN = []string{"ja", "nee"}, []string{"yes", "no"}
		case textQuestion, numberQuestion:
			if len(x.Choices) > 0 {
				return fault("vraag %q: keuzes horen bij soort keuze", x.ID)
			}
		default:
			return fault("vraag %q: soort %q bestaat niet; kies tekst, getal, keuze of ja-nee", x.ID, x.Kind)
		}
		if len(x.ChoiceEN) > 0 && len(x.ChoiceEN) != len(x.Choices) {
			return fault("vraag %q: keuzes en keuzes-en zijn niet even lang", x.ID)
		}
		if x.Computed != "" {
			if _, ok := sources[x.Computed]; !ok {
				return fault("vraag %q: de bron %q bestaat niet; kies uit: %s", x.ID, x.Computed, strings.Join(slices.Sorted(maps.Keys(sources)), ", "))
			}
		}
		switch loop.Need(x.Need) {
		case "":
		case loop.Money, loop.People:
			if x.Kind != numberQuestion {
				return fault("vraag %q: nodig hoort bij soort getal", x.ID)
			}
		default:
			return fault("vraag %q: nodig %q bestaat niet; kies geld of mensen", x.ID, x.Need)
		}
	}
	return q, nil
}

// latest gives the edition that new proposals are asked.
func (q *Questionnaires) latest(id string) questionnaire {
	list := q.byID[id]
	if len(list) == 0 {
		return questionnaire{ID: id, Name: id}
	}
	return list[len(list)-1]
}

// edition gives the edition that a proposal was asked, when it is still here;
// otherwise the latest.
func (q *Questionnaires) edition(id, edition string) questionnaire {
	for _, x := range q.byID[id] {
		if x.Edition == edition {
			return x
		}
	}
	return q.latest(id)
}

// asks gives what a new proposal is asked.
func (q *Questionnaires) asks() loop.Asks {
	a := loop.Asks{Options: true, Editions: map[string]string{}}
	for _, x := range q.latest(compassList).Questions {
		if x.Required {
			a.Compass = append(a.Compass, x.ID)
		}
	}
	a.Editions[compassList] = q.latest(compassList).Edition
	for _, id := range q.order {
		if q.latest(id).retired {
			continue // only of what was done before
		}
		a.Editions[id] = q.latest(id).Edition
		if q.latest(id).Required {
			a.Required = append(a.Required, id)
		}
	}
	return a
}

// of gives the assessments that a proposal has: what it was asked, and what was
// done on it.
func (q *Questionnaires) of(p *loop.Proposal) []questionnaire {
	var out []questionnaire
	for _, id := range q.order {
		_, asked := p.Asks.Editions[id]
		done := slices.ContainsFunc(p.Assessments, func(a loop.Assessment) bool { return a.Questionnaire == id })
		if p.Asks.IsZero() { // opened before questionnaires were fixed
			asked = id == doabilityTest || id == executionTest
		}
		if asked || done {
			out = append(out, q.edition(id, p.Edition(id)))
		}
	}
	return out
}

// verdict gives one of the verdicts.
func (q questionnaire) verdict(value string) (verdictOption, bool) {
	for _, v := range q.Verdicts {
		if v.Value == value {
			return v, true
		}
	}
	return verdictOption{}, false
}

// phrases gives the Dutch sentences of the questionnaires, with their
// English.
func (q *Questionnaires) phrases() map[string]string {
	out := map[string]string{}
	add := func(nl, en string) {
		if nl != "" && en != "" {
			out[nl] = en
		}
	}
	for _, list := range q.byID {
		for _, x := range list {
			add(x.Name, x.NameEN)
			add(x.After, x.AfterEN)
			for _, v := range x.Verdicts {
				add(v.Text, v.TextEN)
				add(v.No, v.NoEN)
			}
			for _, v := range x.Questions {
				add(v.Text, v.TextEN)
				add(v.Help, v.HelpEN)
				for i := range v.ChoiceEN {
					if v.Choices[i] != "ja" && v.Choices[i] != "nee" {
						add(v.Choices[i], v.ChoiceEN[i])
					}
				}
			}
		}
	}
	return out
}
