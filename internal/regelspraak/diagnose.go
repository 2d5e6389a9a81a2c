package regelspraak

import (
	"fmt"
	"strings"

	"lemniscaat/internal/rule"
)

// The codes of all diagnostics; docs/regelspraak-profiel.md lists them. They
// are stable: tools and texts may rely on them.
const (
	CodeHeading     = "onbekend-begin"       // a block begins with no known word
	CodeProfile     = "buiten-profiel"       // a RegelSpraak construct that the profile does not have
	CodeDeclaration = "declaratie"           // a declaration line that cannot be read
	CodeType        = "onbekend-type"        // an unknown data type
	CodeDouble      = "dubbele-declaratie"   // a name that is declared twice
	CodeName        = "onbekende-naam"       // a name that nothing declares
	CodeArticle     = "verkeerd-lidwoord"    // warning: de/het
	CodeSyntax      = "onverwacht"           // found something else than what is accepted here
	CodeStop        = "punt-ontbreekt"       // a sentence without its full stop
	CodeBullet      = "opsomming"            // depth, introduction or content of a list
	CodeAndOr       = "en-of"                // "en" or "of" between conditions
	CodeMismatch    = "verkeerd-type"        // a value of another type than is needed
	CodeUnit        = "verkeerde-eenheid"    // a number of another unit
	CodePlural      = "meervoudige-rol"      // one object is needed, the role gives several
	CodeAmbiguous   = "dubbelzinnig"         // two readings that both make sense
	CodeValidity    = "geldigheid"           // a validity that cannot be read
	CodeOverlap     = "overlappende-versies" // two versions of a rule on one day
	CodeAnnotation  = "aantekening"          // a wrong Id or Bron
	CodeRuleID      = "regel-id"             // warning: a rule without Id; error: a wrong one
	CodeVariable    = "variabele"            // a variable that is declared twice, unused, or in a circle
	CodeQuantity    = "onmogelijk-aantal"    // "ten minste drie van" two conditions
	CodeNumber      = "getal"                // a number or date that cannot be read
	CodeLimit       = "limiet"               // a text that passes a limit
	CodeRounding    = "afronding"            // a rounding that cannot be
	CodeWhole       = "geen-geheel-getal"    // a fraction where a whole number is needed
	CodeTable       = "beslistabel"          // the shape of a table: cells, row numbers, headings
	CodeMany        = "te-veel-meldingen"    // the rest of the diagnostics of a block is left out
)

func errorAt(pos rule.Pos, code, message, hint string) rule.Diagnostic {
	return rule.Diagnostic{Severity: rule.Error, Code: code, Pos: pos, Message: message, Hint: hint}
}

// report keeps a diagnostic, up to the limit per file.
func (p *parser) report(d rule.Diagnostic) {
	if d.Severity == rule.Error {
		p.errors++
	}
	n := p.perFile[d.Pos.File]
	p.perFile[d.Pos.File] = n + 1
	switch {
	case n < maxDiagnostics:
		p.found = append(p.found, d)
	case n == maxDiagnostics:
		p.found = append(p.found, errorAt(d.Pos, CodeMany, "er zijn te veel fouten; de rest is weggelaten",
			"verbeter eerst de fouten hierboven"))
	}
}

// full reports whether nothing more is said of the file at hand.
func (p *parser) full() bool { return p.perFile[p.file] > maxDiagnostics }

// finish gives the diagnostics by place, each once.
func (p *parser) finish() rule.Diagnostics {
	p.found.Sort()
	var out rule.Diagnostics
	for _, d := range p.found {
		if n := len(out); n > 0 && out[n-1] == d {
			continue
		}
		out = append(out, d)
	}
	return out
}

// quote marks a piece of text in a message.
func quote(s string) string { return "«" + s + "»" }

// shorten cuts s to n characters.
func shorten(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}

// either joins "a", "b" of "c".
func either(items []string) string { return enumerate(items, "of") }

func enumerate(items []string, word string) string {
	switch n := len(items); n {
	case 0:
		return ""
	case 1:
		return items[0]
	default:
		return strings.Join(items[:n-1], ", ") + " " + word + " " + items[n-1]
	}
}

// place says where something stands, for messages about two places.
func place(p rule.Pos) string {
	if p.File == "" {
		return fmt.Sprintf("regel %d", p.Line)
	}
	return fmt.Sprintf("%s, regel %d", p.File, p.Line)
}

// show names a token in a message.
func (u *unit) show(t *token) string {
	switch {
	case t.kind == kindEnd && t.text == "|":
		return "het einde van de cel"
	case t.kind == kindEnd:
		return "het einde van de zin"
	case t.kind == kindBullet:
		return "een opsommingsteken"
	case t.kind == kindList:
		return "een opsomming"
	case t.kind == kindText:
		return quote("'" + shorten(t.text, 40) + "'")
	}
	return quote(shorten(t.text, 40))
}

// describe names a type in a message.
func (p *parser) describe(t rule.Type) string {
	switch t.Kind {
	case rule.Boolean:
		return "waar of onwaar"
	case rule.Number:
		s := "een getal"
		if t.Whole {
			s = "een geheel getal"
		}
		switch words := DescribeUnit(p.units, t.Unit); {
		case t.Unit == "":
			return s
		case strings.HasPrefix(words, "per "):
			return s + " " + words + " (" + t.Unit + ")"
		default:
			return s + " in " + words + " (" + t.Unit + ")"
		}
	case rule.Amount:
		if per, ok := strings.CutPrefix(DescribeUnit(p.units, t.Unit), "euro "); ok {
			return "een bedrag " + per + " (" + t.Unit + ")"
		}
		return "een bedrag"
	case rule.Percentage:
		return "een percentage"
	case rule.DateKind:
		return "een datum"
	case rule.Text:
		return "een tekst"
	case rule.Enum:
		if t.Domain != nil {
			return "een waarde van " + t.Domain.Name
		}
	case rule.Object:
		if t.Object != nil {
			return "een object (" + lowerName(t.Object.Name) + ")"
		}
	}
	return "iets zonder bekend type"
}
