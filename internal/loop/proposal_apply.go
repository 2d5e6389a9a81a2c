package loop

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"

	"lemniscaat/internal/rule"
)

// ApplyProposal gives the proposal after an event that happened at an instant.
func ApplyProposal(v Proposal, p Payload, at Moment) (Proposal, error) {
	next := cloneProposal(v)
	err := applyProposal(&next, p, moment{at: at.At, date: DateOf(at.At), by: at.By, seq: at.Seq})
	return next, err
}

func cloneProposal(v Proposal) Proposal {
	v.Issues = slices.Clone(v.Issues)
	v.Authors = maps.Clone(v.Authors)
	v.Compass = maps.Clone(v.Compass)
	v.Assessments = slices.Clone(v.Assessments)
	v.Accepted = slices.Clone(v.Accepted)
	v.Keys = slices.Clone(v.Keys)
	v.Fallen = slices.Clone(v.Fallen)
	v.GivenUp = maps.Clone(v.GivenUp)
	v.Measurements = slices.Clone(v.Measurements)
	v.History = slices.Clone(v.History)
	v.Evidence = slices.Clone(v.Evidence)
	v.Resolutions = slices.Clone(v.Resolutions)
	v.Gave = slices.Clone(v.Gave)
	v.Agreed = maps.Clone(v.Agreed)
	v.Refused = slices.Clone(v.Refused)
	v.Deadlocks = slices.Clone(v.Deadlocks)
	v.Rulings = slices.Clone(v.Rulings)
	v.duties = v.duties.clone()
	return v
}

// Digest gives the proposal digest: SHA-256 over everything that a key signs.
// It is content, assessments, simulation, Beleidskompas, expectations, claim
// and roll-out; not the keys themselves, and not who accepted which finding.
func (p *Proposal) Digest() Digest {
	signed := struct {
		Domain      string
		Regulation  string
		Title       string
		Issues      []string
		Authors     map[Mandate]PersonID
		Content     Content
		Compass     map[string]string
		Assessments []Assessment
		Simulation  Simulation
		Plan        Plan
		// What came later is left out when there is none, so that the digests of
		// an old log stay what they were.
		Options     *Options     `json:",omitempty"`
		Evidence    []Evidence   `json:",omitempty"`
		Resolutions []Resolution `json:",omitempty"`
	}{
		"lemniscaat/voorstel/1", p.Regulation, p.Title, p.Issues, p.Authors, p.Content, p.Compass, p.Assessments, p.Simulation, p.Plan,
		nil, p.Evidence, p.Resolutions,
	}
	if len(p.Options.List) > 0 {
		signed.Options = &p.Options
	}
	b, err := json.Marshal(signed)
	if err != nil {
		panic("BUG: proposal digest: " + err.Error())
	}
	sum := sha256.Sum256(b)
	return Digest(hex.EncodeToString(sum[:]))
}

func applyProposal(v *Proposal, p Payload, m moment) error {
	if _, first := p.(*ProposalOpened); first != (v.State == "") {
		return wrongStream(p, proposalStream(v.ID))
	}
	edited := true
	switch p := p.(type) {
	case *ProposalOpened:
		v.State, v.Regulation, v.Title, v.Issues = Sketch, p.Regulation, p.Title, p.Issues
		v.OpenedBy, v.Opened, v.Stage, v.Asks = m.by, m.date, -1, p.Asks
		v.Authors, v.Compass, v.GivenUp = map[Mandate]PersonID{}, map[string]string{}, map[Quarter]int{}
	case *AuthorNamed:
		v.Authors[p.Mandate] = p.Person
		v.back(Assessed)
	case *ContentEdited:
		v.Content = p.Content
		v.back(Sketch)
	case *PlanEdited:
		v.Plan = p.Plan
		v.back(Assessed)
	case *CompassEdited:
		for q, a := range p.Answers {
			if a == "" {
				delete(v.Compass, q)
			} else {
				v.Compass[q] = a
			}
		}
		v.back(Assessed)
	case *AssessmentRecorded:
		a := p.Assessment
		a.By, a.On = m.by, m.date
		v.Assessments = slices.DeleteFunc(v.Assessments, func(o Assessment) bool { return o.Questionnaire == a.Questionnaire })
		v.Assessments = append(v.Assessments, a)
		v.back(Assessed)
	case *SimulationAttached:
		v.Simulation = p.Simulation
		v.Simulation.By, v.Simulation.On = m.by, m.date
		v.back(Assessed)
	case *OptionsCompared, *EvidenceRecorded, *FindingResolved:
		v.paper(p, m)
		v.back(Assessed)
	default:
		edited = false
		if err := v.move(p, m); err != nil {
			return err
		}
	}
	if edited && len(v.Keys) > 0 {
		// A key binds a digest: whatever changed, it falls.
		now := v.Digest()
		v.Keys = slices.DeleteFunc(v.Keys, func(k Key) bool {
			if k.Digest != now {
				v.Fallen = append(v.Fallen, k)
			}
			return k.Digest != now
		})
	}
	v.unlock(m, p.Type())
	v.Version++
	v.History = append(v.History, m.line(p))
	return nil
}

// back moves an edited proposal to the state in which it has to be looked at
// again: a sketch after a change of content, getoetst after another change.
func (v *Proposal) back(to ProposalState) {
	switch {
	case to == Sketch, v.State == Returned:
		v.State = Sketch
	case v.State == Submitted:
		v.State = to
	}
}

func (v *Proposal) move(p Payload, m moment) error {
	switch p := p.(type) {
	case *FindingAccepted:
		v.Accepted = append(v.Accepted, p.Acceptance)
	case *ProposalAssessed:
		v.State = Assessed
	case *ProposalSubmitted:
		v.State = Submitted
		v.oweKeys(p.KeyBy, m)
	case *KeyTurned:
		k := p.Key
		k.On = m.date
		v.Keys = append(v.Keys, k)
		v.unrefuse(k.Mandate)
		v.duties.dischargeRef2(DutyKey, string(k.Mandate), m.date, p.Type())
		v.duties.dischargeRef2(DutyReply, string(k.Mandate), m.date, p.Type())
	case *KeyWithdrawn:
		v.Keys = slices.DeleteFunc(v.Keys, func(k Key) bool {
			if k.Mandate == p.Mandate {
				v.Fallen = append(v.Fallen, k)
			}
			return k.Mandate == p.Mandate
		})
		if v.State == Decided && (v.Settled == nil || v.Settled.Kind != ByParliament) {
			v.State, v.DecidedOn, v.Settled = Submitted, rule.Date{}, nil
			v.duties.settle(m.date, p.Type())
			// Somebody's name stood in for the other key: that is missing again too.
			if other := p.Mandate.Other(); v.Key(other) == nil {
				v.oweKeyAgain(other, m)
			}
		}
		if v.State == Submitted {
			v.oweKeyAgain(p.Mandate, m)
		}
	case *ProposalDecided:
		v.State, v.DecidedOn = Decided, m.date
		for _, pr := range v.promises() {
			v.duties.open(Obligation{
				Stream: proposalStream(v.ID), Duty: DutyPromise, Anchor: Anchor{Regulation: v.Regulation}, Ref: pr.ID,
				Debtor: Debtor{Person: pr.By, Scope: Anchor{Regulation: v.Regulation}}, What: pr.What, Due: pr.Due, Opened: m.date,
				Creditor: Debtor{Corner: Opdrachtnemer, Scope: Anchor{Regulation: v.Regulation}},
			})
		}
		v.duties.open(Obligation{
			Stream: proposalStream(v.ID), Duty: DutyAdopt, Anchor: Anchor{Regulation: v.Regulation}, Due: v.Plan.InForce, Opened: m.date,
			Debtor: Debtor{Corner: Opdrachtgever, Scope: Anchor{Regulation: v.Regulation}}, Creditor: Debtor{Corner: Opdrachtnemer, Scope: Anchor{Regulation: v.Regulation}},
		})
	case *ProposalReturned:
		v.State, v.Reason = Returned, p.Reason
		v.Returns++
		v.Fallen, v.Keys = append(v.Fallen, v.Keys...), nil
	case *StageBegun:
		v.State, v.Stage, v.StageOn = Rolling, p.Stage, m.date
	case *RolloutPaused:
		v.State, v.Reason, v.Cause = Paused, p.Reason, p.Cause
		v.Tripped = p.Cause == CauseTripwire
		v.Agreed = map[Mandate]PersonID{}
		if !p.Due.IsZero() {
			a := Anchor{Regulation: v.Regulation}
			v.duties.open(Obligation{
				Stream: proposalStream(v.ID), Duty: DutyRollout, Anchor: a, Due: p.Due, Opened: m.date,
				Debtor: Debtor{Corner: Opdrachtgever, Scope: a}, Creditor: Debtor{Corner: Opdrachtnemer, Scope: a},
			})
		}
	case *ResumeAgreed:
		if v.Agreed == nil { // paused in an old log
			v.Agreed = map[Mandate]PersonID{}
		}
		v.Agreed[p.Mandate] = m.by
	case *RolloutResumed:
		v.State, v.Reason, v.Tripped, v.Agreed = Rolling, p.Reason, false, nil
		v.duties.discharge(DutyRollout, m.date, p.Type())
	case *ProposalInForce:
		v.State, v.Stage, v.InForceFrom = InForce, len(v.Plan.Rollout)-1, p.From
		v.duties.discharge(DutyAdopt, m.date, p.Type())
		a := Anchor{Regulation: v.Regulation}
		v.duties.open(Obligation{
			Stream: proposalStream(v.ID), Duty: DutyEvaluate, Anchor: a, Due: p.Evaluate, Opened: m.date,
			Debtor: Debtor{Corner: Opdrachtgever, Scope: a}, Creditor: Debtor{Corner: Opdrachtnemer, Scope: a},
		})
	case *Measured:
		x := p.Measurement
		x.On = m.date
		v.Measurements = append(v.Measurements, x)
	case *ProposalEvaluated:
		v.State, v.Report = Evaluated, p.Report
		if p.Assessment != nil {
			v.Evaluation = *p.Assessment
			v.Evaluation.By, v.Evaluation.On = m.by, m.date
		}
		v.duties.discharge(DutyEvaluate, m.date, p.Type())
	case *ProposalWithdrawn:
		v.State, v.Reason = Withdrawn, p.Reason
		v.duties.settle(m.date, p.Type())
	case *ProposalLapsed:
		v.State, v.Reason = Lapsed, p.Reason
		v.duties.settle(m.date, p.Type())
	case *RoomYielded:
		v.GivenUp[p.Quarter] += p.Points
		v.Gave = append(v.Gave, Room{To: p.To, Quarter: p.Quarter, Points: p.Points, By: p.By, Why: p.Why, On: m.date})
	case *RoomReturned:
		v.GivenUp[p.Quarter] -= p.Points
		v.Gave = append(v.Gave, Room{To: p.From, Quarter: p.Quarter, Points: -p.Points, On: m.date})
	case *PromiseKept:
		v.duties.dischargeRef(p.Promise, m.date, p.Type())
		v.Kept = maps.Clone(v.Kept)
		if v.Kept == nil {
			v.Kept = map[string]Text{}
		}
		v.Kept[p.Promise] = p.How
	default:
		if !v.applyDeadlock(p, m) {
			return wrongStream(p, proposalStream(v.ID))
		}
	}
	return nil
}

// The causes of a pause.
const (
	CauseTripwire = "struikeldraad"
	CauseKey      = "sleutel ingetrokken"
	CauseHand     = "met de hand"
)

// promises gives the promises of the plan and the conditions of the keys.
func (v *Proposal) promises() []Promise {
	out := slices.Clone(v.Plan.Promises)
	for _, k := range v.Keys {
		out = append(out, k.Conditions...)
	}
	return out
}

// Standing gives how a finding compares with the rules in force.
func (f Finding) Standing() Standing {
	switch {
	case f.Before == "":
		return FindingNew
	case f.Magnitude.Cmp(f.Before) > 0:
		return FindingWorse
	}
	return FindingExisting
}

// Findings gives the weighty findings of the assessments on the current
// content and of tests with citizens that are not resolved: those that forbid a decision, and those that were
// there already and have to be accepted.
func (p *Proposal) Findings() (blocking, existing []Finding) {
	add := func(fs []Finding) {
		for _, f := range fs {
			switch {
			case !f.Weighty || p.Resolved(f.Key):
			case f.Standing() == FindingExisting:
				existing = append(existing, f)
			default:
				blocking = append(blocking, f)
			}
		}
	}
	for _, a := range p.Assessments {
		if a.Content == p.Content.Digest {
			add(a.Findings)
		}
	}
	for _, e := range p.Evidence {
		add(e.Findings)
	}
	return blocking, existing
}

// Key gives the valid key of a mandate, or nil.
func (p *Proposal) Key(m Mandate) *Key {
	for i := range p.Keys {
		if p.Keys[i].Mandate == m {
			return &p.Keys[i]
		}
	}
	return nil
}

// Claimed gives the points that a decided proposal holds in a quarter, after
// what it gave up.
func (p *Proposal) Claimed(q Quarter) int {
	switch p.State {
	case Decided, Rolling, Paused, InForce:
		return p.Plan.Claim[q] - p.GivenUp[q]
	}
	return 0
}

// Last gives the last measurement of an expectation at or after its horizon,
// or, when there is none, the last early one.
func (p *Proposal) Last(expectation string) (m Measurement, ok bool) {
	for _, x := range p.Measurements {
		if x.Expectation == expectation && (!ok || x.Verdict != Early || m.Verdict == Early) {
			m, ok = x, true
		}
	}
	return m, ok
}

// Inside reports whether every expectation was measured at its horizon and
// lies inside its band.
func (p *Proposal) Inside() bool {
	for _, e := range p.Plan.Expectations {
		if m, ok := p.Last(e.ID); !ok || m.Verdict != Inside {
			return false
		}
	}
	return len(p.Plan.Expectations) > 0
}

// Judge gives where a measurement of the expectation lies, and whether it
// crosses the tripwire.
func (e Expectation) Judge(v Number, until rule.Date) (Verdict, bool) {
	tripped := (e.Tripwire.Below != "" && v.Cmp(e.Tripwire.Below) < 0) || (e.Tripwire.Above != "" && v.Cmp(e.Tripwire.Above) > 0)
	switch {
	case until.Before(e.Horizon):
		return Early, tripped
	case v.Cmp(e.Low) >= 0 && v.Cmp(e.High) <= 0:
		return Inside, tripped
	}
	return Outside, tripped
}
