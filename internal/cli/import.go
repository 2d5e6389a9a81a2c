package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"lemniscaat/internal/screen"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"lemniscaat/internal/bwb"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/office"
	"lemniscaat/internal/outcome"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

func importCommand(env Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "import",
		Short: "lees een regeling of uitkomsten in",
		Args:  cobra.ArbitraryArgs,
		RunE:  group,
	}
	cmd.AddCommand(importRegulation(env), importOutcomes(env))
	return cmd
}

func importRegulation(env Env) *cobra.Command {
	var data string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "regeling BESTAND",
		Short: "lees een wet (BWB-XML) of verordening (Markdown) in als tekst",
		Long: `Leest een regeling in als tekst, zodat er vanaf dat moment signalen op kunnen: een toestand uit het
Basiswettenbestand (XML), of een verordening in Markdown met koppen als "## Artikel 3 Hoogte van de toeslag".
Vervallen artikelen en artikelen die nog niet gelden blijven weg; dat wordt gemeld.`,
		Example: "  lemniscaat import regeling verordening.md --data data",
		Args:    arguments(1, 1, "BESTAND"),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			f, err := openFile(env, args[0])
			if err != nil {
				return err
			}
			defer f.Close()
			text, ds := bwb.Read(args[0], f)
			printDiagnostics(env, ds)
			if text == nil {
				return silent(Input)
			}
			in, err := open(cmd.Context(), env, data)
			if err != nil {
				return err
			}
			defer in.end(&err)
			if err := in.ImportText(cmd.Context(), string(loop.System), textOf(args[0], text)); err != nil {
				return refused(env, err)
			}
			if asJSON {
				return writeJSON(env, struct {
					Regeling  string `json:"regeling"`
					Naam      string `json:"naam"`
					BWB       string `json:"bwb,omitempty"`
					Artikelen int    `json:"artikelen"`
					Meldingen int    `json:"meldingen"`
				}{text.ID, text.Name, text.BWB, len(text.Articles), len(ds)})
			}
			fmt.Fprintf(env.Out, "Ingelezen: %s (%s), %d artikelen.\n", text.Name, text.ID, len(text.Articles))
			return nil
		},
	}
	cmd.Flags().StringVar(&data, "data", "data", "`MAP` van de installatie")
	cmd.Flags().BoolVar(&asJSON, "json", false, "geef JSON")
	return cmd
}

// textOf makes the text that the office brings into the log. A paragraph has no
// empty lines there: those separate paragraphs.
func textOf(file string, t *bwb.Text) office.Text {
	out := office.Text{ID: t.ID, Name: t.Name, BWB: t.BWB, Source: filepath.Base(file)}
	for _, a := range t.Articles {
		article := office.TextArticle{ID: a.ID, Title: a.Heading()}
		for _, p := range a.Paragraphs {
			article.Paragraphs = append(article.Paragraphs, regulation.Lid{Number: p.Number, Text: strings.ReplaceAll(p.Text, "\n\n", "\n")})
		}
		out.Articles = append(out.Articles, article)
	}
	return out
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
	in, err := open(ctx, env, data)
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
