package web

import (
	"context"

	"lemniscaat/internal/authz"
	"lemniscaat/internal/screen"
)

// Identity says who asks, and keeps what that rests on: accounts, passwords, second
// factors, sessions. Without one (the demo) there is the role switch.
//
// token is what the browser holds of a session. A refusal has a code; its words are
// the texts "toegang.nee.<code>". *screen.TooOften: it was tried too often.
type Identity interface {
	// Visitor says who a cookie is of; the zero Visitor when it is of nobody.
	Visitor(ctx context.Context, token string) (screen.Visitor, error)
	SignIn(ctx context.Context, in screen.SignInInput) (screen.SignedIn, error)
	SecondStep(ctx context.Context, token, code, address string) (screen.SignedIn, error)
	SignOut(ctx context.Context, token string) error
	// Confirm proves again who it is, before a sensitive act.
	Confirm(ctx context.Context, token, password, code, address string) (screen.SignedIn, error)
	Invitation(ctx context.Context, secret string) (screen.InvitationView, error)
	Accept(ctx context.Context, in screen.AcceptInput) (screen.SignedIn, error)

	// The own account.
	AccountOf(ctx context.Context, token string) (screen.AccountView, error)
	ChangePassword(ctx context.Context, token, old, next string) (screen.SignedIn, error)
	BeginTOTP(ctx context.Context, token string) (screen.TOTPView, error)
	FinishTOTP(ctx context.Context, token, code string) (in screen.SignedIn, codes []string, err error)
	RenewCodes(ctx context.Context, token string) ([]string, error)
	RemoveFactor(ctx context.Context, token, which string) (screen.SignedIn, error)
	// EndSession ends one by its id; "" ends all but this one.
	EndSession(ctx context.Context, token, which string) error

	Passkeys
	External
	Managing
	TokenService
	Emergency
}

// Passkeys is making passkeys and signing in with them.
type Passkeys interface {
	// Passkeys reports that they can be used at the address of this installation.
	Passkeys() bool
	// MaySet refuses who may not set a second factor now.
	MaySet(ctx context.Context, token string) error
	BeginPasskey(ctx context.Context, token string) (screen.PasskeyStart, error)
	FinishPasskey(ctx context.Context, token, name, agent, answer string) (in screen.SignedIn, codes []string, err error)
	BeginKey(ctx context.Context, in screen.PasskeyInput) (screen.PasskeyStart, error)
	FinishKey(ctx context.Context, in screen.PasskeyAnswer) (screen.SignedIn, error)
	ConfirmKey(ctx context.Context, in screen.PasskeyAnswer) (screen.SignedIn, error)
	// Step says what there is for the second step; the zero value: none is asked.
	Step(ctx context.Context, token string) (screen.PasskeyStep, error)
	// RemovePasskey takes one from the account of somebody else.
	RemovePasskey(ctx context.Context, by authz.Principal, account, which string) error
}

// External is signing in at an identity provider.
type External interface {
	External() []screen.Provider
	BeginExternal(ctx context.Context, in screen.ExternalInput) (screen.ExternalStart, error)
	// FinishExternal also gives the page of ours to go to.
	FinishExternal(ctx context.Context, in screen.ExternalAnswer) (screen.SignedIn, string, error)
	// LeaveExternal is asked before SignOut.
	LeaveExternal(ctx context.Context, token string) (screen.Leaving, error)
	// LogoutExternal ends the sessions that a logout token of a provider names.
	LogoutExternal(ctx context.Context, provider, token, address string) error
	// ClientKeys are the public keys for providers, as JSON.
	ClientKeys() any
}

// Managing is what managers do with the accounts of others. by is who asks.
type Managing interface {
	Accounts(ctx context.Context, by authz.Principal) ([]screen.AccountRow, error)
	Add(ctx context.Context, by authz.Principal, in screen.AccountInput) (screen.Invited, error)
	SetRoles(ctx context.Context, by authz.Principal, in screen.AccountInput) error
	Disable(ctx context.Context, by authz.Principal, id string) error
	Enable(ctx context.Context, by authz.Principal, id string) error
	Reset(ctx context.Context, by authz.Principal, id string, two bool) (screen.Invited, error)
	EndSessions(ctx context.Context, by authz.Principal, id string) error
}

// TokenService is the bearer tokens of programs.
type TokenService interface {
	Tokens(ctx context.Context, by authz.Principal) ([]screen.TokenRow, error)
	MakeToken(ctx context.Context, by authz.Principal, in screen.TokenInput) (screen.NewToken, error)
	RevokeToken(ctx context.Context, by authz.Principal, id string) error
}

// Emergency is break-glass: more than normal for a short time, with a trace.
type Emergency interface {
	BreakGlass(ctx context.Context, token, reason string, minutes int) (screen.EmergencyRow, error)
	// Acted marks an act under it before it is carried out.
	Acted(ctx context.Context, v screen.Visitor, operation string) error
	EndGlass(ctx context.Context, by authz.Principal, id string) error
	ReviewGlass(ctx context.Context, by authz.Principal, id, words string) error
	Emergencies(ctx context.Context, by authz.Principal) ([]screen.EmergencyRow, error)
}
