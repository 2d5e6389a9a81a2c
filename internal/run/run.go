// Package run says what is asked of a simulation and how far it is: an Order
// holds all that a run depends on, so that any process with the same program can
// compute it, and an Info says where it stands. A Library makes the plan of an
// order. Here computes orders in the process itself; package job does the same
// on a queue that processes share and that outlives them.
package run

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/simulate"
)

// Errors that callers tell apart.
var (
	// ErrNotFound: there is no run of this name, or not any more.
	ErrNotFound = errors.New("deze run is er niet")
	// ErrNotDone: the run has no result (yet).
	ErrNotDone = errors.New("deze run is niet klaar")
	// ErrOther: this program cannot make what an order asks: its rules or its
	// population are of another version.
	ErrOther = errors.New("dit programma maakt iets anders dan gevraagd is")
	// ErrGone: the run was done, and its result is not kept any more, or was
	// kept by another version of the program. Start computes it again.
	ErrGone = errors.New("de uitkomst van deze run is niet bewaard")
	// ErrFull: there is no room on the disk, or the queue is too long.
	ErrFull = errors.New("er is geen plaats voor deze run")
	// ErrUnavailable: the database of the runs does not answer now. Nothing was
	// lost.
	ErrUnavailable = errors.New("de simulaties zijn nu niet te bereiken")
)

// Question is what the numbers of a run depend on.
type Question struct {
	// Population is how it is asked for ("nl:100000"), weighted to so many
	// Households (0: the country); People is the id that it must have.
	Population string  `json:"bevolking"`
	Households float64 `json:"huishoudens,omitempty"`
	People     string  `json:"bevolkingId"`
	// Year is that of the population, Seed that of the population and of all
	// other chance.
	Year int       `json:"jaar"`
	Seed uint64    `json:"zaad"`
	Date rule.Date `json:"datum"`
	// Regulations are those to compute; none: all that can be.
	Regulations []string `json:"regelingen"`
	// The rules of now: what ships, beside it the imported Texts with these ids, and
	// the adopted variants laid over it in order, as YAML. Together they have the
	// digest Rules.
	Texts  []string `json:"teksten"`
	Layers []string `json:"lagen"`
	Rules  string   `json:"regelset"`
	// Advances settles what is paid in advance.
	Advances bool `json:"voorschotten,omitempty"`
	// Variants are laid over the rules of now, each by itself.
	Variants []Variant `json:"varianten"`
}

// Variant is one variant as YAML, with the digest that the rules then have.
type Variant struct {
	YAML  string `json:"variant"`
	Rules string `json:"regelset"`
}

// Order is a question with who asks it and what for.
type Order struct {
	Question
	// Title is for people. For is the id of the proposal that it is a run of, and
	// Content the digest of what it then proposed; empty for a free variant.
	Title   string `json:"titel"`
	For     string `json:"voorstel,omitempty"`
	Content string `json:"inhoud,omitempty"`
	Who     string `json:"door"`
}

// ID names the run of an order: the same question for the same proposal is the
// same run, whoever asks it.
func (o Order) ID() string {
	// Nothing in a question can fail to encode.
	text, err := json.Marshal(o.Question)
	if err != nil {
		panic("BUG: " + err.Error())
	}
	h := sha256.New()
	fmt.Fprintf(h, "lemniscaat/run/2\x00%s\x00%s\x00%s", simulate.Version, o.For, text)
	return "r-" + hex.EncodeToString(h.Sum(nil)[:8])
}

// Ask makes a question about a set of rules. ships is the set that base was made
// of, by adding texts and laying variants; each of laid is base with one variant
// more.
func Ask(ships, base *regulation.Set, laid ...*regulation.Set) Question {
	q := Question{Rules: string(base.Digest()), Regulations: []string{}, Texts: []string{}, Layers: []string{}, Variants: []Variant{}}
	for _, r := range base.Regulations {
		if _, shipped := ships.Get(r.ID); !shipped {
			q.Texts = append(q.Texts, r.ID)
		}
	}
	under := base.Laid()
	for _, v := range under {
		q.Layers = append(q.Layers, string(v.YAML()))
	}
	for _, set := range laid {
		over := set.Laid()
		if len(over) != len(under)+1 {
			panic("BUG: a variant that is not one more")
		}
		q.Variants = append(q.Variants, Variant{YAML: string(over[len(under)].YAML()), Rules: string(set.Digest())})
	}
	return q
}

// State of a run.
type State string

// The states; the words are stored.
const (
	Waiting   State = "wacht"
	Running   State = "bezig"
	Done      State = "klaar"
	Failed    State = "mislukt"
	Cancelled State = "geannuleerd"
)

// Over reports that nothing will happen any more unless it is started again.
func (s State) Over() bool { return s == Done || s == Failed || s == Cancelled }

// Info says where a run stands.
type Info struct {
	ID string
	Order
	State State
	// Parts are done twice: evaluated and surveyed. Done counts both, of Total.
	Done, Total int
	// Ahead is how many runs go first while this one waits.
	Ahead int
	// Asked, Started and Finished are zero when that has not happened.
	Asked, Started, Finished time.Time
	// Error says what went wrong and where, when it failed.
	Error string
	// Bytes is the size of the result that is kept.
	Bytes int64
}

// Sides gives the rules of now and of each variant, on which a question can be
// computed, from the rules of now.
func (q Question) Sides(base *regulation.Set) (simulate.Side, []simulate.Side, error) {
	if have := string(base.Digest()); have != q.Rules {
		return simulate.Side{}, nil, fmt.Errorf("%w: de regels van nu zijn %s, gevraagd is %s", ErrOther, have, q.Rules)
	}
	now, err := simulate.NewSide(base, q.Date, q.Regulations...)
	if err != nil {
		return simulate.Side{}, nil, err
	}
	ids := now.IDs()
	var out []simulate.Side
	for i, x := range q.Variants {
		v, set, err := lay(base, fmt.Sprintf("variant %d", i+1), x.YAML)
		if err != nil {
			return simulate.Side{}, nil, err
		}
		if have := string(set.Digest()); have != x.Rules {
			return simulate.Side{}, nil, fmt.Errorf("%w: met variant %s zijn de regels %s, gevraagd is %s", ErrOther, v.ID, have, x.Rules)
		}
		side, err := simulate.NewSide(set, q.Date, ids...)
		if err != nil {
			return simulate.Side{}, nil, fmt.Errorf("variant %s: %w", v.ID, err)
		}
		side.ID, side.Name = v.ID, v.Name
		out = append(out, side)
	}
	return now, out, nil
}

func lay(base *regulation.Set, name, text string) (regulation.Variant, *regulation.Set, error) {
	v, ds := regulation.ReadVariant(name+".yaml", []byte(text))
	if err := ds.Err(); err != nil {
		return v, nil, fmt.Errorf("%w: %w", ErrOther, err)
	}
	set, ds := base.With(v)
	if err := ds.Err(); err != nil {
		return v, nil, fmt.Errorf("%w: %w", ErrOther, err)
	}
	return v, set, nil
}

// Library makes the plans of orders. It is safe for concurrent use; make it with
// NewLibrary.
type Library struct {
	ships  *regulation.Set
	texts  func(ctx context.Context) ([]*regulation.Regulation, error)
	people func(ctx context.Context, q Question) (simulate.People, error)

	programs simulate.Programs
	plans    kept[string, *simulate.Plan]
	sets     kept[string, *regulation.Set]
}

// NewLibrary makes a library of the rules that ship. texts gives the imported
// texts, people the population of a question; they are asked when needed.
func NewLibrary(ships *regulation.Set, texts func(ctx context.Context) ([]*regulation.Regulation, error), people func(ctx context.Context, q Question) (simulate.People, error)) *Library {
	l := &Library{ships: ships, texts: texts, people: people}
	l.plans.most, l.sets.most = 3, 2
	return l
}

// Know makes a set of rules that somebody has ready known by its digest.
func (l *Library) Know(set *regulation.Set) { l.sets.put(string(set.Digest()), set) }

// Plan gives the plan of an order, in parts of so many households; 0 is
// simulate.PartSize. Plans of the last orders are kept.
func (l *Library) Plan(ctx context.Context, o Order, size int) (*simulate.Plan, error) {
	same := Order{Question: o.Question} // whoever asks, and whatever for
	return l.plans.get(fmt.Sprint(same.ID(), " ", size), func() (*simulate.Plan, error) { return l.plan(ctx, o.Question, size) })
}

func (l *Library) plan(ctx context.Context, q Question, size int) (*simulate.Plan, error) {
	base, err := l.sets.get(q.Rules, func() (*regulation.Set, error) { return l.base(ctx, q) })
	if err != nil {
		return nil, err
	}
	now, variants, err := q.Sides(base)
	if err != nil {
		return nil, err
	}
	people, err := l.people(ctx, q)
	if err != nil {
		return nil, err
	}
	if people.ID() != q.People {
		return nil, fmt.Errorf("%w: de bevolking is %s, gevraagd is %s", ErrOther, people.ID(), q.People)
	}
	return simulate.NewPlan(simulate.Spec{People: people, Seed: q.Seed, Date: q.Date, Baseline: now, Advances: q.Advances, Programs: &l.programs}, variants, size)
}

func (l *Library) base(ctx context.Context, q Question) (*regulation.Set, error) {
	set := l.ships
	if len(q.Texts) > 0 {
		all, err := l.texts(ctx)
		if err != nil {
			return nil, err
		}
		all = slices.DeleteFunc(slices.Clone(all), func(r *regulation.Regulation) bool { return !slices.Contains(q.Texts, r.ID) })
		if len(all) < len(q.Texts) {
			return nil, fmt.Errorf("%w: niet alle ingelezen teksten zijn er: %s", ErrOther, strings.Join(q.Texts, ", "))
		}
		var ds rule.Diagnostics
		if set, ds = set.Add(all...); ds.Err() != nil {
			return nil, fmt.Errorf("%w: %w", ErrOther, ds.Err())
		}
	}
	for i, text := range q.Layers {
		var err error
		if _, set, err = lay(set, fmt.Sprintf("laag %d", i+1), text); err != nil {
			return nil, err
		}
	}
	if have := string(set.Digest()); have != q.Rules {
		return nil, fmt.Errorf("%w: de regels zijn %s, gevraagd is %s", ErrOther, have, q.Rules)
	}
	return set, nil
}
