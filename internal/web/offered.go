package web

import (
	"bytes"
	"html"
	"net/http"
	"net/url"
	"strings"

	"lemniscaat/internal/authz"
)

// judge is a Guard that also says what it would decide, without keeping that: to
// leave out of a page what would be refused.
type judge interface {
	Decide(authz.Request) authz.Decision
}

// offered takes out of a page the forms that the reader may not send, and says in
// their place for whom they are: nobody fills in a form to hear afterwards that it
// was not for them. Where the decision cannot be asked, everything stays.
func (s *server) offered(r *http.Request, p *page, body []byte) []byte {
	decider, ok := s.Guard.(judge)
	if !ok || s.scene != nil || !bytes.Contains(body, []byte("<form")) {
		return body
	}
	by := s.principal(r)
	asked := map[string]authz.Decision{}
	decide := func(action string) authz.Decision {
		d, ok := asked[action]
		if !ok {
			d = s.judged(r, decider, by, action)
			asked[action] = d
		}
		return d
	}
	var out bytes.Buffer
	changed := false
	for rest := body; ; {
		at := bytes.Index(rest, []byte("<form"))
		end := -1
		if at >= 0 {
			end = bytes.Index(rest[at:], []byte("</form>"))
		}
		if at < 0 || end < 0 {
			out.Write(rest)
			break
		}
		end += at + len("</form>")
		out.Write(rest[:at])
		whole := rest[at:end]
		rest = rest[end:]
		tag, _, _ := bytes.Cut(whole, []byte(">"))
		if attributeOf(tag, "method") != http.MethodPost && !bytes.Contains(whole, []byte(`formaction="`)) {
			out.Write(whole)
			continue
		}
		action := attributeOf(tag, "action")
		if action == "" {
			action = r.URL.Path
		}
		if strings.EqualFold(attributeOf(tag, "method"), http.MethodPost) {
			if d := decide(action); !d.Allowed {
				out.WriteString(s.instead(p, d))
				changed = true
				continue
			}
		}
		kept := withoutButtons(whole, func(to string) bool { return decide(to).Allowed })
		changed = changed || len(kept) != len(whole)
		out.Write(kept)
	}
	if !changed {
		return body
	}
	return out.Bytes()
}

// judged decides on sending a form to an address. What is no route of ours is left
// to whoever answers there.
func (s *server) judged(r *http.Request, decider judge, by authz.Principal, action string) authz.Decision {
	u, err := url.Parse(action)
	if err != nil || u.IsAbs() || u.Host != "" {
		return authz.Decision{Allowed: true}
	}
	to := r.Clone(r.Context())
	to.Method, to.URL = http.MethodPost, u
	_, pattern := s.mux.Handler(to)
	o, ok := operations[pattern]
	if !ok {
		return authz.Decision{Allowed: true}
	}
	return decider.Decide(s.question(r.Context(), by, o, part(pattern, u.Path, o.id)))
}

// part gives the part of an address that a pattern names.
func part(pattern, path, name string) string {
	_, pattern, _ = strings.Cut(pattern, " ")
	have := strings.Split(path, "/")
	for i, p := range strings.Split(pattern, "/") {
		if p == "{"+name+"}" && i < len(have) {
			return have[i]
		}
	}
	return ""
}

// instead is what stands where a form was.
func (s *server) instead(p *page, d authz.Decision) string {
	why := d.Needed
	if s.english != nil && p.Lang == s.english.Lang {
		why = d.NeededEnglish
	}
	if d.SignIn {
		why += " " + p.T("gezag.kies")
	}
	return `<p class="quiet">` + html.EscapeString(p.T("gezag.geen-formulier")+" "+why) + `</p>`
}

// withoutButtons leaves out the buttons that send a form elsewhere, to where the
// reader may not.
func withoutButtons(form []byte, may func(to string) bool) []byte {
	var out bytes.Buffer
	for rest := form; ; {
		at := bytes.Index(rest, []byte("<button"))
		end := -1
		if at >= 0 {
			end = bytes.Index(rest[at:], []byte("</button>"))
		}
		if at < 0 || end < 0 {
			out.Write(rest)
			return out.Bytes()
		}
		end += at + len("</button>")
		tag, _, _ := bytes.Cut(rest[at:end], []byte(">"))
		to := attributeOf(tag, "formaction")
		if to == "" || attributeOf(tag, "formmethod") == http.MethodGet || may(to) {
			out.Write(rest[:end])
		} else {
			out.Write(rest[:at])
		}
		rest = rest[end:]
	}
}

// attributeOf gives the value of an attribute in a tag that templ wrote; a method in
// capitals.
func attributeOf(tag []byte, name string) string {
	_, after, ok := bytes.Cut(tag, []byte(" "+name+`="`))
	if !ok {
		return ""
	}
	value, _, _ := bytes.Cut(after, []byte(`"`))
	v := html.UnescapeString(string(value))
	if strings.HasSuffix(name, "method") {
		v = strings.ToUpper(v)
	}
	return v
}
