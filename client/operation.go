package client

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"time"
)

// Regulation is a law, ordinance or policy rule.
type Regulation struct {
	ID      string `json:"id"`
	Name    string `json:"naam"`
	Summary string `json:"samenvatting"`
	Level   int    `json:"niveau"`
	Decides bool   `json:"kanBeslissen"`
	Digest  string `json:"vingerafdruk"`
}

// Regulations gives all regulations. Public.
func (c *Client) Regulations(ctx context.Context) iter.Seq2[Regulation, error] {
	return each(ctx, c, "/regelingen", func(p *struct{ Regelingen []Regulation }) []Regulation { return p.Regelingen })
}

// Rules is what holds of a regulation on a day.
type Rules struct {
	Regulation string `json:"regeling"`
	Date       string `json:"peildatum"`
	RuleSet    string `json:"regelset"`
	Rules      []Rule `json:"regels"`
	// Parameters are the values that hold.
	Parameters []ParameterValue `json:"parameters"`
	// Inputs are what a case can give.
	Inputs []Input `json:"gegevens"`
}

// Rule is one rule, in RegelSpraak.
type Rule struct {
	ID      string `json:"id"`
	Name    string `json:"naam"`
	Article string `json:"artikel"`
	Text    string `json:"tekst"`
}

// ParameterValue is a number of the law. Verified says whether somebody checked it.
type ParameterValue struct {
	ID       string `json:"id"`
	Name     string `json:"naam"`
	Value    string `json:"waarde"`
	From     string `json:"vanaf"`
	Source   string `json:"bron"`
	Verified bool   `json:"geverifieerd"`
	Example  bool   `json:"voorbeeld"`
}

// Input is a datum that a case can give, and where it stands there.
type Input struct {
	Attribute string `json:"eigenschap"`
	Under     string `json:"onder"`
	Key       string `json:"sleutel"`
	Kind      string `json:"soort"`
}

// RulesOn gives the rules of a regulation on a day ("2026-06-01"). Public.
func (c *Client) RulesOn(ctx context.Context, regulation, day string) (*Rules, error) {
	out := &Rules{}
	_, err := c.ask(ctx, http.MethodGet, "/regelingen/"+url.PathEscape(regulation)+"/versies/"+url.PathEscape(day), "", nil, out, false)
	return out, err
}

// Question asks what a regulation says of a case. Case is what becomes JSON as
// the documentation of the API shows; its keys are those of Rules.Inputs.
type Question struct {
	Regulation string `json:"regeling"`
	Date       string `json:"datum,omitempty"`
	Case       any    `json:"dossier"`
}

// How says how much is explained.
type How struct {
	// Explain asks for the way to each outcome, down to the article; Changes for
	// what would change it.
	Explain, Changes bool
	// Lang is "nl" (also when empty) or "en".
	Lang string
	// Receipt asks Decide for a signed receipt.
	Receipt bool
}

// Decision is what a regulation says. It is whole when Complete.
type Decision struct {
	Regulation string     `json:"regeling"`
	Date       string     `json:"datum"`
	RuleSet    string     `json:"regelset"`
	Complete   bool       `json:"volledig"`
	Outcomes   []Outcome  `json:"uitkomsten"`
	Obstacles  []Obstacle `json:"fouten"`
	// Receipt is the file for the citizen, as JSON; it holds what went in. None when
	// it was not asked for or nothing was decided.
	Receipt json.RawMessage `json:"bewijs"`
}

// Outcome is one outcome; Value is a decimal, "ja", "nee", a date, a text or "leeg".
type Outcome struct {
	Object      string       `json:"object"`
	Attribute   string       `json:"eigenschap"`
	Value       string       `json:"waarde"`
	Unit        string       `json:"eenheid"`
	Period      string       `json:"per"`
	Explanation *Explanation `json:"uitleg"`
}

// Explanation is an outcome in words. Steps is the way to it, as docs/uitleg.md
// describes it.
type Explanation struct {
	Sentence   string          `json:"zin"`
	Reasons    []string        `json:"redenen"`
	Steps      json.RawMessage `json:"stappen"`
	Unverified bool            `json:"nietGeverifieerd"`
}

// Obstacle is something that stands in the way of an answer.
type Obstacle struct {
	Code      string `json:"code"`
	Text      string `json:"tekst"`
	Place     string `json:"plaats"`
	Object    string `json:"object"`
	Attribute string `json:"eigenschap"`
}

type chosen struct {
	Explain bool   `json:"uitleg,omitempty"`
	Changes bool   `json:"veranderingen,omitempty"`
	Lang    string `json:"taal,omitempty"`
	Receipt bool   `json:"bewijs,omitempty"`
}

// Decide decides one case. Nothing of it is kept. Scope: beslissen.
func (c *Client) Decide(ctx context.Context, q Question, how How) (*Decision, error) {
	out := &Decision{}
	in := struct {
		Question
		chosen
	}{q, chosen(how)}
	_, err := c.ask(ctx, http.MethodPost, "/beslissingen", asJSON, in, out, false)
	return out, err
}

// DecideMany decides up to a thousand cases, in their order, without receipts.
func (c *Client) DecideMany(ctx context.Context, qs []Question, how How) ([]Decision, error) {
	var out struct{ Beslissingen []Decision }
	in := struct {
		Questions []Question `json:"vragen"`
		chosen
	}{qs, chosen(how)}
	in.Receipt = false // one case at a time
	_, err := c.ask(ctx, http.MethodPost, "/beslissingen/_reeks", asJSON, in, &out, false)
	return out.Beslissingen, err
}

// Place is a place in the rules.
type Place struct {
	Regulation string `json:"regeling"`
	Article    string `json:"artikel"`
	Rule       string `json:"regel,omitempty"`
	Step       string `json:"stap,omitempty"`
}

// Signal is what goes wrong, or well, at a place. Kind and Frequency are words of
// the documentation: "te-hard", "wekelijks".
type Signal struct {
	Place     Place  `json:"plaats"`
	Kind      string `json:"soort"`
	Text      string `json:"tekst"`
	Frequency string `json:"hoeVaak"`
	Case      string `json:"zaak,omitempty"`
}

// Receipt says what became of a signal.
type Receipt struct {
	ID      string `json:"id"`
	Issue   string `json:"knelpunt"`
	Answers string `json:"antwoordt"`
	Due     string `json:"uiterlijk"`
}

// Send sends a signal, once. It is on disk when this returns. Scope:
// signalen:schrijven.
func (c *Client) Send(ctx context.Context, s Signal) (*Receipt, error) {
	out := &Receipt{}
	_, err := c.ask(ctx, http.MethodPost, "/signalen", asJSON, s, out, true)
	return out, err
}

// Sent is one signal of the person of the token, with where it stands.
type Sent struct {
	ID    string `json:"id"`
	Text  string `json:"tekst"`
	State string `json:"stand"`
	Issue string `json:"knelpunt"`
	Due   string `json:"uiterlijk"`
	Late  bool   `json:"teLaat"`
}

// Signals gives the own signals, the latest first. Scope: signalen:lezen.
func (c *Client) Signals(ctx context.Context) iter.Seq2[Sent, error] {
	return each(ctx, c, "/signalen", func(p *struct{ Signalen []Sent }) []Sent { return p.Signalen })
}

// Simulation says where a run stands: wacht, bezig, klaar, mislukt, geannuleerd.
type Simulation struct {
	ID      string `json:"id"`
	Title   string `json:"titel"`
	State   string `json:"stand"`
	Percent int    `json:"procent"`
	Fault   string `json:"fout"`
}

// Over reports that nothing happens any more.
func (s *Simulation) Over() bool { return s.State != "wacht" && s.State != "bezig" }

// Simulate starts a run, once. Scope: simuleren.
func (c *Client) Simulate(ctx context.Context, variant, population string) (*Simulation, error) {
	out := &Simulation{}
	in := struct {
		Variant    string `json:"variant"`
		Population string `json:"bevolking"`
	}{variant, population}
	_, err := c.ask(ctx, http.MethodPost, "/simulaties", asJSON, in, out, true)
	return out, err
}

// Simulation gives where a run stands.
func (c *Client) Simulation(ctx context.Context, id string) (*Simulation, error) {
	out := &Simulation{}
	_, err := c.ask(ctx, http.MethodGet, "/simulaties/"+url.PathEscape(id), "", nil, out, false)
	return out, err
}

// Follow waits until a run is over, looking again every so often.
func (c *Client) Follow(ctx context.Context, id string, every time.Duration) (*Simulation, error) {
	for {
		s, err := c.Simulation(ctx, id)
		if err != nil || s.Over() {
			return s, err
		}
		if err := c.wait(ctx, every); err != nil {
			return s, err
		}
	}
}

// Result gives what a run found, as JSON that docs/simulatie.md describes.
func (c *Client) Result(ctx context.Context, id string) (json.RawMessage, error) {
	var out json.RawMessage
	_, err := c.ask(ctx, http.MethodGet, "/simulaties/"+url.PathEscape(id)+"/resultaat", "", nil, &out, false)
	return out, err
}

// Stop stops a run that is not over.
func (c *Client) Stop(ctx context.Context, id string) error {
	_, err := c.ask(ctx, http.MethodDelete, "/simulaties/"+url.PathEscape(id), "", nil, nil, false)
	return err
}

// Delivery says what became of decisions that were delivered.
type Delivery struct {
	Received int `json:"ontvangen"`
	New      int `json:"nieuw"`
	Known    int `json:"bekend"`
	Unheard  int `json:"zonderContact"`
}

// Deliver delivers decisions of a case system as CloudEvents. The same events
// again count as known. Scope: uitkomsten:leveren.
func (c *Client) Deliver(ctx context.Context, events ...json.RawMessage) (*Delivery, error) {
	if len(events) == 0 {
		return nil, fmt.Errorf("lemniscaat: no events to deliver")
	}
	out := &Delivery{}
	_, err := c.ask(ctx, http.MethodPost, "/beslissingsgebeurtenissen", "application/cloudevents-batch+json", events, out, false)
	return out, err
}
