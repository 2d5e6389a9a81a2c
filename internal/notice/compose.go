package notice

import (
	"html"
	"strings"
)

// Line is one sentence of a message with where it leads.
type Line struct {
	Text string
	Href string // a whole address; "" for none
}

// Body is what stands in a message. It is written as plain text and as HTML with
// the same words.
type Body struct {
	Lang   string
	Intro  string
	Lines  []Line
	Open   string // what the link of a line says: "Openen"
	Footer []Line
}

// Compose makes a message. The HTML has no pictures, scripts or styles from
// elsewhere, and nothing in it that tells whether it was opened.
func Compose(id, to, subject string, b Body) Message {
	var t, h strings.Builder
	e := html.EscapeString
	h.WriteString(`<!DOCTYPE html><html lang="` + e(b.Lang) + `"><head><meta charset="utf-8"><title>` + e(subject) + `</title></head><body>`)
	if b.Intro != "" {
		t.WriteString(b.Intro + "\n\n")
		h.WriteString("<p>" + e(b.Intro) + "</p>")
	}
	h.WriteString("<ul>")
	for _, l := range b.Lines {
		t.WriteString("- " + l.Text + "\n")
		h.WriteString("<li>" + e(l.Text))
		if l.Href != "" {
			t.WriteString("  " + l.Href + "\n")
			h.WriteString(` <a href="` + e(l.Href) + `">` + e(b.Open) + `</a>`)
		}
		h.WriteString("</li>")
	}
	h.WriteString("</ul>")
	for _, l := range b.Footer {
		t.WriteString("\n" + l.Text + "\n")
		h.WriteString("<p>")
		if l.Href == "" {
			h.WriteString(e(l.Text))
		} else {
			t.WriteString(l.Href + "\n")
			h.WriteString(`<a href="` + e(l.Href) + `">` + e(l.Text) + `</a>`)
		}
		h.WriteString("</p>")
	}
	h.WriteString("</body></html>\n")
	return Message{ID: id, To: to, Subject: subject, Text: t.String(), HTML: h.String()}
}
