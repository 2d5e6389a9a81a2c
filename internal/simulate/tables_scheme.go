package simulate

import "slices"

// schemeTables are the tables about the regulations themselves: the steps and
// who is lost at them, groups, what it asks of citizens and of the executor,
// cliffs, and who is hit hardest.
func (r *Result) schemeTables() []Table {
	var out []Table
	for _, table := range []func() Table{r.stepTable, r.groupTable, r.lossTable, r.helpTable, r.fitTable, r.burdenTable, r.workTable, r.cliffTable, r.worstTable,
		r.advanceTable, r.reclaimTable, r.repaymentTable} {
		if t := table(); len(t.Rows) > 0 {
			out = append(out, t)
		}
	}
	return out
}

// eachSide visits every regulation under every set of rules.
func (r *Result) eachSide(visit func(s *SchemeResult, rules string, side *SideResult)) {
	for i := range r.Schemes {
		s := &r.Schemes[i]
		visit(s, "nu", &s.Baseline)
		if s.Variant != nil {
			visit(s, "variant", s.Variant)
		}
	}
}

// schemeColumns name the regulation and the rules of a row.
var schemeColumns = []TableColumn{{"regeling", "Regeling", ""}, {"regels", "Regels", ""}}

// orFew hides the numbers of a row with too few people behind it.
func orFew(rows int, cells ...Cell) []Cell {
	if rows < MinimumRows {
		return slices.Repeat([]Cell{{Kind: TooFew}}, len(cells))
	}
	return cells
}

func (r *Result) stepTable() Table {
	t := Table{ID: "stappen", Title: "Waar mensen afhaken, per stap",
		Note: "Wie recht heeft, loopt de stappen langs in deze volgorde.",
		Columns: slices.Concat(schemeColumns, []TableColumn{{"stap", "Stap", ""}, {"artikel", "Artikel", ""}, {"handeling", "Handeling", ""},
			{"bereikt", "Komt bij de stap", unitCount}, {"haakt-af", "Haakt hier af", unitCount}, {"gemist", "Loopt mis", unitYear}})}
	r.eachSide(func(s *SchemeResult, rules string, side *SideResult) {
		for _, x := range side.Steps {
			row := []Cell{words(s.ID), words(rules), words(x.ID), words(x.Article), words(x.Action), count(x.Reached)}
			if x.Lost == 0 {
				row = append(row, count(0), cents(0))
			} else {
				row = append(row, orFew(x.Rows, count(x.Lost), cents(x.Cents))...)
			}
			t.Rows = append(t.Rows, row)
		}
	})
	return t
}

func (r *Result) groupTable() Table {
	t := Table{ID: "groepen", Title: "Wie recht heeft en wie het krijgt, per groep",
		Columns: slices.Concat(schemeColumns, []TableColumn{{"indeling", "Indeling", ""}, {"groep", "Groep", ""}, {"rijen", "Rijen in de bevolking", unitCount},
			{"rechthebbend", "Heeft recht", unitCount}, {"rechthebbend-euro", "Heeft recht", unitYear}, {"ontvangt", "Krijgt het", unitCount}, {"ontvangt-euro", "Krijgt het", unitYear},
			{"automatisch", "Zou het krijgen als het vanzelf ging", unitCount}, {"automatisch-euro", "Zou het krijgen als het vanzelf ging", unitYear},
			{"niet-ontvangen-euro", "Blijft liggen", unitYear}, {"deel", "Deel dat het krijgt", unitShare}})}
	r.eachSide(func(s *SchemeResult, rules string, side *SideResult) {
		for _, g := range side.Groups {
			automatic := []Cell{count(g.Automatic.Units), cents(g.Automatic.Cents)}
			if g.Partly {
				automatic = orFew(0, automatic...)
			}
			t.Rows = append(t.Rows, append([]Cell{words(s.ID), words(rules), words(g.Kind), words(g.Name)}, orFew(g.Rows, slices.Concat([]Cell{count(int64(g.Rows)),
				count(g.Entitled.Units), cents(g.Entitled.Cents), count(g.Received.Units), cents(g.Received.Cents)},
				automatic, []Cell{cents(g.Unclaimed.Cents), fraction(g.Rate())})...)...))
		}
	})
	return t
}

func (r *Result) lossTable() Table {
	t := Table{ID: "stappen-per-groep", Title: "Wie bij welke stap afhaakt",
		Columns: slices.Concat(schemeColumns, []TableColumn{{"indeling", "Indeling", ""}, {"groep", "Groep", ""}, {"stap", "Stap", ""}, {"artikel", "Artikel", ""},
			{"haakt-af", "Haakt hier af", unitCount}, {"deel", "Deel van de rechthebbenden", unitShare}, {"gemist", "Loopt mis", unitYear}})}
	r.eachSide(func(s *SchemeResult, rules string, side *SideResult) {
		for _, g := range side.Groups {
			for i, l := range g.Lost {
				if i >= len(side.Steps) || g.Entitled.Units == 0 {
					continue
				}
				x := side.Steps[i]
				row := []Cell{words(s.ID), words(rules), words(g.Kind), words(g.Name), words(x.ID), words(x.Article)}
				if l.Units == 0 && g.Rows >= MinimumRows {
					row = append(row, count(0), fraction(0), cents(0))
				} else {
					row = append(row, orFew(min(l.Rows, g.Rows), count(l.Units), fraction(float64(l.Units)/float64(g.Entitled.Units)), cents(l.Cents))...)
				}
				t.Rows = append(t.Rows, row)
			}
		}
	})
	return t
}

func (r *Result) burdenTable() Table {
	t := Table{ID: "lasten", Title: "Wat het inwoners vraagt, in een jaar",
		Columns: slices.Concat(schemeColumns, []TableColumn{{"handelingen", "Handelingen", unitCount}, {"elk-jaar", "Daarvan elk jaar opnieuw", unitCount},
			{"uren", "Uren", unitCount}, {"bewijzen", "Bewijsstukken", unitCount}, {"bekend", "Daarvan al bekend in een register", unitCount}})}
	r.eachSide(func(s *SchemeResult, rules string, side *SideResult) {
		if b := side.Burden; b != (Burden{}) {
			t.Rows = append(t.Rows, []Cell{words(s.ID), words(rules), count(b.Actions), count(b.Repeated), count(b.Hours()), count(b.Proofs), count(b.Known)})
		}
	})
	return t
}

func (r *Result) workTable() Table {
	t := Table{ID: "werk", Title: "Wat het de uitvoering vraagt, in een jaar",
		Columns: slices.Concat(schemeColumns, []TableColumn{{"aanvragen", "Aanvragen", unitCount}, {"afwijzingen", "Afwijzingen", unitCount}, {"beoordelingen", "Beoordelingen door een mens", unitCount}},
			ranged("uren", "Uren", unitCount), ranged("voltijdbanen", "Voltijdbanen die het werk vraagt", unitJobs),
			[]TableColumn{{"formatie", "Voltijdbanen die er zijn", unitJobs}, {"caseload", "Afgesproken zaken per medewerker", unitCount}, {"medewerkers", "Medewerkers bij die caseload", unitJobs}})}
	r.eachSide(func(s *SchemeResult, rules string, side *SideResult) {
		w := side.Work
		if w == (Work{}) {
			return
		}
		row := []Cell{words(s.ID), words(rules), count(w.Applications), count(w.Refused), count(w.Judgements), count(w.Hours()), count(w.HoursLow), count(w.HoursHigh), fraction(w.FTE), fraction(w.FTELow), fraction(w.FTEHigh)}
		// What was not agreed is not zero.
		if w.Staffing > 0 {
			row = append(row, fraction(w.Staffing))
		} else {
			row = append(row, Cell{})
		}
		if w.Caseload > 0 {
			row = append(row, count(w.Caseload), fraction(w.Professionals))
		} else {
			row = append(row, Cell{}, Cell{})
		}
		t.Rows = append(t.Rows, row)
	})
	return t
}

func (r *Result) cliffTable() Table {
	t := Table{ID: "afgronden", Title: "Waar een klein stapje veel kost",
		Note:    "Een stapje is € 25 per maand meer inkomen of € 300 meer vermogen. Geteld wordt wie daardoor meer dan € 300 per jaar verliest.",
		Columns: slices.Concat(schemeColumns, []TableColumn{{"gegeven", "Gegeven", ""}}, ranged("aantal", "Vlak voor de grens", unitCount), []TableColumn{{"gemiddeld", "Verliest gemiddeld", unitYear}, {"hoogstens", "Verliest hoogstens", unitYear}})}
	r.eachSide(func(s *SchemeResult, rules string, side *SideResult) {
		for _, c := range side.Cliffs {
			most := cents(c.MaxLoss)
			if r.Population.Own {
				most = Cell{Kind: TooFew} // of one person
			}
			t.Rows = append(t.Rows, append([]Cell{words(s.ID), words(rules), words(c.Input)},
				orFew(c.Rows, count(c.Units), count(c.UnitsLow), count(c.UnitsHigh), cents(c.MeanLoss), most)...))
		}
	})
	return t
}

func (r *Result) worstTable() Table {
	t := Table{ID: "zwaarst", Title: "Wie het zwaarst geraakt wordt",
		Columns: []TableColumn{{"groep", "Groep", ""}, {"huishoudens", "Huishoudens", unitCount}, {"verlies", "Verliest gemiddeld", unitYear}, {"inkomen-van", "Besteedbaar inkomen, van", unitYear}, {"inkomen-tot", "Besteedbaar inkomen, tot", unitYear}}}
	if r.Worst == nil {
		return t
	}
	for _, p := range r.Worst.Profiles {
		t.Rows = append(t.Rows, append([]Cell{words(p.Text)}, orFew(p.Rows, count(p.Households), cents(p.MeanLoss), cents(p.IncomeFrom*100), cents(p.IncomeTo*100))...))
	}
	if r.Worst.Other > 0 {
		t.Rows = append(t.Rows, []Cell{words("andere groepen"), count(r.Worst.Other), {}, {}, {}})
	}
	return t
}
