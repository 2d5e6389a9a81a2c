package web

import (
	"bytes"
	"errors"
	"io"
	"net/http"

	"lemniscaat/internal/receipt"
	"lemniscaat/internal/screen"
)

// maxReceiptForm is how much may be sent to have a receipt checked, in bytes.
const maxReceiptForm = 1 << 20

// routeReceipt registers receipts of decisions: to take along, and to check.
func (s *server) routeReceipt() {
	svc := s.Service
	const address = "/ontvangstbewijs"
	s.download("GET /beslissingen/{id}/ontvangstbewijs.json", "ontvangstbewijs.json", func(r *http.Request, p *page) ([]byte, error) {
		return svc.DecisionReceipt(r.Context(), p.Frame.Actor.ID, r.PathValue("id"))
	})
	s.download("GET "+address+"/openbare-sleutels.json", "openbare-sleutels.json", func(*http.Request, *page) ([]byte, error) { return svc.ReceiptKeys() })

	// What was typed comes by POST and stands in no address.
	s.routes = append(s.routes, "POST /recht/ontvangstbewijs")
	s.mux.HandleFunc("POST /recht/ontvangstbewijs", func(w http.ResponseWriter, r *http.Request) {
		p, err := s.posted(w, r)
		var data []byte
		in := entitlementInput(r)
		if err == nil {
			p.FormID, p.Values = entitlementForm, nil
			data, err = svc.HouseholdReceipt(r.Context(), *in, r.PostForm.Get("bewijs"))
		}
		var no *screen.Refusal
		switch {
		case errors.As(err, &no):
			v, err := svc.Entitlement(r.Context(), p.Frame.Actor.ID, in)
			if err != nil {
				s.fail(w, r, p, err)
				return
			}
			p.Refusal, p.Path = no, "/recht"
			s.show(w, r, http.StatusConflict, p, view{title: p.T("recht.titel"), here: screen.StationExecute, body: entitlementPage(p, v)})
		case err != nil:
			s.fail(w, r, p, err)
		default:
			s.send(w, r, "ontvangstbewijs-"+slug(r.PostForm.Get("bewijs"))+".json", data)
		}
	})

	show := func(p *page, c *screen.ReceiptCheck) view {
		return view{title: p.T("ontvangstbewijs.titel"), body: proofPage(p, c)}
	}
	s.get(address, func(_ *http.Request, p *page) (view, error) { return show(p, nil), nil })
	s.routes = append(s.routes, "POST "+address)
	s.mux.HandleFunc("POST "+address, func(w http.ResponseWriter, r *http.Request) {
		p, err := s.page(r)
		if err == nil {
			r.Body = http.MaxBytesReader(w, r.Body, maxReceiptForm)
			err = s.read(w, r, p)
		}
		var in screen.ReceiptInput
		if err == nil {
			in.File, err = formFile(r, "bestand")
		}
		if err == nil {
			in.Opening, err = formFile(r, "opening")
		}
		if err != nil {
			s.fail(w, r, p, err)
			return
		}
		c, err := svc.CheckReceipt(r.Context(), in)
		var no *screen.Refusal
		switch {
		case errors.As(err, &no):
			p.Refusal, p.FormID = no, receiptForm
			s.show(w, r, refusalStatus(no), p, show(p, nil))
		case err != nil:
			s.fail(w, r, p, err)
		default:
			s.show(w, r, http.StatusOK, p, show(p, &c))
		}
	})
}

// receiptForm is the form of a receipt to check.
const receiptForm = "ontvangstbewijs"

// formFile reads a file of a form; empty when none was chosen.
func formFile(r *http.Request, field string) ([]byte, error) {
	file, _, err := r.FormFile(field)
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return nil, nil
	}
	if err != nil {
		return nil, errForm
	}
	defer file.Close()
	var b bytes.Buffer
	if _, err := io.Copy(&b, file); err != nil { // the size of the form is bounded
		return nil, errForm
	}
	return b.Bytes(), nil
}

// download registers a file to keep.
func (s *server) download(pattern, name string, content func(*http.Request, *page) ([]byte, error)) {
	s.routes = append(s.routes, pattern)
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		p, err := s.page(r)
		var data []byte
		if err == nil {
			data, err = content(r, p)
		}
		if err != nil {
			s.fail(w, r, p, err)
			return
		}
		s.send(w, r, name, data)
	})
}

// verdict is what came of a check, as the key of a text: "ontvangstbewijs.oordeel.…".
func verdict(c *screen.ReceiptCheck) string {
	switch {
	case c.Signer == "":
		return "handtekening"
	case c.Inputs == receipt.InputsAbsent:
		return "zonder-gegevens"
	case c.Inputs == receipt.InputsOther:
		return "andere-gegevens"
	case c.Inputs == receipt.InputsUnsure:
		return "niet-na-te-gaan"
	case c.Outcome == receipt.OutcomeOther && c.Rules == receipt.RulesSame:
		return "anders"
	case c.Outcome == receipt.OutcomeOther:
		return "regels-anders"
	case c.Rules == receipt.RulesOther:
		return "regels-gelijk"
	}
	return "klopt"
}
