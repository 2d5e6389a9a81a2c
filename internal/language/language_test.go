package language_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"lemniscaat/internal/language"
	"lemniscaat/internal/regelspraak"
)

func TestFilesAreAFileSystem(t *testing.T) {
	t.Parallel()
	files := shipped(t)
	if err := fstest.TestFS(files, files.With("x/nieuw.md", "").Names()...); err == nil {
		t.Error("a file that is not there was found")
	}
	if err := fstest.TestFS(files, files.Names()...); err != nil {
		t.Error(err)
	}
}

func TestReadTakesWhatARegulationHas(t *testing.T) {
	t.Parallel()
	files, err := language.Read(fstest.MapFS{
		"a/regeling.yaml": {}, "a/varianten/v.yaml": {}, "a/b/c/d.md": {}, "a/plaatje.png": {}, ".git/x.md": {}, "README.md": {}, "a/.x.md": {},
	})
	if err != nil || !slices.Equal(files.Names(), []string{"a/regeling.yaml", "a/varianten/v.yaml"}) {
		t.Errorf("%v %q", err, files.Names())
	}
	if _, err := language.Read(broken{}); err == nil {
		t.Error("a disk that fails went unnoticed")
	}
}

type broken struct{}

func (broken) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
}

// A block of rules is looked at over a set that was loaded.
func TestOpenRules(t *testing.T) {
	t.Parallel()
	set := language.Open(small(twoRules), day).Set()
	text, place := cut(t, "// Id: premie.bedrag\nRegel premie\n    geldig vanaf 2024\n        De premie van een aanvrager moet gesteld worden op zijn in|komne.")
	w := language.OpenRules(set, regelspraak.Source{Regulation: "premie", Text: text}, day)
	file := w.Names()[0]
	ds := w.Diagnostics()[file]
	if len(ds) != 1 || ds[0].Code != "onbekende-naam" || between(text, ds[0].Range) != "inkomne" || ds[0].Fix == nil {
		t.Errorf("diagnostics: %+v", ds)
	}
	if got := labels(w.Complete(file, place)); !slices.Contains(got, "inkomen") {
		t.Errorf("completion: %q", got)
	}
	good := language.OpenRules(set, regelspraak.Source{Regulation: "premie", Text: strings.Replace(text, "inkomne", "inkomen", 1)}, day)
	if ds := good.Diagnostics()[file]; len(ds) != 0 {
		t.Errorf("diagnostics: %+v", ds)
	}
	if h, ok := good.Hover(file, place); !ok || !strings.Contains(h.Text, "attribuut van persoon") {
		t.Errorf("hover: %+v", h)
	}
}

// Places that are nowhere, in files that are nothing, have no answer and no panic.
func TestOddPlaces(t *testing.T) {
	t.Parallel()
	files := small(goodRule).With("premie/leeg.md", "").With("premie/half.md", "---\nid: x\n---\n```regelspraak\n").With("premie/vreemd.yaml", "{").
		With("premie/varianten/x.yaml", ": :\n- [")
	w := language.Open(files, day)
	for _, file := range append(w.Names(), "er/niet.md") {
		for _, p := range []language.Place{{}, {Line: 1, Column: 1}, {Line: 2, Column: 900}, {Line: 99999, Column: 1}, {Line: 5, Column: 1}, {Line: -3, Column: -3}} {
			w.Complete(file, p)
			w.Hover(file, p)
			w.Definition(file, p)
			w.References(file, p, true)
			if _, err := w.Rename(file, p, "x"); err == nil {
				t.Errorf("%s %v: renamed", file, p)
			}
		}
		w.Format(file)
		w.Symbols(file)
	}
	w.Diagnostics()
}

// BenchmarkKeystroke: one change in what ships, and what an editor asks then.
func BenchmarkKeystroke(b *testing.B) {
	files := shipped(b)
	const name = "zorgtoeslag/artikel-2.md"
	before, after, _ := strings.Cut(files[name], "zijn toetsingsinkomen plus")
	place := language.Place{Line: strings.Count(before, "\n") + 1, Column: 17}
	files = files.With(name, before+"zijn toe"+after)
	b.Run("diagnostics", func(b *testing.B) {
		for b.Loop() {
			language.Open(files, day).Diagnostics()
		}
	})
	w := language.Open(files, day)
	b.Run("completion", func(b *testing.B) {
		for b.Loop() {
			if len(w.Complete(name, place)) == 0 {
				b.Fatal("nothing is offered")
			}
		}
	})
	b.Run("hover", func(b *testing.B) {
		for b.Loop() {
			w := language.Open(files, day)
			w.Hover(name, language.Place{Line: place.Line, Column: 20})
		}
	})
}
