package cli

import (
	"fmt"
	"io"
	"text/tabwriter"

	"lemniscaat/internal/exhibit"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/simulate"
)

// printVersus writes several variants in one table each, side by side.
func printVersus(out io.Writer, results []*simulate.Result) {
	var sides []exhibit.Side
	for _, r := range results {
		sides = append(sides, exhibit.Side{Name: r.Variant.Name, Result: r})
	}
	for _, e := range exhibit.Versus(sides) {
		for i, v := range e.Views {
			if i > 1 { // the page and --json have the other cuts
				break
			}
			fmt.Fprintf(out, "\n%s\n", v.Title)
			if i == 0 {
				fmt.Fprintln(out, e.Reading)
			}
			printTable(out, v.Table)
		}
	}
}

// printTable writes a table in columns, with what stands under a number behind
// it.
func printTable(out io.Writer, t screen.Table) {
	w := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	for _, h := range t.Head {
		fmt.Fprint(w, "  ", h.Text, "\t")
	}
	fmt.Fprintln(w)
	for _, row := range t.Rows {
		for _, c := range row {
			switch {
			case c.None:
				fmt.Fprint(w, "  –\t")
			case c.Sub != "":
				fmt.Fprintf(w, "  %s (%s)\t", c.Text, c.Sub)
			default:
				fmt.Fprintf(w, "  %s\t", c.Text)
			}
		}
		fmt.Fprintln(w)
	}
	w.Flush() //nolint:errcheck // to a strings.Builder
}
