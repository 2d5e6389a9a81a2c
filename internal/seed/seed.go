// Package seed says with which number the tests that draw at random begin.
//
// It is that of SEED. make gives every commit its own, so that a run of make
// test can be done again; without SEED it is another one every time. Tests with
// pgregory.net/rapid read RAPID_SEED, which make gives the same number.
package seed

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
)

// Env is the variable that has the number.
const Env = "SEED"

// Of is the number to begin with. It panics when SEED is no whole number: only
// tests call it.
func Of() uint64 {
	s, ok := os.LookupEnv(Env)
	if !ok || s == "" {
		return rand.Uint64() //nolint:gosec // an order, no secret
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		panic(fmt.Sprintf("%s=%q is not a whole number of at most 64 bits", Env, s))
	}
	return n
}
