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
	"strings"

	"github.com/spf13/cobra"

	"lemniscaat/internal/config"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/postgres"
	"lemniscaat/internal/store/sqlite"
	"lemniscaat/internal/telemetry"
)

// databaseFile in a data folder holds the address of the PostgreSQL database that
// the log is in, without a password. lemniscaat migrate writes it.
const databaseFile = "database"

// databaseOption is the option of commands that work on an installation.
const databaseOption = "database"

type databaseKey struct{}

// databases gives every command that works in a data folder the option --database,
// and sees to it that what it opens knows where the log is. Without the option that
// is what the environment says, as in config.
func databases(root *cobra.Command, env Env) {
	for _, c := range root.Commands() {
		databases(c, env)
	}
	switch f := root.Flags(); {
	case root.Name() == "restore" || root.Name() == "migrate":
		return // these fill a database, or a folder
	case f.Lookup("data") == nil:
		return
	case f.Lookup(databaseOption) == nil:
		f.String(databaseOption, "", "`ADRES` van de PostgreSQL-database met het logboek; een wachtwoord hoort in "+config.Prefix+"DATABASE")
	}
	run := root.RunE
	root.RunE = func(cmd *cobra.Command, args []string) error {
		dsn, err := givenDatabase(cmd, env)
		if err != nil {
			return err
		}
		if dsn != "" && cmd.Flags().Lookup("data").Value.String() == "" {
			if cmd.Flags().Changed(databaseOption) {
				return usage("--database zonder map; geef ook --data MAP, waar de sleutels liggen")
			}
			dsn = ""
		}
		if dsn != "" {
			cmd.SetContext(context.WithValue(cmd.Context(), databaseKey{}, dsn))
		}
		return run(cmd, args)
	}
}

// givenDatabase is what the command line or the environment says.
func givenDatabase(cmd *cobra.Command, env Env) (string, error) {
	if f := cmd.Flags().Lookup(databaseOption); f.Changed {
		dsn := f.Value.String()
		if u, err := url.Parse(dsn); err == nil && (hasPassword(u)) {
			return "", usage("--database: een wachtwoord hoort niet op de opdrachtregel; zet het adres in %sDATABASE", config.Prefix)
		}
		return dsn, nil
	}
	for _, pair := range env.Environ {
		if dsn, ok := strings.CutPrefix(pair, config.Prefix+"DATABASE="); ok && dsn != "" {
			return dsn, nil
		}
		if name, ok := strings.CutPrefix(pair, config.Prefix+"DATABASE_BESTAND="); ok && name != "" {
			text, err := os.ReadFile(name)
			if err != nil {
				return "", badInput("%s", fileError(name, err))
			}
			return strings.TrimSpace(string(text)), nil
		}
	}
	return "", nil
}

func hasPassword(u *url.URL) bool {
	_, ok := u.User.Password()
	return ok || u.Query().Has("password") || u.Query().Has("sslpassword")
}

// databaseOf gives the address of the database of an installation; empty when its
// log is in the data folder.
func databaseOf(ctx context.Context, dir string) (string, error) {
	if dsn, ok := ctx.Value(databaseKey{}).(string); ok && dsn != "" {
		return dsn, nil
	}
	text, err := os.ReadFile(filepath.Join(dir, databaseFile))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", badInput("%s", fileError(filepath.Join(dir, databaseFile), err))
	}
	return strings.TrimSpace(string(text)), nil
}

// whereabouts names a database without what is secret in its address.
func whereabouts(dsn string) string {
	u, err := url.Parse(dsn)
	if err != nil {
		return "PostgreSQL"
	}
	if u.Host == "" {
		return dsn // a folder
	}
	return "PostgreSQL (" + u.Host + u.Path + ")"
}

// openStore opens the log of an installation for writing.
func openStore(ctx context.Context, env Env, dir, dsn string, log *slog.Logger) (store.Store, error) {
	if dsn == "" {
		if err := notLost(dir); err != nil {
			return nil, err
		}
		s, err := sqlite.Open(ctx, dir, sqlite.Options{Now: env.Now})
		switch {
		case errors.Is(err, store.ErrLocked):
			return nil, &fault{Found, fmt.Errorf("%s is al in gebruik door een ander proces; stop dat eerst (%w)", dir, err)}
		case err != nil:
			return nil, &fault{Input, fmt.Errorf("map %s kan niet gebruikt worden: %w", dir, err)}
		}
		if err := inUse(ctx, s, dir); err != nil {
			return nil, errors.Join(err, s.Close())
		}
		return s, nil
	}
	s, err := openDatabase(ctx, dsn, log)
	if err != nil {
		return nil, err
	}
	if err := inUse(ctx, s, dsn); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func openDatabase(ctx context.Context, dsn string, log *slog.Logger) (*postgres.Store, error) {
	s, err := postgres.Open(ctx, dsn, postgres.Options{Log: log})
	if err != nil {
		return nil, &fault{Input, fmt.Errorf("%s kan niet gebruikt worden: %w", whereabouts(dsn), err)}
	}
	return s, nil
}

// readLog opens the log of an installation for reading.
func readLog(ctx context.Context, dir string) (store.Reader, error) {
	dsn, err := databaseOf(ctx, dir)
	if err != nil {
		return nil, err
	}
	if dsn == "" {
		if err := hasLog(dir); err != nil {
			return nil, err
		}
		log, err := sqlite.OpenReader(ctx, dir)
		if err != nil {
			return nil, &fault{Input, fmt.Errorf("het logboek in %s kan niet gelezen worden: %w", dir, err)}
		}
		return log, nil
	}
	log, err := postgres.OpenReader(ctx, dsn, postgres.Options{})
	if err != nil {
		return nil, &fault{Input, fmt.Errorf("het logboek in %s kan niet gelezen worden: %w", whereabouts(dsn), err)}
	}
	if err := inUse(ctx, log, dsn); err != nil {
		return nil, errors.Join(err, log.Close())
	}
	return log, nil
}

// openStill opens the store of an installation that must not be at work in a data
// folder; instead says what to do when it is.
func openStill(ctx context.Context, env Env, dir, instead string) (store.Store, error) {
	if err := hasInstallation(ctx, dir); err != nil {
		return nil, err
	}
	dsn, err := databaseOf(ctx, dir)
	if err != nil {
		return nil, err
	}
	log, err := openStore(ctx, env, dir, dsn, nil)
	if errors.Is(err, store.ErrLocked) {
		return nil, &fault{Found, fmt.Errorf("%s is in gebruik; %s", dir, instead)}
	}
	if err != nil {
		return nil, err
	}
	if _, err := permitted(ctx, env, log, telemetry.NewLog(env.Err, "let-op", "tekst"), nil); err != nil {
		return nil, errors.Join(err, log.Close())
	}
	return log, nil
}

// hasInstallation says in Dutch that there is no installation to work on.
func hasInstallation(ctx context.Context, dir string) error {
	dsn, err := databaseOf(ctx, dir)
	if err != nil || dsn != "" {
		return err
	}
	return hasLog(dir)
}
