package cli

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"lemniscaat/internal/authn"
	"lemniscaat/internal/authz"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/office"
	"lemniscaat/internal/screen"
)

// TestASVS_V8_2_1_CommandsHaveOperations walks every command: what opens an
// installation for writing has an operation that exists, that the command line may do,
// and an option to say as whom.
func TestASVS_V8_2_1_CommandsHaveOperations(t *testing.T) {
	t.Parallel()
	authority, err := authz.New()
	if err != nil {
		t.Fatal(err)
	}
	console := authz.Principal{Account: consoleAccount, Roles: []string{authz.RoleConsole}, Level: authz.LevelKey}
	seen := map[string]bool{}
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		for _, sub := range c.Commands() {
			walk(sub)
		}
		_, name, _ := strings.Cut(c.CommandPath(), " ")
		if c.HasSubCommands() || c.RunE == nil || name == "" || c.Name() == "help" {
			return
		}
		seen[name] = true
		a, writes := acts[name]
		switch {
		case writes:
			if !authority.Known(a.operation) || !authority.Decide(authz.Request{Principal: console, Operation: a.operation}).Allowed {
				t.Errorf("%s: the command line may not %q", name, a.operation)
			}
			if c.Flags().Lookup("als") == nil || a.only != "" && c.Flags().Lookup(a.only) == nil {
				t.Errorf("%s has no --als, or no --%s", name, a.only)
			}
		case !slices.Contains(servers, name) && readers[name] == "":
			t.Errorf("lemniscaat %s is new: name its operation in acts, or in readers why it leaves no row of processing", name)
		}
	}
	walk(newRoot(Env{Out: &bytes.Buffer{}, Err: &bytes.Buffer{}, Now: time.Now}))
	for name := range acts {
		if !seen[name] || readers[name] != "" {
			t.Errorf("acts has %s, which is no command or only reads", name)
		}
	}
	for name := range readers {
		if !seen[name] {
			t.Errorf("readers has %s, which is no command", name)
		}
	}
	if len(seen) < 40 {
		t.Errorf("only %d commands", len(seen))
	}
}

// TestASVS_V16_2_1_CommandsSayWho: a command without an operation opens nothing; one
// with an operation is decided on for whoever it is done as, in every role, and what
// is written names the operation and who, without a name in the log of the program.
func TestASVS_V16_2_1_CommandsSayWho(t *testing.T) {
	t.Parallel()
	dir := begun(t)
	if err := markOwn(dir); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	env := Env{Out: &bytes.Buffer{}, Err: &said, Now: func() time.Time { return noon }, Environ: []string{"SUDO_USER=jan\nx"}}
	in, err := open(t.Context(), env, dataFolder(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	log := slog.New(slog.NewJSONHandler(&said, nil))
	who, err := access(t.Context(), in, dir, nil, log)
	if err != nil {
		t.Fatal(err)
	}
	accounts := map[string]authz.Principal{"": {Roles: []string{authz.RoleConsole}}}
	for _, role := range authn.Managed() {
		i, err := who.Add(t.Context(), consoleRole, screen.AccountInput{Login: "met-" + role, Name: "Voorbeeld Naam", Roles: []string{role}})
		if err != nil {
			t.Fatal(err)
		}
		accounts["met-"+role] = authz.Principal{Account: i.Account.ID, Roles: []string{role}}
	}
	ask := func(d doing) (authz.Principal, error) {
		return permitted(context.WithValue(t.Context(), doingKey{}, &d), env, in.store, log, in.Place)
	}
	noted := func() (out []*loop.ConsoleActed) {
		for r, err := range in.store.All(t.Context(), 1) {
			if err != nil {
				t.Fatal(err)
			}
			if r.Stream == loop.ConsoleStream {
				p, err := loop.Decode(r)
				if err != nil {
					t.Fatal(err)
				}
				out = append(out, p.(*loop.ConsoleActed))
			}
		}
		return out
	}
	if _, err := ask(doing{name: "nieuw"}); err == nil || !strings.Contains(err.Error(), "has no operation") {
		t.Errorf("a command without an operation: %v", err)
	}
	guard, err := office.NewGuard(in.store, env.Now, log)
	if err != nil {
		t.Fatal(err)
	}
	allowed, refused := 0, 0
	for name, a := range acts {
		for login, p := range accounts {
			before := len(noted())
			p.Account, p.Level = "x", authz.LevelKey
			want := guard.Decide(authz.Request{Principal: p, Operation: a.operation}).Allowed
			_, err := ask(doing{act: a, name: name, as: login})
			after := len(noted())
			switch {
			case want != (err == nil):
				t.Errorf("%s --als %q: %v, want allowed %t", name, login, err, want)
			case err != nil:
				refused++
				if after != before || !strings.Contains(err.Error(), "mag dit niet") {
					t.Errorf("%s --als %q: %v, %d events", name, login, err, after-before)
				}
			default:
				allowed++
				if (after == before+1) == a.reads {
					t.Errorf("%s --als %q: %d events", name, login, after-before)
				}
			}
		}
	}
	if allowed < 40 || refused < 40 {
		t.Errorf("%d allowed, %d refused", allowed, refused)
	}
	last := noted()[len(noted())-1]
	if last.Operation == "" || last.Command == "" || !strings.Contains(last.Who.Words, "@") || !strings.Contains(last.Who.Words, "(sudo: jan_x)") {
		t.Errorf("noted %+v", last)
	}
	if n := len(noted()); n > 0 { // what only counts leaves no event
		if _, err := ask(doing{act: acts["retention"], name: "retention", counts: true}); err != nil || len(noted()) != n {
			t.Errorf("counting: %v, %d events", err, len(noted())-n)
		}
	}
	for _, as := range []string{"niemand", "a-0000000000000000"} {
		if _, err := ask(doing{act: acts["retention"], as: as}); err == nil || !strings.Contains(err.Error(), "bestaat niet") {
			t.Errorf("as %s: %v", as, err)
		}
	}
	rows, _, err := guard.Decisions(t.Context(), "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(rows, func(r office.AccessRow) bool {
		return strings.HasPrefix(r.Account, consoleAccount+"/") && strings.Contains(r.Account, "@") && r.Allowed
	}) {
		t.Errorf("no row names who works on the command line: %+v", rows)
	}
	_, host, _ := strings.Cut(atConsole(env), "@")
	for _, personal := range []string{"jan_x", "met-", "Voorbeeld", "@" + host} {
		if strings.Contains(said.String(), personal) {
			t.Errorf("the log of the program holds %q", personal)
		}
	}
}
