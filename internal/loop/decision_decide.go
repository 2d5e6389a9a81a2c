package loop

import (
	"slices"
	"strings"
	"time"

	"lemniscaat/internal/rule"
)

// DecideDecision gives the events of a command on a decision, on its own
// stream. A new decision is the zero Decision with IntendDecision.
func DecideDecision(b Decision, s DecisionScope, c DecisionCommand, now time.Time) ([]Payload, error) {
	if i, ok := c.(IntendDecision); ok {
		return intend(b, s, i, now)
	}
	if b.State == "" {
		return nil, refuse("besluit-onbekend", "Dit besluit bestaat niet.", "Kies een besluit uit de lijst.")
	}
	if s.By == "" {
		return nil, refuse("rol-onjuist", "Het is niet bekend wie dit doet.", "Meld u aan.")
	}
	prepared := b.State == Intended || b.State == Contacted
	switch c := c.(type) {
	case NoteContact:
		if !prepared {
			return nil, wrongDecisionState(b)
		}
		if strings.TrimSpace(c.Contact.How) == "" || len(c.Contact.How) > 200 {
			return nil, refuse("contact-onjuist", "Er staat niet hoe het contact was.", "Kies telefoon, balie, huisbezoek, brief of e-mail.")
		}
		if err := checkText(c.Contact.Note, "Verslag", maxReason); err != nil {
			return nil, err
		}
		return []Payload{&ContactNoted{Contact: c.Contact}}, nil
	case NameException:
		if !prepared {
			return nil, wrongDecisionState(b)
		}
		if !slices.Contains(HearingExceptions(), c.Article) {
			return nil, refuse("uitzondering-onjuist", "“"+clip(c.Article)+"” is geen wettelijke uitzondering op eerst spreken.", "Kies uit: "+strings.Join(HearingExceptions(), ", ")+".", HearingExceptions()...)
		}
		if !b.Burdened {
			return nil, refuse("uitzondering-niet-nodig", "Dit besluit vraagt geen gesprek vooraf. Een uitzondering is niet nodig.", "")
		}
		if err := needText(c.Reason, "Waarom", maxReason); err != nil {
			return nil, err
		}
		return []Payload{&ExceptionNamed{Article: c.Article, Reason: c.Reason}}, nil
	case GiveDiscretion:
		return giveDiscretion(b, s, c)
	case AskDiscretion:
		return askDiscretion(b, s, c)
	case DenyDiscretion:
		return denyDiscretion(b, s, c)
	case ReviewDiscretion:
		return reviewDiscretion(b, s, c)
	case TakeDecision:
		if !prepared {
			return nil, wrongDecisionState(b)
		}
		if b.Burdened && b.Exception == "" && !b.reached() {
			return nil, refuse("contact-ontbreekt", "Dit besluit raakt iemand hard ("+string(b.Kind)+"). Er is nog niemand gesproken.", "Bel of spreek eerst, of noem de wettelijke uitzondering.")
		}
		return []Payload{&DecisionTaken{}}, nil
	case DropDecision:
		if !prepared {
			return nil, wrongDecisionState(b)
		}
		if err := needText(c.Reason, "Waarom", maxReason); err != nil {
			return nil, err
		}
		return []Payload{&DecisionDropped{Reason: c.Reason}}, nil
	case Object:
		if b.State != Taken {
			return nil, wrongDecisionState(b)
		}
		if err := checkText(c.Reason, "Waarom", maxReason); err != nil {
			return nil, err
		}
		return []Payload{&ObjectionMade{Reason: c.Reason, Due: objectionDue(b.TakenOn, DateOf(now), s.Terms)}}, nil
	case SettleObjection:
		if b.State != Objected {
			return nil, wrongDecisionState(b)
		}
		if err := needText(c.Reason, "Waarom", maxReason); err != nil {
			return nil, err
		}
		if c.Cents < 0 || !c.Revised && c.Cents != 0 {
			return nil, refuse("bedrag-onjuist", "Alleen een herzien besluit heeft een nieuw bedrag, van 0 of meer.", "Laat het bedrag leeg.")
		}
		return []Payload{&ObjectionSettled{Revised: c.Revised, Reason: c.Reason, Cents: c.Cents}}, nil
	}
	panic("BUG: unknown command on a decision")
}

func wrongDecisionState(b Decision) error {
	return refuse("staat-onjuist", "Dit besluit is "+string(b.State)+". Dat kan nu niet.", "")
}

func (b *Decision) reached() bool {
	return slices.ContainsFunc(b.Contacts, func(c Contact) bool { return c.Reached })
}

func intend(b Decision, s DecisionScope, c IntendDecision, now time.Time) ([]Payload, error) {
	if b.State != "" {
		return nil, refuse("id-bestaat", "Er is al een besluit met deze naam.", "Kies een andere naam.")
	}
	if err := checkID(c.ID, "het besluit"); err != nil {
		return nil, err
	}
	if s.By == "" {
		return nil, refuse("rol-onjuist", "Het is niet bekend wie dit doet.", "Meld u aan.")
	}
	if err := c.Anchor.check(); err != nil {
		return nil, err
	}
	if !s.Known {
		return nil, unknownAnchor(c.Anchor)
	}
	if c.Case == "" || len(c.Case) > 200 {
		return nil, refuse("zaak-onjuist", "Het besluit noemt geen zaak.", "Gebruik het pseudoniem uit het zaaksysteem.")
	}
	if strings.TrimSpace(c.RuleSet) == "" || len(c.RuleSet) > 200 {
		return nil, refuse("regelversie-ontbreekt", "Het besluit noemt niet volgens welke regels.", "Noem de digest van de regels, of die van de tekst als er geen regels zijn.")
	}
	if c.Date.IsZero() || !c.Date.Valid() {
		return nil, refuse("datum-onjuist", "De datum van het besluit ontbreekt of bestaat niet.", "Geef een datum, bijvoorbeeld 2027-03-01.")
	}
	if c.Loss < 0 {
		return nil, refuse("bedrag-onjuist", "Het verlies kan niet negatief zijn.", "Geef 0 of meer centen.")
	}
	var burdened bool
	switch c.Kind {
	case Stop, Sanction, Recovery:
		burdened = true
	case Award, Rejected:
		burdened = s.HasThreshold && c.Loss >= s.Threshold && c.Loss > 0
	default:
		return nil, refuse("soort-onbekend", "“"+clip(string(c.Kind))+"” is geen soort besluit.", "Kies toekenning, afwijzing, stopzetting, sanctie of terugvordering.")
	}
	if c.Kind == Stop && c.Loss == 0 && c.Cents > 0 {
		return nil, refuse("bedrag-onjuist", "Een stopzetting geeft geen bedrag.", "Zet het bedrag op 0 en noem het verlies.")
	}
	handler := PersonID("")
	if s.Member {
		handler = s.By
	}
	var hear rule.Date
	if burdened {
		hear = DateOf(now).AddDays(s.Terms.HearDays)
	}
	return []Payload{&DecisionIntended{
		Handler: handler, HearBy: hear,
		Case: c.Case, Anchor: c.Anchor, RuleSet: c.RuleSet, Date: c.Date, Kind: c.Kind, Outcome: c.Outcome,
		Cents: c.Cents, Loss: c.Loss, Burdened: burdened, Synthetic: c.Synthetic,
		Rollouts: slices.Clone(c.Rollouts),
	}}, nil
}
