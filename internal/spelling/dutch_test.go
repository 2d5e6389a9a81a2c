package spelling_test

import (
	"testing"

	"lemniscaat/internal/spelling"
)

func TestCapital(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"": "", "een huis": "Een huis", "één": "Één", "Al": "Al", "“nee”": "“nee”", "12 mei": "12 mei", "\xff": "\xff"} {
		if got := spelling.Capital(in); got != want {
			t.Errorf("Capital(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestAnd(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		want  string
		parts []string
	}{{"", nil}, {"a", []string{"a"}}, {"a en b", []string{"a", "b"}}, {"a, b en c", []string{"a", "b", "c"}}} {
		if got := spelling.And(c.parts...); got != c.want {
			t.Errorf("And(%q) = %q, want %q", c.parts, got, c.want)
		}
	}
}
