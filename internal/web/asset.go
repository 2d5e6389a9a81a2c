package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"strings"
	"sync"
)

//go:embed static
var static embed.FS

// asset is one static file, ready to send.
type asset struct {
	name string // "site.3f2a1b9c0d4e.css"
	kind string
	data []byte
	gzip []byte // nil when it does not become smaller
}

// assets are the static files under names that change with their content, so
// that a browser may keep them for ever.
type assets struct {
	byName map[string]*asset
	href   map[string]string // "site.css" -> "/vast/site.3f2a1b9c0d4e.css"
}

var kinds = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".svg":   "image/svg+xml",
	".woff2": "font/woff2",
	".txt":   "text/plain; charset=utf-8",
}

var cssURL = regexp.MustCompile(`url\("([a-z0-9.-]+)"\)`)

// newAssets loads the embedded files. tokens, when filled, is the tokens file
// of the installation: CSS that is loaded after the own theme.
func newAssets(tokens []byte) (*assets, error) {
	files := map[string][]byte{}
	err := fs.WalkDir(static, "static", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || kinds[path.Ext(p)] == "" {
			return err
		}
		data, err := static.ReadFile(p)
		files[path.Base(p)] = data
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("load static files: %w", err)
	}
	if len(tokens) > 0 {
		files["own-tokens.css"] = tokens
	}
	a := &assets{byName: map[string]*asset{}, href: map[string]string{}}
	for name, data := range files {
		if path.Ext(name) != ".css" {
			a.add(name, data)
		}
	}
	// Style sheets come last: they name fonts by the names made above.
	for name, data := range files {
		if path.Ext(name) != ".css" {
			continue
		}
		var missing string
		data = cssURL.ReplaceAllFunc(data, func(m []byte) []byte {
			file := string(cssURL.FindSubmatch(m)[1])
			href, ok := a.href[file]
			if !ok {
				missing = file
				return m
			}
			return []byte(`url("` + path.Base(href) + `")`)
		})
		if missing != "" {
			return nil, fmt.Errorf("%s names %s, which does not exist", name, missing)
		}
		a.add(name, data)
	}
	return a, nil
}

func (a *assets) add(name string, data []byte) {
	sum := sha256.Sum256(data)
	ext := path.Ext(name)
	f := &asset{
		name: strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext,
		kind: kinds[ext],
		data: data,
	}
	if ext != ".woff2" {
		if b := packed(sum, data); len(b) < len(data) {
			f.gzip = b
		}
	}
	a.byName[f.name] = f
	a.href[name] = "/vast/" + f.name
}

// packs are the shipped files that have been compressed, by their digest: a
// process that makes the pages more than once compresses them once.
var packs sync.Map

// packed gives data, with this digest, compressed. Who gets it does not change it.
func packed(sum [sha256.Size]byte, data []byte) []byte {
	if b, ok := packs.Load(sum); ok {
		return b.([]byte)
	}
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is valid
	_, _ = z.Write(data)                                  // a Buffer does not fail
	_ = z.Close()
	packs.Store(sum, b.Bytes())
	return b.Bytes()
}

// serve answers GET /vast/{name}; false means that there is no such file.
func (a *assets) serve(w http.ResponseWriter, r *http.Request) bool {
	f, ok := a.byName[r.PathValue("name")]
	if !ok {
		return false
	}
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	data := f.data
	if f.gzip != nil && acceptsGzip(r) {
		h.Set("Content-Encoding", "gzip")
		data = f.gzip
	}
	h.Set("Content-Length", fmt.Sprint(len(data)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(data) // the reader may have gone
	}
	return true
}

// acceptsGzip reads Accept-Encoding: gzip is named and not refused by q=0.
func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, params, _ := strings.Cut(part, ";")
		if n := strings.TrimSpace(name); n != "gzip" && n != "*" {
			continue
		}
		q := strings.ReplaceAll(params, " ", "")
		return q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000"
	}
	return false
}
