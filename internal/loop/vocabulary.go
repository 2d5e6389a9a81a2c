package loop

// Vocabulary is the set of words that a triangle uses for its corners.
type Vocabulary string

// The two vocabularies. The second is that of the Regeling agentschappen 2024
// (Stcrt. 2024, 32572, art. 1): continuïteitsverantwoordelijke is the
// secretaris-generaal who oversees the agency, beleidsverantwoordelijke is who
// asks it for products or services, eindverantwoordelijke binnen het agentschap
// is its highest official.
const (
	Classic Vocabulary = ""
	Agency  Vocabulary = "agentschap"
)

// Valid reports whether it is one of the two.
func (v Vocabulary) Valid() bool { return v == Classic || v == Agency }

// Word gives the word of a corner.
func (v Vocabulary) Word(c Corner) string {
	if v == Agency {
		switch c {
		case Eigenaar:
			return "continuïteitsverantwoordelijke"
		case Opdrachtgever:
			return "beleidsverantwoordelijke"
		case Opdrachtnemer:
			return "eindverantwoordelijke"
		}
	}
	return string(c)
}

// Other gives the other vocabulary.
func (v Vocabulary) Other() Vocabulary {
	if v == Agency {
		return Classic
	}
	return Agency
}
