package loop

import (
	"strings"

	"lemniscaat/internal/rule"
)

// Connection is the prefix of the actor of what a system delivers by itself:
// "koppeling/zaaksysteem".
const Connection = "koppeling/"

// FactBatch is one delivery of outcomes that was new. The outcomes themselves
// stand beside the log; Digest is their fingerprint.
type FactBatch struct {
	ID        string    `json:"id"`
	Source    string    `json:"bron"`             // "urn:nld:oin:…", or the name of a file
	Rows      int       `json:"rijen"`            // new ones
	Known     int       `json:"bekend,omitempty"` // were here already, and say the same
	Digest    Digest    `json:"digest"`
	From      rule.Date `json:"van"` // first and last date of the rows
	Until     rule.Date `json:"tot"`
	Unheard   int       `json:"zonderContact,omitempty"` // burdensome, and nobody was spoken to
	Synthetic int       `json:"synthetisch,omitempty"`
	By        PersonID  `json:"-"`
	On        rule.Date `json:"-"`
	Seq       uint64    `json:"-"`
}

// Intake is what came in from case systems about one regulation.
type Intake struct {
	Regulation string
	Version    uint64
	Batches    int
	Rows       int
	Known      int
	Unheard    int
	Synthetic  int
	Connected  int       // rows that a connection delivered
	From       rule.Date // first and last date of all rows
	Until      rule.Date
	Last       FactBatch
	Sources    map[string]int // rows by source
}

// ReceiveFacts records that outcomes came in. The caller writes them in the
// same transaction.
type ReceiveFacts struct {
	Regulation string
	Batch      FactBatch
}

func (ReceiveFacts) command() {}

// FactsReceived is a batch of outcomes that came in.
type FactsReceived struct {
	none
	Batch FactBatch `json:"feiten"`
}

// Type implements Payload.
func (*FactsReceived) Type() string { return "invoer.feiten.1" }

func intakeStream(regulation string) string { return "invoer/" + regulation }

// Intake gives what came in about a regulation, or nil.
func (w *World) Intake(regulation string) *Intake { return w.intakes[regulation] }

// Intakes gives what came in, sorted by regulation.
func (w *World) Intakes() []*Intake { return sorted(w.intakes) }

func (d *deciding) receive(c ReceiveFacts) error {
	a := Anchor{Regulation: c.Regulation}
	if a.check() != nil || !d.w.Known(a) {
		return refuse("regeling-onbekend", "De regeling “"+clip(c.Regulation)+"” bestaat hier niet.", "Kies een regeling uit de lijst.")
	}
	if d.by != System && !strings.HasPrefix(string(d.by), Connection) {
		t := d.readTriangle(a)
		member := false
		if t != nil {
			_, member = t.member(d.by, d.today)
		}
		if !member {
			return refuse("rol-onjuist", "Alleen wie in de driehoek zit voert uitkomsten in.", "Vraag het de uitvoering.")
		}
	}
	b := c.Batch
	if err := checkID(b.ID, "de invoer"); err != nil {
		return err
	}
	if strings.TrimSpace(b.Source) == "" || len(b.Source) > 300 {
		return refuse("bron-onjuist", "De invoer zegt niet waar zij vandaan komt.", "Noem het zaaksysteem of het bestand.")
	}
	if !b.Digest.Valid() || b.Rows <= 0 || b.Known < 0 || b.Unheard < 0 || b.Unheard > b.Rows || b.Synthetic < 0 || b.Synthetic > b.Rows ||
		b.From.IsZero() || !b.From.Valid() || !b.Until.Valid() || b.Until.Before(b.From) {
		return refuse("invoer-onjuist", "De invoer is leeg, of haar periode of digest klopt niet.", "Voer ten minste één nieuwe uitkomst in.")
	}
	return d.emit(intakeStream(c.Regulation), &FactsReceived{Batch: b})
}

func applyIntake(x *Intake, p Payload, m moment) error {
	r, ok := p.(*FactsReceived)
	if !ok {
		return wrongStream(p, intakeStream(x.Regulation))
	}
	b := r.Batch
	b.By, b.On, b.Seq = m.by, m.date, m.seq
	if x.Batches == 0 || b.From.Before(x.From) {
		x.From = b.From
	}
	if x.Batches == 0 || b.Until.After(x.Until) {
		x.Until = b.Until
	}
	x.Version++
	x.Batches++
	x.Rows += b.Rows
	x.Known += b.Known
	x.Unheard += b.Unheard
	x.Synthetic += b.Synthetic
	if strings.HasPrefix(string(b.By), Connection) {
		x.Connected += b.Rows
	}
	x.Last = b
	if x.Sources == nil {
		x.Sources = map[string]int{}
	}
	x.Sources[b.Source] += b.Rows
	return nil
}
