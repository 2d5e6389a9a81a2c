package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"lemniscaat/internal/authz"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/office"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/screen"
)

// hands is a clock that a test moves.
type hands struct{ at atomic.Int64 }

func (h *hands) now() time.Time   { return time.Unix(h.at.Load(), 0).UTC() }
func (h *hands) set(text string)  { h.at.Store(mustTime(text).Unix()) }
func mustTime(s string) time.Time { t, err := time.Parse(time.RFC3339, s); must(err); return t }

func must(err error) {
	if err != nil {
		panic(told(err))
	}
}

// told is an error with what a refusal holds.
func told(err error) string {
	var no *screen.Refusal
	if errors.As(err, &no) {
		return fmt.Sprintf("%+v", *no)
	}
	return err.Error()
}

const goodPassword = "paarse fiets onder water"

var consoleRole = authz.Principal{Account: "opdrachtregel", Roles: []string{authz.RoleConsole}, Level: authz.LevelKey}

// form is somebody who sends a form.
func (h *house) post(target string, v visitor, fields url.Values) *httptest.ResponseRecorder {
	return h.do(h.ask(http.MethodPost, target, v, "application/x-www-form-urlencoded", fields.Encode()))
}

// member makes an account of a person and signs it in.
func (h *house) member(login, person, organisation string, roles ...string) visitor {
	h.t.Helper()
	i, err := h.who.Add(h.t.Context(), consoleRole, screen.AccountInput{Login: login, Name: "Account van " + login, Person: person, Organisation: organisation, Roles: roles})
	if err != nil {
		h.t.Fatal(told(err))
	}
	in, err := h.who.Accept(h.t.Context(), screen.AcceptInput{Secret: i.Secret, Password: goodPassword, Address: login, UserAgent: "Firefox/1 Linux"})
	if err != nil {
		h.t.Fatal(told(err))
	}
	if in.Step == screen.StepSetup { // an app
		app, err := h.who.BeginTOTP(h.t.Context(), in.Token)
		if err != nil {
			h.t.Fatal(told(err))
		}
		code, err := totp.GenerateCode(strings.ReplaceAll(app.Secret, " ", ""), h.who.Now())
		if err != nil {
			h.t.Fatal(told(err))
		}
		if in, _, err = h.who.FinishTOTP(h.t.Context(), in.Token, code); err != nil {
			h.t.Fatal(told(err))
		}
	}
	return h.session(login, in)
}

// session is the visitor of somebody who signed in.
func (h *house) session(login string, in screen.SignedIn) visitor {
	h.t.Helper()
	if in.Step != screen.StepNone {
		h.t.Fatalf("%s is not signed in: %q", login, in.Step)
	}
	return visitor{name: login, cookies: []*http.Cookie{{Name: "sessie", Value: in.Token}}}
}

// again signs in after the night: sessions end.
func (h *house) again(v visitor) visitor {
	h.t.Helper()
	in, err := h.who.SignIn(h.t.Context(), screen.SignInInput{Login: v.name, Password: goodPassword, Address: v.name, UserAgent: "Firefox/1 Linux"})
	if err != nil {
		h.t.Fatal(told(err))
	}
	return h.session(v.name, in)
}

var began = rule.MustDate("2026-11-01")

// town is an own installation in which a municipality works, and a second
// organisation that executes one regulation; each with people who can sign in.
type town struct {
	*house
	*hands
	eva, bas, uma, sam, wilma visitor
	issue, another, decision  string
}

const (
	here      = "Gemeente Voorbeeldstad"
	there     = "Uitvoerder Alfa"
	zorg      = "zorgtoeslag"
	zorgPlace = zorg + "/artikel-2"
	toeslag   = "individuele-inkomenstoeslag"
	toePlace  = toeslag + "/verordening-artikel-2"
)

// openTown opens it on 20 November 2026. Bas signs for policy until the 22nd.
func openTown(t *testing.T) *town {
	t.Helper()
	w := &town{hands: &hands{}}
	w.set("2026-11-20T09:00:00Z")
	w.house = openHouseAt(t, true, w.now)
	ctx := t.Context()
	do := func(who string, c loop.Command) {
		t.Helper()
		if err := w.in.Perform(ctx, who, c); err != nil {
			t.Fatal(told(err))
		}
	}
	do(string(loop.System), loop.NameOrganisation{Name: here})
	w.seats("alles", loop.Anchor{}, here, map[string][2]string{"eigenaar": {"eva", "Eva Eigenaar"}, "beleid": {"bas", "Bas Beleid"}, "uitvoering": {"uma", "Uma Uitvoering"}}, rule.MustDate("2026-11-22"))
	do("eva", loop.Appoint{Triangle: "alles", Term: loop.Term{Post: "uitvoering", Person: "sam", Name: loop.Words("Sam Balie"), From: began}})
	w.eva, w.bas, w.uma, w.sam = w.member("eva", "eva", ""), w.member("bas", "bas", ""), w.member("uma", "uma", ""), w.member("sam", "sam", "")
	w.wilma = w.member("wilma", "", "", authz.RoleManager)
	for article, issue := range map[string]*string{"verordening-artikel-2": &w.issue, "verordening-artikel-3": &w.another} {
		signal, err := w.in.FileSignal(ctx, "sam", screen.SignalInput{Anchor: screen.Anchor{Regulation: toeslag, Article: article}, Tile: screen.TileHarsh, Frequency: screen.Weekly, Text: "De grens past niet bij wat mensen meemaken."})
		must(err)
		r, err := w.in.Receipt(ctx, "sam", signal)
		must(err)
		*issue = strings.TrimPrefix(r.Issue.Href, "/knelpunten/")
	}
	w.decision = w.decided("sam", toePlace)
	return w
}

// seats makes a triangle.
func (w *town) seats(id string, scope loop.Anchor, org string, people map[string][2]string, until rule.Date) {
	set := loop.SetTriangle{ID: id, Scope: scope, From: began, Posts: []loop.Post{
		{ID: "eigenaar", Corner: loop.Eigenaar, Organisation: org}, {ID: "beleid", Corner: loop.Opdrachtgever, Coordinating: true, Organisation: org}, {ID: "uitvoering", Corner: loop.Opdrachtnemer, Organisation: org},
	}}
	for _, post := range []string{"eigenaar", "beleid", "uitvoering"} {
		term := loop.Term{Post: post, Person: loop.PersonID(people[post][0]), Name: loop.Words(people[post][1]), Signs: true, From: began}
		if post == "beleid" {
			term.Until = until
		}
		set.Terms = append(set.Terms, term)
	}
	must(w.in.Perform(w.t.Context(), string(loop.System), set))
}

// decided records a decision on a case.
func (w *town) decided(who, place string) string {
	w.t.Helper()
	id, err := w.in.RecordDecision(w.t.Context(), who, screen.RecordInput{Case: "Z-" + who + strings.ReplaceAll(place, "/", "-"), Place: place, Kind: "toekenning", Outcome: "toegekend", Date: loop.DateOf(w.now()), Amount: "100"})
	if err != nil {
		w.t.Fatal(told(err))
	}
	return id
}

// no sees to a page that refuses: the status, the words on it, and a line in the log.
func (w *town) no(r *httptest.ResponseRecorder, status int, words ...string) {
	w.t.Helper()
	text := strings.ReplaceAll(html.UnescapeString(r.Body.String()), "\u00a0", " ")
	if r.Code != status {
		w.t.Errorf("%d, want %d: %s", r.Code, status, clipTo(mainOf(text), 600))
		return
	}
	for _, x := range words {
		if !strings.Contains(text, x) {
			w.t.Errorf("the page does not say %q: %s", x, clipTo(mainOf(text), 900))
		}
	}
}

func mainOf(page string) string {
	_, after, _ := strings.Cut(page, "<main")
	return after
}

// refusals counts in the log what was refused to an account.
func (w *town) refusals(operation string) int {
	n := 0
	for line := range strings.Lines(w.said.String()) {
		var x struct {
			Msg, Operation string
			Allowed        bool
		}
		if json.Unmarshal([]byte(line), &x) == nil && x.Msg == "access" && x.Operation == operation && !x.Allowed {
			n++
		}
	}
	return n
}

// refused is what the page of refusals shows.
func (w *town) refused(ctx context.Context) (screen.DeniedView, error) {
	g, err := office.NewGuard(w.in.store, w.now, slog.New(slog.DiscardHandler))
	if err != nil {
		return screen.DeniedView{}, err
	}
	return g.Refused(ctx)
}

// TestASVS_Mandates: what somebody may is what they may at that moment: a mandate
// that ends, a chair that nobody holds, another organisation, break-glass and tokens,
// over pages and API. The parts go on where the one before stopped.
func TestASVS_Mandates(t *testing.T) {
	t.Parallel()
	w := openTown(t)
	outer := w.house.t
	in := func(part func(*testing.T)) func(*testing.T) {
		return func(t *testing.T) {
			w.house.t = t
			defer func() { w.house.t = outer }()
			part(t)
		}
	}
	t.Run("V8_2_1_BreakGlass", in(w.breakGlass))
	t.Run("V8_4_1_MovedOrganisation", in(w.moved))
	t.Run("V10_3_1_TokenEnded", in(w.tokenEnded))
	t.Run("V8_2_1_MandateThatEnded", in(w.ended))
	t.Run("V8_2_1_MandateTakenAway", in(w.takenAway))
	t.Run("V8_2_1_VacantChair", in(w.vacant))
}

func answerForm() url.Values {
	return url.Values{"formulier": {"antwoord"}, "soort": {string(screen.AnswerRefuse)}, "reden": {"De grens staat in de wet en past bij het doel."}, "herzie-op": {"2027-03-01"}}
}

// ended: who signed until a day, does so until the end of
// it; the day after, nothing, also within a session that goes on and when nothing was
// written since. The page says since when, and who appoints.
func (w *town) ended(t *testing.T) {
	w.set("2026-11-22T22:45:00Z") // a quarter to twelve at night in Amsterdam
	bas := w.again(w.bas)
	for _, page := range []string{"/knelpunten/" + w.issue, "/voorstellen", "/beslissingen"} {
		if r := w.get(page, bas); r.Code != http.StatusOK {
			t.Fatalf("%s on the last day: %d", page, r.Code)
		}
	}
	if text := w.get("/knelpunten/"+w.issue, bas).Body.String(); !strings.Contains(text, `action="/knelpunten/`+w.issue+`/antwoord"`) {
		t.Error("who owes the answer is not offered the form")
	}
	program := w.program("bas", "signalen:schrijven", "knelpunten:lezen")
	if r := w.report(program); r.Code != http.StatusCreated {
		t.Errorf("a program on the last day: %d %s", r.Code, r.Body)
	}
	before, refused, programs := w.head(), w.refusals("knelpunt.antwoorden"), w.refusals("signaal.melden")
	w.set("2026-11-22T23:05:00Z") // after midnight; in the same session
	w.no(w.post("/knelpunten/"+w.issue+"/antwoord", bas, answerForm()), http.StatusForbidden, "Uw plek hier is voorbij", "22 november 2026", "Eva Eigenaar benoemt mensen")
	w.no(w.get("/beslissingen/"+w.decision, bas), http.StatusForbidden, "Uw plek hier is voorbij")
	w.no(w.get("/knelpunten/"+w.issue, bas), http.StatusForbidden, "Uw plek hier is voorbij")
	if r := w.get("/account", bas); r.Code != http.StatusOK {
		t.Errorf("the own account: %d", r.Code)
	}
	// The program that works for Bas: what a person does is over, reading goes on.
	if r := w.report(program); r.Code != http.StatusForbidden || !strings.Contains(r.Body.String(), "geen plek in een driehoek meer") || !strings.Contains(r.Body.String(), "De beheerder") {
		t.Errorf("a program the day after: %d %s", r.Code, r.Body)
	}
	if r := w.get("/api/v1/knelpunten", program); r.Code != http.StatusOK {
		t.Errorf("reading as a program the day after: %d %s", r.Code, r.Body)
	}
	if n := w.refusals("signaal.melden"); n != programs+1 {
		t.Errorf("%d lines of the refusal of the program", n-programs)
	}
	if w.head() != before {
		t.Error("something was written")
	}
	if n := w.refusals("knelpunt.antwoorden"); n != refused+1 {
		t.Errorf("%d lines of the refusal", n-refused)
	}
	rows, err := w.refused(t.Context())
	if err != nil {
		t.Fatal(told(err))
	}
	kept := false
	for _, r := range rows.Rows {
		kept = kept || r.Operation == "knelpunt.antwoorden"
	}
	if !kept {
		t.Errorf("the page of refusals does not have it: %+v", rows.Rows)
	}
}

// takenAway: still there, and no longer signing.
func (w *town) takenAway(t *testing.T) {
	ctx := t.Context()
	// Bas comes back as staff, without a mandate.
	must(w.in.Perform(ctx, "eva", loop.Appoint{Triangle: "alles", Term: loop.Term{Post: "beleid", Person: "bas", Name: loop.Words("Bas Beleid"), From: rule.MustDate("2026-11-23")}}))
	bas := w.again(w.bas)
	if r := w.get("/knelpunten/"+w.issue, bas); r.Code != http.StatusOK {
		t.Errorf("reading as staff: %d", r.Code)
	}
	before := w.head()
	r := w.post("/knelpunten/"+w.issue+"/antwoord", bas, answerForm())
	w.no(r, http.StatusConflict, "Eva Eigenaar")
	// What asks for a mandate at the door is refused there.
	w.no(w.post("/voorstellen/v-1/sleutel", bas, url.Values{}), http.StatusForbidden, "Besluiten nemen beleid, uitvoering en de eigenaar.")
	if w.head() != before {
		t.Error("something was written")
	}
}

// vacant: when the chair is vacant the owner owes the answer,
// and nobody else may give it; pages and API say who.
func (w *town) vacant(t *testing.T) {
	w.set("2026-11-23T09:00:00Z") // nobody signs for policy
	key, err := w.who.MakeToken(t.Context(), consoleRole, screen.TokenInput{Name: "Overzicht", Scopes: []string{"knelpunten:lezen"}, Days: 30})
	must(err)
	if text := w.get("/driehoeken/alles", w.again(w.eva)).Body.String(); !strings.Contains(text, "vacant") && !strings.Contains(text, "Vacant") && !strings.Contains(text, "niemand") {
		t.Errorf("the triangle does not say that the chair is vacant: %s", clipTo(mainOf(text), 500))
	}
	before := w.head()
	for _, v := range []visitor{w.again(w.uma), w.again(w.sam)} {
		w.no(w.post("/knelpunten/"+w.issue+"/antwoord", v, answerForm()), http.StatusConflict, "Eva Eigenaar")
	}
	if w.head() != before {
		t.Error("something was written")
	}
	api := w.get("/api/v1/knelpunten/"+w.issue, visitor{token: key.Secret})
	if api.Code != http.StatusOK || !strings.Contains(api.Body.String(), `"antwoordt":"Eva Eigenaar"`) {
		t.Errorf("API: %d %s", api.Code, clipTo(api.Body.String(), 600))
	}
	if r := w.post("/knelpunten/"+w.issue+"/antwoord", w.again(w.eva), answerForm()); r.Code != http.StatusSeeOther {
		t.Errorf("the owner: %d %s", r.Code, clipTo(mainOf(r.Body.String()), 800))
	}
	// Somebody comes, and may at once, in a session of before.
	bas := w.again(w.bas)
	must(w.in.Perform(t.Context(), "eva", loop.Appoint{Triangle: "alles", Term: loop.Term{Post: "beleid", Person: "bas-2", Name: loop.Words("Bea Beleid"), Signs: true, From: rule.MustDate("2026-11-23")}}))
	must(w.in.Perform(t.Context(), "eva", loop.Leave{Triangle: "alles", Post: "beleid", Person: "bas", On: rule.MustDate("2026-11-23")}))
	bea := w.member("bea", "bas-2", "")
	if r := w.post("/knelpunten/"+w.another+"/antwoord", bea, answerForm()); r.Code != http.StatusSeeOther {
		t.Errorf("who was appointed: %d %s", r.Code, clipTo(mainOf(r.Body.String()), 800))
	}
	w.set("2026-11-23T23:05:00Z")
	w.no(w.get("/knelpunten", bas), http.StatusSeeOther) // the session of Bas was not used for an hour
}

// moved: who goes to work for another organisation works
// on its cases from that day on, and no longer on those of before, whatever the
// account still names. A session that began before does not help.
func (w *town) moved(t *testing.T) {
	ctx := t.Context()
	w.seats("zorg", loop.Anchor{Regulation: zorg}, there, map[string][2]string{"eigenaar": {"alfa-1", "Abe"}, "beleid": {"alfa-2", "Bo"}, "uitvoering": {"ann", "Ann Alfa"}}, rule.Date{})
	theirs := w.decided("ann", zorgPlace)
	sam := w.again(w.sam)
	if r := w.get("/beslissingen/"+w.decision, sam); r.Code != http.StatusOK {
		t.Fatalf("the own decision: %d", r.Code)
	}
	w.no(w.get("/beslissingen/"+theirs, sam), http.StatusNotFound)
	program := w.program("sam", "signalen:lezen", "signalen:schrijven")
	r := w.report(program)
	reported := r.Header().Get("Location")
	if r.Code != http.StatusCreated {
		t.Fatalf("report: %d %s", r.Code, r.Body)
	}
	if r := w.get(reported, program); r.Code != http.StatusOK {
		t.Fatalf("the own signal: %d %s", r.Code, r.Body)
	}
	must(w.in.Perform(ctx, "eva", loop.Leave{Triangle: "alles", Post: "uitvoering", Person: "sam", On: rule.MustDate("2026-11-20")}))
	must(w.in.Perform(ctx, "alfa-1", loop.Appoint{Triangle: "zorg", Term: loop.Term{Post: "uitvoering", Person: "sam", Name: loop.Words("Sam Balie"), Signs: true, From: rule.MustDate("2026-11-21")}}))
	w.set("2026-11-20T22:50:00Z")
	sam = w.again(w.sam)
	w.set("2026-11-20T23:10:00Z") // the 21st, in the same session
	refused := w.refusals("beslissing.lezen")
	w.no(w.get("/beslissingen/"+w.decision, sam), http.StatusNotFound)
	w.no(w.post("/beslissingen/"+w.decision+"/neem", sam, url.Values{}), http.StatusNotFound)
	if n := w.refusals("beslissing.lezen"); n != refused+1 {
		t.Errorf("%d lines of the refusal", n-refused)
	}
	if text := w.get("/beslissingen", sam).Body.String(); strings.Contains(text, w.decision) || !strings.Contains(text, theirs) {
		t.Error("the list is not that of the new organisation")
	}
	if r := w.get("/beslissingen/"+theirs, sam); r.Code != http.StatusOK {
		t.Errorf("a decision of the new organisation: %d", r.Code)
	}
	// Who stays sees what Sam left behind.
	if r := w.get("/beslissingen/"+w.decision, w.again(w.uma)); r.Code != http.StatusOK {
		t.Errorf("a colleague: %d", r.Code)
	}
	// The program that works on behalf of Sam finds what it reported here no more.
	if r := w.get(reported, program); r.Code != http.StatusNotFound || !strings.Contains(r.Body.String(), "niet-gevonden") {
		t.Errorf("a signal of before, as a program: %d %s", r.Code, r.Body)
	}
}

// report reports a signal as a program, and gives its address.
func (w *town) report(v visitor) *httptest.ResponseRecorder {
	w.t.Helper()
	return w.do(w.ask(http.MethodPost, "/api/v1/signalen", v, "application/json", `{"plaats":{"regeling":"`+toeslag+`","artikel":"verordening-artikel-2"},"soort":"te-hard","hoeVaak":"wekelijks","tekst":"De brief is niet te begrijpen."}`))
}

// program makes a token on behalf of somebody.
func (w *town) program(person string, scopes ...string) visitor {
	w.t.Helper()
	key, err := w.who.MakeToken(w.t.Context(), consoleRole, screen.TokenInput{Name: "Koppeling", Person: person, Scopes: scopes, Days: 30})
	must(err)
	return visitor{token: key.Secret}
}

// tokenEnded: a token that ended by date, or was revoked, is refused
// at once; the answer says why and who can, and the log has it.
func (w *town) tokenEnded(t *testing.T) {
	ctx := t.Context()
	fresh := func() (visitor, string) {
		key, err := w.who.MakeToken(ctx, consoleRole, screen.TokenInput{Name: "Koppeling", Scopes: []string{"knelpunten:lezen"}, Days: 1})
		must(err)
		return visitor{token: key.Secret}, key.Token.ID
	}
	ends, _ := fresh()
	revoked, id := fresh()
	for _, v := range []visitor{ends, revoked} {
		if r := w.get("/api/v1/knelpunten", v); r.Code != http.StatusOK {
			t.Fatalf("%d %s", r.Code, r.Body)
		}
	}
	must(w.who.RevokeToken(ctx, consoleRole, id))
	check := func(v visitor) {
		t.Helper()
		r := w.get("/api/v1/knelpunten", v)
		if r.Code != http.StatusUnauthorized || r.Header().Get("Content-Type") != "application/problem+json" || !strings.Contains(r.Header().Get("WWW-Authenticate"), "invalid_token") {
			t.Errorf("%d %v", r.Code, r.Header())
		}
		for _, x := range []string{"verlopen of ingetrokken", "beheerder"} {
			if !strings.Contains(r.Body.String(), x) {
				t.Errorf("the answer does not say %q: %s", x, r.Body)
			}
		}
	}
	check(revoked)
	w.set("2026-11-21T23:09:59Z")
	if r := w.get("/api/v1/knelpunten", ends); r.Code != http.StatusOK {
		t.Errorf("a second before its end: %d", r.Code)
	}
	w.set("2026-11-21T23:10:00Z")
	check(ends)
	if n := strings.Count(w.said.String(), `"wat":"sleutel-geweigerd"`); n != 2 {
		t.Errorf("%d lines for two refusals", n)
	}
}

// breakGlass: a manager does not read cases; under break-glass they
// do, and everything they do or read by it is in the log. When it is over it is over,
// in the middle of a session, and the page says so.
func (w *town) breakGlass(t *testing.T) {
	page := "/beslissingen/" + w.decision
	w.no(w.get(page, w.wilma), http.StatusForbidden, "Zaken zijn te lezen door wie er zelf mee werkt")
	events := func() (out []string) {
		for r, err := range w.in.store.All(t.Context(), 1) {
			must(err)
			if strings.HasPrefix(r.Type, "toegang.nood") {
				out = append(out, r.Type+" "+string(r.Data))
			}
		}
		return out
	}
	if r := w.post("/noodtoegang", w.wilma, url.Values{"formulier": {"nood"}, "reden": {"Het zaaksysteem ligt plat en een brief moet vandaag weg."}, "minuten": {"30"}}); r.Code != http.StatusSeeOther {
		t.Fatalf("open: %d %s", r.Code, clipTo(mainOf(r.Body.String()), 600))
	}
	if r := w.get(page, w.wilma); r.Code != http.StatusOK {
		t.Fatalf("under break-glass: %d", r.Code)
	}
	if r := w.get("/beheer", w.wilma); r.Code != http.StatusOK { // what a manager may anyway leaves no line
		t.Fatalf("%d", r.Code)
	}
	if r := w.post("/beslissingen/"+w.decision+"/neem", w.wilma, url.Values{}); r.Code != http.StatusForbidden {
		t.Errorf("break-glass decides on a case: %d", r.Code)
	}
	got := events()
	if len(got) < 2 || !strings.HasPrefix(got[0], "toegang.nood.1") || !strings.Contains(strings.Join(got, "\n"), `"beslissing.lezen"`) || strings.Contains(strings.Join(got, "\n"), `"beheer.lezen"`) {
		t.Errorf("trace: %v", got)
	}
	if text := w.get("/noodtoegang", w.wilma).Body.String(); !strings.Contains(text, "zaaksysteem ligt plat") {
		t.Error("the list does not show it")
	}
	w.set("2026-11-20T09:29:59Z")
	if r := w.get(page, w.wilma); r.Code != http.StatusOK {
		t.Errorf("a second before the end: %d", r.Code)
	}
	w.set("2026-11-20T09:30:00Z")
	trace, refused := len(events()), w.refusals("beslissing.lezen")
	w.no(w.get(page, w.wilma), http.StatusForbidden, "Uw noodtoegang is voorbij sinds 20 november 2026, 10.30 uur", "Open noodtoegang opnieuw")
	if n := len(events()); n != trace {
		t.Error("after the end something was marked")
	}
	if n := w.refusals("beslissing.lezen"); n != refused+1 {
		t.Errorf("%d lines of the refusal", n-refused)
	}
	// Ended by hand is the same.
	if r := w.post("/noodtoegang", w.wilma, url.Values{"formulier": {"nood"}, "reden": {"Nog een brief moet vandaag de deur uit."}, "minuten": {"30"}}); r.Code != http.StatusSeeOther && r.Code != http.StatusConflict {
		t.Fatalf("open again: %d %s", r.Code, clipTo(mainOf(r.Body.String()), 600))
	}
}
