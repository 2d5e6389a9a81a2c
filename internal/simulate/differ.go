package simulate

import "lemniscaat/internal/takeup"

// differ counts, of real people, how many units and households two sides treat
// differently: who compares two tables of which each cell is large enough sees
// their difference, and that has to be large enough as well. It is not counted
// of synthetic people.
type differ struct {
	sides int     `form:"-"`
	units [][]int // by scheme: by pair of sides, all units and those of each group, in switches
	homes []int   // by pair of sides
}

// Ways in which two sides treat a unit otherwise: each is a number that who has
// both can tell.
const (
	switchAny = iota // in its amount, or at a step
	switchEntitled
	switchReceived
	switchAutomatic
	switches
)

// differWidth is how many counts there are of one pair of sides.
var differWidth = switches * (1 + len(groupsOf.names))

// newDiffer makes one; it counts nothing for synthetic people and for one side.
func (r *run) newDiffer() differ {
	if len(r.sides) < 2 || !r.sides[0].known.Own {
		return differ{}
	}
	d := differ{sides: len(r.sides), homes: make([]int, pairs(len(r.sides)))}
	for range r.panels {
		d.units = append(d.units, make([]int, pairs(d.sides)*differWidth))
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
			counts := d.units[s][pair(j, k)*differWidth:]
			receives := func(side int) bool { return cents[side] > 0 && drawn[side].Lost < 0 }
			automatic := func(side int) bool { return cents[side] > 0 && drawn[side].Automatic&1 != 0 }
			changed := [switches]bool{true, (cents[j] > 0) != (cents[k] > 0), receives(j) != receives(k), automatic(j) != automatic(k)}
			at := func(i int) {
				for c, yes := range changed {
					if yes {
						counts[i*switches+c]++
					}
				}
			}
			at(0)
			at(1 + groupsOf.ages + ageGroup(age))
			at(1 + groupsOf.types + typeOf[h.ty])
			at(1 + groupsOf.income + income)
			if self {
				at(1 + groupsOf.self)
			}
			if takeup.JustRetired(int(age)) {
				at(1 + groupsOf.retired)
			}
			// By its amount it can be in two groups: it leaves one for the other.
			was, is := amountClass(cents[j]), amountClass(cents[k])
			if cents[j] > 0 && cents[k] > 0 && was != is {
				changed = [switches]bool{true, true, true, true}
			}
			if cents[j] > 0 {
				at(1 + groupsOf.amounts + was)
			}
			if cents[k] > 0 && (cents[j] == 0 || was != is) {
				at(1 + groupsOf.amounts + is)
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
