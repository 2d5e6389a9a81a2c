package office_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	view "lemniscaat/internal/screen"
)

// TestFreeRun: a variant that ships is computed without a proposal; it stands in the
// list with who asked it, and only that person stops it.
func TestFreeRun(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ctx := t.Context()
	list, err := h.Simulations(ctx, "femke")
	h.ok(err)
	if len(list.Busy)+len(list.Over) != 0 || len(list.Variants) < 3 || len(list.Populations) != 2 {
		t.Fatalf("list: %+v", list)
	}
	in := view.FreeRunInput{Variant: "ruimere-grens", Population: "nl:2000"}
	if !list.Start.Can {
		t.Error("who works here may start a run")
	}
	visitor, err := h.Simulations(ctx, "")
	h.ok(err)
	if visitor.Start.Can || visitor.Start.Why == "" {
		t.Error("a visitor is not told beforehand that a run cannot be started")
	}
	_, err = h.SimulateVariant(ctx, "", in)
	h.refused("niemand-gekozen", err)
	_, err = h.SimulateVariant(ctx, "femke", view.FreeRunInput{Variant: "bestaat-niet", Population: "nl:2000"})
	h.refused("keuze", err)
	_, err = h.SimulateVariant(ctx, "femke", view.FreeRunInput{Variant: "ruimere-grens", Population: "nl:999"})
	h.refused("keuze", err)

	id, err := h.SimulateVariant(ctx, "femke", in)
	h.ok(err)
	if again, err := h.SimulateVariant(ctx, "karim", in); err != nil || again != id {
		t.Errorf("the same question is %s (%v), and was %s", again, err, id)
	}
	v := h.simulated(id)
	if v.State != view.SimulationDone || v.Run.Sentence == "" || v.Proposal != nil || v.Who != "Femke de Wit" || !v.Run.Synthetic {
		t.Errorf("free run: %s %s, %q, by %q", v.State, v.Error, v.Run.Sentence, v.Who)
	}
	h.ok(h.CancelSimulation(ctx, "femke", id)) // too late: nothing changes
	if v = h.simulated(id); v.State != view.SimulationDone {
		t.Errorf("stopping what is done makes it %s", v.State)
	}
	h.refused("rol-onjuist", h.CancelSimulation(ctx, "samira", id))
	if err := h.CancelSimulation(ctx, "femke", "r-0"); !errors.Is(err, view.ErrNotFound) {
		t.Errorf("no such run: %v", err)
	}
	list, err = h.Simulations(ctx, "samira")
	h.ok(err)
	if len(list.Over) != 1 || list.Over[0].ID != id || list.Over[0].CanCancel || list.Over[0].Asked.After(time.Now()) {
		t.Errorf("list: %+v", list.Over)
	}
}

// TestFreeRunTogether: a variant of several regulations is computed with all that
// is in the income of a household, also what only moves with the others.
func TestFreeRunTogether(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	id, err := h.SimulateVariant(t.Context(), "femke", view.FreeRunInput{Variant: "rustiger-afbouw", Population: "nl:2000"})
	h.ok(err)
	v := h.simulated(id)
	if v.State != view.SimulationDone {
		t.Fatalf("%s %s", v.State, v.Error)
	}
	// Each regulation of a run brings the loads of its steps.
	for _, reg := range []string{"zorgtoeslag", "participatiewet", "huurtoeslag"} {
		if !slices.ContainsFunc(v.Run.Assumptions, func(a view.Assumption) bool { return strings.HasPrefix(a.ID, "last."+reg+".") }) {
			t.Errorf("%s is not in the run", reg)
		}
	}
}
