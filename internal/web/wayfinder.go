package web

import (
	"net/http"
	"slices"
	"strings"
)

// room is a part of the site: the first row of the menu. Its ways are the
// second row.
type room string

// The rooms go round with the ∞: rules, signals, proposals, execution; and
// steering, which looks at all of it.
const (
	roomStart     room = "start"
	roomRules     room = "regels"
	roomSignals   room = "signalen"
	roomProposals room = "voorstellen"
	roomExecution room = "uitvoering"
	roomSteering  room = "sturen"
)

// rooms gives the rooms in the order of the menu, each with its first page.
func rooms() []way {
	return []way{
		{href: "/", key: "start", room: roomStart},
		{href: "/regelingen", key: "regels", room: roomRules},
		{href: "/knelpunten", key: "signalen", room: roomSignals},
		{href: "/voorstellen", key: "voorstellen", room: roomProposals},
		{href: "/beslissingen", key: "uitvoering", room: roomExecution},
		{href: "/metingen", key: "sturen", room: roomSteering},
	}
}

// role is for whom a page is made first; everybody may read it.
type role string

const (
	everybody    role = "iedereen"
	professional role = "professional"
	teamLeader   role = "teamleider"
	policyMaker  role = "beleid"
	advisor      role = "uitvoering"
	eigenaar     role = "eigenaar"
	politics     role = "politiek"
)

func roles() []role {
	return []role{everybody, professional, teamLeader, policyMaker, advisor, eigenaar, politics}
}

// way is one page that can be found: in the menu of its room, and on
// /wegwijzer under everybody whom it is for. Its words are the texts
// "wegwijzer.pagina.<key>" (the name) and "wegwijzer.zin.<key>" (one sentence).
type way struct {
	href, key string
	room      room
	menu      bool // in the second row of the menu
	roles     []role
}

func madeFor(rs ...role) []role { return rs }

// ways lists every page that is not about one thing. A new page is one line
// here, in the order in which it should stand, and two texts.
func ways() []way {
	return []way{
		{"/", "start", roomStart, true, madeFor(everybody)},
		{"/rondleiding", "rondleiding", roomStart, true, madeFor(everybody)},
		{"/verhalen", "verhalen", roomStart, true, madeFor(everybody, politics)},
		{"/wegwijzer", "wegwijzer", roomStart, true, madeFor(everybody)},
		{"/meldingen", "meldingen", roomStart, false, madeFor(professional, policyMaker, advisor, eigenaar)},
		{"/begin", "begin", roomStart, true, madeFor(everybody, eigenaar)},

		{"/regelingen", "regelingen", roomRules, true, madeFor(everybody)},
		{"/recht", "recht", roomRules, true, madeFor(everybody, professional)},
		{"/inkomen", "inkomen", roomRules, true, madeFor(everybody, professional)},
		{"/veranderd", "veranderd", roomRules, true, madeFor(everybody, professional)},

		{"/knelpunten", "knelpunten", roomSignals, true, madeFor(policyMaker, advisor, eigenaar)},
		{"/bundelen", "bundelen", roomSignals, true, madeFor(advisor)},
		{"/signaal", "signaal", roomSignals, true, madeFor(professional)},
		{"/signalen", "mijn-signalen", roomSignals, true, madeFor(professional)},
		{"/er-ging-iets-mis", "er-ging-iets-mis", roomSignals, true, madeFor(everybody)},
		{"/volgen", "volgen", roomSignals, false, madeFor(everybody)},
		{"/doorsturen", "doorsturen", roomSignals, false, madeFor(advisor)},
		{"/signaal/inbedden", "inbedden", roomSignals, false, madeFor(advisor)},
		{"/invoer", "invoer", roomSignals, true, madeFor(advisor)},

		{"/voorstellen", "voorstellen", roomProposals, true, madeFor(policyMaker, advisor, eigenaar)},
		{"/veranderagenda", "veranderagenda", roomProposals, true, madeFor(everybody, policyMaker, advisor, eigenaar)},
		{"/simulaties", "simulaties", roomProposals, true, madeFor(policyMaker, advisor)},
		{"/bevolking", "bevolking", roomProposals, true, madeFor(everybody)},

		{"/beslissingen", "beslissingen", roomExecution, true, madeFor(professional)},
		{"/maatwerk", "maatwerk", roomExecution, true, madeFor(professional, teamLeader)},
		{"/team", "team", roomExecution, true, madeFor(teamLeader)},

		{"/metingen", "metingen", roomSteering, true, madeFor(everybody, policyMaker, politics)},
		{"/gevolgen", "gevolgen", roomSteering, true, madeFor(everybody, policyMaker, politics)},
		{"/toezeggingen", "toezeggingen", roomSteering, true, madeFor(eigenaar, politics)},
		{"/cijfers", "cijfers", roomSteering, true, madeFor(everybody, politics)},
		{"/stand", "stand", roomSteering, true, madeFor(everybody, advisor, politics)},
		{"/leren", "leren", roomSteering, true, madeFor(everybody, professional, policyMaker)},
		{"/verplichtingen", "verplichtingen", roomSteering, true, madeFor(everybody, policyMaker, advisor, eigenaar)},
		{"/te-laat", "te-laat", roomSteering, true, madeFor(everybody, eigenaar)},
		{"/voor-de-raad", "voor-de-raad", roomSteering, false, madeFor(politics, eigenaar)},
		{"/vastgelopen", "vastgelopen", roomSteering, true, madeFor(everybody, eigenaar, politics)},
		{"/driehoeken", "driehoeken", roomSteering, true, madeFor(everybody, eigenaar)},
		{"/wie-raakt-dit", "raakt", roomSteering, true, madeFor(policyMaker, advisor, politics)},
		{"/detectoren", "detectoren", roomSteering, true, madeFor(policyMaker, advisor, eigenaar)},
		{"/register", "register", roomSteering, true, madeFor(everybody, eigenaar, politics)},
	}
}

// elsewhere are pages about one thing whose address does not begin with a page
// of their room.
func elsewhere() map[string]room {
	return map[string]room{"/wetten": roomRules, "/lus": roomStart, "/voor-de-stemming": roomProposals}
}

// room says in which room this page is; "" for none.
func (p *page) room() room {
	path, _, _ := strings.Cut(p.Path, "?")
	within := func(href string) bool { return path == href || strings.HasPrefix(path, href+"/") && href != "/" }
	found, long := room(""), -1
	for _, w := range ways() {
		if within(w.href) && len(w.href) > long {
			found, long = w.room, len(w.href)
		}
	}
	for href, r := range elsewhere() {
		if within(href) && len(href) > long {
			found, long = r, len(href)
		}
	}
	return found
}

// inRoom gives the pages of a room that are in the menu.
func inRoom(r room) []way {
	return slices.DeleteFunc(ways(), func(w way) bool { return w.room != r || !w.menu })
}

// forRole gives the pages that are made for a role.
func forRole(r role) []way {
	return slices.DeleteFunc(ways(), func(w way) bool { return !slices.Contains(w.roles, r) })
}

// shortcuts are the first pages of a role, under what waits.
func shortcuts(r role) []way {
	list := forRole(r)
	return list[:min(len(list), 4)]
}

// role is that of who reads this page.
func (p *page) role() role {
	a := p.Frame.Actor
	switch {
	case a.ID == "":
		return everybody
	case a.TeamLeader:
		return teamLeader
	case a.Corner == "opdrachtgever":
		return policyMaker
	case a.Corner == "opdrachtnemer":
		return advisor
	case a.Corner == "eigenaar":
		return eigenaar
	}
	return professional
}

func (s *server) routeWayfinder() {
	svc := s.Service
	s.get("/wegwijzer", func(_ *http.Request, p *page) (view, error) {
		return view{title: p.T("wegwijzer.titel"), body: wayfinderPage(p)}, nil
	})
	s.get("/regelingen", func(r *http.Request, p *page) (view, error) {
		v, err := svc.Start(r.Context(), p.Frame.Actor.ID)
		return view{title: p.T("regelingen.titel"), body: regulationsPage(p, v.Regulations)}, err
	})
	s.get("/lus/{station}", func(r *http.Request, p *page) (view, error) {
		v, err := svc.Station(r.Context(), p.Frame.Actor.ID, r.PathValue("station"), r.URL.Query().Get("regeling"), asked(r))
		x := view{title: p.station(v.Station), here: v.Station, body: stationPage(p, v)}
		if v.Regulation != nil {
			x.crumb = append(x.crumb, *v.Regulation)
		}
		return x, err
	})
}
