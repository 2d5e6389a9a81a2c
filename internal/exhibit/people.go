package exhibit

import (
	"math"
	"slices"

	"lemniscaat/internal/chart"
	"lemniscaat/internal/i18n"
	"lemniscaat/internal/population"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/simulate"
)

// uses are what a published figure was used for, the held-out ones first: only
// those say how good a population is.
var uses = [...]string{"toets", "ijking", "marge"}

// People makes the page of a population: every published figure beside what the
// population has, and the assumptions under it.
func People(d *population.Diagnosis, assumed []population.Assumption) screen.RunView {
	t := &teller{Catalogue: texts(), res: &simulate.Result{}}
	v := screen.RunView{Synthetic: true, Source: screen.Provenance{
		Population: d.ID, Files: "/bevolking", People: t.T("mensen.aantal", "huishoudens", d.Households, "personen", d.Persons),
	}}
	of := map[string][]population.Check{}
	for _, x := range d.Checks {
		of[x.Use] = append(of[x.Use], x)
	}
	held := of["toets"]
	near := 0
	for _, x := range held {
		if math.Abs(x.Off()) <= 5 {
			near++
		}
	}
	v.Sentence = t.T("mensen.zin", "n", t.Number(int64(near)), "van", t.Number(int64(len(held))))
	if len(held) > 0 {
		worst := slices.MaxFunc(held, func(a, b population.Check) int {
			switch x, y := math.Abs(a.Off()), math.Abs(b.Off()); {
			case x < y:
				return -1
			case x > y:
				return 1
			}
			return 0
		})
		v.Rest = t.T("mensen.verst", "cijfer", worst.Label, "afwijking", t.off(worst))
	}
	for _, use := range uses {
		if list := of[use]; len(list) > 0 {
			v.Exhibits = append(v.Exhibits, t.targets(use, list))
		}
	}
	for _, key := range []string{"geen-mens", "straat", "samenhang", "staart"} {
		v.Limits = append(v.Limits, t.T("mensen.grens."+key))
	}
	for _, a := range assumed {
		v.Assumptions = append(v.Assumptions, t.assumption(a))
	}
	return v
}

func (t *teller) targets(use string, list []population.Check) screen.Exhibit {
	e := screen.Exhibit{ID: "cijfers-" + use, Title: t.T("mensen." + use + ".titel"), Reading: t.T("mensen." + use + ".lezen")}
	x := screen.ExhibitView{ID: e.ID + "-tabel", Title: e.Title}
	x.Table = screen.Table{ID: "controle", Title: e.Title, Head: head(t.T("mensen.cijfer"), t.T("mensen.gepubliceerd"), t.T("mensen.model"), t.T("mensen.verschil"))}
	c := chart.DotChart{Head: chart.Head{ID: figureID(x), Title: e.Title, Desc: e.Reading}, Axis: func(v float64) string { return t.Percent(v / 100) }}
	for _, k := range list {
		name := ranged(k.Label, t.T("mensen.bron", "tabel", k.Table, "periode", k.Period, "status", k.Status))
		x.Table.Rows = append(x.Table.Rows, []screen.TableCell{name, cell(t.quantity(k.Value, k.Unit)), cell(t.quantity(k.Model, k.Unit)), cell(t.off(k))})
		c.Rows = append(c.Rows, chart.DotRow{Label: k.Label, Dots: []chart.Dot{{Value: k.Off(), Text: t.off(k)}}})
	}
	// Of what was fitted a picture would only show that fitting works.
	if use == "toets" {
		x.Chart = c
	}
	e.Views = []screen.ExhibitView{x}
	return e
}

// off writes how far a figure is from the published one.
func (t *teller) off(c population.Check) string {
	text := t.Decimal(c.Off(), 1) + "\u00a0%"
	if c.Off() >= 0.05 {
		text = "+" + text
	}
	return text
}

// quantity writes a figure in its own unit.
func (t *teller) quantity(v float64, unit string) string {
	switch unit {
	case "euro":
		return t.Euro(int64(math.Round(v)) * 100)
	case "%":
		return t.Percent(v / 100)
	case "jaar", "uur":
		return t.Decimal(v, 1) + "\u00a0" + unit
	}
	if math.Abs(v) < 100 && v != math.Trunc(v) {
		return t.Decimal(v, 1)
	}
	return t.Number(int64(math.Round(v)))
}

// Targets are the same figures as a table for a spreadsheet.
func Targets(c *i18n.Catalogue, d *population.Diagnosis) simulate.Table {
	t := simulate.Table{ID: "controle", Title: c.T("bevolking.titel")}
	for _, key := range []string{"id", "cijfer", "gebruik", "eenheid", "gepubliceerd", "model", "afwijking", "bron", "periode", "status", "licentie"} {
		t.Columns = append(t.Columns, simulate.TableColumn{Key: key, Title: c.T("bevolking.kolom." + key)})
	}
	words := func(s string) simulate.Cell { return simulate.Cell{Kind: simulate.Words, Text: s} }
	number := func(f float64) simulate.Cell { return simulate.Cell{Kind: simulate.Part, Share: f} }
	for _, k := range d.Checks {
		t.Rows = append(t.Rows, []simulate.Cell{words(k.ID), words(k.Label), words(k.Use), words(k.Unit), number(k.Value), number(k.Model), number(k.Off()), words(k.Table), words(k.Period), words(k.Status), words(k.License)})
	}
	return t
}
