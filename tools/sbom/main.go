// Command sbom says what a binary of Lemniscaat is made of: a CycloneDX 1.6 list
// of the Go modules that are linked into it, the standard library, and the files
// of others that it embeds, each with its version, digest and licence.
//
// It ends with 1 when the licence of a part is unknown, or not one of those that
// may go together with the EUPL-1.2.
//
//	sbom BINARY ASSET-MANIFEST OUT
package main

import (
	"cmp"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/google/licensecheck"
)

// allowed are the licences of parts. All let us ship the binary under the
// EUPL-1.2: they ask for their text, or, for MPL-2.0, for the source of the files
// they cover, which the module proxy has.
var allowed = []string{
	"0BSD", "Apache-2.0", "blessing", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0", "CC-BY-4.0", "EUPL-1.2",
	"ISC", "MIT", "MPL-2.0", "OFL-1.1", "Unicode-3.0", "Unlicense", "Zlib",
}

// reviewed are licence files that people read because a program does not know
// their text, by their SHA-256: another text has to be read again.
var reviewed = map[string][]string{
	// modernc.org/sqlite LICENSE-SQLITE: SQLite itself is in the public domain.
	"8438c9c89b849131ead81d5435cb97fcf052df5b0b286dda8a2d4c29e6cb3fd0": {"blessing"},
	// modernc.org/sqlite LICENSE-3RD-PARTY.md: a list of parts, with their texts.
	"b4366b9c27a9364633e015011a231913ed19bf1228f335bf617e50a6f7b168a6": {"BSD-3-Clause", "MIT"},
	// modernc.org/libc LICENSE-3RD-PARTY.md: Go, musl, go-netdb, nixpkgs.
	"f597097efe3d97021f89170746bd3a0fb9a8b6fb26b82043ed68a4e0283bee6c": {"BSD-2-Clause", "BSD-3-Clause", "MIT"},
	// modernc.org/memory LICENSE-LOGO: where a picture is from that is not in the binary.
	"5ae5bee3072a841376451b48d8cfcec7188e10543926d5870828d36c8a750dc5": {},
}

// covered is the share of a licence file, in percent, that must be the text of
// licences that we know.
const covered = 75

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "gebruik: sbom BINARY LIJST-VAN-BESTANDEN UITVOER")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(binary, manifest, out string) error {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return fmt.Errorf("%s: %w", binary, err)
	}
	folders, err := folders()
	if err != nil {
		return err
	}
	list := []cdx.Component{{
		Type: cdx.ComponentTypeLibrary, Name: "std", Version: strings.TrimPrefix(info.GoVersion, "go"),
		PackageURL: "pkg:golang/std@" + strings.TrimPrefix(info.GoVersion, "go"), Licenses: licences([]string{"BSD-3-Clause"}),
	}}
	var bad []error
	for _, d := range info.Deps {
		if d.Replace != nil {
			d = d.Replace
		}
		found, err := identify(folders[d.Path+"@"+d.Version])
		if err != nil {
			bad = append(bad, fmt.Errorf("%s %s: %w", d.Path, d.Version, err))
			continue
		}
		c := cdx.Component{
			Type: cdx.ComponentTypeLibrary, Name: d.Path, Version: d.Version,
			PackageURL: "pkg:golang/" + d.Path + "@" + d.Version, Licenses: licences(found),
		}
		if sum, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(d.Sum, "h1:")); err == nil && len(sum) == 32 {
			// The dirhash of the module, as go.sum has it.
			c.Properties = &[]cdx.Property{{Name: "go:sum", Value: d.Sum}, {Name: "go:dirhash:sha256", Value: hex.EncodeToString(sum)}}
		}
		list = append(list, c)
	}
	files, err := embedded(manifest)
	bad = append(bad, err)
	list = append(list, files...)
	if err := errors.Join(bad...); err != nil {
		return err
	}
	slices.SortFunc(list, func(a, b cdx.Component) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Version, b.Version))
	})
	for i := range list {
		list[i].BOMRef = cmp.Or(list[i].PackageURL, "file:"+list[i].Name)
	}
	bom := cdx.NewBOM()
	// No serial number and no time: the same binary gives the same list.
	bom.Metadata = &cdx.Metadata{Component: &cdx.Component{
		Type: cdx.ComponentTypeApplication, Name: "lemniscaat", BOMRef: "lemniscaat", Licenses: licences([]string{"EUPL-1.2"}),
	}}
	bom.Components = &list
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	if err := cdx.NewBOMEncoder(f, cdx.BOMFileFormatJSON).SetPretty(true).EncodeVersion(bom, cdx.SpecVersion1_6); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := f.Close(); err != nil {
		return err
	}
	summary(list)
	return nil
}

func summary(list []cdx.Component) {
	count := map[string]int{}
	for _, c := range list {
		for _, l := range *c.Licenses {
			if l.License != nil {
				count[l.License.ID]++
			}
		}
	}
	fmt.Printf("%d onderdelen", len(list))
	for _, id := range allowed {
		if count[id] > 0 {
			fmt.Printf(" · %s %d", id, count[id])
		}
	}
	fmt.Println()
}

func licences(ids []string) *cdx.Licenses {
	var out cdx.Licenses
	for _, id := range ids {
		out = append(out, cdx.LicenseChoice{License: &cdx.License{ID: id}})
	}
	return &out
}

// folders gives where the source of every module is, by "path@version".
func folders() (map[string]string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{with .Replace}}{{.Path}}@{{.Version}}\t{{.Dir}}{{else}}{{.Path}}@{{.Version}}\t{{.Dir}}{{end}}", "all").Output()
	if err != nil {
		return nil, fmt.Errorf("go list -m all: %w", err)
	}
	m := map[string]string{}
	for line := range strings.Lines(string(out)) {
		name, dir, _ := strings.Cut(strings.TrimSpace(line), "\t")
		m[name] = dir
	}
	return m, nil
}

// identify reads the licence files of a module.
func identify(dir string) ([]string, error) {
	if dir == "" {
		return nil, errors.New("de broncode is niet gevonden; haal haar met: go mod download")
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var ids, unknown []string
	for _, e := range entries {
		name := strings.ToUpper(e.Name())
		if e.IsDir() || !strings.HasPrefix(name, "LICEN") && !strings.HasPrefix(name, "COPYING") && !strings.HasPrefix(name, "UNLICENSE") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		if known, ok := reviewed[fmt.Sprintf("%x", sha256.Sum256(text))]; ok {
			ids = append(ids, known...)
			continue
		}
		found := licensecheck.Scan(text)
		if found.Percent < covered {
			unknown = append(unknown, fmt.Sprintf("%s (%.0f %% herkend)", e.Name(), found.Percent))
		}
		for _, m := range found.Match {
			if !m.IsURL && !slices.Contains(ids, m.ID) {
				ids = append(ids, m.ID)
			}
		}
	}
	switch {
	case len(unknown) > 0:
		return nil, fmt.Errorf("onbekende licentie in %s", strings.Join(unknown, ", "))
	case len(ids) == 0:
		return nil, errors.New("geen licentie gevonden")
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	return ids, check(ids)
}

func check(ids []string) error {
	for _, id := range ids {
		if !slices.Contains(allowed, id) {
			return fmt.Errorf("licentie %s staat niet op de lijst die mag", id)
		}
	}
	return nil
}

// embedded gives the files of others that are in the binary.
func embedded(manifest string) ([]cdx.Component, error) {
	text, err := os.ReadFile(manifest)
	if err != nil {
		return nil, err
	}
	var files []struct{ File, SHA256, Package, Version, Licence string }
	if err := json.Unmarshal(text, &files); err != nil {
		return nil, fmt.Errorf("%s: %w", manifest, err)
	}
	var out []cdx.Component
	for _, f := range files {
		ids := strings.Split(f.Licence, " AND ")
		if err := check(ids); err != nil {
			return nil, fmt.Errorf("%s: %w", f.File, err)
		}
		out = append(out, cdx.Component{
			Type: cdx.ComponentTypeFile, Name: f.File, Version: f.Version, Description: f.Package,
			Hashes: &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: f.SHA256}}, Licenses: licences(ids),
		})
	}
	return out, nil
}
