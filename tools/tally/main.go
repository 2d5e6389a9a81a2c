// Command tally reads the output of "go test -json" and shows what a reader
// needs: one line for each package, the whole output of what failed, and the
// slowest tests. It writes "passed failed" to the file that is its argument and
// ends with 1 when anything failed.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// event is a line of "go doc test2json".
type event struct {
	Action     string
	Package    string
	ImportPath string
	Test       string
	Elapsed    float64
	Output     string
}

type timing struct {
	name    string
	elapsed float64
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "gebruik: go test -json ./... | tally BESTAND")
		os.Exit(2)
	}
	passed, failed, err := tally(os.Stdin, os.Stdout)
	if err == nil {
		err = os.WriteFile(os.Args[1], fmt.Appendf(nil, "%d %d\n", passed, failed), 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "tally:", err)
		os.Exit(1)
	}
	if failed > 0 || passed == 0 {
		os.Exit(1)
	}
}

// tally counts tests and subtests. A package that fails without a failed test
// (it does not compile, it panics, it times out) counts as one failure.
func tally(r io.Reader, w io.Writer) (passed, failed int, err error) {
	output := map[string][]string{} // by package and test
	failures := map[string]int{}    // by package
	var slow []timing
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Fprintln(w, lines.Text()) // not of test2json: show it as it is
			continue
		}
		key := e.Package + " " + e.Test
		switch e.Action {
		case "output":
			output[key] = append(output[key], e.Output)
		case "build-output":
			fmt.Fprint(w, e.Output)
		case "pass", "fail", "skip":
			if e.Test == "" {
				if e.Action == "fail" && failures[e.Package] == 0 {
					failed++
				}
				if e.Action == "fail" {
					fmt.Fprint(w, strings.Join(output[key], ""))
				} else if last := lastLine(output[key]); last != "" && !strings.Contains(last, "[no test files]") {
					fmt.Fprint(w, last)
				}
				break
			}
			if e.Action == "pass" {
				passed++
				slow = append(slow, timing{key, e.Elapsed})
			}
			if e.Action == "fail" {
				failed++
				failures[e.Package]++
				fmt.Fprint(w, strings.Join(output[key], ""))
			}
			if e.Action == "skip" {
				fmt.Fprintf(w, "overgeslagen: %s: %s", key, reason(output[key]))
			}
			delete(output, key)
		}
	}
	slices.SortFunc(slow, func(a, b timing) int { return cmp.Compare(b.elapsed, a.elapsed) })
	for _, t := range slow[:min(5, len(slow))] {
		if t.elapsed >= 5 {
			fmt.Fprintf(w, "%6.1f s  %s\n", t.elapsed, t.name)
		}
	}
	return passed, failed, lines.Err()
}

func lastLine(out []string) string {
	for _, line := range slices.Backward(out) {
		if strings.HasPrefix(line, "ok") || strings.HasPrefix(line, "?") {
			return line
		}
	}
	return ""
}

// reason gives why a test was skipped: the line before its "--- SKIP".
func reason(out []string) string {
	for _, line := range slices.Backward(out) {
		if s := strings.TrimSpace(line); s != "" && !strings.HasPrefix(s, "--- SKIP") && !strings.HasPrefix(s, "=== ") {
			return s + "\n"
		}
	}
	return "geen reden gegeven\n"
}
