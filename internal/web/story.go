package web

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"lemniscaat/internal/screen"
)

// Stories is what the pages of the stories ask: time lines of what happened, and
// for each step the live pages as they were then.
type Stories interface {
	Stories(ctx context.Context) (screen.StoryListView, error)
	Story(ctx context.Context, story string) (screen.StoryView, error)
	// Scene gives the pages of a story as it was after a step: a Service that
	// refuses every command, who looks at it, and what stands above.
	Scene(ctx context.Context, story, step string) (s Service, as string, bar screen.StoryBar, err error)
}

// noStories is an installation without any.
type noStories struct{}

func (noStories) Stories(context.Context) (screen.StoryListView, error) {
	return screen.StoryListView{}, nil
}

func (noStories) Story(context.Context, string) (screen.StoryView, error) {
	return screen.StoryView{}, screen.ErrNotFound
}

func (noStories) Scene(context.Context, string, string) (Service, string, screen.StoryBar, error) {
	return nil, "", screen.StoryBar{}, screen.ErrNotFound
}

func (s *server) routeStories() {
	s.get("/verhalen", func(r *http.Request, p *page) (view, error) {
		v, err := s.Stories.Stories(r.Context())
		return view{title: p.T("verhalen.titel"), body: storiesPage(p, v)}, err
	})
	s.get("/verhalen/{verhaal}", func(r *http.Request, p *page) (view, error) {
		v, err := s.Stories.Story(r.Context(), r.PathValue("verhaal"))
		return view{title: v.Title, crumb: []screen.Ref{{Text: p.T("verhalen.titel"), Href: "/verhalen"}}, body: storyPage(p, v)}, err
	})
	if s.scene != nil {
		return // a story holds no stories
	}
	s.routes = append(s.routes, "GET "+sceneRoot+"{verhaal}/{stap}/{pagina...}")
	// All methods: a form of a live page is refused in words.
	s.mux.HandleFunc(sceneRoot+"{verhaal}/{stap}/{pagina...}", s.serveScene)
}

// sceneRoot is the address under which the live pages of stories stand.
const sceneRoot = "/verhaal/"

// scene says of a server that it shows one moment of a story.
type scene struct {
	base string // "/verhaal/toeslagen/memo"
	as   string // who looks
	bar  screen.StoryBar
}

// inScene is the Service of a moment, with its bar.
type inScene struct {
	Service
	bar screen.StoryBar
}

func (s inScene) Frame(ctx context.Context, who string) (screen.Frame, error) {
	f, err := s.Service.Frame(ctx, who)
	f.Story = &s.bar
	return f, err
}

// serveScene answers with a page of a story, from a server of its own that shares
// everything but who it asks.
func (s *server) serveScene(w http.ResponseWriter, r *http.Request) {
	svc, as, bar, err := s.Stories.Scene(r.Context(), r.PathValue("verhaal"), r.PathValue("stap"))
	if err != nil {
		p, frame := s.page(r)
		if frame != nil {
			p = nil
		}
		s.fail(w, r, p, err)
		return
	}
	base := sceneRoot + r.PathValue("verhaal") + "/" + r.PathValue("stap")
	inner := &server{
		Deps: s.Deps, assets: s.assets, english: s.english, book: s.book,
		scene: &scene{base: base, as: as, bar: bar},
	}
	inner.mux = inner.newMux()
	inner.Service, inner.Stories, inner.Printer, inner.Identity = inScene{svc, bar}, noStories{}, nil, nil
	inner.route()
	if page := r.PathValue("pagina"); page == "" || page == "rondleiding" {
		http.Redirect(w, r, bar.Back, http.StatusSeeOther)
		return
	}
	http.StripPrefix(base, http.HandlerFunc(inner.dispatch)).ServeHTTP(moved{w, base}, r)
}

// moved keeps redirects of a story inside it.
type moved struct {
	http.ResponseWriter
	base string
}

func (m moved) WriteHeader(status int) {
	h := m.Header()
	if to := h.Get("Location"); inside(to) {
		h.Set("Location", m.base+to)
	}
	m.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach what is underneath.
func (m moved) Unwrap() http.ResponseWriter { return m.ResponseWriter }

// inside reports whether an address is a page of the site that a story has as
// well: no file, and not the stories themselves.
func inside(href string) bool {
	return strings.HasPrefix(href, "/") && !strings.HasPrefix(href, "//") && !strings.HasPrefix(href, "/vast/") &&
		!strings.HasPrefix(href, "/verhalen") && !strings.HasPrefix(href, sceneRoot)
}

// leading are the attributes that hold an address.
var leading = map[string]bool{"href": true, "src": true, "action": true, "formaction": true, "xlink:href": true, "hx-get": true, "hx-post": true, "hx-put": true, "hx-delete": true, "data-href": true}

// relocate puts the addresses of a page under a base, so that its links stay in
// the story.
func relocate(base string, page []byte) []byte {
	var out bytes.Buffer
	out.Grow(len(page) + len(page)/8)
	z := html.NewTokenizer(bytes.NewReader(page))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return out.Bytes() // a page from memory only ends
		}
		raw := bytes.Clone(z.Raw())
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			out.Write(raw)
			continue
		}
		t, changed := z.Token(), false
		for i, a := range t.Attr {
			if leading[a.Key] && inside(a.Val) {
				t.Attr[i].Val, changed = base+a.Val, true
			}
		}
		if changed {
			out.WriteString(t.String())
		} else {
			out.Write(raw)
		}
	}
}

// storyDate writes when a step was: to the day, or to the month when no more is
// known.
func (p *page) storyDate(s screen.StoryStep) string {
	if s.Month {
		return p.T("maand."+strconv.Itoa(s.Date.Month)) + " " + strconv.Itoa(s.Date.Year)
	}
	return p.Date(s.Date)
}

// storyTime is the same for machines.
func storyTime(s screen.StoryStep) string {
	if s.Month {
		return s.Date.String()[:7]
	}
	return s.Date.String()
}

// sourceID is the id of a source in the list.
func sourceID(n int) string { return "bron-" + strconv.Itoa(n) }
