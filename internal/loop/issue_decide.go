package loop

import (
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"lemniscaat/internal/rule"
)

// IssueScope is what a knelpunt has to know of the rest of the world to decide
// on a command.
type IssueScope struct {
	Terms Terms
	By    PersonID
	// Owner is who owes the answer today.
	Owner Holder
	// Head is the eigenaar today.
	Head Holder
	// Me is the place of the actor in the triangle; Member is false when he
	// has none.
	Me     Holder
	Member bool
	// Target reports that the post of Forward is an opdrachtgever today.
	Target bool
	// Promise is how far the change is that was promised.
	Promise Progress
	// Other is the knelpunt that a merge goes into.
	Other *Issue
	// Apart reports that the two of KeepApart are said to differ.
	Apart bool
	// Moving gives the reporters of the signals of a split.
	Moving map[PersonID]Heard
}

// Progress is how far a promised change is.
type Progress struct {
	Linked  bool // a proposal that has not ended before it was in force
	InForce bool
	Inside  bool // every expectation was measured at its horizon, last inside its band
}

// limits of free text, in characters.
const (
	maxLine   = 2000
	maxReason = 20000
)

func needText(t Text, what string, limit int) error {
	if strings.TrimSpace(t.Words) == "" {
		return refuse("tekst-ontbreekt", "Er staat niets bij “"+what+"”.", "Schrijf het in gewone taal op.")
	}
	return checkText(t, what, limit)
}

func checkText(t Text, what string, limit int) error {
	if !utf8.ValidString(t.Words) {
		return refuse("tekst-onleesbaar", "De tekst bij “"+what+"” bevat tekens die niet te lezen zijn.", "Schrijf de tekst opnieuw.")
	}
	if n := utf8.RuneCountInString(t.Words); n > limit {
		return refuse("tekst-te-lang", "De tekst bij “"+what+"” is "+itoa(n)+" tekens.", "Gebruik er ten hoogste "+itoa(limit)+".")
	}
	return nil
}

func checkID(id, what string) error {
	if id == "" || len(id) > 200 || strings.ContainsAny(id, "/\x00") || !utf8.ValidString(id) {
		return refuse("id-onjuist", "De naam van "+what+" kan niet.", "Gebruik 1 tot 200 tekens, zonder schuine streep.")
	}
	return nil
}

func checkSignal(s Signal, oneClick bool) error {
	if err := checkID(s.ID, "het signaal"); err != nil {
		return err
	}
	if err := s.Anchor.check(); err != nil {
		return err
	}
	switch s.Kind {
	case Unclear, Impossible, TooHarsh, Conflict, Data, DropOut, GoesWell:
	default:
		return refuse("tegel-onbekend", "“"+clip(string(s.Kind))+"” is geen soort signaal.", "Kies een van de zeven tegels.")
	}
	switch s.Frequency {
	case Once, Monthly, Weekly, Daily:
	default:
		return refuse("hoe-vaak-onbekend", "“"+clip(string(s.Frequency))+"” zegt niet hoe vaak het gebeurt.", "Kies eenmalig, maandelijks, wekelijks of dagelijks.")
	}
	switch s.Channel {
	case Professional, Citizen, Detector:
	default:
		return refuse("kanaal-onbekend", "“"+clip(string(s.Channel))+"” is geen kanaal.", "Kies professional, burger of detector.")
	}
	if s.Reporter == "" || len(s.Reporter) > 200 || s.Reporter == System {
		return refuse("melder-ontbreekt", "Het signaal zegt niet van wie het komt.", "Meld u aan, of gebruik de code die u kreeg.")
	}
	if len(s.Case) > 200 {
		return refuse("zaak-onjuist", "De verwijzing naar de zaak is te lang.", "Gebruik het pseudoniem uit het zaaksysteem.")
	}
	if err := checkVisibility(s.Shown); err != nil {
		return err
	}
	if err := checkAttachments(s.Attachments); err != nil {
		return err
	}
	if err := s.Origin.check(); err != nil {
		return err
	}
	if oneClick {
		return nil
	}
	return needText(s.What, "Wat gebeurde er?", maxLine)
}

// DecideIssue gives the events of a command on a knelpunt, on its own stream.
// A new knelpunt is the zero Issue with FileSignal.
func DecideIssue(i Issue, s IssueScope, c IssueCommand, now time.Time) ([]Payload, error) {
	today := DateOf(now)
	d := issueDecision{i: &i, s: s, today: today}
	if f, ok := c.(FileSignal); ok {
		return d.file(f)
	}
	if i.State == "" {
		return nil, refuse("knelpunt-onbekend", "Dit knelpunt bestaat niet.", "Kies een knelpunt uit de lijst.")
	}
	switch c := c.(type) {
	case AlsoMine:
		return d.alsoMine(c)
	case AnswerIssue:
		return d.answer(c)
	case LinkProposal:
		return d.link(c)
	case WithdrawAnswer:
		return d.withdraw(c)
	case Forward:
		return d.forward(c)
	case GrantExtension:
		return d.extend(c)
	case AskExtension:
		return d.askExtension(c)
	case DenyExtension:
		return d.denyExtension(c)
	case KeepApart:
		return d.keepApart(c)
	case AcceptKey:
		return d.accept()
	case RefuseAccept:
		return d.refuseAccept(c)
	case CountWork:
		return d.count(c)
	case React:
		return d.react(c, now)
	case Remind:
		return d.remind()
	case Close:
		return d.close()
	case Reopen:
		return d.reopen(c)
	case Merge:
		return d.merge(c)
	case Split:
		return d.split(c)
	}
	panic("BUG: unknown command on an issue")
}

type issueDecision struct {
	i     *Issue
	s     IssueScope
	today rule.Date
}

func (d issueDecision) file(c FileSignal) ([]Payload, error) {
	if err := checkSignal(c.Signal, false); err != nil {
		return nil, err
	}
	if d.i.State == "" {
		open := &IssueOpened{Anchor: plain(c.Signal.Anchor), Kind: c.Signal.Kind, Due: d.today.AddDays(d.s.Terms.AnswerDays)}
		return []Payload{open, &SignalReceived{Signal: c.Signal}}, nil
	}
	return d.join(c.Signal), nil
}

// plain gives the anchor without the version that was looked at: a knelpunt is
// about the place, in every version.
func plain(a Anchor) Anchor { a.Version = ""; return a }

// join adds a signal. A standing answer goes to its reporter at once, or that
// reporter would wait for ever.
func (d issueDecision) join(s Signal) []Payload {
	out := []Payload{&SignalReceived{Signal: s}}
	if a := d.i.Answer(); a != nil && d.i.State != Open && s.Reachable {
		out = append(out, &AnswerDelivered{Answer: a.Number, Reporters: []PersonID{s.Reporter}})
	}
	if d.i.State == Solved || d.i.State == Accepted {
		recent := 1
		for _, on := range d.i.SinceEnd {
			if !on.AddDays(d.s.Terms.ReopenWithinDays).Before(d.today) {
				recent++
			}
		}
		if recent >= d.s.Terms.ReopenSignals {
			out = append(out, d.reopened("nieuwe signalen", d.i.Level, d.today.AddDays(d.s.Terms.ReopenedDays)))
		}
	}
	return out
}

func (d issueDecision) reopened(cause string, level int, due rule.Date) *IssueReopened {
	return &IssueReopened{Cause: cause, Level: level, Due: due}
}

func (d issueDecision) alsoMine(c AlsoMine) ([]Payload, error) {
	s := Signal{
		ID: c.SignalID, Anchor: d.i.Anchors[0], Kind: d.i.Kind, Frequency: Once, Channel: c.Channel,
		Reporter: c.Reporter, Reachable: c.Reachable, Case: c.Case, Shown: c.Shown, Synthetic: c.Synthetic,
	}
	if err := checkSignal(s, true); err != nil {
		return nil, err
	}
	ended := d.i.State == Solved || d.i.State == Accepted
	if _, known := d.i.reporters[c.Reporter]; known && !(ended && !d.i.since[c.Reporter]) {
		return nil, refuse("al-gemeld", "U heeft dit knelpunt al gemeld.", "Gebeurde er iets nieuws? Stuur dan een signaal met een regel tekst.")
	}
	return d.join(s), nil
}

// mustOwe refuses everybody but who owes the answer.
func (d issueDecision) mustOwe(what string) error {
	if d.s.By == System || d.s.By == "" || d.s.By != d.s.Owner.Person {
		return refuse("rol-onjuist", "Alleen wie het antwoord schuldig is kan "+what+".", "Vraag het “"+d.s.Owner.Post.ID+"”.")
	}
	return nil
}

func (d issueDecision) answer(c AnswerIssue) ([]Payload, error) {
	if d.i.State != Open {
		return nil, refuse("niet-open", "Dit knelpunt is "+string(d.i.State)+", er is geen antwoord te geven.", "Trek eerst het staande antwoord in als het anders moet.")
	}
	if err := d.mustOwe("antwoord geven"); err != nil {
		return nil, err
	}
	if err := needText(c.Reason, "Waarom", maxReason); err != nil {
		return nil, err
	}
	p := &IssueAnswered{Kind: c.Kind, Reason: c.Reason}
	switch c.Kind {
	case Change, Adapt:
		if strings.TrimSpace(c.Interim.Words) == "" {
			return nil, refuse("vanaf-morgen-ontbreekt", "Het antwoord zegt niet wat de balie vanaf morgen doet.", "Schrijf één aanwijzing op: een wijziging duurt, de balie werkt morgen door.")
		}
		if err := checkText(c.Interim, "Wat doet de balie vanaf morgen?", maxReason); err != nil {
			return nil, err
		}
		if c.LeverBy.IsZero() || !c.LeverBy.Valid() || c.LeverBy.Before(d.today) || c.LeverBy.After(d.today.AddYears(10)) {
			return nil, refuse("leverdatum-ontbreekt", "Het antwoord belooft een wijziging, maar niet op een dag die kan.", "Kies een dag vanaf vandaag, binnen tien jaar.")
		}
		if c.Kind == Adapt {
			if err := needText(c.Work, "Wat verandert er in de uitvoering?", maxReason); err != nil {
				return nil, err
			}
			p.Work = c.Work
		}
		if c.Proposal != "" && !d.s.Promise.Linked {
			return nil, refuse("voorstel-onbekend", "Het voorstel “"+clip(c.Proposal)+"” bestaat niet, of loopt niet meer.", "Koppel een voorstel dat loopt, of laat het leeg en koppel later.")
		}
		p.Interim, p.LeverBy, p.Proposal = c.Interim, c.LeverBy, c.Proposal
	case Explain:
		p.Until = d.today.AddDays(d.s.Terms.ReactionDays)
	case Keep:
		last := d.today.AddMonths(d.s.Terms.ReviewMonths)
		if c.ReviewBy.IsZero() || !c.ReviewBy.Valid() || !c.ReviewBy.After(d.today) || c.ReviewBy.After(last) {
			return nil, refuse("herzie-ontbreekt", "“Niet wijzigen” heeft een dag nodig waarop er opnieuw naar gekeken wordt.", "Kies een dag na vandaag, uiterlijk "+last.String()+".")
		}
		p.ReviewBy, p.KeyBy = c.ReviewBy, d.today.AddDays(d.s.Terms.KeyDays)
	default:
		return nil, refuse("antwoord-onbekend", "“"+clip(string(c.Kind))+"” is geen antwoord.", "Kies wijzigen, uitvoering aanpassen, uitleggen of niet wijzigen.")
	}
	out := append([]Payload{p}, d.deliver(len(d.i.Answers)+1)...)
	if p.Proposal != "" && d.s.Promise.Inside {
		out = append(out, &ConfirmationAsked{Until: d.today.AddDays(d.s.Terms.ReactionDays)})
	}
	return out, nil
}

// deliver gives the delivery of an answer to every reporter that it can reach.
func (d issueDecision) deliver(answer int) []Payload {
	var to []PersonID
	for _, r := range slices.Sorted(maps.Keys(d.i.reporters)) {
		if d.i.reporters[r].Reachable {
			to = append(to, r)
		}
	}
	if len(to) == 0 {
		return nil
	}
	return []Payload{&AnswerDelivered{Answer: answer, Reporters: to}}
}

func (d issueDecision) standing() (*Answer, error) {
	a := d.i.Answer()
	if d.i.State != Answered || a == nil {
		return nil, refuse("niet-beantwoord", "Dit knelpunt heeft nu geen staand antwoord.", "Geef eerst antwoord.")
	}
	return a, nil
}

func (d issueDecision) link(c LinkProposal) ([]Payload, error) {
	a, err := d.standing()
	if err != nil {
		return nil, err
	}
	if !d.s.Member {
		return nil, refuse("rol-onjuist", "Alleen wie in de driehoek zit koppelt een voorstel.", "Vraag het beleid of uitvoering.")
	}
	if !a.Kind.Promises() {
		return nil, refuse("geen-belofte", "Het antwoord belooft geen wijziging.", "Een voorstel hoort bij het antwoord wijzigen of uitvoering aanpassen.")
	}
	if !d.s.Promise.Linked {
		return nil, refuse("voorstel-onbekend", "Het voorstel “"+clip(c.Proposal)+"” bestaat niet, of loopt niet meer.", "Kies een voorstel dat loopt.")
	}
	if !a.WindowFrom.IsZero() {
		return nil, refuse("venster-open", "De melders zeggen al of het is opgelost.", "Wacht op hun reactie.")
	}
	out := []Payload{&ProposalLinked{Proposal: c.Proposal}}
	// What is promised may be there already: nothing else would ask then.
	if d.s.Promise.Inside {
		out = append(out, &ConfirmationAsked{Until: d.today.AddDays(d.s.Terms.ReactionDays)})
	}
	return out, nil
}

// lastDue gives the due date of the answer that was owed last. An answer that
// falls away by an act of the debtor brings back that date and no later one.
func (d issueDecision) lastDue() rule.Date {
	var due rule.Date
	for _, o := range d.i.duties.list {
		if o.Duty == DutyAnswer {
			due = o.Due
		}
	}
	return due
}

func (d issueDecision) withdraw(c WithdrawAnswer) ([]Payload, error) {
	if _, err := d.standing(); err != nil {
		return nil, err
	}
	if err := d.mustOwe("het antwoord intrekken"); err != nil {
		return nil, err
	}
	if err := needText(c.Reason, "Waarom", maxReason); err != nil {
		return nil, err
	}
	return []Payload{&AnswerWithdrawn{Reason: c.Reason, Due: d.lastDue()}}, nil
}

func (d issueDecision) forward(c Forward) ([]Payload, error) {
	if d.i.State != Open {
		return nil, refuse("niet-open", "Alleen een open knelpunt kan worden doorgezonden.", "")
	}
	if err := needText(c.Reason, "Waarom", maxReason); err != nil {
		return nil, err
	}
	named := d.i.Forwards >= d.s.Terms.MaxForwards
	if named {
		if d.s.By != d.s.Head.Person || d.s.By == "" {
			return nil, refuse("te-vaak-doorgezonden", "Dit knelpunt is al "+itoa(d.i.Forwards)+" keer doorgezonden.", "Nu wijst de eigenaar aan wie antwoordt.")
		}
	} else if err := d.mustOwe("doorzenden"); err != nil {
		return nil, err
	}
	if d.i.Level >= 2 {
		return nil, refuse("eigenaar-antwoordt", "De melders herkenden het antwoord twee keer niet. Nu antwoordt de eigenaar zelf.", "Geef antwoord.")
	}
	if !d.s.Target {
		return nil, refuse("ontvanger-onbekend", "Post “"+clip(c.To.Post)+"” is vandaag geen opdrachtgever in een driehoek.", "Kies een opdrachtgever uit de lijst.")
	}
	if c.To == d.i.Owner || (c.To.Post == d.s.Owner.Post.ID && c.To.Triangle == d.s.Owner.Triangle) {
		return nil, refuse("zelfde-eigenaar", "Het knelpunt ligt al bij deze post.", "Kies een andere post, of geef antwoord.")
	}
	return []Payload{&IssueForwarded{To: c.To, Reason: c.Reason, Named: named}}, nil
}

func (d issueDecision) extend(c GrantExtension) ([]Payload, error) {
	o, err := d.postponable()
	if err != nil {
		return nil, err
	}
	if err := needText(c.Reason, "Waarom", maxReason); err != nil {
		return nil, err
	}
	if err := d.mustWait(); err != nil {
		return nil, err
	}
	if err := newDate(o, c.Until); err != nil {
		return nil, err
	}
	return []Payload{&ExtensionGranted{Duty: o.Duty, Until: c.Until, Reason: c.Reason}}, nil
}

func (d issueDecision) waitsForKey() (*Answer, error) {
	a, err := d.standing()
	if err != nil {
		return nil, err
	}
	if a.Kind != Keep {
		return nil, refuse("geen-sleutel-nodig", "Alleen “niet wijzigen” heeft een tweede sleutel nodig.", "")
	}
	if !d.s.Member || !d.s.Me.Signs || d.s.Me.Post.Corner != Opdrachtnemer {
		return nil, refuse("rol-onjuist", "De tweede sleutel is van de uitvoering.", "Vraag iemand die voor de uitvoering tekent.")
	}
	if d.s.By == a.By {
		return nil, refuse("sleutel-zelfde-persoon", "U gaf zelf het antwoord “niet wijzigen”.", "De tweede sleutel is van iemand anders.")
	}
	return a, nil
}

func (d issueDecision) accept() ([]Payload, error) {
	a, err := d.waitsForKey()
	if err != nil {
		return nil, err
	}
	if err := d.delivered(a); err != nil {
		return nil, err
	}
	return []Payload{&IssueAccepted{First: a.By, Second: d.s.By, Review: a.ReviewBy}}, nil
}

func (d issueDecision) refuseAccept(c RefuseAccept) ([]Payload, error) {
	if _, err := d.waitsForKey(); err != nil {
		return nil, err
	}
	if err := needText(c.Reason, "Waarom", maxReason); err != nil {
		return nil, err
	}
	return []Payload{&AcceptanceRefused{Reason: c.Reason, Due: d.lastDue()}}, nil
}

func (d issueDecision) count(c CountWork) ([]Payload, error) {
	a, err := d.standing()
	if err != nil {
		return nil, err
	}
	if a.Kind != Adapt || (a.Proposal != "" && d.s.Promise.Linked) {
		return nil, refuse("meting-nodig", "Bij dit antwoord hoort een meting van de verwachting, geen eigen telling.", "Voer de uitkomsten in.")
	}
	if !d.s.Member || !d.s.Me.Signs || d.s.Me.Post.Corner != Opdrachtnemer {
		return nil, refuse("rol-onjuist", "De uitvoering telt.", "Vraag iemand die voor de uitvoering tekent.")
	}
	if !a.WindowFrom.IsZero() {
		return nil, refuse("venster-open", "De melders zeggen al of het is opgelost.", "Wacht op hun reactie.")
	}
	if c.Before <= 0 || c.After < 0 || c.After >= c.Before {
		return nil, refuse("telling-niet-lager", "De telling na de aanpassing ("+itoa(c.After)+") is niet lager dan ervoor ("+itoa(c.Before)+").", "Zolang het niet minder vaak gebeurt, is de aanpassing niet klaar.")
	}
	return []Payload{&WorkCounted{Before: c.Before, After: c.After}, &ConfirmationAsked{Until: d.today.AddDays(d.s.Terms.ReactionDays)}}, nil
}

// delivered refuses to end while the standing answer has not reached every
// reporter that can be reached.
func (d issueDecision) delivered(a *Answer) error {
	missing := 0
	for r, h := range d.i.reporters {
		if h.Reachable && d.i.Delivered[r] != a.Number {
			missing++
		}
	}
	if missing > 0 {
		return refuse("antwoord-niet-bezorgd", "Het antwoord is bij "+itoa(missing)+" melders nog niet bezorgd.", "Een knelpunt eindigt pas als elke bereikbare melder het antwoord heeft.")
	}
	return nil
}

// kept refuses to end while a promised change is not there.
func (d issueDecision) kept(a *Answer) error {
	if !a.Kind.Promises() || (a.Counted && !d.s.Promise.Linked) {
		return nil
	}
	if !d.s.Promise.Linked || !d.s.Promise.InForce {
		return refuse("wijziging-niet-geldend", "De beloofde wijziging geldt nog niet.", "Breng eerst het voorstel in werking.")
	}
	if !d.s.Promise.Inside {
		return refuse("meting-ontbreekt", "De wijziging is nog niet gemeten binnen haar verwachting.", "Voer de uitkomsten in tot en met de horizon.")
	}
	return nil
}

// tally counts what the reachable reporters said. Whoever gave the answer does
// not count as a reporter of it.
func (i *Issue) tally(a *Answer) (reachable, yes, no int) {
	for r, h := range i.reporters {
		if !h.Reachable || r == a.By {
			continue
		}
		reachable++
		if x, ok := i.Reactions[r]; ok && x.Recognised {
			yes++
		} else if ok {
			no++
		}
	}
	return reachable, yes, no
}

func (d issueDecision) disputed(reachable, no int) bool {
	return no > 0 && no*100 >= d.s.Terms.DisputePercent*reachable
}

func (d issueDecision) react(c React, now time.Time) ([]Payload, error) {
	a := d.i.Answer()
	if a == nil || d.i.State == Open || d.i.State == Merged {
		return nil, refuse("niet-beantwoord", "Er is nog geen antwoord om op te reageren.", "U krijgt bericht als het er is.")
	}
	if h, ok := d.i.reporters[d.s.By]; !ok || !h.Reachable {
		return nil, refuse("geen-melder", "Alleen wie dit meldde zegt of het antwoord klopt.", "Heeft u dit ook? Kies dan “Ook bij mij”.")
	}
	if d.s.By == a.By {
		return nil, refuse("eigen-antwoord", "U gaf dit antwoord zelf.", "Een andere melder zegt of het klopt.")
	}
	if err := checkText(c.Why, "Want", maxLine); err != nil {
		return nil, err
	}
	if !c.Recognised {
		if err := needText(c.Why, "Nee, want", maxLine); err != nil {
			return nil, err
		}
	}
	reacted := &ReporterReacted{Reporter: d.s.By, Recognised: c.Recognised, Why: c.Why}
	out := []Payload{reacted}
	next, err := ApplyIssue(*d.i, reacted, Moment{At: now, By: d.s.By})
	if err != nil {
		return nil, err
	}
	reachable, yes, no := next.tally(a)
	switch {
	case d.i.State == Answered && d.disputed(reachable, no):
		out = append(out, d.reopened("niet herkend", d.i.Level+1, d.today.AddDays(d.s.Terms.ReopenedDays)))
	case d.i.State == Answered && !a.WindowFrom.IsZero() && yes > 0 && yes+no == reachable:
		if d.kept(a) == nil && d.delivered(a) == nil {
			out = append(out, &IssueSolved{Confirmed: yes, Disputed: no})
		}
	case d.i.State == Solved && !c.Recognised:
		late, against := 0, 0
		for r := range d.i.since {
			if next.reporters[r].Reachable {
				late++
				if x, ok := next.Reactions[r]; ok && !x.Recognised && !x.On.Before(d.i.Ending.On) {
					against++
				}
			}
		}
		recent := 0
		for _, on := range next.SinceEnd {
			if !on.AddDays(d.s.Terms.ReopenWithinDays).Before(d.today) {
				recent++
			}
		}
		if d.disputed(late, against) || recent >= d.s.Terms.ReopenSignals {
			out = append(out, d.reopened("niet herkend", d.i.Level+1, d.today.AddDays(d.s.Terms.ReopenedDays)))
		}
	}
	return out, nil
}

func (d issueDecision) remind() ([]Payload, error) {
	a, err := d.standing()
	if err != nil {
		return nil, err
	}
	if a.WindowFrom.IsZero() || !a.Reminded.IsZero() {
		return nil, refuse("geen-herinnering-nodig", "Er is nu geen herinnering nodig.", "")
	}
	if d.today.Before(a.WindowUntil.AddDays(-d.s.Terms.ReminderDays)) {
		return nil, refuse("geen-herinnering-nodig", "Voor een herinnering is het te vroeg.", "Vanaf "+a.WindowUntil.AddDays(-d.s.Terms.ReminderDays).String()+".")
	}
	// A late reminder moves the end of the window: whoever is reminded has the
	// same number of days to react.
	until := later(a.WindowUntil, d.today.AddDays(d.s.Terms.ReminderDays))
	return []Payload{&ReportersReminded{Until: until}}, nil
}

func (d issueDecision) close() ([]Payload, error) {
	a, err := d.standing()
	if err != nil {
		return nil, err
	}
	if err := d.mustOwe("een knelpunt afronden"); err != nil {
		return nil, err
	}
	if a.Kind == Keep {
		return nil, refuse("sleutel-ontbreekt", "“Niet wijzigen” eindigt met de sleutel van de uitvoering.", "Wacht op hun sleutel, of trek het antwoord in.")
	}
	if a.WindowFrom.IsZero() {
		if err := d.kept(a); err != nil {
			return nil, err
		}
		return nil, refuse("bevestiging-niet-gevraagd", "De melders is nog niet gevraagd of het is opgelost.", "Meet of tel eerst.")
	}
	if err := d.kept(a); err != nil {
		return nil, err
	}
	if err := d.delivered(a); err != nil {
		return nil, err
	}
	if !d.today.After(a.WindowUntil) {
		return nil, refuse("venster-open", "De melders mogen reageren tot en met "+a.WindowUntil.String()+".", "Wacht tot die dag voorbij is.")
	}
	if a.Reminded.IsZero() {
		return nil, refuse("herinnering-ontbreekt", "De melders zijn nog niet aan het antwoord herinnerd.", "Stuur eerst de herinnering.")
	}
	reachable, yes, no := d.i.tally(a)
	return []Payload{&IssueSolved{Confirmed: yes, Silent: reachable - yes - no, Disputed: no}}, nil
}

// reopen opens an ended knelpunt: by itself when its review is due, and before
// that by somebody of the triangle who says why.
func (d issueDecision) reopen(c Reopen) ([]Payload, error) {
	a := d.i.Answer()
	if strings.TrimSpace(c.Reason.Words) != "" {
		switch {
		case !d.s.Member || d.s.By == System:
			return nil, refuse("rol-onjuist", "Alleen wie in de driehoek zit opent een knelpunt opnieuw.", "Gebeurde het weer? Stuur dan een signaal: na een paar signalen gaat het vanzelf open.")
		case d.i.State != Solved && d.i.State != Accepted:
			return nil, refuse("niet-geeindigd", "Dit knelpunt is "+string(d.i.State)+".", "Alleen een opgelost of aanvaard knelpunt gaat opnieuw open.")
		}
		if err := checkText(c.Reason, "Waarom", maxReason); err != nil {
			return nil, err
		}
		p := d.reopened("met de hand", d.i.Level, d.today.AddDays(d.s.Terms.ReopenedDays))
		p.Reason = c.Reason
		return []Payload{p}, nil
	}
	if d.i.State != Accepted || a == nil {
		return nil, refuse("niet-aanvaard", "Alleen een aanvaard knelpunt heeft een dag van herziening.", "")
	}
	if d.today.Before(a.ReviewBy) {
		return nil, refuse("herziening-te-vroeg", "De herziening is op "+a.ReviewBy.String()+".", "Nieuwe signalen kunnen het eerder openen.")
	}
	return []Payload{d.reopened("herziening", d.i.Level, d.today.AddDays(d.s.Terms.AnswerDays))}, nil
}

func (d issueDecision) mayBundle() error {
	if !d.s.Member {
		return refuse("rol-onjuist", "Alleen wie in de driehoek zit bundelt signalen.", "Vraag het beleid of uitvoering.")
	}
	if d.i.State != Open {
		return refuse("niet-open", "Dit knelpunt is "+string(d.i.State)+".", "Alleen open knelpunten worden samengevoegd of gesplitst: een antwoord blijft bij zijn melders.")
	}
	return nil
}

func (d issueDecision) merge(c Merge) ([]Payload, error) {
	if err := d.mayBundle(); err != nil {
		return nil, err
	}
	if d.s.Other == nil {
		return nil, refuse("knelpunt-onbekend", "Het knelpunt “"+clip(c.Into)+"” bestaat niet.", "Kies een knelpunt uit de lijst.")
	}
	if c.From == c.Into {
		return nil, refuse("zelfde-knelpunt", "Een knelpunt kan niet met zichzelf worden samengevoegd.", "Kies een ander knelpunt.")
	}
	if d.s.Other.State != Open {
		return nil, refuse("niet-open", "Knelpunt “"+clip(c.Into)+"” is "+string(d.s.Other.State)+".", "Alleen open knelpunten worden samengevoegd: een antwoord blijft bij zijn melders.")
	}
	if err := needText(c.Reason, "Waarom", maxReason); err != nil {
		return nil, err
	}
	return []Payload{&IssueMerged{Into: c.Into, Reason: c.Reason}}, nil
}

// absorb gives the other side of a merge: all signals, and the earliest date.
func absorb(from, into *Issue) *IssueAbsorbed {
	a, _ := from.Due()
	b, _ := into.Due()
	return &IssueAbsorbed{
		From: from.ID, Anchors: slices.Clone(from.Anchors), Signals: slices.Clone(from.Signals), Reporters: maps.Clone(from.reporters),
		Due: sooner(a.Due, b.Due), Level: max(from.Level, into.Level), Forwards: max(from.Forwards, into.Forwards),
	}
}

func (d issueDecision) split(c Split) ([]Payload, error) {
	if err := d.mayBundle(); err != nil {
		return nil, err
	}
	if err := checkID(c.NewIssue, "het knelpunt"); err != nil {
		return nil, err
	}
	if err := needText(c.Reason, "Waarom", maxReason); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, s := range c.Signals {
		if seen[s] || !slices.Contains(d.i.Signals, s) {
			return nil, refuse("signaal-onbekend", "Signaal “"+clip(s)+"” staat niet, of dubbel, in dit knelpunt.", "Kies signalen uit dit knelpunt.")
		}
		seen[s] = true
	}
	if len(seen) == 0 || len(seen) == len(d.i.Signals) {
		return nil, refuse("splitsing-leeg", "Na splitsen houdt elk knelpunt ten minste één signaal.", "Kies een deel van de signalen.")
	}
	return []Payload{&IssueSplit{Into: c.NewIssue, Signals: slices.Clone(c.Signals), Reporters: d.s.Moving, Reason: c.Reason}}, nil
}
