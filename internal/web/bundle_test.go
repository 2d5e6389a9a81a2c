package web_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/rule"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/web/webtest"
)

// issueCommands says for every command on a knelpunt with which form of a page
// somebody gives it, and what reaches the service. A command that has no line
// here fails the test: nobody could give it.
var issueCommands = map[string][]sent{
	"FileSignal":     {{"/signaal", "soort=te-hard&tekst=x&hoe-vaak=een-keer&regeling=" + reg + "&artikel=artikel-3", "FileSignal"}},
	"AlsoMine":       {{"/knelpunten/k-1/ook-bij-mij", "", "MeToo"}},
	"AnswerIssue":    {{"/knelpunten/k-1/antwoord", "soort=uitleggen&reden=Zo", "Answer"}},
	"Forward":        {{"/knelpunten/k-1/antwoord", "soort=doorzenden&reden=Zo&aan=t/p", "Answer"}, {"/knelpunten/k-1/aanwijzen", "reden=Zo&keuze=t/p", "ActOnIssue"}},
	"LinkProposal":   {{"/knelpunten/k-1/koppelen", "keuze=v-1", "ActOnIssue"}},
	"WithdrawAnswer": {{"/knelpunten/k-1/intrekken", "reden=Zo", "ActOnIssue"}},
	"AskExtension":   {{"/knelpunten/k-1/uitstel-vragen", "reden=Zo&tot=2027-02-01", "ActOnIssue"}},
	"GrantExtension": {{"/knelpunten/k-1/uitstel-geven", "reden=Zo&tot=1-2-2027", "ActOnIssue"}},
	"DenyExtension":  {{"/knelpunten/k-1/uitstel-weigeren", "reden=Zo", "ActOnIssue"}},
	"AcceptKey":      {{"/knelpunten/k-1/aanvaarden", "", "AcceptRefusal"}},
	"RefuseAccept":   {{"/knelpunten/k-1/sleutel-weigeren", "reden=Zo", "ActOnIssue"}},
	"CountWork":      {{"/knelpunten/k-1/telling", "voor=9&na=2", "CountWork"}},
	"React":          {{"/signalen/s-1/reactie", "herkend=ja", "React"}, {"/signalen/s-1/reactie", "herkend=nee&want=Zo", "React"}},
	"Remind":         {{"/knelpunten/k-1/herinneren", "", "Remind"}},
	"Close":          {{"/knelpunten/k-1/afronden", "", "CloseIssue"}},
	"Reopen":         {{"/knelpunten/k-1/herzien", "", "ActOnIssue"}, {"/knelpunten/k-1/heropenen", "reden=Zo", "ActOnIssue"}},
	"Merge":          {{"/bundelen/samenvoegen", "uit=k-2&in=k-1&reden=Zelfde", "MergeIssues"}, {"/knelpunten/k-1/samenvoegen", "in=k-2&reden=Zo", "MergeIssues"}},
	"Split":          {{"/knelpunten/k-1/splitsen", "signaal=s-1&reden=Zo", "SplitIssue"}, {"/bundelen/terug", "uit=k-2&in=k-1", "UndoMerge"}},
	"KeepApart":      {{"/bundelen/niet-hetzelfde", "uit=k-2&in=k-1", "KeepApart"}, {"/bundelen/terug", "uit=k-2&in=k-1&los=ja", "KeepApart"}},
}

type sent struct{ path, form, call string }

// TestEveryIssueCommandHasAPage: the commands are read from the domain itself.
func TestEveryIssueCommandHasAPage(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../loop/*.go")
	if err != nil {
		t.Fatal(err)
	}
	var commands []string
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?m)^func \((?:\w+ )?(\w+)\) issueID\(\)`).FindAllStringSubmatch(string(text), -1) {
			commands = append(commands, m[1])
		}
	}
	if len(commands) < 19 {
		t.Fatalf("only %d commands found: %v", len(commands), commands)
	}
	for _, c := range commands {
		if len(issueCommands[c]) == 0 {
			t.Errorf("no page gives the command %s", c)
		}
	}
	for name, all := range issueCommands {
		if !slices.Contains(commands, name) {
			t.Errorf("%s is no command on a knelpunt", name)
		}
		for _, x := range all {
			fake := &webtest.Fake{State: webtest.Filled}
			form, err := url.ParseQuery(x.form)
			if err != nil {
				t.Fatal(err)
			}
			w := do(handler(t, fake), request("POST", x.path, "femke", form))
			calls := fake.Calls()
			if w.Code != http.StatusSeeOther || len(calls) != 1 || calls[0].Name != x.call {
				t.Errorf("%s: POST %s %s: %d, %v", name, x.path, x.form, w.Code, calls)
			}
		}
	}
}

// TestIssueActs: what is typed reaches the service as it is; what is not asked
// stays out; what is lacking is said at its field and keeps the form open.
func TestIssueActs(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		act, form string
		want      screen.IssueActInput
		fields    []string
	}{
		{"uitstel-geven", "tot=1-2-2027&reden=+Druk+", screen.IssueActInput{Act: screen.ActGrant, Until: rule.MustDate("2027-02-01"), Reason: "Druk"}, nil},
		{"intrekken", "tot=1-2-2027&reden=Fout", screen.IssueActInput{Act: screen.ActWithdraw, Reason: "Fout"}, nil},
		{"koppelen", "keuze=v-1&reden=x", screen.IssueActInput{Act: screen.ActLink, Choice: "v-1"}, nil},
		{"herzien", "reden=x", screen.IssueActInput{Act: screen.ActReview}, nil},
		{"uitstel-vragen", "", screen.IssueActInput{}, []string{"uitstel-vragen-tot", "uitstel-vragen-reden"}},
		{"uitstel-vragen", "tot=31-2-2027&reden=x", screen.IssueActInput{}, []string{"uitstel-vragen-tot"}},
		{"aanwijzen", "reden=x", screen.IssueActInput{}, []string{"aanwijzen-keuze"}},
		{"intrekken", "reden=+", screen.IssueActInput{}, []string{"intrekken-reden"}},
	} {
		fake := &webtest.Fake{State: webtest.Filled}
		form, _ := url.ParseQuery(x.form + "&formulier=" + x.act)
		w := do(handler(t, fake), request("POST", "/knelpunten/k-1/"+x.act, "femke", form))
		if x.fields == nil {
			x.want.Issue = "k-1"
			if calls := fake.Calls(); len(calls) != 1 || w.Code != http.StatusSeeOther {
				t.Errorf("%s %s: %d %v", x.act, x.form, w.Code, calls)
			} else if d := cmp.Diff(x.want, calls[0].In); d != "" {
				t.Errorf("%s %s (-want +got):\n%s", x.act, x.form, d)
			}
			continue
		}
		page := parse(t, w)
		var got []string
		for _, e := range page.all(func(e node) bool { return e.attr("id") == "fouten" }) {
			for _, a := range e.tags("a") {
				got = append(got, strings.TrimPrefix(a.attr("href"), "#"))
			}
		}
		if d := cmp.Diff(x.fields, got); d != "" || w.Code != http.StatusBadRequest || len(fake.Calls()) != 0 {
			t.Errorf("%s %s: %d %v %s", x.act, x.form, w.Code, fake.Calls(), d)
		}
		open := page.all(func(e node) bool { _, ok := e.lookup("open"); return e.Data == "details" && ok })
		if len(open) != 1 {
			t.Errorf("%s: %d forms are open", x.act, len(open))
		}
	}
}

// TestIssueFilter: the address says which knelpunten; what is not known is not
// filtered on, and a search keeps the other choices.
func TestIssueFilter(t *testing.T) {
	t.Parallel()
	h := handler(t, &webtest.Fake{State: webtest.Long})
	w := do(h, request("GET", "/knelpunten?regeling="+reg+"&staat=open&te-laat=ja&zoek=euro&blad=3", "femke", nil))
	page := parse(t, w)
	for _, want := range []string{`name="zoek" value="euro"`, `value="open" selected`, `name="te-laat" value="ja" checked`} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	next := page.all(func(e node) bool { return e.attr("rel") == "next" })
	if len(next) != 1 {
		t.Fatalf("%d links to the next page", len(next))
	}
	u, err := url.Parse(next[0].attr("href"))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(url.Values{"regeling": {reg}, "staat": {"open"}, "te-laat": {"ja"}, "zoek": {"euro"}, "blad": {"4"}}, u.Query()); d != "" {
		t.Errorf("the next page (-want +got):\n%s", d)
	}
	for _, odd := range []string{"staat=weg", "blad=-5", "blad=1e9", "zoek=" + strings.Repeat("é", 300), "te-laat=nee"} {
		if w := do(h, request("GET", "/knelpunten?"+odd, "", nil)); w.Code != http.StatusOK {
			t.Errorf("%s: %d", odd, w.Code)
		}
	}
}
