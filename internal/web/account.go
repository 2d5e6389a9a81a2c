package web

import (
	"net/url"
	"strconv"
	"strings"

	"lemniscaat/internal/authz"
	"lemniscaat/internal/screen"
)

// manages reports that the visitor sees the pages of managers.
func (p *page) manages() bool {
	return p.Visitor.Has(authz.RoleManager) || p.Visitor.Has(authz.RoleAuditor) || p.Visitor.Has(authz.RoleEmergency)
}

// loginHref leads to signing in and back to this page.
func (p *page) loginHref() string {
	if strings.HasPrefix(p.Path, "/inloggen") || strings.HasPrefix(p.Path, "/uitnodiging") {
		return "/inloggen"
	}
	return withBack("/inloggen", p.Path)
}

// onlyBack is the query with the page to go to afterwards; againBack also asks to
// prove who it is.
func onlyBack(back string) string { return strings.TrimPrefix(withBack("?", back), "?") }

func againBack(back string) string { return "?opnieuw=ja&terug=" + url.QueryEscape(local(back)) }

// roleNames names roles for people.
func (p *page) roleNames(roles []string) string {
	var names []string
	for _, r := range roles {
		names = append(names, p.T("beheer.rol."+r))
	}
	if len(names) == 0 {
		return p.T("beheer.geen-rol")
	}
	return strings.Join(names, ", ")
}

// qrSVG draws a code to scan: one path, with the quiet zone that scanners need.
func qrSVG(modules [][]bool, title string) string {
	const quiet = 4
	n := len(modules) + 2*quiet
	var b strings.Builder
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 ` + strconv.Itoa(n) + ` ` + strconv.Itoa(n) + `" width="240" height="240" shape-rendering="crispEdges"><title>`)
	b.WriteString(strings.NewReplacer("&", "&amp;", "<", "&lt;").Replace(title))
	b.WriteString(`</title><rect width="100%" height="100%" fill="#fff"/><path fill="#000" d="`)
	for y, row := range modules {
		for x := 0; x < len(row); x++ {
			if !row[x] {
				continue
			}
			from := x
			for x+1 < len(row) && row[x+1] {
				x++
			}
			b.WriteString("M" + strconv.Itoa(from+quiet) + " " + strconv.Itoa(y+quiet) + "h" + strconv.Itoa(x-from+1) + "v1h-" + strconv.Itoa(x-from+1) + "z")
		}
	}
	b.WriteString(`"/></svg>`)
	return b.String()
}

// managing are the pages of managers: address and key of the texts.
var managing = [][2]string{{"/beheer/accounts", "accounts"}, {"/beheer/sleutels", "sleutels"}, {"/noodtoegang", "nood"}, {"/beheer/weigeringen", "weigeringen"}, {"/beheer/aflevering", "aflevering"}, {"/beheer/verantwoording", "verantwoording"}}

// givenRoles are the roles that a manager can give. Those of a corner follow from
// the place in a triangle.
var givenRoles = []string{authz.RoleManager, authz.RoleAuditor, authz.RolePolitics, authz.RoleLaw, authz.RoleLeader}

// roleID gives the first choice the id that the error summary links to.
func roleID(n int) string {
	if n == 0 {
		return fieldID("account", "rol")
	}
	return fieldID("account", "rol-"+strconv.Itoa(n))
}

// roleOn says whether a role is ticked: as it was sent, or as it is kept.
func (p *page) roleOn(a screen.AccountRow, role string) bool {
	if p.FormID == "account" && p.Refusal != nil {
		return known(p.Values["rol"], role)
	}
	return known(a.Roles, role)
}

// peopleOptions are who has a place in a triangle.
func (p *page) peopleOptions() []screen.Option {
	var out []screen.Option
	for _, x := range p.Frame.People {
		out = append(out, screen.Option{Value: x.ID, Label: x.Name + ", " + x.Title})
	}
	return out
}
