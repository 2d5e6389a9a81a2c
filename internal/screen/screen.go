// Package screen holds the view models of the pages: what a page shows and what
// its forms send, as plain values without domain logic. Package office fills
// them, package web lays them out.
package screen

// Conventions:
//   - texts in a view are plain Dutch for people; they never contain HTML;
//   - money is in cents (Cents), shares are fractions (0.12 is 12 %);
//   - counts of simulated people are weighted to the country and rounded;
//   - an empty slice shows the page's own "nothing here yet" text;
//   - a nil pointer means "this part does not exist here" and is left out.

// Cents is an amount of money in eurocents.
type Cents int64

// Person is someone who can be acted as, or who is named on a page.
type Person struct {
	ID     string // "samira": used in the role cookie
	Name   string // "Samira el Idrissi"
	Title  string // "uitvoeringsprofessional"
	Corner Corner // the corner of the triangle, "" for none
	Absent bool   // niet aangesloten: named, but cannot act here
	// TeamLeader says that this person leads a team at the desk.
	TeamLeader bool
}

// Corner is a corner of the triangle.
type Corner string

const (
	CornerOwner     Corner = "eigenaar"
	CornerPolicy    Corner = "opdrachtgever"
	CornerExecution Corner = "opdrachtnemer"
)

// Ref is a link to something with a name. An empty Href shows the text alone.
type Ref struct {
	Text string
	Href string
}

// Action says whether the actor may do something now. When Can is false and
// Why is filled, the page shows the reason where the button would have been;
// when both are zero the page shows nothing.
type Action struct {
	Can bool
	Why string // "Deze sleutel is voor een beleidsmaker. U bent uitvoeringsprofessional."
}

// Anchor is the place in a regulation that something is attached to. Empty
// fields mean "not that precise".
type Anchor struct {
	Regulation     string // id: "individuele-inkomenstoeslag"
	RegulationName string // "Individuele inkomenstoeslag"
	Article        string // id of the article: "artikel-3"
	ArticleName    string // "Artikel 3. Hoogte van de toeslag"
	Lid            string // "2"
	Rule           string // rule id
	RuleName       string
	Step           string // step id
	StepName       string
	Version        string // of the rule or the text: "1 januari 2026"
	Digest         string // of the rule version that was looked at, when a link said so
	Case           string // pseudonym of a case: "v1:7f3a…"
	JCI            string
}

// Station is one of the seven stations of the ∞.
type Station string

const (
	StationRule     Station = "regel"
	StationTest     Station = "toets"
	StationSimulate Station = "simuleer"
	StationDecide   Station = "besluit"
	StationExecute  Station = "voer-uit"
	StationSignal   Station = "signaleer"
	StationMeasure  Station = "meet"
)

// Stations lists the stations in the order of the turn.
var Stations = [...]Station{StationRule, StationTest, StationSimulate, StationDecide, StationExecute, StationSignal, StationMeasure}
