package web

import (
	"errors"
	"net/http"
	"slices"

	"lemniscaat/internal/screen"
)

// archiveForm is the form for the dossier of a proposal.
const archiveForm = "dossier"

// routeDisclose registers what an organisation shows of a regulation, of a proposal
// and of its use of personal data.
func (s *server) routeDisclose() {
	svc := s.Service
	regulation := func(r *http.Request) string { return r.PathValue("regeling") }
	s.get("/regelingen/{regeling}/verantwoording", func(r *http.Request, p *page) (view, error) {
		v, err := svc.Disclosures(r.Context(), regulation(r))
		return view{title: p.T("verantwoording.titel"), here: screen.StationRule, crumb: []screen.Ref{{Text: v.Name, Href: to("regelingen", v.ID)}}, body: disclosurePage(p, v)}, err
	})
	for _, file := range []string{"algoritmeregister.json", "gegevens-bij-besluiten.json", "dpia.md"} {
		s.download("GET /regelingen/{regeling}/verantwoording/"+file, file, func(r *http.Request, _ *page) ([]byte, error) {
			return svc.Disclosure(r.Context(), regulation(r), file)
		})
	}

	show := func(in *screen.ArchiveInput) func(*http.Request, *page) (view, error) {
		return func(r *http.Request, p *page) (view, error) {
			v, err := svc.ArchiveForm(r.Context(), p.Frame.Actor.ID, r.PathValue("id"))
			if in != nil {
				v.In = *in
			}
			return view{title: p.T("dossier.titel"), crumb: []screen.Ref{{Text: v.Title, Href: to("voorstellen", v.ID)}}, body: archivePage(p, v)}, err
		}
	}
	s.get("/voorstellen/{id}/dossier", show(nil))
	s.routes = append(s.routes, "POST /voorstellen/{id}/dossier")
	// It changes nothing: it is sent by POST to come back with what was typed.
	s.mux.HandleFunc("POST /voorstellen/{id}/dossier", func(w http.ResponseWriter, r *http.Request) {
		p, err := s.posted(w, r)
		if err != nil {
			s.fail(w, r, p, err)
			return
		}
		in := screen.ArchiveInput{Proposal: r.PathValue("id"), Keep: typed(r, "bewaren"), Term: typed(r, "termijn"), List: typed(r, "lijst"), Category: typed(r, "categorie")}
		data, err := svc.Archive(r.Context(), p.Frame.Actor.ID, in)
		var no *screen.Refusal
		if errors.As(err, &no) {
			p.Refusal, p.FormID = no, archiveForm
			v, err := show(&in)(r, p)
			if err != nil {
				s.fail(w, r, p, err)
				return
			}
			s.show(w, r, refusalStatus(no), p, v)
			return
		}
		if err != nil {
			s.fail(w, r, p, err)
			return
		}
		s.send(w, r, "dossier-"+slug(in.Proposal)+".zip", data)
	})

	activities := func(r *http.Request, p *page) (view, error) {
		list, err := svc.Activities(r.Context())
		return view{title: p.T("verwerking.titel"), body: activitiesPage(p, list)}, err
	}
	s.get("/verwerkingsactiviteiten", activities)
	// The address that rows in the log of processing point at begins like this.
	s.get("/verwerkingsactiviteiten/{$}", activities)
	s.get("/verwerkingsactiviteiten/{activiteit}", func(r *http.Request, p *page) (view, error) {
		list, err := svc.Activities(r.Context())
		if err != nil {
			return view{}, err
		}
		i := slices.IndexFunc(list, func(a screen.ActivityView) bool { return a.ID == r.PathValue("activiteit") })
		if i < 0 {
			return view{}, screen.ErrNotFound
		}
		return view{title: list[i].Name, crumb: []screen.Ref{{Text: p.T("verwerking.titel"), Href: "/verwerkingsactiviteiten"}}, body: activityPage(p, list[i])}, nil
	})
	if s.Identity == nil || s.scene != nil {
		return
	}
	s.get("/beheer/verantwoording", func(r *http.Request, p *page) (view, error) {
		list, err := svc.AllDisclosures(r.Context())
		return view{title: p.T("verantwoording.titel"), crumb: []screen.Ref{{Text: p.T("beheer.titel"), Href: "/beheer"}}, body: disclosuresPage(p, list)}, err
	})
}
