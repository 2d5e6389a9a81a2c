package regelspraak

// Limits keep a text from exhausting time, memory or the stack. They are far
// above anything a person writes; passing one is an error with a place.
const (
	maxBlock        = 1 << 20 // bytes in one block
	maxSentence     = 2000    // tokens in one sentence
	maxParens       = 40      // parentheses inside each other
	maxDepth        = 8       // bullets inside each other
	maxNameWords    = 24      // words in one name
	maxNameRunes    = 200     // characters in one name
	maxDigits       = 40      // digits in one number
	maxDecimals     = 12      // decimals to round on
	maxReadings     = 30_000  // readings kept while parsing one sentence; see earn
	readingsPerWord = 4       // readings that a word brings along
	maxDiagnostics  = 200     // diagnostics per block
)

// earn makes room for the readings of a sentence, or a row of a table, of n
// words. Ordinary text needs about one reading a word; a sentence may be far
// more complicated than that, but not one after the other, so that a whole
// block takes time in proportion to its length.
func (p *parser) earn(n int) {
	p.readings = max(0, min(p.readings, maxReadings)-readingsPerWord*n)
}
