package web

import "lemniscaat/internal/phrase"

// Translate gives a page with the sentences of a book.
func Translate(pairs map[string]string, page string) (string, error) {
	b, err := phrase.New("en", pairs)
	if err != nil {
		return "", err
	}
	return string(translate(b, []byte(page))), nil
}
