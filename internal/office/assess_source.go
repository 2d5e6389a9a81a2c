package office

import (
	"fmt"
	"slices"
	"strings"

	"lemniscaat/internal/doability"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/privacy"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// asking is what a computed answer is made of.
type asking struct {
	o *Office
	p *loop.Proposal
	d draft
	r *regulation.Regulation // of the draft
	// title names a knelpunt in an answer.
	title func(*loop.Issue) string
}

// source computes the answer to a question; "" when there is nothing to say yet,
// so that people answer it.
type source func(asking) (string, error)

// sources are the computed answers that a questionnaire can ask for, by name. A
// name never changes its meaning: installations have questionnaires with it.
var sources = map[string]source{
	"handelingen":        func(a asking) (string, error) { return fmt.Sprint(len(a.profiles())), nil },
	"bewijzen":           func(a asking) (string, error) { n, _ := a.proofs(); return fmt.Sprint(n), nil },
	"bewijzen-bekend":    func(a asking) (string, error) { _, n := a.proofs(); return fmt.Sprint(n), nil },
	"minuten-inwoner":    minutesOfCitizen,
	"rode-lijnen":        redLines,
	"getest-met-burgers": testedWithCitizens,
	"minuten-zaak": func(a asking) (string, error) {
		return a.prefill(func(x *doability.Execution) int { return x.MinutesNew })
	},
	"oordelen": func(a asking) (string, error) {
		return a.prefill(func(x *doability.Execution) int { return len(x.Judgements) })
	},
	"bewijzen-bekijken": func(a asking) (string, error) { return a.prefill(func(x *doability.Execution) int { return x.Proofs }) },
	"zaken":             func(a asking) (string, error) { return a.simulated("zaken"), nil },
	"uren":              func(a asking) (string, error) { return a.simulated("uren"), nil },
	"beslag":            claimed,
	"gegevens":          func(a asking) (string, error) { now, _ := a.data(); return list(now), nil },
	"gegevens-nieuw":    func(a asking) (string, error) { now, before := a.data(); return list(lacking(now, before)), nil },
	"gegevens-weg":      func(a asking) (string, error) { now, before := a.data(); return list(lacking(before, now)), nil },
	"gemeten":           measuredBeside,
	"knelpunten-sinds":  issuesSince,
	"signalen-sinds":    signalsSince,
	"maatwerk-sinds":    func(a asking) (string, error) { return a.decisions(func(d *loop.Decision) int { return len(d.Given) }) },
	"bezwaar-sinds":     objectionsSince,
}

func (a asking) profiles() []doability.Profile { return doability.Profiles(a.r, a.d.variant.From) }

func (a asking) proofs() (all, known int) {
	for _, p := range a.profiles() {
		for _, e := range p.Evidence {
			all++
			if e.Register != "" {
				known++
			}
		}
	}
	return all, known
}

func minutesOfCitizen(a asking) (string, error) {
	n := 0
	for _, p := range a.profiles() {
		n += p.Minutes
	}
	return fmt.Sprint(n), nil
}

func redLines(a asking) (string, error) {
	fs, err := a.o.tests.find(a.d.set, a.d.reg, a.d.variant.From)
	return fmt.Sprint(len(fs)), err
}

func testedWithCitizens(a asking) (string, error) {
	if len(a.p.Evidence) == 0 {
		return "nee", nil
	}
	people := 0
	for _, e := range a.p.Evidence {
		people += e.Count
	}
	last := slices.MaxFunc(a.p.Evidence, func(x, y loop.Evidence) int { return x.Date.Compare(y.Date) })
	return texts.T("toets.getest", "mensen", people, "keer", len(a.p.Evidence), "datum", dutch(last.Date)), nil
}

func (a asking) prefill(what func(*doability.Execution) int) (string, error) {
	program, ds := a.d.set.Program(a.d.reg)
	if err := ds.Err(); err != nil {
		return "", err
	}
	return fmt.Sprint(what(doability.Prefill(a.r, program, a.d.variant.From, doability.Volume{}))), nil
}

func (a asking) simulated(number string) string {
	if s := a.p.Simulation; s.Run != "" && s.Content == a.p.Content.Digest {
		return string(s.Numbers[number])
	}
	return ""
}

func claimed(a asking) (string, error) {
	n := 0
	for _, points := range a.p.Plan.Claim {
		n += points
	}
	return fmt.Sprint(n), nil
}

// data gives the names of the data that the rules read and no rule gives, of the
// draft and of the rules in force.
func (a asking) data() (now, before []string) {
	return inputNames(a.d.set, a.d.reg, a.d.variant.From), inputNames(a.d.base, a.d.reg, a.d.variant.From)
}

func inputNames(set *regulation.Set, reg string, on rule.Date) []string {
	r, ok := set.Get(reg)
	if !ok {
		return nil
	}
	program, ds := set.Program(reg)
	if ds.Err() != nil {
		return nil
	}
	var out []string
	for _, ru := range r.Rules() {
		v := ru.At(on)
		if v == nil {
			continue
		}
		rule.Reads(v, func(x *rule.Attribute) {
			if program.IsInput(x, on) {
				out = append(out, x.Name)
			}
		}, nil)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func lacking(all, some []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return slices.Contains(some, s) })
}

func list(names []string) string {
	if len(names) == 0 {
		return texts.T("toets.geen")
	}
	return strings.Join(names, ", ")
}

// since is the day from which an introduction is looked back on.
func (a asking) since() rule.Date { return a.p.Begins() }

func measuredBeside(a asking) (string, error) {
	var out []string
	r, ok := a.o.rules.set.Get(a.p.Regulation)
	for _, e := range a.p.Plan.Expectations {
		name := e.Indicator
		if i, found := indicatorOf(r, e.Indicator); ok && found {
			name = i.Name
		}
		said := texts.T("toets.niet-gemeten")
		if m, ok := a.p.Last(e.ID); ok {
			said = shownText(m, e.Unit)
		}
		out = append(out, texts.T("toets.gemeten", "wat", name, "voorspeld", numberText(e.Predicted, e.Unit), "laag", numberText(e.Low, e.Unit), "hoog", numberText(e.High, e.Unit), "gemeten", said))
	}
	return strings.Join(out, " "), nil
}

func issuesSince(a asking) (string, error) {
	var found []*loop.Issue
	for _, i := range a.o.world.IssuesAt(loop.Anchor{Regulation: a.p.Regulation}) {
		if !i.Opened.Before(a.since()) {
			found = append(found, i)
		}
	}
	slices.SortStableFunc(found, func(x, y *loop.Issue) int { return y.Opened.Compare(x.Opened) })
	var out []string
	for _, i := range found[:min(3, len(found))] {
		out = append(out, a.title(i))
	}
	return list(out), nil
}

func signalsSince(a asking) (string, error) {
	n := 0
	for _, i := range a.o.world.IssuesAt(loop.Anchor{Regulation: a.p.Regulation}) {
		for _, id := range i.Signals {
			if s, _ := a.o.world.Signal(id); s != nil && !loop.DateOf(s.At).Before(a.since()) {
				n++
			}
		}
	}
	return tens(n), nil
}

// tens writes a number of people as an assessment has it, which goes into a dossier:
// rounded down to tens, and nothing where they are few.
func tens(n int) string {
	if privacy.Few(int64(n)) {
		return ""
	}
	return fmt.Sprint(privacy.Tens(int64(n)))
}

func (a asking) decisions(count func(*loop.Decision) int) (string, error) {
	n := 0
	for _, d := range a.o.world.Decisions() {
		if d.Anchor.Regulation == a.p.Regulation && !d.Date.Before(a.since()) {
			n += count(d)
		}
	}
	return tens(n), nil
}

func objectionsSince(a asking) (string, error) {
	return a.decisions(func(d *loop.Decision) int {
		if d.State == loop.Objected || d.State == loop.Revised || d.State == loop.Upheld {
			return 1
		}
		return 0
	})
}
