package office_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lemniscaat/internal/bwb"
	"lemniscaat/internal/i18n"
	"lemniscaat/internal/office"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/run"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/sqlite"
	"lemniscaat/regelingen"
)

// hall is an office on a fresh data folder with a clock that the test moves.
type hall struct {
	*office.Office
	t   testing.TB
	now time.Time
	mu  sync.Mutex
	ids int
	// start makes ids of two runs of the program differ.
	start int64
	shut  func()
}

const iit = "individuele-inkomenstoeslag"

func newHall(t *testing.T) *hall {
	t.Helper()
	h := openHall(t, t.TempDir(), time.Date(2026, 9, 7, 9, 0, 0, 0, time.UTC))
	h.ok(h.Seed(t.Context()))
	return h
}

// shipped are the regulations and variants that ship, read once: halls do not
// change them.
var shippedOnce = sync.OnceValues(func() (*regulation.Set, []regulation.Variant) {
	set, ds := regulation.Load(regelingen.Files)
	variants, more := regulation.Variants(regelingen.Files)
	if errors.Join(ds.Err(), more.Err()) != nil {
		return nil, nil
	}
	return set, variants
})

func shipped() (*regulation.Set, []regulation.Variant, error) {
	set, variants := shippedOnce()
	if set == nil {
		return nil, nil, errors.New("what ships cannot be read")
	}
	return set, variants, nil
}

// findings are shared by all halls: they depend on the rules alone, and finding
// them takes seconds. A hall computes nothing ahead: it would do so for all
// regulations, at every change of a rule and of the day, and most tests look at one.
var findings office.Tests

// openHall opens an office on a data folder, as the program does when it starts.
func openHall(t testing.TB, dir string, now time.Time) *hall {
	t.Helper()
	log, err := sqlite.Open(t.Context(), dir, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return openHallOn(t, log, now)
}

// openHallOn opens an office on a store; two of them may share a database.
func openHallOn(t testing.TB, log store.Store, now time.Time, change ...func(*office.Config)) *hall {
	t.Helper()
	set, variants, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	variants = slices.Clone(variants)
	variants = append(variants, regulation.Variant{ // for the tests that compare
		ID: "lagere-drempel", Name: "Lagere drempel", From: rule.MustDate("2026-01-01"),
		Parameters: []regulation.Override{{ID: "zorgtoeslag.drempelinkomen", Text: "25.000"}},
	})
	demo, err := office.ReadDemo()
	if err != nil {
		t.Fatal(err)
	}
	demo.Texts = []office.Text{ordinance(t)}
	h := &hall{t: t, now: now, start: now.UnixNano()}
	demo.Advance = func(to rule.Date) error {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.now = time.Date(to.Year, time.Month(to.Month), to.Day, 9, 0, 0, 0, time.UTC)
		return nil
	}
	secret := sha256.Sum256([]byte("test"))
	library := run.NewLibrary(set, func(ctx context.Context) ([]*regulation.Regulation, error) { return office.Texts(ctx, log) }, run.Synthetic)
	runs := run.NewHere(library, time.Now, 500)
	c := office.Config{
		Store: log, Shipped: set, Variants: variants, Secret: secret[:], People: demo.Persons(), Organisation: demo.Organisation,
		Population: "nl:2000", Households: demo.Households, Demo: demo, Runs: runs, Know: library.Know, Tests: &findings, Cold: true, Search: 5 * time.Minute,
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
	if h.Office, err = office.New(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	h.shut = sync.OnceFunc(func() { h.Close(); runs.Close(); log.Close() })
	t.Cleanup(h.shut)
	return h
}

func ordinance(t testing.TB) office.Text {
	t.Helper()
	f, err := os.Open("../../regelingen/voorbeelden/verordening-meedoen-kinderen.md")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text, ds := bwb.Read("verordening.md", f)
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	return office.Text{File: "verordening.md", Text: text}
}

func (h *hall) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// refused asserts that the loop says no, with this code, and that it says why
// and what would help.
func (h *hall) refused(code string, err error) {
	h.t.Helper()
	var no *view.Refusal
	if !errors.As(err, &no) {
		h.t.Fatalf("got %v, want refusal %s", err, code)
	}
	if no.Code != code {
		h.t.Fatalf("got refusal %s (%s), want %s", no.Code, no.Text, code)
	}
	if no.Text == "" {
		h.t.Errorf("refusal %s says nothing", code)
	}
}

func (h *hall) proposal(who, id string) view.ProposalView {
	h.t.Helper()
	v, err := h.Proposal(h.t.Context(), who, id)
	h.ok(err)
	return v
}

func (h *hall) simulated(id string) view.SimulationView {
	h.t.Helper()
	deadline := time.Now().Add(2 * time.Minute)
	for {
		v, err := h.Simulation(h.t.Context(), "karim", id)
		h.ok(err)
		if v.State.Over() {
			return v
		}
		if time.Now().After(deadline) {
			h.t.Fatal("simulation does not end")
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// TestTurn walks one whole turn of the loop: a signal from the desk becomes a
// tested, simulated, jointly decided, explained and measured change. The
// refusals on the way are part of it.
func TestTurn(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ctx := t.Context()

	// The case: just over the limit, so nothing.
	zaak := iit + "/zaak-2041"
	decision, err := h.Decide(ctx, "samira", view.DecideInput{Case: zaak, Date: rule.MustDate("2026-09-07")})
	h.ok(err)
	d, err := h.Decision(ctx, "samira", decision)
	h.ok(err)
	// The same in English: another sentence, the same steps.
	if e, err := h.Decision(i18n.WithLanguage(ctx, "en"), "samira", decision); err != nil || !strings.HasPrefix(e.Sentence, "You ") || len(e.Trace) != len(d.Trace) {
		t.Errorf("in English: %q, %d lines, %v", e.Sentence, len(e.Trace), err)
	}
	if d.Positive || !d.Intended {
		t.Fatalf("decision: positive %v, intended %v: %s", d.Positive, d.Intended, d.Sentence)
	}
	if d.Discretion == nil || !strings.Contains(d.Discretion.Cost, "640") {
		t.Errorf("strict application should cost 640 euro: %+v", d.Discretion)
	}

	// Signal from the case.
	_, err = h.FileSignal(ctx, "samira", view.SignalInput{Anchor: d.Anchor, Tile: view.TileHarsh, Text: "Bel 06-12345678", Frequency: view.Weekly, Key: "a"})
	h.refused("persoonsgegeven", err)
	in := view.SignalInput{Anchor: d.Anchor, Tile: view.TileHarsh, Text: "Vijf euro te veel en het gezin krijgt niets.", Frequency: view.Weekly, Key: "b"}
	signal, err := h.FileSignal(ctx, "samira", in)
	h.ok(err)
	again, err := h.FileSignal(ctx, "samira", in)
	h.ok(err)
	if again != signal {
		t.Fatalf("sent twice: %s and %s", signal, again)
	}
	r, err := h.Receipt(ctx, "samira", signal)
	h.ok(err)
	if r.Owner != "Femke de Wit" || r.Due != rule.MustDate("2026-10-19") {
		t.Fatalf("receipt: owner %q, due %v", r.Owner, r.Due)
	}
	issue := strings.TrimPrefix(r.Issue.Href, "/knelpunten/")

	// A colleague.
	_, err = h.MeToo(ctx, "joost", issue, "")
	h.ok(err)
	_, err = h.MeToo(ctx, "joost", issue, "")
	h.refused("al-gemeld", err)

	// The answer.
	answer := view.AnswerInput{Issue: issue, Kind: view.AnswerChange, Reason: "De grens is te hard. Wij stellen een hogere grens voor.", DeliverBy: rule.MustDate("2027-01-01")}
	h.refused("vanaf-morgen-ontbreekt", h.Answer(ctx, "femke", answer))
	answer.FromTomorrow = "Zit iemand tot 10 % boven de grens? Bel eerst en gebruik de hardheidsclausule."
	h.refused("rol-onjuist", h.Answer(ctx, "karim", answer))
	h.ok(h.Answer(ctx, "femke", answer))
	if v, err := h.Receipt(ctx, "joost", signal); err != nil || v.Standing == "" {
		t.Fatalf("standing answer not shown: %v", err)
	}

	// The proposal, opened by execution.
	_, err = h.OpenProposal(ctx, "samira", view.OpenProposalInput{Issue: ""})
	if err == nil {
		t.Fatal("a proposal on nothing")
	}
	p, err := h.OpenProposal(ctx, "karim", view.OpenProposalInput{Issue: issue, Title: "Inkomensgrens naar 120 %"})
	h.ok(err)
	h.refused("medeauteur-beleid-ontbreekt", h.SubmitProposal(ctx, "karim", p))
	h.ok(h.JoinProposal(ctx, "femke", p))
	h.refused("inhoud-ontbreekt", h.SubmitProposal(ctx, "karim", p))

	// The parameter inside the sentence.
	h.refused("waarde", h.EditParameter(ctx, "karim", view.ParameterInput{Proposal: p, Param: iit + ".inkomensgrens", Value: "veel"}))
	h.ok(h.EditParameter(ctx, "karim", view.ParameterInput{Proposal: p, Param: iit + ".inkomensgrens", Value: "120 %"}))
	h.ok(h.EditStep(ctx, "karim", view.StepInput{Proposal: p, Step: iit + ".inkomen-bewijzen", Value: "brief"}))
	letter := h.proposal("karim", p)
	if k := slices.IndexFunc(letter.StepChoices, func(c view.StepChoice) bool { return c.ID == iit+".inkomen-bewijzen" }); k < 0 || letter.StepChoices[k].Value != "brief" || !letter.StepChoices[k].Changed {
		t.Errorf("a letter as choice of a step: %+v", letter.StepChoices)
	}
	if !slices.ContainsFunc(letter.Diff, func(c view.DiffLine) bool { return strings.Contains(c.Text, "brief") }) {
		t.Errorf("a letter in words: %+v", letter.Diff)
	}
	h.ok(h.EditStep(ctx, "karim", view.StepInput{Proposal: p, Step: iit + ".inkomen-bewijzen", Value: "zelf-ophalen"}))
	v := h.proposal("karim", p)
	if len(v.Diff) < 2 || !strings.Contains(v.Diff[0].Text, "110") || !strings.Contains(v.Diff[0].Text, "120") {
		t.Fatalf("diff in words: %+v", v.Diff)
	}
	h.refused("toets-ontbreekt", h.SubmitProposal(ctx, "karim", p))

	// A change that hurts more than today is refused, whoever wants it.
	h.ok(h.EditParameter(ctx, "karim", view.ParameterInput{Proposal: p, Param: iit + ".bedrag-voor-gehuwden", Value: "1.900"}))
	h.confirm(p)
	h.refused("zwaarwegende-bevinding", h.SubmitProposal(ctx, "karim", p))
	h.ok(h.EditParameter(ctx, "karim", view.ParameterInput{Proposal: p, Param: iit + ".bedrag-voor-gehuwden", Value: "640"}))
	h.refused("digest-verouderd", h.SubmitProposal(ctx, "karim", p))
	h.confirm(p)

	// Simulation and expectation.
	h.refused("verwachting-ontbreekt", h.SubmitProposal(ctx, "karim", p))
	run, err := h.Simulate(ctx, "karim", p)
	h.ok(err)
	sim := h.simulated(run)
	if sim.State != view.SimulationDone || sim.Run.Sentence == "" || !sim.Run.Synthetic {
		t.Fatalf("simulation: %s %s %q", sim.State, sim.Error, sim.Run.Sentence)
	}
	v = h.waitSimulated(p)
	opt := v.Indicators[0]
	e := view.ExpectationInput{Proposal: p, Goal: "Wie recht heeft, krijgt de toeslag.", Indicator: opt.Value, Low: opt.Low, High: opt.High, Horizon: rule.MustDate("2027-12-31")}
	h.refused("struikeldraad-ontbreekt", h.AddExpectation(ctx, "karim", e))
	e.Tripwire = "5"
	h.ok(h.AddExpectation(ctx, "karim", e))
	h.ok(h.AnswerCompass(ctx, "femke", p, map[string]string{"probleem": "Een paar euro te veel kost een gezin alles."}))
	h.ok(h.SubmitProposal(ctx, "karim", p))

	// Keys: existing findings first, then two persons on one digest.
	v = h.proposal("femke", p)
	h.refused("bevinding-niet-aanvaard", h.GiveKey(ctx, "femke", view.KeyInput{Proposal: p, Digest: v.ProposalDigest}))
	for _, who := range []string{"femke", "karim"} {
		var ids []string
		for _, f := range h.proposal(who, p).Findings {
			if f.Weighty && f.Change == view.FindingExisting {
				ids = append(ids, f.ID)
			}
		}
		h.refused("bevinding-onbekend", h.AcceptFindings(ctx, who, p, append(ids[:len(ids):len(ids)], "bestaat-niet"), "Later."))
		if v := h.proposal(who, p); len(v.Findings[0].Accepted) == 2 {
			t.Error("half of a refused form was accepted")
		}
		h.ok(h.AcceptFindings(ctx, who, p, ids, "Wij nemen dit mee in de volgende wijziging."))
		h.ok(h.AcceptFindings(ctx, who, p, ids, "Wij nemen dit mee in de volgende wijziging.")) // a double click
	}
	v = h.proposal("femke", p)
	h.ok(h.GiveKey(ctx, "femke", view.KeyInput{Proposal: p, Digest: v.ProposalDigest}))
	h.refused("sleutel-al-omgedraaid", h.GiveKey(ctx, "femke", view.KeyInput{Proposal: p, Digest: v.ProposalDigest}))
	h.refused("rol-onjuist", h.GiveKey(ctx, "samira", view.KeyInput{Proposal: p, Digest: v.ProposalDigest}))
	// One key is not enough.
	h.refused("sleutel-ontbreekt", h.Adopt(ctx, "karim", p, rule.MustDate("2027-01-01")))
	// An edit makes the key fall.
	h.ok(h.AnswerCompass(ctx, "femke", p, map[string]string{"doel": "Minder alles of niets."}))
	if v = h.proposal("femke", p); v.Keys[0].Given || !v.Keys[0].Fallen {
		t.Fatalf("the key stands after an edit: %+v", v.Keys)
	}
	h.ok(h.SubmitProposal(ctx, "karim", p))
	h.refused("digest-verouderd", h.GiveKey(ctx, "femke", view.KeyInput{Proposal: p, Digest: v.ProposalDigest[:63] + "x"}))
	v = h.proposal("femke", p)
	h.ok(h.GiveKey(ctx, "femke", view.KeyInput{Proposal: p, Digest: v.ProposalDigest}))
	h.ok(h.GiveKey(ctx, "karim", view.KeyInput{Proposal: p, Digest: v.ProposalDigest}))
	h.refused("andere-datum", h.Adopt(ctx, "karim", p, rule.MustDate("2027-02-01")))
	h.ok(h.Adopt(ctx, "karim", p, rule.MustDate("2027-01-01")))

	// In force: the same case, the new version.
	h.ok(h.MoveClock(ctx, rule.MustDate("2028-01-03")))
	h.fromPart()
	decision, err = h.Decide(ctx, "samira", view.DecideInput{Case: zaak, Date: rule.MustDate("2027-03-01")})
	h.ok(err)
	d, err = h.Decision(ctx, "samira", decision)
	h.ok(err)
	if !d.Positive || d.Before == nil || d.Before.Same || len(d.Trace) == 0 {
		t.Fatalf("under the new version: positive %v, before %v: %s", d.Positive, d.Before, d.Sentence)
	}

	// Outcomes, measured, confirmed.
	var feed bytes.Buffer
	h.ok(h.DemoFeed(ctx, iit, "2027", &feed))
	res, err := h.ImportOutcomes(ctx, "karim", iit, "uitkomsten.csv", bytes.NewReader(feed.Bytes()))
	h.ok(err)
	if res.Rows == 0 || len(res.Measured) == 0 {
		t.Fatalf("import: %+v", res)
	}
	m, err := h.Measurement(ctx, "femke", iit)
	h.ok(err)
	if len(m.Expectations) != 1 || m.Expectations[0].State == view.MeasureNone || !m.Synthetic {
		t.Fatalf("measurement: %+v", m.Expectations)
	}
	t.Log(m.Expectations[0].Sentence)
	if _, err := h.ImportOutcomes(ctx, "karim", iit, "uitkomsten.csv", bytes.NewReader(feed.Bytes())); err == nil {
		t.Error("the same file twice")
	}
	if m.Expectations[0].State == view.MeasureInside {
		h.ok(h.React(ctx, "samira", view.ReactionInput{Signal: signal, Recognised: true}))
		mine, err := h.MySignals(ctx, "joost", view.Asked{})
		h.ok(err)
		for _, row := range mine.Rows {
			if strings.HasSuffix(row.Issue.Href, issue) {
				h.ok(h.React(ctx, "joost", view.ReactionInput{Signal: row.ID, Recognised: true}))
			}
		}
		iv, err := h.Issue(ctx, "femke", issue)
		h.ok(err)
		if iv.Row.State != view.IssueSolved {
			t.Fatalf("knelpunt is %s: %+v", iv.Row.State, iv.Solved)
		}
	}
	reg, err := h.Register(ctx, "", view.RegisterInput{})
	h.ok(err)
	if reg.Head == "" || len(reg.Regulations) < 5 {
		t.Fatalf("register: %d regulations, head %q", len(reg.Regulations), reg.Head)
	}
}

// confirm does all assessments as computed, with the least that people have to
// add, and fills in what stands beside the rules.
func (h *hall) confirm(p string) {
	h.t.Helper()
	h.paper(p)
	for _, a := range h.proposal("karim", p).Assessments {
		in := view.AssessmentInput{Proposal: p, Assessment: a.ID, Answers: map[string]string{}, Verdict: a.Verdicts[0].Value}
		for _, i := range a.Items {
			switch {
			case !i.Required:
			case i.Answer != "": // the page offers it again
				in.Answers[i.ID] = i.Answer
			case len(i.Options) > 0:
				in.Answers[i.ID] = i.Options[len(i.Options)-1].Value
			case i.Number:
				in.Answers[i.ID] = "0"
			default:
				in.Answers[i.ID] = "Ja."
			}
		}
		h.ok(h.ConfirmAssessment(h.t.Context(), "karim", in))
	}
}

// paper answers the Beleidskompas and compares the options.
func (h *hall) paper(p string) {
	h.t.Helper()
	v := h.proposal("karim", p)
	answers := map[string]string{}
	for _, q := range v.Compass {
		if q.Required && q.Answer == "" {
			answers[q.ID] = "Zo is het nu."
		}
	}
	if len(answers) > 0 {
		h.ok(h.AnswerCompass(h.t.Context(), "karim", p, answers))
	}
	if v.OptionsWhy != "" {
		return
	}
	rows := v.Options
	for k := range rows {
		rows[k].Effect, rows[k].Chosen = "Dit doet het.", k == 0
	}
	h.ok(h.CompareOptions(h.t.Context(), "karim", view.OptionsInput{Proposal: p, Rows: rows, Why: "Dit helpt het meest."}))
}

// waitSimulated waits until a finished run is attached.
func (h *hall) waitSimulated(p string) view.ProposalView {
	h.t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if v := h.proposal("karim", p); v.Simulation != nil && !v.Simulation.Running {
			return v
		}
	}
	h.t.Fatal("simulation is not attached")
	return view.ProposalView{}
}
