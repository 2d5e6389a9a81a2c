package story

import (
	_ "embed"
	"slices"
	"strings"

	"lemniscaat/internal/i18n"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

//go:embed nl.yaml
var dutchTexts []byte

//go:embed en.yaml
var englishTexts []byte

// texts are the sentences of the stories.
var texts = i18n.Shipped(dutchTexts)

// Phrases gives the Dutch sentences of the stories with their English.
func Phrases() (map[string]string, error) { return i18n.Pairs(dutchTexts, englishTexts) }

// say gives a text of a story.
func (s *Story) say(key string) string { return texts.T("verhaal." + s.ID + "." + key) }

// said gives a text that need not be there.
func (s *Story) said(key string) string {
	t, _ := texts.Text("verhaal." + s.ID + "." + key)
	return t
}

// text writes what a check found.
func (r Result) text() string {
	args := slices.Clone(r.Args)
	for k, a := range args {
		switch a := a.(type) {
		case rule.Date:
			args[k] = texts.Date(a)
		case cents:
			args[k] = texts.Euro(int64(a))
		case days:
			args[k] = texts.Days(int(a))
		}
	}
	if form, _ := texts.Text(r.Key); strings.Contains(form, "|") {
		n, _ := r.Args[1].(int) // by how many it is told apart comes first
		return texts.N(r.Key, int64(n), args...)
	}
	return texts.T(r.Key, args...)
}

// view tells a story that was played.
func (p *Played) view() view.StoryView {
	s := p.Story
	v := view.StoryView{ID: s.ID, Title: s.say("titel"), Lead: s.say("kop"), Shows: s.say("toont"), NotShown: s.say("toont-niet")}
	numbers := map[string]int{}
	for _, step := range p.Steps {
		x := view.StoryStep{
			ID: step.ID, Date: step.Day(), Month: step.Known == "maand", Station: step.Station, Title: s.say(step.ID + ".titel"),
			Then: s.said(step.ID + ".toen"), Shown: s.say(step.ID + ".gezien"), Invented: step.Invented,
		}
		for _, id := range step.Sources {
			n, ok := numbers[id]
			if !ok {
				n = len(numbers) + 1
				numbers[id] = n
				v.Sources = append(v.Sources, view.StorySource{Number: n, Text: s.Sources[id].Text, Href: s.Sources[id].Href})
			}
			x.Sources = append(x.Sources, n)
		}
		for _, r := range step.Results {
			x.Results = append(x.Results, view.StoryResult{Text: r.text(), OK: r.OK})
			v.Checks++
			if !r.OK {
				v.Failed++
			}
		}
		if step.Screen != "" {
			x.Screen = view.Ref{Text: s.say(step.ID + ".scherm"), Href: "/verhaal/" + s.ID + "/" + step.ID + step.Screen}
			person, _ := s.person(step.Step.Screen.As)
			x.As = person.Name
		}
		v.Steps = append(v.Steps, x)
	}
	return v
}
