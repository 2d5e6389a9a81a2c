package regelspraak

import (
	"strings"

	"lemniscaat/internal/rule"
)

// unit is one source with its tokens, cut into blocks.
type unit struct {
	src      *Source
	text     string // as scanned: src.Text in composed characters
	tokens   []token
	comments []comment
	blocks   []block
}

// blockKind is what the first word of a block announces.
type blockKind uint8

const (
	blockObject blockKind = iota
	blockDomain
	blockParameter
	blockFact
	blockReciprocal
	blockRule
	blockGroup
	blockUnits
	blockRefused // a construct outside the profile
)

// block is one declaration or rule: the tokens [from, to) of its unit. words
// is the number of words of the heading ("Wederkerig feittype" is two).
type block struct {
	kind     blockKind
	name     string // blockRefused: the construct
	unit     *unit
	from, to int
	words    int
	comments []comment // directly above it
}

func (b *block) head() *token { return &b.unit.tokens[b.from] }

// pos gives the place of a token.
func (u *unit) pos(t *token) rule.Pos {
	return rule.Pos{File: u.src.File, Line: int(t.line), Column: int(t.column)}
}

// endPos gives the place just after a token.
func (u *unit) endPos(t *token) rule.Pos {
	return rule.Pos{File: u.src.File, Line: int(t.line),
		Column: int(t.column) + len([]rune(u.text[t.start:t.end]))}
}

// refused lists the headings that RegelSpraak has and the profile has not.
var refused = map[string]string{
	"Dagsoort": "een dagsoort", "Dagsoortdefinitie": "een dagsoort", "Tijdlijn": "een tijdlijn",
	"Dimensie": "een dimensie", "Startpunt": "een startpunt",
	"Verdeling": "een verdeling", "Regelset": "een regelset",
}

// heading recognises the first token of a block.
func heading(tokens []token, i int) (k blockKind, name string, words int, ok bool) {
	t := &tokens[i]
	if !t.first || t.kind != kindWord {
		return 0, "", 0, false
	}
	switch t.text {
	case "Objecttype":
		return blockObject, "", 1, true
	case "Domein":
		return blockDomain, "", 1, true
	case "Parameter":
		return blockParameter, "", 1, true
	case "Feittype":
		return blockFact, "", 1, true
	case "Wederkerig":
		if i+1 < len(tokens) && tokens[i+1].is("feittype") {
			return blockReciprocal, "", 2, true
		}
	case "Regel", "Beslistabel", "Consistentieregel":
		return blockRule, "", 1, true
	case "Eenheidsysteem":
		return blockUnits, "", 1, true
	case "Regelgroep":
		return blockGroup, "", 1, true
	}
	if name, ok := refused[t.text]; ok {
		return blockRefused, name, 1, true
	}
	return 0, "", 0, false
}

// open scans a source and cuts it into blocks; nil when it is refused whole.
func (p *parser) open(src *Source) *unit {
	u := &unit{src: src}
	if len(src.Text) > maxBlock {
		p.report(errorAt(rule.Pos{File: src.File, Line: max(src.Line, 1), Column: 1}, CodeLimit,
			"dit blok is te groot om te lezen", "verdeel het over meer blokken van hoogstens 1 MB"))
		return nil
	}
	u.text = compose(src.Text)
	u.tokens, u.comments = scan(u.text, src.Line)
	p.sources = append(p.sources, u)

	for i := range u.tokens {
		if k, name, words, ok := heading(u.tokens, i); ok {
			if n := len(u.blocks); n > 0 {
				u.blocks[n-1].to = i
			}
			u.blocks = append(u.blocks, block{kind: k, name: name, unit: u, from: i, words: words})
		}
	}
	last := len(u.tokens) - 1 // kindEnd
	if n := len(u.blocks); n > 0 {
		u.blocks[n-1].to = last
	}
	if stray := u.tokens[:last]; len(stray) > 0 && (len(u.blocks) == 0 || u.blocks[0].from > 0) {
		p.report(errorAt(u.pos(&stray[0]), CodeHeading, "hier begint geen declaratie of regel: "+quote(u.line(0)),
			headingHint(stray[0].text)))
	}
	p.attach(u)
	return u
}

// line gives the text of the line that token i begins, cut short.
func (u *unit) line(i int) string {
	j := i
	for u.tokens[j+1].kind != kindEnd && !u.tokens[j+1].first {
		j++
	}
	return shorten(strings.Join(strings.Fields(u.text[u.tokens[i].start:u.tokens[j].end]), " "), 60)
}

func headingHint(found string) string {
	words := []string{"Objecttype", "Domein", "Eenheidsysteem", "Parameter", "Feittype", "Wederkerig feittype", "Regel", "Beslistabel", "Regelgroep"}
	if best := nearest(found, words); best != "" {
		return "bedoelde u " + quote(best) + "?"
	}
	return "begin met " + either(words)
}

// attach gives every block the comments that stand between it and the text
// before it, and says so when an Id or Bron belongs to no rule.
func (p *parser) attach(u *unit) {
	if len(u.comments) == 0 {
		return
	}
	at := 0
	for bi := range u.blocks {
		b := &u.blocks[bi]
		above := int32(0)
		if b.from > 0 {
			above = u.tokens[b.from-1].line
		}
		for ; at < len(u.comments) && u.comments[at].line < b.head().line; at++ {
			c := u.comments[at]
			if c.line > above && b.kind == blockRule {
				b.comments = append(b.comments, c)
			} else {
				p.strayComment(u, c)
			}
		}
	}
	for ; at < len(u.comments); at++ {
		p.strayComment(u, u.comments[at])
	}
}

func (p *parser) strayComment(u *unit, c comment) {
	key, _, ok := annotation(c.text)
	if !ok {
		return
	}
	d := errorAt(rule.Pos{File: u.src.File, Line: int(c.line), Column: int(c.column)}, CodeAnnotation,
		"deze "+quote(key+":")+" hoort bij geen regel", "zet hem direct boven "+quote("Regel …"))
	d.Severity = rule.Warning
	p.report(d)
}

// annotation reads "Id: …" or "Bron: …".
func annotation(text string) (key, value string, ok bool) {
	key, value, ok = strings.Cut(text, ":")
	key = strings.TrimSpace(key)
	if !ok || key != "Id" && key != "Bron" {
		return "", "", false
	}
	return key, strings.TrimSpace(value), true
}
