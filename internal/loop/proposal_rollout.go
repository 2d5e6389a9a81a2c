package loop

import "slices"

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
		return nil, refuse("uitrol-gepauzeerd", "De uitrol staat stil.", "Beleid en uitvoering hervatten haar samen, met een reden.")
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
	if err := d.gate(next); err != nil {
		return nil, err
	}
	return []Payload{&StageBegun{Stage: next}}, nil
}

// gate refuses a stage while the one before it was not measured long enough. A
// tripwire that was touched or a key that was taken back has paused the roll-out
// already.
func (d proposalDecision) gate(next int) error {
	days := d.v.Plan.Rollout[next].Days
	if next == 0 || days == 0 {
		return nil
	}
	need := d.v.StageOn.AddDays(days)
	var short []string
	for _, e := range d.v.Plan.Expectations {
		if !slices.ContainsFunc(d.v.Measurements, func(m Measurement) bool { return m.Expectation == e.ID && !m.Until.Before(need) }) {
			short = append(short, e.ID)
		}
	}
	if len(short) > 0 {
		return refuse("meting-te-kort", "De vorige trede is nog niet tot en met "+need.String()+" gemeten.", "Voer de uitkomsten in tot en met die dag.", short...)
	}
	return nil
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
	return []Payload{&RolloutPaused{Cause: CauseHand, Reason: c.Reason, Due: d.today.AddDays(d.s.Terms.PauseDays)}}, nil
}

func (d proposalDecision) resume(c Resume) ([]Payload, error) {
	if d.v.State != Paused {
		return nil, refuse("staat-onjuist", "De uitrol staat niet stil.", "")
	}
	me := d.s.Members[d.s.By]
	var mine Mandate
	for _, m := range []Mandate{Policy, Execution} {
		if me.Signs && me.Post.Corner == m.Corner() {
			mine = m
		}
	}
	if mine == "" {
		return nil, refuse("rol-onjuist", "Een uitrol hervatten doet wie voor beleid of voor uitvoering tekent.", "Vraag het hun.")
	}
	if err := d.bothKeys(); err != nil {
		return nil, err
	}
	if err := needText(c.Reason, "Waarom", maxReason); err != nil {
		return nil, err
	}
	for m, who := range d.v.Agreed {
		switch {
		case m == mine:
			return nil, refuse("niets-veranderd", "Namens "+string(m)+" is al gezegd dat de uitrol verder kan.", "Nu is de andere kant aan zet.")
		case who == d.s.By:
			return nil, refuse("sleutel-zelfde-persoon", "U zei dit al namens "+string(m)+".", "De andere kant is iemand anders.")
		}
	}
	out := []Payload{&ResumeAgreed{Mandate: mine, Reason: c.Reason}}
	if len(d.v.Agreed) > 0 {
		out = append(out, &RolloutResumed{Reason: c.Reason})
	}
	return out, nil
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
		return nil, refuse("uitrol-gepauzeerd", "De uitrol staat stil.", "Beleid en uitvoering hervatten haar samen, met een reden.")
	case d.v.State != Rolling:
		return nil, refuse("staat-onjuist", "Dit voorstel is "+string(d.v.State)+".", "Alleen een besloten voorstel treedt in werking.")
	}
	from := d.v.Plan.InForce
	if d.v.Staged() && from.Before(d.today) {
		// A roll-out that took longer than planned does not change what was
		// decided outside its cohorts.
		from = d.today
	}
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
	start := d.v.Begins()
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
		out = append(out, &RolloutPaused{Cause: CauseTripwire, Due: d.today.AddDays(d.s.Terms.PauseDays)})
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
	out := &ProposalEvaluated{Report: c.Report}
	if c.Assessment.Questionnaire != "" {
		a := c.Assessment
		if a.Edition == "" || a.Content != d.v.Content.Digest {
			return nil, refuse("digest-verouderd", "Deze invoeringstoets hoort bij een andere inhoud.", "Ververs de pagina en doe de toets opnieuw.")
		}
		out.Assessment = &a
	}
	return []Payload{out}, nil
}
