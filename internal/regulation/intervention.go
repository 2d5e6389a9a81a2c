package regulation

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/rule"
)

// Intervention is what an executor may do so that more people who have a right
// also get it. It changes who manages to do a step, never a right.
type Intervention string

// The interventions that a variant can name.
const (
	// Letter: who has the right and leaves the step gets a letter about it.
	Letter Intervention = "brief"
	// Prefilled: the citizen only checks what registers know.
	Prefilled Intervention = "vooringevuld"
	// Awarded: the executor does the step itself, with what registers know.
	Awarded Intervention = "automatisch"
)

var interventions = []string{string(Letter), string(Prefilled), string(Awarded)}

// Help is an intervention of a variant: at one step ("regeling.stap"), or at
// every step of a regulation ("regeling") where it can help.
type Help struct {
	Target string
	Kinds  []Intervention // sorted
	Pos    rule.Pos
}

// Has reports whether an intervention is done at a step.
func (s Step) Has(i Intervention) bool { return slices.Contains(s.Interventions, i) }

// Losing reports whether the citizen must do the step himself and loses the right
// by leaving it: only there somebody can be helped.
func (s Step) Losing() bool { return s.Who == "burger" && !s.Automatic && s.Loses }

// Manual reports whether a step asks a proof that no register holds, so that the
// executor cannot do it.
func (s Step) Manual() bool {
	return slices.ContainsFunc(s.Evidence, func(e Evidence) bool { return e.Register == "" })
}

// readHelp reads "ingrepen" of a variant: per step or regulation one
// intervention or a list of them.
func readHelp(d *notation.Doc, v *Variant) notation.Field {
	return func(_, n *notation.Node) {
		d.Each(n, "ingrepen", func(target string, k, n *notation.Node) {
			h := Help{Target: target, Pos: d.Pos(k)}
			one := func(n *notation.Node) {
				var word string
				d.Choice(&word, target, interventions)(k, n)
				switch i := Intervention(word); {
				case word == "":
				case slices.Contains(h.Kinds, i):
					d.Fail(n, "dubbele-ingreep", "", "%s: %s staat er twee keer", target, word)
				default:
					h.Kinds = append(h.Kinds, i)
				}
			}
			if notation.IsList(n) {
				d.Items(n, target, one)
			} else {
				one(n)
			}
			if len(h.Kinds) == 0 {
				if notation.IsList(n) && len(n.Content) == 0 {
					d.Fail(n, "geen-ingreep", "kies uit "+strings.Join(interventions, ", "), "%s: de lijst is leeg", target)
				}
				return
			}
			slices.Sort(h.Kinds)
			v.Help = append(v.Help, h)
		})
	}
}

// yaml writes an intervention as readHelp reads it.
func (h Help) yaml() string {
	kinds := make([]string, len(h.Kinds))
	for i, k := range h.Kinds {
		kinds[i] = string(k)
	}
	return fmt.Sprintf("  %s: [%s]\n", quote(h.Target), strings.Join(kinds, ", "))
}

// laidHelp is an intervention at the text of a step.
type laidHelp struct {
	target string
	from   rule.Date
	kind   Intervention
}

// usefulHelp says of interventions whether they help at some step, or why not at
// the last one.
type usefulHelp map[laidHelp]string

// help lays the interventions of a variant over the steps of a folder: from its
// day on, and also for versions of a step that come later.
func (b *builder) help(steps []stepText, reg string, v Variant) []stepText {
	for _, h := range v.Help {
		target, id, one := cutID(h.Target)
		if target != reg {
			continue
		}
		var out []stepText
		some := false
		for _, s := range steps {
			if one && s.id != id || !s.until.IsZero() && s.until.Before(v.From) {
				out = append(out, s)
				continue
			}
			some = true
			if s.from.Before(v.From) {
				old := s
				old.until = v.From.AddDays(-1)
				out = append(out, old)
				s.from = v.From
			}
			s.help = slices.Clone(s.help)
			for _, k := range h.Kinds {
				s.help = append(s.help, laidHelp{h.Target, v.From, k})
			}
			out = append(out, s)
		}
		if one && !some {
			b.fail(h.Pos, "onbekend-id", fmt.Sprintf("de stap %q bestaat niet meer op %s", h.Target, v.From), "")
		}
		steps = out
	}
	return steps
}

// helped gives a step the interventions laid over it, where they can help.
func (u usefulHelp) helped(s *Step, laid []laidHelp) {
	for _, h := range laid {
		switch {
		case !s.Losing():
			u.not(h, fmt.Sprintf("de stap %q kost niemand het recht, of de burger doet hem niet zelf", s.ID))
		case h.kind == Awarded && s.Manual():
			u.not(h, fmt.Sprintf("de stap %q vraagt een bewijs dat geen register heeft", s.ID))
		default:
			u[h] = ""
			if !s.Has(h.kind) {
				s.Interventions = append(s.Interventions, h.kind)
			}
		}
	}
	slices.Sort(s.Interventions)
}

// not says why an intervention does not help at a step, unless it helps at
// another one, or at another version.
func (u usefulHelp) not(h laidHelp, why string) {
	if had, ok := u[h]; !ok || had != "" {
		u[h] = why
	}
}

// useless refuses interventions that help nowhere.
func (b *builder) useless(reg string, u usefulHelp) {
	for _, v := range b.bundle.overlays {
		for _, h := range v.Help {
			if target, _, _ := cutID(h.Target); target != reg {
				continue
			}
			for _, k := range h.Kinds {
				why, ok := u[laidHelp{h.Target, v.From, k}]
				if !ok && h.Target == reg {
					why = "de regeling heeft geen stappen"
				}
				if why != "" {
					b.fail(h.Pos, "ingreep-helpt-niet", fmt.Sprintf("%s: %s kan hier niet helpen: %s", h.Target, k, why), "kies een stap die mensen verliest")
				}
			}
		}
	}
}

// unknownHelp finds interventions of which the target does not exist.
func (s *Set) unknownHelp(v Variant, fail func(pos rule.Pos, code, format string, a ...any)) {
	targets := s.source.stepIDs()
	for _, r := range s.Regulations {
		targets = append(targets, r.ID)
	}
	seen := map[string]bool{}
	for _, h := range v.Help {
		if !slices.Contains(targets, h.Target) {
			fail(h.Pos, "onbekend-id", "er is geen stap of regeling %q%s", h.Target, notation.Suggest(h.Target, targets))
		}
		if seen[h.Target] {
			fail(h.Pos, "dubbel-id", "%q staat twee keer bij de ingrepen", h.Target)
		}
		seen[h.Target] = true
	}
}

// helpDigest adds interventions to a digest; without any it is what it was.
func (e encoder) helpDigest(s Step) {
	if len(s.Interventions) == 0 {
		return
	}
	e.str("ingrepen")
	e.num(len(s.Interventions))
	for _, i := range slices.SortedFunc(slices.Values(s.Interventions), cmp.Compare[Intervention]) {
		e.str(string(i))
	}
}
