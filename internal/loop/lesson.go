package loop

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"lemniscaat/internal/rule"
)

// Lesson is a learning case (leerzaak): a dilemma from an answered knelpunt, told
// by whoever owed the answer, to learn from. Whoever reads it chooses first, and
// then sees what was decided and why.
type Lesson struct {
	ID        string
	Version   uint64
	Issue     string
	By        PersonID
	Made      rule.Date
	Dilemma   Text
	Options   []Text // two to four
	Decided   int    // which option was decided, from 1
	Why       Text
	Principle string
	Withdrawn rule.Date // zero: it can be read
	Reason    Text
	// Chosen counts the choices of readers, per option.
	Chosen []int

	readers map[PersonID]int
}

// Read gives what a reader chose, from 1; 0: nothing yet.
func (l *Lesson) Read(reader PersonID) int { return l.readers[reader] }

// Principles lists the legal principles that can be at stake in a lesson, with
// the article of the Algemene wet bestuursrecht.
func Principles() []Principle {
	return []Principle{
		{"zorgvuldigheid", "Awb 3:2"}, {"evenredigheid", "Awb 3:4 lid 2"}, {"motivering", "Awb 3:46"}, {"horen", "Awb 4:7 en 4:8"},
		{"termijn", "Awb 4:13"}, {"afwijken", "Awb 4:84"}, {"doorzenden", "Awb 2:3"}, {"bezwaar", "Awb 6:7 en 7:10"},
	}
}

// Principle is a legal principle and where it stands.
type Principle struct{ ID, Article string }

// ReaderPrefix begins the name of whoever reads a lesson: a pseudonym per person
// and lesson, so that nobody chooses twice and the log does not say who chose.
const ReaderPrefix = "lezer/"

// LessonCommand is a command on a lesson.
type LessonCommand interface {
	Command
	lessonID() string
}

// MakeLesson makes a lesson of an answered knelpunt, by whoever owes or gave the
// answer: that is the consent.
type MakeLesson struct {
	ID, Issue string
	Dilemma   Text
	Options   []Text
	Decided   int
	Why       Text
	Principle string
}

// WithdrawLesson takes a lesson back: nobody can read it any more.
type WithdrawLesson struct {
	Lesson string
	Reason Text
}

// ChooseInLesson is the choice of a reader, once.
type ChooseInLesson struct {
	Lesson string
	Choice int // from 1
}

func (MakeLesson) command()                   {}
func (WithdrawLesson) command()               {}
func (ChooseInLesson) command()               {}
func (c MakeLesson) lessonID() string         { return c.ID }
func (c WithdrawLesson) lessonID() string     { return c.Lesson }
func (c ChooseInLesson) lessonID() string     { return c.Lesson }
func lessonStream(id string) string           { return "leerzaak/" + id }
func (p *LessonMade) Type() string            { return "leerzaak.gemaakt.1" }
func (p *LessonWithdrawn) Type() string       { return "leerzaak.ingetrokken.1" }
func (p *LessonRead) Type() string            { return "leerzaak.gekozen.1" }
func (p *LessonWithdrawn) texts() []textField { return one("reden", &p.Reason) }

// Payloads of a lesson.
type (
	// LessonMade is a lesson.
	LessonMade struct {
		Issue     string `json:"knelpunt"`
		Dilemma   Text   `json:"dilemma"`
		Options   []Text `json:"keuzes"`
		Decided   int    `json:"besloten"`
		Why       Text   `json:"waarom"`
		Principle string `json:"beginsel"`
	}
	// LessonWithdrawn takes it back.
	LessonWithdrawn struct {
		Reason Text `json:"reden"`
	}
	// LessonRead is the choice of a reader.
	LessonRead struct {
		none
		Choice int `json:"keuze"`
	}
)

func (p *LessonMade) texts() []textField {
	fs := []textField{{"dilemma", &p.Dilemma}, {"waarom", &p.Why}}
	for i := range p.Options {
		fs = append(fs, textField{"keuze-" + strconv.Itoa(i+1), &p.Options[i]})
	}
	return fs
}

// LessonScope is what a lesson has to know of the rest.
type LessonScope struct {
	By PersonID
	// Issue is the knelpunt; nil: there is none of that name.
	Issue *Issue
	// Owner reports that the actor owes the answer today, gave it, or is the
	// eigenaar there.
	Owner bool
	// Taken is the lesson that there is of this knelpunt already; "" for none.
	Taken string
}

// Limits of a lesson, in runes.
const (
	maxDilemma = 3000
	maxOption  = 300
)

// DecideLesson gives the events of a command on a lesson.
func DecideLesson(l Lesson, s LessonScope, c LessonCommand, _ time.Time) ([]Payload, error) {
	if m, ok := c.(MakeLesson); ok {
		return decideMakeLesson(l, s, m)
	}
	if l.Version == 0 {
		return nil, refuse("les-onbekend", "Deze leerzaak bestaat niet.", "Kies een leerzaak uit de lijst.")
	}
	if !l.Withdrawn.IsZero() {
		return nil, refuse("les-ingetrokken", "Deze leerzaak is ingetrokken.", "Kies een andere.")
	}
	switch c := c.(type) {
	case WithdrawLesson:
		if !s.Owner && s.By != l.By {
			return nil, refuse("rol-onjuist", "Alleen wie het knelpunt bezit trekt de leerzaak in.", "Vraag het de eigenaar van het knelpunt.")
		}
		if err := needText(c.Reason, "Waarom", maxReason); err != nil {
			return nil, err
		}
		return []Payload{&LessonWithdrawn{Reason: c.Reason}}, nil
	case ChooseInLesson:
		switch {
		case !strings.HasPrefix(string(s.By), ReaderPrefix):
			return nil, refuse("rol-onjuist", "Een keuze wordt niet op naam bewaard.", "Kies op de pagina van de leerzaak.")
		case c.Choice < 1 || c.Choice > len(l.Options):
			return nil, refuse("keuze-onbekend", "Deze keuze staat er niet.", "Kies een van de keuzes.")
		case l.readers[s.By] != 0:
			return nil, refuse("al-gekozen", "U heeft al gekozen.", "Lees wat er besloten is.")
		}
		return []Payload{&LessonRead{Choice: c.Choice}}, nil
	}
	panic("BUG: unknown command on a lesson")
}

func decideMakeLesson(l Lesson, s LessonScope, c MakeLesson) ([]Payload, error) {
	if err := checkID(c.ID, "de leerzaak"); err != nil {
		return nil, err
	}
	switch {
	case l.Version > 0:
		return nil, refuse("id-bestaat", "Deze leerzaak bestaat al.", "Kies een andere naam.")
	case s.Issue == nil:
		return nil, refuse("knelpunt-onbekend", "Dit knelpunt bestaat niet.", "Kies een knelpunt uit de lijst.")
	case s.Issue.State == Merged || s.Issue.Answer() == nil:
		return nil, refuse("niet-beantwoord", "Dit knelpunt heeft nog geen antwoord.", "Geef eerst antwoord.")
	case !s.Owner:
		return nil, refuse("rol-onjuist", "Alleen wie het antwoord gaf of schuldig is, maakt er een leerzaak van.", "Vraag het de eigenaar van het knelpunt.")
	case s.Taken != "":
		return nil, refuse("les-bestaat", "Van dit knelpunt is al een leerzaak.", "Trek die eerst in.")
	}
	if err := needText(c.Dilemma, "Dilemma", maxDilemma); err != nil {
		return nil, err
	}
	if err := needText(c.Why, "Waarom", maxDilemma); err != nil {
		return nil, err
	}
	if len(c.Options) < 2 || len(c.Options) > 4 {
		return nil, refuse("keuzes-onjuist", "Er staan "+itoa(len(c.Options))+" keuzes.", "Schrijf er twee, drie of vier.")
	}
	for n, t := range c.Options {
		if err := needText(t, "Keuze "+itoa(n+1), maxOption); err != nil {
			return nil, err
		}
	}
	if c.Decided < 1 || c.Decided > len(c.Options) {
		return nil, refuse("keuze-onbekend", "Er staat niet welke keuze het werd.", "Wijs een van de keuzes aan.")
	}
	if !slices.ContainsFunc(Principles(), func(p Principle) bool { return p.ID == c.Principle }) {
		return nil, refuse("beginsel-onbekend", "Dit beginsel staat niet in de lijst.", "Kies een beginsel uit de lijst.")
	}
	return []Payload{&LessonMade{
		Issue: c.Issue, Dilemma: c.Dilemma, Options: slices.Clone(c.Options), Decided: c.Decided, Why: c.Why, Principle: c.Principle,
	}}, nil
}

func applyLesson(l *Lesson, p Payload, m moment) error {
	switch p := p.(type) {
	case *LessonMade:
		l.Issue, l.By, l.Made = p.Issue, m.by, m.date
		l.Dilemma, l.Options, l.Decided, l.Why, l.Principle = p.Dilemma, p.Options, p.Decided, p.Why, p.Principle
		l.Chosen, l.readers = make([]int, len(p.Options)), map[PersonID]int{}
	case *LessonWithdrawn:
		l.Withdrawn, l.Reason = m.date, p.Reason
	case *LessonRead:
		if p.Choice < 1 || p.Choice > len(l.Chosen) {
			return wrongStream(p, lessonStream(l.ID))
		}
		l.Chosen[p.Choice-1]++
		l.readers[m.by] = p.Choice
	default:
		return wrongStream(p, lessonStream(l.ID))
	}
	l.Version++
	return nil
}

func (d *deciding) lesson(c LessonCommand) error {
	var l Lesson
	if x := d.w.lessons[c.lessonID()]; x != nil {
		l = *x
	}
	s := LessonScope{By: d.by}
	issue := l.Issue
	if m, ok := c.(MakeLesson); ok {
		issue = m.Issue
		for _, x := range d.w.lessons {
			if x.Issue == issue && x.Withdrawn.IsZero() {
				s.Taken = x.ID
			}
		}
	}
	if i := d.w.issues[issue]; i != nil {
		s.Issue = i
		d.read(issueStream(issue))
		t := d.w.TriangleOf(i.Anchors[0])
		s.Owner = d.w.OwnerAt(i.Anchors[0], d.today).Person == d.by || t != nil && t.owner(d.today).Person == d.by
		if a := i.Answer(); a != nil && a.By == d.by {
			s.Owner = true
		}
	}
	ps, err := DecideLesson(l, s, c, d.now)
	if err != nil {
		return err
	}
	return d.emit(lessonStream(c.lessonID()), ps...)
}

// Lesson gives a lesson, or nil.
func (w *World) Lesson(id string) *Lesson { return w.lessons[id] }

// Lessons gives all lessons, those taken back too, sorted by id.
func (w *World) Lessons() []*Lesson { return sorted(w.lessons) }
