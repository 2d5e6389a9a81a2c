package office_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"lemniscaat/internal/office"
	"lemniscaat/internal/outcome"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/run"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/store/sqlite"
)

// newOffice opens an installation as "lemniscaat serve" does on an empty folder:
// no people, no name, nothing in the log.
func newOffice(t *testing.T, dir string, change ...func(*office.Config)) *hall {
	t.Helper()
	set, _, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	log, err := sqlite.Open(t.Context(), dir, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	h := &hall{t: t, now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	h.start = h.now.UnixNano()
	secret := sha256.Sum256([]byte("test"))
	library := run.NewLibrary(set, func(ctx context.Context) ([]*regulation.Regulation, error) { return office.Texts(ctx, log) }, run.Synthetic)
	runs := run.NewHere(library, time.Now, 500)
	c := office.Config{
		Store: log, Shipped: set, Secret: secret[:], Population: "nl:2000", Households: 1000, Runs: runs, Know: library.Know, Tests: &findings, Cold: true,
		Now: func() time.Time { h.mu.Lock(); defer h.mu.Unlock(); h.now = h.now.Add(time.Second); return h.now },
		NewID: func(p string) string {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.ids++
			return fmt.Sprintf("%s-%x-%d", p, h.start, h.ids)
		},
	}
	for _, f := range change {
		f(&c)
	}
	h.Office, err = office.New(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	h.shut = sync.OnceFunc(func() { h.Close(); runs.Close(); log.Close() })
	t.Cleanup(h.shut)
	return h
}

// named gives the id of somebody, as the page lets one choose.
func (h *hall) named(name string) string {
	h.t.Helper()
	f, err := h.Frame(h.t.Context(), "")
	h.ok(err)
	for _, p := range f.People {
		if p.Name == name {
			return p.ID
		}
	}
	h.t.Fatalf("%s is not among %v", name, f.People)
	return ""
}

const oldList = "regeling;artikel;omschrijving;soort;datum;aantal\n" +
	"Verordening meedoen;2;Ouders met schulden krijgen niets, omdat de bijdrage op de rekening van de bewindvoerder komt.;te hard;01-03-2021;14\n" +
	"Verordening meedoen;9;Artikel bestaat niet.;onduidelijk;;\n" +
	"Verordening meedoen;1;Bel 0612345678 voor uitleg van het begrip kind.;onduidelijk;;\n"

// TestOneHourStart walks Begin hier: from an empty installation to the first
// answered and delivered signal, without one rule.
func TestOneHourStart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	h := newOffice(t, dir)
	ctx := t.Context()
	steps := func(want ...bool) view.BeginView {
		t.Helper()
		v, err := h.Begin(ctx, "")
		h.ok(err)
		if v.Steps != [5]bool(want) {
			t.Fatalf("steps %v, want %v", v.Steps, want)
		}
		return v
	}
	steps(false, false, false, false, false)
	// Out of order: every refusal says what comes first.
	h.refused("organisatie-ontbreekt", h.NameTriangle(ctx, "", view.BeginTriangle{Owner: "A", Policy: "B", Execution: "C"}))
	_, err := h.ImportSignals(ctx, "", view.SignalFile{Name: "x.csv", Data: []byte(oldList), Dry: true})
	h.refused("niemand-gekozen", err)

	// 1. The organisation.
	h.refused("naam-onjuist", h.NameOrganisation(ctx, "", " "))
	h.ok(h.NameOrganisation(ctx, "", "Gemeente Zonderregel"))
	// 2. A text, pasted.
	_, err = h.BringText(ctx, "", "Verordening meedoen", "tekst.md", "  ")
	h.refused("tekst-ontbreekt", err)
	_, err = h.BringText(ctx, "", "", "tekst.md", "Artikel 1\nEen kind is een kind.")
	h.refused("naam-ontbreekt", err)
	reg, err := h.BringText(ctx, "", "Verordening meedoen", "tekst.md", "Artikel 1 Begrippen\n1. Een kind is jonger dan 18 jaar.\n\nArtikel 2 Bijdrage\nHet college geeft een bijdrage voor sport.\n")
	h.ok(err)
	if r, err := h.Regulation(ctx, "", reg); err != nil || len(r.Articles) != 2 || r.Level != 0 {
		t.Fatalf("%s: %+v, %v", reg, r, err)
	}
	// 3. Who does what.
	h.refused("namen", h.NameTriangle(ctx, "", view.BeginTriangle{Owner: "Olga", Policy: "Piet", Execution: "Piet"}))
	h.refused("namen", h.NameTriangle(ctx, "", view.BeginTriangle{Owner: "Olga", Policy: "123456782", Execution: "Uma"}))
	h.ok(h.NameTriangle(ctx, "", view.BeginTriangle{Owner: "Olga Eigenaar", Policy: "Piet Beleid", Execution: "Uma Uitvoering", Professional: "Bas Balie"}))
	h.refused("driehoek-bestaat", h.NameTriangle(ctx, "", view.BeginTriangle{Owner: "A", Policy: "B", Execution: "C"}))
	v := steps(true, true, true, false, false)
	if len(v.People) != 4 || !v.Provisional {
		t.Errorf("people %+v", v.People)
	}
	desk, policy := h.named("Bas Balie"), h.named("Piet Beleid")
	// From now on the program itself does nothing for anybody.
	h.refused("niemand-gekozen", h.NameOrganisation(ctx, "", "Anders"))
	h.refused("rol-onjuist", h.NameOrganisation(ctx, policy, "Anders"))

	// 4. The old list: first only looked at.
	list := view.SignalFile{Name: "lijst.csv", Data: []byte(oldList), Dry: true, Tile: view.TileUnclear}
	got, err := h.ImportSignals(ctx, desk, list)
	h.ok(err)
	if len(got.New) != 2 || len(got.Refused) != 1 || got.Refused[0].Line != 3 || !strings.Contains(got.Refused[0].Accepted, "artikel-2") || got.New[0].Count != 14 {
		t.Fatalf("dry: %+v", got)
	}
	steps(true, true, true, false, false)
	list.Dry = false
	got, err = h.ImportSignals(ctx, desk, list)
	h.ok(err)
	if len(got.New) != 2 || got.New[0].Issue.Href == "" || len(got.New[1].Masked) != 1 || strings.Contains(got.New[1].Text, "0612345678") {
		t.Fatalf("import: %+v", got)
	}
	again, err := h.ImportSignals(ctx, desk, list)
	h.ok(err)
	if len(again.New) != 0 || again.Known != 2 {
		t.Fatalf("again: %+v", again)
	}
	v = steps(true, true, true, true, false)
	if want := rule.MustDate("2026-11-23").AddDays(42); v.Due != want || v.Owner != "Piet Beleid" || v.Waiting.Href == "" {
		t.Errorf("waiting %+v for %s until %v, want %v", v.Waiting, v.Owner, v.Due, want)
	}

	// 5. The first answer.
	issue := strings.TrimPrefix(got.New[0].Issue.Href, "/knelpunten/")
	page, err := h.Issue(ctx, policy, issue)
	h.ok(err)
	if len(page.Stories) == 0 || !strings.Contains(strings.ReplaceAll(page.Stories[0].Who, "\u00a0", " "), "1 maart 2021, 14 keer") {
		t.Errorf("the old date is not shown: %+v", page.Stories)
	}
	h.ok(h.Answer(ctx, policy, view.AnswerInput{Issue: issue, Kind: view.AnswerExplain, Reason: "De bijdrage mag ook naar de rekening van de ouder."}))
	if v = steps(true, true, true, true, true); v.Delivered.Href != "/knelpunten/"+issue {
		t.Errorf("delivered %+v", v.Delivered)
	}
	mine, err := h.MySignals(ctx, desk, view.Asked{})
	h.ok(err)
	told := false
	for _, row := range mine.Rows {
		told = told || row.Answer != nil && strings.Contains(row.Answer.Reason, "rekening van de ouder") && row.React
	}
	if !told {
		t.Errorf("the reporter does not see the answer: %+v", mine)
	}

	// After a restart everything is as it was: the people, the name, the list.
	h.shut()
	h2 := newOffice(t, dir)
	f, err := h2.Frame(ctx, desk)
	h2.ok(err)
	if f.Organisation != "Gemeente Zonderregel" || f.Actor.Name != "Bas Balie" || f.Demo || !f.Choose {
		t.Errorf("frame %+v", f)
	}
	again, err = h2.ImportSignals(ctx, desk, list)
	h2.ok(err)
	if again.Known != 2 || len(again.New) != 0 {
		t.Errorf("after a restart: %+v", again)
	}
}

// TestFallBacks: what needs a higher level says so, or does with less.
func TestFallBacks(t *testing.T) {
	t.Parallel()
	h := newOffice(t, t.TempDir())
	ctx := t.Context()
	h.ok(h.NameOrganisation(ctx, "", "Gemeente Zonderregel"))
	reg, err := h.BringText(ctx, "", "Verordening meedoen", "tekst.md", "Artikel 1\nTekst.\n\nArtikel 2\nMeer tekst.\n")
	h.ok(err)
	h.ok(h.NameTriangle(ctx, "", view.BeginTriangle{Owner: "Olga", Policy: "Piet", Execution: "Uma", Professional: "Bas"}))
	desk, policy, execution := h.named("Bas"), h.named("Piet"), h.named("Uma")

	// Without rules a decision names the text version: by date, or by the digest
	// of the text.
	read := func(version string) (rows []outcome.Row, code string) {
		o := h.IntakeOptions()
		rows, ds := outcome.Read("u.csv", strings.NewReader("zaak;regeling;regelversie;datum;uitkomst;bedrag;groep;contact;grond;synthetisch;artikel\n"+
			"Z-2026-001;"+reg+";"+version+";2026-11-20;afgewezen;;;gesproken;;nee;artikel-2\n"), o)
		if len(ds) > 0 {
			return nil, ds[0].Code
		}
		return rows, ""
	}
	if _, code := read("versie-3"); code != "versie-onbekend" {
		t.Errorf("an unknown version: %q", code)
	}
	rows, code := read("2026-11-01")
	if code != "" {
		t.Fatalf("the date of a text: %s", code)
	}
	_, err = h.Receive(ctx, execution, "u.csv", rows)
	h.ok(err)
	// With outcomes the regulation is of level 2.
	if r, err := h.Regulation(ctx, "", reg); err != nil || r.Level != 2 {
		t.Errorf("level %d, %v", r.Level, err)
	}

	// Without rules no decision is computed here, and that is said.
	_, err = h.Decide(ctx, desk, view.DecideInput{Case: reg + "/zaak-1", Date: rule.MustDate("2026-11-20")})
	var no *view.Refusal
	if !errors.As(err, &no) || no.Text == "" || no.Hint == "" {
		t.Errorf("deciding without rules: %v", err)
	}

	// Without outcomes a promised change is confirmed by the reporters and an
	// own count of the execution.
	signal, err := h.FileSignal(ctx, desk, view.SignalInput{
		Anchor: view.Anchor{Regulation: reg, Article: "artikel-1"}, Tile: view.TileCannot, Text: "De brief komt te laat.", Frequency: view.Weekly, Shown: view.SeenByOwner,
	})
	h.ok(err)
	receipt, err := h.Receipt(ctx, desk, signal)
	h.ok(err)
	issue := strings.TrimPrefix(receipt.Issue.Href, "/knelpunten/")
	h.ok(h.Answer(ctx, policy, view.AnswerInput{
		Issue: issue, Kind: view.AnswerAdapt, Reason: "Wij sturen de brief eerder.", FromTomorrow: "Bel de ouders alvast.", DeliverBy: rule.MustDate("2026-12-01"),
	}))
	err = h.CloseIssue(ctx, policy, issue)
	if !errors.As(err, &no) {
		t.Fatalf("closed without a count or a confirmation: %v", err)
	}
	h.ok(h.CountWork(ctx, execution, view.CountInput{Issue: issue, Before: "12", After: "1"}))
	h.ok(h.React(ctx, desk, view.ReactionInput{Signal: signal, Recognised: true}))
	page, err := h.Issue(ctx, desk, issue)
	h.ok(err)
	if page.Row.State != view.IssueSolved {
		t.Errorf("after a count and a confirmation the knelpunt is %s", page.Row.State)
	}
}

// What people paste begins an article in many ways; a sentence about an article is
// text.
func TestPastedArticles(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Artikel 3 Hoogte\nTekst.":                          "## Artikel 3 Hoogte\n\nTekst.",
		"Artikel 3\nTekst.":                                 "## Artikel 3\n\nTekst.",
		"artikel 2:3a. Wie verhuist, meldt dat.":            "## artikel 2:3a\nWie verhuist, meldt dat.\n",
		"  Artikel 3: De vergunning duurt een jaar. En dan": "## Artikel 3\nDe vergunning duurt een jaar. En dan\n",
		"Artikel 3. De vergunning duurt een jaar.":          "## Artikel 3\nDe vergunning duurt een jaar.\n",
		"Artikel 3 is niet van toepassing.":                 "Artikel 3 is niet van toepassing.",
		"Artikel 3, eerste lid, geldt voor hem":             "Artikel 3, eerste lid, geldt voor hem",
		"Artikelen zijn er niet":                            "Artikelen zijn er niet",
		"## Artikel 1 Begrippen\nTekst.":                    "## Artikel 1 Begrippen\nTekst.",
	} {
		if got := office.AsMarkdown("", in); got != want {
			t.Errorf("%q gives %q, want %q", in, got, want)
		}
	}
}
