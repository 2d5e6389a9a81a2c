package titrate_test

import (
	"context"
	"errors"
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"lemniscaat/internal/titrate"
)

func rat(f float64) *big.Rat { return new(big.Rat).SetFloat64(f) }

// of makes a search over whole numbers from 0 to size, of a function.
func of(size int64, target float64, f func(x float64) float64) (titrate.Search, *int) {
	runs := new(int)
	return titrate.Search{
		Low: new(big.Rat), High: big.NewRat(size, 1), Grain: big.NewRat(1, 1), Target: target,
		Try: func(_ context.Context, values []*big.Rat, exact bool) ([]titrate.Figure, error) {
			*runs++
			var out []titrate.Figure
			if len(values) > titrate.AtOnce {
				return nil, errors.New("too many at once")
			}
			for _, v := range values {
				x, _ := v.Float64()
				y := f(x)
				fig := titrate.Figure{Value: y, Low: y, High: y}
				if exact {
					fig.Low, fig.High = y-10, y+20
				}
				out = append(out, fig)
			}
			return out, nil
		},
	}, runs
}

func find(t *testing.T, s titrate.Search) *titrate.Result {
	t.Helper()
	r, err := titrate.Find(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestLine: 3 x + 1 = 1000 at x = 333; the interval of the figure is 10 below
// and 20 above, so that x may be from 333 − 20/3 up to 333 + 10/3.
func TestLine(t *testing.T) {
	t.Parallel()
	s, runs := of(100_000, 1000, func(x float64) float64 { return 3*x + 1 })
	r := find(t, s)
	if len(r.Answers) != 1 || r.Answers[0].Value.Cmp(rat(333)) != 0 || !r.Even || r.Answers[0].Jump {
		t.Fatalf("%+v", r)
	}
	a := r.Answers[0]
	if a.Low.Cmp(rat(326)) != 0 || a.High.Cmp(rat(336)) != 0 {
		t.Errorf("interval %v to %v", a.Low, a.High)
	}
	if *runs > 8 {
		t.Errorf("%d runs for a straight line", *runs)
	}
}

// TestHill: (x − 500)² passes 10,000 at 400 and at 600; today is 580.
func TestHill(t *testing.T) {
	t.Parallel()
	s, _ := of(1000, 10_000, func(x float64) float64 { return (x - 500) * (x - 500) })
	s.Now = rat(580)
	r := find(t, s)
	if len(r.Answers) != 2 || r.Even || r.Answers[0].Value.Cmp(rat(600)) != 0 || r.Answers[1].Value.Cmp(rat(400)) != 0 {
		t.Fatalf("%+v", r)
	}
}

// TestOutOfReach: there is no answer, and the nearest is told.
func TestOutOfReach(t *testing.T) {
	t.Parallel()
	s, _ := of(1000, -5, func(x float64) float64 { return x * 2 })
	r := find(t, s)
	if len(r.Answers) != 0 || r.Nearest.Value.Sign() != 0 || r.Nearest.Figure != 0 || !r.Even {
		t.Fatalf("%+v", r)
	}
}

// TestJump: the figure jumps over the goal between 699 and 700.
func TestJump(t *testing.T) {
	t.Parallel()
	s, _ := of(1000, 50, func(x float64) float64 {
		if x < 700 {
			return 0
		}
		return 100
	})
	r := find(t, s)
	if len(r.Answers) != 1 || !r.Answers[0].Jump || r.Answers[0].Value.Cmp(rat(699)) != 0 {
		t.Fatalf("%+v", r.Answers)
	}
}

// TestFlat: every value is on the goal; the ends of the range are told.
func TestFlat(t *testing.T) {
	t.Parallel()
	s, _ := of(1000, 7, func(float64) float64 { return 7 })
	r := find(t, s)
	if len(r.Answers) != 2 || r.Answers[0].Value.Sign() != 0 || r.Answers[1].Value.Cmp(rat(1000)) != 0 {
		t.Fatalf("%+v", r.Answers)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	good, _ := of(1000, 1, math.Sqrt)
	broken := errors.New("broken")
	for name, change := range map[string]func(*titrate.Search){
		"no grain":   func(s *titrate.Search) { s.Grain = new(big.Rat) },
		"empty":      func(s *titrate.Search) { s.High = s.Low },
		"less":       func(s *titrate.Search) { s.Grain = big.NewRat(2000, 1) },
		"too many":   func(s *titrate.Search) { s.Grain = big.NewRat(1, 100_000_000) },
		"no number":  func(s *titrate.Search) { s.Target = math.NaN() },
		"no goal":    func(s *titrate.Search) { s.Target = math.Inf(1) },
		"no low end": func(s *titrate.Search) { s.Low = nil },
	} {
		s := good
		change(&s)
		if _, err := titrate.Find(context.Background(), s); !errors.Is(err, titrate.ErrSpec) {
			t.Errorf("%s: %v", name, err)
		}
	}
	good.Try = func(context.Context, []*big.Rat, bool) ([]titrate.Figure, error) { return nil, broken }
	if _, err := titrate.Find(context.Background(), good); !errors.Is(err, broken) {
		t.Errorf("an error of a run: %v", err)
	}
}

// TestSteps: for a rising staircase the answer is where it passes the goal.
func TestSteps(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.Int64Range(1, 5000).Draw(t, "size")
		stair := rapid.SliceOfN(rapid.Float64Range(0, 100), 1, 30).Draw(t, "stair")
		f := func(x float64) float64 {
			sum := 0.0
			for i := range stair {
				if x >= float64(size)*float64(i)/float64(len(stair)) {
					sum += stair[i]
				}
			}
			return sum
		}
		target := rapid.Float64Range(0, 3000).Draw(t, "target")
		s, _ := of(size, target, f)
		r, err := titrate.Find(context.Background(), s)
		if err != nil {
			t.Fatal(err)
		}
		if in := f(0) <= target && target <= f(float64(size)); in != (len(r.Answers) > 0) {
			t.Fatalf("%d answers", len(r.Answers))
		}
		for _, a := range r.Answers {
			x, _ := a.Value.Float64()
			best := math.Abs(f(x) - target)
			for _, y := range []float64{x - 1, x + 1} {
				if y >= 0 && y <= float64(size) && math.Abs(f(y)-target) < best-1e-9 {
					t.Fatalf("at %v the goal is %v off, and at %v nearer", x, best, y)
				}
			}
		}
	})
}
