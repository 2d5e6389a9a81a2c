package office

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/notice"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// The secret of a link is rand.Text: 26 characters of base32, 130 bits. Only
// its hash is kept.
func hashOf(secret string) string {
	sum := sha256.Sum256([]byte("lemniscaat/antwoordlink/1\x00" + secret))
	return hex.EncodeToString(sum[:])
}

func (o *Office) linkRow(obligation string) *view.LinkRow {
	today := o.today()
	var last *loop.Link
	for _, l := range o.world.Links() {
		if l.Obligation == obligation && (last == nil || l.History[0].Seq > last.History[0].Seq) {
			last = l
		}
	}
	if last == nil {
		return nil
	}
	row := &view.LinkRow{ID: last.ID, State: string(last.State(today)), Made: last.Made, Until: last.Until, Can: last.State(today) == loop.LinkOpen}
	if n := len(last.Sent); n > 0 {
		row.How = string(last.Sent[n-1].How)
	}
	return row
}

// lastAddress gives where the last link for a post went to.
func (o *Office) lastAddress(h loop.Holder) string {
	var at uint64
	address := ""
	for _, l := range o.world.Links() {
		if l.Post.Triangle == h.Triangle && l.Post.Post == h.Post.ID && l.To.Words != "" && l.To.Seq > at {
			at, address = l.To.Seq, l.To.Words
		}
	}
	return address
}

// MakeLink makes a link for what a party without an account owes. With a mail
// server it is sent; without, or when that fails, it is shown once.
func (o *Office) MakeLink(ctx context.Context, who string, in view.LinkMakeInput) (view.LinkMadeView, error) {
	in.To = strings.TrimSpace(in.To)
	if in.To != "" {
		if err := notice.CheckAddress(in.To); err != nil {
			return view.LinkMadeView{}, refuse("adres-onjuist", "Dit is geen e-mailadres.", "", view.FieldError{Field: "adres", Text: texts.T("driehoek-fout.adres")})
		}
	}
	secret := rand.Text()
	id := o.NewID("link")
	if err := o.do(ctx, who, loop.MakeLink{ID: id, Obligation: in.Obligation, Hash: hashOf(secret), To: loop.Words(in.To)}); err != nil {
		return view.LinkMadeView{}, err
	}
	o.mu.RLock()
	l := o.world.Link(id)
	v := view.LinkMadeView{Path: "/antwoord/" + secret, Until: l.Until, To: in.To}
	if d, ok := o.world.Obligation(in.Obligation); ok {
		v.Row = o.dutyRow(ctx, who, o.owed(d))
	}
	o.mu.RUnlock()
	how := loop.SentShown
	if in.To != "" && o.linkMail() {
		how = loop.SentMail
		if err := o.sendLink(ctx, in.To, v); err != nil {
			o.Log.WarnContext(ctx, "antwoordlink niet verstuurd", "link", id, "reden", err)
			how, v.Failed = loop.SentFailed, true
		} else {
			v.Mailed, v.Path = true, ""
		}
	}
	if err := o.do(ctx, who, loop.NoteSending{Link: id, How: how}); err != nil {
		return v, err
	}
	return v, nil
}

// RevokeLink makes a link useless.
func (o *Office) RevokeLink(ctx context.Context, who, link, why string) error {
	if err := refusePersonal("want", why); err != nil {
		return err
	}
	return o.do(ctx, who, loop.RevokeLink{Link: link, Reason: loop.Words(why)})
}

// byLink finds the link of a secret.
func (o *Office) byLink(secret string) *loop.Link {
	if len(secret) < 20 || len(secret) > 100 {
		return nil
	}
	return o.world.LinkByHash(hashOf(secret))
}

// AnswerLink is the page behind a link. It changes nothing: programs that look
// at mail before people do open it too.
func (o *Office) AnswerLink(ctx context.Context, secret string) (view.AnswerLinkView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	l := o.byLink(secret)
	if l == nil {
		return view.AnswerLinkView{}, view.ErrNotFound
	}
	return o.answerLink(ctx, l), nil
}

func (o *Office) answerLink(ctx context.Context, l *loop.Link) view.AnswerLinkView {
	today := o.today()
	v := view.AnswerLinkView{State: string(l.State(today)), Asker: o.Organisation, Until: l.Until}
	d, _ := o.world.Obligation(l.Obligation)
	h, can := o.world.Linkable(d, today)
	if v.State == string(loop.LinkOpen) && (!can || h.Triangle != l.Post.Triangle || h.Post.ID != l.Post.Post) {
		v.State = "voldaan"
	}
	if t := o.world.Triangle(l.Post.Triangle); t != nil {
		for _, p := range t.At(today).Posts {
			if p.ID == l.Post.Post {
				v.Party = p.Organisation
			}
		}
	}
	v.Scope, v.Page = o.regulationRef(d.Anchor.Regulation), o.streamRef(ctx, l.Stream)
	v.Title, v.Due, v.Overdue = v.Page.Text, d.Due, today.After(d.Due)
	if v.State == string(loop.LinkAsked) {
		v.Answered, v.Answer = l.Used, eventText(l.Done)
	}
	kind, id := cutStream(l.Stream)
	switch i, p := o.world.Issue(id), o.world.Proposal(id); {
	case kind == "knelpunt" && i != nil:
		o.issueLink(ctx, &v, l, i)
	case kind == "voorstel" && p != nil:
		v.Lines, v.Digest = p.Content.Summary, string(p.Digest())
		v.Kind, v.Choices = "sleutel-voorstel", choices("sleutel", "weigeren")
		if l.Duty == loop.DutySettle {
			v.Kind, v.Choices = "knoop", choices(string(loop.DeadlockFavour), string(loop.DeadlockReturn), string(loop.DeadlockWithdraw))
			if s := p.Stuck(); s != nil {
				v.Sides = []view.PositionRow{o.position(ctx, loop.Policy, s.Policy), o.position(ctx, loop.Execution, s.Execution)}
			}
		}
	}
	return v
}

func choices(keys ...string) []view.Option {
	var out []view.Option
	for _, k := range keys {
		out = append(out, view.Option{Value: k, Label: texts.T("linkkeuze." + k)})
	}
	return out
}

func (o *Office) issueLink(ctx context.Context, v *view.AnswerLinkView, l *loop.Link, i *loop.Issue) {
	v.Stories = o.stories(ctx, "", i)
	a := i.Answer()
	if v.State == string(loop.LinkAsked) && l.Duty == loop.DutyAnswer && a != nil {
		av := o.answerView(ctx, i, a)
		v.Given = &av
	}
	if l.Duty == loop.DutyKey {
		v.Kind, v.Choices = "sleutel-knelpunt", choices("aanvaarden", "niet-aanvaarden")
		if a != nil {
			v.Reason = reasonOf(ctx, a.By, a.Reason)
		}
		return
	}
	v.Kind = "antwoord"
	f := o.answerForm(ctx, i)
	v.Owners, v.Deliver = f.Owners, f.DeliverBy
	for _, k := range view.AnswerKinds {
		if k == view.AnswerForward && len(v.Owners) == 0 {
			continue
		}
		v.Choices = append(v.Choices, view.Option{Value: string(k), Label: texts.T("linkkeuze." + string(k))})
	}
}

// command makes the command of what the party sends.
func (o *Office) command(l *loop.Link, in view.AnswerLinkInput) (loop.Command, error) {
	_, id := cutStream(l.Stream)
	reason := loop.Words(in.Reason)
	var faults []view.FieldError
	need := func(field, text, sentence string) {
		if strings.TrimSpace(text) == "" {
			faults = append(faults, view.FieldError{Field: field, Text: sentence})
		}
	}
	var c loop.Command
	day := ""
	if !in.DeliverBy.IsZero() {
		day = in.DeliverBy.String()
	}
	switch in.Choice {
	case string(view.AnswerChange), string(view.AnswerAdapt):
		need("reden", in.Reason, texts.T("link-fout.reden"))
		need("vanaf-morgen", in.FromTomorrow, texts.T("link-fout.vanaf-morgen"))
		need("klaar-op", day, texts.T("link-fout.klaar-op"))
		a := loop.AnswerIssue{Issue: id, Kind: loop.AnswerKind(in.Choice), Reason: reason, Interim: loop.Words(in.FromTomorrow), LeverBy: in.DeliverBy}
		if a.Kind == loop.Adapt {
			a.Work = a.Interim
		}
		c = a
	case string(view.AnswerExplain), string(view.AnswerRefuse):
		need("reden", in.Reason, texts.T("link-fout.reden"))
		a := loop.AnswerIssue{Issue: id, Kind: loop.AnswerKind(in.Choice), Reason: reason}
		if a.Kind == loop.Keep {
			a.ReviewBy = o.today().AddMonths(o.world.Terms.ReviewMonths)
		}
		c = a
	case string(view.AnswerForward):
		need("reden", in.Reason, texts.T("link-fout.reden"))
		need("aan", in.Owner, texts.T("link-fout.aan"))
		triangle, post, _ := strings.Cut(in.Owner, "/")
		c = loop.Forward{Issue: id, To: loop.PostRef{Triangle: triangle, Post: post}, Reason: reason}
	case "aanvaarden":
		c = loop.AcceptKey{Issue: id}
	case "niet-aanvaarden":
		need("reden", in.Reason, texts.T("link-fout.reden"))
		c = loop.RefuseAccept{Issue: id, Reason: reason}
	case "sleutel":
		c = loop.TurnKey{Proposal: id, Mandate: loop.Mandate(o.refOf(l)), Digest: loop.Digest(in.Digest)}
	case "weigeren":
		need("reden", in.Reason, texts.T("link-fout.reden"))
		c = loop.RefuseKey{Proposal: id, Mandate: loop.Mandate(o.refOf(l)), Digest: loop.Digest(in.Digest), Reason: reason}
	case string(loop.DeadlockFavour), string(loop.DeadlockReturn), string(loop.DeadlockWithdraw):
		need("reden", in.Reason, texts.T("link-fout.reden"))
		c = loop.DecideDeadlock{Proposal: id, Outcome: loop.DeadlockOutcome(in.Choice), Reason: reason}
	default:
		need("keuze", "", texts.T("link-fout.keuze"))
	}
	if len(faults) > 0 {
		return nil, refuse("invoer", texts.T("link-fout.invoer"), "", faults...)
	}
	for _, f := range []struct{ field, text string }{{"reden", in.Reason}, {"vanaf-morgen", in.FromTomorrow}} {
		if err := refusePersonal(f.field, f.text); err != nil {
			return nil, err
		}
	}
	return loop.UseLink{Link: l.ID, Hash: hashOf(in.Secret), Name: loop.Words(strings.TrimSpace(in.Name)), Do: c}, nil
}

func (o *Office) refOf(l *loop.Link) string {
	d, _ := o.world.Obligation(l.Obligation)
	return d.Ref
}

// PreviewLink shows what would be sent. The loop says already whether it would
// be accepted; nothing is written.
func (o *Office) PreviewLink(ctx context.Context, in view.AnswerLinkInput) (view.AnswerLinkView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	l := o.byLink(in.Secret)
	if l == nil {
		return view.AnswerLinkView{}, view.ErrNotFound
	}
	c, err := o.command(l, in)
	if err != nil {
		return view.AnswerLinkView{}, err
	}
	if _, err := o.world.Decide(linkActor(l), c, o.Now()); err != nil {
		return view.AnswerLinkView{}, refusal(err)
	}
	v := o.answerLink(ctx, l)
	v.Input = in
	v.Preview = &view.AnswerView{Kind: view.AnswerKind(in.Choice), By: v.Party, Date: o.today(), Reason: in.Reason, FromTomorrow: in.FromTomorrow, DeliverBy: in.DeliverBy}
	if k := slices.IndexFunc(v.Choices, func(c view.Option) bool { return c.Value == in.Choice }); k >= 0 {
		v.Preview.Waits = v.Choices[k].Label
	}
	for _, w := range v.Owners {
		if w.Value == in.Owner && in.Choice == string(view.AnswerForward) {
			v.Preview.Waits += ": " + w.Label
		}
	}
	return v, nil
}

func linkActor(l *loop.Link) loop.PersonID { return loop.PersonID("link/" + l.ID) }

// UseLink sends it: once.
func (o *Office) UseLink(ctx context.Context, in view.AnswerLinkInput) error {
	o.mu.RLock()
	l := o.byLink(in.Secret)
	var c loop.Command
	err := view.ErrNotFound
	if l != nil {
		c, err = o.command(l, in)
	}
	o.mu.RUnlock()
	if err != nil {
		return err
	}
	return o.do(ctx, string(linkActor(l)), c)
}

// linkMail reports whether links can be sent: there is a mail server, and the
// address of this site is known. What a browser says that the address is, is
// not trusted for mail.
func (o *Office) linkMail() bool { return o.Mailer != nil && o.Site != "" }

// sendLink mails a link. Nothing in the message comes from what somebody wrote.
func (o *Office) sendLink(ctx context.Context, address string, v view.LinkMadeView) error {
	until, due := dutch(v.Until), dutch(v.Row.Due)
	href := strings.TrimSuffix(o.Site, "/") + v.Path
	lines := []string{
		texts.T("linkmail.gevraagd", "organisatie", o.Organisation, "wat", v.Row.What, "regeling", v.Row.Scope.Text),
		texts.T("linkmail.uiterlijk", "datum", due),
		texts.T("linkmail.link", "datum", until),
	}
	text := strings.Join(lines, "\n\n") + "\n\n" + href + "\n\n" + texts.T("linkmail.veilig") + "\n"
	return o.Mailer.Send(ctx, notice.Message{To: address, Subject: texts.T("linkmail.onderwerp", "organisatie", o.Organisation), Text: text})
}

// LinkAnswers are the answers of parties without an account, for the register.
func (o *Office) linkAnswers(ctx context.Context) []view.LinkedRow {
	var out []view.LinkedRow
	for _, l := range o.world.Answered() {
		row := view.LinkedRow{On: loop.DateOf(l.Used), What: eventText(l.Done), Because: o.streamRef(ctx, l.Stream)}
		if t := o.world.Triangle(l.Post.Triangle); t != nil {
			for _, p := range t.At(row.On).Posts {
				if p.ID == l.Post.Post {
					row.Party = p.Organisation
				}
			}
		}
		out = append(out, row)
	}
	return out
}

// maxOutsideRefs is how many triangles of a party are named.
const maxOutsideRefs = 5

// outsiders are the parties that are niet aangesloten, each once.
func (o *Office) outsiders(today rule.Date) []view.OutsideRow {
	var out []view.OutsideRow
	at := map[string]int{}
	for _, t := range o.world.Triangles() {
		if !t.Dropped.IsZero() {
			continue
		}
		for _, p := range t.At(today).Posts {
			if !p.Outside {
				continue
			}
			k, ok := at[p.Organisation]
			if !ok {
				k = len(out)
				at[p.Organisation] = k
				out = append(out, view.OutsideRow{Party: p.Organisation})
			}
			ref := view.Ref{Text: o.scopeName(t.Scope) + " (" + t.Vocabulary.Word(p.Corner) + ")", Href: triangleHref(t.ID)}
			if len(out[k].In) == maxOutsideRefs {
				out[k].More++
				continue
			}
			out[k].In = append(out[k].In, ref)
		}
	}
	return out
}
