package exhibit

import (
	"strings"

	"lemniscaat/internal/screen"
	"lemniscaat/internal/simulate"
)

// counted writes how many and how much, or that too few people are behind it.
func (t *teller) counted(c simulate.Counted) screen.TableCell {
	switch {
	case c.Rows == 0:
		return cell(t.Number(0))
	case c.Rows < simulate.MinimumRows:
		return cell(t.T("te-weinig"))
	}
	return ranged(t.Number(c.Units), t.EuroShort(c.Cents))
}

// advances is what settling shows of what was paid in advance.
func (t *teller) advances() *screen.Exhibit {
	e := &screen.Exhibit{ID: "voorschotten", Title: t.T("voorschot.titel"), Reading: t.T("voorschot.lezen"), Assumptions: t.assumptions(all)}
	for i, s := range t.schemes() {
		now, then := s.Baseline.Advances, last(s).Advances
		if now == nil || then == nil {
			continue
		}
		sides := []*simulate.Advances{now}
		v := view("voorschotten", t.name(e.Title, s), s)
		v.Table = screen.Table{ID: "voorschotten", Title: v.Title, Head: head(t.T("per-jaar"), t.T("nu"))}
		if s.Variant != nil {
			v.Table.Head, sides = head(t.T("per-jaar"), t.T("nu"), t.T("straks")), append(sides, then)
		}
		row := func(key string, of func(a *simulate.Advances) screen.TableCell) {
			cells := []screen.TableCell{cell(t.T("voorschot." + key))}
			for _, a := range sides {
				cells = append(cells, of(a))
			}
			v.Table.Rows = append(v.Table.Rows, cells)
		}
		row("toekenningen", func(a *simulate.Advances) screen.TableCell {
			return ranged(t.Number(a.Awards.Units), t.EuroShort(a.Awards.Cents))
		})
		row("te-hoog", func(a *simulate.Advances) screen.TableCell { return t.counted(a.TooHigh) })
		row("terug", func(a *simulate.Advances) screen.TableCell { return t.counted(a.Reclaimed) })
		row("zonder-recht", func(a *simulate.Advances) screen.TableCell { return t.counted(a.NoRight) })
		row("te-laag", func(a *simulate.Advances) screen.TableCell { return t.counted(a.TooLow) })
		v.Note = t.T("voorschot.drempel", "bedrag", t.EuroShort(then.Threshold))
		e.Views = append(e.Views, v)
		if i == 0 && then.Awards.Units > 0 && then.Reclaimed.Rows >= simulate.MinimumRows {
			e.Sentence = t.T("voorschot.zin", "deel", t.Percent(share(then.TooHigh.Units, then.Awards.Units)), "aantal", t.rough(then.Reclaimed.Units), "euro", t.EuroShort(roughly(then.Reclaimed.Cents)))
		}
	}
	if v := t.repayment(); v != nil {
		e.Views = append(e.Views, *v)
	}
	return e
}

// help is what interventions of the variant do, by step.
func (t *teller) help() *screen.Exhibit {
	e := &screen.Exhibit{ID: "ingrepen", Title: t.T("ingreep.titel"), Reading: t.T("ingreep.lezen"), Assumptions: t.assumptions(behaviour | scheme)}
	for _, s := range t.schemes() {
		if len(last(s).Help) == 0 {
			continue
		}
		v := view("ingrepen", t.name(e.Title, s), s)
		v.Table = screen.Table{ID: "ingrepen", Title: v.Title, Head: head(t.T("ingreep.stap"), t.T("ingreep.brieven"), t.T("ingreep.zonder-recht"), t.T("ingreep.doet"), t.T("ingreep.uren"))}
		for _, h := range last(s).Help {
			var kinds []string
			for _, k := range h.Kinds {
				kinds = append(kinds, t.T("ingreep."+string(k)))
			}
			row := []screen.TableCell{ranged(h.Action, strings.Join(kinds, ", "))}
			for _, n := range []int64{h.Letters, h.Wrong, h.Answered, (h.Minutes + 30) / 60} {
				switch {
				case h.Rows == 0:
					row = append(row, cell(t.Number(0)))
				case h.Rows < simulate.MinimumRows:
					row = append(row, cell(t.T("te-weinig")))
				default:
					row = append(row, cell(t.Number(n)))
				}
			}
			v.Table.Rows = append(v.Table.Rows, row)
		}
		e.Views = append(e.Views, v)
	}
	return e
}
