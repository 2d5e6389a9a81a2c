package simulate

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"sync"

	"lemniscaat/internal/population"
	"lemniscaat/internal/takeup"
)

// Version of what a run computes: raise it when the same Spec gives other
// numbers, so that no process adds parts of two programs together.
const Version = "1"

// PartSize is how many households a part of a plan has when nobody says
// otherwise: a block of a population file.
const PartSize = 16_384

// Digest names a plan: the population, the rules of all sides, the date, the seed,
// the assumptions, how it is cut in parts, and what this program stores of it.
type Digest [sha256.Size]byte

func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// Plan is a run cut in parts, so that processes can share the work and go on
// where another one stopped:
//
//  1. Evaluate computes the rules for one part;
//  2. Settle goes over what all parts found, in order: income groups, the units on
//     which take-up is calibrated;
//  3. Survey draws and counts one part;
//  4. Merge adds the counts and gives the results.
//
// What a step gives is bytes, the same bytes however often and by whomever it
// is done; a step refuses bytes that are damaged, of another plan, or of another
// part. The results are those of Run and Compare. A Plan is safe for concurrent
// use; each Evaluate and Survey uses one goroutine.
type Plan struct {
	run *run
	id  Digest

	free sync.Pool // of *planWorker

	mu      sync.Mutex
	settled map[[sha256.Size]byte]*settling // one or none
}

// NewPlan makes the plan of a run with none to four variants, in parts of so many
// households; 0 is PartSize.
func NewPlan(spec Spec, variants []Side, size int) (*Plan, error) {
	if len(variants) >= maxSides {
		return nil, fmt.Errorf("%w: %d varianten tegelijk kan niet; kies er hoogstens %d", ErrSpec, len(variants), maxSides-1)
	}
	if spec.Variant != nil || size < 0 {
		return nil, fmt.Errorf("%w: geef varianten als lijst, en delen van 1 huishouden of meer", ErrSpec)
	}
	r, err := newRun(spec, variants)
	if err != nil {
		return nil, err
	}
	if r.size = size; size == 0 {
		r.size = PartSize
	}
	p := &Plan{run: r}
	if p.id, err = r.digest(variants); err != nil {
		return nil, err
	}
	return p, nil
}

// ID names the plan.
func (p *Plan) ID() Digest { return p.id }

// Parts is the number of parts; they are counted from 0.
func (p *Plan) Parts() int { return p.run.count() }

// Households is the number of households of a part.
func (p *Plan) Households(part int) int {
	return min(p.run.size, p.run.people.Len()-part*p.run.size)
}

// Schemes is the number of regulations that are computed.
func (p *Plan) Schemes() int { return len(p.run.spec.Baseline.Schemes) }

// digest hashes everything that the numbers depend on.
func (r *run) digest(variants []Side) (Digest, error) {
	var d Digest
	own, err := ownAssumptions()
	if err != nil {
		return d, err
	}
	every := make([]int, len(r.sides))
	for k := range every {
		every[k] = k
	}
	list, err := r.assumptions(own, every...)
	if err != nil {
		return d, err
	}
	h := sha256.New()
	enc := json.NewEncoder(h)
	fmt.Fprintf(h, "lemniscaat/plan/%s %d\n", Version, formVersion)
	for _, t := range []any{part{}, findings{}, settled{}, counts{}} {
		shape(h, reflect.TypeOf(t), map[reflect.Type]bool{})
	}
	spec := r.spec // every option of a run is in it
	fmt.Fprintf(h, "\n%s %d %d %x\n", spec.People.ID(), spec.People.Len(), r.size, spec.drift)
	spec.People, spec.Programs, spec.Workers, spec.Baseline, spec.Variant = nil, nil, 0, Side{}, nil
	for _, v := range []any{spec, list} {
		if err := enc.Encode(v); err != nil {
			return d, fmt.Errorf("digest of a run: %w", err)
		}
	}
	for _, s := range append([]Side{r.spec.Baseline}, variants...) {
		if s.Digest == "" {
			return d, fmt.Errorf("%w: de regels hebben geen digest", ErrSpec)
		}
		s.Model = nil // named by the digest
		if err := enc.Encode(s); err != nil {
			return d, fmt.Errorf("digest of a run: %w", err)
		}
	}
	return Digest(h.Sum(nil)), nil
}

// shape writes the names and types of what a type holds: what another program
// may lay out otherwise.
func shape(w io.Writer, t reflect.Type, seen map[reflect.Type]bool) {
	fmt.Fprintf(w, "%s %s;", t, t.Kind())
	if seen[t] {
		return
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			if f.Tag.Get("form") == "-" {
				continue
			}
			fmt.Fprintf(w, "%s ", f.Name)
			shape(w, f.Type, seen)
		}
	case reflect.Map:
		shape(w, t.Key(), seen)
		shape(w, t.Elem(), seen)
	case reflect.Pointer, reflect.Slice:
		shape(w, t.Elem(), seen)
	case reflect.Array:
		fmt.Fprintf(w, "%d ", t.Len())
		shape(w, t.Elem(), seen)
	}
}

// planWorker is what one goroutine needs to evaluate.
type planWorker struct {
	engine evaluating
	block  population.Block
	part   part
}

func (p *Plan) worker() *planWorker {
	if w, ok := p.free.Get().(*planWorker); ok {
		return w
	}
	return &planWorker{engine: p.run.engine.worker(), part: p.run.newPart()}
}

func (r *run) newPart() part { return part{claims: make([]claims, len(r.spec.Baseline.Schemes))} }

func (r *run) newFindings() *findings {
	return newFindings(len(r.spec.Baseline.Schemes), len(r.sides))
}

// blockSize is how many households are evaluated at a time.
const blockSize = maxChunk

// Evaluate computes the rules for a part.
func (p *Plan) Evaluate(ctx context.Context, i int) ([]byte, error) {
	p.check(i)
	w, found := p.worker(), p.run.newFindings()
	first, end := i*p.run.size, i*p.run.size+p.Households(i)
	all := p.run.newPart()
	all.reset(first)
	// A file is read by its blocks, made households fewer at a time.
	step := blockSize
	if f, ok := p.run.people.(interface{ Align() int }); ok && p.run.size%f.Align() == 0 {
		step = f.Align()
	}
	for from := first; from < end; from += step {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := p.run.people.Block(from, min(step, end-from), &w.block); err != nil {
			return nil, err
		}
		w.part.reset(from)
		if err := w.part.fill(&w.block, found); err != nil {
			return nil, err
		}
		if err := w.engine.chunk(&w.block, &w.part, found); err != nil {
			return nil, err
		}
		all.join(&w.part)
	}
	p.free.Put(w)
	return seal(formPart, p.id, i, func(f *form) {
		f.within(found.form)
		all.form(f)
	}), nil
}

func (p *Plan) check(i int) {
	if i < 0 || i >= p.Parts() {
		panic(fmt.Sprintf("BUG: part %d of %d", i, p.Parts()))
	}
}

// readPart reads a part, without what was found in it.
func (p *Plan) readPart(data []byte, i int) (*part, error) {
	part := p.run.newPart()
	err := unseal(data, formPart, p.id, i, func(f *form) {
		f.within(nil)
		part.form(f)
	})
	if err == nil {
		err = part.check(i*p.run.size, p.Households(i), len(p.run.sides))
	}
	if err != nil {
		return nil, fmt.Errorf("deel %d: %w", i, err)
	}
	return &part, nil
}

// readFindings reads what was found in a part, without the part.
func (p *Plan) readFindings(data []byte, i int) (*findings, error) {
	found := p.run.newFindings()
	err := unseal(data, formPart, p.id, i, func(f *form) {
		f.within(found.form)
		f.data = nil
	})
	if err != nil {
		return nil, fmt.Errorf("deel %d: %w", i, err)
	}
	return found, nil
}

// Settle goes over all evaluated parts; get gives what Evaluate gave of a part.
// One part is in memory at a time.
func (p *Plan) Settle(ctx context.Context, get func(part int) ([]byte, error)) ([]byte, error) {
	r := *p.run
	each := func(visit func(i int, data []byte) error) error {
		for i := range p.Parts() {
			if err := ctx.Err(); err != nil {
				return err
			}
			data, err := get(i)
			if err == nil {
				err = visit(i, data)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	r.found = r.newFindings()
	err := each(func(i int, data []byte) error {
		found, err := p.readFindings(data, i)
		if err == nil {
			r.found.merge(found)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	err = r.settle(func(visit func(p *part)) error {
		return each(func(i int, data []byte) error {
			part, err := p.readPart(data, i)
			if err == nil {
				visit(part)
			}
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return seal(formSettled, p.id, 0, r.settled.form), nil
}

// settling is a run that is settled and ready to survey.
type settling struct {
	once sync.Once
	run  *run
	err  error
}

// ready gives the run that is settled by some bytes, prepared once.
func (p *Plan) ready(ctx context.Context, data []byte) (*run, error) {
	key := sha256.Sum256(data)
	p.mu.Lock()
	s := p.settled[key]
	if s == nil {
		s = new(settling)
		p.settled = map[[sha256.Size]byte]*settling{key: s}
	}
	p.mu.Unlock()
	s.once.Do(func() {
		r := *p.run
		r.found, r.samples = r.newFindings(), make([][]takeup.Unit, len(r.spec.Baseline.Schemes))
		if s.err = unseal(data, formSettled, p.id, 0, r.settled.form); s.err == nil {
			s.err = r.prepare(context.WithoutCancel(ctx), true)
		}
		s.run = &r
	})
	return s.run, s.err
}

// Survey draws and counts a part, of which part is what Evaluate gave.
func (p *Plan) Survey(ctx context.Context, i int, settled, part []byte) ([]byte, error) {
	p.check(i)
	r, err := p.ready(ctx, settled)
	if err != nil {
		return nil, err
	}
	data, err := p.readPart(part, i)
	if err != nil {
		return nil, err
	}
	n := r.newCounts()
	n.part(data)
	n.trim()
	return seal(formCounts, p.id, i, n.form), nil
}

// Merge adds the counts of all parts and gives a result for every variant, or
// one without a variant; get gives what Survey gave of a part.
func (p *Plan) Merge(ctx context.Context, settled []byte, get func(part int) ([]byte, error)) ([]*Result, error) {
	ready, err := p.ready(ctx, settled)
	if err != nil {
		return nil, err
	}
	r := *ready
	r.counted = r.newCounts()
	for i := range p.Parts() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		data, err := get(i)
		if err != nil {
			return nil, err
		}
		n := r.newCounts()
		if err := unseal(data, formCounts, p.id, i, n.form); err != nil {
			return nil, fmt.Errorf("tellingen van deel %d: %w", i, err)
		}
		r.counted.merge(n)
		r.counted.trim()
	}
	return r.results()
}
