package webtest

import (
	"context"

	"lemniscaat/internal/authz"
	"lemniscaat/internal/screen"
)

// Standing answers by the corner of a person of the Fake.
func (f *Fake) Standing(_ context.Context, who string) screen.Standing {
	st := screen.Standing{Demo: true}
	for _, p := range people {
		if p.ID == who {
			st.Known, st.Organisation, st.Roles = true, "Gemeente Voorbeeldstad", authz.Corner(string(p.Corner), p.TeamLeader)
		}
	}
	return st
}

// OrganisationOf answers with what Owner says; without it nothing is of anybody.
func (f *Fake) OrganisationOf(_ context.Context, kind, id string) string {
	if f.Owner == nil {
		return ""
	}
	return f.Owner(kind, id)
}

// LeftPlace knows nobody who left.
func (f *Fake) LeftPlace(context.Context, string) (screen.LeftView, bool) {
	return screen.LeftView{}, false
}
