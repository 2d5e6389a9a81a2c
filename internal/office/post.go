package office

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/notice"
	"lemniscaat/internal/store"
)

// post is the outbox. What is still to be sent follows from the log and from how
// far each person was mailed, which is in the log too: a restart loses nothing.
// After the mail server took a message, that is written down; when the program
// dies between the two, the same message goes out again under the same
// Message-ID, so that a mailbox can know it.
type post struct {
	mu    sync.Mutex // one round at a time
	later map[loop.PersonID]retry
	noted int // how many of those are on the shelf, for lemniscaat doctor
}

// retry is when to try again after a fault that may pass.
type retry struct {
	tries int
	at    time.Time
}

// limits of the outbox.
const (
	firstRetry   = time.Minute
	lastRetry    = time.Hour
	maxInMessage = 50 // lines of one message; the rest is in the page
)

// Mail sends what is new to everybody who asked for it. It gives how many
// messages the mail server took. A fault with one person keeps nobody else
// waiting; it is tried again later, each time after twice as long.
func (o *Office) Mail(ctx context.Context) (sent int, err error) {
	if o.Mailer == nil {
		return 0, nil
	}
	o.post.mu.Lock()
	defer o.post.mu.Unlock()
	if o.post.later == nil {
		o.post.later = map[loop.PersonID]retry{}
	}
	for _, id := range o.peopleByID() {
		if ctx.Err() != nil {
			return sent, ctx.Err()
		}
		if o.Now().Before(o.post.later[id].at) {
			continue
		}
		m, mark, n, ok := o.letter(id)
		if !ok {
			continue
		}
		// A mail server may be slow: another process may have taken over.
		if mine, err := o.lead(ctx); err != nil || !mine {
			return sent, err
		}
		switch fault := o.Mailer.Send(ctx, m); {
		case errors.Is(fault, notice.ErrRejected):
			delete(o.post.later, id)
			o.Log.Warn("adres geweigerd door de mailserver", "persoon", id, "fout", fault)
			if err := o.do(ctx, string(loop.System), loop.NoteRefused{Person: id}); err != nil {
				return sent, err
			}
		case fault != nil:
			r := o.post.later[id]
			wait := min(firstRetry<<min(r.tries, 10), lastRetry)
			o.post.later[id] = retry{r.tries + 1, o.Now().Add(wait)}
			o.Log.Warn("mail lukt nu niet", "persoon", id, "poging", r.tries+1, "opnieuw over", wait, "fout", fault)
		default:
			sent++
			delete(o.post.later, id)
			if err := o.do(ctx, string(loop.System), loop.NoteMailed{Person: id, Mark: mark, Count: n}); err != nil {
				return sent, err
			}
		}
	}
	return sent, o.noteMail(ctx)
}

// mailTrouble is the item that says that mail does not go out: who looks at an
// installation from beside sees it too.
const mailTrouble = "mail-stand"

// MailTrouble is mail that does not go out.
type MailTrouble struct {
	People int       `json:"mensen"`
	Since  time.Time `json:"sinds"`
}

// noteMail writes down how many people have mail that fails, when that changes.
func (o *Office) noteMail(ctx context.Context) error {
	n := len(o.post.later)
	if n == o.post.noted {
		return nil
	}
	t, err := MailFailing(ctx, o.Store)
	if err != nil {
		return err
	}
	if t.People == 0 {
		t.Since = o.Now().UTC()
	}
	t.People = n
	data, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	if err := o.Store.Put(ctx, store.Change{Item: store.Item{Kind: mailTrouble, ID: mailTrouble, Data: data}, Delete: n == 0}); err != nil {
		return err
	}
	o.post.noted = n
	return nil
}

// MailFailing says how many people have mail that fails now, and since when; zero
// when there is none.
func MailFailing(ctx context.Context, s store.ShelfReader) (MailTrouble, error) {
	var t MailTrouble
	it, err := s.Item(ctx, mailTrouble, mailTrouble)
	if errors.Is(err, store.ErrNotFound) {
		return t, nil
	}
	if err == nil {
		err = json.Unmarshal(it.Data, &t)
	}
	if err != nil {
		return t, fmt.Errorf("mail: %w", err)
	}
	return t, nil
}

// letter makes the message that is due to a person now; ok is false when there
// is none.
func (o *Office) letter(id loop.PersonID) (m notice.Message, mark loop.Mark, n int, ok bool) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	r := o.world.Reader(id)
	today := o.today()
	switch {
	case r.Address.Words == "" || r.Refused || r.Pace == loop.Never:
		return
	case r.Pace == loop.DailyMail && !r.Mailed.Day.Before(today):
		return
	}
	off := map[string]bool{}
	for _, k := range r.Off {
		off[k] = true
	}
	var due []notice.Notice
	for _, x := range o.noticesOf(id) {
		if x.After(r.Mailed) && !off[string(x.Kind)] && !x.Day.After(today) {
			due = append(due, x)
		}
	}
	if len(due) == 0 {
		return
	}
	say := textsIn(languageOf(r))
	b := notice.Body{Lang: say.Lang, Intro: say.N("mail.aanhef", int64(len(due)), "organisatie", o.Organisation), Open: say.T("melding.open")}
	for _, x := range due[:min(len(due), maxInMessage)] {
		text, href := o.noticeIn(say, x)
		b.Lines = append(b.Lines, notice.Line{Text: text, Href: o.Site + href})
	}
	if more := len(due) - maxInMessage; more > 0 {
		b.Lines = append(b.Lines, notice.Line{Text: say.N("mail.meer", int64(more)), Href: o.Site + "/meldingen"})
	}
	b.Footer = []notice.Line{
		{Text: say.T("mail.voet")},
		{Text: say.T("mail.instellen"), Href: o.Site + "/meldingen/instellen"},
	}
	subject := say.N("mail.onderwerp", int64(len(due)))
	mark = loop.Mark{Seq: o.world.Head().Seq, Day: today}
	return notice.Compose(o.letterID(id, r.Mailed, due), r.Address.Words, subject, b), mark, len(due), true
}

// letterID names a message by what is in it: the same content for the same
// person is the same message. It says nothing about the person.
func (o *Office) letterID(id loop.PersonID, from loop.Mark, due []notice.Notice) string {
	_, secret := o.newestKey("post")
	h := hmac.New(sha256.New, secret)
	fmt.Fprintf(h, "post\x00%s\x00%d\x00%s", id, from.Seq, from.Day)
	for _, x := range due {
		fmt.Fprintf(h, "\x00%d %s %s %s", x.Seq, x.Kind, x.Stream, x.Day)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Keep does what nobody clicks for, each time the ticker ticks and once at the
// start: reminders, reviews that are due, mail. It ends with ctx. Doing it twice
// changes nothing the second time. Of several processes on one store one does it at
// a time; when that one is gone another takes over.
func (o *Office) Keep(ctx context.Context, tick <-chan time.Time) {
	defer o.resign(ctx)
	for {
		o.newDay()
		if err := o.keepOnce(ctx); err != nil && ctx.Err() == nil {
			o.Log.Warn("periodieke taken", "fout", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick:
		}
	}
}

func (o *Office) keepOnce(ctx context.Context) error {
	if mine, err := o.lead(ctx); err != nil || !mine {
		return err
	}
	if err := o.Fresh(ctx); err != nil { // who was mailed by another is in the log
		return err
	}
	err := o.Tick(ctx)
	_, mailed := o.Mail(ctx)
	return errors.Join(err, mailed, o.keepTerms(ctx))
}
