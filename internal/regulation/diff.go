package regulation

import (
	"fmt"
	"slices"
	"strings"

	"lemniscaat/internal/amendment"
	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/spelling"
)

// Change is one difference between two sets, in words.
type Change struct {
	// Kind is "parameter", "regel", "gegeven", "eenheid", "stap", "artikel" or
	// "regeling".
	Kind string
	// ID is the id of what changed: of a parameter, rule or datum its id, of a
	// unit its symbol, of a step or article "regeling.id".
	ID         string
	Regulation string
	// From is the first day of the difference; zero: on every day.
	From rule.Date
	// Before and After are the old and new value or canonical text; empty when
	// there was or is none.
	Before, After string
	// Text says it in one sentence: "De inkomensgrens gaat van 110 % naar
	// 120 % vanaf 1 januari 2027."
	Text string
	// Details are what changes in a step or a rule, one short line each: "bewijs:
	// van ‘loonstroken’ naar ‘geen’", "‘hij is verzekerd’ vervalt", "rij 3: 100 €
	// wordt 120 €".
	Details []string
}

// Diff says in words what is different in after: parameters, rules, the types
// of data, units, steps, then texts, each in the order of their ids.
func Diff(before, after *Set) []Change {
	return diff(before, after, period{spans: everyDay, about: func(string) bool { return true }})
}

// DiffOn says what is different in after as it reads on one day from before as
// it reads on another day (or the same), of these regulations. The changes have
// no first day.
func DiffOn(before *Set, on rule.Date, after *Set, at rule.Date, ids ...string) []Change {
	return diff(before, after, period{spans: oneDay(on, at), about: func(id string) bool { return slices.Contains(ids, id) }})
}

func diff(before, after *Set, in period) []Change {
	var out []Change
	out = append(out, diffParameters(before, after, in)...)
	out = append(out, diffRules(before, after, in)...)
	out = append(out, diffTypes(before, after)...)
	out = append(out, diffUnits(before, after)...)
	out = append(out, diffSteps(before, after, in)...)
	out = append(out, diffTexts(before, after, in)...)
	return out
}

// since says " vanaf 1 januari 2027", or "" when it was always so.
func since(d rule.Date) string {
	if d.IsZero() || d == (rule.Date{Year: 1, Month: 1, Day: 1}) {
		return ""
	}
	return " vanaf " + regelspraak.PrintDate(d)
}

// dates gives the sorted distinct dates.
func dates(lists ...[]rule.Date) []rule.Date {
	var all []rule.Date
	for _, l := range lists {
		all = append(all, l...)
	}
	slices.SortFunc(all, rule.Date.Compare)
	return slices.Compact(all)
}

// span is a difference that starts on a day; zero when it is between two days.
// was and is are the days on which before and after are read.
type span struct {
	from, was, is rule.Date
	before, after string
}

// period is which days and which regulations are compared.
type period struct {
	// spans compares two functions of time that change only on the given days.
	spans func(days []rule.Date, before, after func(rule.Date) string) []span
	about func(regulation string) bool
}

// everyDay compares on all days. A difference that goes on unchanged is one
// span.
func everyDay(days []rule.Date, before, after func(rule.Date) string) []span {
	var out []span
	var last *span
	for _, d := range days {
		b, a := before(d), after(d)
		switch {
		case a == b:
			last = nil
		case last == nil || last.before != b || last.after != a:
			out = append(out, span{d, d, d, b, a})
			last = &out[len(out)-1]
		}
	}
	return out
}

// oneDay compares before on one day with after on another.
func oneDay(on, at rule.Date) func([]rule.Date, func(rule.Date) string, func(rule.Date) string) []span {
	return func(_ []rule.Date, before, after func(rule.Date) string) []span {
		if b, a := before(on), after(at); a != b {
			return []span{{was: on, is: at, before: b, after: a}}
		}
		return nil
	}
}

func diffParameters(before, after *Set, in period) []Change {
	var out []Change
	for _, id := range unionIDs(before.Model.Parameters, after.Model.Parameters, func(p *rule.Parameter) string { return p.ID }) {
		reg, _, _ := cutID(id)
		if !in.about(reg) {
			continue
		}
		old, _ := before.Parameter(id)
		now, _ := after.Parameter(id)
		value := func(p *rule.Parameter) func(rule.Date) string {
			return func(d rule.Date) string {
				if p == nil {
					return ""
				}
				v, ok := p.At(d)
				if !ok {
					return ""
				}
				return notation.Format(v.Value, p.Type)
			}
		}
		var days []rule.Date
		name := id
		for _, p := range []*rule.Parameter{old, now} {
			if p != nil {
				name = strings.TrimSpace(p.Article + " " + p.Name)
				for _, v := range p.Values {
					days = append(days, v.From)
				}
			}
		}
		for _, s := range in.spans(dates(days), value(old), value(now)) {
			c := Change{Kind: "parameter", ID: id, Regulation: reg, From: s.from, Before: s.before, After: s.after}
			switch {
			case s.before == "":
				c.Text = fmt.Sprintf("%s wordt %s%s.", spelling.Capital(name), s.after, since(s.from))
			case s.after == "":
				c.Text = fmt.Sprintf("%s heeft geen waarde meer%s.", spelling.Capital(name), since(s.from))
			default:
				c.Text = fmt.Sprintf("%s gaat van %s naar %s%s.", spelling.Capital(name), s.before, s.after, since(s.from))
			}
			out = append(out, c)
		}
	}
	return out
}

func diffRules(before, after *Set, in period) []Change {
	var out []Change
	for _, id := range unionIDs(before.Model.Rules, after.Model.Rules, func(r *rule.Rule) string { return r.ID }) {
		old, _ := before.Rule(id)
		now, _ := after.Rule(id)
		text := func(r *rule.Rule) func(rule.Date) string {
			return func(d rule.Date) string {
				v := inForce(r, d)
				if v == nil {
					return ""
				}
				return Wording(v)
			}
		}
		days := []rule.Date{{Year: 1, Month: 1, Day: 1}}
		name, reg := id, ""
		for _, r := range []*rule.Rule{old, now} {
			if r == nil {
				continue
			}
			name, reg = r.Name, r.Regulation
			for _, v := range r.Versions {
				if !v.From.IsZero() {
					days = append(days, v.From)
				}
				if !v.Until.IsZero() {
					days = append(days, v.Until.AddDays(1))
				}
			}
		}
		if !in.about(reg) {
			continue
		}
		for _, s := range in.spans(dates(days), text(old), text(now)) {
			c := Change{Kind: "regel", ID: id, Regulation: reg, From: s.from, Before: s.before, After: s.after}
			var noun string
			noun, c.Details = ruleDifference(inForce(old, s.was), inForce(now, s.is))
			switch {
			case s.before == "":
				c.Text = fmt.Sprintf("De %s ‘%s’ is nieuw%s.", noun, name, since(s.from))
			case s.after == "":
				c.Text = fmt.Sprintf("De %s ‘%s’ vervalt%s.", noun, name, since(s.from))
			default:
				c.Text = fmt.Sprintf("De %s ‘%s’ verandert%s.", noun, name, since(s.from))
				if len(c.Details) == 0 {
					for _, d := range amendment.Differences(s.before, s.after) {
						c.Details = append(c.Details, d.String())
					}
				}
			}
			if c.From == (rule.Date{Year: 1, Month: 1, Day: 1}) {
				c.From = rule.Date{}
			}
			out = append(out, c)
		}
	}
	return out
}

// Wording gives the canonical text of a version without the interval in which it
// holds: two versions with one wording say the same.
func Wording(v *rule.Version) string {
	c := *v
	c.From, c.Until = rule.Date{}, rule.Date{}
	return regelspraak.PrintVersion(&c)
}

// inForce gives the version of a rule on a day; nil without a rule.
func inForce(r *rule.Rule, d rule.Date) *rule.Version {
	if r == nil {
		return nil
	}
	return r.At(d)
}

func diffSteps(before, after *Set, in period) []Change {
	var out []Change
	for _, reg := range unionIDs(before.Regulations, after.Regulations, func(r *Regulation) string { return r.ID }) {
		old, hadOld := before.Get(reg)
		now, hasNow := after.Get(reg)
		if !hadOld || !hasNow || !in.about(reg) {
			continue // told as a regulation
		}
		days := []rule.Date{{Year: 1, Month: 1, Day: 1}}
		for _, s := range slices.Concat(old.steps, now.steps) {
			if !s.From.IsZero() {
				days = append(days, s.From)
			}
			if !s.Until.IsZero() {
				days = append(days, s.Until.AddDays(1))
			}
		}
		for _, id := range unionIDs(old.steps, now.steps, func(s Step) string { return s.ID }) {
			at := func(r *Regulation) func(rule.Date) string {
				return func(d rule.Date) string {
					for _, s := range r.Steps(d) {
						if s.ID == id {
							return describe(s)
						}
					}
					return ""
				}
			}
			for _, s := range in.spans(dates(days), at(old), at(now)) {
				c := Change{Kind: "stap", ID: reg + "." + id, Regulation: reg, From: s.from, Before: s.before, After: s.after}
				action := strings.TrimRight(firstLine(s.before+"\n"+s.after), ".")
				switch {
				case s.before == "":
					c.Text = fmt.Sprintf("De stap ‘%s’ is nieuw%s.", action, since(s.from))
				case s.after == "":
					c.Text = fmt.Sprintf("De stap ‘%s’ vervalt%s.", action, since(s.from))
				default:
					c.Text = fmt.Sprintf("De stap ‘%s’ verandert%s.", action, since(s.from))
					c.Details = stepDifference(s.before, s.after)
				}
				if c.From == (rule.Date{Year: 1, Month: 1, Day: 1}) {
					c.From = rule.Date{}
				}
				out = append(out, c)
			}
		}
	}
	return out
}

func firstLine(s string) string {
	for l := range strings.SplitSeq(s, "\n") {
		if l != "" {
			return l
		}
	}
	return ""
}

// describe writes a step as lines "kenmerk: waarde", the action first.
func describe(s Step) string {
	lines := []string{s.Action}
	add := func(name, value string) {
		if value != "" {
			lines = append(lines, name+": "+value)
		}
	}
	yes := func(name string, b bool) {
		if b {
			add(name, "ja")
		} else {
			add(name, "nee")
		}
	}
	count := func(name string, n int, unit string) {
		if n > 0 {
			add(name, strings.TrimSpace(fmt.Sprintf("%d %s", n, unit)))
		}
	}
	add("door", s.Who)
	add("aanleiding", squeeze(s.Trigger))
	count("termijn", s.Deadline, "dagen")
	var proofs []string
	for _, e := range s.Evidence {
		p := e.Name
		if e.Register != "" {
			p += " (staat al in: " + e.Register + ")"
		}
		proofs = append(proofs, p)
	}
	if len(proofs) == 0 {
		proofs = []string{"geen"}
	}
	add("bewijs", strings.Join(proofs, ", "))
	count("keuzes", s.Choices, "")
	add("wie niets doet", squeeze(s.IfNothing))
	yes("verliest dan het recht", s.Loses)
	yes("te herstellen", s.Reversible)
	var channels []string
	for _, c := range s.Channels {
		if c.Human {
			channels = append(channels, c.Name+" (met een mens)")
		} else {
			channels = append(channels, c.Name)
		}
	}
	add("kanalen", strings.Join(channels, ", "))
	yes("elk jaar opnieuw", s.Yearly)
	yes("gaat vanzelf", s.Automatic)
	yes("weging door een professional", s.Judgement)
	var help []string
	for _, i := range s.Interventions {
		help = append(help, string(i))
	}
	add("ingrepen", strings.Join(help, ", "))
	add("last", fmt.Sprintf("%d van 10", s.Load))
	count("tijd van de burger", s.Minutes, "minuten")
	count("tijd van de uitvoering", s.HandlingMinutes, "minuten")
	add("artikel", s.Article)
	return strings.Join(lines, "\n")
}

// stepDifference names the lines that differ.
func stepDifference(before, after string) []string {
	lines := func(s string) (names []string, values map[string]string) {
		values = map[string]string{}
		for i, l := range strings.Split(s, "\n") {
			name, value, ok := strings.Cut(l, ": ")
			if i == 0 || !ok {
				name, value = "actie", l
			}
			names = append(names, name)
			values[name] = value
		}
		return names, values
	}
	oldNames, old := lines(before)
	newNames, now := lines(after)
	var out []string
	for _, name := range slices.Concat(oldNames, newNames) {
		if old[name] == now[name] {
			continue
		}
		or := func(s string) string {
			if s == "" {
				return "niets"
			}
			return "‘" + strings.TrimRight(s, ".") + "’"
		}
		out = append(out, fmt.Sprintf("%s: van %s naar %s", name, or(old[name]), or(now[name])))
		now[name] = old[name] // once
	}
	return out
}

func diffTexts(before, after *Set, in period) []Change {
	var out []Change
	for _, id := range unionIDs(before.Regulations, after.Regulations, func(r *Regulation) string { return r.ID }) {
		old, hadOld := before.Get(id)
		now, hasNow := after.Get(id)
		switch {
		case !in.about(id):
			continue
		case !hadOld:
			out = append(out, Change{Kind: "regeling", ID: id, Regulation: id, After: now.Name, Text: fmt.Sprintf("De regeling ‘%s’ is nieuw.", now.Name)})
			continue
		case !hasNow:
			out = append(out, Change{Kind: "regeling", ID: id, Regulation: id, Before: old.Name, Text: fmt.Sprintf("De regeling ‘%s’ vervalt.", old.Name)})
			continue
		}
		for _, art := range unionIDs(old.Articles, now.Articles, func(a *Article) string { return a.ID }) {
			a, hadA := old.Article(art)
			z, hasZ := now.Article(art)
			c := Change{Kind: "artikel", ID: id + "." + art, Regulation: id}
			switch {
			case !hadA:
				c.After, c.Text = z.Text, fmt.Sprintf("Het artikel ‘%s’ is nieuw.", z.Title)
			case !hasZ:
				c.Before, c.Text = a.Text, fmt.Sprintf("Het artikel ‘%s’ vervalt.", a.Title)
			case squeeze(a.Text) != squeeze(z.Text) || squeeze(a.Title) != squeeze(z.Title):
				c.Before, c.After, c.Text = a.Text, z.Text, fmt.Sprintf("De tekst van het artikel ‘%s’ verandert.", z.Title)
			default:
				continue
			}
			out = append(out, c)
		}
	}
	return out
}

func unionIDs[T any](a, b []T, id func(T) string) []string {
	var out []string
	for _, x := range slices.Concat(a, b) {
		out = append(out, id(x))
	}
	slices.Sort(out)
	return slices.Compact(out)
}
