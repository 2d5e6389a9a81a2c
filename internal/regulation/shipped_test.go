package regulation_test

import (
	"io/fs"
	"testing"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/regelingen"
)

// load gives the shipped set; it must be free of errors and warnings.
func load(t testing.TB) *regulation.Set {
	t.Helper()
	set, diags := regulation.Load(regelingen.Files)
	for _, d := range diags {
		t.Errorf("%s", d)
	}
	if t.Failed() {
		t.FailNow()
	}
	return set
}

func compile(t testing.TB, m *rule.Model) *exact.Program {
	t.Helper()
	p, diags := exact.Compile(m)
	if err := diags.Err(); err != nil {
		t.Fatalf("compile: %v", err)
	}
	return p
}

func TestShippedRegulationsLoad(t *testing.T) {
	t.Parallel()
	set := load(t)
	want := map[string]regulation.Level{
		"individuele-inkomenstoeslag": regulation.LevelRules,
		"zorgtoeslag":                 regulation.LevelRules,
	}
	for _, r := range set.Regulations {
		if r.Level != want[r.ID] {
			t.Errorf("%s: niveau %v, verwacht %v", r.ID, r.Level, want[r.ID])
		}
		delete(want, r.ID)
		for _, x := range r.Rules() {
			if len(x.Source) == 0 {
				t.Errorf("regel %s heeft geen bron", x.ID)
			}
		}
	}
	for id := range want {
		t.Errorf("regeling %s ontbreekt", id)
	}
}

func TestShippedExamplesComeOut(t *testing.T) {
	t.Parallel()
	set := load(t)
	p := compile(t, set.Model)
	count := 0
	for _, r := range set.Regulations {
		for _, ex := range r.Examples() {
			count++
			for _, m := range ex.Run(p) {
				t.Errorf("%s:%d: %s", ex.Pos.File, ex.Pos.Line, m)
			}
		}
	}
	if count < 100 {
		t.Errorf("er zijn %d voorbeelden; de gepubliceerde tabellen alleen al hebben er meer", count)
	}
}

func TestShippedVariants(t *testing.T) {
	t.Parallel()
	set := load(t)
	files, err := fs.Glob(regelingen.Files, "*/varianten/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("geen varianten gevonden (%v)", err)
	}
	for _, name := range files {
		data, err := fs.ReadFile(regelingen.Files, name)
		if err != nil {
			t.Fatal(err)
		}
		v, diags := regulation.ReadVariant(name, data)
		if len(diags) > 0 {
			t.Fatalf("%s: %v", name, diags)
		}
		after, diags := set.With(v)
		if len(diags) > 0 {
			t.Fatalf("%s: %v", name, diags)
		}
		compile(t, after.Model)
		if len(regulation.Diff(set, after)) == 0 {
			t.Errorf("%s verandert niets", name)
		}
	}
}
