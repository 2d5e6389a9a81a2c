package regulation

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/rule"
)

// Phase is one step of the introduction of a variant: who goes over to it from
// a date on. Whoever is over stays over.
type Phase struct {
	From rule.Date
	// NewCases: who does not receive anything today under what the variant changes,
	// and of the others the part that applies anew as time goes by. Otherwise
	// everybody.
	NewCases bool
	// FromAge and UntilAge bound the age of the head of the household: from FromAge
	// up to, but not including, UntilAge; 0 is no bound.
	FromAge, UntilAge int
	// Households are types of households, by the word that a population has for them
	// ("eenoudergezin"); none: all.
	Households []string
	// Share is how many in a thousand of those go over; 1000 is all. Who is in a
	// share is in every larger share.
	Share int
}

// maxPhases bounds an introduction.
const maxPhases = 24

// newCases is what a variant file calls Phase.NewCases.
const newCases = "nieuwe gevallen"

var ages = regexp.MustCompile(`^(?:(\d{1,3}) tot (\d{1,3})|vanaf (\d{1,3})|tot (\d{1,3}))$`)

// readPhases reads "invoering".
func readPhases(d *notation.Doc, v *Variant) notation.Field {
	return func(_, n *notation.Node) {
		d.Items(n, "invoering", func(n *notation.Node) {
			p := Phase{Share: 1000}
			d.Fields(n, "een stap van de invoering", map[string]notation.Field{
				"vanaf!": d.Date(&p.From, "vanaf"),
				"wie": func(_, n *notation.Node) {
					if p.NewCases = n.Value == newCases; !p.NewCases {
						d.Fail(n, "wie", "schrijf nieuwe gevallen, of laat wie weg voor iedereen", "%q is geen groep", n.Value)
					}
				},
				"leeftijd": func(_, n *notation.Node) {
					m := ages.FindStringSubmatch(n.Value)
					if m == nil {
						d.Fail(n, "leeftijd", "schrijf bijvoorbeeld 18 tot 27, vanaf 67 of tot 27", "%q is geen leeftijd", n.Value)
						return
					}
					p.FromAge, _ = strconv.Atoi(m[1] + m[3])
					p.UntilAge, _ = strconv.Atoi(m[2] + m[4])
					if p.UntilAge > 0 && p.UntilAge <= p.FromAge || p.FromAge+p.UntilAge == 0 {
						d.Fail(n, "leeftijd", "", "%q is een lege groep", n.Value)
					}
				},
				"huishouden": func(_, n *notation.Node) {
					d.Items(n, "huishouden", func(n *notation.Node) {
						if s, ok := d.Scalar(n, "huishouden"); ok {
							p.Households = append(p.Households, s)
						}
					})
					if len(p.Households) == 0 {
						d.Fail(n, "huishouden", "noem een soort, zoals [eenoudergezin]", "er staat geen soort huishouden")
					}
				},
				"deel": func(_, n *notation.Node) {
					dat, err := notation.Parse(n.Value, rule.Type{Kind: rule.Percentage})
					if err != nil || dat.Num == nil || dat.Num.Sign() <= 0 || !dat.Num.Num().IsInt64() {
						d.Fail(n, "deel", "schrijf bijvoorbeeld \"25 %\"", "%q is geen deel", n.Value)
						return
					}
					f, _ := dat.Num.Float64()
					if p.Share = int(f*10 + 0.5); p.Share < 1 || p.Share > 1000 || float64(p.Share) != f*10 {
						d.Fail(n, "deel", "kies 0,1 % tot en met 100 %, met hoogstens één cijfer achter de komma", "een deel van %q kan niet", n.Value)
					}
				},
			})
			if last := len(v.Phases) - 1; last >= 0 && !p.From.IsZero() && !v.Phases[last].From.Before(p.From) {
				d.Fail(n, "volgorde", "zet de stappen op volgorde van datum, elk op een eigen dag", "de stap van %s komt niet na die van %s", p.From, v.Phases[last].From)
			}
			v.Phases = append(v.Phases, p)
		})
		switch {
		case len(v.Phases) == 0:
			d.Fail(n, "invoering", "laat invoering weg als alles tegelijk ingaat", "de invoering heeft geen stappen")
		case len(v.Phases) > maxPhases:
			d.Fail(n, "invoering", "", "een invoering heeft hoogstens %d stappen", maxPhases)
		}
	}
}

// checkPhases says what can only be known when the whole file was read.
func checkPhases(d *notation.Doc, top *notation.Node, v *Variant) {
	if len(v.Phases) > 0 && !v.From.IsZero() && v.Phases[0].From.Before(v.From) {
		d.Fail(top, "invoering", "laat de invoering beginnen op of na vanaf", "de invoering begint op %s, voordat de variant geldt (%s)", v.Phases[0].From, v.From)
	}
}

// Words say who goes over in a phase: "nieuwe gevallen, hoofd van 18 tot 27
// jaar, 25 %".
func (p Phase) Words() string {
	var out []string
	if p.NewCases {
		out = append(out, newCases)
	}
	switch {
	case p.FromAge > 0 && p.UntilAge > 0:
		out = append(out, fmt.Sprintf("hoofd van %d tot %d jaar", p.FromAge, p.UntilAge))
	case p.FromAge > 0:
		out = append(out, fmt.Sprintf("hoofd van %d jaar of ouder", p.FromAge))
	case p.UntilAge > 0:
		out = append(out, fmt.Sprintf("hoofd jonger dan %d jaar", p.UntilAge))
	}
	if len(p.Households) > 0 {
		out = append(out, strings.Join(p.Households, " of "))
	}
	if len(out) == 0 {
		out = append(out, "iedereen")
	}
	if p.Share < 1000 {
		out = append(out, p.share())
	}
	return strings.Join(out, ", ")
}

func (p Phase) share() string {
	s := strconv.Itoa(p.Share / 10)
	if d := p.Share % 10; d > 0 {
		s += "," + strconv.Itoa(d)
	}
	return s + " %"
}

// yaml writes the phase as readPhases reads it.
func (p Phase) yaml() string {
	out := "vanaf: " + p.From.String()
	if p.NewCases {
		out += ", wie: " + newCases
	}
	switch {
	case p.FromAge > 0 && p.UntilAge > 0:
		out += fmt.Sprintf(", leeftijd: %d tot %d", p.FromAge, p.UntilAge)
	case p.FromAge > 0:
		out += fmt.Sprintf(", leeftijd: vanaf %d", p.FromAge)
	case p.UntilAge > 0:
		out += fmt.Sprintf(", leeftijd: tot %d", p.UntilAge)
	}
	if len(p.Households) > 0 {
		var list []string
		for _, h := range p.Households {
			list = append(list, quote(h))
		}
		out += ", huishouden: [" + strings.Join(list, ", ") + "]"
	}
	if p.Share < 1000 {
		out += ", deel: " + quote(p.share())
	}
	return "{" + out + "}"
}

// Phases gives the steps in which the last variant that has them is introduced;
// none: all at once.
func (s *Set) Phases() []Phase {
	for _, v := range slices.Backward(s.source.variants()) {
		if len(v.Phases) > 0 {
			return slices.Clone(v.Phases)
		}
	}
	return nil
}
