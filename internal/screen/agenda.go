package screen

// AgendaInput says which part of the Veranderagenda is asked for.
type AgendaInput struct {
	Executor string // id of a triangle; "" is all
	Asked
}

// AgendaView is the Veranderagenda: what the executors can do per quarter, and
// what was claimed of it.
type AgendaView struct {
	Executors []Option
	Executor  string
	Groups    []AgendaGroup
	Paging    Paging // of the groups
}

// AgendaGroup is one executor.
type AgendaGroup struct {
	ID, Name string
	// Scope is the regulation that it executes; without an address for everything.
	Scope    Ref
	Quarters []AgendaQuarter
	Set      Action // say what fits
}

// AgendaQuarter is one quarter of one executor. All numbers are hours.
type AgendaQuarter struct {
	Quarter  string
	Capacity int
	Known    bool
	Promised int // by decided proposals, after what moved up
	Asked    int // by proposals that are not decided
	Free     int
	Over     int // promised and asked together, above the capacity
	Past     bool
	Claims   []AgendaClaim
	Yields   []RoomRow // what moved up, and for what
}

// AgendaClaim is what one proposal takes of a quarter.
type AgendaClaim struct {
	Proposal Ref
	State    ProposalState
	Hours    int
	Decided  bool
	// From and To are where its bar stands, in thousandths of the widest bar.
	From, To int
}
