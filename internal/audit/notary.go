package audit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/seal"
	"lemniscaat/internal/store"
)

// Kinds of items.
const (
	kindTree    = "logboek-boom"    // one item: how far the tree is
	kindHead    = "logboek-kop"     // signed heads, by size
	kindWitness = "logboek-getuige" // what each witness has
	treeID      = "stand"
)

// ErrBroken says that the log does not go on from what was signed: nothing more is
// signed until somebody has looked.
var ErrBroken = errors.New("het logboek sluit niet aan op de laatste ondertekende kop")

// ErrOtherKey says that the log was signed under another name.
var ErrOtherKey = errors.New("de sleutel om te ondertekenen hoort niet bij dit logboek")

// grown is the state of the tree, on the shelf.
type grown struct {
	Origin string     `json:"oorsprong"`
	Tree   seal.Tree  `json:"boom"`
	Last   event.Hash `json:"laatste"`  // of the last event in the tree
	Signed uint64     `json:"getekend"` // size of the last signed head
	At     time.Time  `json:"op"`       // of that head
}

// Witness keeps signed heads elsewhere.
type Witness interface {
	// Name tells witnesses apart, and is shown.
	Name() string
	// Keep returns when the head is kept. The statement is the signed text.
	Keep(ctx context.Context, h seal.Head, statement string) error
}

// Kept is what a witness has.
type Kept struct {
	Name  string    `json:"naam"`
	Size  uint64    `json:"omvang"` // of the last head that it keeps
	At    time.Time `json:"op"`     // when it took that
	Since time.Time `json:"faaltSinds,omitzero"`
	Fault string    `json:"fout,omitempty"` // Dutch or of the system; no personal data
}

// Notary signs heads of a log and hands them to witnesses. Several processes may
// do so on one log with one key: a head is signed once.
type Notary struct {
	Store interface {
		store.Reader
		store.Shelf
	}
	Ring *seal.Ring
	Now  func() time.Time
	// Every is after how many events a head is signed, After how long a head may
	// be due when there are new events.
	Every     uint64
	After     time.Duration
	Witnesses []Witness
	Log       *slog.Logger

	mu    sync.Mutex
	state State
}

// State is how the notary is doing.
type State struct {
	Size    uint64 // events in the tree
	Signed  uint64 // events under the last signed head
	At      time.Time
	Witness []Kept
	// Fault is what stops the signing itself; nil: nothing.
	Fault error
}

// State gives what the last Step found.
func (n *Notary) State() State {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.state
}

// stride is how many events one step takes before it saves how far it is.
const stride = 100_000

// Run steps every so often until ctx ends. Faults are in State and in the log; they
// stop nobody else.
func (n *Notary) Run(ctx context.Context, every time.Duration) {
	t := time.NewTicker(every)
	defer t.Stop()
	was := ""
	for {
		err := n.Step(ctx)
		if ctx.Err() != nil {
			return
		}
		now := ""
		if err != nil {
			now = err.Error()
		}
		if now != was && n.Log != nil {
			if err != nil {
				n.Log.Error("het logboek ondertekenen lukt niet", "fout", err)
			} else {
				n.Log.Info("het logboek ondertekenen lukt weer")
			}
		}
		was = now
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// Step brings the tree up to the log, signs a head when one is due, and hands the
// last head to every witness that does not have it. It costs time for what is new
// only, whatever the length of the log.
func (n *Notary) Step(ctx context.Context) error {
	g, more := grown{}, true
	var err error
	for more && err == nil {
		g, more, err = n.grow(ctx)
	}
	s := State{Size: g.Tree.Size, Signed: g.Signed, At: g.At, Fault: err}
	if g.Signed > 0 {
		var failed error
		s.Witness, failed = n.deliver(ctx, g.Signed)
		err = errors.Join(err, failed)
	}
	n.mu.Lock()
	n.state = s
	n.mu.Unlock()
	return err
}

func (n *Notary) grow(ctx context.Context) (g grown, more bool, err error) {
	g, version, err := n.load(ctx)
	if err != nil {
		return g, false, err
	}
	if g.Origin != "" && g.Origin != n.Ring.Name() {
		return g, false, fmt.Errorf("%w: het is van %q, de sleutel van %q", ErrOtherKey, g.Origin, n.Ring.Name())
	}
	head, err := n.Store.Head(ctx)
	if err != nil {
		return g, false, err
	}
	if head.Seq < g.Tree.Size {
		return g, false, fmt.Errorf("%w: het eindigt bij %d, en %d is al geteld: het einde is weg", ErrBroken, head.Seq, g.Tree.Size)
	}
	was := g.Tree.Size
	if head.Seq == was { // a replaced last event shows at once
		if head.Hash != g.Last {
			return g, false, fmt.Errorf("%w: gebeurtenis %d is een andere", ErrBroken, head.Seq)
		}
	}
	next := g
	next.Origin, next.Tree = n.Ring.Name(), g.Tree.Clone()
	for r, err := range n.Store.All(ctx, was+1) {
		if err != nil {
			return g, false, err
		}
		if r.Seq != next.Tree.Size+1 || r.PrevHash != next.Last || r.Sum() != r.Hash {
			return g, false, fmt.Errorf("%w: bij gebeurtenis %d", ErrBroken, next.Tree.Size+1)
		}
		next.Tree.Add(r.Hash)
		next.Last = r.Hash
		if next.Tree.Size-was == stride {
			more = true
			break
		}
	}
	now := n.Now().UTC()
	var changes []store.Change
	if unsigned := next.Tree.Size - g.Signed; !more && unsigned > 0 && (unsigned >= max(n.Every, 1) || now.Sub(g.At) >= n.After) {
		h := seal.Head{Origin: next.Origin, Size: next.Tree.Size, Root: next.Tree.Root(), Last: next.Last, At: now}
		statement, err := n.Ring.Sign(h.Text())
		if err != nil {
			return g, false, err
		}
		next.Signed, next.At = h.Size, now
		changes = append(changes, store.Change{Item: store.Item{Kind: kindHead, ID: number(h.Size), Data: []byte(statement)}})
	}
	if next.Tree.Size == was && len(changes) == 0 {
		return g, false, nil
	}
	data, err := json.Marshal(next)
	if err != nil {
		return g, false, fmt.Errorf("tree: %w", err)
	}
	changes = append(changes, store.Change{Item: store.Item{Kind: kindTree, ID: treeID, Data: data}, Expect: &version})
	err = n.Store.Put(ctx, changes...)
	if errors.Is(err, store.ErrConflict) { // another process did it
		g, _, err = n.load(ctx)
		return g, false, err
	}
	if err != nil {
		return g, false, err
	}
	return next, more, nil
}

func (n *Notary) load(ctx context.Context) (g grown, version uint64, err error) {
	it, err := n.Store.Item(ctx, kindTree, treeID)
	if errors.Is(err, store.ErrNotFound) {
		return g, 0, nil
	}
	if err != nil {
		return g, 0, err
	}
	if err := json.Unmarshal(it.Data, &g); err != nil {
		return grown{}, 0, fmt.Errorf("%w: de stand van de boom is niet te lezen", ErrBroken)
	}
	if err := g.Tree.Check(); err != nil {
		return grown{}, 0, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	return g, it.Version, nil
}

// deliver hands the head of a size to those who do not have it.
func (n *Notary) deliver(ctx context.Context, size uint64) ([]Kept, error) {
	var out []Kept
	var failed error
	for _, w := range n.Witnesses {
		k := Kept{Name: w.Name()}
		it, err := n.Store.Item(ctx, kindWitness, k.Name)
		if err == nil {
			err = json.Unmarshal(it.Data, &k)
		}
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			failed = errors.Join(failed, err)
			continue
		}
		if k.Size < size {
			before := k
			if err := n.hand(ctx, w, size); err != nil {
				k.Fault = err.Error()
				if k.Since.IsZero() {
					k.Since = n.Now().UTC()
				}
				failed = errors.Join(failed, fmt.Errorf("getuige %s: %w", k.Name, err))
			} else {
				k = Kept{Name: k.Name, Size: size, At: n.Now().UTC()}
			}
			if k != before {
				data, err := json.Marshal(k)
				if err == nil {
					err = n.Store.Put(ctx, store.Change{Item: store.Item{Kind: kindWitness, ID: k.Name, Data: data}})
				}
				failed = errors.Join(failed, err)
			}
		}
		out = append(out, k)
	}
	return out, failed
}

func (n *Notary) hand(ctx context.Context, w Witness, size uint64) error {
	it, err := n.Store.Item(ctx, kindHead, number(size))
	if err != nil {
		return err
	}
	text := string(it.Data)
	trust, err := n.Ring.Public().Trust()
	if err != nil {
		return err
	}
	h, err := trust.OpenHead(text)
	if err != nil {
		return err
	}
	return w.Keep(ctx, h, text)
}

// number gives a size so that its order is that of its bytes.
func number(n uint64) string { return fmt.Sprintf("%020d", n) }

// Heads gives the signed heads that an installation keeps itself, by size.
func Heads(ctx context.Context, s store.ShelfReader) ([]string, error) {
	var out []string
	for it, err := range store.AllItems(ctx, s, kindHead, "") {
		if err != nil {
			return nil, fmt.Errorf("read heads: %w", err)
		}
		out = append(out, string(it.Data))
	}
	return out, nil
}

// Witnesses gives what every witness has, also when no notary runs here.
func Witnesses(ctx context.Context, s store.ShelfReader) ([]Kept, error) {
	items, err := s.Items(ctx, kindWitness, "", 1000)
	if err != nil {
		return nil, fmt.Errorf("read witnesses: %w", err)
	}
	out := make([]Kept, 0, len(items))
	for _, it := range items {
		var k Kept
		if err := json.Unmarshal(it.Data, &k); err != nil {
			return nil, fmt.Errorf("witness %s: %w", it.ID, err)
		}
		out = append(out, k)
	}
	return out, nil
}

// Last gives the state of the tree and the last signed head; "" when there is none.
func Last(ctx context.Context, s store.ShelfReader) (State, string, error) {
	it, err := s.Item(ctx, kindTree, treeID)
	if errors.Is(err, store.ErrNotFound) {
		return State{}, "", nil
	}
	var g grown
	if err == nil {
		err = json.Unmarshal(it.Data, &g)
	}
	if err != nil {
		return State{}, "", fmt.Errorf("read tree: %w", err)
	}
	st := State{Size: g.Tree.Size, Signed: g.Signed, At: g.At}
	if st.Witness, err = Witnesses(ctx, s); err != nil || g.Signed == 0 {
		return st, "", err
	}
	head, err := s.Item(ctx, kindHead, number(g.Signed))
	if err != nil {
		return st, "", fmt.Errorf("read head: %w", err)
	}
	return st, string(head.Data), nil
}
