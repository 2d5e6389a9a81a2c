package screen

// DisclosureView is what an organisation shows of a regulation: downloads.
type DisclosureView struct {
	ID, Name string
	// Decides: there are rules to decide with; without them there is only the entry
	// for the Algoritmeregister and the assessment.
	Decides bool
}

// ArchiveView is the form for the dossier of a proposal.
type ArchiveView struct {
	ID, Title string
	// Make says whether it can be made: only of what was decided.
	Make  Action
	Files []string // the documents that are in it
	In    ArchiveInput
}

// ArchiveInput says how long a dossier is kept: the selection list of the
// organisation says so.
type ArchiveInput struct {
	Proposal string
	Keep     string // "blijvend" or "tijdelijk"; "" is not chosen
	Term     string // "P20Y", when tijdelijk
	List     string // name of the selection list; may be empty
	Category string // in that list; may be empty
}

// ActivityView is one activity in the register of processing activities.
type ActivityView struct {
	ID, Name, Goal, Ground string
	Subjects, Data         []string
	// Keep is the general rule; Terms say what this installation has set, for each
	// kind of text.
	Keep  string
	Terms []Fact
}
