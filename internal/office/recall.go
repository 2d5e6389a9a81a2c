package office

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"reflect"
	"time"

	"lemniscaat/internal/doability"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/store"
)

// What tests find in a regulation takes seconds to compute, and follows from the
// program, the rules and the day. The store keeps it for the next start: one item a
// regulation, of the last day. It is a cache: an item that is not exactly what this
// program wrote for these rules and this day is as if it were not there.

const (
	recallKind = "bevindingen"
	// recallFor is how long an item outlives its day: long enough for a weekend, so
	// that those of a regulation that is gone do not stay.
	recallFor = 7 * 24 * time.Hour
	// recallWithin bounds how long the store is waited for: computing goes on
	// without it.
	recallWithin = 5 * time.Second
)

// recalled is an item: for what it holds, what was found, and the proof that this
// installation wrote it. Without the key nobody can make one that hides a finding.
type recalled struct {
	Program  string        `json:"programma"`
	Rules    string        `json:"regels"`
	Reg      string        `json:"regeling"`
	Day      string        `json:"dag"`
	Findings []keptFinding `json:"bevindingen"`
	Proof    []byte        `json:"bewijs,omitempty"`
}

// keptFinding is a finding with its magnitude, which its own form leaves out.
type keptFinding struct {
	doability.Finding
	Magnitude string `json:"omvang,omitempty"` // "7/2"; empty: none
}

var errRecall = errors.New("niet wat dit programma voor deze regels en deze dag bewaarde")

// proof gives the proof of what is in an item.
func (r recalled) proof(key []byte) ([]byte, error) {
	r.Proof = nil
	text, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	m := hmac.New(sha256.New, key)
	m.Write(text)
	return m.Sum(nil), nil
}

// found gives what an item holds, or why it does not count.
func (r recalled) found(key []byte) ([]doability.Finding, error) {
	want, err := r.proof(key)
	if err != nil {
		return nil, err
	}
	if !hmac.Equal(want, r.Proof) {
		return nil, fmt.Errorf("%w: het bewijs klopt niet", errRecall)
	}
	var out []doability.Finding
	for _, k := range r.Findings {
		f := k.Finding
		if k.Magnitude != "" {
			n, ok := new(big.Rat).SetString(k.Magnitude)
			if !ok {
				return nil, fmt.Errorf("%w: omvang %q", errRecall, k.Magnitude)
			}
			f.Magnitude = n
		}
		out = append(out, f)
	}
	return out, nil
}

// recallKey is what items of this installation are proven with; nil: none are kept.
func (o *Office) recallKey() []byte {
	if o.Build == "" {
		return nil
	}
	vs := o.versions()
	if len(vs) == 0 {
		return nil
	}
	return derived((*o.ring.keys.Load())[vs[0]], "bevindingen")
}

// recall takes what an earlier start found in a regulation on a day, and reports
// whether it is known now.
func (o *Office) recall(set *regulation.Set, reg string, on rule.Date) bool {
	key := o.recallKey()
	if key == nil {
		return false
	}
	ctx, cancel := context.WithTimeout(o.life, recallWithin)
	defer cancel()
	item, err := o.Store.Item(ctx, recallKind, reg)
	if err != nil {
		if !errors.Is(err, store.ErrNotFound) && o.life.Err() == nil {
			o.Log.Warn("bewaarde bevindingen", "regeling", reg, "fout", err)
		}
		return false
	}
	var r recalled
	if err := json.Unmarshal(item.Data, &r); err != nil {
		o.Log.Warn("bewaarde bevindingen zijn niet te lezen; ze worden opnieuw berekend", "regeling", reg)
		return false
	}
	if r.Program != o.Build || r.Rules != string(set.Digest()) || r.Reg != reg || r.Day != on.String() {
		return false // of another program, of other rules or of another day
	}
	fs, err := r.found(key)
	if err != nil {
		o.Log.Warn("bewaarde bevindingen tellen niet; ze worden opnieuw berekend", "regeling", reg, "fout", err)
		return false
	}
	o.tests.get(maxTested, testKey{set.Digest(), reg, on}, func() tested { return tested{findings: fs} })
	return true
}

// retain keeps what was found for the next start. When that cannot be done, the next
// start computes it.
func (o *Office) retain(set *regulation.Set, reg string, on rule.Date, fs []doability.Finding) {
	key := o.recallKey()
	if key == nil {
		return
	}
	r := recalled{Program: o.Build, Rules: string(set.Digest()), Reg: reg, Day: on.String(), Findings: []keptFinding{}}
	for _, f := range fs {
		k := keptFinding{Finding: f}
		if f.Magnitude != nil {
			k.Magnitude = f.Magnitude.RatString()
		}
		r.Findings = append(r.Findings, k)
	}
	data, err := r.written(key, fs)
	if err == nil {
		ctx, cancel := context.WithTimeout(o.life, recallWithin)
		defer cancel()
		err = o.Store.Put(ctx, store.Change{Item: store.Item{Kind: recallKind, ID: reg, Data: data, Expires: o.clock().Add(recallFor)}})
	}
	if err != nil && o.life.Err() == nil {
		o.Log.Warn("bevindingen zijn niet bewaard; een volgende start berekent ze opnieuw", "regeling", reg, "fout", err)
	}
}

// written gives an item as it is stored. What would not come back as it is, is not
// stored.
func (r recalled) written(key []byte, fs []doability.Finding) ([]byte, error) {
	var err error
	if r.Proof, err = r.proof(key); err != nil {
		return nil, err
	}
	data, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	if len(data) > store.MaxItem {
		return nil, fmt.Errorf("%d bytes is te veel om te bewaren", len(data))
	}
	var back recalled
	if err := json.Unmarshal(data, &back); err != nil {
		return nil, err
	}
	got, err := back.found(key)
	if err != nil {
		return nil, err
	}
	if len(got) != len(fs) {
		return nil, errRecall
	}
	for k := range got {
		a, b := got[k], fs[k]
		if (a.Magnitude == nil) != (b.Magnitude == nil) || a.Magnitude != nil && a.Magnitude.Cmp(b.Magnitude) != 0 {
			return nil, errRecall
		}
		if a.Magnitude, b.Magnitude = nil, nil; !reflect.DeepEqual(a, b) {
			return nil, errRecall
		}
	}
	return data, nil
}
