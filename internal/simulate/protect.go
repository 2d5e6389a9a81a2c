package simulate

import (
	"fmt"
	"slices"

	"lemniscaat/internal/population"
)

// Data of real people are shown in cells of at least population.SmallestCell
// records, and so that smaller ones cannot be worked out from what is shown:
//
//   - a cell has 0 records, behind which there is nobody, or at least ten;
//   - of a table of groups a whole row is shown or none of it, and
//     population.Hide leaves out more rows until what is left out is too much to
//     tell anything from the totals;
//   - two sides are only both shown when 0 or at least ten units differ between
//     them, in all and in each group;
//   - what one person determines is not shown: examples, the largest loss, the
//     bounds of an income group;
//   - what says nothing of the number of records behind it is not shown: a
//     measure that somebody adds is withheld until it is handled here.
//
// What is left out is taken out of the result, so that nobody can show it by
// mistake, and named in Withheld. Two runs on the same data, with rules that
// differ for a few people, cannot be protected from each other.

// protect gives the results of real people as they can be shown.
func (r *run) protect(all []*Result) []*Result {
	out := make([]*Result, len(all))
	for k, in := range all {
		p := &protecting{known: r.sides[0].known, differ: &r.counted.differ, side: k + 1, in: in}
		if in.Variant == nil {
			p.side = 0
		}
		out[k] = p.result()
	}
	return out
}

// protecting is one result on its way.
type protecting struct {
	known    population.Knowledge
	differ   *differ
	side     int // of the variant; 0: none
	in       *Result
	withheld []string
}

func (p *protecting) withhold(format string, args ...any) {
	p.withheld = append(p.withheld, fmt.Sprintf(format, args...))
}

// result copies what can be shown, field by field.
func (p *protecting) result() *Result {
	in := p.in
	out := &Result{Population: in.Population, RuleSet: in.RuleSet, Variant: in.Variant, Date: in.Date, Seed: in.Seed,
		Skipped: in.Skipped, Assumptions: in.Assumptions, Seconds: in.Seconds}
	for s := range in.Schemes {
		out.Schemes = append(out.Schemes, p.scheme(s))
	}
	if in.Variant != nil {
		p.changes(out)
		p.withhold("wie het zwaarst geraakt wordt")
	}
	if in.Income != nil {
		p.withhold("inkomen, armoede en marginale druk")
	}
	out.Withheld = p.withheld
	return out
}

func (p *protecting) scheme(s int) SchemeResult {
	in := &p.in.Schemes[s]
	out := SchemeResult{ID: in.ID, Name: in.Name, Owed: in.Owed}
	out.Baseline = p.sideOf(s, 0)
	if in.Variant != nil {
		v := p.sideOf(s, p.side)
		out.Variant = &v
		hidden := out.Baseline.Entitled.Hidden || v.Entitled.Hidden
		out.Entitled, out.Received = shownOr(in.Entitled, hidden), shownOr(in.Received, hidden || out.Baseline.Received.Hidden || v.Received.Hidden)
	}
	last := &out.Baseline
	if out.Variant != nil {
		last = out.Variant
	}
	for _, i := range in.Indicators {
		if i.Known && (out.Baseline.Received.Hidden || last.Received.Hidden || out.Baseline.Work == (Work{}) || last.Work == (Work{})) {
			i = Indicator{ID: i.ID, Name: i.Name, Unit: i.Unit, Higher: i.Higher}
		}
		out.Indicators = append(out.Indicators, i)
	}
	for _, f := range in.Fit {
		all := f.Group == "allen" && !out.Baseline.Received.Hidden
		if all || slices.ContainsFunc(out.Baseline.Groups, func(g Group) bool { return g.Name == f.Group }) {
			out.Fit = append(out.Fit, f)
		}
	}
	return out
}

func shownOr(m *Measure, hidden bool) *Measure {
	if m == nil || !hidden {
		return m
	}
	return &Measure{Hidden: true}
}

// few reports whether some number of records is too small to show.
func few(records ...int) bool { return slices.ContainsFunc(records, population.Few) }

// sideOf gives a scheme under one set of rules; 0 is today's.
func (p *protecting) sideOf(s, side int) SideResult {
	scheme := &p.in.Schemes[s]
	in, rules := &scheme.Baseline, "nu"
	if side > 0 {
		in, rules = scheme.Variant, "variant"
	}
	name := scheme.ID + ", " + rules
	out := SideResult{Content: in.Content, Worst: -1, Failures: protectFailures(in.Failures)}
	apart := p.differ.between(s, 0, side, switchAny, switchAutomatic)
	switch {
	case few(in.Entitled.Rows) || few(apart...):
		p.withhold("%s: alles", name)
		out.Entitled.Hidden, out.Received.Hidden, out.Automatic.Hidden = true, true, true
		return out
	case few(in.Received.Rows, in.Entitled.Rows-in.Received.Rows):
		p.withhold("%s: wie het krijgt, en alles wat daarvan afhangt", name)
		out.Entitled = in.Entitled
		out.Received.Hidden, out.Automatic.Hidden = true, true
		return out
	}
	out.Entitled, out.Received, out.Automatic, out.Unclaimed = in.Entitled, in.Received, in.Automatic, in.Unclaimed
	if few(in.Automatic.Rows-in.Received.Rows, in.Entitled.Rows-in.Automatic.Rows) || few(p.differ.between(s, 0, side, switchAutomatic, switches)...) {
		p.withhold("%s: wie het automatisch zou krijgen", name)
		out.Automatic = Measure{Hidden: true}
	}
	for _, c := range in.Cliffs {
		if c.Rows >= population.SmallestCell && !few(in.Entitled.Rows-c.Rows) {
			c.MaxLoss = 0 // of one person
			out.Cliffs = append(out.Cliffs, c)
		} else {
			p.withhold("%s: afgrond bij %s", name, c.Input)
		}
	}
	if p.steps(scheme, in, side) {
		out.Steps, out.Worst, out.Work, out.Burden = in.Steps, in.Worst, in.Work, in.Burden
	} else {
		p.withhold("%s: de stappen, het werk en de last voor inwoners", name)
	}
	if len(in.Help) > 0 {
		p.withhold("%s: de ingrepen", name)
	}
	out.Groups = p.groups(s, side, in, name, !out.Automatic.Hidden && p.steps(scheme, in, side))
	return out
}

// steps reports whether the steps of a side can be shown, also beside those of
// today.
func (p *protecting) steps(scheme *SchemeResult, in *SideResult, side int) bool {
	for _, x := range in.Steps {
		if few(x.Rows) {
			return false
		}
		for _, now := range scheme.Baseline.Steps {
			if d := now.Rows - x.Rows; side > 0 && now.ID == x.ID && few(max(d, -d)) {
				return false
			}
		}
	}
	return true
}

func protectFailures(list []Failure) []Failure {
	var out []Failure
	for _, f := range list {
		safe := Failure{Code: f.Code, Rule: f.Rule, Message: "een uitkomst die geen bedrag is om te betalen"}
		if f.Rule != "" {
			safe.Message = fmt.Sprintf("regel %s geeft een fout (%s)", f.Rule, f.Code)
		}
		if few(f.Rows) {
			safe.Hidden = true
		} else {
			safe.Units, safe.Rows = f.Units, f.Rows
		}
		out = append(out, safe)
	}
	return out
}

// groups gives the groups of a side that can be shown. detail says that more than
// who is entitled and who receives is shown of all together.
func (p *protecting) groups(s, side int, in *SideResult, name string, detail bool) []Group {
	var out []Group
	for _, kind := range []struct {
		id    string
		needs []population.Fact
		parts bool // every unit is in one of its groups
	}{
		{ByAge, []population.Fact{population.FactAge}, true},
		{ByWork, []population.Fact{population.FactSelfEmployed}, false},
		{ByRetired, []population.Fact{population.FactAge}, false},
		{ByType, nil, true},
		{ByAmount, nil, true},
		{ByIncome, []population.Fact{population.FactIncome}, true},
	} {
		var list []Group
		for _, g := range in.Groups {
			if g.Kind == kind.id {
				list = append(list, g)
			}
		}
		if len(list) == 0 || slices.ContainsFunc(kind.needs, func(f population.Fact) bool { return !p.known.Has(f) }) {
			continue
		}
		rest := [...]int{in.Entitled.Rows, in.Received.Rows}
		restApart := p.differ.between(s, 0, side, switchAny, switchAutomatic)
		var plain, more [][]int
		for _, g := range list {
			apart := p.differ.between(s, 1+groupAt(g), side, switchAny, switchAutomatic)
			plain = append(plain, append([]int{g.ReceivedRows, g.Rows - g.ReceivedRows}, apart...))
			full := append([]int{g.AutomaticRows - g.ReceivedRows, g.Rows - g.AutomaticRows}, p.differ.between(s, 1+groupAt(g), side, switchAutomatic, switches)...)
			for _, l := range g.Lost {
				full = append(full, l.Rows)
			}
			more = append(more, full)
			for i, n := range [...]int{g.Rows, g.ReceivedRows} {
				rest[i] -= n
			}
			for i, n := range apart {
				restApart[i] -= n
			}
		}
		if !kind.parts { // who is in none of them is a group as well
			plain = append(plain, append([]int{rest[1], rest[0] - rest[1]}, restApart...))
			more = append(more, nil)
		}
		shown := population.Hide(plain)
		// More is only shown when that leaves out no group more.
		full := detail && kind.parts
		if full {
			all := make([][]int, len(plain))
			for i := range plain {
				all[i] = slices.Concat(plain[i], more[i])
			}
			full = slices.Equal(shown, population.Hide(all))
		}
		for i, g := range list {
			if !shown[i] {
				p.withhold("%s: %s, %s", name, kind.id, g.Name)
				continue
			}
			if !full {
				g.Partly, g.AutomaticRows, g.Automatic, g.Lost, g.Burden = true, 0, Amount{}, nil, Burden{}
			}
			out = append(out, g)
		}
	}
	return out
}

// groupAt is the place of a group in groupsOf.
func groupAt(g Group) int {
	for i, name := range groupsOf.names {
		if name == g.Name && groupsOf.kinds[i] == g.Kind {
			return i
		}
	}
	panic("BUG: no group " + g.Kind + " " + g.Name)
}

// between gives how many units of a scheme a side treats otherwise than each
// side before it, in ways from one up to another: of all units (0), or of one
// group.
func (d *differ) between(s, at, side, from, to int) []int {
	var out []int
	for j := range side {
		first := pair(j, side)*differWidth + at*switches
		out = append(out, d.units[s][first+from:first+to]...)
	}
	return out
}

// changes fills in who gains and loses.
func (p *protecting) changes(out *Result) {
	in := p.in
	var apart []int
	for j := range p.side {
		apart = append(apart, p.differ.homes[pair(j, p.side)])
	}
	all := in.everyone()
	coarse := !p.known.Has(population.FactIncome) || few(all.BandRows[:]...)
	if few(apart...) || few(bandRows(all, coarse)...) {
		p.withhold("wie erop vooruit en achteruit gaat")
		return
	}
	if in.Everyone != nil {
		c := protectChange(all, coarse)
		out.Everyone = &c
	}
	for _, list := range []struct {
		name  string
		from  []Change
		into  *[]Change
		needs population.Fact
	}{
		{"inkomen", in.Deciles, &out.Deciles, population.FactIncome},
		{"type huishouden", in.Types, &out.Types, ""},
		{"leeftijd", in.Ages, &out.Ages, population.FactAge},
		{"woning", in.Tenures, &out.Tenures, population.FactTenure},
		{"grootte van de gemeente", in.Municipalities, &out.Municipalities, population.FactMunicipality},
	} {
		if list.needs != "" && !p.known.Has(list.needs) {
			continue
		}
		var rows [][]int
		for _, c := range list.from {
			rows = append(rows, bandRows(c, coarse))
		}
		for i, ok := range population.Hide(rows) {
			if ok {
				*list.into = append(*list.into, protectChange(list.from[i], coarse))
			} else {
				p.withhold("wie erop vooruit en achteruit gaat: %s, %s", list.name, list.from[i].Label)
			}
		}
	}
	if len(in.Sources) > 0 {
		p.withhold("wie erop vooruit en achteruit gaat: bron van inkomen")
	}
}

// everyone gives the change of all households together.
func (r *Result) everyone() Change {
	if r.Everyone != nil {
		return *r.Everyone
	}
	var all Change
	for _, c := range r.Types { // each household has one
		for i, n := range c.BandRows {
			all.BandRows[i] += n
		}
	}
	return all
}

// bandRows gives the records by band; coarse: without telling 5 % apart.
func bandRows(c Change, coarse bool) []int {
	if !coarse {
		return c.BandRows[:]
	}
	return []int{c.BandRows[GainMuch] + c.BandRows[Gain], c.BandRows[Same], c.BandRows[Loss] + c.BandRows[LossMuch]}
}

func protectChange(c Change, coarse bool) Change {
	if coarse {
		c.Coarse = true
		merge := func(much, rest int) {
			c.Bands[rest] += c.Bands[much]
			c.BandRows[rest] += c.BandRows[much]
			c.BandPersons[rest] += c.BandPersons[much]
			c.Bands[much], c.BandRows[much], c.BandPersons[much] = 0, 0, 0
		}
		merge(GainMuch, Gain)
		merge(LossMuch, Loss)
	}
	c.From, c.To = 0, 0 // incomes of two households
	return c
}
