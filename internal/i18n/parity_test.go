package i18n_test

import (
	"os"
	"slices"
	"testing"

	"lemniscaat/internal/i18n"
)

// TestParity: every sentence of the pages, the office and the exhibits is there in both
// languages, with the same places and forms.
func TestParity(t *testing.T) {
	t.Parallel()
	read := func(lang, file string) *i18n.Catalogue {
		t.Helper()
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c, err := i18n.Parse(lang, data)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for _, dir := range []string{".", "../office", "../exhibit"} {
		nl, en := read("nl", dir+"/nl.yaml"), read("en", dir+"/en.yaml")
		for _, k := range nl.Keys() {
			dutch, _ := nl.Text(k)
			english, ok := en.Text(k)
			if !ok {
				t.Errorf("%s/en.yaml lacks %s: %q", dir, k, dutch)
				continue
			}
			want := places(dutch)
			for _, p := range places(english) {
				if !slices.Contains(want, p) {
					t.Errorf("%s/en.yaml %s names %s, which the Dutch does not have", dir, k, p)
				}
			}
		}
		for _, k := range en.Keys() {
			if _, ok := nl.Text(k); !ok {
				t.Errorf("%s/en.yaml has %s, which is not in Dutch", dir, k)
			}
		}
	}
}

func places(s string) []string {
	return slices.Compact(slices.Sorted(slices.Values(placeholder.FindAllString(s, -1))))
}
