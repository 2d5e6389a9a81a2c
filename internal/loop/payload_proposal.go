package loop

import "lemniscaat/internal/rule"

// Payloads of a proposal that came later.
type (
	// OptionsCompared puts the options side by side.
	OptionsCompared struct {
		none
		Options Options `json:"vergelijking"`
	}
	// EvidenceRecorded is a test with citizens.
	EvidenceRecorded struct {
		none
		Evidence Evidence `json:"onderzoek"`
	}
	// FindingResolved says how a finding of citizens was taken away.
	FindingResolved struct {
		none
		Resolution Resolution `json:"verwerking"`
	}
	// RoomReturned is on the stream of the proposal that gave up room: what it was
	// given up for fell.
	RoomReturned struct {
		none
		From    string  `json:"van"`
		Quarter Quarter `json:"kwartaal"`
		Points  int     `json:"punten"`
	}
	// ResumeAgreed is the consent of one mandate to go on with a roll-out.
	ResumeAgreed struct {
		Mandate Mandate `json:"mandaat"`
		Reason  Text    `json:"reden"`
	}
)

func (p *ResumeAgreed) texts() []textField { return one("reden", &p.Reason) }

func (*OptionsCompared) Type() string  { return "voorstel.opties.1" }
func (*EvidenceRecorded) Type() string { return "voorstel.getest-met-burgers.1" }
func (*FindingResolved) Type() string  { return "voorstel.bevinding-verwerkt.1" }
func (*RoomReturned) Type() string     { return "voorstel.ruimte-terug.1" }
func (*ResumeAgreed) Type() string     { return "voorstel.hervatten-akkoord.1" }

// Room is claimed room that a proposal gave up, and who chose that. Points below
// zero came back.
type Room struct {
	To      string
	Quarter Quarter
	Points  int
	By      PersonID
	Why     string
	On      rule.Date
}
