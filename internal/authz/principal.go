// Package authz says who may try what. One function, Decide, answers for every
// page, every operation of the API and every command that manages an
// installation. Its rules are the Cedar policies in this folder; what they do not
// allow is refused. What the loop demands of a command (two keys, a mandate, who
// owes the answer) stays in the loop: here is only who may try.
package authz

import "slices"

// Principal is who asks. The zero Principal is somebody who did not sign in.
type Principal struct {
	// Account is the id of the account, or of the token; empty: not signed in.
	Account string
	// Person is the id of the person in the log (loop.PersonID).
	Person string
	// Organisation is the id of the organisation that this principal is of.
	Organisation string
	// Roles are names of roles, see Roles().
	Roles []string
	// Scopes are what a bearer token may be used for; a principal with scopes
	// has no roles.
	Scopes []string
	// Level is how strongly was signed in.
	Level string
}

// The levels, from weak to strong.
const (
	LevelNone     = ""
	LevelPassword = "wachtwoord"
	LevelTwo      = "twee-factor"
	LevelKey      = "sleutel"
)

// The roles. Those of a corner and of the desk follow from the log, the others
// are given to an account.
const (
	RoleProfessional = "professional" // at the desk
	RoleLeader       = "teamleider"   // of a team at the desk
	RolePolicy       = "beleid"       // corner of the opdrachtgever
	RoleExecution    = "uitvoering"   // corner of the opdrachtnemer
	RoleOwner        = "eigenaar"     // corner of the eigenaar
	RoleLaw          = "wetgeving"    // analysts of rules and legal staff
	RolePolitics     = "politiek"     // reads for council or parliament
	RoleAuditor      = "auditor"      // reads everything of the own organisation
	RoleManager      = "beheerder"    // accounts, tokens, settings
	RoleEmergency    = "nood"         // break-glass, for a short time
	RoleConsole      = "console"      // who works on the command line of the server
	RoleOnlooker     = "rondkijker"   // the demo, before somebody is chosen
)

// Roles gives every role, in the order of the matrix.
func Roles() []string {
	return []string{
		RoleProfessional, RoleLeader, RolePolicy, RoleExecution, RoleOwner, RoleLaw, RolePolitics, RoleAuditor, RoleManager, RoleEmergency,
		RoleConsole, RoleOnlooker,
	}
}

// SignedIn reports that it is known who asks.
func (p Principal) SignedIn() bool { return p.Account != "" || p.Person != "" }

// Has reports that the principal has a role.
func (p Principal) Has(role string) bool { return slices.Contains(p.Roles, role) }

// Corner gives the role of a corner of a triangle ("eigenaar", "opdrachtgever",
// "opdrachtnemer"); whoever has none works at the desk.
func Corner(corner string, leader bool) []string {
	var roles []string
	switch corner {
	case "eigenaar":
		roles = append(roles, RoleOwner)
	case "opdrachtgever":
		roles = append(roles, RolePolicy)
	case "opdrachtnemer":
		roles = append(roles, RoleExecution)
	default:
		roles = append(roles, RoleProfessional)
	}
	if leader {
		roles = append(roles, RoleLeader)
	}
	return roles
}
