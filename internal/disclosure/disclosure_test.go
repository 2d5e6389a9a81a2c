package disclosure_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"lemniscaat/internal/disclosure"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/regelingen"
)

var on = rule.Date{Year: 2026, Month: 6, Day: 1}

var shipped = sync.OnceValues(func() (*regulation.Set, error) {
	set, ds := regulation.Load(regelingen.Files)
	return set, ds.Err()
})

func load(t *testing.T) *regulation.Set {
	t.Helper()
	set, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

var organisation = disclosure.Organisation{
	Name: "Gemeente Voorbeeldstad", Contact: "algoritmes@voorbeeldstad.example", Page: "https://voorbeeldstad.example/regels",
	Code: "https://voorbeeldstad.example/code", Objections: 42,
}

// beside finds test data in a folder beside the checkout.
func beside(t *testing.T, pattern string) string {
	t.Helper()
	found, _ := filepath.Glob(filepath.Join("../../../*/data", pattern))
	if len(found) == 0 {
		t.Skipf("geen %s naast de checkout", pattern)
	}
	return found[0]
}

func names(data []disclosure.Datum) []string {
	var out []string
	for _, d := range data {
		out = append(out, d.ID())
	}
	return out
}

func TestNeededIsWhatRulesReadAndNobodyMakes(t *testing.T) {
	t.Parallel()
	set := load(t)
	reg, _ := set.Get("individuele-inkomenstoeslag")
	needed := disclosure.Needed(set, reg, on)
	ids := names(needed)
	if !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != len(ids) {
		t.Errorf("not sorted, or twice: %v", ids)
	}
	for _, d := range needed {
		if len(d.Articles) == 0 {
			t.Errorf("%s is asked by no article", d.ID())
		}
		for _, r := range set.Scope(reg.ID).Rules {
			if v := r.At(on); v != nil && d.Attribute != nil && v.Writes() == d.Attribute {
				t.Errorf("%s is made by %s", d.ID(), r.ID)
			}
		}
	}
	if len(ids) == 0 {
		t.Fatal("nothing is needed")
	}
	// What the examples give and the rules of today read is there.
	given := map[string]bool{}
	for _, a := range reg.Articles {
		for _, e := range a.Examples {
			for _, o := range e.Given.Objects {
				for _, v := range o.Values {
					given[v.Attribute.ID()] = true
				}
			}
		}
	}
	found := 0
	for _, id := range ids {
		if given[id] {
			found++
		}
	}
	if found == 0 {
		t.Errorf("no worked example gives any of %v", ids)
	}
}

// TestRegisterIsValid: every shipped regulation gives an entry that the schema of
// the Algoritmeregister takes, also with nothing known of the organisation.
func TestRegisterIsValid(t *testing.T) {
	t.Parallel()
	file := beside(t, "schemas/algoritmeregister-publicatiestandaard-v1.0.0.schema.json")
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	doc, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	set := load(t)
	n := 0
	for _, reg := range set.Regulations {
		for _, o := range []disclosure.Organisation{organisation, {}} {
			for _, u := range []disclosure.Use{{}, {InUse: true, Since: rule.Date{Year: 2027, Month: 1, Day: 1}, Assessments: []string{"Doenvermogentoets"}, Watched: []string{"Gemeten wordt het bereik"}}} {
				text, err := json.Marshal(disclosure.Register(set, reg, o, u, on))
				if err != nil {
					t.Fatal(err)
				}
				entry, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
				if err != nil {
					t.Fatal(err)
				}
				if err := schema.Validate(entry); err != nil {
					t.Errorf("%s: %v", reg.ID, err)
				}
				n++
			}
		}
	}
	if n < 40 {
		t.Errorf("%d entries tried", n)
	}
	// The schema does say no.
	bad, _ := jsonschema.UnmarshalJSON(strings.NewReader(`{"name": "x"}`))
	if schema.Validate(bad) == nil {
		t.Error("an entry with only a name is valid")
	}
}

// TestRegisterLimits holds without the schema.
func TestRegisterLimits(t *testing.T) {
	t.Parallel()
	set := load(t)
	for _, reg := range set.Regulations {
		a := disclosure.Register(set, reg, organisation, disclosure.Use{InUse: true}, on)
		for name, f := range map[string]struct {
			text string
			most int
		}{
			"name": {a.Name, 99}, "short": {a.Short, 399}, "purpose": {a.Purpose, 2499}, "considerations": {a.Considerations, 2499},
			"human": {a.Human, 2499}, "risk": {a.Risk, 2499}, "data": {a.Data, 2499}, "technical": {a.Technical, 4999}, "basis": {a.LegalBasis, 2499},
		} {
			if n := utf8.RuneCountInString(f.text); n == 0 || n > f.most {
				t.Errorf("%s: %s has %d characters, at most %d", reg.ID, name, n, f.most)
			}
		}
		if a.StartDate != "2026-06" || a.Status != "In gebruik" {
			t.Errorf("%s: %s since %s", reg.ID, a.Status, a.StartDate)
		}
		if reg.Decides() != strings.Contains(a.Category, "Categorie B") {
			t.Errorf("%s: %s", reg.ID, a.Category)
		}
	}
}

func TestDataOfEveryDecision(t *testing.T) {
	t.Parallel()
	set := load(t)
	for _, reg := range set.Regulations {
		needed := names(disclosure.Needed(set, reg, on))
		for _, d := range disclosure.DataOf(set, reg, on) {
			var got []string
			for _, s := range d.Streams {
				for _, g := range s.Groups {
					for _, f := range g.Data {
						got = append(got, f.ID)
						for _, e := range f.Elements {
							r, ok := set.Get(e.Regulation)
							if !ok || !slices.ContainsFunc(r.Articles, func(a *regulation.Article) bool { return a.ID == e.Article }) {
								t.Errorf("%s: %s is asked by %s/%s, which is not there", reg.ID, f.ID, e.Regulation, e.Article)
							}
						}
					}
				}
			}
			slices.Sort(got)
			if d := cmp.Diff(needed, got); d != "" {
				t.Errorf("%s: every datum once: %s", reg.ID, d)
			}
		}
	}
	reg, _ := set.Get("zorgtoeslag")
	list := disclosure.DataOf(set, reg, on)
	if len(list) != 1 || list[0].Name != "zorgtoeslag" || list[0].BWB != "BWBR0018451" || !slices.Contains(list[0].Executor, "Dienst Toeslagen") {
		t.Errorf("%+v", list)
	}
}

func TestAssessmentLeavesJudgementsOpen(t *testing.T) {
	t.Parallel()
	set := load(t)
	reg, _ := set.Get("zorgtoeslag")
	others := []disclosure.Processing{{Name: "Signalen", Purpose: "Verbeteren", Basis: "taak", Keep: "P5Y", Data: "teksten", Who: "inwoners"}}
	answers := disclosure.Assess(set, reg, organisation, others, on)
	by := map[string]disclosure.Answer{}
	for _, a := range answers {
		by[a.Number] = a
		if a.Text == "" && a.Ask == "" && len(a.Rows) < 2 {
			t.Errorf("%s %s says nothing", a.Number, a.Title)
		}
		for _, row := range a.Rows {
			if len(row) != len(a.Rows[0]) {
				t.Errorf("%s: a row of %d in a table of %d columns", a.Number, len(row), len(a.Rows[0]))
			}
		}
	}
	if n := len(by["2.1"].Rows) - 1; n != len(disclosure.Needed(set, reg, on)) {
		t.Errorf("%d data in 2.1", n)
	}
	for _, open := range []string{"11.1", "16"} {
		if by[open].Ask == "" {
			t.Errorf("%s is for people to judge", open)
		}
	}
	for _, number := range []string{"3.1", "5.1", "10.1"} {
		if !slices.ContainsFunc(by[number].Rows, func(r []string) bool { return r[0] == "Signalen" }) {
			t.Errorf("%s does not have the other processing", number)
		}
	}
	// The numbers are those of the reporting model.
	text, err := os.ReadFile(beside(t, "dpia/dpia.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range answers {
		if !strings.Contains(string(text), `id: "`+a.Number+`"`) {
			t.Errorf("the reporting model has no %s", a.Number)
		}
	}
}

func dossier(keep disclosure.Keep) disclosure.Dossier {
	at := time.Date(2026, 9, 1, 10, 0, 0, 0, time.FixedZone("", 7200))
	return disclosure.Dossier{
		ID: "v-1", Name: "Bewijs & inkomen <nieuw>", Summary: "Wie al bekend is, hoeft geen bewijs te sturen.", Source: "Lemniscaat, Gemeente Voorbeeldstad", Maker: organisation,
		Opened: rule.Date{Year: 2026, Month: 7, Day: 1}, Decided: rule.Date{Year: 2026, Month: 9, Day: 1}, Keep: keep,
		Events: []disclosure.Happened{{What: "Creatie", At: at, By: "beleidsadviseur"}, {What: "Vaststelling", At: at, By: "eigenaar", Result: "aangenomen"}},
		Files: []disclosure.File{
			{ID: "v-1/1", Name: "voorstel.md", Title: "Het voorstel", Format: disclosure.MarkdownFormat, Data: []byte("# x\n"), Made: at},
			{ID: "v-1/2", Name: "gebeurtenissen.json", Title: "Wat er gebeurde", Format: disclosure.JSONFormat, Data: []byte("[]"), Made: at},
		},
	}
}

func describe(t *testing.T, keep disclosure.Keep) []disclosure.Paper {
	t.Helper()
	papers, err := disclosure.Describe(dossier(keep), func(b []byte) [32]byte { return sha256.Sum256(b) }, time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return papers
}

func TestMDTO(t *testing.T) {
	t.Parallel()
	papers := describe(t, disclosure.Keep{Term: "P20Y", List: "Selectielijst gemeenten", Category: "Beleid"})
	if len(papers) != 5 {
		t.Fatalf("%d papers, want one for the dossier and two for each file", len(papers))
	}
	for _, p := range papers {
		var doc struct{ XMLName xml.Name }
		if err := xml.Unmarshal(p.XML, &doc); err != nil || doc.XMLName.Space != disclosure.MDTO {
			t.Errorf("%s: %v %v", p.Name, doc, err)
		}
	}
	whole := string(papers[0].XML)
	for _, want := range []string{"<termijnEinddatum>2046-09-01</termijnEinddatum>", "<begripCode>V</begripCode>", "Bewijs &amp; inkomen &lt;nieuw&gt;", "<eventTijd>2026-09-01T08:00:00Z</eventTijd>"} {
		if !strings.Contains(whole, want) {
			t.Errorf("the dossier has no %s:\n%s", want, whole)
		}
	}
	sum := sha256.Sum256([]byte("# x\n"))
	if !strings.Contains(string(papers[2].XML), hex.EncodeToString(sum[:])) {
		t.Errorf("the checksum of voorstel.md is not there: %s", papers[2].XML)
	}
	if forever := string(describe(t, disclosure.Keep{Forever: true})[0].XML); !strings.Contains(forever, "<begripCode>B</begripCode>") || strings.Contains(forever, "bewaartermijn") {
		t.Errorf("kept forever: %s", forever)
	}
}

func TestMDTOIsValid(t *testing.T) {
	t.Parallel()
	xsd := beside(t, "schemas/MDTO-XML1.0.1.xsd")
	lint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Skip("xmllint is er niet (apt-get install libxml2-utils)")
	}
	dir := t.TempDir()
	var files []string
	for i, keep := range []disclosure.Keep{{Term: "P20Y"}, {Forever: true, List: "Selectielijst", Category: "Beleid"}} {
		for _, p := range describe(t, keep) {
			name := filepath.Join(dir, string(rune('a'+i))+p.Name)
			if err := os.WriteFile(name, p.XML, 0o600); err != nil {
				t.Fatal(err)
			}
			files = append(files, name)
		}
	}
	if out, err := exec.CommandContext(t.Context(), lint, append([]string{"--noout", "--nonet", "--schema", xsd}, files...)...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	bad := filepath.Join(dir, "bad.xml")
	if err := os.WriteFile(bad, []byte(`<MDTO xmlns="`+disclosure.MDTO+`"><informatieobject/></MDTO>`), 0o600); err != nil {
		t.Fatal(err)
	}
	if exec.CommandContext(t.Context(), lint, "--noout", "--nonet", "--schema", xsd, bad).Run() == nil {
		t.Error("the schema takes a document without a name")
	}
}

func TestRetentionTerms(t *testing.T) {
	t.Parallel()
	from := rule.Date{Year: 2024, Month: 2, Day: 29}
	for term, want := range map[string]rule.Date{
		"P1Y": {Year: 2025, Month: 3, Day: 1}, "P4Y": {Year: 2028, Month: 2, Day: 29}, "P6M": {Year: 2024, Month: 8, Day: 29}, "P1Y2M3D": {Year: 2025, Month: 5, Day: 2},
	} {
		if got, err := (disclosure.Keep{Term: term}).Until(from); err != nil || got != want {
			t.Errorf("%s: %v, %v; want %v", term, got, err, want)
		}
	}
	for _, bad := range []string{"", "P", "20", "P20", "P-1Y", "PT5H", "P1W", "P9999Y", "p1y"} {
		if _, err := (disclosure.Keep{Term: bad}).Until(from); !errors.Is(err, disclosure.ErrKeep) {
			t.Errorf("%q: %v, want ErrKeep", bad, err)
		}
	}
}
