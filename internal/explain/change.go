package explain

import (
	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// changes puts the data that would give another outcome into words.
func (w *writer) changes(cs []exact.Change) {
	for _, k := range cs {
		ch := Change{
			Object: k.ObjectID, Attribute: k.Attribute.ID(),
			From: w.l.show(k.From, k.Attribute.Type), To: w.l.show(k.To, k.Attribute.Type), Result: w.l.show(k.Result, w.target.Type),
		}
		if !k.Distance.IsEmpty() {
			t := k.Attribute.Type
			if k.From.Kind == rule.DateKind {
				t = rule.Type{Kind: rule.Number, Unit: "dg"}
			}
			v := w.l.show(k.Distance, t)
			ch.Distance = &v
		}
		ch.Text = w.wouldHave(k, ch)
		w.out.WhyNot = append(w.out.WhyNot, ch)
	}
}

// wouldHave says a change that was tried: "Is uw vermogen € 146.011,00? Dan
// krijgt u wel zorgtoeslag: € 129 per maand. Dat scheelt € 1,50."
func (w *writer) wouldHave(k exact.Change, ch Change) string {
	var when string
	switch {
	case k.Attribute.Kind.IsKenmerk():
		when = w.l.say(tIf, "vraag", w.clause(&w.kenmerk(k.Attribute).when, k.Attribute, k.ObjectID, k.To.Bool))
	case isBirth(k.Attribute):
		when = w.l.say(tBornYou, "datum", ch.To.Text)
		if name, you := w.subject(k.ObjectID, k.Attribute.Owner); !you {
			when = w.l.say(tBorn, "wie", name, "datum", ch.To.Text)
		}
	default:
		when = w.l.say(tWithValue, "wat", w.noun(k.Attribute, k.ObjectID), "waarde", ch.To.Text)
	}
	var s string
	switch {
	case k.Result.Kind == rule.Boolean:
		s = w.l.say(tGrantedThen, "als", when, "wat", w.is(w.target, w.c.ID(w.obj), k.Result.Bool))
	default:
		s = w.l.say(tOutcomeThen, "als", when, "naam", w.label(), "bedrag", w.l.short(k.Result, w.target.Type), "per", w.l.period[w.ctx.Period])
	}
	if ch.Distance != nil {
		s += w.l.say(tDifference, "verschil", ch.Distance.Text)
	}
	return s
}
