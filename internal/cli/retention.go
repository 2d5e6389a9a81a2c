package cli

import (
	"fmt"
	"maps"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/office"
	"lemniscaat/internal/rule"
)

// holdWords says why a text stays longer.
var holdWords = map[loop.Hold]string{
	loop.HeldOwed:       "er staat nog iets open",
	loop.HeldRunning:    "het voorstel loopt nog",
	loop.HeldObjection:  "een bezwaar of verzoek is nog niet afgehandeld",
	loop.HeldObjectable: "bezwaar kan nog",
	loop.HeldOffice:     "de persoon is nog in functie of krijgt nog bericht",
	loop.HeldLink:       "de link werkt nog",
}

// openPlace opens the installation that the settings name, for a command that works
// on it and computes no simulations.
func openPlace(env Env, cmd *cobra.Command) (*installation, error) {
	s, err := settings(env, cmd)
	if err != nil {
		return nil, err
	}
	at := placeOf(s)
	at.workers = noWorkers
	if at.database == "" {
		if err := hasInstallation(cmd.Context(), at.data); err != nil {
			return nil, err
		}
	}
	return open(cmd.Context(), env, at)
}

func retentionCommand(env Env) *cobra.Command {
	var date string
	var do, asJSON bool
	cmd := &cobra.Command{
		Use:   "retention --data MAP",
		Short: "toon welke persoonlijke teksten over hun bewaartermijn zijn, en wis ze",
		Long: `Telt per soort persoonlijke tekst wat er is, wat weg moet en wat langer blijft, met de reden. Zonder --do verandert er
niets. De termijnen staan in de instellingen (bewaren-…); zonder termijn blijft een tekst. lemniscaat serve wist
elke dag wat over de termijn is. Wat er gebeurde en wie het deed, blijft in het logboek; de woorden zijn weg.`,
		Example: "  lemniscaat retention --data data --config lemniscaat.yaml\n  lemniscaat retention --data data --config lemniscaat.yaml --do",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			in, err := openPlace(env, cmd)
			if err != nil {
				return err
			}
			defer in.end(&err)
			on := loop.DateOf(in.clock.now())
			if date != "" {
				if on, err = rule.ParseDate(date); err != nil {
					return usage("--date %q is geen datum; schrijf bijvoorbeeld 2026-06-01", date)
				}
			}
			r, err := in.Retention(cmd.Context(), on, do)
			if err != nil {
				return refused(env, err)
			}
			if asJSON {
				return writeJSON(env, retentionJSON(r))
			}
			w := tabwriter.NewWriter(env.Out, 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "soort\ttermijn\ter zijn\tmoeten weg\tblijven langer")
			for _, k := range r.Kinds {
				term := "geen"
				if k.Term != (loop.Span{}) {
					term = k.Term.String()
				}
				held := 0
				for _, n := range k.Held {
					held += n
				}
				fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\n", k.Kind, term, k.There, k.Due, held)
			}
			if err := w.Flush(); err != nil {
				return fmt.Errorf("write result: %w", err)
			}
			for _, k := range r.Kinds {
				for _, h := range slices.Sorted(maps.Keys(k.Held)) {
					fmt.Fprintf(env.Out, "%s: %d blijft, want %s\n", k.Kind, k.Held[h], holdWords[h])
				}
			}
			if do {
				fmt.Fprintf(env.Out, "Gewist: %d teksten.\n", r.Erased)
			} else {
				fmt.Fprintf(env.Out, "Er is niets gewist. Dit is de stand op %s.\n", on)
			}
			return nil
		},
	}
	settingFlags(cmd, "data", "database", "sleutels")
	f := cmd.Flags()
	f.StringVar(&date, "date", "", "`DATUM` waarop u kijkt; vandaag als u niets geeft")
	f.BoolVar(&do, "do", false, "wis wat over de termijn is")
	f.BoolVar(&asJSON, "json", false, "geef JSON")
	return cmd
}

type retentionRow struct {
	Kind  loop.TextKind     `json:"soort"`
	Term  string            `json:"termijn,omitempty"`
	There int               `json:"erZijn"`
	Due   int               `json:"moetenWeg"`
	Held  map[loop.Hold]int `json:"blijvenLanger"`
}

func retentionJSON(r office.RetentionReport) any {
	out := struct {
		On     rule.Date      `json:"op"`
		Kinds  []retentionRow `json:"soorten"`
		Erased int            `json:"gewist"`
	}{On: r.On, Erased: r.Erased}
	for _, k := range r.Kinds {
		row := retentionRow{Kind: k.Kind, There: k.There, Due: k.Due, Held: k.Held}
		if k.Term != (loop.Span{}) {
			row.Term = k.Term.String()
		}
		out.Kinds = append(out.Kinds, row)
	}
	return out
}
