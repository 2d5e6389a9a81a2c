package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"lemniscaat/internal/screen"
)

// routeBundle registers the list of knelpunten, the page that puts them together,
// and the acts on one.
func (s *server) routeBundle() {
	svc := s.Service
	s.get("/knelpunten", func(r *http.Request, p *page) (view, error) {
		v, err := svc.Issues(r.Context(), p.Frame.Actor.ID, issueFilter(r))
		return view{title: p.T("knelpunten.titel"), here: screen.StationSignal, body: issuesPage(p, v)}, err
	})

	bundle := func(r *http.Request, p *page) (view, error) {
		q := r.URL.Query()
		in := screen.BundleInput{Asked: asked(r), Last: screen.BundleUndo{From: q.Get("uit"), Into: q.Get("in"), Apart: q.Get("los") == "ja"}}
		v, err := svc.Bundle(r.Context(), p.Frame.Actor.ID, in)
		return view{title: p.T("bundelen.titel"), here: screen.StationSignal, crumb: issueCrumbs(p), body: bundlePage(p, v)}, err
	}
	s.get("/bundelen", bundle)
	// next is the page after an act: at the same place in the list, with the act
	// to take back.
	next := func(r *http.Request, message string, q url.Values) string {
		for _, name := range []string{"plek", "blad", "zoek"} {
			if v := r.PostForm.Get(name); v != "" && len(v) <= 200 {
				q.Set(name, v)
			}
		}
		q.Set("gedaan", message)
		return "/bundelen?" + q.Encode()
	}
	s.post("/bundelen/samenvoegen", func(r *http.Request, p *page) (string, error) {
		in := screen.MergeInput{From: r.PostForm.Get("uit"), Into: r.PostForm.Get("in"), Reason: strings.TrimSpace(r.PostForm.Get("reden"))}
		return next(r, "samengevoegd", url.Values{"uit": {in.From}, "in": {in.Into}}), svc.MergeIssues(r.Context(), p.Frame.Actor.ID, in)
	}, bundle)
	s.post("/bundelen/niet-hetzelfde", func(r *http.Request, p *page) (string, error) {
		from, into := r.PostForm.Get("uit"), r.PostForm.Get("in")
		return next(r, "niet-hetzelfde", url.Values{"uit": {from}, "in": {into}, "los": {"ja"}}), svc.KeepApart(r.Context(), p.Frame.Actor.ID, from, into, false)
	}, bundle)
	s.post("/bundelen/terug", func(r *http.Request, p *page) (string, error) {
		from, into := r.PostForm.Get("uit"), r.PostForm.Get("in")
		if r.PostForm.Get("los") == "ja" {
			return next(r, "teruggedraaid", url.Values{}), svc.KeepApart(r.Context(), p.Frame.Actor.ID, from, into, true)
		}
		_, err := svc.UndoMerge(r.Context(), p.Frame.Actor.ID, from, into)
		return next(r, "teruggedraaid", url.Values{}), err
	}, bundle)

	split := func(r *http.Request, p *page) (view, error) {
		v, err := svc.SplitPage(r.Context(), p.Frame.Actor.ID, r.PathValue("id"), asked(r))
		crumb := append(issueCrumbs(p), screen.Ref{Text: v.Row.Title, Href: to("knelpunten", r.PathValue("id"))})
		return view{title: p.T("splitsen.titel"), here: screen.StationSignal, crumb: crumb, body: splitPage(p, v)}, err
	}
	s.get("/knelpunten/{id}/bundelen", split)
	s.post("/knelpunten/{id}/splitsen", func(r *http.Request, p *page) (string, error) {
		in := screen.SplitInput{Issue: r.PathValue("id"), Signals: r.PostForm["signaal"], Reason: strings.TrimSpace(r.PostForm.Get("reden"))}
		var faults []screen.FieldError
		if len(in.Signals) == 0 {
			faults = append(faults, screen.FieldError{Field: "signaal", Text: p.T("splitsen.fout-signaal")})
		}
		if in.Reason == "" {
			faults = append(faults, screen.FieldError{Field: "reden", Text: p.T("splitsen.fout-reden")})
		}
		if len(faults) > 0 {
			return "", fieldRefusal(p, faults...)
		}
		id, err := svc.SplitIssue(r.Context(), p.Frame.Actor.ID, in)
		return done(to("knelpunten", id), "gesplitst"), err
	}, split)
	s.post("/knelpunten/{id}/samenvoegen", func(r *http.Request, p *page) (string, error) {
		in := screen.MergeInput{From: r.PathValue("id"), Into: r.PostForm.Get("in"), Reason: strings.TrimSpace(r.PostForm.Get("reden"))}
		var faults []screen.FieldError
		if in.Into == "" {
			faults = append(faults, screen.FieldError{Field: "in", Text: p.T("splitsen.fout-in")})
		}
		if in.Reason == "" {
			faults = append(faults, screen.FieldError{Field: "reden", Text: p.T("splitsen.fout-reden")})
		}
		if len(faults) > 0 {
			return "", fieldRefusal(p, faults...)
		}
		return done(to("knelpunten", in.Into), "samengevoegd"), svc.MergeIssues(r.Context(), p.Frame.Actor.ID, in)
	}, split)

	for _, name := range screen.IssueActs {
		s.post("/knelpunten/{id}/"+string(name), func(r *http.Request, p *page) (string, error) {
			in := screen.IssueActInput{Issue: r.PathValue("id"), Act: name, Reason: strings.TrimSpace(r.PostForm.Get("reden")), Choice: r.PostForm.Get("keuze")}
			if !name.NeedsReason() {
				in.Reason = ""
			}
			var faults []screen.FieldError
			if name.NeedsDay() {
				var no *screen.Refusal
				if in.Until, no = date(p, "tot", r.PostForm.Get("tot")); no != nil {
					return "", no
				}
				if in.Until.IsZero() {
					faults = append(faults, screen.FieldError{Field: "tot", Text: p.T("daad.fout-tot")})
				}
			}
			if name.NeedsReason() && in.Reason == "" {
				faults = append(faults, screen.FieldError{Field: "reden", Text: p.T("daad.fout-reden")})
			}
			if (name == screen.ActLink || name == screen.ActAppoint) && in.Choice == "" {
				faults = append(faults, screen.FieldError{Field: "keuze", Text: p.T("daad.fout-keuze")})
			}
			if len(faults) > 0 {
				return "", fieldRefusal(p, faults...)
			}
			return done(to("knelpunten", in.Issue)+"#antwoord", actDone[name]), svc.ActOnIssue(r.Context(), p.Frame.Actor.ID, in)
		}, s.issueView(nil))
	}
}

// actDone names the message after an act.
var actDone = map[screen.IssueActName]string{
	screen.ActAskMore: "uitstel-vragen", screen.ActGrant: "uitstel-geven", screen.ActDeny: "uitstel-weigeren",
	screen.ActAppoint: "aanwijzen", screen.ActLink: "koppelen", screen.ActWithdraw: "intrekken",
	screen.ActNoKey: "sleutel-weigeren", screen.ActReview: "herzien", screen.ActReopen: "heropenen",
}

func issueCrumbs(p *page) []screen.Ref {
	return []screen.Ref{{Text: p.T("knelpunten.titel"), Href: "/knelpunten"}}
}

// issueFilter reads which knelpunten are asked for; what is unknown is not
// filtered on.
func issueFilter(r *http.Request) screen.IssueListInput {
	q := r.URL.Query()
	in := screen.IssueListInput{Asked: asked(r), Regulation: q.Get("regeling"), Overdue: q.Get("te-laat") == "ja", Mine: q.Get("van-mij") == "ja"}
	if s := screen.IssueState(q.Get("staat")); known(issueStates, s) {
		in.State = s
	}
	return in
}

// issueStates are those that a list can be of.
var issueStates = []screen.IssueState{screen.IssueOpen, screen.IssueAnswered, screen.IssueSolved, screen.IssueAccepted, screen.IssueMerged}

func (p *page) stateOptions() []screen.Option {
	var out []screen.Option
	for _, s := range issueStates {
		out = append(out, screen.Option{Value: string(s), Label: p.T("knelpuntstaat." + string(s))})
	}
	return out
}

// filtered reports that a list does not show everything.
func filtered(in screen.IssueListInput) bool {
	return in.Words != "" || in.State != "" || in.Overdue || in.Mine || in.Regulation != ""
}

func canSome(acts []screen.IssueAct) bool {
	for _, a := range acts {
		if a.Can {
			return true
		}
	}
	return false
}

func cannotSome(acts []screen.IssueAct) bool {
	for _, a := range acts {
		if !a.Can {
			return true
		}
	}
	return false
}

// splitID gives the first signal the id that the error summary links to.
func splitID(n int) string {
	if n == 0 {
		return fieldID("splitsen", "signaal")
	}
	return fieldID("splitsen", "signaal-"+strconv.Itoa(n))
}
