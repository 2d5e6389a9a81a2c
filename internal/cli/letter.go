package cli

import (
	"fmt"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"lemniscaat/internal/explain"
	"lemniscaat/internal/i18n"
	"lemniscaat/internal/recourse"
	"lemniscaat/internal/rule"
)

// letterFault says in words what a letter lacks.
func letterFault(f explain.LetterFault, until string) string {
	switch f.Code {
	case explain.NoObjection:
		return "er staat niet in dat bezwaar kan"
	case explain.NoObjectionTerm:
		return "er staat niet bij tot wanneer bezwaar kan: binnen zes weken, of tot en met " + until
	case explain.WrongTerm:
		return "de laatste dag voor bezwaar is te vroeg: het kan tot en met " + until
	case explain.NoObjectionPlace:
		return "er staat niet bij waar iemand bezwaar maakt"
	case explain.NoReason:
		return "er staat geen reden in"
	}
	return f.Code
}

func letterCommand(env Env) *cobra.Command {
	var date string
	var grants, asJSON bool
	cmd := &cobra.Command{
		Use:   "letter BESTAND",
		Short: "lees een brief met een besluit na: kan iemand bezwaar maken, tot wanneer en waar?",
		Long: `Leest de tekst van een brief met een besluit, en zegt wat er mist: dat bezwaar kan, tot wanneer, waar, en de reden (Awb
3:45, 3:46 en 6:7). Het is een alarm en geen keurmerk: het kijkt naar woorden. Een brief zonder alarm kan nog slecht zijn.
Een streepje als BESTAND leest van de standaardinvoer.`,
		Example: "  lemniscaat letter brief.txt --date 2026-09-01",
		Args:    arguments(1, 1, "BESTAND"),
		RunE: func(_ *cobra.Command, args []string) error {
			known, err := rule.ParseDate(date)
			if err != nil {
				return usage("--date %q is geen datum; schrijf de dag waarop de brief weggaat, bijvoorbeeld 2026-09-01", date)
			}
			text, err := readFile(env, args[0])
			if err != nil {
				return err
			}
			if len(text) == 0 || !utf8.Valid(text) {
				return badInput("%s is leeg of geen tekst in UTF-8; sla de brief op als platte tekst", args[0])
			}
			texts, err := i18n.Load("nl")
			if err != nil {
				return fmt.Errorf("texts: %w", err)
			}
			until := recourse.LastDay(known)
			faults := explain.CheckLetter(explain.Letter{Text: string(text), Known: known, Burdensome: !grants})
			if asJSON {
				out := struct {
					Until  string      `json:"bezwaarTotEnMet"`
					Faults []letterRow `json:"mist"`
				}{until.String(), []letterRow{}}
				for _, f := range faults {
					out.Faults = append(out.Faults, letterRow{f.Code, letterFault(f, texts.Date(until)), f.Source})
				}
				if err := writeJSON(env, out); err != nil {
					return err
				}
			} else {
				for _, f := range faults {
					fmt.Fprintf(env.Out, "%s: %s (%s)\n", f.Code, letterFault(f, texts.Date(until)), f.Source)
				}
				fmt.Fprintf(env.Out, "Bezwaar kan tot en met %s.\n", texts.Date(until))
			}
			if len(faults) > 0 {
				return &fault{Found, fmt.Errorf("in %s mist iets", args[0])}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&date, "date", "", "de `DATUM` waarop de brief weggaat")
	cmd.Flags().BoolVar(&grants, "grants", false, "de brief geeft alles wat gevraagd was: een reden hoeft niet")
	cmd.Flags().BoolVar(&asJSON, "json", false, "geef JSON")
	return cmd
}

type letterRow struct {
	Code   string `json:"code"`
	Text   string `json:"tekst"`
	Source string `json:"wet"`
}
