package cli_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"lemniscaat/internal/cli"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"lemniscaat": func() { os.Exit(cli.Main()) }})
}

// TestScripts runs the command line as users and scripts do. Besides the
// commands of testscript there are:
//
//	uitgang N COMMAND…  run, and end with exactly this code
//	json PATH VALUE     the last output is JSON with this value; PATH is like
//	                    .uitkomsten.0.waarde, VALUE a plain text
//	keys PATH KEY…      the object at PATH has exactly these keys
func TestScripts(t *testing.T) {
	t.Parallel()
	regelingen, err := filepath.Abs("../../regelingen")
	if err != nil {
		t.Fatal(err)
	}
	examples, err := filepath.Abs("../../docs/voorbeelden")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("REGELINGEN", regelingen)
			env.Setenv("VOORBEELDEN", examples)
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"uitgang": exits,
			"json":    hasValue,
			"keys":    hasKeys,
		},
	})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: uitgang N command…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("ends with %d, want %d\n[stdout]\n%s[stderr]\n%s", got, want, ts.ReadFile("stdout"), ts.ReadFile("stderr"))
	}
}

// lookup gives the value at a path of the last output.
func lookup(ts *testscript.TestScript, path string) any {
	var v any
	if err := json.Unmarshal([]byte(ts.ReadFile("stdout")), &v); err != nil {
		ts.Fatalf("stdout is not JSON: %v\n%s", err, ts.ReadFile("stdout"))
	}
	for part := range strings.SplitSeq(strings.TrimPrefix(path, "."), ".") {
		if part == "" {
			continue
		}
		switch x := v.(type) {
		case map[string]any:
			next, ok := x[part]
			if !ok {
				ts.Fatalf("no key %q in %s", part, path)
			}
			v = next
		case []any:
			i, err := strconv.Atoi(part)
			if err != nil || i >= len(x) {
				ts.Fatalf("no element %q of %d in %s", part, len(x), path)
			}
			v = x[i]
		default:
			ts.Fatalf("%s: %v has no %q", path, v, part)
		}
	}
	return v
}

func hasValue(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: json path value")
	}
	v := lookup(ts, args[0])
	got, ok := v.(string)
	if !ok {
		data, err := json.Marshal(v)
		ts.Check(err)
		got = string(data)
	}
	if (got == args[1]) == neg {
		ts.Fatalf("%s is %s, want %s (negated: %t)", args[0], got, args[1], neg)
	}
}

func hasKeys(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: keys path key…")
	}
	object, ok := lookup(ts, args[0]).(map[string]any)
	if !ok {
		ts.Fatalf("%s is not an object", args[0])
	}
	var got []string
	for k := range object {
		got = append(got, k)
	}
	slices.Sort(got)
	want := slices.Sorted(slices.Values(args[1:]))
	if !slices.Equal(got, want) {
		ts.Fatalf("%s has keys %s, want %s", args[0], fmt.Sprint(got), fmt.Sprint(want))
	}
}
