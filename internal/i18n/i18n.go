// Package i18n holds the texts that people see and writes numbers, amounts and
// dates the way a language does. A catalogue is a flat list of keys and
// sentences; a page names a key and never a sentence, so that another language
// is another file.
package i18n

import (
	"embed"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"
)

//go:embed nl.yaml en.yaml
var files embed.FS

// ErrLanguage is returned for a language without a catalogue.
var ErrLanguage = errors.New("geen teksten in deze taal")

// Catalogue is the texts of one language. It is immutable and safe for
// concurrent use.
type Catalogue struct {
	Lang  string
	texts map[string]string
	dutch map[string]string // for what this language does not have; nil for Dutch
}

// Languages are those that ship with the program; the first is the one of the
// law.
var Languages = [...]string{"nl", "en"}

// Load reads the catalogue of a language that ships with the program: "nl" or
// "en". A key that a language does not have yet is Dutch.
func Load(lang string) (*Catalogue, error) {
	once, ok := shipped[lang]
	if !ok {
		return nil, fmt.Errorf("%w: %q", ErrLanguage, lang)
	}
	return once()
}

// shipped reads each catalogue once: it does not change.
var shipped = func() map[string]func() (*Catalogue, error) {
	dutch := sync.OnceValues(func() (*Catalogue, error) { return read(Languages[0]) })
	out := map[string]func() (*Catalogue, error){Languages[0]: dutch}
	for _, lang := range Languages[1:] {
		out[lang] = sync.OnceValues(func() (*Catalogue, error) {
			c, err := read(lang)
			if err != nil {
				return nil, err
			}
			nl, err := dutch()
			if err != nil {
				return nil, err
			}
			c.dutch = nl.texts
			return c, nil
		})
	}
	return out
}()

func read(lang string) (*Catalogue, error) {
	data, err := files.ReadFile(lang + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("%w: %q", ErrLanguage, lang)
	}
	return Parse(lang, data)
}

// Pairs gives every Dutch text of a catalogue with the same text in another
// language, as far as that has it.
func (c *Catalogue) Pairs(other *Catalogue) map[string]string {
	out := map[string]string{}
	for k, text := range c.texts {
		if t, ok := other.texts[k]; ok {
			out[text] = t
		}
	}
	return out
}

// Parse reads a catalogue: nested YAML maps whose leaves are sentences. The
// key of a sentence is its path with dots: "signaal.titel".
func Parse(lang string, data []byte) (*Catalogue, error) {
	var tree map[string]any
	if err := yaml.Unmarshal(data, &tree); err != nil {
		return nil, fmt.Errorf("teksten %s: %w", lang, err)
	}
	c := &Catalogue{Lang: lang, texts: map[string]string{}}
	if err := c.flatten("", tree); err != nil {
		return nil, fmt.Errorf("teksten %s: %w", lang, err)
	}
	return c, nil
}

// With gives a catalogue that has the texts of data as well; where a key is in
// both, that of data counts.
func (c *Catalogue) With(data []byte) (*Catalogue, error) {
	more, err := Parse(c.Lang, data)
	if err != nil {
		return nil, err
	}
	out := &Catalogue{Lang: c.Lang, texts: maps.Clone(c.texts), dutch: c.dutch}
	maps.Copy(out.texts, more.texts)
	return out, nil
}

// Pairs gives the Dutch texts of one file with those of the English file beside it.
func Pairs(dutch, english []byte) (map[string]string, error) {
	nl, err := Parse("nl", dutch)
	if err != nil {
		return nil, err
	}
	en, err := Parse("en", english)
	if err != nil {
		return nil, err
	}
	return nl.Pairs(en), nil
}

// Shipped gives the Dutch catalogue with the texts of a package as well. They ship
// with the program and are tested to be readable, so failing to parse is a bug.
func Shipped(dutch []byte) *Catalogue {
	c, err := Load(Languages[0])
	if err == nil {
		c, err = c.With(dutch)
	}
	if err != nil {
		panic("BUG: " + err.Error())
	}
	return c
}

func (c *Catalogue) flatten(prefix string, tree map[string]any) error {
	for k, v := range tree {
		switch v := v.(type) {
		case string:
			c.texts[prefix+k] = v
		case map[string]any:
			if err := c.flatten(prefix+k+".", v); err != nil {
				return err
			}
		default:
			return fmt.Errorf("%s%s is geen tekst", prefix, k)
		}
	}
	return nil
}

// Keys lists all keys of its own, sorted.
func (c *Catalogue) Keys() []string { return slices.Sorted(maps.Keys(c.texts)) }

// Text gives the raw sentence of a key: the Dutch one when there is no other.
func (c *Catalogue) Text(key string) (string, bool) {
	t, ok := c.texts[key]
	if !ok {
		t, ok = c.dutch[key]
	}
	return t, ok
}

// T gives the sentence of a key. Args are pairs of a name and a value: in the
// sentence {naam} becomes the value. An unknown key shows itself between
// brackets, so that a page never breaks and a test sees it.
func (c *Catalogue) T(key string, args ...any) string {
	t, ok := c.Text(key)
	if !ok {
		return "⟦" + key + "⟧"
	}
	return c.fill(t, args)
}

// N is T for a sentence with a number: the text has two forms, separated by
// "|", for one and for another number. {n} is the number itself.
func (c *Catalogue) N(key string, n int64, args ...any) string {
	t, ok := c.Text(key)
	if !ok {
		return "⟦" + key + "⟧"
	}
	if one, other, two := strings.Cut(t, "|"); two {
		t = other
		if n == 1 {
			t = one
		}
	}
	return c.fill(t, append(args, "n", n))
}

func (c *Catalogue) fill(t string, args []any) string {
	if len(args) == 0 {
		return t
	}
	pairs := make([]string, 0, len(args))
	for i := 0; i+1 < len(args); i += 2 {
		pairs = append(pairs, fmt.Sprintf("{%v}", args[i]), c.value(args[i+1]))
	}
	return strings.NewReplacer(pairs...).Replace(t)
}

func (c *Catalogue) value(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return c.Number(int64(v))
	case int64:
		return c.Number(v)
	}
	return fmt.Sprint(v)
}
