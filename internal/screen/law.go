package screen

import "lemniscaat/internal/rule"

// LawText is an article of a law as it was published, beside the article of a
// regulation.
type LawText struct {
	Law     Ref       // its name; link to the page of the law
	Name    string    // "Artikel 2. Hoogte"
	Date    rule.Date // of the version that is shown
	From    rule.Date // since when this article reads so, zero when not known
	File    string    // where it was read from
	Leden   []LawLid
	History []LawChange // newest first: only versions in which this article changed
	// Single says that there is one version, so that nothing can be compared.
	Single bool
}

// LawLid is one lid, or text without a number.
type LawLid struct {
	Number string
	Lines  []string // paragraphs and items of lists, one a line
}

// LawChange is what happened to an article in one version.
type LawChange struct {
	Name string // "Artikel 2. Hoogte"
	Href string // its regulation page, when there is one
	Kind LawKind
	Date rule.Date
	// Was is the number that it had: "artikel 5", "" when it kept its number.
	Was   string
	Moved string // headings above it now, when these changed
	Leden []LawLidChange
}

// LawLidChange is what happened to one lid.
type LawLidChange struct {
	Number string
	Was    string // its number before, "" when it kept it
	Kind   LawKind
	Words  []LawSpan
}

// LawSpan is a run of words.
type LawSpan struct {
	Kind LawKind
	Text string
}

// LawKind says what happened.
type LawKind string

const (
	LawSame    LawKind = "gelijk"
	LawChanged LawKind = "gewijzigd"
	LawAdded   LawKind = "nieuw"
	LawRemoved LawKind = "vervallen"
)

// LawView is the page of one law: its versions, and what changed between two.
type LawView struct {
	BWB, Name string
	Official  Ref
	Versions  []LawVersion // newest first
	// From and Until are what is compared; both zero when there is one version.
	From, Until rule.Date
	Changes     []LawChange
	Counts      []LawCount // in the order in which they are told
	Regulations []Ref      // that rest on it
}

// LawVersion is one version that was read.
type LawVersion struct {
	Date     rule.Date
	File     string
	Imported rule.Date
	Articles int
}

// LawCount is how many articles of a kind there are.
type LawCount struct {
	Kind LawKind
	N    int
}
