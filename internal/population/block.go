package population

import "lemniscaat/internal/rule"

// Block is a run of consecutive households as columns: what evaluating in
// blocks, and a population file, work on. Its memory is reused by every Fill
// and Read. Amounts are in euros a year unless said otherwise.
type Block struct {
	First int // index of the first household in its population

	// By household.
	Types      []Type
	Weights    []int64 // millionths
	Disposable []int64
	// Starts has one entry more than there are households: the persons of
	// household i are the rows Starts[i] up to Starts[i+1].
	Starts []int32

	// By person, in the order of the household.
	Births                       []int32 // (year·12 + month − 1)·32 + day
	Ages                         []uint8 // on 1 January of the year; 255 is 255 or more
	Statuses                     []Status
	Applicants, Insured, Hopeful []bool
	Assessed, Wealth             []int64
	MeanMonth                    []int64 // cents

	household Household // scratch of Fill
}

// Len is the number of households.
func (b *Block) Len() int { return len(b.Types) }

// Persons is the number of persons.
func (b *Block) Persons() int { return len(b.Ages) }

// Fill makes n households from first on.
func (b *Block) Fill(from Source, first, n int) {
	b.reset(first)
	h := &b.household
	for i := first; i < first+n; i++ {
		from.Household(i, h)
		b.Types = append(b.Types, h.Type)
		b.Weights = append(b.Weights, h.Weight)
		b.Disposable = append(b.Disposable, int64(h.Disposable))
		for m := range h.Persons {
			p := &h.Persons[m]
			b.Births = append(b.Births, dayNumber(p.Birth))
			b.Ages = append(b.Ages, uint8(min(p.Age, 255)))
			b.Statuses = append(b.Statuses, p.Status)
			b.Applicants = append(b.Applicants, p.Applicant)
			b.Insured = append(b.Insured, p.Insured)
			b.Hopeful = append(b.Hopeful, p.Prospect)
			b.Assessed = append(b.Assessed, int64(p.Assessed))
			b.Wealth = append(b.Wealth, int64(p.Wealth))
			b.MeanMonth = append(b.MeanMonth, int64(p.MeanMonth))
		}
		b.Starts = append(b.Starts, int32(len(b.Ages)))
	}
}

func (b *Block) reset(first int) {
	b.First = first
	b.Types, b.Weights, b.Disposable = b.Types[:0], b.Weights[:0], b.Disposable[:0]
	b.Starts = append(b.Starts[:0], 0)
	b.Births, b.Ages, b.Statuses = b.Births[:0], b.Ages[:0], b.Statuses[:0]
	b.Applicants, b.Insured, b.Hopeful = b.Applicants[:0], b.Insured[:0], b.Hopeful[:0]
	b.Assessed, b.Wealth, b.MeanMonth = b.Assessed[:0], b.Wealth[:0], b.MeanMonth[:0]
}

// Blocks is a Source that has its columns at hand.
type Blocks interface {
	Source
	// Block makes n households from first on in b; it is safe for concurrent
	// use with different b.
	Block(first, n int, b *Block) error
}

// Rows gives the households of any source as columns.
func Rows(s Source) Blocks {
	if b, ok := s.(Blocks); ok {
		return b
	}
	return rows{s}
}

type rows struct{ Source }

func (r rows) Block(first, n int, b *Block) error {
	b.Fill(r.Source, first, n)
	return nil
}

// dayNumber writes a date as one number that sorts as dates do: the months since
// year 0 times 32, plus the day of the month. Rules in blocks have dates so.
func dayNumber(d rule.Date) int32 { return int32(d.Year*12+d.Month-1)<<5 | int32(d.Day) }

// dateOf is the inverse of dayNumber.
func dateOf(n int32) rule.Date {
	return rule.Date{Year: int(n >> 5 / 12), Month: int(n>>5%12) + 1, Day: int(n & 31)}
}
