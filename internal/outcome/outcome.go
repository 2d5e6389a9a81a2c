// Package outcome is what happened outside: one row for each decision that was
// taken, application that was broken off, objection or correction, without
// anything that says who it is about. Identities stay in the case system; a row
// has a pseudonym, an amount only as a band, and group attributes that the
// privacy assessment allows.
//
// Rows come as CSV (Read) or as events (see event.go). A Row that is kept is a
// Fact (fact.go): it has a Key, so that it counts once, and it is counted in
// the cells of the cube (cube.go): regulation × place × week × group × class ×
// ground. A store keeps facts and cube together; the cube can always be made
// again from the facts.
//
// The format is described for people in docs/bediening.md:
//
//	zaak;regeling;regelversie;datum;uitkomst;bedrag;groep;contact;grond;synthetisch
//	v1:5f0c…;individuele-inkomenstoeslag;2026-01-01;2026-03-12;toegekend;500-750;huishouden=alleenstaand;gesproken;;nee
package outcome

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lemniscaat/internal/rule"
)

// Limits of a file.
const (
	MaxSize     = 64 << 20 // bytes
	MaxRows     = 1_000_000
	MaxField    = 200 // characters
	MaxProblems = 200 // reading stops after so many
)

// Class says how a case ended.
type Class string

const (
	Awarded   Class = "toegekend"
	Refused   Class = "afgewezen"
	Stopped   Class = "stopgezet"
	Sanction  Class = "sanctie"
	Recovery  Class = "teruggevorderd"
	Abandoned Class = "niet afgerond" // the citizen broke off, or never completed it
	// What comes after a decision is a row of its own, on its own date, with
	// the pseudonym of the same case.
	Objection     Class = "bezwaar"
	ObjectionWon  Class = "bezwaar gegrond"
	ObjectionLost Class = "bezwaar ongegrond"
	Correction    Class = "correctie"     // the decision was put right without an objection
	NotUnderstood Class = "niet begrepen" // "ik begrijp het niet"
)

// Classes in the order of the documentation.
var classes = []Class{
	Awarded, Refused, Stopped, Sanction, Recovery, Abandoned, Objection, ObjectionWon, ObjectionLost, Correction, NotUnderstood,
}

// Classes gives all classes in the order of the documentation.
func Classes() []Class { return slices.Clone(classes) }

// Decision reports whether a decision was taken: the number to divide by.
func (c Class) Decision() bool {
	return c == Awarded || c == Refused || c == Stopped || c == Sanction || c == Recovery
}

// Burdensome reports whether the class is always burdensome; a large loss makes
// the others so, see Row.Burdensome.
func (c Class) Burdensome() bool { return c == Stopped || c == Sanction || c == Recovery }

// Contact says whether the person was spoken to before the decision.
type Contact string

const (
	NoContact  Contact = "geen"
	Spoken     Contact = "gesproken"
	NotReached Contact = "niet bereikt"
)

var contacts = []Contact{NoContact, Spoken, NotReached}

// Band is an amount in whole euros: at least Low, less than High. High 0 means
// without a top; the zero Band is "no amount".
type Band struct{ Low, High int64 }

// IsZero reports whether there is no amount.
func (b Band) IsZero() bool { return b == Band{} }

// String gives "500-750", "1500+" or "".
func (b Band) String() string {
	switch {
	case b.IsZero():
		return ""
	case b.High == 0:
		return strconv.FormatInt(b.Low, 10) + "+"
	}
	return fmt.Sprintf("%d-%d", b.Low, b.High)
}

// BandOf puts an amount of whole euros in the band of the given width.
func BandOf(euros, width int64) Band {
	low := euros / width * width
	return Band{low, low + width}
}

// Middle gives the middle of the band in whole cents; of a band without a top
// its beginning.
func (b Band) Middle() int64 {
	if b.High == 0 {
		return 100 * b.Low
	}
	return 50 * (b.Low + b.High)
}

// Row is one outcome.
type Row struct {
	Line int // in the file; 0 when not read from a file
	// Source and ID name the row at whoever delivered it: the source of a
	// CloudEvent (urn:nld:oin:…) and its id. A CSV without ids has neither.
	Source, ID string
	Case       string // pseudonym: "v1:" and hexadecimal digits
	// Older are pseudonyms of the same case under earlier keys, to know a row again
	// that came before; they are not kept.
	Older      []string
	Regulation string // id: "individuele-inkomenstoeslag"
	Article    string // id of the article it rests on: "artikel-2"; empty: the regulation
	Step       string // id of the step at which somebody broke off; only for Abandoned
	Version    string // of the rules that were applied, as the case system names it
	Date       rule.Date
	Class      Class
	Amount     Band              // yearly; only for Awarded
	Loss       Band              // what the person loses by it, in whole euros
	Share      Band              // of a Recovery: percent of the yearly income
	Groups     map[string]string // "huishouden": "alleenstaand"
	Contact    Contact
	Exception  string // legal exception to speaking first: "Awb 4:11 onder a"
	Ground     string // id of the ground for maatwerk; empty: none
	Late       bool   // decided after the legal term
	Asked      bool   // something was asked that government already knew
	Synthetic  bool   // made up, not from a real case system
}

// SourceFile is the Source of rows of a file that names none.
const SourceFile = "bestand"

// Name is what makes a row the same as another without an id of its own: a
// second import of it adds nothing.
func (r Row) Name() string {
	name := strings.Join([]string{r.Regulation, r.Case, r.Date.String(), string(r.Class)}, "|")
	if r.Article != "" {
		name += "|" + r.Article
	}
	return name
}

// Burdensome reports whether the outcome weighs on somebody: a stop, sanction or
// recovery, or a loss of at least the threshold of the regulation (in whole
// cents; 0 when it has none).
func (r Row) Burdensome(threshold int64) bool {
	return r.Class.Burdensome() || r.Class.Decision() && threshold > 0 && !r.Loss.IsZero() && 100*r.Loss.Low >= threshold
}
