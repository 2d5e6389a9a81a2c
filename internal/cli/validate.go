package cli

import (
	"bytes"
	"fmt"
	"os"
	"runtime"

	"github.com/spf13/cobra"

	"lemniscaat/internal/i18n"
	"lemniscaat/internal/population"
	"lemniscaat/internal/validation"
)

func validateCommand(env Env) *cobra.Command {
	var seed uint64
	var out string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "validate nl:N",
		Short: "vergelijk de bevolking en wat regelingen haar geven met gepubliceerde cijfers",
		Long: `Rekent de regelingen van het programma door op een synthetische bevolking en zet de uitkomsten naast wat
gepubliceerd is: ontvangers, bedragen, armoede, en een wijziging die al eens is doorgerekend. Bij elk cijfer staat of de
bevolking erop is aangepast of dat het een toets is. Zo is docs/validatie.md gemaakt.`,
		Example: "  lemniscaat population validate nl:100000 --out docs/validatie.md",
		Args:    arguments(1, 1, "BEVOLKING"),
		RunE: func(cmd *cobra.Command, args []string) error {
			spec, err := population.Parse(args[0])
			if err != nil {
				return &fault{Usage, err}
			}
			if spec.N == population.All {
				return usage("kies een aantal, bijvoorbeeld nl:100000; meer huishoudens maakt de vergelijking niet anders")
			}
			set, err := rulesInForce(cmd.Context(), env, "")
			if err != nil {
				return err
			}
			report, err := validation.Run(cmd.Context(), set, spec.N, seed, runtime.GOMAXPROCS(0))
			if err != nil {
				return fmt.Errorf("validate: %w", err)
			}
			if asJSON {
				return writeJSON(env, report)
			}
			texts, err := i18n.Load("nl")
			if err != nil {
				return fmt.Errorf("texts: %w", err)
			}
			command := fmt.Sprintf("lemniscaat population validate nl:%d --seed %d --out docs/validatie.md", spec.N, seed)
			var b bytes.Buffer
			if err := report.Markdown(&b, texts, command); err != nil {
				return err
			}
			if out == "" {
				_, err = env.Out.Write(b.Bytes())
				return err
			}
			if err := os.WriteFile(out, b.Bytes(), 0o644); err != nil {
				return badInput("%s kan niet geschreven worden: %v", out, err)
			}
			return nil
		},
	}
	cmd.Flags().Uint64Var(&seed, "seed", 1, "`GETAL` waar het toeval uit volgt")
	cmd.Flags().StringVar(&out, "out", "", "schrijf naar dit `BESTAND`; zonder: naar het scherm")
	cmd.Flags().BoolVar(&asJSON, "json", false, "geef JSON")
	return cmd
}
