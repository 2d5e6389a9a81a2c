package rule

import (
	"fmt"
	"slices"
	"strings"
)

// Severity of a diagnostic or finding.
type Severity uint8

const (
	Info Severity = iota
	Warning
	Error
)

// String gives the Dutch word.
func (s Severity) String() string { return [...]string{"tip", "waarschuwing", "fout"}[s] }

// Diagnostic says what is wrong, where, and what would be accepted. Message
// and Hint are Dutch.
type Diagnostic struct {
	Severity Severity
	Code     string // stable, kebab-case: "onbekende-naam"
	Pos      Pos
	Message  string
	Hint     string // what to do; may be empty
	Anchor   string // "zorgtoeslag/artikel-2#zorgtoeslag.normpremie"; may be empty
}

// String gives "bestand:regel:kolom: fout: boodschap (hint) [code]".
func (d Diagnostic) String() string {
	var b strings.Builder
	if d.Pos.File != "" {
		b.WriteString(d.Pos.File + ":")
		if d.Pos.Line > 0 {
			fmt.Fprintf(&b, "%d:%d:", d.Pos.Line, d.Pos.Column)
		}
		b.WriteByte(' ')
	}
	fmt.Fprintf(&b, "%s: %s", d.Severity, d.Message)
	if d.Hint != "" {
		fmt.Fprintf(&b, " – %s", d.Hint)
	}
	fmt.Fprintf(&b, " [%s]", d.Code)
	return b.String()
}

// Diagnostics is a list of them; it is an error when it has one of severity
// Error.
type Diagnostics []Diagnostic

// Err gives nil when no diagnostic is an error, otherwise the list.
func (ds Diagnostics) Err() error {
	if slices.ContainsFunc(ds, func(d Diagnostic) bool { return d.Severity == Error }) {
		return ds
	}
	return nil
}

// Error gives all diagnostics of severity Error, one a line.
func (ds Diagnostics) Error() string {
	var lines []string
	for _, d := range ds {
		if d.Severity == Error {
			lines = append(lines, d.String())
		}
	}
	return strings.Join(lines, "\n")
}

// Sort orders by file, line and column.
func (ds Diagnostics) Sort() {
	slices.SortStableFunc(ds, func(a, b Diagnostic) int {
		if c := strings.Compare(a.Pos.File, b.Pos.File); c != 0 {
			return c
		}
		if a.Pos.Line != b.Pos.Line {
			return a.Pos.Line - b.Pos.Line
		}
		return a.Pos.Column - b.Pos.Column
	})
}
