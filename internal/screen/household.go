package screen

// HouseholdView explains one synthetic household of a run.
type HouseholdView struct {
	Run    Ref // the run that it is of
	Number string
	Last   int // the highest number that there is
	Faults []FieldError
	// Why says why there is no answer; "" when there is one, or nothing was asked.
	Why string
	// Words describe the household, without a person in it.
	Words string
	// Table has a row per regulation, with today and each variant.
	Table  Table
	Source Provenance
}
