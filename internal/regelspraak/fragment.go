package regelspraak

import (
	"strings"

	"lemniscaat/internal/rule"
)

// Fragment is a piece of a canonical sentence, so that a page can link a word
// to its definition or put a field in place of a value.
type Fragment struct {
	Kind  FragmentKind
	Text  string
	Ref   string     // id of the parameter, attribute, kenmerk or role; name of the variable
	Type  rule.Type  // of a parameter, literal, attribute or variable
	Value rule.Datum // of a literal
}

// FragmentKind says what a fragment stands for.
type FragmentKind string

// The kinds of fragments.
const (
	FragmentText      FragmentKind = "tekst" // space, line ends, punctuation, pronouns
	FragmentKeyword   FragmentKind = "sleutelwoord"
	FragmentParameter FragmentKind = "parameter"
	FragmentLiteral   FragmentKind = "waarde"
	FragmentAttribute FragmentKind = "attribuut"
	FragmentKenmerk   FragmentKind = "kenmerk"
	FragmentRole      FragmentKind = "rol"
	FragmentVariable  FragmentKind = "variabele"
	FragmentObject    FragmentKind = "objecttype"
)

// PrintParameterised gives the canonical text of a version in fragments.
// Their texts put together are PrintVersion.
func PrintParameterised(v *rule.Version) []Fragment {
	p := &printer{out: make([]Fragment, 0, 64)}
	p.version(v)
	return p.out
}

func joinFragments(fs []Fragment) string {
	var b strings.Builder
	for _, f := range fs {
		b.WriteString(f.Text)
	}
	return b.String()
}
