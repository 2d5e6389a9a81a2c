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

	"lemniscaat/internal/audit"
	"lemniscaat/internal/authz"
	"lemniscaat/internal/bwb"
	"lemniscaat/internal/config"
	"lemniscaat/internal/job"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/office"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/store"
	"lemniscaat/internal/telemetry"
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
	log, err := readLog(ctx, data)
	if err != nil {
		return nil, err
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
	store store.Store
	runs  *job.Runs
	clock *clock
	keys  string // folder with the key files
	// by is who works on the command line, and may do what the command does.
	by authz.Principal
	// notary signs the log while pages are served; nil for commands.
	notary *audit.Notary
}

// patience is how long a page waits for what is computed ahead: less than people
// notice.
const patience = 100 * time.Millisecond

// noWorkers is for commands that only ask.
const noWorkers = -1

// place says where an installation is kept, and how it is opened.
type place struct {
	data string // folder
	// database is the address of PostgreSQL; empty: what databaseOf says.
	database  string
	keys      string      // folder with the key files
	terms     string      // file with its periods; may be absent
	questions questionsAt // folder with its own questionnaires
	// workers is how many parts of simulations are computed at a time, as job.Config
	// has it.
	workers int
	// serves says that pages are served from it, for which what tests find in the
	// rules is computed ahead: more than a second of work, that a command does without.
	serves bool
	// log and writing may be nil; writing is told of writes to the log, as
	// office.Config has it.
	log     *slog.Logger
	writing func() func(error)
	// retention is how long personal texts are kept.
	retention loop.Retention
}

// whereabouts names a place for people.
func (p place) whereabouts() string {
	if p.database != "" {
		return whereabouts(p.database)
	}
	return p.data
}

// dataFolder is the place of a command that works in a data folder and computes no
// simulations.
func dataFolder(data string) place {
	return place{data: data, keys: data, terms: filepath.Join(data, termsFile), questions: questionsAt{dir: filepath.Join(data, questionsFolder)}, workers: noWorkers}
}

// placeOf is the place that settings name.
func placeOf(s *config.Loaded) place {
	p := dataFolder(s.Data)
	p.terms, p.database, p.retention = termsPath(s), s.Database, s.Retention
	p.questions = questionsPath(s)
	if s.Keys != "" {
		p.keys = s.Keys
	}
	if s.Workers > 0 {
		p.workers = s.Workers
	}
	return p
}

// open opens an installation for writing, and makes its folder when it is not there.
func open(ctx context.Context, env Env, at place) (*installation, error) {
	// What a start has to read is read side by side.
	go func() { _, _ = program() }()
	set := make(chan shippedSet, 1)
	go func() {
		s, ds := shipped()
		set <- shippedSet{s, ds.Err()}
	}()
	demo, err := office.ReadDemo()
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	if at.database == "" {
		if at.database, err = databaseOf(ctx, at.data); err != nil {
			return nil, err
		}
	}
	if at.log == nil {
		at.log = telemetry.NewLog(env.Err, "let-op", "tekst")
	}
	log, err := openStore(ctx, env, at.data, at.database, at.log)
	if err != nil {
		return nil, err
	}
	in := &installation{store: log, keys: at.keys}
	if err := in.start(ctx, env, at, set, demo); err != nil {
		if in.runs != nil {
			err = errors.Join(err, in.runs.Close())
		}
		return nil, errors.Join(err, log.Close())
	}
	if in.by, err = permitted(ctx, env, log, at.log, in.Place); err != nil {
		return nil, errors.Join(err, in.Close())
	}
	return in, nil
}

// shippedSet is what shipped gives.
type shippedSet struct {
	*regulation.Set
	err error
}

func (in *installation) start(ctx context.Context, env Env, at place, ships <-chan shippedSet, demo *office.Demo) error {
	begin, err := demo.Start()
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	own := isOwn(at.data)
	if err := ofKind(ctx, in.store, own); err != nil {
		return err
	}
	if own {
		in.clock = &clock{real: env.Now}
	} else if in.clock, err = openClock(filepath.Join(at.data, clockFile), env.Now, begin); err != nil {
		return &fault{Input, err}
	}
	head, err := in.store.Head(ctx)
	if err != nil {
		return fmt.Errorf("open installation: %w", err)
	}
	keys := func() (map[int][]byte, error) { return pseudonymKeys(at.keys) }
	if err := firstKey(at.keys, head.Seq == 0); err != nil {
		return &fault{Input, err}
	}
	demo.Advance = in.clock.advance
	terms, err := readTerms(at.terms)
	if err != nil {
		return &fault{Input, err}
	}
	questions, err := readQuestions(at.questions)
	if err != nil {
		return &fault{Input, err}
	}
	sealing, err := keys()
	if err != nil {
		return &fault{Input, err}
	}
	kept, err := snapshotAt(at.data, sealingKey(sealing), program)
	if err != nil {
		return err
	}
	config := office.Config{
		Terms: &terms, Questionnaires: questions, Retention: at.retention,
		Store: in.store, Now: in.clock.now, NewID: newID, Keys: keys,
		People: demo.Persons(), Organisation: demo.Organisation,
		Population: "nl:100000", Households: demo.Households, Demo: demo, Program: Version,
		Log: at.log, Writing: at.writing, Patience: patience, Snapshots: kept, Cold: !at.serves,
	}
	if own { // its people and its name are in the log
		config.Demo, config.People, config.Organisation = nil, nil, ""
	}
	thawed := make(chan *office.Thawed, 1)
	thawing := config
	go func() { thawed <- office.Thaw(ctx, thawing) }()
	defer func() { // it uses the store
		if thawed != nil {
			<-thawed
		}
	}()
	if demo.Texts, err = exampleTexts(); err != nil {
		return err
	}
	if config.Variants, err = shippedVariants(); err != nil {
		return err
	}
	set := <-ships
	if set.err != nil {
		return fmt.Errorf("shipped regulations: %w", set.err)
	}
	library := newLibrary(set.Set, in.store)
	if in.runs, err = openRuns(ctx, env, at, library, in.clock.now); err != nil {
		return err
	}
	config.Shipped, config.Runs, config.Know = set.Set, in.runs, library.Know
	if config.Build, err = program(); err != nil {
		return fmt.Errorf("program: %w", err)
	}
	config.Processing = processingLog(in.store, func() (string, []byte) { return in.Subjects() }, in.clock.now)
	config.Thawed, thawed = <-thawed, nil
	if in.Office, err = office.New(ctx, config); errors.Is(err, office.ErrKeys) || errors.Is(err, office.ErrQuestionnaire) {
		return &fault{Input, err}
	} else if err != nil {
		return fmt.Errorf("open installation: %w", err)
	}
	if own {
		return nil
	}
	// What is not an installation of an organisation is the demo.
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

// openSecret reads the key of an installation, and makes it the first time. A
// log that has begun goes with the key that it began with: another would give
// the same person another pseudonym, without anybody noticing.
func openSecret(path string, begins bool) ([]byte, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && !begins {
		return nil, fmt.Errorf("de sleutel %s ontbreekt, en het logboek is al begonnen; zet de sleutel terug die u apart bewaarde", path)
	}
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
