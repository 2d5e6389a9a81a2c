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
	if all := t.together(); all != nil {
		cost, tally := t.whole(*all), t.tally()
		if all.Low < 0 && all.High > 0 && tally != "" {
			return tally, sentences(t.hit(), cost, t.wholeMargin(*all), t.poor(), t.hours(t.changed()...))
		}
		return cost, sentences(t.wholeMargin(*all), tally, t.hit(), t.poor(), t.hours(t.changed()...))
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
	return t.effect(s), sentences(t.margin(s), t.tally(), t.hit(), t.poor(), t.hours(s))
}

// changed are the regulations in which the variant changes who gets it, or how much.
func (t *teller) changed() (out []*simulate.SchemeResult) {
	for i := range t.res.Schemes {
		s := &t.res.Schemes[i]
		if s.Received != nil && !t.measuring(s) && (s.Received.Units != 0 || s.Received.Cents != 0 || s.Entitled.Units != 0) {
			out = append(out, s)
		}
	}
	return out
}

// together is what the variant changes in the income of all households, in cents
// a year, when the run is about several regulations at once: what one of them
// costs another may bring in. Nil when it is about one.
func (t *teller) together() *simulate.Figure {
	if t.Focus != "" || len(t.changed()) < 2 || t.res.Income == nil || t.res.Income.Difference == nil {
		return nil
	}
	return &t.res.Income.Difference.Total
}

// whole says what the variant costs or brings in, over all regulations.
func (t *teller) whole(f simulate.Figure) string {
	switch {
	case f.Low < 0 && f.High > 0:
		return t.T("oordeel.samen-onzeker")
	case f.Value == 0:
		return t.T("oordeel.samen-gelijk")
	}
	return t.T("oordeel.samen"+more(f.Value), "bedrag", t.EuroShort(roughly(magnitude(f.Value))))
}

func (t *teller) wholeMargin(f simulate.Figure) string {
	if f.High <= f.Low {
		return ""
	}
	return t.T("oordeel.samen-marge", "kosten", t.euros(f.Low, f.High, t.roughEuro))
}

// effect says in one sentence what the variant changes in who gets it and in
// what it costs.
func (t *teller) effect(s *simulate.SchemeResult) string {
	r := *s.Received
	if r.Units == 0 && r.Cents == 0 {
		if s.Entitled.Units == 0 {
			return t.T("oordeel.gelijk")
		}
		return t.N("oordeel.recht"+more(s.Entitled.Units), magnitude(s.Entitled.Units), "aantal", t.Number(roughly(magnitude(s.Entitled.Units))))
	}
	who, cost := "oordeel.ontvangers", "oordeel.kost"
	if s.Owed {
		who, cost = "oordeel.betalers", "oordeel.brengt-op"
	}
	number, amount := t.Number(roughly(magnitude(r.Units))), t.EuroShort(roughly(magnitude(r.Cents)))
	switch {
	case r.Units == 0:
		return t.T(who+"-gelijk", "kosten", t.T(cost+more(r.Cents), "bedrag", amount))
	case r.Cents == 0:
		return t.N(who+more(r.Units), magnitude(r.Units), "aantal", number) + "."
	}
	return t.T("oordeel.en", "een", t.N(who+more(r.Units), magnitude(r.Units), "aantal", number), "ander", t.T(cost+more(r.Cents), "bedrag", amount))
}

// margin says how far the two numbers of the first sentence may lie from it.
func (t *teller) margin(s *simulate.SchemeResult) string {
	r := *s.Received
	if r.CentsHigh <= r.CentsLow {
		return ""
	}
	cents := t.euros(r.CentsLow, r.CentsHigh, t.roughEuro)
	if r.UnitsHigh <= r.UnitsLow || r.Units == 0 {
		return t.T("oordeel.marge-kosten", "kosten", cents)
	}
	key := "oordeel.marge"
	if s.Owed {
		key = "oordeel.marge-betalers"
	}
	return t.T(key, "aantal", t.between(r.UnitsLow, r.UnitsHigh, t.roughChange), "kosten", cents)
}

// poor says what the variant does to poverty, when that is known.
func (t *teller) poor() string {
	_, sides := t.incomeSides()
	if len(sides) < 2 {
		return ""
	}
	return t.povertySentence(sides)
}

// subject is the regulation that the sentence is about: the one that the run is
// about, or else the one that changes most.
func (t *teller) subject() *simulate.SchemeResult {
	var best *simulate.SchemeResult
	for i := range t.res.Schemes {
		s := &t.res.Schemes[i]
		if s.ID == t.Focus {
			return s
		}
		if t.measuring(s) {
			continue
		}
		if best == nil || s.Received != nil && best.Received != nil && magnitude(s.Received.Cents) > magnitude(best.Received.Cents) {
			best = s
		}
	}
	return best
}

// tally says how many win and lose.
func (t *teller) tally() string {
	gain, loss, all := t.everyone()
	if all == 0 || gain.Value+loss.Value == 0 {
		return ""
	}
	if loss.Value == 0 {
		return t.T("oordeel.alleen-winst", "wint", t.NumberShort(roughly(gain.Value)))
	}
	return t.T("oordeel.wint-verliest", "wint", t.NumberShort(roughly(gain.Value)), "verliest", t.NumberShort(roughly(loss.Value)))
}

// hit says in which group most are that lose.
func (t *teller) hit() string {
	c := mostHit(t.res.Types)
	if c == nil {
		return ""
	}
	return t.T("oordeel.vaakst", "groep", c.Label, "deel", t.small(share(c.Loss(), c.Households)))
}

// mostHit is the group of which the largest part loses; nil when all are alike
// or too small to tell. The few households of another type are no group that
// says something to a reader.
func mostHit(list []simulate.Change) *simulate.Change {
	var best *simulate.Change
	for i := range list {
		c := &list[i]
		if c.Few() || c.Loss() == 0 || c.Key == "overig" {
			continue
		}
		if best == nil || share(c.Loss(), c.Households) > share(best.Loss(), best.Households) {
			best = c
		}
	}
	return best
}

// hours says what the variant asks more of the executors of regulations.
func (t *teller) hours(of ...*simulate.SchemeResult) string {
	n := int64(0)
	for _, s := range of {
		n += s.Variant.Work.Hours() - s.Baseline.Work.Hours()
	}
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
	at := "bereik"
	if s.Variant == nil {
		b := s.Baseline
		add("recht", t.rough(b.Entitled.Units), t.between(b.Entitled.UnitsLow, b.Entitled.UnitsHigh, t.rough), at)
		if !s.Owed {
			add("krijgt", t.rough(b.Received.Units), t.between(b.Received.UnitsLow, b.Received.UnitsHigh, t.rough), at)
			add("gemist", t.EuroShort(b.Unclaimed.Cents), "", at)
		}
		add("bedrag", t.EuroShort(b.Received.Cents), t.euros(b.Received.CentsLow, b.Received.CentsHigh, t.EuroShort), at)
		return out
	}
	if all := t.together(); all != nil {
		add("samen-verschil", t.roughEuro(all.Value), t.euros(all.Low, all.High, t.roughEuro), "begroting")
	} else {
		r, who := *s.Received, "krijgt-verschil"
		if s.Owed {
			who = "betaalt-verschil"
		}
		add(who, t.roughChange(r.Units), t.between(r.UnitsLow, r.UnitsHigh, t.roughChange), at)
		add("bedrag-verschil", t.roughEuro(r.Cents), t.euros(r.CentsLow, r.CentsHigh, t.roughEuro), at)
	}
	if gain, loss, all := t.everyone(); all > 0 {
		add("wint", t.rough(gain.Value), t.part(gain, all), "winst")
		add("verliest", t.rough(loss.Value), t.part(loss, all), "winst")
	}
	if i := t.res.Income; i != nil && i.Difference != nil && i.Baseline.Poverty.Rows >= simulate.MinimumRows {
		d := i.Difference.Poverty.Persons
		add("arm-verschil", t.roughChange(d.Value), t.between(d.Low, d.High, t.roughChange), "armoede")
	}
	return out
}

// everyone gives how many households win and lose, of how many.
func (t *teller) everyone() (gain, loss simulate.Figure, all int64) {
	if e := t.res.Everyone; e != nil && e.Households > 0 {
		gain, loss = e.Gaining, e.Losing
		if gain.Value == 0 && loss.Value == 0 {
			gain.Value, loss.Value = e.Gain(), e.Loss()
		}
		return gain, loss, e.Households
	}
	for _, c := range t.res.Deciles {
		gain.Value, loss.Value, all = gain.Value+c.Gain(), loss.Value+c.Loss(), all+c.Households
	}
	return gain, loss, all
}

// part writes which part of all households a number is, with its margin.
func (t *teller) part(f simulate.Figure, all int64) string {
	text := t.T("kern.deel", "deel", t.small(share(f.Value, all)))
	if margin := t.between(f.Low, f.High, t.rough); margin != "" {
		text = margin + " · " + text
	}
	return text
}

func (t *teller) difference(n int64) string  { return signed(t.Number(n), n) }
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
