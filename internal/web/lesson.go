package web

import (
	"net/http"
	"strconv"
	"strings"

	"lemniscaat/internal/screen"
)

// maxOptions is how many choices the form of a learning case has room for.
const maxOptions = 4

// routeLesson registers the learning cases.
func (s *server) routeLesson() {
	svc := s.Service
	crumb := func(p *page) []screen.Ref { return []screen.Ref{{Text: p.T("leren.titel"), Href: "/leren"}} }
	s.get("/leren", func(r *http.Request, p *page) (view, error) {
		v, err := svc.Lessons(r.Context(), p.Frame.Actor.ID, asked(r))
		return view{title: p.T("leren.titel"), body: lessonsPage(p, v)}, err
	})
	one := func(r *http.Request, p *page) (view, error) {
		chosen, _ := strconv.Atoi(r.URL.Query().Get("keuze"))
		v, err := svc.Lesson(r.Context(), p.Frame.Actor.ID, r.PathValue("id"), chosen)
		return view{title: p.T("leren.zaak"), crumb: crumb(p), body: lessonPage(p, v)}, err
	}
	s.get("/leren/{id}", one)
	s.post("/leren/{id}/keuze", func(r *http.Request, p *page) (string, error) {
		id := r.PathValue("id")
		n, _ := strconv.Atoi(r.PostForm.Get("keuze"))
		return to("leren", id) + "?keuze=" + strconv.Itoa(n) + "#besloten", svc.ChooseInLesson(r.Context(), p.Frame.Actor.ID, id, n)
	}, one)
	s.post("/leren/{id}/intrekken", func(r *http.Request, p *page) (string, error) {
		why := strings.TrimSpace(r.PostForm.Get("want"))
		if why == "" {
			return "", fieldRefusal(p, screen.FieldError{Field: "want", Text: p.T("voorstel.fout-want")})
		}
		return done("/leren", "les-weg"), svc.WithdrawLesson(r.Context(), p.Frame.Actor.ID, r.PathValue("id"), why)
	}, one)

	form := func(preview *screen.LessonView) func(*http.Request, *page) (view, error) {
		return func(r *http.Request, p *page) (view, error) {
			v, err := svc.LessonForm(r.Context(), p.Frame.Actor.ID, r.PathValue("id"))
			return view{title: p.T("leren.maak"), crumb: []screen.Ref{v.Issue}, body: lessonForm(p, v, preview)}, err
		}
	}
	const at = "/knelpunten/{id}/leerzaak"
	s.get(at, form(nil))
	s.post(at, func(r *http.Request, p *page) (string, error) {
		in := lessonInput(r)
		if no := checkLessonForm(p, in); no != nil {
			return "", no
		}
		id, err := svc.MakeLesson(r.Context(), p.Frame.Actor.ID, in)
		return done(to("leren", id), "les"), err
	}, form(nil))
	// The preview is a question; it carries what was typed.
	s.routes = append(s.routes, "POST /knelpunten/{id}/leerzaak/voorbeeld")
	s.mux.HandleFunc("POST /knelpunten/{id}/leerzaak/voorbeeld", func(w http.ResponseWriter, r *http.Request) {
		p, err := s.posted(w, r)
		var v view
		if err == nil {
			var l screen.LessonView
			if l, err = svc.PreviewLesson(r.Context(), p.Frame.Actor.ID, lessonInput(r)); err == nil {
				v, err = form(&l)(r, p)
			}
		}
		if err != nil {
			s.fail(w, r, p, err)
			return
		}
		s.show(w, r, http.StatusOK, p, v)
	})
}

func lessonInput(r *http.Request) screen.LessonInput {
	text := func(name string) string { return strings.TrimSpace(r.PostForm.Get(name)) }
	in := screen.LessonInput{Issue: r.PathValue("id"), Dilemma: text("dilemma"), Why: text("waarom"), Principle: text("beginsel")}
	decided, _ := strconv.Atoi(text("besloten"))
	for n := 1; n <= maxOptions; n++ {
		if t := text("keuze-" + strconv.Itoa(n)); t != "" {
			in.Options = append(in.Options, t)
			if n == decided {
				in.Decided = len(in.Options)
			}
		}
	}
	return in
}

func checkLessonForm(p *page, in screen.LessonInput) *screen.Refusal {
	var faults []screen.FieldError
	need := func(field string, ok bool, key string) {
		if !ok {
			faults = append(faults, screen.FieldError{Field: field, Text: p.T("leren.fout-" + key)})
		}
	}
	need("dilemma", in.Dilemma != "", "dilemma")
	need("keuze-1", len(in.Options) >= 2, "keuzes")
	need("besloten", in.Decided > 0, "besloten")
	need("waarom", in.Why != "", "waarom")
	need("beginsel", in.Principle != "", "beginsel")
	if len(faults) == 0 {
		return nil
	}
	return fieldRefusal(p, faults...)
}

// optionNumbers are the choices of the form as a select.
func optionNumbers(p *page) []screen.Option {
	var out []screen.Option
	for n := 1; n <= maxOptions; n++ {
		out = append(out, screen.Option{Value: strconv.Itoa(n), Label: p.T("leren.keuze-n", "n", n)})
	}
	return out
}
