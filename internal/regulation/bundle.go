package regulation

import (
	"cmp"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
)

// Names in the format.
const (
	sharedFolder   = "gemeenschappelijk"
	metaFile       = "regeling.yaml"
	parametersFile = "parameters.yaml"
	stepsFile      = "stappen.yaml"
	readmeFile     = "README.md"
)

// Limits of a folder.
const (
	maxFile     = 512 << 10
	maxArticles = 10_000
	maxFolders  = 1000
)

// bundle is what was read from files, before a model is made of it. It is
// never changed once made: an overlay makes a new bundle.
type bundle struct {
	folders  []*folder
	overlays []Variant
	// local is how many of the overlays, the first, are of a municipality.
	local int
}

// variants are the overlays that were laid with With.
func (b bundle) variants() []Variant { return b.overlays[b.local:] }

// folder is one regulation, or the shared words.
type folder struct {
	reg        Regulation // without rules, examples and steps
	shared     bool
	articles   []*page
	parameters []parameterText
	steps      []stepText
	// localities are the municipalities that have values of their own; written
	// is the folder before the values of one were put in, nil: this one.
	localities []*locality
	written    *folder
	// metaPos are places in regeling.yaml, for messages: "uitkomst:persoon.x".
	metaPos map[string]rule.Pos
}

// page is one article file.
type page struct {
	article  Article // without rules and examples
	order    int
	blocks   []regelspraak.Source
	examples []exampleText
}

type exampleText struct {
	file string
	line int
	text string
}

type parameterText struct {
	slug   string
	pos    rule.Pos
	values []valueText
}

type valueText struct {
	rule.ParameterValue // without Value
	node                *notation.Node
	pos                 rule.Pos
}

type stepText struct {
	id   string
	file string
	node *notation.Node // mapping
	pos  rule.Pos
	// from and until bound the dates; set by overlays.
	from, until rule.Date
	help        []laidHelp
}

// reader reads folders into a bundle and gathers diagnostics.
type reader struct {
	fsys  fs.FS
	diags rule.Diagnostics
	md    *markdown
}

func (r *reader) fail(pos rule.Pos, code, message, hint string) {
	r.diags = append(r.diags, rule.Diagnostic{Severity: rule.Error, Code: code, Pos: pos, Message: message, Hint: hint})
}

func (r *reader) warn(pos rule.Pos, code, message, hint string) {
	r.diags = append(r.diags, rule.Diagnostic{Severity: rule.Warning, Code: code, Pos: pos, Message: message, Hint: hint})
}

// read gives the content of a file; ok is false when it cannot be used.
func (r *reader) read(name string) ([]byte, bool) {
	info, err := fs.Stat(r.fsys, name)
	switch {
	case err != nil:
		r.fail(rule.Pos{File: name}, "bestand", "het bestand is niet te lezen", "")
		return nil, false
	case info.Size() > maxFile:
		r.fail(rule.Pos{File: name}, "te-groot", "het bestand is groter dan 512 KiB", "splits het")
		return nil, false
	}
	data, err := fs.ReadFile(r.fsys, name)
	if err != nil || len(data) > maxFile {
		r.fail(rule.Pos{File: name}, "bestand", "het bestand is niet te lezen", "")
		return nil, false
	}
	if !utf8.Valid(data) {
		r.fail(rule.Pos{File: name, Line: 1, Column: 1}, "geen-utf8", "het bestand is geen UTF-8-tekst", "bewaar het bestand als UTF-8")
		return nil, false
	}
	return data, true
}

func (r *reader) folders() []*folder {
	entries, err := fs.ReadDir(r.fsys, ".")
	if err != nil {
		r.fail(rule.Pos{}, "map", "de map met regelingen is niet te lezen", "")
		return nil
	}
	if len(entries) > maxFolders {
		r.fail(rule.Pos{}, "te-groot", "er staan te veel mappen naast elkaar", "")
		return nil
	}
	var out []*folder
	for _, e := range entries {
		if !e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		shared := e.Name() == sharedFolder
		if !shared {
			if _, err := fs.Stat(r.fsys, path.Join(e.Name(), metaFile)); errors.Is(err, fs.ErrNotExist) {
				continue
			}
		}
		out = append(out, r.folder(e.Name(), shared))
	}
	return out
}

func (r *reader) folder(name string, shared bool) *folder {
	f := &folder{shared: shared, reg: Regulation{ID: name, Name: name}}
	if !shared {
		r.meta(f, path.Join(name, metaFile))
	}
	entries, err := fs.ReadDir(r.fsys, name)
	if err != nil {
		r.fail(rule.Pos{File: name}, "map", "de map is niet te lezen", "")
		return f
	}
	for _, e := range entries {
		file := path.Join(name, e.Name())
		switch {
		case e.IsDir() && e.Name() == municipalityFolder && !shared:
			r.localities(f, file)
		case e.IsDir() || strings.HasPrefix(e.Name(), ".") || e.Name() == metaFile && !shared || e.Name() == readmeFile:
		case e.Name() == parametersFile:
			r.parameters(f, file)
		case e.Name() == stepsFile && !shared:
			r.steps(f, file)
		case path.Ext(e.Name()) == ".md":
			if len(f.articles) >= maxArticles {
				r.fail(rule.Pos{File: file}, "te-groot", "een regeling heeft hoogstens 10.000 artikelen", "")
				return f
			}
			if p := r.page(f, file); p != nil {
				f.articles = append(f.articles, p)
			}
		default:
			r.warn(rule.Pos{File: file}, "onbekend-bestand", "dit bestand hoort niet bij een regeling en wordt niet gelezen",
				"een regeling heeft "+metaFile+", "+parametersFile+", "+stepsFile+" en artikelen (.md)")
		}
	}
	slices.SortStableFunc(f.articles, func(a, b *page) int {
		return cmp.Or(cmp.Compare(a.order, b.order), natural(a.article.ID, b.article.ID))
	})
	seen := map[string]string{}
	for _, p := range f.articles {
		if other, dup := seen[p.article.ID]; dup {
			r.fail(rule.Pos{File: p.article.File, Line: 1, Column: 1}, "dubbel-artikel",
				"het id "+strconv.Quote(p.article.ID)+" is al van "+other, "geef elk artikel een eigen id")
		}
		seen[p.article.ID] = p.article.File
	}
	return f
}

// natural compares ids so that "artikel-2" stands before "artikel-10".
func natural(a, b string) int {
	for a != "" && b != "" {
		na, ra := leadingNumber(a)
		nb, rb := leadingNumber(b)
		if ra != a && rb != b {
			if na != nb {
				return cmp.Compare(na, nb)
			}
			a, b = ra, rb
			continue
		}
		if a[0] != b[0] {
			return cmp.Compare(a[0], b[0])
		}
		a, b = a[1:], b[1:]
	}
	return cmp.Compare(len(a), len(b))
}

func leadingNumber(s string) (n int, rest string) {
	i := 0
	for i < len(s) && i < 9 && s[i] >= '0' && s[i] <= '9' {
		n = n*10 + int(s[i]-'0')
		i++
	}
	return n, s[i:]
}

func validID(id string) bool {
	if id == "" || len(id) > 120 || id[0] == '-' || id[len(id)-1] == '-' {
		return false
	}
	return !strings.ContainsFunc(id, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-'
	})
}
