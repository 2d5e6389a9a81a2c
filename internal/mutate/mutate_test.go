package mutate_test

import (
	"testing"

	"lemniscaat/internal/mutate"
	"lemniscaat/internal/seed"
)

// TestAdd: as many as asked, nearly all of them different from what they are made of
// and from each other, the same ones for the same seed, and none when nothing is asked.
func TestAdd(t *testing.T) { //nolint:paralleltest // it sets the environment
	of := []string{`{"naam": "proef", "datum": "2026-06-01"}`, "", "a"}
	made := func() (all []string) {
		mutate.Add(t, of, func(text string) { all = append(all, text) })
		return all
	}
	t.Setenv("FUZZ_MUTANTS", "")
	if all := made(); len(all) > 0 {
		t.Errorf("%d without being asked", len(all))
	}
	t.Setenv("FUZZ_MUTANTS", "500")
	t.Setenv(seed.Env, "7")
	first, again := made(), made()
	different := map[string]bool{}
	for i, text := range first {
		different[text] = true
		if text != again[i] {
			t.Fatalf("%q and %q with one seed", text, again[i])
		}
	}
	if len(first) != 500 || len(different) < 250 {
		t.Errorf("%d made, %d different", len(first), len(different))
	}
}
