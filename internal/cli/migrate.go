package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"lemniscaat/internal/config"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/move"
	"lemniscaat/internal/store/postgres"
	"lemniscaat/internal/store/sqlite"
)

// staysBehind are kinds of items that belong to a store, not to the installation.
var staysBehind = []string{markKind, "beurt"}

func migrateCommand(env Env) *cobra.Command {
	var data, dsn string
	var back bool
	cmd := &cobra.Command{
		Use:   "migrate --data MAP --database ADRES",
		Short: "verhuis een installatie naar PostgreSQL, of terug",
		Long: `Verhuist een hele installatie van de datamap naar een lege PostgreSQL-database: het logboek, persoonlijke teksten,
uitkomsten, accounts en wat er verder bij hoort. Stop de server eerst. Alles wordt daarna vergeleken; pas als alles
klopt, is de database in gebruik en is de map gemerkt als verhuisd. Wordt de opdracht onderbroken, geef haar dan nog
een keer: zij gaat verder. Het logboek in de map verandert niet. De sleutels blijven in de map.

Met --terug gaat het andersom: van de database naar een nieuwe map.`,
		Example: "  lemniscaat migrate --data data --database postgres://lus@db/lus\n  lemniscaat migrate --terug --data nieuw --database postgres://lus@db/lus",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			given, err := givenDatabase(cmd, env)
			if err != nil {
				return err
			}
			if given == "" {
				return usage("het adres van de database ontbreekt; geef --database ADRES of zet %sDATABASE", config.Prefix)
			}
			if back {
				return migrateBack(cmd.Context(), env, data, given)
			}
			return migrateTo(cmd.Context(), env, data, given)
		},
	}
	f := cmd.Flags()
	f.StringVar(&data, "data", "data", "`MAP` van de installatie")
	f.StringVar(&dsn, databaseOption, "", "`ADRES` van de PostgreSQL-database; een wachtwoord hoort in "+config.Prefix+"DATABASE")
	f.BoolVar(&back, "terug", false, "van de database naar een nieuwe map")
	return cmd
}

// migrateTo moves an installation from a folder to a database.
func migrateTo(ctx context.Context, env Env, dir, dsn string) (err error) {
	if _, err := os.Stat(filepath.Join(dir, sqlite.File)); err != nil {
		return badInput("in %s staat geen logboek (%s)", dir, sqlite.File)
	}
	from, err := sqlite.Open(ctx, dir, sqlite.Options{})
	switch {
	case errors.Is(err, store.ErrLocked):
		return &fault{Found, fmt.Errorf("%s is in gebruik; stop de server eerst", dir)}
	case err != nil:
		return &fault{Input, fmt.Errorf("map %s kan niet gebruikt worden: %w", dir, err)}
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	to, err := postgres.Open(ctx, dsn, postgres.Options{Name: "lemniscaat-verhuizing"})
	if err != nil {
		return &fault{Input, fmt.Errorf("%s kan niet gebruikt worden: %w", whereabouts(dsn), err)}
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	if err := free(ctx, to, dir, whereabouts(dsn)); err != nil {
		return err
	}
	if n, err := to.Others(ctx); err != nil || n > 0 {
		return errors.Join(err, badInput("er werken nog andere processen met %s; stop die eerst", whereabouts(dsn)))
	}
	if _, err := permitted(ctx, env, from, slog.New(slog.DiscardHandler), nil); err != nil {
		return err
	}
	if err := fillAndCompare(ctx, env, from, to); err != nil {
		return err
	}
	kind := "demo"
	if isOwn(dir) {
		kind = "eigen"
	}
	// First the folder: from here on nothing uses it. A database that is still marked
	// is finished by the same command.
	if err := writeDurably(filepath.Join(dir, databaseFile), withoutPassword(dsn)+"\n"); err != nil {
		return &fault{Input, fmt.Errorf("%s kan niet gemerkt worden: %w", dir, err)}
	}
	if err := to.Put(ctx, markItem(kindMark, kind), store.Change{Item: store.Item{Kind: markKind, ID: movingMark}, Delete: true}); err != nil {
		return &fault{Input, err}
	}
	fmt.Fprintf(env.Out, "Verhuisd naar %s. In %s blijven de sleutels; het oude logboek daar wordt niet meer gebruikt.\n", whereabouts(dsn), dir)
	return nil
}

// free sees to it that a target is empty, or half filled from the same source, and
// marks it.
func free(ctx context.Context, to store.Store, from, name string) error {
	moving, err := mark(ctx, to, movingMark)
	if err != nil {
		return &fault{Input, err}
	}
	if moving == from {
		return nil
	}
	if moving != "" {
		return badInput("%s wordt al gevuld uit %s; maak dat af of kies een ander doel", name, moving)
	}
	head, err := to.Head(ctx)
	if err != nil {
		return &fault{Input, err}
	}
	kinds, err := to.(store.Whole).Kinds(ctx)
	if err != nil {
		return &fault{Input, err}
	}
	if head.Seq > 0 || len(kinds) > 0 {
		return badInput("%s is niet leeg; kies een leeg doel", name)
	}
	if err := to.Put(ctx, markItem(movingMark, from)); err != nil {
		return &fault{Input, err}
	}
	return nil
}

func fillAndCompare(ctx context.Context, env Env, from store.Whole, to store.Filler) error {
	m, err := fill(ctx, env, from, to)
	switch {
	case err == nil:
		fmt.Fprintf(env.Out, "Vergeleken en gelijk: %d gebeurtenissen, %d teksten, %d uitkomsten, %d sleutels van verzoeken, %d andere gegevens.\nKop: %s\n",
			m.Head.Seq, m.Texts, m.Facts, m.Requests, m.Items, m.Head)
		return nil
	case ctx.Err() != nil:
		return err
	}
	return &fault{Found, fmt.Errorf("de verhuizing is niet af; er is niets in gebruik genomen: %w", err)}
}

// fill takes everything from one store to another, tells on the error output how far
// it is, and compares the two.
func fill(ctx context.Context, env Env, from store.Whole, to store.Filler) (move.Moved, error) {
	said := uint64(0)
	err := move.All(ctx, from, to, staysBehind, func(done, all uint64) {
		if done-said >= 100_000 || done == all && said > 0 {
			said = done
			fmt.Fprintf(env.Err, "%d van %d gebeurtenissen\n", done, all)
		}
	})
	if err != nil {
		return move.Moved{}, err
	}
	return move.Compare(ctx, from, to, staysBehind)
}

// migrateBack moves an installation from a database to a new folder.
func migrateBack(ctx context.Context, env Env, dir, dsn string) (err error) {
	from, err := postgres.Open(ctx, dsn, postgres.Options{Name: "lemniscaat-verhuizing"})
	if err != nil {
		return &fault{Input, fmt.Errorf("%s kan niet gebruikt worden: %w", whereabouts(dsn), err)}
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	if moved, err := mark(ctx, from, movedMark); err != nil || moved != "" && moved != dir {
		return errors.Join(err, badInput("deze installatie is al verhuisd van %s naar %s", whereabouts(dsn), moved))
	}
	if n, err := from.Others(ctx); err != nil || n > 0 {
		return errors.Join(err, badInput("er werken nog andere processen met %s; stop die eerst", whereabouts(dsn)))
	}
	kind, err := mark(ctx, from, kindMark)
	if err != nil {
		return &fault{Input, err}
	}
	if kind == "eigen" {
		if err := makeOwn(dir); err != nil {
			return err
		}
	}
	if _, err := os.Stat(filepath.Join(dir, databaseFile)); !errors.Is(err, fs.ErrNotExist) {
		return badInput("%s hoort bij een database; kies een nieuwe map", dir)
	}
	to, err := sqlite.Open(ctx, dir, sqlite.Options{})
	if err != nil {
		return &fault{Input, fmt.Errorf("map %s kan niet gebruikt worden: %w", dir, err)}
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	if err := free(ctx, to, whereabouts(dsn), dir); err != nil {
		return err
	}
	if _, err := permitted(ctx, env, from, slog.New(slog.DiscardHandler), nil); err != nil {
		return err
	}
	// From here on no server starts on the database.
	if err := from.Put(ctx, markItem(movedMark, dir)); err != nil {
		return &fault{Input, err}
	}
	if err := fillAndCompare(ctx, env, from, to); err != nil {
		return err
	}
	if err := to.Put(ctx, markItem(kindMark, kind), store.Change{Item: store.Item{Kind: markKind, ID: movingMark}, Delete: true}); err != nil {
		return &fault{Input, err}
	}
	fmt.Fprintf(env.Out, "Verhuisd naar %s. Zet daar ook de sleutels neer: %s, %s en %s.\n", dir, secretFile, ringFile, publicFile)
	return nil
}

// withoutPassword gives an address that may be kept.
func withoutPassword(dsn string) string {
	u, err := url.Parse(dsn)
	if err != nil || u.Scheme == "" {
		return dsn
	}
	if u.User != nil {
		u.User = url.User(u.User.Username())
	}
	q := u.Query()
	q.Del("password")
	q.Del("sslpassword")
	u.RawQuery = q.Encode()
	return u.String()
}
