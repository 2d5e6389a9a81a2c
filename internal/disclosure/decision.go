package disclosure

import (
	"slices"
	"strings"

	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// Decision tells which data a decision takes, from where, and which part of the
// regulation asks for them: besluit, gegevensstroom, gegevensgroep, gegeven,
// regelingelement.
type Decision struct {
	Name       string    `json:"besluit"`
	Regulation string    `json:"regeling"`
	Title      string    `json:"naam"`
	BWB        string    `json:"bwb,omitempty"`
	On         rule.Date `json:"peildatum"`
	Executor   []string  `json:"uitvoerder"`
	Streams    []Stream  `json:"gegevensstromen"`
}

// Stream is what comes from one source.
type Stream struct {
	Source string  `json:"bron"`
	Groups []Group `json:"gegevensgroepen"`
}

// Group is what is known of one kind of thing.
type Group struct {
	About string  `json:"over"`
	Data  []Field `json:"gegevens"`
}

// Field is one datum, with the parts of regulations that ask for it.
type Field struct {
	ID       string `json:"id"`
	Name     string `json:"naam"`
	Form     string `json:"vorm"`
	Elements []Part `json:"regelingelementen"`
}

// Part is a part of a regulation.
type Part struct {
	Regulation string `json:"regeling"`
	Article    string `json:"artikel"`
	Name       string `json:"naam"`
	JCI        string `json:"jci,omitempty"`
	URL        string `json:"url,omitempty"`
}

// DataOf gives one entry for each outcome of a regulation, sorted as they are
// there. What comes from several registers stands under all of them together.
func DataOf(set *regulation.Set, reg *regulation.Regulation, on rule.Date) []Decision {
	needed := Needed(set, reg, on)
	var executors []string
	if reg.Triangle != nil {
		for _, e := range reg.Triangle.Executors {
			executors = append(executors, party(reg.Triangle, e.Party))
		}
	}
	var out []Decision
	for _, o := range reg.Outcomes {
		if slices.ContainsFunc(out, func(d Decision) bool { return d.Name == o.Label }) {
			continue // the same for another period
		}
		out = append(out, Decision{
			Name: o.Label, Regulation: reg.ID, Title: reg.Name, BWB: reg.BWB, On: on, Executor: executors, Streams: streams(needed),
		})
	}
	return out
}

func streams(needed []Datum) []Stream {
	out := []Stream{}
	for _, d := range needed {
		i := slices.IndexFunc(out, func(s Stream) bool { return s.Source == d.From() })
		if i < 0 {
			i = len(out)
			out = append(out, Stream{Source: d.From()})
		}
		s := &out[i]
		about := d.About()
		j := slices.IndexFunc(s.Groups, func(g Group) bool { return g.About == about })
		if j < 0 {
			j = len(s.Groups)
			s.Groups = append(s.Groups, Group{About: about})
		}
		f := Field{ID: d.ID(), Name: d.Name(), Form: d.form(), Elements: []Part{}}
		for _, e := range d.Articles {
			f.Elements = append(f.Elements, Part{Regulation: e.Regulation, Article: e.Article, Name: e.Name, JCI: e.Source, URL: e.URL})
		}
		s.Groups[j].Data = append(s.Groups[j].Data, f)
	}
	slices.SortStableFunc(out, func(a, b Stream) int { return strings.Compare(a.Source, b.Source) })
	return out
}
