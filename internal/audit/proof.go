package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"

	"lemniscaat/internal/event"
	"lemniscaat/internal/seal"
	"lemniscaat/internal/store"
)

// ProofFormat is the name and version of a proof.
const ProofFormat = "lemniscaat/logboek-bewijs/1"

// ErrUnsigned says that there is no signed head to prove something about.
var ErrUnsigned = errors.New("er is nog geen ondertekende kop over deze gebeurtenis")

// Proof shows, without the rest of the log, that an event is in a log of which
// somebody has a signed head; or that one signed head goes on where another ended.
type Proof struct {
	Format string `json:"vorm"`
	Head   string `json:"kop"` // signed
	// Event and Seq, or Before.
	Event  *written     `json:"gebeurtenis,omitempty"`
	Before string       `json:"eerdereKop,omitempty"` // signed
	Path   []event.Hash `json:"pad"`
}

// Prove shows that an event is under the last signed head. It walks the log once.
func Prove(ctx context.Context, log store.Reader, trust seal.Trust, seq uint64) (Proof, error) {
	h, statement, err := lastHead(ctx, log, trust)
	if err != nil {
		return Proof{}, err
	}
	if seq == 0 || seq > h.Size {
		return Proof{}, fmt.Errorf("%w: de laatste kop is over %d gebeurtenissen", ErrUnsigned, h.Size)
	}
	p := Proof{Format: ProofFormat, Head: statement}
	p.Path, err = seal.Include(h.Size, seq, leaves(ctx, log, func(r event.Record) {
		if r.Seq == seq {
			p.Event = &written{r.Seq, r.Stream, r.StreamSeq, r.Type, r.At.UTC(), r.Actor, string(r.Data), r.Personal, r.PrevHash, r.Hash}
		}
	}))
	return p, err
}

// ProveGrowth shows that the last signed head goes on from an earlier one.
func ProveGrowth(ctx context.Context, log store.Reader, trust seal.Trust, before string) (Proof, error) {
	old, err := trust.OpenHead(before)
	if err != nil {
		return Proof{}, err
	}
	h, statement, err := lastHead(ctx, log, trust)
	if err != nil {
		return Proof{}, err
	}
	p := Proof{Format: ProofFormat, Head: statement, Before: before}
	p.Path, err = seal.Extend(old.Size, h.Size, leaves(ctx, log, func(event.Record) {}))
	return p, err
}

func lastHead(ctx context.Context, log store.Reader, trust seal.Trust) (seal.Head, string, error) {
	_, statement, err := Last(ctx, log)
	if err != nil {
		return seal.Head{}, "", err
	}
	if statement == "" {
		return seal.Head{}, "", ErrUnsigned
	}
	h, err := trust.OpenHead(statement)
	return h, statement, err
}

func leaves(ctx context.Context, log store.Reader, see func(event.Record)) iter.Seq2[event.Hash, error] {
	return func(yield func(event.Hash, error) bool) {
		for r, err := range log.All(ctx, 1) {
			if err == nil {
				see(r)
			}
			if !yield(r.Hash, err) || err != nil {
				return
			}
		}
	}
}

// Text gives the file of a proof.
func (p Proof) Text() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(p)
	return b.Bytes(), err
}

// ReadProof reads what Text gave.
func ReadProof(text []byte) (Proof, error) {
	var p Proof
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil || p.Format != ProofFormat || (p.Event == nil) == (p.Before == "") {
		return Proof{}, errors.New("dit is geen bewijs bij een logboek (verwacht: " + ProofFormat + ")")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Proof{}, errors.New("er staat iets na het einde van het bewijs")
	}
	return p, nil
}

// Check says what a proof shows, in Dutch, or why it shows nothing.
func (p Proof) Check(trust seal.Trust) (string, error) {
	h, err := trust.OpenHead(p.Head)
	if err != nil {
		return "", err
	}
	if p.Before != "" {
		old, err := trust.OpenHead(p.Before)
		if err != nil {
			return "", err
		}
		if old.Origin != h.Origin {
			return "", fmt.Errorf("%w: de koppen zijn van twee logboeken", seal.ErrProof)
		}
		if err := seal.CheckExtended(old.Size, old.Root, h.Size, h.Root, p.Path); err != nil {
			return "", err
		}
		return fmt.Sprintf("De kop van %s (%d gebeurtenissen) gaat verder waar die van %s (%d) ophield.", moment(h.At), h.Size, moment(old.At), old.Size), nil
	}
	w := p.Event
	e := event.Event{
		Seq: w.Seq, Stream: w.Stream, StreamSeq: w.StreamSeq, Type: w.Type, At: w.At, Actor: w.Actor, Data: []byte(w.Data),
		Personal: w.Personal, PrevHash: w.Prev, Hash: w.Hash,
	}
	if e.Sum() != e.Hash {
		return "", fmt.Errorf("%w: de inhoud van gebeurtenis %d klopt niet met haar hash", seal.ErrProof, e.Seq)
	}
	if err := seal.CheckIncluded(h.Size, h.Root, e.Seq, e.Hash, slices.Clone(p.Path)); err != nil {
		return "", err
	}
	return fmt.Sprintf("Gebeurtenis %d (%s, %s) staat in het logboek waarvan op %s een kop over %d gebeurtenissen is ondertekend.", e.Seq, e.Type, moment(e.At), moment(h.At), h.Size), nil
}
