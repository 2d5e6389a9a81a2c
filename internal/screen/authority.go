package screen

import "lemniscaat/internal/rule"

// LeftView is the last place that somebody had here, of who has none today.
type LeftView struct {
	// Roles are those of package authz that went with the place.
	Roles []string
	// Until is the last day; From the first one, of a place that begins later. Both
	// zero: the post itself is gone.
	From, Until rule.Date
	// Owner is the name of who appoints people there; empty: not known.
	Owner string
}

// Standing is what the log knows of a person who asks something.
type Standing struct {
	// Known: there is such a person, who can act here.
	Known bool
	// Roles are names of roles in package authz, by the places of this person.
	Roles []string
	// Organisation is of the party for which this person works.
	Organisation string
	// Demo: anybody can choose who to be. Open: there are no accounts, and so can
	// whoever sits at this machine.
	Demo, Open bool
}
