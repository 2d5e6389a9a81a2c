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
	Homes      []Home
	// Starts has one entry more than there are households: the persons of
	// household i are the rows Starts[i] up to Starts[i+1].
	Starts []int32

	// By person, in the order of the household.
	Births                       []int32 // days since 1 January 1970
	Ages                         []uint8 // on 1 January of the year; 255 is 255 or more
	Statuses                     []Status
	Applicants, Insured, Hopeful []bool
	Learners, Shorts             []bool
	Assessed, Wealth             []int64
	Means                        []int64 // wealth as bijstand counts it
	MeanMonth                    []int64 // cents

	// By childcare contract, in the order of the children.
	CareRows  []int32 // row of the child
	CareKinds []uint8 // Care
	CareHours []int64 // a month
	CarePrice []int64 // cents an hour
	// CareStarts is to contracts what Starts is to persons.
	CareStarts []int32

	// Income by source: main is the wage, profit, benefit or pension by status,
	// side what comes beside it (see sources). What is said of it by name is made
	// from these when it is first asked for, unless Fill has it from the persons.
	main, side []int64
	sources    sources
	split      bool
	money      *money // of a population file
	housing    housing

	own []ownValues // of own data, by field

	household Household // scratch of Fill
	yes, no   []bool    // scratch of everybody and nobody
	zeros     []int64   // scratch of nought
	firsts    []uint8   // scratch of firstChoice
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
			b.Births = append(b.Births, DayNumber(p.Birth))
			b.Ages = append(b.Ages, uint8(min(p.Age, 255)))
			b.Statuses = append(b.Statuses, p.Status)
			b.Applicants = append(b.Applicants, p.Applicant)
			b.Insured = append(b.Insured, p.Insured)
			b.Hopeful = append(b.Hopeful, p.Prospect)
			b.Learners = append(b.Learners, p.Learner)
			b.Shorts = append(b.Shorts, p.Short)
			b.Assessed = append(b.Assessed, int64(p.Assessed))
			b.Wealth = append(b.Wealth, int64(p.Wealth))
			b.Means = append(b.Means, int64(p.Means))
			b.MeanMonth = append(b.MeanMonth, int64(p.MeanMonth))
			main, side := p.parts()
			b.main = append(b.main, int64(main))
			b.side = append(b.side, int64(side))
			b.sources.add(p)
		}
		b.Homes = append(b.Homes, h.Home)
		for _, c := range h.Contracts {
			b.CareRows = append(b.CareRows, b.Starts[len(b.Starts)-1]+int32(c.Child))
			b.CareKinds = append(b.CareKinds, uint8(c.Kind))
			b.CareHours = append(b.CareHours, int64(c.Hours))
			b.CarePrice = append(b.CarePrice, int64(c.Price))
		}
		b.CareStarts = append(b.CareStarts, int32(len(b.CareRows)))
		b.Starts = append(b.Starts, int32(len(b.Ages)))
	}
}

// Contracts is the number of childcare contracts.
func (b *Block) Contracts() int { return len(b.CareRows) }

// everybody gives true for every person, nobody false.
func (b *Block) everybody() []bool { return b.all(&b.yes, true) }
func (b *Block) nobody() []bool    { return b.all(&b.no, false) }

func (b *Block) all(list *[]bool, v bool) []bool {
	n := b.Persons() // and there are never more contracts
	for len(*list) < n {
		*list = append(*list, v)
	}
	return (*list)[:n]
}

// nought gives 0 for every person.
func (b *Block) nought() []int64 {
	for len(b.zeros) < b.Persons() {
		b.zeros = append(b.zeros, 0)
	}
	return b.zeros[:b.Persons()]
}

// firstChoice gives the first value of a list for every person.
func (b *Block) firstChoice() []uint8 {
	for len(b.firsts) < b.Persons() {
		b.firsts = append(b.firsts, 0)
	}
	return b.firsts[:b.Persons()]
}

func (b *Block) reset(first int) {
	b.First = first
	b.Types, b.Weights, b.Disposable = b.Types[:0], b.Weights[:0], b.Disposable[:0]
	b.Homes = b.Homes[:0]
	b.Starts = append(b.Starts[:0], 0)
	b.CareRows, b.CareKinds, b.CareHours, b.CarePrice = b.CareRows[:0], b.CareKinds[:0], b.CareHours[:0], b.CarePrice[:0]
	b.CareStarts = append(b.CareStarts[:0], 0)
	b.housing.made = false
	b.Births, b.Ages, b.Statuses = b.Births[:0], b.Ages[:0], b.Statuses[:0]
	b.Applicants, b.Insured, b.Hopeful = b.Applicants[:0], b.Insured[:0], b.Hopeful[:0]
	b.Learners, b.Shorts = b.Learners[:0], b.Shorts[:0]
	b.Assessed, b.Wealth, b.Means, b.MeanMonth = b.Assessed[:0], b.Wealth[:0], b.Means[:0], b.MeanMonth[:0]
	b.main, b.side, b.split = b.main[:0], b.side[:0], true
	b.sources.reset()
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

// The calendar as day numbers, by eras of 400 years of which each starts on
// 1 March.
const (
	eraDays   = 146_097
	epochDays = 719_468 // from 0000-03-01 to 1970-01-01
)

// DayNumber counts the days since 1 January 1970.
func DayNumber(d rule.Date) int32 {
	y, m := d.Year, d.Month
	if m <= 2 {
		y, m = y-1, m+12
	}
	era := floorDiv(y, 400)
	year := y - era*400
	day := (153*(m-3)+2)/5 + d.Day - 1
	return int32(era*eraDays + year*365 + year/4 - year/100 + day - epochDays)
}

// DateOf is the inverse of DayNumber.
func DateOf(n int32) rule.Date {
	z := int(n) + epochDays
	era := floorDiv(z, eraDays)
	day := z - era*eraDays
	year := (day - day/1460 + day/36_524 - day/146_096) / 365
	day -= 365*year + year/4 - year/100
	m := (5*day + 2) / 153
	d := rule.Date{Year: year + era*400, Month: m + 3, Day: day - (153*m+2)/5 + 1}
	if d.Month > 12 {
		d.Year, d.Month = d.Year+1, d.Month-12
	}
	return d
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func newYear(year int) rule.Date { return rule.Date{Year: year, Month: 1, Day: 1} }
