package office

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"unicode/utf8"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/privacy"
	"lemniscaat/internal/recourse"
	view "lemniscaat/internal/screen"
)

// unplaced is the place of what citizens report and cannot place. It has an
// owner when the installation has a triangle for everything.
const unplaced = "overig"

// isUnplaced reports whether a place is that one.
func isUnplaced(a loop.Anchor) bool { a.Version = ""; return a == loop.Anchor{Regulation: unplaced} }

// maxCitizenText is how much a citizen may write, in characters.
const maxCitizenText = 2000

// codeLetters are those of Crockford's base 32: without I, L, O and U, which
// look like others or make words.
const codeLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// codeOf gives the code of a message: 80 bits of a keyed hash of the key of its
// form, so that sending the same form twice gives the same code, and nobody
// who has not seen the form or the code can find it.
func (o *Office) codeOf(key string) string {
	_, secret := o.newestKey("burgercode")
	m := hmac.New(sha256.New, secret)
	m.Write([]byte("burgercode/1\x00" + key))
	sum := m.Sum(nil)
	var b strings.Builder
	var bits, n uint
	for _, c := range sum[:10] {
		bits, n = bits<<8|uint(c), n+8
		for ; n >= 5; n -= 5 {
			b.WriteByte(codeLetters[bits>>(n-5)&31])
		}
	}
	return b.String()
}

// readCode reads a code as people type it: small letters, spaces, and the
// letters that look like a digit.
func readCode(s string) (string, bool) {
	s = strings.NewReplacer("O", "0", "I", "1", "L", "1", "-", "", " ", "", ".", "", "\u2013", "").Replace(strings.ToUpper(strings.TrimSpace(s)))
	if len(s) != 16 || strings.Trim(s, codeLetters) != "" {
		return "", false
	}
	return s, true
}

// groups writes a code for people.
func groups(code string) string {
	var parts []string
	for c := range slices.Chunk([]byte(code), 4) {
		parts = append(parts, string(c))
	}
	return strings.Join(parts, "-")
}

// citizenOf gives the name of who has a code: the log does not hold the code.
func citizenOf(code string) loop.PersonID {
	sum := sha256.Sum256([]byte("lemniscaat/burger/1\x00" + code))
	return loop.PersonID("burger/" + hex.EncodeToString(sum[:16]))
}

func isCitizen(id loop.PersonID) bool { return strings.HasPrefix(string(id), "burger/") }

// CitizenForm is the page "Er ging iets mis".
func (o *Office) CitizenForm(_ context.Context) (view.CitizenFormView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	var v view.CitizenFormView
	for _, r := range o.rules.sorted() {
		if o.world.TriangleOf(loop.Anchor{Regulation: r.ID}) != nil {
			v.Topics = append(v.Topics, view.CitizenTopic{Value: r.ID, Name: r.Name, Summary: r.Summary})
		}
	}
	slices.SortStableFunc(v.Topics, func(a, b view.CitizenTopic) int { return strings.Compare(a.Name, b.Name) })
	if o.world.TriangleOf(loop.Anchor{Regulation: unplaced}) != nil {
		v.Topics = append(v.Topics, view.CitizenTopic{Value: unplaced, Name: texts.T("burger.overig"), Summary: texts.T("burger.overig-zin")})
	}
	return v, nil
}

// FileCitizen files what a citizen reports, and gives the code to follow it.
// Personal numbers are taken out, and never stop it.
func (o *Office) FileCitizen(ctx context.Context, in view.CitizenInput) (view.CitizenStatus, error) {
	text, found := privacy.Mask(strings.TrimSpace(in.Text))
	var faults []view.FieldError
	if text == "" {
		faults = append(faults, view.FieldError{Field: "tekst", Text: texts.T("burger.fout-tekst")})
	}
	if n := utf8.RuneCountInString(text); n > maxCitizenText {
		faults = append(faults, view.FieldError{Field: "tekst", Text: texts.T("burger.fout-lang", "n", n, "max", maxCitizenText)})
	}
	form, err := o.CitizenForm(ctx)
	if err != nil {
		return view.CitizenStatus{}, err
	}
	if !slices.ContainsFunc(form.Topics, func(t view.CitizenTopic) bool { return t.Value == in.Topic }) {
		faults = append(faults, view.FieldError{Field: "onderwerp", Text: texts.T("burger.fout-onderwerp")})
	}
	if len(faults) > 0 {
		return view.CitizenStatus{}, refuse("invoer", texts.T("burger.fout"), "", faults...)
	}
	if len(in.Key) < 16 {
		return view.CitizenStatus{}, refuse("sleutel-ontbreekt", "Het formulier is niet heel aangekomen.", "Open de pagina opnieuw en verstuur het nog eens.")
	}
	code := o.codeOf(in.Key)
	who := citizenOf(code)
	_, err = o.doOnce(ctx, string(who), loop.FileSignal{
		Signal: loop.Signal{
			ID: o.NewID("s"), Anchor: loop.Anchor{Regulation: in.Topic}, Kind: kindIn(text), What: loop.Words(text), Frequency: loop.Once,
			Channel: loop.Citizen, Reporter: who, Reachable: true, Shown: loop.OwnerOnly, Synthetic: o.Demo != nil,
		},
		NewIssue: o.NewID("k"),
	}, request{key: keyOf("burger", string(who), in.Key), intent: in.Topic + "|" + fingerprint(text)})
	if err != nil {
		return view.CitizenStatus{}, err
	}
	v, err := o.Follow(ctx, code)
	v.Fresh = true
	if len(found) > 0 {
		v.Masked = kindsFound(found)
	}
	return v, err
}

// kindIn guesses the tile of a citizen's words; who bundles the signals sees the
// words. It is never "gaat goed": then nobody would owe an answer.
func kindIn(text string) loop.SignalKind {
	_, t := tileIn(text)
	if k := kinds[t]; k != "" && k != loop.GoesWell {
		return k
	}
	low := strings.ToLower(text)
	for _, g := range []struct {
		kind  loop.SignalKind
		words []string
	}{
		{loop.Unclear, []string{"begrijp", "snap", "duidelijk", "moeilijk", "uitleg", "weet niet"}},
		{loop.Data, []string{"dubbel", "opnieuw sturen", "weer sturen", "al gestuurd", "nog een keer", "verkeerde gegevens", "klopt niet"}},
		{loop.DropOut, []string{"opgegeven", "laat maar", "te veel gedoe", "durf niet", "niet gelukt"}},
		{loop.TooHarsh, []string{"streng", "hard", "terugbetalen", "afgewezen", "stopgezet", "boete", "schuld"}},
	} {
		if slices.ContainsFunc(g.words, func(w string) bool { return strings.Contains(low, w) }) {
			return g.kind
		}
	}
	return loop.Unclear
}

// behind gives the signal behind a code.
func (o *Office) behind(code string) (string, loop.PersonID, *loop.Signal, error) {
	read, ok := readCode(code)
	unknown := func(key string) error {
		return refuse("code", texts.T(key), "", view.FieldError{Field: "code", Text: texts.T(key)})
	}
	if !ok {
		return "", "", nil, unknown("burger.fout-code")
	}
	who := citizenOf(read)
	ss := o.world.SignalsOf(who)
	if len(ss) == 0 {
		return "", "", nil, unknown("burger.code-onbekend")
	}
	return read, who, ss[0], nil
}

// Follow is the page behind a code.
func (o *Office) Follow(ctx context.Context, code string) (view.CitizenStatus, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	read, who, s, err := o.behind(code)
	if err != nil {
		return view.CitizenStatus{}, err
	}
	sawSignal(ctx, s)
	row := o.mySignal(ctx, who, s)
	v := view.CitizenStatus{
		Code: groups(read), Text: s.What.Words, Topic: o.anchorView(s.Anchor, "").RegulationName, Filed: row.Filed, State: row.State,
		Owes: row.Owes, What: row.What, Due: row.Due, Overdue: row.Overdue, Answer: row.Answer, React: row.React, ReactBy: row.ReactBy,
		Reaction: row.Reaction, Today: o.today(),
	}
	if _, issue := o.world.Signal(s.ID); issue != "" {
		v.Others = len(o.world.Issue(issue).Reporters()) > privacy.Smallest
	}
	r := recourse.Recognise(s.What.Words, row.Filed)
	v.Road = view.FormalRoad{
		Kind: string(r.Kind), Words: r.Words, Received: row.Filed, Decision: r.Decision, Last: r.Last, Late: r.Late(row.Filed),
	}
	if f := o.world.Formal(s.ID); f != nil {
		st := o.formalState(ctx, f)
		v.Formal = &st
	}
	return v, nil
}

func (o *Office) formalState(ctx context.Context, f *loop.FormalRequest) view.FormalState {
	v := view.FormalState{Kind: string(f.Kind), Received: f.Received, Forwarded: f.Forwarded, How: f.How.Words}
	if d, open := f.Due(); open {
		today := o.today()
		v.By, v.Due, v.Overdue = o.holderName(ctx, o.world.Resolve(d.Debtor, today)), d.Due, today.After(d.Due)
	}
	return v
}

// CitizenReact is what a citizen says of the answer.
func (o *Office) CitizenReact(ctx context.Context, code string, recognised bool, why string) error {
	o.mu.RLock()
	_, who, s, err := o.behind(code)
	issue := ""
	if err == nil {
		_, issue = o.world.Signal(s.ID)
	}
	o.mu.RUnlock()
	if err != nil {
		return err
	}
	if issue == "" {
		return view.ErrNotFound
	}
	why, _ = privacy.Mask(strings.TrimSpace(why))
	if !recognised && why == "" {
		return refuse("want-ontbreekt", texts.T("burger.fout-want"), "", view.FieldError{Field: "want", Text: texts.T("burger.fout-want")})
	}
	return o.do(ctx, string(who), loop.React{Issue: issue, Recognised: recognised, Why: loop.Words(why)})
}

// AskFormal makes an objection or a complaint of a message. How to reach the
// citizen is kept apart and can be erased; only who sends it on reads it.
func (o *Office) AskFormal(ctx context.Context, in view.FormalInput) error {
	o.mu.RLock()
	_, who, s, err := o.behind(in.Code)
	o.mu.RUnlock()
	if err != nil {
		return err
	}
	in.Contact = strings.TrimSpace(in.Contact)
	var faults []view.FieldError
	if in.Kind != string(loop.Objection) && in.Kind != string(loop.Complaint) {
		faults = append(faults, view.FieldError{Field: "weg", Text: texts.T("burger.fout-weg")})
	}
	if in.Contact == "" {
		faults = append(faults, view.FieldError{Field: "bereikbaar", Text: texts.T("burger.fout-bereikbaar")})
	}
	if in.Decided.After(o.today()) {
		faults = append(faults, view.FieldError{Field: "besluit-van", Text: texts.T("burger.fout-besluit-van")})
	}
	if len(faults) > 0 {
		return refuse("invoer", texts.T("burger.fout"), "", faults...)
	}
	return o.do(ctx, string(who), loop.AskFormal{Signal: s.ID, Kind: loop.FormalKind(in.Kind), Decided: in.Decided, Contact: loop.Words(in.Contact)})
}

// Formals is the page of those who send objections and complaints on.
func (o *Office) Formals(ctx context.Context, who string, asked view.Asked) (view.FormalListView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	var v view.FormalListView
	var all []*loop.FormalRequest
	me, today := loop.PersonID(who), o.today()
	for _, f := range o.world.Formals() {
		// What citizens wrote is for those who handle it.
		if !o.world.HandlesFormal(f, me, today) {
			continue
		}
		if f.Forwarded.IsZero() {
			v.Open++
		}
		all = append(all, f)
	}
	some, paging := view.PageOf(all, asked)
	v.Paging = paging
	for _, f := range some {
		row := view.FormalRow{
			Signal: f.ID, Kind: string(f.Kind), Decided: f.Decided, FormalState: o.formalState(ctx, f), Contact: f.Contact.Words,
			Topic: view.Ref{Text: o.anchorView(f.Anchor, "").RegulationName},
		}
		if !f.Decided.IsZero() && f.Kind == loop.Objection {
			row.Last = recourse.LastDay(f.Decided)
		}
		if s, issue := o.world.Signal(f.ID); s != nil {
			sawFormal(ctx, s)
			row.Text = s.What.Words
			if issue != "" {
				row.Topic.Href = issueHref(issue)
			}
		}
		row.Send.Can = f.Forwarded.IsZero()
		v.Rows = append(v.Rows, row)
	}
	return v, nil
}

// ForwardFormal records that one was sent on, and how.
func (o *Office) ForwardFormal(ctx context.Context, who, signal, how string) error {
	if err := refusePersonal("hoe", how); err != nil {
		return err
	}
	if strings.TrimSpace(how) == "" {
		return refuse("invoer", texts.T("burger.fout"), "", view.FieldError{Field: "hoe", Text: texts.T("burger.fout-hoe")})
	}
	return o.do(ctx, who, loop.ForwardFormal{Signal: signal, How: loop.Words(how)})
}
