package story_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lemniscaat/internal/regulation"
	"lemniscaat/internal/store/sqlite"
	"lemniscaat/internal/story"
	"lemniscaat/regelingen"
)

// TestScenarios plays the scenarios of testdata/scenario: each file says in its
// first lines what it is about, and in its checks what must hold.
func TestScenarios(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/scenario/*.yaml")
	if err != nil || len(files) < 7 {
		t.Fatalf("%d scenarios, %v", len(files), err)
	}
	set, ds := regulation.Load(regelingen.Files)
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s, err := story.Read(file, data)
			if err != nil {
				t.Fatal(err)
			}
			log, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Options{Scratch: true})
			if err != nil {
				t.Fatal(err)
			}
			defer log.Close()
			stage, played, err := story.Play(t.Context(), s, set, log)
			if err != nil {
				t.Fatal(err)
			}
			defer stage.Close()
			for _, step := range played.Steps {
				for _, r := range step.Results {
					if !r.OK {
						t.Errorf("%s: %s %v, want %s", step.ID, r.Key, r.Args, r.Want)
					}
				}
			}
		})
	}
}

// TestWrong: a story that says something else than what comes out is not right;
// one in which something is done that must be refused is not played.
func TestWrong(t *testing.T) {
	t.Parallel()
	set, ds := regulation.Load(regelingen.Files)
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile("testdata/scenario/sleutel-geweigerd.yaml")
	if err != nil {
		t.Fatal(err)
	}
	play := func(old, wrong string) (*story.Played, error) {
		text := strings.Replace(string(data), old, wrong, 1)
		if text == string(data) {
			t.Fatalf("%q is not in the scenario", old)
		}
		s, err := story.Read("x.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		log, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Options{Scratch: true})
		if err != nil {
			t.Fatal(err)
		}
		defer log.Close()
		stage, played, err := story.Play(t.Context(), s, set, log)
		if stage != nil {
			stage.Close()
		}
		return played, err
	}
	for old, wrong := range map[string]string{
		"uiterlijk: 2020-07-13":          "uiterlijk: 2020-07-14",
		"is: open":                       "is: opgelost",
		"wie: beleid, uiterlijk":         "wie: eigenaar, uiterlijk",
		"staat: {knelpunt: loon, is: be": "signalen: {knelpunt: loon, aantal: 2}\n      - staat: {knelpunt: loon, is: be",
	} {
		played, err := play(old, wrong)
		if err != nil {
			t.Errorf("%s: %v", wrong, err)
		} else if played.OK() {
			t.Errorf("%s: right", wrong)
		}
	}
	for old, wrong := range map[string]string{
		"geweigerd: sleutel-ontbreekt": "geweigerd: anders",
		", geweigerd: rol-onjuist":     "",
		"wie: uitvoering, sleutel":     "wie: uitvoering, geweigerd: rol-onjuist, sleutel",
	} {
		if _, err := play(old, wrong); err == nil {
			t.Errorf("%s: played", wrong)
		}
	}
}
