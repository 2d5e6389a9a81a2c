package office

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/outcome"
	"lemniscaat/internal/rule"
)

// SeedOutcomes gives the demo half a year of outcomes of its tour regulation,
// what the owner expects of them, and a list of provisions with a budget: so that
// Wie raakt dit?, the detectors and Maatwerk have something to show. All of it is
// made up, and marked so. It does nothing when it was done before.
func (o *Office) SeedOutcomes(ctx context.Context) error {
	reg := o.Demo.Tour
	o.mu.RLock()
	done := o.world.Desk(reg) != nil
	o.mu.RUnlock()
	if done {
		return nil
	}
	at := noon(rule.Date{Year: 2026, Month: 7, Day: 1})
	type act struct {
		who string
		do  loop.Command
	}
	acts := []act{
		{"marijke", loop.SetProvision{Desk: reg, Provision: loop.Provision{ID: "ov", Name: "OV-kaart voor een maand", InKind: true, Cents: 9500}}},
		{"marijke", loop.SetProvision{Desk: reg, Provision: loop.Provision{ID: "fiets", Name: "Tweedehands fiets", InKind: true, Cents: 15000}}},
		{"marijke", loop.SetProvision{Desk: reg, Provision: loop.Provision{ID: "wasmachine", Name: "Reparatie van een wasmachine", InKind: true, Cents: 12500}}},
		{"marijke", loop.SetBudget{Desk: reg, Quarter: "2026-Q3", Cents: 400000}},
		{"marijke", loop.SetBudget{Desk: reg, Quarter: "2026-Q4", Cents: 400000}},
	}
	for _, d := range []struct {
		detector string
		expect   loop.Number
		why      string
	}{
		{"maatwerk", "5", "Meer dan 1 op de 20 betekent dat de regel niet past."},
		{"niet-afgerond", "20", "Vorig jaar stopte 1 op de 6 halverwege."},
		{"groep", "2", "Geen groep hoort twee keer zo hard te worden geraakt."},
	} {
		acts = append(acts, act{"anneke", loop.Declare{Declared: loop.Declared{Detector: d.detector, Anchor: loop.Anchor{Regulation: reg}, Expect: d.expect, Why: loop.Words(d.why)}}})
	}
	for k, a := range acts {
		if _, err := o.doAt(ctx, a.who, a.do, request{}, at.Add(time.Duration(k)*time.Minute)); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	var file bytes.Buffer
	rows := demoOutcomes(reg)
	if err := outcome.Write(&file, rows); err != nil {
		return fmt.Errorf("demo: outcomes: %w", err)
	}
	if _, err := o.Receive(ctx, "karim", "nagebootste uitkomsten", rows); err != nil {
		return fmt.Errorf("demo: outcomes: %w", err)
	}
	// Measuring stops a roll-out that they speak against.
	if _, err := o.recordImport(ctx, "karim", reg, o.importOf("nagebootste uitkomsten", file.Bytes(), rows)); err != nil {
		return fmt.Errorf("demo: outcomes: %w", err)
	}
	return nil
}

// demoOutcomes makes the outcomes of 24 weeks, always the same.
func demoOutcomes(reg string) []outcome.Row {
	var out []outcome.Row
	draw := uint64(20260907)
	next := func(n uint64) uint64 { // splitmix64
		draw += 0x9e3779b97f4a7c15
		z := draw
		z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		return (z ^ z>>31) % n
	}
	households := []string{"alleenstaand", "alleenstaand", "alleenstaand", "paar", "paar met kinderen", "paar met kinderen", "eenoudergezin"}
	ages := []string{"21-27", "27-45", "27-45", "45-67"}
	first := rule.Date{Year: 2026, Month: 3, Day: 16}
	for week := range 24 {
		for k := range 20 {
			home := households[next(uint64(len(households)))]
			r := outcome.Row{
				Case: fmt.Sprintf("v1:%08x%08x", 0xde30+week, k), Regulation: reg, Article: []string{"verordening-artikel-2", "verordening-artikel-3"}[next(2)], Version: "2026-01-01",
				Date: first.AddDays(7*week + int(next(5))), Class: outcome.Awarded, Contact: outcome.NoContact, Synthetic: true,
				Groups: map[string]string{"huishouden": home, "leeftijd": ages[next(uint64(len(ages)))]},
			}
			// Who has children and one income is just over the limit more often.
			hard := uint64(22)
			if home == "eenoudergezin" {
				hard = 38
			}
			switch d := next(100); {
			case d < hard:
				r.Class, r.Contact, r.Loss = outcome.Refused, outcome.Spoken, outcome.Band{Low: 500, High: 750}
			case d < hard+13:
				r.Class = outcome.Abandoned
			default:
				r.Amount = outcome.Band{Low: 500, High: 750}
				if next(100) < 3 {
					r.Ground, r.Contact = "hardheid", outcome.Spoken
				}
			}
			out = append(out, r)
			if r.Class == outcome.Refused && next(100) < 15 {
				later := r
				later.Class, later.Loss, later.Contact = outcome.Objection, outcome.Band{}, outcome.NoContact
				later.Date = r.Date.AddDays(7)
				won := later
				won.Class, won.Date = []outcome.Class{outcome.ObjectionWon, outcome.ObjectionLost}[next(2)], r.Date.AddDays(14)
				out = append(out, later, won)
			}
		}
	}
	last := rule.Date{Year: 2026, Month: 9, Day: 5}
	kept := out[:0]
	for _, r := range out {
		if !r.Date.After(last) {
			kept = append(kept, r)
		}
	}
	return kept
}
