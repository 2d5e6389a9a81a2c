package exact_test

import (
	"testing"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// toeslag is a scheme in the shape of a real one: an age condition, a wealth
// limit, a joint income, a norm that rises with it and a rounded outcome.
type toeslag struct {
	*world
	born, income, wealth, insured, applicant        *rule.Attribute
	adult, wealthy, joint, norm, amount, per, title *rule.Attribute
}

func newToeslag() *toeslag {
	w := newWorld()
	s := &toeslag{world: w}
	s.born = w.attr(w.person, "geboortedatum", rule.DateKind)
	s.income = w.attr(w.person, "toetsingsinkomen", rule.Amount)
	s.wealth = w.attr(w.person, "vermogen", rule.Amount)
	s.insured = w.kenmerk("verzekerd", rule.Adjective)
	s.applicant = w.kenmerk("aanvrager", rule.Noun)
	s.adult = w.kenmerk("de leeftijd voor toeslag", rule.Possessive)
	s.wealthy = w.kenmerk("te vermogend", rule.Adjective)
	s.title = w.kenmerk("recht op toeslag", rule.Possessive)
	s.joint = w.attr(w.person, "gezamenlijke toetsingsinkomen", rule.Amount)
	s.norm = w.attr(w.person, "normpremie", rule.Amount)
	s.amount = w.attr(w.person, "toeslag", rule.Amount)
	s.per = w.attr(w.person, "toeslag per maand", rule.Amount)
	from := rule.MustDate("2026-01-01")
	par := func(id string, d rule.Datum) rule.Expr {
		return &rule.ParameterRef{Parameter: w.param("toeslag."+id, d.Kind, rule.ParameterValue{From: from, Value: d, Source: "Staatscourant", Verified: id != "drempel"})}
	}
	age, premium, threshold := par("leeftijd", number("18")), par("premie", amount("2119")), par("drempel", amount("29736"))
	single, couple, taper := par("norm-alleen", percent("1.912")), par("norm-samen", percent("4.289")), par("afbouw", percent("13.73"))
	limit, limit2 := par("vermogen-alleen", amount("146011")), par("vermogen-samen", amount("184633"))
	partner := []*rule.Role{w.partner}
	noPartner := func(b *rule.Binding) rule.Condition {
		return &rule.IsEmpty{Expr: &rule.ObjectRef{From: b, Via: partner}}
	}
	hasPartner := func(b *rule.Binding) rule.Condition {
		return &rule.IsEmpty{Expr: &rule.ObjectRef{From: b, Via: partner}, Not: true}
	}
	w.rule("toeslag.leeftijd", s.adult, func(b *rule.Binding) (rule.Expr, rule.Condition) {
		return nil, compare(rule.LessEqual, &rule.FirstDay{
			Date: &rule.DateShift{Date: get(b, s.born), Amount: age, Unit: rule.Years}, Unit: rule.Months, Next: true}, &rule.ReferenceDate{})
	})
	w.rule("toeslag.vermogen-alleen", s.wealthy, func(b *rule.Binding) (rule.Expr, rule.Condition) {
		return nil, all(noPartner(b), compare(rule.Greater, get(b, s.wealth), limit))
	})
	w.rule("toeslag.vermogen-samen", s.wealthy, func(b *rule.Binding) (rule.Expr, rule.Condition) {
		return nil, all(hasPartner(b), compare(rule.Greater, add(get(b, s.wealth), get(b, s.wealth, w.partner)), limit2))
	})
	w.rule("toeslag.inkomen", s.joint, func(b *rule.Binding) (rule.Expr, rule.Condition) {
		return add(get(b, s.income), get(b, s.income, w.partner)), nil
	})
	norm := func(id string, pct rule.Expr, when func(*rule.Binding) rule.Condition) {
		w.rule(id, s.norm, func(b *rule.Binding) (rule.Expr, rule.Condition) {
			excess := &rule.Clamp{Expr: sub(get(b, s.joint), threshold), Min: lit(amount("0"))}
			return add(&rule.PercentOf{Percent: pct, Of: threshold}, &rule.PercentOf{Percent: taper, Of: excess}), when(b)
		})
	}
	norm("toeslag.norm-alleen", single, noPartner)
	norm("toeslag.norm-samen", couple, hasPartner)
	w.rule("toeslag.recht", s.title, func(b *rule.Binding) (rule.Expr, rule.Condition) {
		return nil, all(
			&rule.HasKenmerk{From: b, Kenmerk: s.insured},
			&rule.HasKenmerk{From: b, Kenmerk: s.adult},
			&rule.HasKenmerk{From: b, Kenmerk: s.wealthy, Not: true})
	}).Subject.Kenmerk = s.applicant
	yearly := func(id string, base func() rule.Expr, when func(*rule.Binding) rule.Condition) {
		w.rule(id, s.amount, func(b *rule.Binding) (rule.Expr, rule.Condition) {
			return &rule.Round{Mode: rule.RoundHalfUp, Expr: &rule.Clamp{Expr: sub(base(), get(b, s.norm)), Min: lit(amount("0"))}},
				all(&rule.HasKenmerk{From: b, Kenmerk: s.title}, when(b))
		})
	}
	yearly("toeslag.alleen", func() rule.Expr { return premium }, noPartner)
	yearly("toeslag.samen", func() rule.Expr { return mul(lit(number("2")), premium) }, hasPartner)
	w.rule("toeslag.nihil", s.amount, func(b *rule.Binding) (rule.Expr, rule.Condition) {
		return lit(amount("0")), &rule.HasKenmerk{From: b, Kenmerk: s.title, Not: true}
	})
	w.rule("toeslag.per-maand", s.per, func(b *rule.Binding) (rule.Expr, rule.Condition) {
		return &rule.Round{Mode: rule.RoundDown, Expr: div(get(b, s.amount), lit(number("12")))}, nil
	})
	return s
}

// person adds somebody whose data are all known.
func (s *toeslag) fill(t testing.TB, c *exact.Case, who int, born, income, wealth string) {
	t.Helper()
	must(t, c.Set(who, s.born, date(born)))
	must(t, c.Set(who, s.income, amount(income)))
	must(t, c.Set(who, s.wealth, amount(wealth)))
	must(t, c.Set(who, s.insured, yes(true)))
}

// The published amounts of 2026 (leaflet of Dienst Toeslagen): the maximum, an
// amount on the slope, and the last income that still gives something.
func TestToeslagGivesPublishedAmounts(t *testing.T) {
	t.Parallel()
	s := newToeslag()
	p := s.compile(t)
	for _, tc := range []struct {
		born, income, wealth string
		couple               bool
		year, month          string
	}{
		{"1990-04-02", "0", "0", false, "1550", "129"},
		{"1990-04-02", "29736", "146011", false, "1550", "129"},
		{"1990-04-02", "29736", "146011.01", false, "0", "0"},
		{"1990-04-02", "40857", "0", false, "24", "2"},
		{"1990-04-02", "29736", "0", true, "2963", "246"},
		{"2008-05-31", "0", "0", false, "1550", "129"}, // 18 in May: from 1 June
		{"2008-06-01", "0", "0", false, "0", "0"},      // 18 on 1 June: from 1 July
	} {
		c := p.NewCase(rule.MustDate("2026-06-01"))
		p1 := c.Add(s.person, "p1")
		s.fill(t, c, p1, tc.born, tc.income, tc.wealth)
		must(t, c.Set(p1, s.applicant, yes(true)))
		if tc.couple {
			p2 := c.Add(s.person, "p2")
			s.fill(t, c, p2, "1988-11-23", "0", "0")
			must(t, c.Link(s.partner, p1, p2))
		}
		if got := show(c.Value(p1, s.amount)) + " / " + show(c.Value(p1, s.per)); got != tc.year+" / "+tc.month {
			t.Errorf("%+v: got %s", tc, got)
		}
	}
}

// BenchmarkHousehold builds and computes a couple, as a population run does.
func BenchmarkHousehold(b *testing.B) {
	s := newToeslag()
	p := s.compile(b)
	born := date("1990-04-02")
	c := p.NewCase(rule.MustDate("2026-06-01"))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		c.Reset(rule.MustDate("2026-06-01"))
		p1, p2 := c.Add(s.person, "p1"), c.Add(s.person, "p2")
		for _, who := range [2]int{p1, p2} {
			_ = c.Set(who, s.born, born)
			_ = c.SetFraction(who, s.income, int64(1_500_000+i%4_000_000), 100)
			_ = c.SetFraction(who, s.wealth, 1_000_000, 100)
			_ = c.Set(who, s.insured, yes(true))
			_ = c.Set(who, s.applicant, yes(who == p1))
		}
		_ = c.Link(s.partner, p1, p2)
		if v, err := c.Value(p1, s.per); err != nil || v.Num == nil {
			b.Fatal(v, err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "huishoudens/s")
}

func BenchmarkDerive(b *testing.B) {
	s := newToeslag()
	p := s.compile(b)
	c := p.NewCase(rule.MustDate("2026-06-01"))
	p1 := c.Add(s.person, "p1")
	s.fill(b, c, p1, "1990-04-02", "28400", "3000")
	must(b, c.Set(p1, s.applicant, yes(true)))
	for b.Loop() {
		if d := c.Derive(p1, s.per); d.Err != nil || len(d.Steps) < 5 {
			b.Fatal(d.Err)
		}
	}
}
