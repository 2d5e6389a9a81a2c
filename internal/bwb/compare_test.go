package bwb_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lemniscaat/internal/bwb"
)

// law makes a text; an article is "stam number: lid | lid", a lid "1 words".
func law(articles ...string) *bwb.Text {
	t := &bwb.Text{Name: "Wet", BWB: "BWBR0099999"}
	for _, a := range articles {
		head, body, _ := strings.Cut(a, ": ")
		stam, number, _ := strings.Cut(head, " ")
		x := bwb.Article{ID: "artikel-" + number, StamID: strings.Trim(stam, "-"), Number: number}
		for lid := range strings.SplitSeq(body, " | ") {
			n, words, _ := strings.Cut(lid, " ")
			x.Paragraphs = append(x.Paragraphs, bwb.Paragraph{Number: n, Text: words})
		}
		t.Articles = append(t.Articles, x)
	}
	return t
}

// told writes changes in a form that a person reads.
func told(changes []bwb.Change) []string {
	var out []string
	for _, c := range changes {
		var s string
		switch {
		case c.Old == nil:
			s = c.New.Number
		case c.New == nil:
			s = c.Old.Number
		case c.Renumbered:
			s = c.Old.Number + "→" + c.New.Number
		default:
			s = c.New.Number
		}
		s += " " + c.Kind.String()
		for _, l := range c.Leden {
			if l.Old == nil || l.New == nil || l.Kind != bwb.Unchanged || l.Renumbered {
				s += ";"
				if l.Old != nil {
					s += " " + l.Old.Number
				}
				if l.New != nil {
					s += "→" + l.New.Number
				}
				s += " " + l.Kind.String()
			}
		}
		out = append(out, s)
	}
	return out
}

func TestCompare(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		old, new *bwb.Text
		want     []string
		moves    []string
	}{
		"niets": {law("a 1: 1 een twee drie"), law("a 1: 1 een twee drie"), []string{"1 gelijk"}, nil},
		"lid ertussen": {
			law("a 3: 1 de hond loopt buiten | 2 de kat slaapt binnen"),
			law("a 3: 1 de hond loopt buiten | 2 een vogel vliegt heel hoog | 3 de kat slaapt binnen"),
			[]string{"3 gewijzigd;→2 nieuw; 2→3 gelijk"}, []string{"artikel-3/2 artikel-3/3"},
		},
		"lid weg": {
			law("a 3: 1 de hond loopt buiten | 2 een vogel vliegt hoog | 3 de kat slaapt binnen"),
			law("a 3: 1 de hond loopt buiten | 2 de kat slaapt binnen"),
			[]string{"3 gewijzigd; 2 vervallen; 3→2 gelijk"}, []string{"artikel-3/3 artikel-3/2"},
		},
		"lid herschreven houdt zijn nummer": {
			law("a 3: 1 de hond loopt buiten | 2 de kat slaapt binnen"),
			law("a 3: 1 alles is nu volstrekt anders | 2 de kat slaapt binnen"),
			[]string{"3 gewijzigd; 1→1 gewijzigd"}, nil,
		},
		"hernummerd artikel": {
			law("a 1: 1 een", "b 2: 1 twee"), law("a 1: 1 een", "c 2: 1 nieuw", "b 3: 1 twee"),
			[]string{"1 gelijk", "2 nieuw;→1 nieuw", "2→3 gelijk"}, []string{"artikel-2 artikel-3", "artikel-2/1 artikel-3/1"},
		},
		"gewisseld": {
			law("a 1: 1 een", "b 2: 1 twee"), law("b 1: 1 twee", "a 2: 1 een"),
			[]string{"2→1 gelijk", "1→2 gelijk"},
			[]string{"artikel-2 artikel-1", "artikel-2/1 artikel-1/1", "artikel-1 artikel-2", "artikel-1/1 artikel-2/1"},
		},
		"vervallen staat waar het stond": {
			law("a 1: 1 een", "b 2: 1 twee", "c 3: 1 drie"), law("a 1: 1 een", "c 3: 1 drie"),
			[]string{"1 gelijk", "2 vervallen; 1 vervallen", "3 gelijk"}, nil,
		},
		"zonder kenmerk aan de woorden herkend": {
			law("- 4: 1 wie een fiets heeft betaalt twaalf euro per jaar"), law("- 5: 1 wie een fiets heeft betaalt dertien euro per jaar"),
			[]string{"4→5 gewijzigd; 1→1 gewijzigd"}, []string{"artikel-4 artikel-5", "artikel-4/1 artikel-5/1"},
		},
		"ander kenmerk, zelfde nummer": {
			law("a 4: 1 wie een fiets heeft betaalt"), law("b 4: 1 wie een fiets heeft betaalt"),
			[]string{"4 nieuw;→1 nieuw", "4 vervallen; 1 vervallen"}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := bwb.Compare(c.old, c.new)
			if d := cmp.Diff(c.want, told(got)); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			var moves []string
			for _, m := range bwb.Moves(got) {
				from, to := m.From.Article, m.To.Article
				if m.From.Lid != "" {
					from, to = from+"/"+m.From.Lid, to+"/"+m.To.Lid
				}
				moves = append(moves, from+" "+to)
			}
			if d := cmp.Diff(c.moves, moves); d != "" {
				t.Errorf("moves (-want +got):\n%s", d)
			}
		})
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	one := func(s string) *bwb.Text {
		return &bwb.Text{Articles: []bwb.Article{{ID: "artikel-1", Paragraphs: []bwb.Paragraph{{Number: "1", Text: s}}}}}
	}
	got := bwb.Compare(one("De hond:\n\na. loopt;\nb. blaft."), one("De kat:\n\na. loopt;\nb. blaft niet."))[0].Leden[0].Words
	want := []bwb.Span{
		{Kind: bwb.Unchanged, Text: "De"}, {Kind: bwb.Removed, Text: "hond:"}, {Kind: bwb.Added, Text: "kat:"},
		{Kind: bwb.Unchanged, Text: "\n\na. loopt;\nb."}, {Kind: bwb.Removed, Text: "blaft."}, {Kind: bwb.Added, Text: "blaft niet."},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestCompareProperties: nothing of either text is lost, whatever is compared,
// and the words of a changed lid give both texts back.
func TestCompareProperties(t *testing.T) {
	t.Parallel()
	words := rapid.StringMatching(`[a-d]{1,2}( [a-d]{1,2}){0,6}`)
	text := func(t *rapid.T, label string) *bwb.Text {
		out := &bwb.Text{}
		for i, stam := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"p", "q", "r", "s"}), 0, 4, rapid.ID).Draw(t, label) {
			a := bwb.Article{ID: "artikel-" + string(rune('1'+i)), Number: string(rune('1' + i)), StamID: stam}
			for j, w := range rapid.SliceOfN(words, 0, 5).Draw(t, "leden") {
				a.Paragraphs = append(a.Paragraphs, bwb.Paragraph{Number: string(rune('1' + j)), Text: w})
			}
			out.Articles = append(out.Articles, a)
		}
		return out
	}
	rapid.Check(t, func(t *rapid.T) {
		was, now := text(t, "oud"), text(t, "nieuw")
		var olds, news []string
		for _, c := range bwb.Compare(was, now) {
			for _, l := range c.Leden {
				if l.Old != nil {
					olds = append(olds, c.Old.StamID+l.Old.Number+l.Old.Text)
				}
				if l.New != nil {
					news = append(news, c.New.StamID+l.New.Number+l.New.Text)
				}
				if l.Kind != bwb.Changed {
					continue
				}
				var before, after []string
				for _, w := range l.Words {
					if w.Kind != bwb.Added {
						before = append(before, w.Text)
					}
					if w.Kind != bwb.Removed {
						after = append(after, w.Text)
					}
				}
				if strings.Join(before, " ") != l.Old.Text || strings.Join(after, " ") != l.New.Text {
					t.Fatalf("words of %q → %q: %v", l.Old.Text, l.New.Text, l.Words)
				}
			}
		}
		all := func(x *bwb.Text) (out []string) {
			for _, a := range x.Articles {
				for _, p := range a.Paragraphs {
					out = append(out, a.StamID+p.Number+p.Text)
				}
			}
			return out
		}
		if !sameSet(olds, all(was)) || !sameSet(news, all(now)) {
			t.Fatalf("lost or doubled: %v of %v, %v of %v", olds, all(was), news, all(now))
		}
	})
}

func sameSet(a, b []string) bool {
	n := map[string]int{}
	for _, s := range a {
		n[s]++
	}
	for _, s := range b {
		n[s]--
	}
	for _, v := range n {
		if v != 0 {
			return false
		}
	}
	return true
}

// TestComparePublished follows a real law through its versions, when they are in
// data/bwb of a folder beside the checkout.
func TestComparePublished(t *testing.T) {
	t.Parallel()
	paths, _ := filepath.Glob("../../../*/data/bwb/historisch/BWBR0002629_2*.xml")
	if len(paths) < 9 {
		t.Skip("geen versies van een wet naast het project")
	}
	var prev *bwb.Text
	got := map[string][]bwb.Move{}
	for _, path := range paths {
		next, ds := read(t, path)
		if err := ds.Err(); err != nil {
			t.Fatal(err)
		}
		if prev != nil {
			changes := bwb.Compare(prev, next)
			got[next.Date.String()] = bwb.Moves(changes)
			kept := 0
			for _, c := range changes {
				if c.Old != nil && c.New != nil {
					kept++
				}
			}
			if kept < len(prev.Articles)-2 {
				t.Errorf("%s: %d of %d articles followed", next.Date, kept, len(prev.Articles))
			}
		}
		prev = next
	}
	// In 2007 a new third lid of article 3 and second of article 4 pushed the
	// others on.
	want := []bwb.Move{
		{From: bwb.Place{Article: "artikel-3", Lid: "3"}, To: bwb.Place{Article: "artikel-3", Lid: "4"}},
		{From: bwb.Place{Article: "artikel-3", Lid: "4"}, To: bwb.Place{Article: "artikel-3", Lid: "5"}},
		{From: bwb.Place{Article: "artikel-3", Lid: "5"}, To: bwb.Place{Article: "artikel-3", Lid: "6"}},
		{From: bwb.Place{Article: "artikel-4", Lid: "2"}, To: bwb.Place{Article: "artikel-4", Lid: "3"}},
		{From: bwb.Place{Article: "artikel-4", Lid: "3"}, To: bwb.Place{Article: "artikel-4", Lid: "4"}},
	}
	if d := cmp.Diff(want, got["2007-01-01"]); d != "" {
		t.Errorf("2007 (-want +got):\n%s", d)
	}
}
