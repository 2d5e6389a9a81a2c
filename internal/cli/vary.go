package cli

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"lemniscaat/internal/curve"
	"lemniscaat/internal/dossier"
	"lemniscaat/internal/i18n"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/spelling"
)

func varyCommand(env Env) *cobra.Command {
	var caseFile, preset, data string
	var variantFiles []string
	var date dateFlag
	var asJSON, asCSV bool
	spec := curve.Spec{}
	cmd := &cobra.Command{
		Use:   "vary --household NAAM|--case BESTAND --date DATUM",
		Short: "laat het inkomen van één huishouden oplopen: wat houdt het over?",
		Long: `Laat het inkomen van één persoon oplopen en rekent bij elk inkomen uit wat het huishouden in een jaar te besteden heeft:
alle regelingen samen, vandaag en met een variant. Ook staat er wat het huishouden van € 1.000 meer niet overhoudt
(de marginale druk), en waar meer verdienen geld kost, tot op de euro en met de regel die het doet.
De definities staan in docs/simulatie.md.`,
		Example: "  lemniscaat vary --household eenouder --date 2026-07-01\n" +
			"  lemniscaat vary --case dossier.yaml --from 20000 --to 50000 --step 50 --csv\n" +
			"  lemniscaat vary --household gezin --date 2026-07-01 --variant hogere-kop.yaml --json",
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case (caseFile == "") == (preset == ""):
				return usage("kies één huishouden: --case BESTAND, of --household met %s", presetNames())
			case asJSON && asCSV:
				return usage("kies --json of --csv")
			}
			set, _, err := rulesFor(cmd.Context(), env, data, nil)
			if err != nil {
				return err
			}
			spec.Date = date.Date
			if spec.File, err = householdFor(env, set, caseFile, preset, date); err != nil {
				return err
			}
			spec.Sides = []curve.Side{{Set: set}}
			for _, file := range variantFiles {
				v, changed, err := laidOver(env, set, file)
				if err != nil {
					return err
				}
				if slices.ContainsFunc(spec.Sides, func(s curve.Side) bool { return s.ID == v.ID }) {
					return usage("de variant %s staat er twee keer", v.ID)
				}
				if on := spec.File.Date; on.Before(v.From) {
					fmt.Fprintf(env.Err, "let op: de variant %s geldt pas vanaf %s; op %s verandert er niets\n", v.ID, v.From, on)
				}
				spec.Sides = append(spec.Sides, curve.Side{ID: v.ID, Name: v.Name, Set: changed})
			}
			c, err := curve.Draw(spec)
			if errors.Is(err, curve.ErrSpec) {
				return &fault{Input, err}
			}
			if err != nil {
				return err
			}
			switch {
			case asJSON:
				return writeJSON(env, c)
			case asCSV:
				return csv.NewWriter(env.Out).WriteAll(c.Table("nu"))
			}
			texts, err := i18n.Load("nl")
			if err != nil {
				return err
			}
			printCurve(env.Out, c, texts)
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&preset, "household", "", "een `HUISHOUDEN` als voorbeeld: "+presetNames())
	f.StringVar(&caseFile, "case", "", "`BESTAND` met het huishouden als dossier (YAML)")
	f.Var(&date, "date", "reken op deze `DATUM`; zonder: die van het dossier")
	f.StringVar(&spec.Person, "person", "", "laat het inkomen van deze `PERSOON` oplopen; zonder: de eerste")
	f.StringVar(&spec.Source, "source", curve.Wage, "laat dit `GEGEVEN` oplopen, een bedrag per jaar")
	f.IntVar(&spec.From, "from", 0, "begin bij dit `BEDRAG` in hele euro's per jaar")
	f.IntVar(&spec.To, "to", 100_000, "ga door tot en met dit `BEDRAG`")
	f.IntVar(&spec.Step, "step", 100, "stappen van dit `BEDRAG`")
	f.StringArrayVar(&variantFiles, "variant", nil, "`BESTAND` met een variant (YAML); tot vier keer")
	f.BoolVar(&asJSON, "json", false, "geef JSON")
	f.BoolVar(&asCSV, "csv", false, "geef CSV, met een rij per inkomen")
	f.StringVar(&data, "data", "", "`MAP` van een installatie; haar aangenomen versies gelden mee")
	return cmd
}

func presetNames() string {
	var names []string
	for _, p := range curve.Presets() {
		names = append(names, p.ID)
	}
	return strings.Join(names, ", ")
}

// householdFor gives the household of a case file or a preset.
func householdFor(env Env, set *regulation.Set, file, preset string, date dateFlag) (*dossier.File, error) {
	if preset != "" {
		p, ok := curve.Named(preset)
		if !ok {
			return nil, usage("er is geen huishouden %q; kies uit: %s", preset, presetNames())
		}
		if date.IsZero() {
			return nil, usage("de datum ontbreekt; geef bijvoorbeeld --date 2026-07-01")
		}
		f, err := p.File(date.Date, set.Model)
		if err != nil {
			return nil, &fault{Input, err}
		}
		return f, nil
	}
	text, err := readFile(env, file)
	if err != nil {
		return nil, err
	}
	f, ds := dossier.Read(file, text, set.Model)
	if ds.Err() != nil {
		return nil, &fault{Input, ds.Err()}
	}
	if !date.IsZero() {
		f.Date = date.Date
	}
	return f, nil
}

// curveRows is how many incomes the table for people has at most.
const curveRows = 21

// printCurve writes a curve for people: what stands out first.
func printCurve(out io.Writer, c *curve.Curve, texts *i18n.Catalogue) {
	var b strings.Builder
	euro := func(cents int64) string {
		if cents == curve.None {
			return "–"
		}
		return texts.Euro((cents + 50) / 100 * 100)
	}
	whole := func(x int) string { return texts.Euro(int64(x) * 100) }
	named := func(l curve.Line) string {
		if l.ID == "" {
			return "nu"
		}
		return l.Name
	}
	for _, l := range c.Lines {
		fmt.Fprintln(&b, spelling.Capital(named(l))+": "+fallsSentence(l, whole, euro))
	}
	fmt.Fprintf(&b, "\nBesteedbaar per jaar bij oplopend %s van %s, regels van %s. Druk: wat van € 1.000 meer niet overblijft.\n\n", c.Label, c.Person, texts.Date(c.Date))
	w := tabwriter.NewWriter(&b, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, c.Label+"\t")
	for _, l := range c.Lines {
		fmt.Fprintf(w, "%s\tdruk\t", named(l))
	}
	fmt.Fprintln(w)
	every := (len(c.Incomes)-1)/(curveRows-1) + 1
	for i := 0; i < len(c.Incomes); i += every {
		fmt.Fprintf(w, "%s\t", whole(c.Incomes[i]))
		for _, l := range c.Lines {
			pressure := "–"
			if p := l.Pressure[i]; p != curve.None {
				pressure = texts.Percent(float64(p) / 100_000)
			}
			fmt.Fprintf(w, "%s\t%s\t", euro(l.Disposable[i]), pressure)
		}
		fmt.Fprintln(w)
	}
	w.Flush() //nolint:errcheck // to a strings.Builder
	for _, l := range c.Lines {
		for _, x := range l.Series() {
			fmt.Fprintf(&b, "\n%s: %s\n", named(l), seriesSentence(x, whole, texts))
		}
		for _, g := range l.Gaps {
			fmt.Fprintf(&b, "\n%s: van %s tot en met %s is er geen uitkomst. %s\n", named(l), whole(g.From), whole(g.To), g.Message)
		}
	}
	for _, a := range c.Assumptions {
		fmt.Fprintf(&b, "\nAanname: %s", a)
	}
	for _, l := range c.Lines {
		fmt.Fprintf(&b, "\nRegels van %s: %s.", named(l), l.Digest)
	}
	fmt.Fprintln(&b)
	io.WriteString(out, strings.ReplaceAll(b.String(), "\u00a0", " ")) //nolint:errcheck // nobody to tell
}

// fallsSentence says how often more income costs money.
func fallsSentence(l curve.Line, whole func(int) string, euro func(int64) string) string {
	if len(l.Falls) == 0 {
		return "nergens blijft van meer inkomen minder over."
	}
	cost := func(f curve.Fall) int64 { return max(f.Loss, f.Drop) }
	worst := slices.MaxFunc(l.Falls, func(a, b curve.Fall) int { return cmp.Compare(cost(a), cost(b)) })
	times := "op één plek"
	if n := len(l.Falls); n > 1 {
		times = "op " + strconv.Itoa(n) + " plekken"
	}
	if worst.Loss < worst.Drop {
		return fmt.Sprintf("%s kost meer verdienen geld. Het meeste bij %s: één euro meer kost daar %s.", times, whole(worst.At), euro(worst.Drop))
	}
	return fmt.Sprintf("%s kost meer verdienen geld. Het meeste tussen %s en %s: %s.", times, whole(worst.From), whole(worst.To), euro(worst.Loss))
}

// seriesSentence tells of falls that one rule makes.
func seriesSentence(x curve.Series, whole func(int) string, texts *i18n.Catalogue) string {
	if len(x.Falls) == 1 {
		return fallSentence(x.Falls[0], whole, texts)
	}
	least, most := x.Falls[0].Drop, int64(0)
	var at []string
	for _, f := range x.Falls {
		least, most = min(least, f.Drop), max(most, f.Drop)
		at = append(at, whole(f.At))
	}
	return fmt.Sprintf("%d keer een trede van %s%s. Eén euro meer kost daar %s tot %s. Na: %s.", len(x.Falls), x.Part.Name, ruled(x.Part),
		texts.Euro(least), texts.Euro(most), strings.Join(at, ", "))
}

func ruled(p curve.FallPart) string {
	if p.Rule == nil {
		return ""
	}
	return fmt.Sprintf(" (regel %s, %s)", p.Rule.ID, p.Rule.Article)
}

// fallSentence tells one fall, with the rules behind it.
func fallSentence(f curve.Fall, whole func(int) string, texts *i18n.Catalogue) string {
	var out []string
	if f.Loss > 0 {
		out = append(out, fmt.Sprintf("wie %s verdient in plaats van %s, houdt %s minder over.", whole(f.To), whole(f.From), texts.Euro(f.Loss)))
	}
	if f.Sudden() {
		out = append(out, fmt.Sprintf("Afgrond: één euro meer dan %s kost %s.", whole(f.At), texts.Euro(f.Drop)))
	}
	var parts []string
	for _, p := range f.Parts {
		parts = append(parts, fmt.Sprintf("%s %s%s", p.Name, texts.Euro(-p.Cents), ruled(p)))
	}
	if len(parts) > 0 {
		out = append(out, "Door: "+strings.Join(parts, "; ")+".")
	}
	return strings.Join(out, " ")
}
