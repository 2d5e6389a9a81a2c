package arch_test

import (
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// tracked gives the files of the repository, from its root.
func tracked(t *testing.T, patterns ...string) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "git", append([]string{"-C", "../..", "ls-files", "-z"}, patterns...)...).Output()
	if err != nil {
		t.Skipf("dit is geen git-map: %v", err)
	}
	return strings.FieldsFunc(string(out), func(c rune) bool { return c == 0 })
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../..", file))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var (
	fence   = regexp.MustCompile("(?ms)^[ \t]*(```+)[^\n]*\n.*?^[ \t]*```+[ \t]*$")
	coded   = regexp.MustCompile("`[^`\n]*`")
	mention = regexp.MustCompile(`(!?)\[([^\]]*)\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ +(.*?) *$`)
)

// anchors gives the names of the headings of a document, as sites that show it
// make them.
func anchors(markdown string) []string {
	var out []string
	for _, m := range heading.FindAllStringSubmatch(fence.ReplaceAllString(markdown, ""), -1) {
		text := mention.ReplaceAllString(m[1], "$2")
		out = append(out, strings.Map(func(c rune) rune {
			switch {
			case c == ' ':
				return '-'
			case c == '-', c == '_', unicode.IsLetter(c), unicode.IsDigit(c):
				return unicode.ToLower(c)
			}
			return -1
		}, text))
	}
	return out
}

// TestLinks: what a document refers to is there: files, headings and pictures,
// and a picture says in words what it shows.
func TestLinks(t *testing.T) {
	t.Parallel()
	looked := 0
	for _, file := range tracked(t, "*.md") {
		if strings.Contains(file, "/testdata/") {
			continue
		}
		text := read(t, file)
		for _, m := range mention.FindAllStringSubmatch(coded.ReplaceAllString(fence.ReplaceAllString(text, ""), ""), -1) {
			to, err := url.Parse(m[3])
			if err != nil {
				t.Errorf("%s: %q is geen adres", file, m[3])
				continue
			}
			if to.Scheme != "" || to.Host != "" {
				continue
			}
			looked++
			target := file
			if to.Path != "" {
				target = path.Join(path.Dir(file), to.Path)
			}
			info, err := os.Stat(filepath.Join("../..", target))
			if err != nil {
				t.Errorf("%s: %s bestaat niet", file, m[3])
				continue
			}
			if m[1] == "!" {
				if utf8.RuneCountInString(m[2]) < 10 {
					t.Errorf("%s: %s heeft geen tekst voor wie hem niet ziet", file, m[3])
				}
				if strings.HasPrefix(file, "docs/gebruik/") && info.Size() > 120<<10 {
					t.Errorf("%s: %s is %d kB, ten hoogste 120", file, m[3], info.Size()>>10)
				}
			}
			if to.Fragment != "" && strings.HasSuffix(target, ".md") && !slices.Contains(anchors(read(t, target)), to.Fragment) {
				t.Errorf("%s: %s heeft geen kop %q", file, target, to.Fragment)
			}
		}
	}
	if looked < 100 {
		t.Errorf("only %d links: the documents are read wrongly", looked)
	}
	var shown strings.Builder
	for _, file := range tracked(t, "*.md") {
		shown.WriteString(read(t, file))
	}
	for _, file := range tracked(t, "docs/images") {
		if !strings.Contains(shown.String(), path.Base(file)) {
			t.Errorf("%s staat in geen enkel document", file)
		}
	}
}

// annotation is one table of REUSE.toml.
type annotation struct {
	paths   []*regexp.Regexp
	general bool // **
	owner   string
	licence string
}

var (
	tables = regexp.MustCompile(`(?m)^\[\[annotations\]\]$`)
	quoted = regexp.MustCompile(`"([^"]*)"`)
)

// annotations reads REUSE.toml, of which only strings and lists of strings are used.
func annotations(t *testing.T) []annotation {
	t.Helper()
	var out []annotation
	for _, table := range tables.Split(read(t, "REUSE.toml"), -1)[1:] {
		var a annotation
		for line := range strings.Lines(table) {
			key, value, ok := strings.Cut(line, "=")
			if !ok {
				continue
			}
			for _, m := range quoted.FindAllStringSubmatch(value, -1) {
				switch strings.TrimSpace(key) {
				case "path":
					a.general = a.general || m[1] == "**"
					// * is everything up to a slash, ** everything (REUSE 3.3).
					p := strings.ReplaceAll(regexp.QuoteMeta(m[1]), `\*\*`, "\x00")
					p = strings.ReplaceAll(strings.ReplaceAll(p, `\*`, "[^/]*"), "\x00", ".*")
					a.paths = append(a.paths, regexp.MustCompile("^"+p+"$"))
				case "SPDX-FileCopyrightText":
					a.owner = m[1]
				case "SPDX-License-Identifier":
					a.licence = m[1]
				}
			}
		}
		if len(a.paths) == 0 || a.owner == "" || a.licence == "" {
			t.Fatalf("REUSE.toml: a table without path, owner or licence:\n%s", table)
		}
		out = append(out, a)
	}
	return out
}

// of gives the annotation of a file: the last that matches.
func of(all []annotation, file string) (annotation, bool) {
	for _, a := range slices.Backward(all) {
		for _, p := range a.paths {
			if p.MatchString(file) {
				return a, true
			}
		}
	}
	return annotation{}, false
}

// others is a notice of somebody's right in a file.
var others = regexp.MustCompile(`(?i)\bcopyright\s+(\(c\)|©|[12][0-9]{3})|\(c\)\s+[12][0-9]{3}|SPDX-FileCopyrightText:`)

// TestEveryFileHasALicence: each file has an owner and a licence whose text is
// here. What is ours says so for the whole house; a file with a notice of
// somebody else has an annotation of its own, and what is shipped has the licence
// that its package says.
func TestEveryFileHasALicence(t *testing.T) {
	t.Parallel()
	all := annotations(t)
	used := map[string]bool{}
	for _, file := range tracked(t) {
		if file == "LICENSE" || strings.HasPrefix(file, "LICENSES/") {
			continue
		}
		a, ok := of(all, file)
		if !ok {
			t.Errorf("%s heeft geen licentie in REUSE.toml", file)
			continue
		}
		for _, id := range strings.Split(a.licence, " AND ") {
			used[id] = true
		}
		if a.general && others.MatchString(read(t, file)) && file != "REUSE.toml" && file != "internal/arch/repository_test.go" {
			t.Errorf("%s noemt een rechthebbende en heeft geen eigen regel in REUSE.toml", file)
		}
	}
	for _, file := range tracked(t, "LICENSES") {
		id := strings.TrimSuffix(path.Base(file), ".txt")
		if !used[id] {
			t.Errorf("%s: geen bestand heeft deze licentie", file)
		}
		delete(used, id)
	}
	for id := range used {
		t.Errorf("LICENSES/%s.txt ontbreekt", id)
	}
	for i, a := range all {
		if !slices.ContainsFunc(tracked(t), func(f string) bool {
			return slices.ContainsFunc(a.paths, func(p *regexp.Regexp) bool { return p.MatchString(f) })
		}) {
			t.Errorf("REUSE.toml: tabel %d geldt voor geen enkel bestand", i+1)
		}
	}
	const vendor = "internal/web/static/vendor/"
	var shipped []struct{ File, Licence string }
	if err := json.Unmarshal([]byte(read(t, vendor+"manifest.json")), &shipped); err != nil {
		t.Fatal(err)
	}
	for _, s := range shipped {
		if a, _ := of(all, vendor+s.File); a.licence != s.Licence && !strings.HasSuffix(s.File, ".LICENSE.txt") {
			t.Errorf("%s: %q in REUSE.toml, %q in manifest.json", s.File, a.licence, s.Licence)
		}
	}
	if len(shipped) < 10 {
		t.Errorf("only %d shipped files", len(shipped))
	}
}

// publicCode is what publiccode.yml 0.5 asks for; its keys and lists are of
// https://yml.publiccode.tools (core schema).
type publicCode struct {
	Version   string   `yaml:"publiccodeYmlVersion"`
	Name      string   `yaml:"name"`
	URL       string   `yaml:"url"`
	Date      string   `yaml:"releaseDate"`
	Platforms []string `yaml:"platforms"`
	Status    string   `yaml:"developmentStatus"`
	Type      string   `yaml:"softwareType"`
	Legal     struct {
		License string `yaml:"license"`
	} `yaml:"legal"`
	Maintenance struct {
		Type     string                         `yaml:"type"`
		Contacts []struct{ Name, Email string } `yaml:"contacts"`
	} `yaml:"maintenance"`
	Localisation struct {
		Ready     *bool    `yaml:"localisationReady"`
		Languages []string `yaml:"availableLanguages"`
	} `yaml:"localisation"`
	Description map[string]struct {
		Short    string   `yaml:"shortDescription"`
		Long     string   `yaml:"longDescription"`
		Features []string `yaml:"features"`
	} `yaml:"description"`
}

// TestPublicCode: publiccode.yml has what the standard makes mandatory, within its
// lengths and lists.
func TestPublicCode(t *testing.T) {
	t.Parallel()
	var p publicCode
	if err := yaml.Unmarshal([]byte(read(t, "publiccode.yml")), &p); err != nil {
		t.Fatal(err)
	}
	is := func(key string, ok bool) {
		t.Helper()
		if !ok {
			t.Errorf("publiccode.yml: %s ontbreekt of kan niet", key)
		}
	}
	u, err := url.Parse(p.URL)
	is("publiccodeYmlVersion", regexp.MustCompile(`^0\.5(\.\d+)?$`).MatchString(p.Version))
	is("name", p.Name != "")
	is("url", err == nil && u.Scheme == "https" && u.Host != "")
	is("releaseDate", regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`).MatchString(p.Date))
	is("platforms", len(p.Platforms) > 0)
	is("developmentStatus", slices.Contains([]string{"concept", "development", "beta", "stable", "obsolete"}, p.Status))
	is("softwareType", slices.Contains([]string{"standalone/mobile", "standalone/iot", "standalone/desktop", "standalone/web", "standalone/backend", "standalone/other", "addon", "library", "configurationFiles"}, p.Type))
	is("legal.license", p.Legal.License == "EUPL-1.2")
	is("maintenance.type", slices.Contains([]string{"internal", "contract", "community", "none"}, p.Maintenance.Type))
	is("maintenance.contacts", (p.Maintenance.Type != "internal" && p.Maintenance.Type != "community") || len(p.Maintenance.Contacts) > 0 && p.Maintenance.Contacts[0].Name != "")
	is("localisation.localisationReady", p.Localisation.Ready != nil)
	is("localisation.availableLanguages", len(p.Localisation.Languages) > 0)
	is("description", len(p.Description) > 0)
	for lang, d := range p.Description {
		short, long := utf8.RuneCountInString(d.Short), utf8.RuneCountInString(strings.TrimSpace(d.Long))
		is("description."+lang+".shortDescription", short > 0 && short <= 150)
		is("description."+lang+".longDescription", long >= 150 && long <= 10_000)
		is("description."+lang+".features", len(d.Features) > 0)
	}
}

// TestPublicFiles: what somebody who finds this code looks for.
func TestPublicFiles(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"README.md", "LICENSE", "CONTRIBUTING.md", "SECURITY.md", "GOVERNANCE.md", "CODE_OF_CONDUCT.md", "CHANGELOG.md", "publiccode.yml",
		"REUSE.toml", "docs/standards.md", "docs/wat-we-niet-kunnen-aantonen.md", "docs/gebruik/README.md", "docs/beheer/README.md"} {
		if len(strings.TrimSpace(read(t, file))) < 200 {
			t.Errorf("%s is leeg", file)
		}
	}
	if read(t, "LICENSE") != read(t, "LICENSES/EUPL-1.2.txt") {
		t.Error("LICENSE is een andere tekst dan LICENSES/EUPL-1.2.txt")
	}
	// Every page for operators is in their index.
	index := read(t, "docs/beheer/README.md")
	for _, file := range tracked(t, "docs/beheer/*.md") {
		if name := path.Base(file); name != "README.md" && !strings.Contains(index, "("+name) {
			t.Errorf("%s staat niet in docs/beheer/README.md", file)
		}
	}
}
