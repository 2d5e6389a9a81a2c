package detect

import (
	"slices"

	"lemniscaat/internal/outcome"
	"lemniscaat/internal/rule"
)

// Kind is one detector.
type Kind string

// The detectors. Outside is the only one that asks nothing of outcomes: a
// measurement of an expectation says it.
const (
	Discretion    Kind = "maatwerk"
	Objections    Kind = "bezwaar"
	Upheld        Kind = "bezwaar-gegrond"
	Abandonment   Kind = "niet-afgerond"
	Unclaimed     Kind = "niet-gebruik"
	Asked         Kind = "dubbel-gevraagd"
	Late          Kind = "te-laat"
	Unheard       Kind = "niet-gesproken"
	Burden        Kind = "terugvordering-inkomen"
	Corrections   Kind = "correctie"
	NotUnderstood Kind = "niet-begrepen"
	Group         Kind = "groep"
	Outside       Kind = "buiten-verwachting"
)

// Kinds gives the detectors in the order of the page.
func Kinds() []Kind {
	return []Kind{Discretion, Objections, Upheld, Abandonment, Unclaimed, Asked, Late, Unheard, Burden, Corrections, NotUnderstood, Group, Outside}
}

// Method of a detector.
func (k Kind) Method() Method {
	switch k {
	case Objections, Corrections, NotUnderstood:
		return Events
	case Unclaimed:
		return Shortfall
	}
	return Share
}

// Percent reports whether its expectation is a share of cases; of Unclaimed it is
// a number in a year, of Group how many times the rest.
func (k Kind) Percent() bool { return k != Unclaimed && k != Group && k != Outside }

// Declared reports whether it needs an expectation that somebody declares.
func (k Kind) Declared() bool { return k != Outside }

// lag is over how many weeks what comes later is compared with decisions: an
// objection can be made for six weeks (Awb 6:7).
const lag = 6

// Series gives the counts of a detector from cells of the cube, all of one place
// and one group, kept apart by week and class and by whether there was maatwerk.
// Weeks without rows in between are there, with zeros; the weeks end at until.
func (k Kind) Series(cells []outcome.Counted, until rule.Date) []Week {
	if len(cells) == 0 {
		return nil
	}
	byWeek := map[rule.Date]*Week{}
	first := cells[0].Week
	for _, c := range cells {
		w := byWeek[c.Week]
		if w == nil {
			w = &Week{Monday: c.Week}
			byWeek[c.Week] = w
		}
		if c.Week.Before(first) {
			first = c.Week
		}
		n, e := k.count(c)
		w.N, w.K = w.N+n, w.K+e
	}
	var out []Week
	for m := first; !m.After(until); m = m.AddDays(7) {
		w := Week{Monday: m}
		if f := byWeek[m]; f != nil {
			w = *f
		}
		if k == Unclaimed {
			w.N = 7 / 365.25 // the part of a year
		}
		out = append(out, w)
	}
	if k.Method() == Events {
		out = Smooth(out, lag)
	}
	return out
}

// count gives what a cell adds: of how many, and how many events.
func (k Kind) count(c outcome.Counted) (n, e float64) {
	if c.Class.Decision() {
		n = float64(c.N)
	}
	if k == Unclaimed {
		if c.Class == outcome.Awarded {
			e = float64(c.N)
		}
		return 0, e
	}
	in := func(classes ...outcome.Class) float64 {
		if slices.Contains(classes, c.Class) {
			return float64(c.N)
		}
		return 0
	}
	switch k {
	case Discretion:
		if c.Ground != "" {
			e = n
		}
	case Objections:
		e = in(outcome.Objection)
	case Upheld:
		n, e = in(outcome.ObjectionWon, outcome.ObjectionLost), in(outcome.ObjectionWon)
	case Abandonment:
		n, e = in(outcome.Awarded, outcome.Refused, outcome.Abandoned), in(outcome.Abandoned)
	case Asked:
		e = float64(c.Asked)
		n = max(n, in(outcome.Abandoned))
	case Late:
		e = float64(c.Late)
	case Unheard:
		n, e = float64(c.Weighs), float64(c.Unheard)
	case Burden:
		n, e = float64(c.Shares), float64(c.ShareTenth)/1000
	case Corrections:
		e = in(outcome.Correction)
	case NotUnderstood:
		e = in(outcome.NotUnderstood)
	}
	return n, e
}

// Burdened gives the counts of a group for Group: burdensome decisions out of all
// decisions. It is what a group meets more often than the rest.
func Burdened(cells []outcome.Counted, until rule.Date) []Week {
	var own []outcome.Counted
	for _, c := range cells {
		if c.Class.Decision() {
			own = append(own, c)
		}
	}
	if len(own) == 0 {
		return nil
	}
	byWeek := map[rule.Date]Week{}
	first := own[0].Week
	for _, c := range own {
		w := byWeek[c.Week]
		w.N += float64(c.N)
		w.K += float64(c.Weighs)
		byWeek[c.Week] = w
		if c.Week.Before(first) {
			first = c.Week
		}
	}
	var out []Week
	for m := first; !m.After(until); m = m.AddDays(7) {
		w := byWeek[m]
		w.Monday = m
		out = append(out, w)
	}
	return out
}

// String names the method for keys of texts.
func (m Method) String() string {
	return [...]string{"deel", "keer", "tekort"}[m]
}
