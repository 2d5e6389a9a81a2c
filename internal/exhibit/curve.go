package exhibit

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"lemniscaat/internal/chart"
	"lemniscaat/internal/curve"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/spelling"
)

// curveRows is how many incomes a table of a curve has at most.
const curveRows = 26

// Curve tells what one household has to spend over a range of incomes. It gives
// a sentence per side and the exhibits.
func Curve(c *curve.Curve, names Names) (sentence string, list []screen.Exhibit) {
	t := &drawer{teller: teller{Catalogue: texts(), Options: Options{Names: names}}, c: c}
	return t.sentence(), []screen.Exhibit{t.disposable(), t.pressure(), t.falls(), t.parts()}
}

// drawer makes the exhibits of a curve.
type drawer struct {
	teller
	c *curve.Curve
}

func (t *drawer) side(l *curve.Line) string {
	if l.ID == "" {
		return t.T("kromme.nu")
	}
	return l.Name
}

func (t *drawer) whole(euros int) string { return t.Euro(int64(euros) * 100) }

// rounded writes an amount in whole euros.
func (t *drawer) rounded(cents int64) screen.TableCell {
	if cents == curve.None {
		return screen.TableCell{Text: t.T("kromme.onbekend"), None: true}
	}
	return cell(t.Euro(int64(math.Round(float64(cents)/100)) * 100))
}

func (t *drawer) percent(pressure int64) screen.TableCell {
	if pressure == curve.None {
		return screen.TableCell{Text: t.T("kromme.onbekend"), None: true}
	}
	return cell(t.Percent(float64(pressure) / 100_000))
}

// sentence says for each side how often more income costs money.
func (t *drawer) sentence() string {
	var out []string
	for i := range t.c.Lines {
		l := &t.c.Lines[i]
		if len(l.Falls) == 0 {
			out = append(out, t.T("kromme.nergens", "kant", spelling.Capital(t.side(l))))
			continue
		}
		cost := func(f curve.Fall) int64 { return max(f.Loss, f.Drop) }
		worst := slices.MaxFunc(l.Falls, func(a, b curve.Fall) int { return cmp.Compare(cost(a), cost(b)) })
		n := int64(len(l.Falls))
		if worst.Sudden() {
			out = append(out, t.N("kromme.ergens", n, "kant", spelling.Capital(t.side(l)), "bij", t.whole(worst.At), "kost", t.Euro(worst.Drop)))
		} else {
			out = append(out, t.N("kromme.traag", n, "kant", spelling.Capital(t.side(l)), "van", t.whole(worst.From), "tot", t.whole(worst.To), "verlies", t.Euro(worst.Loss)))
		}
	}
	return sentences(out...)
}

// shown gives the places of the incomes that stand in tables.
func (t *drawer) shown() []int {
	every := (len(t.c.Incomes)-1)/(curveRows-1) + 1
	var out []int
	for i := 0; i < len(t.c.Incomes); i += every {
		out = append(out, i)
	}
	return out
}

// drawn makes the chart of a figure per side, of at most so many points that it
// stays small; a jump between two points is kept.
func (t *drawer) drawn(id, title, desc, up string, scale float64, of func(*curve.Line) []int64) chart.CurveChart {
	out := chart.CurveChart{Head: chart.Head{ID: id, Title: title, Desc: desc}, Up: up, Under: t.T("kromme.as-loon", "gegeven", t.c.Label),
		XAxis: func(v float64) string { return t.EuroShort(int64(v) * 100) }}
	for i := range t.c.Lines {
		l := &t.c.Lines[i]
		line := chart.CurveLine{Label: t.side(l)}
		for j, v := range of(l) {
			y := math.NaN()
			if v != curve.None {
				y = float64(v) * scale
			}
			line.Points = append(line.Points, chart.CurvePoint{X: float64(t.c.Incomes[j]), Y: y})
		}
		out.Lines = append(out.Lines, line)
	}
	return out
}

// marks are the cliffs of all sides: with the letter of their series, as in the
// table.
func (t *drawer) marks() []chart.CurveMark {
	var out []chart.CurveMark
	n := 0
	for i := range t.c.Lines {
		for _, x := range t.c.Lines[i].Series() {
			for _, f := range x.Falls {
				if f.Sudden() {
					out = append(out, chart.CurveMark{X: float64(f.At), Label: letter(n), Side: i})
				}
			}
			n++
		}
	}
	if len(out) > maxMarks {
		return nil // more than a drawing can carry: the table has them
	}
	return out
}

const maxMarks = 12

// letter names place n: a … z, then aa.
func letter(n int) string {
	s := string(rune('a' + n%26))
	if n >= 26 {
		s = letter(n/26-1) + s
	}
	return s
}

func (t *drawer) disposable() screen.Exhibit {
	e := screen.Exhibit{ID: "besteedbaar", Title: t.T("kromme.besteedbaar"), Reading: t.T("kromme.besteedbaar-lees")}
	first, last := &t.c.Lines[0], len(t.c.Incomes)-1
	if a, b := first.Disposable[0], first.Disposable[last]; a != curve.None && b != curve.None {
		e.Sentence = t.T("kromme.besteedbaar-zin", "van", t.whole(t.c.Incomes[0]), "tot", t.whole(t.c.Incomes[last]), "a", t.rounded(a).Text, "b", t.rounded(b).Text)
	}
	picture := t.drawn("besteedbaar-beeld", e.Title, e.Reading, t.T("kromme.as-besteedbaar"), 1, func(l *curve.Line) []int64 { return l.Disposable })
	picture.YAxis = func(v float64) string { return t.EuroShort(int64(v)) }
	picture.Marks, picture.Zero = t.marks(), true
	table := screen.Table{Title: e.Title, Head: head(t.T("kromme.as-loon", "gegeven", t.c.Label))}
	for i := range t.c.Lines {
		table.Head = append(table.Head, screen.TableHead{Text: t.side(&t.c.Lines[i]), Number: true})
	}
	for _, i := range t.shown() {
		row := []screen.TableCell{cell(t.whole(t.c.Incomes[i]))}
		for k := range t.c.Lines {
			row = append(row, t.rounded(t.c.Lines[k].Disposable[i]))
		}
		table.Rows = append(table.Rows, row)
	}
	note := ""
	if len(picture.Marks) > 0 {
		note = t.T("kromme.letters")
	}
	for k := range t.c.Lines {
		l := &t.c.Lines[k]
		for _, g := range l.Gaps {
			note = sentences(note, t.T("kromme.geen-uitkomst", "kant", spelling.Capital(t.side(l)), "van", t.whole(g.From), "tot", t.whole(g.To), "waarom", g.Message))
		}
	}
	e.Views = []screen.ExhibitView{{ID: "besteedbaar", Title: e.Title, Chart: picture, Table: table, Note: note}}
	return e
}

func (t *drawer) pressure() screen.Exhibit {
	e := screen.Exhibit{ID: "druk", Title: t.T("kromme.druk"), Reading: t.T("kromme.druk-lees")}
	var said []string
	table := screen.Table{Title: e.Title, Head: head(t.T("kromme.as-loon", "gegeven", t.c.Label))}
	for k := range t.c.Lines {
		l := &t.c.Lines[k]
		var all []int64
		high := 0
		for _, p := range l.Pressure {
			if p != curve.None {
				all = append(all, p)
				if p > 80_000 {
					high++
				}
			}
		}
		if len(all) > 0 {
			slices.Sort(all)
			said = append(said, t.T("kromme.druk-zin", "kant", spelling.Capital(t.side(l)), "midden", t.rounded(100_000-all[len(all)/2]).Text, "n", t.Number(int64(high)), "van", t.Number(int64(len(all)))))
		}
		table.Head = append(table.Head, screen.TableHead{Text: t.side(l), Number: true})
	}
	e.Sentence = sentences(said...)
	for _, i := range t.shown() {
		row := []screen.TableCell{cell(t.whole(t.c.Incomes[i]))}
		for k := range t.c.Lines {
			row = append(row, t.percent(t.c.Lines[k].Pressure[i]))
		}
		table.Rows = append(table.Rows, row)
	}
	picture := t.drawn("druk-beeld", e.Title, e.Reading, t.T("kromme.as-druk"), 1.0/1000, func(l *curve.Line) []int64 { return l.Pressure })
	picture.YAxis = func(v float64) string { return t.Percent(v / 100) }
	picture.Zero = true
	e.Views = []screen.ExhibitView{{ID: "druk", Title: e.Title, Chart: picture, Table: table}}
	return e
}

// falls lists where more income costs money, the treads of one stair together,
// with the rule behind them.
func (t *drawer) falls() screen.Exhibit {
	e := screen.Exhibit{ID: "afgronden", Title: t.T("kromme.afgronden"), Reading: t.T("kromme.afgronden-lees"), Sentence: t.T("kromme.afgronden-geen")}
	table := screen.Table{Title: e.Title, Head: []screen.TableHead{{Text: t.T("kromme.door")}, {Text: t.T("kromme.kost"), Number: true}, {Text: t.T("kromme.na")}}}
	if len(t.c.Lines) > 1 {
		table.Head = append(table.Head, screen.TableHead{Text: t.T("kromme.kant")})
	}
	rules := map[string]bool{}
	n, letters := 0, 0
	for k := range t.c.Lines {
		l := &t.c.Lines[k]
		for _, x := range l.Series() {
			n += len(x.Falls)
			by := cell(letter(letters) + ". " + t.T("kromme.onbekend"))
			if x.Part.Name != "" {
				by = cell(letter(letters) + ". " + x.Part.Name)
			}
			letters++
			if r := x.Part.Rule; r != nil {
				rules[r.ID] = true
				by.Sub = r.Name
				if ref := t.Names.Article(r.Regulation, r.Article); ref.Text != "" {
					by.Ref = &ref
				}
			}
			row := []screen.TableCell{by, t.cost(x), t.places(x)}
			if len(t.c.Lines) > 1 {
				row = append(row, cell(t.side(l)))
			}
			table.Rows = append(table.Rows, row)
		}
	}
	if n == 0 {
		return e
	}
	e.Sentence = t.N("kromme.afgronden-zin", int64(n), "regels", len(rules))
	e.Views = []screen.ExhibitView{{ID: "afgronden", Title: e.Title, Table: table}}
	return e
}

// cost is what one euro more costs at the falls of a series.
func (t *drawer) cost(x curve.Series) screen.TableCell {
	least, most := x.Falls[0].Drop, x.Falls[0].Drop
	for _, f := range x.Falls {
		least, most = min(least, f.Drop), max(most, f.Drop)
	}
	switch {
	case most < curve.Cliff:
		return cell(t.T("kromme.geleidelijk", "verlies", t.Euro(x.Falls[0].Loss)))
	case least == most:
		return cell(t.Euro(most))
	}
	return cell(t.T("van-tot", "van", t.Euro(least), "tot", t.Euro(most)))
}

// places are the incomes after which a euro more costs money.
func (t *drawer) places(x curve.Series) screen.TableCell {
	var list []string
	for _, f := range x.Falls {
		if f.Sudden() {
			list = append(list, t.whole(f.At))
		} else {
			list = append(list, t.T("kromme.stuk", "van", t.whole(f.From), "tot", t.whole(f.To)))
		}
	}
	return cell(strings.Join(list, ", "))
}

// parts are the amounts that disposable income is the sum of, per side.
func (t *drawer) parts() screen.Exhibit {
	e := screen.Exhibit{ID: "delen", Title: t.T("kromme.delen"), Sentence: t.T("kromme.delen-zin"), Reading: t.T("kromme.delen-lees")}
	for k := range t.c.Lines {
		l := &t.c.Lines[k]
		title := t.T("kromme.delen-van", "kant", t.side(l))
		table := screen.Table{Title: title, Head: head(t.c.Label)}
		var some []*curve.Part
		for j := range l.Parts {
			p := &l.Parts[j]
			if slices.ContainsFunc(p.Cents, func(v int64) bool { return v != 0 && v != curve.None }) {
				some = append(some, p)
				table.Head = append(table.Head, screen.TableHead{Text: p.Name, Number: true})
			}
		}
		table.Head = append(table.Head, screen.TableHead{Text: t.T("kromme.te-besteden"), Number: true}, screen.TableHead{Text: t.T("kromme.druk-kort"), Number: true})
		for _, i := range t.shown() {
			row := []screen.TableCell{cell(t.whole(t.c.Incomes[i]))}
			for _, p := range some {
				row = append(row, t.rounded(p.Signed(i)))
			}
			table.Rows = append(table.Rows, append(row, t.rounded(l.Disposable[i]), t.percent(l.Pressure[i])))
		}
		e.Views = append(e.Views, screen.ExhibitView{ID: "delen-" + slugOf(l.ID), Title: title, Table: table})
	}
	return e
}

// slugOf is the id of a side in an address.
func slugOf(id string) string {
	if id == "" {
		return "nu"
	}
	return id
}
