package screen

import "lemniscaat/internal/chart"

// RunView is what a run found, as people read it: sentences first, then one
// exhibit for each measure. The page of a run, the live page and the page that
// compares variants show the same exhibits.
type RunView struct {
	// Sentence says in one sentence what changes; Rest says more, with margins.
	Sentence, Rest string
	// Synthetic says that no real people are in it.
	Synthetic bool
	// Keys are the few numbers to look at first.
	Keys     []KeyFigure
	Exhibits []Exhibit
	// Limits are what must not be concluded, a sentence each.
	Limits []string
	// Failures are households on which a rule erred, in words.
	Failures []string
	Source   Provenance
	// Assumptions is everything that the run rests on.
	Assumptions []Assumption
}

// KeyFigure is one number to look at first.
type KeyFigure struct {
	Label string // "krijgen het"
	Value string // "+ 21.000"
	Range string // "18.000 tot 24.000"; "" when there is none
	Href  string // the exhibit that it comes from: "#wie-krijgt-het"
}

// Exhibit is one measure of a run: what it says, how to read it, charts and
// tables of the same numbers, and what it rests on.
type Exhibit struct {
	ID       string // unique on the page: "winst-en-verlies"
	Title    string
	Sentence string // what there is to see
	Reading  string // how to read it: the definition, shortly
	Views    []ExhibitView
	More     *Ref // where a reader can go on from here
	// Assumptions are those of the run that this measure rests on.
	Assumptions []Assumption
}

// ExhibitView is one cut through a measure: by income, by type of household.
// The first is shown, the others unfold.
type ExhibitView struct {
	ID, Title string
	Note      string       // a sentence under the chart
	Chart     chart.Figure // nil: the table alone
	Table     Table
}

// Table is a table whose cells are written for people.
type Table struct {
	ID    string // of its download: "inkomensgroepen"; "" for none
	Title string
	Head  []TableHead
	Rows  [][]TableCell // as long as Head; the first cell names the row
}

// TableHead is the head of a column.
type TableHead struct {
	Text   string
	Number bool
}

// TableCell is one cell.
type TableCell struct {
	Text string
	Sub  string // a line under it: the margin, or a remark
	Ref  *Ref   // where the line under it leads
	Mark string // a short word that stands out: "de meeste"
	None bool   // there is nothing to say; Text says so to who does not see it
}

// Provenance says what every number of a run rests on.
type Provenance struct {
	// Files is the address under which the tables of the run can be downloaded,
	// without a last slash; "" when the run is not kept.
	Files      string
	Run        string // id of the run
	Population string // id: "nl:20000…"
	People     string // "20.000 huishoudens, 42.133 personen. Zij staan voor 8.374.404 huishoudens."
	RuleSet    string // digest of the rules of now
	Variant    string // name and digest of the variant; "" for none
	Date       string // "1 januari 2027"
	Seed       string
	Seconds    string // "6,4 seconden"; "" when not measured
}

// Assumption is a named assumption.
type Assumption struct {
	ID     string
	Text   string
	Value  string // "0,35 aandeel"; "" when it has none
	Range  string // "0,2 tot 0,5"
	Source string
}
