package simulate

import (
	"bytes"
	"encoding/csv"
	"strings"
)

// Spreadsheet writes the table as Dutch spreadsheets open it by themselves:
// UTF-8 that says so with a byte order mark, semicolons, decimal commas, and a
// heading with the unit for each column. The last two columns say of which run a
// row is and whether its people are synthetic, so that a row that is cut out of
// the file still says so. Texts that would be formulas are made inert, as in
// CSV, which is the form for programs.
func (t Table) Spreadsheet(run string, synthetic bool) []byte {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.Comma, w.UseCRLF = ';', true
	row := make([]string, 0, len(t.Columns)+2)
	for _, c := range t.Columns {
		title := c.Title
		if c.Unit != "" && c.Unit != unitCount {
			title += " (" + c.Unit + ")"
		}
		row = append(row, Inert(title))
	}
	w.Write(append(row, "Run", "Synthetisch")) //nolint:errcheck // a buffer does not fail
	people := "nee"
	if synthetic {
		people = "ja"
	}
	for _, cells := range t.Rows {
		row = row[:0]
		for _, c := range cells {
			text := c.plain()
			if c.Kind == Cents || c.Kind == Part {
				text = strings.Replace(text, ".", ",", 1)
			}
			row = append(row, text)
		}
		w.Write(append(row, Inert(run), people)) //nolint:errcheck // a buffer does not fail
	}
	w.Flush()
	return b.Bytes()
}
