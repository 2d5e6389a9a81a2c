package loop

import (
	"lemniscaat/internal/rule"
)

// Corner is one of the three corners of a triangle.
type Corner string

// The corners. The Regeling agentschappen 2024 has other words for the same:
// eindverantwoordelijke, beleidsverantwoordelijke, continuïteitsverantwoordelijke.
const (
	Eigenaar      Corner = "eigenaar"
	Opdrachtgever Corner = "opdrachtgever" // policy
	Opdrachtnemer Corner = "opdrachtnemer" // execution
)

// Mandate is on whose behalf a key is turned.
type Mandate string

// The two mandates whose keys a decision needs.
const (
	Policy    Mandate = "beleid"
	Execution Mandate = "uitvoering"
)

// Corner gives the corner that holds the mandate.
func (m Mandate) Corner() Corner {
	if m == Execution {
		return Opdrachtnemer
	}
	return Opdrachtgever
}

// Post is a place in a triangle that a person can hold.
type Post struct {
	ID           string `json:"id"`
	Corner       Corner `json:"hoek"`
	Coordinating bool   `json:"coordinerend,omitempty"` // among opdrachtgevers
	Organisation string `json:"organisatie"`
	Department   string `json:"afdeling,omitempty"`
	// Outside: this party does not use Lemniscaat (niet aangesloten). It is
	// asked by e-mail, and the register says so.
	Outside bool `json:"nietAangesloten,omitempty"`
}

// PostRef names a post of a triangle.
type PostRef struct {
	Triangle string `json:"driehoek"`
	Post     string `json:"post"`
}

// IsZero reports whether no post is named.
func (p PostRef) IsZero() bool { return p == PostRef{} }

// Term is a person on a post for an interval of dates, both ends included; a
// zero Until means until further notice.
type Term struct {
	Post   string    `json:"post"`
	Person PersonID  `json:"persoon"`
	Name   Text      `json:"naam"`
	Signs  bool      `json:"tekent,omitempty"` // has the mandate to turn a key and to answer; otherwise staff
	From   rule.Date `json:"van"`
	Until  rule.Date `json:"tot,omitzero"`
}

// On reports whether the term covers a date.
func (t Term) On(d rule.Date) bool {
	return !d.Before(t.From) && (t.Until.IsZero() || !d.After(t.Until))
}

// Arrangement is who is who from a date on, until the next arrangement.
type Arrangement struct {
	From  rule.Date `json:"van"`
	Posts []Post    `json:"posten"`
}

// Quarter is a quarter of a year: "2027-Q1".
type Quarter string

// Triangle says who is eigenaar, opdrachtgever and opdrachtnemer of a scope.
// The zero scope is the installation's own triangle, to which everything
// resolves that has no other; a World needs it before its first signal.
type Triangle struct {
	ID           string
	Version      uint64
	Scope        Anchor
	Arrangements []Arrangement // sorted by From
	Terms        []Term
	Capacity     map[Quarter]int // points of change work that the opdrachtnemer can do
	Caseload     int             // agreed number of cases per professional; 0 = not agreed
}

// At gives the arrangement on a date. It is total: before the first
// arrangement the first one counts.
func (t *Triangle) At(d rule.Date) Arrangement {
	for i := len(t.Arrangements) - 1; i > 0; i-- {
		if !d.Before(t.Arrangements[i].From) {
			return t.Arrangements[i]
		}
	}
	if len(t.Arrangements) == 0 {
		return Arrangement{}
	}
	return t.Arrangements[0]
}

// Holder is a person on a post on a date.
type Holder struct {
	Triangle string
	Post     Post
	Person   PersonID // empty: vacant
	Name     Text
	Signs    bool
	// Vacant says that the post itself has no living signer and the duty went
	// to the eigenaar.
	Vacant bool
}

// TriangleCommand is a command on a Triangle.
type TriangleCommand interface {
	Command
	triangleID() string
}

// SetTriangle arranges a triangle from a date on. Terms are added to those
// that exist. Anyone may make the first of a scope; afterwards the eigenaar.
type SetTriangle struct {
	ID       string
	Scope    Anchor
	From     rule.Date
	Posts    []Post
	Terms    []Term
	Caseload int
}

// Appoint puts a person on a post. For the post of eigenaar it is a
// succession: the term of the predecessor ends the day before.
type Appoint struct {
	Triangle string
	Term     Term
}

// Leave ends the term of a person; the last day is On. The eigenaar cannot
// leave without a successor.
type Leave struct {
	Triangle, Post string
	Person         PersonID
	On             rule.Date
}

// SetCapacity says how many points of change work fit in a quarter.
type SetCapacity struct {
	Triangle string
	Quarter  Quarter
	Points   int
}

func (c SetTriangle) triangleID() string { return c.ID }
func (c Appoint) triangleID() string     { return c.Triangle }
func (c Leave) triangleID() string       { return c.Triangle }
func (c SetCapacity) triangleID() string { return c.Triangle }
