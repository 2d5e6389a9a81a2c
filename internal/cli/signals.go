package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"lemniscaat/internal/backlog"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/store"
)

func signalsCommand(env Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "signals",
		Short: "signalen: oude lijsten met knelpunten inlezen",
		Args:  cobra.ArbitraryArgs,
		RunE:  group,
	}
	cmd.AddCommand(signalsImport(env))
	return cmd
}

// oldListOptions are the options of signals import.
type oldListOptions struct {
	data, person, place, tile, refused string
	dry, asJSON                        bool
}

func signalsImport(env Env) *cobra.Command {
	var o oldListOptions
	cmd := &cobra.Command{
		Use:   "import BESTAND --melder WIE",
		Short: "lees een oude lijst knelpunten, een Stand of e-mail in als signalen",
		Long: `Leest een oude lijst met knelpunten of een Stand van de Uitvoering (CSV), of e-mail (.eml, .mbox) in als signalen, zoals
de pagina Invoer dat doet. Begin met --proef: dan wordt er niets bewaard, en ziet u wat er zou binnenkomen.

Kolommen: regeling;artikel;tekst;soort;datum;aantal. Alleen tekst moet. Een rij die niet kan, wordt genoemd met de regel,
de reden en wat er wel kan; de andere rijen komen binnen. Wie hetzelfde bestand nog eens inleest, krijgt niets dubbel.
Persoonsgegevens in de tekst worden afgedekt.

De antwoorden gaan naar wie --melder noemt. Staat het logboek in PostgreSQL, dan mag de server blijven draaien. Met
SQLite moet hij even stil staan, of gebruikt u de pagina Invoer.

Uitgang: 0 alles kwam binnen (of was er al), 1 er zijn rijen geweigerd, 3 het bestand is niet te lezen.`,
		Example: "  lemniscaat signals import knelpunten-2025.csv --melder samira --soort onduidelijk --proef --data data",
		Args:    arguments(1, 1, "BESTAND"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.person == "" {
				return usage("geef met --melder wie de antwoorden krijgt: het id van een persoon die hier werkt")
			}
			return bringInSignals(cmd, env, args[0], o)
		},
	}
	cmd.Flags().StringVar(&o.person, "melder", "", "`WIE` de antwoorden krijgt: het id van een persoon die hier werkt")
	cmd.Flags().StringVar(&o.place, "plaats", "", "`PLAATS` voor rijen zonder regeling: regeling, of regeling/artikel")
	cmd.Flags().StringVar(&o.tile, "soort", "", "`SOORT` voor rijen zonder soort: "+backlog.Kinds)
	cmd.Flags().StringVar(&o.refused, "geweigerd", "", "`BESTAND` (CSV) waarin de geweigerde rijen komen, om te verbeteren en opnieuw in te lezen")
	cmd.Flags().BoolVar(&o.dry, "proef", false, "kijk alleen; er wordt niets bewaard")
	cmd.Flags().StringVar(&o.data, "data", "data", "`MAP` van de installatie")
	cmd.Flags().BoolVar(&o.asJSON, "json", false, "geef JSON")
	return cmd
}

func bringInSignals(cmd *cobra.Command, env Env, name string, o oldListOptions) (err error) {
	ctx := cmd.Context()
	tile := ""
	if o.tile != "" {
		var ok bool
		if tile, ok = backlog.Tile(o.tile); !ok {
			return usage("--soort %q bestaat niet; kies uit: %s", o.tile, backlog.Kinds)
		}
	}
	f, err := openFile(env, name)
	if err != nil {
		return err
	}
	content, err := io.ReadAll(io.LimitReader(f, backlog.MaxSize+1)) // one more than fits is refused by the reader
	f.Close()
	if err != nil {
		return badInput("%s", fileError(name, err))
	}
	if err := hasInstallation(ctx, o.data); err != nil {
		return err
	}
	in, err := open(ctx, env, dataFolder(o.data))
	if errors.Is(err, store.ErrLocked) {
		return &fault{Found, fmt.Errorf("%s is in gebruik; stop de server even, of lees de lijst in op de pagina Invoer", o.data)}
	}
	if err != nil {
		return err
	}
	defer in.end(&err)
	file := screen.SignalFile{Name: filepath.Base(name), Data: content, Place: o.place, Tile: screen.Tile(tile), Dry: o.dry}
	got, err := in.ImportSignals(ctx, o.person, file)
	var no *screen.Refusal
	switch {
	case errors.As(err, &no) && no.Code == "niemand-gekozen":
		return usage("--melder %q is hier geen persoon; kies uit: %s", o.person, strings.Join(in.PersonIDs(), ", "))
	case err != nil:
		return refused(env, err)
	case got.Fault != "":
		return badInput("%s: %s; %s", name, got.Fault, got.Hint)
	}
	if o.refused != "" && len(got.Refused) > 0 {
		if err := writeRefused(o.refused, got); err != nil {
			return err
		}
	}
	if o.asJSON {
		err = writeJSON(env, signalImportJSON(got))
	} else {
		tellSignals(env, name, got)
	}
	if err == nil && len(got.Refused) > 0 {
		return silent(Found)
	}
	return err
}

// writeRefused writes the rows that were refused to a file that is not there yet.
func writeRefused(name string, got screen.SignalImport) (err error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		if errors.Is(err, os.ErrExist) {
			return badInput("%s bestaat al; kies een andere naam voor de geweigerde rijen", name)
		}
		return badInput("%s kan niet geschreven worden: %v", name, err)
	}
	defer func() {
		if closed := f.Close(); err == nil {
			err = closed
		}
	}()
	var rows []backlog.Refused
	for _, r := range got.Refused {
		rows = append(rows, backlog.Refused(r))
	}
	return backlog.WriteRefused(f, got.Columns, rows)
}

// tellSignals says what came in and what did not, for people. The texts of signals
// are not printed: they are in the file.
func tellSignals(env Env, name string, got screen.SignalImport) {
	masked := 0
	places := map[string]int{}
	var order []string
	for _, r := range got.New {
		if places[r.Place]++; places[r.Place] == 1 {
			order = append(order, r.Place)
		}
		if len(r.Masked) > 0 {
			masked++
		}
	}
	said := "Ingelezen"
	if got.Dry {
		said = "Proef, er is niets bewaard. Er zouden binnenkomen"
	}
	fmt.Fprintf(env.Out, "%s: %d signalen.\n", said, len(got.New))
	for _, p := range order {
		fmt.Fprintf(env.Out, "- %s: %d\n", p, places[p])
	}
	if got.Known > 0 {
		fmt.Fprintf(env.Out, "Al eerder ingelezen: %d.\n", got.Known)
	}
	if masked > 0 {
		fmt.Fprintf(env.Out, "Persoonsgegevens afgedekt in: %d.\n", masked)
	}
	if len(got.New) > 0 {
		fmt.Fprintf(env.Out, "Antwoord uiterlijk op %s.\n", got.Due)
	}
	if len(got.Refused) == 0 {
		return
	}
	fmt.Fprintf(env.Out, "Geweigerd: %d.\n", len(got.Refused))
	for i, r := range got.Refused {
		if i == shownProblems {
			fmt.Fprintf(env.Err, "… en %d meer; met --geweigerd BESTAND krijgt u ze allemaal\n", len(got.Refused)-i)
			break
		}
		fmt.Fprintf(env.Err, "%s:%d: geweigerd: %s – %s\n", name, r.Line, r.Reason, r.Accepted)
	}
}

type importedSignal struct {
	Regel     int      `json:"regel"`
	Plaats    string   `json:"plaats"`
	Soort     string   `json:"soort"`
	Knelpunt  string   `json:"knelpunt,omitempty"`
	Afgedekt  []string `json:"afgedekt,omitempty"`
	Meldingen []string `json:"meldingen,omitempty"`
}

type refusedSignal struct {
	Regel  int    `json:"regel"`
	Reden  string `json:"reden"`
	WatKan string `json:"watKanWel"`
}

type signalImport struct {
	Proef     bool             `json:"proef"`
	Nieuw     []importedSignal `json:"nieuw"`
	Bekend    int              `json:"alBekend"`
	Geweigerd []refusedSignal  `json:"geweigerd"`
	Uiterlijk string           `json:"antwoordUiterlijk"`
}

func signalImportJSON(got screen.SignalImport) signalImport {
	out := signalImport{Proef: got.Dry, Nieuw: []importedSignal{}, Bekend: got.Known, Geweigerd: []refusedSignal{}, Uiterlijk: got.Due.String()}
	for _, r := range got.New {
		out.Nieuw = append(out.Nieuw, importedSignal{r.Line, r.Place, string(r.Tile), strings.TrimPrefix(r.Issue.Href, "/knelpunten/"), r.Masked, r.Notes})
	}
	for _, r := range got.Refused {
		out.Geweigerd = append(out.Geweigerd, refusedSignal{Regel: r.Line, Reden: r.Reason, WatKan: r.Accepted})
	}
	return out
}
