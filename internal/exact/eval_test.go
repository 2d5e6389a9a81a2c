package exact_test

import (
	"errors"
	"fmt"
	"testing"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

func show(d rule.Datum, err error) string {
	if err != nil {
		var e *exact.Error
		if errors.As(err, &e) {
			return "fout: " + string(e.Code)
		}
		return "vreemde fout: " + err.Error()
	}
	return d.String()
}

// The tables of docs/regelspraak-profiel.md: what each operator makes of leeg,
// of zero and of a missing datum.
func TestOperatorsOnLeegAndMissing(t *testing.T) {
	t.Parallel()
	none := func(k rule.Kind) rule.Datum { return rule.Datum{Kind: 99, Text: fmt.Sprint(k)} } // not supplied
	cases := []struct {
		name string
		l, r rule.Datum
		make func(l, r rule.Expr) rule.Expr
		kind rule.Kind
		want string
	}{
		{"plus", amount("6"), leeg, add, rule.Amount, "6"},
		{"plus leeg leeg", leeg, leeg, add, rule.Amount, "0"},
		{"plus left leeg", leeg, amount("3"), add, rule.Amount, "3"},
		{"plus missing", amount("6"), none(rule.Amount), add, rule.Amount, "fout: ontbrekend-gegeven"},
		{"min", leeg, amount("4"), sub, rule.Amount, "-4"},
		{"min leeg leeg", leeg, leeg, sub, rule.Amount, "0"},
		{"verminderd met, left leeg", leeg, amount("4"), subFrom, rule.Amount, "leeg"},
		{"verminderd met, right leeg", amount("7"), leeg, subFrom, rule.Amount, "7"},
		{"verminderd met, left leeg, right missing", leeg, none(rule.Amount), subFrom, rule.Amount, "fout: ontbrekend-gegeven"},
		{"maal", number("3"), leeg, mul, rule.Number, "0"},
		{"maal zero with missing", number("0"), none(rule.Number), mul, rule.Number, "fout: ontbrekend-gegeven"},
		{"gedeeld door", number("1"), number("3"), div, rule.Number, "1/3"},
		{"gedeeld door zero", number("1"), number("0"), div, rule.Number, "fout: deling-door-nul"},
		{"gedeeld door leeg", number("1"), leeg, div, rule.Number, "fout: deling-door-nul"},
		{"leeg gedeeld door", leeg, number("4"), div, rule.Number, "0"},
		{"minimale waarde", amount("3"), leeg, lowest, rule.Amount, "3"},
		{"minimale waarde leeg", leeg, leeg, lowest, rule.Amount, "leeg"},
		{"maximale waarde", amount("-3"), leeg, highest, rule.Amount, "-3"},
		{"minimum of leeg", leeg, amount("0"), atLeast, rule.Amount, "leeg"},
		{"minimum leeg", amount("-1"), leeg, atLeast, rule.Amount, "-1"},
		{"minimum binds", amount("-1"), amount("0"), atLeast, rule.Amount, "0"},
		{"minimum does not bind", amount("1"), amount("0"), atLeast, rule.Amount, "1"},
		{"maximum binds", amount("5"), amount("2"), atMost, rule.Amount, "2"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			l, r := w.attr(w.person, "links", tc.kind), w.attr(w.person, "rechts", tc.kind)
			out := w.attr(w.person, "uitkomst", tc.kind)
			w.rule("proef.uitkomst", out, func(self *rule.Binding) (rule.Expr, rule.Condition) {
				return tc.make(get(self, l), get(self, r)), nil
			})
			in := map[*rule.Attribute]rule.Datum{}
			if tc.l.Kind != 99 {
				in[l] = tc.l
			}
			if tc.r.Kind != 99 {
				in[r] = tc.r
			}
			if got := show(value(t, w, out, in)); got != tc.want {
				t.Errorf("%s: got %s, want %s", tc.name, got, tc.want)
			}
		})
	}
}

func add(l, r rule.Expr) rule.Expr     { return arith(rule.Add, l, r) }
func sub(l, r rule.Expr) rule.Expr     { return arith(rule.Sub, l, r) }
func subFrom(l, r rule.Expr) rule.Expr { return arith(rule.SubFrom, l, r) }
func mul(l, r rule.Expr) rule.Expr     { return arith(rule.Mul, l, r) }
func div(l, r rule.Expr) rule.Expr     { return arith(rule.Div, l, r) }
func lowest(l, r rule.Expr) rule.Expr  { return &rule.Extreme{Args: []rule.Expr{l, r}} }
func highest(l, r rule.Expr) rule.Expr { return &rule.Extreme{Max: true, Args: []rule.Expr{l, r}} }
func atLeast(l, r rule.Expr) rule.Expr { return &rule.Clamp{Expr: l, Min: r} }
func atMost(l, r rule.Expr) rule.Expr  { return &rule.Clamp{Expr: l, Max: r} }

func TestPercentages(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		e    rule.Expr
		kind rule.Kind
		want string
	}{
		{"110% van 200 €", &rule.PercentOf{Percent: lit(percent("110")), Of: lit(amount("200"))}, rule.Amount, "220"},
		{"13,73% van 0,01 €", &rule.PercentOf{Percent: lit(percent("13.73")), Of: lit(amount("0.01"))}, rule.Amount, "0.001373"},
		{"5% maal 200 €", mul(lit(percent("5")), lit(amount("200"))), rule.Amount, "10"},
		{"200 € maal 5%", mul(lit(amount("200")), lit(percent("5"))), rule.Amount, "10"},
		{"50% maal 50%", mul(lit(percent("50")), lit(percent("50"))), rule.Percentage, "25 %"},
		{"50% van 50%", &rule.PercentOf{Percent: lit(percent("50")), Of: lit(percent("50"))}, rule.Percentage, "25 %"},
		{"50% van leeg", &rule.PercentOf{Percent: lit(percent("50")), Of: lit(leeg)}, rule.Amount, "0"},
		{"5% plus 5%", add(lit(percent("5")), lit(percent("5"))), rule.Percentage, "10 %"},
		{"100 € / 40 €", div(lit(amount("100")), lit(amount("40"))), rule.Number, "2.5"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			out := w.attr(w.person, "uitkomst", tc.kind)
			w.rule("proef.uitkomst", out, func(*rule.Binding) (rule.Expr, rule.Condition) { return tc.e, nil })
			if got := show(value(t, w, out, nil)); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

func TestRounding(t *testing.T) {
	t.Parallel()
	// mode × value → whole number, then cents.
	cases := []struct {
		mode  rule.RoundMode
		in    string
		whole string
		cents string
	}{
		{rule.RoundDown, "2.5", "2", "2.5"}, {rule.RoundDown, "-2.5", "-3", "-2.5"},
		{rule.RoundUp, "2.5", "3", "2.5"}, {rule.RoundUp, "-2.5", "-2", "-2.5"},
		{rule.RoundHalfUp, "2.5", "3", "2.5"}, {rule.RoundHalfUp, "-2.5", "-3", "-2.5"},
		{rule.RoundHalfUp, "2.4999", "2", "2.5"}, {rule.RoundHalfUp, "-2.4999", "-2", "-2.5"},
		{rule.RoundToZero, "2.5", "2", "2.5"}, {rule.RoundToZero, "-2.5", "-2", "-2.5"},
		{rule.RoundFromZero, "2.5", "3", "2.5"}, {rule.RoundFromZero, "-2.5", "-3", "-2.5"},
		{rule.RoundDown, "0.005", "0", "0"}, {rule.RoundDown, "-0.005", "-1", "-0.01"},
		{rule.RoundHalfUp, "0.005", "0", "0.01"}, {rule.RoundHalfUp, "-0.005", "0", "-0.01"},
		{rule.RoundUp, "0.001", "1", "0.01"}, {rule.RoundUp, "-0.001", "0", "0"},
		{rule.RoundFromZero, "0", "0", "0"}, {rule.RoundHalfUp, "1/3", "0", "0.33"},
		{rule.RoundHalfUp, "92233720368547758.075", "92233720368547758", "92233720368547758.08"},
		{rule.RoundHalfUp, "-92233720368547758070.5", "-92233720368547758071", "-92233720368547758070.5"},
	}
	for _, tc := range cases {
		t.Run(fmt.Sprintf("%d %s", tc.mode, tc.in), func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			whole, cents := w.attr(w.person, "heel", rule.Amount), w.attr(w.person, "centen", rule.Amount)
			for a, n := range map[*rule.Attribute]int{whole: 0, cents: 2} {
				w.rule("proef."+a.Name, a, func(*rule.Binding) (rule.Expr, rule.Condition) {
					return &rule.Round{Expr: lit(amount(tc.in)), Mode: tc.mode, Decimals: n}, nil
				})
			}
			if got := show(value(t, w, whole, nil)); got != tc.whole {
				t.Errorf("whole: got %s, want %s", got, tc.whole)
			}
			if got := show(value(t, w, cents, nil)); got != tc.cents {
				t.Errorf("cents: got %s, want %s", got, tc.cents)
			}
		})
	}
}

func TestCalendar(t *testing.T) {
	t.Parallel()
	during := func(a, b string, u rule.TimeUnit) rule.Expr {
		return &rule.Duration{From: lit(date(a)), To: lit(date(b)), Unit: u}
	}
	shift := func(d string, n string, u rule.TimeUnit, minus bool) rule.Expr {
		return &rule.DateShift{Date: lit(date(d)), Amount: lit(number(n)), Unit: u, Minus: minus}
	}
	first := func(d string, u rule.TimeUnit, next bool) rule.Expr {
		return &rule.FirstDay{Date: lit(date(d)), Unit: u, Next: next}
	}
	cases := []struct {
		e    rule.Expr
		kind rule.Kind
		want string
	}{
		{during("2008-02-29", "2026-02-28", rule.Years), rule.Number, "17"},
		{during("2008-02-29", "2026-03-01", rule.Years), rule.Number, "18"},
		{during("2008-02-29", "2028-02-28", rule.Years), rule.Number, "19"},
		{during("2008-02-29", "2028-02-29", rule.Years), rule.Number, "20"},
		{during("2026-01-31", "2026-02-28", rule.Months), rule.Number, "0"},
		{during("2026-01-31", "2026-03-01", rule.Months), rule.Number, "1"},
		{during("2026-01-31", "2026-03-31", rule.Months), rule.Number, "2"},
		{during("2024-02-28", "2024-03-01", rule.Days), rule.Number, "2"},
		{during("2025-02-28", "2025-03-01", rule.Days), rule.Number, "1"},
		{during("2026-03-01", "2025-03-02", rule.Years), rule.Number, "0"},
		{during("2026-03-01", "2025-03-01", rule.Years), rule.Number, "-1"},
		{during("2026-03-01", "2026-02-27", rule.Days), rule.Number, "-2"},
		{during("1900-01-01", "2000-01-01", rule.Days), rule.Number, "36524"},
		{during("0001-01-01", "9999-12-31", rule.Days), rule.Number, "3652058"},
		{shift("2024-02-29", "1", rule.Years, false), rule.DateKind, "2025-02-28"},
		{shift("2024-02-29", "4", rule.Years, false), rule.DateKind, "2028-02-29"},
		{shift("2026-01-31", "1", rule.Months, false), rule.DateKind, "2026-02-28"},
		{shift("2026-03-31", "1", rule.Months, true), rule.DateKind, "2026-02-28"},
		{shift("2026-01-31", "13", rule.Months, true), rule.DateKind, "2024-12-31"},
		{shift("2026-12-31", "1", rule.Days, false), rule.DateKind, "2027-01-01"},
		{shift("2024-03-01", "1", rule.Days, true), rule.DateKind, "2024-02-29"},
		{shift("2026-06-01", "-18", rule.Years, true), rule.DateKind, "2044-06-01"},
		{shift("9999-12-31", "1", rule.Days, false), rule.DateKind, "fout: limiet-overschreden"},
		{shift("0001-01-01", "1", rule.Days, true), rule.DateKind, "fout: limiet-overschreden"},
		{shift("2026-01-01", "1/2", rule.Days, false), rule.DateKind, "fout: geen-geheel-getal"},
		{shift("2026-01-01", "99999999999999999999", rule.Years, false), rule.DateKind, "fout: limiet-overschreden"},
		{first("2026-12-31", rule.Months, true), rule.DateKind, "2027-01-01"},
		{first("2026-02-01", rule.Months, true), rule.DateKind, "2026-03-01"},
		{first("2026-02-17", rule.Months, false), rule.DateKind, "2026-02-01"},
		{first("2026-02-17", rule.Years, false), rule.DateKind, "2026-01-01"},
		{first("2026-02-17", rule.Years, true), rule.DateKind, "2027-01-01"},
		{&rule.DatePart{Date: lit(date("2026-02-17")), Unit: rule.Years}, rule.Number, "2026"},
		{&rule.DatePart{Date: lit(date("2026-02-17")), Unit: rule.Months}, rule.Number, "2"},
		{&rule.DatePart{Date: lit(date("2026-02-17")), Unit: rule.Days}, rule.Number, "17"},
		{&rule.Duration{From: lit(leeg), To: lit(date("2026-02-17")), Unit: rule.Days}, rule.Number, "leeg"},
		{&rule.DateShift{Date: lit(leeg), Amount: lit(number("1"))}, rule.DateKind, "leeg"},
		{&rule.DateShift{Date: lit(date("2026-02-17")), Amount: lit(leeg)}, rule.DateKind, "2026-02-17"},
		{&rule.ReferenceDate{}, rule.DateKind, "2026-06-01"},
	}
	for i, tc := range cases {
		t.Run(fmt.Sprintf("%d %s", i, tc.want), func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			out := w.attr(w.person, "uitkomst", tc.kind)
			w.rule("proef.uitkomst", out, func(*rule.Binding) (rule.Expr, rule.Condition) { return tc.e, nil })
			if got := show(value(t, w, out, nil)); got != tc.want {
				t.Errorf("case %d: got %s, want %s", i, got, tc.want)
			}
		})
	}
}
