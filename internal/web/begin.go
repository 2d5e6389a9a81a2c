package web

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strings"

	"lemniscaat/internal/backlog"
	"lemniscaat/internal/screen"
)

// routeBegin registers Begin hier and Invoer.
func (s *server) routeBegin() {
	svc := s.Service
	begin := func(r *http.Request, p *page) (view, error) {
		v, err := svc.Begin(r.Context(), p.Frame.Actor.ID)
		return view{title: p.T("begin.titel"), body: beginPage(p, v)}, err
	}
	s.get("/begin", begin)
	s.post("/begin/organisatie", func(r *http.Request, p *page) (string, error) {
		err := svc.NameOrganisation(r.Context(), p.Frame.Actor.ID, r.PostForm.Get("organisatie"))
		return done("/begin#stap-2", "begin-organisatie"), asField(err, "organisatie")
	}, begin)
	s.post("/begin/tekst", func(r *http.Request, p *page) (string, error) {
		name, text := "tekst.md", r.PostForm.Get("tekst")
		if data, file, err := sent(r); err != nil {
			return "", err
		} else if len(data) > 0 {
			name, text = file, string(data)
		}
		_, err := svc.BringText(r.Context(), p.Frame.Actor.ID, r.PostForm.Get("naam"), name, text)
		return done("/begin#stap-3", "begin-tekst"), err
	}, begin)
	s.post("/begin/driehoek", func(r *http.Request, p *page) (string, error) {
		in := screen.BeginTriangle{
			Owner: r.PostForm.Get("eigenaar"), Policy: r.PostForm.Get("beleid"), Execution: r.PostForm.Get("uitvoering"), Professional: r.PostForm.Get("professional"),
		}
		return done("/begin#stap-4", "begin-driehoek"), svc.NameTriangle(r.Context(), p.Frame.Actor.ID, in)
	}, begin)

	bring := func(r *http.Request, p *page, result *screen.SignalImport, content string) (view, error) {
		v, err := svc.Bring(r.Context(), p.Frame.Actor.ID)
		v.API = s.IntakeAPI
		return view{title: p.T("invoer.titel"), here: screen.StationSignal, body: bringPage(p, v, result, content)}, err
	}
	s.get("/invoer", func(r *http.Request, p *page) (view, error) { return bring(r, p, nil, "") })
	again := func(r *http.Request, p *page) (view, error) { return bring(r, p, nil, "") }
	// The first time only looks; its answer holds the file, so that the second
	// time needs no other choice. Neither is a redirect: they answer with a page.
	s.routes = append(s.routes, "POST /invoer/signalen", "POST /invoer/geweigerd")
	s.mux.HandleFunc("POST /invoer/signalen", func(w http.ResponseWriter, r *http.Request) {
		p, in, err := s.oldList(w, r)
		var result screen.SignalImport
		if err == nil {
			result, err = svc.ImportSignals(r.Context(), p.Frame.Actor.ID, in)
		}
		var no *screen.Refusal
		status := http.StatusOK
		switch {
		case errors.As(err, &no):
			p.Refusal, status = no, http.StatusBadRequest
			v, err := again(r, p)
			if err != nil {
				s.fail(w, r, p, err)
				return
			}
			s.show(w, r, status, p, v)
			return
		case err != nil:
			s.fail(w, r, p, err)
			return
		}
		if result.Fault != "" {
			status = http.StatusBadRequest
			p.Refusal = &screen.Refusal{Code: "invoer", Text: p.T("invoer.onleesbaar", "reden", result.Fault), Hint: result.Hint, Fields: []screen.FieldError{{Field: "bestand", Text: p.T("invoer.onleesbaar", "reden", result.Fault)}}}
			p.FormID = "signalen"
		}
		v, err := bring(r, p, &result, base64.StdEncoding.EncodeToString(in.Data))
		if err != nil {
			s.fail(w, r, p, err)
			return
		}
		s.show(w, r, status, p, v)
	})
	s.mux.HandleFunc("POST /invoer/geweigerd", func(w http.ResponseWriter, r *http.Request) {
		p, in, err := s.oldList(w, r)
		if err == nil {
			in.Dry = true
			var result screen.SignalImport
			if result, err = svc.ImportSignals(r.Context(), p.Frame.Actor.ID, in); err == nil {
				var b bytes.Buffer
				b.WriteString("\ufeff") // spreadsheets then read UTF-8
				var refused []backlog.Refused
				for _, x := range result.Refused {
					refused = append(refused, backlog.Refused(x))
				}
				if err = backlog.WriteRefused(&b, result.Columns, refused); err == nil {
					s.send(w, r, "geweigerd.csv", b.Bytes())
					return
				}
			}
		}
		s.fail(w, r, p, err)
	})
}

// oldList reads the form of an old list: a file, or the contents of one that was
// looked at before.
func (s *server) oldList(w http.ResponseWriter, r *http.Request) (*page, screen.SignalFile, error) {
	p, err := s.posted(w, r)
	if err != nil {
		return p, screen.SignalFile{}, err
	}
	in := screen.SignalFile{Place: r.PostForm.Get("plek"), Tile: screen.Tile(r.PostForm.Get("soort")), Dry: r.PostForm.Get("doe") != "ja", Name: r.PostForm.Get("naam")}
	data, name, err := sent(r)
	if err != nil {
		return p, in, err
	}
	if len(data) == 0 {
		if data, err = base64.StdEncoding.DecodeString(r.PostForm.Get("inhoud")); err != nil {
			return p, in, errForm
		}
	} else {
		in.Name = name
	}
	if len(data) == 0 {
		return p, in, fieldRefusal(p, screen.FieldError{Field: "bestand", Text: p.T("invoer.geen-bestand")})
	}
	in.Data = data
	return p, in, nil
}

// sent gives the file of a form; nothing when none was chosen.
func sent(r *http.Request) (data []byte, name string, err error) {
	f, head, err := r.FormFile("bestand")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", errForm
	}
	defer f.Close()
	if data, err = io.ReadAll(f); err != nil {
		return nil, "", errForm
	}
	return data, head.Filename, nil
}

// asField puts a refusal without a field at the field that it is about.
func asField(err error, name string) error {
	var no *screen.Refusal
	if errors.As(err, &no) && len(no.Fields) == 0 {
		c := *no
		c.Fields = []screen.FieldError{{Field: name, Text: strings.TrimSpace(no.Text + " " + no.Hint)}}
		return &c
	}
	return err
}

// bringTiles are the kinds that a row without one can get.
var bringTiles = []screen.Tile{
	screen.TileUnclear, screen.TileCannot, screen.TileHarsh, screen.TileClash, screen.TileData, screen.TileDropOut, screen.TileGoingWell,
}

func joined(words []string) string { return strings.Join(words, ", ") }

// kindOf is the kind of the button of a step: the next one stands out.
func kindOf(finished bool) string {
	if finished {
		return "secondary-action"
	}
	return "primary-action"
}

// bar names the bar with the people to choose from.
func (p *page) bar() string {
	if p.Frame.Demo {
		return "demo.titel"
	}
	return "demo.u-bent"
}
