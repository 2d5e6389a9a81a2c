package screen

import "lemniscaat/internal/rule"

// IntakeView is the page Invoer: old lists, mail and outcomes.
type IntakeView struct {
	Places  []AnchorOption // where a row without a place belongs
	Can     Action         // who may bring in
	Sources []IntakeSource // what case systems delivered
	API     bool           // there is an address where case systems deliver
}

// IntakeSource is what came in about one regulation.
type IntakeSource struct {
	Regulation        Ref
	Rows, Unheard     int
	From, Until, Last rule.Date
	Synthetic         bool
}

// SignalFile is an old list or mail that is brought in.
type SignalFile struct {
	Name string
	Data []byte
	// Place ("regeling/artikel", or a regulation) and Tile hold for rows that do
	// not say.
	Place string
	Tile  Tile
	// Dry only looks: nothing is kept.
	Dry bool
}

// SignalImport is what became of it.
type SignalImport struct {
	Name    string
	Dry     bool
	New     []ImportedSignal
	Known   int // came in before
	Refused []RefusedRow
	Columns []string // of a CSV, as they stood
	// Fault says why the file cannot be read at all; Hint what can.
	Fault, Hint string
	Due         rule.Date // the answers are owed by then
}

// ImportedSignal is one signal that came in, or would.
type ImportedSignal struct {
	Line   int
	Place  string // "Participatiewet, artikel 36"
	Text   string
	Tile   Tile
	Old    rule.Date
	Count  int
	Masked []string
	Notes  []string
	Issue  Ref // empty before it came in
}

// RefusedRow is one row that cannot come in.
type RefusedRow struct {
	Line             int
	Reason, Accepted string
	Raw              []string
}
