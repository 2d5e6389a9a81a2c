package screen

// RolloutLine says of a decision that was taken during a roll-out under which
// rules it falls.
type RolloutLine struct {
	Proposal Ref
	In       bool // the case is in the cohort: the new rules were used
	Text     string
}
