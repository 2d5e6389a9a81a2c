package office

import (
	"context"

	"lemniscaat/internal/authz"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// Place gives what the log knows of a person: the name, and the roles that follow
// from the place in a triangle. ok is false for who has no place here today.
func (o *Office) Place(id string) (name string, roles []string, ok bool) {
	if id == "" {
		return "", nil, false
	}
	p, ok := o.person(id)
	if !ok {
		return "", nil, false
	}
	return p.Name, authz.Corner(string(p.Corner), p.TeamLeader), true
}

// Called is the name of the organisation of this installation.
func (o *Office) Called() string {
	o.mu.RLock()
	defer o.mu.RUnlock()
	return o.organisation()
}

// LeftPlace says what place somebody had here last who has none today: what ended
// last, or else what begins first. ok is false for who never had a place.
func (o *Office) LeftPlace(ctx context.Context, who string) (v view.LeftView, ok bool) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	today := o.today()
	var last *loop.Term
	var of *loop.Triangle
	ended := func(t *loop.Term) rule.Date { // an open end is later than any other
		if t.Until.IsZero() {
			return rule.Date{Year: 9999, Month: 12, Day: 31}
		}
		return t.Until
	}
	for _, t := range o.world.Seats(loop.PersonID(who)) {
		for i := range t.Terms {
			term := &t.Terms[i]
			if string(term.Person) != who || who == "" {
				continue
			}
			later := term.From.After(today)
			switch {
			case last == nil, last.From.After(today) && !later:
			case later && (!last.From.After(today) || !term.From.Before(last.From)):
				continue
			case !later && !ended(term).After(ended(last)):
				continue
			}
			last, of = term, t
		}
	}
	if last == nil {
		return v, false
	}
	switch {
	case last.From.After(today):
		v.From = last.From
	case !last.On(today):
		v.Until = last.Until
	}
	corner := loop.Corner("")
	for _, a := range of.Arrangements {
		for _, p := range a.Posts {
			if p.ID == last.Post && last.Signs {
				corner = p.Corner
			}
		}
	}
	v.Roles = authz.Corner(string(corner), false)
	if h := o.world.Resolve(loop.Debtor{Corner: loop.Eigenaar, Scope: of.Scope}, today); h.Person != "" && string(h.Person) != who {
		v.Owner = o.name(ctx, h.Person)
	}
	return v, true
}
