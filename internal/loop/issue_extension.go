package loop

import (
	"lemniscaat/internal/rule"
)

// More time is asked by the debtor and given by those who wait. The question
// changes nothing: the date stands until somebody who waits grants it.

// AskExtension asks those who wait for more time. The debtor asks.
type AskExtension struct {
	Issue  string
	Until  rule.Date
	Reason Text
}

// DenyExtension is the no of those who wait; the date stands.
type DenyExtension struct {
	Issue  string
	Reason Text
}

func (AskExtension) command()           {}
func (DenyExtension) command()          {}
func (c AskExtension) issueID() string  { return c.Issue }
func (c DenyExtension) issueID() string { return c.Issue }

// Payloads of the question and its no; the yes is ExtensionGranted.
type (
	// ExtensionAsked is the question.
	ExtensionAsked struct {
		Duty   Duty      `json:"verplichting"`
		Until  rule.Date `json:"tot"`
		Reason Text      `json:"reden"`
	}
	// ExtensionDenied is the no.
	ExtensionDenied struct {
		Reason Text `json:"reden"`
	}
)

func (p *ExtensionAsked) texts() []textField  { return one("reden", &p.Reason) }
func (p *ExtensionDenied) texts() []textField { return one("reden", &p.Reason) }

func (*ExtensionAsked) Type() string  { return "knelpunt.uitstel-gevraagd.1" }
func (*ExtensionDenied) Type() string { return "knelpunt.uitstel-geweigerd.1" }

// Extension is more time that was asked and not yet given or refused. It ends
// with the obligation that it was asked for.
type Extension struct {
	Until  rule.Date
	Reason Text
	By     PersonID
	On     rule.Date
}

// Open reports that an answer to the question is awaited.
func (x Extension) Open() bool { return !x.On.IsZero() }

// postponable gives the obligation that more time can be given for.
func (d issueDecision) postponable() (Obligation, error) {
	o, ok := d.i.Due()
	if !ok || (o.Duty != DutyAnswer && o.Duty != DutyDeliver) {
		return o, refuse("niets-om-uit-te-stellen", "Er wordt hier niet op een antwoord of wijziging gewacht.", "")
	}
	return o, nil
}

// newDate refuses a date that gives no more time, or too much.
func newDate(o Obligation, until rule.Date) error {
	if !until.Valid() || !until.After(o.Due) || until.After(o.Due.AddYears(1)) {
		return refuse("datum-onjuist", "Uitstel gaat naar een dag na "+o.Due.String()+", ten hoogste een jaar later.", "Kies een andere dag.")
	}
	return nil
}

func (d issueDecision) askExtension(c AskExtension) ([]Payload, error) {
	o, err := d.postponable()
	if err != nil {
		return nil, err
	}
	if err := d.mustOwe("uitstel vragen"); err != nil {
		return nil, err
	}
	if d.i.Asked.Open() {
		return nil, refuse("uitstel-al-gevraagd", "Er is al om uitstel gevraagd, tot "+d.i.Asked.Until.String()+".", "Wacht op het antwoord van wie wacht. De oude dag blijft tot dan gelden.")
	}
	if err := needText(c.Reason, "Waarom", maxReason); err != nil {
		return nil, err
	}
	if err := newDate(o, c.Until); err != nil {
		return nil, err
	}
	return []Payload{&ExtensionAsked{Duty: o.Duty, Until: c.Until, Reason: c.Reason}}, nil
}

func (d issueDecision) denyExtension(c DenyExtension) ([]Payload, error) {
	if _, err := d.postponable(); err != nil {
		return nil, err
	}
	if err := d.mustWait(); err != nil {
		return nil, err
	}
	if !d.i.Asked.Open() {
		return nil, refuse("geen-uitstel-gevraagd", "Niemand vroeg hier om uitstel.", "")
	}
	if err := needText(c.Reason, "Waarom", maxReason); err != nil {
		return nil, err
	}
	return []Payload{&ExtensionDenied{Reason: c.Reason}}, nil
}

// mustWait refuses everybody but those who wait for the answer or the change:
// the only reporter, or execution on behalf of the reporters.
func (d issueDecision) mustWait() error {
	waiting := 0
	for _, h := range d.i.reporters {
		if h.Reachable {
			waiting++
		}
	}
	only := d.i.reporters[d.s.By].Reachable && waiting == 1
	speaks := d.s.Member && d.s.Me.Signs && d.s.Me.Post.Corner == Opdrachtnemer
	debtorSide := d.s.By == d.s.Owner.Person || (d.s.Member && d.s.Me.Post.Corner != Opdrachtnemer)
	if debtorSide || d.s.By == System || !(only || speaks) {
		return refuse("uitstel-door-schuldenaar", "Uitstel geeft alleen wie wacht: de enige melder, of de uitvoering namens de melders.", "Vraag het de uitvoering.")
	}
	return nil
}
