// Package rule is the typed model of a regulation: object types, roles,
// parameters and rules with RegelSpraak's semantics. It is pure data: it reads
// no files, knows no clock and computes nothing. Front ends (package
// regelspraak) build a Model; evaluators (package exact) read it.
//
// A Model is immutable after it is built and safe for concurrent use.
package rule

// Model is one closed set of declarations and rules: everything that a
// reference in it can point to is in it.
type Model struct {
	Objects    []*ObjectType
	Facts      []*FactType
	Domains    []*Domain
	Units      []*UnitSystem // declared ones; StandardUnits are always there
	Parameters []*Parameter
	Groups     []*Group
	Rules      []*Rule
}

// ObjectType is a kind of thing the rules speak about (Persoon, Huishouden).
type ObjectType struct {
	Article    string // "de" or "het"
	Name       string // singular, as declared: "Persoon"
	Plural     string // "personen"
	Animate    bool   // "(bezield)": may be called "hij"
	Attributes []*Attribute
	Pos        Pos
}

// AttributeKind says how an attribute is written in a sentence.
type AttributeKind uint8

const (
	// Value is an ordinary attribute with a data type: "het vermogen Bedrag".
	Value AttributeKind = iota
	// Adjective is a kenmerk (bijvoeglijk): "hij is verzekerd".
	Adjective
	// Possessive is a kenmerk (bezittelijk): "hij heeft recht op zorgtoeslag".
	Possessive
	// Noun is a kenmerk without addition: "hij is een aanvrager"; a rule may
	// have it as its subject ("van een aanvrager").
	Noun
)

// IsKenmerk reports whether the attribute is a boolean characteristic.
func (k AttributeKind) IsKenmerk() bool { return k != Value }

// Attribute is a property of one object type. A kenmerk is an attribute whose
// Type is Boolean.
type Attribute struct {
	Owner   *ObjectType
	Kind    AttributeKind
	Article string // "de" or "het"; for kenmerken "is", "heeft" or "de"/"het" (Noun)
	Name    string // "toetsingsinkomen", "verzekerd", "recht op zorgtoeslag"
	Plural  string // "aanvragers"; may be empty for what is no Noun
	Type    Type
	Pos     Pos
}

// ID is the stable name of the attribute in case files, results and mappings:
// "persoon.toetsingsinkomen".
func (a *Attribute) ID() string { return Slug(a.Owner.Name) + "." + Slug(a.Name) }

// FactType is a relation between two roles. For a reciprocal fact type
// (wederkerig) both ends are the same role.
type FactType struct {
	Name       string // "Partnerschap"
	Reciprocal bool
	Roles      []*Role // one for a reciprocal fact type, otherwise two
	Pos        Pos
}

// Role is one end of a fact type, seen from the other end: from Owner you
// reach Target through the role's name ("zijn toeslagpartner", "de leden van
// het huishouden").
type Role struct {
	Fact    *FactType
	Article string
	Name    string // singular: "toeslagpartner", "lid"
	Plural  string // "leden"; empty when Many is false
	Owner   *ObjectType
	Target  *ObjectType
	Many    bool
	Inverse *Role // the other end; itself when reciprocal
	Pos     Pos
}

// ID is the stable name of the role: "persoon.toeslagpartner".
func (r *Role) ID() string { return Slug(r.Owner.Name) + "." + Slug(r.Name) }

// Domain is a named data type: an enumeration ('eenpersoons', 'meerpersoons'),
// or another type under a name of its own ("Numeriek (getal met 2 decimalen)").
type Domain struct {
	Name   string
	Values []string // of an enumeration; nil otherwise
	Base   Type     // when it is no enumeration; without Domain
	Pos    Pos
}

// IsEnum reports whether the domain lists its values.
func (d *Domain) IsEnum() bool { return d.Base.Kind == 0 }

// Group is a regelgroep: rules that stand together under a name. It has no
// meaning for the outcome.
type Group struct {
	Name string
	Pos  Pos
}

// Parameter is a value that the law sets and changes over time.
type Parameter struct {
	// ID is how variants, digests and the API name it:
	// "individuele-inkomenstoeslag.inkomensgrens". Its first part is the
	// regulation.
	ID      string
	Article string
	Name    string // "inkomensgrens van de individuele inkomenstoeslag"
	Type    Type
	// Values are sorted by From, ascending, without doubles.
	Values []ParameterValue
	Pos    Pos
}

// ParameterValue holds from its date until the next value's date. A value that
// is Empty (Value.IsEmpty) says: from here on there is none.
type ParameterValue struct {
	From     Date
	Value    Datum
	Source   string // human readable reference beside the value
	Verified bool   // false: shown with a mark wherever the number appears
	Note     string // why it is unverified, or how it was derived
	Example  bool   // a value of the example municipality, not of a real one
}

// At gives the value on a date; ok is false when no value holds then.
func (p *Parameter) At(d Date) (v ParameterValue, ok bool) {
	for i := len(p.Values) - 1; i >= 0; i-- {
		if !d.Before(p.Values[i].From) {
			return p.Values[i], !p.Values[i].Value.IsEmpty()
		}
	}
	return ParameterValue{}, false
}

// Rule is one named rule with one or more versions in time.
type Rule struct {
	ID         string // "zorgtoeslag.bedrag-alleenstaande"; stable over edits
	Name       string // "zorgtoeslag van een alleenstaande"
	Regulation string // id of the regulation it belongs to
	Article    string // id of the article (file) it stands in
	Source     []string
	Group      *Group     // nil: in no regelgroep
	Versions   []*Version // sorted by From, ascending; intervals do not overlap
	Pos        Pos
}

// At gives the version that is valid on a date, or nil.
func (r *Rule) At(d Date) *Version {
	for _, v := range r.Versions {
		if !d.Before(v.From) && (v.Until.IsZero() || !d.After(v.Until)) {
			return v
		}
	}
	return nil
}

// Version is the text of a rule for an interval of dates, both ends included;
// a zero Until means that no end is known, a zero From that it was always so
// ("geldig altijd").
type Version struct {
	From, Until Date
	// Subject is the row that the rule is evaluated for.
	Subject *Binding
	Action  Action
	// Condition is nil when the rule always applies.
	Condition Condition
	// Variables ("Daarbij geldt:") are evaluated only when used.
	Variables []*Variable
	Pos       Pos
}

// Binding is a name for "the one this is about": the subject of a rule, or the
// element of a subselection or aggregation.
type Binding struct {
	Object *ObjectType
	// Kenmerk narrows the subject to objects that have it ("van een
	// aanvrager"); nil for all objects of the type.
	Kenmerk *Attribute
	// Depth is 0 for the subject of a rule, 1 inside its first aggregation,
	// and so on. It makes two models comparable without comparing pointers.
	Depth int
}

// Variable is a named expression of one rule version.
type Variable struct {
	Article string // "de", "het" or "" when the variable is written bare ("X is …")
	Name    string
	Expr    Expr
	Pos     Pos
}

// Action is what a rule does: *Assign, *Grant, *Initialise, *Table, *Require or
// *Unique.
type Action interface{ action() }

// Assign sets an attribute of the subject (gelijkstelling).
type Assign struct {
	Target *Attribute
	Expr   Expr
	Pos    Pos
}

// Grant gives the subject a kenmerk (kenmerktoekenning).
type Grant struct {
	Kenmerk *Attribute
	Pos     Pos
}

// Initialise gives an attribute a value where it would otherwise be leeg: no
// input and no other rule gave it one, or what they gave is leeg
// (initialisatie). Of several that apply to one object two are a conflict. An
// attribute that only an Initialise writes may still be given as an input, and
// need not be.
type Initialise struct {
	Target *Attribute
	Expr   Expr
	Pos    Pos
}

// Table is a beslistabel. Each row is a gelijkstelling (or, for a kenmerk, a
// toekenning) with the row's When as its condition: for one object at most one
// row may apply, two are a conflict, none leaves the attribute leeg. The
// version has no other condition.
type Table struct {
	Target  *Attribute
	Columns []*TableColumn
	Rows    []*TableRow
	Pos     Pos
}

// TableColumn is a column of conditions. Either Left and Op are set and the
// cells hold what is compared with, or Kenmerk is set (never with Not) and the
// cells say waar or onwaar.
type TableColumn struct {
	Left    Expr
	Op      CompareOp
	Kenmerk *HasKenmerk
	Pos     Pos
}

// TableRow is one row. Cells and When say the same: Cells for who reads or
// prints the table, When for who evaluates it.
type TableRow struct {
	Result Expr // for a kenmerk the Literal waar
	// Cells has an entry per column: nil is "n.v.t."; several are a list of
	// which one has to match (Equal), or none may (NotEqual); other operators
	// have one. In a column with a Kenmerk it is a Literal of kind Boolean.
	Cells [][]Expr
	// When is the AND over the columns (a Compound of All, or the one
	// condition itself); nil when every cell is n.v.t. A list is a Compound of
	// AtLeast 1 (Equal) or of All (NotEqual) over Compares; onwaar is
	// HasKenmerk with Not.
	When Condition
	Pos  Pos
}

// Require is a consistentieregel: the subject has to meet the condition. It
// writes nothing; a subject that does not meet it is a violation, which is a
// result. The condition of the version says for whom it is asked.
type Require struct {
	Condition Condition
	Pos       Pos
}

// Unique is a consistentieregel: no two objects of the subject's type in a case
// may have the same value, leeg aside.
type Unique struct {
	Attribute *Attribute
	Pos       Pos
}

func (*Assign) action()     {}
func (*Grant) action()      {}
func (*Initialise) action() {}
func (*Table) action()      {}
func (*Require) action()    {}
func (*Unique) action()     {}

// Writes gives the attribute that the version writes, nil for a
// consistentieregel.
func (v *Version) Writes() *Attribute {
	switch a := v.Action.(type) {
	case *Assign:
		return a.Target
	case *Grant:
		return a.Kenmerk
	case *Initialise:
		return a.Target
	case *Table:
		return a.Target
	case *Require, *Unique:
		return nil
	}
	panic("BUG: unknown action")
}

// Pos is a place in a source file; Line and Column count from 1, Column in
// characters (not bytes).
type Pos struct {
	File         string
	Line, Column int
}
