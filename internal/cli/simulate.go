package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lemniscaat/internal/i18n"
	"lemniscaat/internal/population"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/simulate"
)

func simulateCommand(env Env) *cobra.Command {
	var name, file, out, tables, data string
	var poverty float64
	var variantFiles []string
	var date dateFlag
	var asJSON, advances bool
	var seek titration
	var person int
	var households float64
	var seed uint64
	cmd := &cobra.Command{
		Use:   "simulate [REGELING…|MAP…] --population nl:N --date DATUM",
		Short: "reken regelingen door op een synthetische bevolking",
		Long: `Rekent regelingen door op een synthetische bevolking: wie er recht op heeft, wie het krijgt, en wat
een variant verandert. Er zit geen echt mens in. Zonder REGELING gaan alle regelingen mee waarvan de bevolking de gegevens
heeft; de andere worden genoemd, met wat er ontbreekt. Wie een regeling bij haar naam noemt en een
gegeven mist, krijgt een fout.
In plaats van regelingen van het programma mogen er MAPPEN staan met eigen regelingen.`,
		Example: "  lemniscaat simulate zorgtoeslag --population nl:20000 --date 2026-06-01\n" +
			"  lemniscaat simulate individuele-inkomenstoeslag --population nl:20000 --households 38000 --date 2027-01-01 --variant ruimere-grens.yaml",
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case name == "" && file == "":
				return usage("de bevolking ontbreekt; geef bijvoorbeeld --population nl:20000")
			case date.IsZero():
				return usage("de datum ontbreekt; geef bijvoorbeeld --date 2026-06-01")
			}
			var spec population.Spec // zero: what is in the file
			if name != "" {
				var err error
				if spec, err = population.Parse(name); err != nil {
					return &fault{Usage, err}
				}
				spec.Year, spec.Seed, spec.Households = date.Year, seed, households
			}
			set, ids, err := rulesFor(cmd.Context(), env, data, args)
			if err != nil {
				return err
			}
			for _, id := range ids {
				if _, err := withRules(set, id); err != nil {
					return err
				}
			}
			if poverty < 0 || poverty > 100_000 {
				return usage("--poverty-line %v is geen armoedegrens; geef euro per maand, van 1 tot 100.000", poverty)
			}
			run := simulate.Spec{Seed: seed, Date: date.Date, Advances: advances, PovertyLine: 12 * int64(math.Round(100*poverty))}
			known, closePeople := population.Known(), func() {}
			defer func() { closePeople() }()
			open := func() error {
				var err error
				if run.People, closePeople, err = people(cmd.Context(), env, spec, file); err != nil {
					closePeople = func() {}
					return err
				}
				if year := yearOf(run.People); year != 0 && year != date.Year {
					return badInput("%s: de bevolking is van %d en de rekendatum ligt in %d", file, year, date.Year)
				}
				known = population.KnownOf(run.People)
				return nil
			}
			if name == "" { // own data know other things
				if err := open(); err != nil {
					return err
				}
			}
			if run.Baseline, err = simulate.NewSideFor(known, set, date.Date, ids...); err != nil {
				return &fault{Usage, err}
			}
			if seek.asked() && len(variantFiles) > 1 {
				return usage("met --titrate kan er hoogstens één --variant zijn: de wijziging waar de parameter bij gezocht wordt")
			}
			var variants []simulate.Side
			for _, file := range variantFiles {
				v, err := variantSide(env, known, set, file, run.Baseline, date)
				if err != nil {
					return err
				}
				if slices.ContainsFunc(variants, func(o simulate.Side) bool { return o.ID == v.ID }) {
					return usage("de variant %s staat er twee keer", v.ID)
				}
				variants = append(variants, *v)
			}
			if run.People == nil { // making many people comes after what can be wrong with the rest
				if err := open(); err != nil {
					return err
				}
			}
			if seek.asked() && known.Own {
				return usage("--titrate kan niet op eigen gegevens: wat niet getoond mag worden, telt dan als niets")
			}
			if person >= 0 && known.Own {
				return usage("--explain kan niet op eigen gegevens: één huishouden daaruit wordt niet getoond")
			}
			if person >= 0 {
				return explainHousehold(env, run, person, variants, asJSON)
			}
			if seek.asked() {
				for _, file := range variantFiles {
					if _, set, err = laidOver(env, set, file); err != nil {
						return err
					}
				}
				texts, err := i18n.Load("nl")
				if err != nil {
					return err
				}
				return seek.run(cmd.Context(), env, set, run, asJSON, texts)
			}

			bar := newProgress(env, "doorrekenen")
			start := env.Now()
			var results []*simulate.Result
			if len(variants) > 0 {
				results, err = simulate.Compare(cmd.Context(), run, variants, bar.step)
			} else {
				var one *simulate.Result
				one, err = simulate.Run(cmd.Context(), run, bar.step)
				results = append(results, one)
			}
			bar.done()
			switch {
			case errors.Is(err, simulate.ErrSpec), errors.Is(err, simulate.ErrMissing), errors.Is(err, population.ErrFile):
				return &fault{Input, err}
			case err != nil:
				return fmt.Errorf("simulate: %w", err)
			}
			for _, r := range results {
				r.Seconds = env.Now().Sub(start).Round(time.Millisecond).Seconds()
			}

			texts, err := i18n.Load("nl")
			if err != nil {
				return fmt.Errorf("texts: %w", err)
			}
			if out != "" {
				if err := saveRun(out, results, texts); err != nil {
					return err
				}
			}
			if tables != "" {
				if err := saveTables(tables, results); err != nil {
					return err
				}
			}
			if asJSON {
				if err := writeJSON(env, document(results)); err != nil {
					return err
				}
			} else {
				printRun(env.Out, results, texts)
			}
			for _, r := range results {
				for _, s := range r.Schemes {
					if impossible(s.Baseline) || s.Variant != nil && impossible(*s.Variant) {
						return &fault{Found, fmt.Errorf("%s is op %s niet uit te rekenen", s.ID, date.Date)}
					}
				}
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&name, "population", "", "`BEVOLKING`: nl:20000 is 20.000 synthetische huishoudens, nl:all alle")
	f.StringVar(&file, "population-file", "", "lees de bevolking uit dit `BESTAND` (zie population generate)")
	f.Var(&date, "date", "reken met de regels van deze `DATUM`")
	f.StringArrayVar(&variantFiles, "variant", nil, "`BESTAND` met een variant (YAML); tot vier keer")
	f.BoolVar(&asJSON, "json", false, "geef JSON")
	f.BoolVar(&advances, "advances", false, "reken ook voorschotten af: hoeveel mensen later terugbetalen of iets bijkrijgen")
	f.StringVar(&out, "out", "", "bewaar de uitkomst ook in deze `MAP`")
	f.StringVar(&tables, "csv", "", "bewaar elke tabel als CSV in deze `MAP`")
	f.Float64Var(&poverty, "poverty-line", 0, "armoedegrens voor een alleenstaande in `EURO` per maand; zonder: die van 2023, met groei")
	f.Float64Var(&households, "households", 0, "weeg naar dit `AANTAL` huishoudens, zoals van één gemeente; zonder: heel Nederland")
	f.IntVar(&person, "explain", -1, "leg uit wat de regels zeggen van het synthetische huishouden met dit `NUMMER`, in plaats van allen te tellen")
	f.StringVar(&seek.parameter, "titrate", "", "zoek de waarde van deze `PARAMETER` waarmee --target gehaald wordt")
	f.StringVar(&seek.target, "target", "", "het `DOEL`: budget=gelijk, budget:zorgtoeslag=-100 miljoen, ontvangers:zorgtoeslag=4.500.000, armoede=-10.000")
	f.StringVar(&seek.between, "between", "", "zoek tussen deze `WAARDEN`, zoals 100..200; zonder: van nul tot twee keer die van nu")
	f.StringVar(&seek.grain, "grain", "", "in stappen van deze `WAARDE`; zonder: zoals de waarde van nu geschreven is")
	f.Uint64Var(&seed, "seed", 1, "`GETAL` waar het toeval uit volgt: zelfde getal, zelfde uitkomst")
	f.StringVar(&data, "data", "", "`MAP` van een installatie; haar aangenomen versies gelden mee")
	return cmd
}

// yearOf is the year of a population from a file; 0 when it is made for any.
func yearOf(p simulate.People) int {
	switch p := p.(type) {
	case *population.File:
		return p.Spec().Year
	case *population.Own:
		return p.Head().Year
	}
	return 0
}

// laidOver reads a variant file and lays it over the rules.
func laidOver(env Env, set *regulation.Set, file string) (regulation.Variant, *regulation.Set, error) {
	text, err := readFile(env, file)
	if err != nil {
		return regulation.Variant{}, nil, err
	}
	v, ds := regulation.ReadVariant(file, text)
	if ds.Err() != nil {
		return v, nil, &fault{Input, ds.Err()}
	}
	changed, ds := set.With(v)
	if ds.Err() != nil {
		return v, nil, &fault{Input, ds.Err()}
	}
	return v, changed, nil
}

// variantSide lays a variant file over the rules.
func variantSide(env Env, known population.Knowledge, set *regulation.Set, file string, base simulate.Side, date dateFlag) (*simulate.Side, error) {
	v, changed, err := laidOver(env, set, file)
	if err != nil {
		return nil, err
	}
	if date.Before(v.From) {
		fmt.Fprintf(env.Err, "let op: de variant %s geldt pas vanaf %s; op %s verandert er niets\n", v.ID, v.From, date.Date)
	}
	ids := base.IDs()
	side, err := simulate.NewSideFor(known, changed, date.Date, ids...)
	if err != nil {
		return nil, &fault{Input, err}
	}
	if other := untouched(v, ids); other != "" {
		fmt.Fprintf(env.Err, "let op: de variant %s gaat over %s; dat rekent deze simulatie niet door\n", v.ID, other)
	}
	side.ID, side.Name = v.ID, v.Name
	return &side, nil
}

// untouched names the regulations that a variant changes and a simulation of
// other regulations does not compute; "" when it computes one of them.
func untouched(v regulation.Variant, computed []string) string {
	other := v.Touches()
	if slices.ContainsFunc(other, func(reg string) bool { return slices.Contains(computed, reg) }) {
		return ""
	}
	return strings.Join(other, " en ")
}

// document is what --json gives: a result, or a list of them when there are
// several variants.
func document(results []*simulate.Result) any {
	if len(results) == 1 {
		return results[0]
	}
	return results
}

// saveRun writes the results as JSON and as text.
func saveRun(dir string, results []*simulate.Result, texts *i18n.Catalogue) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return badInput("map %s kan niet gemaakt worden: %v", dir, err)
	}
	data, err := json.MarshalIndent(document(results), "", "  ")
	if err != nil {
		return fmt.Errorf("encode result: %w", err)
	}
	var text bytes.Buffer
	printRun(&text, results, texts)
	for name, content := range map[string][]byte{"simulatie.json": append(data, '\n'), "simulatie.txt": text.Bytes()} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			return badInput("%s kan niet geschreven worden: %v", filepath.Join(dir, name), err)
		}
	}
	return nil
}

// printRun writes the results for people: a sentence first. They have the rules
// of now in common.
func printRun(w io.Writer, results []*simulate.Result, texts *i18n.Catalogue) {
	var b strings.Builder
	r := results[0]
	var still []string
	for i := range r.Schemes {
		for _, v := range results {
			name := "de variant"
			if x := v.Schemes[i]; len(results) == 1 && unmoved(x) && !impossible(x.Baseline) {
				still = append(still, x.Name)
				continue
			}
			if len(results) > 1 {
				if x := v.Schemes[i]; !x.Moved() && !impossible(x.Baseline) {
					continue // the table says it
				}
				name = fmt.Sprintf("variant %q", v.Variant.Name)
			}
			fmt.Fprintln(&b, sentence(v.Schemes[i], name, texts))
		}
	}
	if len(still) > 0 {
		fmt.Fprintf(&b, "Verandert niet: %s.\n", strings.Join(still, "; "))
	}
	for _, s := range r.Skipped {
		fmt.Fprintf(&b, "%s: niet doorgerekend. %s\n", s.Name, s.Reason)
	}
	printPeople(&b, r, texts)
	if len(results) > 1 && !r.Population.Own { // what is hidden cannot be compared
		printVersus(&b, results)
	}
	for _, i := range changedFirst(r.Schemes) {
		if len(results) > 1 {
			break // one table, not one for each
		}
		s := r.Schemes[i]
		fmt.Fprintf(&b, "\n%s, regels van %s\n", s.Name, texts.Date(r.Date))
		printSide(&b, s.Baseline, s.Owed, texts)
		for _, v := range results {
			s := v.Schemes[i]
			if s.Variant == nil || impossible(s.Baseline) && impossible(*s.Variant) {
				continue
			}
			if unmoved(s) {
				fmt.Fprintf(&b, "  verandert niet door variant %q\n", v.Variant.Name)
				continue
			}
			fmt.Fprintf(&b, "\n%s, variant %q\n", s.Name, v.Variant.Name)
			printSide(&b, *s.Variant, s.Owed, texts)
			do := map[bool]string{false: "ontvangen", true: "betalen"}[s.Owed]
			if s.Received.Hidden {
				fmt.Fprintf(&b, "  verschil: %s\n", tooFew)
				continue
			}
			fmt.Fprintf(&b, "  verschil: %s %s het, %s per jaar\n", signed(texts.Number(s.Received.Units), s.Received.Units), do, signed(texts.EuroShort(s.Received.Cents), s.Received.Cents))
		}
	}
	for _, v := range results {
		printMoments(&b, v, texts)
	}
	printIncome(&b, results, texts)
	printWithheld(&b, results)
	fmt.Fprintf(&b, "\nRegels: %s.\n%d aannames; --json noemt ze. Gerekend in %s seconden.\n", r.RuleSet, len(r.Assumptions), texts.Decimal(r.Seconds, 1))
	// A terminal has no use for unbreakable spaces and joiners, and grep trips over
	// them.
	io.WriteString(w, strings.NewReplacer("\u00a0", " ", "\u2060", "").Replace(b.String())) //nolint:errcheck // nobody to tell
}

// unmoved reports that a variant leaves all that is told of a scheme as it is.
func unmoved(s simulate.SchemeResult) bool {
	return s.Variant != nil && reflect.DeepEqual(s.Baseline, *s.Variant)
}

// changedFirst gives the places of schemes: first those that a variant changes.
func changedFirst(list []simulate.SchemeResult) []int {
	var first, rest []int
	for i, s := range list {
		if unmoved(s) {
			rest = append(rest, i)
		} else {
			first = append(first, i)
		}
	}
	return append(first, rest...)
}

// impossible reports that nothing could be computed: that nobody has a right is
// then no answer.
func impossible(s simulate.SideResult) bool {
	return s.Entitled.Units == 0 && !s.Entitled.Hidden && len(s.Failures) > 0
}

// sentence says the most important thing of a scheme, under a variant when
// there is one.
func sentence(s simulate.SchemeResult, name string, texts *i18n.Catalogue) string {
	side, variant := s.Baseline, ""
	if s.Variant != nil {
		side, variant = *s.Variant, " met "+name
	}
	if impossible(side) {
		return fmt.Sprintf("%s: niet uit te rekenen. %s", s.Name, side.Failures[0].Message)
	}
	switch {
	case side.Entitled.Hidden:
		return fmt.Sprintf("%s%s: %s.", s.Name, variant, tooFew)
	case s.Owed && side.Entitled.Units == 0:
		return fmt.Sprintf("%s: niemand betaalt het%s.", s.Name, variant)
	case s.Owed:
		return fmt.Sprintf("%s: %s betalen het%s, samen %s per jaar.", s.Name, texts.NumberShort(side.Entitled.Units), variant, texts.EuroShort(side.Entitled.Cents))
	case side.Entitled.Units == 0:
		return fmt.Sprintf("%s: niemand heeft er%s recht op.", s.Name, variant)
	case side.Received.Hidden:
		return fmt.Sprintf("%s: %s hebben er%s recht op. Wie het krijgt: %s.", s.Name, texts.NumberShort(side.Entitled.Units), variant, tooFew)
	}
	return fmt.Sprintf("%s: %s hebben er%s recht op, %s krijgen het (%s).", s.Name, texts.NumberShort(side.Entitled.Units), variant,
		texts.NumberShort(side.Received.Units), texts.Percent(float64(side.Received.Units)/float64(side.Entitled.Units)))
}

func printSide(w io.Writer, s simulate.SideResult, owed bool, texts *i18n.Catalogue) {
	for _, f := range s.Failures {
		units := texts.Number(f.Units)
		if f.Hidden {
			units = fmt.Sprintf("minder dan %d", population.SmallestCell)
		}
		fmt.Fprintf(w, "  niet uit te rekenen voor %s: %s\n", units, f.Message)
	}
	if impossible(s) {
		return
	}
	row := func(name string, m simulate.Measure) {
		if m.Hidden {
			fmt.Fprintf(w, "  %-13s %s\n", name, tooFew)
			return
		}
		fmt.Fprintf(w, "  %-13s %11s  (%s tot %s)   %s per jaar  (%s tot %s)\n", name,
			texts.Number(m.Units), texts.Number(m.UnitsLow), texts.Number(m.UnitsHigh),
			texts.EuroShort(m.Cents), texts.EuroShort(m.CentsLow), texts.EuroShort(m.CentsHigh))
	}
	if owed {
		row("betaalt", s.Entitled)
		return
	}
	row("rechthebbend", s.Entitled)
	row("ontvangt", s.Received)
	row("automatisch", s.Automatic)
	if s.Worst >= 0 {
		x := s.Steps[s.Worst]
		fmt.Fprintf(w, "  de meesten haken af bij %q (%s): %s van %s\n", x.Action, x.Article, texts.Number(x.Lost), texts.Number(x.Reached))
	}
	printWork(w, s.Work, texts)
	for _, h := range s.Help {
		if h.Letters > 0 {
			fmt.Fprintf(w, "  brief over %q: %s met recht, %s zonder; %s doen de stap dan toch\n", h.Action, texts.Number(h.Letters), texts.Number(h.Wrong), texts.Number(h.Answered))
		}
	}
	if a := s.Advances; a != nil && a.Awards.Units > 0 {
		of := func(n int64) string { return texts.Percent(float64(n) / float64(a.Awards.Units)) }
		fmt.Fprintf(w, "  voorschot later gecorrigeerd: %s (%s), te hoog %s (%s); terug: %s, %s; erbij: %s, %s\n", texts.Number(a.Corrected()), of(a.Corrected()),
			texts.Number(a.TooHigh.Units), of(a.TooHigh.Units), texts.Number(a.Reclaimed.Units), texts.EuroShort(a.Reclaimed.Cents), texts.Number(a.TooLow.Units), texts.EuroShort(a.TooLow.Cents))
	}
	if b := s.Burden; b.Actions > 0 {
		fmt.Fprintf(w, "  vraagt van inwoners per jaar: %s handelingen, %s uur, %s bewijzen (%s staan al in een register)\n",
			texts.Number(b.Actions), texts.Number(b.Hours()), texts.Number(b.Proofs), texts.Number(b.Known))
	}
}

func signed(s string, n int64) string {
	if n > 0 {
		return "+" + s
	}
	return s
}
