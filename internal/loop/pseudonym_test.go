package loop_test

import (
	"errors"
	"testing"

	"lemniscaat/internal/loop"
)

// TestKeyChangeKeepsCohorts: a roll-out draws its cohort by the key that held when it
// began, whatever comes after; a change of key waits for it unless the key leaked, and
// the key that it draws by stays until it is done.
func TestKeyChangeKeepsCohorts(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	if got := e.w.PseudonymKeys(); len(got) != 1 || got[0].Version != 1 || e.w.PseudonymVersion() != 1 {
		t.Fatalf("at first: %+v", got)
	}
	refused := func(code string, c loop.Command) {
		t.Helper()
		var no *loop.Refusal
		if err := e.try("console", c); !errors.As(err, &no) || no.Code != code {
			t.Errorf("%+v: %v, want %q", c, err, code)
		}
	}
	refused("sleutel-versie", loop.TakePseudonymKey{Version: 3, Check: "c"})
	refused("sleutel-versie", loop.TakePseudonymKey{Version: 2})
	refused("sleutel-geldt", loop.RetirePseudonymKey{Version: 1})
	refused("sleutel-versie", loop.RetirePseudonymKey{Version: 2})
	e.do("console", loop.TakePseudonymKey{Version: 2, Check: "b", Before: "a"})

	rolling(e)
	p := e.w.Proposal("v1")
	e.do("ed", loop.NextStage{Proposal: "v1"})
	if !p.Staged() || e.w.Proposal("v1").State != loop.Rolling || e.w.CohortVersion(e.w.Proposal("v1")) != 2 {
		t.Fatalf("%s in version %d", e.w.Proposal("v1").State, e.w.CohortVersion(e.w.Proposal("v1")))
	}
	refused("uitrol-loopt", loop.TakePseudonymKey{Version: 3, Check: "c"})
	e.do("console", loop.TakePseudonymKey{Version: 3, Check: "c", Before: "b", Compromised: true})
	if e.w.PseudonymVersion() != 3 || e.w.CohortVersion(e.w.Proposal("v1")) != 2 {
		t.Errorf("new names with %d, the cohort with %d", e.w.PseudonymVersion(), e.w.CohortVersion(e.w.Proposal("v1")))
	}
	refused("uitrol-loopt", loop.RetirePseudonymKey{Version: 2})
	e.do("console", loop.RetirePseudonymKey{Version: 1})
	refused("sleutel-uit", loop.RetirePseudonymKey{Version: 1})
	e.do("ed", loop.Pause{Proposal: "v1", Reason: why("even wachten")})
	refused("uitrol-loopt", loop.RetirePseudonymKey{Version: 2})
	e.do("ed", loop.WithdrawProposal{Proposal: "v1", Reason: why("er is een betere")})
	e.do("console", loop.RetirePseudonymKey{Version: 2})
	keys := e.w.PseudonymKeys()
	if len(keys) != 3 || !keys[0].Retired || keys[0].Check != "a" || !keys[1].Retired || !keys[1].Compromised || keys[2].Retired || keys[2].By != "console" {
		t.Errorf("%+v", keys)
	}
}
