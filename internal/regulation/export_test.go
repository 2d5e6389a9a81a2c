package regulation

import "lemniscaat/internal/rule"

// Rebuild is With without taking anything over: the text of everything is read
// again.
func (s *Set) Rebuild(v Variant) (*Set, rule.Diagnostics) {
	own := *s
	own.scopes = nil
	return own.With(v)
}
