package rule

import (
	"errors"
	"fmt"
	"time"
)

// Date is a legal date: a day in the Gregorian calendar, without a time or a
// time zone. The zero Date means "no date".
type Date struct{ Year, Month, Day int }

// ErrDate is returned for text that is not a date that exists.
var ErrDate = errors.New("geen bestaande datum")

// ParseDate reads "2026-06-01".
func ParseDate(s string) (Date, error) {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		return Date{}, fmt.Errorf("%w: %q (verwacht: jjjj-mm-dd, bijvoorbeeld 2026-06-01)", ErrDate, s)
	}
	return Date{t.Year(), int(t.Month()), t.Day()}, nil
}

// MustDate is ParseDate for constants.
func MustDate(s string) Date {
	d, err := ParseDate(s)
	if err != nil {
		panic("BUG: " + err.Error())
	}
	return d
}

// IsZero reports whether there is no date.
func (d Date) IsZero() bool { return d == Date{} }

// Valid reports whether the day exists.
func (d Date) Valid() bool {
	t := d.time()
	return t.Year() == d.Year && int(t.Month()) == d.Month && t.Day() == d.Day
}

func (d Date) time() time.Time {
	return time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC)
}

// Compare gives −1, 0 or 1.
func (d Date) Compare(o Date) int { return d.time().Compare(o.time()) }

// Before reports whether d is earlier than o.
func (d Date) Before(o Date) bool { return d.Compare(o) < 0 }

// After reports whether d is later than o.
func (d Date) After(o Date) bool { return d.Compare(o) > 0 }

// String gives "2026-06-01".
func (d Date) String() string {
	if d.Year < 0 || d.Year > 9999 || d.Month < 0 || d.Month > 99 || d.Day < 0 || d.Day > 99 { // no day at all
		return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
	}
	digit := func(n int) byte { return byte('0' + n%10) }
	return string([]byte{
		digit(d.Year / 1000), digit(d.Year / 100), digit(d.Year / 10), digit(d.Year), '-', digit(d.Month / 10), digit(d.Month), '-', digit(d.Day / 10), digit(d.Day),
	})
}

// MarshalText gives "2026-06-01", or nothing for no date, so that JSON and YAML
// show a date the way people write it here.
func (d Date) MarshalText() ([]byte, error) {
	if d.IsZero() {
		return nil, nil
	}
	return []byte(d.String()), nil
}

// UnmarshalText is the inverse of MarshalText; a day that does not exist is an
// ErrDate.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	v, err := ParseDate(string(b))
	if err != nil {
		return err
	}
	*d = v
	return nil
}

// DaysBetween counts the days from one date to another: 1 from a day to the
// next, negative when to is before from.
func DaysBetween(from, to Date) int {
	const day = 24 * 60 * 60
	return int((to.time().Unix() - from.time().Unix()) / day)
}

// AddDays moves the date by n days.
func (d Date) AddDays(n int) Date {
	t := d.time().AddDate(0, 0, n)
	return Date{t.Year(), int(t.Month()), t.Day()}
}

// AddMonths moves the date by n months; a day that does not exist in the
// target month becomes its last day.
func (d Date) AddMonths(n int) Date {
	m := d.Year*12 + d.Month - 1 + n
	y, mo := m/12, m%12
	if mo < 0 {
		y, mo = y-1, mo+12
	}
	last := time.Date(y, time.Month(mo+2), 0, 0, 0, 0, 0, time.UTC).Day()
	return Date{y, mo + 1, min(d.Day, last)}
}

// AddYears moves the date by n years, 29 February becoming 28 February.
func (d Date) AddYears(n int) Date { return d.AddMonths(12 * n) }

// Of gives the date on the calendar of a location at an instant.
func Of(t time.Time) Date { return Date{t.Year(), int(t.Month()), t.Day()} }
