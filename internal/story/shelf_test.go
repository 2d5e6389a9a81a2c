package story_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/regulation"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/sqlite"
	"lemniscaat/internal/story"
	"lemniscaat/regelingen"
)

// shared is a shelf for all tests: playing a story takes a second.
var shared struct {
	once sync.Once
	*story.Shelf
	dir string
}

func TestMain(m *testing.M) {
	code := m.Run()
	if shared.Shelf != nil {
		if err := errors.Join(shared.Close(), os.RemoveAll(shared.dir)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

func shelf(t *testing.T) *story.Shelf {
	t.Helper()
	shared.once.Do(func() {
		dir, err := os.MkdirTemp("", "verhaal-test-")
		if err != nil {
			t.Fatal(err)
		}
		shared.dir, shared.Shelf = dir, newShelf(t, dir)
	})
	return shared.Shelf
}

func newShelf(t *testing.T, dir string) *story.Shelf {
	t.Helper()
	stories, err := story.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	set, ds := regulation.Load(regelingen.Files)
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	var n atomic.Int32
	return story.NewShelf(stories, set, func(ctx context.Context) (store.Store, error) {
		return sqlite.Open(ctx, filepath.Join(dir, fmt.Sprint(n.Add(1))), sqlite.Options{Scratch: true})
	})
}

// TestScenes: a live page shows the story as it was on that day, not as it
// ended; and nothing can be changed on it.
func TestScenes(t *testing.T) {
	t.Parallel()
	s := shelf(t)
	ctx := t.Context()
	v, err := s.Story(ctx, "toeslagen")
	if err != nil {
		t.Fatal(err)
	}
	if v.Failed != 0 || v.Checks < 30 {
		t.Errorf("%d checks, %d failed", v.Checks, v.Failed)
	}
	for step, want := range map[string]struct{ issues, reached int }{
		"bezwaar": {1, 0}, "oorzaken": {4, 0}, "memo": {5, 0}, "ladder-2": {5, 2}, "ladder-4": {5, 4},
	} {
		o, as, bar, err := s.Scene(ctx, "toeslagen", step)
		if err != nil {
			t.Fatal(step, err)
		}
		if bar.Back != "/verhalen/toeslagen#"+step || as == "" || bar.N == 0 {
			t.Errorf("%s: bar %+v as %q", step, bar, as)
		}
		reg, err := o.Register(ctx, as, view.RegisterInput{})
		if err != nil {
			t.Fatal(step, err)
		}
		if reg.Head == "" {
			t.Errorf("%s: no head of the log", step)
		}
		f, err := o.Frame(ctx, as)
		if err != nil || f.Today != bar.Date || f.Actor.ID != as {
			t.Errorf("%s: frame %+v, %v", step, f, err)
		}
		if want.issues < 5 {
			if _, err := o.Issue(ctx, as, "k-memo"); !errors.Is(err, view.ErrNotFound) {
				t.Errorf("%s: the memo is there already: %v", step, err)
			}
			continue
		}
		i, err := o.Issue(ctx, as, "k-memo")
		if err != nil {
			t.Fatal(step, err)
		}
		reached := 0
		for _, l := range i.Ladder {
			if l.Reached {
				reached++
			}
		}
		if reached != want.reached {
			t.Errorf("%s: %d steps of the ladder, want %d", step, reached, want.reached)
		}
		_, err = o.MeToo(ctx, "behandelaar", "k-memo", "")
		var no *view.Refusal
		if !errors.As(err, &no) || no.Code != "verhaal-alleen-lezen" {
			t.Errorf("%s: a signal in a story: %v", step, err)
		}
	}
	if _, _, _, err := s.Scene(ctx, "toeslagen", "nooit"); !errors.Is(err, view.ErrNotFound) {
		t.Errorf("a step that is not there: %v", err)
	}
	if _, err := s.Story(ctx, "nooit"); !errors.Is(err, view.ErrNotFound) {
		t.Errorf("a story that is not there: %v", err)
	}
}

// TestSameEveryTime: a story that is played again tells the same.
func TestSameEveryTime(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a story twice")
	}
	t.Parallel()
	a, err := shelf(t).Story(t.Context(), "toeslagen")
	if err != nil {
		t.Fatal(err)
	}
	again := newShelf(t, t.TempDir())
	defer func() {
		if err := again.Close(); err != nil {
			t.Error(err)
		}
	}()
	b, err := again.Story(t.Context(), "toeslagen")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(a, b); d != "" {
		t.Error(d)
	}
}

// TestTexts: each step says what it must say, in both languages and in plain
// words; and no text is left over.
func TestTexts(t *testing.T) {
	if testing.Short() {
		t.Skip("plays every story, in two languages")
	}
	t.Parallel()
	pairs, err := story.Phrases()
	if err != nil {
		t.Fatal(err)
	}
	s := shelf(t)
	list, err := s.Stories(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{}
	for _, row := range list.Stories {
		said[row.Title], said[row.Sentence] = true, true
		v, err := s.Story(t.Context(), row.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range []string{v.Lead, v.Shows, v.NotShown} {
			said[x] = true
		}
		for _, st := range v.Steps {
			for _, x := range []string{st.Title, st.Then, st.Shown, st.Screen.Text} {
				said[x] = true
			}
			if st.Then == "" && !st.Invented {
				t.Errorf("%s: nothing happened, and it is not invented", st.ID)
			}
			if st.Then != "" && len(st.Sources) == 0 {
				t.Errorf("%s: what happened has no source", st.ID)
			}
			for _, r := range st.Results {
				if strings.Contains(r.Text, "⟦") || strings.ContainsAny(r.Text, "{}|") {
					t.Errorf("%s: %q", st.ID, r.Text)
				}
			}
		}
	}
	for x := range said {
		if strings.Contains(x, "⟦") {
			t.Errorf("no text: %s", x)
		}
		if _, ok := pairs[x]; x != "" && !ok {
			t.Errorf("no English: %q", x)
		}
	}
	jargon := regexp.MustCompile(`(?i)\b(ingevolge|conform|inzake|derhalve|teneinde|betreffende|alsmede|dienen te|middels|omtrent)\b`)
	ends := regexp.MustCompile(`[.!?:](\s|$)`)
	words, sentences := 0, 0
	for _, text := range slices.Sorted(maps.Keys(pairs)) {
		if m := jargon.FindString(text); m != "" {
			t.Errorf("%q is jargon: %s", m, text)
		}
		for _, x := range ends.Split(text, -1) {
			n := len(strings.Fields(x))
			if n > 25 {
				t.Errorf("%d words: %s", n, x)
			}
			if n > 2 {
				words, sentences = words+n, sentences+1
			}
		}
	}
	if mean := float64(words) / float64(sentences); mean > 15 {
		t.Errorf("%.1f words a sentence", mean)
	}
}

// TestRefuses: a story that cannot be played is not read.
func TestRefuses(t *testing.T) {
	t.Parallel()
	const head = "id: x\nregeling: tozo\n"
	for name, text := range map[string]string{
		"nothing":          "",
		"unknown field":    head + "onbekend: 1\n",
		"no steps":         head,
		"no date":          head + "stappen: [{id: a, datum: ooit, klopt: [{genomen: {aantal: 0}}]}]",
		"back in time":     head + "stappen: [{id: a, datum: 2020-01-02, klopt: [{genomen: {aantal: 0}}]}, {id: b, datum: 2020-01-01, klopt: [{genomen: {aantal: 0}}]}]",
		"twice the same":   head + "stappen: [{id: a, datum: 2020-01-02, klopt: [{genomen: {aantal: 0}}]}, {id: a, datum: 2020-01-02, klopt: [{genomen: {aantal: 0}}]}]",
		"nothing to check": head + "stappen: [{id: a, datum: 2020-01-02}]",
		"an empty check":   head + "stappen: [{id: a, datum: 2020-01-02, klopt: [{}]}]",
		"two in one act":   head + "stappen: [{id: a, datum: 2020-01-02, doe: [{toets: v, voorleggen: v}], klopt: [{genomen: {aantal: 0}}]}]",
		"act back in time": head + "stappen: [{id: a, datum: 2020-01-02, doe: [{datum: 2019-01-01, toets: v}], klopt: [{genomen: {aantal: 0}}]}]",
		"unknown source":   head + "stappen: [{id: a, datum: 2020-01-02, bronnen: [nergens], klopt: [{genomen: {aantal: 0}}]}]",
	} {
		if _, err := story.Read("x.yaml", []byte(text)); err == nil {
			t.Errorf("%s: read", name)
		}
	}
}
