package fault_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lemniscaat/internal/store"
	"lemniscaat/internal/store/pgtest"
	"lemniscaat/internal/store/postgres"
	"lemniscaat/internal/store/sqlite"
)

// databaseFile in a data folder says that its log is in PostgreSQL, and where.
const databaseFile = "database"

// onSQLite and onPostgres give a data folder that is not there yet, or that holds no
// more than the address of an empty database.
func onSQLite(t *testing.T) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "data")
}

func onPostgres(t *testing.T) string {
	t.Helper()
	return folderAt(t, pgtest.Start(t))
}

// folderAt makes the data folder of an installation in a database.
func folderAt(t *testing.T, dsn string) string {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(data, databaseFile), []byte(dsn+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return data
}

// both does a test on either store.
func both(t *testing.T, do func(t *testing.T, fresh func(t *testing.T) string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { do(t, onSQLite) })
	t.Run("postgres", func(t *testing.T) { do(t, onPostgres) })
}

// dsnOf gives the address of the database of a data folder; "" when it has none.
func dsnOf(data string) string {
	text, err := os.ReadFile(filepath.Join(data, databaseFile))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}

// readLog opens the log of a data folder for reading.
func readLog(ctx context.Context, data string) (store.Reader, error) {
	if dsn := dsnOf(data); dsn != "" {
		return postgres.OpenReader(ctx, dsn, postgres.Options{Readers: 2, Name: "lemniscaat-proef"})
	}
	return sqlite.OpenReader(ctx, data)
}
