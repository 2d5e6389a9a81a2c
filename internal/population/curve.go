package population

import (
	"errors"
	"math"
	"sort"
)

// line is a function in straight pieces; outside its points the first value
// or the slope of the last piece holds.
type line struct{ x, y []float64 }

func (l *line) add(fields []string) error {
	var x, y float64
	if err := numbers(fields, &x, &y); err != nil {
		return err
	}
	if n := len(l.x); n > 0 && x <= l.x[n-1] {
		return errors.New("de eerste kolom loopt niet op")
	}
	l.x, l.y = append(l.x, x), append(l.y, y)
	return nil
}

func (l *line) at(x float64) float64 {
	n := len(l.x)
	if x <= l.x[0] {
		return l.y[0]
	}
	i := min(sort.SearchFloat64s(l.x, x), n-1)
	return l.y[i-1] + (x-l.x[i-1])*(l.y[i]-l.y[i-1])/(l.x[i]-l.x[i-1])
}

// inverse gives where a line that rises has a value.
func (l *line) inverse(y float64) float64 {
	i := min(max(1, sort.SearchFloat64s(l.y, y)), len(l.y)-1)
	return l.x[i-1] + (y-l.y[i-1])*(l.x[i]-l.x[i-1])/(l.y[i]-l.y[i-1])
}

// quantile is a monotone cubic through knots (u, q), u from 0, with a Pareto
// tail of power alpha above the last knot.
type quantile struct {
	u, q, slope []float64
	alpha       float64
}

// newQuantile fits the slopes so that no piece overshoots: at a knot the
// weighted harmonic mean of the two neighbouring slopes (Fritsch and Butland
// 1984), at the ends the slope of the piece.
func newQuantile(u, q []float64, alpha float64) (*quantile, error) {
	n := len(u)
	if n < 3 || len(q) != n || u[0] != 0 || u[n-1] >= 1 {
		return nil, errors.New("kwantielen: minstens drie punten, vanaf kans 0 en tot onder 1")
	}
	d := make([]float64, n-1)
	for i := range d {
		if u[i+1] <= u[i] || q[i+1] < q[i] {
			return nil, errors.New("kwantielen lopen niet op")
		}
		d[i] = (q[i+1] - q[i]) / (u[i+1] - u[i])
	}
	s := make([]float64, n)
	s[0], s[n-1] = d[0], d[n-2]
	for i := 1; i < n-1; i++ {
		if d[i-1] > 0 && d[i] > 0 {
			a, b := u[i]-u[i-1], u[i+1]-u[i]
			s[i] = 3 * (a + b) / ((2*b+a)/d[i-1] + (b+2*a)/d[i])
		}
	}
	return &quantile{u, q, s, alpha}, nil
}

func (f *quantile) at(u float64) float64 {
	n := len(f.u)
	if u >= f.u[n-1] {
		return f.q[n-1] * math.Pow((1-f.u[n-1])/max(1-u, 1e-9), 1/f.alpha)
	}
	i := max(1, sort.SearchFloat64s(f.u, u))
	h := f.u[i] - f.u[i-1]
	t := (u - f.u[i-1]) / h
	t2, t3 := t*t, t*t*t
	return (2*t3-3*t2+1)*f.q[i-1] + (t3-2*t2+t)*h*f.slope[i-1] + (3*t2-2*t3)*f.q[i] + (t3-t2)*h*f.slope[i]
}

// body is the integral over the knots, without the tail; exact for cubics.
func (f *quantile) body() float64 {
	var sum float64
	for i := 1; i < len(f.u); i++ {
		h := f.u[i] - f.u[i-1]
		sum += h*(f.q[i-1]+f.q[i])/2 + h*h*(f.slope[i-1]-f.slope[i])/12
	}
	return sum
}

// scaled gives the quantile function of a shape with a median and a mean: the
// power of the tail is what the mean asks.
func (s *shape) scaled(median, mean float64) (*quantile, error) {
	q := make([]float64, len(s.q))
	for i, v := range s.q {
		q[i] = v * median
	}
	f, err := newQuantile(s.u, q, 0)
	if err != nil {
		return nil, err
	}
	last := len(q) - 1
	// mean = body + (1−u)·q·α/(α−1)
	ratio := (mean - f.body()) / ((1 - s.u[last]) * q[last])
	if ratio <= 1.02 || ratio > 6 {
		return nil, errors.New("vorm.csv past niet bij mediaan en gemiddelde: de staart zou te dun of te dik zijn")
	}
	f.alpha = ratio / (ratio - 1)
	return f, nil
}

// ranks maps a value to its rank in (0, 1) among a sample.
type ranks struct{ x, u []float64 }

// newRanks keeps 400 points of the sample, which it sorts; equal values share
// the middle of their ranks.
func newRanks(sample []float64) *ranks {
	sort.Float64s(sample)
	n := len(sample)
	r := new(ranks)
	step := max(1, n/400)
	for i := 0; i < n; i += step {
		v := sample[i]
		if m := len(r.x); m > 0 && v <= r.x[m-1] {
			continue
		}
		lo, hi := sort.SearchFloat64s(sample, v), sort.Search(n, func(j int) bool { return sample[j] > v })
		r.x, r.u = append(r.x, v), append(r.u, float64(lo+hi)/2/float64(n))
	}
	if v := sample[n-1]; v > r.x[len(r.x)-1] {
		r.x, r.u = append(r.x, v), append(r.u, (float64(n)-0.5)/float64(n))
	}
	return r
}

func (r *ranks) at(x float64) float64 {
	n := len(r.x)
	switch {
	case x <= r.x[0]:
		return max(1e-6, r.u[0]/(1+r.x[0]-x))
	case x >= r.x[n-1]:
		return 1 - (1-r.u[n-1])*math.Pow(max(r.x[n-1], 1)/max(x, 1), 2)
	}
	i := sort.SearchFloat64s(r.x, x)
	return r.u[i-1] + (x-r.x[i-1])*(r.u[i]-r.u[i-1])/(r.x[i]-r.x[i-1])
}

// middle gives the value that would stand halfway if v were sorted (the later
// of two). It reorders v.
func middle(v []float64) float64 {
	k, lo, hi := len(v)/2, 0, len(v)-1
	for lo < hi {
		pivot := v[lo+(hi-lo)/2]
		i, j := lo, hi
		for i <= j {
			for v[i] < pivot {
				i++
			}
			for v[j] > pivot {
				j--
			}
			if i <= j {
				v[i], v[j] = v[j], v[i]
				i, j = i+1, j-1
			}
		}
		switch {
		case k <= j:
			hi = j
		case k >= i:
			lo = i
		default:
			return v[k]
		}
	}
	return v[k]
}
