package cli

import (
	"errors"

	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// ExampleTexts is for the benchmark, which fills a demo of its own.
var ExampleTexts = exampleTexts

// DecideText decides a case as the command does, for regulations that do not
// ship.
func DecideText(env Env, set *regulation.Set, id, text string) (any, Code) {
	reg, _ := set.Get(id)
	d, err := decide(set, reg, "dossier.yaml", []byte(text), rule.Date{}, "nl")
	if d != nil {
		d.print(env, 0)
	}
	var f *fault
	if errors.As(err, &f) {
		return d, f.code
	}
	return d, Good
}
