package regulation_test

import (
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"lemniscaat/internal/dossier"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/regelingen"
)

// alone loads the shared words and some regulations, as if the others did not
// exist.
func alone(t testing.TB, ids []string) *regulation.Set {
	t.Helper()
	files := fstest.MapFS{}
	err := fs.WalkDir(regelingen.Files, ".", func(name string, d fs.DirEntry, err error) error {
		folder, _, _ := strings.Cut(name, "/")
		if err != nil || d.IsDir() || folder != "gemeenschappelijk" && !slices.Contains(ids, folder) {
			return err
		}
		data, err := fs.ReadFile(regelingen.Files, name)
		files[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	set, diags := regulation.Load(files)
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	return set
}

// A decision on a regulation is the same whether or not regulations that it
// does not build on are there: every value of every worked example.
func TestScopeIsAsIfAlone(t *testing.T) {
	t.Parallel()
	set := load(t)
	for _, r := range set.Regulations {
		t.Run(r.ID, func(t *testing.T) {
			t.Parallel()
			var ids []string
			for _, x := range set.BuildsOn(r.ID) {
				ids = append(ids, x.ID)
			}
			other := alone(t, ids)
			here, there := program(t, set, r.ID), compile(t, other.Model)
			own, _ := other.Get(r.ID)
			for i, ex := range r.Examples() {
				a, _ := ex.Given.Case(here, ex.Date)
				b, _ := own.Examples()[i].Given.Case(there, ex.Date)
				if a == nil || b == nil {
					t.Fatalf("%s: geen zaak", ex.Name)
				}
				for obj := range b.Len() {
					for _, attr := range b.TypeOf(obj).Attributes {
						want, err1 := b.Value(obj, attr)
						got, err2 := a.Value(obj, here.Attribute(attr.ID()))
						if !got.Equal(want) || (err1 == nil) != (err2 == nil) {
							t.Errorf("%s: %s van %s is %v (%v), alleen geladen %v (%v)", ex.Name, attr.ID(), b.ID(obj), got, err2, want, err1)
						}
					}
				}
			}
		})
	}
}

// What is in a scope is what bouwt-op says, the declarations are all there, and
// the scope of everything is the model of the set.
func TestScopeIsTheClosure(t *testing.T) {
	t.Parallel()
	set := load(t)
	var all []string
	for _, r := range set.Regulations {
		all = append(all, r.ID)
	}
	if set.Scope(all...) != set.Model {
		t.Error("het bereik van alles is niet het model zelf")
	}
	rapid.Check(t, func(t *rapid.T) {
		ids := rapid.SliceOfDistinct(rapid.SampledFrom(all), rapid.ID[string]).Draw(t, "ids")
		in := map[string]bool{}
		for n := -1; n != len(in); { // until nothing is added
			n = len(in)
			for _, r := range set.Regulations {
				if slices.Contains(ids, r.ID) || in[r.ID] {
					in[r.ID] = true
					for _, x := range r.BuildsOn {
						in[x] = true
					}
				}
			}
		}
		got := set.Scope(ids...)
		have := map[*rule.Rule]bool{}
		for _, r := range got.Rules {
			have[r] = true
		}
		for _, r := range set.Model.Rules {
			if _, known := set.Get(r.Regulation); have[r] != (in[r.Regulation] || !known) {
				t.Fatalf("%v: regel %s", ids, r.ID)
			}
		}
		if !slices.Equal(got.Objects, set.Model.Objects) || !slices.Equal(got.Parameters, set.Model.Parameters) || !slices.Equal(got.Facts, set.Model.Facts) {
			t.Fatalf("%v: niet alle woorden zijn er", ids)
		}
		p, _ := set.Program(ids...)
		if q, _ := set.Program(slices.Concat(ids, ids)...); p == nil || p != q || p.Model() != got {
			t.Fatalf("%v: het programma is niet bewaard", ids)
		}
	})
}

// elders is a regulation that writes what bijdrage reads and gives.
const elders = "---\nid: artikel-1\ntitel: Elders\n---\n# Elders\n\n1. Tekst.\n\n```regelspraak\n" +
	"// Id: elders.inkomen\n// Bron: raad\nRegel inkomen elders\n    geldig vanaf 2025\n        Het inkomen van een aanvrager moet geïnitialiseerd worden op 5 €.\n\n" +
	"// Id: elders.bijdrage\n// Bron: raad\nRegel bijdrage elders\n    geldig vanaf 2025\n        De bijdrage van een aanvrager moet gesteld worden op 7 €\n        indien hij ruim is.\n```\n"

// A rule outside the scope changes nothing there: a datum that it would have
// given is asked for, and it does not conflict.
func TestScopeLeavesOthersOut(t *testing.T) {
	t.Parallel()
	files := maps.Clone(small())
	files["elders/regeling.yaml"] = "id: elders\nnaam: Elders\nbouwt-op: [bijdrage]\n"
	files["elders/artikel-1.md"] = elders
	set, diags := regulation.Load(fsys(files))
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	value := func(p *exact.Program, given string) (rule.Datum, error) {
		f, diags := dossier.Read("d.yaml", []byte("datum: 2026-01-01\npersonen:\n  p1: {"+given+"}\n"), set.Model)
		if err := diags.Err(); err != nil {
			t.Fatal(err)
		}
		c, diags := f.Case(p, rule.Date{})
		if err := diags.Err(); err != nil {
			t.Fatal(err)
		}
		return c.Value(0, p.Attribute("persoon.bijdrage"))
	}
	own, both := program(t, set, "bijdrage"), program(t, set, "elders")
	if v, err := value(own, "ruim: nee"); err == nil {
		t.Errorf("zonder inkomen: %v; het inkomen hoort gevraagd te worden", v)
	}
	if v, err := value(both, "ruim: nee"); err != nil || v.String() != "100" {
		t.Errorf("met de regel die het inkomen geeft: %v, %v", v, err)
	}
	if v, err := value(own, "ruim: ja, inkomen: 10"); err != nil || v.String() != "100" {
		t.Errorf("in bereik van bijdrage: %v, %v", v, err)
	}
	if v, err := value(both, "ruim: ja, inkomen: 10"); err == nil {
		t.Errorf("in bereik van elders geldt er een regel te veel, maar het bedrag is %v", v)
	}
	if own.IsInput(own.Attribute("persoon.inkomen"), rule.MustDate("2026-01-01")) == both.IsInput(both.Attribute("persoon.inkomen"), rule.MustDate("2026-01-01")) &&
		own.Optional(own.Attribute("persoon.inkomen"), rule.MustDate("2026-01-01")) {
		t.Error("een regel buiten het bereik maakt het inkomen vrijwillig")
	}
}

// A set is used by many at once.
func TestScopeConcurrently(t *testing.T) {
	t.Parallel()
	set := load(t)
	var wg sync.WaitGroup
	want := load(t).Digest()
	for range 8 {
		wg.Go(func() {
			if got := set.Digest(); got != want {
				t.Errorf("%s, elders %s", got, want)
			}
			for _, r := range set.Regulations {
				if p, ds := set.Program(r.ID); p == nil || p.Model() != set.Scope(r.ID) {
					t.Errorf("%s: %v", r.ID, ds)
				}
			}
		})
	}
	wg.Wait()
}
