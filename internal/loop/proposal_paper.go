package loop

import (
	"maps"
	"slices"
	"strings"

	"lemniscaat/internal/rule"
)

// What a proposal says beside its rules: which options were weighed, what was
// tested with citizens, and what it was asked when it was opened.

// Asks is what an installation asks of a proposal, fixed when it is opened: a
// new edition of a questionnaire asks nothing more of what is under way. The
// zero Asks is that of a log from before: Terms.Required and nothing else.
type Asks struct {
	Compass  []string          `json:"kompas,omitempty"`   // ids of the questions that need an answer
	Options  bool              `json:"opties,omitempty"`   // options are compared
	Required []string          `json:"toetsen,omitempty"`  // questionnaires; none: Terms.Required
	Editions map[string]string `json:"uitgaven,omitempty"` // questionnaire → edition
}

// IsZero reports whether nothing more is asked than in a log from before.
func (a Asks) IsZero() bool {
	return len(a.Compass) == 0 && !a.Options && len(a.Required) == 0 && len(a.Editions) == 0
}

// The options that are always weighed.
const (
	DoNothing = "niets-doen"
	Scrap     = "afschaffen"
)

// Option is one way to go, with what it would do.
type Option struct {
	ID     string `json:"id"`
	Name   string `json:"naam"`
	Effect string `json:"gevolg,omitempty"`
	Run    string `json:"run,omitempty"` // a simulation of it
}

// Options are the options side by side; Chosen is one of them.
type Options struct {
	List   []Option `json:"opties,omitempty"`
	Chosen string   `json:"keuze,omitempty"`
	Why    string   `json:"waarom,omitempty"`
}

// Evidence is a test with citizens. It holds for the proposal, whatever is
// edited later; what was found stays until it is resolved, or accepted where the
// rules in force have it too.
type Evidence struct {
	ID       string    `json:"id"`
	Date     rule.Date `json:"datum"`
	Count    int       `json:"aantal"`
	Who      string    `json:"wie"` // what kind of people; never names
	Method   string    `json:"manier"`
	Content  Digest    `json:"inhoud"` // what was tested
	Findings []Finding `json:"bevindingen,omitempty"`
	By       PersonID  `json:"-"`
	On       rule.Date `json:"-"`
}

// Resolution says how a finding of citizens was taken away, by a content that
// differs from what they tested.
type Resolution struct {
	Finding string    `json:"bevinding"`
	How     string    `json:"hoe"`
	Content Digest    `json:"inhoud"`
	By      PersonID  `json:"-"`
	On      rule.Date `json:"-"`
}

// Need is what an assessment says that a proposal needs of somebody.
type Need string

// What can be needed, and promised by name.
const (
	Money  Need = "geld"
	People Need = "mensen"
)

// CompareOptions sets the options of a proposal. Keys fall.
type CompareOptions struct {
	Proposal string
	Options  Options
}

// RecordEvidence records a test with citizens. Keys fall.
type RecordEvidence struct {
	Proposal string
	Evidence Evidence
}

// ResolveFinding says how a finding of citizens was taken away. Keys fall.
type ResolveFinding struct {
	Proposal, Finding, How string
}

func (c CompareOptions) proposalID() string { return c.Proposal }
func (c RecordEvidence) proposalID() string { return c.Proposal }
func (c ResolveFinding) proposalID() string { return c.Proposal }

func (CompareOptions) command() {}
func (RecordEvidence) command() {}
func (ResolveFinding) command() {}

// limits of what is written about a proposal.
const (
	maxOptions  = 12
	maxEvidence = 50
)

func (d proposalDecision) compareOptions(c CompareOptions) ([]Payload, error) {
	if err := d.editable(); err != nil {
		return nil, err
	}
	ids := map[string]bool{}
	for _, o := range c.Options.List {
		if o.ID == "" || len(o.ID) > 100 || ids[o.ID] || strings.TrimSpace(o.Name) == "" || len(o.Name) > 200 || len(o.Effect) > maxReason {
			return nil, refuse("optie-onjuist", "Optie “"+clip(o.Name)+"” heeft geen eigen naam, of een te lange tekst.", "Geef elke optie een korte naam, en zeg in ten hoogste "+itoa(maxReason)+" tekens wat zij doet.", o.ID)
		}
		ids[o.ID] = true
	}
	if !ids[DoNothing] || !ids[Scrap] || len(ids) > maxOptions {
		return nil, refuse("optie-ontbreekt", "Bij de opties horen altijd ‘niets doen’ en ‘afschaffen’.", "Vergelijk twee tot "+itoa(maxOptions)+" opties, die twee erbij.")
	}
	if c.Options.Chosen != "" && !ids[c.Options.Chosen] {
		return nil, refuse("keuze-onbekend", "De gekozen optie staat niet in de lijst.", "Kies een van de opties.")
	}
	if len(c.Options.Why) > maxReason {
		return nil, refuse("tekst-te-lang", "De reden van de keuze is te lang.", "Gebruik ten hoogste "+itoa(maxReason)+" tekens.")
	}
	if slices.Equal(c.Options.List, d.v.Options.List) && c.Options.Chosen == d.v.Options.Chosen && c.Options.Why == d.v.Options.Why {
		return nil, refuse("niets-veranderd", "De opties zijn zoals ze waren.", "")
	}
	return []Payload{&OptionsCompared{Options: Options{List: slices.Clone(c.Options.List), Chosen: c.Options.Chosen, Why: c.Options.Why}}}, nil
}

func (d proposalDecision) recordEvidence(c RecordEvidence) ([]Payload, error) {
	if err := d.editable(); err != nil {
		return nil, err
	}
	e := c.Evidence
	if err := checkID(e.ID, "het onderzoek"); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(d.v.Evidence, func(o Evidence) bool { return o.ID == e.ID }) || len(d.v.Evidence) >= maxEvidence {
		return nil, refuse("onderzoek-dubbel", "Dit onderzoek staat er al, of er zijn er te veel.", "Leg elk onderzoek één keer vast, ten hoogste "+itoa(maxEvidence)+".")
	}
	if e.Date.IsZero() || !e.Date.Valid() || e.Date.After(d.today) {
		return nil, refuse("datum-onjuist", "De dag van het onderzoek ontbreekt, of moet nog komen.", "Geef de dag waarop met burgers getest is.")
	}
	if e.Count < 1 || e.Count > 1_000_000 {
		return nil, refuse("aantal-onjuist", "Het aantal burgers ontbreekt.", "Geef een aantal van 1 of meer.")
	}
	if strings.TrimSpace(e.Who) == "" || strings.TrimSpace(e.Method) == "" || len(e.Who) > 500 || len(e.Method) > 500 {
		return nil, refuse("onderzoek-onjuist", "Er staat niet met wie er getest is, of hoe.", "Noem het soort mensen, zonder namen, en de manier van testen.")
	}
	if err := d.stale(e.Content, "Dit onderzoek"); err != nil {
		return nil, err
	}
	known := d.v.findingKeys()
	for _, f := range e.Findings {
		if f.Key == "" || known[f.Key] || strings.TrimSpace(f.Text) == "" || len(f.Text) > maxReason || f.Anchor.Regulation != d.v.Regulation || f.Anchor.check() != nil ||
			!f.Magnitude.Valid() || (f.Before != "" && !f.Before.Valid()) {
			return nil, refuse("bevinding-onjuist", "Bevinding “"+clip(f.Text)+"” heeft geen tekst, geen plaats of geen eigen naam.", "Zeg wat er misging, en bij welk artikel.")
		}
		known[f.Key] = true
	}
	return []Payload{&EvidenceRecorded{Evidence: e}}, nil
}

// findingKeys gives the names of all findings that were ever recorded.
func (p *Proposal) findingKeys() map[string]bool {
	out := map[string]bool{}
	for _, a := range p.Assessments {
		for _, f := range a.Findings {
			out[f.Key] = true
		}
	}
	for _, e := range p.Evidence {
		for _, f := range e.Findings {
			out[f.Key] = true
		}
	}
	return out
}

func (d proposalDecision) resolveFinding(c ResolveFinding) ([]Payload, error) {
	if err := d.editable(); err != nil {
		return nil, err
	}
	for _, e := range d.v.Evidence {
		if !slices.ContainsFunc(e.Findings, func(f Finding) bool { return f.Key == c.Finding }) {
			continue
		}
		if d.v.Resolved(c.Finding) {
			return nil, refuse("niets-veranderd", "Deze bevinding is al verwerkt.", "")
		}
		if e.Content == d.v.Content.Digest {
			return nil, refuse("inhoud-ongewijzigd", "Na dit onderzoek is er nog niets veranderd.", "Verander eerst een regel, een bedrag of een stap.", c.Finding)
		}
		if strings.TrimSpace(c.How) == "" || len(c.How) > maxReason {
			return nil, refuse("reden-ontbreekt", "Er staat niet wat er met deze bevinding gedaan is.", "Schrijf in ten hoogste "+itoa(maxReason)+" tekens wat er anders is.", c.Finding)
		}
		return []Payload{&FindingResolved{Resolution: Resolution{Finding: c.Finding, How: c.How, Content: d.v.Content.Digest}}}, nil
	}
	return nil, refuse("bevinding-onbekend", "Burgers deden geen bevinding “"+clip(c.Finding)+"”.", "Kies een bevinding uit de lijst.")
}

// Resolved reports whether a finding of citizens was taken away.
func (p *Proposal) Resolved(finding string) bool {
	return slices.ContainsFunc(p.Resolutions, func(r Resolution) bool { return r.Finding == finding })
}

// weighed refuses while an obligatory question of the Beleidskompas has no
// answer, or the options were not compared.
func (d proposalDecision) weighed() error {
	var open []string
	for _, q := range d.v.Asks.Compass {
		if strings.TrimSpace(d.v.Compass[q]) == "" {
			open = append(open, q)
		}
	}
	if len(open) > 0 {
		return refuse("kompas-onbeantwoord", "Nog niet beantwoord in het Beleidskompas: "+strings.Join(open, ", ")+".", "Beantwoord deze vragen. Een kort antwoord is goed.", open...)
	}
	if !d.v.Asks.Options {
		return nil
	}
	if len(d.v.Options.List) == 0 {
		return refuse("opties-ontbreken", "De opties zijn nog niet vergeleken.", "Zeg van elke optie wat zij doet, ook van niets doen en van afschaffen.")
	}
	for _, o := range d.v.Options.List {
		if strings.TrimSpace(o.Effect) == "" {
			open = append(open, o.ID)
		}
	}
	if len(open) > 0 {
		return refuse("opties-ontbreken", "Van "+itoa(len(open))+" optie(s) staat er niet wat zij doet.", "Zeg van elke optie wat zij doet.", open...)
	}
	if d.v.Options.Chosen == "" || strings.TrimSpace(d.v.Options.Why) == "" {
		return refuse("keuze-ontbreekt", "Er is nog geen optie gekozen, of er staat niet waarom.", "Kies een optie en zeg waarom.")
	}
	return nil
}

// promised refuses while an assessment says that money or people are needed and
// nobody promised them.
func (d proposalDecision) promised() error {
	need := map[Need]bool{}
	for _, a := range d.v.Assessments {
		if a.Content == d.v.Content.Digest {
			for _, n := range a.Needs {
				need[n] = true
			}
		}
	}
	for _, p := range d.v.promises() {
		delete(need, p.Kind)
	}
	for _, n := range slices.Sorted(maps.Keys(need)) {
		return refuse("toezegging-ontbreekt", "Dit voorstel vraagt "+string(n)+". Niemand heeft dat nog toegezegd.", "Noem in het plan wie het toezegt, en voor welke dag.", string(n))
	}
	return nil
}

// required gives the questionnaires that the proposal needs.
func (d proposalDecision) required() []string {
	if len(d.v.Asks.Required) > 0 {
		return d.v.Asks.Required
	}
	return d.s.Terms.Required
}

// Edition gives the edition of a questionnaire that the proposal was asked, or
// "" when that was not fixed.
func (p *Proposal) Edition(questionnaire string) string { return p.Asks.Editions[questionnaire] }

func (p *Proposal) paper(x Payload, m moment) bool {
	switch x := x.(type) {
	case *OptionsCompared:
		p.Options = x.Options
	case *EvidenceRecorded:
		e := x.Evidence
		e.By, e.On = m.by, m.date
		p.Evidence = append(p.Evidence, e)
	case *FindingResolved:
		r := x.Resolution
		r.By, r.On = m.by, m.date
		p.Resolutions = append(p.Resolutions, r)
	default:
		return false
	}
	return true
}
