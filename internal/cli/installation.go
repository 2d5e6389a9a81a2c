package cli

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // legal dates are in Europe/Amsterdam, also where the system has no zones

	"lemniscaat/internal/bwb"
	"lemniscaat/internal/job"
	"lemniscaat/internal/office"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/sqlite"
	"lemniscaat/regelingen"
)

// Files in a data folder beside the log.
const (
	secretFile = "pseudoniem.sleutel" // keys the pseudonyms of cases; never leaves the machine
	clockFile  = "demo.klok"          // how far the demo clock runs from the real one
)

// rulesInForce gives the regulations of the program, or with a data folder
// those that hold in that installation.
func rulesInForce(ctx context.Context, env Env, data string) (*regulation.Set, error) {
	set, ds := shipped()
	if err := ds.Err(); err != nil {
		return nil, fmt.Errorf("shipped regulations: %w", err)
	}
	if data == "" {
		return set, nil
	}
	return overlaid(ctx, data, set)
}

// overlaid lays what an installation has adopted and imported over a set.
func overlaid(ctx context.Context, data string, set *regulation.Set) (*regulation.Set, error) {
	if err := hasLog(data); err != nil {
		return nil, err
	}
	log, err := sqlite.OpenReader(ctx, data)
	if err != nil {
		return nil, &fault{Input, fmt.Errorf("het logboek in %s kan niet gelezen worden: %w", data, err)}
	}
	defer log.Close()
	in, err := office.InForce(ctx, log, set)
	if err != nil {
		return nil, &fault{Input, fmt.Errorf("de regels van de installatie in %s: %w", data, err)}
	}
	return in, nil
}

// installation is an opened data folder with its use cases.
type installation struct {
	*office.Office
	store *sqlite.Store
	runs  *job.Runs
	clock *clock
}

// noWorkers is for commands that only ask.
const noWorkers = -1

// open opens a data folder for writing, and makes it when it is not there; workers
// is how many parts of simulations are computed at a time, as job.Config has it.
func open(ctx context.Context, env Env, dir string, workers int) (*installation, error) {
	set, ds := shipped()
	if err := ds.Err(); err != nil {
		return nil, fmt.Errorf("shipped regulations: %w", err)
	}
	demo, err := office.ReadDemo()
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	log, err := sqlite.Open(ctx, dir, sqlite.Options{})
	switch {
	case errors.Is(err, store.ErrLocked):
		return nil, &fault{Found, fmt.Errorf("%s is al in gebruik door een ander proces; stop dat eerst", dir)}
	case err != nil:
		return nil, &fault{Input, fmt.Errorf("map %s kan niet gebruikt worden: %w", dir, err)}
	}
	in := &installation{store: log}
	if err := in.start(ctx, env, dir, set, demo, workers); err != nil {
		if in.runs != nil {
			err = errors.Join(err, in.runs.Close())
		}
		return nil, errors.Join(err, log.Close())
	}
	return in, nil
}

func (in *installation) start(ctx context.Context, env Env, dir string, set *regulation.Set, demo *office.Demo, workers int) error {
	begin, err := demo.Start()
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if in.clock, err = openClock(filepath.Join(dir, clockFile), env.Now, begin); err != nil {
		return &fault{Input, err}
	}
	secret, err := openSecret(filepath.Join(dir, secretFile))
	if err != nil {
		return &fault{Input, err}
	}
	demo.Advance = in.clock.advance
	if demo.Texts, err = exampleTexts(); err != nil {
		return err
	}
	variants, err := shippedVariants()
	if err != nil {
		return err
	}
	library := newLibrary(set, in.store)
	if in.runs, err = openRuns(ctx, env, dir, library, in.clock.now, workers); err != nil {
		return err
	}
	in.Office, err = office.New(ctx, office.Config{
		Store: in.store, Shipped: set, Variants: variants, Now: in.clock.now, NewID: newID, Secret: secret,
		People: demo.Persons(), Organisation: demo.Organisation,
		Population: "nl:100000", Households: demo.Households, Demo: demo, Runs: in.runs, Know: library.Know,
		Log: slog.New(slog.NewTextHandler(env.Err, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	if err != nil {
		return fmt.Errorf("open installation: %w", err)
	}
	// There are no accounts yet, so every installation is one of the demo.
	if err := in.Seed(ctx); err != nil {
		in.Office.Close()
		return fmt.Errorf("fill the demo: %w", err)
	}
	return nil
}

// exampleTexts reads the ordinances that the demo imports as text.
func exampleTexts() ([]office.Text, error) {
	files, err := fs.Glob(regelingen.Files, "voorbeelden/*.md")
	if err != nil {
		return nil, fmt.Errorf("example texts: %w", err)
	}
	var out []office.Text
	for _, name := range files {
		f, err := regelingen.Files.Open(name)
		if err != nil {
			return nil, fmt.Errorf("example texts: %w", err)
		}
		text, ds := bwb.Read(name, f)
		f.Close()
		if err := ds.Err(); err != nil {
			return nil, fmt.Errorf("example texts: %w", err)
		}
		out = append(out, office.Text{File: name, Text: text})
	}
	return out, nil
}

// Close waits for runs and for the last write.
func (in *installation) Close() error {
	in.Office.Close()
	return errors.Join(in.runs.Close(), in.store.Close())
}

// end closes the installation after a command; what the command itself says
// goes before a fault of closing.
func (in *installation) end(err *error) {
	if closed := in.Close(); closed != nil && *err == nil {
		*err = &fault{Internal, fmt.Errorf("de opslag kan niet netjes worden gesloten: %w", closed)}
	}
}

// newID gives "s-" and 16 random hexadecimal digits.
func newID(prefix string) string {
	var b [8]byte
	rand.Read(b[:]) // never fails: it ends the program instead
	return prefix + "-" + hex.EncodeToString(b[:])
}

// openSecret reads the key of an installation, and makes it the first time.
func openSecret(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		key := make([]byte, 32)
		rand.Read(key) // never fails
		if err := writeDurably(path, hex.EncodeToString(key)+"\n"); err != nil {
			return nil, fmt.Errorf("de sleutel voor pseudoniemen kan niet bewaard worden: %w", err)
		}
		return key, nil
	}
	if err != nil {
		return nil, fmt.Errorf("de sleutel voor pseudoniemen: %w", err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) < 32 {
		return nil, fmt.Errorf("%s is geen sleutel van 64 hexadecimale tekens; zet een reservekopie terug", path)
	}
	return key, nil
}

// clock is the demo clock: the real one, moved. It only moves forward, and it
// remembers over a restart how far it was moved.
type clock struct {
	real func() time.Time
	path string

	mu    sync.Mutex
	ahead time.Duration
	last  time.Time
}

// openClock reads how far the clock runs ahead (or behind); a new clock begins
// at nine in the morning of the first day.
func openClock(path string, machine func() time.Time, begin rule.Date) (*clock, error) {
	c := &clock{real: machine, path: path}
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		morning, err := nine(begin)
		if err != nil {
			return nil, err
		}
		return c, c.set(morning.Sub(machine()))
	case err != nil:
		return nil, fmt.Errorf("de klok van de demo: %w", err)
	}
	if c.ahead, err = time.ParseDuration(strings.TrimSpace(string(text))); err != nil {
		return nil, fmt.Errorf("%s is geen tijdsduur; haal het bestand weg om de klok opnieuw te beginnen", path)
	}
	return c, nil
}

func nine(d rule.Date) (time.Time, error) {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		return time.Time{}, fmt.Errorf("time zone: %w", err)
	}
	return time.Date(d.Year, time.Month(d.Month), d.Day, 9, 0, 0, 0, zone), nil
}

func (c *clock) set(ahead time.Duration) error {
	if err := writeDurably(c.path, ahead.String()+"\n"); err != nil {
		return fmt.Errorf("de klok van de demo: %w", err)
	}
	c.ahead = ahead
	return nil
}

// now never goes back, also when the clock of the machine does.
func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t := c.real().Add(c.ahead).UTC(); t.After(c.last) {
		c.last = t
	}
	return c.last
}

// advance moves the clock to nine in the morning of a later day.
func (c *clock) advance(to rule.Date) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	morning, err := nine(to)
	if err != nil {
		return err
	}
	machine := c.real()
	if !morning.After(machine.Add(c.ahead)) {
		return nil
	}
	return c.set(morning.Sub(machine))
}

// writeDurably replaces a file as a whole: after a crash it holds the old text
// or the new, on disk.
func writeDurably(path, text string) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }() // only there after a fault
	if _, err = f.WriteString(text); err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}
