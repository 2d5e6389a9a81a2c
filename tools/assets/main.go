// Command assets brings the third-party files that the pages use into
// internal/web/static/vendor, and writes their manifest with sha256 sums.
// It is run by hand when a version changes; neither the build nor the program
// needs it, npm or a network.
//
//	cd tools && go run ./assets ../internal/web/static/vendor
//	cd tools && go run ./assets -bundle ../internal/web/static/vendor
//
// With -bundle only the text editor is made anew, from tools/editor.
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// source is one npm package and the files that are taken from it.
type source struct {
	name, version, licence string
	take                   map[string]string // path in the package -> name here
	filter                 map[string]func([]byte) []byte
}

// components are the Utrecht components that the pages use.
var components = []string{
	"alert", "button", "form-field", "form-label", "link", "radio-button",
	"select", "skip-link", "table", "textarea", "textbox",
}

func sources() []source {
	return []source{
		{
			name: "htmx.org", version: "4.0.1", licence: "0BSD",
			take: map[string]string{"dist/htmx.min.js": "htmx.min.js", "LICENSE": "htmx.LICENSE.txt"},
		},
		{
			name: "@utrecht/component-library-css", version: "9.0.4", licence: "EUPL-1.2",
			take:   map[string]string{"dist/index.css": "utrecht.css", "LICENSE.md": "utrecht.LICENSE.txt"},
			filter: map[string]func([]byte) []byte{"dist/index.css": keepComponents},
		},
		{
			name: "@nl-design-system-unstable/voorbeeld-design-tokens", version: "7.4.1", licence: "EUPL-1.2",
			take:   map[string]string{"dist/theme.css": "tokens.css", "LICENSE.md": "tokens.LICENSE.txt"},
			filter: map[string]func([]byte) []byte{"dist/theme.css": keepTokens},
		},
		{
			name: "@fontsource/fira-sans", version: "5.3.0", licence: "OFL-1.1",
			take: map[string]string{
				"files/fira-sans-latin-400-normal.woff2":     "fira-sans-400.woff2",
				"files/fira-sans-latin-400-italic.woff2":     "fira-sans-400-italic.woff2",
				"files/fira-sans-latin-500-normal.woff2":     "fira-sans-500.woff2",
				"files/fira-sans-latin-600-normal.woff2":     "fira-sans-600.woff2",
				"files/fira-sans-latin-ext-400-normal.woff2": "fira-sans-ext-400.woff2",
				"LICENSE": "fira-sans.LICENSE.txt",
			},
		},
	}
}

// entry is one line of the manifest.
type entry struct {
	File    string `json:"file"`
	SHA256  string `json:"sha256"`
	Package string `json:"package"`
	Version string `json:"version"`
	Path    string `json:"path"`
	Licence string `json:"licence"`
	Reduced bool   `json:"reduced,omitempty"` // only the parts that are used
}

func main() {
	only := flag.Bool("bundle", false, "make only the text editor")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: assets [-bundle] DIR")
		os.Exit(2)
	}
	do := all
	if *only {
		do = editor
	}
	if err := do(flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "assets:", err)
		os.Exit(1)
	}
}

// all brings everything in.
func all(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	var manifest []entry
	for _, s := range sources() {
		files, err := fetch(s)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		for from, to := range s.take {
			data, ok := files[from]
			if !ok {
				return fmt.Errorf("%s@%s has no %s", s.name, s.version, from)
			}
			f := s.filter[from]
			if f != nil {
				data = f(data)
			}
			e := entry{to, "", s.name, s.version, from, s.licence, f != nil}
			if err := e.write(dir, data); err != nil {
				return err
			}
			manifest = append(manifest, e)
		}
	}
	made, err := bundle(dir)
	if err != nil {
		return err
	}
	return writeManifest(dir, append(manifest, made...))
}

// editor makes the text editor anew and changes its lines of the manifest.
func editor(dir string) error {
	data, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		return err
	}
	var manifest []entry
	if err := json.Unmarshal(data, &manifest); err != nil {
		return err
	}
	made, err := bundle(dir)
	if err != nil {
		return err
	}
	manifest = slices.DeleteFunc(manifest, func(e entry) bool {
		return slices.ContainsFunc(made, func(m entry) bool { return m.File == e.File })
	})
	return writeManifest(dir, append(manifest, made...))
}

// write puts a file in the folder and notes its sum.
func (e *entry) write(dir string, data []byte) error {
	sum := sha256.Sum256(data)
	e.SHA256 = hex.EncodeToString(sum[:])
	return os.WriteFile(filepath.Join(dir, e.File), data, 0o644)
}

func writeManifest(dir string, manifest []entry) error {
	slices.SortFunc(manifest, func(a, b entry) int { return strings.Compare(a.File, b.File) })
	out, err := json.MarshalIndent(manifest, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "manifest.json"), append(out, '\n'), 0o644)
}

// fetch packs one package with the npm client and reads its files.
func fetch(s source) (map[string][]byte, error) {
	tmp, err := os.MkdirTemp("", "assets")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tmp)
	cmd := exec.Command("npm", "pack", "--silent", s.name+"@"+s.version)
	cmd.Dir = tmp
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("npm pack: %w: %s", err, out)
	}
	tars, err := filepath.Glob(filepath.Join(tmp, "*.tgz"))
	if err != nil || len(tars) != 1 {
		return nil, fmt.Errorf("npm pack gave %d files: %w", len(tars), err)
	}
	f, err := os.Open(tars[0])
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		name := strings.TrimPrefix(path.Clean(h.Name), "package/")
		if files[name], err = io.ReadAll(io.LimitReader(r, 16<<20)); err != nil {
			return nil, err
		}
	}
}

var comment = regexp.MustCompile(`(?s)/\*.*?\*/`)

// keepComponents keeps the rules of which a selector names a used component.
func keepComponents(css []byte) []byte {
	used := regexp.MustCompile(`\.utrecht-(` + strings.Join(components, "|") + `)([^a-z0-9-]|--|__|-(container|description|error-message)|$)`)
	// Aliases of other frameworks and parts that the pages do not use.
	skip := regexp.MustCompile(`calendar|drawer|combobox|listbox|pagination|html-|data:`)
	var out bytes.Buffer
	out.WriteString("/* @utrecht/component-library-css, EUPL-1.2. Copyright Gemeente Utrecht, Frameless B.V. Only the components in use. */\n")
	for _, block := range blocks(string(comment.ReplaceAll(css, nil))) {
		head, _, ok := strings.Cut(block, "{")
		if !ok {
			continue
		}
		if strings.HasPrefix(head, "@media") || strings.HasPrefix(head, "@supports") {
			inner := strings.TrimSuffix(strings.TrimSpace(block[len(head)+1:]), "}")
			var kept []string
			for _, b := range blocks(inner) {
				if h, _, _ := strings.Cut(b, "{"); used.MatchString(h) && !skip.MatchString(b) {
					kept = append(kept, b)
				}
			}
			if len(kept) > 0 && !strings.Contains(head, "-ms-high-contrast: active) {") {
				out.WriteString(strings.TrimSpace(head) + " {\n" + strings.Join(kept, "\n") + "\n}\n")
			}
			continue
		}
		if used.MatchString(head) && !skip.MatchString(block) {
			out.WriteString(block + "\n")
		}
	}
	return out.Bytes()
}

// keepTokens keeps the component tokens of the used components; their values
// point to --basis-* tokens, which the product's own theme defines.
func keepTokens(css []byte) []byte {
	used := regexp.MustCompile(`^\s*--utrecht-(` + strings.Join(components, "|") + `)-`)
	var out bytes.Buffer
	out.WriteString("/* From @nl-design-system-unstable/voorbeeld-design-tokens, EUPL-1.2: the component tokens in use. Values come from the own theme. */\n:root {\n")
	for line := range strings.Lines(string(comment.ReplaceAll(css, nil))) {
		if used.MatchString(line) {
			out.WriteString("  " + strings.TrimSpace(strings.ReplaceAll(line, ": None;", ": none;")) + "\n")
		}
	}
	out.WriteString("}\n")
	return out.Bytes()
}

// blocks splits CSS into its top-level blocks.
func blocks(css string) []string {
	var out []string
	depth, start := 0, 0
	for i, c := range css {
		switch c {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				out = append(out, strings.TrimSpace(css[start:i+1]))
				start = i + 1
			}
		case ';':
			if depth == 0 { // @charset, @import
				start = i + 1
			}
		}
	}
	return out
}
