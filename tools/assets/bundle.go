package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// bundle makes editor.js of editor/editor.ts and the packages that its lock file
// names, and puts their licences beside it. The packages are installed in a
// folder of their own: the work tree stays as it is.
func bundle(dir string) ([]entry, error) {
	tmp, err := os.MkdirTemp("", "editor")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tmp)
	var lock []byte
	for _, name := range []string{"package.json", "package-lock.json", "editor.ts"} {
		data, err := os.ReadFile(filepath.Join("editor", name))
		if err != nil {
			return nil, err
		}
		if name == "package-lock.json" {
			lock = data
		}
		if err := os.WriteFile(filepath.Join(tmp, name), data, 0o600); err != nil {
			return nil, err
		}
	}
	cmd := exec.Command("npm", "ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund")
	cmd.Dir = tmp
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("npm ci: %w: %s", err, out)
	}
	made := api.Build(api.BuildOptions{
		EntryPoints: []string{"editor.ts"}, AbsWorkingDir: tmp, Outfile: filepath.Join(tmp, "editor.js"),
		Bundle: true, Format: api.FormatESModule, Platform: api.PlatformBrowser, Target: api.ES2022, Charset: api.CharsetUTF8,
		MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true, LegalComments: api.LegalCommentsNone, Metafile: true,
	})
	if len(made.Errors) > 0 {
		return nil, errors.New(strings.Join(api.FormatMessages(made.Errors, api.FormatMessagesOptions{}), "\n"))
	}
	licences, err := licencesOf(tmp, made.Metafile)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(lock)
	version := "package-lock.json sha256:" + hex.EncodeToString(sum[:6])
	js := entry{"editor.js", "", "tools/editor", version, "editor.ts", "EUPL-1.2 AND MIT", true}
	if err := js.write(dir, made.OutputFiles[0].Contents); err != nil {
		return nil, err
	}
	txt := entry{"editor.LICENSE.txt", "", "tools/editor", version, "node_modules/*/LICENSE", "MIT", false}
	return []entry{js, txt}, txt.write(dir, licences)
}

// licencesOf puts the licences of the packages that are in the bundle one under
// the other; a text that several share stands there once.
func licencesOf(dir, metafile string) ([]byte, error) {
	var meta struct {
		Inputs map[string]any `json:"inputs"`
	}
	if err := json.Unmarshal([]byte(metafile), &meta); err != nil {
		return nil, err
	}
	byText := map[string][]string{}
	seen := map[string]bool{}
	for _, file := range slices.Sorted(maps.Keys(meta.Inputs)) {
		_, rest, ok := strings.Cut(file, "node_modules/")
		if !ok {
			continue
		}
		parts := strings.Split(rest, "/")
		name := parts[0]
		if strings.HasPrefix(name, "@") {
			name += "/" + parts[1]
		}
		if seen[name] {
			continue
		}
		seen[name] = true
		var about struct{ Version, License string }
		data, err := os.ReadFile(filepath.Join(dir, "node_modules", name, "package.json"))
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(data, &about); err != nil {
			return nil, err
		}
		if about.License != "MIT" {
			return nil, fmt.Errorf("%s has the licence %q: look at it before it comes in", name, about.License)
		}
		text, err := os.ReadFile(filepath.Join(dir, "node_modules", name, "LICENSE"))
		if err != nil {
			return nil, err
		}
		t := strings.TrimSpace(string(text))
		byText[t] = append(byText[t], name+" "+about.Version)
	}
	var b bytes.Buffer
	texts := slices.SortedFunc(maps.Keys(byText), func(x, y string) int { return strings.Compare(byText[x][0], byText[y][0]) })
	for i, t := range texts {
		if i > 0 {
			b.WriteString("\n----\n\n")
		}
		fmt.Fprintf(&b, "%s\n\n%s\n", strings.Join(byText[t], "\n"), t)
	}
	return b.Bytes(), nil
}
