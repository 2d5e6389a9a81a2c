package population

import (
	"math/big"
	"strings"

	"lemniscaat/internal/rule"
)

// Column is one datum that a population supplies of a person or of a contract
// for childcare, under the id by which rules ask for it. A population knows no regulation: whoever evaluates looks up the
// attribute ids it needs and refuses to run when one has no column.
type Column struct {
	ID    string    // attribute id: "persoon.toetsingsinkomen"
	Kind  rule.Kind // Amount, Number, Boolean, DateKind or Enum
	Label string    // Dutch: what it means here
	// Assumptions are the ids of the assumptions it rests on.
	Assumptions []string
	// Derived says that rules may compute it from other columns: income of which
	// tax and benefits can be worked out. It is then left to a rule that fills in
	// what is leeg (an initialisatie), when the run has one.
	Derived bool
	// Income says that it is income of a year by its source, or all of it: what
	// people estimate when something is paid in advance.
	Income bool
	// Step is, for an Amount, what € 25 a month more makes of it, in cents:
	// 30000 for a yearly amount and for a stock, 2500 for a monthly one. It is
	// how cliffs are looked for.
	Step int64

	// In a Block, by person or by contract: one of Amounts (each times Cents), Numbers, Flags, Choice and
	// Days (since 1 January 1970); none of them: leeg for everybody.
	Amounts func(b *Block) []int64
	Cents   int64
	Unit    string // of an Amount: "€", "€/jr", "€/mnd" or "€/uur"; of a Number as rules have it
	Numbers func(b *Block) []int64
	// Per is, of a Number, how many units go in one: 10 for tenths. 0 is 1.
	Per int64
	// Of an Enum: the values, and which one each person has.
	Choices []string
	Choice  func(b *Block) []uint8
	Flags   func(b *Block) []bool
	Days    func(b *Block) []int32
	// Household says that it is a datum of the household: the functions above give
	// a value for each household of the block instead of each person.
	Household bool
	// Partly says who has a value; of the others it is leeg. Nil: everybody has.
	Partly func(b *Block) []bool

	value func(h *Household, member int) Value
}

// Object gives the object type that the column is of: "persoon" or
// "opvangovereenkomst".
func (c Column) Object() string {
	object, _, _ := strings.Cut(c.ID, ".")
	return object
}

// Value is one value of a column: only the field of its kind is set.
type Value struct {
	Empty  bool
	Cents  int64 // Amount
	Number int64 // Number, in the units of its column
	Bool   bool
	Date   rule.Date
	Text   string // Enum
}

// Leeg reports that the datum is leeg for everybody.
func (c Column) Leeg() bool {
	return c.Amounts == nil && c.Numbers == nil && c.Flags == nil && c.Days == nil && c.Choice == nil
}

// Of gives the value of a member of a household, or of its contract of that
// number.
func (c Column) Of(h *Household, member int) Value { return c.value(h, member) }

// Datum gives a value as rules have it.
func (c Column) Datum(v Value) rule.Datum {
	if v.Empty {
		return rule.Datum{}
	}
	d := rule.Datum{Kind: c.Kind}
	switch c.Kind {
	case rule.Amount:
		d.Num = big.NewRat(v.Cents, 100)
	case rule.Number:
		d.Num = big.NewRat(v.Number, max(1, c.Per))
	case rule.Boolean:
		d.Bool = v.Bool
	case rule.DateKind:
		d.Date = v.Date
	case rule.Enum:
		d.Text = v.Text
	}
	return d
}

// Fits reports whether an attribute of a type can hold the values: an amount
// in plain euros can hold any, one a month only amounts a month. A number has its
// own unit.
func (c Column) Fits(t rule.Type) bool {
	switch {
	case t.Kind != c.Kind:
		return false
	case c.Kind == rule.Amount:
		return t.Unit == "" || t.Unit == "€" || t.Unit == c.Unit
	case c.Kind == rule.Number:
		return t.Unit == c.Unit
	}
	return true
}

// At gives the value of a row of a block: of a person, or of a household.
func (c Column) At(b *Block, row int) Value {
	switch {
	case c.Partly != nil && !c.Partly(b)[row]:
		return Value{Empty: true}
	case c.Amounts != nil:
		return Value{Cents: c.Amounts(b)[row] * c.Cents}
	case c.Numbers != nil:
		return Value{Number: c.Numbers(b)[row]}
	case c.Flags != nil:
		return Value{Bool: c.Flags(b)[row]}
	case c.Days != nil:
		return Value{Date: DateOf(c.Days(b)[row])}
	case c.Choice != nil:
		return Value{Text: c.Choices[c.Choice(b)[row]]}
	}
	return Value{Empty: true}
}

// Columns lists what every population supplies about a person or a contract.
func Columns() []Column {
	income := []string{"vorm-inkomen", "status-per-leeftijd", "rang-partners", "rang-leeftijd"}
	euros := func(c Column, of func(p *Person) int, from func(b *Block) []int64) Column {
		c.Kind, c.Cents, c.Amounts = rule.Amount, 100, from
		if c.Unit == "" {
			c.Unit = "€/jr"
		}
		c.value = func(h *Household, m int) Value { return Value{Cents: 100 * int64(of(&h.Persons[m]))} }
		return c
	}
	is := func(c Column, of func(p *Person) bool, from func(b *Block) []bool) Column {
		c.Kind, c.Flags = rule.Boolean, from
		c.value = func(h *Household, m int) Value { return Value{Bool: of(&h.Persons[m])} }
		return c
	}
	none := func(id, label string) Column {
		return euros(Column{ID: id, Unit: "€", Label: label, Assumptions: []string{"bijstand-gewoon"}}, func(*Person) int { return 0 }, (*Block).nought)
	}
	return append([]Column{
		{ID: "persoon.geboortedatum", Kind: rule.DateKind, Label: "geboortedatum",
			Assumptions: []string{"samenstelling", "leeftijd-per-type", "leeftijdsverschil", "leeftijd-ouder"},
			Days:        func(b *Block) []int32 { return b.Births },
			value:       func(h *Household, m int) Value { return Value{Date: h.Persons[m].Birth} }},
		is(Column{ID: "persoon.aanvrager", Label: "vraagt aan voor zichzelf en een partner: het hoofd, en elk ander lid zonder partner dat in het jaar 18 of ouder is",
			Assumptions: []string{"paar-is-toeslagpartner"}},
			func(p *Person) bool { return p.Applicant }, func(b *Block) []bool { return b.Applicants }),
		is(Column{ID: "persoon.verzekerd", Label: "heeft een zorgverzekering", Assumptions: []string{"verzekerd"}},
			func(p *Person) bool { return p.Insured }, func(b *Block) []bool { return b.Insured }),
		euros(Column{ID: "persoon.toetsingsinkomen", Income: true, Derived: true, Step: 30000, Label: "toetsingsinkomen per jaar", Assumptions: append(income, "toetsingsinkomen-werk", "bijstand-bruto")},
			func(p *Person) int { return p.Assessed }, func(b *Block) []int64 { return b.Assessed }),
		euros(Column{ID: "persoon.vermogen", Unit: "€", Step: 30000, Label: "aandeel in de rendementsgrondslag van het huishouden",
			Assumptions: []string{"box3-overig", "groei-vermogen", "rang-vermogen", "spreiding-spaargeld"}},
			func(p *Person) int { return p.Wealth }, func(b *Block) []int64 { return b.Wealth }),
		{ID: "persoon.gemiddelde-maandinkomen", Kind: rule.Amount, Step: 2500, Label: "netto-inkomen per maand, gemiddeld over drie jaar",
			Assumptions: append(income, "netto-2026", "inkomen-stabiel", "inkomen-terugkeer"),
			Unit:        "€/mnd", Cents: 1, Amounts: func(b *Block) []int64 { return b.MeanMonth },
			value: func(h *Household, m int) Value { return Value{Cents: int64(h.Persons[m].MeanMonth)} }},
		euros(Column{ID: "persoon.bijstandsvermogen", Unit: "€", Step: 30000, Label: "aandeel in het vermogen van het huishouden, met de overwaarde van de woning boven de vrijstelling",
			Assumptions: []string{"bijstandsvermogen", "groei-vermogen", "overwaarde", "overwaarde-per-jaar", "overwaarde-spreiding"}},
			func(p *Person) int { return p.Means }, func(b *Block) []int64 { return b.Means }),
		{ID: "persoon.vorige-toekenning", Kind: rule.DateKind, Label: "leeg: dit jaar is er nog niets toegekend", Assumptions: []string{"geen-eerdere-toekenning"},
			value: nothing},
		euros(Column{ID: "persoon.loon", Income: true, Step: 30000, Label: "loon per jaar, bruto", Assumptions: income},
			func(p *Person) int { return p.Wage }, func(b *Block) []int64 { return b.bySource().wages }),
		euros(Column{ID: "persoon.winst-uit-onderneming", Income: true, Step: 30000, Label: "winst per jaar, vóór de aftrek voor ondernemers", Assumptions: append(income, "verlies-zelfstandige", "zelfstandig-naast-loon")},
			func(p *Person) int { return p.Profit }, func(b *Block) []int64 { return b.bySource().profits }),
		{ID: "persoon.aantal-uren-in-de-onderneming", Kind: rule.Number, Unit: "uur", Label: "genoeg uren voor wie vooral van winst leeft, anders 0", Assumptions: []string{"uren-zelfstandige"},
			Numbers: func(b *Block) []int64 { return b.bySource().hours },
			value:   func(h *Household, m int) Value { return Value{Number: h.Persons[m].sources().hours[0]} }},
		euros(Column{ID: "persoon.uitkeringen", Income: true, Step: 30000, Label: "uitkeringen per jaar, bruto, zonder bijstand", Assumptions: append(income, "inkomen-werkloos")},
			func(p *Person) int { return int(p.sources().benefits[0]) }, func(b *Block) []int64 { return b.bySource().benefits }),
		euros(Column{ID: "persoon.pensioen", Income: true, Step: 30000, Label: "pensioen per jaar, bruto, zonder AOW", Assumptions: []string{"pensioen", "pensioen-mediaan-deel"}},
			func(p *Person) int { return p.Pension - p.AOW }, func(b *Block) []int64 { return b.bySource().pensions }),
		euros(Column{ID: "persoon.inkomen-uit-aow", Derived: true, Label: "AOW per jaar, bruto, met vakantiegeld", Assumptions: []string{"volledige-aow", "aow-onvolledig"}},
			func(p *Person) int { return p.AOW }, func(b *Block) []int64 { return b.bySource().aows }),
		{ID: "persoon.aantal-jaren-zonder-aow-verzekering", Kind: rule.Number, Label: "jaren dat iemand met AOW niet verzekerd was", Assumptions: []string{"volledige-aow", "aow-onvolledig"},
			Numbers: func(b *Block) []int64 { return b.home().missing }, value: func(h *Household, m int) Value { return Value{Number: int64(h.Persons[m].missing())} }},
		{ID: "persoon.netto-inkomsten-uit-werk", Derived: true, Kind: rule.Amount, Unit: "€/mnd", Cents: 1, Step: 2500, Label: "netto-inkomen uit werk in een maand: een twaalfde van het jaar",
			Assumptions: append(income, "netto-2026"), Amounts: func(b *Block) []int64 { return b.bySource().netWork },
			value: func(h *Household, m int) Value { return Value{Cents: h.Persons[m].sources().netWork[0]} }},
		{ID: "persoon.andere-netto-inkomsten", Derived: true, Kind: rule.Amount, Unit: "€/mnd", Cents: 1, Step: 2500, Label: "ander netto-inkomen in een maand, zonder bijstand: een twaalfde van het jaar",
			Assumptions: append(income, "netto-2026"), Amounts: func(b *Block) []int64 { return b.bySource().netRest },
			value: func(h *Household, m int) Value { return Value{Cents: h.Persons[m].sources().netRest[0]} }},
		none("persoon.giften-in-deze-maand", "0: niemand krijgt giften"),
		none("persoon.eerdere-giften-in-dit-jaar", "0: niemand krijgt giften"),
		none("persoon.giften-die-de-gemeente-verantwoord-vindt", "0: niemand krijgt giften"),
		is(Column{ID: "persoon.rechtmatig-verblijf-voor-de-bijstand", Label: "woont rechtmatig in Nederland", Assumptions: []string{"bijstand-gewoon"}},
			func(*Person) bool { return true }, (*Block).everybody),
		is(Column{ID: "persoon.uitgesloten-van-bijstand", Label: "studeert, gaat naar school of kan dat, of leeft vooral van winst", Assumptions: []string{"student-geen-bijstand", "jong-kan-leren", "status-per-leeftijd"}},
			func(p *Person) bool { return p.elsewhere() }, func(b *Block) []bool { return b.bySource().elsewhere }),
		is(Column{ID: "persoon.steun-van-zijn-ouders", Label: "is op 1 januari jonger dan 21", Assumptions: []string{"jong-steun"}},
			func(p *Person) bool { return p.Age < youngAge }, func(b *Block) []bool { return b.bySource().young }),
		{ID: "persoon.vrijlatingsgrond", Kind: rule.Enum, Label: "geen", Choices: []string{"geen"}, Assumptions: []string{"bijstand-gewoon"},
			Choice: (*Block).firstChoice, value: func(*Household, int) Value { return Value{Text: "geen"} }},
		{ID: "persoon.aantal-maanden-met-vrijlating", Kind: rule.Number, Unit: "mnd", Label: "0: er is nog niets vrijgelaten", Assumptions: []string{"bijstand-gewoon"},
			Numbers: (*Block).nought, value: func(*Household, int) Value { return Value{} }},
		{ID: "persoon.dag-van-de-melding", Kind: rule.DateKind, Label: "leeg: de zoektermijn is voorbij", Assumptions: []string{"bijstand-gewoon"}, value: nothing},
		{ID: "persoon.woonpositie", Kind: rule.Enum, Label: "student, of iemand die de kosten deelt", Choices: places, Assumptions: []string{"status-per-leeftijd", "bijstand-gewoon"},
			Choice: func(b *Block) []uint8 { return b.bySource().place },
			value:  func(h *Household, m int) Value { return Value{Text: places[h.Persons[m].sources().place[0]]} }},
		is(Column{ID: "persoon.verzekerd-voor-de-kinderbijslag", Label: "woont of werkt in Nederland", Assumptions: []string{"verzekerd-akw"}},
			func(*Person) bool { return true }, (*Block).everybody),
		is(Column{ID: "persoon.schoolgaand", Label: "gaat naar school, of heeft bij 16 of 17 jaar een andere situatie die telt", Assumptions: []string{"schoolgaand"}},
			func(*Person) bool { return true }, (*Block).everybody),
		{ID: "persoon.intensieve-zorg-nodig", Kind: rule.Boolean, Label: "leeg: komt in deze bevolking niet voor", Assumptions: []string{"geen-dubbele-kinderbijslag"}, value: nothing},
		{ID: "persoon.uitwonend-voor-onderwijs", Kind: rule.Boolean, Label: "leeg: komt in deze bevolking niet voor", Assumptions: []string{"geen-dubbele-kinderbijslag"}, value: nothing},
		is(Column{ID: "persoon.uitzicht-op-inkomensverbetering", Label: "heeft uitzicht op een hoger inkomen", Assumptions: []string{"uitzicht-werkloos", "uitzicht-overig", "uitzicht-jong"}},
			func(p *Person) bool { return p.Prospect }, func(b *Block) []bool { return b.Hopeful }),
	}, homeColumns()...)
}

func nothing(*Household, int) Value { return Value{Empty: true} }

// Between says whom a relation joins.
type Between uint8

const (
	Members Between = iota // the household and each of its members
	Couple                 // head and partner
	Parents                // head and partner, each with each member under 18 on 1 January
	Cared                  // a child and each of its contracts for childcare
)

// Relation is a fact about two members, under the id of the role by which
// rules follow it.
type Relation struct {
	Role  string // role id: "persoon.toeslagpartner"
	Label string // Dutch
	Between
	pairs func(h *Household) [][2]int
}

// Pairs gives from and to by member; −1 is the household itself. Of Cared the
// second is a contract.
func (r Relation) Pairs(h *Household) [][2]int { return r.pairs(h) }

var couple = [][2]int{{0, 1}}

func partners(h *Household) [][2]int {
	if h.Type.Couple() {
		return couple
	}
	return nil
}

func parents(h *Household) [][2]int {
	var list [][2]int
	adults := h.Type.adults()
	for parent := range min(adults, len(h.Persons)) {
		for m := adults; m < len(h.Persons); m++ {
			if h.Persons[m].Age < 18 {
				list = append(list, [2]int{parent, m})
			}
		}
	}
	return list
}

// Relations lists the relations that every population supplies.
func Relations() []Relation {
	return []Relation{
		{"persoon.toeslagpartner", "de partner van hoofd of partner", Couple, partners},
		{"persoon.bijstandspartner", "de partner van hoofd of partner", Couple, partners},
		{"persoon.aow-partner", "de partner van hoofd of partner", Couple, partners},
		{"persoon.fiscale-partner", "de partner van hoofd of partner", Couple, partners},
		{"persoon.kind", "wie op 1 januari onder 18 is: een kind van hoofd en partner", Parents, parents},
		{"persoon.opvangovereenkomst", "de overeenkomst voor de opvang van een kind", Cared, func(h *Household) [][2]int {
			var list [][2]int
			for i, c := range h.Contracts {
				list = append(list, [2]int{c.Child, i})
			}
			return list
		}},
		{"huishouden.lid", "alle leden van het huishouden", Members, func(h *Household) [][2]int {
			list := make([][2]int, len(h.Persons))
			for i := range list {
				list[i] = [2]int{-1, i}
			}
			return list
		}},
	}
}
