package loop

import (
	"maps"
	"slices"
	"strings"
)

// frozen refuses what would change a proposal while the eigenaar decides on
// it. Turning the missing key after all, or withdrawing it, stays possible.
func (d proposalDecision) frozen(c ProposalCommand) error {
	stuck := d.v.Stuck()
	if stuck == nil {
		return nil
	}
	switch c.(type) {
	case NameAuthor, EditContent, EditPlan, EditCompass, RecordAssessment, AttachSimulation, Return, Lapse, RefuseKey, DecideDespite, DeclareDeadlock:
		return refuse("vastgelopen", "Dit voorstel is vastgelopen. De eigenaar beslist uiterlijk "+stuck.DecideBy.String()+".",
			"Wacht op de eigenaar, zet uw standpunt erbij, of geef alsnog de sleutel.")
	}
	return nil
}

// side refuses whoever does not sign for a mandate.
func (d proposalDecision) side(m Mandate) error {
	if m != Policy && m != Execution {
		return refuse("mandaat-onbekend", "“"+clip(string(m))+"” is geen mandaat.", "Kies beleid of uitvoering.")
	}
	if me := d.s.Members[d.s.By]; !me.Signs || me.Post.Corner != m.Corner() {
		return refuse("rol-onjuist", "U tekent in deze driehoek niet namens "+string(m)+".", "Vraag iemand die voor de "+string(m.Corner())+" tekent.")
	}
	return nil
}

func (d proposalDecision) refuseKey(c RefuseKey) ([]Payload, error) {
	if d.v.State != Submitted {
		return nil, refuse("staat-onjuist", "Dit voorstel is "+string(d.v.State)+". Er valt nu niets te tekenen.", "Een sleutel weigeren kan bij een voorgelegd voorstel.")
	}
	if err := d.side(c.Mandate); err != nil {
		return nil, err
	}
	if d.v.Key(c.Mandate) != nil {
		return nil, refuse("sleutel-al-omgedraaid", "De sleutel van "+string(c.Mandate)+" is al omgedraaid.", "Trek hem eerst in.")
	}
	if d.v.Refusal(c.Mandate) != nil {
		return nil, refuse("sleutel-al-geweigerd", "De sleutel van "+string(c.Mandate)+" is al geweigerd.", "")
	}
	if c.Digest != d.v.Digest() {
		return nil, refuse("digest-verouderd", "Het voorstel is veranderd nadat u het las.", "Lees het opnieuw.")
	}
	if err := needText(c.Reason, "Waarom", maxReason); err != nil {
		return nil, err
	}
	return []Payload{&KeyRefused{Mandate: c.Mandate, Digest: c.Digest, ReplyBy: d.today.AddDays(d.s.Terms.KeyDays), Reason: c.Reason}}, nil
}

// returnsToDeadlock is how often a proposal is returned before a side may say
// that it is stuck.
const returnsToDeadlock = 2

func (d proposalDecision) deadlock(c DeclareDeadlock) ([]Payload, error) {
	if err := d.side(c.Mandate); err != nil {
		return nil, err
	}
	switch {
	case d.v.State == Submitted && len(d.v.Refused) > 0:
	case d.v.State == Returned && d.v.Returns >= returnsToDeadlock:
		// What goes to the eigenaar has to be whole.
		if err := d.ready(); err != nil {
			return nil, err
		}
	case d.v.State == Submitted || d.v.State == Returned:
		return nil, refuse("niet-vastgelopen", "Er is nog geen sleutel geweigerd, en het voorstel is nog geen twee keer teruggelegd.", "Weiger de sleutel met een reden, of praat verder.")
	default:
		return nil, refuse("staat-onjuist", "Dit voorstel is "+string(d.v.State)+".", "Vastlopen kan een voorstel dat is voorgelegd of teruggelegd.")
	}
	if err := needText(c.Position, "Uw standpunt", maxReason); err != nil {
		return nil, err
	}
	return []Payload{&DeadlockDeclared{Mandate: c.Mandate, Digest: d.v.Digest(), DecideBy: d.today.AddDays(d.s.Terms.DeadlockDays), Position: c.Position}}, nil
}

func (d proposalDecision) position(c StatePosition) ([]Payload, error) {
	if d.v.Stuck() == nil {
		return nil, refuse("niet-vastgelopen", "Dit voorstel wacht niet op de eigenaar.", "Een standpunt hoort bij een vastgelopen voorstel.")
	}
	if err := d.side(c.Mandate); err != nil {
		return nil, err
	}
	if err := needText(c.Position, "Uw standpunt", maxReason); err != nil {
		return nil, err
	}
	return []Payload{&PositionStated{Mandate: c.Mandate, Position: c.Position}}, nil
}

func (d proposalDecision) settle(c DecideDeadlock) ([]Payload, error) {
	if d.v.Stuck() == nil {
		return nil, refuse("niet-vastgelopen", "Dit voorstel wacht niet op de eigenaar.", "")
	}
	if d.s.By == "" || d.s.By != d.s.Head.Person {
		return nil, refuse("rol-onjuist", "Alleen de eigenaar beslist over een vastgelopen voorstel.", "Vraag het de eigenaar.")
	}
	if err := needText(c.Reason, "Waarom", maxReason); err != nil {
		return nil, err
	}
	p := &DeadlockDecided{Outcome: c.Outcome, Digest: d.v.Digest(), Reason: c.Reason}
	switch c.Outcome {
	case DeadlockReturn:
		return []Payload{p, &ProposalReturned{Reason: c.Reason}}, nil
	case DeadlockWithdraw:
		return []Payload{p, &ProposalWithdrawn{Reason: c.Reason}}, nil
	case DeadlockFavour:
		missing, err := d.missing()
		if err != nil {
			return nil, err
		}
		p.Missing = missing
		return []Payload{p, &ProposalDecided{Digest: p.Digest}}, nil
	}
	return nil, refuse("uitkomst-onbekend", "“"+clip(string(c.Outcome))+"” is geen besluit.", "Kies voor, teruggelegd of ingetrokken.")
}

// missing gives the mandates without a key. It refuses when nobody signed, or
// when what lies there may not be decided on: a named decision replaces a key,
// not a test.
func (d proposalDecision) missing() ([]Mandate, error) {
	var out []Mandate
	for _, m := range []Mandate{Policy, Execution} {
		if d.v.Key(m) == nil {
			out = append(out, m)
		}
	}
	if len(out) != 1 {
		return nil, refuse("sleutel-ontbreekt", "Er is geen enkele sleutel op dit voorstel.", "Wie het voorstel wil, geeft eerst de eigen sleutel.")
	}
	if err := d.ready(); err != nil {
		return nil, err
	}
	return out, nil
}

func (d proposalDecision) despite(c DecideDespite) ([]Payload, error) {
	if d.v.State != Submitted {
		return nil, refuse("staat-onjuist", "Dit voorstel is "+string(d.v.State)+".", "Een besluit ondanks kan alleen bij een voorgelegd voorstel.")
	}
	missing, err := d.missing()
	if err != nil {
		return nil, err
	}
	if me := d.s.Members[d.s.By]; d.s.By != d.s.Head.Person && (!me.Signs || me.Post.Corner != missing[0].Other().Corner()) {
		return nil, refuse("rol-onjuist", "Een besluit ondanks neemt de kant die wel tekende, of de eigenaar.", "Vraag iemand die voor de "+string(missing[0].Other().Corner())+" tekent.")
	}
	if c.Digest != d.v.Digest() {
		return nil, refuse("digest-verouderd", "Het voorstel is veranderd nadat u het las.", "Lees het opnieuw.")
	}
	late := false
	for _, o := range d.v.duties.list {
		late = late || o.Duty == DutyKey && o.Ref == string(missing[0]) && o.Open() && d.today.After(o.Due)
	}
	if d.v.Refusal(missing[0]) == nil && !late {
		return nil, refuse("sleutel-nog-niet-geweigerd", "De "+string(missing[0])+" heeft nog geen nee gezegd en heeft nog tijd.", "Wacht op hun sleutel of hun reden.")
	}
	if strings.TrimSpace(c.Name.Words) == "" {
		return nil, refuse("naam-ontbreekt", "Een besluit ondanks staat op naam van iemand.", "Schrijf naam en functie op van wie dit op zich neemt.")
	}
	if err := checkText(c.Name, "Op naam van", maxLine); err != nil {
		return nil, err
	}
	if err := needText(c.Reason, "Waarom", maxReason); err != nil {
		return nil, err
	}
	early := d.v.Plan.InForce.AddMonths(d.s.Terms.EarlyMonths)
	return []Payload{
		&DecidedDespite{Missing: missing[0], Digest: c.Digest, ReportBy: early, Name: c.Name, Reason: c.Reason},
		&ProposalDecided{Digest: c.Digest},
	}, nil
}

func (d proposalDecision) reportEarly(c ReportEarly) ([]Payload, error) {
	if d.v.duties.current(DutyEarly) == nil {
		return nil, refuse("niets-schuldig", "Er staat geen vroege invoeringstoets open.", "")
	}
	if err := d.signs("een vroege invoeringstoets doen"); err != nil {
		return nil, err
	}
	switch d.v.State {
	case Rolling, Paused, InForce, Evaluated:
	default:
		return nil, refuse("staat-onjuist", "De wijziging wordt nog niet uitgevoerd. Er is nog niets te zien.", "Wacht tot de uitrol begint.")
	}
	if err := needText(c.Report, "Wat ziet u?", maxReason); err != nil {
		return nil, err
	}
	return []Payload{&EarlyReported{Report: c.Report}}, nil
}

func (d proposalDecision) parliament(c RecordParliament) ([]Payload, error) {
	if d.s.By != d.s.Head.Person {
		if err := d.signs("een besluit van parlement of raad vastleggen"); err != nil {
			return nil, err
		}
	}
	r := c.Ruling
	if strings.TrimSpace(r.Body) == "" || len(r.Body) > 200 {
		return nil, refuse("orgaan-ontbreekt", "Er staat niet wie dit besloot.", "Noem de gemeenteraad, de Tweede Kamer of een ander orgaan.")
	}
	if strings.TrimSpace(r.Source) == "" || len(r.Source) > 1000 {
		return nil, refuse("bron-ontbreekt", "Er staat niet waar dit besluit te lezen is.", "Noem het stuk of de vindplaats.")
	}
	if len(r.Note) > maxLine {
		return nil, refuse("tekst-te-lang", "De toelichting is te lang.", "Gebruik ten hoogste "+itoa(maxLine)+" tekens.")
	}
	if !r.On.Valid() || r.On.IsZero() || r.On.After(d.today) {
		return nil, refuse("datum-onjuist", "De dag van het besluit ontbreekt, bestaat niet of moet nog komen.", "Geef de dag waarop het besloten is.")
	}
	rec := &ParliamentRecorded{Ruling: r, Digest: d.v.Digest()}
	switch r.Outcome {
	case OnRecord:
		return []Payload{rec}, nil
	case Rejects:
		switch d.v.State {
		case InForce, Evaluated, Withdrawn, Lapsed:
			return nil, refuse("staat-onjuist", "Dit voorstel is "+string(d.v.State)+".", "Leg het vast als ander besluit. Wat geldt verandert alleen met een nieuw voorstel.")
		}
		return []Payload{rec, &ProposalWithdrawn{Reason: Words("Verworpen door " + r.Body + ", " + r.On.String() + ".")}}, nil
	case Carried:
		if !d.v.State.Editable() {
			return nil, refuse("staat-onjuist", "Dit voorstel is "+string(d.v.State)+".", "Leg het vast als ander besluit.")
		}
		// Not a veto: without these nobody could carry out what was decided.
		if d.v.Content.Digest == "" || d.v.Plan.InForce.IsZero() || len(d.v.Plan.Rollout) == 0 {
			return nil, refuse("inhoud-ontbreekt", "Er staat nog niet in wat er verandert, vanaf wanneer, of in welke treden.", "Beschrijf eerst wat er besloten is.")
		}
		over, err := d.room()
		if err != nil {
			return nil, err
		}
		rec.Over = over
		return []Payload{rec, &ProposalDecided{Digest: rec.Digest}}, nil
	}
	return nil, refuse("uitkomst-onbekend", "“"+clip(string(r.Outcome))+"” is geen uitkomst.", "Kies aangenomen, verworpen of anders.")
}

// room gives the points per quarter by which the claim does not fit in a
// capacity that is known. It refuses what others would have to yield and do
// not have.
func (d proposalDecision) room() (map[Quarter]int, error) {
	plan := d.v.Plan
	freed := map[Quarter]int{}
	for _, y := range plan.Yields {
		freed[y.Quarter] += y.Points
		taken := 0
		for _, o := range plan.Yields {
			if o.From == y.From && o.Quarter == y.Quarter {
				taken += o.Points
			}
		}
		if y.From == d.v.ID || taken > d.s.Others[y.From][y.Quarter] {
			return nil, refuse("wijken-onjuist", "Voorstel “"+clip(y.From)+"” heeft in "+string(y.Quarter)+" geen "+itoa(taken)+" punten om af te staan.", "Kies iets dat in dat kwartaal ruimte heeft.")
		}
	}
	var over map[Quarter]int
	for _, q := range slices.Sorted(maps.Keys(plan.Claim)) {
		capacity, known := d.s.Capacity[q]
		used := 0
		for _, o := range d.s.Others {
			used += o[q]
		}
		if n := used + plan.Claim[q] - freed[q] - capacity; known && n > 0 && plan.Claim[q] > 0 {
			if over == nil {
				over = map[Quarter]int{}
			}
			// What was too much already is not this one's.
			over[q] = min(n, plan.Claim[q])
		}
	}
	return over, nil
}
