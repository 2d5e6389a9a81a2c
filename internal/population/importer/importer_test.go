package importer_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"lemniscaat/internal/population"
	"lemniscaat/internal/population/importer"
	"lemniscaat/internal/regulation"
	"lemniscaat/regelingen"
)

var rules = func() *regulation.Set {
	set, ds := regulation.Load(regelingen.Files)
	if err := ds.Err(); err != nil {
		panic(err)
	}
	return set
}()

const head = "naam: n\nbron: b\njaar: 2026\n"

// both are the columns of most tests.
const both = head + `decimaal: ","
ontbreekt: ["", "99"]
personen:
  kolommen:
    hh: huishouden
    nr: persoon
    rol: rol
    geb: {gegeven: persoon.geboortedatum, vorm: dd-mm-jjjj}
    ink: {gegeven: persoon.toetsingsinkomen, eenheid: euro per jaar, hoogstens: 1000000}
    verz: {gegeven: persoon.verzekerd, mag-ontbreken: ja}
    w: gewicht
`

const columns = "hh;nr;rol;geb;ink;verz;w\n"

func mapping(t testing.TB, text string) *importer.Mapping {
	t.Helper()
	m, ds := importer.Read("k.yaml", []byte(text), rules, []string{"persoon.toetsingsinkomen", "persoon.vermogen"})
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	return m
}

func write(t testing.TB, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// read imports files and gives the population file.
func read(t testing.TB, m *importer.Mapping, o importer.Options, names ...string) (*importer.Report, []byte, error) {
	t.Helper()
	f, err := os.CreateTemp(t.TempDir(), "uit")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if o.Folder == "" {
		o.Folder = t.TempDir()
	}
	report, err := m.Import(context.Background(), names, f, o)
	if left, e := os.ReadDir(o.Folder); e != nil || len(left) > 0 {
		t.Errorf("left behind in the folder: %v %v", left, e)
	}
	if err != nil {
		return nil, nil, err
	}
	data, err := os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	return report, data, nil
}

// Rows that cannot be read are refused with their number; nothing is guessed.
func TestRefusedRows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, rows, want string }{
		{"amount", "1;1;hoofd;01-02-1980;12.50;ja;1\n", "rij 2, kolom ink: “12.50” is geen bedrag; schrijf het als 1234,50"},
		{"decimals", "1;1;hoofd;01-02-1980;12,505;ja;1\n", "rij 2, kolom ink: “12,505” heeft te veel decimalen"},
		{"bound", "1;1;hoofd;01-02-1980;1000001;ja;1\n", "rij 2, kolom ink: “1000001” kan niet; het moet liggen van"},
		{"date", "1;1;hoofd;30-02-1980;1;ja;1\n", "rij 2, kolom geb: “30-02-1980” is geen datum; schrijf hem als dd-mm-jjjj"},
		{"born too late", "1;1;hoofd;30-03-2027;1;ja;1\n", "rij 2: de geboortedatum 2027-03-30 past niet bij gegevens van 2026"},
		{"missing", "1;1;hoofd;01-02-1980;99;ja;1\n", "rij 2, kolom ink: er staat geen waarde; zet mag-ontbreken: ja"},
		{"missing key", ";1;hoofd;01-02-1980;1;ja;1\n", "rij 2, kolom hh: er staat geen waarde"},
		{"choice", "1;1;baas;01-02-1980;1;ja;1\n", "rij 2, kolom rol: “baas” kan niet; kies uit hoofd, kind, lid, partner"},
		{"boolean", "1;1;hoofd;01-02-1980;1;x;1\n", "rij 2, kolom verz: “x” kan niet; kies uit ja, nee"},
		{"no weight", "1;1;hoofd;01-02-1980;1;ja;0\n", "rij 2, kolom w: “0” is niet groter dan 0"},
		{"negative weight", "1;1;hoofd;01-02-1980;1;ja;-2\n", "rij 2, kolom w: “-2” is niet groter dan 0"},
		{"weights differ", "1;1;hoofd;01-02-1980;1;ja;1\n1;2;partner;01-02-1980;1;ja;2\n", "rij 3, kolom w: dit verschilt van rij 2, en het hoort bij het huishouden"},
		{"duplicate person", "1;1;hoofd;01-02-1980;1;ja;1\n1;1;partner;01-02-1980;1;ja;1\n", "rij 3, kolom nr: persoon “1” staat twee keer in huishouden “1”, eerder in rij 2"},
		{"no head", "1;1;partner;01-02-1980;1;ja;1\n", "rij 2: het huishouden heeft 0 hoofden"},
		{"two partners", "1;1;hoofd;01-02-1980;1;ja;1\n1;2;partner;01-02-1980;1;ja;1\n1;3;partner;01-02-1980;1;ja;1\n", "heeft 2 partners"},
		{"columns", "1;1;hoofd;01-02-1980;1;ja\n", "rij 2: er staan 6 kolommen in, en in de kopregel 7"},
		{"header again", columns + "1;1;hoofd;01-02-1980;1;ja;1\n", "rij 2: hier staat de kopregel nog een keer"},
		{"not UTF-8", "1;1;h\xf6fd;01-02-1980;1;ja;1\n", "rij 2: kolom rol: de tekst is geen UTF-8"},
		{"quote", "1;1;ho\"ofd;01-02-1980;1;ja;1\n", "rij 2: er staat een aanhalingsteken midden in een waarde"},
		{"terminal", "1;1;ho\x1b[31mofd;01-02-1980;1;ja;1\n", "“ho�[31mofd” kan niet"},
	} {
		_, _, err := read(t, mapping(t, both), importer.Options{}, write(t, "p.csv", columns+c.rows))
		if !errors.Is(err, importer.ErrData) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s:\n got %v\nwant %s", c.name, err, c.want)
		}
	}
}

// The first twenty are told, and how many there are.
func TestManyRefusedRows(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range 50 {
		fmt.Fprintf(&b, "%d;1;hoofd;01-02-1980;x;ja;1\n", i+1)
	}
	_, _, err := read(t, mapping(t, both), importer.Options{}, write(t, "p.csv", columns+b.String()))
	var r *importer.Refusal
	if !errors.As(err, &r) || r.Count != 50 || len(r.Rows) != 20 || r.Rows[19].Row != 21 || !strings.HasSuffix(err.Error(), "en nog 30") {
		t.Errorf("got %v", err)
	}
}

// Files that are something else, or not whole, are refused with what to do.
func TestRefusedFiles(t *testing.T) {
	t.Parallel()
	whole := parquetFile(t, []parquetRow{{HH: 1, Nr: 1, Rol: "hoofd", Geb: 0, Ink: 100, W: 1}})
	for _, c := range []struct{ name, content, want string }{
		{"empty", "", "het bestand is leeg"},
		{"header only", columns, "het bestand heeft geen rijen"},
		{"blank header", "\n1;2\n", "de eerste regel is leeg"},
		{"double column", "hh;hh\n", "de kolom \"hh\" staat er twee keer"},
		{"column gone", "hh;nr;rol;geb;inkomen;verz;w\n", "de koppeling noemt kolommen die er niet zijn: ink"},
		{"UTF-16", "\xff\xfeh\x00", "UTF-16"},
		{"Arrow", "ARROW1\x00\x00", "dit is een Arrow-bestand"},
		{"sheet", "PK\x03\x04", "werkblad"},
		{"gzip", "\x1f\x8b\x08", "gzip"},
		{"binary", "a\x00b\nc", "dit is geen CSV en geen Parquet"},
		{"open quote", columns + "1;1;\"" + strings.Repeat("x\n", 1<<20), "een rij van meer dan 1 MB"},
		{"cut Parquet", string(whole[:len(whole)-9]), "het einde ontbreekt"},
		{"broken Parquet", string(whole[:4]) + strings.Repeat("\xff", len(whole)-12) + string(whole[len(whole)-8:]), "het Parquet-bestand is beschadigd"},
		{"other Parquet", "PARE" + string(whole[4:]), "versleuteld"},
	} {
		_, _, err := read(t, mapping(t, both), importer.Options{}, write(t, "p", c.content))
		if !errors.Is(err, importer.ErrData) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s:\n got %v\nwant %s", c.name, err, c.want)
		}
	}
	wrong := strings.Replace(both, "decimaal", "scheiding: \",\"\ndecimaal", 1)
	_, _, err := read(t, mapping(t, wrong), importer.Options{}, write(t, "p", columns+"1;1;hoofd;01-02-1980;1;ja;1\n"))
	if err == nil || !strings.Contains(err.Error(), "niet gescheiden door een komma maar door een puntkomma") {
		t.Errorf("wrong separator: %v", err)
	}
}

// What the mapping asks is judged before the data are read.
func TestRefusedMappings(t *testing.T) {
	t.Parallel()
	const p = head + "personen:\n  kolommen:\n    hh: huishouden\n"
	for _, c := range []struct{ text, want string }{
		{p + "    a: persoon.toetsingsinkomn\n", "geen gegeven \"persoon.toetsingsinkomn\" (bedoelde u \"persoon.toetsingsinkomen\"?)"},
		{p + "    a: persoon.toetsingsinkomen\n", "de eenheid ontbreekt"},
		{p + "    a: {gegeven: persoon.toetsingsinkomen, eenheid: gulden}\n", "\"gulden\" is geen eenheid"},
		{p + "    a: {gegeven: persoon.toetsingsinkomen, eenheid: euro per maand}\n", "is in de regels in euro per jaar, en de kolom in euro per maand"},
		{p + "    a: {gegeven: persoon.geboortedatum, vorm: mm-jjjj}\n", "heeft geen jaar, maand en dag"},
		{p + "    a: {gegeven: persoon.verzekerd, waarden: {1: waar}}\n", "\"waar\" is geen waarde ervan"},
		{p + "    a: {gegeven: persoon.verzekerd, eenheid: euro}\n", "eenheid hoort niet bij"},
		{p + "    a: gewicht\n    b: gewicht\n", "staat bij twee kolommen"},
		{p + "    a: {gegeven: gewicht, mag-ontbreken: ja}\n", "mag niet bij een deel van de rijen ontbreken"},
		{head + "personen:\n  kolommen:\n    a: rol\n", "geen kolom zegt bij welk huishouden"},
		{head + "huishoudens:\n  kolommen:\n    a: huishouden\n", "een huishouden moet personen hebben"},
		{head + "huishoudens:\n  kolommen:\n    a: huishouden\n    b: leeftijd\n", "leeftijd kan hier niet staan"},
		{head, "een koppeling mist \"personen\" of \"huishoudens\""},
		{"naam: n\n", "mist \"bron\""},
		{p + "vast:\n  persoon.verzekerd: {waarde: ja}\n", "mist \"waarom\""},
		{p + "vast:\n  persoon.verzekerd: {waarde: misschien, waarom: x}\n", "geen ja of nee"},
	} {
		_, ds := importer.Read("k.yaml", []byte(c.text), rules, []string{"persoon.toetsingsinkomen"})
		if err := ds.Err(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s\n got %v\nwant %s", c.text, err, c.want)
		}
	}
}

// What is read is what was written, value by value, as rules will see it.
func TestValues(t *testing.T) {
	t.Parallel()
	report, data, err := read(t, mapping(t, both), importer.Options{}, write(t, "p.csv", columns+
		"7;2;partner;31-12-1960;-0,5;nee;2,5\n7;1;hoofd;01-01-1959;1234,56;;2,5\n7;3;kind;02-01-2008;0;ja;2,5\n"))
	if err != nil {
		t.Fatal(err)
	}
	own, err := population.OpenOwn(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	if own.ID() != report.ID || own.Len() != 1 || report.Persons != 3 || report.Weight != 2_500_000 {
		t.Errorf("got %+v", report)
	}
	var b population.Block
	if err := own.Block(0, 1, &b); err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for _, c := range own.Known().Columns {
		for row := range 3 {
			got[c.ID] = append(got[c.ID], c.Datum(c.At(&b, row)).String())
		}
	}
	want := map[string][]string{
		"persoon.geboortedatum":    {"1959-01-01", "1960-12-31", "2008-01-02"},
		"persoon.toetsingsinkomen": {"1234.56", "-0.5", "0"},
		"persoon.verzekerd":        {"leeg", "nee", "ja"},
		"persoon.aanvrager":        {"ja", "nee", "ja"}, // the child turns 18 in the year
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]uint8{67, 65, 17}, b.Ages); d != "" {
		t.Error(d)
	}
	if b.Types[0] != population.UnmarriedParents {
		t.Errorf("got %v", b.Types[0])
	}
}

type parquetRow struct {
	HH   int64   `parquet:"hh"`
	Nr   int32   `parquet:"nr"`
	Rol  string  `parquet:"rol,dict"`
	Geb  int32   `parquet:"geb,date"`
	Ink  float64 `parquet:"ink"`
	Verz *bool   `parquet:"verz"`
	W    int64   `parquet:"w,decimal(2:18)"`
}

func parquetFile(t testing.TB, rows []parquetRow) []byte {
	t.Helper()
	var b bytes.Buffer
	w := parquet.NewGenericWriter[parquetRow](&b, parquet.MaxRowsPerRowGroup(700))
	if _, err := w.Write(rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// CSV and Parquet of the same people give the same people, in any order of rows
// and however little fits in memory.
func TestParquetAndOrder(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	var list []parquetRow
	var lines []string
	for h := range 900 {
		for i := range 1 + r.IntN(3) {
			p := parquetRow{HH: int64(h*7 + 3), Nr: int32(i + 1), Rol: []string{"hoofd", "partner", "kind"}[i], Geb: int32(r.IntN(20000)), Ink: float64(r.IntN(4_000_000)) / 100, W: int64(150)}
			verz := ""
			if r.IntN(3) > 0 {
				yes := r.IntN(2) == 0
				p.Verz, verz = &yes, map[bool]string{true: "ja", false: "nee"}[yes]
			}
			list = append(list, p)
			d := population.DateOf(p.Geb)
			lines = append(lines, fmt.Sprintf("%d;%d;%s;%02d-%02d-%04d;%s;%s;1,5", p.HH, p.Nr, p.Rol, d.Day, d.Month, d.Year, strings.Replace(fmt.Sprintf("%.2f", p.Ink), ".", ",", 1), verz))
		}
	}
	m := mapping(t, both)
	report, want, err := read(t, m, importer.Options{}, write(t, "p.csv", columns+strings.Join(lines, "\n")+"\n"))
	if err != nil || report.Files[0].Sorted {
		t.Fatal(report, err)
	}
	_, got, err := read(t, m, importer.Options{}, write(t, "p.parquet", string(parquetFile(t, list))))
	if err != nil || !bytes.Equal(want, got) {
		t.Errorf("Parquet gives another file: %v", err)
	}
	r.Shuffle(len(list), func(i, j int) { list[i], list[j], lines[i], lines[j] = list[j], list[i], lines[j], lines[i] })
	for name, content := range map[string]string{"p.parquet": string(parquetFile(t, list)), "p.csv": columns + strings.Join(lines, "\n") + "\n"} {
		report, got, err := read(t, m, importer.Options{Memory: 4000}, write(t, name, content))
		if err != nil || !bytes.Equal(want, got) || !report.Files[0].Sorted {
			t.Errorf("%s in another order gives another file: %v", name, err)
		}
	}
}

// Persons in the row of their household: who has no values is not there; the
// income of the household is rounded to euros.
func TestMembersInOneRow(t *testing.T) {
	t.Parallel()
	m := mapping(t, head+`huishoudens:
  kolommen: {id: huishouden, netto: {gegeven: besteedbaar-inkomen, eenheid: cent per jaar}}
  leden:
    - rol: hoofd
      kolommen: {i1: {gegeven: persoon.toetsingsinkomen, eenheid: euro per jaar}, a1: leeftijd}
    - rol: partner
      kolommen: {i2: {gegeven: persoon.toetsingsinkomen, eenheid: euro per jaar}, a2: leeftijd}
ontbreekt: [""]
`)
	report, data, err := read(t, m, importer.Options{}, write(t, "h.csv", "id,netto,i1,a1,i2,a2\n1,3000050,20000,40,,\n2,-150,30000,50,10000,48\n"))
	if err != nil {
		t.Fatal(err)
	}
	own, err := population.OpenOwn(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var b population.Block
	if err := own.Block(0, 2, &b); err != nil {
		t.Fatal(err)
	}
	type people struct {
		Persons    int
		Types      []population.Type
		Disposable []int64
		Ages       []uint8
		Assessed   []int64
	}
	want := people{3, []population.Type{population.Single, population.UnmarriedCouple}, []int64{30001, -2}, []uint8{40, 50, 48}, []int64{20000, 30000, 10000}}
	if d := cmp.Diff(want, people{report.Persons, b.Types, b.Disposable, b.Ages, b.Assessed}); d != "" {
		t.Error(d)
	}
	_, _, err = read(t, m, importer.Options{}, write(t, "h.csv", "id,netto,i1,a1,i2,a2\n1,1,20000,40,5,\n1,1,20000,40,,\n"))
	for _, want := range []string{"rij 2, kolom a2: er staat geen waarde", "rij 3: huishouden “1” staat er twee keer, eerder in rij 2"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
}

// Nothing that is changed in a file is read, wherever it is.
func TestDamagedFile(t *testing.T) {
	t.Parallel()
	_, data, err := read(t, mapping(t, both), importer.Options{}, write(t, "p.csv", columns+"1;1;hoofd;01-02-1980;12;ja;1\n2;1;hoofd;01-02-1970;13;ja;1\n"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range data {
		bad := bytes.Clone(data)
		bad[i] ^= 0x41
		own, err := population.OpenOwn(bytes.NewReader(bad), int64(len(bad)))
		if err == nil {
			var b population.Block
			err = own.Block(0, own.Len(), &b)
		}
		if !errors.Is(err, population.ErrFile) {
			t.Errorf("byte %d of %d changed: %v", i, len(data), err)
		}
	}
	for n := range data {
		if _, err := population.OpenOwn(bytes.NewReader(data[:n]), int64(n)); !errors.Is(err, population.ErrFile) {
			t.Errorf("cut off at %d: %v", n, err)
		}
	}
}

// An import that is stopped leaves nothing in the folder.
func TestStopped(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	folder := t.TempDir()
	f, err := os.Create(filepath.Join(t.TempDir(), "uit"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	_, err = mapping(t, both).Import(ctx, []string{write(t, "p.csv", columns+"2;1;hoofd;01-02-1980;12;ja;1\n1;1;hoofd;01-02-1970;13;ja;1\n")}, f, importer.Options{Folder: folder})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}
