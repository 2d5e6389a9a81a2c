package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"lemniscaat/internal/bwb"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/office"
	"lemniscaat/internal/outcome"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/screen"
)

func importCommand(env Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "import",
		Short: "lees een wet, een regeling of uitkomsten in",
		Args:  cobra.ArbitraryArgs,
		RunE:  group,
	}
	cmd.AddCommand(importRegulation(env), importLaw(env), importOutcomes(env))
	return cmd
}

func importRegulation(env Env) *cobra.Command {
	return importText(env, &cobra.Command{
		Use:   "regeling BESTAND",
		Short: "lees een wet (BWB-XML) of verordening (Markdown) in als tekst",
		Long: `Leest een regeling in als tekst, zodat er vanaf dat moment signalen op kunnen: een toestand uit het
Basiswettenbestand (XML), of een verordening in Markdown met koppen als "## Artikel 3 Hoogte van de toeslag".
Vervallen artikelen en artikelen die nog niet gelden blijven weg; dat wordt gemeld.`,
		Example: "  lemniscaat import regeling verordening.md --data data",
		Args:    arguments(1, 1, "BESTAND"),
	}, false)
}

func importLaw(env Env) *cobra.Command {
	return importText(env, &cobra.Command{
		Use:   "bwb BESTAND…",
		Short: "lees versies van een wet in (toestanden uit het Basiswettenbestand)",
		Long: `Leest een of meer toestanden van een wet in, de oudste eerst. De tekst komt naast de artikelen van de regelingen die
op de wet steunen. Rust er nog geen regeling op, dan wordt de wet zelf een regeling waarop signalen kunnen.

Elke versie blijft bewaard, met wat er sinds de vorige veranderde. Krijgt een artikel of lid een ander nummer, dan
verhuist wat eraan hangt mee.`,
		Example: "  lemniscaat import bwb BWBR0018451_2025-01-01_0.xml --data data",
		Args:    arguments(1, maxFiles, "BESTAND"),
	}, true)
}

// maxFiles in one import.
const maxFiles = 100

type importedText struct {
	Regeling  string   `json:"regeling,omitempty"`
	Naam      string   `json:"naam"`
	BWB       string   `json:"bwb,omitempty"`
	Datum     string   `json:"datum,omitempty"`
	Artikelen int      `json:"artikelen"`
	Meldingen int      `json:"meldingen"`
	Naast     []string `json:"naast,omitempty"`
	Sinds     string   `json:"sinds,omitempty"`
	Verschil  *tally   `json:"verschil,omitempty"`
}

func importText(env Env, cmd *cobra.Command, law bool) *cobra.Command {
	var data string
	var asJSON bool
	cmd.RunE = func(cmd *cobra.Command, args []string) (err error) {
		// All files are read before anything is written.
		var read []office.Text
		var notes []int
		failed := false
		for _, name := range args {
			text, ds, err := readText(env, name)
			if err != nil {
				return err
			}
			printNotes(env, name, ds)
			switch {
			case text == nil:
				failed = true
			case law && text.BWB == "":
				return badInput("%s is geen toestand uit het Basiswettenbestand; een verordening leest u in met: lemniscaat import regeling", name)
			default:
				read, notes = append(read, office.Text{File: filepath.Base(name), Text: text}), append(notes, len(ds))
			}
		}
		if failed {
			return silent(Input)
		}
		in, err := open(cmd.Context(), env, dataFolder(data))
		if err != nil {
			return err
		}
		defer in.end(&err)
		var done []importedText
		for i, t := range read {
			got, err := in.ImportText(cmd.Context(), string(loop.System), t)
			if err != nil {
				return refused(env, err)
			}
			x := importedText{
				Regeling: got.Regulation, Naam: t.Name, BWB: t.BWB, Artikelen: len(t.Articles), Meldingen: notes[i], Naast: got.Beside,
			}
			if !t.Date.IsZero() {
				x.Datum = t.Date.String()
			}
			if !got.Since.IsZero() {
				x.Sinds, x.Verschil = got.Since.String(), tallied(got.Changes)
			}
			done = append(done, x)
			if !asJSON {
				tellImport(env, x, got.Newer)
			}
		}
		switch {
		case !asJSON:
			return nil
		case law:
			return writeJSON(env, done)
		}
		return writeJSON(env, done[0])
	}
	cmd.Flags().StringVar(&data, "data", "data", "`MAP` van de installatie")
	cmd.Flags().BoolVar(&asJSON, "json", false, "geef JSON")
	return cmd
}

// fewNotes are printed one by one; of more only the number is told.
const fewNotes = 3

// printNotes prints the diagnostics of a text. That many old articles of a law
// are gone is one line.
func printNotes(env Env, name string, ds rule.Diagnostics) {
	notes := 0
	for _, d := range ds {
		if d.Severity == rule.Info {
			notes++
		}
	}
	for _, d := range ds {
		if d.Severity != rule.Info || notes <= fewNotes {
			fmt.Fprintln(env.Err, d)
		}
	}
	if notes > fewNotes {
		fmt.Fprintf(env.Err, "%s: tip: %d artikelen of delen zijn vervallen of gelden nog niet, en zijn niet ingelezen\n", name, notes)
	}
}

func readText(env Env, name string) (*bwb.Text, rule.Diagnostics, error) {
	f, err := openFile(env, name)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	text, ds := bwb.Read(name, f)
	return text, ds, nil
}

func tellImport(env Env, x importedText, newer rule.Date) {
	fmt.Fprintf(env.Out, "Ingelezen: %s", x.Naam)
	if x.Regeling != "" {
		fmt.Fprintf(env.Out, " (%s)", x.Regeling)
	}
	if x.Datum != "" {
		fmt.Fprintf(env.Out, ", tekst van %s", x.Datum)
	}
	fmt.Fprintf(env.Out, ", %d artikelen.\n", x.Artikelen)
	if len(x.Naast) > 0 {
		fmt.Fprintf(env.Out, "- staat nu naast: %s\n", strings.Join(x.Naast, ", "))
	}
	if !newer.IsZero() {
		fmt.Fprintf(env.Out, "- er is al een nieuwere tekst, van %s: signalen blijven daarop\n", newer)
	}
	if x.Verschil != nil {
		fmt.Fprintf(env.Out, "- sinds %s: %s\n", x.Sinds, x.Verschil)
	}
}

func importOutcomes(env Env) *cobra.Command {
	var data string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "besluiten BESTAND",
		Short: "lees uitkomsten uit een zaaksysteem in (CSV) en meet ermee",
		Long: `Leest uitkomsten uit een zaaksysteem in en meet daarmee wat een voorstel voorspelde. Een bestand gaat over
één regeling. Is er een rij fout, dan wordt niets ingelezen en staat van elke fout de plaats erbij.

Kolommen: ` + strings.Join(outcome.Columns(), ";"),
		Args: arguments(1, 1, "BESTAND"),
		RunE: func(cmd *cobra.Command, args []string) error {
			f, err := openFile(env, args[0])
			if err != nil {
				return err
			}
			defer f.Close()
			content, err := io.ReadAll(io.LimitReader(f, outcome.MaxSize+1))
			if err != nil {
				return badInput("%s", fileError(args[0], err))
			}
			return bringInOutcomes(cmd.Context(), env, data, args[0], content, asJSON)
		},
	}
	cmd.Flags().StringVar(&data, "data", "data", "`MAP` van de installatie")
	cmd.Flags().BoolVar(&asJSON, "json", false, "geef JSON")
	return cmd
}

func bringInOutcomes(ctx context.Context, env Env, data, file string, content []byte, asJSON bool) (err error) {
	rows, ds := outcome.Read(file, bytes.NewReader(content), outcome.Options{})
	if ds.Err() != nil {
		printDiagnostics(env, ds)
		return silent(Input)
	}
	var regulations []string
	for _, r := range rows {
		if !slices.Contains(regulations, r.Regulation) {
			regulations = append(regulations, r.Regulation)
		}
	}
	if len(regulations) > 1 {
		return badInput("het bestand gaat over %s; geef één bestand per regeling", strings.Join(regulations, " en "))
	}
	in, err := open(ctx, env, dataFolder(data))
	if err != nil {
		return err
	}
	defer in.end(&err)
	result, err := in.ImportOutcomes(ctx, string(loop.System), regulations[0], filepath.Base(file), bytes.NewReader(content))
	switch {
	case errors.Is(err, screen.ErrNotFound):
		return badInput("regeling %q bestaat hier niet", regulations[0])
	case err != nil:
		return refused(env, err)
	case len(result.Refused) > 0:
		for _, r := range result.Refused {
			fmt.Fprintf(env.Err, "%s:%d: fout: %s\n", file, r.Line, r.Text)
		}
		return silent(Input)
	}
	if asJSON {
		measured := result.Measured
		if measured == nil {
			measured = []string{}
		}
		return writeJSON(env, struct {
			Regeling string   `json:"regeling"`
			Rijen    int      `json:"rijen"`
			Bekend   int      `json:"alBekend"`
			Gemeten  []string `json:"gemeten"`
		}{regulations[0], result.Rows, result.Known, measured})
	}
	fmt.Fprintf(env.Out, "Ingelezen: %d uitkomsten van %s.\n", result.Rows, regulations[0])
	for _, m := range result.Measured {
		fmt.Fprintln(env.Out, "- "+m)
	}
	return nil
}

// refused says why the loop says no; any other error stays what it is.
func refused(env Env, err error) error {
	var no *screen.Refusal
	if !errors.As(err, &no) {
		return err
	}
	fmt.Fprintf(env.Err, "geweigerd: %s", no.Text)
	if no.Hint != "" {
		fmt.Fprintf(env.Err, " – %s", no.Hint)
	}
	fmt.Fprintf(env.Err, " [%s]\n", no.Code)
	return silent(Found)
}

// printDiagnostics writes all of them to the error stream.
func printDiagnostics(env Env, ds rule.Diagnostics) {
	for _, d := range ds {
		fmt.Fprintln(env.Err, d)
	}
}
