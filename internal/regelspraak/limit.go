package regelspraak

// Limits keep a text from exhausting time, memory or the stack. They are far
// above anything a person writes; passing one is an error with a place.
const (
	maxBlock       = 1 << 20 // bytes in one block
	maxSentence    = 2000    // tokens in one sentence
	maxParens      = 40      // parentheses inside each other
	maxDepth       = 8       // bullets inside each other
	maxNameWords   = 24      // words in one name
	maxNameRunes   = 200     // characters in one name
	maxDigits      = 40      // digits in one number
	maxDecimals    = 12      // decimals to round on
	maxReadings    = 30_000  // readings kept while parsing one sentence
	maxDiagnostics = 200     // diagnostics per block
)
