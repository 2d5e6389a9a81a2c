package loop

import (
	"slices"
	"strings"

	"lemniscaat/internal/rule"
)

// Seen is that somebody said to have seen that something is late, on a step of
// the ladder.
type Seen struct {
	By   PersonID
	On   rule.Date
	Step Step
}

// SeeOverdue says "I have seen that this is late". It changes nothing for the
// debtor: it shows who knew, and since when.
type SeeOverdue struct{ Obligation string }

func (SeeOverdue) command() {}

// OverdueSeen is on the stream of the ladder of one obligation.
type OverdueSeen struct {
	none
	Step Step `json:"trede"`
}

// Type is the name in the log.
func (*OverdueSeen) Type() string { return "ladder.gezien.1" }

func ladderStream(obligation string) string { return "ladder/" + obligation }

// SeenBy gives who said to have seen that an obligation is late, in order.
func (w *World) SeenBy(obligation string) []Seen { return w.seen[obligation] }

// Concerned gives who has to see an overdue obligation on its step: from the
// first day everybody who signs in the triangle and the eigenaar; later steps
// add the public, and parliament or council.
func (w *World) Concerned(o Obligation, today rule.Date) []Holder {
	t := w.TriangleOf(o.Anchor)
	if t == nil {
		return nil
	}
	return slices.DeleteFunc(t.Members(today), func(h Holder) bool { return !h.Signs })
}

func (d *deciding) seeOverdue(c SeeOverdue) error {
	o, ok := d.w.Obligation(c.Obligation)
	if !ok || !o.Open() {
		return refuse("verplichting-onbekend", "Deze verplichting staat niet open.", "Kies er een uit de lijst.")
	}
	step := d.w.Terms.Ladder.Step(o.Due, d.today)
	if step == OnTime {
		return refuse("niet-te-laat", "Dit is nog niet te laat.", "")
	}
	if t := d.readTriangle(o.Anchor); t == nil || d.by == System {
		return refuse("rol-onjuist", "Alleen wie in deze driehoek zit kan dit.", "Vraag het de eigenaar.")
	} else if _, in := t.member(d.by, d.today); !in && d.w.HeadAt(Anchor{}, d.today).Person != d.by {
		return refuse("rol-onjuist", "Alleen wie in deze driehoek zit kan dit.", "Vraag het de eigenaar.")
	}
	for _, s := range d.w.seen[o.ID] {
		if s.By == d.by && s.Step == step {
			return refuse("al-gezien", "U zei al dat u dit zag.", "")
		}
	}
	d.read(o.Stream)
	return d.emit(ladderStream(o.ID), &OverdueSeen{Step: step})
}

// streamOf gives the stream of the obligation with an id: "knelpunt/k-1" of
// "knelpunt/k-1:3".
func streamOf(obligation string) string {
	if n := strings.LastIndexByte(obligation, ':'); n > 0 {
		return obligation[:n]
	}
	return ""
}

// ledger gives what was and is owed in a stream.
func (w *World) ledger(stream string) ledger {
	kind, id, _ := strings.Cut(stream, "/")
	switch kind {
	case "knelpunt":
		if i := w.issues[id]; i != nil {
			return i.duties
		}
	case "voorstel":
		if p := w.proposals[id]; p != nil {
			return p.duties
		}
	case "besluit":
		if b := w.decisions[id]; b != nil {
			return b.duties
		}
	case "formeel":
		if f := w.formals[id]; f != nil {
			return f.duties
		}
	}
	return ledger{}
}

// Obligation gives an obligation by its id, open or not.
func (w *World) Obligation(id string) (Obligation, bool) {
	for _, o := range w.ledger(streamOf(id)).list {
		if o.ID == id {
			return o, true
		}
	}
	return Obligation{}, false
}
