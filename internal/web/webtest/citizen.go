package webtest

import (
	"context"

	"lemniscaat/internal/rule"
	"lemniscaat/internal/screen"
)

const code = "7K3M-9PQR-2TVX-4WYZ"

// CitizenForm asks two questions; in the state Long about many regulations.
func (f *Fake) CitizenForm(context.Context) (screen.CitizenFormView, error) {
	v := screen.CitizenFormView{Topics: []screen.CitizenTopic{
		{Value: reg, Name: f.long("Individuele inkomenstoeslag"), Summary: "Eén keer per jaar extra geld voor wie lang van een laag inkomen leeft."},
		{Value: "overig", Name: "Iets anders", Summary: "Of u weet het niet."},
	}}
	if f.State == Long {
		for range 5 {
			v.Topics = append(v.Topics, v.Topics[:2]...)
		}
	}
	return v, f.Fail
}

func (f *Fake) status(fresh bool) screen.CitizenStatus {
	v := screen.CitizenStatus{
		Code: code, Fresh: fresh, Text: f.long("Mijn aanvraag is afgewezen en dat is onterecht."), Topic: "Individuele inkomenstoeslag",
		Filed: rule.MustDate("2026-11-20"), State: "Wacht op antwoord van Femke de Wit.", Owes: "Femke de Wit", What: "antwoord geven",
		Due: rule.MustDate("2027-01-01"), Today: today,
	}
	switch f.State {
	case Filled:
		v.Masked, v.Others = "een BSN", true
		v.Road = screen.FormalRoad{Kind: "bezwaar", Words: []string{"afgewezen", "onterecht"}, Received: v.Filed, Decision: rule.MustDate("2026-11-03"), Last: rule.MustDate("2026-12-15")}
		v.Answer, v.React, v.ReactBy = answer(), true, rule.MustDate("2026-12-19")
	case Long:
		v.Formal = &screen.FormalState{Kind: "klacht", Received: v.Filed, By: f.long("Karim Bouzid"), Due: rule.MustDate("2026-11-21"), Overdue: true}
		v.Overdue, v.Answer, v.Reaction = true, answer(), "U herkende dit antwoord."
	}
	return v
}

// FileCitizen gives a code.
func (f *Fake) FileCitizen(_ context.Context, in screen.CitizenInput) (screen.CitizenStatus, error) {
	return f.status(true), f.do("FileCitizen", "", in)
}

// Follow knows one code.
func (f *Fake) Follow(_ context.Context, c string) (screen.CitizenStatus, error) {
	if c != code {
		return screen.CitizenStatus{}, &screen.Refusal{Code: "code", Text: "Deze code kennen wij niet.", Fields: []screen.FieldError{{Field: "code", Text: "Deze code kennen wij niet."}}}
	}
	return f.status(false), f.Fail
}

// CitizenReact records what a citizen says.
func (f *Fake) CitizenReact(_ context.Context, c string, recognised bool, why string) error {
	return f.do("CitizenReact", "", []any{c, recognised, why})
}

// AskFormal records that a citizen takes the formal road.
func (f *Fake) AskFormal(_ context.Context, in screen.FormalInput) error {
	return f.do("AskFormal", "", in)
}

// Formals lists objections and complaints.
func (f *Fake) Formals(_ context.Context, who string, asked screen.Asked) (screen.FormalListView, error) {
	if who == "" {
		return screen.FormalListView{}, f.Fail
	}
	rows := many(f, []screen.FormalRow{
		{Signal: "s-1", Kind: "bezwaar", Text: f.long("Mijn aanvraag is afgewezen en dat is onterecht."), Topic: screen.Ref{Text: "Individuele inkomenstoeslag", Href: "/knelpunten/" + issue}, Decided: rule.MustDate("2026-11-03"), Last: rule.MustDate("2026-12-15"), Contact: f.long("J. Voorbeeld, Dorpsstraat"), Send: screen.Action{Can: true}, FormalState: screen.FormalState{Kind: "bezwaar", Received: rule.MustDate("2026-11-20"), By: "Karim Bouzid", Due: rule.MustDate("2026-11-27")}},
		{Signal: "s-2", Kind: "klacht", Text: "Ik ben afgesnauwd aan de balie.", Topic: screen.Ref{Text: "Iets anders"}, FormalState: screen.FormalState{Kind: "klacht", Received: rule.MustDate("2026-11-10"), Forwarded: rule.MustDate("2026-11-11"), How: "Naar de klachtenfunctionaris."}},
	})
	v := screen.FormalListView{Open: 1}
	v.Rows, v.Paging = screen.PageOf(rows, asked)
	return v, f.Fail
}

// ForwardFormal records that one was sent on.
func (f *Fake) ForwardFormal(_ context.Context, who, signal, how string) error {
	return f.do("ForwardFormal", who, []any{signal, how})
}
