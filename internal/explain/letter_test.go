package explain_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/explain"
	"lemniscaat/internal/rule"
)

func TestCheckLetter(t *testing.T) {
	t.Parallel()
	const why = "Wij stoppen uw toeslag, omdat wij uw bewijs niet hebben. "
	for name, x := range map[string]struct {
		text string
		want []string
	}{
		"nothing":            {"Wij stoppen uw toeslag.", []string{explain.NoReason, explain.NoObjection}},
		"only a reason":      {why, []string{explain.NoObjection}},
		"no objection":       {why + "U kunt tegen deze brief geen bezwaar maken.", []string{explain.NoObjection}},
		"no term":            {why + "U kunt bezwaar maken bij de directeur.", []string{explain.NoObjectionTerm}},
		"no place":           {why + "U mag binnen zes weken bezwaar maken.", []string{explain.NoObjectionPlace}},
		"term in words":      {why + "U kunt binnen zes weken bezwaar maken bij de directeur.", nil},
		"term as a day":      {why + "U kunt tot en met 13 oktober 2014 bezwaar maken bij de directeur.", nil},
		"a day too early":    {why + "U kunt tot en met 12 oktober 2014 bezwaar maken bij de directeur.", []string{explain.WrongTerm}},
		"a date that is not": {why + "U kunt tot en met 31 september 2014 bezwaar maken bij de directeur.", []string{explain.NoObjectionTerm}},
		"no reason":          {"Wij stoppen uw toeslag. U kunt binnen 6 weken bezwaar maken bij de directeur.", []string{explain.NoReason}},
		"another date":       {why + "Wij schreven u op 1 mei 2010. U kunt binnen zes weken bezwaar maken bij de directeur.", nil},
	} {
		var got []string
		for _, f := range explain.CheckLetter(explain.Letter{Text: x.text, Known: rule.MustDate("2014-09-01"), Burdensome: true}) {
			got = append(got, f.Code)
			if f.Source == "" {
				t.Errorf("%s: %s names no article", name, f.Code)
			}
		}
		if d := cmp.Diff(x.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
	// What gives somebody all that was asked is not asked for a reason.
	if got := explain.CheckLetter(explain.Letter{Text: "U krijgt de toeslag. U kunt binnen zes weken bezwaar maken bij de directeur.", Known: rule.MustDate("2014-09-01")}); len(got) > 0 {
		t.Errorf("an award: %v", got)
	}
}
