package office

import (
	"math/big"

	"lemniscaat/internal/doability"
	"lemniscaat/internal/loop"
)

// LastTaken is lastTaken, for tests.
func (o *Office) LastTaken(who, caseRef, reg string) *loop.Decision {
	o.mu.RLock()
	defer o.mu.RUnlock()
	return o.lastTaken(who, o.namesOf(caseRef), reg)
}

// TestsDone waits for what is computed ahead, and gives what is known of a regulation
// today.
func (o *Office) TestsDone(reg string) ([]doability.Finding, bool) {
	o.busy.Wait()
	return o.tests.known(o.rules.set, reg, o.today())
}

// Plant keeps a finding for the next start, as this office would keep what it found.
func (o *Office) Plant(reg, text string) {
	o.retain(o.rules.set, reg, o.today(), []doability.Finding{{Key: reg + "/geplant", Regulation: reg, Text: text, Weighty: true, Magnitude: big.NewRat(7, 3)}})
}

// AsMarkdown makes headings of bare lines.
var AsMarkdown = asMarkdown
