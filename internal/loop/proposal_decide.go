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
	out := []Payload{&ProposalOpened{Regulation: c.Regulation, Title: c.Title, Issues: slices.Clone(c.Issues)}}
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

func (d proposalDecision) plan(c EditPlan) ([]Payload, error) {
	if err := d.editable(); err != nil {
		return nil, err
	}
	if err := c.Plan.check(); err != nil {
		return nil, err
	}
	return []Payload{&PlanEdited{Plan: c.Plan}}, nil
}

// check refuses a plan that contradicts itself. What is missing is refused
// later, when the proposal is submitted: a plan may grow.
func (p Plan) check() error {
	ids := map[string]bool{}
	for _, e := range p.Expectations {
		name := "Verwachting “" + clip(e.ID) + "”"
		if e.ID == "" || len(e.ID) > 200 || ids[e.ID] {
			return refuse("verwachting-onjuist", name+" heeft geen naam, of die komt twee keer voor.", "Geef elke verwachting een eigen korte naam.")
		}
		ids[e.ID] = true
		if e.Indicator == "" {
			return refuse("verwachting-onjuist", name+" zegt niet wat er gemeten wordt.", "Kies een indicator.")
		}
		if !slices.Contains(p.Goals, e.Goal) {
			return refuse("verwachting-onjuist", name+" hoort bij geen doel van dit voorstel.", "Kies een van de doelen.")
		}
		for _, n := range []struct {
			what string
			n    Number
		}{{"nulmeting", e.Baseline}, {"voorspelling", e.Predicted}, {"laagste waarde", e.Low}, {"hoogste waarde", e.High}} {
			if !n.n.Valid() {
				return refuse("verwachting-onjuist", name+": de "+n.what+" “"+clip(string(n.n))+"” is geen getal.", "Schrijf een getal zo: 12.5")
			}
		}
		if e.Low.Cmp(e.Predicted) > 0 || e.Predicted.Cmp(e.High) > 0 {
			return refuse("verwachting-onjuist", name+": de voorspelling ligt niet in haar eigen band.", "Laag ≤ voorspeld ≤ hoog.")
		}
		t := e.Tripwire
		if (t.Below == "" && t.Above == "") || (t.Below != "" && !t.Below.Valid()) || (t.Above != "" && !t.Above.Valid()) {
			return refuse("struikeldraad-ontbreekt", name+" heeft geen struikeldraad.", "Zeg bij welke waarde de uitrol stopt, eronder of erboven.")
		}
		if (t.Below != "" && t.Below.Cmp(e.Low) > 0) || (t.Above != "" && t.Above.Cmp(e.High) < 0) {
			return refuse("struikeldraad-in-de-band", name+": de struikeldraad ligt binnen de band.", "Leg hem op of buiten de rand van de band.")
		}
		if e.Horizon.IsZero() || !e.Horizon.Valid() || (!p.InForce.IsZero() && !e.Horizon.After(p.InForce)) {
			return refuse("verwachting-onjuist", name+" heeft geen dag waarop er gemeten wordt, of die ligt voor de ingangsdatum.", "Kies een dag na de ingangsdatum.")
		}
	}
	for q, n := range p.Claim {
		if !q.Valid() || n < 0 || n > 1_000_000 {
			return refuse("beslag-onjuist", "Het beslag in “"+clip(string(q))+"” kan niet.", "Schrijf een kwartaal zo: 2027-Q1, met 0 of meer punten.")
		}
	}
	for _, y := range p.Yields {
		if !y.Quarter.Valid() || y.Points <= 0 || y.From == "" {
			return refuse("wijken-onjuist", "Wat wijkt moet een voorstel, een kwartaal en een aantal punten noemen.", "Noem wat opschuift en hoeveel.")
		}
	}
	if err := checkPromises(p.Promises, map[string]bool{}); err != nil {
		return err
	}
	for i, s := range p.Rollout {
		if s.Percent < 1 || s.Percent > 100 || !s.From.Valid() || s.From.IsZero() ||
			(i > 0 && (s.Percent <= p.Rollout[i-1].Percent || s.From.Before(p.Rollout[i-1].From))) {
			return refuse("uitrol-onjuist", "Trede "+itoa(i+1)+" van de uitrol klopt niet.", "Elke trede is groter en niet eerder dan de vorige, bijvoorbeeld 1, 10, 50 en 100 procent.")
		}
	}
	if n := len(p.Rollout); n > 0 && p.Rollout[n-1].Percent != 100 {
		return refuse("uitrol-onjuist", "De laatste trede van de uitrol is "+itoa(p.Rollout[n-1].Percent)+" procent.", "Eindig met 100 procent.")
	}
	if !p.InForce.IsZero() && !p.InForce.Valid() {
		return refuse("datum-onjuist", "De ingangsdatum bestaat niet.", "Geef een datum, bijvoorbeeld 2027-01-01.")
	}
	return nil
}

func checkPromises(ps []Promise, ids map[string]bool) error {
	for _, p := range ps {
		if p.ID == "" || ids[p.ID] || p.By == "" || strings.TrimSpace(p.What) == "" || p.Due.IsZero() || !p.Due.Valid() {
			return refuse("toezegging-onjuist", "Een toezegging noemt wie, wat en wanneer.", "Noem een persoon, wat die belooft, en de uiterste dag.")
		}
		ids[p.ID] = true
	}
	return nil
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

// authored refuses without both co-authors.
func (d proposalDecision) authored() error {
	if d.v.Authors[Execution] == "" {
		return refuse("medeauteur-uitvoering-ontbreekt", "Er is geen medeauteur uit de uitvoering. Zo blijft dit voorstel een schets.", "Vraag iemand die het straks uitvoert om mee te schrijven.")
	}
	if d.v.Authors[Policy] == "" {
		return refuse("medeauteur-beleid-ontbreekt", "Er is geen medeauteur uit het beleid. Zo blijft dit voorstel een schets.", "Vraag een beleidsmaker om mee te schrijven.")
	}
	if d.v.Authors[Policy] == d.v.Authors[Execution] {
		return refuse("medeauteur-zelfde-persoon", "Beleid en uitvoering hebben dezelfde medeauteur.", "Noem twee personen.")
	}
	return nil
}

// tested refuses while a required questionnaire was not done on this content.
func (d proposalDecision) tested() error {
	if d.v.Content.Digest == "" {
		return refuse("inhoud-ontbreekt", "Het voorstel verandert nog niets.", "Verander eerst een regel, een bedrag of een stap.")
	}
	var missing, old []string
	for _, q := range d.s.Terms.Required {
		n := slices.IndexFunc(d.v.Assessments, func(a Assessment) bool { return a.Questionnaire == q })
		switch {
		case n < 0:
			missing = append(missing, q)
		case d.v.Assessments[n].Content != d.v.Content.Digest:
			old = append(old, q)
		}
	}
	if len(missing) > 0 {
		return refuse("toets-ontbreekt", "Nog niet gedaan: "+strings.Join(missing, ", ")+".", "Doe de toets op de inhoud van nu.", missing...)
	}
	if len(old) > 0 {
		return refuse("digest-verouderd", "De inhoud is veranderd na de toets: "+strings.Join(old, ", ")+".", "Doe de toets opnieuw op de inhoud van nu.", old...)
	}
	if d.v.Simulation.Run != "" && d.v.Simulation.Content != d.v.Content.Digest {
		return refuse("digest-verouderd", "De inhoud is veranderd na de simulatie.", "Draai de simulatie opnieuw.", "simulatie")
	}
	return nil
}

func (d proposalDecision) assessed() ([]Payload, error) {
	if err := d.member("een voorstel laten toetsen"); err != nil {
		return nil, err
	}
	if d.v.State != Sketch && d.v.State != Returned {
		return nil, refuse("staat-onjuist", "Dit voorstel is al "+string(d.v.State)+".", "")
	}
	if err := d.authored(); err != nil {
		return nil, err
	}
	if err := d.tested(); err != nil {
		return nil, err
	}
	return []Payload{&ProposalAssessed{Content: d.v.Content.Digest}}, nil
}

// ready refuses while something is missing of what keys sign.
func (d proposalDecision) ready() error {
	if err := d.authored(); err != nil {
		return err
	}
	if err := d.tested(); err != nil {
		return err
	}
	if blocking, _ := d.v.Findings(); len(blocking) > 0 {
		var items []string
		for _, f := range blocking {
			items = append(items, f.Key)
		}
		return refuse("zwaarwegende-bevinding", "Er is een nieuwe of ergere zwaarwegende bevinding: "+blocking[0].Text, "Pas het voorstel aan tot zij weg is.", items...)
	}
	plan := d.v.Plan
	if len(plan.Goals) == 0 || len(plan.Expectations) == 0 {
		return refuse("verwachting-ontbreekt", "Het voorstel zegt niet wat het zal uithalen.", "Noem een doel, en per doel een verwachting met band en struikeldraad.")
	}
	for _, g := range plan.Goals {
		if !slices.ContainsFunc(plan.Expectations, func(e Expectation) bool { return e.Goal == g }) {
			return refuse("verwachting-ontbreekt", "Doel “"+clip(g)+"” heeft geen verwachting.", "Zeg per doel wat er gemeten zal worden.", g)
		}
	}
	if plan.InForce.IsZero() {
		return refuse("ingangsdatum-ontbreekt", "Het voorstel zegt niet vanaf welke dag het geldt.", "Kies een dag.")
	}
	if plan.InForce.Before(d.today) {
		return refuse("terugwerkend", "De ingangsdatum "+plan.InForce.String()+" is al voorbij.", "Kies een dag vanaf vandaag.")
	}
	if len(plan.Rollout) == 0 {
		return refuse("uitrol-ontbreekt", "Het voorstel zegt niet hoe het wordt uitgerold.", "Kies treden, of één trede van 100 procent.")
	}
	return d.fits()
}

// fits refuses a claim that does not fit in the capacity of a quarter, unless
// named claims of others yield enough.
func (d proposalDecision) fits() error {
	plan := d.v.Plan
	freed := map[Quarter]int{}
	taken := map[string]map[Quarter]int{}
	for _, y := range plan.Yields {
		if taken[y.From] == nil {
			taken[y.From] = map[Quarter]int{}
		}
		taken[y.From][y.Quarter] += y.Points
		if y.From == d.v.ID || taken[y.From][y.Quarter] > d.s.Others[y.From][y.Quarter] {
			return refuse("wijken-onjuist", "Voorstel “"+clip(y.From)+"” heeft in "+string(y.Quarter)+" geen "+itoa(taken[y.From][y.Quarter])+" punten om af te staan.", "Kies iets dat in dat kwartaal ruimte heeft.")
		}
		freed[y.Quarter] += y.Points
	}
	for _, q := range slices.Sorted(maps.Keys(plan.Claim)) {
		n := plan.Claim[q]
		if n == 0 {
			continue
		}
		capacity, known := d.s.Capacity[q]
		if !known {
			return refuse("capaciteit-onbekend", "De uitvoering heeft voor "+string(q)+" nog niet gezegd hoeveel er past.", "Vraag de opdrachtnemer om de capaciteit.", string(q))
		}
		used := 0
		for _, o := range d.s.Others {
			used += o[q]
		}
		if over := used + n - freed[q] - capacity; over > 0 {
			return refuse("capaciteit-vol", "In "+string(q)+" past dit niet: "+itoa(used)+" van "+itoa(capacity)+" punten is al toegezegd, dit vraagt er "+itoa(n)+".",
				"Zeg wat er "+itoa(over)+" punten opschuift.", string(q))
		}
	}
	return nil
}

func (d proposalDecision) submit() ([]Payload, error) {
	if err := d.member("een voorstel voorleggen"); err != nil {
		return nil, err
	}
	if d.v.State != Assessed {
		// The first thing that is missing says more than the state.
		if d.v.State == Sketch || d.v.State == Returned {
			if err := d.authored(); err != nil {
				return nil, err
			}
			if err := d.tested(); err != nil {
				return nil, err
			}
		}
		return nil, refuse("staat-onjuist", "Dit voorstel is "+string(d.v.State)+".", "Alleen een getoetst voorstel wordt voorgelegd.")
	}
	if err := d.ready(); err != nil {
		return nil, err
	}
	return []Payload{&ProposalSubmitted{Digest: d.v.Digest()}}, nil
}

func (d proposalDecision) turnKey(c TurnKey) ([]Payload, error) {
	if d.v.State != Submitted && d.v.State != Paused {
		return nil, refuse("staat-onjuist", "Dit voorstel is "+string(d.v.State)+". Er valt nu niets te tekenen.", "Een sleutel gaat op een voorgelegd voorstel.")
	}
	if c.Mandate != Policy && c.Mandate != Execution {
		return nil, refuse("mandaat-onbekend", "“"+clip(string(c.Mandate))+"” is geen mandaat.", "Kies beleid of uitvoering.")
	}
	if d.v.Key(c.Mandate) != nil {
		return nil, refuse("sleutel-al-omgedraaid", "De sleutel van "+string(c.Mandate)+" is al omgedraaid.", "")
	}
	for _, k := range d.v.Keys {
		if k.Person == d.s.By {
			return nil, refuse("sleutel-zelfde-persoon", "U tekende al, namens "+string(k.Mandate)+".", "De tweede sleutel is van iemand anders, met het andere mandaat.")
		}
	}
	if me := d.s.Members[d.s.By]; !me.Signs || me.Post.Corner != c.Mandate.Corner() {
		return nil, refuse("rol-onjuist", "U tekent in deze driehoek niet namens "+string(c.Mandate)+".", "Deze sleutel is van de "+string(c.Mandate.Corner())+".")
	}
	if c.Digest != d.v.Digest() {
		return nil, refuse("digest-verouderd", "Het voorstel is veranderd nadat u het las.", "Lees het opnieuw en teken dan.")
	}
	ids := map[string]bool{}
	for _, p := range d.v.promises() {
		ids[p.ID] = true
	}
	if err := checkPromises(c.Conditions, ids); err != nil {
		return nil, err
	}
	if d.v.State == Submitted {
		if err := d.ready(); err != nil {
			return nil, err
		}
	}
	_, existing := d.v.Findings()
	var missing []string
	for _, f := range existing {
		if !d.v.accepted(f.Key, c.Mandate) {
			missing = append(missing, f.Key)
		}
	}
	if len(missing) > 0 {
		return nil, refuse("bevinding-niet-aanvaard", itoa(len(missing))+" zwaarwegende bevinding(en) die er al waren, zijn nog niet bewust aanvaard namens "+string(c.Mandate)+".", "Aanvaard ze met een reden, of pas het voorstel aan.", missing...)
	}
	out := []Payload{&KeyTurned{Key: Key{Person: d.s.By, Mandate: c.Mandate, Digest: c.Digest, Conditions: slices.Clone(c.Conditions)}}}
	if d.v.State == Submitted && len(d.v.Keys) == 1 {
		out = append(out, &ProposalDecided{Digest: c.Digest})
	}
	return out, nil
}

func (d proposalDecision) withdrawKey(c WithdrawKey) ([]Payload, error) {
	switch d.v.State {
	case Submitted, Decided, Rolling, Paused:
	default:
		return nil, refuse("staat-onjuist", "Dit voorstel is "+string(d.v.State)+". Een sleutel kan nu niet terug.", "Open een nieuw voorstel.")
	}
	if err := needText(c.Reason, "Waarom", maxReason); err != nil {
		return nil, err
	}
	me := d.s.Members[d.s.By]
	for _, k := range d.v.Keys {
		if k.Person == d.s.By || (me.Signs && me.Post.Corner == k.Mandate.Corner()) {
			out := []Payload{&KeyWithdrawn{Mandate: k.Mandate, Reason: c.Reason}}
			if d.v.State == Rolling {
				out = append(out, &RolloutPaused{Cause: "sleutel ingetrokken"})
			}
			return out, nil
		}
	}
	return nil, refuse("geen-sleutel", "U heeft hier geen sleutel omgedraaid.", "Alleen wie tekende, of wie nu voor die kant tekent, trekt een sleutel in.")
}

func (d proposalDecision) sendBack(c Return) ([]Payload, error) {
	if d.v.State != Assessed && d.v.State != Submitted {
		return nil, refuse("staat-onjuist", "Dit voorstel is "+string(d.v.State)+".", "Alleen een getoetst of voorgelegd voorstel wordt teruggelegd.")
	}
	if err := d.signs("een voorstel terugleggen"); err != nil {
		return nil, err
	}
	if err := needText(c.Reason, "Waarom", maxReason); err != nil {
		return nil, err
	}
	return []Payload{&ProposalReturned{Reason: c.Reason}}, nil
}

// bothKeys refuses while a key is missing or was given for something else.
func (d proposalDecision) bothKeys() error {
	now := d.v.Digest()
	for _, m := range []Mandate{Policy, Execution} {
		k := d.v.Key(m)
		if k == nil {
			return refuse("sleutel-ontbreekt", "De sleutel van "+string(m)+" ontbreekt.", "Een besluit heeft twee sleutels: één van beleid en één van uitvoering.", string(m))
		}
		if k.Digest != now {
			return refuse("digest-verouderd", "De sleutel van "+string(m)+" hoort bij een andere tekst.", "Teken opnieuw.", string(m))
		}
	}
	if d.v.Key(Policy).Person == d.v.Key(Execution).Person {
		return refuse("sleutel-zelfde-persoon", "Beide sleutels zijn van dezelfde persoon.", "Laat een ander tekenen.")
	}
	return nil
}

func (d proposalDecision) nextStage() ([]Payload, error) {
	if err := d.signs("uitrollen"); err != nil {
		return nil, err
	}
	if d.v.State.Editable() || d.v.State == Decided || d.v.State == Paused || d.v.State == Rolling {
		if err := d.bothKeys(); err != nil {
			return nil, err
		}
	}
	if d.v.State == Paused {
		return nil, refuse("uitrol-gepauzeerd", "De uitrol staat stil.", "De eigenaar hervat haar, met een reden.")
	}
	if d.v.State != Decided && d.v.State != Rolling {
		return nil, refuse("staat-onjuist", "Dit voorstel is "+string(d.v.State)+".", "Alleen een besloten voorstel wordt uitgerold.")
	}
	next := d.v.Stage + 1
	if next >= len(d.v.Plan.Rollout) {
		return nil, refuse("uitrol-klaar", "De laatste trede is al begonnen.", "Breng het voorstel in werking.")
	}
	if from := d.v.Plan.Rollout[next].From; d.today.Before(from) {
		return nil, refuse("trede-te-vroeg", "Deze trede begint op "+from.String()+".", "Wacht tot die dag.")
	}
	return []Payload{&StageBegun{Stage: next}}, nil
}

func (d proposalDecision) pause(c Pause) ([]Payload, error) {
	if d.v.State != Rolling {
		return nil, refuse("staat-onjuist", "Er loopt geen uitrol.", "")
	}
	if err := d.signs("een uitrol stilzetten"); err != nil {
		return nil, err
	}
	if err := needText(c.Reason, "Waarom", maxReason); err != nil {
		return nil, err
	}
	return []Payload{&RolloutPaused{Cause: "met de hand", Reason: c.Reason}}, nil
}

func (d proposalDecision) resume(c Resume) ([]Payload, error) {
	if d.v.State != Paused {
		return nil, refuse("staat-onjuist", "De uitrol staat niet stil.", "")
	}
	if d.s.By == "" || d.s.By != d.s.Head.Person {
		return nil, refuse("rol-onjuist", "Alleen de eigenaar hervat een uitrol.", "Vraag het de eigenaar.")
	}
	if err := d.bothKeys(); err != nil {
		return nil, err
	}
	if err := needText(c.Reason, "Waarom", maxReason); err != nil {
		return nil, err
	}
	return []Payload{&RolloutResumed{Reason: c.Reason}}, nil
}

func (d proposalDecision) inForce() ([]Payload, error) {
	if err := d.signs("een voorstel in werking brengen"); err != nil {
		return nil, err
	}
	if err := d.bothKeys(); err != nil && !d.v.State.Ended() && d.v.State != InForce {
		return nil, err
	}
	last := len(d.v.Plan.Rollout) - 1
	switch {
	case d.v.State == Decided && last == 0:
		// One stage of 100 %: the date in the plan does the work.
	case d.v.State == Decided || (d.v.State == Rolling && d.v.Stage < last):
		return nil, refuse("uitrol-niet-klaar", "De uitrol is nog niet bij de laatste trede.", "Begin eerst alle treden.")
	case d.v.State == Paused:
		return nil, refuse("uitrol-gepauzeerd", "De uitrol staat stil.", "De eigenaar hervat haar, met een reden.")
	case d.v.State != Rolling:
		return nil, refuse("staat-onjuist", "Dit voorstel is "+string(d.v.State)+".", "Alleen een besloten voorstel treedt in werking.")
	}
	from := d.v.Plan.InForce
	return []Payload{&ProposalInForce{From: from, Evaluate: from.AddMonths(d.s.Terms.EvaluationMonths)}}, nil
}

func (d proposalDecision) measure(c Measure) ([]Payload, error) {
	switch d.v.State {
	case Rolling, Paused, InForce, Evaluated:
	default:
		return nil, refuse("staat-onjuist", "Dit voorstel is "+string(d.v.State)+". Er is nog niets te meten.", "Meten kan vanaf de uitrol.")
	}
	if d.s.By != System {
		if err := d.member("meten"); err != nil {
			return nil, err
		}
	}
	m := c.Measurement
	n := slices.IndexFunc(d.v.Plan.Expectations, func(e Expectation) bool { return e.ID == m.Expectation })
	if n < 0 {
		return nil, refuse("verwachting-onbekend", "Dit voorstel heeft geen verwachting “"+clip(m.Expectation)+"”.", "Kies een verwachting uit het voorstel.")
	}
	if !m.Value.Valid() {
		return nil, refuse("meting-onjuist", "“"+clip(string(m.Value))+"” is geen getal.", "Schrijf een getal zo: 12.5")
	}
	if m.Cases <= 0 {
		return nil, refuse("meting-onjuist", "De meting steunt op geen enkele zaak.", "Een meting zonder zaken is geen meting.")
	}
	if m.From.IsZero() || !m.From.Valid() || !m.Until.Valid() || m.Until.Before(m.From) {
		return nil, refuse("meting-onjuist", "De periode van de meting klopt niet.", "Geef een begin en een eind dat niet eerder is.")
	}
	if m.Until.After(d.today) {
		return nil, refuse("meting-in-de-toekomst", "De periode loopt tot "+m.Until.String()+", dat is nog niet voorbij.", "Meet wat gebeurd is.")
	}
	start := d.v.Plan.InForce
	if len(d.v.Plan.Rollout) > 0 {
		start = sooner(start, d.v.Plan.Rollout[0].From)
	}
	if m.From.Before(start) {
		return nil, refuse("meting-te-vroeg", "De periode begint voor de wijziging ("+start.String()+").", "Meet vanaf die dag.")
	}
	if !d.s.Imports[m.Import] {
		return nil, refuse("invoer-onbekend", "De meting noemt geen invoer die bekend is.", "Voer eerst de uitkomsten in.")
	}
	for _, o := range d.v.Measurements {
		if o.Expectation == m.Expectation && o.From == m.From && o.Until == m.Until && o.Import == m.Import {
			return nil, refuse("dubbele-meting", "Deze meting staat er al.", "")
		}
	}
	m.Verdict, m.Tripped = d.v.Plan.Expectations[n].Judge(m.Value, m.Until)
	out := []Payload{&Measured{Measurement: m}}
	if m.Tripped && d.v.State == Rolling {
		out = append(out, &RolloutPaused{Cause: causeTripwire})
	}
	return out, nil
}

func (d proposalDecision) evaluate(c Evaluate) ([]Payload, error) {
	if d.v.State != InForce {
		return nil, refuse("staat-onjuist", "Dit voorstel is "+string(d.v.State)+".", "Alleen wat geldt wordt geëvalueerd.")
	}
	if err := d.signs("evalueren"); err != nil {
		return nil, err
	}
	for _, e := range d.v.Plan.Expectations {
		if m, ok := d.v.Last(e.ID); !ok || m.Verdict == Early {
			return nil, refuse("meting-ontbreekt", "Verwachting “"+e.ID+"” is nog niet op haar horizon gemeten.", "Voer de uitkomsten in tot en met "+e.Horizon.String()+".", e.ID)
		}
	}
	if err := needText(c.Report, "Wat leren we hiervan?", maxReason); err != nil {
		return nil, err
	}
	return []Payload{&ProposalEvaluated{Report: c.Report}}, nil
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
