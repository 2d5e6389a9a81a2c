package loop

import "lemniscaat/internal/event"

// Command is something that a person (or the program) wants to do. Commands
// carry every id that they create.
type Command interface{ command() }

// EraseTexts erases personal words on request of the person or by retention.
// The facts stay. Whoever wrote them may, and the eigenaar of the
// installation.
type EraseTexts struct {
	Refs   []event.Ref
	Ground string // "verzoek betrokkene", "bewaartermijn"
}

func (FileSignal) command()       {}
func (AlsoMine) command()         {}
func (AnswerIssue) command()      {}
func (LinkProposal) command()     {}
func (WithdrawAnswer) command()   {}
func (Forward) command()          {}
func (GrantExtension) command()   {}
func (AcceptKey) command()        {}
func (RefuseAccept) command()     {}
func (CountWork) command()        {}
func (React) command()            {}
func (Remind) command()           {}
func (Close) command()            {}
func (Reopen) command()           {}
func (Merge) command()            {}
func (Split) command()            {}
func (OpenProposal) command()     {}
func (NameAuthor) command()       {}
func (EditContent) command()      {}
func (EditPlan) command()         {}
func (EditCompass) command()      {}
func (RecordAssessment) command() {}
func (AttachSimulation) command() {}
func (AcceptFinding) command()    {}
func (MarkAssessed) command()     {}
func (Submit) command()           {}
func (TurnKey) command()          {}
func (WithdrawKey) command()      {}
func (Return) command()           {}
func (NextStage) command()        {}
func (Pause) command()            {}
func (Resume) command()           {}
func (BringIntoForce) command()   {}
func (Measure) command()          {}
func (Evaluate) command()         {}
func (WithdrawProposal) command() {}
func (Lapse) command()            {}
func (KeepPromise) command()      {}
func (SetTriangle) command()      {}
func (Appoint) command()          {}
func (Leave) command()            {}
func (SetCapacity) command()      {}
func (IntendDecision) command()   {}
func (NoteContact) command()      {}
func (NameException) command()    {}
func (GiveDiscretion) command()   {}
func (TakeDecision) command()     {}
func (DropDecision) command()     {}
func (Object) command()           {}
func (SettleObjection) command()  {}
func (ImportRegulation) command() {}
func (ImportOutcomes) command()   {}
func (EraseTexts) command()       {}
