package validation

import (
	"fmt"
	"io"
	"math"
	"text/template"

	"lemniscaat/internal/i18n"
	"lemniscaat/internal/rule"
)

// page is what the template of the document sees.
type page struct {
	*Report
	Command  string // makes it again
	Last     rule.Date
	Official struct{ NewHouseholds, NewMonth, LessHouseholds, LessMonth float64 }
}

// Markdown writes the report as the document docs/validatie.md; command is what
// makes it again.
func (r *Report) Markdown(w io.Writer, c *i18n.Catalogue, command string) error {
	text, err := files.ReadFile("data/validatie.tmpl")
	if err != nil {
		return fmt.Errorf("%w: %w", ErrData, err)
	}
	t, err := template.New("validatie").Funcs(template.FuncMap{
		"date":   c.Date,
		"figure": func(v float64, unit string) string { return figure(c, v, unit) },
		"euros":  func(v float64) string { return c.Euro(int64(math.Round(v * 100))) },
		"off":    func(v float64) string { return c.Decimal(v, 1) + " %" },
		"share":  func(v float64) string { return c.Decimal(100*v, 1) + " %" },
		"ratio":  func(v float64) string { return c.Decimal(v, 3) },
	}).Parse(string(text))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrData, err)
	}
	p := page{Report: r, Command: command, Last: r.Dates[len(r.Dates)-1]}
	p.Official.NewHouseholds, p.Official.NewMonth = NewHouseholds, NewMonth
	p.Official.LessHouseholds, p.Official.LessMonth = LessHouseholds, LessMonth
	if err := t.Execute(w, p); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// figure writes a figure in its unit.
func figure(c *i18n.Catalogue, v float64, unit string) string {
	switch unit {
	case "euro":
		if v >= 1e6 {
			return c.EuroShort(int64(v * 100))
		}
		return "€ " + c.Number(int64(v+0.5))
	case "%", "jaar", "uur":
		return c.Decimal(v, 1) + " " + unit
	}
	return c.Number(int64(v + 0.5))
}
