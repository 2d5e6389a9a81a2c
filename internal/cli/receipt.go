package cli

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"lemniscaat/internal/dossier"
	"lemniscaat/internal/office"
	"lemniscaat/internal/receipt"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/seal"
)

// openingSuffix is what the file of an opening has after the name of its receipt.
const openingSuffix = ".opening"

// receiptFlags ask decide for a receipt.
type receiptFlags struct{ file, keys string }

func (r *receiptFlags) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&r.file, "receipt", "", "schrijf een ondertekend bewijs in `BESTAND`, en de opening in BESTAND"+openingSuffix)
	cmd.Flags().StringVar(&r.keys, "sleutels", "", "`MAP` met de sleutel om te ondertekenen; zonder: die van --data")
}

// outcomesOf gives the outcomes of a decision without the ids of the case.
func outcomesOf(d *decision, file *dossier.File) []receipt.Outcome {
	out := []receipt.Outcome{}
	for _, u := range d.Uitkomsten {
		out = append(out, receipt.Outcome{Of: receipt.Named(file, u.Object), Attribute: u.Eigenschap, Value: u.Waarde, Unit: u.Eenheid})
	}
	return out
}

// receiptOf makes what is to be signed of a decision.
func receiptOf(env Env, d *decision, set *regulation.Set, reg *regulation.Regulation, file *dossier.File, salt []byte) (receipt.Receipt, error) {
	on, err := rule.ParseDate(d.Datum)
	if err != nil {
		return receipt.Receipt{}, fmt.Errorf("date: %w", err)
	}
	explained, err := json.Marshal(d.Uitleg)
	if err != nil {
		return receipt.Receipt{}, fmt.Errorf("explanation: %w", err)
	}
	return receipt.Receipt{
		Regulation: reg.ID, Date: on, RuleSet: string(set.Digest()), Content: string(reg.ContentDigest()),
		Inputs: receipt.CommitInputs(salt, file, on), Explanation: receipt.Commit("uitleg", salt, explained),
		Outcomes: outcomesOf(d, file), Program: Version, At: env.Now(),
	}, nil
}

// write signs the receipt of a decision that was taken, and writes it with its
// opening.
func (r *receiptFlags) write(env Env, d *decision, set *regulation.Set, reg *regulation.Regulation, data, name string, text []byte) error {
	if r.file == "" {
		return nil
	}
	keys := r.keys
	if keys == "" {
		keys = data
	}
	if keys == "" {
		return usage("wie ondertekent het bewijs? geef --sleutels MAP, of --data MAP")
	}
	if info, err := os.Stat(keys); err != nil || !info.IsDir() {
		return badInput("%s is geen map met sleutels", keys)
	}
	file, ds := dossier.Read(name, text, set.Model)
	if err := ds.Err(); err != nil {
		return fmt.Errorf("receipt: %w", err)
	}
	ring, err := openRing(keys)
	if err != nil {
		return err
	}
	salt := make([]byte, receipt.SaltSize)
	rand.Read(salt) // never fails
	what, err := receiptOf(env, d, set, reg, file, salt)
	if err != nil {
		return err
	}
	signed, err := receipt.Sign(what, ring)
	if err != nil {
		return err
	}
	opening, err := receipt.Opening{Format: receipt.OpeningFormat, Salt: salt, Dossier: string(text)}.Text()
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		mode os.FileMode
		text []byte
	}{{r.file, forAll, []byte(signed)}, {r.file + openingSuffix, forOne, opening}} {
		if err := writeWhole(f.name, f.mode, func(w *os.File) error { _, err := w.Write(f.text); return err }); err != nil {
			return badInput("%s kan niet geschreven worden: %v", f.name, err)
		}
	}
	fmt.Fprintf(env.Err, "Bewijs: %s. Bewaar %s bij de burger: daar staan de gegevens in.\n", r.file, r.file+openingSuffix)
	return nil
}

func receiptCommand(env Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "receipt",
		Short: "ga een ondertekend bewijs van een besluit na",
		Args:  cobra.ArbitraryArgs,
		RunE:  group,
	}
	cmd.AddCommand(receiptVerify(env))
	return cmd
}

func receiptVerify(env Env) *cobra.Command {
	var keys pinned
	var opening, own, data, rules string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "verify BEWIJS --sleutel BESTAND [--inputs OPENING]",
		Short: "ga een bewijs na zonder verbinding, en reken het na",
		Long: `Gaat na of het bewijs is ondertekend met de sleutel die u hebt. BEWIJS is een bewijs, of het JSON-bestand van een
ontvangstbewijs: daar zit de opening in. Met --inputs, de opening, ook of de gegevens erbij
horen, en of dezelfde regels nu dezelfde uitkomst geven. Met --case gebruikt u uw eigen dossier in plaats van dat uit
de opening. Met --regels of --data neemt u andere regels dan die van dit programma.

Uitgang 1: het bewijs klopt niet, de gegevens horen er niet bij, of dezelfde regels geven een andere uitkomst.`,
		Example: "  lemniscaat receipt verify besluit.bewijs --sleutel lemniscaat.openbaar --inputs besluit.bewijs.opening",
		Args:    arguments(1, 1, "BEWIJS"),
		RunE: func(cmd *cobra.Command, args []string) error {
			pins, err := keys.pins()
			if err != nil {
				return err
			}
			if len(pins) == 0 {
				return usage("de openbare sleutel ontbreekt; geef --sleutel BESTAND")
			}
			text, err := readFile(env, args[0])
			if err != nil {
				return err
			}
			trust, err := seal.Public{}.Trust(pins...)
			if err != nil {
				return badInput("%v", err)
			}
			statement, packed, err := receipt.Read(text)
			if err != nil {
				fmt.Fprintf(env.Out, "Het bewijs klopt niet: %v.\n", err)
				return silent(Found)
			}
			r, _, err := receipt.Open(statement, trust)
			if err != nil {
				fmt.Fprintf(env.Out, "Het bewijs klopt niet: %v.\n", err)
				return silent(Found)
			}
			if opening != "" {
				text, err := readFile(env, opening)
				if err != nil {
					return err
				}
				o, err := receipt.ReadOpening(text)
				if err != nil {
					return badInput("%s: %v", opening, err)
				}
				packed = &o
			}
			if own != "" && packed == nil {
				return usage("--case kan alleen samen met --inputs: daar staat het zout in")
			}
			if own != "" {
				given, err := readFile(env, own)
				if err != nil {
					return err
				}
				packed.Dossier = string(given)
			}
			var set *regulation.Set
			if packed != nil {
				from := []string{r.Regulation}
				if rules != "" {
					from = []string{rules}
				}
				var ids []string
				if set, ids, err = rulesFor(cmd.Context(), env, data, from); err != nil {
					return err
				}
				if _, err = withRules(set, ids[0]); err != nil {
					return err
				}
			}
			a, err := office.VerifyReceipt(set, statement, trust, packed)
			if err != nil {
				return err
			}
			if asJSON {
				if err := writeJSON(env, a); err != nil {
					return err
				}
			} else {
				printReceipt(env, a)
			}
			if !a.Good {
				return silent(Found)
			}
			return nil
		},
	}
	keys.keyFlag(cmd)
	f := cmd.Flags()
	f.StringVar(&opening, "inputs", "", "`BESTAND` met de opening van het bewijs")
	f.StringVar(&own, "case", "", "`BESTAND` met uw eigen dossier, in plaats van dat uit de opening")
	f.StringVar(&rules, "regels", "", "`MAP` met de regeling zoals zij was")
	f.StringVar(&data, "data", "", "`MAP` van een installatie; haar aangenomen versies gelden mee")
	f.BoolVar(&asJSON, "json", false, "geef JSON")
	return cmd
}

func printReceipt(env Env, a receipt.Check) {
	r := a.Receipt
	fmt.Fprintf(env.Out, "Het bewijs is ondertekend door %s.\nRegeling %s op %s, berekend op %s met versie %s.\n%s\n", a.Signer, r.Regulation, r.Date, r.At.Format("2006-01-02 15:04 UTC"), r.Program, r.RuleSet)
	for _, o := range r.Outcomes {
		fmt.Fprintf(env.Out, "- %s, %s: %s %s\n", o.Of, o.Attribute, o.Value, o.Unit)
	}
	switch a.Inputs {
	case receipt.InputsAbsent:
		fmt.Fprintln(env.Out, "De gegevens zijn niet nagegaan; geef de opening met --inputs.")
		return
	case receipt.InputsUnsure:
		fmt.Fprintln(env.Out, "De regels zijn niet meer dezelfde. Daarom is niet na te gaan of de gegevens erbij horen. Geef met --regels de regels van toen.")
	case receipt.InputsOther:
		fmt.Fprintln(env.Out, "Deze gegevens horen niet bij het bewijs.")
	default:
		fmt.Fprintln(env.Out, "De gegevens horen bij het bewijs.")
		switch {
		case a.Outcome == receipt.OutcomeSame && a.Rules == receipt.RulesSame:
			fmt.Fprintln(env.Out, "Dezelfde regels geven nu dezelfde uitkomst.")
		case a.Outcome == receipt.OutcomeSame:
			fmt.Fprintln(env.Out, "De regels zijn niet meer dezelfde. Zij geven dezelfde uitkomst.")
		case a.Rules == receipt.RulesSame:
			fmt.Fprintln(env.Out, "Dezelfde regels geven nu een ANDERE uitkomst. Dat mag niet.")
		default:
			fmt.Fprintln(env.Out, "De regels zijn niet meer dezelfde, en geven een andere uitkomst. Geef met --regels de regels van toen.")
		}
	}
	for _, d := range a.Differences {
		fmt.Fprintln(env.Out, "- "+d)
	}
}
