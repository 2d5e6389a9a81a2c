// Package mutate makes odd texts of good ones, by chance. It is for tests only: for
// what is fuzzed together with a database. Go's own fuzzing counts what is reached in
// everything that is linked in, and with a database that is mostly the database: it
// takes minutes to compile and tries a few texts a second. Without it there are
// thousands.
package mutate

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"lemniscaat/internal/seed"
)

// odd pieces that get into a text.
var odd = []string{
	"\x00", "\xff", "\xc3\x28", "\u202e", "\ufeff", "\r\n", "%", "%00", "..", "/", "\\", "\"", "'", "<", ">", "{", "}", "[", "]", ",", ":", "null", "true", "-1", "1e400", "NaN",
	"99999999999999999999", "0000-00-00", "9999-12-31", "2026-02-30", "\u0301", "𝔽", "€", "__proto__",
}

// Add gives add as many odd texts, made of those, as FUZZ_MUTANTS says: none in an
// ordinary test. SEED gives the same ones again.
func Add(tb testing.TB, of []string, add func(text string)) {
	tb.Helper()
	n, err := strconv.Atoi(os.Getenv("FUZZ_MUTANTS"))
	if err != nil || len(of) == 0 {
		return
	}
	begin := seed.Of()
	tb.Logf("%s=%d", seed.Env, begin)
	dice := rand.New(rand.NewPCG(begin, 0)) //nolint:gosec // an order, no secret
	for range n {
		text := of[dice.IntN(len(of))]
		for range 1 + dice.IntN(4) {
			text = one(dice, text, of)
		}
		add(text)
	}
}

// one changes a text in one place.
func one(dice *rand.Rand, text string, of []string) string {
	at := dice.IntN(len(text) + 1)
	end := at + dice.IntN(min(len(text)-at, 20)+1)
	switch dice.IntN(7) {
	case 0: // a bit
		if at == len(text) {
			return text
		}
		b := []byte(text)
		b[at] ^= 1 << dice.IntN(8)
		return string(b)
	case 1: // something less
		return text[:at] + text[end:]
	case 2: // something twice
		return text[:end] + text[at:]
	case 3: // the end gone
		return text[:at]
	case 4: // the rest of another
		other := of[dice.IntN(len(of))]
		return text[:at] + other[dice.IntN(len(other)+1):]
	case 5: // something in the place of something
		return text[:at] + odd[dice.IntN(len(odd))] + text[end:]
	default: // something more
		return text[:at] + odd[dice.IntN(len(odd))] + text[at:]
	}
}
