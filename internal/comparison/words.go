package comparison

import (
	"cmp"
	"slices"
	"strings"

	"lemniscaat/internal/amendment"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// Section holds what differs in one place.
type Section struct {
	Regulation string // id
	// Article is the id of the article; empty for what stands in none, such as
	// a parameter that no rule reads.
	Article     string
	Differences []Difference
}

// Difference is one thing that is said differently.
type Difference struct {
	regulation.Change
	// Was is the id of the rule that this one comes in the place of; empty when
	// it is the same rule.
	Was string
	// Lines are the lines that differ, word by word, of a rule, a text or an
	// article that both sides have.
	Lines []amendment.Difference
	// Versions are the versions of a rule; nil where none holds.
	Versions [2]*rule.Version
	// Values are the values of a parameter with their source; nil where there is
	// none. A value that is not known yet is leeg.
	Values [2]*rule.ParameterValue
	// Name is the name of the parameter.
	Name string
	// Type is the type of the parameter, on the right when it is there.
	Type rule.Type
	// Sources are the sources of a rule.
	Sources [2][]string
}

// words fills in the differences in words.
func (r *Result) words() {
	left, right := r.Sides[0], r.Sides[1]
	uses := r.uses()
	at := map[[2]string]*Section{}
	var order [][2]string
	var found []Difference
	var ids []string
	for _, s := range r.Sides {
		for _, reg := range s.Set.BuildsOn(r.ID) {
			ids = append(ids, reg.ID)
		}
	}
	for _, c := range regulation.DiffOn(left.Set, left.Date, right.Set, right.Date, ids...) {
		if c.Regulation != "" && c.Regulation != r.ID && !uses[c.Kind+c.ID] {
			continue
		}
		found = append(found, r.difference(c))
	}
	for _, d := range r.replaced(found) {
		k := [2]string{cmp.Or(d.Regulation, r.ID), r.article(d.Change)}
		if at[k] == nil {
			at[k] = &Section{Regulation: k[0], Article: k[1]}
			order = append(order, k)
		}
		at[k].Differences = append(at[k].Differences, d)
	}
	rank := r.places()
	slices.SortStableFunc(order, func(a, b [2]string) int { return cmp.Compare(rank(a), rank(b)) })
	for _, k := range order {
		slices.SortStableFunc(at[k].Differences, func(a, b Difference) int { return cmp.Compare(kindRank(a.Kind), kindRank(b.Kind)) })
		r.Words = append(r.Words, *at[k])
	}
}

// kindRank puts what decides an amount before what surrounds it.
func kindRank(kind string) int {
	return slices.Index([]string{"regeling", "regel", "parameter", "gegeven", "eenheid", "stap", "artikel"}, kind)
}

// places gives the order of places: the own regulation first, in each the order
// of its articles, what stands in no article last.
func (r *Result) places() func([2]string) int {
	at := map[[2]string]int{}
	add := func(reg *regulation.Regulation) {
		if reg == nil {
			return
		}
		for _, a := range reg.Articles {
			if _, there := at[[2]string{reg.ID, a.ID}]; !there {
				at[[2]string{reg.ID, a.ID}] = len(at)
			}
		}
		if _, there := at[[2]string{reg.ID, ""}]; !there {
			at[[2]string{reg.ID, ""}] = len(at)
		}
	}
	add(r.Regulation[1])
	add(r.Regulation[0])
	for _, s := range r.Sides {
		for _, reg := range s.Set.Regulations {
			add(reg)
		}
	}
	return func(k [2]string) int {
		if n, ok := at[k]; ok {
			return n
		}
		return len(at)
	}
}

func (r *Result) difference(c regulation.Change) Difference {
	d := Difference{Change: c}
	switch c.Kind {
	case "regel":
		for i, s := range r.Sides {
			if ru, v := s.rule(c.ID); v != nil {
				d.Sources[i], d.Versions[i] = ru.Source, v
			}
		}
		if c.Before != "" && c.After != "" && !tabular(r.Sides, c.ID) {
			d.Lines = amendment.Differences(c.Before, c.After)
		}
	case "artikel":
		if c.Before != "" && c.After != "" {
			d.Lines = amendment.Differences(c.Before, c.After)
		}
	case "parameter":
		for i, s := range r.Sides {
			if p, ok := s.Set.Parameter(c.ID); ok {
				d.Type, d.Name = p.Type, strings.TrimSpace(p.Article+" "+p.Name)
				if v, ok := p.At(s.Date); ok || !v.From.IsZero() {
					d.Values[i] = &v
				}
			}
		}
	}
	return d
}

// tabular reports whether a rule is a beslistabel on both sides: its cells are
// told one by one, in Details.
func tabular(sides [2]Side, id string) bool {
	for _, s := range sides {
		_, v := s.rule(id)
		if v == nil {
			return false
		}
		if _, is := v.Action.(*rule.Table); !is {
			return false
		}
	}
	return true
}

// replaced joins a rule that is gone with the only new one that gives the same
// datum: the new one comes in its place.
func (r *Result) replaced(all []Difference) []Difference {
	writes := func(side int, id string) *rule.Attribute {
		_, v := r.Sides[side].rule(id)
		if v == nil {
			return nil
		}
		return v.Writes()
	}
	gone, fresh := map[string][]int{}, map[string][]int{}
	for i, d := range all {
		if d.Kind != "regel" {
			continue
		}
		switch {
		case d.After == "":
			if a := writes(0, d.ID); a != nil {
				gone[d.Regulation+a.ID()] = append(gone[d.Regulation+a.ID()], i)
			}
		case d.Before == "":
			if a := writes(1, d.ID); a != nil {
				fresh[d.Regulation+a.ID()] = append(fresh[d.Regulation+a.ID()], i)
			}
		}
	}
	drop := map[int]bool{}
	for k, was := range gone {
		is := fresh[k]
		if len(was) != 1 || len(is) != 1 {
			continue
		}
		old, now := &all[was[0]], &all[is[0]]
		drop[was[0]] = true
		before, _ := r.Sides[0].rule(old.ID)
		after, _ := r.Sides[1].rule(now.ID)
		now.Was, now.Before, now.Sources[0], now.Versions[0] = old.ID, old.Before, old.Sources[0], old.Versions[0]
		now.Lines = amendment.Differences(now.Before, now.After)
		now.Text, now.Details = "De regel ‘"+after.Name+"’ komt in de plaats van ‘"+before.Name+"’.", nil
	}
	var out []Difference
	for i, d := range all {
		if !drop[i] {
			out = append(out, d)
		}
	}
	return out
}

// article gives the article that a difference stands in: for a parameter that of
// the first rule that reads it on either side.
func (r *Result) article(c regulation.Change) string {
	for i := len(r.Sides) - 1; i >= 0; i-- {
		s := r.Sides[i]
		reg := s.regulation(c.Regulation)
		switch c.Kind {
		case "regel":
			if ru, _ := s.rule(c.ID); ru != nil {
				return ru.Article
			}
		case "artikel":
			return strings.TrimPrefix(c.ID, c.Regulation+".")
		case "stap":
			if reg == nil {
				continue
			}
			for _, st := range reg.Steps(s.Date) {
				if reg.ID+"."+st.ID == c.ID {
					return st.Article
				}
			}
		case "parameter":
			if reg == nil {
				continue
			}
			for _, ru := range reg.Rules() {
				if v := ru.At(s.Date); v != nil && readsParameter(v, c.ID) {
					return ru.Article
				}
			}
		}
	}
	return ""
}

func readsParameter(v *rule.Version, id string) bool {
	found := false
	rule.Inspect(v, func(n any) bool {
		if p, ok := n.(*rule.ParameterRef); ok && p.Parameter.ID == id {
			found = true
		}
		return !found
	})
	return found
}

// uses finds what the rules of the regulation need of others: "regel…" and
// "parameter…" with the id, for whatever either side reads on its day.
func (r *Result) uses() map[string]bool {
	out := map[string]bool{}
	for i, s := range r.Sides {
		reg := r.Regulation[i]
		if reg == nil {
			continue
		}
		needed(s.Set, reg, func(ru *rule.Rule) []*rule.Version {
			v := ru.At(s.Date)
			if v == nil {
				return nil
			}
			return []*rule.Version{v}
		}, func(ru *rule.Rule, v *rule.Version) {
			out["regel"+ru.ID] = true
			rule.Inspect(v, func(n any) bool {
				if p, ok := n.(*rule.ParameterRef); ok {
					out["parameter"+p.Parameter.ID] = true
				}
				return true
			})
		})
	}
	return out
}

// needed visits the versions of the rules of a regulation, and of all rules in
// its scope that give what these read, directly or not, each once. versions
// chooses which versions of a rule count.
func needed(set *regulation.Set, reg *regulation.Regulation, versions func(*rule.Rule) []*rule.Version, visit func(*rule.Rule, *rule.Version)) {
	writers := map[*rule.Attribute][]*rule.Rule{}
	for _, ru := range set.Scope(reg.ID).Rules {
		for _, v := range versions(ru) {
			if a := v.Writes(); a != nil {
				writers[a] = append(writers[a], ru)
			}
		}
	}
	seen := map[*rule.Rule]bool{}
	var follow func(ru *rule.Rule)
	follow = func(ru *rule.Rule) {
		if seen[ru] {
			return
		}
		seen[ru] = true
		for _, v := range versions(ru) {
			visit(ru, v)
			rule.Reads(v, func(a *rule.Attribute) {
				for _, w := range writers[a] {
					follow(w)
				}
			}, nil)
		}
	}
	for _, ru := range reg.Rules() {
		follow(ru)
	}
}

// Days gives the days, in order, on which something changes that the
// regulation's rules read or that it asks of people: the first days of values,
// of versions of rules and of steps, its own and what it uses of others.
func Days(set *regulation.Set, id string) []rule.Date {
	reg, ok := set.Get(id)
	if !ok {
		return nil
	}
	var out []rule.Date
	add := func(from, until rule.Date) {
		if !from.IsZero() {
			out = append(out, from)
		}
		if !until.IsZero() {
			out = append(out, until.AddDays(1))
		}
	}
	parameters := slices.Clone(reg.Parameters)
	needed(set, reg, func(ru *rule.Rule) []*rule.Version { return ru.Versions }, func(ru *rule.Rule, v *rule.Version) {
		if v == ru.Versions[0] {
			parameters = append(parameters, regulation.Reads(ru)...)
		}
		add(v.From, v.Until)
	})
	for _, p := range parameters {
		for i, v := range p.Values {
			if i == 0 || !v.Value.Equal(p.Values[i-1].Value) {
				add(v.From, rule.Date{})
			}
		}
	}
	for _, s := range reg.AllSteps() {
		add(s.From, s.Until)
	}
	slices.SortFunc(out, rule.Date.Compare)
	return slices.Compact(out)
}

// LastChange gives the last of Days that is not after today; ok is false when
// nothing has changed yet.
func LastChange(set *regulation.Set, id string, today rule.Date) (day rule.Date, ok bool) {
	for _, d := range Days(set, id) {
		if d.After(today) {
			break
		}
		day, ok = d, true
	}
	return day, ok
}
