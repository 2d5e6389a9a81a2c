package config

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// Problem is one thing that is wrong.
type Problem struct {
	Place   string // "lemniscaat.yaml regel 3", "omgeving LEMNISCAAT_ADRES", "opdracht --addr"
	Key     string
	Text    string
	Accepts string
	Command bool // it was typed after the command
}

// Problems is everything that is wrong with what was set.
type Problems []Problem

// Error gives a line for each problem.
func (ps Problems) Error() string {
	var b strings.Builder
	b.WriteString("de instellingen kloppen niet")
	for _, p := range ps {
		fmt.Fprintf(&b, "\n  %s", p.Place)
		if p.Key != "" && !strings.HasSuffix(p.Place, p.Key) {
			fmt.Fprintf(&b, ", %s", p.Key)
		}
		fmt.Fprintf(&b, ": %s; verwacht: %s", p.Text, p.Accepts)
	}
	return b.String()
}

// Typed reports that all of it was typed after the command.
func (ps Problems) Typed() bool {
	for _, p := range ps {
		if !p.Command {
			return false
		}
	}
	return true
}

// Row is one setting as it holds now.
type Row struct {
	Key, Value, Origin string
}

// hidden stands in the place of a secret.
const hidden = "(verborgen)"

// Rows gives all settings with where they came from; secrets are hidden.
func (l *Loaded) Rows() []Row {
	var out []Row
	for _, x := range l.table() {
		v := x.get()
		switch {
		case v == "":
		case x.secret:
			v = hidden
		case x.guarded:
			v = withoutPassword(v)
		}
		out = append(out, Row{x.key, v, l.origin[x.key]})
	}
	return out
}

// withoutPassword hides what a URL keeps secret, or all of it when it is no URL.
func withoutPassword(v string) string {
	u, err := url.Parse(v)
	if err != nil {
		return hidden
	}
	if u.User != nil {
		u.User = url.User(u.User.Username())
	}
	q := u.Query()
	for _, name := range []string{"password", "sslpassword"} {
		if q.Has(name) {
			q.Set(name, hidden)
			u.RawQuery = q.Encode()
		}
	}
	return u.String()
}

// Option is a setting on the command line.
type Option struct {
	Name, Arg, Default, Doc string
	Bool                    bool
}

// Options gives the settings that have an option, in the order of the docs.
func Options() []Option {
	var out []Option
	for _, x := range new(Settings).table() {
		if x.flag != "" {
			out = append(out, Option{Name: x.flag, Arg: x.arg, Default: x.def, Doc: inHelp(x.doc), Bool: x.arg == ""})
		}
	}
	return out
}

// inHelp gives the words of a setting for the help of a command: without links, and
// without a capital unless the word is a name.
func inHelp(doc string) string {
	doc = strings.TrimSuffix(link.ReplaceAllString(doc, ""), ".")
	first, _, _ := strings.Cut(doc, " ")
	if first != strings.ToUpper(first[:1])+strings.ToLower(first[1:]) { // PostgreSQL, OIDC
		return doc
	}
	return strings.ToLower(doc[:1]) + doc[1:]
}

// link is a link in Markdown between brackets, with the space before it.
var link = regexp.MustCompile(` \(\[[^\]]+\]\([^)]+\)\)|; \[[^\]]+\]\([^)]+\)`)

// Manual writes all settings as Markdown: docs/beheer/instellingen.md.
func Manual() string {
	var b strings.Builder
	b.WriteString(`# Instellingen

` + "`lemniscaat serve`" + ` leest instellingen op vier plaatsen. Wat later in dit rijtje staat, wint:

1. de standaard;
2. een YAML-bestand: ` + "`--config lemniscaat.yaml`, of `LEMNISCAAT_CONFIG`" + `;
3. de omgeving: ` + "`LEMNISCAAT_`" + ` en de naam in hoofdletters, met lage streepjes;
4. de opdracht, voor wat daar een optie heeft.

` + "`lemniscaat config check`" + ` zegt alles wat er niet klopt, met de plaats. ` + "`lemniscaat config show`" + ` toont wat er geldt en waar het vandaan komt. Geheimen staan
alleen in de omgeving of in een eigen bestand, en worden nooit getoond. Paden gelden vanaf de map waarin het programma start.

` + "```yaml" + `
# lemniscaat.yaml
adres: 127.0.0.1:8080
url: https://lemniscaat.voorbeeld.nl
data: /var/lib/lemniscaat
log-vorm: json
vertrouwde-proxies: [10.0.0.0/8]
` + "```" + `

Deze pagina is gemaakt uit het programma zelf.
`)
	for _, x := range new(Settings).table() {
		if x.group != "" {
			fmt.Fprintf(&b, "\n## %s\n", x.group)
		}
		fmt.Fprintf(&b, "\n### `%s`\n\n%s\n\n", x.key, x.doc)
		if x.secret {
			fmt.Fprintf(&b, "- omgeving: `%s` (geheim: niet in het YAML-bestand)\n", x.env())
		} else {
			fmt.Fprintf(&b, "- omgeving: `%s`\n", x.env())
		}
		if x.flag != "" {
			fmt.Fprintf(&b, "- opdracht: `%s`\n", strings.TrimSpace("--"+x.flag+" "+x.arg))
		}
		if x.def != "" {
			fmt.Fprintf(&b, "- standaard: `%s`\n", x.def)
		}
		fmt.Fprintf(&b, "- waarde: %s\n", x.form)
	}
	return b.String()
}
