package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"lemniscaat/internal/check"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// report is the answer of check --json.
type report struct {
	Regelset       string    `json:"regelset"`
	Regelingen     []string  `json:"regelingen"`
	Voorbeelden    int       `json:"voorbeelden"`
	Fouten         int       `json:"fouten"`
	Waarschuwingen int       `json:"waarschuwingen"`
	Tips           int       `json:"tips"`
	Bevindingen    []finding `json:"bevindingen"`
}

type finding struct {
	Ernst   string `json:"ernst"`
	Code    string `json:"code"`
	Bestand string `json:"bestand,omitempty"`
	Regel   int    `json:"regel,omitempty"`
	Kolom   int    `json:"kolom,omitempty"`
	Anker   string `json:"anker,omitempty"`
	Tekst   string `json:"tekst"`
	Advies  string `json:"advies,omitempty"`
}

func checkCommand(env Env) *cobra.Command {
	var data string
	var asJSON bool
	var date dateFlag
	cmd := &cobra.Command{
		Use:   "check [MAP…]",
		Short: "controleer regelingen: taal, typen, bronnen, voorbeelden",
		Long: `Controleert regelingen: leest alle regels, zoekt fouten en losse einden, en rekent elk voorbeeld na.
Zonder MAP gaat het om de regelingen van het programma. Met --data gelden de versies mee die in die installatie zijn
aangenomen, en de teksten die er zijn ingelezen.
Waarschuwingen en tips veranderen de uitgangscode niet.`,
		Example: "  lemniscaat check regelingen/zorgtoeslag",
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			var set *regulation.Set
			var ds rule.Diagnostics
			var at union
			var err error
			if data != "" {
				if err := hasLog(data); err != nil {
					return err
				}
			}
			set, ds, at, err = rulesFrom(args)
			if err == nil && data != "" && ds.Err() == nil {
				set, err = overlaid(cmd.Context(), data, set)
			}
			if err != nil {
				return err
			}
			on := date.Date
			if on.IsZero() {
				if on, err = today(env); err != nil {
					return err
				}
			}
			r := inspect(set, ds, at, on)
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
	return cmd
}

// inspect runs everything that can be found without a case.
func inspect(set *regulation.Set, ds rule.Diagnostics, at union, on rule.Date) *report {
	r := &report{Regelset: string(set.Digest()), Regelingen: []string{}, Bevindingen: []finding{}}
	for _, reg := range set.Regulations {
		r.Regelingen = append(r.Regelingen, reg.ID)
	}
	r.add(ds)
	if ds.Err() != nil {
		return r // what is built on broken rules says little
	}
	for _, reg := range set.Regulations {
		r.Voorbeelden += len(reg.Examples()) // check runs them all
	}
	for _, f := range check.Check(set, check.Options{Date: on}) {
		if f.Code == check.CodeUnused && at.borrowed(f.Pos.File) {
			continue // shared words are there for other regulations as well
		}
		f.Pos.File = at.place(f.Pos.File)
		r.add(rule.Diagnostics{f.Diagnostic()})
	}
	return r
}

func (r *report) add(ds rule.Diagnostics) {
	for _, d := range ds {
		switch d.Severity {
		case rule.Error:
			r.Fouten++
		case rule.Warning:
			r.Waarschuwingen++
		default:
			r.Tips++
		}
		r.Bevindingen = append(r.Bevindingen, finding{
			Ernst: d.Severity.String(), Code: d.Code, Bestand: d.Pos.File, Regel: d.Pos.Line, Kolom: d.Pos.Column,
			Anker: d.Anchor, Tekst: d.Message, Advies: d.Hint,
		})
	}
}

func (r *report) print(env Env) {
	for _, f := range r.Bevindingen {
		if f.Bestand != "" && f.Regel > 0 {
			fmt.Fprintf(env.Out, "%s:%d:%d: ", f.Bestand, f.Regel, f.Kolom)
		} else if f.Bestand != "" {
			fmt.Fprintf(env.Out, "%s: ", f.Bestand)
		} else if f.Anker != "" {
			fmt.Fprintf(env.Out, "%s: ", f.Anker)
		}
		fmt.Fprintf(env.Out, "%s: %s", f.Ernst, f.Tekst)
		if f.Advies != "" {
			fmt.Fprintf(env.Out, " – %s", f.Advies)
		}
		fmt.Fprintf(env.Out, " [%s]\n", f.Code)
	}
	fmt.Fprintf(env.Out, "%s: %s, %s, %s. %s nagerekend.\n", strings.Join(r.Regelingen, ", "),
		count(r.Fouten, "fout", "fouten"), count(r.Waarschuwingen, "waarschuwing", "waarschuwingen"), count(r.Tips, "tip", "tips"),
		count(r.Voorbeelden, "voorbeeld", "voorbeelden"))
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
