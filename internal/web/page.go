package web

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"lemniscaat/internal/screen"

	"lemniscaat/internal/chart"
	"lemniscaat/internal/i18n"
	"lemniscaat/internal/phrase"
	"lemniscaat/internal/rule"
)

// page is what every template gets: the texts, the frame, and what came of the
// last form.
type page struct {
	*i18n.Catalogue
	Frame screen.Frame
	Title string
	Here  screen.Station // where this page is on the ∞; "" for nowhere
	Path  string         // of this page, for coming back after a change of role
	Crumb []screen.Ref   // the way to this page

	Refusal *screen.Refusal
	FormID  string     // the form that was sent
	Values  url.Values // what was typed in it
	Done    string     // key of the message after a success
	Key     string     // makes sending a form twice harmless
	Nonce   string     // of styles that the text editor puts in; "" for none
	Origin  string     // scheme and host of this site
	Local   string     // name of the local part asked for, "" for the whole page

	// accounts says that people sign in here; Visitor is who did.
	accounts bool
	Visitor  screen.Visitor

	// prints says that a page can be asked for as PDF.
	prints bool

	assets *assets
	zone   *time.Location
	book   *phrase.Book // of the language of the reader; nil for Dutch
}

// T is the text of a key. What is filled in may be Dutch that another package made:
// in another language it is looked up before it disappears in a sentence.
func (p *page) T(key string, args ...any) string {
	return p.Catalogue.T(key, p.spoken(args)...)
}

// spoken gives arguments of a text in the language of the reader. What has figures is
// left to the page as a whole: that writes them once.
func (p *page) spoken(args []any) []any {
	if p.book == nil {
		return args
	}
	out := slices.Clone(args)
	for i := 1; i < len(out); i += 2 {
		if s, is := out[i].(string); is && !strings.ContainsAny(s, "0123456789") {
			if t, ok := p.book.Translate(s); ok {
				out[i] = t
			}
		}
	}
	return out
}

// word gives a text of the program in the language of the reader. It is for a text that
// stands in one run with something that somebody typed: together they are no phrase.
func (p *page) word(s string) string { return p.spoken([]any{"", s})[1].(string) }

// period names a month, a quarter or a year in the language of the reader, for a sentence
// that it stands in.
func (p *page) period(s string) string {
	if p.book != nil {
		s, _ = p.book.Translate(s)
	}
	return s
}

// asset gives the address of a static file.
func (p *page) asset(name string) string { return p.assets.href[name] }

// moment writes a time in the zone of the reader.
func (p *page) moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return p.Time(t.In(p.zone))
}

// val gives what was typed in a field of the form that was refused, and def in
// any other form.
func (p *page) val(form, field, def string) string {
	if p.FormID != form || p.Values == nil {
		return def
	}
	if p.Refusal != nil {
		for _, f := range p.Refusal.Fields {
			if f.Field == field && f.Suggest != "" {
				return f.Suggest
			}
		}
	}
	return p.Values.Get(field)
}

// fault gives the refusal of a field of the form that was sent.
func (p *page) fault(form, field string) string {
	if p.FormID != form || p.Refusal == nil {
		return ""
	}
	for _, f := range p.Refusal.Fields {
		if f.Field == field {
			return f.Text
		}
	}
	return ""
}

// said tells whether a field of the refusal says the same already.
func (p *page) said(text string) bool {
	for _, f := range p.Refusal.Fields {
		if strings.Contains(f.Text, text) {
			return true
		}
	}
	return false
}

// describedBy names the elements that describe a field.
func (p *page) describedBy(form, field string, hint bool) string {
	var ids []string
	if hint {
		ids = append(ids, fieldID(form, field)+"-uitleg")
	}
	if p.fault(form, field) != "" {
		ids = append(ids, fieldID(form, field)+"-fout")
	}
	return strings.Join(ids, " ")
}

// fieldID is the id of a field: unique on the page, also with many forms.
func fieldID(form, field string) string { return slug(form + "-" + field) }

// slug keeps letters, digits and dashes, so that ids are safe in a fragment.
func slug(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '-'
	}, s)
}

// iso writes a date for a date field; no date is "".
func iso(d rule.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// mark draws the small figure of the header.
func (p *page) mark() string {
	here, desc := -1, p.T("kop.merk-nergens")
	for i, s := range screen.Stations {
		if s == p.Here {
			here = i
			desc = p.T("kop.merk-hier", "station", p.T("station."+string(s)))
		}
	}
	return chart.Mark(chart.Head{ID: "merk", Title: p.T("kop.merk"), Desc: desc}, here)
}

// station writes the name of a station.
func (p *page) station(s screen.Station) string { return p.T("station." + string(s)) }

// tile writes the name of a tile.
func (p *page) tile(t screen.Tile) string { return p.T("tegel." + string(t)) }

// place writes an anchor in words: "Individuele inkomenstoeslag · Artikel 3 · lid 2".
func (p *page) place(a screen.Anchor) string {
	var parts []string
	for _, s := range []string{a.RegulationName, a.ArticleName} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if a.Lid != "" {
		parts = append(parts, p.T("lid", "lid", a.Lid))
	}
	return strings.Join(parts, " · ")
}

// grey writes the prefilled grey line of a signal.
func (p *page) grey(a screen.Anchor) string {
	s := p.place(a)
	if a.RuleName != "" {
		s += " · " + a.RuleName
	}
	if a.StepName != "" {
		s += " · " + a.StepName
	}
	if a.Version != "" {
		s += " · " + p.T("signaal.versie", "versie", a.Version)
	}
	if a.Case != "" {
		s += " · " + p.caseName(a.Case)
	}
	return s
}

// caseName writes the pseudonym of a case; one that calls itself a case already
// is not called so twice.
func (p *page) caseName(id string) string {
	if strings.HasPrefix(strings.ToLower(id), "zaak") {
		return id
	}
	return p.T("signaal.zaak", "zaak", id)
}

// anchorQuery is the address that opens the signal form on an anchor.
func anchorQuery(a screen.Anchor) string { return deepLink(a, "") }

// articleHref is the page of an anchor's article.
func articleHref(a screen.Anchor) string {
	if a.Regulation == "" {
		return ""
	}
	if a.Article == "" {
		return "/regelingen/" + url.PathEscape(a.Regulation)
	}
	return "/regelingen/" + url.PathEscape(a.Regulation) + "/" + url.PathEscape(a.Article)
}

// to joins parts of an address, each escaped: to("knelpunten", id).
func to(parts ...string) string {
	var b strings.Builder
	for _, s := range parts {
		b.WriteString("/" + url.PathEscape(s))
	}
	return b.String()
}

// Quoted writes words as a list, each between quotation marks.
func (p *page) Quoted(words []string) string {
	var out []string
	for _, w := range words {
		out = append(out, "“"+w+"”")
	}
	return p.List(out)
}

// again lets a part of a page that says that something is still being computed look
// again by itself, until it says no more that it is. part selects it in the page.
func (p *page) again(computing bool, part string) templ.Attributes {
	if !computing {
		return nil
	}
	return templ.Attributes{"hx-get": p.Path, "hx-trigger": "every 10s", "hx-select": part, "hx-target": "this", "hx-swap": "outerHTML"}
}
