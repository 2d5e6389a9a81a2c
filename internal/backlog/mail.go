package backlog

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"

	"lemniscaat/internal/rule"
)

var header = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]*:[ \t]?`)

// looksLikeMail: the first lines are headers, one of them From or Subject.
func looksLikeMail(text string) bool {
	named := false
	for i, line := range strings.SplitN(text, "\n", 60) {
		line = strings.TrimRight(line, "\r")
		switch {
		case line == "":
			return named && i > 1
		case line[0] == ' ' || line[0] == '\t':
			if i == 0 {
				return false
			}
		case !header.MatchString(line):
			return false
		}
		l := strings.ToLower(line)
		named = named || strings.HasPrefix(l, "from:") || strings.HasPrefix(l, "subject:")
	}
	return named
}

// readMbox cuts a file of mails at the lines that begin with "From ".
func readMbox(data []byte, today rule.Date) List {
	var l List
	n := 0
	var one []byte
	flush := func() {
		if len(bytes.TrimSpace(one)) > 0 {
			n++
			if n <= MaxEntries {
				l.mail(n, one, today)
			}
		}
		one = nil
	}
	for line := range bytes.Lines(data) {
		if bytes.HasPrefix(line, []byte("From ")) {
			flush()
			continue
		}

		if bytes.HasPrefix(line, []byte(">From ")) {
			line = line[1:]
		}
		one = append(one, line...)
	}
	flush()
	if n == 0 {
		return fault("er staat geen enkele mail in", "een mail als .eml, of meer als .mbox")
	}
	if n > MaxEntries {
		l.Refused = append(l.Refused, Refused{Line: MaxEntries + 1, Reason: fmt.Sprintf("na %d mails is het lezen gestopt", MaxEntries), Accepted: "deel het bestand op"})
	}
	return l
}

// mail reads one mail as an entry: the subject and the text part, without what
// was quoted and without the greeting.
func (l *List) mail(n int, data []byte, today rule.Date) {
	no := func(reason, accepted string, raw ...string) {
		l.Refused = append(l.Refused, Refused{Line: n, Reason: reason, Accepted: accepted, Raw: raw})
	}
	m, err := mail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		no("dit is geen mail die te lezen is", "een mail als .eml, of meer als .mbox")
		return
	}
	words := &mime.WordDecoder{CharsetReader: charset}
	subject, err := words.DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		subject = ""
	}
	for again := true; again; {
		again = false
		for _, p := range []string{"re:", "fw:", "fwd:", "antw:", "doorst:"} {
			if t := strings.TrimSpace(subject); len(t) >= len(p) && strings.EqualFold(t[:len(p)], p) {
				subject, again = t[len(p):], true
			}
		}
	}
	e := Entry{Line: n, Count: 1}
	if a, err := mail.ParseAddress(m.Header.Get("From")); err == nil {
		e.Sender = strings.ToLower(a.Address)
	}
	if t, err := m.Header.Date(); err == nil {
		if d := rule.Of(t); !d.After(today) {
			e.Date = d
		}
	}
	p := parts{}
	p.read(m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Header.Get("Content-Disposition"), m.Body, 0)
	for _, a := range p.left {
		e.Notes = append(e.Notes, "bijlage niet meegenomen: "+a+" (bijlagen van mail kunnen namen en nummers bevatten)")
	}
	if p.text == "" {
		reason := "de mail heeft geen deel met gewone tekst"
		if p.html {
			reason = "de mail heeft alleen opgemaakte tekst (HTML)"
		}
		no(reason, "stuur de mail door als gewone tekst, of zet de tekst in een CSV")
		return
	}
	body, quoted := unquote(p.text)
	if quoted {
		e.Notes = append(e.Notes, "de geciteerde mail en de ondertekening zijn weggelaten")
	}
	text := strings.TrimSpace(subject)
	if body != "" {
		if text != "" && !strings.ContainsAny(text[len(text)-1:], ".!?") {
			text += "."
		}
		text = strings.TrimSpace(text + "\n" + body)
	}
	e.clean(text)
	switch c := utf8.RuneCountInString(e.Text); {
	case c == 0:
		no("de mail heeft geen eigen tekst", "zeg in een paar zinnen wat er gebeurt")
		return
	case c > MaxText:
		no(fmt.Sprintf("de tekst heeft %d tekens", c), fmt.Sprintf("ten hoogste %d tekens; vat de mail samen in een CSV", MaxText))
		return
	}
	if a := anArticle.FindAllStringSubmatch(e.Text, 2); len(a) == 1 {
		e.Article = a[0][1]
	}
	l.Entries = append(l.Entries, e)
}

// anArticle is a mention of an article in a text.
var anArticle = regexp.MustCompile(`(?i)\bart(?:ikel|\.)\s?([0-9]+(?:[.:][0-9]+)*[a-z]{0,2})\b`)

// parts collects the first plain text of a mail, and what else it has.
type parts struct {
	text string
	html bool
	left []string
}

const maxDepth, maxPart = 5, 1 << 20

func (p *parts) read(kind, encoding, disposition string, r io.Reader, depth int) {
	media, params, err := mime.ParseMediaType(kind)
	if err != nil || kind == "" {
		media, params = "text/plain", nil
	}
	if strings.HasPrefix(media, "multipart/") && params["boundary"] != "" && depth < maxDepth {
		mr := multipart.NewReader(r, params["boundary"])
		for range 100 {
			part, err := mr.NextRawPart()
			if err != nil {
				return
			}
			p.read(part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"), part.Header.Get("Content-Disposition"), part, depth+1)
		}
		return
	}
	d, dp, _ := mime.ParseMediaType(disposition)
	switch {
	case d == "attachment" || media != "text/plain" && media != "text/html":
		name := dp["filename"]
		if name == "" {
			name = media
		}
		if w, err := (&mime.WordDecoder{CharsetReader: charset}).DecodeHeader(name); err == nil {
			name = w
		}
		p.left = append(p.left, clip(name))
		return
	case media == "text/html":
		p.html = true
		return
	case p.text != "":
		return
	}
	switch strings.ToLower(encoding) {
	case "quoted-printable":
		r = quotedprintable.NewReader(r)
	case "base64":
		r = base64.NewDecoder(base64.StdEncoding, r)
	}
	data, err := io.ReadAll(io.LimitReader(r, maxPart))
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return
	}
	if c := params["charset"]; c != "" && !utf8.Valid(data) {
		if cr, err := charset(c, bytes.NewReader(data)); err == nil {
			if b, err := io.ReadAll(cr); err == nil {
				data = b
			}
		}
	}
	p.text, _ = decode(data)
}

func charset(name string, r io.Reader) (io.Reader, error) {
	e, err := htmlindex.Get(name)
	if err != nil {
		return nil, fmt.Errorf("tekenset %s: %w", name, err)
	}
	return e.NewDecoder().Reader(r), nil
}

var (
	quoteBegins = regexp.MustCompile(`(?i)^(?:(?:op|on) .{4,120} (?:schreef|wrote)\b.*|-{2,} ?(?:oorspronkelijk bericht|original message|doorgestuurd bericht|forwarded message).*|_{10,}|(?:van|from): .+@.+|begin (?:doorgestuurd|forwarded).*)$`)
	signBegins  = regexp.MustCompile(`(?i)^(?:-- ?|(?:met )?(?:vriendelijke|hartelijke) groet(?:en)?,?.*|mvg,?.*|groet(?:en|jes)?,?|hoogachtend,?.*|kind regards,?.*|regards,?.*)$`)
	greeting    = regexp.MustCompile(`(?i)^(?:beste|geachte|hallo|hoi|dag|goede(?:n)?(?:morgen|middag|avond)?|dear)\b.{0,60},$`)
)

// unquote gives what the writer wrote: without the greeting, what was quoted
// and the signature, which has names.
func unquote(text string) (own string, cut bool) {
	var lines []string
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		line = strings.TrimRight(line, " \t")
		bare := strings.TrimSpace(line)
		if quoteBegins.MatchString(bare) || signBegins.MatchString(line) {
			return strings.TrimSpace(strings.Join(lines, "\n")), true
		}
		if strings.HasPrefix(bare, ">") {
			cut = true
			continue
		}
		if greeting.MatchString(bare) && len(strings.TrimSpace(strings.Join(lines, ""))) == 0 {
			continue
		}
		lines = append(lines, line)
	}
	return strings.TrimSpace(strings.Join(lines, "\n")), cut
}
