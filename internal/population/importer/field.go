package importer

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/population"
	"lemniscaat/internal/rule"
)

// ownField is a field on its way.
type ownField struct {
	population.Field
	typ rule.Type
}

// maxChoices is how many values an Enum can have in a population file.
const maxChoices = 256

func (d *reading) newField(a *rule.Attribute) ownField {
	f := ownField{Field: population.Field{ID: a.ID(), Kind: a.Type.Kind, Label: a.Name, Unit: a.Type.Unit, Household: rule.Slug(a.Owner.Name) == "huishouden"}, typ: a.Type}
	switch a.Type.Kind {
	case rule.Number:
		f.Per = 100
		if l, ok := a.Type.Limits(); ok && l.Whole {
			f.Per = 1
		} else if ok && l.Decimals >= 0 {
			f.Per = power(min(l.Decimals, 6))
		}
	case rule.Amount:
		if f.Unit == "" {
			f.Unit = "€"
		}
		// Rules often write plain euros for what is a yearly amount; then the
		// synthetic population knows which.
		for _, c := range population.Columns() {
			if c.ID == f.ID && c.Kind == rule.Amount {
				f.Unit = c.Unit
			}
		}
	case rule.Enum:
		if a.Type.Domain != nil {
			f.Choices = a.Type.Domain.Values
		}
	}
	return f
}

func power(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

// whole gives a value as the whole number that a file holds.
func (f *ownField) whole(v rule.Datum) (int64, bool) {
	scaled := func(per int64) (int64, bool) {
		x := new(big.Rat).Mul(v.Num, new(big.Rat).SetInt64(per))
		return x.Num().Int64(), x.IsInt() && x.Num().IsInt64() && abs(x.Num().Int64()) <= maxWhole
	}
	switch f.Kind {
	case rule.Amount:
		return scaled(100)
	case rule.Number:
		return scaled(f.Per)
	case rule.Boolean:
		if v.Bool {
			return 1, true
		}
		return 0, true
	case rule.DateKind:
		return int64(population.DayNumber(v.Date)), true
	case rule.Enum:
		i := slices.Index(f.Choices, v.Text)
		return int64(i), f.Choices == nil || i >= 0
	}
	return 0, false
}

// maxWhole bounds every value: ten billion euros in cents.
const maxWhole = 1_000_000_000_000

func abs(x int64) int64 { return max(x, -x) }

// field reads a column that is a datum of rules.
func (d *reading) field(t *table, s *source, c *columnText, id string, n *notation.Node) {
	a := d.attribute(id, n)
	if a == nil {
		return
	}
	f := d.newField(a)
	switch {
	case d.seen[id]:
		d.Fail(n, "dubbel", "", "%s staat bij twee kolommen", id)
		return
	case f.Household && s.member >= 0, !f.Household && t.households && s.member < 0:
		d.Fail(n, "plaats", "", "%s kan hier niet staan; het hoort bij %s", id, map[bool]string{true: "een huishouden", false: "een persoon"}[f.Household])
		return
	}
	d.seen[id] = true
	f.Partly = s.optional
	at := slices.IndexFunc(d.m.fields, func(o population.Field) bool { return o.ID == id }) // an earlier member has it
	read := d.fieldReader(&f, c, n)
	if at < 0 {
		at = len(d.m.fields)
		d.m.fields = append(d.m.fields, f.Field)
	} else {
		d.m.fields[at].Partly = d.m.fields[at].Partly || f.Partly
	}
	if s.member >= 0 {
		t.wide[s.member].fields[at] = t.slots
	}
	s.targets = append(s.targets, target{what: isField, field: at, slot: t.slots, read: read})
	t.slots++
}

// fieldReader makes what reads the values of a field.
func (d *reading) fieldReader(f *ownField, c *columnText, n *notation.Node) reader {
	only := func(keys ...string) {
		have := map[string]bool{"eenheid": c.unit != "", "vorm": c.form != "", "waarden": len(c.values) > 0, "afronden": c.round, "minstens": c.low != nil, "hoogstens": c.high != nil}
		for _, k := range []string{"eenheid", "vorm", "waarden", "afronden", "minstens", "hoogstens"} {
			if have[k] && !slices.Contains(keys, k) {
				d.Fail(n, "overbodig", "haal "+k+" weg", "%s hoort niet bij %s", k, f.ID)
			}
		}
	}
	switch f.Kind {
	case rule.Amount:
		only("eenheid", "afronden", "minstens", "hoogstens")
		return d.bounded(f, c, d.amount(f.ID, f.Unit, c, n))
	case rule.Number:
		only("eenheid", "afronden", "minstens", "hoogstens")
		d.numberUnit(f, c, n)
		r := &decimalReader{decimal: d.m.decimal, thousands: d.m.thousands, to: places(f.Per), round: c.round, what: "getal"}
		return d.bounded(f, c, r)
	case rule.Boolean:
		only("waarden")
		words := map[string]int64{"ja": 1, "nee": 0}
		return d.choice(c, n, f.ID, words, []string{"ja", "nee"}, true)
	case rule.DateKind:
		only("vorm")
		return d.date(c, n, f.ID)
	default:
		only("waarden")
		if f.Choices == nil {
			d.Fail(n, "soort", "", "%s heeft geen lijst van waarden", f.ID)
			return nil
		}
		if len(f.Choices) > maxChoices {
			d.Fail(n, "soort", "", "%s heeft meer dan %d waarden", f.ID, maxChoices)
			return nil
		}
		words := map[string]int64{}
		for i, v := range f.Choices {
			words[v] = int64(i)
		}
		return d.choice(c, n, f.ID, words, f.Choices, false)
	}
}

// places gives how many decimals a power of ten is.
func places(per int64) int {
	n := 0
	for ; per > 1; per /= 10 {
		n++
	}
	return n
}

// Words for units, and their sign in rules.
var periods = map[string]string{"jaar": "jr", "kwartaal": "kw", "maand": "mnd", "week": "wk", "dag": "dg", "uur": "uur"}

var currencies = map[string]int{"euro": 2, "cent": 0, "duizend euro": 5}

var measures = map[string]string{"uren": "uur", "dagen": "dg", "weken": "wk", "maanden": "mnd", "kwartalen": "kw", "jaren": "jr"}

const unitsAccepted = "schrijf euro, cent of duizend euro, en erachter per jaar, per kwartaal, per maand, per week, per dag of per uur als het een bedrag per tijd is"

// amount makes what reads amounts of a unit.
func (d *reading) amount(id, unit string, c *columnText, n *notation.Node) *decimalReader {
	r := &decimalReader{decimal: d.m.decimal, thousands: d.m.thousands, round: c.round, what: "bedrag"}
	if c.unit == "" {
		d.Fail(n, "eenheid-ontbreekt", unitsAccepted, "%s: de eenheid ontbreekt", id)
		return r
	}
	money, per, hasPer := strings.Cut(c.unit, " per ")
	to, ok := currencies[money]
	sign := "€"
	if hasPer {
		p, known := periods[per]
		ok = ok && known
		sign += "/" + p
	}
	if !ok {
		var words []string
		for m := range currencies {
			words = append(words, m)
			for p := range periods {
				words = append(words, m+" per "+p)
			}
		}
		slices.Sort(words)
		d.Fail(c.unitNode, "onbekende-eenheid", unitsAccepted, "%s: %q is geen eenheid%s", id, c.unit, notation.Suggest(c.unit, words))
		return r
	}
	if sign != unit {
		d.Fail(c.unitNode, "andere-eenheid", "reken de kolom zelf om, of koppel een kolom in die eenheid", "%s is in de regels in %s, en de kolom in %s", id, unitWords(unit), c.unit)
	}
	r.to = to
	return r
}

// unitWords says a unit in words.
func unitWords(unit string) string {
	rest, ok := strings.CutPrefix(unit, "€/")
	if !ok {
		return "euro (een stand, niet per tijd)"
	}
	for word, sign := range periods {
		if sign == rest {
			return "euro per " + word
		}
	}
	return unit
}

func (d *reading) numberUnit(f *ownField, c *columnText, n *notation.Node) {
	sign := c.unit
	if s, ok := periods[c.unit]; ok {
		sign = s
	} else if s, ok := measures[c.unit]; ok {
		sign = s
	}
	switch {
	case sign == f.Unit:
	case c.unit == "":
		d.Fail(n, "eenheid-ontbreekt", "schrijf eenheid: "+f.Unit, "%s: de eenheid ontbreekt", f.ID)
	case f.Unit == "":
		d.Fail(c.unitNode, "andere-eenheid", "haal de eenheid weg", "%s heeft in de regels geen eenheid", f.ID)
	default:
		d.Fail(c.unitNode, "andere-eenheid", "", "%s is in de regels in %s, en de kolom in %s", f.ID, f.Unit, c.unit)
	}
}

// bounded adds the limits of the mapping and of the rules to a reader.
func (d *reading) bounded(f *ownField, c *columnText, r *decimalReader) reader {
	r.low, r.high = -maxWhole, maxWhole
	if l, ok := f.typ.Limits(); ok {
		switch l.Sign {
		case rule.NonNegative:
			r.low = 0
		case rule.Positive:
			r.low = 1
		case rule.Negative:
			r.high = -1
		}
	}
	for _, bound := range []struct {
		n    *notation.Node
		into *int64
		what string
	}{{c.low, &r.low, "minstens"}, {c.high, &r.high, "hoogstens"}} {
		if bound.n == nil {
			continue
		}
		v, ok := d.Datum(bound.n, rule.Type{Kind: rule.Number}, bound.what)
		if !ok || v.IsEmpty() {
			continue
		}
		x := new(big.Rat).Mul(v.Num, new(big.Rat).SetInt64(power(r.to)))
		if !x.IsInt() || !x.Num().IsInt64() || abs(x.Num().Int64()) > maxWhole {
			d.Fail(bound.n, "buiten-bereik", "", "%s: %s past niet", bound.what, bound.n.Value)
			continue
		}
		*bound.into = x.Num().Int64()
	}
	if r.low > r.high {
		d.Fail(c.low, "buiten-bereik", "", "%s: minstens is meer dan hoogstens", f.ID)
	}
	return r
}

// choice makes what reads one of some words.
func (d *reading) choice(c *columnText, n *notation.Node, id string, words map[string]int64, order []string, truth bool) reader {
	r := &choiceReader{values: words, truth: truth}
	if len(c.values) > 0 {
		r.values = map[string]int64{}
		for from, to := range c.values {
			v, ok := words[to]
			if !ok {
				d.Fail(c.valueNode[from], "waarde", "", "%s: %q is geen waarde ervan%s; kies uit %s", id, to, notation.Suggest(to, order), strings.Join(order, ", "))
				continue
			}
			r.values[from] = v
		}
	}
	for from := range r.values {
		r.accepted = append(r.accepted, from)
	}
	slices.Sort(r.accepted)
	return r
}

// date makes what reads dates.
func (d *reading) date(c *columnText, n *notation.Node, id string) reader {
	form := c.form
	if form == "" {
		form = "jjjj-mm-dd"
	}
	r, err := newDateReader(form)
	if err != nil {
		d.Fail(n, "vorm", "schrijf bijvoorbeeld jjjj-mm-dd, dd-mm-jjjj, d-m-jjjj of jjjjmmdd", "%s: %v", id, err)
	}
	return r
}

// structural makes what reads a datum of simulations.
func (d *reading) structural(what datum, c *columnText, n *notation.Node) reader {
	whole := func(to int, low, high int64, name string) reader {
		return &decimalReader{decimal: d.m.decimal, thousands: d.m.thousands, to: to, low: low, high: high, what: name}
	}
	switch what {
	case isOrder:
		return whole(0, -maxWhole, maxWhole, "geheel getal")
	case isAge:
		return whole(0, 0, 130, "leeftijd")
	case isWeight:
		return whole(6, 1, 1_000_000_000_000, "gewicht") // up to a million
	case isIncome:
		r := d.amount("besteedbaar-inkomen", "€/jr", c, n)
		r.low, r.high = -maxWhole, maxWhole
		return r
	case isRole:
		return d.named(what, c, n, []string{"hoofd", "partner", "kind", "lid"})
	case isType:
		return d.named(what, c, n, texts(population.Single, population.Types-1))
	case isTenure:
		return d.named(what, c, n, texts(population.Corporation, population.Owner))
	case isMunicipality:
		return d.named(what, c, n, texts(population.Under5, population.Municipalities-1))
	default:
		return d.named(what, c, n, texts(population.Student, population.Minor))
	}
}

// texts gives the words for a run of values.
func texts[T interface {
	~uint8
	String() string
}](first, last T) (words []string) {
	for v := first; v <= last; v++ {
		words = append(words, v.String())
	}
	return words
}

// named makes what reads one of some words; each stands for its place.
func (d *reading) named(what datum, c *columnText, n *notation.Node, order []string) reader {
	words := map[string]int64{}
	for i, w := range order {
		words[w] = int64(i)
	}
	return d.choice(c, n, what.says(), words, order, false)
}

// says names what a datum is called in a mapping.
func (w datum) says() string {
	for id, d := range data {
		if d == w {
			return id
		}
	}
	return fmt.Sprint("gegeven ", int(w))
}
