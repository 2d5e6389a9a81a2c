package regelspraak

import (
	"lemniscaat/internal/rule"
)

// mistake explains what people write who know Dutch better than the profile,
// with the form that is meant.
func (g *region) mistake(t *token, pos rule.Pos) (rule.Diagnostic, bool) {
	prev := &token{}
	if g.far > 0 {
		prev = g.tok(g.far - 1)
	}
	next := g.tok(g.far + 1)
	subject := g.wantsName(nameSubject) || g.wants&wantSubject != 0
	say := func(message, hint string) (rule.Diagnostic, bool) {
		return errorAt(pos, CodeSyntax, message, hint), true
	}
	if t.is(",") && (next.is("maximaal") || next.is("minimaal")) { // ", maximaal 5 €"
		t, pos, next = next, g.pos(g.far+1), g.tok(g.far+2)
	}
	here := "onverwacht: " + g.u.show(t)
	switch {
	case (t.is("elke") || t.is("elk") || t.is("iedere") || t.is("ieder") || t.is("alle")) && (subject || g.far == 0):
		return say(here, "schrijf "+quote("een")+": een regel over "+quote("een persoon")+" geldt voor iedereen")
	case subject && (t.is("de") || t.is("het")) && g.named(g.far+1, func(s symbol) bool { return s.object != nil || s.attribute != nil && s.attribute.Kind == rule.Noun }):
		return say("het onderwerp van een regel is nog niet bekend; gevonden: "+g.u.show(t), "schrijf "+quote("een "+next.text))
	case g.far == 0 && g.named(0, func(s symbol) bool { return s.plural && (s.object != nil || s.attribute != nil) }):
		return say("een regel gaat over één tegelijk; gevonden: "+g.u.show(t), "schrijf "+quote("Een persoon …")+"; de regel geldt voor iedereen")
	case t.is("alle") && g.wants&wantCondition != 0:
		return say("een voorwaarde gaat over één tegelijk; gevonden: "+g.u.show(t),
			"tel wie er niet aan voldoet: "+quote("het aantal leden van zijn huishouden die niet verzekerd zijn is gelijk aan 0"))
	case t.is("tussen"):
		return say(here, "schrijf twee voorwaarden in een opsomming: "+quote("is groter dan of gelijk aan …")+" en "+quote("is kleiner dan …"))
	case t.is("als") && g.wants&wantIndien != 0, t.is("wanneer"), t.is("mits"):
		return say(here, "schrijf "+quote("indien"))
	case t.is(",") && next.is("indien"):
		return say("voor "+quote("indien")+" staat geen komma; gevonden: "+g.u.show(t), "laat de komma weg")
	case t.is("niet") && next.is("voldoet"), t.is("voldoet") && prev.is("niet"), t.is("niet") && next.is("aan"):
		return say(here, "zeg aan hoeveel voorwaarden wel wordt voldaan: "+either([]string{quote("geen van de volgende voorwaarden"), quote("ten hoogste één van de volgende voorwaarden")}))
	case prev.is("geen") && g.named(g.far, func(s symbol) bool { return s.attribute != nil && s.attribute.Kind == rule.Value || s.role != nil }):
		return say(quote(g.phrase(g.far))+" is geen kenmerk; gevonden: "+g.u.show(t), "vraag of het er is: "+either([]string{quote("… is leeg"), quote("… is gevuld")}))
	case g.wants&wantMoet != 0 && (t.is("is") || t.is("wordt")):
		return say(here, "schrijf "+either([]string{quote("moet gesteld worden op"), quote("moet berekend worden als")}))
	case t.is("worden") && prev.is("moet"):
		return say("onverwacht na "+quote("moet")+": "+g.u.show(t), "schrijf "+either([]string{quote("moet gesteld worden op"), quote("moet berekend worden als")}))
	case t.is("som") && prev.is("de"):
		return say("hier is niet te lezen wat wordt opgeteld; gevonden: "+g.u.show(t),
			quote("de som van")+" neemt een attribuut van meer objecten samen: "+quote("de som van het inkomen van de leden van zijn huishouden")+"; twee waarden telt u op met "+quote("plus"))
	case (t.is("plus") || t.is("min") || t.is("maal") || t.is("gedeeld")) && g.summed():
		return say("na "+quote("de som van")+" staat één attribuut; gevonden: "+g.u.show(t), "geef de berekening een eigen attribuut met een eigen regel, en neem dat samen")
	case t.is("hoogste") || t.is("grootste"):
		return say(here, "schrijf "+either([]string{quote("het maximum van het … van de …"), quote("de maximale waarde van A en B")}))
	case t.is("laagste") || t.is("kleinste"):
		return say(here, "schrijf "+either([]string{quote("het minimum van het … van de …"), quote("de minimale waarde van A en B")}))
	case t.is("afgerond"):
		return say("hier staat niet hoe er wordt afgerond; gevonden: "+g.u.show(t), "schrijf "+either([]string{quote("naar beneden afgerond"), quote("naar boven afgerond"),
			quote("rekenkundig afgerond"), quote("richting nul afgerond"), quote("weg van nul afgerond")}))
	case t.is("minstens"), t.is("minimaal"), g.words(g.far, "ten", "minste") > 0 && g.wants&wantQuantity == 0, g.words(g.far, "met", "ten", "minste") > 0:
		return say(here, "schrijf "+either([]string{quote("groter dan of gelijk aan"), quote(", met een minimum van …")}))
	case t.is("hoogstens"), t.is("maximaal"), g.words(g.far, "ten", "hoogste") > 0 && g.wants&wantQuantity == 0, g.words(g.far, "met", "ten", "hoogste") > 0:
		return say(here, "schrijf "+either([]string{quote("kleiner dan of gelijk aan"), quote(", met een maximum van …")}))
	case prev.is("een") && g.named(g.far, func(s symbol) bool { return s.role != nil }):
		return say(quote(t.text)+" is een rol en geen kenmerk; gevonden: "+g.u.show(t), "vraag of die er is: "+quote("De "+t.text+" van een persoon moet gevuld zijn")+", "+quote("zijn "+t.text+" is gevuld"))
	}
	return rule.Diagnostic{}, false
}

func (g *region) wantsName(k nameKind) bool {
	for _, n := range g.wantNames {
		if n.kind == k {
			return true
		}
	}
	return false
}

// named reports whether a name that begins at token i can stand for something.
func (g *region) named(i int, good func(symbol) bool) bool {
	for _, m := range g.p.names.at(g.toks, i) {
		for _, s := range m.symbols {
			if !s.broken && good(s) {
				return true
			}
		}
	}
	return false
}

// summed reports whether the name that ended at the furthest token is what an
// aggregation takes together.
func (g *region) summed() bool {
	at := g.matched - 2 // "van het"
	if at < 1 || !g.tok(at).is("van") {
		return false
	}
	op := g.tok(at - 1)
	return op.is("som") || op.is("minimum") || op.is("maximum")
}
