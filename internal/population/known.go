package population

import "slices"

// Knowledge is what a population knows of its people: a rule that asks for
// anything else cannot be run on it.
type Knowledge struct {
	// ID names it: the same id is the same columns in the same order, so that what
	// was compiled for one population serves another.
	ID        string
	Columns   []Column
	Relations []Relation
	// Own says that the people are not synthetic: they are data of somebody, and
	// what is shown of a few of them would be shown of them.
	Own bool
	// Lacks are the facts that it does not have: measures that need them are not
	// given.
	Lacks []Fact
}

// Fact is something that measures need beside the rules.
type Fact string

// Facts of households and persons, under the names that people see.
const (
	FactIncome       Fact = "besteedbaar-inkomen"
	FactAge          Fact = "leeftijd"
	FactSelfEmployed Fact = "leeft-van"
	FactTenure       Fact = "woning"
	FactMunicipality Fact = "gemeentegrootte"
)

// Has reports whether a fact is known.
func (k Knowledge) Has(f Fact) bool { return !slices.Contains(k.Lacks, f) }

// Knower is a source that knows other things than synthetic populations do.
type Knower interface{ Known() Knowledge }

// KnownOf gives what a source knows.
func KnownOf(s Source) Knowledge {
	if k, ok := s.(Knower); ok {
		return k.Known()
	}
	return Known()
}

// Known is what every synthetic population knows.
func Known() Knowledge {
	return Knowledge{ID: "nl", Columns: Columns(), Relations: Relations()}
}
