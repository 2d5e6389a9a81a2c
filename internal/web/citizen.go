package web

import (
	"crypto/rand"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"lemniscaat/internal/screen"
)

// What citizens may send in ten minutes: enough for a help desk with one
// address, too little to fill a log or to guess codes.
const (
	citizenWindow  = 10 * time.Minute
	citizenEach    = 12
	citizenAll     = 600
	codesEach      = 60
	codesAll       = 6000
	maxCitizenForm = 32 << 10
)

func (s *server) routeCitizen() {
	svc := s.Service
	now := s.Now
	if now == nil {
		now = time.Now
	}
	messages := &limiter{name: "burger", window: citizenWindow, each: citizenEach, all: citizenAll, now: now, shared: s.Counter, key: s.CounterKey, log: s.Log}
	codes := &limiter{name: "volgcode", window: citizenWindow, each: codesEach, all: codesAll, now: now, shared: s.Counter, key: s.CounterKey, log: s.Log}

	form := func(r *http.Request, p *page) (view, error) {
		v, err := svc.CitizenForm(r.Context())
		return view{title: p.T("burger.titel"), body: citizenPage(p, v)}, err
	}
	s.get("/er-ging-iets-mis", form)
	follow := func(_ *http.Request, p *page) (view, error) {
		return view{title: p.T("volgen.titel"), body: followPage(p)}, nil
	}
	s.get("/volgen", follow)

	// answer is a command of a citizen: it shows a page at once, because a code
	// stands in no address. Too much of it is answered with 429.
	answer := func(pattern string, limit *limiter, do func(*http.Request, *page) (view, error), again func(*http.Request, *page) (view, error)) {
		s.routes = append(s.routes, "POST "+pattern)
		s.mux.HandleFunc("POST "+pattern, func(w http.ResponseWriter, r *http.Request) {
			p, err := s.page(r)
			if err == nil {
				r.Body = http.MaxBytesReader(w, r.Body, maxCitizenForm)
				err = s.read(w, r, p)
			}
			if err != nil {
				s.fail(w, r, p, err)
				return
			}
			status := http.StatusOK
			var v view
			if ok, wait := limit.take(r.Context(), cameFrom(r)); !ok {
				minutes := int64((wait + time.Minute - 1) / time.Minute)
				tryLater(w, wait)
				status, err = http.StatusTooManyRequests, &screen.Refusal{Code: "te-vaak", Text: p.T("burger.te-vaak"), Hint: p.N("burger.te-vaak-wacht", minutes)}
			} else {
				v, err = do(r, p)
			}
			if gone := s.away(w, r, p, err); gone != nil {
				status, err = http.StatusServiceUnavailable, gone
			}
			var no *screen.Refusal
			if errors.As(err, &no) {
				p.Refusal = no
				if status == http.StatusOK {
					status = http.StatusConflict
					if len(no.Fields) > 0 {
						status = http.StatusBadRequest
					}
				}
				v, err = again(r, p)
			}
			if err != nil {
				s.fail(w, r, p, err)
				return
			}
			s.show(w, r, status, p, v)
		})
	}
	status := func(p *page, v screen.CitizenStatus) view {
		title := p.T("volgen.titel")
		if v.Fresh {
			title = p.T("burger.binnen")
		}
		return view{title: title, body: citizenStatusPage(p, v)}
	}
	text := func(r *http.Request, field string) string { return strings.TrimSpace(r.PostForm.Get(field)) }

	answer("/er-ging-iets-mis", messages, func(r *http.Request, p *page) (view, error) {
		in := screen.CitizenInput{Text: text(r, "tekst"), Topic: text(r, "onderwerp"), Key: text(r, "sleutel")}
		if in.Key == "" {
			in.Key = rand.Text()
		}
		v, err := svc.FileCitizen(r.Context(), in)
		return status(p, v), err
	}, func(r *http.Request, p *page) (view, error) {
		if k := text(r, "sleutel"); k != "" {
			p.Key = k
		}
		return form(r, p)
	})
	again := func(r *http.Request, p *page) (view, error) {
		v, err := svc.Follow(r.Context(), text(r, "code"))
		if err != nil || p.Refusal != nil && p.Refusal.Code == "te-vaak" {
			return follow(r, p)
		}
		return status(p, v), nil
	}
	answer("/volgen", codes, func(r *http.Request, p *page) (view, error) {
		v, err := svc.Follow(r.Context(), text(r, "code"))
		return status(p, v), err
	}, follow)
	answer("/volgen/reactie", codes, func(r *http.Request, p *page) (view, error) {
		if err := svc.CitizenReact(r.Context(), text(r, "code"), text(r, "herkend") == "ja", text(r, "want")); err != nil {
			return view{}, err
		}
		v, err := svc.Follow(r.Context(), text(r, "code"))
		out := status(p, v)
		out.notice = "reactie"
		return out, err
	}, again)
	answer("/volgen/formeel", codes, func(r *http.Request, p *page) (view, error) {
		decided, no := date(p, "besluit-van", r.PostForm.Get("besluit-van"))
		if no != nil {
			return view{}, no
		}
		if err := svc.AskFormal(r.Context(), screen.FormalInput{Code: text(r, "code"), Kind: text(r, "weg"), Decided: decided, Contact: text(r, "bereikbaar")}); err != nil {
			return view{}, err
		}
		v, err := svc.Follow(r.Context(), text(r, "code"))
		out := status(p, v)
		out.notice = "formeel"
		return out, err
	}, again)

	list := func(r *http.Request, p *page) (view, error) {
		v, err := svc.Formals(r.Context(), p.Frame.Actor.ID, asked(r))
		return view{title: p.T("doorsturen.titel"), here: screen.StationExecute, body: formalsPage(p, v)}, err
	}
	s.get("/doorsturen", list)
	s.post("/doorsturen/{signaal}", func(r *http.Request, p *page) (string, error) {
		return done("/doorsturen", "doorgestuurd"), svc.ForwardFormal(r.Context(), p.Frame.Actor.ID, r.PathValue("signaal"), text(r, "hoe"))
	}, list)
}

// topicID gives the first topic the id that the error summary links to.
func topicID(i int) string { return fieldID("burger", "onderwerp") + suffixOf(i) }

func suffixOf(i int) string {
	if i == 0 {
		return ""
	}
	return "-" + strconv.Itoa(i)
}

// manyTopics is from how many topics on they are a list to choose from.
const manyTopics = 25

func topicOptions(all []screen.CitizenTopic) []screen.Option {
	var out []screen.Option
	for _, t := range all {
		out = append(out, screen.Option{Value: t.Value, Label: t.Name})
	}
	return out
}

// roadOf gives the road that a page advises first.
func roadOf(v screen.CitizenStatus) string {
	if v.Road.Kind == "" {
		return "bezwaar"
	}
	return v.Road.Kind
}
