package office

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/outcome"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/store"
)

// groupNames are the attributes of groups that outcomes may have: what the
// privacy assessment of docs/dpia allows. Nothing about descent, belief, health
// or nationality.
var groupNames = []string{"bureau", "cohort", "huishouden", "inkomen", "kanaal", "kinderen", "leeftijd", "regio", "werk", "woonvorm"}

// Limits of what waits to be written.
const (
	maxRowsWaiting = 100_000 // rows; more is ErrBusy
	maxCommit      = 5_000   // rows written at a time
)

// intake writes deliveries of outcomes. Those that wait are written together, so
// that many small ones share one write to disk.
type intake struct {
	mu      sync.Mutex // guards waiting and rows
	waiting []*incoming
	rows    int
	writing sync.Mutex // held by who writes
}

type incoming struct {
	ctx    context.Context
	who    string
	file   string
	rows   []outcome.Row
	result view.IntakeResult
	err    error
	done   chan struct{}
}

// IntakeOptions says what rows may hold here today: the places and versions
// that exist, and how a case gets its pseudonym.
func (o *Office) IntakeOptions() outcome.Options {
	o.mu.RLock()
	defer o.mu.RUnlock()
	return outcome.Options{Today: o.today(), Groups: groupNames, Pseudonym: o.nameOrNone, Older: o.older, Catalogue: o.knowledge()}
}

// Receive brings in outcomes that were read with IntakeOptions, and answers when
// they are on disk. A row that is here already counts as known; one that is here
// with other contents is refused, and then nothing of the incoming comes in.
// file names where they come from, for rows without a source of their own.
func (o *Office) Receive(ctx context.Context, who, file string, rows []outcome.Row) (view.IntakeResult, error) {
	if who == "" {
		return view.IntakeResult{}, refuse("niemand-gekozen", "Wij weten niet wie u bent.", "Kies bovenaan de pagina als wie u werkt.")
	}
	if len(rows) == 0 {
		return view.IntakeResult{}, nil
	}
	d := &incoming{ctx: ctx, who: who, file: file, rows: rows, done: make(chan struct{})}
	q := &o.intake
	q.mu.Lock()
	if q.rows > 0 && q.rows+len(rows) > maxRowsWaiting {
		q.mu.Unlock()
		return view.IntakeResult{}, view.ErrBusy
	}
	q.waiting, q.rows = append(q.waiting, d), q.rows+len(rows)
	q.mu.Unlock()

	q.writing.Lock()
	select {
	case <-d.done: // somebody before us wrote it along
	default:
		o.writeWaiting()
	}
	q.writing.Unlock()
	<-d.done
	return d.result, d.err
}

// writeWaiting takes what waits and writes it; the caller holds writing.
func (o *Office) writeWaiting() {
	q := &o.intake
	q.mu.Lock()
	all := q.waiting
	q.waiting, q.rows = nil, 0
	q.mu.Unlock()
	for len(all) > 0 {
		// Together: those of one person or connection, up to a number of rows.
		n, rows := 1, len(all[0].rows)
		for n < len(all) && all[n].who == all[0].who && rows+len(all[n].rows) <= maxCommit {
			rows += len(all[n].rows)
			n++
		}
		group := all[:n]
		all = all[n:]
		if err := o.writeFacts(group); err != nil && len(group) > 1 {
			// One of them spoils it: each on its own.
			for _, d := range group {
				d.err = o.writeFacts([]*incoming{d})
			}
		} else {
			for _, d := range group {
				d.err = err
			}
		}
		for _, d := range group {
			close(d.done)
		}
	}
}

// writeFacts writes the new rows of some deliveries in one transaction.
func (o *Office) writeFacts(group []*incoming) error {
	// The write belongs to all of them: no one may end it.
	ctx := context.WithoutCancel(group[0].ctx)
	if len(group) == 1 {
		ctx = group[0].ctx
	}
	for range maxTries {
		err := o.tryFacts(ctx, group)
		if !errors.Is(err, store.ErrConflict) && !errors.Is(err, store.ErrKnown) {
			return err
		}
		if behind := o.catchUp(ctx, 0); behind != nil {
			return behind
		}
	}
	return fmt.Errorf("na %d keer proberen was steeds iemand anders eerder: %w", maxTries, store.ErrConflict)
}

func (o *Office) tryFacts(ctx context.Context, group []*incoming) error {
	facts, owner, err := o.newFacts(ctx, group)
	if err != nil {
		return err
	}
	if len(facts) == 0 {
		return nil
	}
	rows, err := o.wroteFacts(group, facts, owner)
	if err != nil {
		return err
	}
	// One event for each regulation and source; facts stand in that order.
	slices.SortStableFunc(facts, func(a, b outcome.Fact) int {
		return cmp.Or(cmp.Compare(a.Regulation, b.Regulation), cmp.Compare(a.Source, b.Source))
	})
	b := store.Batch{Expect: map[string]uint64{}, Changes: rows}
	known := 0
	for _, d := range group {
		known += d.result.Known
	}
	o.mu.RLock()
	now := o.Now()
	for rest := facts; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].Regulation == rest[0].Regulation && rest[n].Source == rest[0].Source {
			n++
		}
		c := loop.ReceiveFacts{Regulation: rest[0].Regulation, Batch: batchOf(o.NewID("f"), cmp.Or(rest[0].Source, group[0].file, outcome.SourceFile), rest[:n])}
		c.Batch.Known, known = known, 0
		var out loop.Outcome
		if out, err = o.world.Decide(loop.PersonID(group[0].who), c, now); err != nil {
			break
		}
		b.Drafts = append(b.Drafts, out.Drafts...)
		for s, v := range out.Expect {
			b.Expect[s] = v
		}
		rest = rest[n:]
	}
	o.mu.RUnlock()
	if err != nil {
		return refusal(err)
	}
	ended := o.writing()
	r, err := o.Store.AppendFacts(ctx, b, facts)
	ended(err)
	if err != nil {
		return err
	}
	for i, d := range group {
		d.result.New = owner[i]
	}
	return o.foldWritten(ctx, last(r.Records))
}

func batchOf(id, source string, facts []outcome.Fact) loop.FactBatch {
	b := loop.FactBatch{ID: id, Source: source, Rows: len(facts), Digest: loop.Digest(outcome.Digest(facts)), From: facts[0].Date, Until: facts[0].Date}
	for _, f := range facts {
		if f.Date.Before(b.From) {
			b.From = f.Date
		}
		if f.Date.After(b.Until) {
			b.Until = f.Date
		}
		if f.Unheard() {
			b.Unheard++
		}
		if f.Synthetic {
			b.Synthetic++
		}
	}
	return b
}

// newFacts gives the rows that are not here yet, and how many each incoming
// has; those that are known are counted in the results.
func (o *Office) newFacts(ctx context.Context, group []*incoming) (facts []outcome.Fact, owner []int, err error) {
	var keys, older []outcome.Key
	var all []outcome.Fact
	thresholds := map[string]int64{}
	for _, d := range group {
		d.result = view.IntakeResult{Received: len(d.rows)}
		for _, row := range d.rows {
			t, ok := thresholds[row.Regulation]
			if !ok {
				t = o.contactThreshold(row.Regulation)
				thresholds[row.Regulation] = t
			}
			f := outcome.Fact{Row: row, Weighs: row.Burdensome(t)}
			f.Line, f.Older = 0, nil
			all, keys = append(all, f), append(keys, f.Key())
			for _, name := range row.Older {
				before := f
				before.Case = name
				older = append(older, before.Key())
			}
		}
	}
	sums, err := o.Store.Known(ctx, append(slices.Clip(keys), older...))
	if err != nil {
		return nil, nil, err
	}
	owner = make([]int, len(group))
	var changed []string
	at := 0
	for i, d := range group {
		for _, row := range d.rows {
			f := all[at]
			have, known := sums[keys[at]]
			at++
			switch {
			case sameBefore(f, row.Older, sums):
				d.result.Known++
			case !known:
				sums[f.Key()] = f.Sum()
				facts = append(facts, f)
				owner[i]++
				if f.Unheard() {
					d.result.Unheard++
				}
			case have == f.Sum():
				d.result.Known++
			default:
				changed = append(changed, fmt.Sprint(row.Line))
				d.result.Changed = append(d.result.Changed, row.Line)
			}
		}
	}
	if len(changed) > 0 {
		more := ""
		if len(changed) > 10 {
			more = fmt.Sprintf(" en %d meer", len(changed)-10)
			changed = changed[:10]
		}
		return nil, nil, refuse("feit-veranderd", "Deze uitkomsten zijn er al, met een andere inhoud: nummer "+strings.Join(changed, ", ")+more+".",
			"Een uitkomst verandert niet meer. Lever wat later gebeurde aan als een nieuwe uitkomst, bijvoorbeeld correctie.")
	}
	return facts, owner, nil
}

func (o *Office) contactThreshold(regulation string) int64 {
	o.mu.RLock()
	defer o.mu.RUnlock()
	t, _ := catalogue{o}.ContactThreshold(regulation)
	return t
}

// knowledge is what outcomes may point at, as it is now. It keeps what it finds.
type knowledge struct {
	set      *regulation.Set
	versions map[string]*versions
	texts    map[string]*loop.Regulation
	mu       sync.Mutex
}

// versions are those of one regulation: from the first date on, or by a digest.
type versions struct {
	from    rule.Date // zero: always
	digests []string
}

// knowledge gives the catalogue for outcomes. The caller holds mu for reading.
func (o *Office) knowledge() outcome.Catalogue {
	o.knowing.mu.Lock()
	defer o.knowing.mu.Unlock()
	if k := o.knowing.last; k != nil && k.set == o.rules.set {
		return k
	}
	k := &knowledge{set: o.rules.set, versions: map[string]*versions{}, texts: map[string]*loop.Regulation{}}
	for _, g := range o.world.Regulations() {
		c := *g
		k.texts[g.ID] = &c
	}
	o.knowing.last = k
	return k
}

// keptKnowledge is the last that was made.
type keptKnowledge struct {
	mu   sync.Mutex
	last *knowledge
}

const maxListed = 12

func listed(names []string) string {
	if len(names) == 0 {
		return "geen"
	}
	if len(names) > maxListed {
		return strings.Join(names[:maxListed], ", ") + fmt.Sprintf(" en %d meer", len(names)-maxListed)
	}
	return strings.Join(names, ", ")
}

// HasRegulation implements outcome.Catalogue.
func (k *knowledge) HasRegulation(id string) (bool, string) {
	if _, ok := k.set.Get(id); ok {
		return true, ""
	}
	var names []string
	for _, r := range k.set.Regulations {
		names = append(names, r.ID)
	}
	slices.Sort(names)
	return false, listed(names)
}

// HasArticle implements outcome.Catalogue.
func (k *knowledge) HasArticle(reg, article string) (bool, string) {
	r, ok := k.set.Get(reg)
	if !ok {
		return false, "geen"
	}
	if _, ok := r.Article(article); ok {
		return true, ""
	}
	if g := k.texts[reg]; g != nil { // an article that is gone may still have been applied
		for _, a := range g.Articles {
			if a.ID == article {
				return true, ""
			}
		}
	}
	var names []string
	for _, a := range r.Articles {
		names = append(names, a.ID)
	}
	return false, listed(names)
}

// HasStep implements outcome.Catalogue.
func (k *knowledge) HasStep(reg, step string) (bool, string) {
	r, ok := k.set.Get(reg)
	if !ok {
		return false, "geen"
	}
	var names []string
	for _, s := range r.AllSteps() {
		if s.ID == step {
			return true, ""
		}
		names = append(names, s.ID)
	}
	// Without steps (level 0) a case system may name its own.
	return len(names) == 0, listed(names)
}

// HasVersion implements outcome.Catalogue. A date names the rules of that day; a
// digest, or its first eight digits, names rules or a text.
func (k *knowledge) HasVersion(reg, version string, on rule.Date) (bool, string) {
	v := k.of(reg)
	if d, err := rule.ParseDate(version); err == nil {
		if (v.from.IsZero() || !d.Before(v.from)) && !d.After(on) {
			return true, ""
		}
	} else if slices.ContainsFunc(v.digests, func(d string) bool { return d == version || abbreviates(version, d) }) {
		return true, ""
	}
	known := "een datum tot en met de dag van de uitkomst"
	if !v.from.IsZero() {
		known = "een datum vanaf " + v.from.String() + " tot en met de dag van de uitkomst"
	}
	if len(v.digests) > 0 { // the first is of all that is in force
		kind, d, ok := strings.Cut(v.digests[0], ":")
		if !ok {
			kind, d = "", kind
		} else {
			kind += ":"
		}
		known += ", of een vingerafdruk zoals " + kind + d[:min(len(d), 12)]
	}
	return false, known
}

// abbreviates reports whether a text is the beginning of a digest, with its kind
// or without: at least eight hexadecimal digits.
func abbreviates(text, digest string) bool {
	_, bare, ok := strings.Cut(digest, ":")
	if !ok {
		bare = digest
	}
	kind := strings.TrimSuffix(digest, bare)
	text = strings.TrimPrefix(text, kind)
	return len(text) >= 8 && strings.HasPrefix(bare, text)
}

func (k *knowledge) of(reg string) *versions {
	k.mu.Lock()
	defer k.mu.Unlock()
	if v := k.versions[reg]; v != nil {
		return v
	}
	v := &versions{}
	k.versions[reg] = v
	add := func(digest string) {
		if digest != "" && !slices.Contains(v.digests, digest) {
			v.digests = append(v.digests, digest)
		}
	}
	if r, ok := k.set.Get(reg); ok {
		add(string(k.set.ContentDigest(r)))
		first := true
		for _, ru := range r.Rules() {
			for _, ver := range ru.Versions {
				if first || ver.From.Before(v.from) {
					v.from = ver.From
				}
				first = false
				on := ver.From
				if d, ok := k.set.VersionDigest(ru.ID, on); ok && !on.IsZero() {
					add(string(d))
				}
			}
		}
	}
	if g := k.texts[reg]; g != nil {
		add(string(g.Digest))
		for _, a := range g.Adoptions {
			add(string(a.Content))
		}
	}
	add(string(k.set.Digest()))
	return v
}
