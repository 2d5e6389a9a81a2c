package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/office"
)

func personCommand(env Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "person",
		Short: "toon of wis wat er van één mens is",
		Args:  cobra.ArbitraryArgs,
		RunE:  group,
	}
	cmd.AddCommand(personExport(env), personErase(env))
	return cmd
}

// about are the options that name a person.
func about(cmd *cobra.Command, who *office.Subject) {
	f := cmd.Flags()
	f.StringVar(&who.Code, "code", "", "`CODE` van een bericht van een burger")
	f.StringVar(&who.Case, "case", "", "`ZAAK` in het zaaksysteem, of haar pseudoniem")
	f.StringVar(&who.Account, "account", "", "`ACCOUNT`: nummer of inlognaam")
	settingFlags(cmd, "data", "database", "sleutels")
}

// keptWords says why a text is not erased on request.
func keptWords(k office.Kept) string {
	switch k {
	case office.KeptFile:
		return "het hoort bij het dossier van een besluit of bezwaar; het gaat weg na de bewaartermijn"
	case office.KeptWork:
		return "het is geschreven voor het werk van de organisatie; het gaat weg na de bewaartermijn"
	}
	return holdWords[loop.Hold(k)]
}

func personExport(env Env) *cobra.Command {
	var who office.Subject
	var form string
	cmd := &cobra.Command{
		Use:   "export (--code CODE | --case ZAAK | --account ACCOUNT) --data MAP",
		Short: "geef alles wat de installatie van iemand heeft, voor een verzoek om inzage",
		Long: `Geeft alle gebeurtenissen van en over iemand, met de teksten die er nog zijn, de uitkomsten, het account en waarvoor de
gegevens gebruikt worden. Namen van anderen staan er niet in. Lees het na voor u het geeft: in een tekst kan staan
wat over een ander gaat. Dat u dit deed, komt in het logboek van verwerkingen.`,
		Example: "  lemniscaat person export --case Z-2026-00123 --data data > inzage.json\n  lemniscaat person export --code 7K3M-9PQR-2TVX-4WYZ --data data --vorm markdown",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if form != "json" && form != "markdown" {
				return usage("--vorm %q kan niet; kies json of markdown", form)
			}
			in, err := openPlace(env, cmd)
			if err != nil {
				return err
			}
			defer in.end(&err)
			f, err := in.PersonFile(cmd.Context(), who)
			if err != nil {
				return refused(env, err)
			}
			if form == "json" {
				return writeJSON(env, f)
			}
			return personMarkdown(env.Out, f)
		},
	}
	about(cmd, &who)
	cmd.Flags().StringVar(&form, "vorm", "json", "`VORM`: json of markdown")
	return cmd
}

func personMarkdown(w io.Writer, f office.PersonFile) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# Wat wij van u hebben\n\nGemaakt op %s. Hier bekend als: %s.\n", f.Made.Format(time.DateOnly), strings.Join(f.Names, ", "))
	if a := f.Account; a != nil {
		fmt.Fprintf(&b, "\n## Uw account\n\n- naam: %s\n- inlognaam: %s\n- gemaakt: %s\n", plain(a.Name), plain(a.Login), a.Made.Format(time.DateOnly))
		if len(a.Roles) > 0 {
			fmt.Fprintf(&b, "- rollen: %s\n", strings.Join(a.Roles, ", "))
		}
	}
	fmt.Fprintf(&b, "\n## Gebeurtenissen (%d)\n", len(f.Events))
	for _, e := range f.Events {
		fmt.Fprintf(&b, "\n### %d. %s op %s\n\nDoor: %s. Gebruikt voor: %s.\n", e.Seq, e.Type, e.At.Format(time.DateOnly), e.By, e.Activity)
		data, err := json.MarshalIndent(e.Data, "    ", "  ")
		if err != nil {
			return fmt.Errorf("write result: %w", err)
		}
		fmt.Fprintf(&b, "\n    %s\n", data)
		for _, t := range e.Texts {
			switch {
			case t.Erased:
				fmt.Fprintf(&b, "\n%s: gewist.\n", t.Field)
			case strings.HasPrefix(t.Field, "bijlage-"):
				fmt.Fprintf(&b, "\n%s: een bestand; het staat in de JSON.\n", t.Field)
			default:
				fmt.Fprintf(&b, "\n%s:\n\n> %s\n", t.Field, strings.ReplaceAll(plain(t.Words), "\n", "\n> "))
			}
			if t.Kept != "" {
				fmt.Fprintf(&b, "\nDit blijft nog: %s.\n", keptWords(t.Kept))
			}
		}
	}
	fmt.Fprintf(&b, "\n## Uitkomsten uit zaaksystemen (%d)\n\n", len(f.Outcomes))
	for _, x := range f.Outcomes {
		fmt.Fprintf(&b, "- %s: %s, %v\n", x.Date, plain(x.Regulation), x.Class)
	}
	b.WriteString("\n## Waarvoor wij dit gebruiken\n")
	for _, u := range f.Uses {
		fmt.Fprintf(&b, "\n- %s: %s. Grondslag: %s. Bewaren: %s.\n", u.Name, strings.TrimSuffix(u.Goal, "."), strings.TrimSuffix(u.Ground, "."), u.Keep)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// plain keeps words of people from becoming markup.
func plain(s string) string {
	return strings.NewReplacer("<", "&lt;", "#", "\\#", "[", "\\[", "*", "\\*", "_", "\\_", "`", "\\`").Replace(s)
}

func personErase(env Env) *cobra.Command {
	var who office.Subject
	var do bool
	cmd := &cobra.Command{
		Use:   "erase (--code CODE | --case ZAAK | --account ACCOUNT) --data MAP",
		Short: "wis de teksten van iemand, behalve wat moet blijven",
		Long: `Telt welke teksten van iemand weg kunnen en welke moeten blijven, met de reden. Met --do worden zij gewist. Dat er
gewist is, staat in het logboek; de woorden niet meer. In reservekopieën staan zij nog tot u die weggooit.

Uitgang 0: alles is (of wordt) gewist. Uitgang 1: er blijft iets.`,
		Example: "  lemniscaat person erase --case Z-2026-00123 --data data\n  lemniscaat person erase --case Z-2026-00123 --data data --do",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			in, err := openPlace(env, cmd)
			if err != nil {
				return err
			}
			defer in.end(&err)
			r, err := in.ErasePerson(cmd.Context(), who, do)
			if err != nil {
				return refused(env, err)
			}
			if do {
				fmt.Fprintf(env.Out, "Gewist: %d teksten.\n", r.Erased)
			} else {
				fmt.Fprintf(env.Out, "Kan weg: %d teksten. Er is niets gewist; dat doet --do.\n", r.Erased)
			}
			for _, k := range slices.Sorted(maps.Keys(r.Kept)) {
				fmt.Fprintf(env.Out, "Blijft: %d, want %s.\n", r.Kept[k], keptWords(k))
			}
			if len(r.Kept) > 0 {
				return silent(Found)
			}
			return nil
		},
	}
	about(cmd, &who)
	cmd.Flags().BoolVar(&do, "do", false, "wis wat weg kan")
	return cmd
}
