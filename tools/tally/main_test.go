package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestTally(t *testing.T) {
	t.Parallel()
	const run = `{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN   TestA\n"}
{"Action":"pass","Package":"p","Test":"TestA","Elapsed":0.1}
{"Action":"output","Package":"p","Test":"TestB","Output":"    p_test.go:3: kapot\n"}
{"Action":"fail","Package":"p","Test":"TestB","Elapsed":0.1}
{"Action":"output","Package":"p","Test":"TestC","Output":"    p_test.go:9: geen gegevens\n"}
{"Action":"output","Package":"p","Test":"TestC","Output":"--- SKIP: TestC (0.00s)\n"}
{"Action":"skip","Package":"p","Test":"TestC"}
{"Action":"fail","Package":"p"}
{"ImportPath":"q","Action":"build-output","Output":"q.go:1: fout\n"}
{"Action":"fail","Package":"q"}
`
	var out bytes.Buffer
	passed, failed, err := tally(strings.NewReader(run), &out)
	if err != nil || passed != 1 || failed != 2 {
		t.Errorf("got %d passed, %d failed, %v; want 1, 2, nil", passed, failed, err)
	}
	for _, want := range []string{"kapot", "geen gegevens", "q.go:1: fout"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("output lacks %q:\n%s", want, out.String())
		}
	}
}
