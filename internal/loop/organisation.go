package loop

import (
	"strings"
	"unicode/utf8"
)

// NameOrganisation names the organisation of this installation. The program may
// do so as long as there is no triangle; after that the eigenaar may.
type NameOrganisation struct{ Name string }

func (NameOrganisation) command() {}

// OrganisationNamed is the name of the organisation of this installation.
type OrganisationNamed struct {
	none
	Name string `json:"naam"`
}

// Type implements Payload.
func (*OrganisationNamed) Type() string { return "organisatie.genoemd.1" }

const organisationStream = "organisatie/naam"

// Organisation gives the name of the organisation; empty: not named yet.
func (w *World) Organisation() string { return w.called }

func (d *deciding) nameOrganisation(c NameOrganisation) error {
	name := strings.Join(strings.Fields(c.Name), " ")
	if n := utf8.RuneCountInString(name); n < 2 || n > 100 {
		return refuse("naam-onjuist", "De organisatie heeft nog geen naam.", "Geef een naam van 2 tot 100 tekens.")
	}
	if len(d.w.triangles) == 0 {
		if d.by != System {
			return refuse("rol-onjuist", "Er is nog geen driehoek.", "Begin bij Begin hier.")
		}
	} else if t := d.readTriangle(Anchor{}); t == nil || d.by != t.owner(d.today).Person {
		return refuse("rol-onjuist", "Alleen de eigenaar verandert de naam van de organisatie.", "Vraag het de eigenaar.")
	}
	if name == d.w.called {
		return refuse("niets-veranderd", "Zo heet de organisatie al.", "")
	}
	return d.emit(organisationStream, &OrganisationNamed{Name: name})
}
