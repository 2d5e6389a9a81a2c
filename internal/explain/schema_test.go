package explain_test

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/explain"
)

// schemaOf writes the JSON Schema of the types of an explanation. A field that
// is left out when empty is not required.
func schemaOf() map[string]any {
	defs := map[string]any{}
	var of func(t reflect.Type) map[string]any
	of = func(t reflect.Type) map[string]any {
		switch t.Kind() {
		case reflect.Pointer:
			return of(t.Elem())
		case reflect.Slice:
			return map[string]any{"type": "array", "items": of(t.Elem())}
		case reflect.Bool:
			return map[string]any{"type": "boolean"}
		case reflect.Int:
			return map[string]any{"type": "integer"}
		case reflect.String:
			if t == reflect.TypeFor[explain.Kind]() {
				return map[string]any{"enum": kinds}
			}
			return map[string]any{"type": "string"}
		}
		ref := map[string]any{"$ref": "#/$defs/" + t.Name()}
		if defs[t.Name()] != nil {
			return ref
		}
		object := map[string]any{"type": "object", "additionalProperties": false}
		defs[t.Name()] = object
		properties, required := map[string]any{}, []string{}
		for i := range t.NumField() {
			if !t.Field(i).IsExported() {
				continue
			}
			name, options, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
			properties[name] = of(t.Field(i).Type)
			if options != "omitempty" {
				required = append(required, name)
			}
		}
		slices.Sort(required)
		object["properties"], object["required"] = properties, required
		return ref
	}
	out := of(reflect.TypeFor[explain.Explanation]())
	out["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	out["title"] = "Uitleg van een uitkomst"
	out["$defs"] = defs
	return out
}

// kinds are the kinds of line, as they are published.
var kinds = []string{
	string(explain.Derived), string(explain.NoRule), string(explain.Input), string(explain.Absent), string(explain.Parameter),
	string(explain.Condition), string(explain.OtherRule), string(explain.Row), string(explain.Broken), string(explain.Fault),
}

// The published schema is that of the code. Whoever changes a field changes a
// contract, and sees it here.
func TestSchema(t *testing.T) {
	t.Parallel()
	text, err := json.MarshalIndent(schemaOf(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	const file = "../../docs/uitleg.schema.json"
	if *update {
		if err := os.WriteFile(file, append(text, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	published, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(published), "\n"), strings.Split(string(text)+"\n", "\n")); diff != "" {
		t.Errorf("docs/uitleg.schema.json is not that of the code: %s", diff)
	}
	guide, err := os.ReadFile("../../docs/uitleg.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, def := range schemaOf()["$defs"].(map[string]any) {
		for name := range def.(map[string]any)["properties"].(map[string]any) {
			if !strings.Contains(string(guide), "`"+name+"`") && !strings.Contains(string(guide), "[]."+name+"`") {
				t.Errorf("docs/uitleg.md does not mention the field %q", name)
			}
		}
	}
}

// Every explanation that is written fits the published schema.
func TestExplanationsFitTheSchema(t *testing.T) {
	t.Parallel()
	published, err := os.ReadFile("../../docs/uitleg.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var schema map[string]any
	if err := json.Unmarshal(published, &schema); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".json") {
			continue
		}
		text, err := os.ReadFile("testdata/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		var v any
		if err := json.Unmarshal(text, &v); err != nil {
			t.Fatal(err)
		}
		if problem := misfit(schema, schema, v, f.Name()); problem != "" {
			t.Error(problem)
		}
		n++
	}
	if n < 5 {
		t.Errorf("only %d explanations", n)
	}
	for _, wrong := range []string{`{}`, `{"zin": 3}`, `[]`} {
		var v any
		if err := json.Unmarshal([]byte(wrong), &v); err != nil {
			t.Fatal(err)
		}
		if misfit(schema, schema, v, wrong) == "" {
			t.Errorf("%s fits, and should not", wrong)
		}
	}
}

// misfit says where a value does not fit the part of JSON Schema that schemaOf
// uses.
func misfit(root, schema map[string]any, v any, at string) string {
	if ref, ok := schema["$ref"].(string); ok {
		return misfit(root, root["$defs"].(map[string]any)[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any), v, at)
	}
	if enum, ok := schema["enum"].([]any); ok {
		if !slices.Contains(enum, v) {
			return fmt.Sprintf("%s: %v is none of %v", at, v, enum)
		}
		return ""
	}
	switch schema["type"] {
	case "string":
		if _, ok := v.(string); !ok {
			return fmt.Sprintf("%s: %v is no string", at, v)
		}
	case "boolean":
		if _, ok := v.(bool); !ok {
			return fmt.Sprintf("%s: %v is no boolean", at, v)
		}
	case "integer":
		if n, ok := v.(float64); !ok || n != float64(int64(n)) {
			return fmt.Sprintf("%s: %v is no whole number", at, v)
		}
	case "array":
		items, ok := v.([]any)
		if !ok {
			return fmt.Sprintf("%s: %v is no list", at, v)
		}
		for i, item := range items {
			if problem := misfit(root, schema["items"].(map[string]any), item, fmt.Sprint(at, "[", i, "]")); problem != "" {
				return problem
			}
		}
	case "object":
		object, ok := v.(map[string]any)
		if !ok {
			return fmt.Sprintf("%s: %v is no object", at, v)
		}
		for _, name := range schema["required"].([]any) {
			if _, ok := object[name.(string)]; !ok {
				return fmt.Sprintf("%s: %s is missing", at, name)
			}
		}
		properties := schema["properties"].(map[string]any)
		for name, field := range object {
			sub, known := properties[name].(map[string]any)
			if !known {
				return fmt.Sprintf("%s: %s is unknown", at, name)
			}
			if problem := misfit(root, sub, field, at+"."+name); problem != "" {
				return problem
			}
		}
	}
	return ""
}
