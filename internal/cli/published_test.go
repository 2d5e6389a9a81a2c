package cli_test

import (
	"encoding/csv"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lemniscaat/internal/outcome"
	"lemniscaat/internal/privacy"
	"lemniscaat/internal/privacy/privacytest"
	"lemniscaat/internal/rule"
)

// TestPublishedTablesGiveNothingAway sends random outcomes to an installation, takes
// the tables of Wie raakt dit? over HTTP, of every attribute and every article, and
// lets an attacker solve what is in them: counts worked back from the numbers for
// every thousand, totals less parts, filtered against unfiltered, one attribute
// against another. No number of fewer than ten people follows. And after a late
// delivery of a few, nothing shows that they came.
func TestPublishedTablesGiveNothingAway(t *testing.T) {
	if testing.Short() {
		t.Skip("fills a demo")
	}
	t.Parallel()
	const reg = "individuele-inkomenstoeslag"
	s := newSite(t)
	articles := []string{"verordening-artikel-2", "verordening-artikel-3", "verordening-artikel-4"}
	homes := []string{"alleenstaand", "paar", "eenoudergezin", "overig", ""}
	ages := []string{"21-27", "27-45", "45-67", ""}
	drawn := rapid.Custom(func(t *rapid.T) []outcome.Row {
		var rows []outcome.Row
		few := rapid.OneOf(rapid.IntRange(0, 13), rapid.IntRange(0, 90))
		for _, a := range articles {
			for _, home := range homes {
				for k := range few.Draw(t, "n") {
					r := outcome.Row{
						Case: fmt.Sprintf("v1:%016x", len(rows)), Regulation: reg, Article: a, Version: "2026-01-01", Date: rule.Date{Year: 2026, Month: 4, Day: 7 + k%20},
						Class: outcome.Awarded, Amount: outcome.Band{Low: 500, High: 750}, Contact: outcome.NoContact, Groups: map[string]string{},
					}
					if home != "" {
						r.Groups["huishouden"] = home
					}
					if age := rapid.SampledFrom(ages).Draw(t, "age"); age != "" {
						r.Groups["leeftijd"] = age
					}
					switch rapid.IntRange(0, 5).Draw(t, "what") {
					case 0:
						r.Class, r.Amount = outcome.Abandoned, outcome.Band{}
					case 1:
						r.Ground, r.Contact = "hardheid", outcome.Spoken
					case 2:
						r.Class, r.Amount, r.Loss, r.Contact = outcome.Refused, outcome.Band{}, outcome.Band{Low: 1500, High: 1750}, outcome.Spoken
					}
					rows = append(rows, r)
				}
			}
		}
		return rows
	})
	// A quarter each: editions have no week in common.
	for k, quarter := range []string{"2026-kw2", "2026-kw1", "2025-kw4"} {
		in := func(rows []outcome.Row, mark int) []outcome.Row {
			for i := range rows {
				rows[i].Case, rows[i].Date = fmt.Sprintf("v1:%08x%08x", mark, i), rows[i].Date.AddMonths(-3*k)
			}
			return rows
		}
		deliver := func(name string, rows []outcome.Row) {
			if _, err := s.office.Receive(t.Context(), "karim", name, rows); err != nil {
				t.Fatal(err)
			}
		}
		rows := in(drawn.Example(k+1), 2*k)
		deliver("uitkomsten.csv", rows)
		before := everything(s, reg, quarter, articles)
		attack(t, rows, before)
		deliver("later.csv", in(drawn.Example(k + 100)[:3], 2*k+1))
		if after := everything(s, reg, quarter, articles); fmt.Sprint(after) != fmt.Sprint(before) {
			t.Errorf("three that came later show")
		}
	}
}

// everything gives all tables that are published, by attribute and article.
func everything(s *site, reg, quarter string, articles []string) map[string][][]string {
	out := map[string][][]string{}
	for _, attribute := range []string{"huishouden", "leeftijd"} {
		for _, a := range append([]string{""}, articles...) {
			q := url.Values{"regeling": {reg}, "kenmerk": {attribute}, "artikel": {a}, "periode": {quarter}}.Encode()
			table, page := s.get("femke", "/wie-raakt-dit/tabel.csv?"+q), s.get("femke", "/wie-raakt-dit?"+q)
			if table.Code != 200 || page.Code != 200 {
				s.t.Fatalf("%d, %d", table.Code, page.Code)
			}
			r := csv.NewReader(strings.NewReader(strings.TrimPrefix(table.Body.String(), "\ufeff")))
			r.Comma = ';'
			lines, err := r.ReadAll()
			if err != nil {
				s.t.Fatal(err)
			}
			out[attribute+"|"+a] = lines[1:]
			// The page shows no number that the table does not.
			body := words(page)
			for _, l := range lines[1:] {
				if strings.Count(body, ">"+strings.ReplaceAll(l[2], "\u00a0", " ")) == 0 && !strings.Contains(body, l[2]) {
					s.t.Errorf("%s: the page does not say %q", q, l[2])
				}
			}
		}
	}
	return out
}

// kinds are the columns that count people, in the order of the table: decisions, and
// what is a part of them.
var kinds = []string{"", "verlies", "maatwerk", "", "afgehaakt"}

// attack works out what follows from tables, and holds it to the truth.
func attack(t *testing.T, rows []outcome.Row, tables map[string][][]string) {
	t.Helper()
	truth := map[string]int64{}
	name := func(article, attribute, group, kind string) string {
		return article + "|" + attribute + "|" + group + "|" + kind
	}
	for _, r := range rows {
		has := map[string]bool{"": true, "verlies": r.Class == outcome.Refused, "maatwerk": r.Ground != "", "afgehaakt": r.Class == outcome.Abandoned}
		for kind, yes := range has {
			for _, k := range []struct {
				kind string
				yes  bool
			}{{kind, yes}, {"niet-" + kind, !yes}} {
				if k.yes && k.kind != "niet-" {
					truth[name(r.Article, "", "", k.kind)]++
					for _, a := range []string{"huishouden", "leeftijd"} {
						truth[name(r.Article, a, "|"+r.Groups[a], k.kind)]++ // "|" also names who has none
					}
				}
			}
		}
	}
	ids := map[string]int{}
	var names []string
	id := func(n string) int {
		if _, ok := ids[n]; !ok {
			ids[n] = len(ids)
			names = append(names, n)
		}
		return ids[n]
	}
	type equation struct {
		of    map[int]float64
		value float64
	}
	var all []equation
	// What everybody knows of the structure.
	groups := map[string][]string{"huishouden": {"|alleenstaand", "|paar", "|eenoudergezin", "|overig", "|"}, "leeftijd": {"|21-27", "|27-45", "|45-67", "|"}}
	articles := map[string]string{}
	for _, r := range rows {
		articles[r.Article] = r.Article
	}
	for a := range articles {
		for _, kind := range []string{"", "verlies", "maatwerk", "afgehaakt", "niet-verlies", "niet-maatwerk", "niet-afgehaakt"} {
			for attribute, list := range groups {
				of := map[int]float64{id(name(a, "", "", kind)): 1}
				for _, g := range list {
					of[id(name(a, attribute, g, kind))] = -1
				}
				all = append(all, equation{of, 0})
			}
			if strings.HasPrefix(kind, "niet-") {
				for attribute, list := range map[string][]string{"": {""}, "huishouden": groups["huishouden"], "leeftijd": groups["leeftijd"]} {
					for _, g := range list {
						all = append(all, equation{map[int]float64{id(name(a, attribute, g, "")): 1, id(name(a, attribute, g, kind)): -1, id(name(a, attribute, g, kind[5:])): -1}, 0})
					}
				}
			}
		}
	}
	// What is printed. A number for every thousand gives the count back.
	byTitle := map[string]string{}
	shown := 0
	for key, lines := range tables {
		attribute, _, _ := strings.Cut(key, "|")
		for _, l := range lines {
			article := ""
			for a := range articles {
				if strings.Contains(l[0], "artikel "+a[len(a)-1:]) {
					article = a
				}
			}
			if article == "" {
				t.Fatalf("which article is %q", l[0])
			}
			byTitle[l[0]] = article
			group, at := "", ""
			if l[1] != "iedereen" {
				at, group = attribute, "|"+l[1]
			}
			n, ok := number(l[2])
			if !ok {
				continue
			}
			for c, kind := range kinds {
				count := n
				if c > 0 {
					rate, ok := number(l[2+c])
					if !ok || kind == "" {
						continue
					}
					if kind == "verlies" { // of everybody who lost the same
						rate /= 1625
					}
					count = math.Round(rate * n / 1000)
				}
				shown++
				all = append(all, equation{map[int]float64{id(name(article, at, group, kind)): 1}, count})
			}
		}
	}
	x := &privacytest.Attacker{Vars: len(ids)}
	for _, e := range all {
		x.Equation(e.of, e.value)
	}
	known := x.Solve()
	hidden, learned, bounded := 0, 0, 0
	for _, n := range names {
		switch value, ok := known.Follows(ids[n]); {
		case !ok:
			hidden++
			if privacy.Few(truth[n]) && bounded < 8 {
				bounded++
				if low, high := x.Bounds(ids[n]); high-low < privacy.Smallest-1e-4 {
					t.Errorf("%s, %d, is between %v and %v", n, truth[n], low, high)
				}
			}
		default:
			learned++
			if f, _ := value.Float64(); f != float64(truth[n]) {
				t.Errorf("BUG in the attacker: %s is %d, not %v", n, truth[n], f)
			}
			if privacy.Few(truth[n]) {
				t.Errorf("%s follows: %d", n, truth[n])
			}
		}
	}
	if shown < 20 || hidden < 50 || learned < 5 {
		t.Errorf("%d numbers shown, %d follow, %d stay hidden: this attacks nothing", shown, learned, hidden)
	}
	t.Logf("%d outcomes, %d numbers shown, %d follow, %d stay hidden", len(rows), shown, learned, hidden)
}

// number reads "1.204", "€ 96.000" and "38".
func number(s string) (float64, bool) {
	s = strings.NewReplacer("€", "", "\u00a0", "", " ", "", ".", "", "'", "").Replace(s)
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}
