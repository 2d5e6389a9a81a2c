package web_test

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"lemniscaat/internal/authz"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/web"
	"lemniscaat/internal/web/webtest"
)

var updateMatrix = flag.Bool("update-bevoegdheden", false, "renew docs/beheer/bevoegdheden.md")

// party is somebody of whom the matrix has a column.
type party struct {
	name string
	who  authz.Principal
}

// parties gives nobody, every role and every scope.
func parties() []party {
	all := []party{{"bezoeker", authz.Principal{}}}
	for _, r := range authz.Roles() {
		all = append(all, party{r, authz.Principal{Account: "a-1", Person: "samira", Organisation: "SVB", Roles: []string{r}, Level: authz.LevelTwo}})
	}
	for _, s := range authz.Scopes() {
		all = append(all, party{s, authz.Principal{Account: "t-1", Organisation: "SVB", Scopes: []string{s}}})
	}
	return all
}

// owners are of whom a thing can be, for a principal of the SVB.
var owners = map[string]string{"eigen": "SVB", "ander": "Gemeente Utrecht", "geen": ""}

func authority(t testing.TB) *authz.Authority {
	t.Helper()
	a, err := authz.New()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

var wildcard = regexp.MustCompile(`\{[^}]*\}`)

// address makes an address of a pattern; ids are those of the Fake.
func address(pattern string) (method, path string) {
	method, path, ok := strings.Cut(pattern, " ")
	if !ok {
		method, path = http.MethodGet, pattern
	}
	return method, wildcard.ReplaceAllStringFunc(path, func(w string) string {
		switch w {
		case "{$}":
			return ""
		case "{n}":
			return "1"
		}
		return "x-1"
	})
}

// TestASVS_V8_2_1_MatrixOverHTTP drives every route as nobody, every role and
// every scope, about something of the own organisation, of another one and of
// nobody, and finds what the policies say. What is let through is answered with
// 400 here by a service that refuses everything; nothing else may be.
func TestASVS_V8_2_1_MatrixOverHTTP(t *testing.T) {
	t.Parallel()
	a := authority(t)
	owner := ""
	fake := &webtest.Fake{State: webtest.Empty, Fail: &screen.Refusal{Code: "proef", Fields: []screen.FieldError{{Field: "x", Text: "proef"}}}}
	fake.Owner = func(string, string) string { return owner }
	fake.Refuse = map[string]error{}
	reached := 0
	h := handler(t, fake, func(d *web.Deps) { d.Guard = counting{a, &reached} })
	cells, refused, hidden := 0, 0, 0
	for _, route := range web.Routes() {
		for _, of := range []string{"eigen", "ander", "geen"} {
			if route.Kind == "" && of != "geen" { // about nothing of an organisation
				continue
			}
			owner = owners[of]
			for _, p := range parties() {
				method, path := address(route.Pattern)
				r := request(method, path, "", nil)
				w := do(h, r.WithContext(authz.With(r.Context(), p.who)))
				res := authz.Resource{}
				if route.Kind != "" {
					res = authz.Resource{Kind: route.Kind, ID: "x-1", Organisation: owner}
				}
				want := a.Decide(authz.Request{Principal: p.who, Operation: route.Operation, Resource: res, Demo: true})
				cells++
				what := fmt.Sprintf("%s as %s, of %s", route.Pattern, p.name, of)
				switch {
				case want.Hide:
					hidden++
					if w.Code != http.StatusNotFound {
						t.Errorf("%s: %d, want 404", what, w.Code)
					}
				case !want.Allowed:
					refused++
					if w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "niet-bevoegd") && !strings.Contains(w.Body.String(), strings.Split(want.Needed, ".")[0]) {
						t.Errorf("%s: %d, want 403 that says what is needed", what, w.Code)
					}
				default:
					if w.Code == http.StatusForbidden && !strings.Contains(w.Body.String(), "proef") || w.Code >= 500 && w.Code != http.StatusServiceUnavailable {
						t.Errorf("%s: %d, want to be let through", what, w.Code)
					}
				}
			}
		}
	}
	if calls := fake.Calls(); len(calls) > 0 && refused == 0 {
		t.Error("nothing was refused")
	}
	if reached < cells || refused < 1000 || hidden < 100 {
		t.Errorf("%d cells, %d decisions, %d refused, %d hidden", cells, reached, refused, hidden)
	}
	t.Logf("%d cells, %d refused, %d hidden", cells, refused, hidden)
}

// counting counts decisions.
type counting struct {
	*authz.Authority
	n *int
}

func (g counting) Allow(_ context.Context, r authz.Request) authz.Decision {
	*g.n++
	return g.Decide(r)
}

// TestNothingHappensWhenRefused: a command that is refused does not reach the
// service.
func TestNothingHappensWhenRefused(t *testing.T) {
	t.Parallel()
	fake := &webtest.Fake{State: webtest.Filled}
	h := handler(t, fake, func(d *web.Deps) { d.Guard = nothing{} })
	for _, route := range web.Routes() {
		method, path := address(route.Pattern)
		w := do(h, request(method, path, "hanne", map[string][]string{"want": {"x"}}))
		if w.Code < 400 || w.Code >= 500 && w.Code != http.StatusServiceUnavailable {
			t.Errorf("%s: %d", route.Pattern, w.Code)
		}
	}
	if calls := fake.Calls(); len(calls) > 0 {
		t.Errorf("%d commands were carried out: %v", len(calls), calls[0])
	}
}

// nothing is a Guard that allows nothing.
type nothing struct{}

func (nothing) Allow(context.Context, authz.Request) authz.Decision {
	return authz.Decision{Needed: "Niets mag.", NeededEnglish: "Nothing is allowed."}
}

// TestMatrixIsWritten: docs/beheer/bevoegdheden.md is what the policies and the
// routes say. Renew it with -update-bevoegdheden.
func TestMatrixIsWritten(t *testing.T) {
	t.Parallel()
	const file = "../../docs/beheer/bevoegdheden.md"
	want := matrix(authority(t))
	if *updateMatrix {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	have, err := os.ReadFile(file)
	if err != nil || string(have) != want {
		t.Errorf("%s is not what the policies say (%v): go test ./internal/web -run TestMatrixIsWritten -update-bevoegdheden", file, err)
	}
}

// matrix writes the matrix for people.
func matrix(a *authz.Authority) string {
	var b strings.Builder
	b.WriteString(`# Wie wat mag

Deze tabel is gemaakt uit de regels van het programma (internal/authz) en de adressen van de pagina's. Een test gaat elk vakje na.

- **ja**: deze rol mag dit proberen. Of het ook kan, zegt de lus: wie het antwoord schuldig is, twee sleutels, het mandaat.
- **eigen**: alleen bij wat van de eigen organisatie is. Wat van een andere organisatie is, bestaat voor deze rol niet (404).
- **twee**: alleen na aanmelden in twee stappen.
- leeg: mag niet (403). De pagina zegt wat er nodig is.

Iemand kan meer rollen hebben; dan telt wat één van die rollen mag. De rollen van een hoek (beleid, uitvoering, eigenaar) volgen uit de driehoek, de
andere geeft de beheerder aan een account. ` + "`nood`" + ` is noodtoegang voor korte tijd, ` + "`console`" + ` is wie op de server de opdrachtregel gebruikt, en
` + "`rondkijker`" + ` is wie in de demo nog niemand heeft gekozen.

`)
	roles := []party{}
	for _, p := range parties() {
		if len(p.who.Scopes) == 0 {
			roles = append(roles, p)
		}
	}
	b.WriteString("## Rollen\n\n| handeling |")
	for _, p := range roles {
		b.WriteString(" " + p.name + " |")
	}
	b.WriteString("\n|---|" + strings.Repeat(":-:|", len(roles)) + "\n")
	for _, op := range a.Operations() {
		b.WriteString("| " + op + " |")
		for _, p := range roles {
			b.WriteString(" " + cell(a, op, p.who) + " |")
		}
		b.WriteString("\n")
	}
	b.WriteString("\n## Sleutels van programma's\n\nEen sleutel heeft geen rol, alleen een bereik. Wat openbaar is, mag ook met een sleutel.\n\n| bereik | handelingen |\n|---|---|\n")
	for _, s := range authz.Scopes() {
		var can []string
		for _, op := range a.Operations() {
			if !slices.Contains(a.Groups(op), "openbaar") && a.Decide(authz.Request{Principal: authz.Principal{Account: "t", Scopes: []string{s}}, Operation: op}).Allowed {
				can = append(can, op)
			}
		}
		b.WriteString("| " + s + " | " + strings.Join(can, ", ") + " |\n")
	}
	b.WriteString("\n## Adressen\n\n| adres | handeling |\n|---|---|\n")
	for _, r := range web.Routes() {
		b.WriteString("| `" + r.Pattern + "` | " + r.Operation + " |\n")
	}
	return b.String()
}

func cell(a *authz.Authority, op string, p authz.Principal) string {
	if !a.Decide(authz.Request{Principal: p, Operation: op, Demo: true}).Allowed {
		return ""
	}
	if a.Owned(op) {
		return "eigen"
	}
	p.Level = authz.LevelPassword
	if !a.Decide(authz.Request{Principal: p, Operation: op, Demo: true}).Allowed {
		return "twee"
	}
	return "ja"
}
