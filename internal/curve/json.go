package curve

import (
	"encoding/json"
	"strconv"

	"lemniscaat/internal/rule"
)

// decimal writes cents as a decimal amount of euros: "1234.50".
func decimal(cents int64) string { return rule.Fixed(cents, 2) }

// known gives nil for what could not be computed.
func known(list []int64, text func(int64) string) []*string {
	out := make([]*string, len(list))
	for i, v := range list {
		if v != None {
			s := text(v)
			out[i] = &s
		}
	}
	return out
}

// Percent writes a pressure in percent: "49.5".
func Percent(pressure int64) string {
	return strconv.FormatFloat(float64(pressure)/1000, 'f', 1, 64)
}

type jsonPart struct {
	ID    string    `json:"id"`
	Name  string    `json:"naam"`
	Minus bool      `json:"gaatEraf"`
	Euro  []*string `json:"euro"`
}

type jsonFallPart struct {
	ID      string `json:"id"`
	Name    string `json:"naam"`
	Euro    string `json:"euro"`
	Rule    string `json:"regel"`
	Article string `json:"artikel"`
}

type jsonFall struct {
	From  int            `json:"van"`
	To    int            `json:"tot"`
	Loss  string         `json:"verlies"`
	Cliff bool           `json:"afgrond"`
	At    int            `json:"bij"`
	Drop  string         `json:"eenEuroMeerKost"`
	Parts []jsonFallPart `json:"door"`
}

type jsonGap struct {
	From    int    `json:"van"`
	To      int    `json:"tot"`
	Message string `json:"waarom"`
}

type jsonLine struct {
	ID         string     `json:"id"`
	Name       string     `json:"naam"`
	Digest     string     `json:"regelset"`
	Disposable []*string  `json:"besteedbaar"`
	Pressure   []*string  `json:"marginaleDrukProcent"`
	Parts      []jsonPart `json:"delen"`
	Falls      []jsonFall `json:"dalingen"`
	Gaps       []jsonGap  `json:"zonderUitkomst"`
}

// MarshalJSON gives the form that scripts rely on: amounts are decimal strings
// in euros a year, null where there is no answer.
func (c *Curve) MarshalJSON() ([]byte, error) {
	out := struct {
		Date        string     `json:"datum"`
		Person      string     `json:"persoon"`
		Source      string     `json:"gegeven"`
		Incomes     []int      `json:"inkomens"`
		Lines       []jsonLine `json:"kanten"`
		Assumptions []string   `json:"aannames"`
	}{c.Date.String(), c.Person, c.Source, c.Incomes, []jsonLine{}, append([]string{}, c.Assumptions...)}
	for _, l := range c.Lines {
		line := jsonLine{ID: l.ID, Name: l.Name, Digest: l.Digest, Disposable: known(l.Disposable, decimal), Pressure: known(l.Pressure, Percent), Falls: []jsonFall{}, Gaps: []jsonGap{}}
		for _, p := range l.Parts {
			line.Parts = append(line.Parts, jsonPart{p.ID, p.Name, p.Minus, known(p.Cents, decimal)})
		}
		for _, f := range l.Falls {
			fall := jsonFall{f.From, f.To, decimal(f.Loss), f.Sudden(), f.At, decimal(f.Drop), []jsonFallPart{}}
			for _, p := range f.Parts {
				x := jsonFallPart{ID: p.Part, Name: p.Name, Euro: decimal(p.Cents)}
				if p.Rule != nil {
					x.Rule, x.Article = p.Rule.ID, p.Rule.Article
				}
				fall.Parts = append(fall.Parts, x)
			}
			line.Falls = append(line.Falls, fall)
		}
		for _, g := range l.Gaps {
			line.Gaps = append(line.Gaps, jsonGap(g))
		}
		out.Lines = append(out.Lines, line)
	}
	return json.Marshal(out)
}

// Table gives the curve as a table for a spreadsheet: a head, and a row per
// income. Amounts are decimals in euros a year; a cell is empty where there is no
// answer. today is what the rules of today are called.
func (c *Curve) Table(today string) [][]string {
	head := []string{"inkomen"}
	for _, l := range c.Lines {
		name := l.Name
		if l.ID == "" {
			name = today
		}
		head = append(head, "besteedbaar, "+name, "marginale druk in procent, "+name)
		for _, p := range l.Parts {
			head = append(head, p.Name+", "+name)
		}
	}
	out := [][]string{head}
	cell := func(v int64, text func(int64) string) string {
		if v == None {
			return ""
		}
		return text(v)
	}
	for i, x := range c.Incomes {
		row := []string{strconv.Itoa(x)}
		for _, l := range c.Lines {
			row = append(row, cell(l.Disposable[i], decimal), cell(l.Pressure[i], Percent))
			for _, p := range l.Parts {
				row = append(row, cell(p.Signed(i), decimal))
			}
		}
		out = append(out, row)
	}
	return out
}
