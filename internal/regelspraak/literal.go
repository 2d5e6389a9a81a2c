package regelspraak

import (
	"math/big"
	"strconv"
	"strings"

	"lemniscaat/internal/rule"
)

// months are the names of the months, from 1.
var months = [...]string{1: "januari", 2: "februari", 3: "maart", 4: "april", 5: "mei", 6: "juni",
	7: "juli", 8: "augustus", 9: "september", 10: "oktober", 11: "november", 12: "december"}

func monthOf(t *token) int {
	if t.kind != kindWord {
		return 0
	}
	for i := 1; i < len(months); i++ {
		if t.fold == months[i] {
			return i
		}
	}
	return 0
}

// tens are the powers of ten from 0.
var tens = [...]int64{1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000}

// parseNumber reads a Dutch number: points between groups of three digits, a
// comma before the decimals.
func parseNumber(text string) (n *big.Rat, whole bool, hint string) {
	digits := strings.TrimPrefix(text, "-")
	head, tail, comma := strings.Cut(digits, ",")
	if strings.ContainsAny(tail, ".,") {
		return nil, false, "een getal heeft één komma, en punten alleen tussen duizendtallen: 1.336,50"
	}
	if strings.Contains(head, ".") {
		groups := strings.Split(head, ".")
		good := len(groups[0]) <= 3
		for _, g := range groups[1:] {
			good = good && len(g) == 3
		}
		if !good {
			return nil, false, "schrijf decimalen na een komma: " + strings.Replace(digits, ".", ",", 1)
		}
		head = strings.Join(groups, "")
	}
	if len(head)+len(tail) > maxDigits {
		return nil, false, "een getal heeft hoogstens " + strconv.Itoa(maxDigits) + " cijfers"
	}
	r, ok := new(big.Rat), true
	if n, err := strconv.ParseInt(head+tail, 10, 64); err == nil && len(tail) < len(tens) { // the usual case
		r.SetFrac64(n, tens[len(tail)])
	} else {
		s := head
		if comma {
			s += "." + tail
		}
		r, ok = r.SetString(s)
	}
	if !ok {
		return nil, false, "schrijf een getal als 1.336,50"
	}
	if strings.HasPrefix(text, "-") {
		r.Neg(r)
	}
	return r, r.IsInt(), ""
}

// parseDate reads d-m-jjjj.
func parseDate(text string) (d rule.Date, hint string) {
	parts := strings.Split(text, "-")
	if len(parts[0]) == 4 {
		return rule.Date{}, "schrijf de dag voorop: " + strings.TrimLeft(parts[2], "0") + "-" + strings.TrimLeft(parts[1], "0") + "-" + parts[0]
	}
	if len(parts[2]) != 4 || len(parts[0]) > 2 || len(parts[1]) > 2 {
		return rule.Date{}, "schrijf een datum als 1-7-2026 of 1 juli 2026"
	}
	n := make([]int, 3)
	for i, s := range parts {
		n[i], _ = strconv.Atoi(s)
	}
	d = rule.Date{Year: n[2], Month: n[1], Day: n[0]}
	if d.Year < 1 || !d.Valid() {
		return rule.Date{}, "deze dag bestaat niet"
	}
	return d, ""
}

// writtenDate reads "1 juli 2026" from three tokens; end is -1 when they are
// not that.
func writtenDate(tok func(int) *token, i int) (d rule.Date, end int, hint string) {
	day, year := tok(i), tok(i+2)
	month := monthOf(tok(i + 1))
	if day.kind != kindNumber || month == 0 || year.kind != kindNumber || len(year.text) != 4 || strings.ContainsAny(year.text+day.text, ".,-") {
		return rule.Date{}, -1, ""
	}
	y, _ := strconv.Atoi(year.text)
	n, err := strconv.Atoi(day.text)
	d = rule.Date{Year: y, Month: month, Day: n}
	if err != nil || y < 1 || !d.Valid() {
		return rule.Date{}, i + 3, "deze dag bestaat niet"
	}
	return d, i + 3, ""
}

// literals reads a constant at i.
func (g *region) literals(i int) []reading {
	t := g.tok(i)
	pos := g.u.pos(t)
	one := func(end int, typ rule.Type, v rule.Datum) []reading {
		v.Kind = typ.Kind
		return g.keep(nil, reading{end: end, expr: &rule.Literal{Node: rule.Node{Typ: typ, Pos: pos}, Value: v}})
	}
	bad := func(end int, code, message, hint string) []reading {
		return g.keep(nil, reading{end: end, expr: broken(pos), faults: wrong(func() rule.Diagnostic {
			return errorAt(pos, code, message, hint)
		})})
	}
	badUnit := func(end int, message, hint string) []reading {
		at := g.pos(i + 1)
		return g.keep(nil, reading{end: end, expr: broken(pos), faults: wrong(func() rule.Diagnostic {
			return errorAt(at, CodeUnit, message, hint)
		})})
	}
	switch {
	case t.kind == kindDate:
		d, hint := parseDate(t.text)
		if hint != "" {
			return bad(i+1, CodeNumber, "geen datum: "+quote(t.text), hint)
		}
		return one(i+1, rule.Type{Kind: rule.DateKind}, rule.Datum{Date: d})

	case t.kind == kindText:
		var out []reading
		lit := func(typ rule.Type) {
			out = g.keep(out, reading{end: i + 1, expr: &rule.Literal{Node: rule.Node{Typ: typ, Pos: pos},
				Value: rule.Datum{Kind: typ.Kind, Text: t.text}}})
		}
		for _, d := range g.p.model.Domains {
			if contains(d.Values, t.text) {
				lit(rule.Type{Kind: rule.Enum, Domain: d})
			}
		}
		lit(rule.Type{Kind: rule.Text})
		return out

	case t.is("€"):
		if g.tok(i+1).kind != kindNumber {
			g.need(i+1, wantNumber)
			return nil
		}
		n, _, hint := parseNumber(g.tok(i + 1).text)
		if hint != "" {
			return bad(i+2, CodeNumber, "geen getal: "+quote(g.tok(i+1).text), hint)
		}
		return one(i+2, rule.Type{Kind: rule.Amount, Unit: "€"}, rule.Datum{Num: n})

	case t.kind == kindNumber:
		if d, end, hint := writtenDate(g.tok, i); end > 0 {
			if hint != "" {
				return bad(end, CodeNumber, "geen datum: "+quote(joinWords(g.toks[i:end])), hint)
			}
			return one(end, rule.Type{Kind: rule.DateKind}, rule.Datum{Date: d})
		}
		n, whole, hint := parseNumber(t.text)
		next := g.tok(i + 1)
		if hint != "" {
			end := i + 1
			if _, n, unknown := g.p.unitAt(g.toks, i+1); n > 0 && unknown == "" {
				end += n
			} else if next.is("%") {
				end++
			}
			return bad(end, CodeNumber, "geen getal: "+quote(t.text), hint)
		}
		unit, length, unknown := g.p.unitAt(g.toks, i+1)
		if length > 0 && unknown == "" {
			end, written := i+1+length, joinTight(g.toks[i+1:i+1+length])
			if per := g.tok(end); per.is("per") && g.tok(end+1).kind == kindWord {
				if of := g.p.symbolOf(g.tok(end + 1).text); of != "" {
					return badUnit(end+2, "onbekende eenheid: "+quote(written+" per "+g.tok(end+1).text), "schrijf "+quote(t.text+" "+written+"/"+of))
				}
			}
			typ := rule.Type{Kind: kindOf(unit), Unit: unit}
			typ.Whole = whole && typ.Kind == rule.Number
			return one(end, typ, rule.Datum{Num: n})
		}
		switch {
		case next.is("%"):
			return one(i+2, rule.Type{Kind: rule.Percentage}, rule.Datum{Num: n})
		case length > 1 || strings.Contains(unknown, "/"): // "5 €/maand"
			hint := "declareer de eenheid in een Eenheidsysteem"
			if best := g.p.symbolOf(unknown); best != "" {
				hint = "bedoelde u " + quote(strings.Replace(joinTight(g.toks[i+1:i+1+length]), unknown, best, 1)) + "?"
			}
			return badUnit(i+1+length, "onbekende eenheid: "+quote(joinTight(g.toks[i+1:i+1+length])), hint)
		case next.is("procent"):
			return badUnit(i+2, "onbekende eenheid: "+quote(next.text), "schrijf "+quote(t.text+"%"))
		case next.kind == kindWord && !operators[next.text] && g.p.inFull(next.text) != "":
			return badUnit(i+2, "onbekende eenheid: "+quote(next.text), "schrijf "+quote(t.text+" "+g.p.inFull(next.text)))
		}
		return one(i+1, rule.Type{Kind: rule.Number, Whole: whole}, rule.Datum{Num: n})

	case t.is("waar") || t.is("onwaar"):
		return one(i+1, rule.Type{Kind: rule.Boolean}, rule.Datum{Bool: t.is("waar")})
	}
	return nil
}
