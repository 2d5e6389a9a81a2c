package cli

import (
	"fmt"
	"time"

	"lemniscaat/internal/rule"
)

// today is the legal date, in Europe/Amsterdam.
func today(env Env) (rule.Date, error) {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		return rule.Date{}, fmt.Errorf("time zone: %w", err)
	}
	return rule.Of(env.Now().In(zone)), nil
}

// dateFlag is a legal date as an option; zero when not given.
type dateFlag struct{ rule.Date }

// Set reads "2026-06-01".
func (d *dateFlag) Set(s string) error {
	date, err := rule.ParseDate(s)
	if err != nil {
		return &fault{Usage, err}
	}
	if date.Year < 1900 || date.Year > 2200 {
		return usage("%s ligt buiten 1900–2200", date)
	}
	d.Date = date
	return nil
}

// String gives the date, or nothing.
func (d *dateFlag) String() string {
	if d.IsZero() {
		return ""
	}
	return d.Date.String()
}

// Type names the kind of value in the help.
func (d *dateFlag) Type() string { return "datum" }
