package loop

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"

	"lemniscaat/internal/rule"
)

// GroundProvision is the ground of something that is given from the list of the
// team and deviates from no rule.
const GroundProvision = "voorziening"

// objectionDue is the last day on which an objection is decided: six weeks after
// the last day on which one can be made, which is six weeks after the decision
// (Awb 6:7, 6:8 and 7:10 lid 1). One that comes later has six weeks of its own.
func objectionDue(taken, today rule.Date, t Terms) rule.Date {
	return later(taken.AddDays(t.ObjectDays), today).AddDays(t.SettleDays)
}

// wellFormed refuses maatwerk that is none.
func (x Discretion) wellFormed(b Decision, s DecisionScope) error {
	if b.State == Dropped || b.State == Upheld {
		return wrongDecisionState(b)
	}
	if err := x.Anchor.check(); err != nil {
		return err
	}
	switch {
	case x.Provision != "" && x.Ground == GroundProvision:
	case !slices.Contains(s.Grounds, x.Ground):
		if len(s.Grounds) == 0 {
			return refuse("grond-onbekend", "Bij deze regel bestaat geen grond voor maatwerk.", "Geef een voorziening van het team, of meld dat de regel te hard is.")
		}
		return refuse("grond-onbekend", "“"+clip(x.Ground)+"” is hier geen grond voor maatwerk.", "Kies uit: "+strings.Join(s.Grounds, ", ")+".", s.Grounds...)
	}
	if err := needText(x.Reason, "Waarom", maxReason); err != nil {
		return err
	}
	if x.Cents <= 0 {
		return refuse("bedrag-onjuist", "Het maatwerk geeft niets.", "Geef het bedrag in centen dat het huishouden krijgt of houdt.")
	}
	if x.Strict < 0 {
		return refuse("bedrag-onjuist", "Wat strikte toepassing kost kan niet negatief zijn.", "Geef 0 of meer centen.")
	}
	return nil
}

// pays says what the team pays for it, or refuses: the provision is not on the
// list, it costs more than agreed, or the budget of the quarter is used up.
func (x Discretion) pays(s DecisionScope, q Quarter) (*ProvisionSpent, error) {
	if x.Provision == "" {
		return nil, nil
	}
	if s.Desk == nil {
		return nil, refuse("voorziening-onbekend", "Dit team heeft nog geen lijst met voorzieningen.", "De teamleider maakt die op de pagina Maatwerk.")
	}
	p, ok := s.Desk.Provision(x.Provision)
	if !ok || p.Gone {
		return nil, refuse("voorziening-onbekend", "De voorziening “"+clip(x.Provision)+"” staat niet op de lijst van het team.", "Kies er een van de lijst.")
	}
	if x.Cents > p.Cents {
		return nil, refuse("voorziening-te-duur", "“"+p.Name+"” kost ten hoogste "+euros(p.Cents)+".", "Kies een lager bedrag, of een andere voorziening.")
	}
	if !q.Valid() {
		return nil, refuse("kwartaal-onjuist", "Het kwartaal van het budget ontbreekt.", "Geef een kwartaal zoals 2027-Q1.")
	}
	if left := s.Desk.Left(q); x.Cents > left {
		return nil, refuse("budget-op", "Het budget van dit kwartaal is niet genoeg: er is nog "+euros(left)+".", "Kies iets goedkopers, of vraag de teamleider om budget.")
	}
	return &ProvisionSpent{Quarter: q, Provision: x.Provision, Cents: x.Cents}, nil
}

func giveDiscretion(b Decision, s DecisionScope, c GiveDiscretion) ([]Payload, error) {
	x := c.Discretion
	if c.Ask != "" {
		a := b.Ask(c.Ask)
		if a == nil {
			return nil, refuse("verzoek-onbekend", "Dit verzoek om maatwerk bestaat niet.", "Kies een verzoek uit de lijst.")
		}
		if a.State != Asked {
			return nil, refuse("verzoek-afgehandeld", "Dit verzoek is al "+string(a.State)+".", "")
		}
		x = a.Discretion
	}
	if err := x.wellFormed(b, s); err != nil {
		return nil, err
	}
	if x.Cents > c.Limit {
		return nil, refuse("mandaat-te-klein", "Dit maatwerk gaat boven uw mandaat.", "Vraag iemand met een groter mandaat om het te geven.")
	}
	if _, err := x.pays(s, c.Quarter); err != nil {
		return nil, err
	}
	n := len(b.Given) + 1
	return []Payload{&DiscretionGiven{Discretion: x, Ask: c.Ask, Sampled: sampled(b.ID, n, s.Sample), ReviewBy: s.Today.AddDays(s.Terms.ReviewDays)}}, nil
}

// sampled says whether a colleague looks at maatwerk afterwards: a part of all of
// it, by a hash, so that nobody chooses and everybody can check.
func sampled(decision string, number, percent int) bool {
	h := sha256.Sum256([]byte("steekproef\x00" + decision + "\x00" + itoa(number)))
	return binary.BigEndian.Uint64(h[:8])%100 < uint64(max(0, min(percent, 100)))
}

func askDiscretion(b Decision, s DecisionScope, c AskDiscretion) ([]Payload, error) {
	if !s.Member {
		return nil, refuse("rol-onjuist", "Alleen wie bij deze regeling werkt vraagt maatwerk.", "Vraag het een collega van het team.")
	}
	if err := checkID(c.Ask.ID, "het verzoek"); err != nil {
		return nil, err
	}
	if b.Ask(c.Ask.ID) != nil {
		return nil, refuse("id-bestaat", "Er is al een verzoek met deze naam.", "Kies een andere naam.")
	}
	x := c.Ask.Discretion
	if err := x.wellFormed(b, s); err != nil {
		return nil, err
	}
	if x.Cents <= c.Limit {
		return nil, refuse("mandaat-genoeg", "Dit valt binnen uw mandaat.", "Geef het zelf, zonder te vragen.")
	}
	if c.Ask.To == s.By {
		return nil, refuse("rol-onjuist", "U kunt het niet aan uzelf vragen.", "Kies iemand met een groter mandaat.")
	}
	return []Payload{&DiscretionAsked{Ask: c.Ask, By: s.Today.AddDays(s.Terms.GrantDays)}}, nil
}

func denyDiscretion(b Decision, s DecisionScope, c DenyDiscretion) ([]Payload, error) {
	a := b.Ask(c.Ask)
	if a == nil {
		return nil, refuse("verzoek-onbekend", "Dit verzoek om maatwerk bestaat niet.", "Kies een verzoek uit de lijst.")
	}
	if a.State != Asked {
		return nil, refuse("verzoek-afgehandeld", "Dit verzoek is al "+string(a.State)+".", "")
	}
	if s.By != a.By && (!s.Member || c.Limit < a.Discretion.Cents) {
		return nil, refuse("mandaat-te-klein", "Alleen wie het mag geven, mag het weigeren.", "Laat het aan wie het gevraagd is.")
	}
	if err := needText(c.Reason, "Waarom niet", maxReason); err != nil {
		return nil, err
	}
	return []Payload{&DiscretionDenied{Ask: c.Ask, Reason: c.Reason}}, nil
}

func reviewDiscretion(b Decision, s DecisionScope, c ReviewDiscretion) ([]Payload, error) {
	if c.Number < 1 || c.Number > len(b.Given) {
		return nil, refuse("maatwerk-onbekend", "Dit maatwerk bestaat niet.", "Kies maatwerk uit de steekproef.")
	}
	switch x := b.Given[c.Number-1]; {
	case !x.Sampled:
		return nil, refuse("niet-in-steekproef", "Dit maatwerk zit niet in de steekproef.", "Bekijk maatwerk dat er wel in zit.")
	case x.Review.Judgement != "":
		return nil, refuse("al-bekeken", "Dit maatwerk is al bekeken.", "")
	case x.By == s.By:
		return nil, refuse("zelf-gegeven", "U gaf dit maatwerk zelf.", "Laat een collega kijken.")
	case !s.Member:
		return nil, refuse("rol-onjuist", "Alleen een collega die bij deze regeling werkt kijkt na.", "Vraag het een collega van het team.")
	}
	if c.Judgement != Fits && c.Judgement != Unfit && c.Judgement != NotClear {
		return nil, refuse("oordeel-onbekend", "“"+clip(string(c.Judgement))+"” is geen oordeel.", "Kies passend, niet passend of niet na te gaan.")
	}
	if c.Judgement != Fits {
		if err := needText(c.Note, "Wat valt op?", maxReason); err != nil {
			return nil, err
		}
	} else if err := checkText(c.Note, "Wat valt op?", maxReason); err != nil {
		return nil, err
	}
	return []Payload{&DiscretionReviewed{Number: c.Number, Review: Review{Judgement: c.Judgement, Note: c.Note}}}, nil
}
