package doability_test

import (
	"fmt"
	"math/big"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lemniscaat/internal/check"
	"lemniscaat/internal/doability"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/explain/plain"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// steps loads a regulation that has nothing but these steps.
func steps(t testing.TB, text string) *regulation.Regulation {
	t.Helper()
	set, diags := regulation.Load(fstest.MapFS{
		"proef/regeling.yaml": {Data: []byte("id: proef\nnaam: Proef\nsamenvatting: Een proef.\n")},
		"proef/artikel-1.md":  {Data: []byte("---\nid: artikel-1\ntitel: Een\n---\n# Een\n\nTekst.\n")},
		"proef/stappen.yaml":  {Data: []byte(text)},
	})
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	reg, ok := set.Get("proef")
	if !ok {
		t.Fatal("no regulation")
	}
	return reg
}

var day = rule.MustDate("2026-06-01")

const good = `doen:
  artikel: artikel-1
  actie: Geef het door
  aanleiding: U verhuist.
  levensgebeurtenis: ja
  termijn: 14
  bewijs:
    - {naam: uw huurcontract}
  keuzes: 3
  als-niets: U krijgt een brief.
  kanalen:
    - {naam: balie, mens: ja}
`

// Each red line: a step that is just inside it has no finding, a step that is
// just over it has exactly that one.
func TestRedLines(t *testing.T) {
	t.Parallel()
	if got := doability.Findings(steps(t, good), day, nil); len(got) != 0 {
		t.Fatalf("a step inside every line: %+v", got)
	}
	for _, tc := range []struct {
		name, old, new string
		kind           doability.Kind
		weighty        bool
		magnitude      string
	}{
		{"doing nothing", "  als-niets:", "  verliest-recht: ja\n  herstelbaar: nee\n  als-niets:", doability.Nothing, true, "1"},
		{"known to a register", "{naam: uw huurcontract}", "{naam: uw adres, register: BRP}", doability.Known, false, "1"},
		{"known to the executor", "{naam: uw huurcontract}", "{naam: uw uitkering, register: eigen administratie, eigen: ja}", doability.Known, true, "1"},
		{"choices", "keuzes: 3", "keuzes: 4", doability.Choices, false, "4"},
		{"deadline", "termijn: 14", "termijn: 13", doability.Deadline, false, "1"},
		{"no human", ", mens: ja", "", doability.NoHuman, false, "1"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(good, tc.old, tc.new, 1)
			if text == good {
				t.Fatal("nothing changed")
			}
			got := doability.Findings(steps(t, text), day, nil)
			if len(got) != 1 {
				t.Fatalf("got %+v", got)
			}
			f := got[0]
			if f.Kind != tc.kind || f.Weighty != tc.weighty || f.Amount() != tc.magnitude || f.Key != "proef/doen/"+string(tc.kind) || f.Article != "artikel-1" {
				t.Errorf("got %+v", f)
			}
			// The same step, done by the executor or by itself, asks nothing.
			for _, other := range []string{"  wie: uitvoering\n", "  vanzelf: ja\n"} {
				if got := doability.Findings(steps(t, text+other), day, nil); len(got) != 0 {
					t.Errorf("%s: %+v", other, got)
				}
			}
		})
	}
}

func TestRepeatWhileKnown(t *testing.T) {
	t.Parallel()
	kinds := func(text string) []string {
		var out []string
		for _, f := range doability.Findings(steps(t, text), day, nil) {
			out = append(out, f.Step+" "+string(f.Kind))
		}
		slices.Sort(out)
		return out
	}
	yearly := good + "  elk-jaar: ja\n"
	if got := kinds(yearly); len(got) != 0 {
		t.Errorf("yearly, with a proof that nobody holds: %v", got)
	}
	known := strings.Replace(yearly, "{naam: uw huurcontract}", "{naam: uw adres, register: BRP}", 1)
	if diff := cmp.Diff([]string{"doen bewijs-bekend", "doen elk-jaar-weer"}, kinds(known)); diff != "" {
		t.Error(diff)
	}
	// An application without proofs of its own, next to one with known proofs.
	two := known + "aanvragen:\n  artikel: artikel-1\n  actie: Vraag aan\n  aanleiding: Een jaar voorbij.\n  als-niets: Niets.\n  elk-jaar: ja\n  kanalen:\n    - {naam: balie, mens: ja}\n"
	if diff := cmp.Diff([]string{"aanvragen elk-jaar-weer", "doen bewijs-bekend", "doen elk-jaar-weer"}, kinds(two)); diff != "" {
		t.Error(diff)
	}
}

func TestProfile(t *testing.T) {
	t.Parallel()
	want := []doability.Profile{{
		Regulation: "proef", Step: "doen", Article: "artikel-1", Action: "Geef het door", Trigger: "U verhuist.",
		LifeEvent: true, Deadline: 14, Evidence: []doability.Proof{{Name: "uw huurcontract"}}, Choices: 3,
		IfNothing: "U krijgt een brief.", Reversible: true, Channels: []string{"balie"}, Human: true,
	}}
	if diff := cmp.Diff(want, doability.Profiles(steps(t, good), day)); diff != "" {
		t.Error(diff)
	}
}

// Compare puts every finding in exactly one list, and blocks exactly on what is
// weighty and new or worse.
func TestCompareIsAPartition(t *testing.T) {
	t.Parallel()
	finding := rapid.Custom(func(t *rapid.T) doability.Finding {
		return doability.Finding{
			Key:     rapid.SampledFrom([]string{"a", "b", "c", "d", "e"}).Draw(t, "sleutel"),
			Weighty: rapid.Bool().Draw(t, "zwaarwegend"), Magnitude: big.NewRat(rapid.Int64Range(0, 3).Draw(t, "omvang"), 1),
		}
	})
	list := rapid.SliceOfNDistinct(finding, 0, 5, func(f doability.Finding) string { return f.Key })
	rapid.Check(t, func(t *rapid.T) {
		before, after := list.Draw(t, "voor"), list.Draw(t, "na")
		c := doability.Compare(before, after)
		var all []string
		for _, l := range [][]doability.Change{c.New, c.Worsened, c.Same, c.Better} {
			for _, f := range l {
				all = append(all, f.Key)
			}
		}
		for _, f := range c.Gone {
			all = append(all, "weg "+f.Key)
		}
		var want, block []string
		for _, f := range after {
			want = append(want, f.Key)
			i := slices.IndexFunc(before, func(b doability.Finding) bool { return b.Key == f.Key })
			if f.Weighty && (i < 0 || !before[i].Weighty || before[i].Magnitude.Cmp(f.Magnitude) < 0) {
				block = append(block, f.Key)
			}
		}
		for _, b := range before {
			if !slices.ContainsFunc(after, func(f doability.Finding) bool { return f.Key == b.Key }) {
				want = append(want, "weg "+b.Key)
			}
		}
		slices.Sort(all)
		slices.Sort(want)
		if diff := cmp.Diff(want, all); diff != "" {
			t.Fatal(diff)
		}
		var got []string
		for _, f := range c.Blocks() {
			got = append(got, f.Key)
		}
		slices.Sort(got)
		slices.Sort(block)
		if diff := cmp.Diff(block, got); diff != "" {
			t.Fatal("blocks:", diff)
		}
	})
}

func shipped(t testing.TB) (*regulation.Set, *exact.Program) {
	t.Helper()
	set, diags := regulation.Load(os.DirFS("../../regelingen"))
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	p, diags := exact.Compile(set.Model)
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	return set, p
}

// The story of the demo: the municipality's scheme has what hurts, and the
// proposal takes most of it away without making anything weighty worse.
func TestProposalTakesFindingsAway(t *testing.T) {
	if testing.Short() {
		t.Skip("looks for every cliff in what ships, twice")
	}
	t.Parallel()
	set, _ := shipped(t)
	on := rule.MustDate("2027-01-01")
	findings := func(set *regulation.Set) []doability.Finding {
		reg, _ := set.Get("individuele-inkomenstoeslag")
		return doability.Findings(reg, on, check.Cliffs(set, check.Options{Date: on}))
	}
	before := findings(set)
	kinds := map[doability.Kind]bool{}
	for _, f := range before {
		kinds[f.Kind] = kinds[f.Kind] || f.Weighty
	}
	for _, k := range []doability.Kind{doability.Nothing, doability.Known, doability.Repeat, doability.Cliff} {
		if !kinds[k] {
			t.Errorf("no weighty finding %s in the ordinance: %+v", k, before)
		}
	}
	data, err := os.ReadFile("../../regelingen/individuele-inkomenstoeslag/varianten/ruimere-grens.yaml")
	if err != nil {
		t.Fatal(err)
	}
	v, diags := regulation.ReadVariant("ruimere-grens.yaml", data)
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	changed, diags := set.With(v)
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	c := doability.Compare(before, findings(changed))
	if got := c.Blocks(); len(got) != 0 {
		t.Errorf("the proposal is blocked by %+v", got)
	}
	var gone []string
	for _, f := range c.Gone {
		gone = append(gone, f.Key)
	}
	for _, key := range []string{
		"individuele-inkomenstoeslag/aanvragen/niets-doen", "individuele-inkomenstoeslag/aanvragen/elk-jaar-weer",
		"individuele-inkomenstoeslag/inkomen-bewijzen/bewijs-bekend",
	} {
		if !slices.Contains(gone, key) {
			t.Errorf("%s is still there; gone: %v", key, gone)
		}
	}
	// The other way round the same findings are new and block.
	if got := doability.Compare(findings(changed), before).Blocks(); len(got) < 3 {
		t.Errorf("undoing the proposal blocks on %d findings only", len(got))
	}
}

func TestPrefill(t *testing.T) {
	t.Parallel()
	set, p := shipped(t)
	reg, _ := set.Get("individuele-inkomenstoeslag")
	on := rule.MustDate("2026-11-22")
	x := doability.Prefill(reg, p, on, doability.Volume{New: 60, Running: 600})
	minutes := 0
	for _, w := range x.Steps {
		minutes += w.Minutes
	}
	if minutes == 0 || x.MinutesNew != minutes || x.Cases != 660 {
		t.Errorf("got %+v", x)
	}
	want := new(big.Rat).SetFrac64(int64(60*x.MinutesNew+600*x.MinutesRunning), 60)
	if x.Hours.Cmp(want) != 0 || x.Hours.Sign() == 0 {
		t.Errorf("hours %v, want %v", x.Hours, want)
	}
	if x.Proofs <= x.ProofsKnown || x.ProofsKnown == 0 {
		t.Errorf("proofs %d, known %d", x.Proofs, x.ProofsKnown)
	}
	var open []string
	for _, j := range x.Judgements {
		open = append(open, j.Step+j.Attribute)
	}
	if diff := cmp.Diff([]string{"uitzicht-beoordelen", "persoon.uitzicht-op-inkomensverbetering"}, open); diff != "" {
		t.Error(diff)
	}
	// A scheme that computers decide has none.
	zorg, _ := set.Get("zorgtoeslag")
	if y := doability.Prefill(zorg, p, on, doability.Volume{}); len(y.Judgements) != 0 || y.Hours.Sign() != 0 {
		t.Errorf("zorgtoeslag: %+v", y)
	}
	if y := doability.Prefill(reg, nil, on, doability.Volume{New: -5}); y.Cases != 0 || y.Hours.Sign() != 0 {
		t.Errorf("negative volume: %+v", y)
	}
}

// Texts of findings pass the language gate.
func TestTextsArePlain(t *testing.T) {
	if testing.Short() {
		t.Skip("looks for every cliff in what ships")
	}
	t.Parallel()
	set, _ := shipped(t)
	cliffs := check.Cliffs(set, check.Options{Date: day})
	var all strings.Builder
	var terms []string
	for _, o := range set.Model.Objects {
		for _, a := range o.Attributes {
			terms = append(terms, a.Name)
		}
	}
	for _, reg := range set.Regulations {
		for _, s := range reg.Steps(day) {
			terms = append(terms, s.Action) // written by the regulation
			for _, e := range s.Evidence {
				terms = append(terms, e.Name, e.Register)
			}
		}
		for _, f := range doability.Findings(reg, day, cliffs) {
			if r := plain.Measure(f.Text, terms...); r.LongestWords > plain.MaxSentence {
				t.Errorf("%q: %d words", f.Text, r.LongestWords)
			}
			all.WriteString(f.Text + "\n")
		}
	}
	if got := plain.Measure(all.String(), terms...).Problems(); len(got) != 0 {
		t.Errorf("%v in:\n%s", got, all.String())
	}
}

// What the rules say that cannot be meant stands beside what the steps ask: a
// tip does not, and two findings on one rule are told apart.
func TestRules(t *testing.T) {
	t.Parallel()
	reg := &regulation.Regulation{ID: "bijdrage"}
	found := []check.Finding{
		{Severity: rule.Error, Code: check.CodeRows, Regulation: "bijdrage", Article: "artikel-1", Rule: "bijdrage.korting", Message: "Rij 1 en 2 gelden allebei."},
		{Severity: rule.Error, Code: check.CodeRows, Regulation: "bijdrage", Article: "artikel-1", Rule: "bijdrage.korting", Message: "Rij 1 en 3 gelden allebei."},
		{Severity: rule.Warning, Code: check.CodeImpossible, Regulation: "bijdrage", Rule: "bijdrage.bedrag", Message: "Kan nooit."},
		{Severity: rule.Info, Code: check.CodeRedundant, Regulation: "bijdrage", Rule: "bijdrage.bedrag", Message: "Volgt al."},
		{Severity: rule.Warning, Code: check.CodeImpossible, Regulation: "andere", Rule: "andere.bedrag", Message: "Kan nooit."},
	}
	var got []string
	for _, f := range doability.Rules(reg, found) {
		got = append(got, fmt.Sprintf("%s %v %s", f.Key, f.Weighty, f.Text))
	}
	want := []string{
		"bijdrage/overlappende-rijen/bijdrage.korting true Rij 1 en 2 gelden allebei.",
		"bijdrage/overlappende-rijen/bijdrage.korting/2 true Rij 1 en 3 gelden allebei.",
		"bijdrage/onmogelijke-voorwaarde/bijdrage.bedrag false Kan nooit.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Every kind that a page can show has a name there.
func TestKindsHaveNames(t *testing.T) {
	t.Parallel()
	texts, err := os.ReadFile("../office/nl.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range check.Kinds() {
		shown := slices.Contains([]string{"Voorwaarden", "Beslistabellen", "Eisen en beginwaarden"}, k.Group) || k.Code == string(doability.Cliff)
		if shown && !strings.Contains(string(texts), "\n  "+k.Code+": ") {
			t.Errorf("a page has no name for %s", k.Code)
		}
	}
}
