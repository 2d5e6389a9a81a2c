package loop_test

import (
	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
)

// steer draws commands on a Stand or a lesson.
func (d *driver) steer() (loop.Command, loop.PersonID) {
	first := rule.Date{Year: d.today().Year, Month: d.today().Month, Day: 1}
	from := first.AddMonths(-d.n(2, "month"))
	id, until := from.String()[:7], from.AddMonths(1).AddDays(-1)
	var lessons []string
	for _, l := range d.w.Lessons() {
		lessons = append(lessons, l.ID)
	}
	switch d.n(6, "steering kind") {
	case 0:
		return loop.WritePreface{Stand: id, From: from, Until: until, Words: d.text()}, d.likely("els")
	case 1:
		return loop.PublishStand{Stand: id, From: from, Until: until, Figures: loop.StandFigures{Opened: d.n(9, "signals")}, Seq: uint64(d.n(len(d.log)+2, "seq"))}, d.likely("ed")
	case 2, 3:
		k := d.pick(d.issues(loop.Answered, loop.Solved, loop.Accepted), "issue")
		return loop.MakeLesson{ID: d.id("l"), Issue: k, Dilemma: d.text(), Options: []loop.Text{d.text(), d.text()}, Decided: d.n(3, "decided"), Why: d.text(), Principle: "evenredigheid"}, d.likely("bram")
	case 4:
		return loop.ChooseInLesson{Lesson: d.pick(lessons, "lesson"), Choice: d.n(4, "choice")}, loop.PersonID(loop.ReaderPrefix + []string{"a", "b", "c"}[d.n(3, "reader")])
	}
	return loop.WithdrawLesson{Lesson: d.pick(lessons, "lesson"), Reason: d.text()}, d.likely("bram")
}

// checkSteering: what was published never changes and has the digest of its
// figures; a lesson is of an answered knelpunt, has one living copy at most, and
// counts each reader once.
func checkSteering(fail func(inv, format string, args ...any), w *loop.World) {
	for _, s := range w.Stands() {
		if !s.Published.IsZero() && (s.Digest != s.Figures.Digest() || s.Seq == 0 || s.Seq > w.Head().Seq || !s.Published.After(s.Until)) {
			fail("stand", "%s: published on %v with %s of event %d", s.ID, s.Published, s.Digest, s.Seq)
		}
	}
	live := map[string]string{}
	for _, l := range w.Lessons() {
		i := w.Issue(l.Issue)
		if i == nil || len(i.Answers) == 0 || l.Decided < 1 || l.Decided > len(l.Options) {
			fail("les", "%s is of %q", l.ID, l.Issue)
		}
		if l.Withdrawn.IsZero() {
			if live[l.Issue] != "" {
				fail("les", "%s and %s are both of %s", l.ID, live[l.Issue], l.Issue)
			}
			live[l.Issue] = l.ID
		}
		n := 0
		for _, c := range l.Chosen {
			n += c
		}
		if n > 3 {
			fail("les", "%s: %d choices of three readers", l.ID, n)
		}
	}
}
