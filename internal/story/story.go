// Package story plays what once happened, or could happen, through the same
// commands as people: a story is data (steps with a date, what was done, what
// must hold afterwards) and a stage plays it in an office of its own, under a
// clock of its own. Every step ends with checks on what the log then says; a
// check tells what it found, and whether that is what the story says.
//
// Stories show what would have been visible and owed. They do not show that
// people would have acted.
package story

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"go.yaml.in/yaml/v4"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

//go:embed verhaal/*.yaml
var shipped embed.FS

// Story is one story. All texts that people read stand in nl.yaml and en.yaml,
// under the id of the story and of the step; what is here is what is played.
type Story struct {
	ID string `yaml:"id"`
	// Regulation is what the story is about, Organisation what stands in the
	// heading of its screens.
	Regulation   string `yaml:"regeling"`
	Organisation string `yaml:"organisatie"`
	// Draft is a variant that is laid over what ships before the story begins.
	Draft  string          `yaml:"schets"`
	Posts  map[string]Post `yaml:"posten"` // by corner
	People []Person        `yaml:"mensen"`
	// Cases are made by a fixed formula: no chance, and nobody is in them.
	Cases   *CaseSpec         `yaml:"zaken"`
	Sources map[string]Source `yaml:"bronnen"`
	Steps   []Step            `yaml:"stappen"`
}

// Post is a corner of the triangle of the story.
type Post struct {
	Organisation string `yaml:"organisatie"`
	Outside      bool   `yaml:"niet-aangesloten"`
}

// Person is an invented person.
type Person struct {
	ID     string `yaml:"id"`
	Name   string `yaml:"naam"`
	Title  string `yaml:"functie"`
	Corner string `yaml:"hoek"` // eigenaar, opdrachtgever, opdrachtnemer; "" for staff of execution
}

// Source is where a date or a fact comes from.
type Source struct {
	Text string `yaml:"tekst"`
	Href string `yaml:"adres"`
}

// Step is a moment of a story.
type Step struct {
	ID   string `yaml:"id"`
	Date string `yaml:"datum"`
	// Known is how precise the date is: "" to the day, "maand" to the month.
	Known   string       `yaml:"bekend"`
	Station view.Station `yaml:"plek"`
	// Invented: this step did not happen; it shows what the program does.
	Invented bool     `yaml:"verzonnen"`
	Sources  []string `yaml:"bronnen"`
	Screen   Screen   `yaml:"scherm"`
	Do       []Act    `yaml:"doe"`
	Holds    []Check  `yaml:"klopt"`
}

// Screen is the live page that belongs to a step, as somebody sees it.
type Screen struct {
	Href string `yaml:"adres"`
	As   string `yaml:"als"`
}

// Day gives the date of a step.
func (s Step) Day() rule.Date { return rule.MustDate(s.Date) }

// Shipped gives the stories of the program, in their order.
func Shipped() ([]*Story, error) {
	names, err := fs.Glob(shipped, "verhaal/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("stories: %w", err)
	}
	var out []*Story
	for _, name := range names {
		data, err := shipped.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("stories: %w", err)
		}
		s, err := Read(path.Base(name), data)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// Read reads a story and refuses one that cannot be played: an unknown field, a
// date that is no date or goes back, an act or a check that says nothing.
func Read(name string, data []byte) (*Story, error) {
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	var s Story
	if err := d.Decode(&s); err != nil {
		return nil, fmt.Errorf("verhaal %s: %w", name, err)
	}
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("verhaal %s: %w", name, err)
	}
	return &s, nil
}

func (s *Story) check() error {
	if s.ID == "" || s.Regulation == "" || len(s.Steps) == 0 {
		return fmt.Errorf("id, regeling en stappen zijn nodig")
	}
	var last rule.Date
	seen := map[string]bool{}
	for _, st := range s.Steps {
		on, err := rule.ParseDate(st.Date)
		switch {
		case err != nil:
			return fmt.Errorf("stap %s: %w", st.ID, err)
		case on.Before(last):
			return fmt.Errorf("stap %s: %s ligt vóór de stap ervoor", st.ID, on)
		case st.ID == "" || seen[st.ID]:
			return fmt.Errorf("stap van %s: geen eigen id", on)
		case len(st.Holds) == 0:
			return fmt.Errorf("stap %s: er is niets dat moet kloppen", st.ID)
		}
		last, seen[st.ID] = on, true
		for _, id := range st.Sources {
			if _, ok := s.Sources[id]; !ok {
				return fmt.Errorf("stap %s: bron %s staat niet bij de bronnen", st.ID, id)
			}
		}
		for k, a := range st.Do {
			if a.verb() == nil {
				return fmt.Errorf("stap %s, doe %d: er moet precies één ding gedaan worden", st.ID, k+1)
			}
			if a.Date == "" {
				continue
			}
			on, err := rule.ParseDate(a.Date)
			if err != nil || on.Before(last) {
				return fmt.Errorf("stap %s, doe %d: datum %q kan niet", st.ID, k+1, a.Date)
			}
			last = on
		}
		for k, c := range st.Holds {
			if c.test() == nil {
				return fmt.Errorf("stap %s, klopt %d: er moet precies één ding kloppen", st.ID, k+1)
			}
		}
	}
	return nil
}

// person gives an invented person.
func (s *Story) person(id string) (Person, bool) {
	k := slices.IndexFunc(s.People, func(p Person) bool { return p.ID == id })
	if k < 0 {
		return Person{}, false
	}
	return s.People[k], true
}

// of gives who holds a corner.
func (s *Story) of(c loop.Corner) string {
	for _, p := range s.People {
		if loop.Corner(p.Corner) == c {
			return p.ID
		}
	}
	return ""
}

// rules lays the draft of the story over what ships.
func (s *Story) rules(ships *regulation.Set) (*regulation.Set, error) {
	if s.Draft == "" {
		return ships, nil
	}
	v, ds := regulation.ReadVariant(s.ID+".yaml", []byte(s.Draft))
	if err := ds.Err(); err != nil {
		return nil, fmt.Errorf("verhaal %s, schets: %w", s.ID, err)
	}
	set, ds := ships.With(v)
	if err := ds.Err(); err != nil {
		return nil, fmt.Errorf("verhaal %s, schets: %w", s.ID, err)
	}
	return set, nil
}
