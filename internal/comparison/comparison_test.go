package comparison_test

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lemniscaat/internal/comparison"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/regelingen"
)

// small is a recovery that changed on 23 October 2019 and a threshold that goes
// up each year: two texts of one rule, one rule in the place of another, a
// parameter, a step and a datum that only the new law asks for.
var small = map[string]string{
	"gemeenschappelijk/gegevens.md": page("gegevens", "Gegevens", rules(`
Objecttype de Persoon (mv: personen) (bezield)
    de aanvrager (mv: aanvragers)  kenmerk;
    de gemaakte kosten             Bedrag;
`)),
	"opvang/regeling.yaml": "id: opvang\nnaam: Opvang\nuitkomsten:\n  - {eigenschap: persoon.terugvordering, per: jaar, naam: terugvordering}\n",
	"opvang/gegevens.md": page("woorden", "Woorden", rules(`
Objecttype de Persoon
    de terugvordering  Bedrag;
    de toeslag         Bedrag;

Parameter het voorschot : Bedrag;
Parameter de drempel : Bedrag;
`)),
	"opvang/parameters.yaml": `
voorschot:
  - {vanaf: 2019-01-01, waarde: "1.000", bron: "besluit 2019", zekerheid: V}
  - {vanaf: 2020-01-01, waarde: "1.200", bron: "besluit 2020", zekerheid: S}
drempel:
  - {vanaf: 2019-01-01, waarde: "100", bron: "besluit", zekerheid: V}
`,
	"opvang/stappen.yaml": "betalen: {artikel: artikel-26, actie: Betaal terug, aanleiding: U kreeg te veel.}\n",
	"opvang/artikel-1.md": page("artikel-1", "Toeslag", rules(`
// Id: opvang.alles
Regel alles of niets
    geldig tot en met 22 oktober 2019
        De toeslag van een aanvrager moet gesteld worden op 0 €.

// Id: opvang.deel
Regel naar verhouding
    geldig vanaf 23 oktober 2019
        De toeslag van een aanvrager moet gesteld worden op zijn gemaakte kosten.
`)),
	"opvang/artikel-26.md": page("artikel-26", "Terugvordering", "Wat te veel is, gaat terug.\n", rules(`
// Id: opvang.terug
Regel terugvordering
    geldig tot en met 22 oktober 2019
        De terugvordering van een aanvrager moet berekend worden als het voorschot min zijn toeslag.
    geldig vanaf 23 oktober 2019
        De terugvordering van een aanvrager moet berekend worden als het voorschot min zijn toeslag, met een minimum van 0 €.
`),
		example("Alles betaald", "{gemaakte-kosten: \"1.000\"}", "0"),
		example("Iets te weinig betaald", "{gemaakte-kosten: \"920\"}", "80"),
		example("Kosten onbekend", "{}", "0")),
}

func page(id, title string, parts ...string) string {
	return "---\nid: " + id + "\ntitel: " + title + "\n---\n\n" + strings.Join(parts, "\n")
}

func rules(text string) string { return "```regelspraak\n" + strings.TrimSpace(text) + "\n```\n" }

func example(name, given, want string) string {
	return "```voorbeeld\nnaam: " + name + "\ndatum: 2019-12-01\npersonen:\n  p1: " + given + "\nverwacht:\n  p1: {terugvordering: \"" + want + "\"}\nbron: eigen berekening\n```\n"
}

// compare is comparison.Compare of sides that can be compiled.
func compare(t interface{ Fatal(args ...any) }, left, right comparison.Side, id string) *comparison.Result {
	r, err := comparison.Compare(left, right, id)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func side(t testing.TB, set *regulation.Set, day string) comparison.Side {
	t.Helper()
	return comparison.Side{Set: set, Date: rule.MustDate(day)}
}

func load(t testing.TB, files map[string]string) *regulation.Set {
	t.Helper()
	m := fstest.MapFS{}
	for name, text := range files {
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	set, ds := regulation.Load(m)
	if err := ds.Err(); err != nil {
		t.Fatal(ds)
	}
	return set
}

// told writes a comparison as lines, to compare with.
func told(r *comparison.Result) []string {
	out := []string{r.Sentence()}
	for _, s := range r.Words {
		for _, d := range s.Differences {
			out = append(out, s.Article+": "+d.Text)
			for _, l := range d.Lines {
				out = append(out, "    "+l.String())
			}
		}
	}
	for _, row := range r.Effect {
		out = append(out, row.Kind.String()+": "+row.Example.Name)
		for _, v := range row.Shown() {
			out = append(out, strings.TrimRight("    "+v.Label()+": "+v.Text(0)+" | "+v.Text(1)+" | "+v.DifferenceText(), " |"))
			for _, c := range r.Why(row, v) {
				out = append(out, "    want "+c.Text())
			}
		}
	}
	return out
}

func TestTwoDaysOfOneLaw(t *testing.T) {
	t.Parallel()
	set := load(t, small)
	for _, c := range []struct {
		name, left, right string
		want              []string
	}{
		{"alles of niets beside naar verhouding", "2019-10-22", "2019-10-23", []string{
			"Er verschillen 2 regels. Van de 3 rekenvoorbeelden komen er 2 anders uit en 1 alleen links.",
			"artikel-1: De regel ‘naar verhouding’ komt in de plaats van ‘alles of niets’.",
			"    ‘De toeslag van een aanvrager moet gesteld worden op 0 €’ wordt ‘De toeslag van een aanvrager moet gesteld worden op zijn gemaakte kosten’",
			"artikel-26: De regel ‘terugvordering’ verandert.",
			"    ‘De terugvordering van een aanvrager moet berekend worden als het voorschot min zijn toeslag’ wordt ‘De terugvordering van een aanvrager moet berekend worden als het voorschot min zijn toeslag, met een minimum van 0 €’",
			"anders: Alles betaald",
			"    terugvordering per jaar: € 1.000 | € 0 | − € 1.000",
			"    want De regel ‘terugvordering’ is anders.",
			"anders: Iets te weinig betaald",
			"    terugvordering per jaar: € 1.000 | € 80 | − € 920",
			"    want De regel ‘terugvordering’ is anders.",
			"alleen-links: Kosten onbekend",
			"    terugvordering per jaar: € 1.000 | Wij weten uw gemaakte kosten niet.",
			"    want De regel ‘terugvordering’ is anders.",
		}},
		{"another amount", "2019-12-31", "2020-01-01", []string{
			"Er verschilt 1 waarde. Van de 3 rekenvoorbeelden komen er 2 anders uit en 1 nergens.",
			"artikel-26: Het voorschot gaat van € 1.000 naar € 1.200.",
			"anders: Alles betaald",
			"    terugvordering per jaar: € 0 | € 200 | + € 200",
			"    want Het voorschot is links € 1.000 en rechts € 1.200.",
			"anders: Iets te weinig betaald",
			"    terugvordering per jaar: € 80 | € 280 | + € 200",
			"    want Het voorschot is links € 1.000 en rechts € 1.200.",
			"geen: Kosten onbekend",
			"    terugvordering per jaar: Wij weten uw gemaakte kosten niet. | Wij weten uw gemaakte kosten niet.",
		}},
		{"before there are amounts", "2018-12-31", "2019-01-01", []string{
			"Er verschillen 2 waarden. Van de 3 rekenvoorbeelden komen er 3 alleen rechts uit.",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := told(compare(t, side(t, set, c.left), side(t, set, c.right), "opvang"))
			if len(c.want) == 1 {
				got = got[:1]
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Both sides of a parameter have their own source and their own certainty.
func TestValuesHaveTheirSource(t *testing.T) {
	t.Parallel()
	set := load(t, small)
	r := compare(t, side(t, set, "2019-12-31"), side(t, set, "2020-01-01"), "opvang")
	d := r.Words[0].Differences[0]
	if d.Values[0].Source != "besluit 2019" || !d.Values[0].Verified || d.Values[1].Source != "besluit 2020" || d.Values[1].Verified {
		t.Errorf("%+v", d.Values)
	}
	r = compare(t, side(t, set, "2018-12-31"), side(t, set, "2019-01-01"), "opvang")
	for _, s := range r.Words {
		for _, d := range s.Differences {
			if d.Kind == "parameter" && (d.Values[0] != nil || d.Values[1] == nil) {
				t.Errorf("%s: %+v", d.ID, d.Values)
			}
		}
	}
}

// A variant is compared with the rules that it lies over.
func TestVariantBesideTheLaw(t *testing.T) {
	t.Parallel()
	set := load(t, small)
	v, ds := regulation.ReadVariant("v.yaml", []byte("variant: v\nnaam: V\nvanaf: 2020-01-01\nregels:\n  opvang.terug: |\n    Regel terugvordering\n        geldig altijd\n            De terugvordering van een aanvrager moet gesteld worden op de drempel.\nstappen: {opvang.betalen: vervalt}\n"))
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	next, ds := set.With(v)
	if err := ds.Err(); err != nil {
		t.Fatal(ds)
	}
	r := compare(t, side(t, set, "2020-01-01"), side(t, next, "2020-01-01"), "opvang")
	if got := r.Sentence(); got != "Er verschillen 1 regel en 1 stap. Van de 3 rekenvoorbeelden komen er 2 anders uit en 1 alleen rechts." {
		t.Error(got)
	}
	row := r.Effect[0]
	why := r.Why(row, row.Values[0])
	if len(why) != 1 || why[0].Kind != comparison.ByRule || why[0].Rules[0].ID != "opvang.terug" || why[0].Rules[1].ID != "opvang.terug" {
		t.Errorf("%+v", why)
	}
	// Before its first day a variant changes nothing.
	if r := compare(t, side(t, set, "2019-12-31"), side(t, next, "2019-12-31"), "opvang"); !r.Same() {
		t.Error(told(r))
	}
}

// A regulation that one side lacks is told as such, and computes there nothing.
func TestOneSideLacksTheRegulation(t *testing.T) {
	t.Parallel()
	set := load(t, small)
	less := maps.Clone(small)
	for name := range less {
		if strings.HasPrefix(name, "opvang/") {
			delete(less, name)
		}
	}
	none := load(t, less)
	r := compare(t, side(t, none, "2020-01-01"), side(t, set, "2020-01-01"), "opvang")
	if r.Regulation[0] != nil || r.Computes[0] || !r.Computes[1] || r.Count(comparison.RightOnly) != 2 || r.Count(comparison.Neither) != 1 {
		t.Error(told(r))
	}
	if !strings.HasPrefix(r.Sentence(), "Links geven de regels nog geen uitkomst, of niet meer.") {
		t.Error(r.Sentence())
	}
	if r := compare(t, side(t, none, "2020-01-01"), side(t, none, "2020-01-01"), "opvang"); !r.Same() || len(r.Effect) > 0 {
		t.Error(told(r))
	}
}

var shipped = sync.OnceValue(func() *regulation.Set {
	set, ds := regulation.Load(regelingen.Files)
	if err := ds.Err(); err != nil {
		panic(err)
	}
	return set
})

// A change of a threshold shows in the regulation that builds on it, and only
// what that regulation uses of it.
func TestWhatAnotherRegulationUses(t *testing.T) {
	t.Parallel()
	set := shipped()
	v, ds := regulation.ReadVariant("v.yaml", []byte("variant: v\nnaam: V\nvanaf: 2026-01-01\nparameters: {zorgtoeslag.drempelinkomen: \"25.000\", zorgtoeslag.standaardpremie: \"3.000\"}\n"))
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	next, ds := set.With(v)
	if err := ds.Err(); err != nil {
		t.Fatal(ds)
	}
	day := "2026-06-01"
	r := compare(t, comparison.Side{Set: set, Date: rule.MustDate(day)}, side(t, next, day), "kindgebonden-budget")
	var changed []string
	for _, s := range r.Words {
		for _, d := range s.Differences {
			changed = append(changed, d.ID)
		}
	}
	if diff := cmp.Diff([]string{"zorgtoeslag.drempelinkomen"}, changed); diff != "" {
		t.Error(diff)
	}
	if r.Count(comparison.Changed) == 0 {
		t.Error("geen enkel voorbeeld van het kindgebonden budget komt anders uit")
	}
}

// drawSide draws a day, under the shipped rules.
func drawSide(t *rapid.T, label string) comparison.Side {
	set := shipped()
	return comparison.Side{Set: set, Date: rule.Date{
		Year: rapid.IntRange(2018, 2028).Draw(t, label+" jaar"), Month: rapid.IntRange(1, 12).Draw(t, label+" maand"), Day: rapid.IntRange(1, 28).Draw(t, label+" dag"),
	}}
}

func drawRegulation(t *rapid.T) string {
	set := shipped()
	var ids []string
	for _, r := range set.Regulations {
		if len(r.Examples()) <= 80 { // more of them take time and say nothing new
			ids = append(ids, r.ID)
		}
	}
	return rapid.SampledFrom(ids).Draw(t, "regeling")
}

// A side beside itself shows nothing.
func TestASideIsItself(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := drawSide(t, "dag")
		r := compare(t, s, s, drawRegulation(t))
		if !r.Same() || len(r.Words) > 0 {
			t.Fatalf("%v", told(r))
		}
		for n, row := range r.Effect {
			if n%5 > 0 {
				continue
			}
			for _, v := range row.Values {
				if len(r.Why(row, v)) > 0 || v.DifferenceText() != "" {
					t.Fatalf("%s: %v", row.Example.Name, r.Why(row, v))
				}
			}
		}
	})
}

// Swapped sides mirror each other: the same differences the other way round.
func TestSwappedSidesMirror(t *testing.T) {
	t.Parallel()
	other := map[comparison.Kind]comparison.Kind{
		comparison.Changed: comparison.Changed, comparison.Unchanged: comparison.Unchanged, comparison.Neither: comparison.Neither,
		comparison.LeftOnly: comparison.RightOnly, comparison.RightOnly: comparison.LeftOnly,
	}
	rapid.Check(t, func(t *rapid.T) {
		left, right, id := drawSide(t, "links"), drawSide(t, "rechts"), drawRegulation(t)
		r, m := compare(t, left, right, id), compare(t, right, left, id)
		words := func(r *comparison.Result, swap bool) []string {
			var out []string
			for _, s := range r.Words {
				for _, d := range s.Differences {
					ids, before, after := []string{d.ID, d.Was}, d.Before, d.After
					if swap {
						before, after = after, before
					}
					slices.Sort(ids)
					out = append(out, d.Kind+strings.Join(ids, "")+"\n"+before+"\n"+after)
				}
			}
			slices.Sort(out)
			return out
		}
		if diff := cmp.Diff(words(r, false), words(m, true)); diff != "" {
			t.Fatal(diff)
		}
		rows := map[*regulation.Example]*comparison.Row{}
		for _, row := range m.Effect {
			rows[row.Example] = row
		}
		if len(rows) != len(r.Effect) {
			t.Fatalf("%d en %d voorbeelden", len(r.Effect), len(rows))
		}
		for n, row := range r.Effect {
			mirror := rows[row.Example]
			if mirror == nil || mirror.Kind != other[row.Kind] || len(mirror.Values) != len(row.Values) {
				t.Fatalf("%s: %v %v", row.Example.Name, row.Kind, mirror)
			}
			for i, v := range row.Values {
				w := mirror.Values[i]
				if v.Text(0) != w.Text(1) || v.Text(1) != w.Text(0) || (v.Difference == nil) != (w.Difference == nil) ||
					v.Difference != nil && v.Difference.Cmp(w.Difference.Neg(w.Difference)) != 0 {
					t.Fatalf("%s: %s | %s, gespiegeld %s | %s", row.Example.Name, v.Text(0), v.Text(1), w.Text(0), w.Text(1))
				}
				if n%5 > 0 { // explaining is what takes time
					continue
				}
				if a, b := reasons(r.Why(row, v), false), reasons(m.Why(mirror, w), true); !slices.Equal(a, b) {
					t.Fatalf("%s: %v, gespiegeld %v", row.Example.Name, a, b)
				}
				if v.Kind == comparison.Changed && len(r.Why(row, v)) == 0 {
					t.Fatalf("%s: anders zonder reden", row.Example.Name)
				}
			}
		}
	})
}

// reasons names causes, for a mirrored comparison the other way round.
func reasons(cs []comparison.Cause, swap bool) []string {
	var out []string
	for _, c := range cs {
		if swap {
			c.Rules[0], c.Rules[1] = c.Rules[1], c.Rules[0]
			c.Values[0], c.Values[1] = c.Values[1], c.Values[0]
		}
		out = append(out, c.Text())
	}
	slices.Sort(out)
	return out
}

// A value that is not known yet is no value, keeps its source and its note, and
// is why an example cannot be computed.
func TestUnknownValue(t *testing.T) {
	t.Parallel()
	files := maps.Clone(small)
	files["opvang/parameters.yaml"] += "\n"
	files["opvang/parameters.yaml"] = strings.Replace(files["opvang/parameters.yaml"], "drempel:", "  - {vanaf: 2021-01-01, waarde: leeg, bron: nog niet vastgesteld, zekerheid: V}\ndrempel:", 1)
	set := load(t, files)
	r := compare(t, side(t, set, "2020-12-31"), side(t, set, "2021-01-01"), "opvang")
	d := r.Words[0].Differences[0]
	if d.Text != "Het voorschot heeft geen waarde meer." || d.Values[1] == nil || !d.Values[1].Value.IsEmpty() || d.Values[1].Source != "nog niet vastgesteld" {
		t.Errorf("%s %+v", d.Text, d.Values[1])
	}
	row := r.Effect[0]
	why := r.Reasons(row)
	if row.Kind != comparison.LeftOnly || len(why) != 1 || why[0].Text() != "Het voorschot is links € 1.200 en heeft rechts geen waarde." {
		t.Errorf("%v %v", row.Kind, why)
	}
}
