package web_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/rule"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/web/webtest"
)

// proposalForms is every form of a proposal that this page sends, with what
// arrives and the command of the loop that it is for.
func proposalForms() []struct {
	command, path, form, to string
	want                    webtest.Call
} {
	d := rule.MustDate("2027-01-01")
	return []struct {
		command, path, form, to string
		want                    webtest.Call
	}{
		{"NameAuthor", "medeauteur", "mandaat=beleid&persoon=bea", "?gedaan=voorstel-medeauteur#auteurs", webtest.Call{Name: "AskAuthor", In: []string{"beleid", "bea"}}},
		{"CompareOptions", "opties", "id-1=voorstel&naam-1=Ruimer&gevolg-1=Meer&id-2=niets-doen&gevolg-2=Niets&naam-4=Anders&keuze=1&waarom=Helpt", "?gedaan=voorstel-opties#opties", webtest.Call{Name: "CompareOptions", In: screen.OptionsInput{
			Proposal: "v-1", Why: "Helpt", Rows: []screen.OptionRow{{ID: "voorstel", Name: "Ruimer", Effect: "Meer", Chosen: true}, {ID: "niets-doen", Effect: "Niets"}, {Name: "Anders"}},
		}}},
		{"RecordEvidence", "burgers", "dag=1-1-2027&aantal=8&wie=ouders&manier=samen&bevinding-1=Brief&plek-1=artikel-3&zwaar-1=ja&bestond-2=ja", "?gedaan=voorstel-burgers#burgers", webtest.Call{Name: "RecordEvidence", In: screen.CitizenTestInput{
			Proposal: "v-1", Date: d, Count: "8", Who: "ouders", Method: "samen", Findings: []screen.FindingInput{{Text: "Brief", Place: "artikel-3", Weighty: true}, {Existing: true}, {}},
		}}},
		{"ResolveFinding", "verwerkt", "bevinding=b-1&hoe=korter", "?gedaan=voorstel-verwerkt#bevindingen", webtest.Call{Name: "ResolveFinding", In: []string{"b-1", "korter"}}},
		{"MarkAssessed", "getoetst", "", "?gedaan=voorstel-getoetst#sleutels", webtest.Call{Name: "MarkAssessed", In: "v-1"}},
		{"TurnKey", "sleutel", "vingerafdruk=51&wat=Brief&wie=femke&dag=2027-01-01", "?gedaan=sleutel#sleutels", webtest.Call{Name: "GiveKey", In: screen.KeyInput{
			Proposal: "v-1", Digest: "51", Conditions: []screen.PromiseInput{{Proposal: "v-1", By: "femke", What: "Brief", Due: d}},
		}}},
		{"WithdrawKey", "sleutel-terug", "want=Toch+niet", "?gedaan=voorstel-sleutel-terug#sleutels", webtest.Call{Name: "WithdrawKey", In: "Toch niet"}},
		{"Lapse", "vervallen", "want=Niemand", "?gedaan=voorstel-vervallen#sleutels", webtest.Call{Name: "LapseProposal", In: "Niemand"}},
		{"Pause", "stilzetten", "want=Wacht", "?gedaan=voorstel-stilzetten#uitrol", webtest.Call{Name: "Pause", In: "Wacht"}},
		{"Resume", "hervatten", "want=Goed", "?gedaan=voorstel-hervatten#uitrol", webtest.Call{Name: "Resume", In: "Goed"}},
		{"NextStage", "trede", "", "?gedaan=voorstel-trede#uitrol", webtest.Call{Name: "NextStage", In: "v-1"}},
		{"KeepPromise", "nagekomen", "toezegging=t-1&bewijs=Begroting", "?gedaan=voorstel-nagekomen#toezeggingen", webtest.Call{Name: "KeepPromise", In: []string{"t-1", "Begroting"}}},
		{"Evaluate", "evalueren", "antwoord-balie=Rustig&want-x=y&verslag=Geleerd", "?gedaan=voorstel-evalueren#invoeringstoets", webtest.Call{Name: "Evaluate", In: screen.EvaluationInput{
			AssessmentInput: screen.AssessmentInput{Proposal: "v-1", Answers: map[string]string{"balie": "Rustig"}, Why: map[string]string{"x": "y"}}, Report: "Geleerd",
		}}},
		{"RecordAssessment", "toets", "toets=privacy&antwoord-delen=nee&oordeel=geen-dpia&bevinding=Te+veel&plek=artikel-3&zwaar=ja&weg=k-1", "?gedaan=toets#toetsen", webtest.Call{Name: "ConfirmAssessment", In: screen.AssessmentInput{
			Proposal: "v-1", Assessment: "privacy", Verdict: "geen-dpia", Answers: map[string]string{"delen": "nee"}, Why: map[string]string{}, Drop: []string{"k-1"}, Finding: screen.FindingInput{Text: "Te veel", Place: "artikel-3", Weighty: true},
		}}},
		{"EditPlan", "plan", "datum=2027-01-01&uren-2027-Q1=120", "/plan?gedaan=plan#datum", webtest.Call{Name: "EditPlan", In: screen.PlanInput{Proposal: "v-1", From: d, Claims: map[string]string{"2027-Q1": "120"}}}},
		{"EditPlan", "treden", "procent-1=10&vanaf-1=2027-01-01&procent-2=100&vanaf-2=2027-01-01&dagen-2=28", "/plan?gedaan=plan#uitrol", webtest.Call{Name: "EditRollout", In: screen.RolloutInput{
			Proposal: "v-1", Rows: []screen.StageInput{{Percent: "10", From: d}, {Percent: "100", From: d, Days: "28"}, {}, {}, {}},
		}}},
		{"EditPlan", "wijken", "wijkt=v-2&kwartaal=2027-Q1&uren=20&waarom=Later", "/plan?gedaan=wijken#ruimte", webtest.Call{Name: "Yield", In: screen.YieldInput{Proposal: "v-1", From: "v-2", Quarter: "2027-Q1", Hours: "20", Why: "Later"}}},
		{"EditPlan", "wijken-weg", "wijkt=v-2&kwartaal=2027-Q1", "/plan?gedaan=wijken-weg#ruimte", webtest.Call{Name: "Unyield", In: screen.YieldInput{Proposal: "v-1", From: "v-2", Quarter: "2027-Q1"}}},
		{"EditPlan", "toezegging", "wat=Geld&soort=geld&wie=anneke&dag=2027-01-01", "/plan?gedaan=toezegging#toezeggingen", webtest.Call{Name: "AddPromise", In: screen.PromiseInput{Proposal: "v-1", By: "anneke", What: "Geld", Kind: "geld", Due: d}}},
		{"EditPlan", "toezegging-weg", "toezegging=t-1", "/plan?gedaan=toezegging-weg#toezeggingen", webtest.Call{Name: "RemovePromise", In: "t-1"}},
	}
}

func TestFormsOfAProposal(t *testing.T) {
	t.Parallel()
	for _, x := range proposalForms() {
		fake := &webtest.Fake{State: webtest.Filled}
		form, err := url.ParseQuery(x.form)
		if err != nil {
			t.Fatal(err)
		}
		w := do(handler(t, fake), request("POST", "/voorstellen/v-1/"+x.path, "femke", form))
		if to := "/voorstellen/v-1" + x.to; w.Code != http.StatusSeeOther || w.Header().Get("Location") != to {
			t.Errorf("%s: %d to %s, want 303 to %s", x.path, w.Code, w.Header().Get("Location"), to)
		}
		x.want.Who = "femke"
		if d := cmp.Diff([]webtest.Call{x.want}, fake.Calls()); d != "" {
			t.Errorf("%s (−want +got):\n%s", x.path, d)
		}
	}
	fake := &webtest.Fake{State: webtest.Filled}
	w := do(handler(t, fake), request("POST", "/veranderagenda", "ruben", url.Values{"uitvoerder": {"iit"}, "kwartaal": {"2027-Q1"}, "uren": {" 400 "}}))
	if w.Code != http.StatusSeeOther || len(fake.Calls()) != 1 || fake.Calls()[0].In != (screen.CapacityInput{Triangle: "iit", Quarter: "2027-Q1", Points: "400"}) {
		t.Errorf("%d %s: %+v", w.Code, w.Header().Get("Location"), fake.Calls())
	}
}

// What is left out of a form is said at its field, and nothing is done.
func TestFormsOfAProposalThatLackSomething(t *testing.T) {
	t.Parallel()
	for path, field := range map[string]string{
		"medeauteur": "persoon", "verwerkt": "hoe", "sleutel-terug": "want", "vervallen": "want", "stilzetten": "want", "hervatten": "want", "nagekomen": "bewijs",
	} {
		fake := &webtest.Fake{State: webtest.Filled}
		w := do(handler(t, fake), request("POST", "/voorstellen/v-1/"+path, "femke", url.Values{"formulier": {path}}))
		if w.Code != http.StatusBadRequest || len(fake.Calls()) != 0 || !strings.Contains(w.Body.String(), field) {
			t.Errorf("%s without %s: %d, %+v", path, field, w.Code, fake.Calls())
		}
	}
	for _, x := range []struct{ path, field string }{{"plan", "datum"}, {"treden", "vanaf-1"}, {"toezegging", "dag"}, {"burgers", "dag"}, {"sleutel", "dag"}} {
		fake := &webtest.Fake{State: webtest.Filled}
		w := do(handler(t, fake), request("POST", "/voorstellen/v-1/"+x.path, "femke", url.Values{"formulier": {x.path}, x.field: {"gisteren"}}))
		if w.Code != http.StatusBadRequest || len(fake.Calls()) != 0 {
			t.Errorf("%s with a date that is none: %d, %+v", x.path, w.Code, fake.Calls())
		}
	}
}

// TestEveryCommandOnAProposalHasAForm: whatever the loop can do with a proposal,
// somebody can do on a page.
func TestEveryCommandOnAProposalHasAForm(t *testing.T) {
	t.Parallel()
	elsewhere := map[string]string{ // tested in TestCommands and TestImport
		"OpenProposal": "OpenProposal", "EditContent": "EditParameter", "EditCompass": "AnswerCompass", "AttachSimulation": "Simulate", "AcceptFinding": "AcceptFindings",
		"Submit": "SubmitProposal", "Return": "ReturnProposal", "BringIntoForce": "Adopt", "WithdrawProposal": "WithdrawProposal", "Measure": "ImportOutcomes",
	}
	form := map[string]bool{}
	for _, x := range proposalForms() {
		form[x.command] = true
	}
	office := ""
	files, err := filepath.Glob("../office/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		office += string(text)
	}
	commands := 0
	sources, err := filepath.Glob("../loop/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range sources {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Name.Name != "proposalID" || fn.Recv == nil {
				continue
			}
			name, ok := fn.Recv.List[0].Type.(*ast.Ident)
			if !ok {
				t.Fatalf("%s: a receiver that is no name", f)
			}
			if slices.Contains([]string{"DeclareDeadlock", "StatePosition", "DecideDeadlock", "DecideDespite", "ReportEarly", "RecordParliament", "RefuseKey"}, name.Name) {
				continue // of the page on deadlock
			}
			commands++
			if !form[name.Name] && elsewhere[name.Name] == "" {
				t.Errorf("%s: no form does this", name.Name)
			}
			if !strings.Contains(office, "loop."+name.Name+"{") {
				t.Errorf("%s: the office never does this", name.Name)
			}
		}
	}
	if commands < 25 {
		t.Errorf("only %d commands were found", commands)
	}
}
