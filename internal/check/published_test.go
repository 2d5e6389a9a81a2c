package check_test

import (
	"fmt"
	"math/big"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/regelingen"
)

// TestPublished: docs/gepubliceerde-bedragen.md is what the worked examples of
// published amounts say, and what the rules compute for them.
func TestPublished(t *testing.T) {
	t.Parallel()
	set, ds := regulation.Load(regelingen.Files)
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	const file = "../../docs/gepubliceerde-bedragen.md"
	got := published(t, set)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Error("docs/gepubliceerde-bedragen.md is not of these examples (go test ./internal/check -run TestPublished -update):", diff)
	}
}

// tally counts published amounts; given are those that are a parameter themselves.
type tally struct{ all, given, equal, within int }

// published writes the document.
func published(t *testing.T, set *regulation.Set) string {
	t.Helper()
	var b, body strings.Builder
	var total tally
	var counts [][]string
	for _, r := range set.Regulations {
		p, ds := set.Program(r.ID)
		if err := ds.Err(); err != nil {
			t.Fatal(err)
		}
		var n tally
		years := map[int]*strings.Builder{}
		for _, ex := range r.Examples() {
			if ex.Published == "" {
				continue
			}
			c, ds := ex.Given.Case(p, ex.Date)
			if c == nil {
				t.Fatal(ds)
			}
			for _, want := range ex.Expect {
				obj, _ := ex.Given.Object(want.Object)
				got, err := c.Value(obj, want.Attribute)
				if err != nil {
					t.Fatalf("%s: %v", ex.Name, err)
				}
				if got.Num == nil || want.Value.Num == nil || !strings.Contains(notation.Format(want.Value, want.Attribute.Type), "€") {
					t.Errorf("%s: %s is no amount, so nobody published it as one; give it an example of its own", ex.Name, want.Attribute.Name)
					continue
				}
				n.all++
				d := new(big.Rat).Sub(got.Num, want.Value.Num)
				diff := decimals(d)
				switch {
				case d.Sign() != 0:
					n.within++
					if ex.Tolerance == nil || new(big.Rat).Abs(d).Cmp(ex.Tolerance) > 0 {
						t.Errorf("%s: %s van %s verschilt %s; dat is meer dan de speling", ex.Name, want.Attribute.Name, want.Object, diff)
					}
				case isParameter(set, r.ID, ex.Date, want.Value.Num):
					n.given++
					diff = "zelf een gegeven"
				default:
					n.equal++
				}
				tolerance := "geen"
				if ex.Tolerance != nil {
					tolerance = decimals(ex.Tolerance)
				}
				y := years[ex.Date.Year]
				if y == nil {
					y = &strings.Builder{}
					years[ex.Date.Year] = y
				}
				fmt.Fprintf(y, "| %s | %s van %s | %s | %s | %s | %s | %s | %s |\n", cell(ex.Name), cell(want.Attribute.Name), want.Object,
					cell(notation.Format(want.Value, want.Attribute.Type)), cell(computed(got, want.Attribute.Type)), diff, tolerance, ex.Published, cell(ex.Source))
			}
		}
		if n.all == 0 {
			continue
		}
		counts = append(counts, []string{r.Name, fmt.Sprint(n.all), fmt.Sprint(n.given), fmt.Sprint(n.equal), fmt.Sprint(n.within)})
		total.all, total.given, total.equal, total.within = total.all+n.all, total.given+n.given, total.equal+n.equal, total.within+n.within
		fmt.Fprintf(&body, "\n## %s\n", r.Name)
		for y := 2000; y < 2100; y++ {
			if years[y] != nil {
				fmt.Fprintf(&body, "\n### %d\n\n| geval | wat | gepubliceerd | berekend | verschil | speling | zekerheid | bron |\n|---|---|--:|--:|--:|--:|---|---|\n%s", y, years[y])
			}
		}
	}
	fmt.Fprintf(&b, `# Gepubliceerde bedragen

Elk bedrag dat een ander heeft gepubliceerd en dat als voorbeeld bij een artikel staat: wat er gepubliceerd is, wat de regels
uitrekenen en het verschil. Deze bladzijde is gemaakt van die voorbeelden; wijzig ze daar en maak haar opnieuw met
%[1]sgo test ./internal/check -run TestPublished -update%[1]s.

Een voorbeeld dat verder van het gepubliceerde bedrag ligt dan zijn speling, is een fout en houdt de regeling tegen. Wat niet
is overgenomen, staat met de reden in [de juridische staat](juridische-staat.md). Daar staat ook wat de tekens van de
zekerheid betekenen, en welke keuzes zijn gemaakt nadat het bedrag bekend was.

Een bedrag dat de regels als gegeven kennen, zoals de bruto AOW of een bijstandsnorm, komt vanzelf uit. Dat laat zien dat het
goede gegeven wordt gekozen, en bevestigt geen rekenregel. Zulke rijen heten *zelf een gegeven* en tellen apart.

| regeling | bedragen | zelf een gegeven | uitgerekend, precies gelijk | uitgerekend, gelijk binnen de speling |
|---|--:|--:|--:|--:|
`, "`")
	for _, c := range counts {
		fmt.Fprintf(&b, "| %s |\n", strings.Join(c, " | "))
	}
	fmt.Fprintf(&b, "| samen | %d | %d | %d | %d |\n", total.all, total.given, total.equal, total.within)
	return b.String() + body.String()
}

// isParameter says that an amount is the value of a parameter that the regulation
// uses on that day: then it was put in, and not computed.
func isParameter(set *regulation.Set, id string, on rule.Date, amount *big.Rat) bool {
	if amount.Sign() == 0 {
		return false
	}
	for _, p := range set.Scope(id).Parameters {
		if v, ok := p.At(on); ok && v.Value.Num != nil && v.Value.Num.Cmp(amount) == 0 && strings.Contains(notation.Format(v.Value, p.Type), "€") {
			return true
		}
	}
	return false
}

// computed writes a value; what has no end in decimals is cut off after six.
func computed(d rule.Datum, t rule.Type) string {
	if d.Num == nil {
		return notation.Format(d, t)
	}
	if s := rule.Decimal(d.Num); strings.Contains(s, "/") || len(s)-strings.IndexByte(s+".", '.') > 7 {
		cut, _ := new(big.Rat).SetString(d.Num.FloatString(6))
		return notation.Format(rule.Datum{Kind: d.Kind, Num: cut}, t) + "…"
	}
	return notation.Format(d, t)
}

// decimals writes a difference: exact, or with six decimals.
func decimals(r *big.Rat) string {
	s := rule.Decimal(r)
	if strings.Contains(s, "/") || len(s)-strings.IndexByte(s+".", '.') > 7 {
		s = strings.TrimRight(r.FloatString(6), "0")
	}
	return strings.Replace(s, ".", ",", 1)
}

func cell(s string) string { return strings.ReplaceAll(strings.ReplaceAll(s, "|", "\\|"), "\n", " ") }
