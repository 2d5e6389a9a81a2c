package loop

import (
	"fmt"
	"strings"
)

// Anchor is a place in a regulation that people can point at. Only Regulation
// is required; Paragraph needs an Article. At most one of Rule, Step and Item
// is given.
type Anchor struct {
	Regulation string `json:"regeling"`
	Article    string `json:"artikel,omitempty"` // id of the article: "artikel-2"
	Paragraph  string `json:"lid,omitempty"`     // "1", "2a"
	Rule       string `json:"regel,omitempty"`   // id of the rule
	Step       string `json:"stap,omitempty"`    // id of the step
	Item       string `json:"stuk,omitempty"`    // letter, form, work instruction or system: "brief:toekenning"
	Version    string `json:"versie,omitempty"`  // digest of the rule version that was looked at; not part of the identity
}

// Key is the identity of the anchor, without its version:
// "zorgtoeslag/artikel-2/lid-1#zorgtoeslag.normpremie". A step is marked with
// "!", an item with "~".
func (a Anchor) Key() string {
	var b strings.Builder
	b.WriteString(a.Regulation)
	if a.Article != "" {
		b.WriteString("/" + a.Article)
	}
	if a.Paragraph != "" {
		b.WriteString("/lid-" + a.Paragraph)
	}
	switch {
	case a.Rule != "":
		b.WriteString("#" + a.Rule)
	case a.Step != "":
		b.WriteString("!" + a.Step)
	case a.Item != "":
		b.WriteString("~" + a.Item)
	}
	return b.String()
}

// ParseAnchor reads what Key gave.
func ParseAnchor(s string) (Anchor, error) {
	var a Anchor
	rest := s
	if i := strings.IndexAny(rest, "#!~"); i >= 0 {
		v := rest[i+1:]
		switch rest[i] {
		case '#':
			a.Rule = v
		case '!':
			a.Step = v
		case '~':
			a.Item = v
		}
		if v == "" {
			return Anchor{}, fmt.Errorf("anker %q: na %q hoort een naam", s, rest[i])
		}
		rest = rest[:i]
	}
	parts := strings.Split(rest, "/")
	a.Regulation, parts = parts[0], parts[1:]
	if len(parts) > 0 {
		a.Article, parts = parts[0], parts[1:]
	}
	if len(parts) > 0 {
		p, ok := strings.CutPrefix(parts[0], "lid-")
		if !ok {
			return Anchor{}, fmt.Errorf("anker %q: %q is geen lid (verwacht: lid-1)", s, parts[0])
		}
		a.Paragraph, parts = p, parts[1:]
	}
	if len(parts) > 0 {
		return Anchor{}, fmt.Errorf("anker %q: te veel delen (verwacht: regeling/artikel/lid-1#regel)", s)
	}
	if err := a.check(); err != nil {
		return Anchor{}, err
	}
	return a, nil
}

func (a Anchor) check() error {
	if a.Regulation == "" {
		return refuse("anker-onbekend", "Het anker noemt geen regeling.", "Kies een regeling en een artikel.")
	}
	if a.Paragraph != "" && a.Article == "" {
		return refuse("anker-onbekend", "Het anker noemt een lid, maar geen artikel.", "Kies het artikel waar het lid in staat.")
	}
	n := 0
	for _, s := range []string{a.Rule, a.Step, a.Item} {
		if s != "" {
			n++
		}
	}
	if n > 1 {
		return refuse("anker-onbekend", "Het anker noemt meer dan één regel, stap of stuk.", "Kies er één.")
	}
	for _, s := range []string{a.Regulation, a.Article, a.Paragraph, a.Rule, a.Step, a.Item, a.Version} {
		if len(s) > 200 || strings.ContainsAny(s, "/\x00\n\r") {
			return refuse("anker-onbekend", "Het anker bevat een naam die niet kan.", "Namen zijn ten hoogste 200 tekens, zonder schuine streep.")
		}
	}
	if strings.ContainsAny(a.Regulation+a.Article+a.Paragraph, "#!~") || strings.HasPrefix(a.Article, "lid-") {
		return refuse("anker-onbekend", "Het anker bevat een naam die niet kan.", "Gebruik in namen geen #, ! of ~.")
	}
	return nil
}

// Contains reports whether b lies inside a: a regulation contains its
// articles, an article its rules.
func (a Anchor) Contains(b Anchor) bool {
	return (a.Regulation == "" || a.Regulation == b.Regulation) &&
		(a.Article == "" || a.Article == b.Article) &&
		(a.Paragraph == "" || a.Paragraph == b.Paragraph) &&
		(a.Rule == "" || a.Rule == b.Rule) &&
		(a.Step == "" || a.Step == b.Step) &&
		(a.Item == "" || a.Item == b.Item)
}

// depth orders scopes: the deepest that contains an anchor is the most
// specific.
func (a Anchor) depth() int {
	n := 0
	for _, s := range []string{a.Regulation, a.Article, a.Paragraph, a.Rule + a.Step + a.Item} {
		if s != "" {
			n++
		}
	}
	return n
}

// JCI gives the link form of the anchor for a regulation with a BWB id, for
// example "jci1.3:c:BWBR0018451&artikel=2&lid=1".
func (a Anchor) JCI(bwb string) string {
	s := "jci1.3:c:" + bwb
	if n, ok := strings.CutPrefix(a.Article, "artikel-"); ok {
		s += "&artikel=" + n
	}
	if a.Paragraph != "" {
		s += "&lid=" + a.Paragraph
	}
	return s
}

// Catalogue knows the regulations that ship with the program: what anchors
// exist, which grounds for maatwerk a place has, and from what loss a decision
// is burdensome. Regulations that the log itself imported are known without it.
type Catalogue interface {
	// Has reports whether the place exists in any version.
	Has(a Anchor) bool
	// Grounds gives the ids of the grounds for maatwerk on a place.
	Grounds(a Anchor) []string
	// ContactThreshold gives the loss in whole cents from which a decision of
	// the regulation is burdensome; ok is false when it has none.
	ContactThreshold(regulation string) (cents int64, ok bool)
}
