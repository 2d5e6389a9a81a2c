package screen

import "time"

// DeniedRow is what was refused in one minute to one account, and how often.
type DeniedRow struct {
	At time.Time
	// Account is its id; Who its name, empty when nobody was signed in.
	Account, Who string
	Operation    string // as in docs/beheer/bevoegdheden.md
	// Why says what would be needed, in Dutch and English.
	Why, WhyEnglish string
	Count           int64
}

// DeniedView is the page of what was refused.
type DeniedView struct {
	Rows []DeniedRow // the latest first
	Days int         // that it looks back
	// More: there is more than is shown.
	More bool
}
