package office

import (
	"fmt"
	"slices"
	"strings"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// rulebook is what is in force in this installation: what ships, with the
// imported texts beside it and the adopted versions laid over it.
type rulebook struct {
	shipped *regulation.Set
	set     *regulation.Set
	// before gives the set as it was before an adoption, by proposal.
	before map[string]*regulation.Set
	seen   int // adoptions and imports that are in; -1 before the first look
}

func newRulebook(shipped *regulation.Set) *rulebook {
	return &rulebook{shipped: shipped, seen: -1}
}

// follow lays over what the log, which knows these regulations, has adopted and
// imported. It does nothing when there is nothing new.
func (b *rulebook) follow(known []*loop.Regulation) error {
	var adopted []loop.Adoption
	var texts []*regulation.Regulation
	n := 0
	for _, g := range known {
		// What was adopted for a regulation that is not here has nothing to
		// lie over: check can be asked about one folder.
		if _, here := b.shipped.Get(g.ID); here {
			adopted = append(adopted, g.Adoptions...)
			n += len(g.Adoptions)
		}
		if g.Imported.IsZero() {
			continue
		}
		n += int(g.Version) + 1
		r, err := textOnly(g)
		if err != nil {
			return err
		}
		texts = append(texts, r)
	}
	if n == b.seen {
		return nil
	}
	set := b.shipped
	if len(texts) > 0 { // otherwise it would be read again to become the same
		var ds rule.Diagnostics
		if set, ds = b.shipped.Add(texts...); ds.Err() != nil {
			return fmt.Errorf("ingelezen teksten: %w", ds.Err())
		}
	}
	// In the order in which they were adopted: each was made on the earlier.
	slices.SortFunc(adopted, func(x, y loop.Adoption) int { return int(int64(x.Seq) - int64(y.Seq)) })
	before := map[string]*regulation.Set{}
	for _, a := range adopted {
		before[a.Proposal] = set
		next, err := overlay(set, a.Proposal, a.Variant, a.From)
		if err != nil {
			return fmt.Errorf("aangenomen versie %s: %w", a.Proposal, err)
		}
		set = next
	}
	if _, ds := exact.Compile(set.Model); ds.Err() != nil {
		return fmt.Errorf("regels: %w", ds.Err())
	}
	b.set, b.before, b.seen = set, before, n
	return nil
}

// overlay lays the text of a variant over a set, from a day on: a roll-out that
// took longer than planned holds from the day on which it came into force.
func overlay(set *regulation.Set, name, text string, from rule.Date) (*regulation.Set, error) {
	v, ds := regulation.ReadVariant(name+".yaml", []byte(text))
	if err := ds.Err(); err != nil {
		return nil, err
	}
	if !from.IsZero() {
		v.From = from
	}
	next, ds := set.With(v)
	if err := ds.Err(); err != nil {
		return nil, err
	}
	return next, nil
}

// sorted gives all regulations: those with rules first, then by name.
func (b *rulebook) sorted() []*regulation.Regulation {
	out := slices.Clone(b.set.Regulations)
	slices.SortStableFunc(out, func(x, y *regulation.Regulation) int {
		if x.Level != y.Level {
			return int(y.Level) - int(x.Level)
		}
		return strings.Compare(x.Name, y.Name)
	})
	return out
}

// interval says in words when a rule version holds.
func interval(v *rule.Version) string {
	switch {
	case v.From.IsZero() && v.Until.IsZero():
		return "geldt altijd"
	case v.Until.IsZero():
		return "geldt vanaf " + dutch(v.From)
	case v.From.IsZero():
		return "geldt tot en met " + dutch(v.Until)
	}
	return "geldt van " + dutch(v.From) + " tot en met " + dutch(v.Until)
}
