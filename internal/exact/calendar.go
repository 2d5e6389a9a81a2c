package exact

import "lemniscaat/internal/rule"

// day is a date as year·10000 + month·100 + day: it sorts as a number and fits
// the fast form of a number.
type day int64

func toDay(d rule.Date) day { return day(d.Year*10000 + d.Month*100 + d.Day) }

func (d day) parts() (y, m, dd int) { return int(d / 10000), int(d / 100 % 100), int(d % 100) }

func (d day) date() rule.Date {
	y, m, dd := d.parts()
	return rule.Date{Year: y, Month: m, Day: dd}
}

const (
	minYear = 1
	maxYear = 9999
)

func leap(y int) bool { return y%4 == 0 && (y%100 != 0 || y%400 == 0) }

func lastDay(y, m int) int {
	switch m {
	case 2:
		if leap(y) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// validDate reports whether the day exists and lies in the years 1–9999.
func validDate(d rule.Date) bool {
	return d.Year >= minYear && d.Year <= maxYear && d.Month >= 1 && d.Month <= 12 &&
		d.Day >= 1 && d.Day <= lastDay(d.Year, d.Month)
}

// serial counts days since 1 March of year 0 (proleptic Gregorian): the usual
// trick of letting the year start in March, so that the leap day comes last.
func (d day) serial() int64 {
	y, m, dd := d.parts()
	if m <= 2 {
		y, m = y-1, m+12
	}
	return int64(365*y+y/4-y/100+y/400+(153*(m-3)+2)/5) + int64(dd) - 1
}

func fromSerial(s int64) day {
	// The inverse: 146,097 days in 400 years.
	era := s / 146097
	doe := s % 146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	dd := doy - (153*mp+2)/5 + 1
	m, y := mp+3, yoe+era*400
	if m > 12 {
		m, y = m-12, y+1
	}
	return day(y*10000 + m*100 + dd)
}

// shift moves by n whole units; ok is false outside the years 1–9999.
func (d day) shift(n int64, u rule.TimeUnit) (day, bool) {
	const far = 4_000_000 // more days, months or years than the calendar has
	if n > far || n < -far {
		return 0, false
	}
	if u == rule.Days {
		s := d.serial() + n
		if s < day(minYear*10000+101).serial() || s > day(maxYear*10000+1231).serial() {
			return 0, false
		}
		return fromSerial(s), true
	}
	if u == rule.Years {
		n *= 12
	}
	y, m, dd := d.parts()
	t := int64(y)*12 + int64(m-1) + n
	if t < minYear*12 || t > maxYear*12+11 {
		return 0, false
	}
	y, m = int(t/12), int(t%12)+1
	return day(y*10000 + m*100 + min(dd, lastDay(y, m))), true
}

// firstDay gives the first day of the month or year of d, or of the next one.
func (d day) firstDay(u rule.TimeUnit, next bool) (day, bool) {
	y, m, _ := d.parts()
	if u == rule.Years {
		m = 1
	}
	f := day(y*10000 + m*100 + 1)
	if !next {
		return f, true
	}
	return f.shift(1, u)
}

// between counts completed units from a to b; negative when b is before a.
// Whoever is born on 29 February completes a year on 1 March of other years,
// and 31 January to 28 February is not yet a month.
func between(a, b day, u rule.TimeUnit) int64 {
	if b < a {
		return -between(b, a, u)
	}
	if u == rule.Days {
		return b.serial() - a.serial()
	}
	ay, am, ad := a.parts()
	by, bm, bd := b.parts()
	months := (by-ay)*12 + bm - am
	if bd < ad {
		months--
	}
	if u == rule.Years {
		return int64(months / 12)
	}
	return int64(months)
}
