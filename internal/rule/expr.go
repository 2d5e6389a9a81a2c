package rule

import "math/big"

// Expr is a typed expression. The implementations are in this file.
type Expr interface {
	Type() Type
	Position() Pos
}

// Node carries what every expression and condition has.
type Node struct {
	Typ Type
	Pos Pos
}

// Type gives the type of the value.
func (n Node) Type() Type { return n.Typ }

// Position gives the place in the source.
func (n Node) Position() Pos { return n.Pos }

// Literal is a constant: "24 €", "18 jr", "1-1-2026", "'eenpersoons'", "5%".
type Literal struct {
	Node
	Value Datum
}

// ParameterRef reads a parameter on the rekendatum.
type ParameterRef struct {
	Node
	Parameter *Parameter
}

// VariableRef reads a variable of the same rule version.
type VariableRef struct {
	Node
	Variable *Variable
}

// ReferenceDate is "de rekendatum".
type ReferenceDate struct{ Node }

// AttributeRef reads an attribute of the object reached from From through Via
// (to-one roles): "het toetsingsinkomen van zijn toeslagpartner".
type AttributeRef struct {
	Node
	From      *Binding
	Via       []*Role
	Attribute *Attribute
}

// ObjectRef is the object itself, reached through to-one roles; it can only be
// tested for being empty ("zijn toeslagpartner is leeg") or counted.
type ObjectRef struct {
	Node
	From *Binding
	Via  []*Role
}

// ArithOp is an arithmetic operator.
type ArithOp uint8

const (
	Add     ArithOp = iota // plus
	Sub                    // min: leeg counts as 0
	SubFrom                // verminderd met: leeg when its left side is leeg
	Mul                    // maal
	Div                    // gedeeld door: leeg or 0 as divisor is an error
)

// Arith combines two numbers. Percentages are added to and subtracted from each
// other, and divided by numbers; PercentOf multiplies with them.
type Arith struct {
	Node
	Op   ArithOp
	L, R Expr
}

// PercentOf is "110% van X" or "de inkomensgrens van X" where the first is a
// percentage: Percent × Of / 100.
type PercentOf struct {
	Node
	Percent, Of Expr
}

// Clamp is "…, met een minimum van Min" and "…, met een maximum van Max";
// either may be nil. It binds to the whole expression before it.
type Clamp struct {
	Node
	Expr     Expr
	Min, Max Expr
}

// RoundMode is a rounding mode.
type RoundMode uint8

const (
	RoundDown     RoundMode = iota // naar beneden afgerond: towards −∞
	RoundUp                        // naar boven afgerond: towards +∞
	RoundHalfUp                    // rekenkundig afgerond: half away from zero
	RoundToZero                    // richting nul afgerond
	RoundFromZero                  // weg van nul afgerond
)

// Round is "X naar beneden afgerond op N decimalen". It binds after Clamp.
type Round struct {
	Node
	Expr     Expr
	Mode     RoundMode
	Decimals int
}

// Extreme is "de minimale waarde van A, B en C" (Max false) or "de maximale
// waarde van …". Leeg operands are passed over; all leeg gives leeg.
type Extreme struct {
	Node
	Max  bool
	Args []Expr
}

// AggregateOp is what an aggregation does with its elements.
type AggregateOp uint8

const (
	Count AggregateOp = iota // het aantal
	Sum                      // de som van
	Min                      // het minimum van, "de laagste"
	Max                      // het maximum van
)

// Aggregate runs over the objects reached from From through Via for which
// Filter holds: first any number of to-one roles, then one or more to-many
// roles, so that "de kinderen van de leden van zijn huishouden" is one Via. A
// to-many role after the first has a to-one inverse: no object is reached
// twice. Of is nil for Count. Element is the binding that Of and Filter read.
type Aggregate struct {
	Node
	Op      AggregateOp
	From    *Binding
	Via     []*Role
	Element *Binding
	Filter  Condition // nil: all
	Of      Expr
}

// TimeUnit is a unit of calendar time.
type TimeUnit uint8

const (
	Days TimeUnit = iota
	Months
	Years
)

// Duration is "de tijdsduur van A tot B in hele jaren" (completed units;
// negative when B is before A). Someone born on 29 February completes a year
// on 1 March in other years (BW 1:2 is silent; the profile fixes it).
type Duration struct {
	Node
	From, To Expr
	Unit     TimeUnit
}

// DateShift is "A plus 18 jr" / "A min 3 mnd": a date moved by whole units. A
// day that does not exist in the target month becomes its last day.
type DateShift struct {
	Node
	Date   Expr
	Amount Expr // number; unit given by Unit
	Unit   TimeUnit
	Minus  bool
}

// FirstDay is "de eerste dag van de maand van D" (Next false) or "de eerste
// dag van de maand volgend op D" (Next true); Unit may be Months or Years.
type FirstDay struct {
	Node
	Date Expr
	Unit TimeUnit
	Next bool
}

// DatePart is "het jaar uit D", "de maand uit D", "de dag uit D".
type DatePart struct {
	Node
	Date Expr
	Unit TimeUnit
}

// MakeDate is "de datum met jaar, maand en dag (Y, M, D)"; numbers that are no
// existing day are an error of the case. leeg in any of them gives leeg.
type MakeDate struct {
	Node
	Year, Month, Day Expr
}

// Convert expresses a number in another unit of its system: Expr × Factor. The
// parser puts it where units differ and can be converted; it has no text of its
// own. leeg stays leeg.
type Convert struct {
	Node
	Expr   Expr
	Factor *big.Rat
}

// Condition is a test with a yes or no answer; two-valued.
type Condition interface{ Position() Pos }

// Quantifier says how many items of a compound condition must hold.
type Quantifier uint8

const (
	All     Quantifier = iota // alle volgende voorwaarden
	None                      // geen van de volgende voorwaarden
	AtLeast                   // ten minste N
	AtMost                    // ten hoogste N
	Exactly                   // precies N
)

// Compound is a quantified list of conditions; nesting follows bullet depth.
type Compound struct {
	Node
	Quantifier Quantifier
	N          int
	Items      []Condition
}

// CompareOp is a comparison.
type CompareOp uint8

const (
	Equal CompareOp = iota
	NotEqual
	Less
	LessEqual
	Greater
	GreaterEqual
)

// Compare tests two values of one type; with a leeg side it is untrue, also
// for NotEqual.
type Compare struct {
	Node
	Op   CompareOp
	L, R Expr
}

// IsEmpty is "… is leeg" (or, Not, "… is gevuld").
type IsEmpty struct {
	Node
	Expr Expr
	Not  bool
}

// HasKenmerk is "hij is verzekerd", "zijn toeslagpartner heeft recht op
// zorgtoeslag", or with Not "is geen …", "is niet …". When the object reached
// through Via does not exist the test is untrue, also with Not.
type HasKenmerk struct {
	Node
	From    *Binding
	Via     []*Role
	Kenmerk *Attribute
	Not     bool
}
