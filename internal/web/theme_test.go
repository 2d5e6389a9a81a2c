package web_test

import (
	"strings"
	"testing"

	"lemniscaat/internal/web"
)

// TestOwnColours: own colours that can be read are taken; others are refused with
// the pair, its contrast and a colour that would do.
func TestOwnColours(t *testing.T) {
	t.Parallel()
	for _, good := range []string{
		":root { --lem-accent: #154273; --lem-accent-strong: #0b2a4a; --lem-accent-weak: #e8eef5 }",
		":root{--basis-color-action-1-inverse-bg-default:rgb(0, 64, 128);}", ":root { --lem-paper: #fff; --lem-ink: black; }",
		"/* url( in a remark */ :root { --basis-border-radius-md: 0; }",
	} {
		if err := web.CheckTokens([]byte(good)); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, x := range []struct{ css, want string }{
		{":root { --lem-accent: #7fb5e6; }", "--lem-accent (#7fb5e6) op --lem-paper (#ffffff) heeft contrast 2,1"},
		{":root { --lem-accent: #7fb5e6; }", "nodig is 4,50; #"},
		{":root { --lem-paper: #1b2330; }", "--lem-ink (#1b2330) op --lem-paper (#1b2330) heeft contrast 1,00"},
		{":root { --lem-line-strong: #dddddd; }", "nodig is 3,00"},
		{":root { --basis-color-action-1-inverse-color-default: var(--lem-accent); }", "--basis-color-action-1-inverse-color-default"},
		{":root { --lem-accent: hsl(180 50% 20%); }", "verwacht: #rrggbb"},
		{":root { --lem-accent: var(--lem-accent); }", "geen kleur"},
		{":root { --lem-accent: rgb(300, 1, 1); }", "geen kleur"},
		{":root { --lem-accet: #154273; }", "--lem-accet bestaat niet"},
		{"@import 'https://elders.example/x.css';", "@import"},
		{":root { --x: url(https://elders.example/) }", "url("},
		{"", "geen waarde"}, {"\xff\x00{", "geen waarde"}, {strings.Repeat("a", 300<<10), "ten hoogste"},
	} {
		if err := web.CheckTokens([]byte(x.css)); err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%.60s: %v, want %q", x.css, err, x.want)
		}
	}
	// What is proposed is accepted.
	err := web.CheckTokens([]byte(":root { --lem-soft: #999999; }"))
	if err == nil {
		t.Fatal("grey on white is accepted")
	}
	darkest := ""
	for _, part := range strings.Split(err.Error(), "\n") {
		if i := strings.Index(part, "nodig is 4,50; "); i >= 0 {
			c := part[i+len("nodig is 4,50; "):][:7]
			if darkest == "" || c < darkest {
				darkest = c
			}
		}
	}
	if err := web.CheckTokens([]byte(":root { --lem-soft: " + darkest + "; }")); err != nil {
		t.Errorf("%s was proposed: %v", darkest, err)
	}
}
