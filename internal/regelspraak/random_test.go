package regelspraak_test

import (
	"testing"

	"pgregory.net/rapid"

	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule/ruletest"
)

// TestPrintedModelsReadBack: whatever model there is, its canonical text is
// read as the same model, and its fragments are that text.
func TestPrintedModelsReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := ruletest.Model(t, ruletest.Options{PlainNames: rapid.Bool().Draw(t, "plain")})
		roundTrip(t, m)
		for _, r := range m.Rules {
			for _, v := range r.Versions {
				text := ""
				for _, f := range regelspraak.PrintParameterised(v) {
					text += f.Text
				}
				if text != regelspraak.PrintVersion(v) {
					t.Fatal("the fragments are not the text")
				}
			}
		}
	})
}
