package loop

import "lemniscaat/internal/rule"

// Payloads of maatwerk and of what a team agreed about it.
type (
	// DiscretionAsked asks for maatwerk above a mandate.
	DiscretionAsked struct {
		Ask Ask       `json:"verzoek"`
		By  rule.Date `json:"uiterlijk"`
	}
	// DiscretionDenied refuses it.
	DiscretionDenied struct {
		Ask    string `json:"verzoek"`
		Reason Text   `json:"reden"`
	}
	// DiscretionReviewed is the look of a colleague afterwards.
	DiscretionReviewed struct {
		Number int    `json:"nummer"`
		Review Review `json:"bevinding"`
	}
	// ProvisionSet is a provision of a team as it is from now on.
	ProvisionSet struct {
		none
		Provision Provision `json:"voorziening"`
	}
	// BudgetSet is the budget of a quarter.
	BudgetSet struct {
		none
		Quarter Quarter `json:"kwartaal"`
		Cents   int64   `json:"centen"`
	}
	// ProvisionSpent is what a provision took out of the budget.
	ProvisionSpent struct {
		none
		Quarter   Quarter `json:"kwartaal"`
		Provision string  `json:"voorziening"`
		Cents     int64   `json:"centen"`
		Decision  string  `json:"besluit"`
	}
	// MandateSet is what a role gives without asking.
	MandateSet struct {
		none
		Role  Role  `json:"rol"`
		Cents int64 `json:"centen"`
	}
	// SampleSet is the part that is looked at afterwards.
	SampleSet struct {
		none
		Percent int `json:"procent"`
	}
)

func (p *DiscretionAsked) texts() []textField    { return one("reden", &p.Ask.Discretion.Reason) }
func (p *DiscretionDenied) texts() []textField   { return one("reden", &p.Reason) }
func (p *DiscretionReviewed) texts() []textField { return one("toelichting", &p.Review.Note) }

func (*DiscretionAsked) Type() string    { return "besluit.maatwerk-gevraagd.1" }
func (*DiscretionDenied) Type() string   { return "besluit.maatwerk-geweigerd.1" }
func (*DiscretionReviewed) Type() string { return "besluit.maatwerk-bekeken.1" }
func (*ProvisionSet) Type() string       { return "team.voorziening.1" }
func (*BudgetSet) Type() string          { return "team.budget.1" }
func (*ProvisionSpent) Type() string     { return "team.besteed.1" }
func (*MandateSet) Type() string         { return "team.mandaat.1" }
func (*SampleSet) Type() string          { return "team.steekproef.1" }

func (AskDiscretion) command()    {}
func (DenyDiscretion) command()   {}
func (ReviewDiscretion) command() {}
