package exhibit

import (
	"lemniscaat/internal/screen"
	"lemniscaat/internal/simulate"
)

// work is what a year asks of the executor and of citizens.
func (t *teller) work() []screen.Exhibit {
	var out []screen.Exhibit
	for _, s := range t.schemes() {
		if s.Baseline.Work == (simulate.Work{}) && (s.Variant == nil || s.Variant.Work == (simulate.Work{})) {
			continue
		}
		id := t.id("werk", s)
		e := screen.Exhibit{ID: id, Title: t.title("werk.titel", s), Reading: t.T("werk.lezen"), Assumptions: t.assumptions(all)}
		table := screen.Table{ID: id, Title: e.Title, Head: head(t.T("per-jaar"), t.T("nu"))}
		if s.Variant != nil {
			table.Head = append(table.Head, head("", t.T("straks"), t.T("verschil"))[1:]...)
		}
		for _, row := range []struct {
			key string
			of  func(*simulate.SideResult) int64
		}{
			{"aanvragen", func(s *simulate.SideResult) int64 { return s.Work.Applications }},
			{"afwijzingen", func(s *simulate.SideResult) int64 { return s.Work.Refused }},
			{"beoordelingen", func(s *simulate.SideResult) int64 { return s.Work.Judgements }},
			{"uren", func(s *simulate.SideResult) int64 { return s.Work.Hours() }},
			{"bewijzen", func(s *simulate.SideResult) int64 { return s.Burden.Proofs }},
			{"bekend", func(s *simulate.SideResult) int64 { return s.Burden.Known }},
		} {
			now := row.of(&s.Baseline)
			cells := []screen.TableCell{cell(t.T("werk." + row.key)), cell(t.Number(now))}
			if s.Variant != nil {
				then := row.of(s.Variant)
				cells = append(cells, cell(t.Number(then)), cell(t.change(then-now)))
			}
			table.Rows = append(table.Rows, cells)
		}
		e.Views = []screen.ExhibitView{{ID: id, Title: e.Title, Table: table}}
		out = append(out, e)
	}
	return out
}

// cliffs is where a small step costs much.
func (t *teller) cliffs() []screen.Exhibit {
	var out []screen.Exhibit
	for _, s := range t.schemes() {
		if len(s.Baseline.Cliffs) == 0 && (s.Variant == nil || len(s.Variant.Cliffs) == 0) {
			continue
		}
		id := t.id("afgronden", s)
		e := screen.Exhibit{ID: id, Title: t.title("afgronden.titel", s), Reading: t.T("afgronden.lezen"), Assumptions: t.assumptions(people | scheme)}
		table := screen.Table{ID: id, Title: e.Title, Head: head(t.T("afgronden.gegeven"), t.T("afgronden.nu"), t.T("afgronden.verlies"))}
		then := map[string]simulate.Cliff{}
		inputs := []simulate.Cliff{}
		inputs = append(inputs, s.Baseline.Cliffs...)
		now := map[string]simulate.Cliff{}
		for _, c := range s.Baseline.Cliffs {
			now[c.Input] = c
		}
		if s.Variant != nil {
			table.Head = append(table.Head, head("", t.T("afgronden.straks"), t.T("afgronden.verlies"))[1:]...)
			for _, c := range s.Variant.Cliffs {
				then[c.Input] = c
				if _, ok := now[c.Input]; !ok {
					inputs = append(inputs, c)
				}
			}
		}
		for _, c := range inputs {
			row := append([]screen.TableCell{cell(t.attribute(c.Input))}, t.cliff(now[c.Input])...)
			if s.Variant != nil {
				row = append(row, t.cliff(then[c.Input])...)
			}
			table.Rows = append(table.Rows, row)
		}
		e.Views = []screen.ExhibitView{{ID: id, Title: e.Title, Table: table}}
		out = append(out, e)
	}
	return out
}

func (t *teller) cliff(c simulate.Cliff) []screen.TableCell {
	if c.Units == 0 {
		return []screen.TableCell{cell(t.Number(0)), t.nothing()}
	}
	return []screen.TableCell{cell(t.Number(c.Units)), ranged(t.Euro(whole(c.MeanLoss)), t.T("afgronden.hoogstens", "bedrag", t.Euro(whole(c.MaxLoss))))}
}

func (t *teller) attribute(id string) string {
	if t.Names == nil {
		return id
	}
	return t.Names.Attribute(id)
}
