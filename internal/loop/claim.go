package loop

import (
	"slices"
	"strings"

	"lemniscaat/internal/rule"
)

// ClaimKind is a way in which two claim the same.
type ClaimKind string

// The kinds of double claim. There are no others: a place resolves by scope to
// a triangle, in it by corner to a post, and on it by date to a signer.
const (
	// SameScope: two triangles for exactly the same scope.
	SameScope ClaimKind = "zelfde-bereik"
	// CrossingScope: two scopes of which neither contains the other, and some
	// place lies in both.
	CrossingScope ClaimKind = "kruisend-bereik"
	// TwoSigners: two people sign on the post of eigenaar, or on that of the
	// coordinating opdrachtgever, on one day.
	TwoSigners ClaimKind = "twee-tekenaars"
)

// Claim is a double claim.
type Claim struct {
	Kind      ClaimKind
	Triangles []string // the one that counts for now goes first
	Scope     Anchor   // what both claim
	Post      Post     // of TwoSigners
	People    []Holder // of TwoSigners; the one that counts goes first
}

// meet gives the place that lies in both scopes; ok is false when there is
// none.
func (a Anchor) meet(b Anchor) (Anchor, bool) {
	out := Anchor{}
	for _, f := range []struct {
		a, b string
		to   *string
	}{
		{a.Regulation, b.Regulation, &out.Regulation}, {a.Article, b.Article, &out.Article}, {a.Paragraph, b.Paragraph, &out.Paragraph},
		{a.Rule, b.Rule, &out.Rule}, {a.Step, b.Step, &out.Step}, {a.Item, b.Item, &out.Item},
	} {
		switch {
		case f.a == "" || f.a == f.b:
			*f.to = f.b
		case f.b == "":
			*f.to = f.a
		default:
			return Anchor{}, false
		}
	}
	return out, out.check() == nil || out == Anchor{}
}

// DoubleClaims gives everything that two claim on a date, sorted.
func (w *World) DoubleClaims(on rule.Date) []Claim {
	var out []Claim
	byRegulation := map[string][]*Triangle{}
	for _, t := range w.Triangles() {
		if !t.Dropped.IsZero() {
			continue
		}
		byRegulation[t.Scope.Regulation] = append(byRegulation[t.Scope.Regulation], t)
		out = append(out, t.signersTwice(on)...)
	}
	// A scope without a regulation is everything or nothing else: those of
	// different regulations never cross, and everything contains them all.
	for _, list := range byRegulation {
		byArticle := map[string][]*Triangle{}
		for _, t := range list {
			byArticle[t.Scope.Article] = append(byArticle[t.Scope.Article], t)
		}
		// Of two articles nothing lies in both.
		for article, here := range byArticle {
			for k, a := range here {
				for _, b := range here[k+1:] {
					out = w.claimOf(out, a, b)
				}
			}
			if article == "" {
				continue
			}
			for _, a := range byArticle[""] {
				for _, b := range here {
					if a.ID < b.ID {
						out = w.claimOf(out, a, b)
					} else {
						out = w.claimOf(out, b, a)
					}
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b Claim) int {
		if c := strings.Compare(a.Scope.Key(), b.Scope.Key()); c != 0 {
			return c
		}
		if c := strings.Compare(string(a.Kind), string(b.Kind)); c != 0 {
			return c
		}
		return slices.Compare(a.Triangles, b.Triangles)
	})
	return out
}

// claimOf adds what two triangles both claim; a goes before b by id.
func (w *World) claimOf(out []Claim, a, b *Triangle) []Claim {
	both, ok := a.Scope.meet(b.Scope)
	kind := CrossingScope
	switch {
	case !ok:
		return out
	case a.Scope.Key() == b.Scope.Key():
		kind = SameScope
	case a.Scope.Contains(b.Scope) || b.Scope.Contains(a.Scope):
		return out
	}
	c := Claim{Kind: kind, Scope: both, Triangles: []string{a.ID, b.ID}}
	if t := w.TriangleOf(both); t != nil && t.ID == b.ID {
		c.Triangles[0], c.Triangles[1] = b.ID, a.ID
	}
	return append(out, c)
}

func (t *Triangle) signersTwice(on rule.Date) []Claim {
	var out []Claim
	for _, p := range t.At(on).Posts {
		if p.Corner != Eigenaar && !p.Coordinating {
			continue
		}
		var signers []Holder
		for _, term := range t.Terms {
			if term.Post == p.ID && term.Signs && term.On(on) {
				signers = append(signers, Holder{Triangle: t.ID, Post: p, Person: term.Person, Name: term.Name, Signs: true})
			}
		}
		if len(signers) > 1 {
			out = append(out, Claim{Kind: TwoSigners, Triangles: []string{t.ID}, Scope: t.Scope, Post: p, People: signers})
		}
	}
	return out
}

// Vacancies gives the posts of a triangle on which nobody signs on a date.
func (t *Triangle) Vacancies(on rule.Date) []Post {
	var out []Post
	for _, p := range t.At(on).Posts {
		if _, ok := t.signer(p, on); !ok {
			out = append(out, p)
		}
	}
	return out
}

// DropTriangle ends a triangle: what was its own falls under the one above it.
// That of everything cannot be dropped.
type DropTriangle struct {
	Triangle string
	Reason   Text
}

func (c DropTriangle) triangleID() string { return c.Triangle }
func (DropTriangle) command()             {}

// TriangleDropped ends a triangle.
type TriangleDropped struct {
	Reason Text `json:"reden"`
}

func (p *TriangleDropped) texts() []textField { return one("reden", &p.Reason) }

// Type is the name in the log.
func (*TriangleDropped) Type() string { return "driehoek.opgeheven.1" }

// Claims gives the points of decided work per quarter on the capacity of a
// triangle.
func (w *World) Claims(t *Triangle) map[Quarter]int {
	out := map[Quarter]int{}
	for _, p := range w.claims(t, "") {
		for q, n := range p {
			out[q] += n
		}
	}
	return out
}
