package loop

import (
	"maps"
	"slices"
	"strings"
	"time"

	"lemniscaat/internal/rule"
)

// ProposalScope is what a proposal has to know of the rest of the world.
type ProposalScope struct {
	Terms Terms
	By    PersonID
	// Known reports that the regulation exists.
	Known bool
	// Members are the people of the triangle of the regulation today.
	Members map[PersonID]Holder
	// Head is its eigenaar today.
	Head Holder
	// Capacity is what the opdrachtnemer can do per quarter; a quarter that is
	// absent is unknown, not zero.
	Capacity map[Quarter]int
	// Others are the decided claims of other proposals on the same capacity,
	// by proposal and quarter, after what they gave up.
	Others map[string]map[Quarter]int
	// Issues reports which of the knelpunten of OpenProposal exist.
	Issues map[string]bool
	// Imports reports which imports of outcomes exist.
	Imports map[string]bool
}

func (s ProposalScope) corner(id PersonID) Corner { return s.Members[id].Post.Corner }

// DecideProposal gives the events of a command on a proposal, on its own
// stream. A new proposal is the zero Proposal with OpenProposal.
func DecideProposal(v Proposal, s ProposalScope, c ProposalCommand, now time.Time) ([]Payload, error) {
	d := proposalDecision{v: &v, s: s, today: DateOf(now), now: now}
	if o, ok := c.(OpenProposal); ok {
		return d.open(o)
	}
	if v.State == "" {
		return nil, refuse("voorstel-onbekend", "Dit voorstel bestaat niet.", "Kies een voorstel uit de lijst.")
	}
	if err := d.frozen(c); err != nil {
		return nil, err
	}
	switch c := c.(type) {
	case NameAuthor:
		return d.author(c)
	case EditContent:
		return d.content(c)
	case EditPlan:
		return d.plan(c)
	case EditCompass:
		return d.compass(c)
	case RecordAssessment:
		return d.assess(c)
	case AttachSimulation:
		return d.simulate(c)
	case AcceptFinding:
		return d.acceptFinding(c)
	case MarkAssessed:
		return d.assessed()
	case Submit:
		return d.submit()
	case TurnKey:
		return d.turnKey(c)
	case WithdrawKey:
		return d.withdrawKey(c)
	case Return:
		return d.sendBack(c)
	case NextStage:
		return d.nextStage()
	case Pause:
		return d.pause(c)
	case Resume:
		return d.resume(c)
	case BringIntoForce:
		return d.inForce()
	case Measure:
		return d.measure(c)
	case Evaluate:
		return d.evaluate(c)
	case WithdrawProposal:
		return d.withdraw(c)
	case Lapse:
		return d.lapse(c)
	case KeepPromise:
		return d.keepPromise(c)
	case CompareOptions:
		return d.compareOptions(c)
	case RecordEvidence:
		return d.recordEvidence(c)
	case ResolveFinding:
		return d.resolveFinding(c)
	case RefuseKey:
		return d.refuseKey(c)
	case DeclareDeadlock:
		return d.deadlock(c)
	case StatePosition:
		return d.position(c)
	case DecideDeadlock:
		return d.settle(c)
	case DecideDespite:
		return d.despite(c)
	case ReportEarly:
		return d.reportEarly(c)
	case RecordParliament:
		return d.parliament(c)
	}
	panic("BUG: unknown command on a proposal")
}

type proposalDecision struct {
	v     *Proposal
	s     ProposalScope
	today rule.Date
	now   time.Time
}

func (d proposalDecision) member(what string) error {
	if _, ok := d.s.Members[d.s.By]; !ok {
		return refuse("rol-onjuist", "Alleen wie in de driehoek van deze regeling zit kan "+what+".", "Vraag het beleid of uitvoering.")
	}
	return nil
}

func (d proposalDecision) signs(what string) error {
	if !d.s.Members[d.s.By].Signs {
		return refuse("rol-onjuist", "Alleen wie in de driehoek van deze regeling tekent kan "+what+".", "Vraag iemand met mandaat.")
	}
	return nil
}

func (d proposalDecision) editable() error {
	if err := d.member("een voorstel veranderen"); err != nil {
		return err
	}
	if !d.v.State.Editable() {
		return refuse("voorstel-ligt-vast", "Dit voorstel is "+string(d.v.State)+" en verandert niet meer.", "Open een nieuw voorstel.")
	}
	return nil
}

func (d proposalDecision) open(c OpenProposal) ([]Payload, error) {
	if d.v.State != "" {
		return nil, refuse("id-bestaat", "Er is al een voorstel met deze naam.", "Kies een andere naam.")
	}
	if err := checkID(c.ID, "het voorstel"); err != nil {
		return nil, err
	}
	if !d.s.Known {
		return nil, refuse("regeling-onbekend", "De regeling “"+clip(c.Regulation)+"” bestaat hier niet.", "Kies een regeling uit de lijst.")
	}
	if err := d.member("een voorstel openen"); err != nil {
		return nil, err
	}
	if strings.TrimSpace(c.Title) == "" || len(c.Title) > 500 {
		return nil, refuse("titel-ontbreekt", "Het voorstel heeft geen titel, of een te lange.", "Zeg in één regel wat er verandert.")
	}
	for n, i := range c.Issues {
		if slices.Contains(c.Issues[:n], i) {
			return nil, refuse("knelpunt-dubbel", "Het knelpunt “"+clip(i)+"” staat er twee keer.", "Noem elk knelpunt één keer.")
		}
		if !d.s.Issues[i] {
			return nil, refuse("knelpunt-onbekend", "Het knelpunt “"+clip(i)+"” bestaat niet.", "Kies een knelpunt uit de lijst.")
		}
	}
	out := []Payload{&ProposalOpened{Regulation: c.Regulation, Title: c.Title, Issues: slices.Clone(c.Issues), Asks: c.Asks}}
	for _, a := range []struct {
		m Mandate
		p PersonID
	}{{Policy, c.Policy}, {Execution, c.Execution}} {
		if a.p == "" && d.s.corner(d.s.By) == a.m.Corner() {
			a.p = d.s.By
		}
		if a.p == "" {
			continue
		}
		if err := d.mayAuthor(a.m, a.p); err != nil {
			return nil, err
		}
		out = append(out, &AuthorNamed{Mandate: a.m, Person: a.p})
	}
	return out, nil
}

func (d proposalDecision) mayAuthor(m Mandate, p PersonID) error {
	if m != Policy && m != Execution {
		return refuse("mandaat-onbekend", "“"+clip(string(m))+"” is geen mandaat.", "Kies beleid of uitvoering.")
	}
	if d.s.corner(p) != m.Corner() {
		return refuse("rol-onjuist", "Deze persoon hoort in deze driehoek niet bij "+string(m)+".", "Kies iemand die als "+string(m.Corner())+" in de driehoek zit.")
	}
	return nil
}

func (d proposalDecision) author(c NameAuthor) ([]Payload, error) {
	if err := d.editable(); err != nil {
		return nil, err
	}
	if err := d.mayAuthor(c.Mandate, c.Person); err != nil {
		return nil, err
	}
	if d.v.Authors[c.Mandate] == c.Person {
		return nil, refuse("niets-veranderd", "Deze persoon is al medeauteur.", "")
	}
	return []Payload{&AuthorNamed{Mandate: c.Mandate, Person: c.Person}}, nil
}

// Valid reports whether it is 64 lower-case hexadecimal digits.
func (d Digest) Valid() bool {
	return len(d) == 64 && strings.Trim(string(d), "0123456789abcdef") == ""
}

func (d proposalDecision) content(c EditContent) ([]Payload, error) {
	if err := d.editable(); err != nil {
		return nil, err
	}
	if !c.Content.Digest.Valid() || !c.Content.Baseline.Valid() {
		return nil, refuse("digest-onjuist", "De inhoud heeft geen geldige digest.", "Een digest is 64 hexadecimale cijfers, van de nieuwe en van de geldende regels.")
	}
	if c.Content.Digest == c.Content.Baseline {
		return nil, refuse("niets-veranderd", "Deze inhoud is gelijk aan wat al geldt.", "Verander een regel, een bedrag of een stap.")
	}
	if c.Content.Digest == d.v.Content.Digest {
		return nil, refuse("niets-veranderd", "Deze inhoud staat al in het voorstel.", "")
	}
	return []Payload{&ContentEdited{Content: c.Content}}, nil
}

func (d proposalDecision) compass(c EditCompass) ([]Payload, error) {
	if err := d.editable(); err != nil {
		return nil, err
	}
	if len(c.Answers) == 0 {
		return nil, refuse("niets-veranderd", "Er is geen antwoord gegeven.", "")
	}
	for q, a := range c.Answers {
		if q == "" || len(q) > 200 || len(a) > maxReason {
			return nil, refuse("tekst-te-lang", "Een antwoord in het Beleidskompas is te lang.", "Gebruik ten hoogste "+itoa(maxReason)+" tekens.")
		}
	}
	return []Payload{&CompassEdited{Answers: maps.Clone(c.Answers)}}, nil
}

func (d proposalDecision) stale(given Digest, what string) error {
	if d.v.Content.Digest == "" {
		return refuse("inhoud-ontbreekt", "Het voorstel verandert nog niets.", "Verander eerst een regel, een bedrag of een stap.")
	}
	if given != d.v.Content.Digest {
		return refuse("digest-verouderd", what+" is gedaan op een andere inhoud dan er nu staat.", "Doe het opnieuw op de inhoud van nu.")
	}
	return nil
}

func (d proposalDecision) assess(c RecordAssessment) ([]Payload, error) {
	if err := d.editable(); err != nil {
		return nil, err
	}
	a := c.Assessment
	if a.Questionnaire == "" || a.Edition == "" {
		return nil, refuse("toets-onjuist", "De toets noemt niet welke vragenlijst het is.", "Noem de vragenlijst en haar uitgave.")
	}
	if err := d.stale(a.Content, "Deze toets"); err != nil {
		return nil, err
	}
	keys := map[string]bool{}
	for _, f := range a.Findings {
		if f.Key == "" || keys[f.Key] || !f.Magnitude.Valid() || (f.Before != "" && !f.Before.Valid()) {
			return nil, refuse("toets-onjuist", "Bevinding “"+clip(f.Key)+"” heeft geen eigen naam of geen omvang.", "Geef elke bevinding een naam en een getal.")
		}
		keys[f.Key] = true
	}
	return []Payload{&AssessmentRecorded{Assessment: a}}, nil
}

func (d proposalDecision) simulate(c AttachSimulation) ([]Payload, error) {
	if err := d.editable(); err != nil {
		return nil, err
	}
	if c.Simulation.Run == "" || c.Simulation.Population == "" {
		return nil, refuse("simulatie-onjuist", "De simulatie noemt haar run of haar bevolking niet.", "Hang een simulatie aan die gedraaid is.")
	}
	if err := d.stale(c.Simulation.Content, "Deze simulatie"); err != nil {
		return nil, err
	}
	// Two servers that follow one run attach it once.
	if have := d.v.Simulation; have.Run == c.Simulation.Run && have.Content == c.Simulation.Content && have.Sentence == c.Simulation.Sentence && maps.Equal(have.Numbers, c.Simulation.Numbers) {
		return nil, refuse("simulatie-bekend", "Deze simulatie hangt al aan het voorstel.", "U hoeft niets te doen.")
	}
	return []Payload{&SimulationAttached{Simulation: c.Simulation}}, nil
}

func (d proposalDecision) acceptFinding(c AcceptFinding) ([]Payload, error) {
	if err := d.editable(); err != nil {
		return nil, err
	}
	if err := d.signs("een bevinding aanvaarden"); err != nil {
		return nil, err
	}
	var m Mandate
	switch d.s.corner(d.s.By) {
	case Opdrachtgever:
		m = Policy
	case Opdrachtnemer:
		m = Execution
	default:
		return nil, refuse("rol-onjuist", "Een bevinding aanvaarden hoort bij een sleutel: die van beleid of uitvoering.", "Vraag het hun.")
	}
	if err := needText(c.Why, "Waarom", maxReason); err != nil {
		return nil, err
	}
	blocking, existing := d.v.Findings()
	is := func(f Finding) bool { return f.Key == c.Finding }
	if slices.ContainsFunc(blocking, is) {
		return nil, refuse("zwaarwegende-bevinding", "Deze bevinding is nieuw of erger geworden. Die kan niemand aanvaarden.", "Pas het voorstel aan tot zij weg is.", c.Finding)
	}
	if !slices.ContainsFunc(existing, is) {
		return nil, refuse("bevinding-onbekend", "Er is geen zwaarwegende bevinding “"+clip(c.Finding)+"” op deze inhoud.", "Kies een bevinding uit de lijst.")
	}
	if d.v.accepted(c.Finding, m) {
		return nil, refuse("niets-veranderd", "Deze bevinding is al aanvaard.", "")
	}
	return []Payload{&FindingAccepted{Acceptance: Acceptance{Finding: c.Finding, Mandate: m, Content: d.v.Content.Digest, By: d.s.By, Why: c.Why}}}, nil
}

func (p *Proposal) accepted(finding string, m Mandate) bool {
	return slices.ContainsFunc(p.Accepted, func(a Acceptance) bool {
		return a.Finding == finding && a.Mandate == m && a.Content == p.Content.Digest
	})
}

func (d proposalDecision) withdraw(c WithdrawProposal) ([]Payload, error) {
	switch d.v.State {
	case Rolling:
		return nil, refuse("staat-onjuist", "De uitrol loopt.", "Zet haar eerst stil.")
	case InForce, Evaluated, Withdrawn, Lapsed:
		return nil, refuse("staat-onjuist", "Dit voorstel is "+string(d.v.State)+".", "Wat geldt verandert alleen met een nieuw voorstel.")
	}
	if d.s.By != d.v.OpenedBy && d.s.By != d.v.Authors[Policy] && d.s.By != d.v.Authors[Execution] && d.s.By != d.s.Head.Person {
		return nil, refuse("rol-onjuist", "Alleen wie dit voorstel opende of meeschrijft, of de eigenaar, trekt het in.", "Vraag het hun.")
	}
	if err := needText(c.Reason, "Waarom", maxReason); err != nil {
		return nil, err
	}
	return []Payload{&ProposalWithdrawn{Reason: c.Reason}}, nil
}

func (d proposalDecision) lapse(c Lapse) ([]Payload, error) {
	if !d.v.State.Editable() {
		return nil, refuse("staat-onjuist", "Dit voorstel is "+string(d.v.State)+".", "Alleen een voorstel waar nog niet over besloten is kan vervallen.")
	}
	if d.s.By == "" || d.s.By != d.s.Head.Person {
		return nil, refuse("rol-onjuist", "Alleen de eigenaar laat een voorstel vervallen.", "Vraag het de eigenaar.")
	}
	if err := needText(c.Reason, "Waarom", maxReason); err != nil {
		return nil, err
	}
	return []Payload{&ProposalLapsed{Reason: c.Reason}}, nil
}

func (d proposalDecision) keepPromise(c KeepPromise) ([]Payload, error) {
	for _, o := range d.v.duties.list {
		if o.Duty != DutyPromise || o.Ref != c.Promise || !o.Open() {
			continue
		}
		if d.s.By == "" || (d.s.By != o.Debtor.Person && d.s.By != d.s.Head.Person) {
			return nil, refuse("rol-onjuist", "Alleen wie dit toezegde, of de eigenaar, meldt dat het gedaan is.", "Vraag het hun.")
		}
		if err := needText(c.How, "Hoe", maxReason); err != nil {
			return nil, err
		}
		return []Payload{&PromiseKept{Promise: c.Promise, How: c.How}}, nil
	}
	return nil, refuse("toezegging-onbekend", "Er staat geen toezegging “"+clip(c.Promise)+"” open.", "Kies er een uit de lijst.")
}
