package logic

import (
	"math/big"
	"slices"

	"lemniscaat/internal/rule"
)

// Days are numbered from 1 January 2000.
var epoch = rule.Date{Year: 2000, Month: 1, Day: 1}

var (
	firstDay = DayNumber(rule.Date{Year: 1, Month: 1, Day: 1})
	lastDay  = DayNumber(rule.Date{Year: 9999, Month: 12, Day: 31})
)

// DayNumber counts the days since 1 January 2000, by the length of years and
// months.
func DayNumber(d rule.Date) int64 {
	// Years begin in March, so that a leap day is the last day of a year.
	y, m := int64(d.Year), int64(d.Month)
	if m <= 2 {
		y, m = y-1, m+12
	}
	return 365*y + y/4 - y/100 + y/400 + (153*(m-3)+2)/5 + int64(d.Day) - 730_426
}

func dateOf(n int64) rule.Date { return epoch.AddDays(int(n)) }

// DateOf is the inverse of DayNumber.
func DateOf(n int64) rule.Date { return dateOf(n) }

func dayRat(n int64) *big.Rat { return big.NewRat(n, 1) }

func shift(d rule.Date, n int, unit rule.TimeUnit) rule.Date {
	switch unit {
	case rule.Months:
		return d.AddMonths(n)
	case rule.Years:
		return d.AddYears(n)
	}
	return d.AddDays(n)
}

func first(d rule.Date, unit rule.TimeUnit, next bool) rule.Date {
	d.Day = 1
	if unit == rule.Years {
		d.Month = 1
	}
	if next {
		d = shift(d, 1, unit)
	}
	return d
}

// duration counts completed units, negative when b is before a. Whoever was
// born on 29 February completes a year on 1 March of other years.
func duration(a, b rule.Date, unit rule.TimeUnit) int64 {
	if unit == rule.Days {
		return DayNumber(b) - DayNumber(a)
	}
	if b.Before(a) {
		return -duration(b, a, unit)
	}
	n := int64(b.Year-a.Year)*12 + int64(b.Month-a.Month)
	if b.Day < a.Day {
		n--
	}
	if unit == rule.Years {
		n /= 12
	}
	return n
}

// days gives the days for which a function that never goes the other way has
// its value in the line.
func (l line) days(up bool, f func(rule.Date) int64) line {
	// since gives the first day, in the order in which f goes up, on which its
	// value is at least (or above) x: the bisection needs 22 steps.
	value := func(i int64) *big.Rat {
		n := firstDay + i
		if !up {
			n = lastDay - i
		}
		return dayRat(f(dateOf(n)))
	}
	since := func(x *big.Rat, above bool) int64 {
		low, high := int64(0), lastDay-firstDay+1
		for low < high {
			mid := (low + high) / 2
			if c := value(mid).Cmp(x); c > 0 || c == 0 && !above {
				high = mid
			} else {
				low = mid + 1
			}
		}
		return low
	}
	var out line
	for _, s := range l {
		from, past := int64(0), lastDay-firstDay+1
		if s.lo.at != nil {
			from = since(s.lo.at, s.lo.open)
		}
		if s.hi.at != nil {
			past = since(s.hi.at, !s.hi.open)
		}
		if from >= past {
			continue
		}
		a, b := firstDay+from, firstDay+past-1
		if !up {
			a, b = lastDay-(past-1), lastDay-from
		}
		out = append(out, span{bound{at: dayRat(a)}, bound{at: dayRat(b)}})
	}
	if !up { // spans stay ascending
		slices.Reverse(out)
	}
	return out
}
