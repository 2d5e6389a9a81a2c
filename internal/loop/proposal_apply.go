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
	}{"lemniscaat/voorstel/1", p.Regulation, p.Title, p.Issues, p.Authors, p.Content, p.Compass, p.Assessments, p.Simulation, p.Plan}
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
		v.OpenedBy, v.Opened, v.Stage = m.by, m.date, -1
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
	case *KeyTurned:
		k := p.Key
		k.On = m.date
		v.Keys = append(v.Keys, k)
	case *KeyWithdrawn:
		v.Keys = slices.DeleteFunc(v.Keys, func(k Key) bool {
			if k.Mandate == p.Mandate {
				v.Fallen = append(v.Fallen, k)
			}
			return k.Mandate == p.Mandate
		})
		if v.State == Decided {
			v.State, v.DecidedOn = Submitted, rule.Date{}
			v.duties.settle(m.date, p.Type())
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
	case *ProposalReturned:
		v.State, v.Reason = Returned, p.Reason
		v.Fallen, v.Keys = append(v.Fallen, v.Keys...), nil
	case *StageBegun:
		v.State, v.Stage = Rolling, p.Stage
	case *RolloutPaused:
		v.State, v.Reason = Paused, p.Reason
		v.Tripped = p.Cause == causeTripwire
	case *RolloutResumed:
		v.State, v.Reason, v.Tripped = Rolling, p.Reason, false
	case *ProposalInForce:
		v.State, v.Stage = InForce, len(v.Plan.Rollout)-1
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
		v.duties.discharge(DutyEvaluate, m.date, p.Type())
	case *ProposalWithdrawn:
		v.State, v.Reason = Withdrawn, p.Reason
		v.duties.settle(m.date, p.Type())
	case *ProposalLapsed:
		v.State, v.Reason = Lapsed, p.Reason
		v.duties.settle(m.date, p.Type())
	case *RoomYielded:
		v.GivenUp[p.Quarter] += p.Points
	case *PromiseKept:
		v.duties.dischargeRef(p.Promise, m.date, p.Type())
	default:
		return wrongStream(p, proposalStream(v.ID))
	}
	return nil
}

const causeTripwire = "struikeldraad"

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
// content, sorted by key: those that forbid a decision, and those that were
// there already and have to be accepted.
func (p *Proposal) Findings() (blocking, existing []Finding) {
	for _, a := range p.Assessments {
		if a.Content != p.Content.Digest {
			continue
		}
		for _, f := range a.Findings {
			switch {
			case !f.Weighty:
			case f.Standing() == FindingExisting:
				existing = append(existing, f)
			default:
				blocking = append(blocking, f)
			}
		}
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
