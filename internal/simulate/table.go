package simulate

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"
)

// Table is one table of a result, for pages, downloads and print.
type Table struct {
	// ID is a short name for a file or an anchor: "inkomensgroepen".
	ID, Title string
	// Note says in a sentence how to read it; may be empty.
	Note    string
	Columns []TableColumn
	Rows    [][]Cell // as long as Columns
}

// TableColumn is a column with its unit.
type TableColumn struct {
	// Key names the column in a file: "huishoudens".
	Key, Title string
	// Unit is "", "aantal", "euro per jaar" or "aandeel" (0.25 is 25 %).
	Unit string
}

// CellKind says what is in a cell.
type CellKind uint8

// Kinds of cells.
const (
	Blank  CellKind = iota // nothing to say
	Words                  // Text
	Count                  // N
	Cents                  // N, euros times 100
	Part                   // Share: 0.25 is 25 %
	TooFew                 // suppressed: too few people behind it
)

// Cell is one value of a table.
type Cell struct {
	Kind  CellKind
	Text  string
	N     int64
	Share float64
}

// MinimumRows is how many households must stand behind a number about a group
// of them before it is shown.
const MinimumRows = 10

// CSV writes the table for spreadsheets: separated by semicolons, a header, then
// a row each. Amounts are in euros with two decimals and shares in parts of 1,
// both with a point. A text that a spreadsheet would take for a formula gets an
// apostrophe in front. Suppressed cells say "te weinig".
func (t Table) CSV() []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma = ';'
	row := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		row[i] = Inert(c.Key)
	}
	w.Write(row) //nolint:errcheck // a buffer does not fail
	for _, cells := range t.Rows {
		for i, c := range cells {
			row[i] = c.plain()
		}
		w.Write(row) //nolint:errcheck // a buffer does not fail
	}
	w.Flush()
	return b.Bytes()
}

func (c Cell) plain() string {
	switch c.Kind {
	case Words:
		return Inert(c.Text)
	case Count:
		return strconv.FormatInt(c.N, 10)
	case Cents:
		return Decimal(c.N)
	case Part:
		return strconv.FormatFloat(c.Share, 'f', 4, 64)
	case TooFew:
		return "te weinig"
	}
	return ""
}

// Inert makes a text harmless in a spreadsheet, which takes one that starts with
// =, +, -, @, a tab or a return for a formula.
func Inert(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// words, count, cents and fraction make cells.
func words(s string) Cell         { return Cell{Kind: Words, Text: s} }
func count(n int64) Cell          { return Cell{Kind: Count, N: n} }
func cents(n int64) Cell          { return Cell{Kind: Cents, N: n} }
func fraction(share float64) Cell { return Cell{Kind: Part, Share: share} }
