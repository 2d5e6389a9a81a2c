package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lemniscaat/internal/audit"

	"filippo.io/age"
	"github.com/spf13/cobra"

	"lemniscaat/internal/backup"
	"lemniscaat/internal/config"
	"lemniscaat/internal/event"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/sqlite"
)

func restoreCommand(env Env) *cobra.Command {
	var data, keys, identity, known, dsn string
	var asJSON, check bool
	cmd := &cobra.Command{
		Use:   "restore BESTAND --data NIEUWE-MAP",
		Short: "zet een reservekopie terug in een lege map",
		Long: `Zet een reservekopie terug. De map bestaat nog niet of is leeg. Eerst wordt elk bestand vergeleken met zijn controlesom,
dan wordt het logboek nagerekend en vergeleken met de kop uit de kopie. Pas als alles klopt, staat de map er.

Sleutels zitten niet in de kopie. Geef met --sleutels de map waar u ze bewaart; zij worden vergeleken en gekopieerd.
Zonder sleutels start de installatie niet. Met --controleer wordt alleen gekeken of de kopie goed is.

Met --database (of het adres in ` + config.Prefix + `DATABASE) komt het logboek in een lege PostgreSQL-database, uit welke opslag
de kopie ook is. In de map komt de rest. Alles wordt daarna vergeleken. Wordt de opdracht onderbroken, geef haar dan nog
een keer met dezelfde kopie en een nieuwe map: zij gaat verder. Simulaties gaan niet mee.`,
		Example: "  lemniscaat restore kopie.lus --data data-terug --sleutels /veilig/sleutels\n  lemniscaat restore kopie.lus --controleer\n  lemniscaat restore kopie.lus --data data-terug --database postgres://lus@db/lus",
		Args:    arguments(1, 1, "BESTAND"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if check == (data != "") {
				return usage("geef --data NIEUWE-MAP om terug te zetten, of --controleer om alleen te kijken")
			}
			var want *event.Head
			if known != "" {
				head, err := event.ParseHead(known)
				if err != nil {
					return &fault{Usage, fmt.Errorf("--head: %w", err)}
				}
				want = &head
			}
			ids, err := readIdentities(identity)
			if err != nil {
				return err
			}
			r := restoring{env: env, file: args[0], data: data, keys: keys, identities: ids, known: want}
			if !check {
				if r.dsn, err = givenDatabase(cmd, env); err != nil {
					return err
				}
			}
			m, missing, err := r.run(cmd.Context())
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(env, struct {
					backup.Manifest
					Missing []backup.Key `json:"ontbrekendeSleutels"`
				}{m, missing})
			}
			fmt.Fprintf(env.Out, "De reservekopie van %s klopt: %d gebeurtenissen. Kop: %s\n", m.At.Format("2006-01-02 15:04 UTC"), m.Events, m.Head)
			if check {
				return nil
			}
			if r.dsn != "" {
				fmt.Fprintf(env.Out, "Teruggezet in %s, vergeleken en gelijk. De map is %s.\n", whereabouts(r.dsn), data)
			} else {
				fmt.Fprintf(env.Out, "Teruggezet in %s.\n", data)
			}
			for _, k := range missing {
				fmt.Fprintf(env.Out, "Zet nog terug voordat u start: %s (vingerafdruk %s).\n", filepath.Join(data, k.Name), k.Fingerprint)
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&data, "data", "", "`MAP` om in terug te zetten; leeg of nog niet daar")
	f.StringVar(&keys, "sleutels", "", "`MAP` waar de sleutels bewaard zijn")
	f.StringVar(&identity, "sleutel", "", "`BESTAND` met de geheime age-sleutel van een versleutelde kopie")
	f.StringVar(&dsn, databaseOption, "", "`ADRES` van een lege PostgreSQL-database voor het logboek; een wachtwoord hoort in "+config.Prefix+"DATABASE")
	f.StringVar(&known, "head", "", "de `KOP` die u elders bewaarde; de kopie moet hem bevatten")
	f.BoolVar(&check, "controleer", false, "kijk alleen of de kopie goed is")
	f.BoolVar(&asJSON, "json", false, "geef JSON")
	return cmd
}

func readIdentities(name string) ([]age.Identity, error) {
	if name == "" {
		return nil, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, badInput("%s", fileError(name, err))
	}
	defer f.Close()
	ids, err := age.ParseIdentities(io.LimitReader(f, maxFile))
	if err != nil {
		return nil, badInput("%s bevat geen geheime age-sleutel; verwacht een regel AGE-SECRET-KEY-1…", name)
	}
	return ids, nil
}

// restoring is one run of restore.
type restoring struct {
	env              Env
	file, data, keys string // data "": only look
	dsn              string // "": the log stays in the folder
	identities       []age.Identity
	known            *event.Head
}

// run unpacks beside the target, looks at all of it, and only then gives it its
// name. It gives the keys that have to be put back still.
func (r restoring) run(ctx context.Context) (m backup.Manifest, missing []backup.Key, err error) {
	in, err := os.Open(r.file)
	if err != nil {
		return m, nil, badInput("%s", fileError(r.file, err))
	}
	defer in.Close()
	parent, pattern := os.TempDir(), "lemniscaat-controle.deel-"
	if r.data != "" {
		if err := emptyOrAbsent(r.data); err != nil {
			return m, nil, err
		}
		r.data = filepath.Clean(r.data)
		parent, pattern = filepath.Dir(r.data), filepath.Base(r.data)+".deel-"
		if err := os.MkdirAll(parent, 0o700); err != nil {
			return m, nil, badInput("%s: %v", parent, err)
		}
	}
	work, err := os.MkdirTemp(parent, pattern)
	if err != nil {
		return m, nil, badInput("in %s kan niet geschreven worden: %v", parent, err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	fresh := filepath.Join(work, "inhoud")
	if err := os.Mkdir(fresh, 0o700); err != nil {
		return m, nil, badInput("%v", err)
	}
	if m, err = backup.Read(in, fresh, r.identities...); err != nil {
		if errors.Is(err, backup.ErrLocked) {
			err = fmt.Errorf("%w; geef met --sleutel het bestand met de geheime sleutel", err)
		}
		return m, nil, &fault{Found, fmt.Errorf("%s is niet teruggezet: %w", r.file, err)}
	}
	if err := r.look(ctx, fresh, m); err != nil {
		return m, nil, err
	}
	if r.data == "" {
		return m, nil, nil
	}
	if missing, err = r.putKeys(fresh, m); err != nil {
		return m, nil, err
	}
	use := func() error { return nil }
	if r.dsn != "" {
		to, kind, err := r.intoDatabase(ctx, fresh, m)
		if err != nil {
			return m, nil, err
		}
		defer func() { _ = to.Close() }() // what counts was committed
		if err := pointAt(fresh, r.dsn); err != nil {
			return m, nil, &fault{Found, fmt.Errorf("%s is niet teruggezet: %w", r.file, err)}
		}
		use = func() error {
			err := to.Put(ctx, markItem(kindMark, kind), store.Change{Item: store.Item{Kind: markKind, ID: movingMark}, Delete: true})
			if err != nil {
				return &fault{Found, fmt.Errorf("%s is nog niet in gebruik genomen: %w; geef de opdracht nog een keer, met een nieuwe map", whereabouts(r.dsn), err)}
			}
			return nil
		}
	}
	if err := syncTree(fresh); err != nil {
		return m, nil, &fault{Found, fmt.Errorf("%s is niet teruggezet: %w", r.file, err)}
	}
	// An empty folder gives way; one that filled up meanwhile does not.
	if err := os.Remove(r.data); err != nil && !errors.Is(err, os.ErrNotExist) {
		return m, nil, badInput("%s is niet leeg meer", r.data)
	}
	if err := os.Rename(fresh, r.data); err != nil {
		return m, nil, &fault{Found, fmt.Errorf("%s is niet teruggezet: %w", r.file, err)}
	}
	if err := backup.SyncDir(parent); err != nil {
		return m, nil, err
	}
	return m, missing, use()
}

// look verifies the log that was unpacked and compares its head. Opening it for
// writing brings a copy of an earlier release up to date, as starting would.
func (r restoring) look(ctx context.Context, dir string, m backup.Manifest) error {
	bad := func(err error) error {
		return &fault{Found, fmt.Errorf("%s is niet teruggezet: %w", r.file, err)}
	}
	log, err := sqlite.Open(ctx, dir, sqlite.Options{})
	if err != nil {
		return bad(err)
	}
	found, err := audit.Inspect(ctx, log, r.known)
	if err == nil && r.data != "" && found.Fault == nil {
		_, err = permitted(ctx, r.env, log, slog.New(slog.DiscardHandler), nil)
	}
	if err = errors.Join(err, log.Close()); err != nil {
		return bad(err)
	}
	switch {
	case found.Fault != nil:
		return bad(found.Fault)
	case !found.Good():
		return bad(errors.New("het logboek in de kopie klopt niet met zichzelf"))
	case found.Head.String() != m.Head:
		return bad(fmt.Errorf("het logboek eindigt bij %s en de kopie hoort te eindigen bij %s", found.Head, m.Head))
	}
	return nil
}

// putKeys copies the keys that are at hand, when they are the right ones.
func (r restoring) putKeys(dir string, m backup.Manifest) (missing []backup.Key, err error) {
	missing = []backup.Key{}
	var have []backup.Key
	if r.keys != "" {
		if have, err = keysOf(r.keys); err != nil {
			return nil, badInput("de sleutels in %s: %v", r.keys, err)
		}
	}
	for _, k := range m.Keys {
		i := slices.IndexFunc(have, func(h backup.Key) bool { return h.Name == k.Name })
		switch {
		case i < 0:
			missing = append(missing, k)
		case have[i] != k:
			return nil, &fault{Found, fmt.Errorf("%s is niet de sleutel van deze installatie: vingerafdruk %s, verwacht %s", filepath.Join(r.keys, k.Name), have[i].Fingerprint, k.Fingerprint)}
		case strings.ContainsAny(k.Name, `/\`):
			return nil, badInput("sleutel %q heeft geen gewone naam", k.Name)
		default:
			if err := copyFile(filepath.Join(r.keys, k.Name), filepath.Join(dir, k.Name)); err != nil {
				return nil, badInput("%v", err)
			}
		}
	}
	return missing, nil
}

// syncTree puts a folder and everything in it on disk.
func syncTree(dir string) error {
	return filepath.WalkDir(dir, func(name string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return backup.SyncDir(name) // a file is opened and synced in the same way
	})
}

func emptyOrAbsent(dir string) error {
	list, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return badInput("%s", fileError(dir, err))
	case len(list) > 0:
		return badInput("%s is niet leeg; kies een nieuwe map", dir)
	}
	return nil
}
