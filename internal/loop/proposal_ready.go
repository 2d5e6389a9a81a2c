package loop

import (
	"maps"
	"slices"
	"strings"
)

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
	for _, q := range d.required() {
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
	if err := d.weighed(); err != nil {
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
	if err := d.weighed(); err != nil {
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
	if err := d.promised(); err != nil {
		return err
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
