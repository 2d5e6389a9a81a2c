package cli

import (
	"fmt"

	"lemniscaat/internal/config"
	"lemniscaat/internal/mail"
	"lemniscaat/internal/notice"
)

// mailer gives who sends; nil when there is no mail server.
func mailer(s *config.Loaded) (notice.Mailer, error) {
	if s.SMTP == "" {
		return nil, nil
	}
	m, err := mail.New(s.SMTP, s.SMTPPassword)
	if err != nil {
		return nil, badInput("smtp: %s", fmt.Sprint(err))
	}
	return m, nil
}

// siteOf gives the address of the pages, without a slash at the end.
func siteOf(s *config.Loaded, own string) string {
	if s.URL != "" {
		return s.URL
	}
	return own
}
