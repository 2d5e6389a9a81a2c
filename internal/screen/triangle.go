package screen

import "lemniscaat/internal/rule"

// TrianglesAsked is what a reader wants of the map of triangles.
type TrianglesAsked struct {
	Asked
	On   rule.Date // who is who on this day; zero is today
	Only string    // "vacant", "dubbel"; "" is all
}

// TriangleMapView is every triangle as a tree of scopes.
type TriangleMapView struct {
	Asked     TrianglesAsked
	On        rule.Date
	Today     bool
	Rows      []TriangleRow
	Paging    Paging
	Count     int // of all triangles
	Vacancies int // of all of them, on the day
	Claims    []DoubleClaim
	Add       Action
	Form      TriangleForm
}

// TriangleRow is one triangle on the map.
type TriangleRow struct {
	ID, Name    string
	Depth       int // in the tree of scopes: 0 is everything
	Provisional bool
	Corners     []CornerRow // eigenaar, opdrachtgever, opdrachtnemer
	Vacancies   int
	Claims      int
	Caseload    int // 0: not agreed
	Quarters    []QuarterCell
}

// CornerRow is a corner of a triangle with those in it.
type CornerRow struct {
	Corner  string // "eigenaar"
	Word    string // in the words of the triangle
	Other   string // in the other words
	Holders []Holder
}

// QuarterCell is the room for change work in a quarter.
type QuarterCell struct {
	Quarter string
	Label   string // "1e kwartaal 2027"
	Points  int
	Known   bool
	Claimed int
	Over    int // above the capacity
}

// DoubleClaim is a double claim.
type DoubleClaim struct {
	Kind      string // "zelfde-bereik", "kruisend-bereik", "twee-tekenaars"
	Scope     string
	Triangles []Ref // the one that counts for now goes first
	People    []string
}

// TriangleForm feeds the form of an arrangement.
type TriangleForm struct {
	From       rule.Date
	Vocabulary string
	Caseload   int
	Posts      []PostField
	Scopes     []Option // of a new triangle
	People     []Option
}

// PostField is one post in the form of an arrangement.
type PostField struct {
	ID, Corner, Organisation, Department string
	Coordinating, Outside                bool
	New                                  bool
}

// TrianglePageView is one triangle.
type TrianglePageView struct {
	ID, Name    string
	Scope       Ref
	On          rule.Date
	Today       bool
	Vocabulary  string
	Provisional bool
	Dropped     rule.Date
	DropReason  string
	Posts       []PostRow
	Next        []ArrangementRow
	Caseload    int
	Quarters    []QuarterCell
	Claims      []DoubleClaim
	Timeline    []TimelineRow
	Appoint     Action
	Capacity    Action
	Arrange     Action
	Drop        Action
	Form        TriangleForm
	PostOptions []Option
	Duties      int
	Regulation  bool // the scope is a place in a regulation
}

// PostRow is a post with those on it, on the day.
type PostRow struct {
	ID, Corner, Word, Other  string
	Coordinating, Outside    bool
	Organisation, Department string
	Vacant                   bool
	People                   []TermRow
	Later                    []TermRow // who comes later
}

// TermRow is a person on a post.
type TermRow struct {
	ID, Name    string
	Signs       bool
	From, Until rule.Date
	Leave       Action
}

// ArrangementRow is an arrangement that begins later.
type ArrangementRow struct {
	From  rule.Date
	Posts []string
}

// ArrangementInput is a new arrangement of a triangle; ID "" is a new one.
type ArrangementInput struct {
	ID         string
	Scope      string // place of a new triangle: "zorgtoeslag" or "zorgtoeslag/artikel-2"
	From       rule.Date
	Vocabulary string
	Caseload   string
	Posts      []PostField
	People     map[string]string // by index of the post: the person of a new triangle
}

// AppointInput puts somebody on a post.
type AppointInput struct {
	Triangle, Post, Person, Name string
	Signs                        bool
	From, Until                  rule.Date
}

// LeaveInput ends somebody's time on a post.
type LeaveInput struct {
	Triangle, Post, Person string
	On                     rule.Date
}

// CapacityInput says how much fits in a quarter.
type CapacityInput struct{ Triangle, Quarter, Points string }
