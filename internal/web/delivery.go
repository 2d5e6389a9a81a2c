package web

import (
	"net/http"

	"lemniscaat/internal/screen"
)

// deliveryForm is the form to give one message up.
func deliveryForm(d screen.DeliveryDead) string { return "opgeven-" + slug(d.ID) }

// routeDelivery registers what was not delivered, for managers.
func (s *server) routeDelivery() {
	if s.Identity == nil || s.scene != nil {
		return
	}
	const address = "/beheer/aflevering"
	list := func(r *http.Request, p *page) (view, error) {
		v, err := s.Service.Delivery(r.Context(), asked(r))
		return view{title: p.T("aflevering.titel"), crumb: []screen.Ref{{Text: p.T("beheer.titel"), Href: "/beheer"}}, body: deliveryPage(p, v)}, err
	}
	s.get(address, list)
	for _, c := range []struct {
		name, done string
		do         func(r *http.Request) error
	}{
		{"opnieuw", "aflevering-opnieuw", func(r *http.Request) error { return s.Service.Redeliver(r.Context(), typed(r, "bericht")) }},
		{"hervat", "aflevering-hervat", func(r *http.Request) error { return s.Service.ResumeDelivery(r.Context(), typed(r, "ontvanger")) }},
		{"opgeven", "aflevering-opgeven", func(r *http.Request) error {
			return s.Service.GiveUpDelivery(r.Context(), visitor(r).Account, typed(r, "bericht"), typed(r, "reden"))
		}},
	} {
		s.command(address+"/"+c.name, s.sensitive(func(_ http.ResponseWriter, r *http.Request, _ *page) (answer, error) {
			return answer{href: done(address, c.done)}, c.do(r)
		}), list)
	}
}
