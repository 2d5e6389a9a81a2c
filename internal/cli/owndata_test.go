package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lemniscaat/internal/cli"
)

// program runs the command line and gives what it wrote; it ends well.
func program(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	env := cli.Env{Args: args, In: strings.NewReader(""), Out: &out, Err: &errs, Now: time.Now}
	if code := cli.Run(context.Background(), env); code != cli.Good {
		t.Fatalf("%v ends with %d: %s", args, code, errs.String())
	}
	return out.String()
}

// What is written of a synthetic population and read back gives the same numbers
// wherever they are shown, with a variant as well; the order of the rows does not
// matter, to the byte.
func TestExportedPeopleSimulateTheSame(t *testing.T) {
	if testing.Short() {
		t.Skip("simulates 12,000 people, twice")
	}
	t.Parallel()
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	const people = "nl:12000"
	program(t, "population", "export", people, "--year", "2026", "--out", dir)
	program(t, "population", "import", at("personen.csv"), at("huishoudens.csv"), "--mapping", at("koppeling.yaml"), "--out", at("a.bevolking"))
	if info, err := os.Stat(at("a.bevolking")); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("own data can be read by others: %v, %v", info, err)
	}

	shuffled := t.TempDir()
	for _, name := range []string{"personen.csv", "huishoudens.csv"} {
		text, err := os.ReadFile(at(name))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
		rows := lines[1:]
		rand.New(rand.NewPCG(1, 2)).Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		if err := os.WriteFile(filepath.Join(shuffled, name), []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	said := program(t, "population", "import", filepath.Join(shuffled, "personen.csv"), filepath.Join(shuffled, "huishoudens.csv"), "--mapping", at("koppeling.yaml"), "--out", at("b.bevolking"))
	if strings.Count(said, "gesorteerd op huishouden") != 2 {
		t.Errorf("both files had to be sorted: %s", said)
	}
	a, errA := os.ReadFile(at("a.bevolking"))
	b, errB := os.ReadFile(at("b.bevolking"))
	if errA != nil || errB != nil || !bytes.Equal(a, b) {
		t.Error("the order of the rows changes the file")
	}
	left, err := filepath.Glob(at(".*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}

	variant := at("variant.yaml")
	if err := os.WriteFile(variant, []byte("variant: v\nnaam: V\nvanaf: 2026-01-01\nparameters: {zorgtoeslag.standaardpremie: \"€ 1.900\"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	schemes := []string{"aow", "individuele-inkomenstoeslag", "inkomstenbelasting", "kinderbijslag", "kindgebonden-budget", "participatiewet", "zorgtoeslag", "huurtoeslag"}
	run := func(args ...string) map[string]any {
		var v map[string]any
		args = append(append([]string{"simulate"}, schemes...), append(args, "--date", "2026-06-01", "--variant", variant, "--json")...)
		if err := json.Unmarshal([]byte(program(t, args...)), &v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	made, own := run("--population", people), run("--population-file", at("a.bevolking"))
	if own["populatie"].(map[string]any)["synthetisch"] != false {
		t.Error("own data say that they are synthetic")
	}
	for _, key := range []string{"run", "seconden", "aannames", "populatie", "nietGetoond", "inkomen"} {
		delete(made, key)
		delete(own, key)
	}
	c := comparison{t: t}
	c.compare("", made, own)
	if c.same < 3000 {
		t.Errorf("only %d numbers are shown, which compares too little", c.same)
	}
	t.Logf("%d values are the same, %d are not shown", c.same, c.hidden)
}

// comparison compares what is shown of own data with all of synthetic ones.
type comparison struct {
	t            *testing.T
	same, hidden int
}

func (c *comparison) compare(at string, made, own any) {
	switch x := made.(type) {
	case map[string]any:
		y, ok := own.(map[string]any)
		if !ok {
			c.hidden++
			return
		}
		for k, v := range x {
			c.compare(at+"."+k, v, y[k])
		}
	case []any:
		y, ok := own.([]any)
		if !ok {
			c.hidden++
			return
		}
		if len(x) > 0 {
			if rowName(x[0]) != "" {
				c.rows(at, x, y)
				return
			}
		}
		if len(x) > 0 && len(y) == 0 {
			c.hidden++
			return
		}
		if len(x) != len(y) {
			c.t.Errorf("%s: %d and %d values", at, len(x), len(y))
			return
		}
		for i := range x {
			c.compare(fmt.Sprintf("%s[%d]", at, i), x[i], y[i])
		}
	default:
		switch {
		case own == nil && made != nil:
			c.hidden++
		case made != own:
			c.t.Errorf("%s: %v and %v", at, made, own)
		default:
			c.same++
		}
	}
}

// rowName names a row of a table; empty: it is known by its place.
func rowName(v any) string {
	m, _ := v.(map[string]any)
	var parts []string
	for _, key := range []string{"id", "soort", "groep", "gegeven", "regeling", "stap", "code", "regel"} {
		if s, ok := m[key].(string); ok {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " ")
}

// rows compares tables of which rows may be left out.
func (c *comparison) rows(at string, made, own []any) {
	left := map[string]any{}
	for _, v := range own {
		left[rowName(v)] = v
	}
	for _, v := range made {
		key := rowName(v)
		o, ok := left[key]
		delete(left, key)
		if !ok {
			c.hidden++
			continue
		}
		c.compare(at+"["+key+"]", v, o)
	}
	for key := range left {
		c.t.Errorf("%s: %s is only of own data", at, key)
	}
}
