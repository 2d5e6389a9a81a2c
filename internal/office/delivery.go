package office

import (
	"context"
	"errors"
	"slices"
	"strings"

	"lemniscaat/internal/outbox"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/store"
)

// maxDead is how many dead letters are listed.
const maxDead = 10_000

// Delivery says what was not delivered, to whom and why. It holds no address and
// nothing of what was sent.
func (o *Office) Delivery(ctx context.Context, asked view.Asked) (view.DeliveryView, error) {
	var v view.DeliveryView
	lines, err := outbox.Lines(ctx, o.Store)
	if err != nil {
		return v, err
	}
	for _, l := range lines {
		v.Receivers = append(v.Receivers, view.DeliveryReceiver{
			Name: l.Name, Rows: l.Rows, Sent: l.Sent, Refused: l.Dead, Behind: l.Behind, Oldest: l.Oldest, Failures: l.Failures, Since: l.Since, Next: l.Next, Fault: l.Fault, Gone: l.Gone,
		})
	}
	dead, err := outbox.DeadLetters(ctx, o.Store, "", maxDead)
	if err != nil {
		return v, err
	}
	if words := strings.ToLower(asked.Words); words != "" {
		dead = slices.DeleteFunc(dead, func(d outbox.Dead) bool { return !strings.Contains(d.Receiver+" "+d.Type(), words) })
	}
	dead, v.Paging = view.PageOf(dead, asked)
	for _, d := range dead {
		v.Dead = append(v.Dead, view.DeliveryDead{ID: d.ID, Receiver: d.Receiver, Type: d.Type(), Seq: d.Seq, At: d.At, Status: d.Status, Tries: d.Tries + 1, Again: d.Again})
	}
	given, err := outbox.GivenUpBefore(ctx, o.Store)
	if err != nil {
		return v, err
	}
	for _, g := range given[:min(len(given), view.PerPage)] {
		v.GivenUp = append(v.GivenUp, view.DeliveryGivenUp{Receiver: g.Receiver, Type: g.Type, By: g.By, Reason: g.Reason, Seq: g.Seq, At: g.At})
	}
	v.Mail = o.Mailer != nil
	v.Mails, v.Refused = o.MailQueue()
	return v, nil
}

// MailQueue says how many people have mail that waits, and whose address the mail
// server refused.
func (o *Office) MailQueue() (waiting int, refused []string) {
	for _, id := range o.peopleByID() {
		o.mu.RLock()
		no := o.world.Reader(id).Refused
		o.mu.RUnlock()
		if no {
			refused = append(refused, string(id))
		} else if _, _, _, ok := o.letter(id); ok {
			waiting++
		}
	}
	return waiting, refused
}

// deliveryGone says no to an act on what is not there any more.
func deliveryGone(err error) error {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return refuse("weg", "Dit bericht wacht niet meer.", "Iemand anders was eerder, of het is intussen afgeleverd.")
	case errors.Is(err, store.ErrConflict):
		return refuse("weg", "Dit bericht werd net gewijzigd.", "Kijk hoe het er nu voor staat, en probeer het dan opnieuw.")
	}
	return err
}

// Redeliver has a dead letter sent again at the next turn of its receiver.
func (o *Office) Redeliver(ctx context.Context, id string) error {
	return deliveryGone(outbox.Retry(ctx, o.Store, id))
}

// GiveUpDelivery throws a dead letter away, with a reason. by is an account.
func (o *Office) GiveUpDelivery(ctx context.Context, by, id, reason string) error {
	reason = strings.TrimSpace(reason)
	const why = "Schrijf waarom het niet meer nodig is, in 5 tot 500 tekens."
	if n := len([]rune(reason)); n < 5 || n > 500 {
		return refuse("reden", "Er staat geen reden bij.", why, view.FieldError{Field: "reden", Text: why})
	}
	if err := refusePersonal("reden", reason); err != nil {
		return err
	}
	return deliveryGone(outbox.GiveUp(ctx, o.Store, id, by, reason, o.Now()))
}

// ResumeDelivery tries a receiver at once that is being waited for, or that said it
// wants nothing any more.
func (o *Office) ResumeDelivery(ctx context.Context, receiver string) error {
	return deliveryGone(outbox.Resume(ctx, o.Store, receiver))
}
