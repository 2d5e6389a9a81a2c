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
	Insured                        bool
	Prospect                       bool // uitzicht op inkomensverbetering
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
	Tenure       Tenure

	sequence int // among households of its type
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
