package api_test

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/api"
)

var update = flag.Bool("update", false, "write openapi.json")

// TestOpenAPI: the document that is committed is the one that the program serves.
func TestOpenAPI(t *testing.T) {
	t.Parallel()
	got, err := api.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("openapi.json", got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("openapi.json is stale; make it again with: go test ./internal/api -run TestOpenAPI -update\n%s", cmp.Diff(string(want), string(got)))
	}
}
