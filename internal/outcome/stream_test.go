package outcome_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lemniscaat/internal/outcome"
	"lemniscaat/internal/rule"
)

func streamed(in string, o outcome.Options, size int) (rows []outcome.Row, ds rule.Diagnostics) {
	for got, problems := range outcome.StreamIn("u.csv", strings.NewReader(in), o, size) {
		rows, ds = append(rows, got...), append(ds, problems...)
	}
	return rows, ds
}

// Whatever the size of the pieces, a file is read as when it is read at once,
// with the same lines.
func TestStreamIsRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		b.WriteString(header)
		for i := range rapid.IntRange(1, 60).Draw(t, "rows") {
			line := strings.Replace(good, "ff;", fmt.Sprintf("%04x;", i), 1)
			switch rapid.IntRange(0, 9).Draw(t, "what") {
			case 0:
				line = strings.Replace(line, "toegekend", "onzin", 1)
			case 1:
				line = strings.Replace(line, "hardheid", "\"hard\nheid\"", 1)
			case 2:
				line = strings.Replace(line, "hardheid", "\"hard\"\"heid\"", 1)
			case 3:
				line = "\n" + line
			}
			b.WriteString(line)
		}
		want, wds := outcome.Read("u.csv", strings.NewReader(b.String()), today)
		got, gds := streamed(b.String(), today, rapid.SampledFrom([]int{1, 150, 600, 5000}).Draw(t, "size"))
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("rows (-read +streamed): %s", d)
		}
		if d := cmp.Diff(wds.Error(), gds.Error()); d != "" {
			t.Errorf("problems (-read +streamed): %s", d)
		}
	})
}

func TestStreamRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in, code string
		line     int
	}{
		"empty":                {"", "leeg-bestand", 1},
		"only a header":        {header, "geen-rijen", 2},
		"other columns":        {"a;b\n1;2\n", "onbekende-kolom", 1},
		"quote never ends":     {header + strings.Repeat(good, 3) + "\"" + strings.Repeat(good, 20_000), "te-lang", 0},
		"binary":               {header + good + "\x00", "geen-tekst", 0},
		"event on one line":    {"{\"id\":" + strings.Repeat("1", 2<<20), "te-lang", 1},
		"event that is broken": {event("") + "\n{", "geen-json", 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, ds := streamed(c.in, outcome.Options{}, 4<<20)
			for _, d := range ds {
				if d.Code == c.code && (c.line == 0 || d.Pos.Line == c.line) {
					return
				}
			}
			t.Errorf("no %s on line %d: %v", c.code, c.line, ds)
		})
	}
	// A file full of errors ends.
	_, ds := streamed(header+strings.Repeat(";;;;;;;;;\n", 100_000), outcome.Options{}, 1000)
	if len(ds) < outcome.MaxProblems || len(ds) > 2*outcome.MaxProblems {
		t.Errorf("%d problems", len(ds))
	}
}

// What Write gives, with all columns, Read gives back.
func TestWriteAllColumns(t *testing.T) {
	t.Parallel()
	rows := []outcome.Row{
		{Line: 2, Case: "v1:00112233445566ff", Regulation: "zorgtoeslag", Version: "2026-01-01", Date: rule.MustDate("2026-02-03"), Class: outcome.Recovery, Contact: outcome.NotReached,
			Loss: outcome.Band{Low: 500, High: 750}, Share: outcome.Band{Low: 20}, Exception: "Awb 4:11 onder a", Late: true, Asked: true, Article: "artikel-2", Source: "urn:nld:oin:00000001003214345000", ID: "b-1"},
		{Line: 3, Case: "v1:00112233445566ff", Regulation: "zorgtoeslag", Version: "2026-01-01", Date: rule.MustDate("2026-02-03"), Class: outcome.Abandoned, Contact: outcome.NoContact, Step: "aanvragen"},
	}
	var b bytes.Buffer
	if err := outcome.Write(&b, rows); err != nil {
		t.Fatal(err)
	}
	got, ds := outcome.Read("u.csv", &b, outcome.Options{})
	if d := cmp.Diff(rows, got); d != "" || len(ds) > 0 {
		t.Error(d, ds)
	}
}
