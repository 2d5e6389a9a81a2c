package population

// Knowledge is what a population knows of its people: a rule that asks for
// anything else cannot be run on it.
type Knowledge struct {
	// ID names it: the same id is the same columns in the same order, so that what
	// was compiled for one population serves another.
	ID        string
	Columns   []Column
	Relations []Relation
}

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
