package screen

import "lemniscaat/internal/rule"

// ArticleView is the page of one article.
type ArticleView struct {
	Regulation Ref
	ID, Name   string
	Official   Ref
	Compare    string // the comparing page of the regulation, "" when there is nothing to compare
	Version    string // "geldt sinds 1 januari 2026"
	Date       rule.Date
	Text       []Block
	Law        *LawText // nil when it was not imported
	Rules      []RuleView
	Parameters []ParameterRow
	Examples   []ExampleRow
	Steps      []StepRow
	Computing  bool       // what the steps ask too much is not known yet
	Issues     []IssueRow // in the margin; the first ones
	IssueCount int        // all of them
	Previous   *Ref
	Next       *Ref
	Anchor     Anchor // for "Signaal geven"
	Level      int
}

// Block is one block of an article's own text.
type Block struct {
	Kind  BlockKind
	Lid   string // number of the lid, "" for none
	Runs  []Run
	Items [][]Run // for lists
	Lines bool    // a new line in a run begins a new line on the page
}

// BlockKind is the kind of a Block.
type BlockKind uint8

const (
	Paragraph BlockKind = iota
	Heading
	List
)

// Run is a piece of a sentence. A piece with Href is a link, with Title the
// definition shown at the link.
type Run struct {
	Text   string
	Href   string
	Title  string
	Strong bool   // keyword of the rule language
	Param  string // id of the parameter whose value this is, "" for none
}

// RuleView is one rule as both sides read it.
type RuleView struct {
	ID, Name string
	Valid    string // "geldt vanaf 2024"
	Lines    []RuleLine
	Sources  []Ref
	Issues   int
	Digest   string // short rule digest
	Anchor   Anchor
}

// RuleLine is one line of the rule with its depth of indentation.
type RuleLine struct {
	Depth  int
	Bullet bool
	Runs   []Run
	Table  *RuleTable // a beslistabel that stands here; there are no runs then
}

// RuleTable is a beslistabel as it is read; its first column is what comes of
// it.
type RuleTable struct {
	Head []string
	Rows [][]string
}

// ParameterRow is one parameter with its values in time.
type ParameterRow struct {
	ID, Name string
	Slug     string // for the id of the row: links from rule lines point to "#p-"+Slug
	Values   []ParameterValue
}

// ParameterValue is a value from a date.
type ParameterValue struct {
	From     rule.Date
	Value    string // "€ 1.336,50", "110 %"
	Source   Ref
	Note     string
	Verified bool
	Example  bool // of the example municipality
	Current  bool
}

// ExampleRow is a worked example and its outcome now.
type ExampleRow struct {
	Name     string
	Source   string // where the expectation comes from
	Date     rule.Date
	Given    []Fact
	Expected []ExampleCheck
	Passed   bool
	Error    string // Dutch, when it could not be computed
}

// ExampleCheck is one expected outcome.
type ExampleCheck struct {
	Name, Expected, Got string
	OK                  bool
}

// Fact is a named value with where it came from.
type Fact struct {
	Name, Value, Source string
}

// StepRow is one thing the citizen must do.
type StepRow struct {
	Name      string
	Trigger   string
	Deadline  string
	Evidence  []EvidenceRow
	Channel   string
	Nothing   string // what happens if nothing is done
	Weighty   bool   // crosses a red line
	WeightyAs string // why: "bewijs dat de gemeente al heeft"
}

// EvidenceRow is a proof that is asked.
type EvidenceRow struct {
	Name  string
	Known string // register that already holds it, "" for none
}
