package simulate

import (
	"slices"
	"strings"
)

// The tables of interventions, of settling advances, and of how well take-up
// fits what was observed.

func (r *Result) helpTable() Table {
	t := Table{ID: "ingrepen", Title: "Wat ingrepen doen, per stap, in een jaar",
		Note: "Een brief gaat naar wie bij de stap komt, recht heeft en hem laat liggen, en naar anderen zonder recht.",
		Columns: slices.Concat(schemeColumns, []TableColumn{{"stap", "Stap", ""}, {"artikel", "Artikel", ""}, {"ingrepen", "Ingrepen", ""}, {"brieven", "Brieven aan wie recht heeft", unitCount},
			{"brieven-zonder-recht", "Brieven aan wie geen recht heeft", unitCount}, {"doet-de-stap", "Doet de stap na de brief", unitCount}, {"uren", "Uren van de uitvoering voor brieven", unitCount}})}
	r.eachSide(func(s *SchemeResult, rules string, side *SideResult) {
		for _, h := range side.Help {
			kinds := make([]string, len(h.Kinds))
			for i, k := range h.Kinds {
				kinds[i] = string(k)
			}
			row := []Cell{words(s.ID), words(rules), words(h.ID), words(h.Article), words(strings.Join(kinds, ", "))}
			if h.Rows == 0 { // no letters at all
				row = append(row, count(0), count(0), count(0), count(0))
			} else {
				row = append(row, orFew(h.Rows, count(h.Letters), count(h.Wrong), count(h.Answered), count((h.Minutes+30)/60))...)
			}
			t.Rows = append(t.Rows, row)
		}
	})
	return t
}

// orNone gives a counted amount as two cells.
func orNone(c Counted) []Cell {
	if c.Rows == 0 {
		return []Cell{count(0), cents(0)}
	}
	return orFew(c.Rows, count(c.Units), cents(c.Cents))
}

func (r *Result) advanceTable() Table {
	t := Table{ID: "voorschotten", Title: "Voorschotten en wat er na het jaar blijkt",
		Note: "Alleen wie de stappen doet. Het verwachte inkomen is een aanname.",
		Columns: slices.Concat(schemeColumns, []TableColumn{{"drempel", "Tot hier geen terugvordering", unitYear}, {"toekenningen", "Toekenningen", unitCount}, {"voorschot", "Vooruit betaald", unitYear},
			{"te-hoog", "Voorschot te hoog", unitCount}, {"te-hoog-euro", "Voorschot te hoog", unitYear}, {"terug", "Teruggevorderd", unitCount}, {"terug-euro", "Teruggevorderd", unitYear},
			{"niet-terug", "Te hoog, tot de drempel", unitCount}, {"niet-terug-euro", "Te hoog, tot de drempel", unitYear}, {"zonder-recht", "Voorschot zonder recht", unitCount}, {"zonder-recht-euro", "Voorschot zonder recht", unitYear},
			{"te-laag", "Voorschot te laag", unitCount}, {"te-laag-euro", "Voorschot te laag", unitYear}})}
	r.eachSide(func(s *SchemeResult, rules string, side *SideResult) {
		if a := side.Advances; a != nil {
			t.Rows = append(t.Rows, slices.Concat([]Cell{words(s.ID), words(rules), cents(a.Threshold), count(a.Awards.Units), cents(a.Awards.Cents)},
				orNone(a.TooHigh), orNone(a.Reclaimed), orNone(a.Waived), orNone(a.NoRight), orNone(a.TooLow)))
		}
	})
	return t
}

func (r *Result) reclaimTable() Table {
	t := Table{ID: "terugvorderingen", Title: "Wie terugbetaalt: naar bedrag en per groep",
		Columns: slices.Concat(schemeColumns, []TableColumn{{"indeling", "Indeling", ""}, {"groep", "Groep", ""}, {"terug", "Teruggevorderd", unitCount}, {"terug-euro", "Teruggevorderd", unitYear}})}
	r.eachSide(func(s *SchemeResult, rules string, side *SideResult) {
		if side.Advances == nil {
			return
		}
		row := func(kind, name string, c Counted) {
			t.Rows = append(t.Rows, append([]Cell{words(s.ID), words(rules), words(kind), words(name)}, orNone(c)...))
		}
		for _, c := range side.Advances.Classes {
			row("terug te betalen", c.Label, c.Counted)
		}
		for _, g := range side.Advances.Groups {
			row(g.Kind, g.Name, g.Reclaimed)
		}
	})
	return t
}

func (r *Result) repaymentTable() Table {
	t := Table{ID: "terugbetalen", Title: "Huishoudens die terugbetalen, over alle voorschotten samen",
		Columns: []TableColumn{{"regels", "Regels", ""}, {"meer-dan", "Meer dan dit deel van het besteedbare inkomen", unitShare}, {"huishoudens", "Huishoudens", unitCount}}}
	side := func(rules string, p *Repayment) {
		if p == nil {
			return
		}
		row := func(share float64, households int64, rows int) {
			cells := []Cell{count(0)}
			if rows > 0 {
				cells = orFew(rows, count(households))
			}
			t.Rows = append(t.Rows, append([]Cell{words(rules), fraction(share)}, cells...))
		}
		row(0, p.Households, p.Rows)
		for _, o := range p.Over {
			row(float64(o.Percent)/100, o.Households, o.Rows)
		}
	}
	side("nu", r.Repayment)
	side("variant", r.RepaymentThen)
	return t
}

func (r *Result) fitTable() Table {
	t := Table{ID: "gebruik-getoetst", Title: "Hoe goed het gebruik past bij wat gemeten is",
		Columns: []TableColumn{{"regeling", "Regeling", ""}, {"groep", "Groep", ""}, {"gemeten", "Gemeten", unitShare}, {"laag", "Laag", unitShare}, {"hoog", "Hoog", unitShare},
			{"run", "In deze run", unitShare}, {"bron", "Bron", ""}}}
	add := func(id string, list []Fit) {
		for _, f := range list {
			t.Rows = append(t.Rows, append(append([]Cell{words(id), words(f.Group), fraction(f.Observed), fraction(f.Low), fraction(f.High)}, orFew(f.Rows, fraction(f.Drawn))...), words(f.Source)))
		}
	}
	for _, s := range r.Schemes {
		add(s.ID, s.Fit)
	}
	add("alle toeslagen", r.SettledFit)
	return t
}
