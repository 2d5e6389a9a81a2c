package cli

import (
	"context"
	"fmt"
	"log/slog"
	"net/mail"
	"slices"
	"time"

	"lemniscaat/internal/i18n"
	"lemniscaat/internal/notice"
	"lemniscaat/internal/screen"
)

// alarmWait is how long a mail server gets for one message of an alarm.
const alarmWait = 30 * time.Second

// alarm mails the managers that break-glass was opened. An account has no other
// address than its login name, so who signs in with an e-mail address gets it; the
// pages tell everybody.
type alarm struct {
	mailer   notice.Mailer
	site     string
	log      *slog.Logger
	accounts func(ctx context.Context) ([]screen.AccountRow, error)
	// lang gives the language of somebody; nil: Dutch.
	lang func(screen.AccountRow) string
}

// tell is the hook of authn. It does not wait: a mail server that hangs keeps
// nobody from acting in an emergency.
func (a *alarm) tell(ctx context.Context, to []string, e screen.EmergencyRow) {
	go a.send(context.WithoutCancel(ctx), to, e)
}

// send mails everybody who can be; what fails is logged, without an address.
func (a *alarm) send(ctx context.Context, to []string, e screen.EmergencyRow) {
	rows, err := a.accounts(ctx)
	if err != nil {
		a.log.Error("bericht over noodtoegang lukt niet", "nood", e.ID, "fout", err)
		return
	}
	sent := 0
	for _, r := range rows {
		if at, err := mail.ParseAddress(r.Login); !slices.Contains(to, r.ID) || err != nil || at.Address != r.Login {
			continue
		}
		lang := i18n.Languages[0]
		if a.lang != nil {
			lang = a.lang(r)
		}
		texts, err := i18n.Load(lang)
		if err != nil {
			a.log.Error("bericht over noodtoegang lukt niet", "nood", e.ID, "fout", err)
			continue
		}
		m := notice.Compose(fmt.Sprintf("nood-%s-%s", e.ID, r.ID), r.Login, texts.T("nood.mail-onderwerp"), notice.Body{
			Lang: lang, Open: texts.T("nood.mail-open"),
			Lines: []notice.Line{{
				Text: texts.T("nood.mail", "tijd", e.Until.In(amsterdam()).Format("2-1-2006 15:04")), Href: a.site + "/noodtoegang",
			}},
			Footer: []notice.Line{{Text: texts.T("nood.mail-voet")}},
		})
		one, enough := context.WithTimeout(ctx, alarmWait)
		err = a.mailer.Send(one, m)
		enough()
		if err != nil {
			a.log.Error("bericht over noodtoegang lukt niet", "nood", e.ID, "account", r.ID)
			continue
		}
		sent++
	}
	if sent == 0 {
		a.log.Warn("niemand kreeg een bericht over noodtoegang", "nood", e.ID)
	}
}
