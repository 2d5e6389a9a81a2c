package regulation_test

import (
	"io/fs"
	"math/big"
	"math/rand/v2"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/regelingen"
)

// Laying out the shipped rules otherwise changes no digest.
func TestReformattingChangesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("reads all that ships, many times")
	}
	t.Parallel()
	want := load(t).Digest()
	files := map[string]string{}
	err := fs.WalkDir(regelingen.Files, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(regelingen.Files, name)
		files[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	// Each time every line of every page is another one, and all are read again.
	// LAYOUTS sets how often.
	times := 10
	if s := os.Getenv("LAYOUTS"); s != "" {
		if times, err = strconv.Atoi(s); err != nil {
			t.Fatalf("LAYOUTS: %v", err)
		}
	}
	for seed := range times {
		dice := rand.New(rand.NewPCG(uint64(seed), 0))
		out := fstest.MapFS{}
		for _, name := range names {
			text := files[name]
			if path.Ext(name) == ".md" {
				text = relayout(dice, text)
			}
			out[name] = &fstest.MapFile{Data: []byte(text)}
		}
		set, diags := regulation.Load(out)
		if err := diags.Err(); err != nil {
			t.Fatalf("layout %d: %v", seed, err)
		}
		if got := set.Digest(); got != want {
			t.Fatalf("layout %d: %s, verwacht %s", seed, got, want)
		}
	}
}

// relayout puts other white space and comments in the rule blocks of a page.
func relayout(dice *rand.Rand, page string) string {
	gaps := []string{" ", "  ", "\t", "    "}
	var out []string
	inRules := false
	for _, line := range strings.Split(page, "\n") {
		switch {
		case strings.HasPrefix(line, "```"):
			inRules = line == "```regelspraak"
		case inRules && !strings.HasPrefix(strings.TrimSpace(line), "//"):
			body := strings.TrimLeft(line, " ")
			parts := strings.Split(body, "'") // every second part is a text, and stays as it is
			for i := 0; i < len(parts); i += 2 {
				parts[i] = strings.ReplaceAll(parts[i], " ", gaps[dice.IntN(len(gaps))])
			}
			line = line[:len(line)-len(body)] + strings.Join(parts, "'")
			if dice.IntN(10) == 0 {
				line += " // opmerking"
			}
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

// Another value of a parameter changes the digests of exactly the rules that
// read it, and the content of exactly its regulation and of those whose rules
// read it.
func TestValueChangesTheRulesThatReadIt(t *testing.T) {
	t.Parallel()
	set := load(t)
	before := map[string]regulation.RuleDigest{}
	for _, r := range set.Model.Rules {
		before[r.ID], _ = set.RuleDigest(r.ID)
	}
	contents := map[string]regulation.ContentDigest{}
	for _, r := range set.Regulations {
		contents[r.ID] = r.ContentDigest()
	}
	// Every parameter makes a whole set again; a short run tries some.
	every := 1
	if testing.Short() {
		every = 16
	}
	for n, p := range set.Model.Parameters {
		if n%every != 0 {
			continue
		}
		i := slices.IndexFunc(p.Values, func(v rule.ParameterValue) bool { return !v.Value.IsEmpty() })
		v := p.Values[max(i, 0)] // the first one that is known, if any is
		next := rule.Datum{Kind: p.Type.Kind}
		switch {
		case i < 0:
			next.Num = big.NewRat(1, 1)
		case v.Value.Num != nil:
			next.Num = new(big.Rat).Add(v.Value.Num, big.NewRat(1, 1))
		case v.Value.Kind == rule.DateKind:
			next.Date = v.Value.Date.AddDays(1)
		default:
			t.Errorf("%s is geen getal en geen datum", p.ID)
			continue
		}
		after, diags := set.With(regulation.Variant{ID: "proef", Name: "Proef", From: v.From,
			Parameters: []regulation.Override{{ID: p.ID, Text: notation.Format(next, p.Type)}}})
		if len(diags) > 0 {
			t.Fatal(diags)
		}
		readers := 0
		for _, r := range set.Model.Rules {
			now, _ := after.RuleDigest(r.ID)
			reads := slices.Contains(regulation.Reads(r), p)
			if reads {
				readers++
			}
			if (before[r.ID] != now) != reads {
				t.Errorf("%s: de digest van %s verandert: %v, leest de parameter: %v", p.ID, r.ID, before[r.ID] != now, reads)
			}
		}
		if readers == 0 {
			t.Errorf("geen regel leest %s", p.ID)
		}
		for _, r := range set.Regulations {
			other, _ := after.Get(r.ID)
			touched := strings.HasPrefix(p.ID, r.ID+".") ||
				slices.ContainsFunc(r.Rules(), func(x *rule.Rule) bool { return slices.Contains(regulation.Reads(x), p) })
			if (contents[r.ID] != other.ContentDigest()) != touched {
				t.Errorf("%s: de inhoud van %s verandert: %v", p.ID, r.ID, !touched)
			}
		}
	}
}

// Loading is quick enough to do for every edit of a proposal.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, diags := regulation.Load(regelingen.Files); diags.Err() != nil {
			b.Fatal(diags)
		}
	}
}

func BenchmarkDigest(b *testing.B) {
	set := load(b)
	for b.Loop() {
		for _, r := range set.Regulations {
			_ = r.ContentDigest()
		}
	}
}
