package simulate

import "lemniscaat/internal/takeup"

// differ counts, of real people, how many units and households two sides treat
// differently: who compares two tables of which each cell is large enough sees
// their difference, and that has to be large enough as well. It is not counted
// of synthetic people.
type differ struct {
	sides int     `form:"-"`
	units [][]int // by scheme: by pair of sides, all units and those of each group
	homes []int   // by pair of sides
}

// newDiffer makes one; it counts nothing for synthetic people and for one side.
func (r *run) newDiffer() differ {
	if len(r.sides) < 2 || !r.sides[0].known.Own {
		return differ{}
	}
	d := differ{sides: len(r.sides), homes: make([]int, pairs(len(r.sides)))}
	for range r.panels {
		d.units = append(d.units, make([]int, pairs(d.sides)*(1+len(groupsOf.names))))
	}
	return d
}

func pairs(sides int) int { return sides * (sides - 1) / 2 }

// pair is the place of two sides, j < k.
func pair(j, k int) int { return k*(k-1)/2 + j }

// unit counts a unit on all sides.
func (d *differ) unit(s int, h *home, income int, age uint8, self bool, cents []int64, drawn []takeup.Drawn) {
	for k := 1; k < d.sides; k++ {
		for j := range k {
			if cents[j] == cents[k] && (cents[j] == 0 || drawn[j].Lost == drawn[k].Lost && drawn[j].Automatic&1 == drawn[k].Automatic&1) {
				continue
			}
			at := d.units[s][pair(j, k)*(1+len(groupsOf.names)):]
			at[0]++
			seen := [2]int{-1, -1}
			for i, x := range [2]int64{cents[j], cents[k]} { // by its amount it can be in two groups
				if x > 0 {
					seen[i] = groupsOf.amounts + amountClass(x)
				}
			}
			if seen[0] == seen[1] {
				seen[1] = -1
			}
			for _, g := range seen {
				if g >= 0 {
					at[1+g]++
				}
			}
			at[1+groupsOf.ages+ageGroup(age)]++
			at[1+groupsOf.types+typeOf[h.ty]]++
			at[1+groupsOf.income+income]++
			if self {
				at[1+groupsOf.self]++
			}
			if takeup.JustRetired(int(age)) {
				at[1+groupsOf.retired]++
			}
		}
	}
}

// part counts the households of a part: deltas has by variant what each
// receives more than today.
func (d *differ) part(deltas [][]int64) {
	for k := 1; k < d.sides; k++ {
		for j := range k {
			for i, x := range deltas[k-1] {
				if j == 0 && x != 0 || j > 0 && x != deltas[j-1][i] {
					d.homes[pair(j, k)]++
				}
			}
		}
	}
}

func (d *differ) form(f *form) {
	formEach(f, d.units, func(f *form, list *[]int) { formFixed(f, *list) })
	formFixed(f, d.homes)
}

func (d *differ) merge(o *differ) {
	for s, list := range o.units {
		for i, n := range list {
			d.units[s][i] += n
		}
	}
	for i, n := range o.homes {
		d.homes[i] += n
	}
}
