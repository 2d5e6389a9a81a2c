package cli

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"lemniscaat/internal/authz"
	"lemniscaat/internal/processing"
	"lemniscaat/internal/web"
)

var updateDeclared = flag.Bool("update-verwerkingen", false, "renew the table of docs/beheer/verwerkingen.md")

// TestEveryOperationIsDeclared: every operation of pages, API and commands says of
// which activities it leaves rows, or why of none. Those three have no operation that
// package authz does not know.
func TestEveryOperationIsDeclared(t *testing.T) {
	t.Parallel()
	a, err := authz.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range a.Operations() {
		d, ok := processing.Declared(name)
		if !ok {
			t.Errorf("%s is not declared: say in processing/declared.go of which activities it leaves rows, or why of none", name)
			continue
		}
		if (len(d.Activities) == 0) == (d.Why == "") {
			t.Errorf("%s: %+v; want activities, or a reason and none", name, d)
		}
		for i, x := range d.Activities {
			if !slices.Contains(processing.Activities(), x) || slices.Contains(d.Activities[:i], x) {
				t.Errorf("%s declares %q, which is no activity or there already", name, x)
			}
		}
	}
	for _, name := range processing.Declarations() {
		if !a.Known(name) {
			t.Errorf("%s is declared and does not exist", name)
		}
	}
	for _, r := range web.AllRoutes() {
		if _, ok := processing.Declared(r.Operation); !ok {
			t.Errorf("%s does %q, which is not declared", r.Pattern, r.Operation)
		}
	}
	for name, x := range acts {
		if _, ok := processing.Declared(x.operation); !ok {
			t.Errorf("lemniscaat %s does %q, which is not declared", name, x.operation)
		}
	}
}

const declaredFile = "../../docs/beheer/verwerkingen.md"

// TestDeclarationsAreWritten: the end of docs/beheer/verwerkingen.md is what the program
// declares. Renew it with -update-verwerkingen.
func TestDeclarationsAreWritten(t *testing.T) {
	t.Parallel()
	const from = "## Wat elke handeling aangeeft\n"
	b, err := os.ReadFile(declaredFile)
	if err != nil {
		t.Fatal(err)
	}
	before, _, ok := strings.Cut(string(b), from)
	if !ok {
		t.Fatalf("%s has no %q", declaredFile, from)
	}
	want := before + from + declaredTable()
	if *updateDeclared {
		if err := os.WriteFile(declaredFile, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(b) != want {
		t.Errorf("%s is not what the program declares: go test ./internal/cli -run TestDeclarationsAreWritten -update-verwerkingen", declaredFile)
	}
}

func declaredTable() string {
	var b strings.Builder
	b.WriteString("\nDeze tabel is gemaakt uit het programma. Een handeling die er niet in staat, laat een test falen. Welke adressen bij een handeling horen, staat bij [bevoegdheden](bevoegdheden.md).\n\n| handeling | regels van | of waarom niet |\n|---|---|---|\n")
	for _, name := range processing.Declarations() {
		d, _ := processing.Declared(name)
		var of []string
		for _, a := range d.Activities {
			of = append(of, string(a))
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", name, strings.Join(of, ", "), d.Why)
	}
	b.WriteString("\nOpdrachten op de server die een installatie openen, hebben een handeling uit deze tabel. De andere lezen alleen en laten geen regel na:\n\n| opdracht | waarom niet |\n|---|---|\n")
	for _, name := range slices.Sorted(maps.Keys(readers)) {
		fmt.Fprintf(&b, "| `%s` | %s |\n", name, readers[name])
	}
	return b.String()
}
