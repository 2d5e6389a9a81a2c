package loop_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
)

// What comes in from a case system adds up per regulation; a connection needs no
// place in a triangle, a person does.
func TestIntake(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	batch := func(id string, rows, unheard int, from, until string) loop.ReceiveFacts {
		return loop.ReceiveFacts{Regulation: "inkomenstoeslag", Batch: loop.FactBatch{
			ID: id, Source: "urn:nld:oin:00000001003214345000", Rows: rows, Digest: digest(rows), From: rule.MustDate(from), Until: rule.MustDate(until), Unheard: unheard, Known: 1,
		}}
	}
	if e.w.Intake("inkomenstoeslag") != nil {
		t.Error("something came in before it did")
	}
	e.do("koppeling/zaaksysteem", batch("a", 10, 2, "2026-02-01", "2026-02-28"))
	e.do("els", batch("b", 5, 0, "2026-01-15", "2026-02-01"))
	e.do(loop.System, batch("c", 1, 1, "2026-05-01", "2026-05-01"))
	e.no("rol-onjuist", "vreemde", batch("d", 1, 0, "2026-01-01", "2026-01-01"))
	e.no("regeling-onbekend", "els", loop.ReceiveFacts{Regulation: "weg", Batch: batch("d", 1, 0, "2026-01-01", "2026-01-01").Batch})
	e.no("invoer-onjuist", "els", batch("d", 0, 0, "2026-01-01", "2026-01-01"))
	e.no("invoer-onjuist", "els", batch("d", 1, 2, "2026-01-01", "2026-01-01"))
	e.no("invoer-onjuist", "els", batch("d", 1, 0, "2026-01-02", "2026-01-01"))
	nameless := batch("d", 1, 0, "2026-01-01", "2026-01-01")
	nameless.Batch.Source = " "
	e.no("bron-onjuist", "els", nameless)

	got := *e.w.Intake("inkomenstoeslag")
	if got.Last.ID != "c" || got.Last.By != loop.System || got.Last.On != e.today() {
		t.Errorf("last: %+v", got.Last)
	}
	got.Last = loop.FactBatch{}
	want := loop.Intake{
		Regulation: "inkomenstoeslag", Version: 3, Batches: 3, Rows: 16, Connected: 10, Known: 3, Unheard: 3, From: rule.MustDate("2026-01-15"), Until: rule.MustDate("2026-05-01"),
		Sources: map[string]int{"urn:nld:oin:00000001003214345000": 16},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if n := len(e.w.Intakes()); n != 1 {
		t.Errorf("%d intakes", n)
	}
}
