package receipt

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"lemniscaat/internal/seal"
)

// PackageFormat is the name and version of a package.
const PackageFormat = "lemniscaat/ontvangstbewijs/1"

// Package is a receipt with its opening in one file, for the citizen: it holds
// what went in. Keys are those of who signed, for convenience; who checks trusts
// keys from another road.
type Package struct {
	Format    string      `json:"vorm"`
	Statement string      `json:"bewijs"` // what was signed, with the signature
	Opening   Opening     `json:"opening"`
	Keys      seal.Public `json:"sleutels"`
}

// Text gives the file of a package.
func (p Package) Text() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(p); err != nil {
		return nil, fmt.Errorf("package: %w", err)
	}
	return b.Bytes(), nil
}

// ErrPackage says that a file is no receipt and no package.
var ErrPackage = errors.New("dit is geen ontvangstbewijs (verwacht: het JSON-bestand dat u bij het besluit kreeg, of de tekst van een bewijs)")

// Read reads a package, or the bare text of a receipt: then opening is nil.
func Read(text []byte) (statement string, opening *Opening, err error) {
	trimmed := bytes.TrimLeft(bytes.TrimPrefix(text, []byte("\ufeff")), " \t\r\n")
	switch {
	case bytes.HasPrefix(trimmed, []byte(title)):
		return string(trimmed), nil, nil
	case !bytes.HasPrefix(trimmed, []byte("{")):
		return "", nil, ErrPackage
	}
	var p Package
	if err := strict(trimmed, &p); err != nil || p.Format != PackageFormat || p.Opening.Format != OpeningFormat || len(p.Opening.Salt) != SaltSize {
		return "", nil, ErrPackage
	}
	return p.Statement, &p.Opening, nil
}

// What came of the inputs, the rules and the outcome of a check.
const (
	InputsAbsent = "niet gegeven"
	InputsMatch  = "hoort erbij"
	InputsOther  = "hoort er niet bij"
	// InputsUnsure: the rules are others, so what went in cannot be written down as
	// it was then.
	InputsUnsure = "niet na te gaan"
	RulesSkipped = "niet herrekend"
	RulesSame    = "dezelfde"
	RulesOther   = "andere"
	OutcomeSame  = "gelijk"
	OutcomeOther = "anders"
)

// Check is what came of checking a receipt. Other rules may well give another
// outcome: that is no fault of the receipt.
type Check struct {
	Good        bool     `json:"goed"`
	Receipt     Receipt  `json:"bewijs"`
	Signer      string   `json:"ondertekendDoor"`
	Inputs      string   `json:"invoer"`   // InputsAbsent, InputsMatch, InputsOther or InputsUnsure
	Rules       string   `json:"regels"`   // RulesSkipped, RulesSame or RulesOther
	Outcome     string   `json:"uitkomst"` // RulesSkipped, OutcomeSame or OutcomeOther
	Differences []string `json:"verschillen,omitempty"`
}
