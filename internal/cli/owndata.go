package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"lemniscaat/internal/i18n"
	"lemniscaat/internal/population"
	"lemniscaat/internal/population/importer"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/simulate"
)

func importDataCommand(env Env) *cobra.Command {
	var mapping, out, data string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "import GEGEVENS… --mapping KOPPELING --out BESTAND",
		Short: "lees eigen gegevens (CSV of Parquet) in als bevolking",
		Long: `Leest eigen gegevens over personen en huishoudens in, zodat simulate erop kan rekenen. De koppeling is een YAML-bestand dat
zegt wat elke kolom is en in welke eenheid. Wat niet te lezen is, wordt geweigerd met het nummer van de rij. Alles blijft
op deze machine. Zie docs/eigen-gegevens.md.`,
		Example: "  lemniscaat population import personen.csv --mapping koppeling.yaml --out eigen.bevolking\n" +
			"  lemniscaat population import personen.parquet huishoudens.parquet --mapping koppeling.yaml --out eigen.bevolking",
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) == 0:
				return usage("de gegevens ontbreken; geef een CSV of Parquet, of twee: personen en huishoudens")
			case mapping == "":
				return usage("de koppeling ontbreekt; geef --mapping koppeling.yaml")
			case out == "":
				return usage("het resultaat ontbreekt; geef --out eigen.bevolking")
			}
			text, err := readFile(env, mapping)
			if err != nil {
				return err
			}
			set, _, err := rulesFor(cmd.Context(), env, data, nil)
			if err != nil {
				return err
			}
			m, ds := importer.Read(mapping, text, set, dataIDs(set))
			if ds.Err() != nil {
				return &fault{Input, ds.Err()}
			}
			report, err := importData(cmd.Context(), env, m, args, out)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(env, imported(report))
			}
			texts, err := i18n.Load("nl")
			if err != nil {
				return fmt.Errorf("texts: %w", err)
			}
			printImported(env, out, report, texts)
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&mapping, "mapping", "", "`BESTAND` dat zegt wat elke kolom is (YAML)")
	f.StringVar(&out, "out", "", "bewaar de bevolking in dit `BESTAND`")
	f.StringVar(&data, "data", "", "`MAP` van een installatie; haar aangenomen versies gelden mee")
	f.BoolVar(&asJSON, "json", false, "geef JSON")
	return cmd
}

// dataIDs are the data of persons and households that rules know.
func dataIDs(set *regulation.Set) []string {
	var ids []string
	for _, o := range set.Model.Objects {
		for _, a := range o.Attributes {
			if id := a.ID(); strings.HasPrefix(id, "persoon.") || strings.HasPrefix(id, "huishouden.") {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// importData writes the population file whole, or not at all. Who imports reads
// it, and nobody else.
func importData(ctx context.Context, env Env, m *importer.Mapping, names []string, out string) (*importer.Report, error) {
	dir := filepath.Dir(out)
	var report *importer.Report
	var bar *progress
	shown := ""
	err := writeWhole(out, forOne, func(f *os.File) error {
		var err error
		report, err = m.Import(ctx, names, f, importer.Options{Folder: dir, Progress: func(what string, done, total int64) {
			if what != shown {
				if bar != nil {
					bar.done()
				}
				bar, shown = newProgress(env, what), what
			}
			bar.step(int(done), int(total))
		}})
		return err
	})
	if bar != nil {
		bar.done()
	}
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, importer.ErrData):
		return nil, &fault{Input, err}
	case err != nil:
		return nil, badInput("%s kan niet geschreven worden: %v", out, err)
	}
	return report, nil
}

// importedFile is what import says of one file; the names are a contract.
type importedFile struct {
	Name   string   `json:"bestand"`
	Rows   int64    `json:"rijen"`
	Sorted bool     `json:"gesorteerd"`
	Unused []string `json:"nietGebruikt"`
}

type importedJSON struct {
	ID         string         `json:"id"`
	Synthetic  bool           `json:"synthetisch"`
	Name       string         `json:"naam"`
	Source     string         `json:"bron"`
	Year       int            `json:"jaar"`
	Households int            `json:"huishoudens"`
	Persons    int            `json:"personen"`
	Weighted   float64        `json:"gewogenNaar"`
	Lacks      []string       `json:"ontbreekt"`
	Files      []importedFile `json:"bestanden"`
}

func imported(r *importer.Report) importedJSON {
	out := importedJSON{ID: r.ID, Name: r.Name, Source: r.Source, Year: r.Year, Households: r.Households, Persons: r.Persons,
		Weighted: float64(r.Weight) / 1e6, Lacks: []string{}, Files: []importedFile{}}
	for _, l := range r.Lacks {
		out.Lacks = append(out.Lacks, string(l))
	}
	for _, f := range r.Files {
		out.Files = append(out.Files, importedFile{f.Name, f.Rows, f.Sorted, append([]string{}, f.Unused...)})
	}
	return out
}

func printImported(env Env, out string, r *importer.Report, texts *i18n.Catalogue) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\nEigen gegevens: %s (%s). Zij blijven op deze machine.\n%s personen in %s huishoudens, gewogen naar %s. Jaar %d. Bewaard in %s.\n", r.ID, r.Name, r.Source,
		texts.Number(int64(r.Persons)), texts.Number(int64(r.Households)), texts.Number((r.Weight+500_000)/1_000_000), r.Year, out)
	for _, f := range r.Files {
		fmt.Fprintf(&b, "%s: %s rijen", f.Name, texts.Number(f.Rows))
		if f.Sorted {
			b.WriteString(", gesorteerd op huishouden")
		}
		if len(f.Unused) > 0 {
			fmt.Fprintf(&b, "; niet gebruikt: %s", strings.Join(f.Unused, ", "))
		}
		b.WriteString(".\n")
	}
	for _, l := range r.Lacks {
		fmt.Fprintf(&b, "Niet bekend: %s. Maten die dat nodig hebben, komen niet in de uitkomst.\n", l)
	}
	fmt.Fprint(env.Out, strings.ReplaceAll(b.String(), "\u00a0", " "))
}

// describeOwn says what own data are. Small numbers are not said.
func describeOwn(ctx context.Context, env Env, own *population.Own, name string, asJSON bool) error {
	d := described{}
	if err := d.read(ctx, own); err != nil {
		return &fault{Input, fmt.Errorf("%s: %w", name, err)}
	}
	head := own.Head()
	d.ID, d.Year, d.Weighted, d.Bytes = own.ID(), head.Year, float64(head.Weight)/1e6, own.Size()
	return printOwn(env, &d, head, asJSON)
}

// ownDescribed is what describe says of own data; the names are a contract.
type ownDescribed struct {
	ID          string                     `json:"id"`
	Synthetic   bool                       `json:"synthetisch"`
	Name        string                     `json:"naam"`
	Source      string                     `json:"bron"`
	Year        int                        `json:"jaar"`
	Households  int                        `json:"huishoudens"`
	Persons     int                        `json:"personen"`
	Weighted    float64                    `json:"gewogenNaar"`
	Bytes       int64                      `json:"bytes"`
	Fields      []population.Field         `json:"gegevens"`
	Lacks       []population.Fact          `json:"ontbreekt"`
	Assumptions []population.OwnAssumption `json:"aannames"`
	Types       []ownType                  `json:"typen"`
}

// ownType has null for what is not shown.
type ownType struct {
	Name       string   `json:"type"`
	Rows       *int     `json:"huishoudens"`
	Persons    *int     `json:"personen"`
	Households *float64 `json:"gewogen"`
}

func printOwn(env Env, d *described, head population.OwnHead, asJSON bool) error {
	out := ownDescribed{d.ID, false, head.Name, head.Source, d.Year, d.Households, d.Persons, d.Weighted, d.Bytes, head.Fields, head.Lacks, head.Assumptions, []ownType{}}
	rows := make([][]int, len(d.Types))
	for i, t := range d.Types {
		rows[i] = []int{t.Rows}
	}
	shown := population.Hide(rows)
	for i, t := range d.Types {
		x := ownType{Name: t.Name}
		if shown[i] {
			x.Rows, x.Persons, x.Households = &t.Rows, &t.Persons, &t.Households
		}
		out.Types = append(out.Types, x)
	}
	if asJSON {
		return writeJSON(env, out)
	}
	texts, err := i18n.Load("nl")
	if err != nil {
		return fmt.Errorf("texts: %w", err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\nEigen gegevens: %s (%s). Niet synthetisch: zij blijven op deze machine.\n%s personen in %s huishoudens. Jaar %d, gewogen naar %s huishoudens.\nBestand: %s MB, alle blokken zijn heel.\n",
		out.ID, out.Name, out.Source, texts.Number(int64(out.Persons)), texts.Number(int64(out.Households)), out.Year, texts.Number(int64(out.Weighted+0.5)), texts.Decimal(float64(out.Bytes)/1e6, 1))
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "\ntype\thuishoudens\tgewogen\tpersonen\t\n")
	hidden := false
	for _, t := range out.Types {
		if t.Rows == nil {
			hidden = true
			fmt.Fprintf(w, "%s\t·\t·\t·\t\n", t.Name)
			continue
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t\n", t.Name, texts.Number(int64(*t.Rows)), texts.Number(int64(*t.Households+0.5)), texts.Number(int64(*t.Persons)))
	}
	w.Flush() //nolint:errcheck // a strings.Builder does not fail
	if hidden {
		fmt.Fprintf(&b, "· betekent: niet getoond, omdat er minder dan %d rijen achter staan of omdat die dan zijn uit te rekenen.\n", population.SmallestCell)
	}
	w = tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "\ngegeven\tsoort\teenheid\t\n")
	for _, f := range out.Fields {
		note := ""
		switch {
		case f.Empty:
			note = "leeg voor iedereen"
		case f.Assumption != "":
			note = "aangenomen"
		case f.Partly:
			note = "niet van iedereen bekend"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", f.ID, f.Kinded, f.Unit, note)
	}
	w.Flush() //nolint:errcheck // likewise
	for _, l := range out.Lacks {
		fmt.Fprintf(&b, "Niet bekend: %s.\n", l)
	}
	fmt.Fprint(env.Out, strings.ReplaceAll(b.String(), "\u00a0", " "))
	return nil
}

// tooFew stands where a number of real people is not shown.
const tooFew = "niet getoond: te weinig mensen"

// printPeople says on whom a run was done.
func printPeople(w io.Writer, r *simulate.Result, texts *i18n.Catalogue) {
	p := r.Population
	if !p.Own {
		fmt.Fprintf(w, "\nSynthetisch: %s mensen in %s huishoudens (%s). Geen echte mensen.\n", texts.Number(p.Persons), texts.Number(p.Households), p.ID)
		return
	}
	fmt.Fprintf(w, "\nEigen gegevens: %s (%s), %s mensen in %s huishoudens, gewogen naar %s (%s).\nGetallen met minder dan %d rijen erachter staan er niet bij.\n",
		p.Name, p.Source, texts.Number(int64(p.PersonRows)), texts.Number(int64(p.Rows)), texts.Number(p.Households), p.ID, population.SmallestCell)
}

// withheldShown is how much of what is not shown is named in text.
const withheldShown = 8

// printWithheld says what is not shown of real people.
func printWithheld(w io.Writer, results []*simulate.Result) {
	var all []string
	for _, r := range results {
		for _, what := range r.Withheld {
			if !slices.Contains(all, what) {
				all = append(all, what)
			}
		}
	}
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(w, "\nNiet getoond, omdat het iets over enkele mensen kan zeggen of nog niet afgeschermd kan worden:\n")
	for _, what := range all[:min(len(all), withheldShown)] {
		fmt.Fprintf(w, "  %s\n", what)
	}
	if n := len(all) - withheldShown; n > 0 {
		fmt.Fprintf(w, "  en nog %d; --json noemt ze allemaal\n", n)
	}
}
