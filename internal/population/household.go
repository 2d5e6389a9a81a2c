package population

import (
	"fmt"

	"lemniscaat/internal/rule"
)

// Type is the type of a household, as Statistics Netherlands counts them.
type Type uint8

const (
	Single Type = iota
	UnmarriedCouple
	MarriedCouple
	UnmarriedParents
	MarriedParents
	SingleParent
	Other
	// Types is the number of types: for ty := range Types.
	Types
)

// String gives the Dutch id of the type.
func (t Type) String() string {
	return [...]string{"alleenstaand", "ongehuwd-zonder", "gehuwd-zonder", "ongehuwd-met", "gehuwd-met", "eenouder", "overig"}[t]
}

// Label gives the type as people read it: married or not makes no difference.
func (t Type) Label() string {
	return [...]string{"alleenstaand", "paar zonder kinderen", "paar zonder kinderen", "paar met kinderen", "paar met kinderen", "eenoudergezin", "overig"}[t]
}

// Couple reports whether head and partner live together.
func (t Type) Couple() bool { return t >= UnmarriedCouple && t <= MarriedParents }

func (t Type) hasChildren() bool { return t >= UnmarriedParents && t <= SingleParent }

func (t Type) adults() int {
	if t.Couple() {
		return 2
	}
	return 1
}

// Position is the place of a person in the household.
type Position uint8

const (
	Head Position = iota
	Partner
	Child
	OtherMember
)

// String gives the Dutch word.
func (p Position) String() string {
	return [...]string{"hoofd", "partner", "kind", "overig lid"}[p]
}

// Status is what a person mainly lives from.
type Status uint8

const (
	Student Status = iota
	Employee
	SelfEmployed
	Unemployed
	Disabled
	NoIncome
	Assistance // bijstand
	Retired    // AOW
	Minor      // under 18
)

// String gives the Dutch word.
func (s Status) String() string {
	return [...]string{"student", "werknemer", "zelfstandige", "werkloos", "arbeidsongeschikt", "zonder inkomen", "bijstand", "AOW", "minderjarig"}[s]
}

// Tenure of the dwelling.
type Tenure uint8

const (
	Corporation Tenure = iota // rents from a housing corporation
	OtherRent
	Owner
)

// String gives the Dutch word.
func (t Tenure) String() string {
	return [...]string{"corporatie", "overige huur", "eigen woning"}[t]
}

// Municipality is the size class of the municipality, by its persons.
type Municipality uint8

const (
	Under5 Municipality = iota // fewer than 5,000
	Under20
	Under50
	Under100
	Over100
	// Municipalities is the number of classes.
	Municipalities
)

// String gives the Dutch words.
func (m Municipality) String() string {
	return [...]string{"minder dan 5.000", "5.000 tot 20.000", "20.000 tot 50.000", "50.000 tot 100.000", "100.000 of meer"}[m]
}

// Home is the dwelling of a household and where it is.
type Home struct {
	Tenure       Tenure
	Municipality Municipality
	// Room says that it is rented and no dwelling of its own (onzelfstandig).
	Room bool
	// Rent is bare, Service what is paid for the four kinds of service costs that
	// the law knows: euros a month, 0 for an owner.
	Rent, Service int
	// Equity is what the dwelling of an owner is worth more than its mortgage,
	// in thousands of euros.
	Equity int
}

// Care is a kind of childcare.
type Care uint8

const (
	DayCare Care = iota
	AfterSchool
	ChildMinder
	// Cares is the number of kinds.
	Cares
)

// String gives the words of the law.
func (c Care) String() string {
	return [...]string{"dagopvang", "buitenschoolse opvang", "gastouderopvang"}[c]
}

// Contract is the childcare of one child.
type Contract struct {
	Child int // place in the household
	Kind  Care
	Hours int // a month
	Price int // cents an hour
}

// Person is a synthetic person. Amounts are whole euros a year unless said
// otherwise, at the level of the population's year.
type Person struct {
	Position Position
	Birth    rule.Date
	Age      int // on 1 January of the year
	Status   Status

	// Gross by source. Profit can be negative; Pension has the AOW in it.
	Wage, Profit, Benefit, Pension int
	AOW                            int // gross, with holiday allowance
	Assessed                       int // toetsingsinkomen
	Net                            int // after tax, without allowances
	MeanMonth                      int // cents: mean net income a month over three years
	Wealth                         int // share in the household's rendementsgrondslag
	Means                          int // share in its wealth as bijstand counts it
	Insured                        bool
	Prospect                       bool // uitzicht op inkomensverbetering
	Learner                        bool // under 27 and can go to school, so that bijstand is not for it
	Short                          bool // lived abroad, so that its AOW is not full
	Applicant                      bool // applies for itself (and its partner)
}

// Gross is the sum of the sources.
func (p *Person) Gross() int { return p.Wage + p.Profit + p.Benefit + p.Pension }

// Household is a synthetic household. Persons are in the order head, partner,
// children, others.
type Household struct {
	Index        int   // within its population, from 0
	Weight       int64 // millionths of a household of the country (or municipality)
	Type         Type
	Persons      []Person
	Disposable   int // euros a year; can be negative
	Standardised int // euros a year
	Savings      int // euros
	Home         Home
	Contracts    []Contract // childcare, in the order of the children

	sequence int // among households of its type

	// Of own data: where its values are.
	own    *Block
	ownRow int
}

// Partner gives the index of the partner of a member, or −1.
func (h *Household) Partner(member int) int {
	if h.Type.Couple() && member < 2 {
		return 1 - member
	}
	return -1
}

// Minors tells of the members under 18 in the tail of a description: ", 1 kind
// onder 18"; nothing when there are none.
func (h *Household) Minors() string {
	n := 0
	for i := range h.Persons {
		if h.Persons[i].Age < 18 {
			n++
		}
	}
	switch n {
	case 0:
		return ""
	case 1:
		return ", 1 kind onder 18"
	}
	return fmt.Sprintf(", %d kinderen onder 18", n)
}
