package web

import (
	"strconv"

	"github.com/a-h/templ"
)

// input describes one field of a form.
type input struct {
	Form, Name  string
	Label, Hint string
	Value       string
	Kind        string // type of the input; "" is text
	Empty       string // first choice of a select: nothing chosen
	Rows        int
	Short       bool // a narrow field: a number, a date
	Numeric     bool
	Mask        bool // personal data is masked while typing
	Required    bool
	Auto        string // what a browser or password manager fills in here
}

func (f input) kind() string {
	if f.Kind == "" {
		return "text"
	}
	return f.Kind
}

func (f input) rows() string {
	if f.Rows == 0 {
		return "3"
	}
	return strconv.Itoa(f.Rows)
}

// depth gives the class of an indentation; the style sheet knows five.
func depth(n int) string { return strconv.Itoa(min(max(n, 0), 5)) }

// current marks the item of the navigation that this page belongs to.
func (p *page) current(href string) templ.Attributes {
	path := p.Path
	for i, c := range path {
		if c == '?' || c == '#' {
			path = path[:i]
			break
		}
	}
	if path == href {
		return templ.Attributes{"aria-current": "page"}
	}
	in := href != "/" && len(path) > len(href) && path[:len(href)] == href && path[len(href)] == '/'
	if in {
		return templ.Attributes{"aria-current": "true"}
	}
	return nil
}

// inRoom marks the room that this page is in.
func (p *page) inRoom(w way) templ.Attributes {
	switch a := p.current(w.href); {
	case a != nil:
		return a
	case p.room() == w.room:
		return templ.Attributes{"aria-current": "true"}
	}
	return nil
}
