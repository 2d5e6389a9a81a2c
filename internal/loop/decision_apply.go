package loop

import "lemniscaat/internal/rule"

func applyDecision(b *Decision, p Payload, m moment) error {
	if _, first := p.(*DecisionIntended); first != (b.State == "") {
		return wrongStream(p, decisionStream(b.ID))
	}
	switch p := p.(type) {
	case *DecisionIntended:
		b.State, b.Case, b.Anchor, b.RuleSet, b.Date, b.Kind = Intended, p.Case, p.Anchor, p.RuleSet, p.Date, p.Kind
		b.Outcome, b.Cents, b.Loss, b.Burdened, b.Synthetic, b.By = p.Outcome, p.Cents, p.Loss, p.Burdened, p.Synthetic, m.by
		b.Handler, b.Rollouts = p.Handler, p.Rollouts
		if p.Burdened {
			due := p.HearBy
			if due.IsZero() { // logs from before say only that it is burdensome
				due = m.date.AddDays(DefaultTerms().HearDays)
			}
			b.owe(DutyHear, Debtor{Corner: Opdrachtnemer, Scope: b.Anchor, Person: b.Handler}, due, "", m)
		}
	case *ContactNoted:
		c := p.Contact
		c.By, c.On = m.by, m.date
		b.Contacts = append(b.Contacts, c)
		if c.Reached {
			b.State = Contacted
			b.duties.discharge(DutyHear, m.date, p.Type())
		}
	case *ExceptionNamed:
		b.Exception = p.Article
		b.duties.discharge(DutyHear, m.date, p.Type())
	case *DiscretionGiven:
		x := p.Discretion
		x.By, x.On = m.by, m.date
		x.Number, x.Sampled, x.Ask = len(b.Given)+1, p.Sampled, p.Ask
		b.Given = append(b.Given, x)
		if a := b.Ask(p.Ask); a != nil {
			a.State = Granted
			b.duties.dischargeRef("verzoek:"+p.Ask, m.date, p.Type())
		}
		if p.Sampled {
			b.owe(DutySample, Debtor{Corner: Opdrachtnemer, Scope: b.Anchor}, p.ReviewBy, "maatwerk:"+itoa(x.Number), m)
		}
	case *DiscretionAsked:
		a := p.Ask
		a.By, a.On, a.State = m.by, m.date, Asked
		b.Asks = append(b.Asks, a)
		to := Debtor{Corner: Eigenaar, Scope: b.Anchor, Person: a.To}
		b.owe(DutyGrant, to, p.By, "verzoek:"+a.ID, m)
	case *DiscretionDenied:
		if a := b.Ask(p.Ask); a != nil {
			a.State, a.Reason = Denied, p.Reason
		}
		b.duties.dischargeRef("verzoek:"+p.Ask, m.date, p.Type())
	case *DiscretionReviewed:
		if p.Number < 1 || p.Number > len(b.Given) {
			return wrongStream(p, decisionStream(b.ID))
		}
		r := p.Review
		r.By, r.On = m.by, m.date
		b.Given[p.Number-1].Review = r
		b.duties.dischargeRef("maatwerk:"+itoa(p.Number), m.date, p.Type())
	case *DecisionTaken:
		b.State, b.TakenOn = Taken, m.date
		b.duties.discharge(DutyHear, m.date, p.Type())
	case *DecisionDropped:
		b.State, b.Reason = Dropped, p.Reason
		b.duties.discharge(DutyHear, m.date, p.Type())
	case *ObjectionMade:
		b.State, b.Objection = Objected, p.Reason
		due := p.Due
		if due.IsZero() {
			due = objectionDue(b.TakenOn, m.date, DefaultTerms())
		}
		b.owe(DutyObjection, Debtor{Corner: Opdrachtnemer, Scope: b.Anchor}, due, "", m)
	case *ObjectionSettled:
		b.State, b.Reason = Upheld, p.Reason
		if p.Revised {
			b.State, b.RevisedCents = Revised, p.Cents
		}
		b.duties.discharge(DutyObjection, m.date, p.Type())
	default:
		return wrongStream(p, decisionStream(b.ID))
	}
	b.Version++
	b.History = append(b.History, m.line(p))
	return nil
}

// owe opens an obligation about the decision.
func (b *Decision) owe(duty Duty, to Debtor, due rule.Date, ref string, m moment) {
	if to.Person != "" {
		// Who holds it by name; when that person leaves it falls to the scope.
		to.Corner = ""
	}
	b.duties.open(Obligation{Stream: decisionStream(b.ID), Duty: duty, Anchor: b.Anchor, Debtor: to, Due: due, Opened: m.date, Ref: ref})
}
