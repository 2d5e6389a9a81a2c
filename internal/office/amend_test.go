package office_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	view "lemniscaat/internal/screen"
)

// openSketch opens a proposal as Karim.
func openSketch(t *testing.T, h *hall) string {
	t.Helper()
	id, err := h.OpenProposal(t.Context(), "karim", view.OpenProposalInput{Regulation: iit, Title: "Ruimere grens"})
	h.ok(err)
	return id
}

func amendment(t *testing.T, h *hall, in view.AmendmentInput) view.AmendmentView {
	t.Helper()
	v, err := h.Amendment(t.Context(), "karim", in)
	h.ok(err)
	return v
}

// sentence gives the lines under hands as a person reads them.
func sentence(v view.AmendmentView) []string {
	var out []string
	for _, l := range v.Effect.Sentence {
		var b strings.Builder
		for _, r := range l.Runs {
			b.WriteString(r.Text)
		}
		out = append(out, b.String())
	}
	return out
}

func changed(v view.AmendmentView) []string {
	side := func(ws []view.ChangedWords) string {
		var out []string
		for _, w := range ws {
			s := w.Text
			if w.Changed {
				s = "*" + s + "*"
			}
			out = append(out, s)
		}
		return strings.Join(out, " ")
	}
	var out []string
	for _, c := range v.Effect.Changes {
		out = append(out, side(c.Before)+" → "+side(c.After))
	}
	return out
}

func faults(v view.AmendmentView) []string {
	var out []string
	for _, f := range v.Effect.Faults {
		out = append(out, fmt.Sprintf("%d:%d %s %s", f.Line, f.Column, f.Field, f.Code))
	}
	return out
}

// TestAmendInSentence: a comparison, a parameter and a condition change; the
// sentence, the difference and the examples say so; saved, it stands in the
// proposal.
func TestAmendInSentence(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	id := openSketch(t, h)
	in := view.AmendmentInput{Proposal: id, Rule: iit + ".laag-inkomen"}
	v := amendment(t, h, in)
	if !v.Edit.Can || !v.Effect.Saved || len(v.Effect.Changes) > 0 || v.Effect.All < 10 || len(v.Effect.Examples) > 0 {
		t.Fatalf("fresh: %+v", v.Effect)
	}
	in.Text, in.Stand = v.Text, v.Stand
	in.Values = map[string]string{"vergelijking-1": "is kleiner dan"}
	in.Add, in.With = "lijst-1", "persoon.gemiddelde-maandinkomen"
	v = amendment(t, h, in)
	if diff := cmp.Diff([]string{
		"Een aanvrager is langdurig aangewezen op een laag inkomen", "indien hij aan alle volgende voorwaarden voldoet:",
		"zijn gezamenlijke maandinkomen is kleiner dan zijn grensbedrag", "zijn gemiddelde maandinkomen is groter dan of gelijk aan 0 €/mnd.",
	}, sentence(v)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{
		"zijn gezamenlijke maandinkomen is kleiner dan *of gelijk aan* zijn grensbedrag → zijn gezamenlijke maandinkomen is kleiner dan zijn grensbedrag",
		" → *zijn gemiddelde maandinkomen is groter dan of gelijk aan 0 €/mnd*",
	}, changed(v)); diff != "" {
		t.Error(diff)
	}
	if v.Effect.Saved || !v.Effect.Readable || len(v.Effect.Examples) == 0 {
		t.Errorf("effect: %+v", v.Effect)
	}
	if e := v.Effect.Examples[0]; e.Name == "" || e.Before == e.After || e.Before == "" {
		t.Errorf("example: %+v", e)
	}

	// The number that was put in is changed, and it is saved in one go.
	in.Text, in.Add = v.Text, ""
	in.Values = map[string]string{"vergeleken-2": "1.500", "toets-9": "is er niet"}
	h.ok(h.SaveAmendment(t.Context(), "karim", in))
	v = amendment(t, h, view.AmendmentInput{Proposal: id, Rule: in.Rule})
	if s := sentence(v); !v.Effect.Saved || s[len(s)-1] != "zijn gemiddelde maandinkomen is groter dan of gelijk aan 1.500 €/mnd." {
		t.Errorf("saved: %q", s)
	}
	p, err := h.Proposal(t.Context(), "karim", id)
	h.ok(err)
	if len(p.Diff) != 1 || !strings.Contains(p.Diff[0].Text, "1.500 €") || p.Diff[0].Effect == "" {
		t.Errorf("diff: %+v", p.Diff)
	}
	if len(p.Sentences) == 0 || !strings.HasSuffix(p.Sentences[0].Amend, "/regels/"+in.Rule) {
		t.Errorf("the changed rule is not on top: %+v", p.Sentences)
	}
	// Back to what is in force is no change: the loop says so, nothing is lost.
	h.refused("niets-veranderd", h.SaveAmendment(t.Context(), "karim", view.AmendmentInput{Proposal: id, Rule: in.Rule, Text: v.Text}))
}

func TestAmendParameter(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	id := openSketch(t, h)
	field := "parameter:" + iit + ".inkomensgrens"
	in := view.AmendmentInput{Proposal: id, Rule: iit + ".grensbedrag", Values: map[string]string{field: "veel"}}
	v := amendment(t, h, in)
	if diff := cmp.Diff([]string{"0:0 " + field + " waarde"}, faults(v)); diff != "" || v.Effect.Readable {
		t.Errorf("%s %v", diff, v.Effect.Readable)
	}
	err := h.SaveAmendment(t.Context(), "karim", in)
	h.refused("tekst-onleesbaar", err)
	var no *view.Refusal
	if !errors.As(err, &no) || len(no.Fields) != 1 || no.Fields[0].Field != field {
		t.Errorf("fields %+v", no)
	}
	in.Values[field] = "90 %"
	v = amendment(t, h, in)
	if c := changed(v); len(c) != 1 || !strings.Contains(c[0], "van 110 % naar 90 %") || len(v.Effect.Examples) == 0 {
		t.Errorf("%q, %d examples", c, len(v.Effect.Examples))
	}
	h.ok(h.SaveAmendment(t.Context(), "karim", in))
	p, err := h.Proposal(t.Context(), "karim", id)
	h.ok(err)
	if len(p.Diff) != 1 || !strings.Contains(p.Diff[0].Text, "90 %") {
		t.Errorf("diff %+v", p.Diff)
	}
}

func TestAmendAsText(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	id := openSketch(t, h)
	in := view.AmendmentInput{Proposal: id, Rule: iit + ".geen-recht", Plain: true}
	text := amendment(t, h, in).Text
	for name, c := range map[string]struct{ text, want string }{
		"een onbekende naam": {strings.Replace(text, "recht op individuele inkomenstoeslag", "recht op alles", 1), "5:30"},
		"regels van Windows": {strings.ReplaceAll(strings.Replace(text, "0 €", "0 jr", 1), "\n", "\r\n"), "3:"},
		"niets":              {"  ", "1:1"},
		"een markering":      {text + "<script>", "6:1"},
		"een andere regel":   {strings.Replace(text, "Regel", "// Id: "+iit+".ander\nRegel", 1), "1:1"},
		"te laat geldig":     {strings.Replace(text, "2026", "2030", 1), "1:1"},
		"een kring":          {strings.Replace(text, "0 €", "de individuele inkomenstoeslag van zijn bijstandspartner", 1), "1:1"},
		"te lang":            {text + strings.Repeat("// x\n", 20_000), "1:1"},
	} {
		in.Text = c.text
		v := amendment(t, h, in)
		if f := faults(v); len(f) == 0 || !strings.HasPrefix(f[0], c.want) || v.Effect.Readable {
			t.Errorf("%s: %q", name, f)
		}
		if name != "regels van Windows" && v.Text != c.text {
			t.Errorf("%s: what was typed is gone", name)
		}
		h.refused("tekst-onleesbaar", h.SaveAmendment(t.Context(), "karim", in))
		e, err := h.CheckText(t.Context(), "karim", in)
		h.ok(err)
		if len(e.Faults) != len(v.Effect.Faults) {
			t.Errorf("%s: another answer while typing: %v", name, e.Faults)
		}
	}
	// Mended, with a comment, it is kept as it was typed.
	in.Text = strings.Replace(text, "0 €", "25 € // een begin", 1)
	v := amendment(t, h, in)
	if !v.Effect.Readable || len(v.Effect.Examples) == 0 {
		t.Fatalf("%+v", v.Effect)
	}
	h.ok(h.SaveAmendment(t.Context(), "karim", in))
	if v = amendment(t, h, view.AmendmentInput{Proposal: id, Rule: in.Rule, Plain: true}); !strings.Contains(v.Text, "// een begin") || !v.Effect.Saved {
		t.Errorf("text %q", v.Text)
	}
	// In the sentence it can be edited too.
	if v = amendment(t, h, view.AmendmentInput{Proposal: id, Rule: in.Rule}); len(v.Lines) == 0 || v.Plain {
		t.Error("no sentence")
	}
}

// TestAmendTable: a rule that becomes a table gets a field in each cell.
func TestAmendTable(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	id := openSketch(t, h)
	in := view.AmendmentInput{Proposal: id, Rule: iit + ".grensbedrag", Plain: true, Text: `Beslistabel grensbedrag
    geldig altijd
    |   | het grensbedrag van een aanvrager moet gesteld worden op | indien zijn bijstandsnorm groter is dan |
    |---|----------------------------------------------------------|-----------------------------------------|
    | 1 | 1.600 €/mnd                                              | 0 €/mnd                                 |
`}
	v := amendment(t, h, in)
	if !v.Effect.Readable || len(v.Effect.Sentence) != 1 || v.Effect.Sentence[0].Table == nil || len(v.Effect.Sentence[0].Table.Rows) != 1 {
		t.Fatalf("%v %+v", faults(v), v.Effect.Sentence)
	}
	h.ok(h.SaveAmendment(t.Context(), "karim", in))
	in = view.AmendmentInput{Proposal: id, Rule: in.Rule, Values: map[string]string{"cel-1": "1.700"}, Add: "rij-erbij"}
	v = amendment(t, h, in)
	if len(v.Lines) != 1 || v.Lines[0].Table == nil || len(v.Lines[0].Table.Rows) != 2 || v.Lines[0].Table.Rows[1].Cells[0].Field.Value != "1.700 €/mnd" {
		t.Errorf("%v %+v", faults(v), v.Lines)
	}
	if f := v.Lines[0].Table.Rows[1].Cells[1].Field; f.Name != "cel-4" || !slices.Contains(f.Suggest, "n.v.t.") || f.Label == "" {
		t.Errorf("%+v", f)
	}
}

// TestAmendStale: who was second is told who was first and what that one made of
// it, and decides.
func TestAmendStale(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	id := openSketch(t, h)
	in := view.AmendmentInput{Proposal: id, Rule: iit + ".geen-recht", Values: map[string]string{"waarde-1": "10"}}
	mine := amendment(t, h, view.AmendmentInput{Proposal: id, Rule: in.Rule})
	theirs := in
	theirs.Values = map[string]string{"waarde-1": "20"}
	h.ok(h.SaveAmendment(t.Context(), "femke", theirs))

	in.Text, in.Stand = mine.Text, mine.Stand
	h.refused("inmiddels-veranderd", h.SaveAmendment(t.Context(), "karim", in))
	v := amendment(t, h, in)
	if v.Conflict == nil || v.Conflict.By != "Femke de Wit" || v.Conflict.At.IsZero() || v.Stand != mine.Stand {
		t.Fatalf("conflict %+v", v.Conflict)
	}
	if s := v.Conflict.Lines[0].Runs; len(s) == 0 || len(v.Conflict.Changes) != 1 || !strings.Contains(v.Text, "10 €") {
		t.Errorf("theirs %+v, mine %q", s, v.Text)
	}
	in.Stand = v.Conflict.Stand
	h.ok(h.SaveAmendment(t.Context(), "karim", in))
	// Another rule of the same proposal is no conflict.
	other := view.AmendmentInput{Proposal: id, Rule: iit + ".laag-inkomen", Stand: amendment(t, h, view.AmendmentInput{Proposal: id, Rule: iit + ".laag-inkomen"}).Stand, Values: map[string]string{"vergelijking-1": "is kleiner dan"}}
	in.Values, in.Stand, in.Text = map[string]string{"waarde-1": "30"}, "", ""
	h.ok(h.SaveAmendment(t.Context(), "femke", in))
	h.ok(h.SaveAmendment(t.Context(), "karim", other))
}

// TestAmendTogether: of edits of several rules at once none is lost.
func TestAmendTogether(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	id := openSketch(t, h)
	var all sync.WaitGroup
	errs := make(chan error, 2)
	for rule, value := range map[string]string{"geen-recht": "waarde-1", "laag-inkomen": "vergelijking-1"} {
		all.Go(func() {
			text := map[string]string{"waarde-1": "10", "vergelijking-1": "is kleiner dan"}[value]
			errs <- h.SaveAmendment(context.Background(), "karim", view.AmendmentInput{Proposal: id, Rule: iit + "." + rule, Values: map[string]string{value: text}})
		})
	}
	all.Wait()
	h.ok(<-errs)
	h.ok(<-errs)
	p, err := h.Proposal(t.Context(), "karim", id)
	h.ok(err)
	if len(p.Diff) != 2 {
		t.Errorf("%+v", p.Diff)
	}
}

func TestAmendWho(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	id := openSketch(t, h)
	in := view.AmendmentInput{Proposal: id, Rule: iit + ".laag-inkomen", Values: map[string]string{"vergelijking-1": "is kleiner dan"}}
	for _, who := range []string{"", "samira", "anneke"} {
		v, err := h.Amendment(t.Context(), who, in)
		h.ok(err)
		if v.Edit.Can || v.Edit.Why == "" || len(v.Effect.Changes) > 0 {
			t.Errorf("%q: %+v", who, v.Edit)
		}
		h.refused("wijzigen-kan-niet", h.SaveAmendment(t.Context(), who, in))
		if _, err := h.CheckText(t.Context(), who, in); err == nil {
			t.Errorf("%q may check", who)
		}
		if _, err := h.CompleteText(t.Context(), who, in, 0); err == nil {
			t.Errorf("%q may complete", who)
		}
	}
	// What is in a national law is not the municipality's to change.
	v := amendment(t, h, view.AmendmentInput{Proposal: id, Rule: iit + ".leeftijd"})
	if v.Edit.Can || !strings.Contains(v.Edit.Why, "landelijke wet") {
		t.Errorf("%+v", v.Edit)
	}
	for _, in := range []view.AmendmentInput{{Proposal: "v-niets", Rule: in.Rule}, {Proposal: id, Rule: "niets"}, {Proposal: id, Rule: "zorgtoeslag.recht"}} {
		if _, err := h.Amendment(t.Context(), "karim", in); !errors.Is(err, view.ErrNotFound) {
			t.Errorf("%+v: %v", in, err)
		}
	}
	// A reader who goes away is not waited for.
	gone, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
	defer cancel()
	<-gone.Done()
	if _, err := h.Amendment(gone, "karim", in); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("gone: %v", err)
	}
}

func TestTextHelp(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	id := openSketch(t, h)
	half := "Regel langdurig laag inkomen // één\r\n    geldig vanaf 2026\n        Een aanvrager is langdurig aangewezen op een laag inkomen\n        indien hij aan alle volgende voorwaarden voldoet:\n            - zijn bijst"
	in := view.AmendmentInput{Proposal: id, Rule: iit + ".laag-inkomen", Text: half}
	end := utf8.RuneCountInString(half) - 1 // a line end counts once
	list, err := h.CompleteText(t.Context(), "karim", in, end)
	h.ok(err)
	i := slices.IndexFunc(list, func(c view.TextHelp) bool { return c.Label == "bijstandspartner" })
	if i < 0 || len(list) < 2 || list[i].From != end-len("bijst") || list[i].To != end || list[i].Kind != "rol" {
		t.Errorf("%+v", list)
	}
	// What is there already is not offered: Enter has to give a new line.
	in.Text = half + "andspartner is leeg"
	list, err = h.CompleteText(t.Context(), "karim", in, end+len("andspartner is leeg"))
	h.ok(err)
	for _, x := range list {
		if x.Label == "leeg" {
			t.Errorf("%+v", x)
		}
	}
	in.Text = "Regel grensbedrag\n    geldig vanaf 2026\n        Het grensbedrag van een aanvrager moet berekend worden als\n        de inkomensgrens van zijn geldende bijstandsnorm.\n"
	at := func(word string) int { return utf8.RuneCountInString(in.Text[:strings.Index(in.Text, word)]) + 1 }
	for word, want := range map[string]string{"inkomensgrens": "110%", "geldende bijstandsnorm": "Volgt uit", "moet": ""} {
		x, err := h.ExplainText(t.Context(), "karim", in, at(word))
		h.ok(err)
		if want == "" && x.Label != "" || want != "" && (x.Label != word || !strings.Contains(x.Detail, want)) || strings.ContainsAny(x.Detail, "*`") || strings.Contains(x.Detail, ".md") {
			t.Errorf("%s: %+v", word, x)
		}
	}
	x, err := h.ExplainText(t.Context(), "karim", view.AmendmentInput{Proposal: id, Rule: iit + ".grensbedrag", Text: in.Text}, at("grensbedrag van"))
	h.ok(err)
	if strings.Count(x.Detail, "Volgt uit: grensbedrag") != 1 || strings.Contains(x.Detail, ";") {
		t.Errorf("the rule under hands counts twice: %+v", x)
	}
	for _, far := range []int{-1, 9999} {
		if list, err = h.CompleteText(t.Context(), "karim", in, far); err != nil || list == nil {
			t.Errorf("%d: %v %v", far, list, err)
		}
	}
}
