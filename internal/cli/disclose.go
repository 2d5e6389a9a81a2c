package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"lemniscaat/internal/disclosure"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/recourse"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

func discloseCommand(env Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "disclose",
		Short: "maak wat u van een regeling of voorstel openbaar maakt of vastlegt",
		Args:  cobra.ArbitraryArgs,
		RunE:  group,
	}
	cmd.AddCommand(discloseAlgorithm(env), discloseData(env), discloseAssessment(env), discloseArchive(env))
	return cmd
}

// disclosing are the flags that these commands share.
type disclosing struct {
	data, date, name, contact, page, code string
}

func (d *disclosing) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&d.data, "data", "", "`MAP` van een installatie: neem de regels die daar gelden")
	f.StringVar(&d.date, "date", "", "`DATUM` waarop de regels gelden; vandaag als u niets geeft")
	f.StringVar(&d.name, "organisation", "", "`NAAM` van uw organisatie")
	f.StringVar(&d.contact, "contact", "", "algemeen `ADRES`, nooit van een mens")
	f.StringVar(&d.page, "page", "", "`URL` van een pagina voor het publiek")
	f.StringVar(&d.code, "code", "", "`URL` van de broncode")
}

// open gives the regulation that is asked for.
func (d *disclosing) open(cmd *cobra.Command, env Env, id string) (*regulation.Set, *regulation.Regulation, disclosure.Organisation, rule.Date, error) {
	o := disclosure.Organisation{Name: d.name, Contact: d.contact, Page: d.page, Code: d.code, Objections: recourse.TermDays}
	on := loop.DateOf(env.Now())
	if d.date != "" {
		var err error
		if on, err = rule.ParseDate(d.date); err != nil {
			return nil, nil, o, on, usage("--date %q is geen datum; schrijf bijvoorbeeld 2026-06-01", d.date)
		}
	}
	set, err := rulesInForce(cmd.Context(), env, d.data)
	if err != nil {
		return nil, nil, o, on, err
	}
	reg, ok := set.Get(id)
	if !ok {
		var ids []string
		for _, r := range set.Regulations {
			ids = append(ids, r.ID)
		}
		return nil, nil, o, on, badInput("regeling %q is er niet; er zijn: %s", id, strings.Join(ids, ", "))
	}
	return set, reg, o, on, nil
}

func discloseAlgorithm(env Env) *cobra.Command {
	var d disclosing
	var used bool
	cmd := &cobra.Command{
		Use:   "algorithm REGELING",
		Short: "het bericht voor het Algoritmeregister (Publicatiestandaard 1.0.0)",
		Long: `Vult het bericht voor het Algoritmeregister in met wat de regeling en haar regels zeggen. Wat daar niet in staat, blijft open:
"Nog in te vullen." Lees het na voor u het publiceert.`,
		Example: `  lemniscaat disclose algorithm zorgtoeslag --organisation "Gemeente Voorbeeldstad" --contact algoritmes@voorbeeld.example`,
		Args:    arguments(1, 1, "REGELING"),
		RunE: func(cmd *cobra.Command, args []string) error {
			set, reg, o, on, err := d.open(cmd, env, args[0])
			if err != nil {
				return err
			}
			return indented(env.Out, disclosure.Register(set, reg, o, disclosure.Use{InUse: used}, on))
		},
	}
	d.register(cmd)
	cmd.Flags().BoolVar(&used, "in-use", false, "er wordt nu mee beslist")
	return cmd
}

func discloseData(env Env) *cobra.Command {
	var d disclosing
	cmd := &cobra.Command{
		Use:   "data REGELING",
		Short: "de gegevens bij elk besluit: van wie, waarvandaan, en welk artikel erom vraagt",
		Long: `Geeft per besluit de gegevensstromen, de gegevensgroepen, de gegevens en de regelingelementen die erom vragen, als JSON. De
namen van de velden zijn van ons: er is nog geen vastgestelde vorm om in te leveren.`,
		Example: "  lemniscaat disclose data huurtoeslag --date 2026-01-01",
		Args:    arguments(1, 1, "REGELING"),
		RunE: func(cmd *cobra.Command, args []string) error {
			set, reg, _, on, err := d.open(cmd, env, args[0])
			if err != nil {
				return err
			}
			list := disclosure.DataOf(set, reg, on)
			if len(list) == 0 {
				return badInput("regeling %s heeft geen regels waarmee beslist wordt", reg.ID)
			}
			return indented(env.Out, list)
		},
	}
	d.register(cmd)
	return cmd
}

func discloseAssessment(env Env) *cobra.Command {
	var d disclosing
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "dpia REGELING",
		Short: "een DPIA, ingevuld voor zover de regels het weten",
		Long: `Vult de paragrafen van het Rapportagemodel DPIA Rijksdienst 3.0 in met wat de regels weten: gegevens, bronnen, doelen,
partijen en artikelen. Oordelen laat het open. Dat is werk van mensen.`,
		Example: "  lemniscaat disclose dpia zorgtoeslag > dpia.md",
		Args:    arguments(1, 1, "REGELING"),
		RunE: func(cmd *cobra.Command, args []string) error {
			set, reg, o, on, err := d.open(cmd, env, args[0])
			if err != nil {
				return err
			}
			answers := disclosure.Assess(set, reg, o, disclosure.Own(), on)
			if asJSON {
				return indented(env.Out, struct {
					Model   string              `json:"model"`
					Answers []disclosure.Answer `json:"antwoorden"`
					On      rule.Date           `json:"peildatum"`
				}{disclosure.DPIA, answers, on})
			}
			_, err = io.WriteString(env.Out, disclosure.Markdown(reg.Name, on, answers))
			return err
		},
	}
	d.register(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "als JSON, met de nummers van de paragrafen")
	return cmd
}

func indented(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}
