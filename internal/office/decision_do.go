package office

import (
	"context"
	"math"
	"slices"

	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// typedCents reads an amount as people type it; "" is 0.
func typedCents(field, s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	v, err := notation.Parse(s, rule.Type{Kind: rule.Amount, Unit: "€"})
	if err != nil || v.IsEmpty() || v.Num.Sign() < 0 {
		return 0, refuse("bedrag", "Dit is geen bedrag: "+shorten(s, 40)+".", "Schrijf bijvoorbeeld 560 of 560,50.",
			view.FieldError{Field: field, Text: "Schrijf een bedrag, bijvoorbeeld 560 of 560,50."})
	}
	c, ok := centsOf(v.Num)
	if !ok {
		return 0, refuse("bedrag", "Een bedrag heeft ten hoogste twee cijfers achter de komma.", "Schrijf bijvoorbeeld 560,50.",
			view.FieldError{Field: field, Text: "Ten hoogste twee cijfers achter de komma."})
	}
	return int64(c), nil
}

// NoteContact records that somebody spoke with the citizen, or tried to. What
// comes of it is for who decides.
func (o *Office) NoteContact(ctx context.Context, who string, in view.ContactInput) error {
	if err := refusePersonal("tekst", in.Note); err != nil {
		return err
	}
	how := in.How
	if how == "" {
		how = "telefoon"
	}
	return o.do(ctx, who, loop.NoteContact{Decision: in.Decision, Contact: loop.Contact{How: how, Reached: in.Reached, Note: loop.Words(in.Note)}})
}

// NameException names the legal exception to speaking first.
func (o *Office) NameException(ctx context.Context, who string, in view.ExceptionInput) error {
	if err := refusePersonal("reden", in.Reason); err != nil {
		return err
	}
	return o.do(ctx, who, loop.NameException{Decision: in.Decision, Article: in.Article, Reason: loop.Words(in.Reason)})
}

// TakeDecision takes what was intended.
func (o *Office) TakeDecision(ctx context.Context, who, decision string) error {
	return o.do(ctx, who, loop.TakeDecision{Decision: decision})
}

// DropDecision leaves it.
func (o *Office) DropDecision(ctx context.Context, who, decision, why string) error {
	if err := refusePersonal("reden", why); err != nil {
		return err
	}
	return o.do(ctx, who, loop.DropDecision{Decision: decision, Reason: loop.Words(why)})
}

// Object records an objection.
func (o *Office) Object(ctx context.Context, who, decision, why string) error {
	if err := refusePersonal("reden", why); err != nil {
		return err
	}
	return o.do(ctx, who, loop.Object{Decision: decision, Reason: loop.Words(why)})
}

// SettleObjection decides on an objection.
func (o *Office) SettleObjection(ctx context.Context, who string, in view.SettleInput) error {
	if err := refusePersonal("reden", in.Reason); err != nil {
		return err
	}
	cents, err := typedCents("bedrag", in.Amount)
	if err != nil {
		return err
	}
	return o.do(ctx, who, loop.SettleObjection{Decision: in.Decision, Revised: in.Revised, Cents: cents, Reason: loop.Words(in.Reason)})
}

// roleOf gives the role of somebody for the mandate; "" has none.
func roleOf(p Person) loop.Role {
	switch {
	case p.ID == "" || p.Corner == loop.Opdrachtgever:
		return ""
	case p.TeamLeader:
		return loop.RoleLeader
	case p.Corner == loop.Opdrachtnemer:
		return loop.RoleAdviser
	}
	return loop.RoleProfessional
}

// limitOf gives what somebody may give without asking, in cents: what the team
// agreed for the role, or else what this person has. The eigenaar answers for
// everything and has no limit.
func limitOf(p Person, d *loop.Desk) int64 {
	if p.Corner == loop.Eigenaar {
		return math.MaxInt64
	}
	role := roleOf(p)
	if role == "" {
		return 0
	}
	if d != nil {
		if m, ok := d.Mandates[role]; ok {
			return m
		}
	}
	return p.Mandate
}

// whoMay gives the colleague with the smallest mandate that is enough, "" when
// nobody but the eigenaar has it.
func (o *Office) whoMay(a loop.Anchor, cents int64, not string) loop.PersonID {
	desk, _ := o.world.DeskOf(a)
	t := o.world.TriangleOf(a)
	if t == nil {
		return ""
	}
	today := o.today()
	best, least := "", int64(math.MaxInt64)
	for _, p := range o.People {
		in := slices.ContainsFunc(t.Members(today), func(h loop.Holder) bool { return h.Person == loop.PersonID(p.ID) })
		if l := limitOf(p, desk); in && p.ID != not && l >= cents && l < least {
			best, least = p.ID, l
		}
	}
	return loop.PersonID(best)
}

// GrantDiscretion gives maatwerk inside the mandate at once. Above it, it is
// asked to who may; asked says so.
func (o *Office) GrantDiscretion(ctx context.Context, who string, in view.DiscretionInput) (asked bool, err error) {
	if err := refusePersonal("reden", in.Reason); err != nil {
		return false, err
	}
	cents, err := typedCents("bedrag", in.Amount)
	if err != nil {
		return false, err
	}
	p, _ := o.person(who)
	o.mu.RLock()
	d := o.world.Decision(in.Decision)
	if d == nil {
		o.mu.RUnlock()
		return false, view.ErrNotFound
	}
	desk, _ := o.world.DeskOf(d.Anchor)
	limit := limitOf(p, desk)
	x := loop.Discretion{Ground: in.Ground, Anchor: d.Anchor, Cents: cents, Provision: in.Provision, Strict: d.Loss, Reason: loop.Words(in.Reason)}
	if in.Provision != "" {
		x.Ground = loop.GroundProvision
		if prov, ok := desk.Provision(in.Provision); ok && cents == 0 {
			x.Cents = prov.Cents
		}
	}
	to := o.whoMay(d.Anchor, x.Cents, who)
	o.mu.RUnlock()
	if x.Cents > limit && limit > 0 {
		return true, o.do(ctx, who, loop.AskDiscretion{Decision: in.Decision, Limit: limit, Ask: loop.Ask{ID: o.NewID("q"), Discretion: x, To: to}})
	}
	return false, o.do(ctx, who, loop.GiveDiscretion{
		Decision: in.Decision, Limit: limit, SignalID: o.NewID("s"), IssueID: o.NewID("k"), Quarter: loop.QuarterOf(o.today()), Discretion: x,
	})
}

// AnswerAsk gives or refuses maatwerk that somebody asked for.
func (o *Office) AnswerAsk(ctx context.Context, who string, in view.AnswerAskInput) error {
	if err := refusePersonal("reden", in.Reason); err != nil {
		return err
	}
	p, _ := o.person(who)
	o.mu.RLock()
	d := o.world.Decision(in.Decision)
	if d == nil {
		o.mu.RUnlock()
		return view.ErrNotFound
	}
	desk, _ := o.world.DeskOf(d.Anchor)
	limit := limitOf(p, desk)
	o.mu.RUnlock()
	if !in.Grant {
		return o.do(ctx, who, loop.DenyDiscretion{Decision: in.Decision, Ask: in.Ask, Limit: limit, Reason: loop.Words(in.Reason)})
	}
	return o.do(ctx, who, loop.GiveDiscretion{
		Decision: in.Decision, Ask: in.Ask, Limit: limit, SignalID: o.NewID("s"), IssueID: o.NewID("k"), Quarter: loop.QuarterOf(o.today()),
	})
}

// LookAt records the look of a colleague at maatwerk of the sample.
func (o *Office) LookAt(ctx context.Context, who string, in view.LookInput) error {
	if err := refusePersonal("toelichting", in.Note); err != nil {
		return err
	}
	return o.do(ctx, who, loop.ReviewDiscretion{Decision: in.Decision, Number: in.Number, Judgement: loop.Judgement(in.Judgement), Note: loop.Words(in.Note)})
}
