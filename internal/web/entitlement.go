package web

import (
	"net/http"
	"strings"

	"lemniscaat/internal/screen"
)

// entitlementForm is the form of a household. Its data come by POST only and
// stand in no address.
const entitlementForm = "recht"

// routeEntitlement registers the page that says what a household is entitled to.
func (s *server) routeEntitlement() {
	show := func(r *http.Request, p *page, in *screen.EntitlementInput) (view, error) {
		v, err := s.Service.Entitlement(r.Context(), p.Frame.Actor.ID, in)
		if len(v.Faults) > 0 {
			p.Refusal = fieldRefusal(p, v.Faults...)
		}
		return view{title: p.T("recht.titel"), here: screen.StationExecute, body: entitlementPage(p, v)}, err
	}
	s.get("/recht", func(r *http.Request, p *page) (view, error) { return show(r, p, nil) })
	// It is a question, not a change: it is sent by POST because it carries what
	// was typed.
	s.mux.HandleFunc("POST /recht", func(w http.ResponseWriter, r *http.Request) {
		p, err := s.posted(w, r)
		var v view
		if err == nil {
			p.FormID, p.Values = entitlementForm, nil // the view has what was typed
			v, err = show(r, p, entitlementInput(r))
		}
		if err != nil {
			s.fail(w, r, p, err)
			return
		}
		status := http.StatusOK
		if p.Refusal != nil {
			status = http.StatusBadRequest
		}
		s.show(w, r, status, p, v)
	})
	s.routes = append(s.routes, "POST /recht")
}

func entitlementInput(r *http.Request) *screen.EntitlementInput {
	in := &screen.EntitlementInput{
		Regulations: r.PostForm["regeling"], Date: r.PostForm.Get("datum"),
		Adults: r.PostForm.Get("volwassenen"), Children: r.PostForm.Get("kinderen"), Care: r.PostForm.Get("opvang"),
		Partner: r.PostForm.Get("partner"), PartnerFor: r.PostForm["partner-voor"],
		Both: r.PostForm.Get("ook-ouder") == "ja", Answers: map[string]string{},
	}
	for name, values := range r.PostForm {
		if strings.Contains(name, ".") && values[0] != "" { // of somebody: "kind-1.geboortedatum"
			in.Answers[name] = values[0]
		}
	}
	return in
}

// partners are what the second adult can be to the first.
var partners = []string{screen.PartnerNone, screen.PartnerMarried, screen.PartnerOther}

// about says everything about a question in one line under it.
func (p *page) about(f screen.EntitlementField) string {
	var parts []string
	if f.Options == nil {
		parts = append(parts, p.T("recht.schrijf", "vorm", f.Form))
	}
	if f.Empties {
		parts = append(parts, p.T("recht.leeg"))
	}
	if len(f.For) > 0 {
		parts = append(parts, p.T("recht.voor", "regelingen", strings.Join(f.For, ", ")))
	}
	if len(f.Registers) > 0 {
		parts = append(parts, p.T("recht.register", "registers", strings.Join(f.Registers, ", ")))
	}
	return strings.Join(parts, " ")
}

// amountLines counts the lines of a result in the table.
func amountLines(r screen.EntitlementResult) int { return max(1, len(r.Amounts)) }
