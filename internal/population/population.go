// Package population makes synthetic households of the Netherlands, in which no
// real person is, and reads files of somebody's own data (Own), in which there
// may be. A population is a pure function of its Spec: household i
// can be made alone, in any order and on any thread, and is always the same,
// because every random number is a hash of (seed, household, member, purpose).
// Another N is another population: household i of nl:100 is not household i of
// nl:200.
//
// The margins are CBS StatLine (CC BY 4.0) and other public figures in
// data/marges.csv; what nobody published is an Assumption in
// data/aannames.csv. Money is drawn in float64 and rounded to whole euros at
// once; rules see whole numbers only. Bytes are the same on machines of one
// architecture; another architecture may fuse multiplications and round a few
// amounts differently.
package population

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"sort"
	"strconv"
	"strings"
)

// Version of the generator: it changes when the same Spec gives another
// population.
const Version = "3"

// Years that a population can be made for. After lastLevel the income level of
// that year holds, as a named assumption.
const (
	FirstYear = 2023
	LastYear  = 2035
	lastLevel = 2026
)

// ErrSpec is wrapped by every error about a Spec.
var ErrSpec = errors.New("populatie")

// Spec says which population. The zero Households is the whole country.
type Spec struct {
	N          int // households to make; All for every household of the country
	Seed       uint64
	Year       int     // ages are on 1 January of it, incomes at its level
	Households float64 // weights add up to this; 0: the country
}

// All asks for one synthetic household per real one.
const All = -1

// Parse reads "nl:20000" or "nl:all" (also "nl:alles"); the other fields of
// the Spec are left to the caller.
func Parse(s string) (Spec, error) {
	rest, ok := strings.CutPrefix(s, "nl:")
	switch {
	case ok && (rest == "alles" || rest == "all"):
		return Spec{N: All}, nil
	case ok:
		if n, err := strconv.Atoi(rest); err == nil && n > 0 && rest[0] != '+' {
			return Spec{N: n}, nil
		}
	}
	return Spec{}, fmt.Errorf("%w: %q is geen populatie; schrijf nl: met een aantal huishoudens, bijvoorbeeld nl:20000, of nl:all", ErrSpec, clip(s))
}

func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// Population makes its households on demand. It is immutable and safe for
// concurrent use.
type Population struct {
	spec   Spec
	id     string
	plan   *plan
	money  *money
	strata []stratum
}

// New plans a population; it takes some tens of milliseconds. Households are
// made by Household, At or Fold.
func New(spec Spec) (*Population, error) {
	t, err := load(files)
	if err != nil {
		return nil, fmt.Errorf("population data: %w", err)
	}
	country := int(t.m("huishoudens"))
	if spec.N == All {
		spec.N = country
	}
	if spec.N < 1 || spec.N > country {
		return nil, fmt.Errorf("%w: %d huishoudens kan niet; kies 1 tot en met %d", ErrSpec, spec.N, country)
	}
	if spec.Year < FirstYear || spec.Year > LastYear {
		return nil, fmt.Errorf("%w: voor het jaar %d is geen inkomensniveau opgenomen; kies %d tot en met %d", ErrSpec, spec.Year, FirstYear, LastYear)
	}
	if spec.Households == 0 {
		spec.Households = float64(country)
	}
	if math.IsNaN(spec.Households) || spec.Households < 1 || spec.Households > float64(country) {
		return nil, fmt.Errorf("%w: een gewicht van %g huishoudens kan niet; kies 1 tot en met %d", ErrSpec, spec.Households, country)
	}
	p, err := newPlan(t)
	if err != nil {
		return nil, fmt.Errorf("population plan: %w", err)
	}
	m, err := newMoney(p, spec.Year)
	if err != nil {
		return nil, fmt.Errorf("population incomes: %w", err)
	}
	pop := &Population{spec: spec, plan: p, money: m, strata: p.strata(spec.N, spec.Households)}
	if pop.id, err = identify(spec); err != nil {
		return nil, err
	}
	return pop, nil
}

// identify hashes everything that the households depend on.
func identify(spec Spec) (string, error) {
	h := sha256.New()
	fmt.Fprintf(h, "lemniscaat population %s\n%d %d %d %x\n", Version, spec.N, spec.Seed, spec.Year, math.Float64bits(spec.Households))
	names, err := fs.Glob(files, "data/*.csv")
	if err != nil {
		return "", err
	}
	sort.Strings(names)
	for _, name := range names {
		data, err := files.ReadFile(name)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s %d\n", name, len(data))
		h.Write(data)
	}
	return fmt.Sprintf("nl:%d-%d-%s", spec.N, spec.Year, hex.EncodeToString(h.Sum(nil))[:16]), nil
}

// ID names the population: the same id is the same households, byte for byte.
func (p *Population) ID() string { return p.id }

// Spec gives the specification with defaults filled in.
func (p *Population) Spec() Spec { return p.spec }

// Len is the number of households.
func (p *Population) Len() int { return p.spec.N }

// Assumptions lists what the population rests on beside the published figures.
func (p *Population) Assumptions() []Assumption {
	var list []Assumption
	for _, a := range p.plan.assumptions {
		if a.ID == "gemeente-als-nederland" && p.spec.Households == p.plan.m("huishoudens") ||
			a.ID == "inkomen-laatste-jaar" && p.spec.Year <= lastLevel {
			continue
		}
		list = append(list, a)
	}
	if p.spec.Households != p.plan.m("huishoudens") {
		n := p.spec.Households
		list = append(list, Assumption{ID: "aantal-huishoudens", Value: n, Low: n, High: n, Unit: "huishoudens",
			Text: "De uitkomsten zijn gewogen naar dit aantal huishoudens.", Basis: "opgegeven bij de simulatie"})
	}
	return list
}

// Margins lists the published figures.
func (p *Population) Margins() []Margin { return p.plan.margins }

// At makes household i, 0 ≤ i < Len.
func (p *Population) At(i int) *Household {
	h := new(Household)
	p.Household(i, h)
	return h
}

// Household makes household i in h and reuses its memory.
func (p *Population) Household(i int, h *Household) {
	if i < 0 || i >= p.spec.N {
		panic(fmt.Sprintf("BUG: household %d of %d", i, p.spec.N))
	}
	s := &p.strata[sort.Search(len(p.strata), func(k int) bool { return p.strata[k].first+p.strata[k].n > i })]
	g := generator{plan: p.plan, seed: p.spec.Seed, year: p.spec.Year}
	g.people(s, i, h)
	g.statuses(h)
	p.money.fill(&g, h)
}

// Source makes households: a Population, or hand-made ones in a test.
type Source interface {
	Len() int
	// Household makes household i in h, reusing its memory; it is safe for
	// concurrent use with different h.
	Household(i int, h *Household)
}
