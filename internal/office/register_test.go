package office_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	view "lemniscaat/internal/screen"
)

// The register as a whole shows the first rows of each list; one list has pages,
// and a search holds for all of them.
func TestRegisterPages(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ctx := t.Context()
	before, err := h.Register(ctx, "", view.RegisterInput{})
	h.ok(err)
	var b strings.Builder
	b.WriteString("regeling;artikel;tekst;soort\n")
	// What is in one place and of one kind is one knelpunt.
	for i := range 60 {
		fmt.Fprintf(&b, "%s;;Knelpunt met nummer %d.;%s\n", h.Shipped.Regulations[i%12].ID, i, []string{"te hard", "onduidelijk", "gegevens", "regels botsen", "mensen haken af"}[i/12])
	}
	got, err := h.ImportSignals(ctx, "samira", view.SignalFile{Name: "oud.csv", Data: []byte(b.String())})
	h.ok(err)
	if len(got.New) != 60 {
		t.Fatalf("%+v", got)
	}
	all := before.Totals[view.RegisterIssues] + 60
	whole, err := h.Register(ctx, "", view.RegisterInput{})
	h.ok(err)
	if len(whole.Issues) != view.FirstRows || whole.Totals[view.RegisterIssues] != all || whole.Totals[view.RegisterRegulations] != len(h.Shipped.Regulations)+1 {
		t.Errorf("%d rows, %v", len(whole.Issues), whole.Totals)
	}
	seen := map[string]bool{}
	for n := 1; n <= 2; n++ {
		one, err := h.Register(ctx, "", view.RegisterInput{Part: view.RegisterIssues, Asked: view.Asked{Page: n}})
		h.ok(err)
		if one.Paging.Pages != 2 || one.Paging.Total != all || one.Regulations != nil || one.Proposals != nil {
			t.Errorf("page %d: %+v", n, one.Paging)
		}
		for _, r := range one.Issues {
			seen[r.ID] = true
		}
	}
	if len(seen) != all {
		t.Errorf("the pages show %d of %d knelpunten", len(seen), all)
	}
	found, err := h.Register(ctx, "", view.RegisterInput{Asked: view.Asked{Words: "overbruggingsregeling"}})
	h.ok(err)
	if found.Totals[view.RegisterRegulations] != 1 || len(found.Regulations) != 1 || found.Totals[view.RegisterIssues] != 5 {
		t.Errorf("looking for a regulation: %v", found.Totals)
	}
	if _, err := h.Register(ctx, "", view.RegisterInput{Part: "alles"}); !errors.Is(err, view.ErrNotFound) {
		t.Errorf("a list that is not there: %v", err)
	}
}
