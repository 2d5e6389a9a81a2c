package office

import (
	_ "embed"

	"lemniscaat/internal/i18n"
	"lemniscaat/internal/rule"
)

//go:embed nl.yaml
var dutchTexts []byte

// texts are the sentences that the office makes itself. They ship with the
// program and are tested to be readable, so failing to parse is a bug.
var texts = func() *i18n.Catalogue {
	c, err := i18n.Load("nl")
	if err == nil {
		c, err = c.With(dutchTexts)
	}
	if err != nil {
		panic("BUG: " + err.Error())
	}
	return c
}()

func dutch(d rule.Date) string { return texts.Date(d) }
