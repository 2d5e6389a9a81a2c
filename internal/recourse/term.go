package recourse

import (
	"time"

	"lemniscaat/internal/rule"
)

// TermDays is the term for an objection: six weeks (Awb 6:7), from the day
// after the decision was made known (Awb 6:8 lid 1).
const TermDays = 42

// LastDay gives the last day to object to a decision that was made known
// on a day. A term that ends on a Saturday, a Sunday or a public holiday runs on
// until the next day that is none of these (Algemene termijnenwet, artikel 1 en
// 3). It does not know the days that the government makes equal to those for one
// year: then the true last day is later, never earlier.
func LastDay(known rule.Date) rule.Date {
	d := known.AddDays(TermDays)
	for holiday(d) {
		d = d.AddDays(1)
	}
	return d
}

// holiday reports whether a term does not end on a day: Algemene termijnenwet,
// artikel 1 (weekend) and artikel 3 (holidays; Good Friday by lid 2).
func holiday(d rule.Date) bool {
	t := time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC)
	if w := t.Weekday(); w == time.Saturday || w == time.Sunday {
		return true
	}
	switch [2]int{d.Month, d.Day} {
	case [2]int{1, 1}, [2]int{5, 5}, [2]int{12, 25}, [2]int{12, 26}:
		return true
	}
	easter := easterOf(d.Year)
	for _, days := range []int{-2, 1, 39, 50} { // Good Friday, Easter Monday, Ascension, Whit Monday
		if d == easter.AddDays(days) {
			return true
		}
	}
	return d == kingsDay(d.Year)
}

// kingsDay gives the day on which the birthday of the King is kept: since 2014
// 27 April, before that 30 April; the day before when that is a Sunday.
func kingsDay(year int) rule.Date {
	d := rule.Date{Year: year, Month: 4, Day: 27}
	if year < 2014 {
		d.Day = 30
	}
	if time.Date(d.Year, time.April, d.Day, 0, 0, 0, 0, time.UTC).Weekday() == time.Sunday {
		d.Day--
	}
	return d
}

// easterOf gives Easter Sunday in the Gregorian calendar (the anonymous
// algorithm of 1876, as in Meeus, Astronomical Algorithms, chapter 8).
func easterOf(y int) rule.Date {
	a, b, c := y%19, y/100, y%100
	d, e := b/4, b%4
	f := (b + 8) / 25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return rule.Date{Year: y, Month: n / 31, Day: n%31 + 1}
}
