package cli

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"lemniscaat/internal/config"
	"lemniscaat/internal/web"
)

// settingFlags gives a command the options of settings; without names all.
func settingFlags(cmd *cobra.Command, names ...string) {
	f := cmd.Flags()
	f.String("config", "", "`BESTAND` met instellingen (ook: "+config.FileEnv+"); zie docs/beheer/instellingen.md")
	for _, o := range config.Options() {
		if len(names) > 0 && !slices.Contains(names, o.Name) {
			continue
		}
		doc := strings.ReplaceAll(o.Doc, "`", "")
		if o.Bool {
			f.Bool(o.Name, false, doc)
			continue
		}
		f.String(o.Name, o.Default, "`"+o.Arg+"`: "+doc)
	}
}

// settings reads the settings of a command from its file, the environment and its
// options. Everything that is wrong is in the error.
func settings(env Env, cmd *cobra.Command) (*config.Loaded, error) {
	src := config.Source{Environ: env.Environ}
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if f.Name == "config" {
			src.File = f.Value.String()
			return
		}
		src.Flags = append(src.Flags, config.Flag{Name: f.Name, Value: f.Value.String()})
	})
	s, err := config.Load(src)
	var wrong config.Problems
	switch {
	case errors.As(err, &wrong) && wrong.Typed():
		return nil, usage("%s", wrong)
	case err != nil:
		return nil, &fault{Input, err}
	}
	return s, nil
}

func configCommand(env Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "controleer of toon de instellingen",
		Args:  cobra.ArbitraryArgs,
		RunE:  group,
	}
	check := &cobra.Command{
		Use:     "check",
		Short:   "zeg alles wat er niet klopt",
		Long:    "Leest de instellingen zoals serve ze leest en zegt alles wat er niet klopt, met de plaats en wat er wel mag. Start niets.",
		Example: "  lemniscaat config check --config lemniscaat.yaml",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := settings(env, cmd)
			if err != nil {
				return err
			}
			if err := firstFault(reachable(s), usable(s)); err != nil {
				return err
			}
			fmt.Fprintln(env.Out, "De instellingen kloppen.")
			return nil
		},
	}
	show := &cobra.Command{
		Use:   "show",
		Short: "toon wat er geldt en waar het vandaan komt",
		Long:  "Toont elke instelling met haar waarde en waar die vandaan komt. Geheimen worden niet getoond.",
		Args:  arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := settings(env, cmd)
			if err != nil {
				return err
			}
			for _, r := range s.Rows() {
				fmt.Fprintf(env.Out, "%-26s %-40s %s\n", r.Key, r.Value, r.Origin)
			}
			return nil
		},
	}
	for _, c := range []*cobra.Command{check, show} {
		settingFlags(c)
		cmd.AddCommand(c)
	}
	return cmd
}

// usable looks at what settings say beyond their form: files that must be right
// before anything starts.
func usable(s *config.Loaded) error {
	_, postErr := mailer(s)
	_, tokenErr := intakeToken(s.IntakeFile)
	_, termsErr := readTerms(termsPath(s))
	if termsErr != nil {
		termsErr = &fault{Input, termsErr}
	}
	_, questionsErr := readQuestions(questionsPath(s))
	if questionsErr != nil {
		questionsErr = &fault{Input, questionsErr}
	}
	return firstFault(postErr, tokenErr, termsErr, questionsErr, themeFault(s.Theme))
}

// themeFault says what is wrong with the own colours: those that cannot be read are
// refused.
func themeFault(name string) error {
	if name == "" {
		return nil
	}
	tokens, err := os.ReadFile(name)
	if err != nil {
		return badInput("%s", fileError(name, err))
	}
	if err := web.CheckTokens(tokens); err != nil {
		return badInput("thema %s:\n%v", name, err)
	}
	return nil
}

// firstFault joins what is wrong under the exit code of the first.
func firstFault(errs ...error) error {
	joined := errors.Join(errs...)
	var first *fault
	if joined == nil || !errors.As(joined, &first) {
		return joined
	}
	return &fault{first.code, joined}
}
