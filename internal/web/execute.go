package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"lemniscaat/internal/screen"
)

// routeExecute registers the pages of the desk: decisions from intention to
// objection, and the maatwerk of a team.
func (s *server) routeExecute() {
	s.routeDecisions()
	s.routeDecision()
	s.routeDesk()
	s.routeWatch()
	s.routeReach()
}

// typed gives a field of a form without the space around it.
func typed(r *http.Request, name string) string { return strings.TrimSpace(r.PostForm.Get(name)) }

// needs refuses a form in which one of the fields is empty.
func needs(r *http.Request, p *page, fields ...string) error {
	var faults []screen.FieldError
	for _, f := range fields {
		if typed(r, f) == "" {
			faults = append(faults, screen.FieldError{Field: f, Text: p.T("beslissing.fout-" + f)})
		}
	}
	if len(faults) > 0 {
		return fieldRefusal(p, faults...)
	}
	return nil
}

func (s *server) routeDecisions() {
	svc := s.Service
	list := func(r *http.Request, p *page) (view, error) {
		v, err := svc.Decisions(r.Context(), p.Frame.Actor.ID, r.URL.Query().Get("staat"), asked(r))
		return view{title: p.T("beslissingen.titel"), here: screen.StationExecute, body: decisionsPage(p, v)}, err
	}
	s.get("/beslissingen", list)
	s.post("/beslissingen", func(r *http.Request, p *page) (string, error) {
		d, no := date(p, "datum", r.PostForm.Get("datum"))
		if no != nil {
			return "", no
		}
		in := screen.DecideInput{Case: r.PostForm.Get("zaak"), Date: d}
		if in.Case == "" {
			return "", fieldRefusal(p, screen.FieldError{Field: "zaak", Text: p.T("beslissingen.fout-zaak")})
		}
		if d.IsZero() {
			return "", fieldRefusal(p, screen.FieldError{Field: "datum", Text: p.T("beslissingen.fout-datum")})
		}
		id, err := svc.Decide(r.Context(), p.Frame.Actor.ID, in)
		return to("beslissingen", id), err
	}, list)

	record := func(r *http.Request, p *page) (view, error) {
		v, err := svc.RecordForm(r.Context(), p.Frame.Actor.ID)
		return view{title: p.T("vastleggen.titel"), here: screen.StationExecute, crumb: []screen.Ref{{Text: p.T("beslissingen.titel"), Href: "/beslissingen"}}, body: recordPage(p, v)}, err
	}
	s.get("/beslissingen/nieuw", record)
	s.post("/beslissingen/nieuw", func(r *http.Request, p *page) (string, error) {
		if err := needs(r, p, "zaak", "plek", "besluit", "datum"); err != nil {
			return "", err
		}
		d, no := date(p, "datum", r.PostForm.Get("datum"))
		if no != nil {
			return "", no
		}
		id, err := svc.RecordDecision(r.Context(), p.Frame.Actor.ID, screen.RecordInput{
			Case: typed(r, "zaak"), Place: typed(r, "plek"), Kind: typed(r, "besluit"), Outcome: typed(r, "uitkomst"), Date: d,
			Amount: typed(r, "bedrag"), Loss: typed(r, "verlies"),
		})
		return to("beslissingen", id), err
	}, record)
}

func (s *server) routeDecision() {
	svc := s.Service
	one := func(r *http.Request, p *page) (view, error) {
		v, err := svc.Decision(r.Context(), p.Frame.Actor.ID, r.PathValue("id"))
		return view{title: p.T("beslissing.titel"), here: screen.StationExecute, crumb: []screen.Ref{{Text: p.T("beslissingen.titel"), Href: "/beslissingen"}}, body: decisionPage(p, v)}, err
	}
	s.get("/beslissingen/{id}", one)
	act := func(name string, required []string, do func(r *http.Request, who, id string) (string, error)) {
		s.post("/beslissingen/{id}/"+name, func(r *http.Request, p *page) (string, error) {
			if err := needs(r, p, required...); err != nil {
				return "", err
			}
			id := r.PathValue("id")
			key, err := do(r, p.Frame.Actor.ID, id)
			return done(to("beslissingen", id), key), err
		}, one)
	}
	act("contact", []string{"bereikt"}, func(r *http.Request, who, id string) (string, error) {
		return "contact", svc.NoteContact(r.Context(), who, screen.ContactInput{Decision: id, How: typed(r, "hoe"), Reached: typed(r, "bereikt") == "ja", Note: typed(r, "tekst")})
	})
	act("uitzondering", []string{"artikel", "reden"}, func(r *http.Request, who, id string) (string, error) {
		return "uitzondering", svc.NameException(r.Context(), who, screen.ExceptionInput{Decision: id, Article: typed(r, "artikel"), Reason: typed(r, "reden")})
	})
	act("neem", nil, func(r *http.Request, who, id string) (string, error) {
		return "genomen", svc.TakeDecision(r.Context(), who, id)
	})
	act("zie-af", []string{"reden"}, func(r *http.Request, who, id string) (string, error) {
		return "afgezien", svc.DropDecision(r.Context(), who, id, typed(r, "reden"))
	})
	act("bezwaar", []string{"reden"}, func(r *http.Request, who, id string) (string, error) {
		return "bezwaar", svc.Object(r.Context(), who, id, typed(r, "reden"))
	})
	act("bezwaar-af", []string{"oordeel", "reden"}, func(r *http.Request, who, id string) (string, error) {
		return "bezwaar-af", svc.SettleObjection(r.Context(), who, screen.SettleInput{Decision: id, Revised: typed(r, "oordeel") == "herzien", Amount: typed(r, "bedrag"), Reason: typed(r, "reden")})
	})
	act("maatwerk", []string{"grond", "reden"}, func(r *http.Request, who, id string) (string, error) {
		in := screen.DiscretionInput{Decision: id, Ground: typed(r, "grond"), Reason: typed(r, "reden"), Amount: typed(r, "bedrag")}
		if prov, ok := strings.CutPrefix(in.Ground, provisionPrefix); ok {
			in.Ground, in.Provision = "", prov
		}
		asked, err := svc.GrantDiscretion(r.Context(), who, in)
		if asked {
			return "maatwerk-gevraagd", err
		}
		return "maatwerk", err
	})
	act("verzoek", []string{"verzoek"}, func(r *http.Request, who, id string) (string, error) {
		in := screen.AnswerAskInput{Decision: id, Ask: typed(r, "verzoek"), Grant: typed(r, "antwoord") == "geef", Reason: typed(r, "reden")}
		if in.Grant {
			return "maatwerk", svc.AnswerAsk(r.Context(), who, in)
		}
		return "maatwerk-geweigerd", svc.AnswerAsk(r.Context(), who, in)
	})
	act("nakijken", []string{"nummer", "oordeel"}, func(r *http.Request, who, id string) (string, error) {
		n, _ := strconv.Atoi(typed(r, "nummer"))
		return "bekeken", svc.LookAt(r.Context(), who, screen.LookInput{Decision: id, Number: n, Judgement: typed(r, "oordeel"), Note: typed(r, "toelichting")})
	})
}

// provisionPrefix marks a provision among the grounds of the form: one choice says
// what is given.
const provisionPrefix = "voorziening:"

func (s *server) routeDesk() {
	svc := s.Service
	show := func(r *http.Request, p *page) (view, error) {
		team := r.URL.Query().Get("team")
		if r.Method == http.MethodPost {
			team = typed(r, "team")
		}
		v, err := svc.Desk(r.Context(), p.Frame.Actor.ID, team, asked(r))
		return view{title: p.T("maatwerk.titel"), here: screen.StationExecute, body: deskPage(p, v)}, err
	}
	s.get("/maatwerk", show)
	set := func(name string, required []string, do func(r *http.Request, who, team string) error) {
		s.post("/maatwerk/"+name, func(r *http.Request, p *page) (string, error) {
			if err := needs(r, p, required...); err != nil {
				return "", err
			}
			team := typed(r, "team")
			return done("/maatwerk?team="+url.QueryEscape(team), "afspraak"), do(r, p.Frame.Actor.ID, team)
		}, show)
	}
	set("voorziening", []string{"naam", "bedrag"}, func(r *http.Request, who, team string) error {
		return svc.SetProvision(r.Context(), who, screen.ProvisionInput{
			Team: team, ID: typed(r, "id"), Name: typed(r, "naam"), Amount: typed(r, "bedrag"), InKind: typed(r, "natura") == "ja", Gone: typed(r, "vervallen") == "ja",
		})
	})
	set("budget", []string{"bedrag"}, func(r *http.Request, who, team string) error {
		return svc.SetBudget(r.Context(), who, screen.BudgetInput{Team: team, Quarter: typed(r, "kwartaal"), Amount: typed(r, "bedrag")})
	})
	set("mandaat", []string{"bedrag"}, func(r *http.Request, who, team string) error {
		return svc.SetMandate(r.Context(), who, screen.MandateInput{Team: team, Role: typed(r, "rol"), Amount: typed(r, "bedrag")})
	})
	set("steekproef", []string{"deel"}, func(r *http.Request, who, team string) error {
		return svc.SetSample(r.Context(), who, screen.SampleInput{Team: team, Percent: typed(r, "deel")})
	})
}

// reachedText says whether somebody was spoken to.
func reachedText(reached bool) string {
	if reached {
		return "contact.gesproken"
	}
	return "contact.niet-bereikt"
}

// contactWays are the ways to speak with somebody.
func contactWays(p *page) []screen.Option {
	var out []screen.Option
	for _, w := range []string{"telefoon", "balie", "huisbezoek", "brief", "e-mail"} {
		out = append(out, screen.Option{Value: w, Label: p.T("contact." + w)})
	}
	return out
}

// lookID names the form with which a colleague looks at maatwerk.
func lookID(g screen.GivenRow) string {
	return slug("nakijken-" + g.Decision.Href[strings.LastIndexByte(g.Decision.Href, '/')+1:] + "-" + strconv.Itoa(g.Number))
}

// denyText says what the second button does: who cannot grant takes it back.
func denyText(a screen.AskRow) string {
	if a.Grant.Can {
		return "maatwerk.weiger"
	}
	return "maatwerk.trek-terug"
}

// unlooked leaves out the forms of rows that stand in the sample above.
func unlooked(rows []screen.GivenRow) []screen.GivenRow {
	out := make([]screen.GivenRow, len(rows))
	for i, r := range rows {
		r.Look = screen.Action{}
		out[i] = r
	}
	return out
}

func yesNo(b bool) string {
	if b {
		return "ja"
	}
	return "nee"
}

func goneText(gone bool) string {
	if gone {
		return "maatwerk.terug-op-lijst"
	}
	return "maatwerk.van-lijst"
}

// plainEuros writes an amount as people type it: "560" or "560,50".
func plainEuros(cents int64) string {
	s := strconv.FormatInt(cents/100, 10)
	if c := cents % 100; c != 0 {
		s += "," + string(rune('0'+c/10)) + string(rune('0'+c%10))
	}
	return s
}

func startAmount(cents int64, set bool) string {
	if !set {
		return ""
	}
	return plainEuros(cents)
}
