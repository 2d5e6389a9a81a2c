package cli

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"lemniscaat/internal/dossier"
	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/entitlement"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/explain"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// household is the answer of decide --json for more regulations. Its keys are a
// contract.
type household struct {
	Datum      string      `json:"datum"`
	Regelset   string      `json:"regelset"`
	Regelingen []entitling `json:"regelingen"`
	Ontbreekt  []lacking   `json:"ontbreekt"`
	// Standaard are the data that were not given and counted by default.
	Standaard []standing `json:"standaard"`
	Aannames  []string   `json:"aannames"`
	Fouten    []problem  `json:"fouten"`
	// Dossier is the case with what is missing, to fill in and give back.
	Dossier string `json:"dossier,omitempty"`

	counted []string // of Aannames, those about Standaard: one for each person
}

// entitling is what one regulation gives.
type entitling struct {
	Regeling    string                 `json:"regeling"`
	Naam        string                 `json:"naam"`
	Uitkomsten  []periodic             `json:"uitkomsten"`
	Uitleg      []*explain.Explanation `json:"uitleg"`
	Aannames    []string               `json:"aannames"`
	Ontbreekt   []string               `json:"ontbreekt"` // "p1.toetsingsinkomen"
	Schendingen []violation            `json:"schendingen"`
	Fouten      []problem              `json:"fouten"`

	answer   *entitlement.Answer
	computed *exact.Case
}

// periodic is an outcome with its period.
type periodic struct {
	outcomeValue
	Naam string `json:"naam"`
	Per  string `json:"per,omitempty"`
}

// lacking is a datum that is asked for, once.
type lacking struct {
	Object     string   `json:"object"`
	Eigenschap string   `json:"eigenschap"`
	Vraag      string   `json:"vraag"`
	Vorm       string   `json:"vorm"`
	Regelingen []string `json:"regelingen"`
	Registers  []string `json:"registers"`
	// Nu says that an outcome waits for it; otherwise it depends on other
	// answers whether it is asked.
	Nu bool `json:"nu"`
}

// standing is a datum that counted though nobody gave it.
type standing struct {
	outcomeValue
	Vraag      string   `json:"vraag"`
	Vorm       string   `json:"vorm"`
	Regelingen []string `json:"regelingen"`
	Registers  []string `json:"registers"`
}

// asking is how missing data are asked for.
type asking struct {
	on   bool
	save string // file for the case
}

// entitled is decide for more regulations at once.
type entitled struct {
	env   Env
	set   *regulation.Set
	ids   []string
	lang  string
	date  rule.Date
	ask   asking
	depth depthFlag
	json  bool

	in *bufio.Reader // where the answers come from
}

// split takes arguments with a comma between them apart: "zorgtoeslag,aow".
func split(args []string) []string {
	var out []string
	for _, a := range args {
		if strings.ContainsAny(a, `/\`) {
			out = append(out, a) // a folder
			continue
		}
		for _, id := range strings.Split(a, ",") {
			if id = strings.TrimSpace(id); id != "" {
				out = append(out, id)
			}
		}
	}
	return out
}

// several gives the ids of regulations that can decide: those named, or all.
func several(set *regulation.Set, args []string, all bool) ([]string, error) {
	var ids []string
	for _, id := range args {
		reg, err := withRules(set, id)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(ids, reg.ID) {
			ids = append(ids, reg.ID)
		}
	}
	if all {
		for _, reg := range set.Regulations {
			if reg.Decides() && !slices.Contains(ids, reg.ID) {
				ids = append(ids, reg.ID)
			}
		}
	}
	return ids, nil
}

func (e entitled) run(caseFile string) error {
	text, err := e.open(&caseFile)
	if err != nil {
		return err
	}
	f, ds := dossier.Read(caseFile, text, e.set.Model)
	var h *entitlement.Household
	if ds.Err() == nil {
		h, ds = entitlement.Decide(e.set, f, e.options(), e.ids...)
	}
	if ds.Err() != nil {
		return e.refuse(ds)
	}
	if e.ask.on {
		f, h = e.interview(f, h)
	}
	form := h.Form(f, e.name)
	if e.ask.save != "" {
		if err := os.WriteFile(e.ask.save, []byte(form), 0o600); err != nil {
			return badInput("%s", fileError(e.ask.save, err))
		}
	}
	out, code := e.household(f, h)
	if e.json {
		if len(h.Questions) > 0 {
			out.Dossier = form
		}
		if err := writeJSON(e.env, out); err != nil {
			return err
		}
	} else {
		e.print(out, form)
	}
	if code != Good {
		return silent(code)
	}
	return nil
}

// open reads the case, or asks who are in the household when there is none.
func (e *entitled) open(caseFile *string) ([]byte, error) {
	if e.ask.on {
		if *caseFile == "-" {
			return nil, usage("met --vraag komen de antwoorden van de standaardinvoer; zet het dossier in een bestand")
		}
		e.in = bufio.NewReader(e.env.In)
	}
	if *caseFile != "" {
		return readFile(e.env, *caseFile)
	}
	*caseFile = "dossier"
	if e.date.IsZero() {
		var err error
		if e.date, err = today(e.env); err != nil {
			return nil, err
		}
	}
	return e.compose(), nil
}

func (e entitled) options() entitlement.Options {
	return entitlement.Options{Date: e.date, Lang: e.lang, Deep: e.depth != unexplained || e.json}
}

func (e entitled) name(id string) string {
	if r, ok := e.set.Get(id); ok {
		return entitlement.Name(r)
	}
	return id
}

// refuse says what is wrong with a case.
func (e entitled) refuse(ds rule.Diagnostics) error {
	out := household{Regelset: string(e.set.Digest()), Regelingen: []entitling{}, Ontbreekt: []lacking{}, Standaard: []standing{}, Aannames: []string{}, Fouten: problemsOf(ds)}
	if e.json {
		if err := writeJSON(e.env, out); err != nil {
			return err
		}
	} else {
		printProblems(e.env, out.Fouten)
	}
	return silent(Input)
}

// household gives the answer for machines, and the exit code.
func (e entitled) household(f *dossier.File, h *entitlement.Household) (*household, Code) {
	out := &household{Datum: h.Date.String(), Regelset: string(e.set.Digest()), Regelingen: []entitling{}, Ontbreekt: []lacking{},
		Standaard: []standing{}, Fouten: []problem{}}
	out.assume(h)
	code := Good
	for _, q := range h.Questions {
		out.Ontbreekt = append(out.Ontbreekt, lacking{Object: q.Object, Eigenschap: q.Attribute.ID(), Vraag: q.Text(), Vorm: q.Form(),
			Regelingen: q.Regulations, Registers: append([]string{}, q.Registers...), Nu: q.Now})
	}
	for _, a := range h.Answers {
		r := entitling{Regeling: a.Regulation.ID, Naam: a.Regulation.Name, Uitkomsten: []periodic{}, Uitleg: []*explain.Explanation{},
			Aannames: append([]string{}, a.Assumptions...), Ontbreekt: []string{}, Schendingen: []violation{}, Fouten: []problem{}, answer: a, computed: h.Case}
		for _, o := range a.Outcomes {
			if o.Explained != nil {
				r.Uitleg = append(r.Uitleg, o.Explained)
			}
			if o.Err == nil {
				r.Uitkomsten = append(r.Uitkomsten, periodic{outcomeValue{h.Case.ID(o.Object), o.Attribute.ID(), o.Value.String(), o.Unit}, o.Label, o.Period})
				continue
			}
			if errors.Is(o.Err, exact.ErrMissing) {
				code = Input
				continue // it is among what is missing
			}
			code = max(code, Found)
			p := problem{Code: "geen-regel", Tekst: o.Err.Error(), Advies: inForce(e.set.Model, o.Attribute), Eigenschap: o.Attribute.ID()}
			if fault, ok := errors.AsType[*exact.Error](o.Err); ok {
				p = *faultOf(fault)
			}
			if !slices.Contains(r.Fouten, p) {
				r.Fouten = append(r.Fouten, p)
			}
		}
		for _, q := range a.Lacks {
			r.Ontbreekt = append(r.Ontbreekt, q.Object+"."+rule.Slug(q.Attribute.Name))
		}
		var d decision
		d.judge(h.Case, f.Applicants(), a.Regulation, explain.Context{Lang: e.lang, Assumptions: slices.Concat(h.Assumptions, a.Assumptions)})
		for _, v := range d.Schendingen {
			if v.Fout == nil { // what cannot be judged yet is no violation
				r.Schendingen = append(r.Schendingen, v)
				code = max(code, Found)
			}
		}
		out.Regelingen = append(out.Regelingen, r)
	}
	return out, code
}

// assume notes what is assumed about the case: first, for each person, what
// counted though nobody gave it.
func (out *household) assume(h *entitlement.Household) {
	var who []string
	counts := map[string][]string{}
	for _, q := range h.Defaults {
		if !q.Now {
			continue // no outcome rests on it yet
		}
		if counts[q.Object] == nil {
			who = append(who, q.Object)
		}
		counts[q.Object] = append(counts[q.Object], q.Counts())
		out.Standaard = append(out.Standaard, standing{outcomeValue{q.Object, q.Attribute.ID(), q.Default.String(), q.Attribute.Type.Unit},
			q.Text(), q.Form(), q.Regulations, append([]string{}, q.Registers...)})
	}
	for _, id := range who {
		out.counted = append(out.counted, "Niet opgegeven, en daarom gerekend met: "+strings.Join(counts[id], "; ")+".")
	}
	out.Aannames = append(append([]string{}, out.counted...), h.Assumptions...)
}

// print writes the answer for people.
func (e entitled) print(out *household, form string) {
	w := e.env.Out
	fmt.Fprintf(w, "Waar heeft dit huishouden recht op? Op %s:\n\n", out.Datum)
	width := 0
	for _, r := range out.Regelingen {
		width = max(width, utf8.RuneCountInString(e.name(r.Regeling)))
	}
	assumed := 0
	for _, r := range out.Regelingen {
		name := e.name(r.Regeling)
		fmt.Fprintf(w, "  %s%s  %s\n", name, strings.Repeat(" ", width-utf8.RuneCountInString(name)), r.said())
		assumed += len(r.Aannames)
	}
	for _, r := range out.Regelingen {
		e.reasons(r)
		for _, v := range r.Schendingen {
			fmt.Fprintf(e.env.Err, "schending bij %s: %s [%s]\n", strings.Join(v.Objecten, ", "), v.Tekst, v.Anker)
		}
		printProblems(e.env, r.Fouten)
	}
	if e.depth == unexplained { // an explanation has them itself
		fmt.Fprint(w, "\nWij nemen aan:\n")
		for _, a := range out.Aannames {
			fmt.Fprintln(w, "- "+a)
		}
		if assumed > 0 {
			fmt.Fprintf(w, "- En wat de regelingen zelf aannemen (%d); --explain zegt wat.\n", assumed)
		}
	} else if len(out.counted) > 0 {
		fmt.Fprintf(w, "\nWij nemen aan:\n- %s\n", strings.Join(out.counted, "\n- "))
	}
	if len(out.Ontbreekt) > 0 {
		now := 0
		for _, q := range out.Ontbreekt {
			if q.Nu {
				now++
			}
		}
		if e.ask.save != "" {
			fmt.Fprintf(w, "\n%s. Vul het dossier aan: %s\n", missing(now), e.ask.save)
		} else {
			fmt.Fprintf(w, "\n%s. Vul dit dossier aan en geef het opnieuw:\n\n%s", missing(now), form)
		}
	}
	fmt.Fprintf(w, "\nOp %s, %s.\n", out.Datum, out.Regelset)
}

// reasons writes the sentence of a regulation with its reasons, or as much of the
// way to its outcomes as was asked.
func (e entitled) reasons(r entitling) {
	first := true
	for _, x := range r.Uitleg {
		if x.Error != nil || r.answer.Open() {
			continue
		}
		if first {
			fmt.Fprintf(e.env.Out, "\n%s\n", r.Naam)
		}
		switch {
		case e.depth != unexplained:
			fmt.Fprintln(e.env.Out, strings.TrimRight(x.Text(int(e.depth)), "\n"))
		case first:
			fmt.Fprintln(e.env.Out, x.Sentence)
			for _, reason := range x.Further() {
				fmt.Fprintln(e.env.Out, "- "+reason)
			}
			printMark(e.env, x)
		}
		first = false
	}
}

func missing(n int) string {
	if n == 1 {
		return "Er ontbreekt 1 gegeven"
	}
	return fmt.Sprintf("Er ontbreken nu %d gegevens", n)
}

// said is what a regulation gives, for in a table: its first outcome, and the same
// per another period.
func (r entitling) said() string {
	switch {
	case r.answer.Open():
		return "nog niet bekend: " + strings.Join(r.Ontbreekt, ", ")
	case len(r.Fouten) > 0 && len(r.Uitkomsten) == 0:
		return "geen antwoord: " + r.Fouten[0].Tekst
	}
	var parts []string
	for _, x := range r.answer.Amounts() {
		s := cmp.Or(x.Text, "geen")
		if x.Period != "" {
			s += " per " + x.Period
		}
		if x.Pays {
			s = "te betalen: " + s
		}
		if x.Object >= 0 {
			s = r.computed.ID(x.Object) + ": " + s
		}
		parts = append(parts, s)
	}
	if len(parts) == 0 && len(r.Fouten) > 0 {
		return "geen antwoord: " + r.Fouten[0].Tekst
	}
	return strings.Join(parts, ", ")
}

// interview asks what is missing, one datum at a time, until nothing is left,
// the input ends, or all that is left was passed over.
func (e entitled) interview(f *dossier.File, h *entitlement.Household) (*dossier.File, *entitlement.Household) {
	type datum struct {
		object string
		a      *rule.Attribute
	}
	passed := map[datum]bool{}
	for {
		all := slices.Concat(h.Questions, offered(f, h)) // what has a default comes last
		i := slices.IndexFunc(all, func(q *entitlement.Question) bool { return q.Now && !passed[datum{q.Object, q.Attribute}] })
		if i < 0 {
			return f, h
		}
		q := all[i]
		var names []string
		for _, id := range q.Regulations {
			names = append(names, e.name(id))
		}
		fmt.Fprintf(e.env.Err, "\n%s\n  Voor: %s.", q.Text(), strings.Join(names, ", "))
		if len(q.Registers) > 0 {
			fmt.Fprintf(e.env.Err, " Staat in: %s.", strings.Join(q.Registers, ", "))
		}
		enter := "Enter als u het niet weet"
		if q.Default != nil {
			enter = "Enter is " + notation.Format(*q.Default, q.Attribute.Type)
		}
		fmt.Fprintf(e.env.Err, "\n  Schrijf %s; %s.\n", q.Form(), enter)
		var value rule.Datum
		skip, more := e.answer(func(line string) error {
			d, err := notation.Parse(line, q.Attribute.Type)
			if err != nil {
				return err
			}
			value = d
			obj, _ := f.Object(q.Object)
			next := f.With(obj, q.Attribute, d)
			again, ds := entitlement.Decide(e.set, next, e.options(), e.ids...)
			if ds.Err() != nil {
				return ds.Err()
			}
			f, h = next, again
			return nil
		})
		switch {
		case !more:
			return f, h
		case skip:
			passed[datum{q.Object, q.Attribute}] = true
		case value.IsEmpty():
			passed[datum{q.Object, q.Attribute}] = true // leeg is an answer; a rule may still want a value
		}
	}
}

// offered gives what has a default, of the applicants and their partners.
func offered(f *dossier.File, h *entitlement.Household) []*entitlement.Question {
	var who []string
	for _, i := range f.Applicants() {
		who = append(who, f.Objects[i].ID)
		for _, l := range f.Links {
			if l.Role.Fact.Reciprocal && !l.Role.Many && (l.From == i || l.To == i) {
				who = append(who, f.Objects[l.From].ID, f.Objects[l.To].ID)
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(h.Defaults), func(q *entitlement.Question) bool { return !slices.Contains(who, q.Object) })
}

// answer reads lines until one is accepted; an empty one is skipped. more is
// false at the end of the input.
func (e entitled) answer(accept func(line string) error) (skip, more bool) {
	for {
		fmt.Fprint(e.env.Err, "> ")
		line, end := e.in.ReadString('\n')
		line = strings.TrimSpace(line)
		if line == "" {
			return true, end == nil
		}
		wrong := accept(line)
		if wrong == nil {
			return false, true
		}
		fmt.Fprintf(e.env.Err, "  %v\n", wrong)
		if end != nil {
			return true, false
		}
	}
}

// compose asks who are in the household, and gives a case of them.
func (e entitled) compose() []byte {
	yes := func(question string) bool {
		fmt.Fprintf(e.env.Err, "\n%s\n", question)
		said := false
		e.answer(func(line string) error {
			d, err := notation.Parse(line, rule.Type{Kind: rule.Boolean})
			said = d.Bool
			return err
		})
		return said
	}
	m := entitlement.Members{Adults: []string{"p1"}}
	fmt.Fprint(e.env.Err, "\np1 is wie aanvraagt. Een leeg antwoord is nee, of nul.\n")
	partner := yes("Hebt u een partner? Schrijf ja of nee.")
	if partner {
		m.Adults = append(m.Adults, "p2")
		if yes("Bent u met uw partner getrouwd, of zijn jullie geregistreerd partner, en leven jullie niet gescheiden? Schrijf ja of nee.") {
			m.Married = true
		} else {
			for _, role := range dossier.Partners(e.set.Scope(e.ids...)) {
				if yes(fmt.Sprintf("Is p2 de %s van p1? Schrijf ja of nee.", role.Name)) {
					m.Partner = append(m.Partner, role)
				}
			}
		}
	}
	children := 0
	fmt.Fprint(e.env.Err, "\nHoeveel kinderen hebt u bij u of onderhoudt u? Schrijf een heel getal.\n")
	e.answer(func(line string) error {
		d, err := notation.Parse(line, rule.Type{Kind: rule.Number, Whole: true})
		if err != nil {
			return err
		}
		if d.Num == nil || !d.Num.IsInt() || d.Num.Sign() < 0 || d.Num.Num().Int64() > 20 {
			return errors.New("schrijf een heel getal van 0 tot en met 20")
		}
		children = int(d.Num.Num().Int64())
		return nil
	})
	m.Both = children > 0 && partner && yes("Zorgt uw partner ook voor deze kinderen? Schrijf ja of nee.")
	for i := range children {
		m.Children = append(m.Children, fmt.Sprintf("k%d", i+1))
	}
	return m.Case(e.date)
}

// printProblems writes what is wrong to the error stream.
func printProblems(env Env, list []problem) {
	for _, p := range list {
		if p.Bestand != "" {
			fmt.Fprintf(env.Err, "%s:%d:%d: ", p.Bestand, p.Regel, p.Kolom)
		}
		fmt.Fprintf(env.Err, "fout: %s", cmp.Or(p.Tekst, p.Code))
		if p.Advies != "" {
			fmt.Fprintf(env.Err, " – %s", p.Advies)
		}
		fmt.Fprintf(env.Err, " [%s]\n", p.Code)
	}
}
