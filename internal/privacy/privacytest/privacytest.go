// Package privacytest holds an attacker who takes every number that is published and
// works out what follows: with the equations between them, solved exactly, and with
// the least and the most that a number can be.
package privacytest

import (
	"math"
	"math/big"
)

// Attacker knows linear equations between numbers that are not negative, and asks
// what follows from them.
type Attacker struct {
	// Vars is how many variables there are; set it before the first equation.
	Vars int
	rows [][]float64 // coefficients, and last what they add up to
}

// Equation says that the sum of coefficients times variables is a value.
func (a *Attacker) Equation(of map[int]float64, value float64) {
	row := make([]float64, a.Vars+1)
	for v, k := range of {
		row[v] += k
	}
	row[a.Vars] = value
	a.rows = append(a.rows, row)
}

// Known is what follows from equations.
type Known struct {
	rows   [][]*big.Rat
	pivots []int
	vars   int
}

// Solve brings the equations in reduced echelon form, exactly.
func (a *Attacker) Solve() Known {
	rows, pivots := a.reduced()
	return Known{rows, pivots, a.Vars}
}

func (a *Attacker) reduced() (rows [][]*big.Rat, pivots []int) {
	for _, r := range a.rows {
		x := make([]*big.Rat, len(r))
		for i, k := range r {
			x[i] = new(big.Rat).SetFloat64(k)
		}
		rows = append(rows, x)
	}
	at := 0
	for c := 0; c < a.Vars && at < len(rows); c++ {
		p := at
		for p < len(rows) && rows[p][c].Sign() == 0 {
			p++
		}
		if p == len(rows) {
			continue
		}
		rows[at], rows[p] = rows[p], rows[at]
		inv := new(big.Rat).Inv(rows[at][c])
		for k := c; k <= a.Vars; k++ {
			if rows[at][k].Sign() != 0 {
				rows[at][k] = new(big.Rat).Mul(rows[at][k], inv)
			}
		}
		for i := range rows {
			if i == at || rows[i][c].Sign() == 0 {
				continue
			}
			f := rows[i][c]
			for k := c; k <= a.Vars; k++ {
				if rows[at][k].Sign() != 0 {
					rows[i][k] = new(big.Rat).Sub(rows[i][k], new(big.Rat).Mul(f, rows[at][k]))
				}
			}
		}
		pivots = append(pivots, c)
		at++
	}
	return rows[:at], pivots
}

// Follows reports whether the sum of some variables follows from the equations alone,
// and its value.
func (k Known) Follows(sum ...int) (*big.Rat, bool) {
	rows, pivots, vars := k.rows, k.pivots, k.vars
	left := make([]*big.Rat, vars+1)
	for i := range left {
		left[i] = new(big.Rat)
	}
	for _, v := range sum {
		left[v].Add(left[v], big.NewRat(1, 1))
	}
	value := new(big.Rat)
	for i, c := range pivots {
		f := new(big.Rat).Set(left[c])
		if f.Sign() == 0 {
			continue
		}
		for k := range vars {
			if rows[i][k].Sign() != 0 {
				left[k].Sub(left[k], new(big.Rat).Mul(f, rows[i][k]))
			}
		}
		value.Add(value, new(big.Rat).Mul(f, rows[i][vars]))
	}
	for k := range vars {
		if left[k].Sign() != 0 {
			return nil, false
		}
	}
	return value, true
}

// Bounds gives the least and the most that a variable can be: the simplex method,
// with a big penalty for what does not fit.
func (a *Attacker) Bounds(v int) (low, high float64) {
	return a.best(v, 1), a.best(v, -1)
}

// best minimises sign × variable.
func (a *Attacker) best(v int, sign float64) float64 {
	m, n := len(a.rows), a.Vars
	// The tableau: variables, one artificial for each row, the value.
	t := make([][]float64, m+1)
	basis := make([]int, m)
	for i, r := range a.rows {
		t[i] = make([]float64, n+m+1)
		s := 1.0
		if r[n] < 0 {
			s = -1
		}
		for k := range n {
			t[i][k] = s * r[k]
		}
		t[i][n+i], t[i][n+m], basis[i] = 1, s*r[n], n+i
	}
	for phase := range 2 {
		cost := make([]float64, n+m+1)
		if phase == 0 {
			for k := n; k < n+m; k++ {
				cost[k] = 1
			}
		} else {
			cost[v] = sign
		}
		t[m] = cost
		for i, b := range basis {
			if f := t[m][b]; f != 0 {
				for k := range t[m] {
					t[m][k] -= f * t[i][k]
				}
			}
		}
		last := n + m
		if phase == 1 {
			last = n // artificial ones do not come back
		}
		for range 10000 {
			c := -1
			for k := range last { // Bland: never round in circles
				if t[m][k] < -1e-7 {
					c = k
					break
				}
			}
			if c < 0 {
				break
			}
			p, least := -1, math.Inf(1)
			for i := range m {
				if t[i][c] > 1e-7 {
					if q := t[i][n+m] / t[i][c]; q < least-1e-9 || q < least+1e-9 && p >= 0 && basis[i] < basis[p] {
						p, least = i, q
					}
				}
			}
			if p < 0 {
				return sign * math.Inf(-1)
			}
			f := t[p][c]
			for k := range t[p] {
				t[p][k] /= f
			}
			for i := range t {
				if g := t[i][c]; i != p && g != 0 {
					for k := range t[i] {
						t[i][k] -= g * t[p][k]
					}
				}
			}
			basis[p] = c
		}
	}
	for i, b := range basis {
		if b == v {
			return t[i][n+m]
		}
	}
	return 0
}
