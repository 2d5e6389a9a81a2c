package cli

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lemniscaat/internal/backlog"
	"lemniscaat/internal/simulate"
)

// TestASVS_V1_2_10_NoFormulas: what somebody else wrote never stands in a CSV as
// something that a spreadsheet runs; and there is no other place that writes CSV.
func TestASVS_V1_2_10_NoFormulas(t *testing.T) {
	t.Parallel()
	formulas := []string{"=1+1", "+1", "-1+cmd", "@SUM(A1)", "\t=1", "\r=1", `=HYPERLINK("http://x")`}
	for _, f := range formulas {
		if got := simulate.Inert(f); !strings.HasPrefix(got, "'") {
			t.Errorf("%q becomes %q", f, got)
		}
	}
	var b bytes.Buffer
	if err := backlog.WriteRefused(&b, formulas, []backlog.Refused{{Line: 1, Reason: "r", Accepted: "a", Raw: formulas}}); err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(&b)
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil || len(rows) != 2 {
		t.Fatal(err, len(rows))
	}
	for _, row := range rows {
		for _, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Errorf("a refused row holds %q", cell)
			}
		}
	}
	// These make their cells inert, or write numbers and words of the program only.
	known := []string{"simulate/table.go", "simulate/spreadsheet.go", "web/curve.go", "web/watch.go", "backlog/csv.go", "outcome/csv.go", "cli/vary.go"}
	files, err := filepath.Glob("../*/*.go")
	if err != nil || len(files) < 100 {
		t.Fatal(err, len(files))
	}
	seen := 0
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(f, "_test.go") || !bytes.Contains(text, []byte("csv.NewWriter(")) {
			continue
		}
		seen++
		name := strings.TrimPrefix(filepath.ToSlash(f), "../")
		if !slices.Contains(known, name) {
			t.Errorf("%s writes CSV: use simulate.Inert, and name it here", name)
		}
		if name != "cli/vary.go" && !bytes.Contains(text, []byte("Inert(")) && !bytes.Contains(text, []byte("safe(")) && !bytes.Contains(text, []byte("formula(")) {
			t.Errorf("%s does not make its cells inert", name)
		}
	}
	if seen != len(known) {
		t.Errorf("%d places write CSV, %d are known", seen, len(known))
	}
}
