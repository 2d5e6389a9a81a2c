// Package table says what the tables of both databases have in common: how an instant
// and a fact are written in their columns, and how counts are asked of the cube. It
// knows no driver; who asks, and what a parameter looks like, is up to a store.
package table

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"lemniscaat/internal/outcome"
)

// Moment is an instant as a database has it, in microseconds; the zero time is 0.
func Moment(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// Instant is what Moment was made of, in UTC.
func Instant(micro int64) time.Time {
	if micro == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micro).UTC()
}

// Flags of a fact in one number.
const (
	flagWeighs = 1 << iota
	flagLate
	flagAsked
	flagSynthetic
)

// contacts are numbered in the database in this order.
var contacts = []outcome.Contact{outcome.NoContact, outcome.Spoken, outcome.NotReached}

// Flags gives the flags of a fact as a number.
func Flags(f outcome.Fact) int {
	flags := 0
	for _, x := range []struct {
		on   bool
		flag int
	}{{f.Weighs, flagWeighs}, {f.Late, flagLate}, {f.Asked, flagAsked}, {f.Synthetic, flagSynthetic}} {
		if x.on {
			flags |= x.flag
		}
	}
	return flags
}

func setFlags(f *outcome.Fact, flags int) {
	f.Weighs, f.Late, f.Asked, f.Synthetic = flags&flagWeighs != 0, flags&flagLate != 0, flags&flagAsked != 0, flags&flagSynthetic != 0
}

// Contact gives the number of a contact in the database.
func Contact(c outcome.Contact) int { return max(0, slices.Index(contacts, c)) }

// ErrDamaged marks rows that are not what the program wrote.
var ErrDamaged = errors.New("rij onleesbaar")

// FactColumns are the columns of a fact, in the order of Row.Into.
const FactColumns = `batch, source, name, zaak, cell, groups, version, exception, contact, day, flags, amount, loss, share`

// Row is a fact as its columns have it: texts that come back often, and cells, are
// numbers.
type Row struct {
	Batch                                                         uint64
	source, cell, groups, version, exception, contact, day, flags int64
	name, zaak, amount, loss, share                               string
}

// Into gives where FactColumns are read to.
func (r *Row) Into() []any {
	return []any{&r.Batch, &r.source, &r.name, &r.zaak, &r.cell, &r.groups, &r.version, &r.exception, &r.contact, &r.day, &r.flags, &r.amount, &r.loss, &r.share}
}

// Decoder makes facts of rows.
type Decoder struct {
	Cells  map[int64]outcome.Cell
	Words  map[int64]string
	groups map[int64]map[string]string
}

// Fact gives the fact of a row; ErrDamaged when it points to what is not there.
func (d *Decoder) Fact(r *Row) (outcome.Fact, error) {
	c, ok := d.Cells[r.cell]
	if !ok || r.contact < 0 || r.contact >= int64(len(contacts)) {
		return outcome.Fact{}, fmt.Errorf("%w: feit in batch %d verwijst naar iets dat er niet is", ErrDamaged, r.Batch)
	}
	if d.groups == nil {
		d.groups = map[int64]map[string]string{}
	}
	if d.groups[r.groups] == nil {
		d.groups[r.groups] = outcome.ParseGroups(d.Words[r.groups])
	}
	var f outcome.Fact
	f.ID, f.Case, f.Source, f.Groups, f.Version, f.Exception = r.name, r.zaak, d.Words[r.source], d.groups[r.groups], d.Words[r.version], d.Words[r.exception]
	f.Regulation, f.Article, f.Step, f.Class, f.Ground = c.Regulation, c.Article, c.Step, c.Class, c.Ground
	f.Contact, f.Date = contacts[r.contact], outcome.DayOf(int(r.day))
	setFlags(&f, int(r.flags))
	for _, b := range []struct {
		to   *outcome.Band
		text string
	}{{&f.Amount, r.amount}, {&f.Loss, r.loss}, {&f.Share, r.share}} {
		if *b.to, ok = outcome.ParseBand(b.text); !ok {
			return outcome.Fact{}, fmt.Errorf("%w: feit in batch %d heeft een klasse %q", ErrDamaged, r.Batch, b.text)
		}
	}
	return f, nil
}

// Counts are the columns with counts of the cube, in the order of Into and Values.
const Counts = `n, weighs, unheard, unreached, excepted, late, asked, synthetic, amount, loss, shares, share_tenth`

// Into gives where a row with counts is read to.
func Into(c *outcome.Counts) []any {
	return []any{&c.N, &c.Weighs, &c.Unheard, &c.Unreached, &c.Excepted, &c.Late, &c.Asked, &c.Synthetic, &c.Amount, &c.Loss, &c.Shares, &c.ShareTenth}
}

// Values gives what is written in a row with counts.
func Values(c outcome.Counts) []int64 {
	return []int64{c.N, c.Weighs, c.Unheard, c.Unreached, c.Excepted, c.Late, c.Asked, c.Synthetic, c.Amount, c.Loss, c.Shares, c.ShareTenth}
}

// Range is how a query on the cube is asked: of which table, and of which days or
// weeks, named Unit; both ends are in it.
type Range struct {
	Table, Unit string
	From, Until int
}

// RangeOf gives it.
func RangeOf(q outcome.Query) Range {
	r := Range{"cube", "week", -1 << 31, 1 << 31}
	if q.Exact {
		r.Table, r.Unit = "cube_day", "day"
	}
	if !q.From.IsZero() {
		r.From = outcome.Day(q.From)
	}
	if !q.Until.IsZero() {
		r.Until = outcome.Day(q.Until)
	}
	return r
}

// Columns gives what is selected of a row of the cube: its cell, its week (0 when
// nobody asks), the sums; and what they are grouped by. zero and whole are how a
// database writes the number 0 and casts a sum.
func (r Range) Columns(q outcome.Query, zero, whole string) (columns, by string) {
	week := zero
	by = "cell"
	if q.By&outcome.ByWeek != 0 {
		week = r.Unit
		if q.Exact { // the Monday of a day
			week = `day - (day + 3) % 7`
		}
		by = "cell, 2"
	}
	var totals []string
	for c := range strings.SplitSeq(Counts, ", ") {
		totals = append(totals, "sum("+c+")"+whole)
	}
	return "cell, " + week + ", " + strings.Join(totals, ", "), by
}

// Sums are the counts of the cells that a query asks for.
type Sums map[outcome.Cell]*outcome.Counts

// Add adds what a row of Columns holds.
func (s Sums) Add(q outcome.Query, cell outcome.Cell, week int, c outcome.Counts) {
	if q.By&outcome.ByWeek != 0 {
		cell.Week = outcome.DayOf(week)
	}
	cell = q.Reduce(cell)
	if s[cell] == nil {
		s[cell] = &outcome.Counts{}
	}
	s[cell].Add(c)
}

// Sorted gives them in the order of cells.
func (s Sums) Sorted() []outcome.Counted {
	out := make([]outcome.Counted, 0, len(s))
	for c, n := range s {
		out = append(out, outcome.Counted{Cell: c, Counts: *n})
	}
	slices.SortFunc(out, outcome.CompareCells)
	return out
}

// When is a cell, by its number, at a week or a day.
type When struct {
	Cell int64
	Day  int
}

// Tally is what is counted at each cell, by week or by day.
type Tally map[When]*outcome.Counts

// Add adds counts at a place.
func (t Tally) Add(at When, c outcome.Counts) {
	if t[at] == nil {
		t[at] = &outcome.Counts{}
	}
	t[at].Add(c)
}

// Differs gives in how many places two differ.
func (t Tally) Differs(have Tally) (n int64) {
	for k, c := range t {
		if have[k] == nil || *have[k] != *c {
			n++
		}
	}
	for k := range have {
		if t[k] == nil {
			n++
		}
	}
	return n
}
