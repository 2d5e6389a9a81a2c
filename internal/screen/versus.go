package screen

// MaxVersus is how many variants can stand beside each other.
const MaxVersus = 4

// VersusView puts the variants of some runs beside each other.
type VersusView struct {
	// Runs can be chosen: those that are done.
	Runs []Choice
	// Why says why there is nothing to compare, Apart what makes it hard.
	Why      string
	Apart    []string
	Exhibits []Exhibit
	Source   Provenance
}
