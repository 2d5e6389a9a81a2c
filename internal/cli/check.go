package cli

import (
	"cmp"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"lemniscaat/internal/check"
	"lemniscaat/internal/population"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/sample"
)

// report is the answer of check --json.
type report struct {
	Regelset       string    `json:"regelset"`
	Regelingen     []string  `json:"regelingen"`
	Voorbeelden    int       `json:"voorbeelden"`
	Fouten         int       `json:"fouten"`
	Waarschuwingen int       `json:"waarschuwingen"`
	Tips           int       `json:"tips"`
	Uitgelegd      int       `json:"uitgelegd"`
	Bevindingen    []finding `json:"bevindingen"`

	hidden int // errors that were filtered out
}

type finding struct {
	Ernst   string     `json:"ernst"`
	Code    string     `json:"code"`
	Bestand string     `json:"bestand,omitempty"`
	Regel   int        `json:"regel,omitempty"`
	Kolom   int        `json:"kolom,omitempty"`
	Anker   string     `json:"anker,omitempty"`
	Tekst   string     `json:"tekst"`
	Advies  string     `json:"advies,omitempty"`
	Uitleg  string     `json:"uitleg,omitempty"` // why it stays; it then counts apart
	Afgrond *cliffJSON `json:"afgrond,omitempty"`

	severity rule.Severity
	heading  string // of the article
}

// cliffJSON is a place where one step costs much.
type cliffJSON struct {
	Uitkomst   string `json:"uitkomst"`
	Gegeven    string `json:"gegeven"`
	Van        string `json:"van,omitempty"` // the role, when the datum is of somebody else
	Tot        string `json:"tot"`           // the last value on the better side
	Daarna     string `json:"daarna"`
	Verlies    string `json:"verliesPerJaar"`
	Voorwaarde string `json:"voorwaarde,omitempty"`
	Wie        string `json:"wie"`
}

func cliffOf(k *check.Cliff) *cliffJSON {
	if k == nil {
		return nil
	}
	out := &cliffJSON{Uitkomst: k.Outcome.ID(), Gegeven: k.Input.ID(), Tot: k.Last.String(), Daarna: k.Over.String(),
		Verlies: rule.Decimal(k.Loss), Voorwaarde: k.Condition, Wie: k.Who}
	if k.Of != nil {
		out.Van = k.Of.Name
	}
	return out
}

// checkOptions are what somebody wants to see.
type checkOptions struct {
	on    rule.Date
	least rule.Severity
	codes []string
	only  []string // files; empty: all
}

func checkCommand(env Env) *cobra.Command {
	var data, least string
	var asJSON bool
	var date dateFlag
	var o checkOptions
	cmd := &cobra.Command{
		Use:   "check [MAP|BESTAND…]",
		Short: "controleer regelingen: taal, typen, bronnen, voorbeelden",
		Long: `Controleert regelingen: leest alle regels, zoekt fouten en losse einden, en rekent elk voorbeeld na.
Zonder MAP gaat het om de regelingen van het programma. Van een BESTAND uit de map van een regeling komen alleen zijn
eigen bevindingen. Met --data gelden de versies mee die in die installatie zijn aangenomen, en de teksten die er zijn
ingelezen. Wat de codes betekenen, staat in docs/bevindingen.md.
Wat in regeling.yaml bij bevindingen is uitgelegd, telt apart en staat met de uitleg erbij.
Waarschuwingen en tips veranderen de uitgangscode niet. Een fout doet dat wel, ook als --code haar niet toont.`,
		Example: "  lemniscaat check regelingen/zorgtoeslag\n  lemniscaat check --min-severity waarschuwing --code alles-of-niets",
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			var err error
			if o.least, err = severityOf(least); err != nil {
				return err
			}
			if data != "" {
				if err := hasInstallation(cmd.Context(), data); err != nil {
					return err
				}
			}
			args, o.only = ownFolders(args)
			set, ds, at, err := rulesFrom(args)
			if err == nil && data != "" && ds.Err() == nil {
				set, err = overlaid(cmd.Context(), data, set)
			}
			if err != nil {
				return err
			}
			o.on = date.Date
			if o.on.IsZero() {
				if o.on, err = today(env); err != nil {
					return err
				}
			}
			r := newReport(set, ds, at, o)
			if ds.Err() == nil { // what is built on broken rules says little
				if err := r.inspect(set, at, o); err != nil {
					return err
				}
			}
			if asJSON {
				if err := writeJSON(env, r); err != nil {
					return err
				}
			} else {
				r.print(env)
			}
			if r.Fouten > 0 {
				return silent(Found)
			}
			return nil
		},
	}
	cmd.Flags().Var(&date, "date", "controleer wat op deze `DATUM` geldt; zonder: vandaag")
	cmd.Flags().StringVar(&data, "data", "", "`MAP` van een installatie; haar aangenomen versies gelden mee")
	cmd.Flags().BoolVar(&asJSON, "json", false, "geef JSON")
	cmd.Flags().StringVar(&least, "min-severity", rule.Info.String(), "toon alleen wat minstens deze `ERNST` heeft: tip, waarschuwing of fout")
	cmd.Flags().StringSliceVar(&o.codes, "code", nil, "toon alleen bevindingen met deze `CODE` (mag vaker)")
	return cmd
}

func severityOf(word string) (rule.Severity, error) {
	for _, s := range []rule.Severity{rule.Info, rule.Warning, rule.Error} {
		if s.String() == word {
			return s, nil
		}
	}
	return 0, &fault{Usage, fmt.Errorf("%q is geen ernst; kies tip, waarschuwing of fout", word)}
}

// ownFolders turns a file into the folder of its regulation, when there is one
// beside it, and gives the files that were asked for.
func ownFolders(args []string) (folders, files []string) {
	for _, p := range args {
		info, err := os.Stat(p)
		dir := filepath.Dir(p)
		if err != nil || info.IsDir() {
			folders = append(folders, p)
			continue
		}
		if _, err := os.Stat(filepath.Join(dir, metaFile)); err != nil {
			folders = append(folders, p) // it is refused there, with a reason
			continue
		}
		files = append(files, p)
		if !slices.Contains(folders, dir) {
			folders = append(folders, dir)
		}
	}
	return folders, files
}

// households is how many synthetic households are looked at for cliffs.
const households = 300

// casesFor gives households of the year; nil for a year without a population:
// cliffs are then looked for in the examples and the rules alone.
func casesFor(on rule.Date) (check.Cases, error) {
	if on.Year < population.FirstYear || on.Year > population.LastYear {
		return nil, nil
	}
	people, err := population.New(population.Spec{N: households, Seed: 1, Year: on.Year})
	if err != nil {
		return nil, fmt.Errorf("population: %w", err)
	}
	return sample.New(people), nil
}

// newReport starts with what the reader found.
func newReport(set *regulation.Set, ds rule.Diagnostics, at union, o checkOptions) *report {
	r := &report{Regelset: string(set.Digest()), Regelingen: []string{}, Bevindingen: []finding{}}
	for _, reg := range set.Regulations {
		if !at.borrowed(reg.ID) {
			r.Regelingen = append(r.Regelingen, reg.ID)
		}
	}
	for _, d := range ds {
		r.add(check.Finding{Severity: d.Severity, Code: d.Code, Pos: d.Pos, Message: d.Message, Hint: d.Hint, Anchor: d.Anchor}, "", o)
	}
	return r
}

// inspect runs everything that can be found in rules that can be read.
func (r *report) inspect(set *regulation.Set, at union, o checkOptions) error {
	var asked []string
	for _, reg := range set.Regulations {
		if !at.borrowed(reg.ID) {
			asked = append(asked, reg.ID)
			r.Voorbeelden += len(reg.Examples()) // check runs them all
		}
	}
	cases, err := casesFor(o.on)
	if err != nil {
		return err
	}
	for _, f := range check.Check(set, check.Options{Date: o.on, Regulations: asked, Cases: cases}) {
		if f.Code == check.CodeUnused && at.borrowed(f.Pos.File) {
			continue // shared words are there for other regulations as well
		}
		f.Pos.File = at.place(f.Pos.File)
		r.add(f, headingOf(set, f), o)
	}
	return nil
}

// headingOf names the article of a finding; "" without one.
func headingOf(set *regulation.Set, f check.Finding) string {
	reg, ok := set.Get(f.Regulation)
	if !ok {
		return ""
	}
	a, ok := reg.Article(f.Article)
	if !ok || !strings.HasSuffix(f.Pos.File, path.Base(a.File)) {
		return ""
	}
	if a.Number != "" && a.Number[0] <= '9' {
		return reg.Name + ", artikel " + a.Number + ": " + a.Title
	}
	return reg.Name + ": " + a.Title
}

func (r *report) add(f check.Finding, heading string, o checkOptions) {
	wrong := f.Severity == rule.Error // what is wrong elsewhere counts as well
	if !wrong && len(o.only) > 0 && !slices.ContainsFunc(o.only, func(p string) bool { return same(p, filepath.FromSlash(f.Pos.File)) }) ||
		f.Severity < o.least || len(o.codes) > 0 && !slices.Contains(o.codes, f.Code) {
		if wrong { // a filter never makes rules right
			r.Fouten++
			r.hidden++
		}
		return
	}
	out := finding{
		Ernst: f.Severity.String(), Code: f.Code, Bestand: f.Pos.File, Regel: f.Pos.Line, Kolom: f.Pos.Column,
		Anker: f.Anchor, Tekst: f.Message, Advies: f.Hint, Afgrond: cliffOf(f.Cliff), severity: f.Severity, heading: heading,
	}
	switch {
	case f.Explained != nil:
		r.Uitgelegd++
		out.Uitleg = f.Explained.Text
	case f.Severity == rule.Error:
		r.Fouten++
	case f.Severity == rule.Warning:
		r.Waarschuwingen++
	default:
		r.Tips++
	}
	r.Bevindingen = append(r.Bevindingen, out)
}

// print writes the findings by article, what is worst first, and the advice once
// for findings of one kind that follow each other.
func (r *report) print(env Env) {
	var order []string
	groups := map[string][]finding{}
	for _, f := range r.Bevindingen { // already in order of severity
		key := f.heading + "\x00" + f.Bestand
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], f)
	}
	for _, key := range order {
		heading, file, _ := strings.Cut(key, "\x00")
		if heading == "" {
			heading = file
		}
		if heading != "" {
			fmt.Fprintln(env.Out, heading)
		}
		list := groups[key]
		slices.SortStableFunc(list, func(a, b finding) int { return cmp.Compare(min(1, len(a.Uitleg)), min(1, len(b.Uitleg))) })
		for i, f := range list {
			f.print(env)
			if f.Uitleg != "" {
				if i+1 == len(list) || list[i+1].Uitleg != f.Uitleg {
					fmt.Fprintf(env.Out, "      = %s\n", f.Uitleg)
				}
				continue
			}
			if f.Advies != "" && (i+1 == len(list) || list[i+1].Advies != f.Advies) {
				fmt.Fprintf(env.Out, "      → %s\n", f.Advies)
			}
		}
		fmt.Fprintln(env.Out)
	}
	if r.hidden > 0 {
		fmt.Fprintf(env.Out, "%s niet getoond: met een andere code dan u vroeg.\n\n", count(r.hidden, "fout", "fouten"))
	}
	explained := ""
	if r.Uitgelegd > 0 {
		explained = fmt.Sprintf(", %d uitgelegd", r.Uitgelegd)
	}
	fmt.Fprintf(env.Out, "%s: %s, %s, %s%s. %s nagerekend.\n", strings.Join(r.Regelingen, ", "),
		count(r.Fouten, "fout", "fouten"), count(r.Waarschuwingen, "waarschuwing", "waarschuwingen"), count(r.Tips, "tip", "tips"), explained,
		count(r.Voorbeelden, "voorbeeld", "voorbeelden"))
}

func (f finding) print(env Env) {
	place := f.Bestand
	switch {
	case place != "" && f.Regel > 0:
		place = fmt.Sprintf("%s:%d:%d", place, f.Regel, f.Kolom)
	case place == "":
		place = f.Anker
	}
	if place != "" {
		place += ": "
	}
	severity := f.Ernst
	if f.Uitleg != "" {
		severity = "uitgelegd"
	}
	fmt.Fprintf(env.Out, "  %s%s: %s [%s]\n", place, severity, f.Tekst, f.Code)
	if k := f.Afgrond; k != nil {
		if k.Voorwaarde != "" {
			fmt.Fprintf(env.Out, "      voorwaarde: %s\n", k.Voorwaarde)
		}
		fmt.Fprintf(env.Out, "      bijvoorbeeld: %s\n", k.Wie)
	}
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
