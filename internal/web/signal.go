package web

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"lemniscaat/internal/screen"
)

// anchorOf reads an anchor from a query or a form. The select "plek" gives
// regulation and article in one value.
func anchorOf(get func(string) string) screen.Anchor {
	a := screen.Anchor{
		Regulation: get("regeling"), Article: get("artikel"), Lid: get("lid"), Rule: get("regel"), Step: get("stap"),
		Digest: get("versie"), Case: get("zaak"),
	}
	if place := get("plek"); place != "" {
		a.Regulation, a.Article, _ = strings.Cut(place, "/")
		a.Lid, a.Rule, a.Step = "", "", ""
	}
	return a
}

// deepLink is the address of the form with a place and a pseudonym.
func deepLink(a screen.Anchor, tile string) string {
	q := url.Values{}
	for k, v := range map[string]string{
		"regeling": a.Regulation, "artikel": a.Article, "lid": a.Lid, "regel": a.Rule, "stap": a.Step, "versie": a.Digest, "zaak": a.Case, "soort": tile,
	} {
		if v != "" {
			q.Set(k, v)
		}
	}
	if len(q) == 0 {
		return "/signaal"
	}
	return "/signaal?" + q.Encode()
}

func (s *server) routeSignal() {
	svc := s.Service
	form := func(r *http.Request, p *page, in screen.SignalAsk) (view, error) {
		v, err := svc.SignalForm(r.Context(), p.Frame.Actor.ID, in)
		return view{title: p.T("signaal.titel"), here: screen.StationSignal, body: signalPage(p, v)}, err
	}
	ask := func(get func(string) string) screen.SignalAsk {
		return screen.SignalAsk{At: anchorOf(get), Words: strings.TrimSpace(get("zoek")), Tile: screen.Tile(get("soort"))}
	}
	// A reference of a case system is in no address that stays: it becomes a
	// pseudonym, and the browser goes on to an address with that.
	s.routes = append(s.routes, "GET /signaal", "POST /signaal/open")
	open := func(w http.ResponseWriter, r *http.Request, get func(string) string) bool {
		a := anchorOf(get)
		name, err := svc.Pseudonym(r.Context(), a.Case)
		switch {
		case err != nil:
			p, _ := s.page(r)
			s.fail(w, r, p, err)
		case name != a.Case || r.Method == http.MethodPost:
			a.Case = name
			w.Header().Set("Cache-Control", "no-store")
			http.Redirect(w, r, deepLink(a, get("soort")), http.StatusSeeOther)
		default:
			return false
		}
		return true
	}
	s.mux.HandleFunc("GET /signaal", func(w http.ResponseWriter, r *http.Request) {
		if open(w, r, r.URL.Query().Get) {
			return
		}
		p, err := s.page(r)
		var v view
		if err == nil {
			v, err = form(r, p, ask(r.URL.Query().Get))
		}
		if err != nil {
			s.fail(w, r, p, err)
			return
		}
		s.show(w, r, http.StatusOK, p, v)
	})
	// A case system sends its reference here as a form, so that it is in no
	// address at all. It changes nothing, so another site may send it.
	s.mux.HandleFunc("POST /signaal/open", func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, 16<<10)
		if err := r.ParseForm(); err != nil {
			p, _ := s.page(r)
			s.fail(w, r, p, errForm)
			return
		}
		open(w, r, r.PostForm.Get)
	})
	// What was said already, while somebody types: a question by POST, because
	// it carries the words.
	s.routes = append(s.routes, "POST /signaal/bekend")
	s.mux.HandleFunc("POST /signaal/bekend", func(w http.ResponseWriter, r *http.Request) {
		p, err := s.posted(w, r)
		var v screen.SignalFormView
		if err == nil {
			in := ask(r.PostForm.Get)
			in.Words, in.Text = "", r.PostForm.Get("tekst")
			v, err = svc.SignalForm(r.Context(), p.Frame.Actor.ID, in)
		}
		if err != nil {
			s.fail(w, r, p, err)
			return
		}
		s.show(w, r, http.StatusOK, p, view{raw: true, body: knownIssues(p, v)})
	})
	s.post("/signaal", func(r *http.Request, p *page) (string, error) {
		in := screen.SignalInput{
			Anchor: anchorOf(r.PostForm.Get), Tile: screen.Tile(r.PostForm.Get("soort")),
			Text: strings.TrimSpace(r.PostForm.Get("tekst")), Frequency: screen.Frequency(r.PostForm.Get("hoe-vaak")),
			Shown: screen.Visibility(r.PostForm.Get("zichtbaar")), Key: r.PostForm.Get("sleutel"),
		}
		var err error
		if in.Files, err = uploads(r, "bijlage"); err != nil {
			return "", err
		}
		if no := checkSignal(p, in); no != nil {
			if len(in.Files) > 0 {
				no.Fields = append(no.Fields, screen.FieldError{Field: "bijlage", Text: p.T("signaleren.fout-bijlage-opnieuw")})
			}
			return "", no
		}
		id, err := svc.FileSignal(r.Context(), p.Frame.Actor.ID, in)
		var no *screen.Refusal
		if errors.As(err, &no) && len(in.Files) > 0 && len(no.Fields) > 0 && no.Fields[0].Field != "bijlage" {
			no.Fields = append(no.Fields, screen.FieldError{Field: "bijlage", Text: p.T("signaleren.fout-bijlage-opnieuw")})
		}
		href := to("signalen", id)
		if in.Key != "" {
			href += "?concept=" + url.QueryEscape(in.Key) // the draft of this form can be forgotten
		}
		return href, err
	}, func(r *http.Request, p *page) (view, error) {
		if k := r.PostForm.Get("sleutel"); k != "" {
			p.Key = k
		}
		in := ask(r.PostForm.Get)
		in.Words = ""
		return form(r, p, in)
	})
	s.get("/signalen/{id}", func(r *http.Request, p *page) (view, error) {
		v, err := svc.Receipt(r.Context(), p.Frame.Actor.ID, r.PathValue("id"))
		v.Key = r.URL.Query().Get("concept")
		return view{title: p.T("ontvangst.titel"), here: screen.StationSignal, body: receiptPage(p, v)}, err
	})
	mine := func(r *http.Request, p *page) (view, error) {
		v, err := svc.MySignals(r.Context(), p.Frame.Actor.ID, asked(r))
		return view{title: p.T("mijn.titel"), here: screen.StationSignal, body: mySignalsPage(p, v)}, err
	}
	s.get("/signalen", mine)
	s.post("/signalen/{id}/reactie", func(r *http.Request, p *page) (string, error) {
		in := screen.ReactionInput{
			Signal: r.PathValue("id"), Recognised: r.PostForm.Get("herkend") == "ja",
			Why: strings.TrimSpace(r.PostForm.Get("want")),
		}
		if !in.Recognised && in.Why == "" {
			return "", fieldRefusal(p, screen.FieldError{Field: "want", Text: p.T("mijn.fout-want")})
		}
		return done("/signalen", "reactie"), svc.React(r.Context(), p.Frame.Actor.ID, in)
	}, mine)

	s.routes = append(s.routes, "GET /signalen/{id}/bijlagen/{n}")
	s.mux.HandleFunc("GET /signalen/{id}/bijlagen/{n}", func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.PathValue("n")) // no number is no file
		f, err := svc.Attachment(r.Context(), s.who(r), r.PathValue("id"), n)
		if err != nil {
			p, _ := s.page(r)
			s.fail(w, r, p, err)
			return
		}
		// Always to keep, never to show here: what people send runs nowhere.
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
		w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
		s.write(w, r, http.StatusOK, f.Kind, f.Data)
	})
	s.post("/signalen/{id}/bijlagen/{n}/wissen", func(r *http.Request, p *page) (string, error) {
		n, _ := strconv.Atoi(r.PathValue("n"))
		return done("/signalen", "bijlage-gewist"), svc.EraseAttachment(r.Context(), p.Frame.Actor.ID, r.PathValue("id"), n)
	}, mine)

	s.get("/signaal/inbedden", func(_ *http.Request, p *page) (view, error) {
		return view{title: p.T("inbedden.titel"), here: screen.StationSignal, body: embedPage(p)}, nil
	})
	s.routeEmbed()
}

// uploads reads the files of a form; an empty field is none.
func uploads(r *http.Request, field string) ([]screen.Upload, error) {
	if r.MultipartForm == nil {
		return nil, nil
	}
	var out []screen.Upload
	for _, h := range r.MultipartForm.File[field] {
		if h.Filename == "" && h.Size == 0 {
			continue
		}
		data, err := readUpload(h)
		if err != nil {
			return nil, errForm
		}
		out = append(out, screen.Upload{Name: h.Filename, Data: data})
	}
	return out, nil
}

func readUpload(h *multipart.FileHeader) ([]byte, error) {
	f, err := h.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return io.ReadAll(f)
}

// checkSignal asks for what only the form knows is obliged.
func checkSignal(p *page, in screen.SignalInput) *screen.Refusal {
	var faults []screen.FieldError
	if in.Anchor.Regulation == "" {
		faults = append(faults, screen.FieldError{Field: "plek", Text: p.T("signaal.fout-plek")})
	}
	if !known(screen.Tiles[:], in.Tile) {
		faults = append(faults, screen.FieldError{Field: "soort", Text: p.T("signaal.fout-soort")})
	}
	if in.Text == "" {
		faults = append(faults, screen.FieldError{Field: "tekst", Text: p.T("signaal.fout-tekst")})
	}
	if !known(screen.Frequencies[:], in.Frequency) {
		faults = append(faults, screen.FieldError{Field: "hoe-vaak", Text: p.T("signaal.fout-hoe-vaak")})
	}
	if len(faults) == 0 {
		return nil
	}
	return fieldRefusal(p, faults...)
}

// routeEmbed serves the component that case systems put in their pages, under a
// name that does not change and for pages of any site.
func (s *server) routeEmbed() {
	const pattern = "GET /vast/lemniscaat-signaal.js"
	s.routes = append(s.routes, pattern)
	f := s.assets.byName[strings.TrimPrefix(s.assets.href["lemniscaat-signaal.js"], "/vast/")]
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Type", f.kind)
		h.Set("Cache-Control", "public, max-age=3600")
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Content-Length", strconv.Itoa(len(f.data)))
		if r.Method != http.MethodHead {
			_, _ = w.Write(f.data) // the reader may have gone
		}
	})
}

// origin is how this site is called from elsewhere.
func (s *server) origin(r *http.Request) string {
	if s.TLS {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// embedSnippet is what a case system puts in its page.
func embedSnippet(origin string) string {
	return `<script type="module" src="` + origin + `/vast/lemniscaat-signaal.js"></script>

<lemniscaat-signaal
  regeling="individuele-inkomenstoeslag"
  artikel="verordening-artikel-2"
  zaak="Z-2026-0417">Signaal geven</lemniscaat-signaal>`
}

// embedLink is the same as a plain link.
func embedLink(origin string) string {
	return `<a href="` + origin + `/signaal?regeling=individuele-inkomenstoeslag&amp;artikel=verordening-artikel-2&amp;zaak=Z-2026-0417"
   target="_blank" rel="noopener noreferrer">Signaal geven</a>`
}

func placed(a screen.Anchor) bool { return a.Regulation != "" && a.Article != "" }

func withCase(a screen.Anchor, zaak string) screen.Anchor {
	a.Case = zaak
	return a
}

func foundWords(v screen.SignalFormView) string {
	if v.Finding == nil {
		return ""
	}
	return v.Finding.Words
}

// foundName is the most precise name of a place.
func foundName(p *page, a screen.Anchor) string {
	name := firstOf(a.RuleName, a.StepName, a.ArticleName, a.RegulationName)
	if a.Lid != "" && name == a.ArticleName {
		name += " · " + p.T("lid", "lid", a.Lid)
	}
	return name
}

// fileKind is the last part of a media type, as the key of its name.
func fileKind(kind string) string {
	_, sub, _ := strings.Cut(kind, "/")
	return sub
}

// size writes a number of bytes for people.
func (p *page) size(n int64) string {
	if n < 1<<20 {
		return p.T("bijlage.kb", "n", max(1, n>>10))
	}
	return p.T("bijlage.mb", "n", p.Decimal(float64(n)/(1<<20), 1))
}
