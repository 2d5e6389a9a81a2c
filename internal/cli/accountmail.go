package cli

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/mail"

	"lemniscaat/internal/i18n"
	"lemniscaat/internal/notice"
)

// accountMail tells somebody that how they sign in changed, at the address that is
// the login name. Who has another login name sees it on the own page only.
type accountMail struct {
	mailer notice.Mailer
	site   string
	log    *slog.Logger
	// lang gives the language of who signs in with this name; nil: Dutch.
	lang func(ctx context.Context, login string) string
}

// tell is the hook of authn. It does not wait for the mail server.
func (m *accountMail) tell(ctx context.Context, login, what string) {
	go m.send(context.WithoutCancel(ctx), login, what)
}

// send mails once; what fails is logged without an address.
func (m *accountMail) send(ctx context.Context, login, what string) {
	if at, err := mail.ParseAddress(login); err != nil || at.Address != login {
		return
	}
	lang := i18n.Languages[0]
	if m.lang != nil {
		lang = m.lang(ctx, login)
	}
	texts, err := i18n.Load(lang)
	if err != nil {
		m.log.Error("bericht over een account lukt niet", "wat", what, "fout", err)
		return
	}
	ctx, enough := context.WithTimeout(ctx, alarmWait)
	defer enough()
	err = m.mailer.Send(ctx, notice.Compose("account-"+rand.Text(), login, texts.T("toegang.bericht.onderwerp"), notice.Body{
		Lang: lang, Open: texts.T("toegang.bericht.open"),
		Lines:  []notice.Line{{Text: texts.T("toegang.bericht." + what), Href: m.site + "/account"}},
		Footer: []notice.Line{{Text: texts.T("toegang.bericht.voet")}},
	}))
	if err != nil {
		m.log.Error("bericht over een account lukt niet", "wat", what)
	}
}
