package column

import "lemniscaat/internal/rule"

// The calendar inside a program: a date is the months since year 0 times 32,
// plus the day of the month. It sorts as a date, and months are added by
// adding.

func packed(d rule.Date) int64 { return int64(d.Year*12+d.Month-1)<<5 | int64(d.Day) }

func unpacked(x int64) rule.Date {
	m := int(x >> 5)
	return rule.Date{Year: m / 12, Month: m%12 + 1, Day: int(x & 31)}
}

// epoch is 1 January 1970 in days since 1 March of year 0.
const epoch = 719468

func leap(y int64) bool { return y&3 == 0 && (y%100 != 0 || y%400 == 0) }

// lastOf gives the last day of a month that is counted from year 0.
func lastOf(month int64) int64 {
	y := month / 12
	switch month - y*12 {
	case 1:
		if leap(y) {
			return 29
		}
		return 28
	case 3, 5, 8, 10:
		return 30
	}
	return 31
}

// realDay reports whether x is a day of the years 1 to 9999.
func realDay(x int64) bool {
	m, d := x>>5, x&31
	return m >= minMonth && m <= maxMonth && d >= 1 && (d <= 28 || d <= lastOf(m))
}

// moved gives a day some months later; a day that the month does not have
// becomes its last.
func moved(x, months int64) int64 {
	x += months << 5
	if x&31 > 28 {
		x = x&^31 | min(x&31, lastOf(x>>5))
	}
	return x
}

// serial counts days since 1 March of year 0.
func serial(x int64) int64 {
	m, d := x>>5, x&31
	y, n := m/12, m%12 // n from 0: January
	if n < 2 {
		y, n = y-1, n+12
	}
	return 365*y + y/4 - y/100 + y/400 + (153*(n-2)+2)/5 + d - 1
}

// fromSerial is the inverse, by the Euclidean affine functions of C. Neri and L.
// Schneider, "Euclidean affine functions and their application to calendar
// algorithms" (Software: Practice and Experience, 2023). It is right for the
// days of the years 1 to 9999 and harmless for any number.
func fromSerial(s int64) int64 {
	n := uint32(s)*4 + 3
	century, n := n/146097, n%146097/4*4+3
	p := uint64(n) * 2939745
	year, n := uint32(p>>32), uint32(p)/2939745/4
	n = 2141*n + 197913
	month, day := n>>16, n&0xffff/2141
	// January and February count as the months 13 and 14 of the year before.
	return (int64(100*century+year)*12+int64(month)-1)<<5 + int64(day) + 1
}

func completed(a, b int64) int64 {
	n := b>>5 - a>>5
	if b&31 < a&31 {
		n--
	}
	return n
}

// between counts completed months, negative when b is before a.
func between(a, b int64) int64 {
	if b < a {
		return -completed(b, a)
	}
	return completed(a, b)
}

// dayOp computes one operation on dates; wrong is 1 where there is no answer.
// It is safe for numbers that are no dates.
func dayOp(c code, x, y, z, k int64) (out int64, wrong uint8) {
	switch c {
	case dayMonthsK:
		return inside(moved(x, k))
	case dayMonths:
		if y > manyDays || y < -manyDays {
			return 0, 1
		}
		return inside(moved(x, y))
	case dayDays:
		if y > manyDays || y < -manyDays {
			return 0, 1
		}
		s := serial(x) + y
		if s < serial(minDay|1) || s > serial(maxDay) {
			return 0, 1
		}
		return fromSerial(s), 0
	case dayFirst:
		return x&^31 | 1, 0
	case dayYear:
		return x>>5/12*12<<5 | 1, 0
	case dayMake:
		if x < 1 || x > 9999 || y < 1 || y > 12 || z < 1 || z > 31 {
			return 0, 1
		}
		out = (x*12+y-1)<<5 | z
		if !realDay(out) {
			return 0, 1
		}
		return out, 0
	case numMonths:
		return between(x, y), 0
	case numYears:
		return between(x, y) / 12, 0
	case numDays:
		return serial(y) - serial(x), 0
	case numPartY:
		return x >> 5 / 12, 0
	case numPartM:
		return x>>5%12 + 1, 0
	case numPartD:
		return x & 31, 0
	}
	panic("BUG: no operation on dates")
}

func inside(x int64) (int64, uint8) {
	if m := x >> 5; m < minMonth || m > maxMonth {
		return 0, 1
	}
	return x, 0
}
