package loop

import (
	"strings"

	"lemniscaat/internal/rule"
)

// Origin says where a signal was before it came here. The answer is owed from
// the day that it came in; the old date is only shown.
type Origin struct {
	From   string    `json:"uit"`                // "lijst" or "mail"
	On     rule.Date `json:"op,omitzero"`        // when it was reported there
	Times  int       `json:"keer,omitempty"`     // how often, when more than once
	Sender PersonID  `json:"afzender,omitempty"` // pseudonym: "mail/…"
}

func (o *Origin) check() error {
	if o == nil {
		return nil
	}
	if o.From != "lijst" && o.From != "mail" || o.Times < 0 || !o.On.IsZero() && !o.On.Valid() || o.Sender != "" && !strings.HasPrefix(string(o.Sender), "mail/") || len(o.Sender) > 100 {
		return refuse("herkomst-onjuist", "De herkomst van het signaal klopt niet.", "Noem lijst of mail, met een datum die bestaat.")
	}
	return nil
}
