package cli

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"lemniscaat/internal/amendment"
	"lemniscaat/internal/comparison"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/regelingen"
)

// sidesFlags choose the two sides of a comparison of one regulation.
type sidesFlags struct {
	from, until   dateFlag
	variant, data string
	place         string
}

func (s *sidesFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.Var(&s.from, "van", "links: de regels op deze `DATUM`")
	f.Var(&s.until, "tot", "rechts: de regels op deze `DATUM`")
	f.StringVar(&s.variant, "variant", "", "rechts: met deze `VARIANT`, de naam van een meegeleverde of een bestand (YAML)")
	f.StringVar(&s.place, "gemeente", "", "rechts: in deze `GEMEENTE`")
	f.StringVar(&s.data, "data", "", "`MAP` van een installatie; haar aangenomen versies gelden mee")
}

func (s *sidesFlags) given(cmd *cobra.Command) bool {
	return slices.ContainsFunc([]string{"van", "tot", "variant", "gemeente", "data"}, cmd.Flags().Changed)
}

// sideBySide is a comparison with what its sides are called.
type sideBySide struct {
	*comparison.Result
	names [2]string
	kinds [2]jsonSide
}

// diffRegulation compares one regulation on two sides.
func diffRegulation(ctx context.Context, env Env, args []string, s sidesFlags, asJSON, brief bool) error {
	set, ids, err := rulesFor(ctx, env, s.data, args)
	if err != nil {
		return err
	}
	if _, ok := set.Get(ids[0]); !ok {
		var known []string
		for _, r := range set.Regulations {
			known = append(known, r.ID)
		}
		return usage("er is geen regeling %q; kies uit: %s, of noem de map van een regeling; of geef twee bestanden", ids[0], strings.Join(known, ", "))
	}
	c, err := s.compare(env, set, ids[0])
	if err != nil {
		return err
	}
	if asJSON {
		err = writeJSON(env, c.document())
	} else {
		c.print(env, brief)
	}
	if err == nil && !c.Same() {
		return silent(Found)
	}
	return err
}

// compare makes the sides that the flags ask for.
func (s *sidesFlags) compare(env Env, set *regulation.Set, id string) (*sideBySide, error) {
	c := &sideBySide{}
	right := set
	from, until := s.from.Date, s.until.Date
	if s.variant != "" {
		v, err := variantNamed(env, s.variant)
		if err != nil {
			return nil, err
		}
		next, ds := set.With(v)
		if ds.Err() != nil {
			return nil, &fault{Input, ds.Err()}
		}
		right = next
		if until.IsZero() {
			until = from
		}
		if until.IsZero() {
			until = v.From
		}
		if from.IsZero() {
			from = until
		}
		if until.Before(v.From) {
			fmt.Fprintf(env.Err, "let op: de variant %s geldt pas vanaf %s\n", v.ID, v.From)
		}
		c.names[1], c.kinds[1].Variant = " met de variant ‘"+v.Name+"’", v.ID
	}
	if s.place != "" {
		next, err := inMunicipality(right, s.place)
		if err != nil {
			return nil, err
		}
		right = next
		reg, _ := right.Get(id)
		was, _ := set.Get(id)
		if reg.Municipality != nil {
			c.names[1] += " in " + reg.Municipality.Name
			c.names[0] += " in " + was.Municipality.Name
			c.kinds[0].Gemeente, c.kinds[1].Gemeente = was.Municipality.ID, reg.Municipality.ID
		}
		if from.IsZero() && until.IsZero() { // both today: it is about the place
			now, err := today(env)
			if err != nil {
				return nil, err
			}
			from, until = now, now
		}
	}
	if from.IsZero() || until.IsZero() {
		now, err := today(env)
		if err != nil {
			return nil, err
		}
		switch day, ok := comparison.LastChange(set, id, now); {
		case from.IsZero() && until.IsZero() && !ok:
			return nil, usage("in %s is nog niets veranderd; geef --van en --tot, of --variant", id)
		case from.IsZero() && until.IsZero():
			from, until = day.AddDays(-1), day
		case until.IsZero():
			until = now
		default:
			from = until.AddDays(-1)
		}
	}
	var sides [2]comparison.Side
	for i, x := range []struct {
		set *regulation.Set
		on  rule.Date
	}{{set, from}, {right, until}} {
		sides[i] = comparison.Side{Set: x.set, Date: x.on}
		c.names[i] = sides[i].On() + c.names[i]
		c.kinds[i].Datum = x.on.String()
	}
	var err error
	c.Result, err = comparison.Compare(sides[0], sides[1], id)
	return c, err
}

// variantNamed finds a variant that ships with the program by its name, or
// reads one from a file.
func variantNamed(env Env, name string) (regulation.Variant, error) {
	known, err := shippedVariants()
	if err != nil {
		return regulation.Variant{}, err
	}
	for _, v := range known {
		if v.ID == name {
			return v, nil
		}
	}
	if !strings.ContainsAny(name, `./\`) {
		var ids []string
		for _, v := range known {
			ids = append(ids, v.ID)
		}
		return regulation.Variant{}, usage("er is geen variant %q; kies uit: %s, of noem een bestand", name, strings.Join(ids, ", "))
	}
	text, err := readFile(env, name)
	if err != nil {
		return regulation.Variant{}, err
	}
	v, ds := regulation.ReadVariant(filepath.ToSlash(name), text)
	if ds.Err() != nil {
		return regulation.Variant{}, &fault{Input, ds.Err()}
	}
	return v, nil
}

// shippedVariants gives the variants that come with the program.
func shippedVariants() ([]regulation.Variant, error) {
	list, ds := regulation.Variants(fs.FS(regelingen.Files))
	if err := ds.Err(); err != nil {
		return nil, fmt.Errorf("shipped variants: %w", err)
	}
	return list, nil
}

// title names a place for people.
func (c *sideBySide) title(s comparison.Section) string {
	for i := len(c.Sides) - 1; i >= 0; i-- {
		reg, ok := c.Sides[i].Set.Get(s.Regulation)
		if !ok {
			continue
		}
		name := reg.Name
		if a, ok := reg.Article(s.Article); ok {
			if a.Number != "" && a.Number[0] <= '9' {
				name += ", artikel " + a.Number
			}
			name += ". " + a.Title
		}
		return name
	}
	return s.Regulation
}

// print writes a comparison for people: the sentence, the words, the effect.
func (c *sideBySide) print(env Env, brief bool) {
	w := env.Out
	name := c.ID
	for _, r := range c.Regulation {
		if r != nil {
			name = r.Name
		}
	}
	fmt.Fprintf(w, "%s\nlinks:  %s\nrechts: %s\n\n%s\n", name, c.names[0], c.names[1], c.Sentence())
	for _, s := range c.Words {
		fmt.Fprintf(w, "\n%s\n", c.title(s))
		for _, d := range s.Differences {
			fmt.Fprintf(w, "- %s\n", d.Text)
			for _, x := range d.Details {
				if len(d.Lines) == 0 {
					fmt.Fprintf(w, "    %s\n", x)
				}
			}
			for _, l := range d.Lines {
				for _, ps := range []struct {
					mark  string
					words string
				}{{"-", marked(l.Before, "[-", "-]")}, {"+", marked(l.After, "[+", "+]")}} {
					if ps.words != "" {
						fmt.Fprintf(w, "    %s %s\n", ps.mark, ps.words)
					}
				}
			}
			if d.Kind == "parameter" {
				fmt.Fprintf(w, "    links: %s; rechts: %s\n", provenance(d.Values[0]), provenance(d.Values[1]))
			}
		}
	}
	for _, k := range comparison.Kinds {
		n := c.Count(k)
		if n == 0 {
			continue
		}
		fmt.Fprintf(w, "\nRekenvoorbeelden: %s (%d)\n", kindText(k), n)
		if k == comparison.Unchanged || brief {
			continue
		}
		for _, row := range c.Effect {
			if row.Kind == k {
				c.printRow(env, row)
			}
		}
	}
}

func (c *sideBySide) printRow(env Env, row *comparison.Row) {
	fmt.Fprintf(env.Out, "- %s\n", row.Example.Name)
	for _, v := range row.Shown() {
		diff := v.DifferenceText()
		if diff != "" {
			diff = " (" + diff + ")"
		}
		fmt.Fprintf(env.Out, "    %s van %s: %s | %s%s\n", v.Label(), v.Object, v.Text(0), v.Text(1), diff)
	}
	if why := c.Reasons(row); len(why) > 0 {
		text := why[0].Text()
		if also := comparison.Others(why); also != "" {
			text += " " + also
		}
		fmt.Fprintf(env.Out, "    %s\n", text)
	}
}

func kindText(k comparison.Kind) string {
	return [...]string{"anders", "alleen links een uitkomst", "alleen rechts een uitkomst", "gelijk", "nergens een uitkomst"}[k]
}

// provenance says where a value comes from and how sure it is.
func provenance(v *rule.ParameterValue) string {
	if v == nil {
		return "geen waarde"
	}
	s := fmt.Sprintf("vanaf %s, %s", v.From, v.Source)
	if v.Value.IsEmpty() {
		s = "geen waarde " + s
	}
	if !v.Verified {
		s += " (niet geverifieerd)"
	}
	if v.Example {
		s += " (voorbeeldwaarde)"
	}
	return s
}

// marked writes a line with its changed words between marks.
func marked(ps []amendment.Piece, open, end string) string {
	var out []string
	for _, p := range ps {
		if p.Changed {
			out = append(out, open+p.Text+end)
		} else {
			out = append(out, p.Text)
		}
	}
	return strings.Join(out, " ")
}

// jsonComparison is what diff REGELING --json gives. Its keys are a contract.
type jsonComparison struct {
	Regeling    string         `json:"regeling"`
	Links       jsonSide       `json:"links"`
	Rechts      jsonSide       `json:"rechts"`
	Zin         string         `json:"zin"`
	Woorden     []jsonWords    `json:"woorden"`
	Telling     map[string]int `json:"telling"`
	Voorbeelden []jsonExample  `json:"voorbeelden"`
}

type jsonSide struct {
	Datum   string `json:"datum"`
	Variant string `json:"variant,omitempty"`
	// Gemeente is whose local values hold there.
	Gemeente string `json:"gemeente,omitempty"`
}

type jsonWords struct {
	Regeling string       `json:"regeling"`
	Artikel  string       `json:"artikel,omitempty"`
	Soort    string       `json:"soort"`
	ID       string       `json:"id"`
	Was      string       `json:"was,omitempty"` // the rule that this one comes in the place of
	Tekst    string       `json:"tekst"`
	Links    string       `json:"links,omitempty"`
	Rechts   string       `json:"rechts,omitempty"`
	Waarden  []*jsonValue `json:"waarden,omitempty"` // left and right; null where no value holds
}

type jsonValue struct {
	Waarde           string `json:"waarde"`
	Vanaf            string `json:"vanaf"`
	Bron             string `json:"bron"`
	NietGeverifieerd bool   `json:"nietGeverifieerd"`
	Voorbeeldwaarde  bool   `json:"voorbeeldwaarde,omitempty"`
}

type jsonExample struct {
	Naam       string        `json:"naam"`
	Artikel    string        `json:"artikel"`
	Soort      string        `json:"soort"`
	Uitkomsten []jsonOutcome `json:"uitkomsten"`
	Waardoor   []jsonCause   `json:"waardoor,omitempty"`
}

// jsonOutcome is one outcome on both sides: exact values, or why there is none.
type jsonOutcome struct {
	Object     string `json:"object"`
	Eigenschap string `json:"eigenschap"`
	Soort      string `json:"soort"`
	Links      string `json:"links,omitempty"`
	Rechts     string `json:"rechts,omitempty"`
	Verschil   string `json:"verschil,omitempty"`
	FoutLinks  string `json:"foutLinks,omitempty"`
	FoutRechts string `json:"foutRechts,omitempty"`
}

type jsonCause struct {
	Soort string `json:"soort"`
	Tekst string `json:"tekst"`
}

func (c *sideBySide) document() jsonComparison {
	out := jsonComparison{
		Regeling: c.ID, Links: c.kinds[0], Rechts: c.kinds[1], Zin: c.Sentence(),
		Woorden: []jsonWords{}, Telling: map[string]int{}, Voorbeelden: []jsonExample{},
	}
	for _, k := range comparison.Kinds {
		out.Telling[k.String()] = c.Count(k)
	}
	for _, s := range c.Words {
		for _, d := range s.Differences {
			x := jsonWords{Regeling: s.Regulation, Artikel: s.Article, Soort: d.Kind, ID: d.ID, Was: d.Was, Tekst: d.Text, Links: d.Before, Rechts: d.After}
			if d.Kind == "parameter" {
				for _, v := range d.Values {
					x.Waarden = append(x.Waarden, parameterJSON(v))
				}
			}
			out.Woorden = append(out.Woorden, x)
		}
	}
	for _, row := range c.Effect {
		x := jsonExample{Naam: row.Example.Name, Artikel: row.Example.Article, Soort: row.Kind.String(), Uitkomsten: []jsonOutcome{}}
		for _, v := range row.Values {
			o := jsonOutcome{Object: v.Object, Eigenschap: v.Outcome.Attribute, Soort: v.Kind.String()}
			for i, side := range []struct{ value, problem *string }{{&o.Links, &o.FoutLinks}, {&o.Rechts, &o.FoutRechts}} {
				if v.Answers[i].OK() {
					*side.value = v.Answers[i].Value.String()
				} else {
					*side.problem = v.Text(i)
				}
			}
			if v.Difference != nil {
				o.Verschil = rule.Decimal(v.Difference)
			}
			x.Uitkomsten = append(x.Uitkomsten, o)
		}
		for _, why := range c.Reasons(row) {
			x.Waardoor = append(x.Waardoor, jsonCause{why.Kind.String(), why.Text()})
		}
		out.Voorbeelden = append(out.Voorbeelden, x)
	}
	return out
}

func parameterJSON(v *rule.ParameterValue) *jsonValue {
	if v == nil {
		return nil
	}
	return &jsonValue{Waarde: v.Value.String(), Vanaf: v.From.String(), Bron: v.Source, NietGeverifieerd: !v.Verified, Voorbeeldwaarde: v.Example}
}
