package run

import (
	"context"
	"fmt"

	"lemniscaat/internal/population"
	"lemniscaat/internal/simulate"
)

// Synthetic makes the population of a question, for a Library.
func Synthetic(_ context.Context, q Question) (simulate.People, error) {
	p, err := q.Synthetic()
	if err != nil {
		return nil, err
	}
	return p, nil
}

// Synthetic makes the synthetic population of a question.
func (q Question) Synthetic() (*population.Population, error) {
	spec, err := population.Parse(q.Population)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrOther, err)
	}
	spec.Seed, spec.Year, spec.Households = q.Seed, q.Year, q.Households
	return population.New(spec)
}
