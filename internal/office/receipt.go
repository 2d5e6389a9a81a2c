package office

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"

	"lemniscaat/internal/dossier"
	"lemniscaat/internal/entitlement"
	"lemniscaat/internal/explain"
	"lemniscaat/internal/receipt"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/seal"
)

// caseName names the case of a receipt in what is said about it.
const caseName = "dossier"

// noReceipt says that this installation signs nothing.
func noReceipt() error {
	return refuse("geen-sleutel", "Deze installatie geeft geen ontvangstbewijzen.", "Vraag de beheerder om een sleutel om te ondertekenen.")
}

// receipt decides a case as it is written, and signs what came of it. It is kept
// nowhere: who asked gets it. nil when something stands in the way of an answer.
func (o *Office) receipt(set *regulation.Set, reg *regulation.Regulation, on rule.Date, text []byte) (*receipt.Package, error) {
	if o.Signing == nil {
		return nil, noReceipt()
	}
	file, ds := dossier.Read(caseName, text, set.Model)
	if err := ds.Err(); err != nil {
		return nil, fmt.Errorf("receipt: the case is not read back: %w", err)
	}
	v := view.CaseView{Date: on}
	if err := decideFile(&v, set, reg, file, view.CaseInput{Lang: "nl", Explain: true, Change: true}); err != nil {
		return nil, err
	}
	if len(v.Faults)+len(v.Violations) > 0 {
		return nil, nil
	}
	var told []*explain.Explanation
	for _, x := range v.Outcomes {
		told = append(told, x.Explained)
	}
	explained, err := json.Marshal(told)
	if err != nil {
		return nil, fmt.Errorf("receipt: %w", err)
	}
	salt := make([]byte, receipt.SaltSize)
	rand.Read(salt) // never fails: it ends the program instead
	signed, err := receipt.Sign(receipt.Receipt{
		Regulation: reg.ID, Date: on, RuleSet: string(set.Digest()), Content: string(reg.ContentDigest()),
		Inputs: receipt.CommitInputs(salt, file, on), Explanation: receipt.Commit("uitleg", salt, explained),
		Outcomes: receiptOutcomes(v.Outcomes, file), Program: o.Program, At: o.Now(),
	}, o.Signing)
	if err != nil {
		return nil, err
	}
	return &receipt.Package{
		Format: receipt.PackageFormat, Statement: signed, Keys: o.Signing.Public(),
		Opening: receipt.Opening{Format: receipt.OpeningFormat, Salt: salt, Dossier: string(text)},
	}, nil
}

// receiptOutcomes gives outcomes without the ids of the case.
func receiptOutcomes(outcomes []view.CaseOutcome, file *dossier.File) []receipt.Outcome {
	out := []receipt.Outcome{}
	for _, u := range outcomes {
		out = append(out, receipt.Outcome{Of: receipt.Named(file, u.Object), Attribute: u.Attribute, Value: u.Value, Unit: u.Unit})
	}
	return out
}

// DecisionReceipt gives the receipt of a decision whose case is here; ErrNotFound
// for one of another system, which holds the case.
func (o *Office) DecisionReceipt(ctx context.Context, who, id string) ([]byte, error) {
	o.mu.RLock()
	d := o.world.Decision(id)
	if d == nil || !o.seesDecision(o.readerOf(ctx, who), d) {
		o.mu.RUnlock()
		return nil, view.ErrNotFound
	}
	c, known := o.caseFor(d.Case)
	set, err := o.rulesOf(d)
	on, of := d.Date, d.Anchor.Regulation
	o.mu.RUnlock()
	if err != nil {
		return nil, err
	}
	reg, ok := set.Get(of)
	if !known || c.Regulation != of || !ok {
		return nil, view.ErrNotFound
	}
	sawDecision(ctx, d)
	p, err := o.receipt(set, reg, on, []byte(c.File))
	if err != nil {
		return nil, err
	}
	if p == nil {
		return nil, refuse("geen-uitkomst", "Over deze zaak is geen uitkomst te ondertekenen.", "Op de pagina staat wat er ontbreekt.")
	}
	return p.Text()
}

// HouseholdReceipt gives the receipt of what one regulation gives a household. As
// with the answer itself, nothing of it is kept.
func (o *Office) HouseholdReceipt(ctx context.Context, in view.EntitlementInput, id string) ([]byte, error) {
	set, _ := o.InForceNow()
	reg, ok := set.Get(id)
	if !ok || !reg.Decides() {
		return nil, view.ErrNotFound
	}
	if err := o.trying.enter(ctx); err != nil {
		return nil, err
	}
	defer o.trying.leave()
	in.Regulations = []string{id}
	h := &asked{set: set, lang: "nl", v: view.EntitlementView{MaxAdults: maxAdults, MaxChildren: maxChildren, In: in}}
	h.choices(&in)
	incomplete := refuse("geen-uitkomst", "Er is nog geen uitkomst om te ondertekenen.", "Vul eerst in wat ontbreekt, en kies Opnieuw uitrekenen.")
	if !h.household() {
		return nil, incomplete
	}
	if err := h.answers(); err != nil {
		return nil, err
	}
	all, ds := entitlement.Decide(set, h.file, entitlement.Options{Date: h.v.Date, Lang: "nl"}, id)
	if err := ds.Err(); err != nil {
		return nil, fmt.Errorf("huishouden: %w", err)
	}
	if len(h.v.Faults) > 0 {
		return nil, incomplete
	}
	for _, q := range all.Questions {
		if q.Now {
			return nil, incomplete
		}
	}
	p, err := o.receipt(set, reg, h.v.Date, []byte(all.Form(h.file, h.name)))
	if err != nil {
		return nil, err
	}
	if p == nil {
		return nil, incomplete
	}
	return p.Text()
}

// ReceiptKeys gives the public keys with which anybody checks a receipt.
func (o *Office) ReceiptKeys() ([]byte, error) {
	if o.Signing == nil {
		return nil, noReceipt()
	}
	return o.Signing.Public().Text(), nil
}

// Limits of what is brought to be checked, in bytes.
const maxReceipt = 256 << 10

// CheckReceipt checks a receipt that was signed here, and computes it again by the
// rules in force. Nothing of it is kept.
func (o *Office) CheckReceipt(ctx context.Context, in view.ReceiptInput) (view.ReceiptCheck, error) {
	if o.Signing == nil {
		return view.ReceiptCheck{}, noReceipt()
	}
	wrong := func(field, text string) error {
		return refuse("geen-bewijs", "Dit bestand is geen ontvangstbewijs.", "Kies het bestand dat u bij het besluit kreeg.", view.FieldError{Field: field, Text: text})
	}
	switch {
	case len(bytes.TrimSpace(in.File)) == 0:
		return view.ReceiptCheck{}, wrong("bestand", "Kies het bestand met het ontvangstbewijs.")
	case len(in.File) > maxReceipt:
		return view.ReceiptCheck{}, wrong("bestand", "Dit bestand is te groot. Een ontvangstbewijs is hoogstens 256 kB.")
	case len(in.Opening) > maxReceipt:
		return view.ReceiptCheck{}, wrong("opening", "Dit bestand is te groot. Een opening is hoogstens 256 kB.")
	}
	statement, opening, err := receipt.Read(in.File)
	if err != nil {
		return view.ReceiptCheck{}, wrong("bestand", "Dit is geen ontvangstbewijs. Kies het JSON-bestand dat u bij het besluit kreeg.")
	}
	if len(bytes.TrimSpace(in.Opening)) > 0 {
		given, err := receipt.ReadOpening(in.Opening)
		if err != nil {
			return view.ReceiptCheck{}, wrong("opening", "Dit is geen opening bij een bewijs. Kies het bestand dat op .opening eindigt.")
		}
		opening = &given
	}
	trust, err := o.Signing.Public().Trust()
	if err != nil {
		return view.ReceiptCheck{}, fmt.Errorf("own keys: %w", err)
	}
	if err := o.trying.enter(ctx); err != nil {
		return view.ReceiptCheck{}, err
	}
	defer o.trying.leave()
	set, _ := o.InForceNow()
	check, err := VerifyReceipt(set, statement, trust, opening)
	if errors.Is(err, receipt.ErrForm) || errors.Is(err, seal.ErrSignature) {
		return view.ReceiptCheck{}, nil // not good, and nothing in it can be believed
	}
	if err != nil {
		return view.ReceiptCheck{}, err
	}
	v := view.ReceiptCheck{Check: check, Name: check.Receipt.Regulation}
	if reg, ok := set.Get(v.Name); ok {
		v.Name = reg.Name
	}
	return v, nil
}

// VerifyReceipt checks a receipt, and with an opening computes it again by the rules
// of a set. The error is receipt.ErrForm or seal.ErrSignature when it is no receipt
// of who is trusted.
func VerifyReceipt(set *regulation.Set, statement string, trust seal.Trust, opening *receipt.Opening) (receipt.Check, error) {
	r, signer, err := receipt.Open(statement, trust)
	if err != nil {
		return receipt.Check{}, err
	}
	c := receipt.Check{Good: true, Receipt: r, Signer: signer, Inputs: receipt.InputsAbsent, Rules: receipt.RulesSkipped, Outcome: receipt.RulesSkipped}
	if opening == nil {
		return c, nil
	}
	if reg, ok := set.Get(r.Regulation); ok && reg.Decides() {
		return c, recompute(&c, set, reg, opening)
	}
	// The rules are gone from here: the inputs cannot be read without them.
	c.Good, c.Inputs, c.Rules = false, receipt.InputsUnsure, receipt.RulesOther
	return c, nil
}

// recompute computes what a receipt says again on what was opened.
func recompute(c *receipt.Check, set *regulation.Set, reg *regulation.Regulation, opening *receipt.Opening) error {
	if c.Receipt.RuleSet != string(set.Digest()) || c.Receipt.Content != string(reg.ContentDigest()) {
		c.Rules = receipt.RulesOther
	} else {
		c.Rules = receipt.RulesSame
	}
	file, ds := dossier.Read(caseName, []byte(opening.Dossier), set.Model)
	if ds.Err() != nil || receipt.CommitInputs(opening.Salt, file, c.Receipt.Date) != c.Receipt.Inputs {
		// Other rules may know other data: then this says nothing about the inputs.
		if c.Good, c.Inputs = false, receipt.InputsUnsure; c.Rules == receipt.RulesSame {
			c.Inputs, c.Rules = receipt.InputsOther, receipt.RulesSkipped
		}
		for _, d := range ds {
			if d.Severity == rule.Error {
				c.Differences = append(c.Differences, d.Message)
			}
		}
		return nil
	}
	c.Inputs = receipt.InputsMatch
	v := view.CaseView{Date: c.Receipt.Date}
	var unread *view.CaseUnread
	if err := decideFile(&v, set, reg, file, view.CaseInput{Lang: "nl"}); errors.As(err, &unread) {
		c.Differences = append(c.Differences, unread.Error())
	} else if err != nil {
		return err
	}
	c.Outcome = receipt.OutcomeSame
	if c.Differences = append(c.Differences, receipt.Compare(c.Receipt.Outcomes, receiptOutcomes(v.Outcomes, file))...); len(c.Differences) > 0 {
		c.Outcome = receipt.OutcomeOther
		c.Good = c.Rules == receipt.RulesOther
	}
	return nil
}
