package rule

import "regexp"

var bwbID = regexp.MustCompile(`^BWB[RVW][0-9]{7}$`)

// IsBWB reports whether a text is an identifier of the Basiswettenbestand:
// "BWBR0018451".
func IsBWB(id string) bool { return bwbID.MatchString(id) }
