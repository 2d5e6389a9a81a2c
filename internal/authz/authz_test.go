package authz_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/x/exp/ast"
	"github.com/cedar-policy/cedar-go/x/exp/schema"
	"github.com/cedar-policy/cedar-go/x/exp/schema/validate"
	"pgregory.net/rapid"

	"lemniscaat/internal/authz"
)

func authority(t testing.TB) *authz.Authority {
	t.Helper()
	a, err := authz.New()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestPoliciesFitTheSchema: every policy is typed, and names operations, groups
// and attributes that exist.
func TestPoliciesFitTheSchema(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("schema.cedarschema")
	if err != nil {
		t.Fatal(err)
	}
	var s schema.Schema
	if err := s.UnmarshalCedar(text); err != nil {
		t.Fatal(err)
	}
	resolved, err := s.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	if text, err = os.ReadFile("policies.cedar"); err != nil {
		t.Fatal(err)
	}
	list, err := cedar.NewPolicyListFromBytes("policies.cedar", text)
	if err != nil {
		t.Fatal(err)
	}
	v := validate.New(resolved, validate.WithStrict())
	for _, p := range list {
		id := string(p.Annotations()["id"])
		if err := v.Policy(id, (*ast.Policy)(p.AST())); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
}

// TestEveryOperationIsAllowedToSomebody: an operation without a policy is a
// mistake, and so is a policy that allows nothing.
func TestEveryOperationIsAllowedToSomebody(t *testing.T) {
	t.Parallel()
	a := authority(t)
	if n := len(a.Operations()); n < 50 {
		t.Fatalf("only %d operations", n)
	}
	used := map[string]bool{}
	for _, op := range a.Operations() {
		allowed := false
		for _, p := range everybody() {
			d := a.Decide(authz.Request{Principal: p, Operation: op, Demo: true})
			allowed = allowed || d.Allowed
			used[d.Policy] = true
			if d.Allowed && d.Policy == "" || !d.Allowed && (d.Needed == "" || d.NeededEnglish == "") {
				t.Errorf("%s for %v: %+v", op, p, d)
			}
		}
		if !allowed {
			t.Errorf("%s: no policy allows it to anybody", op)
		}
	}
	text, _ := os.ReadFile("policies.cedar")
	for line := range strings.Lines(string(text)) {
		if id, ok := strings.CutPrefix(strings.TrimSpace(line), `@id("`); ok {
			if id = strings.TrimSuffix(id, `")`); !used[id] && id != "andere-organisatie" && id != "in-twee-stappen" {
				t.Errorf("policy %s never decides", id)
			}
		}
	}
}

// everybody gives nobody, every role, and a token of every scope.
func everybody() []authz.Principal {
	all := []authz.Principal{{}}
	for _, r := range authz.Roles() {
		all = append(all, authz.Principal{Account: "a-1", Person: "p-1", Organisation: "svb", Roles: []string{r}, Level: authz.LevelTwo})
	}
	for _, s := range authz.Scopes() {
		all = append(all, authz.Principal{Account: "t-1", Organisation: "svb", Scopes: []string{s}})
	}
	return all
}

// TestNothingUnknownIsAllowed: unknown operations, roles, scopes and levels give
// nothing beyond what is public.
func TestNothingUnknownIsAllowed(t *testing.T) {
	t.Parallel()
	a := authority(t)
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "Beheerder", "beheerder ", "medewerker\x00", "console\n", `Rol::"beheerder"`, "openbaar"}))
		p := authz.Principal{Account: word.Draw(t, "account"), Person: word.Draw(t, "person"), Organisation: word.Draw(t, "organisation"), Level: word.Draw(t, "level")}
		for _, r := range rapid.SliceOfN(word, 0, 3).Draw(t, "roles") {
			if !slices.Contains(authz.Roles(), r) {
				p.Roles = append(p.Roles, r)
			}
		}
		for _, s := range rapid.SliceOfN(word, 0, 2).Draw(t, "scopes") {
			if !slices.Contains(authz.Scopes(), s) {
				p.Scopes = append(p.Scopes, s)
			}
		}
		op := rapid.OneOf(word, rapid.SampledFrom(a.Operations())).Draw(t, "operation")
		d := a.Decide(authz.Request{Principal: p, Operation: op, Resource: authz.Resource{Kind: word.Draw(t, "kind"), ID: word.Draw(t, "id"), Organisation: word.Draw(t, "of")}})
		// Whoever signed in has an own account, also before having a role.
		own := op == "account.eigen" && p.SignedIn() && len(p.Scopes) == 0
		if d.Allowed && !own && !slices.Contains(a.Groups(op), "openbaar") {
			t.Fatalf("%q is allowed to %+v by %s", op, p, d.Policy)
		}
	})
}

// TestOrganisationsAreSeparated: nobody, whatever the roles, gets at what is of
// another organisation, and is not told that it is there.
func TestOrganisationsAreSeparated(t *testing.T) {
	t.Parallel()
	a := authority(t)
	rapid.Check(t, func(t *rapid.T) {
		p := authz.Principal{Account: "a", Person: "p", Organisation: rapid.SampledFrom([]string{"", "SVB", "Gemeente Utrecht"}).Draw(t, "mine"), Level: authz.LevelKey}
		if rapid.Bool().Draw(t, "token") {
			p.Scopes = rapid.SliceOf(rapid.SampledFrom(authz.Scopes())).Draw(t, "scopes")
		} else {
			p.Roles = rapid.SliceOf(rapid.SampledFrom(authz.Roles())).Draw(t, "roles")
		}
		op := rapid.SampledFrom(a.Operations()).Draw(t, "operation")
		of := rapid.SampledFrom([]string{"", "svb", " SVB ", "gemeente  utrecht", "UWV"}).Draw(t, "of")
		d := a.Decide(authz.Request{Principal: p, Operation: op, Resource: authz.Resource{Kind: "beslissing", ID: "d-1", Organisation: of}, Demo: rapid.Bool().Draw(t, "demo")})
		other := authz.Organisation(of) != "" && authz.Organisation(of) != authz.Organisation(p.Organisation)
		if a.Owned(op) && other && (d.Allowed || !d.Hide) {
			t.Fatalf("%s on something of %q by %+v: %+v", op, of, p, d)
		}
		if !other && d.Hide {
			t.Fatalf("%s on something of %q by %+v is hidden", op, of, p)
		}
	})
}

// TestSensitiveAsksForMore: with a password alone a manager gets no further than
// reading; the answer says what helps.
func TestSensitiveAsksForMore(t *testing.T) {
	t.Parallel()
	a := authority(t)
	n := 0
	for _, op := range a.Operations() {
		if !a.Sensitive(op) {
			continue
		}
		n++
		for level, want := range map[string]bool{authz.LevelNone: false, authz.LevelPassword: false, authz.LevelTwo: true, authz.LevelKey: true, "iets": false} {
			d := a.Decide(authz.Request{Principal: authz.Principal{Account: "a", Roles: []string{authz.RoleManager}, Level: level}, Operation: op})
			if d.Allowed != want || d.Stronger == want {
				t.Errorf("%s at level %q: %+v", op, level, d)
			}
		}
	}
	if n == 0 {
		t.Fatal("nothing is sensitive")
	}
}

// TestTokensAreNoPeople: a token that claims roles as well has its scopes only.
func TestTokensAreNoPeople(t *testing.T) {
	t.Parallel()
	a := authority(t)
	for _, op := range a.Operations() {
		for _, s := range authz.Scopes() {
			p := authz.Principal{Account: "t", Scopes: []string{s}, Level: authz.LevelKey}
			want := a.Decide(authz.Request{Principal: p, Operation: op}).Allowed
			p.Roles = authz.Roles()
			if got := a.Decide(authz.Request{Principal: p, Operation: op}).Allowed; got != want {
				t.Errorf("%s: roles changed what the scope %s allows", op, s)
			}
		}
	}
}

// TestMistakesInPoliciesAreFound: a policy without words, two of one name, and
// text that is no Cedar.
func TestMistakesInPoliciesAreFound(t *testing.T) {
	t.Parallel()
	scheme := []byte(`entity Rol; action "a" appliesTo { principal: [Rol], resource: [Rol] };`)
	good := `@id("x") @uitleg("a") @english("b") permit (principal, action, resource);`
	if _, err := authz.Read(scheme, []byte(good)); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"no words": `@id("x") permit (principal, action, resource);`, "twice": good + "\n" + good, "no Cedar": "mag alles",
	} {
		if _, err := authz.Read(scheme, []byte(text)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := authz.Read([]byte("nee"), []byte(good)); err == nil {
		t.Error("a schema that is none: accepted")
	}
}

func BenchmarkDecide(b *testing.B) {
	a := authority(b)
	r := authz.Request{Principal: authz.Principal{Account: "t", Organisation: "svb", Scopes: []string{"beslissen"}}, Operation: "beslissing.toepassen"}
	for b.Loop() {
		if !a.Decide(r).Allowed {
			b.Fatal("refused")
		}
	}
}

// An answer that was given before is the answer to that request and to no other:
// asked after and between others it is what a new Authority says.
func TestRemembered(t *testing.T) {
	t.Parallel()
	old := authority(t)
	operations := old.Operations()
	word := rapid.SampledFrom([]string{"", "a", "a 1", "1 a", "uitvoering", "beheer"})
	rapid.Check(t, func(t *rapid.T) {
		fresh, err := authz.New()
		if err != nil {
			t.Fatal(err)
		}
		for range 20 {
			r := authz.Request{
				Operation: rapid.SampledFrom(operations).Draw(t, "operation"), Demo: rapid.Bool().Draw(t, "demo"),
				Principal: authz.Principal{
					Account: word.Draw(t, "account"), Person: word.Draw(t, "person"), Organisation: word.Draw(t, "organisation"),
					Level: rapid.SampledFrom([]string{authz.LevelNone, authz.LevelPassword, authz.LevelTwo, authz.LevelKey}).Draw(t, "level"),
					Roles: rapid.SliceOfNDistinct(rapid.SampledFrom(authz.Roles()), 0, 2, rapid.ID).Draw(t, "roles"),
				},
				Resource: authz.Resource{Kind: word.Draw(t, "kind"), ID: word.Draw(t, "id"), Organisation: word.Draw(t, "of")},
			}
			if rapid.Bool().Draw(t, "program") {
				r.Principal.Roles, r.Principal.Scopes = nil, rapid.SliceOfNDistinct(rapid.SampledFrom(authz.Scopes()), 1, 2, rapid.ID).Draw(t, "scopes")
			}
			want := fresh.Decide(r)
			for range 2 {
				if got := old.Decide(r); got != want {
					t.Fatalf("%+v: got %+v, want %+v", r, got, want)
				}
			}
		}
	})
}
