package cli_test

import (
	"os"
	"strconv"
	"testing"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/office"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/store/sqlite"
	"lemniscaat/regelingen"
)

// BenchmarkRulesOfALongLog: what a command asks of an installation with a million
// events (START): the rules in force, the imported texts, the roll-outs; beside it what
// folding all of the log takes, as each of them did. START_MAP keeps the folder.
func BenchmarkRulesOfALongLog(b *testing.B) {
	n := 1_000_000
	if s := os.Getenv("START"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			b.Fatalf("START: %v", err)
		}
	}
	data := large(b, "", n)
	set, ds := regulation.Load(regelingen.Files)
	if err := ds.Err(); err != nil {
		b.Fatal(err)
	}
	log, err := sqlite.OpenReader(b.Context(), data)
	if err != nil {
		b.Fatal(err)
	}
	defer log.Close()
	for name, do := range map[string]func() error{
		"rules":    func() error { _, err := office.InForce(b.Context(), log, set); return err },
		"texts":    func() error { _, err := office.Texts(b.Context(), log); return err },
		"rollouts": func() error { _, err := office.Rollouts(b.Context(), log, set, "zorgtoeslag"); return err },
		"whole": func() error {
			w := loop.NewWorld(loop.DefaultTerms(), nil)
			for r, err := range log.All(b.Context(), 1) {
				if err != nil {
					return err
				}
				if err := w.Apply(r); err != nil {
					return err
				}
			}
			return nil
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := do(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
