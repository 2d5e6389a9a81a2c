package population

import (
	"errors"
	"math"
	"sort"
)

// cell is one row of a table that is fitted to totals: a group whose total is
// kept exactly, a prior share within the group, and what one household of the
// cell adds to each target.
type cell struct {
	group int
	prior float64
	x     []float64
}

// fit finds the share of each cell within its group, nearest to the prior (in
// relative entropy), such that the sums over all groups of total × share × x
// meet the targets. It is Newton's method on the dual, which is convex.
func fit(cells []cell, totals, targets []float64) ([]float64, error) {
	k := len(targets)
	lambda := make([]float64, k)
	scale := make([]float64, k)
	for i, t := range targets {
		scale[i] = math.Max(math.Abs(t), 1)
	}
	share := make([]float64, len(cells))
	value := func(l []float64) float64 {
		z := make([]float64, len(totals))
		for i, c := range cells {
			e := 0.0
			for j := range k {
				e += l[j] * c.x[j]
			}
			share[i] = c.prior * math.Exp(e)
			z[c.group] += share[i]
		}
		f := 0.0
		for g, t := range totals {
			if z[g] > 0 {
				f += t * math.Log(z[g])
			}
		}
		for i, c := range cells {
			share[i] /= z[c.group]
		}
		for j := range k {
			f -= l[j] * targets[j]
		}
		return f
	}
	f := value(lambda)
	for range 200 {
		grad := make([]float64, k)
		mean := make([][]float64, len(totals))
		for g := range mean {
			mean[g] = make([]float64, k)
		}
		hess := make([][]float64, k)
		for a := range hess {
			hess[a] = make([]float64, k)
		}
		for i, c := range cells {
			for a := range k {
				mean[c.group][a] += share[i] * c.x[a]
				for b := range k {
					hess[a][b] += totals[c.group] * share[i] * c.x[a] * c.x[b]
				}
			}
		}
		for g, t := range totals {
			for a := range k {
				grad[a] += t * mean[g][a]
				for b := range k {
					hess[a][b] -= t * mean[g][a] * mean[g][b]
				}
			}
		}
		worst := 0.0
		for a := range k {
			grad[a] -= targets[a]
			worst = math.Max(worst, math.Abs(grad[a])/scale[a])
			hess[a][a] += 1e-9 * (hess[a][a] + 1)
		}
		if worst < 1e-10 {
			return share, nil
		}
		step, err := solve(hess, grad)
		if err != nil {
			return nil, err
		}
		for t := 1.0; ; t /= 2 {
			if t < 1e-9 {
				if worst < 1e-6 {
					return share, nil
				}
				return nil, errors.New("de marges spreken elkaar tegen: geen aanpassing gevonden")
			}
			next := make([]float64, k)
			for j := range k {
				next[j] = lambda[j] - t*step[j]
			}
			if v := value(next); v <= f+1e-12*math.Abs(f) && !math.IsNaN(v) {
				lambda, f = next, v
				break
			}
		}
	}
	return nil, errors.New("de aanpassing aan de marges komt niet tot rust")
}

// solve gives x in a·x = b by elimination with pivoting; it overwrites both.
func solve(a [][]float64, b []float64) ([]float64, error) {
	n := len(b)
	for c := range n {
		p := c
		for r := c + 1; r < n; r++ {
			if math.Abs(a[r][c]) > math.Abs(a[p][c]) {
				p = r
			}
		}
		if a[p][c] == 0 {
			return nil, errors.New("de marges hangen van elkaar af")
		}
		a[c], a[p], b[c], b[p] = a[p], a[c], b[p], b[c]
		for r := c + 1; r < n; r++ {
			m := a[r][c] / a[c][c]
			for j := c; j < n; j++ {
				a[r][j] -= m * a[c][j]
			}
			b[r] -= m * b[c]
		}
	}
	for c := n - 1; c >= 0; c-- {
		for j := c + 1; j < n; j++ {
			b[c] -= a[c][j] * b[j]
		}
		b[c] /= a[c][c]
	}
	return b, nil
}

// Apportion divides total over parts in proportion to the weights by largest
// remainder: the parts are whole and their sum is exactly total. Equal
// remainders go to the earlier part. Weights are not negative; when all are
// zero every part is zero, and the caller has nothing to divide by.
func Apportion(total int64, weights []float64) []int64 {
	parts := make([]int64, len(weights))
	var sum float64
	for _, w := range weights {
		sum += w
	}
	if sum <= 0 {
		return parts
	}
	rest := make([]float64, len(weights))
	left := total
	for i, w := range weights {
		exact := float64(total) * (w / sum)
		parts[i] = int64(exact)
		rest[i] = exact - float64(parts[i])
		left -= parts[i]
	}
	order := make([]int, 0, len(weights))
	for i, w := range weights {
		if w > 0 {
			order = append(order, i)
		}
	}
	sort.SliceStable(order, func(a, b int) bool { return rest[order[a]] > rest[order[b]] })
	for i := 0; left > 0; i = (i + 1) % len(order) {
		parts[order[i]]++
		left--
	}
	for i := len(order) - 1; left < 0; i = (i + len(order) - 1) % len(order) { // float error upwards
		if parts[order[i]] > 0 {
			parts[order[i]]--
			left++
		}
	}
	return parts
}
