package spelling_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"lemniscaat/internal/spelling"
)

func TestDistance(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b        string
		limit, want int
	}{
		{"", "", 0, 0},
		{"norm", "norm", 0, 0},
		{"Norm", "norm", 0, 0},
		{"norm", "nrom", 1, 1},   // swapped
		{"norm", "normen", 2, 2}, // added
		{"één", "een", 2, 2},     // letters, not bytes
		{"norm", "normen", 1, 2}, // over the limit
		{"norm", "wagens", 3, 4},
		{"ab", "ba", 0, 1},
		{"", "abc", 5, 3},
	} {
		if got := spelling.Distance(c.a, c.b, c.limit); got != c.want {
			t.Errorf("Distance(%q, %q, %d) = %d, want %d", c.a, c.b, c.limit, got, c.want)
		}
	}
}

// One edit is a distance of at most one, both ways alike, and a limit never
// changes what lies within it.
func TestDistanceProperties(t *testing.T) {
	t.Parallel()
	words := rapid.StringOfN(rapid.RuneFrom([]rune("abcdé ")), 0, 12, -1)
	rapid.Check(t, func(t *rapid.T) {
		a, b := words.Draw(t, "a"), words.Draw(t, "b")
		far := 100
		d := spelling.Distance(a, b, far)
		if back := spelling.Distance(b, a, far); back != d {
			t.Fatalf("%d one way, %d the other", d, back)
		}
		if (d == 0) != (a == b) {
			t.Fatalf("distance %d between %q and %q", d, a, b)
		}
		if most := max(utf8.RuneCountInString(a), utf8.RuneCountInString(b)); d > most {
			t.Fatalf("distance %d, and only %d letters", d, most)
		}
		limit := rapid.IntRange(0, 6).Draw(t, "limit")
		if got := spelling.Distance(a, b, limit); got != min(d, limit+1) {
			t.Fatalf("%d with limit %d, want %d", got, limit, min(d, limit+1))
		}
		r := []rune(a)
		at := rapid.IntRange(0, len(r)).Draw(t, "at")
		if got := spelling.Distance(a, string(r[:at])+"x"+string(r[at:]), 3); got != 1 {
			t.Fatalf("distance %d after one letter more", got)
		}
	})
}

func TestNearest(t *testing.T) {
	t.Parallel()
	third := func(k string) int { return max(1, len(k)/3) }
	known := []string{"inkomen", "vermogen", "inkomst"}
	for typed, want := range map[string]string{
		"inkome": "inkomen", "inkomes": "inkomen", "VERMOGEN": "vermogen", "vremogen": "vermogen", "partner": "", strings.Repeat("x", 50): "",
	} {
		if got := spelling.Nearest(typed, known, third); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", typed, got, want)
		}
	}
	if got := spelling.Nearest("norm", nil, third); got != "" {
		t.Errorf("nothing known gives %q", got)
	}
}
