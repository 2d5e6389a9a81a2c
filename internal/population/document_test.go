package population_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/population"
)

var update = flag.Bool("update", false, "write the tables of docs/simulatie.md anew")

// The tables in the documentation are what the generator gives.
func TestDocument(t *testing.T) {
	t.Parallel()
	const file = "../../docs/simulatie.md"
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p := build(t, population.Spec{N: 200_000, Seed: 1})
	d, err := population.Diagnose(context.Background(), p, 2)
	if err != nil {
		t.Fatal(err)
	}
	var checks, assumed strings.Builder
	checks.WriteString("| cijfer | bron | gebruik | gepubliceerd | model | verschil |\n|---|---|---|---:|---:|---:|\n")
	for _, c := range d.Checks {
		period := strings.TrimSuffix(c.Period, "-01-01")
		fmt.Fprintf(&checks, "| %s | %s, %s | %s | %s | %s | %s %% |\n", c.Label, c.Table, period, c.Use, number(c.Value, c.Unit), number(c.Model, c.Unit), decimal(c.Off(), 1))
	}
	assumed.WriteString("| aanname | waarde | laag – hoog | grond |\n|---|---:|---:|---|\n")
	for _, a := range p.Assumptions() {
		value, bounds := "", ""
		if a.Value != 0 || a.Low != a.High {
			value = plain(a.Value)
			if a.Unit != "" {
				value += " " + a.Unit
			}
		}
		if a.Low != a.High {
			bounds = plain(a.Low) + " – " + plain(a.High)
		}
		fmt.Fprintf(&assumed, "| %s | %s | %s | %s |\n", a.Text, value, bounds, a.Basis)
	}
	want := between(t, string(data), "controle", checks.String())
	want = between(t, want, "aannames", assumed.String())
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if d := cmp.Diff(want, string(data)); d != "" {
		t.Errorf("docs/simulatie.md is out of date (run this test with -update):\n%s", d)
	}
}

// between puts text between the markers of a section.
func between(t *testing.T, doc, section, text string) string {
	t.Helper()
	begin, end := "<!-- begin "+section+" -->\n", "<!-- einde "+section+" -->"
	before, rest, ok := strings.Cut(doc, begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("docs/simulatie.md has no section %s", section)
	}
	return before + begin + text + end + after
}

// number writes a figure as Dutch readers expect it.
func number(v float64, unit string) string {
	switch unit {
	case "euro":
		return "€ " + thousands(v)
	case "%", "jaar", "uur":
		return decimal(v, 1) + " " + unit
	}
	return thousands(v)
}

func decimal(v float64, digits int) string {
	s := strings.Replace(strconv.FormatFloat(v, 'f', digits, 64), ".", ",", 1)
	if strings.Trim(s, "-0,") == "" {
		s = strings.TrimPrefix(s, "-")
	}
	return s
}

func plain(v float64) string {
	return strings.Replace(strconv.FormatFloat(v, 'f', -1, 64), ".", ",", 1)
}

func thousands(v float64) string {
	s := strconv.FormatFloat(v, 'f', 0, 64)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "." + s[i:]
	}
	return s
}
