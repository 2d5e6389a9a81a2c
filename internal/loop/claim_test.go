package loop_test

import (
	"testing"

	"pgregory.net/rapid"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
)

func small(id string, scope loop.Anchor, owner, policy loop.PersonID) loop.SetTriangle {
	from := rule.MustDate("2026-01-01")
	t := func(post string, p loop.PersonID) loop.Term {
		return loop.Term{Post: post, Person: p, Name: why(string(p)), Signs: true, From: from}
	}
	return loop.SetTriangle{
		ID: id, Scope: scope, From: from,
		Posts: []loop.Post{
			{ID: "e", Corner: loop.Eigenaar, Organisation: "Org " + id}, {ID: "b", Corner: loop.Opdrachtgever, Coordinating: true, Organisation: "Org " + id},
			{ID: "u", Corner: loop.Opdrachtnemer, Organisation: "Org " + id},
		},
		Terms: []loop.Term{t("e", owner), t("b", policy)},
	}
}

// Two who both think that a scope is theirs may both say so; the map shows it
// until the eigenaar above them ends one.
func TestTwoProvisionalTrianglesAreADoubleClaim(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	scope := loop.Anchor{Regulation: "zorgtoeslag"}
	e.do("mo", small("a", scope, "mo", "mia"))
	e.do("jo", small("b", scope, "jo", "jet"))
	if !e.w.Triangle("a").Provisional || !e.w.Triangle("b").Provisional {
		t.Fatal("not provisional")
	}
	claims := e.w.DoubleClaims(e.today())
	if len(claims) != 1 || claims[0].Kind != loop.SameScope || claims[0].Triangles[0] != "a" {
		t.Fatalf("claims: %+v", claims)
	}
	if h := e.w.OwnerAt(scope, e.today()); h.Person != "mia" {
		t.Errorf("owner: %+v", h)
	}
	e.no("rol-onjuist", "bram", loop.DropTriangle{Triangle: "a", Reason: why("niet van hen")})
	e.no("tekst-ontbreekt", "eva", loop.DropTriangle{Triangle: "a"})
	e.no("driehoek-van-alles", "eva", loop.DropTriangle{Triangle: "gemeente", Reason: why("weg")})
	// What was owed in it goes on elsewhere, with its date.
	f := e.signal("pim")
	f.Signal.Anchor = scope
	e.do("pim", f)
	e.do("mia", loop.Forward{Issue: f.NewIssue, To: loop.PostRef{Triangle: "b", Post: "b"}, Reason: why("van hen")})
	before, _ := e.w.Issue(f.NewIssue).Due()
	e.do("eva", loop.DropTriangle{Triangle: "b", Reason: why("a voert dit uit")})
	after, _ := e.w.Issue(f.NewIssue).Due()
	if h := e.w.Resolve(after.Debtor, e.today()); h.Person != "mia" || after.Due != before.Due {
		t.Errorf("owed by %+v on %s", h, after.Due)
	}
	if n := len(e.w.DoubleClaims(e.today())); n != 0 {
		t.Errorf("%d claims left", n)
	}
	e.no("driehoek-opgeheven", "jo", loop.SetCapacity{Triangle: "b", Quarter: "2027-Q1", Points: 3})
	e.no("driehoek-opgeheven", "jo", small("b", scope, "jo", "jet"))
	// The eigenaar confirms: nobody makes a second one any more.
	set := small("a", scope, "mo", "mia")
	set.From, set.Terms = e.today(), nil
	e.do("eva", set)
	if e.w.Triangle("a").Provisional {
		t.Error("still provisional after the eigenaar set it")
	}
	e.no("dubbele-aanspraak", "jo", small("c", scope, "jo", "jet"))
}

func TestCrossingScopesAndTwoSigners(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	byRule := loop.Anchor{Regulation: "zorgtoeslag", Rule: "zorgtoeslag.norm"}
	byArticle := loop.Anchor{Regulation: "zorgtoeslag", Article: "artikel-2"}
	e.do("eva", small("a", byArticle, "mo", "mia"))
	e.do("eva", small("r", byRule, "jo", "jet"))
	e.do("eva", small("z", loop.Anchor{Regulation: "zorgtoeslag"}, "za", "zb")) // contains both: no double claim
	claims := e.w.DoubleClaims(e.today())
	if len(claims) != 1 || claims[0].Kind != loop.CrossingScope || claims[0].Scope.Key() != "zorgtoeslag/artikel-2#zorgtoeslag.norm" {
		t.Fatalf("claims: %+v", claims)
	}
	// Two who sign for the coordinating opdrachtgever; two for execution is
	// how keys are shared.
	e.do("eva", loop.Appoint{Triangle: "gemeente", Term: loop.Term{Post: "beleid", Person: "bo2", Name: why("Bo"), Signs: true, From: e.today()}})
	claims = e.w.DoubleClaims(e.today())
	if len(claims) != 2 || claims[0].Kind != loop.TwoSigners || claims[0].Post.ID != "beleid" || len(claims[0].People) != 2 || claims[0].People[0].Person != "bram" {
		t.Fatalf("claims: %+v", claims)
	}
	if n := len(e.w.DoubleClaims(e.today().AddDays(-1))); n != 1 {
		t.Errorf("yesterday there were %d", n)
	}
}

// Detection is total: for every place, when more than one triangle could
// answer for it with the same right, a double claim says so, and the other way
// round.
func TestDoubleClaimsAreTotal(t *testing.T) {
	t.Parallel()
	some := 0
	rapid.Check(t, func(t *rapid.T) {
		e := municipality(t)
		part := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(t, label) }
		scope := func() loop.Anchor {
			a := loop.Anchor{Regulation: "zorgtoeslag", Article: part("article", "", "artikel-1", "artikel-2"), Rule: part("rule", "", "x", "y")}
			if a.Article != "" {
				a.Paragraph = part("paragraph", "", "1")
			}
			return a
		}
		var ids []string
		for n := range rapid.IntRange(2, 5).Draw(t, "triangles") {
			id := string(rune('a' + n))
			if e.try(loop.PersonID("p"+id), small(id, scope(), loop.PersonID("p"+id), loop.PersonID("q"+id))) == nil {
				ids = append(ids, id)
			}
		}
		claimed := map[[2]string]bool{}
		for _, c := range e.w.DoubleClaims(e.today()) {
			a, b := c.Triangles[0], c.Triangles[1]
			claimed[[2]string{min(a, b), max(a, b)}] = true
			some++
		}
		for i, a := range ids {
			for _, b := range ids[i+1:] {
				sa, sb := e.w.Triangle(a).Scope, e.w.Triangle(b).Scope
				want := false
				for _, article := range []string{"", "artikel-1", "artikel-2"} {
					for _, paragraph := range []string{"", "1"} {
						for _, ru := range []string{"", "x", "y"} {
							p := loop.Anchor{Regulation: "zorgtoeslag", Article: article, Paragraph: paragraph, Rule: ru}
							if article == "" && paragraph != "" {
								continue
							}
							nested := sa.Key() != sb.Key() && (sa.Contains(sb) || sb.Contains(sa))
							want = want || sa.Contains(p) && sb.Contains(p) && !nested
						}
					}
				}
				if claimed[[2]string{a, b}] != want {
					t.Fatalf("%s %q and %s %q: claimed %v, want %v", a, sa.Key(), b, sb.Key(), claimed[[2]string{a, b}], want)
				}
			}
		}
	})
	if some == 0 {
		t.Error("no double claim was ever drawn")
	}
}
