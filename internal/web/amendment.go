package web

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"lemniscaat/internal/screen"
)

// shownExamples is how many worked examples are shown unfolded.
const shownExamples = 5

// routeAmendment registers the editing of one rule of a proposal.
func (s *server) routeAmendment() {
	svc := s.Service
	const path = "/voorstellen/{id}/regels/{regel}"
	show := func(in screen.AmendmentInput) func(*http.Request, *page) (view, error) {
		return func(r *http.Request, p *page) (view, error) {
			v, err := svc.Amendment(r.Context(), p.Frame.Actor.ID, in)
			if err == nil && p.Refusal == nil && p.Values != nil {
				p.refuse(v)
			}
			if v.Plain && v.Edit.Can {
				p.Nonce = rand.Text()
			}
			return view{title: v.Name, here: screen.StationRule, crumb: []screen.Ref{
				{Text: p.T("voorstellen.titel"), Href: "/voorstellen"}, v.Proposal,
			}, body: amendmentPage(p, v)}, err
		}
	}
	s.get(path, func(r *http.Request, p *page) (view, error) {
		return show(screen.AmendmentInput{Proposal: r.PathValue("id"), Rule: r.PathValue("regel"), Plain: r.URL.Query().Get("als") == "tekst"})(r, p)
	})
	s.post(path+"/bewaren", func(r *http.Request, p *page) (string, error) {
		in := amendmentInput(r)
		if over := r.PostForm.Get("over"); over != "" {
			in.Stand = over // seen, and replaced on purpose
		}
		return done(to("voorstellen", in.Proposal)+"#verschil", "regel"), svc.SaveAmendment(r.Context(), p.Frame.Actor.ID, in)
	}, func(r *http.Request, p *page) (view, error) {
		return show(amendmentInput(r))(r, p)
	})
	// Looking is a question, sent by POST because it carries what was typed.
	s.ask(path, func(r *http.Request, p *page) (view, error) {
		in := amendmentInput(r)
		if p.Local == "" {
			return show(in)(r, p)
		}
		v, err := svc.Amendment(r.Context(), p.Frame.Actor.ID, in)
		return view{raw: true, body: amendmentLive(p, v)}, err
	})
	s.reply(path+"/controle", func(r *http.Request, who string) (any, error) {
		in := amendmentInput(r)
		e, err := svc.CheckText(r.Context(), who, in)
		return textCheck(e), err
	})
	s.reply(path+"/aanvullen", func(r *http.Request, who string) (any, error) {
		list, err := svc.CompleteText(r.Context(), who, amendmentInput(r), place(r))
		return list, err
	})
	s.reply(path+"/uitleg", func(r *http.Request, who string) (any, error) {
		help, err := svc.ExplainText(r.Context(), who, amendmentInput(r), place(r))
		return help, err
	})
}

// amendmentInput reads the form of the page.
func amendmentInput(r *http.Request) screen.AmendmentInput {
	in := screen.AmendmentInput{
		Proposal: r.PathValue("id"), Rule: r.PathValue("regel"), Text: r.PostForm.Get("tekst"), Stand: r.PostForm.Get("stand"),
		Plain: r.PostForm.Get("als") == "tekst", Remove: r.PostForm.Get("weg"), Add: r.PostForm.Get("erbij"), Values: map[string]string{},
	}
	in.With = r.PostForm.Get("voorwaarde-" + in.Add)
	for name := range r.PostForm {
		if kind, _, ok := strings.Cut(name, "-"); ok && placeKinds[kind] || strings.HasPrefix(name, "parameter:") {
			in.Values[name] = r.PostForm.Get(name)
		}
	}
	switch r.PostForm.Get("doe") {
	case "tekst":
		// What was filled in is done first; then it is shown as text.
		in.ToPlain = true
	case "zin":
		in.Plain = false
	}
	return in
}

// placeKinds are the first words of the names of fields in a sentence.
var placeKinds = map[string]bool{"waarde": true, "vergeleken": true, "vergelijking": true, "toets": true, "hoeveel": true, "cel": true}

// place reads a position in a text, in characters from its beginning.
func place(r *http.Request) int {
	n, err := strconv.Atoi(r.PostForm.Get("plek"))
	if err != nil {
		return 0
	}
	return max(0, n)
}

// refuse shows the faults of the text under hands above the page. When there are
// none, what was typed is in the sentence now.
func (p *page) refuse(v screen.AmendmentView) {
	no := &screen.Refusal{Code: "invoer", Text: p.T("fout.invoer")}
	for _, f := range v.Effect.Faults {
		if f.Error {
			no.Fields = append(no.Fields, screen.FieldError{Field: f.Place(), Text: f.Text + "."})
		}
	}
	if len(no.Fields) == 0 {
		p.Values = nil
		return
	}
	p.FormID, p.Refusal = "regel", no
}

// ask registers a question whose answer is a page.
func (s *server) ask(pattern string, f func(*http.Request, *page) (view, error)) {
	s.routes = append(s.routes, "POST "+pattern)
	s.mux.HandleFunc("POST "+pattern, func(w http.ResponseWriter, r *http.Request) {
		p, err := s.posted(w, r)
		if err == nil {
			var v view
			if v, err = f(r, p); err == nil {
				s.show(w, r, http.StatusOK, p, v)
				return
			}
		}
		s.fail(w, r, p, err)
	})
}

// reply registers a question of a script on a page; the answer is JSON.
func (s *server) reply(pattern string, f func(r *http.Request, who string) (any, error)) {
	s.routes = append(s.routes, "POST "+pattern)
	s.mux.HandleFunc("POST "+pattern, func(w http.ResponseWriter, r *http.Request) {
		p, err := s.posted(w, r)
		var answer any
		if err == nil {
			answer, err = f(r, p.Frame.Actor.ID)
		}
		var no *screen.Refusal
		switch {
		case errors.As(err, &no):
			s.writeJSON(w, r, http.StatusForbidden, map[string]string{"fout": no.Error()})
		case err != nil:
			s.fail(w, r, p, err)
		default:
			s.writeJSON(w, r, http.StatusOK, answer)
		}
	})
}

func (s *server) writeJSON(w http.ResponseWriter, r *http.Request, status int, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		s.Log.ErrorContext(r.Context(), "answer failed", "error", err)
		status, data = http.StatusInternalServerError, []byte(`{}`)
	}
	s.write(w, r, status, "application/json; charset=utf-8", data)
}

// textFault is a fault for the text editor.
type textFault struct {
	Line    int    `json:"regel"`
	Column  int    `json:"teken"`
	Error   bool   `json:"fout"`
	Message string `json:"tekst"`
	Hint    string `json:"hint,omitempty"`
	Code    string `json:"code"`
}

func textCheck(e screen.AmendmentEffect) map[string][]textFault {
	list := []textFault{}
	for _, f := range e.Faults {
		list = append(list, textFault{Line: max(1, f.Line), Column: max(1, f.Column), Error: f.Error, Message: f.Text, Hint: f.Hint, Code: f.Code})
	}
	return map[string][]textFault{"meldingen": list}
}

func amendmentHref(v screen.AmendmentView) string { return to("voorstellen", v.ID, "regels", v.Rule) }

// amendmentState says in one line how the text under hands stands.
func (p *page) amendmentState(v screen.AmendmentView) string {
	errs := 0
	for _, f := range v.Effect.Faults {
		if f.Error {
			errs++
		}
	}
	switch {
	case errs > 0:
		return p.N("regelwerk.stand-fout", int64(errs))
	case !v.Effect.Saved:
		return p.T("regelwerk.stand-nieuw")
	case len(v.Effect.Changes) == 0:
		return p.T("regelwerk.stand-geldt")
	}
	return p.T("regelwerk.stand-bewaard")
}

func lookText(v screen.AmendmentView) string {
	if v.Plain {
		return "regelwerk.controleer"
	}
	return "regelwerk.bekijk"
}

// otherView is the way of editing that is not shown.
func otherView(v screen.AmendmentView) string {
	if v.Plain {
		return "zin"
	}
	return "tekst"
}

func addText(a screen.EditAdd) string {
	if a.Inner {
		return "regelwerk.erbij-binnen"
	}
	return "regelwerk.erbij"
}

// fieldSize is the width of a field in a sentence.
func fieldSize(f screen.EditField) string {
	return strconv.Itoa(min(max(utf8.RuneCountInString(f.Value)+2, 6), 40))
}

func textRows(text string) string {
	return strconv.Itoa(min(max(strings.Count(text, "\n")+3, 12), 32))
}

func faultyLine(e screen.AmendmentEffect, line int) bool {
	for _, f := range e.Faults {
		if f.Error && max(1, f.Line) == line {
			return true
		}
	}
	return false
}

func examplesText(p *page, e screen.AmendmentEffect) string {
	if len(e.Examples) == 0 {
		return p.T("regelwerk.voorbeelden-geen", "alle", e.All)
	}
	return p.N("regelwerk.voorbeelden-anders", int64(len(e.Examples)), "alle", e.All)
}

func beforeLabel(c screen.TextChange) string {
	if len(c.After) == 0 {
		return "regelwerk.vervalt"
	}
	return "regelwerk.was"
}

func afterLabel(c screen.TextChange) string {
	if len(c.Before) == 0 {
		return "regelwerk.nieuw"
	}
	return "regelwerk.wordt"
}

// echoDepth puts the sentence itself at the edge.
func echoDepth(lines []screen.RuleLine, l screen.RuleLine) int { return max(0, l.Depth-lines[0].Depth) }
