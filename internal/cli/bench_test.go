package cli_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"lemniscaat/internal/cli"
	"lemniscaat/internal/dossier"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/explain"
	"lemniscaat/internal/office"
	"lemniscaat/internal/population"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/run"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/simulate"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/pgtest"
	"lemniscaat/internal/store/postgres"
	"lemniscaat/internal/store/sqlite"
	"lemniscaat/internal/web"
	"lemniscaat/regelingen"
)

// These are the figures of README.md: the whole way, as a user has it. `make
// bench` prints them as the table that stands there.

// ships is what ships, read once: nothing changes a set that has been read.
var ships = sync.OnceValues(func() (*regulation.Set, error) {
	set, ds := regulation.Load(regelingen.Files)
	return set, ds.Err()
})

func load(b testing.TB) *regulation.Set {
	b.Helper()
	set, err := ships()
	if err != nil {
		b.Fatal(err)
	}
	return set
}

// BenchmarkHouseholds: population made, all schemes that can be simulated under
// today's rules and a variant, take-up and all tables, on all cores.
func BenchmarkHouseholds(b *testing.B) {
	const n = 20_000
	set := load(b)
	text, err := os.ReadFile("../../regelingen/individuele-inkomenstoeslag/varianten/ruimere-grens.yaml")
	if err != nil {
		b.Fatal(err)
	}
	v, ds := regulation.ReadVariant("ruimere-grens.yaml", text)
	if err := ds.Err(); err != nil {
		b.Fatal(err)
	}
	date := rule.MustDate("2026-12-01")
	v.From = date
	changed, ds := set.With(v)
	if err := ds.Err(); err != nil {
		b.Fatal(err)
	}
	baseline, err := simulate.NewSide(set, date)
	if err != nil {
		b.Fatal(err)
	}
	variant, err := simulate.NewSide(changed, date)
	if err != nil {
		b.Fatal(err)
	}
	variant.ID, variant.Name = v.ID, v.Name
	for b.Loop() {
		people, err := population.New(population.Spec{N: n, Year: date.Year, Seed: 1})
		if err != nil {
			b.Fatal(err)
		}
		r, err := simulate.Run(b.Context(), simulate.Spec{People: people, Seed: 1, Date: date, Baseline: baseline, Variant: &variant}, nil)
		if err != nil {
			b.Fatal(err)
		}
		if z, ok := r.Find("zorgtoeslag"); !ok || z.Baseline.Entitled.Units == 0 || len(z.Baseline.Failures) > 0 {
			b.Fatalf("zorgtoeslag is not computed: %+v", z)
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "huishoudens/s")
}

const couple = `datum: 2026-06-01
personen:
  p1: {geboortedatum: 1990-04-02, verzekerd: ja, toetsingsinkomen: "28.400,00", vermogen: "3.000"}
  p2: {geboortedatum: 1988-11-23, verzekerd: ja, toetsingsinkomen: "4.100", vermogen: "0"}
feiten:
  - partnerschap: [p1, p2]
`

// BenchmarkDecisions: a case of two people read from YAML and decided on one
// core, with and without its explanation.
func BenchmarkDecisions(b *testing.B) {
	set := load(b)
	program, ds := exact.Compile(set.Model)
	if err := ds.Err(); err != nil {
		b.Fatal(err)
	}
	attribute := program.Attribute("persoon.zorgtoeslag")
	for _, withTrace := range []bool{false, true} {
		name := map[bool]string{false: "uitkomst", true: "uitleg"}[withTrace]
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				file, ds := dossier.Read("p.yaml", []byte(couple), set.Model)
				if err := ds.Err(); err != nil {
					b.Fatal(err)
				}
				c, ds := file.Case(program, rule.Date{})
				if err := ds.Err(); err != nil {
					b.Fatal(err)
				}
				if withTrace {
					if e := explain.Explain(c, 0, attribute, explain.Context{}); !e.Positive {
						b.Fatal(e.Sentence)
					}
				} else if v, err := c.Value(0, attribute); err != nil || v.String() != "2583" {
					b.Fatal(v, err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "per_s")
		})
	}
}

// benchOffice is an office on a fresh folder with the demo in it.
func benchOffice(b *testing.B, people string) *office.Office {
	b.Helper()
	return benchOfficeOn(b, benchStore(b, "sqlite"), people)
}

// benchStore is an empty store that waits for the disk, as in real use: "sqlite" or
// "postgres". Without PostgreSQL on this machine the benchmark is skipped.
func benchStore(b *testing.B, kind string) store.Store {
	b.Helper()
	var log store.Store
	var err error
	if kind == "postgres" {
		log, err = postgres.Open(b.Context(), pgtest.Run(b, pgtest.Options{Durable: true}).Database(b), postgres.Options{})
	} else {
		log, err = sqlite.Open(b.Context(), b.TempDir(), sqlite.Options{})
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { log.Close() })
	return log
}

// benchOfficeOn is an office on a store. It computes nothing ahead: what it does is
// only what it is asked.
func benchOfficeOn(b *testing.B, log store.Store, people string) *office.Office {
	b.Helper()
	demo, err := office.ReadDemo()
	if err != nil {
		b.Fatal(err)
	}
	if demo.Texts, err = cli.ExampleTexts(); err != nil {
		b.Fatal(err)
	}
	var ids atomic.Int64
	start := time.Date(2026, 9, 7, 9, 0, 0, 0, time.UTC)
	runs := run.NewHere(run.NewLibrary(load(b), nil, run.Synthetic), time.Now, 0)
	b.Cleanup(func() { runs.Close() })
	o, err := office.New(b.Context(), office.Config{
		Store: log, Shipped: load(b), Now: func() time.Time { return start },
		NewID:  func(prefix string) string { return fmt.Sprintf("%s-%d", prefix, ids.Add(1)) },
		Secret: make([]byte, 32), People: demo.Persons(), Organisation: demo.Organisation,
		Population: people, Households: demo.Households, Demo: demo, Runs: runs, Cold: true,
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(o.Close)
	if err := o.Seed(b.Context()); err != nil {
		b.Fatal(err)
	}
	return o
}

// BenchmarkTry: a value moves on the page "Proberen" of a running server: from
// the question to the last byte of the charts and tables. On 20.000 households,
// all regulations.
func BenchmarkTry(b *testing.B) {
	h, err := web.New(web.Deps{Service: benchOffice(b, "nl:100000"), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	ask := func(value string) {
		w := httptest.NewRecorder()
		address := "/regelingen/zorgtoeslag/proberen/stroom?" + url.Values{"parameter:zorgtoeslag.afbouwpercentage": {value}}.Encode()
		h.ServeHTTP(w, httptest.NewRequestWithContext(b.Context(), http.MethodGet, address, nil))
		if !strings.Contains(w.Body.String(), "event: uitkomst") {
			b.Fatalf("%d %.300s", w.Code, w.Body)
		}
	}
	ask("10 %") // makes the population ready
	quiet(b)
	before := processor(b)
	for i := 0; b.Loop(); i++ {
		ask([]string{"11 %", "12 %", "13 %"}[i%3])
	}
	b.ReportMetric(float64((processor(b)-before).Milliseconds())/float64(b.N), "cpu-ms/op")
}

// quiet waits until this process has nothing to do.
func quiet(b *testing.B) {
	b.Helper()
	const look = 300 * time.Millisecond
	calm(b, look, look/20, processor)
}

// calm waits until a process takes less than little of every look, a few minutes
// at most: what never comes to rest is not waited for, and is said.
func calm(b *testing.B, look, little time.Duration, used func(*testing.B) time.Duration) {
	b.Helper()
	before := used(b)
	for end := time.Now().Add(3 * time.Minute); time.Now().Before(end); {
		time.Sleep(look)
		now := used(b)
		if now-before < little {
			return
		}
		before = now
	}
	b.Fatal("three minutes after its start it still computes: nothing can be measured beside that")
}

// processor is the processor time of this process.
func processor(b *testing.B) time.Duration {
	b.Helper()
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		b.Fatal(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// BenchmarkSignals: a signal from form to disk: personal data looked for,
// decided by the loop, in the log with fsync before the answer, folded.
func BenchmarkSignals(b *testing.B) {
	for _, kind := range []string{"sqlite", "postgres"} {
		b.Run(kind, func(b *testing.B) {
			// One office for all: making one takes longer than measuring it.
			o := benchOfficeOn(b, benchStore(b, kind), "nl:100")
			for _, writers := range []int{1, 64} {
				b.Run(fmt.Sprintf("melders=%d", writers), func(b *testing.B) { benchSignals(b, o, writers) })
			}
		})
	}
}

func benchSignals(b *testing.B, o *office.Office, writers int) {
	places := places(b)
	file := func(writer int) bool {
		at := places[writer%len(places)]
		at.Text = "De brief noemt een bedrag dat nergens staat."
		if _, err := o.FileSignal(b.Context(), "samira", at); err != nil {
			b.Error(err)
			return false
		}
		return true
	}
	before := processor(b)
	b.ResetTimer()
	if writers == 1 {
		for b.Loop() {
			file(0)
		}
	} else {
		var n atomic.Int64
		b.SetParallelism(writers / runtime.GOMAXPROCS(0))
		b.RunParallel(func(pb *testing.PB) {
			writer := int(n.Add(1))
			for pb.Next() && file(writer) {
			}
		})
	}
	b.ReportMetric(float64((processor(b)-before).Microseconds())/float64(b.N), "cpu-µs/op")
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "per_s")
}

// places gives signals that each belong to a knelpunt of their own.
func places(b *testing.B) []screen.SignalInput {
	b.Helper()
	var out []screen.SignalInput
	for _, r := range load(b).Regulations {
		for _, a := range r.Articles {
			for _, tile := range []screen.Tile{screen.TileUnclear, screen.TileCannot, screen.TileHarsh, screen.TileClash, screen.TileData, screen.TileDropOut} {
				out = append(out, screen.SignalInput{Anchor: screen.Anchor{Regulation: r.ID, Article: a.ID}, Tile: tile, Frequency: screen.Weekly})
			}
		}
	}
	return out
}
