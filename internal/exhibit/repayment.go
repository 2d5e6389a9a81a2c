package exhibit

import (
	"lemniscaat/internal/screen"
	"lemniscaat/internal/simulate"
)

// repayment is for how many households paying back is much.
func (t *teller) repayment() *screen.ExhibitView {
	now, then := t.res.Repayment, t.res.RepaymentThen
	if now == nil || now.Households == 0 {
		return nil
	}
	v := screen.ExhibitView{ID: "terugbetalen", Title: t.T("voorschot.huishoudens")}
	v.Table = screen.Table{ID: "terugbetalen", Title: v.Title, Head: head(t.T("voorschot.wat"), t.T("nu"))}
	sides := []*simulate.Repayment{now}
	if then != nil {
		sides, v.Table.Head = append(sides, then), append(v.Table.Head, head("", t.T("straks"))[1:]...)
	}
	write := func(n int64, rows int) screen.TableCell {
		if rows > 0 && rows < simulate.MinimumRows {
			return cell(t.T("te-weinig"))
		}
		return cell(t.Number(n))
	}
	row := []screen.TableCell{cell(t.T("voorschot.betaalt-terug"))}
	for _, r := range sides {
		row = append(row, write(r.Households, r.Rows))
	}
	v.Table.Rows = append(v.Table.Rows, row)
	for i, over := range now.Over {
		row := []screen.TableCell{cell(t.T("voorschot.meer-dan", "n", over.Percent))}
		for _, r := range sides {
			if i < len(r.Over) {
				row = append(row, write(r.Over[i].Households, r.Over[i].Rows))
			} else {
				row = append(row, t.nothing())
			}
		}
		v.Table.Rows = append(v.Table.Rows, row)
	}
	return &v
}
