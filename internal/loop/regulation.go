package loop

import "lemniscaat/internal/rule"

// ArticleText is one article of an imported regulation.
type ArticleText struct {
	ID    string   `json:"id"`
	Title string   `json:"titel"`
	Text  string   `json:"tekst"`
	Paras []string `json:"leden,omitempty"` // numbers of the leden, for anchors
}

// Adoption is a version of a regulation that was decided here: an overlay over
// what ships or was imported.
type Adoption struct {
	Proposal string    `json:"voorstel"`
	From     rule.Date `json:"van"`
	Content  Digest    `json:"inhoud"`
	Variant  string    `json:"variant"`
	Summary  []string  `json:"samenvatting"`
	Keys     []Key     `json:"sleutels"`
	On       rule.Date `json:"-"`
	Seq      uint64    `json:"-"`
}

// OutcomeImport is one import of outcomes from a case system.
type OutcomeImport struct {
	ID        string    `json:"id"`
	File      string    `json:"bestand"` // name, for people
	Digest    Digest    `json:"digest"`  // of the file
	Rows      int       `json:"rijen"`
	From      rule.Date `json:"van"`
	Until     rule.Date `json:"tot"`
	Synthetic bool      `json:"synthetisch,omitempty"`
	By        PersonID  `json:"-"`
	On        rule.Date `json:"-"`
}

// Regulation is what the log knows of a regulation: imported text, adopted
// versions, imported outcomes.
type Regulation struct {
	ID, Name  string
	Version   uint64
	BWB       string
	Source    string
	Imported  rule.Date // zero: it ships with the program
	Digest    Digest
	Articles  []ArticleText
	Adoptions []Adoption // sorted by From, then by moment of adoption
	Imports   []OutcomeImport
}

// RegulationCommand is a command on a regulation.
type RegulationCommand interface {
	Command
	regulationID() string
}

// ImportRegulation brings in a regulation as text (level 0), or a new text of
// one.
type ImportRegulation struct {
	ID, Name, BWB, Source string
	Digest                Digest
	Articles              []ArticleText
}

// ImportOutcomes records that outcomes came in. The same file twice is
// refused.
type ImportOutcomes struct {
	Regulation string
	Import     OutcomeImport
}

func (c ImportRegulation) regulationID() string { return c.ID }
func (c ImportOutcomes) regulationID() string   { return c.Regulation }
