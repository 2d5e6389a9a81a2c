package explain

import (
	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// changes puts the data that would flip the outcome into words. That whoever
// asks would not be the one who asks is no news.
func (w *writer) changes(cs []exact.Change) {
	for _, k := range cs {
		if k.Attribute.Kind == rule.Noun && w.out.Positive {
			continue
		}
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
		if !k.Last.IsEmpty() {
			v := w.l.show(k.Last, k.Attribute.Type)
			ch.Last = &v
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
		when = w.l.say(tWithValue, "Is", w.l.upper(w.be(k.Attribute)), "wat", w.noun(k.Attribute, k.ObjectID), "waarde", w.text(k.To, k.Attribute.Type))
	}
	var s string
	flipped := !k.Result.IsNothing()
	switch {
	case w.target.Kind.IsKenmerk():
		t := tDeniedThen
		if flipped {
			t = tGrantedThen
		}
		s = w.l.say(t, "als", when, "wat", w.is(w.target, w.c.ID(w.obj), k.Result.Bool))
	case !flipped && w.payment():
		s = w.l.say(w.paid(tPayNothingThen, tNothingThen), "als", when, "naam", w.label())
	case w.payment():
		amount, per := w.amount(k.Result)
		s = w.l.say(w.paid(tPayThen, tOutcomeThen), "als", when, "naam", w.label(), "bedrag", amount, "per", per)
	case k.Result.IsEmpty():
		s = w.l.say(tDeniedThen, "als", when, "wat", w.l.say(tNotThere, "wat", w.noun(w.target, w.c.ID(w.obj)), "is", w.be(w.target)))
	default:
		s = w.l.say(tOtherThen, "als", when, "is", w.be(w.target), "wat", w.noun(w.target, w.c.ID(w.obj)), "waarde", w.text(k.Result, w.target.Type))
	}
	if ch.Distance != nil {
		s += w.l.say(tDifference, "verschil", ch.Distance.Text)
	}
	if ch.Last != nil && !k.Last.Equal(k.From) {
		t := tLastWith
		if flipped {
			t = tLastWithout
		}
		s += w.l.say(t, "waarde", ch.Last.Text)
	}
	return s
}
