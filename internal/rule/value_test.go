package rule_test

import (
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
