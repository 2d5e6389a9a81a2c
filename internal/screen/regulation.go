package screen

import "lemniscaat/internal/rule"

// RegulationView is the page Regeling ∞.
type RegulationView struct {
	ID, Name   string
	Summary    string
	Level      int
	LevelText  string // "Niveau 3: met rekenregels"
	Official   Ref    // the official publication
	Compare    string // the page that compares two sides; "" when there is nothing to compare
	Law        *Ref   // the law text that was imported; nil for none
	Loop       LoopView
	Articles   []ArticleRow
	Issues     []IssueRow // live knelpunten, most pressing first; the first ones
	IssueCount int        // all of them
	Proposals  []ProposalRow
	// ProposalCount counts all of them: Proposals are the first ones.
	ProposalCount int
	Triangle      TriangleView
	Goals         []string
	Measurement   Ref // link to Voorspeld en gemeten, empty when there is nothing to measure
	Changes       []ChangeRow
}

// LoopView is the figure: counts and ages per station.
type LoopView struct {
	Stations []LoopStation // in the order of Stations
	// Slowest is the station after which things wait longest; "" for none.
	Slowest     Station
	SlowestText string // "Het langst wacht het tussen Signaleer en Regel: 41 dagen."
}

// LoopStation is one station of the figure.
type LoopStation struct {
	Station Station
	Count   int
	Unit    string // "open signalen": what Count counts
	Oldest  *Oldest
	Href    string // where the items are listed
}

// Oldest is the oldest item at a station.
type Oldest struct {
	Ref  Ref
	Days int
}

// ArticleRow is one article in the list of a regulation.
type ArticleRow struct {
	ID, Name string
	Issues   int
	Rules    int
}

// ChangeRow is one adopted change.
type ChangeRow struct {
	From  rule.Date
	Text  string // "Inkomensgrens van 110 % naar 120 %"
	Proof Ref    // the proposal
}

// TriangleView says who is who for a scope.
type TriangleView struct {
	Owner     Holder
	Policy    []Holder // the first is coordinating
	Execution []Holder
}

// Holder is a party or person in a corner.
type Holder struct {
	Name      string
	Role      string // "eigenaar", "coördinerend opdrachtgever", …
	Vacant    bool
	Connected bool   // false: niet aangesloten
	Note      string // "Vacant: de eigenaar antwoordt."
}
