package outbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"lemniscaat/internal/outbox"
	"lemniscaat/internal/processing"
	"lemniscaat/internal/store"
)

// TestDeadLetters: what a receiver refused is sent again only when somebody asks for
// it, with the same id; it stays when it is refused once more, and who gives it up
// says why.
func TestDeadLetters(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	b.opened(t, 3)
	status := 422
	var got []string
	x := &outbox.Events{Store: b.Store, Source: "urn:nld:lemniscaat", LogName: "proef", Holder: "p", Now: b.clock, Receivers: []outbox.Receiver{
		{Name: "archief", FromStart: true, Send: func(_ context.Context, e outbox.CloudEvent) (outbox.Answer, error) {
			got = append(got, e.ID)
			return outbox.Answer{Status: status}, nil
		}},
		{Name: "archief-2", FromStart: true, Send: func(context.Context, outbox.CloudEvent) (outbox.Answer, error) {
			return outbox.Answer{Status: 200}, nil
		}},
	}}
	step := func() []outbox.Dead {
		t.Helper()
		if err := x.Step(ctx); err != nil {
			t.Fatal(err)
		}
		dead, err := outbox.DeadLetters(ctx, b.Store, "", 100)
		if err != nil {
			t.Fatal(err)
		}
		return dead
	}
	dead := step()
	if len(dead) != 3 || dead[0].Status != 422 || dead[0].Type() != "nl.lemniscaat.knelpunt-beantwoord" || len(got) != 3 {
		t.Fatalf("%+v, sent %v", dead, got)
	}
	if dead = step(); len(dead) != 3 || len(got) != 3 {
		t.Fatalf("sent again without being asked: %v", got)
	}
	// Refused once more: it stays, with a try more, and is not sent by itself.
	if err := outbox.Retry(ctx, b.Store, dead[1].ID); err != nil {
		t.Fatal(err)
	}
	if dead = step(); len(dead) != 3 || dead[1].Again || dead[1].Tries != 1 || len(got) != 4 || got[3] != got[1] {
		t.Fatalf("%+v, sent %v", dead, got)
	}
	// The receiver fails: it waits with everything else, and is still wanted.
	status = 503
	if err := outbox.Retry(ctx, b.Store, dead[1].ID); err != nil {
		t.Fatal(err)
	}
	if dead = step(); !dead[1].Again {
		t.Fatalf("%+v", dead[1])
	}
	lines, err := outbox.Lines(ctx, b.Store)
	if err != nil || len(lines) != 2 || lines[0].Failures != 1 || lines[1].Failures != 0 || lines[0].Behind != 0 {
		t.Fatalf("%+v, %v", lines, err)
	}
	// Taken now: it is gone.
	status = 200
	b.later(time.Hour)
	if dead = step(); len(dead) != 2 {
		t.Fatalf("%+v", dead)
	}
	// Given up, with a reason; what was in it is gone.
	if err := outbox.GiveUp(ctx, b.Store, dead[0].ID, "a-1", "deze soort kent de ontvanger niet", b.clock()); err != nil {
		t.Fatal(err)
	}
	given, err := outbox.GivenUpBefore(ctx, b.Store)
	if err != nil || len(given) != 1 || given[0].By != "a-1" || given[0].Seq != dead[0].Seq || given[0].Receiver != "archief" {
		t.Fatalf("%+v, %v", given, err)
	}
	for _, err := range []error{outbox.GiveUp(ctx, b.Store, dead[0].ID, "a-1", "nog eens", b.clock()), outbox.Retry(ctx, b.Store, dead[0].ID), outbox.Retry(ctx, b.Store, "archief/weg"), outbox.Resume(ctx, b.Store, "onbekend")} {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("what is not there: %v", err)
		}
	}
	// How far behind, and since when.
	b.opened(t, 2)
	if lines, err := outbox.Lines(ctx, b.Store); err != nil || lines[0].Behind != 2 || !lines[0].Oldest.Equal(at) {
		t.Errorf("%+v, %v", lines, err)
	}
}

// TestDeadRow: a row of processing that was refused goes back among those that wait.
func TestDeadRow(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	l := &processing.Log{Shelf: b.Store, Secret: make([]byte, 32), Version: "v1", Now: b.clock, Random: strings.NewReader(strings.Repeat("0123456789abcdef", 20))}
	rows, err := l.Rows(ctx, time.Time{}, processing.Touch{Activity: processing.Signals, Subject: "anna", Name: "lezen"})
	if err == nil {
		err = b.Put(ctx, rows...)
	}
	if err != nil {
		t.Fatal(err)
	}
	status, sent := 400, 0
	x := &outbox.Rows{Shelf: b.Store, Holder: "p", Now: b.clock, Send: func(_ context.Context, rows []processing.Row) (outbox.Answer, error) {
		sent += len(rows)
		return outbox.Answer{Status: status}, nil
	}}
	if err := x.Step(ctx); err != nil {
		t.Fatal(err)
	}
	dead, err := outbox.DeadLetters(ctx, b.Store, "", 10)
	if err != nil || len(dead) != 1 || dead[0].Type() != processing.Kind {
		t.Fatalf("%+v, %v", dead, err)
	}
	if text, _ := json.Marshal(dead[0]); strings.Contains(string(text), "anna") {
		t.Errorf("it names somebody: %s", text)
	}
	if err := outbox.Retry(ctx, b.Store, dead[0].ID); err != nil {
		t.Fatal(err)
	}
	if lines, err := outbox.Lines(ctx, b.Store); err != nil || len(lines) != 1 || !lines[0].Rows || lines[0].Behind != 1 || !lines[0].Oldest.Equal(at) {
		t.Errorf("%+v, %v", lines, err)
	}
	status = 200
	if err := x.Step(ctx); err != nil {
		t.Fatal(err)
	}
	if dead, err := outbox.DeadLetters(ctx, b.Store, "", 10); err != nil || len(dead) != 0 || sent != 2 {
		t.Errorf("%+v, %v, sent %d", dead, err, sent)
	}
}
