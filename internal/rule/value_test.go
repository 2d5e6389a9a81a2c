package rule_test

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lemniscaat/internal/rule"
)

// A slug is the lower-case words of a name, joined; whatever they are joined by.
func TestSlug(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.StringOf(rapid.SampledFrom([]rune("aZé- \t\n\v\r\x1f\u0085\u00a0İ1"))).Draw(rt, "naam")
		want := strings.Join(strings.Fields(strings.ToLower(name)), "-")
		if got := rule.Slug(name); got != want {
			rt.Fatalf("%q: %q, verwacht %q", name, got, want)
		}
	})
}

// TestIsSlug: it says of every name what Slug says.
func TestIsSlug(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		draw := rapid.StringOfN(rapid.SampledFrom([]rune("aAbZ -\t\u00a0\u0130éK")), 0, 8, -1)
		a, b := draw.Draw(t, "a"), draw.Draw(t, "b")
		for _, slug := range []string{rule.Slug(a), rule.Slug(b), a, b} {
			if got, want := rule.IsSlug(a, slug), rule.Slug(a) == slug; got != want {
				t.Fatalf("IsSlug(%q, %q) = %v, want %v", a, slug, got, want)
			}
		}
	})
}

// A number that is quick to write is written as math/big writes it, and so is a
// day as fmt does.
func TestWrites(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		den := rapid.OneOf(rapid.SampledFrom([]int64{1, 2, 4, 5, 8, 10, 25, 100, 1000, 10_000, 1_000_000, 64, 128, 3, 7, 1 << 40}), rapid.Int64Range(1, 1<<50)).Draw(t, "den")
		num := rapid.OneOf(rapid.Int64Range(-1000, 1000), rapid.Int64()).Draw(t, "num")
		r := big.NewRat(num, den)
		want := r.RatString()
		if n, exact := r.FloatPrec(); exact {
			want = r.FloatString(n)
		}
		if got := rule.Decimal(r); got != want {
			t.Fatalf("%d/%d: got %s, want %s", num, den, got, want)
		}
		d := rule.Date{Year: rapid.IntRange(-20, 20_000).Draw(t, "year"), Month: rapid.IntRange(-1, 120).Draw(t, "month"), Day: rapid.IntRange(-1, 120).Draw(t, "day")}
		if got, want := d.String(), fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day); got != want {
			t.Fatalf("got %s, want %s", got, want)
		}
	})
}
