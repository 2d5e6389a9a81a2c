package cli

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"lemniscaat/internal/check"
	"lemniscaat/internal/dossier"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/explain"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// decision is the answer of decide --json. Its keys are a contract.
type decision struct {
	Regeling   string                 `json:"regeling"`
	Datum      string                 `json:"datum"`
	Regelset   string                 `json:"regelset"`
	Uitkomsten []outcomeValue         `json:"uitkomsten"`
	Uitleg     []*explain.Explanation `json:"uitleg"`
	// Schendingen are the consistentieregels that the case does not meet, or
	// that cannot be judged.
	Schendingen []violation `json:"schendingen"`
	Fouten      []problem   `json:"fouten"`
	// Uitrol are the roll-outs that run for this regulation, and whether this case
	// falls in them. Only with --data.
	Uitrol []rolled `json:"uitrol,omitempty"`
}

// outcomeValue is one declared outcome; Waarde is a decimal string, "ja" or
// "nee", a date, a text, or "leeg".
type outcomeValue struct {
	Object     string `json:"object"`
	Eigenschap string `json:"eigenschap"`
	Waarde     string `json:"waarde"`
	Eenheid    string `json:"eenheid"`
}

// problem is something that stands in the way of an answer.
type problem struct {
	Code       string `json:"code"`
	Tekst      string `json:"tekst"`
	Advies     string `json:"advies,omitempty"`
	Bestand    string `json:"bestand,omitempty"`
	Regel      int    `json:"regel,omitempty"`
	Kolom      int    `json:"kolom,omitempty"`
	Object     string `json:"object,omitempty"`
	Eigenschap string `json:"eigenschap,omitempty"`
	RegelID    string `json:"regelId,omitempty"`
}

// depthFlag is how deep an explanation goes: a number of levels, or "alles".
type depthFlag int

// unexplained is the depth of a decision without its way: the sentence and the
// reasons.
const unexplained = -1

func (d *depthFlag) Set(s string) error {
	if s == "alles" {
		*d = explain.Full
		return nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return usage("%q is geen diepte; geef 0, 1, 2 … of alles", s)
	}
	*d = depthFlag(n)
	return nil
}

func (d *depthFlag) String() string { return "" }

func (d *depthFlag) Type() string { return "DIEPTE" }

func problemsOf(ds rule.Diagnostics) []problem {
	out := []problem{}
	for _, d := range ds {
		if d.Severity == rule.Error {
			out = append(out, problem{Code: d.Code, Tekst: d.Message, Advies: d.Hint, Bestand: d.Pos.File, Regel: d.Pos.Line, Kolom: d.Pos.Column})
		}
	}
	return out
}

func decideCommand(env Env) *cobra.Command {
	var caseFile, data, place string
	var date dateFlag
	var asJSON bool
	var lang string
	depth := depthFlag(unexplained)
	var all bool
	var ask asking
	var zaak string
	var bewijs receiptFlags
	cmd := &cobra.Command{
		Use:   "decide REGELING…|MAP…|--alles --case BESTAND",
		Short: "reken één dossier uit en leg de uitkomst uit; ook voor meer regelingen tegelijk",
		Long: `Rekent een dossier uit volgens een regeling en legt de uitkomst uit, tot op het artikel.

Het dossier is een YAML-bestand met personen en hun gegevens; "-" leest van de standaardinvoer.
In plaats van een regeling van het programma mag er een MAP staan met een eigen regeling.
Met --data gelden ook de versies die in die installatie zijn aangenomen.

Met meer regelingen, of met --alles, is het antwoord een tabel: waar heeft dit huishouden recht op? Wat ontbreekt, staat
er één keer bij, als dossier om aan te vullen. Een regeling die gegevens mist, houdt de andere niet tegen. Met --vraag
stelt het programma de vragen zelf; zonder --case begint het met wie er in het huishouden zijn.`,
		Example: "  lemniscaat decide zorgtoeslag --case dossier.yaml --date 2026-06-01 --explain\n" +
			"  lemniscaat decide individuele-inkomenstoeslag --case dossier.yaml --gemeente noorderkoog\n" +
			"  lemniscaat decide ./mijn-regeling --case dossier.yaml\n" +
			"  lemniscaat decide zorgtoeslag kindgebonden-budget --case dossier.yaml\n" +
			"  lemniscaat decide --alles --vraag --dossier dossier.yaml",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 2 && cmd.Flags().Changed("explain") && depth.Set(args[1]) == nil {
				return usage("schrijf de diepte vast aan de optie: --explain=%s", args[1])
			}
			if all {
				return arguments(0, -1, "REGELING of MAP")(cmd, args)
			}
			return arguments(1, -1, "REGELING of MAP")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if caseFile == "" && !ask.on {
				return usage("het dossier ontbreekt; geef --case BESTAND, of --vraag")
			}
			if err := explain.CheckLanguage(lang); err != nil {
				return usage("--lang: %v", err)
			}
			args = split(args)
			set, ids, err := rulesFor(cmd.Context(), env, data, args)
			if err != nil {
				return err
			}
			if set, err = inMunicipality(set, place); err != nil {
				return err
			}
			if all || len(ids) > 1 || ask.on || ask.save != "" {
				if bewijs.file != "" {
					return usage("--receipt kan met één regeling tegelijk, zonder --vraag")
				}
				if ids, err = several(set, ids, all); err != nil {
					return err
				}
				on := date.Date
				switch {
				case !on.IsZero() || data == "":
				case caseFile == "" || caseFile == "-": // what is typed is read once
					on = rule.Of(env.Now())
				default:
					text, err := readFile(env, caseFile)
					if err != nil {
						return err
					}
					on = dateIn(caseFile, text, set)
				}
				if set, _, err = inCohort(cmd.Context(), data, set, ids, zaak, on); err != nil {
					return err
				}
				e := entitled{env: env, set: set, ids: ids, lang: lang, date: date.Date, ask: ask, depth: depth, json: asJSON}
				return e.run(caseFile)
			}
			reg, err := withRules(set, ids[0])
			if err != nil {
				return err
			}
			text, err := readFile(env, caseFile)
			if err != nil {
				return err
			}
			on := date.Date
			if on.IsZero() {
				on = dateIn(caseFile, text, set)
			}
			set, uitrol, err := inCohort(cmd.Context(), data, set, []string{reg.ID}, zaak, on)
			if err != nil {
				return err
			}
			reg, _ = set.Get(reg.ID)
			d, err := decide(set, reg, caseFile, text, date.Date, lang)
			if d == nil {
				return err
			}
			d.Uitrol = uitrol
			if asJSON {
				if err := writeJSON(env, d); err != nil {
					return err
				}
			} else {
				d.print(env, depth)
			}
			if err != nil { // no decision, no receipt
				return err
			}
			return bewijs.write(env, d, set, reg, data, caseFile, text)
		},
	}
	bewijs.flags(cmd)
	f := cmd.Flags()
	f.StringVar(&caseFile, "case", "", "`BESTAND` met het dossier (YAML)")
	f.Var(&date, "date", "reken op deze `DATUM` in plaats van die van het dossier")
	f.Var(&depth, "explain", "toon de weg naar de uitkomst tot `DIEPTE`: 0 de zin, 1 de stappen, 2 ook hun stappen; zonder getal alles")
	f.Lookup("explain").NoOptDefVal = "alles"
	f.StringVar(&lang, "lang", "nl", "`TAAL` van de uitleg: nl of en; namen uit de regels blijven Nederlands")
	f.BoolVar(&asJSON, "json", false, "geef JSON")
	f.BoolVar(&all, "alles", false, "reken alle regelingen met regels uit")
	f.BoolVar(&ask.on, "vraag", false, "vraag wat ontbreekt, en lees de antwoorden van de standaardinvoer")
	f.StringVar(&ask.save, "dossier", "", "bewaar het dossier, met wat nog ontbreekt, in dit `BESTAND`")
	f.StringVar(&place, "gemeente", "", "reken met wat deze `GEMEENTE` heeft gekozen, waar een regeling dat weet")
	f.StringVar(&data, "data", "", "`MAP` van een installatie; haar aangenomen versies gelden mee")
	f.StringVar(&zaak, "zaak", "", "het `NUMMER` van de zaak; nodig zolang een wijziging stap voor stap wordt ingevoerd")
	return cmd
}

// withRules gives a regulation that can decide.
func withRules(set *regulation.Set, id string) (*regulation.Regulation, error) {
	reg, ok := set.Get(id)
	if !ok {
		var ids []string
		for _, r := range set.Regulations {
			ids = append(ids, r.ID)
		}
		return nil, usage("er is geen regeling %q; kies uit: %s, of noem de map van een regeling", id, strings.Join(ids, ", "))
	}
	if !reg.Decides() {
		return nil, usage("regeling %s heeft geen regels om mee te rekenen, alleen %s", id, reg.Level)
	}
	return reg, nil
}

// decide computes the outcomes of a regulation for a case. A case that cannot
// be read or lacks a datum gives a decision with Fouten and a fault.
func decide(set *regulation.Set, reg *regulation.Regulation, name string, text []byte, date rule.Date, lang string) (*decision, error) {
	d := &decision{
		Regeling: reg.ID, Datum: date.String(), Regelset: string(set.Digest()),
		Uitkomsten: []outcomeValue{}, Uitleg: []*explain.Explanation{}, Schendingen: []violation{}, Fouten: []problem{},
	}
	if date.IsZero() {
		d.Datum = ""
	}
	program, ds := set.Program(reg.ID)
	if err := ds.Err(); err != nil {
		return nil, fmt.Errorf("compile rules: %w", err)
	}
	file, ds := dossier.Read(name, text, set.Model)
	if ds.Err() != nil {
		d.Fouten = problemsOf(ds)
		return d, silent(Input)
	}
	if date.IsZero() {
		date = file.Date
		d.Datum = date.String()
	}
	c, ds := file.Case(program, date)
	if ds.Err() != nil {
		d.Fouten = problemsOf(ds)
		return d, silent(Input)
	}

	var assumptions []string
	for _, a := range slices.Concat(file.Assumptions, reg.Assumptions) {
		assumptions = append(assumptions, a.Text)
	}
	code := Good
	for _, o := range reg.Outcomes {
		attribute := program.Attribute(o.Attribute)
		if attribute == nil {
			return nil, fmt.Errorf("outcome %s is not in the model", o.Attribute)
		}
		if program.IsInput(attribute, date) {
			// Without a rule it would be a datum of the case, and an answer that
			// somebody typed in is no decision.
			d.Fouten = append(d.Fouten, problem{
				Code: "geen-regel", Tekst: fmt.Sprintf("op %s geldt geen regel die %s bepaalt", date, called(attribute)),
				Advies: inForce(set.Model, attribute), Eigenschap: o.Attribute,
			})
			code = max(code, Found)
			continue
		}
		for _, obj := range file.Holders(attribute) {
			e := explain.Explain(c, obj, attribute, explain.Context{Lang: lang, Label: o.Label, Period: o.Period, Says: o.Says, Assumptions: assumptions, Ends: true})
			d.Uitleg = append(d.Uitleg, e)
			value, err := c.Value(obj, attribute)
			if err == nil && value.Num != nil {
				if _, finite := value.Num.FloatPrec(); !finite {
					err = fmt.Errorf("%s is %s en laat zich niet in decimalen schrijven; de regel moet afronden", called(attribute), value)
				}
			}
			if err == nil {
				d.Uitkomsten = append(d.Uitkomsten, outcomeValue{c.ID(obj), o.Attribute, value.String(), o.Unit})
				continue
			}
			p := problem{Code: check.CodeUnrounded, Tekst: err.Error(), Object: c.ID(obj), Eigenschap: o.Attribute}
			var fault *exact.Error
			if errors.As(err, &fault) {
				p = *faultOf(fault)
				p.Object = cmp.Or(p.Object, c.ID(obj))
				p.Eigenschap = cmp.Or(p.Eigenschap, o.Attribute)
			}
			if !slices.Contains(d.Fouten, p) { // two outcomes may lack one datum
				d.Fouten = append(d.Fouten, p)
			}
			if code = max(code, Found); errors.Is(err, exact.ErrMissing) || errors.Is(err, exact.ErrInput) {
				code = Input
			}
		}
	}
	code = max(code, d.judge(c, file.Applicants(), reg, explain.Context{Lang: lang, Assumptions: assumptions}))
	if code != Good {
		return d, silent(code)
	}
	return d, nil
}

// called gives the name of an attribute with its article.
func called(a *rule.Attribute) string {
	return strings.TrimSpace(a.Article + " " + a.Name)
}

// inForce says when there are rules for an attribute.
func inForce(m *rule.Model, a *rule.Attribute) string {
	var from, until rule.Date
	open := false
	for _, r := range m.Rules {
		for _, v := range r.Versions {
			if v.Writes() != a {
				continue
			}
			if from.IsZero() || v.From.Before(from) {
				from = v.From
			}
			open = open || v.Until.IsZero()
			if until.Before(v.Until) {
				until = v.Until
			}
		}
	}
	switch {
	case from.IsZero() && until.IsZero() && !open:
		return ""
	case open:
		return fmt.Sprintf("kies een dag vanaf %s", from)
	}
	return fmt.Sprintf("kies een dag van %s tot en met %s", from, until)
}

// printMark says that a number behind an outcome was never verified: who sees the
// amount sees that too, also without the way to it.
func printMark(env Env, e *explain.Explanation) {
	if !e.Unverified {
		return
	}
	if e.Lang == "en" {
		fmt.Fprintln(env.Out, "- Note: a number behind this is not verified; --explain says which.")
		return
	}
	fmt.Fprintln(env.Out, "- Let op: een getal hierachter is niet geverifieerd; --explain zegt welk.")
}

// print writes the decision for people: what is wrong goes to the error stream.
func (d *decision) print(env Env, depth depthFlag) {
	for _, e := range d.Uitleg {
		if depth != unexplained {
			fmt.Fprintln(env.Out, strings.TrimRight(e.Text(int(depth)), "\n"))
			fmt.Fprintln(env.Out)
			continue
		}
		if e.Error == nil {
			fmt.Fprintln(env.Out, e.Sentence)
			for _, r := range e.Further() {
				fmt.Fprintln(env.Out, "- "+r)
			}
			printMark(env, e)
		}
	}
	for _, v := range d.Schendingen {
		fmt.Fprintf(env.Err, "schending bij %s: %s [%s]\n", strings.Join(v.Objecten, ", "), v.Tekst, v.Anker)
	}
	for _, u := range d.Uitrol {
		fmt.Fprintln(env.Out, u.text())
	}
	printProblems(env, d.Fouten)
	if len(d.Fouten) == 0 {
		fmt.Fprintf(env.Out, "\nRegeling %s op %s, %s.\n", d.Regeling, d.Datum, d.Regelset)
	}
}
