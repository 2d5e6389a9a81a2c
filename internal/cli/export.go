package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"lemniscaat/internal/i18n"
	"lemniscaat/internal/population"
	"lemniscaat/internal/rule"
)

func exportCommand(env Env) *cobra.Command {
	var flags populationFlags
	var out string
	cmd := &cobra.Command{
		Use:   "export nl:N --out MAP",
		Short: "schrijf een synthetische bevolking als CSV, met haar koppeling",
		Long: `Schrijft een synthetische bevolking als personen.csv, huishoudens.csv en koppeling.yaml. Daarmee kunt u het inlezen van eigen
gegevens oefenen: wat u ermee inleest, geeft dezelfde uitkomsten. Opvangcontracten gaan niet mee. Er zit geen echt mens in.`,
		Example: "  lemniscaat population export nl:2000 --year 2026 --out oefenen",
		Args:    arguments(1, 1, "BEVOLKING"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if out == "" {
				return usage("het resultaat ontbreekt; geef --out en een map")
			}
			p, err := flags.people(args[0])
			if err != nil {
				return err
			}
			if err := os.MkdirAll(out, 0o755); err != nil {
				return badInput("map %s kan niet gemaakt worden: %v", out, err)
			}
			x := newExport(p)
			for _, file := range []struct {
				name  string
				write func(ctx context.Context, w *bufio.Writer) error
			}{{"personen.csv", x.persons}, {"huishoudens.csv", x.households}, {"koppeling.yaml", x.mapping}} {
				name := filepath.Join(out, file.name)
				err := writeWhole(name, forAll, func(f *os.File) error {
					w := bufio.NewWriter(f)
					return errors.Join(file.write(cmd.Context(), w), w.Flush())
				})
				switch {
				case cmd.Context().Err() != nil:
					return cmd.Context().Err()
				case err != nil:
					return badInput("%s kan niet geschreven worden: %v", name, err)
				}
			}
			texts, err := i18n.Load("nl")
			if err != nil {
				return fmt.Errorf("texts: %w", err)
			}
			fmt.Fprintf(env.Out, "Synthetisch: %s huishoudens (%s) in %s. Geen echte mensen.\n", texts.Number(int64(p.Len())), p.ID(), out)
			return nil
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "schrijf in deze `MAP`")
	flags.add(cmd, env)
	return cmd
}

// export writes a population as tables.
type export struct {
	p       *population.Population
	columns []population.Column // of persons
}

func newExport(p *population.Population) *export {
	x := &export{p: p}
	for _, c := range population.Columns() {
		if !c.Household && strings.HasPrefix(c.ID, "persoon.") && !c.Leeg() {
			x.columns = append(x.columns, c)
		}
	}
	return x
}

var positions = map[population.Position]string{population.Head: "hoofd", population.Partner: "partner", population.Child: "kind", population.OtherMember: "lid"}

// name is that of a column in the table.
func exportName(id string) string {
	return strings.ReplaceAll(strings.TrimPrefix(id, "persoon."), "-", "_")
}

func (x *export) persons(ctx context.Context, w *bufio.Writer) error {
	w.WriteString("huishouden;nummer;rol;leeft_van;leeftijd") //nolint:errcheck // Flush tells
	for _, c := range x.columns {
		w.WriteString(";" + exportName(c.ID)) //nolint:errcheck // likewise
	}
	w.WriteByte('\n') //nolint:errcheck // likewise
	var h population.Household
	for i := range x.p.Len() {
		if i%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		x.p.Household(i, &h)
		for m := range h.Persons {
			p := &h.Persons[m]
			role := positions[p.Position]
			if p.Age < 18 && m > 0 && !(m == 1 && h.Type.Couple()) {
				role = "kind" // every member under 18 counts as a child of head and partner
			}
			fmt.Fprintf(w, "%d;%d;%s;%s;%d", i+1, m+1, role, p.Status, p.Age)
			for _, c := range x.columns {
				w.WriteString(";" + exportValue(c, c.Of(&h, m))) //nolint:errcheck // likewise
			}
			w.WriteByte('\n') //nolint:errcheck // likewise
		}
	}
	return nil
}

func exportValue(c population.Column, v population.Value) string {
	switch c.Kind {
	case rule.Amount:
		sign, cents := "", v.Cents
		if cents < 0 {
			sign, cents = "-", -cents
		}
		if cents%100 == 0 {
			return sign + strconv.FormatInt(cents/100, 10)
		}
		return fmt.Sprintf("%s%d,%02d", sign, cents/100, cents%100)
	case rule.Number:
		return strings.ReplaceAll(rule.Decimal(c.Datum(v).Num), ".", ",")
	case rule.Boolean:
		if v.Bool {
			return "ja"
		}
		return "nee"
	case rule.DateKind:
		return v.Date.String()
	}
	return v.Text
}

func (x *export) households(ctx context.Context, w *bufio.Writer) error {
	w.WriteString("huishouden;gewicht;type;besteedbaar;woning;gemeente\n") //nolint:errcheck // Flush tells
	var h population.Household
	for i := range x.p.Len() {
		if i%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		x.p.Household(i, &h)
		fmt.Fprintf(w, "%d;%d,%06d;%s;%d;%s;%s\n", i+1, h.Weight/1_000_000, h.Weight%1_000_000, h.Type, h.Disposable, h.Home.Tenure, h.Home.Municipality)
	}
	return nil
}

func (x *export) mapping(_ context.Context, w *bufio.Writer) error {
	fmt.Fprintf(w, `# Wat elke kolom is, en in welke eenheid. Zie docs/eigen-gegevens.md.
naam: Synthetische bevolking %[1]s
bron: "lemniscaat population export: geen echte mensen"
jaar: %[2]d
scheiding: ";"
decimaal: ","

huishoudens:
  bestand: huishoudens.csv
  kolommen:
    huishouden: huishouden
    gewicht: gewicht
    type: type
    besteedbaar: {gegeven: besteedbaar-inkomen, eenheid: euro per jaar}
    woning: woning
    gemeente: gemeentegrootte

personen:
  bestand: personen.csv
  kolommen:
    huishouden: huishouden
    nummer: [persoon, volgorde]
    rol: rol
    leeft_van: leeft-van
    leeftijd: leeftijd
`, x.p.ID(), x.p.Spec().Year)
	units := map[string]string{"€": "euro", "€/jr": "euro per jaar", "€/mnd": "euro per maand", "€/kw": "euro per kwartaal", "€/uur": "euro per uur"}
	for _, c := range x.columns {
		fmt.Fprintf(w, "    %s: {gegeven: %s", exportName(c.ID), c.ID)
		switch {
		case c.Kind == rule.Amount:
			fmt.Fprintf(w, ", eenheid: %s", units[c.Unit])
		case c.Kind == rule.Number && c.Unit != "":
			fmt.Fprintf(w, ", eenheid: %s", c.Unit)
		}
		fmt.Fprintln(w, "}")
	}
	fmt.Fprint(w, "\n# Gegevens die voor iedereen hetzelfde zijn, met de reden. Zij staan bij elke uitkomst als aanname.\nvast:\n")
	for _, c := range population.Columns() {
		if c.Leeg() && strings.HasPrefix(c.ID, "persoon.") {
			fmt.Fprintf(w, "  %s: {waarde: leeg, waarom: %q}\n", c.ID, c.Label)
		}
	}
	return nil
}
