// Package outcome reads and writes outcomes of a case system as CSV: one row
// for each decision that was taken or application that was broken off, without
// anything that says who it is about. Identities stay in the case system; a row
// has a pseudonym, an amount only as a band, and group attributes that the
// privacy assessment allows.
//
// The format is described for people in docs/bediening.md:
//
//	zaak;regeling;regelversie;datum;uitkomst;bedrag;groep;contact;grond;synthetisch
//	v1:5f0c…;individuele-inkomenstoeslag;2026-01-01;2026-03-12;toegekend;500-750;huishouden=alleenstaand;gesproken;;nee
package outcome

import (
	"fmt"
	"maps"
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
	Abandoned Class = "niet afgerond" // the citizen broke off, or never completed it
)

// Classes in the order of the documentation.
var classes = []Class{Awarded, Refused, Abandoned}

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

// Row is one outcome.
type Row struct {
	Line       int    // in the file; 0 when not read from a file
	Case       string // pseudonym: "v1:" and hexadecimal digits
	Regulation string // id: "individuele-inkomenstoeslag"
	Version    string // of the rules that were applied, as the case system names it
	Date       rule.Date
	Class      Class
	Amount     Band              // yearly; only for Awarded
	Groups     map[string]string // "huishouden": "alleenstaand"
	Contact    Contact
	Ground     string // id of the ground for maatwerk; empty: none
	Synthetic  bool   // made up, not from a real case system
}

// Key is what makes a row the same as another: a second import of it adds
// nothing.
func (r Row) Key() string {
	return strings.Join([]string{r.Regulation, r.Case, r.Date.String(), string(r.Class)}, "|")
}

// groups writes the attributes in a fixed order: "huishouden=alleenstaand,leeftijd=27-45".
func (r Row) groups() string {
	parts := make([]string, 0, len(r.Groups))
	for _, name := range slices.Sorted(maps.Keys(r.Groups)) {
		parts = append(parts, name+"="+r.Groups[name])
	}
	return strings.Join(parts, ",")
}
