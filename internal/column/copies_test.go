package column_test

import (
	"testing"

	"lemniscaat/internal/column"
	"lemniscaat/internal/rule"
)

// TestCopies: every copy of a worked example gives what package exact gives for
// the example.
func TestCopies(t *testing.T) {
	t.Parallel()
	set := shipped(t)
	const copies = 3
	examples := 0
	for _, id := range []string{"besteedbaar-inkomen", "kinderopvangtoeslag"} {
		reg, _ := set.Get(id)
		sides := map[rule.Date]column.Side{}
		programs := map[rule.Date]*column.Program{}
		for _, ex := range reg.Examples() {
			if programs[ex.Date] == nil {
				side := sideOf(t, set.Scope(id), ex.Date)
				p, err := column.Compile(side)
				if err != nil {
					t.Fatal(err)
				}
				sides[ex.Date], programs[ex.Date] = side, p
			}
			side, b := sides[ex.Date], programs[ex.Date].NewBlock()
			c, ds := ex.Given.Case(side.Program, ex.Date)
			if ds.Err() != nil {
				t.Fatal(ds)
			}
			rows, err := b.Copies(c, copies)
			if err != nil {
				t.Fatal(err)
			}
			if err := b.Run(); err != nil {
				t.Fatal(err)
			}
			examples++
			for i, a := range side.Outcomes {
				table := b.Program().Table(rule.Slug(a.Owner.Name))
				for obj := range c.Len() {
					if c.TypeOf(obj) != a.Owner {
						continue
					}
					want, wantErr := c.Value(obj, a)
					for k := range copies {
						got, gotErr := b.Value(0, i, rows[obj]+k*b.RowsPerCase(table))
						if (gotErr == nil) != (wantErr == nil) || wantErr == nil && !got.Equal(want) {
							t.Fatalf("%s, copy %d: %s of %s is %v (%v), and %v (%v) by exact", ex.Name, k, a.ID(), c.ID(obj), got, gotErr, want, wantErr)
						}
					}
				}
			}
		}
	}
	if examples < 20 {
		t.Errorf("only %d examples", examples)
	}
}
