// Package config reads the settings of an installation: from a YAML file, the
// environment and the command line. The command line wins, then the environment,
// then the file, then the default. Everything that is wrong is said at once, with
// its place and what would be accepted. Secrets come from the environment or from
// a file of their own, and are never shown.
package config

import (
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/knadh/koanf/v2"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/spelling"
)

// Prefix is what names in the environment begin with.
const Prefix = "LEMNISCAAT_"

// Names in the environment that are not settings of the file.
const (
	// FileEnv names the settings file, like --config.
	FileEnv = Prefix + "CONFIG"
	// testEnv begins what only tests read.
	testEnv = Prefix + "TEST_"
)

// Settings is everything that can be set. Its lines, with key, default and
// meaning, are in table.go.
type Settings struct {
	Address string // host:port of the pages
	URL     string // of the pages as others reach them, without a slash at the end
	TLSCert string // file
	TLSKey  string // file
	Proxies []netip.Prefix

	Data         string // folder
	Database     string // postgres://…; empty: SQLite in Data
	DatabaseFile string // holds Database
	Keys         string // folder; empty: Data

	SMTP             string
	SMTPPassword     string
	SMTPPasswordFile string

	IntakeFile string
	Workers    int

	Theme string // file with tokens
	Terms string // file; empty: termijnen.yaml in Data
	// Questionnaires is the folder of own questionnaires; empty: vragenlijsten in
	// Data, when it is there.
	Questionnaires string

	SessionIdle time.Duration
	SessionMost time.Duration
	TwoFor      []string // roles that need a second factor, or "iedereen"

	OIDC       string   // issuer; empty: nobody signs in elsewhere
	OIDCName   string   // on the button
	OIDCClient string   // id of this installation there
	OIDCKey    string   // file, PEM
	OIDCACR    []string // "class=level", the best first
	OIDCHosts  []string // other addresses of the provider

	LogLevel string // "fout", "let-op", "info" or "detail"
	LogForm  string // "tekst" or "json"
	Metrics  string // host:port; empty: no metrics
	Traces   string // URL of an OTLP collector; empty: no traces
	Room     int    // MB that may be made before memory is collected, beside as much as is in use
	Announce time.Duration
	Grace    time.Duration

	Witnesses        []string // "map:…", "https://…", "regel", "mail:…"
	HeadEvery        int      // events
	HeadAfter        time.Duration
	OIN              string   // 20 digits; empty: not set
	Receivers        string   // file
	SecurityContacts []string // mailto:, https:// or tel:; none: no security.txt
	SecurityPolicy   string   // URL
	SecurityValid    time.Duration

	Processing    string // URL of the processing log (OTLP); empty: none
	ProcessingKey string // file

	Retention loop.Retention // how long personal texts are kept
}

// Flag is an option that was given on the command line.
type Flag struct{ Name, Value string }

// Source is where settings come from.
type Source struct {
	// File is the settings file as the command line names it; empty: what the
	// environment names, or none.
	File string
	// Environ holds "NAME=value", like os.Environ.
	Environ []string
	Flags   []Flag
	// ReadFile is os.ReadFile when it is nil.
	ReadFile func(string) ([]byte, error)
}

// Loaded is settings with where each came from.
type Loaded struct {
	Settings
	origin map[string]string // by key
}

// layer is one source, in the form that koanf merges: values by key.
type layer struct {
	values map[string]any
	places map[string]string // by key: "lemniscaat.yaml regel 3"
	kind   origin
}

// origin is the kind of a source.
type origin int

const (
	fromFile origin = iota
	fromEnvironment
	fromCommand
)

// Read gives the values to koanf.
func (l layer) Read() (map[string]any, error) { return l.values, nil }

// ReadBytes is not used: a layer is read already.
func (l layer) ReadBytes() ([]byte, error) { return nil, fmt.Errorf("BUG: een laag heeft geen bytes") }

// Load reads all sources. The error is Problems when something is wrong with what
// was set.
func Load(src Source) (*Loaded, error) {
	if src.ReadFile == nil {
		src.ReadFile = os.ReadFile
	}
	out := &Loaded{origin: map[string]string{}}
	lines := out.table()
	var wrong Problems
	env, file := environment(src.Environ, lines, &wrong)
	if src.File == "" {
		src.File = file
	}
	layers := []layer{{}, env, command(src.Flags, lines)}
	if src.File != "" {
		layers[0] = readFile(src, lines, &wrong)
	}
	merged := koanf.New("/") // keys are flat
	for _, l := range layers {
		if err := merged.Load(l, nil); err != nil {
			return nil, fmt.Errorf("config: %w", err)
		}
	}
	for _, line := range lines {
		if found := line.bared(layers); len(found) > 0 {
			wrong = append(wrong, found...)
			continue
		}
		text, place := line.def, "standaard"
		given := fromCommand
		if merged.Exists(line.key) {
			text = merged.String(line.key)
			for _, l := range layers {
				if p, ok := l.places[line.key]; ok {
					place, given = p, l.kind
				}
			}
		}
		out.origin[line.key] = place
		if text == "" && line.def == "" {
			continue
		}
		if err := line.set(text); err != nil {
			shown := fmt.Sprintf("%q kan niet", text)
			if line.secret || line.guarded {
				shown = "dit kan niet"
			}
			wrong = append(wrong, Problem{Place: place, Key: line.key, Command: given == fromCommand, Text: shown, Accepts: err.Error()})
		}
	}
	wrong = append(wrong, out.referred(src.ReadFile)...)
	wrong = append(wrong, out.together()...)
	if len(wrong) > 0 {
		return nil, wrong
	}
	return out, nil
}

// bared gives where a secret stands that may only be in the environment or in a
// file of its own, also when another source wins.
func (l line) bared(layers []layer) Problems {
	var wrong Problems
	for _, from := range layers {
		v, given := from.values[l.key].(string)
		if !given || from.kind == fromEnvironment {
			continue
		}
		p := Problem{Place: from.places[l.key], Key: l.key, Command: from.kind == fromCommand,
			Accepts: l.env() + " in de omgeving, of een bestand in " + l.key + "-bestand"}
		switch {
		case l.secret:
			p.Text = "een geheim staat niet hier"
		case l.guarded && hasPassword(v):
			p.Text = "een wachtwoord staat niet hier"
			if l.apart != "" {
				p.Accepts = l.apart
			}
		default:
			continue
		}
		wrong = append(wrong, p)
	}
	return wrong
}

// Defaults are the settings without any source.
func Defaults() Settings {
	l, err := Load(Source{})
	if err != nil {
		panic("BUG: the defaults are not accepted: " + err.Error())
	}
	return l.Settings
}

func hasPassword(text string) bool {
	u, err := url.Parse(text)
	if err != nil {
		return strings.Contains(text, "@") || strings.Contains(text, "password")
	}
	_, ok := u.User.Password()
	return ok || u.Query().Has("password") || u.Query().Has("sslpassword")
}

// environment reads the names that begin with Prefix, and which file they name.
func environment(environ []string, lines []line, wrong *Problems) (layer, string) {
	l := layer{map[string]any{}, map[string]string{}, fromEnvironment}
	var file string
	for _, pair := range environ {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || !strings.HasPrefix(name, Prefix) || strings.HasPrefix(name, testEnv) {
			continue
		}
		if name == FileEnv {
			file = value
			continue
		}
		at := slices.IndexFunc(lines, func(x line) bool { return x.env() == name })
		if at < 0 {
			names := []string{FileEnv}
			for _, x := range lines {
				names = append(names, x.env())
			}
			*wrong = append(*wrong, unknown("omgeving", name, names))
			continue
		}
		if value == "" { // set to nothing is not set
			continue
		}
		l.values[lines[at].key], l.places[lines[at].key] = value, "omgeving "+name
	}
	return l, file
}

func command(flags []Flag, lines []line) layer {
	l := layer{map[string]any{}, map[string]string{}, fromCommand}
	for _, f := range flags {
		for _, x := range lines {
			if x.flag == f.Name {
				l.values[x.key], l.places[x.key] = f.Value, "opdracht --"+f.Name
			}
		}
	}
	return l
}

func unknown(place, name string, known []string) Problem {
	p := Problem{Place: place, Key: name, Text: "deze instelling bestaat niet", Accepts: "zie lemniscaat config show"}
	if near := spelling.Nearest(name, known, func(string) int { return 4 }); near != "" {
		p.Accepts = "bedoelde u " + near + "?"
	}
	return p
}
