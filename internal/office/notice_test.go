package office_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"lemniscaat/internal/notice"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// box is a mail server that keeps what it takes, or fails as it is told.
type box struct {
	mu    sync.Mutex
	fault error
	got   []notice.Message
	tried []string // Message-IDs, also of what failed
}

func (b *box) Send(_ context.Context, m notice.Message) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tried = append(b.tried, m.ID)
	if err := m.Check(); err != nil {
		return err
	}
	if b.fault == nil {
		b.got = append(b.got, m)
	}
	return b.fault
}

// TestNotices: who is told what, in the page and by mail: once, also after a
// fault, and never with a word that somebody typed or the name of a person.
func TestNotices(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ctx := t.Context()
	post := &box{}
	h.Mailer, h.Site = post, "https://lus.voorbeeld.nl"
	h.refused("adres-onjuist", h.SetNotices(ctx, "samira", view.NoticeSettingsInput{Address: "a@b.nl\r\nBcc: c@d.nl", Pace: "direct"}))
	h.refused("adres-ontbreekt", h.SetNotices(ctx, "samira", view.NoticeSettingsInput{Pace: "direct"}))
	for _, who := range []string{"samira", "femke"} {
		h.ok(h.SetNotices(ctx, who, view.NoticeSettingsInput{Address: who + "@voorbeeld.nl", Pace: "direct", Kinds: []string{"antwoord", "gevraagd", "te-laat", "herinnering"}}))
	}
	mail := func(want int) {
		t.Helper()
		n, err := h.Mail(ctx)
		h.ok(err)
		if n != want {
			t.Errorf("%d messages sent, want %d", n, want)
		}
	}
	mail(0) // what was before the address was set is not sent
	k := h.file("samira", "artikel-36", view.TileHarsh, "Vijf euro te veel en alles is weg.")
	v, err := h.Notices(ctx, "femke", view.Asked{})
	h.ok(err)
	if v.Unread == 0 || !v.Rows[0].Unread || v.Rows[0].Ref.Href != "/knelpunten/"+k {
		t.Fatalf("the owner is not told: %+v", v)
	}
	// A server that is down: tried later, the same message, once.
	post.fault = errors.New("geen verbinding")
	mail(0)
	mail(0) // not yet again
	post.fault = nil
	h.mu.Lock()
	h.now = h.now.Add(2 * time.Minute)
	h.mu.Unlock()
	mail(1)
	mail(0)
	if len(post.tried) != 2 || post.tried[0] != post.tried[1] || post.got[0].To != "femke@voorbeeld.nl" {
		t.Fatalf("tried %v, got %+v", post.tried, post.got)
	}
	h.ok(h.ReadNotices(ctx, "femke", v.Mark))
	if v, err = h.Notices(ctx, "femke", view.Asked{}); err != nil || v.Unread != 0 {
		t.Errorf("read, and still %d new (%v)", v.Unread, err)
	}
	h.ok(h.Answer(ctx, "femke", view.AnswerInput{Issue: k, Kind: view.AnswerExplain, Reason: "Zo staat het in de wet."}))
	mail(1)
	// What nobody clicks for: the reminder, once.
	h.ok(h.Demo.Advance(rule.MustDate("2026-10-01")))
	h.ok(h.Tick(ctx))
	before := h.issue("femke", k)
	h.ok(h.Tick(ctx))
	if after := h.issue("femke", k); len(after.Timeline) != len(before.Timeline) || !strings.Contains(before.Timeline[0].Text, "herinnerd") {
		t.Errorf("the reminder: %+v", before.Timeline[0])
	}
	if n, err := h.Mail(ctx); err != nil || n == 0 {
		t.Errorf("%d messages after the reminder, %v", n, err)
	}
	// In English for who chose that, with English dates; back to Dutch for who did not.
	dutch := len(post.got)
	h.ok(h.SetNotices(ctx, "femke", view.NoticeSettingsInput{Address: "femke@voorbeeld.nl", Pace: "direct", Lang: "en", Kinds: []string{"gevraagd"}}))
	h.refused("taal-onbekend", h.SetNotices(ctx, "femke", view.NoticeSettingsInput{Address: "femke@voorbeeld.nl", Pace: "direct", Lang: "fy", Kinds: []string{"gevraagd"}}))
	h.ok(h.SetNotices(ctx, "femke", view.NoticeSettingsInput{Address: "femke@voorbeeld.nl", Pace: "direct", Kinds: []string{"gevraagd"}})) // not said: as it was
	h.file("joost", "verordening-artikel-2", view.TileData, "Het adres klopt niet.")
	mail(1)
	if m := post.got[dutch]; !strings.HasPrefix(m.Subject, "Lemniscaat: 1 new notice") || !strings.Contains(m.HTML, `lang="en"`) || !strings.Contains(m.Text, "November") || !strings.Contains(m.Text, "give an answer, by ") {
		t.Errorf("in English:\n%s\n%s", m.Subject, m.Text)
	}
	for _, m := range post.got {
		for _, secret := range []string{"Vijf euro", "Zo staat", "Samira", "Femke", "Joost"} {
			if strings.Contains(m.Subject+m.Text+m.HTML, secret) {
				t.Errorf("a mail says %q:\n%s", secret, m.Text)
			}
		}
		if !strings.Contains(m.Text, "https://lus.voorbeeld.nl/") || !strings.Contains(m.HTML, "/meldingen/instellen") {
			t.Errorf("no links:\n%s", m.Text)
		}
	}
	// An address that is refused gets nothing more until it is set again.
	post.fault = notice.ErrRejected
	h.file("joost", "verordening-artikel-3", view.TileUnclear, "De brief is niet te volgen.")
	mail(0)
	if s, err := h.NoticeSettings(ctx, "femke"); err != nil || !s.Refused {
		t.Errorf("%+v %v", s, err)
	}
}
