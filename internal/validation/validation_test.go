package validation_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/i18n"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/validation"
	"lemniscaat/regelingen"
)

var update = flag.Bool("update", false, "write docs/validatie.md anew")

func shipped(t *testing.T) *regulation.Set {
	t.Helper()
	set, ds := regulation.Load(regelingen.Files)
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	return set
}

func document(t *testing.T, r *validation.Report, n string) string {
	t.Helper()
	texts, err := i18n.Load("nl")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := r.Markdown(&b, texts, "lemniscaat population validate "+n+" --seed 1 --out docs/validatie.md"); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The document is what the command makes, with the rules and the population of
// now.
func TestDocument(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("some ten seconds of computing")
	}
	const file = "../../docs/validatie.md"
	r, err := validation.Run(context.Background(), shipped(t), 40_000, 1, 2)
	if err != nil {
		t.Fatal(err)
	}
	want := document(t, r, "nl:40000")
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, string(got)); d != "" {
		t.Errorf("docs/validatie.md is out of date (make validatie):\n%.3000s", d)
	}
}

// A report is the same for any number of workers, every regulation of a target
// is run, and what the model gives is near enough for the figure to be of the
// same thing.
func TestRun(t *testing.T) {
	t.Parallel()
	set := shipped(t)
	r, err := validation.Run(context.Background(), set, 3000, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	again, err := validation.Run(context.Background(), set, 3000, 1, 3)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(document(t, r, "nl:3000"), document(t, again, "nl:3000")); d != "" {
		t.Errorf("1 and 3 workers differ:\n%s", d)
	}
	used := map[string]int{}
	for _, o := range r.Outcomes {
		used[o.Use]++
		if !o.Run {
			t.Errorf("%s is not run on %v", o.ID, o.Date)
		}
		if off := o.Off(); o.Value != 0 && o.Measure != "gevallen-aow" && (off < -40 || off > 130) {
			t.Errorf("%s: model %.0f, official %.0f", o.ID, o.Model, o.Value)
		}
	}
	if used["toets"] < 8 || used["ijking"] < 2 || len(used) != 2 {
		t.Errorf("targets by use: %v", used)
	}
	if r.Reform.New.Rows == 0 || r.Reform.New.MeanMonth <= 0 || r.Reform.Less.Rows == 0 || r.Reform.Less.MeanMonth >= 0 {
		t.Errorf("the reform does nothing: %+v", r.Reform)
	}
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Synthetic bool `json:"synthetisch"`
		Targets   []struct {
			ID       string   `json:"id"`
			HeldOut  bool     `json:"toets"`
			Official *float64 `json:"gepubliceerd"`
			Model    *float64 `json:"model"`
			Off      *float64 `json:"verschilProcent"`
			Source   string   `json:"bron"`
		} `json:"cijfers"`
	}
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if !got.Synthetic || len(got.Targets) != len(r.Outcomes)+len(r.Diagnosis.Checks) {
		t.Errorf("%d targets in JSON, synthetic %v", len(got.Targets), got.Synthetic)
	}
	for _, x := range got.Targets {
		if x.Source == "" || x.Official != nil && (x.Model == nil || x.Off == nil) {
			t.Errorf("%+v is not complete", x)
		}
	}
	if strings.Contains(document(t, r, "nl:3000"), "<no value>") {
		t.Error("the document has holes")
	}
}
