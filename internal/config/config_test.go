package config_test

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lemniscaat/internal/config"
	"lemniscaat/internal/loop"
)

var update = flag.Bool("update", false, "schrijf de documenten opnieuw")

// files reads from a map instead of the disk.
type files map[string]string

func (f files) read(name string) ([]byte, error) {
	s, ok := f[name]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return []byte(s), nil
}

func value(l *config.Loaded, key string) config.Row {
	for _, r := range l.Rows() {
		if r.Key == key {
			return r
		}
	}
	return config.Row{}
}

func TestWhoWins(t *testing.T) {
	t.Parallel()
	f := files{"l.yaml": "# eigen\nadres: 127.0.0.1:1\ndata: uit-bestand\nlog-vorm: json\nvertrouwde-proxies: [10.0.0.0/8, 192.0.2.7]\n"}
	l, err := config.Load(config.Source{
		File: "l.yaml", ReadFile: f.read,
		Environ: []string{"PATH=/bin", "LEMNISCAAT_ADRES=127.0.0.1:2", "LEMNISCAAT_DATA=uit-omgeving", "LEMNISCAAT_URL="},
		Flags:   []config.Flag{{Name: "addr", Value: "127.0.0.1:3"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []config.Row{
		{"adres", "127.0.0.1:3", "opdracht --addr"}, {"data", "uit-omgeving", "omgeving LEMNISCAAT_DATA"},
		{"log-vorm", "json", "l.yaml regel 4"}, {"log-niveau", "let-op", "standaard"}, {"url", "", "standaard"},
		{"vertrouwde-proxies", "10.0.0.0/8, 192.0.2.7/32", "l.yaml regel 5"},
	} {
		if got := value(l, want.Key); got != want {
			t.Errorf("got %v, want %v", got, want)
		}
	}
	if l.Grace != 20*time.Second || l.Workers < 1 {
		t.Errorf("defaults: grace %v, workers %d", l.Grace, l.Workers)
	}
}

// TestEverythingAtOnce: each fault with its place, in one go.
func TestEverythingAtOnce(t *testing.T) {
	t.Parallel()
	f := files{"l.yaml": "adress: 127.0.0.1:1\nlog-vorm: xml\nlog-vorm: json\nmeetadres: 0.0.0.0:9464\nsmtp-wachtwoord: g3heim\ntls-sleutel: weg.pem\ndata: {a: b}\ndatabase: postgres://jan:g3heim@db/lus\n"}
	_, err := config.Load(config.Source{File: "l.yaml", ReadFile: f.read,
		Environ: []string{"LEMNISCAAT_STOP_TERMIJN=morgen", "LEMNISCAAT_LOGVORM=json", "LEMNISCAAT_SESSIE_STIL=20h"},
		Flags:   []config.Flag{{Name: "workers", Value: "-1"}}})
	var ps config.Problems
	if !errors.As(err, &ps) || ps.Typed() {
		t.Fatalf("got %v", err)
	}
	want := []string{
		"omgeving, LEMNISCAAT_LOGVORM: deze instelling bestaat niet; verwacht: bedoelde u LEMNISCAAT_LOG_VORM?",
		"l.yaml regel 1, adress: deze instelling bestaat niet; verwacht: bedoelde u adres?",
		"l.yaml regel 3, log-vorm: staat er twee keer; verwacht: één keer",
		"l.yaml regel 7, data: dit kan niet; verwacht: een waarde of een lijst van waarden",
		`l.yaml regel 2, log-vorm: "xml" kan niet; verwacht: tekst, json`,
		`l.yaml regel 4, meetadres: "0.0.0.0:9464" kan niet`,
		"l.yaml regel 5, smtp-wachtwoord: een geheim staat niet hier; verwacht: LEMNISCAAT_SMTP_WACHTWOORD in de omgeving, of een bestand in smtp-wachtwoord-bestand",
		"l.yaml regel 8, database: een wachtwoord staat niet hier; verwacht: LEMNISCAAT_DATABASE in de omgeving",
		"l.yaml regel 6, tls-sleutel: weg.pem kan niet gelezen worden",
		"l.yaml regel 6, tls-sleutel: tls-certificaat ontbreekt",
		`omgeving LEMNISCAAT_STOP_TERMIJN, stop-termijn: "morgen" kan niet; verwacht: een tijd van 1s tot en met 10m`,
		"sessie-hoogstens: korter dan sessie-stil; verwacht: ten minste 20h0m0s",
		`opdracht --workers: "-1" kan niet; verwacht: kernen, of een aantal van 0`,
	}
	said := err.Error()
	for _, w := range want {
		if !strings.Contains(said, w) {
			t.Errorf("not said: %s\nin: %s", w, said)
		}
	}
	if len(ps) != len(want) {
		t.Errorf("%d problems, want %d: %s", len(ps), len(want), said)
	}
	if strings.Contains(said, "g3heim") {
		t.Errorf("a secret is in the message: %s", said)
	}
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	f := files{"db": "postgres://jan:g3heim@db/lus?sslmode=require\n", "pw": "w8woord\n"}
	l, err := config.Load(config.Source{ReadFile: f.read, Environ: []string{"LEMNISCAAT_DATABASE_BESTAND=db", "LEMNISCAAT_SMTP_WACHTWOORD_BESTAND=pw"}})
	if err != nil {
		t.Fatal(err)
	}
	if l.Database != "postgres://jan:g3heim@db/lus?sslmode=require" || l.SMTPPassword != "w8woord" {
		t.Fatalf("got %q and %q", l.Database, l.SMTPPassword)
	}
	for _, r := range l.Rows() {
		if strings.Contains(r.Value, "g3heim") || strings.Contains(r.Value, "w8woord") {
			t.Errorf("shown: %v", r)
		}
	}
	if got := value(l, "database"); got.Value != "postgres://jan@db/lus?sslmode=require" || got.Origin != "bestand db" {
		t.Errorf("got %v", got)
	}
	if _, err := config.Load(config.Source{ReadFile: f.read, Environ: []string{"LEMNISCAAT_DATABASE_BESTAND=db", "LEMNISCAAT_DATABASE=postgres://db/lus"}}); err == nil || !strings.Contains(err.Error(), "een van de twee") {
		t.Errorf("two places: %v", err)
	}
}

// TestFileIsBad: whatever stands in the file, it is read or refused.
func TestFileIsBad(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                    "",
		"# niets\n":                           "",
		"- a\n- b\n":                          "regel 1: hier staan geen instellingen",
		"adres: [":                            "dit is geen YAML",
		"a: 1\n\tb: 2":                        "dit is geen YAML",
		strings.Repeat("# vulling\n", 30_000): "groter dan 256 kB",
		"adres: ~\nurl:\n":                    "",
		"vertrouwde-proxies: [10.0.0.0/8, [1]]\n": "een lijst van losse waarden",
	} {
		_, err := config.Load(config.Source{File: "f.yaml", ReadFile: files{"f.yaml": text}.read})
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%.20q: got %v, want %q", text, err, want)
		}
	}
	if _, err := config.Load(config.Source{File: "weg.yaml", ReadFile: files{}.read}); err == nil || !strings.Contains(err.Error(), "weg.yaml: het bestand kan niet gelezen worden") {
		t.Errorf("no file: %v", err)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		_, err := config.Load(config.Source{File: "f.yaml", ReadFile: files{"f.yaml": text}.read})
		var ps config.Problems
		if err != nil && !errors.As(err, &ps) {
			t.Fatal(err)
		}
	})
}

// TestShownIsAccepted: what is shown can be put in a file, and means the same.
func TestShownIsAccepted(t *testing.T) {
	t.Parallel()
	l, err := config.Load(config.Source{Environ: []string{"LEMNISCAAT_DATABASE=postgresql://a@h1,h2/lus", "LEMNISCAAT_TRACES=http://127.0.0.1:4318", "LEMNISCAAT_VERTROUWDE_PROXIES=fd00::/8, ::1"}})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, r := range l.Rows() {
		if r.Value != "" {
			b.WriteString(r.Key + ": \"" + r.Value + "\"\n")
		}
	}
	again, err := config.Load(config.Source{File: "f", ReadFile: files{"f": b.String()}.read})
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(again.Settings, l.Settings) {
		t.Errorf("got %+v\nwant %+v", again.Settings, l.Settings)
	}
}

// TestManual: the page for operators says what the program accepts.
func TestManual(t *testing.T) {
	t.Parallel()
	const file = "../../docs/beheer/instellingen.md"
	if *update {
		if err := os.WriteFile(file, []byte(config.Manual()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(got), config.Manual()); d != "" {
		t.Errorf("docs/beheer/instellingen.md is oud; vernieuw met go test ./internal/config -update\n%s", d)
	}
	// Every field is in the table: each has a row.
	if fields, rows := reflect.TypeFor[config.Settings]().NumField(), strings.Count(string(got), "\n### ")-len(loop.TextKinds())+1; fields != rows {
		t.Errorf("%d fields and %d settings", fields, rows)
	}
}

// TestWhereToReport: an address that RFC 9116 does not know is refused, and a file
// cannot be valid for a year or more.
// The help of a command has no links, and names keep their capitals.
func TestHelp(t *testing.T) {
	t.Parallel()
	for _, o := range config.Options() {
		if strings.Contains(o.Doc, "](") || strings.HasSuffix(o.Doc, ".") || strings.TrimSpace(o.Doc) == "" {
			t.Errorf("--%s: %q", o.Name, o.Doc)
		}
		if strings.HasPrefix(o.Doc, "postgreSQL") {
			t.Errorf("--%s: a name lost its capital: %q", o.Name, o.Doc)
		}
	}
}

func TestWhereToReport(t *testing.T) {
	t.Parallel()
	for value, good := range map[string]bool{
		"mailto:lek@example.org": true, "https://example.org/lek, tel:+31-70-1234567": true,
		"lek@example.org": false, "http://example.org/lek": false, "mailto:": false, "mailto:@": false, "tel:": false, "tel:--": false,
		"mailto:a@b\r\nPolicy: x": false, "https://": false, "https://jan:w8@example.org": false, "https://example.org/é": false, "mailto:a@b,": false,
	} {
		l, err := config.Load(config.Source{Environ: []string{"LEMNISCAAT_LEK_MELDEN=" + value}})
		if (err == nil) != good {
			t.Errorf("%q: %v", value, err)
		}
		if good && (len(l.SecurityContacts) == 0 || l.SecurityValid != 90*24*time.Hour) {
			t.Errorf("%q: %+v", value, l.SecurityContacts)
		}
	}
	for _, value := range []string{"8760h", "1h"} {
		if _, err := config.Load(config.Source{Environ: []string{"LEMNISCAAT_LEK_GELDIG=" + value}}); err == nil {
			t.Errorf("%s is accepted", value)
		}
	}
}

func TestRetention(t *testing.T) {
	t.Parallel()
	l, err := config.Load(config.Source{Environ: []string{"LEMNISCAAT_BEWAREN_SIGNALEN=P5Y", "LEMNISCAAT_BEWAREN_BIJLAGEN=uit", "LEMNISCAAT_BEWAREN_ADRESSEN=P90D"}})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(loop.Retention{loop.SignalTexts: {Years: 5}, loop.AddressTexts: {Days: 90}}, l.Retention); d != "" {
		t.Error(d)
	}
	if got := value(l, "bewaren-signalen").Value; got != "P5Y" {
		t.Errorf("shown as %q", got)
	}
	if d := config.Defaults(); len(d.Retention) != 0 {
		t.Errorf("by default something is erased: %v", d.Retention)
	}
	for _, bad := range []string{"5", "P0D", "P", "P1Y2", "P1W", "PT5H", "5 jaar", "P1000Y"} {
		_, err := config.Load(config.Source{Environ: []string{"LEMNISCAAT_BEWAREN_SIGNALEN=" + bad}})
		var wrong config.Problems
		if !errors.As(err, &wrong) || !strings.Contains(err.Error(), "P7Y") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
