package cli

import (
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lemniscaat/internal/audit"

	"github.com/spf13/cobra"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/outcome"
	"lemniscaat/internal/screen"
)

func outcomesCommand(env Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "outcomes",
		Short: "uitkomsten van zaaksystemen: inlezen, nakijken, opnieuw tellen",
		Args:  cobra.ArbitraryArgs,
		RunE:  group,
	}
	cmd.AddCommand(outcomesImport(env), outcomesVerify(env), outcomesRebuild(env))
	return cmd
}

// shownProblems is how many faults of a file are printed.
const shownProblems = 20

func outcomesImport(env Env) *cobra.Command {
	var data string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "import BESTAND",
		Short: "lees uitkomsten in van elke omvang: CSV, of CloudEvents per regel (NDJSON)",
		Long: `Leest uitkomsten uit een zaaksysteem in en meet ermee. Het bestand wordt twee keer gelezen: eerst om alles na te
kijken, dan om het in te lezen. Is er één fout, dan komt niets binnen. Dezelfde uitkomst telt één keer; na een
onderbreking leest hetzelfde bestand de rest in.

CSV: ` + strings.Join(outcome.Columns(), ";") + `
Mag erbij: ` + strings.Join(outcome.MoreColumns(), ";") + `
NDJSON: op elke regel een CloudEvent met type ` + outcome.EventType,
		Example: "  lemniscaat outcomes import besluiten-2026.csv --data data",
		Args:    arguments(1, 1, "BESTAND"),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			name := args[0]
			if info, err := os.Stat(name); err != nil || !info.Mode().IsRegular() {
				if err == nil {
					return badInput("%s is geen gewoon bestand; het wordt twee keer gelezen", name)
				}
				return badInput("%s", fileError(name, err))
			}
			in, err := open(cmd.Context(), env, dataFolder(data))
			if err != nil {
				return err
			}
			defer in.end(&err)
			began := time.Now()
			got, err := in.ImportFile(cmd.Context(), string(loop.System), filepath.Base(name), func() (io.ReadCloser, error) { return os.Open(name) })
			if err != nil {
				return refused(env, err)
			}
			told := map[string]bool{} // the hint, once for each kind of fault
			for i, r := range got.Refused {
				if i == shownProblems {
					fmt.Fprintf(env.Err, "… en %d meer\n", len(got.Refused)-i)
					break
				}
				fmt.Fprintf(env.Err, "%s:%d: fout: %s", name, r.Line, r.Text)
				if r.Hint != "" && !told[r.Code] {
					fmt.Fprintf(env.Err, " – %s", r.Hint)
				}
				told[r.Code] = true
				fmt.Fprintf(env.Err, " [%s]\n", r.Code)
			}
			if len(got.Refused) > 0 {
				fmt.Fprintln(env.Err, "Er is niets ingelezen.")
				return silent(Input)
			}
			if asJSON {
				return writeJSON(env, struct {
					Rijen         map[string]int `json:"rijen"`
					Nieuw         int            `json:"nieuw"`
					Bekend        int            `json:"alBekend"`
					ZonderContact int            `json:"zonderContact"`
					Gemeten       []string       `json:"gemeten"`
				}{got.Rows, got.New, got.Known, got.Unheard, append([]string{}, got.Measured...)})
			}
			for _, reg := range slices.Sorted(maps.Keys(got.Rows)) {
				fmt.Fprintf(env.Out, "%s: %d uitkomsten.\n", reg, got.Rows[reg])
			}
			fmt.Fprintf(env.Out, "Nieuw: %d. Al bekend: %d. In %s.\n", got.New, got.Known, time.Since(began).Round(100*time.Millisecond))
			if got.Unheard > 0 {
				fmt.Fprintf(env.Out, "Zwaar voor de burger, zonder contact en zonder wettelijke uitzondering: %d.\n", got.Unheard)
			}
			for _, m := range got.Measured {
				fmt.Fprintln(env.Out, "- "+m)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&data, "data", "data", "`MAP` van de installatie")
	cmd.Flags().BoolVar(&asJSON, "json", false, "geef JSON")
	return cmd
}

func outcomesVerify(env Env) *cobra.Command {
	var data string
	cmd := &cobra.Command{
		Use:   "verify --data MAP",
		Short: "vergelijk de uitkomsten met wat het logboek ervan zegt",
		Long: `Het logboek kent van elke levering het aantal uitkomsten en hun vingerafdruk. Deze opdracht rekent die na: een
uitkomst die later is veranderd, toegevoegd of weggehaald valt op. Dat kan ook terwijl de installatie draait.`,
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			log, err := readLog(cmd.Context(), data)
			if err != nil {
				return err
			}
			defer log.Close()
			got, err := audit.CheckFacts(cmd.Context(), log)
			if err != nil {
				return err
			}
			if len(got.Wrong) == 0 {
				fmt.Fprintf(env.Out, "De uitkomsten kloppen met het logboek: %d uitkomsten in %d leveringen.\n", got.Facts, got.Batches)
				return nil
			}
			for _, seq := range got.Wrong {
				fmt.Fprintf(env.Out, "De uitkomsten van gebeurtenis %d zijn niet wat het logboek zegt.\n", seq)
			}
			return silent(Found)
		},
	}
	cmd.Flags().StringVar(&data, "data", "data", "`MAP` van de installatie")
	return cmd
}

func outcomesRebuild(env Env) *cobra.Command {
	var data string
	cmd := &cobra.Command{
		Use:   "rebuild --data MAP",
		Short: "tel de uitkomsten opnieuw op",
		Long: `Telt de tabellen waar de pagina's mee werken opnieuw op uit de uitkomsten zelf, en zegt of zij klopten. Stop de
installatie eerst.`,
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if err := hasInstallation(cmd.Context(), data); err != nil {
				return err
			}
			in, err := open(cmd.Context(), env, dataFolder(data))
			if err != nil {
				return err
			}
			defer in.end(&err)
			began := time.Now()
			var got screen.Rebuilt
			if got, err = in.RebuildCube(cmd.Context()); err != nil {
				return err
			}
			fmt.Fprintf(env.Out, "%d uitkomsten opnieuw geteld in %d cellen, in %s.\n", got.Facts, got.Cells, time.Since(began).Round(100*time.Millisecond))
			if got.Differs > 0 {
				fmt.Fprintf(env.Out, "%d cellen klopten niet en zijn hersteld.\n", got.Differs)
				return silent(Found)
			}
			fmt.Fprintln(env.Out, "Alles klopte al.")
			return nil
		},
	}
	cmd.Flags().StringVar(&data, "data", "data", "`MAP` van de installatie")
	return cmd
}
