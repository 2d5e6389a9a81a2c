// Package fault breaks the real program and looks at what is left: it is killed,
// its disk is filled or taken away, its files are changed, and clocks jump. It
// holds tests only. "make faults" runs all of them, "make test" a selection;
// what they found is in docs/beheer/betrouwbaarheid.md.
//
// Every run prints its seed; SEED repeats it.
package fault
