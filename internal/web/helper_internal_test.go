package web

import (
	"testing"

	"lemniscaat/internal/i18n"
	"lemniscaat/internal/screen"
)

// Amounts per time are read as people say them, whole and negative ones too;
// a sentence without one stays as it is.
func TestPerTime(t *testing.T) {
	c, err := i18n.Load("nl")
	if err != nil {
		t.Fatal(err)
	}
	p := &page{Catalogue: c}
	for in, want := range map[string]string{
		"Basisbedrag gaat van 421,53 €/kw naar 426,29 €/kw.": "Basisbedrag gaat van €\u00a0421,53 per kwartaal naar €\u00a0426,29 per kwartaal.",
		"1.600 €/mnd": "€\u00a01.600 per maand",
		"-50,01 €/jr": "€\u00a0-50,01 per jaar",
		"110 %":       "110 %",
	} {
		if got := p.perTime(in); got != want {
			t.Errorf("%q: %q, verwacht %q", in, got, want)
		}
	}
}

// What is decided or over does not change; what is returned does.
func TestProposalFixed(t *testing.T) {
	for state, want := range map[screen.ProposalState]bool{
		screen.ProposalSketch: false, screen.ProposalSubmitted: false, screen.ProposalReturned: false,
		screen.ProposalDecided: true, screen.ProposalPaused: true, screen.ProposalWithdrawn: true,
	} {
		if state.Fixed() != want {
			t.Errorf("%s: %v, verwacht %v", state, state.Fixed(), want)
		}
	}
}
