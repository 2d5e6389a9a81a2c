package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"lemniscaat/internal/i18n"
	"lemniscaat/internal/population"
	"lemniscaat/internal/simulate"
)

func populationCommand(env Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "population",
		Short: "maak, lees in of beschrijf een bevolking",
		Long: `Maakt een synthetische bevolking als bestand, leest eigen gegevens in, of beschrijft wat er in een bestand zit. In
een synthetische bevolking zit geen echt mens. Een grote bevolking uit een bestand lezen gaat sneller dan haar maken; de uitkomst is dezelfde.`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("wat? Kies uit: %s", commandNames(cmd))
			}
			return usage("onbekende opdracht %q%s; kies uit: %s", args[0], didYouMean(cmd, args[0]), commandNames(cmd))
		},
	}
	cmd.AddCommand(generateCommand(env), importDataCommand(env), exportCommand(env), describeCommand(env), validateCommand(env))
	return cmd
}

// populationFlags are what a population depends on beside its name.
type populationFlags struct {
	year       int
	seed       uint64
	households float64
}

func (f *populationFlags) add(cmd *cobra.Command, env Env) {
	cmd.Flags().IntVar(&f.year, "year", env.Now().Year(), "`JAAR` van de leeftijden en inkomens; zonder: dit jaar")
	cmd.Flags().Uint64Var(&f.seed, "seed", 1, "`GETAL` waar het toeval uit volgt: zelfde getal, zelfde bevolking")
	cmd.Flags().Float64Var(&f.households, "households", 0, "weeg naar dit `AANTAL` huishoudens, zoals van één gemeente; zonder: heel Nederland")
}

func (f *populationFlags) people(name string) (*population.Population, error) {
	spec, err := population.Parse(name)
	if err != nil {
		return nil, &fault{Usage, err}
	}
	spec.Year, spec.Seed, spec.Households = f.year, f.seed, f.households
	return newPeople(spec)
}

func newPeople(spec population.Spec) (*population.Population, error) {
	p, err := population.New(spec)
	switch {
	case errors.Is(err, population.ErrSpec):
		return nil, &fault{Usage, err}
	case err != nil:
		return nil, fmt.Errorf("population: %w", err)
	}
	return p, nil
}

func generateCommand(env Env) *cobra.Command {
	var flags populationFlags
	var out string
	cmd := &cobra.Command{
		Use:   "generate nl:N",
		Short: "maak een bevolking en bewaar haar als bestand",
		Long: `Maakt een synthetische bevolking en bewaart haar als bestand. nl:all is één huishouden voor elk van de 8,4 miljoen
van het land. Zonder --out komt het bestand in de map waar simulate het vanzelf vindt.`,
		Example: "  lemniscaat population generate nl:all --year 2026",
		Args:    arguments(1, 1, "BEVOLKING"),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := flags.people(args[0])
			if err != nil {
				return err
			}
			if out == "" {
				out = cachedFile(p)
			}
			if out == "" {
				return usage("er is geen map om bevolkingen te bewaren; geef een bestand op met --out")
			}
			start := env.Now()
			if err := makeFile(cmd.Context(), env, p, out); err != nil {
				return err
			}
			f, closeFile, err := openPeopleFile(out, p)
			if err != nil {
				return err
			}
			defer closeFile()
			texts, err := i18n.Load("nl")
			if err != nil {
				return fmt.Errorf("texts: %w", err)
			}
			fmt.Fprintf(env.Out, "%s: %s huishoudens, %s personen, %s MB, gemaakt in %s seconden.\n", out,
				texts.Number(int64(f.Len())), texts.Number(int64(f.Rows())), texts.Decimal(float64(f.Size())/1e6, 1),
				texts.Decimal(env.Now().Sub(start).Seconds(), 1))
			return nil
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "bewaar in dit `BESTAND`")
	flags.add(cmd, env)
	return cmd
}

func describeCommand(env Env) *cobra.Command {
	var flags populationFlags
	var compare, asJSON bool
	cmd := &cobra.Command{
		Use:   "describe BESTAND|nl:N",
		Short: "zeg wat er in een bevolking zit",
		Long: `Zegt wat er in een synthetische bevolking zit. Een bestand wordt daarbij helemaal gelezen en op fouten nagekeken.
Met --compare staan de gepubliceerde cijfers naast die van de bevolking.`,
		Example: "  lemniscaat population describe nl:20000 --compare",
		Args:    arguments(1, 1, "BEVOLKING"),
		RunE: func(cmd *cobra.Command, args []string) error {
			var d described
			var p *population.Population
			if strings.HasPrefix(args[0], "nl:") {
				var err error
				if p, err = flags.people(args[0]); err != nil {
					return err
				}
				if err := d.read(cmd.Context(), population.Rows(p)); err != nil {
					return err
				}
			} else if own, closeOwn, err := openOwn(args[0]); err != nil {
				return err
			} else if own != nil {
				defer closeOwn()
				if compare {
					return usage("--compare vergelijkt een synthetische bevolking; dit zijn eigen gegevens")
				}
				return describeOwn(cmd.Context(), env, own, args[0], asJSON)
			} else {
				f, closeFile, err := openPeopleFile(args[0], nil)
				if err != nil {
					return err
				}
				defer closeFile()
				if err := d.read(cmd.Context(), f); err != nil {
					return &fault{Input, fmt.Errorf("%s: %w", args[0], err)}
				}
				p, d.Bytes = f.Population, f.Size()
			}
			spec := p.Spec()
			d.ID, d.Year, d.Seed, d.Weighted, d.Synthetic = p.ID(), spec.Year, spec.Seed, spec.Households, true
			if compare {
				c, err := population.Diagnose(cmd.Context(), p, runtime.GOMAXPROCS(0))
				if err != nil {
					return fmt.Errorf("compare: %w", err)
				}
				for _, x := range c.Checks {
					d.Compared = append(d.Compared, compared{x.ID, x.Label, x.Table, x.Period, x.Status, x.License, x.Use, x.Use == "toets", x.Unit, x.Value, x.Model, x.Off()})
				}
			}
			if asJSON {
				return writeJSON(env, d)
			}
			texts, err := i18n.Load("nl")
			if err != nil {
				return fmt.Errorf("texts: %w", err)
			}
			return d.print(env, texts)
		},
	}
	cmd.Flags().BoolVar(&compare, "compare", false, "vergelijk met de gepubliceerde cijfers")
	cmd.Flags().BoolVar(&asJSON, "json", false, "geef JSON")
	flags.add(cmd, env)
	return cmd
}

// described is what describe says; the names are a contract.
type described struct {
	ID         string          `json:"id"`
	Synthetic  bool            `json:"synthetisch"`
	Year       int             `json:"jaar"`
	Seed       uint64          `json:"zaad"`
	Households int             `json:"huishoudens"`
	Persons    int             `json:"personen"`
	Weighted   float64         `json:"gewogenNaar"`
	Bytes      int64           `json:"bytes,omitempty"`
	Types      []describedType `json:"typen"`
	Compared   []compared      `json:"vergeleken,omitempty"`
}

type describedType struct {
	Name       string  `json:"type"`
	Rows       int     `json:"huishoudens"`
	Persons    int     `json:"personen"`
	Households float64 `json:"gewogen"`
}

type compared struct {
	ID        string  `json:"id"`
	Label     string  `json:"omschrijving"`
	Table     string  `json:"bron"`
	Period    string  `json:"periode"`
	Status    string  `json:"status"`
	License   string  `json:"licentie"`
	Use       string  `json:"gebruik"`
	HeldOut   bool    `json:"toets"`
	Unit      string  `json:"eenheid"`
	Published float64 `json:"gepubliceerd"`
	Model     float64 `json:"model"`
	Off       float64 `json:"verschilProcent"`
}

func (d *described) read(ctx context.Context, people population.Blocks) error {
	var b population.Block
	var weights [population.Types]int64
	d.Types = make([]describedType, population.Types)
	const step = 16_384
	for first := 0; first < people.Len(); first += step {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := people.Block(first, min(step, people.Len()-first), &b); err != nil {
			return err
		}
		for i, ty := range b.Types {
			d.Types[ty].Rows++
			d.Types[ty].Persons += int(b.Starts[i+1] - b.Starts[i])
			weights[ty] += b.Weights[i]
		}
		d.Persons += b.Persons()
	}
	d.Households = people.Len()
	for ty := range population.Types {
		d.Types[ty].Name, d.Types[ty].Households = ty.String(), float64(weights[ty])/1e6
	}
	return nil
}

func (d *described) print(env Env, texts *i18n.Catalogue) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\nSynthetisch: %s personen in %s huishoudens. Geen echte mensen.\nJaar %d, zaad %d, gewogen naar %s huishoudens.\n",
		d.ID, texts.Number(int64(d.Persons)), texts.Number(int64(d.Households)), d.Year, d.Seed, texts.Number(int64(d.Weighted+0.5)))
	if d.Bytes > 0 {
		fmt.Fprintf(&b, "Bestand: %s MB, alle blokken zijn heel.\n", texts.Decimal(float64(d.Bytes)/1e6, 1))
	}
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "\ntype\thuishoudens\tgewogen\tpersonen\t\n")
	for _, t := range d.Types {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t\n", t.Name, texts.Number(int64(t.Rows)), texts.Number(int64(t.Households+0.5)), texts.Number(int64(t.Persons)))
	}
	w.Flush() //nolint:errcheck // a strings.Builder does not fail
	if len(d.Compared) > 0 {
		w = tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		fmt.Fprintf(w, "\ncijfer\tgebruik\tgepubliceerd\tbevolking\tverschil\n")
		for _, c := range d.Compared {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s %%\n", c.Label, c.Use, texts.Decimal(c.Published, 1), texts.Decimal(c.Model, 1), texts.Decimal(c.Off, 1))
		}
		w.Flush() //nolint:errcheck // a strings.Builder does not fail
	}
	fmt.Fprint(env.Out, strings.ReplaceAll(b.String(), "\u00a0", " "))
	return nil
}

// cachedFile is where the file of a population stands when nobody says where;
// "" when there is no such place.
func cachedFile(p *population.Population) string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "lemniscaat", "populaties", strings.ReplaceAll(p.ID(), ":", "-")+".bevolking")
}

// makeFile writes the file of a population whole, or not at all.
func makeFile(ctx context.Context, env Env, p *population.Population, name string) error {
	if dir := filepath.Dir(name); dir != "" {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return badInput("%s kan niet geschreven worden: %v", name, err)
		}
	}
	bar := newProgress(env, "bevolking maken")
	err := writeWhole(name, forAll, func(f *os.File) error {
		w := bufio.NewWriterSize(f, 1<<20)
		return errors.Join(population.Write(ctx, w, p, runtime.GOMAXPROCS(0), bar.step), w.Flush())
	})
	bar.done()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return badInput("%s kan niet geschreven worden: %v", name, err)
	}
	return nil
}

// Who may read a file: everybody, or who made it alone, when real people may be
// in it.
const (
	forAll fs.FileMode = 0o644
	forOne fs.FileMode = 0o600
)

// writeWhole makes a file, or leaves nothing.
func writeWhole(name string, mode fs.FileMode, write func(f *os.File) error) (err error) {
	dir, base := filepath.Split(name)
	f, err := os.CreateTemp(dir, "."+base+".half-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name()) //nolint:errcheck // what matters is the error before
		}
	}()
	if err := write(f); err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Chmod(mode), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

// openOwn opens a file of own data; nil without an error when it is another file.
func openOwn(name string) (*population.Own, func(), error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, badInput("%s", fileError(name, err))
	}
	done := func() { f.Close() }
	info, err := f.Stat()
	if err != nil {
		done()
		return nil, nil, badInput("%s", fileError(name, err))
	}
	if info.IsDir() || !population.IsOwn(f) {
		done()
		return nil, nil, nil
	}
	own, err := population.OpenOwn(f, info.Size())
	if err != nil {
		done()
		return nil, nil, &fault{Input, fmt.Errorf("%s: %w", name, err)}
	}
	return own, done, nil
}

// openPeopleFile opens a population file; p, which may be nil, is what has to
// be in it.
func openPeopleFile(name string, p *population.Population) (*population.File, func(), error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, badInput("%s", fileError(name, err))
	}
	done := func() { f.Close() }
	info, err := f.Stat()
	if err != nil || info.IsDir() {
		done()
		return nil, nil, badInput("%s is een map, geen bestand", name)
	}
	var file *population.File
	if p != nil {
		file, err = p.Open(f, info.Size())
	} else {
		file, err = population.Open(f, info.Size())
	}
	if err != nil {
		done()
		return nil, nil, &fault{Input, fmt.Errorf("%s: %w", name, err)}
	}
	return file, done, nil
}

// large is the number of households from which on a population is kept in a
// file when it has to be made.
const large = 1_000_000

// people gives the population of a simulation: from the named file, from the
// file that is kept of it, or made. A large one is made once, and kept. For the
// zero Spec it is what is in the named file.
func people(ctx context.Context, env Env, spec population.Spec, file string) (simulate.People, func(), error) {
	nothing := func() {}
	if file != "" {
		own, done, err := openOwn(file)
		switch {
		case err != nil:
			return nil, nil, err
		case own != nil && spec.N != 0:
			done()
			return nil, nil, usage("%s heeft eigen gegevens; laat --population weg", file)
		case own != nil:
			return own, done, nil
		}
	}
	if spec.N == 0 {
		return sourceOf(openPeopleFile(file, nil))
	}
	p, err := newPeople(spec)
	if err != nil {
		return nil, nil, err
	}
	if file != "" {
		return sourceOf(openPeopleFile(file, p))
	}
	kept := cachedFile(p)
	if exists(kept) {
		f, done, err := openPeopleFile(kept, p)
		if err == nil {
			return f, done, nil
		}
		fmt.Fprintf(env.Err, "let op: %v\n", err)
	}
	if p.Len() < large || kept == "" {
		return p, nothing, nil
	}
	if err := makeFile(ctx, env, p, kept); err != nil {
		if ctx.Err() != nil {
			return nil, nil, err
		}
		fmt.Fprintf(env.Err, "let op: %v; de bevolking wordt niet bewaard\n", err)
		return p, nothing, nil
	}
	fmt.Fprintf(env.Err, "bevolking bewaard in %s\n", kept)
	return sourceOf(openPeopleFile(kept, p))
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

func sourceOf(f *population.File, done func(), err error) (simulate.People, func(), error) {
	if err != nil {
		return nil, nil, err
	}
	return f, done, nil
}
