package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/user"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"lemniscaat/internal/authz"
	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/office"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/store"
)

// act is what a command does to an installation: an operation of package authz, as
// web/operation.go has it for every address.
type act struct {
	operation string
	// only is the option without which the command counts and changes nothing.
	only string
	// reads: it opens the installation, and changes nothing in the log.
	reads bool
}

// acts names what every command does that opens an installation for writing. A
// command that is not here cannot open one: open says so.
var acts = map[string]act{
	"accounts add":     {operation: "account.beheren"},
	"accounts disable": {operation: "account.beheren"},
	"accounts enable":  {operation: "account.beheren"},
	"accounts invite":  {operation: "account.beheren"},
	"accounts list":    {operation: "beheer.lezen", reads: true},
	"accounts reset":   {operation: "account.beheren"},
	"audit sign":       {operation: "installatie.beheren"},
	"disclose dossier": {operation: "verantwoording.lezen", reads: true},
	"import besluiten": {operation: "uitkomst.inlezen"},
	"import bwb":       {operation: "begin.inrichten"},
	"import regeling":  {operation: "begin.inrichten"},
	"keys list":        {operation: "beheer.lezen", reads: true},
	"keys retire":      {operation: "installatie.beheren", only: "do"},
	"keys rotate":      {operation: "installatie.beheren"},
	"migrate":          {operation: "installatie.beheren", reads: true}, // what is moved stays as it was
	"outbox drop":      {operation: "installatie.beheren"},
	"outbox retry":     {operation: "installatie.beheren"},
	"outcomes import":  {operation: "uitkomst.inlezen"},
	"outcomes rebuild": {operation: "installatie.beheren"},
	"person erase":     {operation: "persoon.wissen", only: "do"},
	"person export":    {operation: "persoon.inzien"},
	"restore":          {operation: "installatie.beheren", reads: true}, // what was put back ends as the copy does
	"retention":        {operation: "installatie.beheren", only: "do"},
	"signals import":   {operation: "signaal.inlezen"},
}

// Reasons of commands that leave no row in the log of processing.
const (
	noInstallation = "werkt niet op een installatie"
	asCopy         = "neemt alles over zoals het er staat, of telt het; er wordt niets van een mens getoond"
	noPeople       = "toont niets van een mens"
)

// readers are the commands that open no installation for writing: they read a log, a
// file, or the rules. Each says why it leaves no row in the log of processing: what is
// only read cannot write one.
var readers = map[string]string{
	"audit check": noInstallation, "audit head": noPeople, "audit key": noInstallation, "audit verify": asCopy,
	"audit export": "neemt het hele logboek over, met --teksten ook de teksten, zoals een reservekopie; wie dat op de server kan, leest ook de schijf. Leg vast wie het bestand krijgt",
	"audit prove":  "één gebeurtenis met nummers van mensen, zonder teksten; wie dit op de server kan, leest ook de schijf",
	"backup":       "neemt alles over zoals het er staat; er wordt niets van een mens getoond",
	"check":        noInstallation, "config check": noInstallation, "config show": noInstallation,
	"decide": "het huishouden staat in een bestand van wie het vraagt; er wordt niets van bewaard",
	"diff":   noInstallation, "disclose algorithm": noPeople, "disclose data": noPeople, "disclose dpia": noPeople, "doctor": asCopy,
	"letter": noInstallation, "lsp": noInstallation, "outbox list": noPeople, "outcomes verify": asCopy,
	"population describe": noInstallation, "population export": noInstallation, "population generate": noInstallation,
	"population import":   "het bestand is van wie het geeft, en komt niet in een installatie; wie het heeft, legt de eigen verwerking vast",
	"population validate": noInstallation, "receipt verify": noInstallation, "simulate": noPeople, "vary": noInstallation, "version": noInstallation,
}

// servers are commands that let others in; every request has an operation of its own.
var servers = []string{"demo", "serve", "worker"}

// consoleAccount is the account of who works on the command line and names none.
const consoleAccount = "opdrachtregel"

// doing is what a command is about to do.
type doing struct {
	act
	server bool
	name   string
	as     string // account
	counts bool   // without the option that makes it write
}

type doingKey struct{}

// acting tells every command what it does, and gives those that write the option to
// say as whom.
func acting(root *cobra.Command) {
	for _, c := range root.Commands() {
		acting(c)
	}
	_, name, _ := strings.Cut(root.CommandPath(), " ")
	if root.HasSubCommands() || root.RunE == nil {
		return
	}
	d := doing{act: acts[name], name: name, server: slices.Contains(servers, name)}
	if d.operation != "" {
		root.Flags().String("als", "", "`ACCOUNT` (nummer of inlognaam) dat dit doet; zonder: wie u op deze machine bent")
	}
	run := root.RunE
	root.RunE = func(cmd *cobra.Command, args []string) error {
		d := d
		if f := cmd.Flags().Lookup("als"); f != nil && d.operation != "" {
			d.as = strings.TrimSpace(f.Value.String())
		}
		if f := cmd.Flags().Lookup(d.only); d.only != "" && f != nil {
			d.counts = f.Value.String() != "true"
		}
		cmd.SetContext(context.WithValue(cmd.Context(), doingKey{}, &d))
		return run(cmd, args)
	}
}

// permitted decides whether the command may do what it does in an installation, and
// records who does it before it is done: a row of the decision on the shelf, and an
// event when something changes. place is authn.Config.Person; nil: nobody has one.
// It gives who the act is by, with the role of the command line.
func permitted(ctx context.Context, env Env, s store.Store, log *slog.Logger, place func(string) (string, []string, bool)) (authz.Principal, error) {
	console := authz.Principal{Account: consoleAccount, Roles: []string{authz.RoleConsole}, Level: authz.LevelKey}
	d, ok := ctx.Value(doingKey{}).(*doing)
	if !ok || d.server { // no command at all, or one whose requests are decided on
		return console, nil
	}
	if d.operation == "" {
		return console, fmt.Errorf("BUG: lemniscaat %s opens an installation for writing and has no operation: name it in cli/act.go", d.name)
	}
	by, who := console, atConsole(env)
	kept := consoleAccount + "/" + who
	if d.as != "" {
		a, err := accountNamed(ctx, s, d.as)
		if err != nil {
			return console, err
		}
		by = authz.Principal{Account: a.ID, Organisation: a.Organisation, Roles: slices.Clone(a.Roles), Level: authz.LevelKey}
		if place != nil {
			if _, roles, ok := place(a.Person); ok {
				by.Person, by.Roles = a.Person, append(by.Roles, roles...)
			}
		}
		kept = a.ID
	}
	guard, err := office.NewGuard(s, env.Now, log)
	if err != nil {
		return console, err
	}
	decision, err := guard.Act(ctx, authz.Request{Principal: by, Operation: d.operation}, kept)
	if err != nil {
		return console, &fault{Input, fmt.Errorf("er is niets gedaan; wie dit doet, kan niet worden vastgelegd: %w", err)}
	}
	if !decision.Allowed {
		return console, &fault{Found, fmt.Errorf("%s mag dit niet. %s Laat --als weg, of noem een account dat het wel mag", d.as, decision.Needed)}
	}
	by.Roles = append(by.Roles, authz.RoleConsole) // from here on the way in is the server itself
	if d.reads || d.counts {
		return by, nil
	}
	payload := &loop.ConsoleActed{Operation: d.operation, Command: d.name, Who: loop.Words(who)}
	if d.as != "" {
		payload.Account = by.Account
	}
	data, personal, err := loop.Encode(payload)
	if err != nil {
		return console, fmt.Errorf("note %s: %w", payload.Type(), err)
	}
	_, err = s.Append(ctx, store.Batch{Drafts: []event.Draft{{Stream: loop.ConsoleStream, Type: payload.Type(), At: env.Now().UTC(), Actor: actorOf(by), Data: data, Personal: personal}}})
	if err != nil {
		return console, &fault{Input, fmt.Errorf("er is niets gedaan; wie dit doet, kan niet worden vastgelegd: %w", err)}
	}
	return by, nil
}

// actorOf is who an event of a command is by.
func actorOf(by authz.Principal) string {
	if by.Account == consoleAccount || by.Account == "" {
		return "console"
	}
	return "account/" + by.Account
}

// atConsole says who works on this machine: jan@server, or root@server (sudo: jan).
func atConsole(env Env) string {
	name, host := "onbekend", "onbekend"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	if h, err := os.Hostname(); err == nil {
		host = h
	}
	who := harmless(name) + "@" + harmless(host)
	for _, pair := range env.Environ {
		if from, ok := strings.CutPrefix(pair, "SUDO_USER="); ok && from != "" && from != name {
			who += " (sudo: " + harmless(from) + ")"
		}
	}
	return who
}

// harmless keeps of a name what cannot be mistaken for anything else.
func harmless(name string) string {
	name = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-", r) {
			return r
		}
		return '_'
	}, name)
	if name == "" {
		return "onbekend"
	}
	return name[:min(len(name), 64)]
}

// accountNamed finds an account that may act, by its number or the name to sign in with.
func accountNamed(ctx context.Context, s store.ShelfReader, name string) (*office.AccountData, error) {
	a, err := office.FindAccount(ctx, s, name)
	var r *screen.Refusal
	switch {
	case errors.As(err, &r):
		return nil, &fault{Found, errors.New("--als: dit account bestaat niet; zie lemniscaat accounts list")}
	case err != nil:
		return nil, &fault{Input, fmt.Errorf("de accounts zijn niet te lezen: %w", err)}
	case a.Disabled:
		return nil, &fault{Found, fmt.Errorf("account %s staat uit; kies met --als een ander account", name)}
	}
	return a, nil
}
