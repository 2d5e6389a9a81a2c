package cli

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/regelingen"
)

const (
	metaFile = "regeling.yaml"
	shared   = "gemeenschappelijk"
)

// shipped loads the regulations that come with the program.
func shipped() (*regulation.Set, rule.Diagnostics) { return regulation.Load(regelingen.Files) }

// rulesFrom loads the regulations of the given folders: a folder with a
// regeling.yaml is one regulation, any other folder holds regulations. Without
// paths it gives what ships with the program. Shared words come from beside the
// regulation, and otherwise from the program; so do regulations that one builds
// on. Places in the diagnostics are
// paths as the user gave them; the union makes such paths of other places.
func rulesFrom(paths []string) (*regulation.Set, rule.Diagnostics, union, error) {
	if len(paths) == 0 {
		set, ds := shipped()
		return set, ds, nil, nil
	}
	u := union{}
	add := func(dir string) error {
		name := filepath.Base(dir)
		if other, ok := u[name]; ok {
			if same(other.dir, dir) {
				return nil
			}
			return badInput("%s en %s hebben dezelfde naam", other.dir, dir)
		}
		u[name] = folder{FS: os.DirFS(dir), dir: dir}
		return nil
	}
	asked := false // for the shared words
	for _, p := range paths {
		info, err := os.Stat(p)
		switch {
		case err != nil:
			return nil, nil, nil, badInput("%s", fileError(p, err))
		case !info.IsDir():
			return nil, nil, nil, badInput("%s is geen map, en er staat geen %s naast; geef de map van een regeling, een bestand daaruit, of een map met zulke mappen", p, metaFile)
		}
		abs, err := filepath.Abs(p)
		if err != nil {
			return nil, nil, nil, fmt.Errorf("path %s: %w", p, err)
		}
		if _, err := os.Stat(filepath.Join(p, metaFile)); err == nil {
			if err := add(keepGiven(p, abs)); err != nil {
				return nil, nil, nil, err
			}
			if words := filepath.Join(filepath.Dir(abs), shared); isDir(words) {
				if err := add(words); err != nil {
					return nil, nil, nil, err
				}
			}
			continue
		}
		entries, err := os.ReadDir(p)
		if err != nil {
			return nil, nil, nil, badInput("%s", fileError(p, err))
		}
		found := false
		for _, e := range entries {
			dir := filepath.Join(p, e.Name())
			if _, err := os.Stat(filepath.Join(dir, metaFile)); err == nil || e.Name() == shared && isDir(dir) {
				found = found || err == nil
				asked = asked || e.Name() == shared
				if err := add(dir); err != nil {
					return nil, nil, nil, err
				}
			}
		}
		if !found {
			return nil, nil, nil, badInput("in %s staat geen regeling: geen map met %s erin", p, metaFile)
		}
	}
	if _, ok := u[shared]; !ok {
		words, err := fs.Sub(regelingen.Files, shared)
		if err != nil {
			return nil, nil, nil, fmt.Errorf("shared words: %w", err)
		}
		u[shared] = folder{FS: words, dir: shared}
	}
	words := u[shared]
	words.borrowed = !asked
	u[shared] = words
	set, ds := regulation.Load(u)
	for u.borrow(set) {
		set, ds = regulation.Load(u)
	}
	for i := range ds {
		ds[i].Pos.File = u.place(ds[i].Pos.File)
	}
	return set, ds, u, nil
}

// rulesFor gives the rules that a decision or simulation asks for: of the
// program or an installation by the ids of regulations, or of the user's own
// folders, when one is given as a path. It gives the ids in both cases.
func rulesFor(ctx context.Context, env Env, data string, args []string) (*regulation.Set, []string, error) {
	shippedSet, err := rulesInForce(ctx, env, data)
	if err != nil {
		return nil, nil, err
	}
	isOwn := func(arg string) bool {
		if _, known := shippedSet.Get(arg); known {
			return false
		}
		return isDir(arg) || strings.ContainsAny(arg, `/\\`)
	}
	if !slices.ContainsFunc(args, isOwn) {
		return shippedSet, args, nil
	}
	if i := slices.IndexFunc(args, func(arg string) bool { return !isOwn(arg) }); i >= 0 {
		return nil, nil, usage("%q is geen map; noem alleen mappen, of alleen regelingen van het programma", args[i])
	}
	for _, dir := range args {
		if _, err := os.Stat(filepath.Join(dir, metaFile)); err != nil {
			return nil, nil, badInput("%s is geen map met %s erin", dir, metaFile)
		}
	}
	set, ds, at, err := rulesFrom(args)
	if err != nil {
		return nil, nil, err
	}
	if first := slices.IndexFunc(ds, func(d rule.Diagnostic) bool { return d.Severity == rule.Error }); first >= 0 {
		return nil, nil, badInput("%v; alle fouten staan in: lemniscaat check %s", ds[first], strings.Join(args, " "))
	}
	if data != "" {
		if set, err = overlaid(ctx, data, set); err != nil {
			return nil, nil, err
		}
	}
	var ids []string
	for _, reg := range set.Regulations {
		if !at.borrowed(reg.ID) {
			ids = append(ids, reg.ID)
		}
	}
	return set, ids, nil
}

// keepGiven gives the path as typed, unless it has no name of its own (".").
func keepGiven(given, abs string) string {
	if base := filepath.Base(given); base == "." || base == ".." || base == string(filepath.Separator) {
		return abs
	}
	return given
}

func isDir(p string) bool {
	info, err := os.Stat(p)
	return err == nil && info.IsDir()
}

func same(a, b string) bool {
	x, err1 := os.Stat(a)
	y, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(x, y)
}

// union is a file system of folders that stand in different places.
type union map[string]folder

type folder struct {
	fs.FS
	dir      string
	borrowed bool // not asked for: a regulation needs its words or rules
}

// borrow adds the regulations on which those of a set build and that are not
// there yet; it reports whether it found any.
func (u union) borrow(set *regulation.Set) bool {
	found := false
	for _, reg := range set.Regulations {
		for _, other := range reg.BuildsOn {
			if _, there := u[other]; there {
				continue
			}
			next := folder{dir: filepath.Join(filepath.Dir(u[reg.ID].dir), other), borrowed: true}
			if _, err := os.Stat(filepath.Join(next.dir, metaFile)); err == nil {
				next.FS = os.DirFS(next.dir)
			} else if own, err := fs.Sub(regelingen.Files, other); err == nil && isRegulation(own) {
				next.FS = own
			} else {
				continue // Load says that it is not there
			}
			u[other], found = next, true
		}
	}
	return found
}

func isRegulation(dir fs.FS) bool {
	_, err := fs.Stat(dir, metaFile)
	return err == nil
}

// Open opens a file in one of the folders.
func (u union) Open(name string) (fs.File, error) {
	first, rest, _ := strings.Cut(name, "/")
	f, ok := u[first]
	if !ok || !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	if rest == "" {
		rest = "."
	}
	return f.Open(rest)
}

// ReadDir lists the folders, or one of them.
func (u union) ReadDir(name string) ([]fs.DirEntry, error) {
	if name != "." {
		first, rest, _ := strings.Cut(name, "/")
		f, ok := u[first]
		if !ok {
			return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrNotExist}
		}
		if rest == "" {
			rest = "."
		}
		return fs.ReadDir(f.FS, rest)
	}
	var out []fs.DirEntry
	for n, f := range u {
		info, err := fs.Stat(f.FS, ".")
		if err != nil {
			return nil, fmt.Errorf("folder %s: %w", f.dir, err)
		}
		out = append(out, named{fs.FileInfoToDirEntry(info), n})
	}
	slices.SortFunc(out, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return out, nil
}

// named is an entry under another name: "." of a folder.
type named struct {
	fs.DirEntry
	name string
}

// Name gives the name in the union.
func (n named) Name() string { return n.name }

// borrowed reports whether a file stands in a folder that nobody asked for.
func (u union) borrowed(name string) bool {
	first, _, _ := strings.Cut(name, "/")
	return u[first].borrowed
}

// place gives the path of a file for people.
func (u union) place(name string) string {
	first, rest, ok := strings.Cut(name, "/")
	if f, known := u[first]; known && ok {
		return path.Join(filepath.ToSlash(f.dir), rest)
	}
	return name
}

// inMunicipality gives the set as it holds in a municipality; no name is the
// set as it is.
func inMunicipality(set *regulation.Set, id string) (*regulation.Set, error) {
	if id == "" {
		return set, nil
	}
	local, ds := set.Municipality(id)
	if ds.Err() == nil {
		return local, nil
	}
	if ds[0].Code == "onbekende-gemeente" {
		return nil, usage("--gemeente: %s; %s", ds[0].Message, ds[0].Hint)
	}
	return nil, &fault{Input, ds.Err()}
}
