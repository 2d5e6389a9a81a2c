package bwb_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"lemniscaat/internal/bwb"
	"lemniscaat/internal/rule"
)

var noPos = cmpopts.IgnoreFields(bwb.Article{}, "Pos")

func read(t *testing.T, path string) (*bwb.Text, rule.Diagnostics) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	return bwb.Read(filepath.Base(path), f)
}

func codes(ds rule.Diagnostics) []string {
	var out []string
	for _, d := range ds {
		out = append(out, d.Code)
	}
	return out
}

func TestXML(t *testing.T) {
	t.Parallel()
	got, ds := read(t, "testdata/toestand.xml")
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	hoofdstuk1 := []string{"Hoofdstuk 1 Algemeen"}
	want := &bwb.Text{
		ID: "fietsenwet-een", Name: "Fietsenwet één", BWB: "BWBR0099999", Date: rule.MustDate("2026-01-01"),
		Articles: []bwb.Article{
			{
				ID: "hoofdstuk-1-artikel-1", Key: "/Hoofdstuk1/Artikel1", StamID: "1", Number: "1", Title: "Woorden", Path: hoofdstuk1,
				Source: "jci1.3:c:BWBR0099999&artikel=1&g=2026-01-01", From: rule.MustDate("2025-07-01"),
				Paragraphs: []bwb.Paragraph{{Text: "Hier betekent fiets: een voertuig van ten hoogste 2 m², zie artikel 4.\n\n" +
					"a. met twee wielen:\n  1°. groot;\n  2°. klein;\nb. zonder motor.\n  Een dynamo telt niet."}},
			},
			{
				ID: "artikel-2", Key: "/Hoofdstuk1/Artikel2", StamID: "2", Number: "2", Path: hoofdstuk1,
				Source: "jci1.3:c:BWBR0099999&artikel=2&g=2026-01-01", From: rule.MustDate("2026-01-01"),
				Paragraphs: []bwb.Paragraph{
					{Key: "/Hoofdstuk1/Artikel2/Lid1", Number: "1", Text: "De bijdrage is € 12."},
					{Key: "/Hoofdstuk1/Artikel2/Lid1a", Number: "1a", Text: "Bij meer fietsen:\n\nfietsen | korting\n2 | 5 %"},
				},
			},
			{
				ID: "hoofdstuk-2-artikel-1", Key: "/Hoofdstuk2/Artikel1", StamID: "3", Number: "1", Path: []string{"Hoofdstuk 2"},
				Source: "jci1.3:c:BWBR0099999&artikel=1&g=2026-01-01", From: rule.MustDate("2025-07-01"),
				Paragraphs: []bwb.Paragraph{{Text: "Hoofdstuk 2 begint opnieuw te tellen."}},
			},
			{
				ID: "bijlage-i", Annex: true, Key: "/BijlageI", StamID: "7", Number: "I",
				Source:     "jci1.3:c:BWBR0099999&bijlage=I&g=2026-01-01",
				Paragraphs: []bwb.Paragraph{{Text: "Een [Red: lees: twee] fiets."}},
			},
		},
	}
	if d := cmp.Diff(want, got, noPos); d != "" {
		t.Errorf("text (-want +got):\n%s", d)
	}
	wantCodes := []string{"nog-niet-in-werking", "vervallen", "nog-niet-in-werking", "vervallen", "oudere-versie"}
	if d := cmp.Diff(wantCodes, codes(ds)); d != "" {
		t.Errorf("notes (-want +got):\n%s\n%v", d, ds)
	}
}

func TestMarkdown(t *testing.T) {
	t.Parallel()
	got, ds := read(t, "testdata/verordening.md")
	if len(ds) > 0 {
		t.Fatal(ds)
	}
	want := &bwb.Text{
		ID: "verordening-fietsen-zuiderlinde", Name: "Verordening fietsen Zuiderlinde",
		Articles: []bwb.Article{
			{
				ID: "artikel-1", Number: "1", Title: "Woorden", Path: []string{"Hoofdstuk 1 Begin"},
				Paragraphs: []bwb.Paragraph{{Text: "Een fiets is een voertuig\nmet twee wielen."}},
			},
			{
				ID: "artikel-2", Number: "2", Title: "Bijdrage", Path: []string{"Hoofdstuk 1 Begin"},
				Paragraphs: []bwb.Paragraph{
					{Number: "1", Text: "De bijdrage is 12 euro.\n   a. bij twee fietsen 20 euro;\n   b. bij meer 25 euro."},
					{Number: "2", Text: "Wie de bijdrage niet kan betalen, vraagt het college om maatwerk.\n\nHoe\n\nBellen mag ook."},
				},
			},
			{
				ID: "artikel-2a", Number: "2a", Title: "Slot", Path: []string{"Hoofdstuk 2 Slot"},
				Paragraphs: []bwb.Paragraph{{Number: "1", Text: "Dit is het einde."}},
			},
		},
	}
	if d := cmp.Diff(want, got, noPos); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if got, want := want.Articles[2].Heading(), "Artikel 2a. Slot"; got != want {
		t.Errorf("heading %q, want %q", got, want)
	}
}

// TestRefused has everything that must not be read, and the code it gets.
func TestRefused(t *testing.T) {
	t.Parallel()
	toestand := func(body string) string {
		return `<toestand bwb-id="BWBR0099999" inwerkingtreding="2026-01-01"><citeertitel>x</citeertitel>` + body + `</toestand>`
	}
	article := `<artikel><kop><nr>1</nr></kop><al>a</al></artikel>`
	for name, c := range map[string]struct {
		in, code string
		line     int
	}{
		"leeg":             {" \n", "leeg-bestand", 0},
		"binair":           {"<toestand>\x00", "geen-tekst", 0},
		"geen UTF-8":       {"# Caf\xe9", "geen-tekst", 0},
		"andere tekenset":  {`<?xml version="1.0" encoding="ISO-8859-1"?><toestand/>`, "onjuiste-xml", 1},
		"entiteiten":       {"<?xml version=\"1.0\"?>\n<!DOCTYPE t [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><toestand>&x;</toestand>", "doctype", 2},
		"losse entiteit":   {toestand("<al>&lol;</al>"), "onjuiste-xml", 1},
		"niet gesloten":    {"<toestand>", "onjuiste-xml", 1},
		"te diep":          {toestand(strings.Repeat("<a>", 200) + strings.Repeat("</a>", 200)), "te-diep", 1},
		"te veel":          {toestand(strings.Repeat("<a/>", 600_000)), "te-veel-elementen", 1},
		"WTI":              {"<wetstechnische-informatie/>", "geen-toestand", 1},
		"HTML":             {"<html></html>", "geen-toestand", 1},
		"BWB-nummer":       {`<toestand bwb-id="../../etc" inwerkingtreding="2026-01-01"/>`, "onjuist-bwb-nummer", 1},
		"datum":            {`<toestand bwb-id="BWBR0099999" inwerkingtreding="2026-02-30"/>`, "onjuiste-datum", 1},
		"geen artikelen":   {toestand(""), "geen-artikelen", 1},
		"dubbel artikel":   {toestand(article + article), "dubbel-artikel", 1},
		"md zonder naam":   {"## Artikel 1 A\ntekst", "geen-naam", 1},
		"md naam zonder":   {"# ***\n## Artikel 1 A\ntekst", "geen-naam", 1},
		"md zonder":        {"# Naam\nzomaar tekst", "geen-artikelen", 0},
		"md dubbel":        {"# N\n## Artikel 1 A\na\n## Artikel 1 B\nb", "dubbel-artikel", 4},
		"md dubbel lid":    {"# N\n## Artikel 1 A\n1. a\n1. b", "dubbel-lid", 4},
		"md kop":           {"# N\n## Artikel 1 A\n1. a\n## Artikel twee\nb", "onleesbare-artikelkop", 4},
		"md open codeblok": {"# N\n## Artikel 1 A\na\n```\n## Artikel 2", "codeblok-open", 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, ds := bwb.Read("in", strings.NewReader(c.in))
			if text != nil || ds.Err() == nil {
				t.Fatalf("accepted: %+v", text)
			}
			for _, d := range ds {
				if d.Code == c.code && d.Pos.Line == c.line && d.Message != "" {
					return
				}
			}
			t.Errorf("no %s on line %d in:\n%v", c.code, c.line, ds)
		})
	}
	t.Run("te groot", func(t *testing.T) {
		t.Parallel()
		_, ds := bwb.Read("in", strings.NewReader(strings.Repeat(" ", bwb.MaxSize+1)))
		if d := cmp.Diff([]string{"te-groot"}, codes(ds)); d != "" {
			t.Error(d)
		}
	})
}

// TestMarkdownWarns: what is read all the same, but with a word about it.
func TestMarkdownWarns(t *testing.T) {
	t.Parallel()
	for code, in := range map[string]string{
		"lid-overgeslagen":     "# N\n## Artikel 1 A\n1. a\n3. c",
		"leeg-artikel":         "# N\n## Artikel 1 A\n## Artikel 2 B\nb",
		"tekst-buiten-artikel": "# N\n## Artikel 1 A\na\n# Toelichting\nUitleg.",
	} {
		text, ds := bwb.Read("in", strings.NewReader(in))
		if text == nil {
			t.Errorf("%s: refused: %v", code, ds)
		} else if d := cmp.Diff([]string{code}, codes(ds)); d != "" {
			t.Errorf("%s: %s", code, d)
		}
	}
	// A heading inside a code block is text.
	text, ds := bwb.Read("in", strings.NewReader("# N\r\n## Artikel 1 A\r\n```\r\n## Artikel 2\r\n```\r\n"))
	if text == nil || len(ds) > 0 || len(text.Articles) != 1 {
		t.Errorf("code block: %+v %v", text, ds)
	}
}

// TestPublished reads real laws when they are in data/bwb of a folder beside the
// checkout.
func TestPublished(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file              string
		articles, skipped int
		id                string
	}{
		{"BWBR0018451_2025-01-01_0.xml", 9, 0, "artikel-2"},
		{"BWBR0038456_2023-10-01_0.xml", 9, 2, "bijlage-i"},
		{"historisch/BWBR0002629_2015-01-01_0.xml", 156, 16, "artikel-2a"},
		{"historisch/BWBV0001109_2004-12-28_0.xml", 68, 0, "artikel-xxx"},
	} {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			paths, _ := filepath.Glob("../../../*/data/bwb/" + c.file)
			if len(paths) == 0 {
				t.Skip("geen wetteksten naast het project: " + c.file)
			}
			text, ds := read(t, paths[0])
			if err := ds.Err(); err != nil {
				t.Fatal(err)
			}
			found := false
			for _, a := range text.Articles {
				found = found || a.ID == c.id
				for _, p := range a.Paragraphs {
					if strings.Contains(p.Text, "jci1.") || strings.Contains(p.Text, "Stb.") && strings.Contains(p.Text, "isodatum") {
						t.Errorf("%s: metadata in the text: %.80s", a.ID, p.Text)
					}
				}
			}
			if len(text.Articles) != c.articles || len(ds) != c.skipped || !found {
				t.Errorf("got %d articles, %d notes, %s %t; want %d, %d\n%v", len(text.Articles), len(ds), c.id, found, c.articles, c.skipped, ds)
			}
		})
	}
}

// FuzzRead: whatever comes in, no panic, and what is accepted is usable.
func FuzzRead(f *testing.F) {
	for _, path := range []string{"testdata/toestand.xml", "testdata/verordening.md"} {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data))
	}
	f.Fuzz(func(t *testing.T, in string) {
		text, ds := bwb.Read("in", strings.NewReader(in))
		if (text == nil) != (ds.Err() != nil) {
			t.Fatalf("text %v with errors %v", text, ds.Err())
		}
		if text == nil {
			return
		}
		if text.ID == "" || text.Name == "" || len(text.Articles) == 0 {
			t.Fatalf("unusable: %+v", text)
		}
		seen := map[string]bool{}
		for _, a := range text.Articles {
			if a.ID == "" || seen[a.ID] || strings.ContainsAny(a.ID, "/\\. ") {
				t.Fatal(fmt.Errorf("id %q", a.ID))
			}
			seen[a.ID] = true
		}
	})
}
