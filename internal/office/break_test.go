package office_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.yaml.in/yaml/v4"

	"lemniscaat/internal/explain/plain"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/web"
)

const ordinanceID = "verordening-maatschappelijke-participatie-kinderen-zuiderlinde"

// signal files one and gives its id and that of its knelpunt.
func (h *hall) signal(who, regulation, article, text string) (signal, issue string) {
	h.t.Helper()
	signal, err := h.FileSignal(h.t.Context(), who, view.SignalInput{
		Anchor: view.Anchor{Regulation: regulation, Article: article}, Tile: view.TileHarsh, Text: text, Frequency: view.Weekly,
	})
	h.ok(err)
	r, err := h.Receipt(h.t.Context(), who, signal)
	h.ok(err)
	return signal, strings.TrimPrefix(r.Issue.Href, "/knelpunten/")
}

func (h *hall) issue(who, id string) view.IssueView {
	h.t.Helper()
	v, err := h.Issue(h.t.Context(), who, id)
	h.ok(err)
	return v
}

// submitted brings a proposal on the income limit before both keys. band makes
// the expectation from an indicator and its prediction.
func (h *hall) submitted(issue, limit string, band func(view.IndicatorOption) (low, high string)) string {
	h.t.Helper()
	ctx := h.t.Context()
	p, err := h.OpenProposal(ctx, "karim", view.OpenProposalInput{Issue: issue, Title: "Inkomensgrens naar " + limit})
	h.ok(err)
	h.ok(h.JoinProposal(ctx, "femke", p))
	h.ok(h.EditParameter(ctx, "karim", view.ParameterInput{Proposal: p, Param: iit + ".inkomensgrens", Value: limit}))
	h.confirm(p)
	run, err := h.Simulate(ctx, "karim", p)
	h.ok(err)
	if s := h.simulated(run); s.State != view.SimulationDone {
		h.t.Fatalf("simulation: %s", s.Error)
	}
	v := h.waitSimulated(p)
	low, high := band(v.Indicators[0])
	h.ok(h.AddExpectation(ctx, "karim", view.ExpectationInput{
		Proposal: p, Goal: "Wie recht heeft, krijgt de toeslag.", Indicator: v.Indicators[0].Value, Low: low, High: high, Tripwire: "1",
		Horizon: v.Plan.Horizon,
	}))
	h.ok(h.SubmitProposal(ctx, "karim", p))
	for _, who := range []string{"femke", "karim"} {
		var ids []string
		for _, f := range h.proposal(who, p).Findings {
			if f.Accept.Can {
				ids = append(ids, f.ID)
			}
		}
		h.ok(h.AcceptFindings(ctx, who, p, ids, "Dit was er al."))
	}
	return p
}

func (h *hall) adopt(p string) {
	h.t.Helper()
	ctx := h.t.Context()
	for _, who := range []string{"femke", "karim"} {
		h.ok(h.GiveKey(ctx, who, view.KeyInput{Proposal: p, Digest: h.proposal(who, p).ProposalDigest}))
	}
	h.ok(h.Adopt(ctx, "karim", p, h.proposal("karim", p).Plan.From))
}

func suggested(i view.IndicatorOption) (string, string) { return i.Low, i.High }

// TestParallelSignals: what many people send at once is all there, once.
func TestParallelSignals(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	_, issue := h.signal("samira", iit, "verordening-artikel-2", "Eén euro te veel.")
	before := h.issue("femke", issue).Row.Signals
	const each = 15
	var wg sync.WaitGroup
	var mu sync.Mutex
	ids := map[string]bool{}
	for _, who := range []string{"samira", "joost", "marijke", "karim"} {
		wg.Go(func() {
			for n := range each {
				in := view.SignalInput{
					Anchor: view.Anchor{Regulation: iit, Article: "verordening-artikel-2"}, Tile: view.TileHarsh,
					Text: fmt.Sprintf("Verhaal %d van %s.", n, who), Frequency: view.Once, Key: fmt.Sprint(n),
				}
				var twice sync.WaitGroup // a double click
				for range 2 {
					twice.Go(func() {
						id, err := h.FileSignal(t.Context(), who, in)
						if err != nil {
							t.Errorf("%s %d: %v", who, n, err)
							return
						}
						mu.Lock()
						ids[id] = true
						mu.Unlock()
					})
				}
				twice.Wait()
			}
		})
	}
	wg.Wait()
	if len(ids) != 4*each {
		t.Errorf("%d signals were acknowledged, want %d", len(ids), 4*each)
	}
	if got := h.issue("femke", issue).Row.Signals - before; got != 4*each {
		t.Errorf("%d signals joined, want %d", got, 4*each)
	}
}

// TestRace: two people do the same at the same moment; one of them is first and
// the other is told so.
func TestRace(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ctx := t.Context()
	_, issue := h.signal("samira", iit, "verordening-artikel-2", "Eén euro te veel.")
	both := func(what string, f func() error) {
		t.Helper()
		errs := make([]error, 2)
		var wg sync.WaitGroup
		for k := range errs {
			wg.Go(func() { errs[k] = f() })
		}
		wg.Wait()
		var no *view.Refusal
		for k := range errs {
			if errs[k] == nil && errors.As(errs[1-k], &no) && no.Text != "" {
				return
			}
		}
		t.Errorf("%s: got %v and %v, want one done and one refused", what, errs[0], errs[1])
	}
	both("answer", func() error {
		return h.Answer(ctx, "femke", view.AnswerInput{
			Issue: issue, Kind: view.AnswerChange, Reason: "Te hard.", FromTomorrow: "Bel eerst.", DeliverBy: rule.MustDate("2027-01-01"),
		})
	})
	p := h.submitted(issue, "120 %", suggested)
	digest := h.proposal("femke", p).ProposalDigest
	both("key", func() error { return h.GiveKey(ctx, "femke", view.KeyInput{Proposal: p, Digest: digest}) })
	h.ok(h.GiveKey(ctx, "karim", view.KeyInput{Proposal: p, Digest: digest}))
	both("adopt", func() error { return h.Adopt(ctx, "karim", p, h.proposal("karim", p).Plan.From) })
}

// TestStaleEditor: somebody signs what was on the screen, while another edits.
func TestStaleEditor(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ctx := t.Context()
	_, issue := h.signal("samira", iit, "verordening-artikel-2", "Eén euro te veel.")
	p := h.submitted(issue, "120 %", suggested)
	digest := h.proposal("femke", p).ProposalDigest
	h.ok(h.EditParameter(ctx, "karim", view.ParameterInput{Proposal: p, Param: iit + ".inkomensgrens", Value: "125 %"}))
	if err := h.GiveKey(ctx, "femke", view.KeyInput{Proposal: p, Digest: digest}); err == nil {
		t.Error("a key on a text that is gone")
	}
	// A date that takes a planned measurement away is refused in words.
	v := h.proposal("karim", p)
	h.refused("datum", h.EditPlan(ctx, "karim", view.PlanInput{Proposal: p, From: v.Plan.Horizon.AddDays(1)}))
	h.refused("datum", h.EditPlan(ctx, "karim", view.PlanInput{Proposal: p, From: rule.MustDate("9999-12-31")}))
	h.ok(h.RemoveExpectation(ctx, "karim", p, v.Expectations[0].ID))
	gone := h.proposal("karim", p).ProposalDigest
	h.ok(h.RemoveExpectation(ctx, "karim", p, v.Expectations[0].ID)) // a double click
	if h.proposal("karim", p).ProposalDigest != gone {
		t.Error("removing what is gone changed the proposal")
	}
}

// TestRestart: the program stops in the middle and starts again; everything is
// as it was, and a simulation that only lived in memory is made again.
func TestRestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	h := openHall(t, dir, time.Date(2026, 9, 7, 9, 0, 0, 0, time.UTC))
	ctx := t.Context()
	h.ok(h.Seed(ctx))
	_, issue := h.signal("samira", iit, "verordening-artikel-2", "Eén euro te veel.")
	p := h.submitted(issue, "120 %", suggested)
	h.ok(h.GiveKey(ctx, "femke", view.KeyInput{Proposal: p, Digest: h.proposal("femke", p).ProposalDigest}))
	was, wasIssue := h.proposal("karim", p), h.issue("karim", issue)
	sim := h.simulated(was.Simulation.ID)
	register, err := h.Register(ctx, "", view.RegisterInput{})
	h.ok(err)
	h.shut()

	again := openHall(t, dir, h.now)
	if d := cmp.Diff(was, again.proposal("karim", p)); d != "" {
		t.Errorf("proposal after a restart (−before +after):\n%s", d)
	}
	if d := cmp.Diff(wasIssue, again.issue("karim", issue)); d != "" {
		t.Errorf("knelpunt after a restart (−before +after):\n%s", d)
	}
	now, err := again.Register(ctx, "", view.RegisterInput{})
	h.ok(err)
	if now.Head != register.Head || now.Events != register.Events {
		t.Errorf("chain: %d %s, was %d %s", now.Events, now.Head, register.Events, register.Head)
	}
	rerun := again.simulated(was.Simulation.ID)
	rerun.Run.Source.Seconds, rerun.Asked, rerun.Finished = sim.Run.Source.Seconds, sim.Asked, sim.Finished
	// A bar that is not drawn is no number, and how an axis writes its numbers is a
	// function: the drawings themselves are the same.
	if d := cmp.Diff(sim, rerun, cmpopts.EquateNaNs(), cmpopts.IgnoreTypes((func(float64) string)(nil))); d != "" {
		t.Errorf("simulation after a restart (−before +after):\n%s", d)
	}
	again.ok(again.GiveKey(ctx, "karim", view.KeyInput{Proposal: p, Digest: was.ProposalDigest}))
}

// TestTextOnly: a regulation without rules takes signals and answers from the
// first morning. What it cannot do is said before somebody tries, and nothing
// is promised that cannot be kept.
func TestTextOnly(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ctx := t.Context()
	signal, issue := h.signal("samira", ordinanceID, "artikel-4", "Er is geen formulier voor scholen.")
	v := h.issue("karim", issue)
	if v.Try.Can || !strings.Contains(v.Try.Why, "alleen tekst") {
		t.Errorf("try: %+v", v.Try)
	}
	_, err := h.OpenProposal(ctx, "karim", view.OpenProposalInput{Issue: issue, Title: "Formulier"})
	h.refused("voorstel-kan-niet", err)
	in := view.AnswerInput{
		Issue: issue, Kind: view.AnswerChange, Reason: "Er komt een formulier.", FromTomorrow: "Bel de school.", DeliverBy: rule.MustDate("2026-12-01"),
	}
	h.refused("alleen-tekst", h.Answer(ctx, "femke", in))
	in.Kind = view.AnswerAdapt
	h.ok(h.Answer(ctx, "femke", in))

	// Without outcomes the executor counts, and the reporters confirm.
	if v = h.issue("femke", issue); v.Count.Can || v.Count.Why == "" {
		t.Errorf("policy counts: %+v", v.Count)
	}
	if v = h.issue("karim", issue); !v.Count.Can {
		t.Fatalf("execution cannot count: %+v", v.Count)
	}
	for _, bad := range [][2]string{{"", "1"}, {"veel", "1"}, {"5", "-1"}, {"99999999999999999999", "1"}} {
		h.refused("telling", h.CountWork(ctx, "karim", view.CountInput{Issue: issue, Before: bad[0], After: bad[1]}))
	}
	h.refused("telling-niet-lager", h.CountWork(ctx, "karim", view.CountInput{Issue: issue, Before: "4", After: "4"}))
	h.refused("rol-onjuist", h.CountWork(ctx, "femke", view.CountInput{Issue: issue, Before: "9", After: "2"}))
	h.ok(h.CountWork(ctx, "karim", view.CountInput{Issue: issue, Before: "9", After: "2"}))
	h.ok(h.React(ctx, "samira", view.ReactionInput{Signal: signal, Recognised: true}))
	if v = h.issue("karim", issue); v.Row.State != view.IssueSolved {
		t.Errorf("knelpunt is %s: %+v", v.Row.State, v.Solved)
	}
}

// TestAbsent: nobody here decides about a national scheme; the page says who
// does.
func TestAbsent(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	_, issue := h.signal("samira", "zorgtoeslag", "artikel-2", "De partner telt te lang mee.")
	for _, who := range []string{"karim", "femke"} {
		v := h.issue(who, issue)
		if v.Try.Can || !strings.Contains(v.Try.Why, "Volksgezondheid") || v.CanAnswer.Can || !strings.Contains(v.CanAnswer.Why, "niet aangesloten") {
			t.Errorf("%s: try %+v, answer %+v", who, v.Try, v.CanAnswer)
		}
		_, err := h.OpenProposal(t.Context(), who, view.OpenProposalInput{Issue: issue})
		h.refused("voorstel-kan-niet", err)
	}
}

// TestOutside: measured outside the band the knelpunt opens again by itself and
// says so; then a second proposal starts from what is in force.
func TestOutside(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ctx := t.Context()
	_, issue := h.signal("samira", iit, "verordening-artikel-2", "Eén euro te veel.")
	p := h.submitted(issue, "120 %", func(i view.IndicatorOption) (string, string) {
		n := strings.TrimRight(i.Predicted, "\u00a0 %")
		return n, n // nobody hits a point
	})
	h.ok(h.Answer(ctx, "femke", view.AnswerInput{
		Issue: issue, Kind: view.AnswerChange, Reason: "Te hard.", FromTomorrow: "Bel eerst.", DeliverBy: rule.MustDate("2027-01-01"), Proposal: p,
	}))
	h.adopt(p)
	h.ok(h.MoveClock(ctx, rule.MustDate("2028-01-03")))
	var feed bytes.Buffer
	h.ok(h.DemoFeed(ctx, iit, "2027", &feed))
	_, err := h.ImportOutcomes(ctx, "karim", iit, "uitkomsten.csv", &feed)
	h.ok(err)
	m, err := h.Measurement(ctx, "femke", iit)
	h.ok(err)
	if m.Expectations[0].State != view.MeasureOutside || !strings.Contains(m.Expectations[0].Sentence, "buiten de band") {
		t.Fatalf("measured: %s %s", m.Expectations[0].State, m.Expectations[0].Sentence)
	}
	v := h.issue("femke", issue)
	if v.Row.State != view.IssueOpen || v.Row.Due.IsZero() || !v.CanAnswer.Can {
		t.Errorf("knelpunt is %s, due %v, answer %+v", v.Row.State, v.Row.Due, v.CanAnswer)
	}
	said := false
	for _, row := range v.Timeline {
		said = said || strings.Contains(row.Text, "Opnieuw geopend")
	}
	if !said {
		t.Errorf("the timeline does not say that it opened again: %+v", v.Timeline)
	}

	second := h.submitted(issue, "130 %", suggested)
	if d := h.proposal("karim", second).Diff; len(d) == 0 || !strings.Contains(d[0].Text, "120") || !strings.Contains(d[0].Text, "130") {
		t.Errorf("the second proposal should go from 120 to 130: %+v", d)
	}
	h.adopt(second)
	r, err := h.Register(ctx, "", view.RegisterInput{})
	h.ok(err)
	for _, x := range r.Regulations {
		if x.ID == iit && len(x.Versions) != 2 {
			t.Errorf("%d adopted versions in the register, want 2", len(x.Versions))
		}
	}
}

// TestHostileCase: a case is named by a pseudonym, whatever a case system sends
// as its reference; the reference itself is nowhere afterwards.
func TestHostileCase(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	for _, ref := range []string{"123456782", "Z-2026/0417 Jansen", "v1:zaak"} {
		id, err := h.FileSignal(t.Context(), "samira", view.SignalInput{
			Anchor: view.Anchor{Regulation: iit, Article: "verordening-artikel-2", Case: ref}, Tile: view.TileHarsh, Text: "Te hard.", Frequency: view.Once,
		})
		h.ok(err)
		r, err := h.Receipt(t.Context(), "samira", id)
		h.ok(err)
		name, err := h.Pseudonym(t.Context(), ref)
		h.ok(err)
		if again, _ := h.Pseudonym(t.Context(), name); again != name || r.Anchor.Case != name || !strings.HasPrefix(name, "v1:") {
			t.Errorf("%q became %q, its pseudonym is %q, and of that %q", ref, r.Anchor.Case, name, again)
		}
		for rec, err := range h.Store.All(t.Context(), 1) {
			h.ok(err)
			if strings.Contains(string(rec.Data), ref) {
				t.Errorf("the log holds %q: %s", ref, rec.Data)
			}
		}
	}
	_, err := h.FileSignal(t.Context(), "samira", view.SignalInput{
		Anchor: view.Anchor{Regulation: iit, Article: "verordening-artikel-2", Case: strings.Repeat("z", 201)}, Tile: view.TileHarsh, Text: "Te hard.", Frequency: view.Once,
	})
	h.refused("zaak-onjuist", err)
	_, err = h.Decide(t.Context(), "samira", view.DecideInput{Case: iit + "/zaak-2041", Date: rule.MustDate("9999-12-31")})
	h.refused("datum", err)
}

// TestWrongFiles: what is no file of outcomes changes nothing and is told why.
func TestWrongFiles(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	before, err := h.Register(t.Context(), "", view.RegisterInput{})
	h.ok(err)
	for name, data := range map[string]string{
		"binary": "PK\x03\x04\x00\x00\xff\xfe", "empty": "", "blank": "\n\n", "html": "<html><script>alert(1)</script>",
		"comma": "naam,bsn\nJan,123456782\n", "header": "zaak;regeling;regelversie;datum;uitkomst;bedrag;groep;contact;grond;synthetisch\n",
		"long": strings.Repeat("x", 1<<20), "many": strings.Repeat(";", 100_000),
	} {
		res, err := h.ImportOutcomes(t.Context(), "karim", iit, name+".csv", strings.NewReader(data))
		var no *view.Refusal
		if !(errors.As(err, &no) && no.Text != "") && (err != nil || len(res.Refused) == 0 || res.Refused[0].Text == "") {
			t.Errorf("%s: %+v, %v", name, res, err)
		}
	}
	after, err := h.Register(t.Context(), "", view.RegisterInput{})
	h.ok(err)
	if after.Head != before.Head {
		t.Error("a wrong file changed the log")
	}
}

var (
	hrefs = regexp.MustCompile(`href="(/[^"#]*)`)
	tags  = regexp.MustCompile(`<script>alert|<img src=x|onerror=alert\(1\)>`)
)

// TestCrawl reads every page that has a link, as everyone, before and after a
// turn with hostile texts in it: no page fails, no text is missing, and nothing
// that was typed becomes markup.
func TestCrawl(t *testing.T) {
	if testing.Short() {
		t.Skip("walks every page")
	}
	// kind is what addresses of one page for many things have in common.
	kind := func(address string) string {
		path, _, query := strings.Cut(address, "?")
		parts := strings.Split(strings.Trim(path, "/"), "/")
		return fmt.Sprint(parts[0], len(parts), query)
	}
	t.Parallel()
	h := newHall(t)
	ctx := t.Context()
	pages, err := web.New(web.Deps{Service: h.Office})
	h.ok(err)
	crawl := func(when string) {
		t.Helper()
		compared := map[string]bool{}
		for _, who := range []string{"", "samira", "marijke", "femke", "karim", "anneke"} {
			seen, kinds := map[string]bool{"/": true}, map[string]int{}
			for queue := []string{"/"}; len(queue) > 0; queue = queue[1:] {
				r := httptest.NewRequest(http.MethodGet, queue[0], nil)
				if who != "" {
					r.AddCookie(&http.Cookie{Name: "rol", Value: who})
				}
				w := httptest.NewRecorder()
				pages.ServeHTTP(w, r)
				body := w.Body.String()
				if w.Code != http.StatusOK {
					t.Errorf("%s, %q: %s gives %d", when, who, queue[0], w.Code)
				}
				if k := strings.Index(body, "⟦"); k >= 0 {
					t.Errorf("%s, %q: %s misses a text: %s", when, who, queue[0], body[k:min(len(body), k+60)])
				}
				if m := tags.FindString(body); m != "" {
					t.Errorf("%s, %q: %s has %q as markup", when, who, queue[0], m)
				}
				for _, m := range hrefs.FindAllStringSubmatch(body, -1) {
					next := strings.ReplaceAll(m[1], "&amp;", "&")
					if u, err := url.Parse(next); err != nil || seen[next] || strings.HasPrefix(u.Path, "/vast/") {
						continue
					}
					seen[next] = true
					// Enough of every kind: there is a page for each rule and each article.
					if kinds[kind(next)]++; kinds[kind(next)] > 12 {
						continue
					}
					// Two sides of a regulation are the same for everybody.
					if strings.Contains(next, "/vergelijk?") {
						if compared[next] || len(compared) >= 24 {
							continue
						}
						compared[next] = true
					}
					queue = append(queue, next)
				}
			}
			if len(seen) < 30 {
				t.Errorf("%s, %q: only %d pages found", when, who, len(seen))
			}
		}
	}
	crawl("a fresh demo")

	evil := `<script>alert(1)</script><img src=x onerror=alert(1)>"'&`
	signal, issue := h.signal("samira", iit, "verordening-artikel-2", evil)
	_, err = h.MeToo(ctx, "joost", issue, "")
	h.ok(err)
	p := h.submitted(issue, "120 %", suggested)
	h.ok(h.AnswerCompass(ctx, "femke", p, map[string]string{"probleem": evil}))
	h.ok(h.SubmitProposal(ctx, "karim", p))
	h.ok(h.ReturnProposal(ctx, "femke", p, evil))
	h.ok(h.SubmitProposal(ctx, "karim", p))
	h.ok(h.Answer(ctx, "femke", view.AnswerInput{
		Issue: issue, Kind: view.AnswerChange, Reason: evil, FromTomorrow: evil, DeliverBy: rule.MustDate("2027-01-01"), Proposal: p,
	}))
	d, err := h.Decide(ctx, "samira", view.DecideInput{Case: iit + "/zaak-2041", Date: rule.MustDate("2026-09-07")})
	h.ok(err)
	h.ok(h.NoteContact(ctx, "samira", view.ContactInput{Decision: d, Reached: true, Note: evil}))
	crawl("with a proposal before both keys")
	h.adopt(p)
	h.ok(h.MoveClock(ctx, rule.MustDate("2028-01-03")))
	var feed bytes.Buffer
	h.ok(h.DemoFeed(ctx, iit, "2027", &feed))
	_, err = h.ImportOutcomes(ctx, "karim", iit, evil+".csv", &feed)
	h.ok(err)
	if m, err := h.Measurement(ctx, "femke", iit); err == nil && m.Expectations[0].State == view.MeasureInside {
		h.ok(h.React(ctx, "samira", view.ReactionInput{Signal: signal, Why: evil}))
	}
	crawl("after the measurement")
}

// TestPlainTexts: the sentences that the office makes are easy to read. Short
// labels are no sentences and are not measured.
func TestPlainTexts(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("nl.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var tree map[string]any
	if err := yaml.Unmarshal(data, &tree); err != nil {
		t.Fatal(err)
	}
	fill := regexp.MustCompile(`\{[^}]*\}`)
	var all []string
	var walk func(path string, x any)
	walk = func(path string, x any) {
		switch x := x.(type) {
		case map[string]any:
			for k, v := range x {
				walk(path+"."+k, v)
			}
		case string:
			for _, form := range strings.Split(x, "|") {
				s := fill.ReplaceAllString(form, "12")
				if !strings.HasSuffix(s, ".") && !strings.HasSuffix(s, "?") {
					continue
				}
				all = append(all, s)
				r := plain.Measure(s)
				if r.LongestWords > plain.MaxSentence || len(r.Jargon) > 0 {
					t.Errorf("%s: %v", path[1:], r.Problems())
				}
			}
		}
	}
	walk("", tree)
	if len(all) < 60 {
		t.Fatalf("only %d sentences found", len(all))
	}
	// The words of the subject are long: together they count as one word each.
	terms := []string{"simulatie", "uitvoering", "uitvoeringstoets", "doenvermogentoets", "knelpunt", "verwachting", "huishoudens", "beleidskompas"}
	if got := plain.Measure(strings.Join(all, " "), terms...).Problems(); len(got) != 0 {
		t.Errorf("all together: %v", got)
	}
}
