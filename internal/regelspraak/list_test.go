package regelspraak_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lemniscaat/internal/rule"
)

// shape writes the boolean structure of a condition: (alle a b (geen c)).
func shape(c rule.Condition) string {
	switch x := c.(type) {
	case *rule.Compound:
		parts := []string{[...]string{"alle", "geen", "minstens", "hoogstens", "precies"}[x.Quantifier]}
		if x.Quantifier >= rule.AtLeast {
			parts[0] += fmt.Sprint(x.N)
		}
		for _, i := range x.Items {
			parts = append(parts, shape(i))
		}
		return "(" + strings.Join(parts, " ") + ")"
	case *rule.Compare:
		// "5 € is kleiner dan 7 €" is 7: tests tell items apart by their number.
		return rule.Decimal(x.R.(*rule.Literal).Value.Num)
	}
	return fmt.Sprintf("%T", c)
}

func conditionOf(t testing.TB, m *rule.Model, text string) string {
	t.Helper()
	r, ds := parseRule(m, wrap("Een persoon is verzekerd\n        "+text+"."))
	if err := ds.Err(); err != nil {
		t.Fatalf("%s\n%v", text, err)
	}
	return shape(r.Versions[0].Condition)
}

// TestBulletDepthIsStructure: the depth of the bullets, and nothing else, says
// what belongs to what. The indentation does not count.
func TestBulletDepthIsStructure(t *testing.T) {
	t.Parallel()
	const and, or, none = "alle volgende voorwaarden", "ten minste één van de volgende voorwaarden", "geen van de volgende voorwaarden"
	is := func(n int) string { return fmt.Sprintf("zijn inkomen is gelijk aan %d €", n) }
	m := dictionary(t)
	for _, c := range []struct{ name, text, want string }{
		{"one level", "indien hij aan " + and + " voldoet:\n- " + is(1) + "\n- " + is(2), "(alle 1 2)"},
		{"an AND inside an OR is really an AND", "indien hij aan " + or + " voldoet:\n- " + is(1) + "\n- hij voldoet aan " + and + ":\n-- " + is(2) + "\n-- " + is(3), "(minstens1 1 (alle 2 3))"},
		{"an outer item after a nested list belongs to the outer list", "indien hij aan " + and + " voldoet:\n- " + is(1) + "\n- hij voldoet aan " + or + ":\n-- " + is(2) + "\n-- " + is(3) + "\n- " + is(4), "(alle 1 (minstens1 2 3) 4)"},
		{"two levels closed at once", "indien hij aan " + and + " voldoet:\n- er is voldaan aan " + or + ":\n-- " + is(1) + "\n-- hij voldoet aan " + none + ":\n--- " + is(2) + "\n--- " + is(3) + "\n- " + is(4), "(alle (minstens1 1 (geen 2 3)) 4)"},
		{"one of two levels closed", "indien hij aan " + and + " voldoet:\n- er is voldaan aan " + or + ":\n-- hij voldoet aan " + none + ":\n--- " + is(2) + "\n-- " + is(3) + "\n- " + is(4), "(alle (minstens1 (geen 2) 3) 4)"},
		{"two nested lists in a row", "indien hij aan " + and + " voldoet:\n- hij voldoet aan " + or + ":\n-- " + is(1) + "\n-- " + is(2) + "\n- hij voldoet aan " + or + ":\n-- " + is(3) + "\n-- " + is(4), "(alle (minstens1 1 2) (minstens1 3 4))"},
		{"indentation does not count", "indien hij aan " + and + " voldoet:\n- " + is(1) + "\n- hij voldoet aan " + or + ":\n-- " + is(2) + "\n          - " + is(3), "(alle 1 (minstens1 2) 3)"},
		{"round bullets", "indien hij aan " + and + " voldoet:\n• " + is(1) + "\n• hij voldoet aan " + or + ":\n•• " + is(2) + "\n•• " + is(3) + "\n• " + is(4), "(alle 1 (minstens1 2 3) 4)"},
		{"quantities", "indien hij aan ten minste twee van de volgende voorwaarden voldoet:\n- " + is(1) + "\n- hij voldoet aan ten hoogste 1 van de volgende voorwaarden:\n-- " + is(2) + "\n-- " + is(3) + "\n- er wordt voldaan aan precies drie van de volgende voorwaarden:\n-- " + is(4) + "\n-- " + is(5) + "\n-- " + is(6), "(minstens2 1 (hoogstens1 2 3) (precies3 4 5 6))"},
		{"an item broken over lines", "indien hij aan " + and + " voldoet:\n- zijn inkomen\n  is gelijk\n  aan 1\n  €\n- " + is(2), "(alle 1 2)"},
		{"carriage returns", "indien hij aan " + and + " voldoet:\r\n- " + is(1) + "\r\n- hij voldoet aan " + or + ":\r\n-- " + is(2) + "\r\n- " + is(3), "(alle 1 (minstens1 2) 3)"},
	} {
		if got := conditionOf(t, m, c.text); got != c.want {
			t.Errorf("%s:\n%s\ngives %s, want %s", c.name, c.text, got, c.want)
		}
	}
}

// TestBulletStructureProperty writes random trees as lists and reads them
// back.
func TestBulletStructureProperty(t *testing.T) {
	t.Parallel()
	m := dictionary(t)
	rapid.Check(t, func(t *rapid.T) {
		n := 0
		var text strings.Builder
		var grow func(depth int) string
		grow = func(depth int) string {
			items := rapid.IntRange(1, 4).Draw(t, "items")
			q := rapid.IntRange(0, 4).Draw(t, "quantifier")
			k := rapid.IntRange(1, items).Draw(t, "n")
			intro := []string{"alle volgende voorwaarden", "geen van de volgende voorwaarden", fmt.Sprintf("ten minste %d van de volgende voorwaarden", k),
				fmt.Sprintf("ten hoogste %d van de volgende voorwaarden", k), fmt.Sprintf("precies %d van de volgende voorwaarden", k)}[q]
			want := []string{"(alle", "(geen", fmt.Sprintf("(minstens%d", k), fmt.Sprintf("(hoogstens%d", k), fmt.Sprintf("(precies%d", k)}[q]
			if depth == 0 {
				text.WriteString("indien hij aan " + intro + " voldoet:")
			} else {
				text.WriteString("hij voldoet aan " + intro + ":")
			}
			for range items {
				pad := strings.Repeat(" ", rapid.IntRange(0, 9).Draw(t, "pad"))
				text.WriteString("\n" + pad + strings.Repeat("-", depth+1) + " ")
				if depth < 4 && rapid.IntRange(0, 2).Draw(t, "nest") == 0 {
					want += " " + grow(depth+1)
					continue
				}
				n++
				fmt.Fprintf(&text, "zijn inkomen is gelijk aan %d €", n)
				want += fmt.Sprintf(" %d", n)
			}
			return want + ")"
		}
		want := grow(0)
		r, ds := parseRule(m, wrap("Een persoon is verzekerd\n"+text.String()+"."))
		if err := ds.Err(); err != nil {
			t.Fatal(text.String(), err)
		}
		if got := shape(r.Versions[0].Condition); got != want {
			t.Fatalf("%s\ngives %s, want %s", text.String(), got, want)
		}
	})
}
