package webtest

import (
	"context"
	"time"

	"lemniscaat/internal/receipt"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/screen"
)

// DecisionReceipt gives a file.
func (f *Fake) DecisionReceipt(_ context.Context, _, id string) ([]byte, error) {
	return []byte("{\"besluit\": \"" + id + "\"}\n"), nil
}

// HouseholdReceipt refuses without a regulation.
func (f *Fake) HouseholdReceipt(_ context.Context, _ screen.EntitlementInput, regulation string) ([]byte, error) {
	if regulation == "" {
		return nil, &screen.Refusal{Code: "geen-uitkomst", Text: "Er is nog geen uitkomst om te ondertekenen."}
	}
	return []byte("{}\n"), nil
}

// CheckReceipt finds every file good, except an empty one and "anders".
func (f *Fake) CheckReceipt(_ context.Context, in screen.ReceiptInput) (screen.ReceiptCheck, error) {
	c := screen.ReceiptCheck{Name: "Wet op de zorgtoeslag", Check: receipt.Check{
		Good: true, Signer: "lemniscaat-0a1b2c3d", Inputs: receipt.InputsMatch, Rules: receipt.RulesSame, Outcome: receipt.OutcomeSame,
		Receipt: receipt.Receipt{Date: rule.Date{Year: 2026, Month: 6, Day: 1}, RuleSet: "regelset:3f85ea859bf945868ff8c1f40c1528ab090f8cfdb79c714dba58dab06935e1e5", Outcomes: []receipt.Outcome{{Of: "Persoon 1", Attribute: "persoon.zorgtoeslag", Value: "1550", Unit: "euro"}}},
	}}
	switch string(in.File) {
	case "":
		return c, &screen.Refusal{Code: "geen-bewijs", Text: "Dit bestand is geen ontvangstbewijs.", Fields: []screen.FieldError{{Field: "bestand", Text: "Kies het bestand met het ontvangstbewijs."}}}
	case "anders":
		c.Good, c.Outcome, c.Differences = false, receipt.OutcomeOther, []string{"Persoon 1, persoon.zorgtoeslag: nu 1550 euro, in het bewijs 1600 euro"}
	}
	return c, nil
}

// ReceiptKeys gives keys.
func (f *Fake) ReceiptKeys() ([]byte, error) { return []byte("{\"sleutels\": []}\n"), nil }

// Disclosures knows one regulation.
func (f *Fake) Disclosures(_ context.Context, id string) (screen.DisclosureView, error) {
	if id != "individuele-inkomenstoeslag" && id != "iit" && id != "zorgtoeslag" {
		return screen.DisclosureView{}, screen.ErrNotFound
	}
	return screen.DisclosureView{ID: id, Name: "Individuele inkomenstoeslag", Decides: true}, nil
}

// AllDisclosures gives that one.
func (f *Fake) AllDisclosures(context.Context) ([]screen.DisclosureView, error) {
	return []screen.DisclosureView{{ID: "zorgtoeslag", Name: "Wet op de zorgtoeslag", Decides: true}}, nil
}

// Disclosure gives a file with its name in it.
func (f *Fake) Disclosure(ctx context.Context, id, file string) ([]byte, error) {
	if _, err := f.Disclosures(ctx, id); err != nil {
		return nil, err
	}
	return []byte(file + "\n"), nil
}

// ArchiveForm is of a decided proposal.
func (f *Fake) ArchiveForm(_ context.Context, _, id string) (screen.ArchiveView, error) {
	return screen.ArchiveView{ID: id, Title: "Ruimere grens", Make: screen.Action{Can: true}, Files: []string{"Het voorstel"}}, nil
}

// Archive refuses when nothing was chosen.
func (f *Fake) Archive(_ context.Context, _ string, in screen.ArchiveInput) ([]byte, error) {
	if in.Keep == "" {
		return nil, &screen.Refusal{Code: "bewaren", Text: "Er is nog niet gekozen hoe lang het dossier bewaard wordt.", Fields: []screen.FieldError{{Field: "bewaren", Text: "Kies hoe lang het dossier bewaard wordt."}}}
	}
	return []byte("PK\x05\x06" + string(make([]byte, 18))), nil
}

// Activities gives one activity.
func (f *Fake) Activities(context.Context) ([]screen.ActivityView, error) {
	return []screen.ActivityView{{
		ID: "signalen", Name: "Signalen van melders ontvangen en behandelen", Goal: "Melders antwoord geven", Ground: "AVG artikel 6",
		Subjects: []string{"medewerkers die melden"}, Data: []string{"bijlagen"}, Keep: "volgens de selectielijst", Terms: []screen.Fact{{Name: "bijlagen", Value: "5 jaar"}},
	}}, nil
}

// Delivery shows a receiver that fails and a message that it refused.
func (f *Fake) Delivery(_ context.Context, asked screen.Asked) (screen.DeliveryView, error) {
	v := screen.DeliveryView{Mail: true, Mails: 2, Refused: []string{"p-7"}}
	if f.State != Filled {
		_, v.Paging = screen.PageOf([]int(nil), asked)
		return screen.DeliveryView{Paging: v.Paging}, nil
	}
	at := time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)
	v.Receivers = []screen.DeliveryReceiver{{Name: "archief", Sent: 1200, Refused: 1, Behind: 14, Oldest: at, Failures: 3, Since: at, Next: at.Add(time.Minute), Fault: "de ontvanger antwoordt 503"}}
	v.Dead, v.Paging = screen.PageOf([]screen.DeliveryDead{{ID: "archief/00000000000000000012", Receiver: "archief", Type: "nl.lemniscaat.voorstel-besloten", Seq: 12, At: at, Status: 422, Tries: 1}}, asked)
	v.GivenUp = []screen.DeliveryGivenUp{{Receiver: "archief", Type: "nl.lemniscaat.knelpunt-geopend", By: "a-1", Reason: "de ontvanger kent deze soort niet", Seq: 9, At: at}}
	return v, nil
}

// Redeliver does nothing.
func (f *Fake) Redeliver(context.Context, string) error { return nil }

// ResumeDelivery does nothing.
func (f *Fake) ResumeDelivery(context.Context, string) error { return nil }

// GiveUpDelivery wants a reason.
func (f *Fake) GiveUpDelivery(_ context.Context, _, _, reason string) error {
	if reason == "" {
		return &screen.Refusal{Code: "reden", Text: "Er staat geen reden bij.", Fields: []screen.FieldError{{Field: "reden", Text: "Schrijf waarom het niet meer nodig is, in 5 tot 500 tekens."}}}
	}
	return nil
}
