package office_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"lemniscaat/internal/authz"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/office"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/web"
)

// party is one of two organisations in one installation: its people, the
// regulation that it works on, and what it filled in, all of it marked.
type party struct {
	name, mark, regulation, article  string
	owner, policy, execution, desk   string
	decision, signal, issue, another string
}

var twoParties = []*party{
	{name: "Uitvoerder Alfa", mark: "MERKALFA", regulation: "zorgtoeslag", article: "artikel-2", owner: "alfa-1", policy: "alfa-2", execution: "alfa-3", desk: "alfa-4"},
	{name: "Gemeente Beta", mark: "MERKBETA", regulation: "individuele-inkomenstoeslag", article: "verordening-artikel-2", owner: "beta-1", policy: "beta-2", execution: "beta-3", desk: "beta-4"},
}

func (p *party) people() []string { return []string{p.owner, p.policy, p.execution, p.desk} }

// openTwo opens an installation in which two organisations work, each on a
// regulation of its own, and fills it.
func openTwo(t *testing.T) (*hall, []*party) {
	t.Helper()
	return openParties(t, twoParties)
}

func openParties(t *testing.T, parties []*party) (*hall, []*party) {
	t.Helper()
	var both []*party
	affiliation := map[string]string{}
	h := newOffice(t, t.TempDir(), func(c *office.Config) {
		for _, x := range parties {
			p := *x
			both = append(both, &p)
			for k, id := range p.people() {
				person := office.Person{ID: id, Name: "Medewerker " + id, Title: "medewerker", Corner: []loop.Corner{loop.Eigenaar, loop.Opdrachtgever, loop.Opdrachtnemer, ""}[k], Mandate: 1_000_00}
				c.People = append(c.People, person)
				affiliation[id] = p.name
			}
		}
		c.Affiliation = func() map[string]string { return affiliation }
	})
	ctx := t.Context()
	today := rule.MustDate("2026-11-23")
	h.ok(h.NameOrganisation(ctx, "", "Samen"))
	for _, p := range both {
		corner := func(c string, coordinating bool) view.PostField {
			return view.PostField{Corner: c, Organisation: p.name, Coordinating: coordinating}
		}
		id, err := h.Arrange(ctx, p.owner, view.ArrangementInput{
			Scope: p.regulation, From: today, Posts: []view.PostField{corner("eigenaar", false), corner("opdrachtgever", true), corner("opdrachtnemer", false)},
			People: map[string]string{"0": p.owner, "1": p.policy, "2": p.execution},
		})
		h.ok(err)
		p.another = id
		p.signal, p.issue = h.signal(p.desk, p.regulation, p.article, "Een grens die niet past bij wat mensen meemaken.")
		_, err = h.FileSignal(ctx, p.desk, view.SignalInput{
			Anchor: view.Anchor{Regulation: p.regulation, Article: p.article, Case: "v1:" + p.mark + "zaak"}, Tile: view.TileUnclear, Frequency: view.Weekly,
			Text: "De brief is niet te begrijpen.", Shown: view.SeenByEveryone, Files: []view.Upload{{Name: p.mark + ".txt", Data: []byte("inhoud " + p.mark)}},
		})
		if err != nil { // A text file may not be accepted; the case is what matters.
			_, err = h.FileSignal(ctx, p.desk, view.SignalInput{
				Anchor: view.Anchor{Regulation: p.regulation, Article: p.article, Case: "v1:" + p.mark + "zaak"}, Tile: view.TileUnclear, Frequency: view.Weekly,
				Text: "De brief is niet te begrijpen.", Shown: view.SeenByEveryone,
			})
		}
		h.ok(err)
		p.decision, err = h.RecordDecision(ctx, p.execution, view.RecordInput{
			Case: "v1:" + p.mark + "zaak", Place: p.regulation + "/" + p.article, Kind: "stopzetting", Outcome: p.mark + " uitkomst", Date: today, Amount: "100", Loss: "2000",
		})
		h.ok(err)
		h.ok(h.SetProvision(ctx, p.execution, view.ProvisionInput{Team: p.another, ID: "ov", Name: p.mark + " OV-kaart", Amount: "80", InKind: true}))
		h.ok(h.SetBudget(ctx, p.execution, view.BudgetInput{Team: p.another, Quarter: "2026-Q4", Amount: "10000"}))
		h.ok(h.SetNotices(ctx, p.execution, view.NoticeSettingsInput{Address: strings.ToLower(p.mark) + "@voorbeeld.nl", Pace: "direct"}))
		for _, role := range []string{"professional", "teamleider", "uitvoeringsadviseur"} {
			h.ok(h.SetMandate(ctx, p.execution, view.MandateInput{Team: p.another, Role: role, Amount: "500"}))
		}
		_, err = h.GrantDiscretion(ctx, p.execution, view.DiscretionInput{Decision: p.decision, Ground: loop.GroundProvision, Reason: p.mark + " reden", Provision: "ov", Amount: "80"})
		h.ok(err)
	}
	return h, both
}

// TestASVS_V8_4_1_OrganisationsApart walks every page that there is to read as
// everybody of one organisation, in every role, with every id of the other one, and
// looks for what only the other one has.
func TestASVS_V8_4_1_OrganisationsApart(t *testing.T) {
	if testing.Short() {
		t.Skip("walks every page of two organisations")
	}
	t.Parallel()
	h, both := openTwo(t)
	pages, err := web.New(web.Deps{Service: h, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	mark := regexp.MustCompile(`(?i)merk(alfa|beta)`)
	asked, own := 0, map[string]int{}
	for _, p := range both {
		other := both[0]
		if p == other {
			other = both[1]
		}
		for _, role := range authz.Roles() {
			if role == authz.RoleOnlooker {
				continue // of the demo
			}
			for _, person := range []string{p.execution, p.desk} {
				if (person == p.desk) != (role == authz.RoleProfessional || role == authz.RoleLeader || role == authz.RoleAuditor) {
					continue
				}
				by := authz.Principal{Account: "a-" + person, Person: person, Organisation: p.name, Roles: []string{role}, Level: authz.LevelKey}
				for _, path := range readable(both, role == authz.RoleExecution) {
					ctx, cancel := context.WithTimeout(authz.With(t.Context(), by), 2*time.Minute)
					r := httptest.NewRequest(http.MethodGet, path, nil).WithContext(ctx)
					r.AddCookie(&http.Cookie{Name: "rol", Value: person})
					w := httptest.NewRecorder()
					pages.ServeHTTP(w, r)
					cancel()
					asked++
					if w.Code >= 500 && w.Code != http.StatusServiceUnavailable {
						t.Errorf("%s as %s: %d", path, role, w.Code)
					}
					for _, m := range mark.FindAllString(w.Body.String(), -1) {
						if strings.EqualFold(m, p.mark) {
							own[p.name]++
						} else {
							t.Errorf("%s as %s of %s shows %s", path, role, p.name, m)
							break
						}
					}
				}
			}
		}
		// Who reported, though for everybody here, is not for another organisation.
		for _, s := range h.issue(other.execution, p.issue).Stories {
			if s.Reporter != "" || s.Case != "" {
				t.Errorf("%s sees who reported, or on which case: %+v", other.name, s)
			}
		}
		// What is not there and what is of another organisation look the same.
		for _, id := range []string{other.decision, "bestaat-niet"} {
			if _, err := h.Decision(t.Context(), p.execution, id); err == nil {
				t.Errorf("%s opens the decision %s", p.name, id)
			}
		}
	}
	for _, p := range both {
		if own[p.name] < 20 {
			t.Errorf("%s finds its own marks only %d times: this test looks at nothing", p.name, own[p.name])
		}
	}
	t.Logf("%d pages, own marks %v", asked, own)
}

// readable gives every page with every id; all is with the costly ones.
func readable(both []*party, all bool) []string {
	var out []string
	for _, r := range web.Routes() {
		path, ok := strings.CutPrefix(r.Pattern, "GET ")
		if !ok || strings.Contains(path, "/vast/") || strings.Contains(path, "stroom") || strings.HasSuffix(path, ".pdf") || strings.HasPrefix(path, "/bevolking") || strings.HasPrefix(path, "/stand/") || strings.HasPrefix(path, "/verhalen/") {
			continue
		}
		if !all && (strings.HasPrefix(path, "/recht") || strings.HasPrefix(path, "/inkomen") || strings.HasPrefix(path, "/regelingen/")) {
			continue
		}
		path = strings.TrimSuffix(path, "{$}")
		if !strings.Contains(path, "{") {
			out = append(out, path)
			if path == "/maatwerk" {
				for _, p := range both {
					out = append(out, path+"?team="+p.another)
				}
			}
			continue
		}
		for _, p := range both {
			id := map[string]string{"beslissing": p.decision, "signaal": p.signal}[r.Kind]
			switch {
			case strings.HasPrefix(path, "/knelpunten/"):
				id = p.issue
			case strings.HasPrefix(path, "/driehoeken/"):
				id = p.another
			case id == "":
				id = "x"
			}
			q := strings.NewReplacer("{id}", id, "{n}", "1", "{regeling}", p.regulation, "{artikel}", p.article, "{station}", "signaleer", "{periode}", "2026").Replace(path)
			if !strings.Contains(q, "{") {
				out = append(out, q)
			}
		}
	}
	return out
}

// TestASVS_V8_4_1_AccountOfNobody: an auditor and a manager with break-glass whose
// account is of no person read the cases of the organisation that the account names,
// and of no other; that of the installation reads those of the only organisation here.
func TestASVS_V8_4_1_AccountOfNobody(t *testing.T) {
	t.Parallel()
	rules, err := authz.New()
	if err != nil {
		t.Fatal(err)
	}
	reads := func(h *hall, by authz.Principal, p *party) (listed, opened, allowed, told bool) {
		t.Helper()
		ctx := authz.With(t.Context(), by)
		v, err := h.Decisions(ctx, by.Person, "", view.Asked{})
		h.ok(err)
		for _, r := range v.Rows {
			listed = listed || r.ID == p.decision
		}
		_, err = h.Decision(ctx, by.Person, p.decision)
		opened = err == nil
		of := h.OrganisationOf(ctx, "beslissing", p.decision)
		d := rules.Decide(authz.Request{Principal: by, Operation: "beslissing.lezen", Resource: authz.Resource{Kind: "beslissing", ID: p.decision, Organisation: of}})
		_, err = h.Receipt(ctx, by.Person, p.signal)
		return listed, opened, d.Allowed, err == nil
	}
	account := func(of string, roles ...string) authz.Principal {
		return authz.Principal{Account: "a-1", Organisation: of, Roles: roles, Level: authz.LevelKey}
	}
	h, both := openTwo(t)
	for _, roles := range [][]string{{authz.RoleAuditor}, {authz.RoleManager, authz.RoleEmergency}} {
		for _, of := range []string{both[0].name, both[1].name, "Samen", "Een ander", ""} {
			for _, p := range both {
				want := of == p.name
				if listed, opened, allowed, told := reads(h, account(of, roles...), p); listed != want || opened != want || allowed != want || told != want {
					t.Errorf("%v of %q reads of %s: listed %t, opened %t, allowed %t, signal %t; want %t", roles, of, p.name, listed, opened, allowed, told, want)
				}
			}
		}
	}
	// A program is held to its scopes, and nobody is nobody.
	for _, by := range []authz.Principal{{}, {Account: "k-1", Organisation: both[0].name, Scopes: []string{"signalen:lezen"}}} {
		if listed, opened, _, _ := reads(h, by, both[0]); listed || opened {
			t.Errorf("%+v reads a decision", by)
		}
	}
	// Who sits somewhere reads for that seat, whatever the account names.
	by := authz.Principal{Account: "a-2", Person: both[1].desk, Organisation: both[0].name, Roles: []string{authz.RoleAuditor}, Level: authz.LevelKey}
	if listed, opened, allowed, _ := reads(h, by, both[0]); listed || opened || allowed {
		t.Errorf("an account of Alfa of somebody of Beta reads of Alfa: listed %t, opened %t, allowed %t", listed, opened, allowed)
	}

	h, one := openParties(t, twoParties[:1])
	for of, want := range map[string]bool{"Samen": true, one[0].name: true, "Een ander": false} {
		if listed, opened, allowed, told := reads(h, account(of, authz.RoleAuditor), one[0]); listed != want || opened != want || allowed != want || told != want {
			t.Errorf("one organisation, an account of %q: listed %t, opened %t, allowed %t, signal %t; want %t", of, listed, opened, allowed, told, want)
		}
	}
}
