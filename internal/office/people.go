package office

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"lemniscaat/internal/exhibit"
	"lemniscaat/internal/population"
	view "lemniscaat/internal/screen"
)

// diagnoses keeps what was found of the population of a year: the same every
// time, and worth some tenths of a second.
type diagnoses struct {
	mu sync.Mutex
	of map[string]*population.Diagnosis // by id of the population
}

// Diagnosis compares the population that this installation simulates on with
// every published figure. It is that of the country, in the year of today.
func (o *Office) Diagnosis(ctx context.Context) (*population.Diagnosis, error) {
	d, _, err := o.diagnose(ctx)
	return d, err
}

func (o *Office) diagnose(ctx context.Context) (*population.Diagnosis, *population.Population, error) {
	spec, err := population.Parse(o.Population)
	if err != nil {
		return nil, nil, err
	}
	spec.Seed, spec.Year = seed, o.today().Year
	o.mu.Lock()
	p, err := o.planned(spec)
	o.mu.Unlock()
	if err != nil {
		return nil, nil, fmt.Errorf("population %s: %w", o.Population, err)
	}
	o.diagnosed.mu.Lock()
	defer o.diagnosed.mu.Unlock()
	if d := o.diagnosed.of[p.ID()]; d != nil {
		return d, p, nil
	}
	d, err := population.Diagnose(ctx, p, runtime.GOMAXPROCS(0))
	if err != nil {
		return nil, nil, fmt.Errorf("diagnose %s: %w", p.ID(), err)
	}
	o.diagnosed.of = map[string]*population.Diagnosis{p.ID(): d} // one year is enough
	return d, p, nil
}

// Inhabitants is the page of that population.
func (o *Office) Inhabitants(ctx context.Context, _ string) (view.RunView, error) {
	d, p, err := o.diagnose(ctx)
	if err != nil {
		return view.RunView{}, err
	}
	return exhibit.People(d, p.Assumptions()), nil
}
