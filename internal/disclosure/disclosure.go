// Package disclosure makes what a government organisation has to show of a
// regulation that it carries out with rules: its entry in the Algoritmeregister,
// the data behind each decision, a prefilled data protection impact assessment
// (DPIA), and the archive description (MDTO) of a decided proposal.
//
// It writes down what the regulation and the log say. What they do not say is left
// open, named as such: a person has to fill it in.
package disclosure

import (
	"cmp"
	"slices"
	"strings"

	"lemniscaat/internal/entitlement"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// Open stands where a person has to write.
const Open = "Nog in te vullen."

// Organisation is who discloses. Every field may be empty.
type Organisation struct {
	Name    string // "Gemeente Voorbeeldstad"
	Contact string // a general address, never of a person
	// Page tells the public more, and Code is where the program's source is.
	Page, Code string
	// Objections is how many days a citizen has to object; 0: not said.
	Objections int
}

// Datum is one thing that has to be known to decide: a value of somebody, or who
// belongs to whom.
type Datum struct {
	// One of these two.
	Attribute *rule.Attribute
	Role      *rule.Role
	// Articles are those whose rules read it, in the order of the set.
	Articles []Element
	// Registers hold it already; empty: the citizen gives it.
	Registers []string
}

// Element is a part of a regulation.
type Element struct {
	Regulation, Article string // ids
	Name                string // "Wet op de zorgtoeslag, artikel 2"
	// Source is the JCI of the article and URL its official text; may be empty.
	Source, URL string
}

// Needed gives what has to be known to decide on a day with a regulation: the data
// that its rules, or those it builds on, read and that no rule in force makes.
// Sorted by ID.
func Needed(set *regulation.Set, reg *regulation.Regulation, on rule.Date) []Datum {
	model := set.Scope(reg.ID)
	type use struct {
		rule    *rule.Rule
		version *rule.Version
	}
	writers := map[*rule.Attribute][]use{}
	for _, r := range model.Rules {
		if v := r.At(on); v != nil && v.Writes() != nil {
			writers[v.Writes()] = append(writers[v.Writes()], use{r, v})
		}
	}
	places := elements(set)
	found := map[any]*Datum{}
	note := func(key any, d Datum, r *rule.Rule) {
		if found[key] == nil {
			found[key] = &d
		}
		at := places[r]
		if have := found[key]; at.Article != "" && !slices.Contains(have.Articles, at) {
			have.Articles = append(have.Articles, at)
		}
	}
	var want []*rule.Attribute
	asked := map[*rule.Attribute]bool{}
	ask := func(a *rule.Attribute) {
		if !asked[a] {
			asked[a] = true
			want = append(want, a)
		}
	}
	for _, o := range model.Objects {
		for _, a := range o.Attributes {
			if slices.ContainsFunc(reg.Outcomes, func(out regulation.Outcome) bool { return out.Attribute == a.ID() }) {
				ask(a)
			}
		}
	}
	for len(want) > 0 {
		a := want[0]
		want = want[1:]
		for _, w := range writers[a] {
			rule.Reads(w.version, func(read *rule.Attribute) {
				ask(read)
				if len(writers[read]) == 0 {
					note(read, Datum{Attribute: read}, w.rule)
				}
			}, func(role *rule.Role) { note(role.Fact, Datum{Role: role}, w.rule) })
		}
	}
	registers := entitlement.Registers(set, on)
	out := make([]Datum, 0, len(found))
	for _, d := range found {
		d.Registers = registers[d.ID()]
		slices.SortFunc(d.Articles, func(a, b Element) int {
			return cmp.Or(cmp.Compare(a.Regulation, b.Regulation), cmp.Compare(a.Article, b.Article))
		})
		out = append(out, *d)
	}
	slices.SortFunc(out, func(a, b Datum) int { return cmp.Compare(a.ID(), b.ID()) })
	return out
}

// elements gives the article of every rule.
func elements(set *regulation.Set) map[*rule.Rule]Element {
	out := map[*rule.Rule]Element{}
	for _, reg := range set.Regulations {
		for _, a := range reg.Articles {
			for _, r := range a.Rules {
				out[r] = element(reg, a)
			}
		}
	}
	return out
}

func element(reg *regulation.Regulation, a *regulation.Article) Element {
	name := reg.Name + ", " + a.Title
	if a.Number != "" {
		name = reg.Name + ", artikel " + a.Number
	}
	return Element{Regulation: reg.ID, Article: a.ID, Name: name, Source: a.Source, URL: a.URL}
}

// ID names a datum: "persoon.vermogen", or for a relation "persoon.toeslagpartner".
func (d Datum) ID() string {
	if d.Role != nil {
		return rule.Slug(d.Role.Owner.Name) + "." + rule.Slug(d.Role.Name)
	}
	return d.Attribute.ID()
}

// Name is the name in the rules: "vermogen".
func (d Datum) Name() string {
	if d.Role != nil {
		return d.Role.Name
	}
	return d.Attribute.Name
}

// About gives the kind of thing that a datum is of: "persoon".
func (d Datum) About() string {
	if d.Role != nil {
		return strings.ToLower(d.Role.Owner.Name)
	}
	return strings.ToLower(d.Attribute.Owner.Name)
}

// Title writes what a datum is: "persoon: vermogen".
func (d Datum) Title() string { return d.About() + ": " + d.Name() }

// form says what kind of value it is, in a word.
func (d Datum) form() string {
	if d.Role != nil {
		return "wie bij wie hoort"
	}
	switch d.Attribute.Type.Kind {
	case rule.Boolean:
		return "ja of nee"
	case rule.DateKind:
		return "datum"
	case rule.Text:
		return "tekst"
	case rule.Enum:
		return "keuze"
	}
	return "getal"
}

// From says where it comes from.
func (d Datum) From() string {
	if len(d.Registers) == 0 {
		return "de inwoner"
	}
	return strings.Join(d.Registers, ", ")
}

// sentence ends a text with a full stop.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.HasSuffix(s, ".") || strings.HasSuffix(s, "?") || strings.HasSuffix(s, "!") {
		return s
	}
	return s + "."
}

// clip shortens a text to a number of characters, at the end of a sentence or a
// word, and says so.
func clip(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	short := string(r[:most-1])
	if i := strings.LastIndex(short, ". "); i > len(short)/2 {
		return short[:i+1]
	}
	if i := strings.LastIndex(short, " "); i > 0 {
		short = short[:i]
	}
	return strings.TrimRight(short, " ,;:") + "…"
}

// party gives the name of a party of a triangle.
func party(t *regulation.Triangle, id string) string {
	for _, p := range t.Parties {
		if p.ID == id {
			return p.Name
		}
	}
	return id
}
