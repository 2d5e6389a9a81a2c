package population

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"lemniscaat/internal/rule"
)

// Field is one column of own data: a datum that rules ask for.
type Field struct {
	ID     string    `json:"gegeven"` // attribute id
	Kind   rule.Kind `json:"-"`
	Kinded string    `json:"soort"` // Kind, in a file
	Label  string    `json:"omschrijving"`
	// Unit is, of an Amount, "€", "€/jr" or another one that rules know; of a
	// Number as rules have it. Values are whole: cents of an Amount, and of a
	// Number so many Per one.
	Unit string `json:"eenheid,omitempty"`
	Per  int64  `json:"per,omitempty"`
	// Choices are the values of an Enum; a value is an index in it.
	Choices []string `json:"keuzes,omitempty"`
	// Household: a datum of the household, otherwise of each person.
	Household bool `json:"vanHuishouden,omitempty"`
	// Partly: some have no value, and are leeg. Empty: nobody has.
	Partly bool `json:"magOntbreken,omitempty"`
	Empty  bool `json:"leeg,omitempty"`
	// Assumption is the id of the assumption it rests on, if any.
	Assumption string `json:"aanname,omitempty"`
}

var fieldKinds = map[rule.Kind]string{rule.Amount: "bedrag", rule.Number: "getal", rule.Boolean: "ja-nee", rule.DateKind: "datum", rule.Enum: "keuze"}

// Holds reports whether own data can have data of a kind.
func Holds(k rule.Kind) bool { return fieldKinds[k] != "" }

// OwnHead says what own data are: it stands in their file.
type OwnHead struct {
	ID     string `json:"id"`
	Name   string `json:"naam"`
	Source string `json:"bron"`
	Year   int    `json:"jaar"` // ages are on 1 January of it
	// Mapping is the digest of the mapping file.
	Mapping string  `json:"koppeling"`
	Fields  []Field `json:"gegevens"`
	// Lacks are the facts that the data do not have.
	Lacks       []Fact          `json:"ontbreekt"`
	Assumptions []OwnAssumption `json:"aannames"`
	Households  int             `json:"huishoudens"`
	Persons     int             `json:"personen"`
	// Weight is what the households stand for, in millionths of one.
	Weight int64 `json:"gewicht"`
	// Synthetic is always false: it tells own data from other files.
	Synthetic bool `json:"synthetisch"`
	Block     int  `json:"blok"`
}

// OwnAssumption is what whoever imports data takes for granted.
type OwnAssumption struct {
	ID   string `json:"id"`
	Text string `json:"tekst"`
	Why  string `json:"grond"`
}

// OwnPerson is what simulations need of a person beside the fields.
type OwnPerson struct {
	Position  Position
	Age       uint8 // on 1 January of the year
	Status    Status
	Applicant bool
}

// OwnHousehold is one household of own data. Persons are in the order head,
// partner, children, others.
type OwnHousehold struct {
	Weight     int64 // millionths
	Type       Type
	Disposable int64 // euros a year
	Home       Home  // its Tenure and Municipality
	Persons    []OwnPerson
	// Values has an entry per field: one value of the household, or one per
	// person. Known says of a Partly field which are there.
	Values [][]int64
	Known  [][]bool
}

// ownValues are the values of one field in a block; one of the lists is used.
type ownValues struct {
	ints   []int64
	flags  []bool
	days   []int32
	choice []uint8
	has    []bool
}

func (v *ownValues) reset() {
	v.ints, v.flags, v.days, v.choice, v.has = v.ints[:0], v.flags[:0], v.days[:0], v.choice[:0], v.has[:0]
}

// append appends values from up to to of the same field of another block.
func (v *ownValues) append(o *ownValues, from, to int32) {
	v.ints = appendRange(v.ints, o.ints, from, to)
	v.flags = appendRange(v.flags, o.flags, from, to)
	v.days = appendRange(v.days, o.days, from, to)
	v.choice = appendRange(v.choice, o.choice, from, to)
	v.has = appendRange(v.has, o.has, from, to)
}

func appendRange[T any](into, from []T, first, last int32) []T {
	if len(from) == 0 {
		return into
	}
	return append(into, from[first:last]...)
}

// column makes the column of field i.
func (f Field) column(i int) Column {
	c := Column{ID: f.ID, Kind: f.Kind, Label: f.Label, Unit: f.Unit, Household: f.Household}
	if f.Assumption != "" {
		c.Assumptions = []string{f.Assumption}
	}
	if !f.Empty {
		switch f.Kind {
		case rule.Amount:
			c.Cents, c.Amounts = 1, func(b *Block) []int64 { return b.own[i].ints }
			switch f.Unit {
			case "€", "€/jr":
				c.Step = 30000
			case "€/mnd":
				c.Step = 2500
			}
		case rule.Number:
			c.Per, c.Numbers = f.Per, func(b *Block) []int64 { return b.own[i].ints }
		case rule.Boolean:
			c.Flags = func(b *Block) []bool { return b.own[i].flags }
		case rule.DateKind:
			c.Days = func(b *Block) []int32 { return b.own[i].days }
		case rule.Enum:
			c.Choices, c.Choice = f.Choices, func(b *Block) []uint8 { return b.own[i].choice }
		}
		if f.Partly {
			c.Partly = func(b *Block) []bool { return b.own[i].has }
		}
	}
	c.value = func(h *Household, member int) Value {
		row := h.ownRow
		if !f.Household {
			row = int(h.own.Starts[row]) + member
		}
		return c.At(h.own, row)
	}
	return c
}

// known makes what the data know.
func (h *OwnHead) known() Knowledge {
	k := Knowledge{Own: true, Lacks: h.Lacks}
	derived := map[string]bool{} // what rules compute when they can, as for everybody
	for _, c := range Columns() {
		derived[c.ID] = c.Derived
	}
	for i, f := range h.Fields {
		c := f.column(i)
		c.Derived = derived[f.ID]
		k.Columns = append(k.Columns, c)
	}
	for _, r := range Relations() {
		switch r.Between {
		case Cared: // contracts for childcare cannot be imported
			continue
		case Parents:
			if !k.Has(FactAge) {
				continue
			}
		}
		k.Relations = append(k.Relations, r)
	}
	shape, err := json.Marshal(struct {
		Fields []Field
		Lacks  []Fact
	}{h.Fields, h.Lacks})
	if err != nil {
		panic("BUG: " + err.Error())
	}
	sum := sha256.Sum256(shape)
	k.ID = "eigen:" + hex.EncodeToString(sum[:8])
	return k
}

// assumptions lists those of the data.
func (h *OwnHead) assumptions() []Assumption {
	list := make([]Assumption, 0, len(h.Assumptions))
	for _, a := range h.Assumptions {
		list = append(list, Assumption{ID: a.ID, Text: a.Text, Basis: a.Why})
	}
	return list
}

// sound says what is wrong with a head that was read; "" when nothing is.
func (h *OwnHead) sound() string {
	kinds := map[string]rule.Kind{}
	for k, s := range fieldKinds {
		kinds[s] = k
	}
	seen := map[string]bool{}
	for i := range h.Fields {
		f := &h.Fields[i]
		var ok bool
		if f.Kind, ok = kinds[f.Kinded]; !ok || seen[f.ID] || f.Kind == rule.Enum && (len(f.Choices) == 0 || len(f.Choices) > 256) {
			return fmt.Sprintf("het gegeven %q is niet te lezen", clip(f.ID))
		}
		seen[f.ID] = true
	}
	switch {
	case h.Synthetic || !strings.HasPrefix(h.ID, "eigen:"):
		return "het zegt zelf dat het geen eigen gegevens zijn"
	case h.Block != ownBlock || h.Households < 1 || h.Persons < h.Households || h.Weight < 1:
		return "de aantallen in het begin kunnen niet"
	}
	return ""
}
