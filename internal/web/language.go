package web

import (
	"bytes"
	"maps"
	"net/http"
	"regexp"
	"strings"

	"golang.org/x/net/html"

	"lemniscaat/internal/i18n"
	"lemniscaat/internal/phrase"
	"lemniscaat/internal/screen"
)

// learn reads the other language and makes the book of phrases: the texts of
// the pages themselves, and those that the rest of the program makes.
func (s *server) learn() error {
	english, err := i18n.Load("en")
	if err != nil {
		return err
	}
	pairs := maps.Clone(s.Texts.Pairs(english))
	maps.Copy(pairs, s.Phrases)
	book, err := phrase.New("en", pairs)
	if err != nil {
		return err
	}
	s.english, s.book = english, book
	return nil
}

// language gives the texts in the language that the reader chose. Without a
// choice that is Dutch, whatever the browser asks for: it is the language of the
// law, and of who works here.
func (s *server) language(r *http.Request) *i18n.Catalogue {
	if c, err := r.Cookie(s.languageCookie()); err == nil && c.Value == s.english.Lang {
		return s.english
	}
	return s.Texts
}

// spoken tells what is behind the pages in which language the answer is read.
func (s *server) spoken(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(i18n.WithLanguage(r.Context(), s.language(r).Lang)))
	})
}

func (s *server) languageCookie() string {
	if s.TLS {
		return "__Host-taal"
	}
	return "taal"
}

// switchLanguage answers POST /taal.
func (s *server) switchLanguage(w http.ResponseWriter, r *http.Request) {
	p, err := s.posted(w, r)
	if err != nil {
		s.fail(w, r, p, err)
		return
	}
	lang := r.PostForm.Get("taal")
	if !known(i18n.Languages[:], lang) {
		s.fail(w, r, p, &screen.Refusal{Code: "taal", Text: p.T("taal.fout"), Fields: []screen.FieldError{{Field: "taal", Text: p.T("taal.fout")}}})
		return
	}
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure as soon as there is TLS; browsers refuse such a cookie without
		Name: s.languageCookie(), Value: lang, Path: "/", HttpOnly: true,
		Secure: s.TLS, SameSite: http.SameSiteLaxMode, MaxAge: 365 * 24 * 60 * 60,
	})
	http.Redirect(w, r, local(r.PostForm.Get("terug")), http.StatusSeeOther) //nolint:gosec // local keeps it on this site
}

// translated gives a page in the language of its reader.
func (s *server) translated(p *page, page []byte) []byte {
	if p.Lang == s.Texts.Lang {
		return page
	}
	return translate(s.book, page)
}

// speaking are the attributes that people read or hear.
var speaking = map[string]bool{"aria-label": true, "title": true, "alt": true, "placeholder": true, "aria-description": true, "aria-roledescription": true}

// silent are the elements whose text is not for translation: code, and what
// somebody typed.
var silent = map[string]bool{"script": true, "style": true, "code": true, "pre": true, "textarea": true}

// unmarkable are the elements in which a text cannot be marked as Dutch with an
// element around it.
var unmarkable = map[string]bool{"option": true, "title": true, "text": true, "tspan": true, "desc": true, "select": true}

// translate looks every text of a page up in the book. It goes through the page
// as it will be sent, so that it does not matter which package made a sentence.
// Elements with translate="no" are left alone: texts of law, of rules and of
// people. A Dutch sentence that the book does not have is marked as Dutch, so
// that it is read aloud that way.
func translate(book *phrase.Book, page []byte) []byte {
	var out bytes.Buffer
	out.Grow(len(page) + len(page)/8)
	z := html.NewTokenizer(bytes.NewReader(page))
	var leave string // the element that is left alone, and how deep in it
	deep := 0
	var parent string
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return out.Bytes() // a page from memory only ends
		}
		raw := bytes.Clone(z.Raw())
		switch kind {
		case html.TextToken:
			if deep > 0 {
				out.Write(raw)
				continue
			}
			writeText(&out, book, raw, unmarkable[parent])
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			if deep > 0 {
				if t.Data == leave && kind == html.StartTagToken {
					deep++
				}
				out.Write(raw)
				continue
			}
			parent = t.Data
			if kind == html.StartTagToken && (silent[t.Data] || attribute(t, "translate") == "no") {
				leave, deep = t.Data, 1
			}
			if !translateAttributes(book, &t) {
				out.Write(raw)
				continue
			}
			out.WriteString(t.String())
		case html.EndTagToken:
			if deep > 0 {
				if name, _ := z.TagName(); string(name) == leave {
					deep--
				}
			} else {
				parent = ""
			}
			out.Write(raw)
		default:
			out.Write(raw)
		}
	}
}

func attribute(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func translateAttributes(book *phrase.Book, t *html.Token) (changed bool) {
	for i, a := range t.Attr {
		if !speaking[a.Key] {
			continue
		}
		if v, _ := book.Translate(a.Val); v != a.Val {
			t.Attr[i].Val, changed = v, true
		}
	}
	return changed
}

// dutchWords are words that Dutch sentences have and English ones do not.
var dutchWords = regexp.MustCompile(`(?i)\b(de|het|een|van|niet|voor|dat|die|wordt|zijn|met|naar|uw|geen|bij|ook|wie|wat|moet|kan|nog|heeft|dit|deze)\b`)

func writeText(out *bytes.Buffer, book *phrase.Book, raw []byte, bare bool) {
	text := html.UnescapeString(string(raw))
	body := strings.TrimSpace(text)
	if body == "" {
		out.Write(raw)
		return
	}
	at := strings.Index(text, body)
	before, after := text[:at], text[at+len(body):]
	v, ok := book.Translate(body)
	mark := !ok && !bare && len(dutchWords.FindAllString(v, 2)) == 2
	out.WriteString(before)
	if mark {
		out.WriteString(`<span lang="nl">`)
	}
	out.WriteString(html.EscapeString(v))
	if mark {
		out.WriteString(`</span>`)
	}
	out.WriteString(after)
}
