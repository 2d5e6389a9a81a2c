package office

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/store"
)

// KeptKind is what is there of one kind of personal text on a day.
type KeptKind struct {
	Kind  loop.TextKind
	Term  loop.Span // zero: none, it stays
	There int       // texts that were not erased
	Due   int       // their term is over and nothing holds them
	Held  map[loop.Hold]int
}

// RetentionReport is what is kept and what must go on a day.
type RetentionReport struct {
	On     rule.Date
	Kinds  []KeptKind
	Erased int // texts, by this call
}

// Retention counts what must go on a day. With do it erases that, which only goes
// for a day that has come.
func (o *Office) Retention(ctx context.Context, on rule.Date, do bool) (RetentionReport, error) {
	out := RetentionReport{On: on}
	if do && on.After(o.today()) {
		return out, refuse("nog-niet", "Op "+on.String()+" is het nog niet zover.", "Wissen kan tot en met vandaag.")
	}
	at := map[loop.TextKind]*KeptKind{}
	for _, k := range loop.TextKinds() {
		out.Kinds = append(out.Kinds, KeptKind{Kind: k, Term: o.Config.Retention[k], Held: map[loop.Hold]int{}})
	}
	for i := range out.Kinds {
		at[out.Kinds[i].Kind] = &out.Kinds[i]
	}
	var due []event.Record
	err := o.aged(ctx, on, func(r event.Record, list []loop.Aged) error {
		some := false
		for _, a := range list {
			k := at[a.Kind]
			k.There++
			switch {
			case a.Due(on):
				k.Due, some = k.Due+1, true
			case a.Over(on):
				k.Held[a.Held]++
			}
		}
		if some && do {
			r.Secrets = nil
			due = append(due, r)
		}
		return nil
	})
	if err != nil || !do {
		return out, err
	}
	acted, err := o.acted(ctx)
	if err != nil {
		return out, err
	}
	for part := range slices.Chunk(due, loop.MaxErased/10) {
		n, err := o.eraseDue(ctx, part, acted, on)
		out.Erased += n
		if err != nil {
			return out, err
		}
	}
	return out, nil
}

// eraseDue erases what of these records is due now; what somebody began anew in the
// meantime stays.
func (o *Office) eraseDue(ctx context.Context, part []event.Record, acted map[loop.PersonID]rule.Date, on rule.Date) (int, error) {
	pick := func() (refs []event.Ref, err error) {
		for _, r := range part {
			list, err := o.world.Age(r, o.Config.Retention, acted, on)
			if err != nil {
				return nil, err
			}
			for _, a := range list {
				if a.Due(on) {
					refs = append(refs, a.Ref)
				}
			}
		}
		return refs, nil
	}
	erased := 0
	for range maxTries {
		o.mu.RLock()
		refs, err := pick()
		o.mu.RUnlock()
		if err != nil || len(refs) == 0 {
			return erased, err
		}
		refs = refs[:min(len(refs), loop.MaxErased)]
		_, err = o.doOnce(ctx, string(loop.System), loop.EraseTexts{Refs: refs, Ground: loop.RetentionGround}, request{still: func() bool {
			now, err := pick()
			return err == nil && slices.Equal(now[:min(len(now), loop.MaxErased)], refs)
		}})
		switch {
		case errors.Is(err, errMoved):
		case err != nil:
			return erased, err
		default:
			erased += len(refs)
		}
	}
	return erased, nil
}

// aged walks the log and gives the texts of each record that has any.
func (o *Office) aged(ctx context.Context, on rule.Date, each func(event.Record, []loop.Aged) error) error {
	acted, err := o.acted(ctx)
	if err != nil {
		return err
	}
	o.mu.RLock()
	end := o.world.Head().Seq
	o.mu.RUnlock()
	for r, err := range o.Store.All(ctx, 1) {
		if err != nil {
			return fmt.Errorf("read log: %w", err)
		}
		if r.Seq > end {
			break
		}
		if len(r.Personal) == 0 {
			continue
		}
		o.mu.RLock()
		list, err := o.world.Age(r, o.Config.Retention, acted, on)
		o.mu.RUnlock()
		if err != nil {
			return err
		}
		if err := each(r, list); err != nil {
			return err
		}
	}
	return nil
}

// acted gives when each person last did something, when that matters to a term.
func (o *Office) acted(ctx context.Context) (map[loop.PersonID]rule.Date, error) {
	if _, ok := o.Config.Retention[loop.AddressTexts]; !ok {
		return nil, nil
	}
	out := map[loop.PersonID]rule.Date{}
	for r, err := range o.Store.All(ctx, 1) {
		if err != nil {
			return nil, fmt.Errorf("read log: %w", err)
		}
		out[loop.PersonID(r.Actor)] = loop.DateOf(r.At)
	}
	return out, nil
}

// The item that says on which day terms were last kept.
const (
	retentionKind = "bewaren"
	retentionLast = "laatst"
)

// keepTerms erases once a day what is past its term. Only the process that leads
// does it.
func (o *Office) keepTerms(ctx context.Context) error {
	if len(o.Config.Retention) == 0 {
		return nil
	}
	today := o.today()
	it, err := o.Store.Item(ctx, retentionKind, retentionLast)
	switch {
	case errors.Is(err, store.ErrNotFound):
	case err != nil:
		return err
	case string(it.Data) >= today.String():
		return nil
	}
	r, err := o.Retention(ctx, today, true)
	if err != nil {
		return fmt.Errorf("bewaartermijnen: %w", err)
	}
	if r.Erased > 0 {
		o.Log.InfoContext(ctx, "bewaartermijnen", "gewist", r.Erased)
	}
	return o.Store.Put(ctx, store.Change{Item: store.Item{Kind: retentionKind, ID: retentionLast, Data: []byte(today.String())}})
}
