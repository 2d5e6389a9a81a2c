package loop

import (
	"lemniscaat/internal/rule"
)

// Who can sign in, which tokens there are and what was done under break-glass is
// kept outside the log (package authn); that it changed is an event in a stream of
// its own, "toegang/…". The world keeps nothing of it but its versions, and the
// keys of the pseudonyms: no decision
// of the loop rests on it.

// AccountChange is what happened to an account.
type AccountChange string

// The changes of an account.
const (
	AccountMade       AccountChange = "gemaakt"
	AccountRoles      AccountChange = "rollen"
	AccountDisabled   AccountChange = "uit"
	AccountEnabled    AccountChange = "aan"
	AccountPassword   AccountChange = "wachtwoord"
	AccountReset      AccountChange = "herstel"
	AccountResetAll   AccountChange = "herstel-tweede-stap"
	AccountSecond     AccountChange = "tweede-stap"
	AccountPasskey    AccountChange = "passkey"
	AccountSecondGone AccountChange = "tweede-stap-weg"
	// AccountPasskeyGone and AccountPasskeyDoubted: a passkey was taken away, or its
	// counter went back and it is not believed any more.
	AccountPasskeyGone    AccountChange = "passkey-weg"
	AccountPasskeyDoubted AccountChange = "passkey-verdacht"
	AccountCodes          AccountChange = "herstelcodes"
	AccountCodeUsed       AccountChange = "herstelcode-gebruikt"
	AccountLinked         AccountChange = "extern"
)

// Payloads of access. A stream is one account, token or emergency.
type (
	// AccountNoted is a change of an account; the account is the stream.
	AccountNoted struct {
		none
		What   AccountChange `json:"wat"`
		Person PersonID      `json:"persoon,omitempty"`
		Roles  []string      `json:"rollen,omitempty"`
	}
	// TokenNoted is a bearer token that was made, or that stopped working.
	TokenNoted struct {
		none
		What   string    `json:"wat"`               // "gemaakt" or "ingetrokken"
		Person PersonID  `json:"persoon,omitempty"` // on whose behalf
		Scopes []string  `json:"bereik,omitempty"`
		Until  rule.Date `json:"tot,omitzero"`
	}
	// EmergencyOpened is break-glass: an account may more than normal until then.
	EmergencyOpened struct {
		Account string `json:"account"`
		Minutes int    `json:"minuten"`
		Reason  Text   `json:"reden"`
	}
	// EmergencyActed is one act under it: the name of the operation.
	EmergencyActed struct {
		none
		Operation string `json:"handeling"`
	}
	// ConsoleActed is a command on the server, before it did its work: the operation
	// and the name of the command, the account that was named, and who worked on
	// which machine.
	ConsoleActed struct {
		Operation string `json:"handeling"`
		Command   string `json:"opdracht"`
		Account   string `json:"account,omitempty"`
		Who       Text   `json:"wie"`
	}
	// EmergencyEnded is its end before its time.
	EmergencyEnded struct{ none }
	// EmergencyReviewed is what somebody else found of it.
	EmergencyReviewed struct {
		Account string `json:"account"`
		Note    Text   `json:"bevinding"`
	}
)

func (p *EmergencyOpened) texts() []textField   { return one("reden", &p.Reason) }
func (p *EmergencyReviewed) texts() []textField { return one("bevinding", &p.Note) }

func (p *ConsoleActed) texts() []textField { return one("wie", &p.Who) }

// ConsoleStream is where commands on the server are noted.
const ConsoleStream = "toegang/opdrachtregel"

// Type implements Payload.
func (*ConsoleActed) Type() string      { return "toegang.opdrachtregel.1" }
func (*AccountNoted) Type() string      { return "toegang.account.1" }
func (*TokenNoted) Type() string        { return "toegang.sleutel.1" }
func (*EmergencyOpened) Type() string   { return "toegang.nood.1" }
func (*EmergencyActed) Type() string    { return "toegang.nood-handeling.1" }
func (*EmergencyEnded) Type() string    { return "toegang.nood-einde.1" }
func (*EmergencyReviewed) Type() string { return "toegang.nood-bekeken.1" }

// applyAccess reads a payload of access.
func (w *World) applyAccess(stream string, p Payload, m moment) error {
	switch p := p.(type) {
	case *PseudonymKeyNoted:
		if stream != PseudonymStream {
			return wrongStream(p, stream)
		}
		w.applyPseudonymKey(p, m)
		return nil
	case *AccountNoted, *TokenNoted, *EmergencyOpened, *EmergencyActed, *EmergencyEnded, *EmergencyReviewed, *ConsoleActed:
		return nil
	}
	return wrongStream(p, stream)
}

func newAccess(name string) Payload {
	switch name {
	case "toegang.account.1":
		return &AccountNoted{}
	case "toegang.sleutel.1":
		return &TokenNoted{}
	case "toegang.nood.1":
		return &EmergencyOpened{}
	case "toegang.nood-handeling.1":
		return &EmergencyActed{}
	case "toegang.nood-einde.1":
		return &EmergencyEnded{}
	case "toegang.nood-bekeken.1":
		return &EmergencyReviewed{}
	case "toegang.opdrachtregel.1":
		return &ConsoleActed{}
	case "toegang.pseudoniem.1":
		return &PseudonymKeyNoted{}
	}
	return nil
}
