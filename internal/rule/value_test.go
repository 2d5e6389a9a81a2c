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
