package loop

import "slices"

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
	return []Payload{&ProposalSubmitted{Digest: d.v.Digest(), KeyBy: d.today.AddDays(d.s.Terms.KeyDays)}}, nil
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
				out = append(out, &RolloutPaused{Cause: CauseKey, Due: d.today.AddDays(d.s.Terms.PauseDays)})
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
		if k == nil && d.v.Settles(m) {
			continue
		}
		if k == nil {
			return refuse("sleutel-ontbreekt", "De sleutel van "+string(m)+" ontbreekt.", "Een besluit heeft twee sleutels: één van beleid en één van uitvoering.", string(m))
		}
		if k.Digest != now {
			return refuse("digest-verouderd", "De sleutel van "+string(m)+" hoort bij een andere tekst.", "Teken opnieuw.", string(m))
		}
	}
	if a, b := d.v.Key(Policy), d.v.Key(Execution); a != nil && b != nil && a.Person == b.Person {
		return refuse("sleutel-zelfde-persoon", "Beide sleutels zijn van dezelfde persoon.", "Laat een ander tekenen.")
	}
	return nil
}
