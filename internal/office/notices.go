package office

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/i18n"
	"lemniscaat/internal/likeness"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/notice"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// Of notices the latest are kept in memory; all of them can be made again from
// the log.
const (
	maxNotices = 1000                 // for one person
	noticeAge  = 365 * 24 * time.Hour // older ones are history
)

// notices follows the log.
type notices struct {
	tidings // guarded by o.mu

	mu      sync.Mutex // guards dated and counted
	counted map[loop.PersonID]counted
	dated   struct {
		seq uint64 // the event that last changed what is owed
		day rule.Date
		of  map[loop.PersonID][]notice.Notice
	}
}

// tidings is what follows from the log alone.
type tidings struct {
	of     map[loop.PersonID][]notice.Notice // oldest first
	duties map[string]int                    // obligations of a stream so far
}

// counted are the numbers of the header in one state of the log.
type counted struct {
	seq         uint64
	day         rule.Date
	owed, fresh int
}

// note takes the notices of a record that was just folded into a world; here says
// who can act.
func (n *tidings) note(w *loop.World, r event.Record, oldest time.Time, here func(loop.PersonID) bool) error {
	if n.of == nil {
		n.of, n.duties = map[loop.PersonID][]notice.Notice{}, map[string]int{}
	}
	h := notice.Happened{Stream: r.Stream, Seq: r.Seq, By: loop.PersonID(r.Actor), On: loop.DateOf(r.At)}
	if all := w.Duties(r.Stream); len(all) > n.duties[r.Stream] {
		h.Opened = all[n.duties[r.Stream]:]
		n.duties[r.Stream] = len(all)
	}
	worth := notice.Worth(r.Type)
	if r.At.Before(oldest) || len(h.Opened) == 0 && !worth {
		return nil
	}
	if worth {
		p, err := loop.Decode(r)
		if err != nil {
			return err
		}
		h.Payload = p
	}
	for _, x := range notice.Of(w, h) {
		if !here(x.To) {
			continue
		}
		list := append(n.of[x.To], x)
		if len(list) > 2*maxNotices {
			list = slices.Clone(list[len(list)-maxNotices:])
		}
		n.of[x.To] = list
	}
	return nil
}

// datedOf gives the notices that follow from the date, for one person. The
// caller holds o.mu.
func (o *Office) datedOf(who loop.PersonID) []notice.Notice {
	n := &o.notices
	n.mu.Lock()
	defer n.mu.Unlock()
	moved, today := o.world.OwedMoved(), o.today()
	if n.dated.of == nil || n.dated.seq != moved || n.dated.day != today {
		n.dated.seq, n.dated.day, n.dated.of = moved, today, map[loop.PersonID][]notice.Notice{}
		for _, x := range notice.Dated(o.world, today) {
			n.dated.of[x.To] = append(n.dated.of[x.To], x)
		}
	}
	return n.dated.of[who]
}

// noticesOf gives the notices of one person, the newest first.
func (o *Office) noticesOf(who loop.PersonID) []notice.Notice {
	all := slices.Concat(o.notices.of[who], o.datedOf(who))
	slices.SortStableFunc(all, func(a, b notice.Notice) int {
		return cmp.Or(-a.Day.Compare(b.Day), -cmp.Compare(a.Seq, b.Seq))
	})
	return all[:min(len(all), maxNotices)]
}

// unread counts what is new for a person.
func (o *Office) unread(who loop.PersonID) int {
	read := o.world.Reader(who).Read
	n := 0
	count := func(list []notice.Notice) {
		for _, x := range list {
			if x.After(read) && !x.Kind.Quiet() {
				n++
			}
		}
	}
	count(o.notices.of[who])
	count(o.datedOf(who))
	return n
}

// headerCounts gives the numbers in the header of every page: what waits for a person,
// and what is new. They are counted once for each state of the log and day.
func (o *Office) headerCounts(p Person) (owed, fresh int) {
	n := &o.notices
	id := loop.PersonID(p.ID)
	head, today := o.world.Head().Seq, o.today()
	n.mu.Lock()
	c, ok := n.counted[id]
	n.mu.Unlock()
	if !ok || c.seq != head || c.day != today {
		c = counted{head, today, o.todoCount(p), o.unread(id)}
		n.mu.Lock()
		if n.counted == nil {
			n.counted = map[loop.PersonID]counted{}
		}
		n.counted[id] = c
		n.mu.Unlock()
	}
	return c.owed, c.fresh
}

// noticeText says a notice in one sentence, with where it leads. Nothing in it is
// what somebody wrote: a place, a date, a kind of duty.
func (o *Office) noticeText(n notice.Notice) (text, href string) { return o.noticeIn(texts, n) }

// noticeIn is noticeText in a language. Names of regulations and articles stay as
// the law has them.
func (o *Office) noticeIn(say *i18n.Catalogue, n notice.Notice) (text, href string) {
	kind, id := loop.CutStream(n.Stream)
	where := o.noticePlace(n.Anchor)
	if isUnplaced(n.Anchor) {
		where = say.T("burger.overig")
	}
	key := "melding." + string(n.Kind)
	switch {
	case n.Kind == notice.Late:
		key += "-" + []string{"", "te-laat", "eigenaar", "openbaar", "parlement"}[n.Step]
	case n.Kind == notice.Asked && kind != "knelpunt":
		key += "-anders"
	case (n.Kind == notice.KeyAsked || n.Kind == notice.Paused) && kind == "voorstel":
		key += "-voorstel"
	}
	what := ""
	if n.Duty != "" {
		what = say.T("schuldig." + string(n.Duty))
	}
	text = say.T(key, "plek", where, "datum", say.Date(n.Due), "wat", what)
	switch kind {
	case "voorstel":
		return text, proposalHref(id)
	case "besluit":
		return text, "/beslissingen/" + id
	case "formeel":
		return text, "/"
	case "waardering":
		return text, "/signalen"
	}
	switch n.Kind {
	case notice.Received, notice.Answered, notice.Confirm, notice.Reminder:
		return text, "/signalen"
	}
	return text, issueHref(id)
}

// noticePlace names a regulation and an article.
func (o *Office) noticePlace(a loop.Anchor) string {
	v := o.anchorView(a, "")
	return strings.TrimSpace(strings.Join(slices.DeleteFunc([]string{v.RegulationName, v.ArticleName}, func(s string) bool { return s == "" }), ", "))
}

// Notices is the page of one person.
func (o *Office) Notices(_ context.Context, who string, asked view.Asked) (view.NoticeListView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	var v view.NoticeListView
	p, ok := o.person(who)
	if !ok {
		v.Paging.Pages = 1
		return v, nil
	}
	id := loop.PersonID(p.ID)
	r := o.world.Reader(id)
	v.Unread = o.unread(id)
	v.Mark = view.NoticeMark{Seq: o.world.Head().Seq, Day: o.today()}
	all := o.noticesOf(id)
	if look := likeness.Look(asked.Words); len(look) > 0 {
		all = slices.DeleteFunc(all, func(n notice.Notice) bool {
			text, _ := o.noticeText(n)
			return !likeness.New("", "", "", text).Match(look)
		})
	}
	all, v.Paging = view.PageOf(all, asked)
	for _, n := range all {
		text, href := o.noticeText(n)
		v.Rows = append(v.Rows, view.NoticeRow{
			Text: text, Ref: view.Ref{Text: texts.T("melding.open"), Href: href}, Day: n.Day,
			Unread: n.After(r.Read) && !n.Kind.Quiet(), Late: n.Kind == notice.Late,
		})
	}
	if o.Mailer != nil {
		v.Mails = mailSentence(r)
	}
	return v, nil
}

func mailSentence(r loop.Reader) string {
	switch {
	case r.Refused:
		return texts.T("melding.mail-geweigerd")
	case r.Address.Words == "" || r.Pace == loop.Never:
		return texts.T("melding.mail-niet")
	case r.Pace == loop.DailyMail:
		return texts.T("melding.mail-dagelijks", "adres", r.Address.Words)
	}
	return texts.T("melding.mail-direct", "adres", r.Address.Words)
}

// ReadNotices marks what the page showed as read.
func (o *Office) ReadNotices(ctx context.Context, who string, m view.NoticeMark) error {
	return o.do(ctx, who, loop.MarkRead{Person: loop.PersonID(who), Mark: loop.Mark{Seq: m.Seq, Day: m.Day}})
}

// NoticeSettings is the page on which somebody says what is mailed.
func (o *Office) NoticeSettings(_ context.Context, who string) (view.NoticeSettingsView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	r := o.world.Reader(loop.PersonID(who))
	v := view.NoticeSettingsView{Address: r.Address.Words, Refused: r.Refused, Works: o.Mailer != nil, Pace: string(r.Pace), Lang: r.Lang}
	for _, k := range notice.Kinds {
		v.Kinds = append(v.Kinds, view.NoticeChoice{Kind: string(k), Label: texts.T("melding-soort." + string(k)), On: !slices.Contains(r.Off, string(k))})
	}
	return v, nil
}

// SetNotices keeps what is mailed. What did not change is not written again.
func (o *Office) SetNotices(ctx context.Context, who string, in view.NoticeSettingsInput) error {
	if in.Address != "" {
		if err := notice.CheckAddress(in.Address); err != nil {
			return refuse("adres-onjuist", "Dit is geen e-mailadres.", "Schrijf het als naam@voorbeeld.nl.", view.FieldError{Field: "adres", Text: texts.T("melding.fout-adres")})
		}
	}
	if in.Address == "" && in.Pace != string(loop.Never) {
		return refuse("adres-ontbreekt", "Zonder adres kunnen wij niet mailen.", "Vul uw adres in, of kies ‘geen mail’.", view.FieldError{Field: "adres", Text: texts.T("melding.fout-adres-leeg")})
	}
	var off []string
	for _, k := range notice.Kinds {
		if !slices.Contains(in.Kinds, string(k)) {
			off = append(off, string(k))
		}
	}
	slices.Sort(off)
	id := loop.PersonID(who)
	o.mu.RLock()
	r := o.world.Reader(id)
	o.mu.RUnlock()
	if in.Lang == "" { // not said: as it was
		in.Lang = r.Lang
	}
	if r.Pace != loop.Pace(in.Pace) || !slices.Equal(r.Off, off) || r.Lang != in.Lang {
		if err := o.do(ctx, who, loop.SetPace{Person: id, Pace: loop.Pace(in.Pace), Off: off, Lang: in.Lang}); err != nil {
			return err
		}
	}
	if r.Address.Words != in.Address || r.Refused {
		return o.do(ctx, who, loop.SetAddress{Person: id, Address: loop.Words(in.Address)})
	}
	return nil
}

// MailLanguage gives the language in which somebody is mailed.
func (o *Office) MailLanguage(id loop.PersonID) string {
	o.mu.RLock()
	defer o.mu.RUnlock()
	return languageOf(o.world.Reader(id))
}

func languageOf(r loop.Reader) string { return cmp.Or(r.Lang, i18n.Languages[0]) }

// peopleByID gives the ids of everybody who can be mailed, in order.
func (o *Office) peopleByID() []loop.PersonID {
	all := map[loop.PersonID]bool{}
	for _, p := range o.People {
		all[loop.PersonID(p.ID)] = true
	}
	return slices.Sorted(maps.Keys(all))
}
