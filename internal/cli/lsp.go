package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"lemniscaat/internal/lsp"
	"lemniscaat/internal/rule"
	"lemniscaat/regelingen"
)

// lspCommand serves an editor over the standard input and output.
func lspCommand(env Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "lsp",
		Short: "help een teksteditor bij het schrijven van regels",
		Long: `Praat met een teksteditor volgens het Language Server Protocol, over de standaardinvoer en -uitvoer.
De editor start deze opdracht zelf; docs/editor.md zegt hoe u dat instelt.`,
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			err := lsp.Serve(cmd.Context(), env.In, env.Out, lsp.Options{
				Day: func() rule.Date {
					d, err := today(env)
					if err != nil {
						return rule.Of(env.Now())
					}
					return d
				},
				Words: regelingen.Files, Log: env.Err, Version: Version,
			})
			switch {
			case err == nil:
				return nil
			case errors.Is(err, lsp.ErrExit):
				return silent(Found)
			}
			return fmt.Errorf("lsp: %w", err)
		},
	}
	// Editors add this one of their own accord.
	cmd.Flags().Bool("stdio", true, "praat over de standaardinvoer en -uitvoer (dit is altijd zo)")
	return cmd
}
