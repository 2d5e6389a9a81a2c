package story

import (
	"context"
	"fmt"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/office"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

type proposalAct struct {
	ID     string   `yaml:"id"`
	Title  string   `yaml:"titel"`
	Issues []string `yaml:"knelpunten"`
}

// do opens a sketch with a co-author from both sides.
func (s *proposalAct) do(ctx context.Context, st *Stage, who string) error {
	c := loop.OpenProposal{
		ID: s.ID, Regulation: st.story.Regulation, Title: s.Title,
		Policy: loop.PersonID(st.story.of(loop.Opdrachtgever)), Execution: loop.PersonID(st.story.of(loop.Opdrachtnemer)),
	}
	for _, i := range s.Issues {
		c.Issues = append(c.Issues, st.issue(i))
	}
	return st.Perform(ctx, who, c)
}

type contentAct struct {
	Proposal string `yaml:"voorstel"`
	Variant  string `yaml:"variant"` // YAML, as in the folder varianten
}

func (s *contentAct) do(ctx context.Context, st *Stage, who string) error {
	v, ds := regulation.ReadVariant(s.Proposal+".yaml", []byte(s.Variant))
	if err := ds.Err(); err != nil {
		return err
	}
	return st.EditVariant(ctx, who, s.Proposal, v)
}

type planAct struct {
	Proposal string       `yaml:"voorstel"`
	From     string       `yaml:"geldt"`
	Goal     string       `yaml:"doel"`
	Expect   expectSpec   `yaml:"verwachting"`
	Rollout  []loopStage  `yaml:"uitrol"`
	Promises []loopPledge `yaml:"toezeggingen"`
}

type expectSpec struct {
	Indicator string `yaml:"indicator"`
	Unit      string `yaml:"eenheid"`
	Baseline  string `yaml:"nulmeting"`
	Predicted string `yaml:"voorspeld"`
	Low       string `yaml:"laag"`
	High      string `yaml:"hoog"`
	Below     string `yaml:"stopt-onder"`
	Horizon   string `yaml:"horizon"`
}

type loopStage struct {
	Percent int    `yaml:"procent"`
	From    string `yaml:"van"`
}

type loopPledge struct {
	ID   string `yaml:"id"`
	By   string `yaml:"door"`
	What string `yaml:"wat"`
	Due  string `yaml:"uiterlijk"`
}

func (s *planAct) do(ctx context.Context, st *Stage, who string) error {
	e := s.Expect
	p := loop.Plan{
		Goals: []string{s.Goal}, InForce: rule.MustDate(s.From),
		Expectations: []loop.Expectation{{
			ID: e.Indicator, Goal: s.Goal, Indicator: e.Indicator, Unit: e.Unit, Baseline: loop.Number(e.Baseline), Predicted: loop.Number(e.Predicted),
			Low: loop.Number(e.Low), High: loop.Number(e.High), Horizon: rule.MustDate(e.Horizon), Tripwire: loop.Tripwire{Below: loop.Number(e.Below)},
		}},
	}
	for _, r := range s.Rollout {
		p.Rollout = append(p.Rollout, loop.Stage{Percent: r.Percent, From: rule.MustDate(r.From)})
	}
	for _, t := range s.Promises {
		p.Promises = append(p.Promises, loop.Promise{ID: t.ID, By: loop.PersonID(t.By), What: t.What, Due: rule.MustDate(t.Due)})
	}
	return st.Perform(ctx, who, loop.EditPlan{Proposal: s.Proposal, Plan: p})
}

// assess confirms both assessments as they were computed.
func (st *Stage) assess(ctx context.Context, proposal string) error {
	for _, t := range []struct {
		test string
		by   loop.Corner
	}{{"doenvermogen", loop.Opdrachtgever}, {"uitvoeringstoets", loop.Opdrachtnemer}} {
		in := view.AssessmentInput{Proposal: proposal, Assessment: t.test, Verdict: office.Verdict(t.test), Answers: map[string]string{}}
		if t.test == "uitvoeringstoets" { // what nobody can compute, at its least
			in.Answers = map[string]string{"contact": "beperkt", "systemen": "beperkt", "kosten-eenmalig": "0", "kosten-jaar": "0", "mensen": "0"}
		}
		if err := st.ConfirmAssessment(ctx, st.story.of(t.by), in); err != nil {
			return fmt.Errorf("%s: %w", t.test, err)
		}
	}
	return nil
}

// keys lets both sides accept the findings that were there already, and turn
// their key on what they saw.
func (st *Stage) keys(ctx context.Context, proposal string) error {
	for _, by := range []loop.Corner{loop.Opdrachtgever, loop.Opdrachtnemer} {
		var existing []string
		digest := loop.Digest("")
		st.Look(func(w *loop.World, _ *regulation.Set) {
			p := w.Proposal(proposal)
			if p == nil {
				return
			}
			_, found := p.Findings()
			for _, f := range found {
				existing = append(existing, f.Key)
			}
		})
		if len(existing) > 0 {
			if err := st.AcceptFindings(ctx, st.story.of(by), proposal, existing, "Dit was er al. Wij weten het en nemen het mee."); err != nil {
				return err
			}
		}
		st.Look(func(w *loop.World, _ *regulation.Set) {
			if p := w.Proposal(proposal); p != nil {
				digest = p.Digest()
			}
		})
		if err := st.GiveKey(ctx, st.story.of(by), view.KeyInput{Proposal: proposal, Digest: string(digest)}); err != nil {
			return err
		}
	}
	return nil
}
