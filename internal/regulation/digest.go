package regulation

// RuleDigest identifies a rule: its canonical text and the values of the
// parameters that it reads. It starts with "regel:".
type RuleDigest string

// ContentDigest identifies the content of a regulation: rules, parameters,
// steps and outcomes; for a regulation without rules its text. It starts with
// "inhoud:".
type ContentDigest string

// SetDigest identifies a whole set. It starts with "regelset:".
type SetDigest string
