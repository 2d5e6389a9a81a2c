package office

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/privacy"
	view "lemniscaat/internal/screen"
)

// reader is the pseudonym of somebody who reads a lesson: another one for every
// lesson, and nobody can lead it back without the key. Who read it before the key was
// changed stays who that was. The caller holds o.mu.
func (o *Office) reader(who, lesson string) loop.PersonID {
	var first loop.PersonID
	have, l := *o.ring.keys.Load(), o.world.Lesson(lesson)
	for _, v := range o.versions() {
		m := hmac.New(sha256.New, purposeKey(v, have[v], "leerzaak"))
		m.Write([]byte("leerzaak\x00" + lesson + "\x00" + who))
		id := loop.PersonID(loop.ReaderPrefix + hex.EncodeToString(m.Sum(nil)[:16]))
		if l != nil && l.Read(id) > 0 {
			return id
		}
		first = cmp.Or(first, id)
	}
	return first
}

// Lessons lists the learning cases, newest first.
func (o *Office) Lessons(_ context.Context, who string, asked view.Asked) (view.LessonListView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	var rows []*loop.Lesson
	for _, l := range o.world.Lessons() {
		if l.Withdrawn.IsZero() && mentions(asked.Words, l.Dilemma.Words, texts.T("beginsel."+l.Principle)) {
			rows = append(rows, l)
		}
	}
	slices.SortStableFunc(rows, func(a, b *loop.Lesson) int { return cmp.Or(b.Made.Compare(a.Made), cmp.Compare(a.ID, b.ID)) })
	var v view.LessonListView
	rows, v.Paging = view.PageOf(rows, asked)
	for _, l := range rows {
		v.Rows = append(v.Rows, view.LessonRow{
			ID: l.ID, Dilemma: shorten(wordsLeft(l.Dilemma), 140), Principle: texts.T("beginsel." + l.Principle), Made: l.Made,
			Chosen: who != "" && l.Read(o.reader(who, l.ID)) > 0,
		})
	}
	return v, nil
}

// wordsLeft gives a text, or says that it was erased.
func wordsLeft(t loop.Text) string {
	if t.Erased() {
		return texts.T("tekst-gewist")
	}
	return t.Words
}

// Lesson is one learning case. chosen is the choice of a reader whom nobody
// knows: it is not kept.
func (o *Office) Lesson(ctx context.Context, who, id string, chosen int) (view.LessonView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	l := o.world.Lesson(id)
	if l == nil || !l.Withdrawn.IsZero() {
		return view.LessonView{}, view.ErrNotFound
	}
	v := view.LessonView{ID: id, Dilemma: wordsLeft(l.Dilemma), By: o.name(ctx, l.By), Made: l.Made}
	if who != "" {
		v.Chosen = l.Read(o.reader(who, id))
	} else if chosen >= 1 && chosen <= len(l.Options) {
		v.Chosen = chosen
	}
	for n, t := range l.Options {
		v.Options = append(v.Options, view.LessonOption{Number: n + 1, Text: wordsLeft(t)})
		v.Total += l.Chosen[n]
	}
	if v.Chosen > 0 {
		v.Why = wordsLeft(l.Why)
		v.Principle = o.principle(l.Principle)
		if i := o.world.Issue(l.Issue); i != nil {
			v.Issue = view.Ref{Text: o.issueTitle(ctx, i), Href: issueHref(i.ID)}
		}
		v.Counts = v.Total >= few && !slices.ContainsFunc(l.Chosen, func(n int) bool { return n < few })
		for n := range v.Options {
			v.Options[n].Decided = n+1 == l.Decided
			if v.Counts {
				v.Options[n].Count = int(privacy.Tens(int64(l.Chosen[n]))) // one more would be a colleague's choice
			}
		}
	}
	v.Withdraw.Can = o.ownsLesson(who, l)
	return v, nil
}

func (o *Office) principle(id string) view.Fact {
	for _, p := range loop.Principles() {
		if p.ID == id {
			return view.Fact{Name: texts.T("beginsel." + id), Value: texts.T("beginsel-zin." + id), Source: p.Article}
		}
	}
	return view.Fact{}
}

func (o *Office) ownsLesson(who string, l *loop.Lesson) bool {
	i := o.world.Issue(l.Issue)
	return who != "" && (string(l.By) == who || i != nil && o.ownsIssue(who, i))
}

// ownsIssue reports whether somebody owes the answer, gave it, or is the eigenaar.
func (o *Office) ownsIssue(who string, i *loop.Issue) bool {
	me, today := loop.PersonID(who), o.today()
	a := i.Answer()
	return o.world.OwnerAt(i.Anchors[0], today).Person == me || a != nil && a.By == me ||
		o.world.Resolve(loop.Debtor{Corner: loop.Eigenaar, Scope: i.Anchors[0]}, today).Person == me
}

// LessonForm is the form that makes a learning case of a knelpunt.
func (o *Office) LessonForm(ctx context.Context, who, issue string) (view.LessonFormView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	i := o.world.Issue(issue)
	if i == nil {
		return view.LessonFormView{}, view.ErrNotFound
	}
	v := view.LessonFormView{Issue: view.Ref{Text: o.issueTitle(ctx, i), Href: issueHref(i.ID)}, IssueID: i.ID}
	for _, p := range loop.Principles() {
		v.Principles = append(v.Principles, view.Option{Value: p.ID, Label: texts.T("beginsel."+p.ID) + " (" + p.Article + ")"})
	}
	a := i.Answer()
	switch {
	case who == "":
		v.Make.Why = "Kies bovenaan als wie u werkt."
	case a == nil:
		v.Make.Why = "Dit knelpunt heeft nog geen antwoord."
	case !o.ownsIssue(who, i):
		v.Make.Why = "Alleen wie het antwoord gaf of schuldig is, maakt er een leerzaak van."
	case o.lessonOf(issue) != "":
		v.Make.Why = "Van dit knelpunt is al een leerzaak."
	default:
		v.Make.Can = true
	}
	if a != nil {
		v.Why = reasonOf(ctx, a.By, a.Reason)
	}
	return v, nil
}

// lessonOf gives the learning case of a knelpunt; "" for none.
func (o *Office) lessonOf(issue string) string {
	for _, l := range o.world.Lessons() {
		if l.Issue == issue && l.Withdrawn.IsZero() {
			return l.ID
		}
	}
	return ""
}

// MakeLesson makes it; what looks like a person is refused.
func (o *Office) MakeLesson(ctx context.Context, who string, in view.LessonInput) (string, error) {
	if err := checkLesson(in); err != nil {
		return "", err
	}
	c := loop.MakeLesson{
		ID: o.NewID("l"), Issue: in.Issue, Dilemma: loop.Words(in.Dilemma), Decided: in.Decided, Why: loop.Words(in.Why), Principle: in.Principle,
	}
	for _, t := range in.Options {
		c.Options = append(c.Options, loop.Words(t))
	}
	return c.ID, o.do(ctx, who, c)
}

func checkLesson(in view.LessonInput) error {
	for _, f := range []struct{ field, text string }{{"dilemma", in.Dilemma}, {"waarom", in.Why}} {
		if err := refusePersonal(f.field, f.text); err != nil {
			return err
		}
	}
	for n, t := range in.Options {
		if err := refusePersonal("keuze-"+strconv.Itoa(n+1), t); err != nil {
			return err
		}
	}
	return nil
}

// PreviewLesson shows a learning case as its reader sees it after choosing.
func (o *Office) PreviewLesson(ctx context.Context, who string, in view.LessonInput) (view.LessonView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	i := o.world.Issue(in.Issue)
	if i == nil {
		return view.LessonView{}, view.ErrNotFound
	}
	v := view.LessonView{
		Dilemma: in.Dilemma, Why: in.Why, Chosen: 1, By: o.name(ctx, loop.PersonID(who)), Made: o.today(), Principle: o.principle(in.Principle),
		Issue: view.Ref{Text: o.issueTitle(ctx, i), Href: issueHref(i.ID)},
	}
	for n, t := range in.Options {
		v.Options = append(v.Options, view.LessonOption{Number: n + 1, Text: t, Decided: n+1 == in.Decided})
	}
	return v, nil
}

// ChooseInLesson keeps the choice of somebody who can act here, without a name;
// a choice of anybody else is only answered.
func (o *Office) ChooseInLesson(ctx context.Context, who, id string, choice int) error {
	o.mu.RLock()
	l := o.world.Lesson(id)
	_, known := o.person(who)
	ok := l != nil && l.Withdrawn.IsZero()
	n := 0
	if ok {
		n = len(l.Options)
	}
	o.mu.RUnlock()
	switch {
	case !ok:
		return view.ErrNotFound
	case choice < 1 || choice > n:
		return refuse("keuze-onbekend", "Er is niets gekozen.", "Kies wat u zou doen.", view.FieldError{Field: "keuze", Text: "Kies wat u zou doen."})
	case !known:
		return nil
	}
	o.mu.RLock()
	by := o.reader(who, id)
	o.mu.RUnlock()
	return o.do(ctx, string(by), loop.ChooseInLesson{Lesson: id, Choice: choice})
}

// WithdrawLesson takes a learning case back.
func (o *Office) WithdrawLesson(ctx context.Context, who, id, why string) error {
	if err := refusePersonal("want", why); err != nil {
		return err
	}
	return o.do(ctx, who, loop.WithdrawLesson{Lesson: id, Reason: loop.Words(why)})
}
