package office

import (
	_ "embed"
	"maps"

	"lemniscaat/internal/exhibit"
	"lemniscaat/internal/i18n"
	"lemniscaat/internal/phrase"
	"lemniscaat/internal/rule"
)

//go:embed nl.yaml
var dutchTexts []byte

//go:embed en.yaml
var englishTexts []byte

// texts are the sentences that the office makes itself.
var texts = i18n.Shipped(dutchTexts)

// english are the same sentences in English.
var english = func() *i18n.Catalogue {
	c, err := i18n.Load("en")
	if err == nil {
		c, err = c.With(englishTexts)
	}
	if err != nil {
		panic("BUG: " + err.Error()) // they ship with the program and are tested
	}
	return c
}()

// textsIn gives the sentences in a language, for what does not leave by a page.
func textsIn(lang string) *i18n.Catalogue {
	if lang == english.Lang {
		return english
	}
	return texts
}

func dutch(d rule.Date) string { return texts.Date(d) }

// Phrases gives the Dutch sentences of the office and of what it rests on, with
// their English.
func Phrases() (map[string]string, error) {
	pairs, err := i18n.Pairs(dutchTexts, englishTexts)
	if err != nil {
		return nil, err
	}
	shown, err := exhibit.Phrases()
	if err != nil {
		return nil, err
	}
	maps.Copy(pairs, shown)
	q, err := ReadQuestionnaires(nil)
	if err != nil {
		return nil, err
	}
	maps.Copy(pairs, q.phrases())
	maps.Copy(pairs, phrase.English())
	return pairs, nil
}
