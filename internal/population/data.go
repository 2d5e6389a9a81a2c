package population

import (
	"bytes"
	"embed"
	"encoding/csv"
	"fmt"
	"io/fs"
	"strconv"

	"go.yaml.in/yaml/v4"
)

//go:embed data/*.csv
var files embed.FS

//go:embed en.yaml
var english []byte

// English gives the Dutch notes on the population (what a figure is, what is assumed and
// why, what a column holds) with their English.
func English() (map[string]string, error) {
	var out map[string]string
	if err := yaml.Unmarshal(english, &out); err != nil {
		return nil, fmt.Errorf("population in English: %w", err)
	}
	return out, nil
}

// Margin is one published figure, and what the generator does with it.
type Margin struct {
	ID      string
	Use     string // "marge": fitted; "invoer": used as it stands; "toets": held out
	Label   string // Dutch
	Value   float64
	Unit    string // "huishoudens", "personen", "euro", "woningen", "jaar", "%"
	Table   string // "CBS 37975"
	Period  string // ISO 8601 year, month or day
	Status  string // "definitief", "voorlopig" or "niet geverifieerd"
	License string
}

// Assumption is a figure that nobody published, or a simplification. Every
// result that depends on it names it.
type Assumption struct {
	ID   string
	Text string // Dutch sentence
	// Value is used; Low and High are the bounds within which it is thought
	// to lie. All three are 0 for a simplification without a figure.
	Value, Low, High float64
	Unit             string // "aandeel", "factor", "jaar", …; may be empty
	Basis            string // Dutch: where it comes from
}

// ReadAssumptions reads a CSV of assumptions with the columns id, waarde,
// laag, hoog, eenheid, tekst, grond, separated by ";".
func ReadAssumptions(fsys fs.FS, name string) ([]Assumption, error) {
	rows, err := table(fsys, name, "id", "waarde", "laag", "hoog", "eenheid", "tekst", "grond")
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	list := make([]Assumption, 0, len(rows))
	for i, row := range rows {
		a := Assumption{ID: row[0], Unit: row[4], Text: row[5], Basis: row[6]}
		if err := numbers(row[1:4], &a.Value, &a.Low, &a.High); err != nil {
			return nil, fmt.Errorf("%s, regel %d: %w", name, i+2, err)
		}
		if a.ID == "" || a.Text == "" || seen[a.ID] || a.Low > a.Value || a.Value > a.High {
			return nil, fmt.Errorf("%s, regel %d: id %q is leeg of dubbel, de tekst ontbreekt, of niet laag ≤ waarde ≤ hoog", name, i+2, a.ID)
		}
		seen[a.ID] = true
		list = append(list, a)
	}
	return list, nil
}

// table reads a CSV with exactly these columns and gives its rows.
func table(fsys fs.FS, name string, columns ...string) ([][]string, error) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, err
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma, r.Comment, r.FieldsPerRecord = ';', '#', len(columns)
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(rows) < 2 {
		return nil, fmt.Errorf("%s: geen regels", name)
	}
	for i, c := range columns {
		if rows[0][i] != c {
			return nil, fmt.Errorf("%s: kolom %d heet %q, verwacht %q", name, i+1, rows[0][i], c)
		}
	}
	return rows[1:], nil
}

func numbers(fields []string, into ...*float64) error {
	if len(fields) != len(into) {
		return fmt.Errorf("%d velden, verwacht %d", len(fields), len(into))
	}
	for i, f := range fields {
		v, err := strconv.ParseFloat(f, 64)
		if err != nil {
			return fmt.Errorf("%q is geen getal", f)
		}
		*into[i] = v //nolint:gosec // as long as fields, see above
	}
	return nil
}

// tables is all shipped data, read once per population.
type tables struct {
	margins     []Margin
	assumptions []Assumption
	margin      map[string]float64
	assumed     map[string]float64
	ages        []ageRow
	statuses    []statusRow
	home        *line         // probability of living at home by age of the child
	children    [7][6]float64 // shares by type and number of children
	shapes      map[string]*shape
	nets        map[string]*line // net by gross, yearly, 2026
}

type ageRow struct {
	from, to int // ages [from, to)
	share    [7]float64
}

type statusRow struct {
	from, to int
	head     bool
	share    [6]float64 // Student … NoIncome
}

// shape is a quantile function in parts of the median, up to P90.
type shape struct{ u, q []float64 }

func load(fsys fs.FS) (*tables, error) {
	t := &tables{margin: map[string]float64{}, assumed: map[string]float64{}, shapes: map[string]*shape{}, nets: map[string]*line{}}
	rows, err := table(fsys, "data/marges.csv", "id", "gebruik", "omschrijving", "waarde", "eenheid", "tabel", "periode", "status", "licentie")
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		m := Margin{ID: r[0], Use: r[1], Label: r[2], Unit: r[4], Table: r[5], Period: r[6], Status: r[7], License: r[8]}
		if err := numbers(r[3:4], &m.Value); err != nil {
			return nil, fmt.Errorf("marges.csv, %s: %w", m.ID, err)
		}
		if _, double := t.margin[m.ID]; double {
			return nil, fmt.Errorf("marges.csv: %s staat er twee keer", m.ID)
		}
		t.margin[m.ID] = m.Value
		t.margins = append(t.margins, m)
	}
	if t.assumptions, err = ReadAssumptions(fsys, "data/aannames.csv"); err != nil {
		return nil, err
	}
	for _, a := range t.assumptions {
		t.assumed[a.ID] = a.Value
	}
	if err := t.loadPeople(fsys); err != nil {
		return nil, err
	}
	return t, t.loadMoney(fsys)
}

func (t *tables) loadPeople(fsys fs.FS) error {
	columns := []string{"vanaf", "tot"}
	for ty := range Types {
		columns = append(columns, ty.String())
	}
	rows, err := table(fsys, "data/leeftijd_type.csv", columns...)
	if err != nil {
		return err
	}
	for _, r := range rows {
		var v [9]float64
		if err := numbers(r, &v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6], &v[7], &v[8]); err != nil {
			return fmt.Errorf("leeftijd_type.csv: %w", err)
		}
		t.ages = append(t.ages, ageRow{int(v[0]), int(v[1]), [7]float64(v[2:])})
	}
	rows, err = table(fsys, "data/status_leeftijd.csv", "vanaf", "tot", "plaats", "student", "werknemer", "zelfstandig", "werkloos", "arbeidsongeschikt", "zonder")
	if err != nil {
		return err
	}
	for _, r := range rows {
		var v [8]float64
		if err := numbers(append(append([]string{}, r[:2]...), r[3:]...), &v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6], &v[7]); err != nil {
			return fmt.Errorf("status_leeftijd.csv: %w", err)
		}
		t.statuses = append(t.statuses, statusRow{int(v[0]), int(v[1]), r[2] == "hoofd", [6]float64(v[2:])})
	}
	rows, err = table(fsys, "data/thuiswonend.csv", "leeftijd", "kans")
	if err != nil {
		return err
	}
	t.home = new(line)
	for _, r := range rows {
		if err := t.home.add(r); err != nil {
			return fmt.Errorf("thuiswonend.csv: %w", err)
		}
	}
	rows, err = table(fsys, "data/kindertal.csv", "type", "1", "2", "3", "4", "5", "6")
	if err != nil {
		return err
	}
	for _, r := range rows {
		for ty := range Types {
			if c := &t.children[ty]; ty.String() == r[0] {
				if err := numbers(r[1:], &c[0], &c[1], &c[2], &c[3], &c[4], &c[5]); err != nil {
					return fmt.Errorf("kindertal.csv: %w", err)
				}
			}
		}
	}
	return nil
}

func (t *tables) loadMoney(fsys fs.FS) error {
	rows, err := table(fsys, "data/vorm.csv", "bron", "kans", "deel")
	if err != nil {
		return err
	}
	for _, r := range rows {
		var u, q float64
		if err := numbers(r[1:], &u, &q); err != nil {
			return fmt.Errorf("vorm.csv: %w", err)
		}
		s := t.shapes[r[0]]
		if s == nil {
			s = new(shape)
			t.shapes[r[0]] = s
		}
		s.u, s.q = append(s.u, u), append(s.q, q)
	}
	rows, err = table(fsys, "data/netto.csv", "klasse", "bruto", "netto")
	if err != nil {
		return err
	}
	for _, r := range rows {
		if t.nets[r[0]] == nil {
			t.nets[r[0]] = new(line)
		}
		if err := t.nets[r[0]].add(r[1:]); err != nil {
			return fmt.Errorf("netto.csv: %w", err)
		}
	}
	return nil
}

// m gives a margin and a an assumption; the shipped data has them, so that a
// missing one is a broken build.
func (t *tables) m(id string) float64 { return must(t.margin, id) }
func (t *tables) a(id string) float64 { return must(t.assumed, id) }

func must(m map[string]float64, id string) float64 {
	v, ok := m[id]
	if !ok {
		panic("BUG: population data has no " + id)
	}
	return v
}
