package cli

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"lemniscaat/internal/authn"
	"lemniscaat/internal/authz"
	"lemniscaat/internal/i18n"
	"lemniscaat/internal/processing"
	"lemniscaat/internal/screen"
)

// accountsCommand manages accounts from the server itself: for the first one, and
// for when nobody can sign in any more.
func accountsCommand(env Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "accounts",
		Short: "maak en beheer accounts vanaf de server",
		Long: `Beheer accounts vanaf de server: voor de eerste, en voor als niemand meer kan inloggen. Verder gaat het in de browser,
onder Beheer. Met SQLite moet de server daarvoor even stil staan.`,
		Args: cobra.ArbitraryArgs,
		RunE: group,
	}
	add := &cobra.Command{Use: "add INLOGNAAM", Short: "maak een account, met een link om een wachtwoord te kiezen", Args: arguments(1, 1),
		Example: "  lemniscaat accounts add wilma --naam \"Wilma Jansen\" --rol beheerder --data gegevens"}
	name := add.Flags().String("naam", "", "`NAAM` van wie het is")
	roles := add.Flags().StringSlice("rol", nil, "een `ROL`: "+strings.Join(authn.Managed(), ", "))
	person := add.Flags().String("persoon", "", "`ID` van de persoon in de driehoek")
	list := &cobra.Command{Use: "list", Short: "toon de accounts", Args: arguments(0, 0)}
	disable := &cobra.Command{Use: "disable INLOGNAAM", Short: "zet een account uit, en log het overal uit", Args: arguments(1, 1)}
	enable := &cobra.Command{Use: "enable INLOGNAAM", Short: "zet een account weer aan", Args: arguments(1, 1)}
	reset := &cobra.Command{Use: "reset INLOGNAAM", Short: "maak een link voor een nieuw wachtwoord", Args: arguments(1, 1)}
	two := reset.Flags().Bool("tweede-stap", false, "wis ook de tweede stap")
	invite := &cobra.Command{Use: "invite", Short: "maak een nieuwe link voor de eerste beheerder", Args: arguments(0, 0)}

	for _, c := range []struct {
		cmd *cobra.Command
		do  func(cmd *cobra.Command, by authz.Principal, who *authn.Service, login, site string) error
	}{
		{add, func(cmd *cobra.Command, by authz.Principal, who *authn.Service, login, site string) error {
			if *name == "" {
				return usage("geef met --naam de naam van wie het account is")
			}
			for _, r := range *roles {
				if !slices.Contains(authn.Managed(), r) {
					return usage("rol %q is onbekend; kies uit: %s", r, strings.Join(authn.Managed(), ", "))
				}
			}
			i, err := who.Add(cmd.Context(), by, screen.AccountInput{Login: login, Name: *name, Person: *person, Roles: *roles})
			if err == nil {
				tellLink(env.Out, i, site)
			}
			return err
		}},
		{list, func(cmd *cobra.Command, by authz.Principal, who *authn.Service, _, _ string) error {
			rows, err := recordedAccounts{who}.Accounts(cmd.Context(), by)
			if err != nil {
				return err
			}
			if err := processing.Recorded(cmd.Context()); err != nil {
				return err
			}
			if len(rows) == 0 {
				fmt.Fprintln(env.Out, "Er zijn nog geen accounts. Maak de eerste met: lemniscaat accounts add")
			}
			for _, a := range rows {
				fmt.Fprintf(env.Out, "%-30s %-12s %-8s %s\n", a.Login, a.State, a.Second, strings.Join(a.Roles, ", "))
			}
			return nil
		}},
		{disable, func(cmd *cobra.Command, by authz.Principal, who *authn.Service, login, _ string) error {
			id, err := who.FindAccount(cmd.Context(), login)
			if err == nil {
				err = who.Disable(cmd.Context(), by, id)
			}
			if err == nil {
				fmt.Fprintf(env.Out, "%s staat uit, en is overal uitgelogd.\n", login)
			}
			return err
		}},
		{enable, func(cmd *cobra.Command, by authz.Principal, who *authn.Service, login, _ string) error {
			id, err := who.FindAccount(cmd.Context(), login)
			if err == nil {
				err = who.Enable(cmd.Context(), by, id)
			}
			if err == nil {
				fmt.Fprintf(env.Out, "%s staat aan.\n", login)
			}
			return err
		}},
		{reset, func(cmd *cobra.Command, by authz.Principal, who *authn.Service, login, site string) error {
			id, err := who.FindAccount(cmd.Context(), login)
			if err != nil {
				return err
			}
			i, err := who.Reset(cmd.Context(), by, id, *two)
			if err == nil {
				tellLink(env.Out, i, site)
			}
			return err
		}},
		{invite, func(cmd *cobra.Command, _ authz.Principal, who *authn.Service, _, site string) error {
			link, until, err := who.First(cmd.Context())
			if err == nil {
				fmt.Fprintf(env.Out, "Een keer te gebruiken, tot %s:\n%s/uitnodiging/%s\n", until.In(amsterdam()).Format("2-1-2006 15:04"), site, link)
			}
			return err
		}},
	} {
		settingFlags(c.cmd)
		c.cmd.RunE = func(cmd *cobra.Command, args []string) (err error) {
			s, err := settings(env, cmd)
			if err != nil {
				return err
			}
			if !isOwn(s.Data) {
				return badInput("in %s staat geen eigen installatie; begin met lemniscaat serve --data %s", s.Data, s.Data)
			}
			at := placeOf(s)
			at.workers = noWorkers
			in, err := open(cmd.Context(), env, at)
			if err != nil {
				return err
			}
			defer in.end(&err)
			ctx, _ := in.Processing.Begin(cmd.Context())
			cmd.SetContext(ctx)
			log := slog.New(slog.NewTextHandler(env.Err, &slog.HandlerOptions{Level: slog.LevelWarn}))
			who, err := access(cmd.Context(), in, at.keys, s, log)
			if err != nil {
				return err
			}
			login := ""
			if len(args) > 0 {
				login = args[0]
			}
			return refusedAccess(c.do(cmd, in.by, who, login, siteOf(s, "http://"+s.Address)))
		}
		cmd.AddCommand(c.cmd)
	}
	return cmd
}

func tellLink(out io.Writer, i screen.Invited, site string) {
	fmt.Fprintf(out, "Link voor %s, een keer te gebruiken, tot %s:\n%s/uitnodiging/%s\n", i.Account.Login, i.Until.In(amsterdam()).Format("2-1-2006 15:04"), site, i.Secret)
}

// refusedAccess puts words to a refusal that has only codes.
func refusedAccess(err error) error {
	if errors.Is(err, authn.ErrNone) || errors.Is(err, screen.ErrNotFound) {
		return &fault{Found, errors.New("dit account bestaat niet; zie lemniscaat accounts list")}
	}
	var no *screen.Refusal
	if !errors.As(err, &no) {
		return err
	}
	texts, loadErr := i18n.Load("nl")
	if loadErr != nil {
		return loadErr
	}
	said := []string{texts.T("toegang.nee." + no.Code)}
	if len(no.Fields) > 0 { // these say all of it
		said = nil
	}
	for _, f := range no.Fields {
		said = append(said, texts.T("toegang.nee."+f.Text))
	}
	return &fault{Found, errors.New(strings.Join(said, " "))}
}
