package regelspraak

import (
	"lemniscaat/internal/rule"
)

// scope is what "hij", "zijn" and the names of objects mean at some place: the
// subject of the rule, or inside a subselection the element with the outer
// scopes behind it.
type scope struct {
	binding *rule.Binding
	// role names an element ("het lid"); nil for the subject of a rule, which
	// is named by its object type or kenmerk.
	role      *rule.Role
	parent    *scope
	variables []*variable // of the rule version; only in the outermost scope
}

// named reports whether a symbol names the object of this scope when it is
// used in scope from, and gives its article. The subject of a rule goes by its
// kenmerk ("de aanvrager") or its object type ("de persoon"); but among
// elements of that type "de persoon" could be taken for one of them, so there
// a subject that has a kenmerk goes by that alone.
func (s *scope) named(sym symbol, from *scope) (article string, ok bool) {
	switch {
	case sym.plural || sym.broken:
		return "", false
	case s.role != nil:
		return s.role.Article, sym.role == s.role
	case s.binding.Kenmerk != nil && sym.attribute == s.binding.Kenmerk:
		return sym.attribute.Article, true
	case sym.object != nil && sym.object == s.binding.Object:
		for ; s.binding.Kenmerk != nil && from != s; from = from.parent {
			if from.binding.Object == sym.object {
				return "", false
			}
		}
		return sym.object.Article, true
	}
	return "", false
}

// speaksOf reports whether a symbol names the object of this scope or of one
// around it.
func (s *scope) speaksOf(sym symbol) bool {
	for o := s; o != nil; o = o.parent {
		if _, ok := o.named(sym, s); ok {
			return true
		}
	}
	return false
}

// element opens the scope of the objects that a to-many role leads to.
func (s *scope) element(r *rule.Role) *scope {
	return &scope{
		binding: &rule.Binding{Object: r.Target, Depth: s.binding.Depth + 1},
		role:    r, parent: s,
	}
}

// all gives the variables that are in reach.
func (s *scope) all() []*variable {
	for s.parent != nil {
		s = s.parent
	}
	return s.variables
}
