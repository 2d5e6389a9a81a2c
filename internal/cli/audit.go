package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"lemniscaat/internal/event"
	"lemniscaat/internal/store/sqlite"
)

func auditCommand(env Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "ga na of er met het logboek is geknoeid",
		Args:  cobra.ArbitraryArgs,
		RunE:  group,
	}
	cmd.AddCommand(auditVerify(env))
	return cmd
}

// verification is the answer of audit verify --json.
type verification struct {
	Goed           bool   `json:"goed"`
	Gebeurtenissen uint64 `json:"gebeurtenissen"`
	Kop            string `json:"kop"`
	Fout           *struct {
		Gebeurtenis uint64 `json:"gebeurtenis"`
		Reden       string `json:"reden"`
	} `json:"fout,omitempty"`
}

func auditVerify(env Env) *cobra.Command {
	var data, known string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "verify --data MAP",
		Short: "reken de keten van het logboek na",
		Long: `Rekent elke schakel van het logboek na, van de eerste gebeurtenis tot de laatste, en elke persoonlijke
tekst die er nog is. Dat kan ook terwijl de installatie draait.

De keten zelf kan niet zeggen of het einde is weggehaald. Bewaar daarom de kop die deze opdracht toont
ergens anders, en geef haar een volgende keer mee met --head.`,
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if data == "" {
				return usage("de map ontbreekt; geef --data MAP")
			}
			var want *event.Head
			if known != "" {
				head, err := event.ParseHead(known)
				if err != nil {
					return &fault{Usage, fmt.Errorf("--head: %w", err)}
				}
				want = &head
			}
			if err := hasLog(data); err != nil {
				return err
			}
			log, err := sqlite.OpenReader(cmd.Context(), data)
			if err != nil {
				return &fault{Input, fmt.Errorf("het logboek in %s kan niet gelezen worden: %w", data, err)}
			}
			defer log.Close()
			head, err := event.Verify(log.All(cmd.Context(), 1), want)
			v := verification{Goed: err == nil, Gebeurtenissen: head.Seq, Kop: head.String()}
			var bad *event.Tampered
			switch {
			case errors.As(err, &bad):
				v.Fout = &struct {
					Gebeurtenis uint64 `json:"gebeurtenis"`
					Reden       string `json:"reden"`
				}{bad.Seq, bad.Reason}
			case err != nil && cmd.Context().Err() != nil:
				return err
			case err != nil:
				return &fault{Input, fmt.Errorf("het logboek in %s kan niet gelezen worden: %w", data, err)}
			}
			switch {
			case asJSON:
				if err := writeJSON(env, v); err != nil {
					return err
				}
			case v.Goed:
				fmt.Fprintf(env.Out, "Het logboek klopt: %d gebeurtenissen.\nKop: %s\n", v.Gebeurtenissen, v.Kop)
			default:
				fmt.Fprintf(env.Out, "Het logboek klopt niet. %d gebeurtenissen kloppen, dan gaat het mis.\n%v\n", v.Gebeurtenissen, bad)
			}
			if !v.Goed {
				return silent(Found)
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&data, "data", "", "`MAP` van de installatie")
	f.StringVar(&known, "head", "", "de `KOP` die eerder is bewaard")
	f.BoolVar(&asJSON, "json", false, "geef JSON")
	return cmd
}

// hasLog says in Dutch that a folder is not one of an installation.
func hasLog(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return badInput("%s", fileError(dir, err))
	case !info.IsDir():
		return badInput("%s is geen map", dir)
	}
	if _, err := os.Stat(filepath.Join(dir, sqlite.File)); err != nil {
		return badInput("in %s staat geen logboek (%s)", dir, sqlite.File)
	}
	return nil
}
