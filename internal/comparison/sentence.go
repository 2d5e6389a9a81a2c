package comparison

import (
	"fmt"
	"math/big"
	"strings"

	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/spelling"
)

// Sentence says in one or two sentences what differs between the sides.
func (r *Result) Sentence() string {
	if r.Same() {
		return "Er is geen verschil." + r.examplesSame()
	}
	count := map[string]int{}
	for _, s := range r.Words {
		for _, d := range s.Differences {
			count[d.Kind]++
		}
	}
	var parts []string
	total := 0
	for _, k := range []struct{ kind, one, many string }{
		{"regeling", "de hele regeling", "hele regelingen"}, {"regel", "regel", "regels"}, {"parameter", "waarde", "waarden"},
		{"gegeven", "gegeven", "gegevens"}, {"eenheid", "eenheid", "eenheden"}, {"stap", "stap", "stappen"}, {"artikel", "artikeltekst", "artikelteksten"},
	} {
		n := count[k.kind]
		total += n
		switch {
		case n == 1 && k.kind == "regeling":
			parts = append(parts, k.one)
		case n > 0:
			parts = append(parts, many(n, k.one, k.many))
		}
	}
	s := "De woorden zijn gelijk."
	if total > 0 {
		verb := "verschillen"
		if total == 1 {
			verb = "verschilt"
		}
		s = "Er " + verb + " " + spelling.And(parts...) + "."
	}
	return r.absent() + s + r.examplesDiffer()
}

func (r *Result) examplesSame() string {
	n := len(r.Effect)
	switch {
	case n == 0:
		return ""
	case r.Count(Neither) == n:
		return " Geen van de " + many(n, "rekenvoorbeeld", "rekenvoorbeelden") + " heeft een uitkomst."
	case n == 1:
		return " Het rekenvoorbeeld komt hetzelfde uit."
	}
	return " Alle " + fmt.Sprint(n) + " rekenvoorbeelden komen hetzelfde uit."
}

func (r *Result) examplesDiffer() string {
	n := len(r.Effect)
	if n == 0 {
		return " Er zijn geen rekenvoorbeelden."
	}
	var parts []string
	for _, k := range []struct {
		kind Kind
		text string
	}{{Changed, "anders"}, {LeftOnly, "alleen links"}, {RightOnly, "alleen rechts"}, {Unchanged, "hetzelfde"}, {Neither, "nergens"}} {
		c := r.Count(k.kind)
		switch {
		case c == 0:
		case len(parts) > 0:
			parts = append(parts, fmt.Sprintf("%d %s", c, k.text))
		case c == 1:
			parts = append(parts, "komt er 1 "+k.text+" uit")
		default:
			parts = append(parts, fmt.Sprintf("komen er %d %s uit", c, k.text))
		}
	}
	if n == 1 {
		return " Het ene rekenvoorbeeld " + strings.Replace(parts[0], "komt er 1", "komt", 1) + "."
	}
	return " Van de " + many(n, "rekenvoorbeeld", "rekenvoorbeelden") + " " + spelling.And(parts...) + "."
}

// absent says on which side the regulation does not compute at all.
func (r *Result) absent() string {
	switch {
	case r.Computes[0] == r.Computes[1]:
		return ""
	case r.Computes[1]:
		return "Links geven de regels nog geen uitkomst, of niet meer. "
	}
	return "Rechts geven de regels nog geen uitkomst, of niet meer. "
}

// many gives "1 regel" or "3 regels".
func many(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}

// Text says a cause in one sentence.
func (c Cause) Text() string {
	switch c.Kind {
	case ByParameter:
		name := strings.TrimSpace(c.Parameter.Article + " " + c.Parameter.Name)
		was, is := written(c.Values[0], c.Parameter.Type), written(c.Values[1], c.Parameter.Type)
		switch {
		case was == "":
			return fmt.Sprintf("%s heeft links geen waarde en is rechts %s.", spelling.Capital(name), is)
		case is == "":
			return fmt.Sprintf("%s is links %s en heeft rechts geen waarde.", spelling.Capital(name), was)
		}
		return fmt.Sprintf("%s is links %s en rechts %s.", spelling.Capital(name), was, is)
	case ByDatum:
		return fmt.Sprintf("Alleen één kant vraagt hier naar ‘%s’.", c.Attribute.Name)
	case ByDay:
		return fmt.Sprintf("Door de dag: ‘%s’ is op de ene dag anders dan op de andere.", c.Attribute.Name)
	case ByRule:
	}
	left, right := c.Rules[0], c.Rules[1]
	switch {
	case left == nil && right == nil:
		return fmt.Sprintf("Een regel over ‘%s’ is anders.", c.Attribute.Name)
	case left == nil:
		return fmt.Sprintf("Rechts geldt de regel ‘%s’, links niet.", right.Name)
	case right == nil:
		return fmt.Sprintf("Links geldt de regel ‘%s’, rechts niet.", left.Name)
	case left.ID == right.ID:
		return fmt.Sprintf("De regel ‘%s’ is anders.", right.Name)
	}
	return fmt.Sprintf("Links geldt de regel ‘%s’, rechts de regel ‘%s’.", left.Name, right.Name)
}

// Name says shortly what a cause is: "het drempelinkomen", "de regel ‘x’".
func (c Cause) Name() string {
	switch c.Kind {
	case ByParameter:
		return strings.TrimSpace(c.Parameter.Article + " " + c.Parameter.Name)
	case ByDatum:
		return "het gegeven ‘" + c.Attribute.Name + "’"
	case ByDay:
		return "de dag (‘" + c.Attribute.Name + "’)"
	case ByRule:
	}
	for _, r := range []*rule.Rule{c.Rules[1], c.Rules[0]} {
		if r != nil {
			return "de regel ‘" + r.Name + "’"
		}
	}
	return "een regel over ‘" + c.Attribute.Name + "’"
}

// Others names the causes after the first: "Ook anders: het drempelinkomen en
// het afbouwpercentage."; "" when there are none.
func Others(cs []Cause) string {
	var names []string
	for i, c := range cs {
		if i > 0 {
			names = append(names, c.Name())
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "Ook anders: " + spelling.And(names...) + "."
}

func written(v *rule.ParameterValue, t rule.Type) string {
	if v == nil {
		return ""
	}
	return notation.Format(v.Value, t)
}

// Label says what the value is, with its period: "zorgtoeslag per maand".
func (v *Value) Label() string {
	switch v.Outcome.Period {
	case "jaar", "maand", "kwartaal":
		return v.Outcome.Label + " per " + v.Outcome.Period
	}
	return v.Outcome.Label
}

// Text writes the answer on a side (0 is left); the problem when there is no
// value. The period of an amount is in the label.
func (v *Value) Text(side int) string {
	a := v.Answers[side]
	switch {
	case a.NoRule:
		return "Hier geldt geen regel die dit bepaalt."
	case a.Problem != "":
		return a.Problem
	case a.Value.IsEmpty():
		return "leeg"
	}
	return v.format(a.Value)
}

// DifferenceText writes the difference with its sign: "+ € 12", "− € 8,50"; ""
// when there is none to write.
func (v *Value) DifferenceText() string {
	if v.Difference == nil || v.Difference.Sign() == 0 {
		return ""
	}
	sign := "+ "
	if v.Difference.Sign() < 0 {
		sign = "− "
	}
	d := v.Answers[1].Value
	d.Num = new(big.Rat).Abs(v.Difference)
	return sign + v.format(d)
}

func (v *Value) format(d rule.Datum) string {
	t := v.Type
	if d.Kind == rule.Amount && v.Label() != v.Outcome.Label {
		t.Unit = "€"
	}
	return notation.Format(d, t)
}

// On says on which day a side is read: "1 januari 2026".
func (s Side) On() string { return regelspraak.PrintDate(s.Date) }
