package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"lemniscaat/internal/screen"
)

// discloseArchive makes the dossier of a proposal, as its page does.
func discloseArchive(env Env) *cobra.Command {
	var in screen.ArchiveInput
	var out string
	cmd := &cobra.Command{
		Use:   "dossier VOORSTEL --bewaren DUUR --out BESTAND --data MAP",
		Short: "het dossier van een besloten voorstel voor het archief (MDTO 1.0.1)",
		Long: `Schrijft een zip met de documenten van een besloten voorstel, en van elk de beschrijving in MDTO 1.0.1: hetzelfde als de knop op de
pagina van het voorstel. Namen van wie hier kan werken zijn vervangen door hun functie. Lees het na voor u het weggeeft: in een
tekst kan een ander staan. Een bestand dat er al is, blijft zoals het is. Met SQLite moet de server even stil staan.`,
		Example: `  lemniscaat disclose dossier v-1a2b --bewaren blijvend --out dossier.zip --data gegevens
  lemniscaat disclose dossier v-1a2b --bewaren tijdelijk --termijn P20Y --selectielijst "Selectielijst gemeenten" --out dossier.zip --data gegevens`,
		Args: arguments(1, 1, "VOORSTEL"),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if out == "" {
				return usage("het resultaat ontbreekt; geef --out en een bestand")
			}
			if _, err := os.Lstat(out); err == nil {
				return badInput("%s is er al; kies een ander bestand, of haal het eerst weg", out)
			}
			at, err := openPlace(env, cmd)
			if err != nil {
				return err
			}
			defer at.end(&err)
			in.Proposal = args[0]
			data, err := at.Archive(cmd.Context(), "", in)
			if errors.Is(err, screen.ErrNotFound) {
				return badInput("voorstel %q is er niet; het nummer staat in het adres van de pagina van het voorstel", in.Proposal)
			}
			if err != nil {
				return refused(env, err)
			}
			err = writeWhole(out, forAll, func(f *os.File) error { _, err := f.Write(data); return err })
			if err != nil {
				return badInput("%s kan niet geschreven worden: %v", out, err)
			}
			fmt.Fprintf(env.Out, "Dossier van %s in %s.\n", in.Proposal, filepath.Clean(out))
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&in.Keep, "bewaren", "", "hoe lang: `DUUR` is blijvend of tijdelijk")
	f.StringVar(&in.Term, "termijn", "", "bij tijdelijk: `TERMIJN`, bijvoorbeeld P20Y voor twintig jaar")
	f.StringVar(&in.List, "selectielijst", "", "`NAAM` van de selectielijst")
	f.StringVar(&in.Category, "categorie", "", "`NAAM` van de categorie in die lijst")
	f.StringVar(&out, "out", "", "schrijf in dit `BESTAND` (zip)")
	settingFlags(cmd, "data", "database", "sleutels")
	return cmd
}
