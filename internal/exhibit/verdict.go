package exhibit

import (
	"lemniscaat/internal/screen"
	"lemniscaat/internal/simulate"
)

// verdict says in one sentence what a run found, and in the rest what it costs
// and how sure that is.
func (t *teller) verdict() (first, rest string) {
	s := t.subject()
	if s == nil {
		return t.T("oordeel.niets"), ""
	}
	if s.Variant == nil {
		b := s.Baseline
		key := "oordeel.nu"
		if s.Owed {
			key = "oordeel.nu-betaalt"
		}
		return t.T(key, "regeling", s.Name, "recht", t.NumberShort(roughly(b.Entitled.Units)), "krijgt", t.NumberShort(roughly(b.Received.Units)),
			"bedrag", t.EuroShort(roughly(b.Received.Cents))), ""
	}
	r := *s.Received
	switch {
	case r.Units == 0 && r.Cents == 0 && s.Entitled.Units == 0:
		first = t.T("oordeel.gelijk")
	case r.Units == 0 && r.Cents == 0:
		first = t.N("oordeel.recht"+more(s.Entitled.Units), magnitude(s.Entitled.Units))
	case r.Units == 0:
		first = t.T("oordeel.bedrag"+more(r.Cents), "bedrag", t.EuroShort(roughly(magnitude(r.Cents))))
	default:
		first = t.N("oordeel.krijgt"+more(r.Units), magnitude(r.Units), "aantal", t.Number(roughly(magnitude(r.Units))))
	}
	return first, sentences(t.cost(s), t.tally(), t.hours(s))
}

// subject is the regulation that the sentence is about: the one that the run is
// about, or else the one that changes most.
func (t *teller) subject() *simulate.SchemeResult {
	var best *simulate.SchemeResult
	for _, s := range t.schemes() {
		if best == nil || s.Received != nil && best.Received != nil && magnitude(s.Received.Cents) > magnitude(best.Received.Cents) {
			best = s
		}
	}
	return best
}

// cost says what the variant costs, with its margin.
func (t *teller) cost(s *simulate.SchemeResult) string {
	r := *s.Received
	if r.Cents == 0 {
		return ""
	}
	low, high := r.CentsLow, r.CentsHigh
	if r.Cents < 0 {
		low, high = -high, -low
	}
	args := []any{"bedrag", t.EuroShort(roughly(magnitude(r.Cents))), "laag", t.EuroShort(roughly(low)), "hoog", t.EuroShort(roughly(high))}
	key := "oordeel.kost"
	if s.Owed {
		key = "oordeel.brengt-op"
	}
	key += more(r.Cents)
	if high > low {
		return t.T(key+"-marge", args...)
	}
	return t.T(key, args...)
}

// tally says how many win and lose, and in which group most are that lose.
func (t *teller) tally() string {
	var gain, loss, all int64
	for _, c := range t.res.Deciles {
		gain, loss, all = gain+c.Gain(), loss+c.Loss(), all+c.Households
	}
	if all == 0 || gain+loss == 0 {
		return ""
	}
	if loss == 0 {
		return t.T("oordeel.alleen-winst", "wint", t.Number(roughly(gain)))
	}
	text := t.T("oordeel.wint-verliest", "wint", t.Number(roughly(gain)), "verliest", t.Number(roughly(loss)))
	if c := mostHit(t.res.Types); c != nil {
		text += " " + t.T("oordeel.vaakst", "groep", c.Label, "deel", t.Percent(share(c.Loss(), c.Households)))
	}
	return text
}

// mostHit is the group of which the largest part loses; nil when all are alike
// or too small to tell.
func mostHit(list []simulate.Change) *simulate.Change {
	var best *simulate.Change
	for i := range list {
		c := &list[i]
		if c.Few() || c.Loss() == 0 {
			continue
		}
		if best == nil || share(c.Loss(), c.Households) > share(best.Loss(), best.Households) {
			best = c
		}
	}
	return best
}

func (t *teller) hours(s *simulate.SchemeResult) string {
	n := s.Variant.Work.Hours() - s.Baseline.Work.Hours()
	if n == 0 {
		return ""
	}
	return t.N("oordeel.uren"+more(n), magnitude(n), "uren", t.Number(roughly(magnitude(n))))
}

// keys are the numbers to look at first.
func (t *teller) keys() []screen.KeyFigure {
	s := t.subject()
	if s == nil {
		return nil
	}
	var out []screen.KeyFigure
	add := func(label, value, margin, at string) {
		out = append(out, screen.KeyFigure{Label: t.T("kern." + label), Value: value, Range: margin, Href: "#" + at})
	}
	at := t.id("bereik", s)
	if s.Variant == nil {
		b := s.Baseline
		add("recht", t.NumberShort(b.Entitled.Units), t.between(b.Entitled.UnitsLow, b.Entitled.UnitsHigh, t.count), at)
		if !s.Owed {
			add("krijgt", t.NumberShort(b.Received.Units), t.between(b.Received.UnitsLow, b.Received.UnitsHigh, t.count), at)
			add("gemist", t.EuroShort(b.Unclaimed.Cents), "", at)
		}
		add("bedrag", t.EuroShort(b.Received.Cents), t.between(b.Received.CentsLow, b.Received.CentsHigh, t.large), at)
		return out
	}
	r := *s.Received
	add("krijgt-verschil", signed(t.Number(r.Units), r.Units), t.between(r.UnitsLow, r.UnitsHigh, t.change), at)
	add("bedrag-verschil", signed(t.EuroShort(r.Cents), r.Cents), t.between(r.CentsLow, r.CentsHigh, t.largeChange), at)
	var gain, loss, all int64
	for _, c := range t.res.Deciles {
		gain, loss, all = gain+c.Gain(), loss+c.Loss(), all+c.Households
	}
	if all > 0 {
		add("wint", t.Number(gain), t.T("kern.deel", "deel", t.Percent(share(gain, all))), "winst")
		add("verliest", t.Number(loss), t.T("kern.deel", "deel", t.Percent(share(loss, all))), "winst")
	}
	return out
}

func (t *teller) change(n int64) string      { return signed(t.Number(n), n) }
func (t *teller) largeChange(n int64) string { return signed(t.EuroShort(n), n) }

// more is the half of a key: that of a rise or of a fall.
func more(n int64) string {
	if n < 0 {
		return "-minder"
	}
	return "-meer"
}

func magnitude(n int64) int64 { return max(n, -n) }

func share(n, of int64) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}
