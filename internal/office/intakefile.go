package office

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/outcome"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// ImportFile brings in a file of outcomes of any size and measures with it. The
// file is read twice: once to see whether all of it is right, once to bring it
// in. open gives it from its beginning. With a fault anywhere nothing comes in.
// When it is interrupted half-way, the same file again brings in the rest.
func (o *Office) ImportFile(ctx context.Context, who, name string, open func() (io.ReadCloser, error)) (view.FileImport, error) {
	out := view.FileImport{Rows: map[string]int{}}
	opt := o.IntakeOptions()
	imports, err := o.lookOver(ctx, name, open, opt, &out)
	if err != nil || len(out.Refused) > 0 {
		return out, err
	}
	today := o.today()
	for _, reg := range slices.Sorted(maps.Keys(imports)) {
		im := imports[reg]
		im.From, im.Until = firstOfMonth(im.From), lastOfMonth(im.Until, today)
		o.mu.RLock()
		_, err := o.world.Decide(loop.PersonID(who), loop.ImportOutcomes{Regulation: reg, Import: *im}, o.Now())
		o.mu.RUnlock()
		if err != nil {
			return out, refusal(err)
		}
	}
	f, err := open()
	if err != nil {
		return out, err
	}
	defer f.Close()
	for rows, ds := range outcome.Stream(name, f, opt) {
		if ds.Err() != nil {
			return out, fmt.Errorf("%s veranderde tijdens het lezen: %w", name, ds.Err())
		}
		for part := range slices.Chunk(rows, maxCommit) {
			got, err := o.Receive(ctx, who, shorten(name, 100), part)
			if err != nil {
				return out, err
			}
			out.New, out.Known, out.Unheard = out.New+got.New, out.Known+got.Known, out.Unheard+got.Unheard
		}
	}
	for _, reg := range slices.Sorted(maps.Keys(imports)) {
		said, err := o.recordImport(ctx, who, reg, *imports[reg])
		out.Measured = append(out.Measured, said...)
		if err != nil {
			return out, err
		}
	}
	return out, o.Detect(ctx)
}

// recordImport tells the log of a file whose outcomes are in, and measures.
func (o *Office) recordImport(ctx context.Context, who, reg string, im loop.OutcomeImport) ([]string, error) {
	if err := o.do(ctx, who, loop.ImportOutcomes{Regulation: reg, Import: im}); err != nil {
		return nil, err
	}
	o.mu.RLock()
	re, ok := o.rules.set.Get(reg)
	predictions := o.world.Predictions(reg)
	o.mu.RUnlock()
	var said []string
	for _, x := range predictions {
		if !ok {
			break
		}
		s, err := o.measure(ctx, who, re, x, im)
		if err != nil {
			return said, err
		}
		said = append(said, s...)
	}
	return said, nil
}

// lookOver reads the whole file without keeping anything: what is wrong with it,
// and one import for each regulation in it.
func (o *Office) lookOver(ctx context.Context, name string, open func() (io.ReadCloser, error), opt outcome.Options, out *view.FileImport) (map[string]*loop.OutcomeImport, error) {
	f, err := open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	imports := map[string]*loop.OutcomeImport{}
	h := sha256.New()
	for rows, ds := range outcome.Stream(name, io.TeeReader(f, h), opt) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for _, d := range ds {
			if d.Severity == rule.Error {
				out.Refused = append(out.Refused, view.RowError{Line: d.Pos.Line, Text: d.Message, Code: d.Code, Hint: d.Hint})
			}
		}
		if len(out.Refused) > 0 {
			continue
		}
		d := &incoming{rows: rows}
		_, _, err := o.newFacts(ctx, []*incoming{d})
		var no *view.Refusal
		if errors.As(err, &no) {
			for _, n := range d.result.Changed {
				out.Refused = append(out.Refused, view.RowError{Line: n, Code: no.Code, Text: "deze uitkomst is er al, met een andere inhoud", Hint: no.Hint})
			}
		} else if err != nil {
			return nil, err
		}
		for _, x := range rows {
			im := imports[x.Regulation]
			if im == nil {
				im = &loop.OutcomeImport{ID: o.NewID("i"), File: shorten(name, 100), From: x.Date, Until: x.Date}
				imports[x.Regulation] = im
			}
			out.Rows[x.Regulation]++
			im.Rows++
			if x.Date.Before(im.From) {
				im.From = x.Date
			}
			if x.Date.After(im.Until) {
				im.Until = x.Date
			}
			im.Synthetic = im.Synthetic || x.Synthetic
		}
	}
	for _, im := range imports {
		im.Digest = loop.Digest(hex.EncodeToString(h.Sum(nil)))
	}
	return imports, nil
}

// measureDeliveries measures with what came in over a connection, once a month:
// the first time after the month has ended.
func (o *Office) measureDeliveries(ctx context.Context) {
	o.mu.RLock()
	today := o.today()
	until := firstOfMonth(today).AddDays(-1)
	due := map[string]loop.OutcomeImport{}
	for _, x := range o.world.Intakes() {
		if x.Connected == 0 || x.From.After(until) || len(o.world.Predictions(x.Regulation)) == 0 {
			continue
		}
		id := "maand-" + until.String()[:7]
		done := false
		if g := o.world.Regulation(x.Regulation); g != nil {
			done = slices.ContainsFunc(g.Imports, func(i loop.OutcomeImport) bool { return i.ID == id })
		}
		if done {
			continue
		}
		sum := sha256.Sum256(fmt.Appendf(nil, "lemniscaat/maand/1|%s|%s|%d", x.Regulation, until, x.Rows))
		due[x.Regulation] = loop.OutcomeImport{
			ID: id, File: "zaaksysteem", Digest: loop.Digest(hex.EncodeToString(sum[:])), Rows: x.Rows, From: firstOfMonth(x.From), Until: until, Synthetic: x.Synthetic > 0,
		}
	}
	o.mu.RUnlock()
	for reg, im := range due {
		if _, err := o.recordImport(ctx, string(loop.System), reg, im); err != nil {
			o.Log.Warn("meten met leveringen geweigerd", "regeling", reg, "reden", err)
		}
	}
}

// RebuildCube counts the cube again from the facts.
func (o *Office) RebuildCube(ctx context.Context) (view.Rebuilt, error) {
	r, err := o.Store.Rebuild(ctx)
	return view.Rebuilt{Facts: r.Facts, Cells: r.Cells, Differs: r.Differs}, err
}
