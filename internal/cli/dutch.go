package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// dutch gives a command, and everything that is below it by now, Dutch help and
// Dutch errors.
func dutch(root *cobra.Command) {
	root.SetUsageTemplate(`Gebruik:
  {{.UseLine}}{{if .HasAvailableSubCommands}} OPDRACHT{{end}}{{if .HasExample}}

Voorbeelden:
{{.Example}}{{end}}{{if .HasAvailableSubCommands}}

Opdrachten:{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding }} {{.Short}}{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}

Opties:
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableSubCommands}}

Meer over een opdracht: {{.CommandPath}} OPDRACHT --help{{end}}
`)
	root.SetHelpTemplate(`{{with (or .Long .Short)}}{{. | trimTrailingWhitespaces}}

{{end}}{{if or .Runnable .HasSubCommands}}{{.UsageString}}{{end}}`)
	root.SetHelpCommand(&cobra.Command{Use: "help", Hidden: true, Args: cobra.ArbitraryArgs, RunE: func(cmd *cobra.Command, args []string) error {
		target, rest, err := root.Find(args)
		if err != nil || len(rest) > 0 {
			return usage("geen hulp over %q; kies uit: %s", strings.Join(args, " "), commandNames(root))
		}
		return target.Help()
	}})
	var each func(*cobra.Command)
	each = func(c *cobra.Command) {
		c.Flags().BoolP("help", "h", false, "toon deze hulp")
		c.DisableFlagsInUseLine = true
		for _, sub := range c.Commands() {
			each(sub)
		}
	}
	each(root)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &fault{Usage, flagError(err)} })
}

// flagError says in Dutch what is wrong with an option.
func flagError(err error) error {
	var unknown *pflag.NotExistError
	var noValue *pflag.ValueRequiredError
	var bad *pflag.InvalidValueError
	var syntax *pflag.InvalidSyntaxError
	switch {
	case errors.As(err, &unknown):
		name := unknown.GetSpecifiedName()
		if unknown.GetSpecifiedShortnames() != "" {
			return fmt.Errorf("onbekende optie -%s", name)
		}
		return fmt.Errorf("onbekende optie --%s", name)
	case errors.As(err, &noValue):
		return fmt.Errorf("optie --%s heeft een waarde nodig", noValue.GetFlag().Name)
	case errors.As(err, &bad):
		var f *fault
		if errors.As(bad.Unwrap(), &f) {
			return fmt.Errorf("optie --%s: %w", bad.GetFlag().Name, f.err)
		}
		return fmt.Errorf("optie --%s: %q kan niet", bad.GetFlag().Name, bad.GetValue())
	case errors.As(err, &syntax):
		return fmt.Errorf("%q is geen optie; schrijf bijvoorbeeld --data MAP", syntax.GetSpecifiedFlag())
	}
	return err
}

// arguments checks the number of arguments; names are for people: "REGELING".
func arguments(atLeast, atMost int, names ...string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) < atLeast:
			return usage("er ontbreekt iets: %s", strings.Join(names[len(args):], " "))
		case atMost >= 0 && len(args) > atMost:
			return usage("te veel: %q", args[atMost])
		}
		return nil
	}
}

// group is the RunE of a command that only has commands below it.
func group(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return usage("wat wilt u doen? Kies uit: %s", commandNames(cmd))
	}
	return usage("onbekende opdracht %q%s; kies uit: %s", args[0], didYouMean(cmd, args[0]), commandNames(cmd))
}

func commandNames(cmd *cobra.Command) string {
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

func didYouMean(cmd *cobra.Command, typed string) string {
	cmd.SuggestionsMinimumDistance = 2
	if s := cmd.SuggestionsFor(typed); len(s) > 0 {
		return fmt.Sprintf(" (bedoelde u %s?)", s[0])
	}
	return ""
}
