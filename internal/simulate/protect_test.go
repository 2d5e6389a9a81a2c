package simulate_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/population"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/simulate"
	"lemniscaat/regelingen"
)

// ownData makes own data of synthetic people, with what some regulations ask.
func ownFile(t *testing.T, n int, lacks ...population.Fact) []byte {
	t.Helper()
	people, err := population.New(population.Spec{N: n, Seed: 1, Year: 2026})
	if err != nil {
		t.Fatal(err)
	}
	var fields []population.Field
	var columns []population.Column
	for _, c := range population.Columns() {
		if slices.Contains([]string{"persoon.geboortedatum", "persoon.toetsingsinkomen", "persoon.vermogen", "persoon.verzekerd", "persoon.aanvrager"}, c.ID) {
			fields = append(fields, population.Field{ID: c.ID, Kind: c.Kind, Label: c.Label, Unit: c.Unit})
			columns = append(columns, c)
		}
	}
	var file bytes.Buffer
	w := population.NewOwnWriter(&file, population.OwnHead{Name: "Oefening", Source: "verzonnen", Year: 2026, Mapping: "m", Fields: fields, Lacks: lacks})
	var h population.Household
	for i := range n {
		people.Household(i, &h)
		own := population.OwnHousehold{Weight: h.Weight, Type: h.Type, Disposable: int64(h.Disposable), Home: h.Home, Known: make([][]bool, len(fields))}
		for m := range h.Persons {
			p := &h.Persons[m]
			own.Persons = append(own.Persons, population.OwnPerson{Position: p.Position, Age: uint8(min(p.Age, 255)), Status: p.Status, Applicant: p.Applicant})
		}
		for _, c := range columns {
			var list []int64
			for m := range h.Persons {
				v := c.Of(&h, m)
				switch c.Kind {
				case rule.Amount:
					list = append(list, v.Cents)
				case rule.DateKind:
					list = append(list, int64(population.DayNumber(v.Date)))
				default:
					list = append(list, map[bool]int64{true: 1}[v.Bool])
				}
			}
			own.Values = append(own.Values, list)
		}
		if err := w.Add(&own); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func ownData(t *testing.T, n int, lacks ...population.Fact) *population.Own {
	t.Helper()
	return openOwn(t, ownFile(t, n, lacks...))
}

func openOwn(t *testing.T, data []byte) *population.Own {
	t.Helper()
	own, err := population.OpenOwn(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	return own
}

// A file that is damaged after it was opened is an error of the run.
func TestOwnDataDamagedLater(t *testing.T) {
	t.Parallel()
	data := ownFile(t, 40)
	own := openOwn(t, data)
	data[20] ^= 0x41
	set, ds := regulation.Load(regelingen.Files)
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	date := rule.MustDate("2026-06-01")
	side, err := simulate.NewSideFor(own.Known(), set, date, "zorgtoeslag")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := simulate.Run(t.Context(), simulate.Spec{People: own, Seed: 1, Date: date, Baseline: side}, nil); !errors.Is(err, population.ErrFile) {
		t.Errorf("run: %v", err)
	}
	if _, err := simulate.Dossier(own, date, 0, side); !errors.Is(err, simulate.ErrSpec) {
		t.Errorf("dossier: %v", err)
	}
	if names := simulate.NamesOf(own, 0); names != nil {
		t.Errorf("names: %v", names)
	}
}

// ownResults runs zorgtoeslag on own data with variants that change it for few
// and for many.
func ownResults(t *testing.T, own *population.Own) []*simulate.Result {
	t.Helper()
	set, ds := regulation.Load(regelingen.Files)
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	date := rule.MustDate("2026-06-01")
	side := func(s *regulation.Set) simulate.Side {
		x, err := simulate.NewSideFor(own.Known(), s, date, "zorgtoeslag")
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	var variants []simulate.Side
	for i, premium := range []string{"€ 2.000", "€ 2.129", "€ 1.999,99"} {
		id := fmt.Sprint("v", i)
		v, ds := regulation.ReadVariant("v.yaml", []byte("variant: "+id+"\nnaam: V\nvanaf: 2026-01-01\nparameters: {zorgtoeslag.standaardpremie: \""+premium+"\"}\n"))
		if err := ds.Err(); err != nil {
			t.Fatal(err)
		}
		changed, ds := set.With(v)
		if err := ds.Err(); err != nil {
			t.Fatal(err)
		}
		x := side(changed)
		x.ID, x.Name = id, "V"
		variants = append(variants, x)
	}
	all, err := simulate.Compare(context.Background(), simulate.Spec{People: own, Seed: 1, Date: date, Baseline: side(set)}, variants, nil)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// smallCells names the cells of a result with 1 to 9 records behind them.
func smallCells(at string, v reflect.Value) (found []string) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return smallCells(at, v.Elem())
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			found = append(found, smallCells(fmt.Sprintf("%s[%d]", at, i), v.Index(i))...)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if strings.HasSuffix(f.Name, "Rows") && f.IsExported() {
				list := []reflect.Value{v.Field(i)}
				if v.Field(i).Kind() == reflect.Array {
					list = nil
					for k := range v.Field(i).Len() {
						list = append(list, v.Field(i).Index(k))
					}
				}
				for _, n := range list {
					if population.Few(int(n.Int())) {
						found = append(found, fmt.Sprintf("%s.%s: %d", at, f.Name, n.Int()))
					}
				}
				continue
			}
			if f.IsExported() {
				found = append(found, smallCells(at+"."+f.Name, v.Field(i))...)
			}
		}
	}
	return found
}

// Of real people no cell has 1 to 9 of them behind it, on populations of any
// size, and no person is an example. Of many, most is shown.
func TestOwnDataShowNoSmallCells(t *testing.T) {
	t.Parallel()
	for _, n := range []int{40, 150, 600, 2500} {
		own := ownData(t, n)
		for k, r := range ownResults(t, own) {
			at := fmt.Sprintf("%d huishoudens, variant %d", n, k)
			for _, s := range smallCells(at, reflect.ValueOf(r)) {
				t.Error(s)
			}
			if r.Worst != nil || r.Income != nil || !r.Population.Own || r.Population.Name != "Oefening" {
				t.Errorf("%s: %+v", at, r.Population)
			}
			for _, s := range r.Schemes {
				for _, side := range []*simulate.SideResult{&s.Baseline, s.Variant} {
					for _, f := range side.Failures {
						if f.Example != "" {
							t.Errorf("%s: an example: %s", at, f.Example)
						}
					}
					if b := side; !b.Entitled.Hidden && !b.Received.Hidden && population.Few(b.Entitled.Rows-b.Received.Rows) {
						t.Errorf("%s: %d and %d tell of a few", at, b.Entitled.Rows, b.Received.Rows)
					}
				}
			}
			if n == 2500 && k == 0 && (r.Schemes[0].Baseline.Received.Hidden || len(r.Deciles) < 8 || len(r.Schemes[0].Baseline.Groups) < 10) {
				t.Errorf("%s: too little is shown: %v", at, r.Withheld)
			}
		}
	}
}

// Two variants that differ for a few people are not both shown.
func TestOwnDataHideSmallDifferences(t *testing.T) {
	t.Parallel()
	all := ownResults(t, ownData(t, 2500))
	if all[0].Schemes[0].Variant.Entitled.Hidden {
		t.Error("a variant that changes it for many is hidden")
	}
	if !all[1].Schemes[0].Variant.Entitled.Hidden {
		t.Error("a variant that takes it from four is shown")
	}
	for _, r := range all {
		s := r.Schemes[0]
		if d := s.Baseline.Entitled.Rows - s.Variant.Entitled.Rows; !s.Variant.Entitled.Hidden && population.Few(max(d, -d)) {
			t.Errorf("%s: %d people less can be told", r.Variant.ID, d)
		}
	}
}

// What the data do not have is not in the result.
func TestOwnDataWithoutFacts(t *testing.T) {
	t.Parallel()
	own := ownData(t, 2500, population.FactIncome, population.FactAge, population.FactSelfEmployed, population.FactTenure, population.FactMunicipality)
	for _, r := range ownResults(t, own)[:1] {
		if len(r.Deciles)+len(r.Ages)+len(r.Tenures)+len(r.Municipalities) > 0 {
			t.Errorf("groups by what is not known: %d %d %d %d", len(r.Deciles), len(r.Ages), len(r.Tenures), len(r.Municipalities))
		}
		if len(r.Types) == 0 || !r.Types[0].Coarse || r.Types[0].Bands[simulate.GainMuch]+r.Types[0].Bands[simulate.LossMuch] != 0 {
			t.Errorf("5 %% of an income that is not known: %+v", r.Types)
		}
		for _, g := range r.Schemes[0].Baseline.Groups {
			if g.Kind != simulate.ByType && g.Kind != simulate.ByAmount {
				t.Errorf("group %s by what is not known", g.Name)
			}
		}
	}
}

// Whoever adds a field to a result decides in protect.go what becomes of it for
// real people: until then it is not shown.
func TestProtectKnowsEveryField(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		of   any
		want string
	}{
		{simulate.Result{}, "Population RuleSet Variant Date Seed Schemes Skipped Deciles Types Ages Tenures Municipalities Sources Everyone Worst Income Assumptions Withheld Seconds" +
			" Moments Repayment RepaymentThen SettledFit"},
		{simulate.SchemeResult{}, "ID Name Owed Baseline Variant Entitled Received Indicators Fit Unsettled"},
		{simulate.SideResult{}, "Content Entitled Received Automatic Unclaimed Steps Worst Groups Cliffs Work Burden Help Failures Advances"},
		{simulate.Measure{}, "Units UnitsLow UnitsHigh Cents CentsLow CentsHigh Rows Hidden"},
	} {
		var got []string
		for i := range reflect.TypeOf(c.of).NumField() {
			got = append(got, reflect.TypeOf(c.of).Field(i).Name)
		}
		want := strings.Fields(c.want)
		slices.Sort(got)
		slices.Sort(want)
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%T: decide in protect.go what is shown of real people, and name it here (-known +is):\n%s", c.of, d)
		}
	}
}
