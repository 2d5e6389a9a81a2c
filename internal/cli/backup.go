package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lemniscaat/internal/audit"

	"filippo.io/age"
	"github.com/spf13/cobra"

	"lemniscaat/internal/backup"
	"lemniscaat/internal/snapshot"
	"lemniscaat/internal/store/sqlite"
)

// keyEnding is how the names of key files end.
const keyEnding = ".sleutel"

func backupCommand(env Env) *cobra.Command {
	var data, keys, out, to string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "backup --data MAP --out BESTAND",
		Short: "maak een reservekopie, ook terwijl de installatie draait",
		Long: `Maakt van een hele installatie één bestand: het logboek, de uitkomsten, de bijlagen, accounts en simulaties, zoals zij
op één moment waren. Het logboek in de kopie wordt nagerekend voordat het bestand er staat. Wordt de opdracht
onderbroken, dan is er geen bestand.

Staat het logboek in PostgreSQL, dan leest de opdracht alles in één transactie en maakt zij er hetzelfde bestand van: een
kopie van de ene opslag is in de andere terug te zetten. Simulaties in de database gaan dan niet mee.

Sleutels zitten er niet in: bewaar die apart. De opdracht noemt welke dat zijn. Met --voor wordt het bestand versleuteld
met age (https://age-encryption.org); maak een sleutelpaar met: age-keygen -o herstel.txt`,
		Example: "  lemniscaat backup --data data --out kopie-2026-11-22.lus\n  lemniscaat backup --data data --out kopie.lus --voor age1…\n  lemniscaat backup --data data --database postgres://lus@db/lus --out kopie.lus",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if out == "" {
				return usage("het bestand ontbreekt; geef --out BESTAND")
			}
			dsn, err := databaseOf(cmd.Context(), data)
			if err != nil {
				return err
			}
			if dsn == "" {
				err = hasLog(data)
			} else if !isDir(data) {
				err = badInput("%s is geen map; geef met --data de map van de installatie", data)
			}
			if err != nil {
				return err
			}
			if keys == "" {
				keys = data
			}
			recipients, err := readRecipients(to)
			if err != nil {
				return err
			}
			m, err := makeBackup(cmd.Context(), env, source{data, keys, dsn}, out, recipients)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(env, m)
			}
			fmt.Fprintf(env.Out, "Reservekopie gemaakt: %s.\n%d gebeurtenissen, nagerekend. Kop: %s\n", out, m.Events, m.Head)
			for _, k := range m.Keys {
				fmt.Fprintf(env.Out, "Niet in de kopie: %s (vingerafdruk %s). Bewaar deze sleutel apart.\n", k.Name, k.Fingerprint)
			}
			if len(recipients) == 0 {
				fmt.Fprintln(env.Out, "De kopie is niet versleuteld en bevat wat mensen schreven. Bewaar haar als het logboek zelf.")
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&data, "data", "data", "`MAP` van de installatie")
	f.StringVar(&keys, "sleutels", "", "`MAP` met de sleutelbestanden; zonder: de map van de installatie")
	f.StringVar(&out, "out", "", "`BESTAND` om te maken; het mag er nog niet zijn")
	f.StringVar(&to, "voor", "", "versleutel voor `ONTVANGER`: age1…, of een bestand met ontvangers")
	f.BoolVar(&asJSON, "json", false, "geef JSON")
	return cmd
}

// readRecipients reads whom a backup is encrypted to; none when empty.
func readRecipients(to string) ([]age.Recipient, error) {
	if to == "" {
		return nil, nil
	}
	if strings.HasPrefix(to, "age1") {
		r, err := age.ParseX25519Recipient(to)
		if err != nil {
			return nil, usage("--voor: %q is geen ontvanger; verwacht age1… zoals age-keygen hem toont", to)
		}
		return []age.Recipient{r}, nil
	}
	f, err := os.Open(to)
	if err != nil {
		return nil, badInput("%s", fileError(to, err))
	}
	defer f.Close()
	rs, err := age.ParseRecipients(io.LimitReader(f, maxFile))
	if err != nil {
		return nil, badInput("%s bevat geen ontvangers; verwacht regels als age1…", to)
	}
	return rs, nil
}

// source is what a backup is made of. dsn is empty when the log is in the folder.
type source struct{ data, keys, dsn string }

// String names it without what is secret in its address.
func (s source) String() string {
	if s.dsn != "" {
		return whereabouts(s.dsn)
	}
	return s.data
}

// makeBackup copies an installation to a folder beside the file, checks the copy,
// and writes it as one file.
func makeBackup(ctx context.Context, env Env, from source, out string, to []age.Recipient) (m backup.Manifest, err error) {
	if _, err := os.Lstat(out); err == nil {
		return m, badInput("%s bestaat al; kies een andere naam", out)
	}
	work, err := os.MkdirTemp(filepath.Dir(out), filepath.Base(out)+".deel-")
	if err != nil {
		return m, badInput("bij %s kan niet geschreven worden: %v", out, err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	copied := filepath.Join(work, "inhoud")
	m = backup.Manifest{Program: Version, At: env.Now().UTC().Truncate(time.Second), Source: "sqlite", Keys: []backup.Key{}}
	var names []string
	if from.dsn == "" {
		names, err = copyFolder(ctx, from.data, copied)
	} else {
		m.Source = "postgres"
		names, err = copyDatabase(ctx, env, from, copied)
	}
	if err != nil {
		return m, copyFault(from, out, err)
	}
	found, err := inspectCopy(ctx, copied)
	if err != nil {
		return m, copyFault(from, out, err)
	}
	if !found.Good() {
		return m, &fault{Found, fmt.Errorf("er is geen reservekopie gemaakt: het logboek in %s klopt niet; zie lemniscaat doctor --data %s --alles", from, from.data)}
	}
	m.Head, m.Events = found.Head.String(), found.Head.Seq
	if m.Keys, err = keysOf(from.keys); err != nil {
		return m, badInput("de sleutels in %s: %v", from.keys, err)
	}
	if err := m.Describe(copied, names); err != nil {
		return m, copyFault(from, out, err)
	}
	if err := backup.Create(out, work, m, copied, to...); err != nil {
		return m, copyFault(from, out, err)
	}
	return m, nil
}

func copyFault(from source, out string, err error) error {
	return &fault{Found, fmt.Errorf("er is geen reservekopie van %s gemaakt in %s: %w", from, out, err)}
}

// inspectCopy walks over the log in a folder.
func inspectCopy(ctx context.Context, dir string) (audit.Inspection, error) {
	log, err := sqlite.OpenReader(ctx, dir)
	if err != nil {
		return audit.Inspection{}, err
	}
	found, err := audit.Inspect(ctx, log, nil)
	return found, errors.Join(err, log.Close())
}

// left out of a backup: what only means something while a process runs, and keys.
func left(name string) bool {
	base := filepath.Base(name)
	for _, end := range []string{"-wal", "-shm", "-journal", ".lock", keyEnding} {
		if strings.HasSuffix(base, end) {
			return true
		}
	}
	// Where the log is, is for whoever restores to say; it may hold a password.
	// A snapshot is made again by itself.
	return base == databaseFile || strings.HasPrefix(base, snapshot.Name) || strings.Contains(base, ".deel-")
}

// copyFolder copies the files of an installation, databases as they are at one
// moment: the log first, so that nothing in the copy refers to what is not
// there. It gives their names, with slashes.
func copyFolder(ctx context.Context, from, to string) ([]string, error) {
	return copyFiles(ctx, from, to, func(string) bool { return true })
}

// copyFiles copies those files that want is true for.
func copyFiles(ctx context.Context, from, to string, want func(base string) bool) ([]string, error) {
	var names []string
	err := filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // it was taken away meanwhile
		}
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, name)
		if err != nil || !d.Type().IsRegular() || left(name) || !want(d.Name()) {
			return err
		}
		names = append(names, filepath.ToSlash(rel))
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(names, func(a, b string) int {
		order := func(s string) string {
			switch {
			case s == sqlite.File:
				return "0" + s
			case strings.HasSuffix(s, ".sqlite"):
				return "1" + s
			}
			return "2" + s
		}
		return strings.Compare(order(a), order(b))
	})
	var done []string
	for _, n := range names {
		source, target := filepath.Join(from, filepath.FromSlash(n)), filepath.Join(to, filepath.FromSlash(n))
		if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
			return nil, err
		}
		if strings.HasSuffix(n, ".sqlite") {
			err = sqlite.Snapshot(ctx, source, target)
		} else if err = copyFile(source, target); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		done = append(done, n)
	}
	return done, nil
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// keysOf gives the key files in a folder, with fingerprints.
func keysOf(dir string) ([]backup.Key, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*"+keyEnding))
	if err != nil {
		return nil, err
	}
	out := []backup.Key{}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		out = append(out, backup.Key{Name: filepath.Base(name), Fingerprint: backup.Fingerprint(text)})
	}
	return out, nil
}
