package population

import "lemniscaat/internal/rule"

// housing is what is said of persons by their dwelling and their work, made from
// the columns of a block when it is first asked for.
type housing struct {
	made    bool
	rents   []int64 // of the head
	tenants []bool
	service [4][]int64 // cents, by kind
	jobs    []uint8    // in jobs
	pupils  []bool
	missing []int64 // years without insurance for the AOW
}

// jobs are what the law on childcare calls what somebody does.
var jobs = []string{"betaald werk", "opleiding", "anders"}

func (s Status) job() uint8 {
	switch s {
	case Employee, SelfEmployed:
		return 0
	case Student:
		return 1
	}
	return 2
}

// services divides service costs over the four kinds of the law, in cents:
// installations, cleaning, a caretaker and shared rooms; an assumption.
var services = [4]int64{40, 35, 15, 10}

// tenant reports whether a household rents a dwelling of its own.
func (h Home) tenant() bool { return h.Tenure != Owner && !h.Room }

func (p *Person) pupil() bool { return pupil(p.Age) }

// pupil reports whether somebody is at secondary school.
func pupil(age int) bool { return age >= secondaryAge && age < 18 }

// home gives what is said of persons by their dwelling and work.
func (b *Block) home() *housing {
	x := &b.housing
	if x.made {
		return x
	}
	n := b.Persons()
	x.made, x.rents, x.tenants, x.jobs, x.pupils = true, sized(x.rents, n), sized(x.tenants, n), sized(x.jobs, n), sized(x.pupils, n)
	x.missing = sized(x.missing, n)
	clear(x.rents)
	clear(x.tenants)
	for k := range x.service {
		x.service[k] = sized(x.service[k], n)
		clear(x.service[k])
	}
	for i, h := range b.Homes {
		row := b.Starts[i]
		x.rents[row], x.tenants[row] = int64(h.Rent), h.tenant()
		for k, share := range services {
			x.service[k][row] = int64(h.Service) * share
		}
	}
	for i, s := range b.Statuses {
		x.jobs[i], x.pupils[i], x.missing[i] = s.job(), pupil(int(b.Ages[i])), 0
		if b.Shorts[i] {
			x.missing[i] = int64(missingYears(b.Births[i]))
		}
	}
	return x
}

// homeColumns are the columns about the dwelling and the care of children.
func homeColumns() []Column {
	rents := []string{"huur-corporatie", "huur-corporatie-spreiding", "huur-corporatie-hoogste", "huur-overig", "huur-overig-spreiding", "huur-alleen", "huur-gezin", "rang-huur", "groei-huur", "rang-woning"}
	var list []Column
	of := func(h *Household, m int) Home {
		if m == 0 {
			return h.Home
		}
		return Home{Tenure: Owner}
	}
	list = append(list,
		Column{ID: "persoon.huurder-van-een-zelfstandige-woning", Kind: rule.Boolean, Label: "het hoofd van een huishouden dat een zelfstandige woning huurt",
			Assumptions: []string{"rang-woning", "onzelfstandig", "onzelfstandig-jong"}, Flags: func(b *Block) []bool { return b.home().tenants },
			value: func(h *Household, m int) Value { return Value{Bool: of(h, m).tenant()} }},
		Column{ID: "persoon.kale-huur", Kind: rule.Amount, Unit: "€", Cents: 100, Label: "kale huur per maand van het hoofd van een huishouden dat huurt, anders 0",
			Assumptions: rents, Amounts: func(b *Block) []int64 { return b.home().rents },
			value: func(h *Household, m int) Value { return Value{Cents: 100 * int64(of(h, m).Rent)} }})
	for k, id := range [...]string{"kosten-van-installaties-en-verlichting", "kosten-van-schoonmaak", "kosten-van-een-huismeester", "kosten-van-gedeelde-ruimten"} {
		list = append(list, Column{ID: "persoon." + id, Kind: rule.Amount, Unit: "€", Cents: 1, Label: "een vast deel van de servicekosten per maand",
			Assumptions: []string{"servicekosten", "servicekosten-bedrag"}, Amounts: func(b *Block) []int64 { return b.home().service[k] },
			value: func(h *Household, m int) Value { return Value{Cents: int64(of(h, m).Service) * services[k]} }})
	}
	for _, id := range [...]string{"een-handicap", "een-aangepaste-woning", "een-woning-voor-acht-of-meer-personen", "eerder-huurtoeslag-voor-deze-woning-gekregen"} {
		list = append(list, Column{ID: "persoon." + id, Kind: rule.Boolean, Label: "nee", Assumptions: []string{"huurders-gewoon"},
			Flags: (*Block).nobody, value: func(*Household, int) Value { return Value{} }})
	}
	return append(list,
		Column{ID: "persoon.bezigheid", Kind: rule.Enum, Label: "werkt, studeert of iets anders", Choices: jobs, Assumptions: []string{"status-per-leeftijd", "opvang-een"},
			Choice: func(b *Block) []uint8 { return b.home().jobs },
			value:  func(h *Household, m int) Value { return Value{Text: jobs[h.Persons[m].Status.job()]} }},
		Column{ID: "persoon.laatste-werkdag", Kind: rule.DateKind, Label: "leeg: niemand is net gestopt met werken", Assumptions: []string{"opvang-een"}, value: nothing},
		Column{ID: "persoon.leerling-in-het-voortgezet-onderwijs", Kind: rule.Boolean, Label: "is op 1 januari 12 tot en met 17", Assumptions: []string{"opvang-een"},
			Flags: func(b *Block) []bool { return b.home().pupils }, value: func(h *Household, m int) Value { return Value{Bool: h.Persons[m].pupil()} }},
		Column{ID: "opvangovereenkomst.opvangsoort", Kind: rule.Enum, Label: "soort opvang", Choices: []string{DayCare.String(), AfterSchool.String(), ChildMinder.String()},
			Assumptions: []string{"opvang-een", "rang-opvang", "opvang-krijgt"},
			Choice:      func(b *Block) []uint8 { return b.CareKinds },
			value:       func(h *Household, c int) Value { return Value{Text: h.Contracts[c].Kind.String()} }},
		Column{ID: "opvangovereenkomst.aantal-uren-opvang", Kind: rule.Number, Unit: "uur", Label: "uren per maand", Assumptions: []string{"opvang-dagen", "opvang-een"},
			Numbers: func(b *Block) []int64 { return b.CareHours }, value: func(h *Household, c int) Value { return Value{Number: int64(h.Contracts[c].Hours)} }},
		Column{ID: "opvangovereenkomst.uurprijs", Kind: rule.Amount, Unit: "€/uur", Cents: 1, Label: "prijs van een uur", Assumptions: []string{"opvang-prijs", "opvang-prijs-spreiding"},
			Amounts: func(b *Block) []int64 { return b.CarePrice }, value: func(h *Household, c int) Value { return Value{Cents: int64(h.Contracts[c].Price)} }},
		Column{ID: "opvangovereenkomst.gesloten-met-een-geregistreerde-opvang", Kind: rule.Boolean, Label: "ja", Assumptions: []string{"opvang-een"},
			Flags: (*Block).everybody, value: func(*Household, int) Value { return Value{Bool: true} }},
		Column{ID: "opvangovereenkomst.schriftelijk-vastgelegd", Kind: rule.Boolean, Label: "ja", Assumptions: []string{"opvang-een"},
			Flags: (*Block).everybody, value: func(*Household, int) Value { return Value{Bool: true} }})
}
