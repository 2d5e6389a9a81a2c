package web

import (
	"net/http"
	"strings"

	"lemniscaat/internal/screen"
)

func (s *server) routeLaw() {
	s.get("/wetten/{bwb}", func(r *http.Request, p *page) (view, error) {
		q := r.URL.Query()
		from, no := date(p, "van", q.Get("van"))
		if no != nil {
			return view{}, no
		}
		until, no := date(p, "tot", q.Get("tot"))
		if no != nil {
			return view{}, no
		}
		v, err := s.Service.Law(r.Context(), p.Frame.Actor.ID, r.PathValue("bwb"), from, until)
		return view{title: v.Name, here: screen.StationRule, body: lawPage(p, v)}, err
	})
}

// lawIndent is the class of a line of a list: two spaces a depth.
func lawIndent(line string) string {
	depth := (len(line) - len(strings.TrimLeft(line, " "))) / 2
	return [...]string{"law-line", "law-line law-in-1", "law-line law-in-2", "law-line law-in-3"}[min(depth, 3)]
}

// lawShort says that a law text is shown at once; a longer one unfolds.
func lawShort(l *screen.LawText) bool {
	n := 0
	for _, lid := range l.Leden {
		for _, line := range lid.Lines {
			n += len(line)
		}
	}
	return n <= 3000
}

// lawGap is what belongs before a run of words.
func lawGap(words []screen.LawSpan, i int) string {
	if i == 0 || strings.HasSuffix(words[i-1].Text, "\n") || strings.HasPrefix(words[i].Text, "\n") {
		return ""
	}
	return " "
}

// lawLidKind says "gelijk" of a lid that only got another number.
func lawLidKind(l screen.LawLidChange) string {
	if l.Kind == screen.LawSame && l.Was != "" {
		return "hernummerd"
	}
	return string(l.Kind)
}
