package screen

import (
	"fmt"
	"time"

	"lemniscaat/internal/authz"
)

// Visitor is who looks at a page: what the session says, and how far signing in
// is. The zero Visitor did not sign in.
type Visitor struct {
	authz.Principal
	// Session is the id of the session, which is not its secret.
	Session string
	// Name is what the account is called.
	Name string
	// Step is what is left of signing in; StepNone: nothing. With another one the
	// Principal is empty.
	Step Step
	// Fresh: signed in or confirmed so recently that a sensitive act is let through.
	Fresh bool
	// Emergency is when the break-glass that this account opened ends; zero: none.
	// EmergencyID names it.
	Emergency   time.Time
	EmergencyID string
	// EmergencyOver is when the last break-glass of this account ended; zero: not
	// lately, or there is one now.
	EmergencyOver time.Time
	// Left is the person of an account that has no place here today; empty for who
	// has one, and for who never had a person.
	Left string
	// Alarms is how many uses of break-glass by others wait for a review; only
	// managers are told.
	Alarms int
}

// Step is what is left of signing in.
type Step string

// The steps.
const (
	StepNone  Step = ""
	StepCode  Step = "code"      // the second factor
	StepSetup Step = "instellen" // the account has to get a second factor first
)

// SignInInput is what somebody typed to sign in. Old is the session that the
// browser had, which ends; Address and Browser are of the request.
type SignInInput struct {
	Login, Password    string
	Old                string
	Address, UserAgent string
}

// SignedIn is a new session: the secret for the cookie, and what is left to do.
type SignedIn struct {
	Token string
	// Until is when it ends whatever happens.
	Until time.Time
	Step  Step
}

// TooOften is a refusal because it was tried too often.
type TooOften struct{ After time.Duration }

// Error implements error.
func (e *TooOften) Error() string {
	return fmt.Sprintf("te vaak geprobeerd; over %s weer", e.After.Round(time.Second))
}

// InvitationView is a link with which somebody chooses a password.
type InvitationView struct {
	First   bool // of the first manager: login and name are asked as well
	Reset   bool // the account exists and gets another password
	Login   string
	Name    string
	MinChar int // of a password
}

// AcceptInput is what somebody filled in on an invitation.
type AcceptInput struct {
	Secret, Login, Name, Password string
	Address, UserAgent            string
}

// AccountView is the own account of somebody.
type AccountView struct {
	ID, Login, Name string
	Roles           []string
	Password        bool // has one
	Two             bool // has to have a second factor
	TOTP            bool
	Codes           int // recovery codes that are left
	Passkeys        []PasskeyRow
	Keys            bool     // passkeys work at the address of this installation
	Full            bool     // has as many passkeys as it may have
	Linked          []string // names of identity providers
	Sessions        []SessionRow
	MinChar         int
}

// PasskeyRow is a passkey of an account.
type PasskeyRow struct {
	ID, Name   string
	Made, Used time.Time
	Synced     bool      // also on other devices of its owner
	Doubted    time.Time // since when it is not believed; zero: it is
}

// PasskeyStart is what a browser needs for a passkey: JSON for navigator.credentials,
// and the cookie that binds it to this browser, if there is one.
type PasskeyStart struct {
	Options []byte
	Browser string
	Until   time.Time
}

// PasskeyInput begins signing in with a passkey. Token is the session of the browser,
// Browser its cookie for this. Confirm: prove again who it is.
type PasskeyInput struct {
	Token, Browser, Address string
	Confirm                 bool
}

// PasskeyAnswer is what an authenticator answered, as JSON.
type PasskeyAnswer struct {
	Token, Browser, Answer string
	Address, UserAgent     string
}

// PasskeyStep is what can be used for the second step of signing in.
type PasskeyStep struct{ App, Passkey, Codes bool }

// SessionRow is one place where somebody is signed in.
type SessionRow struct {
	ID      string
	Browser string // "Firefox op Windows"
	Made    time.Time
	Seen    time.Time // to the minute
	Level   string
	Here    bool // this one
}

// TOTPView is a new secret for an app: as text, and as a code to scan.
type TOTPView struct {
	Secret string // in groups of four
	URL    string
	// Modules is the QR code: rows of dark (true) and light.
	Modules [][]bool
}

// AccountRow is an account in the list of the managers.
type AccountRow struct {
	ID, Login, Name, Person, PersonName, Organisation string
	Roles                                             []string
	State                                             string // "actief", "uitgenodigd" or "uit"
	Second                                            string // "", "app" or "sleutel"
	Seen                                              time.Time
	Sessions                                          int
	Passkeys                                          []PasskeyRow
	You                                               bool
}

// AccountInput is a new account, or what changes of one.
type AccountInput struct {
	ID, Login, Name, Person, Organisation string
	Roles                                 []string
}

// Invited is an account with the link for whom it is. The link is shown once.
type Invited struct {
	Account AccountRow
	Secret  string
	Until   time.Time
}

// TokenRow is a bearer token in the list of the managers.
type TokenRow struct {
	ID, Name, Prefix, Organisation string
	Scopes                         []string
	Made, Until, Used, Revoked     time.Time // Used to the hour
	By, ByAccount                  string    // who made it: the name, and the number of the account
	// Person is on whose behalf it works; PersonName is empty when that person has no
	// place here (any more).
	Person, PersonName string
}

// TokenInput is a new token.
type TokenInput struct {
	Name, Organisation string
	Person             string // on whose behalf; needed for what a person does
	Scopes             []string
	Days               int // until it expires
}

// NewToken is a token with its secret, shown once.
type NewToken struct {
	Token  TokenRow
	Secret string
}

// EmergencyRow is one use of break-glass.
type EmergencyRow struct {
	ID, Account, Name, Reason string
	From, Until, Ended        time.Time
	Acts                      []EmergencyAct
	More                      int // acts that are not listed
	Reviewed                  time.Time
	ReviewedBy, Note          string
	Reviewer                  string // account
	// Mine: the reader opened it, and so cannot review it.
	Mine, Live bool
}

// EmergencyAct is what was done under break-glass.
type EmergencyAct struct {
	At   time.Time
	What string // name of the operation
}

// Provider is an identity provider that can be signed in with.
type Provider struct {
	ID, Name string
	// Works: it could be asked the last time.
	Works bool
}

// ExternalInput begins signing in at a provider. Browser is the cookie that binds
// it to this browser, if there is one; Invite the secret of an invitation that is
// accepted with it. Link: put it on the own account, of the session Token. Again:
// prove once more who it is. Back is a page of ours.
type ExternalInput struct {
	Provider, Browser, Back string
	Invite, Token           string
	Link, Again             bool
	Address                 string
}

// ExternalStart is where the browser goes, and the cookie that it keeps until then.
type ExternalStart struct {
	Href, Browser string
	Until         time.Time
}

// ExternalAnswer is what a provider sent a browser back with, and what the browser
// holds. Old is its session.
type ExternalAnswer struct {
	State, Code, Issuer, Fault string
	Browser, Old               string
	Address, UserAgent         string
}

// Leaving is where somebody can sign out at a provider as well.
type Leaving struct{ Name, Href string }
