package i18n

import (
	"context"
	"slices"
)

type languageKey struct{}

// WithLanguage says in which language the answer to a request is read.
func WithLanguage(ctx context.Context, lang string) context.Context {
	return context.WithValue(ctx, languageKey{}, lang)
}

// Language gives the language of the reader of a request: Dutch when nobody said.
func Language(ctx context.Context) string {
	if l, ok := ctx.Value(languageKey{}).(string); ok && slices.Contains(Languages[:], l) {
		return l
	}
	return Languages[0]
}
