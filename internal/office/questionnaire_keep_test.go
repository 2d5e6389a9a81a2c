package office_test

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lemniscaat/internal/office"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/store/sqlite"
)

// What was asked on an edition of an own questionnaire stays with that edition: also
// when the folder has a newer one, and when the folder is gone. An edition that was
// used does not change.
func TestQuestionnairesAreKept(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	at := time.Date(2026, 9, 7, 9, 0, 0, 0, time.UTC)
	with := func(files fs.FS) func(*office.Config) {
		return func(c *office.Config) {
			q, err := office.ReadQuestionnaires(files)
			if err != nil {
				t.Fatal(err)
			}
			c.Questionnaires = q
		}
	}
	begin := func(files fs.FS) *hall {
		log, err := sqlite.Open(t.Context(), data, sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		h := openHallOn(t, log, at, with(files))
		h.ok(h.Seed(t.Context()))
		at = at.Add(time.Hour)
		return h
	}
	asked := func(h *hall, id string) (edition, question string) {
		t.Helper()
		for _, a := range h.proposal("karim", id).Assessments {
			if a.ID == "privacy" {
				return a.Edition, a.Items[len(a.Items)-1].Label
			}
		}
		t.Fatal("privacy is not asked")
		return "", ""
	}
	h := begin(folder("privacy.yaml", ownList))
	_, issue := h.signal("samira", iit, "verordening-artikel-2", "Eén euro te veel.")
	old, err := h.OpenProposal(t.Context(), "karim", view.OpenProposalInput{Issue: issue, Title: "Met versie 7"})
	h.ok(err)
	h.ok(h.EditParameter(t.Context(), "karim", view.ParameterInput{Proposal: old, Param: iit + ".inkomensgrens", Value: "120 %"}))
	h.shut()

	// Another text under the same edition is refused, and says what to do.
	log, err := sqlite.Open(t.Context(), data, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	changed, err := office.ReadQuestionnaires(folder("privacy.yaml", strings.Replace(ownList, "Hoe lang bewaart u ze?", "Hoe lang nog?", 1)))
	if err != nil {
		t.Fatal(err)
	}
	set, variants, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	_, err = office.New(t.Context(), office.Config{Store: log, Shipped: set, Variants: variants, Secret: slices.Repeat([]byte{1}, 32), Now: time.Now, Questionnaires: changed})
	if !errors.Is(err, office.ErrQuestionnaire) || !strings.Contains(err.Error(), "nieuwe versie") || !strings.Contains(err.Error(), `"7"`) {
		t.Errorf("an edition that was used was changed: %v", err)
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}

	// A new edition is asked of new proposals; the other keeps its questions.
	newer := strings.NewReplacer(`versie: "7"`, `versie: "8"`, "Hoe lang bewaart u ze?", "Waarom bewaart u ze?").Replace(ownList)
	h = begin(folder("privacy.yaml", newer))
	if e, q := asked(h, old); e != "7" || q != "Hoe lang bewaart u ze?" {
		t.Errorf("the old proposal is asked %q, edition %s", q, e)
	}
	fresh, err := h.OpenProposal(t.Context(), "karim", view.OpenProposalInput{Issue: issue, Title: "Met versie 8"})
	h.ok(err)
	h.ok(h.EditParameter(t.Context(), "karim", view.ParameterInput{Proposal: fresh, Param: iit + ".inkomensgrens", Value: "120 %"}))
	if e, q := asked(h, fresh); e != "8" || q != "Waarom bewaart u ze?" {
		t.Errorf("the new proposal is asked %q, edition %s", q, e)
	}
	h.shut()

	// Without the folder both keep theirs; a new one is asked what ships.
	h = begin(nil)
	if e, q := asked(h, old); e != "7" || q != "Hoe lang bewaart u ze?" {
		t.Errorf("without the folder the old proposal is asked %q, edition %s", q, e)
	}
	if e, _ := asked(h, fresh); e != "8" {
		t.Errorf("without the folder the proposal is asked edition %s", e)
	}
	last, err := h.OpenProposal(t.Context(), "karim", view.OpenProposalInput{Issue: issue, Title: "Zonder map"})
	h.ok(err)
	h.ok(h.EditParameter(t.Context(), "karim", view.ParameterInput{Proposal: last, Param: iit + ".inkomensgrens", Value: "120 %"}))
	if e, _ := asked(h, last); e != "1" {
		t.Errorf("what ships is edition 1, not %s", e)
	}
}
