package loop

// decision binds a command on a decision to the streams it concerns: its own,
// those of the triangle and the team, and the knelpunt that repeated maatwerk
// becomes.
func (d *deciding) decision(c DecisionCommand) error {
	id := c.decisionID()
	b := d.w.decisions[id]
	if b == nil {
		b = &Decision{ID: id}
	}
	s := DecisionScope{Terms: d.w.Terms, Today: d.today, By: d.by}
	place := b.Anchor
	if i, ok := c.(IntendDecision); ok {
		place = i.Anchor
	}
	if place.Regulation != "" {
		if t := d.w.TriangleOf(place); t != nil {
			_, s.Member = t.member(d.by, d.today)
		}
	}
	var given *Discretion
	switch c := c.(type) {
	case IntendDecision:
		s.Known = d.w.Known(c.Anchor)
		if d.w.Catalogue != nil {
			s.Threshold, s.HasThreshold = d.w.Catalogue.ContactThreshold(c.Anchor.Regulation)
		}
	case GiveDiscretion:
		x := c.Discretion
		if a := b.Ask(c.Ask); a != nil {
			x = a.Discretion
		}
		given = &x
	case AskDiscretion:
		given = &c.Ask.Discretion
	}
	if given != nil {
		if d.w.Catalogue != nil {
			s.Grounds = d.w.Catalogue.Grounds(given.Anchor)
		}
		desk, team := d.w.DeskOf(place)
		s.Desk, s.Sample = desk, d.w.Terms.SamplePercent
		if desk != nil {
			s.Sample = desk.Sample
		}
		if team != "" {
			d.read(deskStream(team)) // what it agreed, and what is left
		}
	}
	ps, err := DecideDecision(*b, s, c, d.now)
	if err != nil {
		return err
	}
	if err := d.emit(decisionStream(id), ps...); err != nil {
		return err
	}
	g, ok := c.(GiveDiscretion)
	if !ok {
		return nil
	}
	spent, err := given.pays(s, g.Quarter)
	if err != nil {
		return err
	}
	if spent != nil {
		spent.Decision = id
		if err := d.emit(deskStream(s.Desk.ID), spent); err != nil {
			return err
		}
	}
	return d.detectMisfit(g, *given)
}

// misfit is who reports that a rule does not fit.
const misfit PersonID = "detector/regel-past-niet"

// detectMisfit files a signal when the same ground was used so often on one
// anchor that the rule does not fit.
func (d *deciding) detectMisfit(g GiveDiscretion, x Discretion) error {
	n := d.w.Discretion(x.Ground, x.Anchor) + 1
	if d.w.Terms.DiscretionCount <= 0 || n%d.w.Terms.DiscretionCount != 0 {
		return nil
	}
	s := Signal{
		ID: g.SignalID, Anchor: x.Anchor, Kind: TooHarsh, Frequency: Once, Channel: Detector, Reporter: misfit,
		What: Words("Regel past niet: " + itoa(n) + " keer maatwerk op grond van " + x.Ground + "."),
	}
	return d.fileSignal(FileSignal{Signal: s, NewIssue: g.IssueID})
}

// Discretion gives how often a ground was used on a place.
func (w *World) Discretion(ground string, a Anchor) int {
	return w.discretion[ground+"\x00"+a.Key()]
}
