package exhibit

import (
	"strconv"
	"strings"

	"lemniscaat/internal/population"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/takeup"
)

// layer is a part of the machinery that assumptions belong to.
type layer uint8

const (
	people    layer = 1 << iota // the synthetic people
	behaviour                   // who does the steps
	execution                   // how often the executor does what
	scheme                      // the regulations themselves
	all       = people | behaviour | execution | scheme
)

// layers says to which layer each assumption of a run belongs. What is of no
// other layer is of a regulation.
func (t *teller) layers() map[string]layer {
	of := map[string]layer{}
	if list, err := takeup.Assumptions(); err == nil {
		for _, a := range list {
			of[a.ID] = behaviour
		}
	}
	for _, s := range t.res.Schemes {
		if o, err := takeup.Observe(s.ID); err == nil {
			of[o.Assumption().ID] = behaviour
		}
	}
	for _, id := range []string{"aanvraag-zonder-recht", "instroom"} {
		of[id] = execution
	}
	return of
}

// assumptions gives those of the run that belong to one of the layers.
func (t *teller) assumptions(wanted layer) []screen.Assumption {
	of := t.layers()
	var out []screen.Assumption
	for _, a := range t.res.Assumptions {
		l, known := of[a.ID]
		switch {
		case known:
		case strings.Contains(a.ID, "."): // "last.regeling.stap", "regeling.aanname"
			l = scheme
			if strings.HasPrefix(a.ID, "last.") {
				l = behaviour
			}
		default:
			l = people
		}
		if l&wanted != 0 {
			out = append(out, t.assumption(a))
		}
	}
	return out
}

func (t *teller) assumption(a population.Assumption) screen.Assumption {
	out := screen.Assumption{ID: a.ID, Text: a.Text, Source: a.Basis}
	if a.Value == 0 && a.Low == 0 && a.High == 0 {
		return out
	}
	out.Value = strings.TrimSpace(t.plain(a.Value) + " " + a.Unit)
	if a.High > a.Low {
		out.Range = t.T("van-tot", "van", t.plain(a.Low), "tot", t.plain(a.High))
	}
	return out
}

// plain writes a number with as many decimals as it has, at most four.
func (t *teller) plain(f float64) string {
	s := strconv.FormatFloat(f, 'f', -1, 64)
	_, decimals, _ := strings.Cut(s, ".")
	return t.Decimal(f, min(len(decimals), 4))
}

func (t *teller) source() screen.Provenance {
	p := t.res.Population
	out := screen.Provenance{
		Files: t.Files, Run: t.Run, Population: p.ID, RuleSet: t.res.RuleSet, Date: t.Date(t.res.Date), Seed: strconv.FormatUint(t.res.Seed, 10),
		People: t.T("herkomst.mensen", "huishoudens", p.Rows, "personen", p.PersonRows, "staan", p.Households, "samen", p.Persons),
	}
	if out.Run == "" {
		out.Run = t.res.ID()
	}
	if v := t.res.Variant; v != nil {
		out.Variant = strings.TrimSpace(v.Name + " " + v.RuleSet)
	}
	if t.res.Seconds > 0 {
		out.Seconds = t.T("herkomst.seconden", "n", t.Decimal(t.res.Seconds, 1))
	}
	return out
}

// limits are what must not be concluded.
func (t *teller) limits() []string {
	var out []string
	for _, key := range []string{"synthetisch", "plaats", "gedrag", "klein"} {
		out = append(out, t.T("grens."+key))
	}
	if t.res.Income != nil {
		out = append(out, t.T("grens.niveau"))
	}
	for _, s := range t.res.Skipped {
		out = append(out, t.T("grens.niet-mee", "regeling", s.Name, "waarom", s.Reason))
	}
	return out
}

func (t *teller) failures() []string {
	var out []string
	for _, s := range t.schemes() {
		for _, f := range last(s).Failures {
			out = append(out, t.N("fout", f.Units, "regeling", s.Name, "melding", f.Message))
		}
	}
	return out
}
