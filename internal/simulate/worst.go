package simulate

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"

	"lemniscaat/internal/population"
	"lemniscaat/internal/rule"
)

// Worst is who loses most.
type Worst struct {
	// Households is the number (weighted) of the one percent of all households
	// that loses most, or of all losers when they are fewer; Rows is the number of
	// synthetic households behind it.
	Households int64
	Rows       int
	// MeanLoss is in cents a year, MeanIncome their mean disposable income under
	// today's rules in euros a year.
	MeanLoss, MeanIncome int64
	// Examples describe, per type of household, the synthetic household that
	// loses most. No real person is in it.
	Examples []Example
	// Profiles describe who they are, in bands, the largest group first. Every
	// profile has MinimumRows households behind it or more; Other counts those in
	// smaller groups.
	Profiles []Profile
	Other    int64
}

// Profile is one group among those who lose most.
type Profile struct {
	Text       string // "eenoudergezin, 27 tot 45, corporatie"
	Households int64  // weighted
	Rows       int
	MeanLoss   int64 // cents a year
	// IncomeFrom and IncomeTo are a band of € 10,000 in which the middle of
	// their disposable incomes under today's rules lies, in euros a year.
	IncomeFrom, IncomeTo int64
}

// Example is one synthetic household that is hit.
type Example struct {
	Household int    // index in the population
	Text      string // Dutch description
	Loss      int64  // cents a year
	Income    int64  // disposable, euros a year
}

// Losses are counted in classes of rising severity, of which each is at most
// 1/64 wide, so that the hardest hit are found without sorting all losers.
const severities = 64 * 64

func severity(loss int64) int {
	n := bits.Len64(uint64(loss))
	return n<<6 | int(uint64(loss)<<(64-n)>>57&63)
}

// hardestHit gives the losers in the least number of classes of severity that
// together hold one percent of all households, which weigh so much.
func (c *changes) hardestHit(all int64) (hit []loser) {
	limit := all / 100
	least, sum := severities, int64(0)
	for least > 0 && sum < limit {
		least--
		sum += c.severity[least]
	}
	for _, l := range c.losers {
		if severity(l.loss) >= least {
			hit = append(hit, l)
		}
	}
	return hit
}

// trim lets go of the losers that are not among the hardest hit, however many
// others come.
func (c *changes) trim(all int64) { c.losers = c.hardestHit(all) }

// worst finds the hardest hit. Households are taken whole, in order of loss,
// until they are one percent of all.
func (r *run) worst(c *changes) Worst {
	limit := r.found.weight / 100
	hit := c.hardestHit(r.found.weight)
	slices.SortFunc(hit, harder)
	var w Worst
	var weight int64
	var loss, income population.Sum
	for n, l := range hit {
		if n > 0 && weight >= limit {
			hit = hit[:n]
			break
		}
		weight += l.weight
		loss.Add(l.weight, l.loss)
		income.Add(l.weight, l.income)
	}
	if weight > 0 {
		w.Households, w.Rows, w.MeanLoss, w.MeanIncome = whole(weight), len(hit), loss.Rounded(weight), rule.Euros(income.Rounded(weight))
	}
	w.Profiles, w.Other = profiles(hit)
	examples := slices.DeleteFunc(slices.Clone(c.hardest), func(l loser) bool { return l.loss == 0 })
	slices.SortFunc(examples, harder)
	for _, l := range examples {
		w.Examples = append(w.Examples, Example{Household: l.home, Text: r.describe(l.home), Loss: l.loss, Income: rule.Euros(l.income)})
	}
	return w
}

// profiles describes losers by type, age and dwelling, and what is too small for
// that by type alone. Whoever is left is other.
func profiles(hit []loser) (out []Profile, other int64) {
	text := func(l loser) string {
		t := typeNames[l.ty] + ", " + ageGroups[l.age].label
		if l.tenure > 0 {
			t += ", " + tenureNames[l.tenure]
		}
		return t
	}
	rest := hit
	for _, text := range []func(loser) string{text, func(l loser) string { return typeNames[l.ty] + ", verschillend" }} {
		groups := map[string][]loser{}
		for _, l := range rest {
			groups[text(l)] = append(groups[text(l)], l)
		}
		rest = nil
		for t, list := range groups {
			if len(list) < MinimumRows {
				rest = append(rest, list...)
				continue
			}
			out = append(out, profile(t, list))
		}
	}
	var weight int64
	for _, l := range rest {
		weight += l.weight
	}
	slices.SortFunc(out, func(a, b Profile) int {
		return cmp.Or(cmp.Compare(b.Households, a.Households), cmp.Compare(a.Text, b.Text))
	})
	return out, whole(weight)
}

func profile(text string, list []loser) Profile {
	p := Profile{Text: text, Rows: len(list)}
	slices.SortFunc(list, func(a, b loser) int { return cmp.Or(cmp.Compare(a.income, b.income), cmp.Compare(a.home, b.home)) })
	var weight, before int64
	var loss population.Sum
	for _, l := range list {
		weight += l.weight
		loss.Add(l.weight, l.loss)
	}
	for _, l := range list {
		if before += l.weight; 2*before >= weight {
			const band = 1_000_000 // cents
			at := l.income / band
			if l.income%band < 0 {
				at--
			}
			p.IncomeFrom, p.IncomeTo = at*band/100, (at+1)*band/100
			break
		}
	}
	p.Households, p.MeanLoss = whole(weight), loss.Rounded(weight)
	return p
}

// describe makes one household again and says what it is like.
func (r *run) describe(household int) string {
	if r.sides[0].known.Own {
		return "" // nobody's household is an example
	}
	var h population.Household
	r.people.Household(household, &h)
	return describe(&h)
}

// describe says in a few words what a synthetic household is like, in bands.
func describe(h *population.Household) string {
	p := &h.Persons[0]
	low := p.Age / 10 * 10
	return fmt.Sprintf("%s, %d tot %d jaar, %s", h.Type.Label(), max(low, 18), low+10, p.Status) + h.Minors()
}
