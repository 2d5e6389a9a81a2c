package simulate

import (
	"cmp"
	"fmt"
	"math/big"

	"lemniscaat/internal/rule"
)

// Failure is a rule that could not be computed for some units. They are left
// out of every number.
type Failure struct {
	Code    string
	Rule    string // id; empty when no rule can be named
	Message string // of the first one, in household order
	Units   int64  `form:"-"` // weighted
	Rows    int
	// Hidden: so few that the number is not shown.
	Hidden  bool   `form:"-"`
	Example string `form:"-"` // "synthetisch huishouden 17: …"
	first   int    // household
	weight  int64
}

// failureKey tells failures apart.
type failureKey struct{ code, rule string }

func (k failureKey) compare(o failureKey) int {
	return cmp.Or(cmp.Compare(k.code, o.code), cmp.Compare(k.rule, o.rule))
}

func formFailureKey(f *form, k *failureKey) {
	f.text(&k.code)
	f.text(&k.rule)
}

// form carries what evaluating knows.
func (x *Failure) form(f *form) {
	f.text(&x.Code)
	f.text(&x.Rule)
	f.text(&x.Message)
	f.int(&x.Rows)
	f.int(&x.first)
	f.int64(&x.weight)
}

// codeAmount is the failure of an outcome that is no amount to pay.
const codeAmount = "onjuist-bedrag"

// fail counts the failure of a unit. Units come in household order; words gives
// the error, and is asked for the first one only: computing it takes long.
func (f *findings) fail(s, side, household int, weight int64, key failureKey, words func() error) {
	failed(f.failures[s][side], household, weight, key, words)
}

// failed counts a failure among others.
func failed(at map[failureKey]*Failure, household int, weight int64, key failureKey, words func() error) {
	have := at[key]
	if have == nil || household < have.first {
		now := &Failure{Code: key.code, Rule: key.rule, Message: words().Error(), first: household}
		if have != nil {
			now.weight, now.Rows = have.weight, have.Rows
		}
		have = now
		at[key] = have
	}
	have.weight += weight
	have.Rows++
}

func mergeFailures(into, from map[failureKey]*Failure) {
	for key, f := range from {
		have := into[key]
		if have == nil {
			into[key] = f
			continue
		}
		if f.first < have.first {
			have, f = f, have
			into[key] = have
		}
		have.weight += f.weight
		have.Rows += f.Rows
	}
}

type errAmount struct{ message string }

func (e errAmount) Error() string { return e.message }

// maxBits bounds an outcome in cents.
const maxBits = 50

// wrong gives the error of an outcome that is no whole, non-negative number of
// cents.
func wrong(a *rule.Attribute, d rule.Datum) error {
	if d.Num.Sign() < 0 {
		return errAmount{fmt.Sprintf("De uitkomst %s is negatief: %s.", a.ID(), d)}
	}
	if d.Num.Cmp(new(big.Rat).SetInt(new(big.Int).Lsh(big.NewInt(1), maxBits))) > 0 {
		return errAmount{fmt.Sprintf("De uitkomst %s is onwaarschijnlijk groot: %s.", a.ID(), d)}
	}
	return errAmount{fmt.Sprintf("De uitkomst %s is niet afgerond op hele centen: %s.", a.ID(), d)}
}
