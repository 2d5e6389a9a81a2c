package check_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"lemniscaat/internal/check"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/regelingen"
)

// The worked examples of a municipality are run with its own values.
func TestExamplesOfAMunicipality(t *testing.T) {
	if testing.Short() {
		t.Skip("checks a regulation more than once")
	}
	t.Parallel()
	const file = "individuele-inkomenstoeslag/gemeenten/noorderkoog.yaml"
	findings := func(from, to string) []string {
		files := fstest.MapFS{}
		err := fs.WalkDir(regelingen.Files, ".", func(name string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			switch top, _, _ := strings.Cut(name, "/"); top {
			case "gemeenschappelijk", "aow", "participatiewet", "individuele-inkomenstoeslag":
			default:
				return nil
			}
			data, err := fs.ReadFile(regelingen.Files, name)
			if name == file {
				if !strings.Contains(string(data), from) {
					t.Fatalf("%s does not say %q", file, from)
				}
				data = []byte(strings.Replace(string(data), from, to, 1))
			}
			files[name] = &fstest.MapFile{Data: data}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		set, ds := regulation.Load(files)
		if err := ds.Err(); err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, f := range check.Check(set, check.Options{Date: rule.MustDate("2026-11-22"), Regulations: []string{"individuele-inkomenstoeslag"}}) {
			if f.Code == check.CodeExample && f.Pos.File == file {
				out = append(out, f.Message)
			}
		}
		return out
	}
	if got := findings(`individuele-inkomenstoeslag: "390"`, `individuele-inkomenstoeslag: "390"`); len(got) > 0 {
		t.Errorf("as it ships: %q", got)
	}
	if got := findings(`individuele-inkomenstoeslag: "390"`, `individuele-inkomenstoeslag: "391"`); len(got) != 1 || !strings.Contains(got[0], "391") {
		t.Errorf("another amount: %q", got)
	}
	if got := findings(`p1: {grensbedrag:`, `p1: {grensbedragen:`); len(got) != 1 || !strings.Contains(got[0], "grensbedragen") {
		t.Errorf("a word that is not there: %q", got)
	}
}
