package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"lemniscaat/internal/audit"
	"lemniscaat/internal/event"
	"lemniscaat/internal/seal"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/sqlite"
)

func auditCommand(env Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "ga na of er met het logboek is geknoeid",
		Args:  cobra.ArbitraryArgs,
		RunE:  group,
	}
	cmd.AddCommand(auditVerify(env), auditExport(env), auditHead(env), auditSign(env), auditProve(env), auditCheck(env), auditKey(env))
	return cmd
}

// logPlace are the options of commands that read the log of an installation.
type logPlace struct{ data, keys string }

func (p *logPlace) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&p.data, "data", "", "`MAP` van de installatie")
	cmd.Flags().StringVar(&p.keys, "sleutels", "", "`MAP` met de sleutels van de installatie; zonder: die van --data")
}

// open opens the log for reading, also while the installation runs.
func (p *logPlace) open(ctx context.Context) (store.Reader, seal.Public, error) {
	if p.data == "" {
		return nil, seal.Public{}, usage("de map ontbreekt; geef --data MAP")
	}
	if p.keys == "" {
		p.keys = p.data
	}
	if err := hasInstallation(ctx, p.data); err != nil {
		return nil, seal.Public{}, err
	}
	public, err := readPublic(p.keys)
	if err != nil {
		return nil, seal.Public{}, err
	}
	log, err := readLog(ctx, p.data)
	if err != nil {
		return nil, seal.Public{}, err
	}
	return log, public, nil
}

// pinned are the options that name what was kept elsewhere.
type pinned struct{ heads, keys []string }

func (p *pinned) flags(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&p.heads, "koppen", nil, "`BESTAND` of map met ondertekende koppen die elders zijn bewaard; mag vaker")
	p.keyFlag(cmd)
}

func (p *pinned) keyFlag(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&p.keys, "sleutel", nil, "`BESTAND` met de openbare sleutel die u apart hebt gekregen; mag vaker")
}

func (p *pinned) pins() ([]string, error) {
	var out []string
	for _, name := range p.keys {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, badInput("%s", fileError(name, err))
		}
		public, err := seal.ReadPublic(text)
		if err != nil {
			return nil, badInput("%s: %v", name, err)
		}
		out = append(out, public.Keys...)
	}
	return out, nil
}

func (p *pinned) read() (o audit.Options, err error) {
	if o.Pins, err = p.pins(); err != nil {
		return o, err
	}
	for _, name := range p.heads {
		files := []string{name}
		if info, err := os.Stat(name); err != nil {
			return o, badInput("%s", fileError(name, err))
		} else if info.IsDir() {
			if files, err = filepath.Glob(filepath.Join(name, "kop-*.txt")); err != nil || len(files) == 0 {
				return o, badInput("in %s staan geen koppen (verwacht: kop-….txt)", name)
			}
			slices.Sort(files)
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				return o, badInput("%s", fileError(f, err))
			}
			heads, err := audit.SplitHeads(string(text))
			if err != nil {
				return o, badInput("%s: %v", f, err)
			}
			if len(heads) == 0 {
				return o, badInput("in %s staat geen ondertekende kop", f)
			}
			o.Heads = append(o.Heads, heads...)
		}
	}
	return o, nil
}

// verification is the answer of audit verify --json.
type verification struct {
	Goed           bool   `json:"goed"`
	Gebeurtenissen uint64 `json:"gebeurtenissen"`
	Kop            string `json:"kop"`
	Wortel         string `json:"wortel"`
	Teksten        int    `json:"teksten"`
	Gewist         int    `json:"gewist"`
	NietMee        int    `json:"nietMeegegeven"`
	Uitkomsten     int64  `json:"uitkomsten"`
	Ondertekend    *struct {
		Koppen         int       `json:"koppen"`
		Gebeurtenissen uint64    `json:"gebeurtenissen"`
		Op             time.Time `json:"op"`
		EigenSleutel   bool      `json:"metEigenSleutel"`
	} `json:"ondertekend,omitempty"`
	Fout *struct {
		Code        string `json:"code"`
		Gebeurtenis uint64 `json:"gebeurtenis"`
		Regel       int    `json:"regel,omitempty"`
		Reden       string `json:"reden"`
	} `json:"fout,omitempty"`
}

func verified(r audit.Report, bad *audit.Fault) verification {
	v := verification{
		Goed: bad == nil, Gebeurtenissen: r.Events, Kop: r.Head.String(), Wortel: r.Root.String(), Teksten: r.Texts, Gewist: r.Erased, NietMee: r.Left, Uitkomsten: r.Facts,
	}
	if r.Heads > 0 {
		v.Ondertekend = &struct {
			Koppen         int       `json:"koppen"`
			Gebeurtenissen uint64    `json:"gebeurtenissen"`
			Op             time.Time `json:"op"`
			EigenSleutel   bool      `json:"metEigenSleutel"`
		}{r.Heads, r.Signed.Size, r.Signed.At, r.Pinned}
	}
	if bad != nil {
		v.Fout = &struct {
			Code        string `json:"code"`
			Gebeurtenis uint64 `json:"gebeurtenis"`
			Regel       int    `json:"regel,omitempty"`
			Reden       string `json:"reden"`
		}{bad.Code, bad.Seq, bad.Line, bad.Text}
	}
	return v
}

func (v verification) print(w io.Writer, bad *audit.Fault) {
	if bad != nil {
		fmt.Fprintf(w, "Het logboek klopt niet. %d gebeurtenissen kloppen, dan gaat het mis.\n%v\n", v.Gebeurtenissen, bad)
		return
	}
	fmt.Fprintf(w, "Het logboek klopt: %d gebeurtenissen.\nKop: %s\n", v.Gebeurtenissen, v.Kop)
	fmt.Fprintf(w, "Teksten en bestanden: %d kloppen, %d zijn gewist", v.Teksten, v.Gewist)
	if v.NietMee > 0 {
		fmt.Fprintf(w, ", %d gaven zij niet mee", v.NietMee)
	}
	fmt.Fprintf(w, ".\nUitkomsten: %d kloppen.\n", v.Uitkomsten)
	switch o := v.Ondertekend; {
	case o == nil:
		fmt.Fprintln(w, "Er is geen ondertekende kop. Of het einde weg is, of alles vervangen, is zo niet te zien.")
	case !o.EigenSleutel:
		fmt.Fprintf(w, "Ondertekende koppen: %d kloppen, de laatste over %d gebeurtenissen.\nLet op: de sleutel kwam van dezelfde plaats. Geef met --sleutel de sleutel die u apart hebt.\n", o.Koppen, o.Gebeurtenissen)
	default:
		fmt.Fprintf(w, "Ondertekende koppen: %d kloppen, de laatste over %d gebeurtenissen, nagegaan met uw eigen sleutel.\n", o.Koppen, o.Gebeurtenissen)
	}
}

func auditVerify(env Env) *cobra.Command {
	var at logPlace
	var kept pinned
	var known string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "verify [BESTAND] | --data MAP",
		Short: "reken het hele logboek na, van een installatie of uit een export",
		Long: `Rekent elke schakel van het logboek na, elke persoonlijke tekst en elk bestand dat er nog is, de uitkomsten van
zaaksystemen, en de koppen die de installatie heeft ondertekend. Dat kan ook terwijl de installatie draait, en met
een export ook zonder verbinding.

De keten zelf kan niet zeggen of het einde is weggehaald, of het hele logboek vervangen. Dat zeggen de koppen die
elders zijn bewaard (--koppen), nagegaan met de openbare sleutel die u apart hebt gekregen (--sleutel).`,
		Example: "  lemniscaat audit verify --data gegevens --koppen /mnt/getuige --sleutel lemniscaat.openbaar\n" +
			"  lemniscaat audit verify logboek.export --sleutel lemniscaat.openbaar",
		Args: arguments(0, 1, "BESTAND"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 && at.data != "" {
				return usage("geef een BESTAND of --data MAP, niet allebei")
			}
			o, err := kept.read()
			if err != nil {
				return err
			}
			if known != "" {
				head, err := event.ParseHead(known)
				if err != nil {
					return &fault{Usage, fmt.Errorf("--head: %w", err)}
				}
				o.Known = &head
			}
			var r audit.Report
			name := at.data
			if len(args) == 1 {
				name = args[0]
				f, err := os.Open(name)
				if err != nil {
					return badInput("%s", fileError(name, err))
				}
				defer f.Close()
				r, err = audit.VerifyExport(f, o)
				if err := finish(cmd.Context(), env, r, err, name, asJSON); err != nil {
					return err
				}
				return nil
			}
			log, public, err := at.open(cmd.Context())
			if err != nil {
				return err
			}
			defer log.Close()
			r, err = audit.Verify(cmd.Context(), log, public, o)
			return finish(cmd.Context(), env, r, err, name, asJSON)
		},
	}
	f := cmd.Flags()
	at.flags(cmd)
	kept.flags(cmd)
	f.StringVar(&known, "head", "", "de `KOP` die eerder is bewaard (nummer:hash)")
	f.BoolVar(&asJSON, "json", false, "geef JSON")
	return cmd
}

// finish says what a verification found.
func finish(ctx context.Context, env Env, r audit.Report, err error, name string, asJSON bool) error {
	var bad *audit.Fault
	var tampered *event.Tampered
	switch {
	case errors.As(err, &bad):
	case errors.As(err, &tampered):
		bad = &audit.Fault{Code: "inhoud", Seq: tampered.Seq, Text: tampered.Reason}
	case err != nil && ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return &fault{Input, fmt.Errorf("het logboek in %s kan niet gelezen worden: %w", name, err)}
	}
	v := verified(r, bad)
	if asJSON {
		if err := writeJSON(env, v); err != nil {
			return err
		}
	} else {
		v.print(env.Out, bad)
	}
	if bad != nil {
		return silent(Found)
	}
	return nil
}

func auditExport(env Env) *cobra.Command {
	var at logPlace
	var out string
	var texts bool
	cmd := &cobra.Command{
		Use:   "export --data MAP --out BESTAND",
		Short: "schrijf het hele logboek naar één bestand dat iedereen kan nagaan",
		Long: `Schrijft alle gebeurtenissen, de vastgelegde vingerafdrukken van teksten en uitkomsten, de ondertekende koppen en de
openbare sleutels naar één bestand. Dat is zonder verbinding na te gaan met lemniscaat audit verify BESTAND.

Persoonlijke teksten en bestanden gaan alleen mee met --teksten. Zonder hen is al het andere na te gaan. Namen van
accounts en nummers van melders staan er wel in: geef het bestand alleen aan wie dat mag zien.`,
		Example: "  lemniscaat audit export --data gegevens --out logboek.export",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if out == "" {
				return usage("het bestand ontbreekt; geef --out BESTAND")
			}
			log, public, err := at.open(cmd.Context())
			if err != nil {
				return err
			}
			defer log.Close()
			var r audit.Report
			var faulty error
			err = writeWhole(out, forOne, func(f *os.File) error {
				w := bufio.NewWriter(f)
				var err error
				r, err = audit.Export(cmd.Context(), w, log, audit.ExportOptions{Texts: texts, Public: public, Program: Version, Now: env.Now()})
				faulty = err
				return errors.Join(err, w.Flush())
			})
			var bad *audit.Fault
			var tampered *event.Tampered
			switch {
			case cmd.Context().Err() != nil:
				return cmd.Context().Err()
			case errors.As(faulty, &bad) || errors.As(faulty, &tampered):
				return &fault{Found, fmt.Errorf("het logboek klopt niet, en is niet geëxporteerd: %w", faulty)}
			case err != nil:
				return badInput("%s kan niet geschreven worden: %v", out, err)
			}
			fmt.Fprintf(env.Out, "%s: %d gebeurtenissen, %d teksten en bestanden, %d ondertekende koppen.\nKop: %s\n", out, r.Events, r.Texts, r.Heads, r.Head)
			return nil
		},
	}
	at.flags(cmd)
	cmd.Flags().StringVar(&out, "out", "", "`BESTAND` om te schrijven")
	cmd.Flags().BoolVar(&texts, "teksten", false, "neem persoonlijke teksten en bestanden mee")
	return cmd
}

func auditHead(env Env) *cobra.Command {
	var at logPlace
	cmd := &cobra.Command{
		Use:   "head --data MAP",
		Short: "toon de laatste ondertekende kop, en wie haar heeft",
		Args:  arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			log, _, err := at.open(cmd.Context())
			if err != nil {
				return err
			}
			defer log.Close()
			st, statement, err := audit.Last(cmd.Context(), log)
			if err != nil {
				return &fault{Input, err}
			}
			if statement == "" {
				fmt.Fprintln(env.Err, "Er is nog geen ondertekende kop.")
				return silent(Found)
			}
			fmt.Fprint(env.Out, statement)
			bad := false
			for _, w := range st.Witness {
				switch {
				case w.Fault != "":
					bad = true
					fmt.Fprintf(env.Err, "%s faalt sinds %s: %s. Daar is de kop over %d gebeurtenissen.\n", w.Name, w.Since.Format(time.DateTime), w.Fault, w.Size)
				default:
					fmt.Fprintf(env.Err, "%s heeft de kop over %d gebeurtenissen.\n", w.Name, w.Size)
				}
			}
			if bad {
				return silent(Found)
			}
			return nil
		},
	}
	at.flags(cmd)
	return cmd
}

func auditProve(env Env) *cobra.Command {
	var at logPlace
	var seq uint64
	var before, out string
	cmd := &cobra.Command{
		Use:   "prove --data MAP (--nr NUMMER | --van KOPBESTAND)",
		Short: "bewijs dat een gebeurtenis in het logboek staat, of dat een kop verder gaat op een oudere",
		Long: `Maakt een klein bestand waarmee iemand zonder het logboek kan nagaan dat een gebeurtenis erin staat, of dat de laatste
ondertekende kop verder gaat waar een oudere ophield. Nagaan: lemniscaat audit check.`,
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if (seq == 0) == (before == "") {
				return usage("geef --nr NUMMER of --van BESTAND")
			}
			log, public, err := at.open(cmd.Context())
			if err != nil {
				return err
			}
			defer log.Close()
			trust, err := public.Trust()
			if err != nil {
				return badInput("%v", err)
			}
			var p audit.Proof
			if seq > 0 {
				p, err = audit.Prove(cmd.Context(), log, trust, seq)
			} else {
				text, readErr := os.ReadFile(before)
				if readErr != nil {
					return badInput("%s", fileError(before, readErr))
				}
				p, err = audit.ProveGrowth(cmd.Context(), log, trust, string(text))
			}
			if err != nil {
				return &fault{Found, err}
			}
			text, err := p.Text()
			if err != nil {
				return err
			}
			if out == "" {
				_, err = env.Out.Write(text)
				return err
			}
			return writeWhole(out, forAll, func(f *os.File) error { _, err := f.Write(text); return err })
		},
	}
	at.flags(cmd)
	cmd.Flags().Uint64Var(&seq, "nr", 0, "`NUMMER` van de gebeurtenis")
	cmd.Flags().StringVar(&before, "van", "", "`BESTAND` met een oudere ondertekende kop")
	cmd.Flags().StringVar(&out, "out", "", "`BESTAND` om te schrijven; zonder: de standaarduitvoer")
	return cmd
}

func auditCheck(env Env) *cobra.Command {
	var kept pinned
	cmd := &cobra.Command{
		Use:   "check BEWIJS --sleutel BESTAND",
		Short: "ga een bewijs na, zonder verbinding en zonder het logboek",
		Args:  arguments(1, 1, "BEWIJS"),
		RunE: func(cmd *cobra.Command, args []string) error {
			pins, err := kept.pins()
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
			p, err := audit.ReadProof(text)
			if err != nil {
				return badInput("%s: %v", args[0], err)
			}
			trust, err := seal.Public{}.Trust(pins...)
			if err != nil {
				return badInput("%v", err)
			}
			said, err := p.Check(trust)
			if err != nil {
				fmt.Fprintf(env.Out, "Het bewijs klopt niet: %v\n", err)
				return silent(Found)
			}
			fmt.Fprintln(env.Out, said)
			return nil
		},
	}
	kept.keyFlag(cmd)
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
	if exists(filepath.Join(dir, databaseFile)) {
		return badInput("het logboek van %s staat in PostgreSQL, en deze opdracht werkt alleen met een map; zie docs/beheer/postgresql.md", dir)
	}
	if _, err := os.Stat(filepath.Join(dir, sqlite.File)); err != nil {
		return badInput("in %s staat geen logboek (%s)", dir, sqlite.File)
	}
	return nil
}
