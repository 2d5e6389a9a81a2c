package loop

// Which knelpunten belong together is for people to say. What they said is
// remembered: a pair that is not the same is not suggested again.

// KeepApart says that two knelpunten are not the same. With Undo it takes that
// back.
type KeepApart struct {
	Issue, Other string
	Undo         bool
}

func (KeepApart) command()          {}
func (c KeepApart) issueID() string { return c.Issue }

// IssuesApart is on the stream of the first of the two.
type IssuesApart struct {
	none
	Other string `json:"ander"`
	Undo  bool   `json:"tochNiet,omitempty"`
}

// Type implements Payload.
func (*IssuesApart) Type() string { return "knelpunt.niet-hetzelfde.1" }

func (d issueDecision) keepApart(c KeepApart) ([]Payload, error) {
	if !d.s.Member {
		return nil, refuse("rol-onjuist", "Alleen wie in de driehoek zit bundelt signalen.", "Vraag het beleid of uitvoering.")
	}
	if d.s.Other == nil {
		return nil, refuse("knelpunt-onbekend", "Het knelpunt “"+clip(c.Other)+"” bestaat niet.", "Kies een knelpunt uit de lijst.")
	}
	if c.Issue == c.Other {
		return nil, refuse("zelfde-knelpunt", "Een knelpunt is altijd hetzelfde als zichzelf.", "Kies een ander knelpunt.")
	}
	if d.s.Apart != c.Undo {
		return nil, refuse("niets-veranderd", "Dat stond al zo.", "")
	}
	return []Payload{&IssuesApart{Other: c.Other, Undo: c.Undo}}, nil
}

// pair names two knelpunten, whichever comes first.
func pair(a, b string) [2]string {
	if b < a {
		a, b = b, a
	}
	return [2]string{a, b}
}

// Apart reports that somebody said of two knelpunten that they are not the
// same.
func (w *World) Apart(a, b string) bool { return w.apart[pair(a, b)] }

func (w *World) setApart(a, b string, undo bool) {
	if undo {
		delete(w.apart, pair(a, b))
		return
	}
	w.apart[pair(a, b)] = true
}

// inherit gives a knelpunt what was said of the one that it took in.
func (w *World) inheritApart(from, into string) {
	for p := range w.apart {
		for k := range p {
			if other := p[1-k]; p[k] == from && other != into {
				w.apart[pair(other, into)] = true
			}
		}
	}
}
