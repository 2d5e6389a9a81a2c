package regulation_test

import (
	"strings"
	"testing"

	"lemniscaat/internal/regulation"
)

func TestNewText(t *testing.T) {
	t.Parallel()
	r, diags := regulation.NewText("verordening-kinderen", "Verordening kinderen",
		regulation.Text{ID: "artikel-1", Number: "1", Title: "Woorden", Leden: []regulation.Lid{{"1", "Een <b>kind</b> & zijn ouder."}, {"2", "Een ouder."}}},
		regulation.Text{ID: "artikel-2", Number: "2", Title: "Recht", Body: "Eerste alinea.\n\nTweede alinea."},
		regulation.Text{ID: "artikel-3", Number: "3", Leden: []regulation.Lid{{"1", "Eén:\n\na. dit;\nb. dat."}, {"1a", "Eén a."}}})
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	set, diags := loadSmall(t).Add(r)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	got, ok := set.Get("verordening-kinderen")
	if !ok || got.Level != regulation.LevelText || len(got.Articles) != 3 {
		t.Fatalf("%+v", got)
	}
	if h := got.Articles[0].HTML; h != "<ol>\n<li>Een &lt;b&gt;kind&lt;/b&gt; &amp; zijn ouder.</li>\n<li>Een ouder.</li>\n</ol>" {
		t.Errorf("HTML: %s", h)
	}
	if h := got.Articles[2].HTML; h != "<p>1 Eén:</p>\n<p>a. dit;<br>\nb. dat.</p>\n<p>1a Eén a.</p>" {
		t.Errorf("een lid 1a hoort zijn nummer te houden: %s", h)
	}
	if x := got.Articles[1].Text; x != "Eerste alinea.\n\nTweede alinea." {
		t.Errorf("tekst: %q", x)
	}
	if _, ok := set.Get("bijdrage"); !ok {
		t.Error("de andere regeling is weg")
	}
	if _, diags := set.Add(r); diags.Err() == nil {
		t.Error("twee keer hetzelfde id hoort een fout te zijn")
	}
	// The text stays when a variant is laid over the set.
	after := lay(t, set, "variant: v\nnaam: V\nvanaf: 2026-07-01\nparameters: {bijdrage.grens: \"1.500\"}\n")
	if kept, _ := after.Get("verordening-kinderen"); kept == nil || kept.ContentDigest() != got.ContentDigest() {
		t.Error("de tekst is veranderd door een variant")
	}
}

func TestNewTextRefuses(t *testing.T) {
	t.Parallel()
	ok := regulation.Text{ID: "artikel-1", Title: "Eén"}
	for _, c := range []struct {
		name, id, title string
		articles        []regulation.Text
		says            string
	}{
		{"bad id", "../x", "X", []regulation.Text{ok}, "geen bruikbaar id voor een regeling"},
		{"no name", "x", " ", []regulation.Text{ok}, "geen naam"},
		{"no articles", "x", "X", nil, "geen artikelen"},
		{"same article twice", "x", "X", []regulation.Text{ok, ok}, "twee keer"},
		{"bad article id", "x", "X", []regulation.Text{{ID: "Artikel 1"}}, "geen bruikbaar id voor een artikel"},
		{"too many", "x", "X", make([]regulation.Text, 20_000), "meer dan 10000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, diags := regulation.NewText(c.id, c.title, c.articles...)
			if r != nil || diags.Err() == nil || !strings.Contains(diags.Err().Error(), c.says) {
				t.Errorf("%v %v", r, diags)
			}
		})
	}
}
