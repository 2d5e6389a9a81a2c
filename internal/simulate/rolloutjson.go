package simulate

type jsonMomentScheme struct {
	ID           string `json:"id"`
	Entitled     int64  `json:"rechthebbendVerschil"`
	EntitledYear string `json:"rechthebbendEuroVerschil"`
	Received     int64  `json:"ontvangtVerschil"`
	ReceivedYear string `json:"ontvangtEuroVerschil"`
}

type jsonMoment struct {
	From       string             `json:"vanaf"`
	Words      string             `json:"wie"`
	Hidden     bool               `json:"teWeinigMensen"`
	Households int64              `json:"huishoudensOver"`
	Persons    int64              `json:"personenOver"`
	Gain       int64              `json:"huishoudensMeer"`
	Loss       int64              `json:"huishoudensMinder"`
	Budget     string             `json:"budgetVerschil"`
	Range      [2]string          `json:"budgetVerschilTussen"`
	Schemes    []jsonMomentScheme `json:"regelingen"`
}

func momentsJSON(list []Moment) []jsonMoment {
	out := []jsonMoment{}
	for _, m := range list {
		x := jsonMoment{From: m.From.String(), Words: m.Words, Hidden: m.Hidden, Households: m.Households, Persons: m.Persons, Gain: m.Gain, Loss: m.Loss,
			Budget: Decimal(m.Budget.Value), Range: [2]string{Decimal(m.Budget.Low), Decimal(m.Budget.High)}, Schemes: []jsonMomentScheme{}}
		for _, s := range m.Schemes {
			x.Schemes = append(x.Schemes, jsonMomentScheme{s.ID, s.Entitled.Units, Decimal(s.Entitled.Cents), s.Received.Units, Decimal(s.Received.Cents)})
		}
		out = append(out, x)
	}
	return out
}
