package web

import (
	"net/http"
	"strconv"
	"strings"

	"lemniscaat/internal/screen"
)

// routeNotice registers the notices of a person and what of them is mailed.
func (s *server) routeNotice() {
	svc := s.Service
	list := func(r *http.Request, p *page) (view, error) {
		v, err := svc.Notices(r.Context(), p.Frame.Actor.ID, asked(r))
		return view{title: p.T("meldingen.titel"), body: noticesPage(p, v)}, err
	}
	s.get("/meldingen", list)
	s.post("/meldingen/gelezen", func(r *http.Request, p *page) (string, error) {
		var m screen.NoticeMark
		// A number that is none marks nothing.
		m.Seq, _ = strconv.ParseUint(r.PostForm.Get("tot"), 10, 64)
		var no *screen.Refusal
		if m.Day, no = date(p, "dag", r.PostForm.Get("dag")); no != nil {
			return "", no
		}
		return done("/meldingen", "gelezen"), svc.ReadNotices(r.Context(), p.Frame.Actor.ID, m)
	}, list)
	settings := func(r *http.Request, p *page) (view, error) {
		v, err := svc.NoticeSettings(r.Context(), p.Frame.Actor.ID)
		return view{title: p.T("meldingen.mail-titel"), crumb: []screen.Ref{{Text: p.T("meldingen.titel"), Href: "/meldingen"}}, body: noticeSettingsPage(p, v)}, err
	}
	s.get("/meldingen/instellen", settings)
	s.post("/meldingen/instellen", func(r *http.Request, p *page) (string, error) {
		in := screen.NoticeSettingsInput{Address: strings.TrimSpace(r.PostForm.Get("adres")), Pace: r.PostForm.Get("tempo"), Kinds: r.PostForm["soort"], Lang: r.PostForm.Get("taal")}
		if !known(paces, in.Pace) {
			return "", fieldRefusal(p, screen.FieldError{Field: "tempo", Text: p.T("meldingen.fout-tempo")})
		}
		return done("/meldingen/instellen", "meldingen"), svc.SetNotices(r.Context(), p.Frame.Actor.ID, in)
	}, settings)
}

// mailLang is the language that is chosen on the page: as it was sent, as it is
// kept, or that of the page.
func (p *page) mailLang(v screen.NoticeSettingsView) string {
	lang := v.Lang
	if lang == "" {
		lang = p.Catalogue.Lang
	}
	return p.val("meldingen", "taal", lang)
}

// paces are how soon notices are mailed.
var paces = []string{"direct", "dagelijks", "niet"}

// paceID gives the first choice the id that the error summary links to.
func paceID(n int) string {
	if n == 0 {
		return fieldID("meldingen", "tempo")
	}
	return fieldID("meldingen", "tempo-"+strconv.Itoa(n))
}

// kindOn says whether a kind is ticked: as it was sent, or as it is kept.
func (p *page) kindOn(c screen.NoticeChoice) bool {
	if p.FormID == "meldingen" && p.Refusal != nil {
		return known(p.Values["soort"], c.Kind)
	}
	return c.On
}

// unreadShort keeps a count short enough for the header.
func unreadShort(n int) string {
	if n > 99 {
		return "99+"
	}
	return strconv.Itoa(n)
}
