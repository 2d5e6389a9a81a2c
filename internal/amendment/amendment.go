// Package amendment changes a rule without writing rule language: it shows a
// rule as a form (a Sheet: the canonical sentence with places that can be
// changed by themselves), turns what was filled in into text, and says in words
// what is different between two texts.
//
// Every change is a change of text. The parser decides whether the result can
// be read; nothing else than what was asked for moves.
package amendment

import (
	"strings"

	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
)

// MaxText bounds the text of one rule, in bytes.
const MaxText = 32 << 10

// file is what a text under hands is called in diagnostics.
const file = "tekst"

// Text gives the canonical text of a rule without its Id and sources, which do
// not change: "Regel …" and the versions that hold on or after a day.
func Text(r *rule.Rule, from rule.Date) string {
	var b strings.Builder
	b.WriteString(head(r, from))
	for _, v := range lasting(r, from) {
		b.WriteString(regelspraak.PrintVersion(v))
	}
	return b.String()
}

// lasting gives the versions that hold on or after a day.
func lasting(r *rule.Rule, from rule.Date) []*rule.Version {
	var out []*rule.Version
	for _, v := range r.Versions {
		if v.Until.IsZero() || !v.Until.Before(from) {
			out = append(out, v)
		}
	}
	return out
}

// head gives the line with the name, as it is for those versions.
func head(r *rule.Rule, from rule.Date) string {
	kept := *r
	kept.Versions = lasting(r, from)
	for l := range strings.Lines(regelspraak.Print(&kept)) {
		if !strings.HasPrefix(l, "//") {
			return l
		}
	}
	return ""
}

// Read reads the text of one rule in the place of old. The rule is nil when a
// diagnostic is an error. Positions count from the first line of the text.
func Read(m *rule.Model, old *rule.Rule, text string) (*rule.Rule, rule.Diagnostics) {
	start := rule.Pos{File: file, Line: 1, Column: 1}
	fail := func(code, message, hint string) (*rule.Rule, rule.Diagnostics) {
		return nil, rule.Diagnostics{{Severity: rule.Error, Code: code, Pos: start, Message: message, Hint: hint}}
	}
	switch {
	case len(text) > MaxText:
		return fail("limiet", "de tekst is te lang", "één regel heeft hoogstens 32.000 tekens")
	case strings.TrimSpace(text) == "":
		return fail("lege-tekst", "er staat nog geen regel", "begin met: "+strings.TrimSpace(head(old, rule.Date{})))
	}
	rules, all := regelspraak.ParseRules(m, regelspraak.Source{File: file, Line: 1, Regulation: old.Regulation, Article: old.Article, Text: text})
	named := strings.Contains(text, "// Id:")
	var ds rule.Diagnostics
	for _, d := range all {
		if d.Code == regelspraak.CodeRuleID && d.Severity == rule.Warning && !named {
			continue // the Id stands above the text and stays
		}
		ds = append(ds, d)
	}
	switch {
	case ds.Err() != nil:
		return nil, ds
	case len(rules) != 1:
		return fail("een-regel", "hier hoort precies één regel", "begin met: "+strings.TrimSpace(head(old, rule.Date{})))
	case named && rules[0].ID != old.ID:
		return fail("regel-id", "deze tekst hoort bij een andere regel", "laat // Id weg, of schrijf // Id: "+old.ID)
	}
	r := *rules[0]
	r.Group = old.Group
	if r.ID = old.ID; !named {
		r.Source = old.Source
	}
	return &r, ds
}
