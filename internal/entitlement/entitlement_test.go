package entitlement_test

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lemniscaat/internal/dossier"
	"lemniscaat/internal/entitlement"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/regelingen"
)

var shipped = sync.OnceValue(func() *regulation.Set {
	set, ds := regulation.Load(regelingen.Files)
	if err := ds.Err(); err != nil {
		panic(err)
	}
	return set
})

// some are regulations that share data, and what is asked of them.
var some = []string{"zorgtoeslag", "kindgebonden-budget", "kinderbijslag"}

func read(t testing.TB, text string) *dossier.File {
	t.Helper()
	f, ds := dossier.Read("d.yaml", []byte(text), shipped().Model)
	if err := ds.Err(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return f
}

func decide(t testing.TB, f *dossier.File, ids ...string) *entitlement.Household {
	t.Helper()
	h, ds := entitlement.Decide(shipped(), f, entitlement.Options{}, ids...)
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	return h
}

const family = `datum: 2026-06-01
personen:
  p1: {geboortedatum: 1990-04-02, verzekerd: ja, verzekerd-voor-de-kinderbijslag: ja, toetsingsinkomen: "28.400,00", vermogen: "3.000"}
  p2: {geboortedatum: 1988-11-23, verzekerd: ja, toetsingsinkomen: "4.100", vermogen: "0"}
  k1: {geboortedatum: 2017-05-10, intensieve-zorg-nodig: nee, uitwonend-voor-onderwijs: nee}
feiten:
  - huwelijk: [p1, p2]
  - ouderschap: [p1, k1]
  - ouderschap: [p2, k1]
`

// What is asked is asked once, with everybody who wants it.
func TestAsksOnce(t *testing.T) {
	t.Parallel()
	f := read(t, strings.NewReplacer(`toetsingsinkomen: "4.100", `, "", `, vermogen: "3.000"`, "").Replace(family))
	h := decide(t, f, some...)
	var got []string
	for _, q := range h.Questions {
		now := "straks"
		if q.Now {
			now = "nu"
		}
		got = append(got, fmt.Sprint(q.Text(), " ", q.Form(), " ", q.Regulations, " ", now))
	}
	slices.Sort(got)
	want := []string{
		`Wat is het toetsingsinkomen van p2? een bedrag als "28.400,00" [zorgtoeslag kindgebonden-budget] straks`,
		`Wat is het vermogen van p1? een bedrag als "28.400,00" [zorgtoeslag kindgebonden-budget] nu`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, a := range h.Answers {
		if open := a.Regulation.ID != "kinderbijslag"; a.Open() != open {
			t.Errorf("%s: open is %v", a.Regulation.ID, a.Open())
		}
	}
	if !h.Answers[2].Outcomes[0].Given() {
		t.Error("de kinderbijslag wacht op wat zij niet nodig heeft")
	}
	if h.Questions[0].Registers == nil && h.Questions[1].Registers == nil {
		t.Error("geen register weet het inkomen")
	}
}

// Nothing is asked on a road that is not taken: without insurance there is no
// care allowance, whatever the income is.
func TestAsksOnTheRoadTaken(t *testing.T) {
	t.Parallel()
	h := decide(t, read(t, "datum: 2026-06-01\npersonen:\n  p1: {geboortedatum: 1990-04-02, verzekerd: nee, vermogen: 0}\n"), "zorgtoeslag")
	if len(h.Questions) > 0 {
		t.Errorf("er wordt gevraagd: %s", h.Questions[0].Text())
	}
	if h.Answers[0].Outcomes[0].Given() {
		t.Error("wie niet verzekerd is, krijgt zorgtoeslag")
	}
}

// What nobody gave and counted all the same is said, and not what was given or
// what no rule looked at.
func TestSaysWhatCountedByDefault(t *testing.T) {
	t.Parallel()
	const one = "datum: 2026-06-01\npersonen:\n  p1: {geboortedatum: 1990-04-02, verzekerd: %s, vermogen: 0%s}\n"
	loon := func(verzekerd, more string, ids ...string) (said bool) {
		for _, q := range decide(t, read(t, fmt.Sprintf(one, verzekerd, more)), ids...).Defaults {
			if q.Attribute.Name == "loon" {
				said = q.Now && q.Counts() == "loon van p1: € 0"
			}
		}
		return said
	}
	all := []string{"zorgtoeslag", "besteedbaar-inkomen"}
	if !loon("ja", "", all...) {
		t.Error("het loon telt als nul, en dat staat er niet")
	}
	if loon("ja", ", loon: 30000", all...) {
		t.Error("het loon is opgegeven")
	}
	if loon("nee", "", "zorgtoeslag") {
		t.Error("geen regel kijkt naar het loon")
	}
}

// What a regulation gives alone it gives among all others.
func TestTogetherAsAlone(t *testing.T) {
	t.Parallel()
	set := shipped()
	var all []string
	for _, r := range set.Regulations {
		if r.Decides() {
			all = append(all, r.ID)
		}
	}
	every := 3
	if testing.Short() {
		every = 10
	}
	for _, r := range set.Regulations {
		for n, ex := range r.Examples() {
			if len(r.Outcomes) == 0 || n%every != 0 {
				continue
			}
			alone, ds := entitlement.Decide(set, ex.Given, entitlement.Options{Date: ex.Date}, r.ID)
			if ds.Err() != nil {
				t.Fatalf("%s: %v", ex.Name, ds)
			}
			together, ds := entitlement.Decide(set, ex.Given, entitlement.Options{Date: ex.Date}, all...)
			if ds.Err() != nil {
				t.Fatalf("%s: %v", ex.Name, ds)
			}
			i := slices.IndexFunc(together.Answers, func(a *entitlement.Answer) bool { return a.Regulation == r })
			for k, x := range alone.Answers[0].Outcomes {
				if y := together.Answers[i].Outcomes[k]; x.Err == nil && (y.Err != nil || !x.Value.Equal(y.Value)) {
					t.Errorf("%s, %s: alleen %v, samen %v (%v)", ex.Name, x.Label, x.Value, y.Value, y.Err)
				}
			}
		}
	}
}

// Whatever is left out of a case is asked for, and with the answers the outcomes
// are those of the whole case; nothing is asked twice.
func TestAnswersLeadToTheOutcome(t *testing.T) {
	t.Parallel()
	whole := read(t, family)
	want := decide(t, whole, some...)
	rapid.Check(t, func(t *rapid.T) {
		part := *whole
		part.Objects = slices.Clone(whole.Objects)
		for i := range part.Objects {
			o := &part.Objects[i]
			o.Values = slices.DeleteFunc(slices.Clone(o.Values), func(v dossier.Value) bool {
				return !v.Assumed && rapid.Bool().Draw(t, "weg")
			})
		}
		f := &part
		asked := map[string]bool{}
		for {
			h, ds := entitlement.Decide(shipped(), f, entitlement.Options{}, some...)
			if ds.Err() != nil {
				t.Fatal(ds)
			}
			// The form says the same as the case.
			back, ds := dossier.Read("f.yaml", []byte(h.Form(f, func(id string) string { return id })), shipped().Model)
			if ds.Err() != nil {
				t.Fatalf("%v\n%s", ds, h.Form(f, func(id string) string { return id }))
			}
			if diff := cmp.Diff(said(f), said(back)); diff != "" {
				t.Fatal(diff)
			}
			i := slices.IndexFunc(h.Questions, func(q *entitlement.Question) bool { return q.Now })
			if i < 0 {
				for k, a := range want.Answers {
					for n, o := range a.Outcomes {
						if got := h.Answers[k].Outcomes[n]; got.Err != nil || !got.Value.Equal(o.Value) {
							t.Fatalf("%s is %v (%v), met het hele dossier %v", o.Label, got.Value, got.Err, o.Value)
						}
					}
				}
				return
			}
			q := h.Questions[i]
			id := q.Object + "." + q.Attribute.ID()
			if asked[id] {
				t.Fatalf("%s wordt twee keer gevraagd", id)
			}
			asked[id] = true
			obj, _ := whole.Object(q.Object)
			k := slices.IndexFunc(whole.Objects[obj].Values, func(v dossier.Value) bool { return v.Attribute == q.Attribute })
			if k < 0 {
				t.Fatalf("%s wordt gevraagd, en is niet nodig", id)
			}
			f = f.With(obj, q.Attribute, whole.Objects[obj].Values[k].Datum)
		}
	})
}

// said gives what a case says, without places.
func said(f *dossier.File) []string {
	var out []string
	for _, o := range f.Objects {
		for _, v := range o.Values {
			if !v.Assumed {
				out = append(out, fmt.Sprint(o.ID, ".", v.Attribute.ID(), " ", v.Datum))
			}
		}
	}
	slices.Sort(out)
	for _, a := range f.Assumptions {
		out = append(out, a.Text)
	}
	return append(out, f.Facts()...)
}

// A case that is made for more regulations may give what one of them computes.
func TestComputedIsNotGiven(t *testing.T) {
	t.Parallel()
	f := read(t, strings.Replace(family, "  p2: {", `  p2: {zorgtoeslag: "9.999", `, 1))
	h := decide(t, f, some...)
	if got := h.Answers[0].Outcomes[0].Value.String(); got != "2583" {
		t.Errorf("zorgtoeslag is %s", got)
	}
	if !slices.ContainsFunc(h.Assumptions, func(s string) bool { return strings.Contains(s, "rekenen zelf uit: zorgtoeslag") }) {
		t.Errorf("dat de opgave niet meetelt, staat er niet: %v", h.Assumptions)
	}
}

// Deep says more of the same: what would change an outcome, and every outcome.
func TestDeep(t *testing.T) {
	t.Parallel()
	f := read(t, strings.Replace(family, `"28.400,00"`, `"90.000"`, 1))
	brief := decide(t, f, some...)
	deep, ds := entitlement.Decide(shipped(), f, entitlement.Options{Deep: true}, some...)
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	for i, a := range brief.Answers {
		for k, o := range a.Outcomes {
			x := deep.Answers[i].Outcomes[k]
			if !o.Value.Equal(x.Value) || x.Explained == nil {
				t.Errorf("%s: %v en %v", o.Label, o.Value, x.Value)
			}
			switch {
			case o.Outcome != a.Regulation.Outcomes[0]:
				if o.Explained != nil {
					t.Errorf("%s is uitgelegd", o.Label)
				}
			case o.Explained.Sentence != x.Explained.Sentence || len(o.Explained.WhyNot) > 0:
				t.Errorf("%s: %q met %d wijzigingen, en %q", o.Label, o.Explained.Sentence, len(o.Explained.WhyNot), x.Explained.Sentence)
			}
		}
	}
	if none := deep.Answers[0].Outcomes[0]; none.Given() || len(none.Explained.WhyNot) == 0 {
		t.Error("wanneer er wel zorgtoeslag is, staat er niet")
	}
}

// A date without rules stops no other regulation.
func TestNoRuleOnTheDate(t *testing.T) {
	t.Parallel()
	f := read(t, strings.Replace(family, "2026-06-01", "2023-06-01", 1))
	h := decide(t, f, "kinderbijslag", "zorgtoeslag")
	if o := h.Answers[0].Outcomes[0]; o.Err == nil || !strings.Contains(o.Err.Error(), "op 2023-06-01 geldt geen regel die de kinderbijslag bepaalt") {
		t.Errorf("kinderbijslag in 2023: %v", o.Err)
	}
	if o := h.Answers[1].Outcomes[0]; o.Err != nil || !o.Given() {
		t.Errorf("zorgtoeslag in 2023: %v, %v", o.Value, o.Err)
	}
}

// complete answers every question that is asked of a case: no, nothing, nobody.
func complete(t testing.TB, f *dossier.File, ids ...string) *dossier.File {
	t.Helper()
	for range 500 {
		h := decide(t, f, ids...)
		i := slices.IndexFunc(h.Questions, func(q *entitlement.Question) bool { return q.Now })
		if i < 0 {
			return f
		}
		q := h.Questions[i]
		d := rule.Datum{Kind: q.Attribute.Type.Kind}
		switch d.Kind {
		case rule.Amount, rule.Number, rule.Percentage:
			d.Num = big.NewRat(100, 1)
		case rule.DateKind:
			d.Date = rule.MustDate("1980-05-17")
		case rule.Enum:
			d.Text = q.Attribute.Type.Domain.Values[0]
		}
		obj, _ := f.Object(q.Object)
		next := f.With(obj, q.Attribute, d)
		if _, ds := entitlement.Decide(shipped(), next, entitlement.Options{}, ids...); ds.Err() != nil {
			d.Num = big.NewRat(1, 1)
			next = f.With(obj, q.Attribute, d)
		}
		f = next
	}
	t.Fatal("er komen steeds vragen bij")
	return nil
}

// BenchmarkAll takes one family with complete data through all shipped
// regulations: every outcome exact and with its explanation.
func BenchmarkAll(b *testing.B) {
	var ids []string
	for _, r := range shipped().Regulations {
		if r.Decides() {
			ids = append(ids, r.ID)
		}
	}
	f := complete(b, read(b, family), ids...)
	n := 0
	for _, a := range decide(b, f, ids...).Answers {
		for _, o := range a.Outcomes {
			if o.Err == nil {
				n++
			}
		}
	}
	b.ReportAllocs()
	before := processor(b)
	for b.Loop() {
		decide(b, f, ids...)
	}
	b.ReportMetric(float64((processor(b)-before).Microseconds())/1000/float64(b.N), "cpu-ms/op")
	b.ReportMetric(float64(len(ids)), "regelingen")
	b.ReportMetric(float64(n), "uitkomsten")
}

// processor is the processor time of this process: of a machine that is shared it
// says more than the clock.
func processor(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
