package office

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/processing"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// quartersShown is how many quarters a triangle shows, from that of the day.
const quartersShown = 4

func triangleHref(id string) string { return "/driehoeken/" + url.PathEscape(id) }

// scopeName says what a triangle is about.
func (o *Office) scopeName(a loop.Anchor) string {
	if a == (loop.Anchor{}) {
		return texts.T("driehoek-van-alles")
	}
	v := o.anchorView(a, "")
	parts := []string{v.RegulationName}
	if v.RegulationName == "" {
		parts[0] = a.Regulation
	}
	for _, s := range []string{v.ArticleName, v.RuleName} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if a.Paragraph != "" {
		parts = append(parts, texts.T("lid", "lid", a.Paragraph))
	}
	return strings.Join(parts, " · ")
}

// Triangles is the map: who is who, for everything, on a day.
func (o *Office) Triangles(ctx context.Context, who string, in view.TrianglesAsked) (view.TriangleMapView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	today := o.today()
	on := in.On
	if on.IsZero() {
		on = today
	}
	v := view.TriangleMapView{Asked: in, On: on, Today: on == today}
	claimed := map[string]int{}
	for _, c := range o.world.DoubleClaims(on) {
		v.Claims = append(v.Claims, o.claimRow(ctx, c))
		for _, id := range c.Triangles {
			claimed[id]++
		}
	}
	var list []*loop.Triangle
	for _, t := range o.world.Triangles() {
		if t.Dropped.IsZero() {
			list = append(list, t)
		}
	}
	v.Count = len(list)
	// The tree: everything, then by regulation, wider scopes above narrower.
	slices.SortStableFunc(list, func(a, b *loop.Triangle) int { return strings.Compare(a.Scope.Key(), b.Scope.Key()) })
	words := strings.Fields(strings.ToLower(in.Words))
	var kept []*loop.Triangle
	for _, t := range list {
		vacant := len(t.Vacancies(on))
		v.Vacancies += vacant
		if in.Only == "vacant" && vacant == 0 || in.Only == "dubbel" && claimed[t.ID] == 0 {
			continue
		}
		if len(words) > 0 && !o.triangleSays(t, on, words) {
			continue
		}
		kept = append(kept, t)
	}
	page, paging := view.PageOf(kept, in.Asked)
	v.Paging = paging
	for _, t := range page {
		row := view.TriangleRow{
			ID: t.ID, Name: o.scopeName(t.Scope), Provisional: t.Provisional, Corners: o.corners(ctx, t, on), Vacancies: len(t.Vacancies(on)),
			Claims: claimed[t.ID], Caseload: t.Caseload, Quarters: o.quarters(t, on),
		}
		switch {
		case t.Scope == (loop.Anchor{}):
		case t.Scope.Article == "" && t.Scope.Rule == "" && t.Scope.Step == "" && t.Scope.Item == "":
			row.Depth = 1
		default:
			row.Depth = 2
		}
		v.Rows = append(v.Rows, row)
	}
	if _, ok := o.person(who); ok {
		v.Add.Can = true
		v.Form = o.newTriangle(ctx, today)
	}
	return v, nil
}

func (o *Office) triangleSays(t *loop.Triangle, on rule.Date, words []string) bool {
	parts := []string{o.scopeName(t.Scope), t.ID}
	for _, h := range t.Members(on) {
		parts = append(parts, h.Post.Organisation, h.Post.Department)
		if h.Person != "" {
			parts = append(parts, o.name(unseen(), h.Person))
		}
	}
	text := strings.ToLower(strings.Join(parts, " "))
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
}

// corners gives the three corners with those in them.
func (o *Office) corners(ctx context.Context, t *loop.Triangle, on rule.Date) []view.CornerRow {
	out := make([]view.CornerRow, 0, 3)
	for _, c := range []loop.Corner{loop.Eigenaar, loop.Opdrachtgever, loop.Opdrachtnemer} {
		row := view.CornerRow{Corner: string(c), Word: t.Vocabulary.Word(c), Other: t.Vocabulary.Other().Word(c)}
		for _, p := range t.At(on).Posts {
			if p.Corner != c {
				continue
			}
			h := view.Holder{Name: p.Organisation, Connected: !p.Outside}
			if p.Department != "" {
				h.Name += ", " + p.Department
			}
			var names []string
			for _, m := range t.Members(on) {
				if m.Post.ID == p.ID && m.Signs && !p.Outside {
					names = append(names, o.name(ctx, m.Person))
				}
			}
			h.Note = texts.List(names)
			h.Vacant = len(names) == 0 && slices.ContainsFunc(t.Vacancies(on), func(x loop.Post) bool { return x.ID == p.ID })
			if p.Coordinating {
				h.Role = texts.T("coordinerend")
			}
			row.Holders = append(row.Holders, h)
		}
		out = append(out, row)
	}
	return out
}

// quarterOf gives the quarter of a day: 2027-Q1.
func quarterOf(d rule.Date) loop.Quarter {
	return loop.Quarter(fmt.Sprintf("%04d-Q%d", d.Year, (d.Month-1)/3+1))
}

// quarters gives the room in the quarters from a day on.
func (o *Office) quarters(t *loop.Triangle, on rule.Date) []view.QuarterCell {
	used := o.world.Claims(t)
	var out []view.QuarterCell
	for k := range quartersShown {
		q := quarterOf(on.AddMonths(3 * k))
		n, known := t.Capacity[q]
		c := view.QuarterCell{Quarter: string(q), Label: quarterLabel(q), Points: n, Known: known, Claimed: used[q]}
		if known {
			c.Over = max(0, c.Claimed-n)
		}
		out = append(out, c)
	}
	return out
}

func quarterLabel(q loop.Quarter) string {
	return texts.T("kwartaal-van", "nummer", string(q[6:]), "jaar", string(q[:4]))
}

func (o *Office) claimRow(ctx context.Context, c loop.Claim) view.DoubleClaim {
	row := view.DoubleClaim{Kind: string(c.Kind), Scope: o.scopeName(c.Scope)}
	for _, id := range c.Triangles {
		t := o.world.Triangle(id)
		owner := ""
		for _, p := range t.At(o.today()).Posts {
			if p.Corner == loop.Eigenaar {
				owner = p.Organisation
			}
		}
		row.Triangles = append(row.Triangles, view.Ref{Text: o.scopeName(t.Scope) + " (" + owner + ")", Href: triangleHref(id)})
	}
	for _, h := range c.People {
		row.People = append(row.People, o.name(ctx, h.Person))
	}
	return row
}

func (o *Office) peopleOptions(ctx context.Context) []view.Option {
	var out []view.Option
	for _, p := range o.People {
		out = append(out, view.Option{Value: p.ID, Label: o.named(ctx, processing.Staffing, loop.PersonID(p.ID)) + ", " + p.Title})
	}
	return out
}

func (o *Office) newTriangle(ctx context.Context, today rule.Date) view.TriangleForm {
	f := view.TriangleForm{From: today, People: o.peopleOptions(ctx), Posts: []view.PostField{
		{Corner: string(loop.Eigenaar), Organisation: o.Organisation, New: true},
		{Corner: string(loop.Opdrachtgever), Organisation: o.Organisation, Coordinating: true, New: true},
		{Corner: string(loop.Opdrachtnemer), Organisation: o.Organisation, New: true},
	}}
	for _, r := range o.rules.sorted() {
		f.Scopes = append(f.Scopes, view.Option{Value: r.ID, Label: r.Name})
	}
	return f
}

// Triangle is the page of one triangle.
func (o *Office) Triangle(ctx context.Context, who, id string, on rule.Date) (view.TrianglePageView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	t := o.world.Triangle(id)
	if t == nil {
		return view.TrianglePageView{}, view.ErrNotFound
	}
	today := o.today()
	if on.IsZero() {
		on = today
	}
	v := view.TrianglePageView{
		ID: t.ID, Name: o.scopeName(t.Scope), On: on, Today: on == today, Vocabulary: string(t.Vocabulary), Provisional: t.Provisional,
		Dropped: t.Dropped, DropReason: wordsOfMoment(ctx, t.History, t.Reason), Caseload: t.Caseload, Quarters: o.quarters(t, on), Timeline: o.timeline(ctx, t.History),
		Regulation: t.Scope.Regulation != "",
	}
	if v.Regulation {
		v.Scope = o.regulationRef(t.Scope.Regulation)
		if t.Scope.Article != "" {
			v.Scope.Href = articleHref(t.Scope.Regulation, t.Scope.Article)
		}
	}
	for _, c := range o.world.DoubleClaims(on) {
		if slices.Contains(c.Triangles, id) {
			v.Claims = append(v.Claims, o.claimRow(ctx, c))
		}
	}
	v.Duties = o.world.OwedIn(id, today)
	me := loop.PersonID(who)
	head := who != "" && (o.world.HeadAt(loop.Anchor{}, today).Person == me || o.world.Resolve(loop.Debtor{Corner: loop.Eigenaar, Scope: t.Scope}, today).Person == me && o.world.TriangleOf(t.Scope) == t)
	head = head && t.Dropped.IsZero()
	executes := false
	for _, h := range t.Members(today) {
		executes = executes || h.Person == me && h.Signs && h.Post.Corner == loop.Opdrachtnemer
		head = head || t.Dropped.IsZero() && h.Person == me && who != "" && h.Signs && h.Post.Corner == loop.Eigenaar
	}
	v.Appoint.Can, v.Arrange.Can = head, head
	v.Drop.Can = head && t.Scope != (loop.Anchor{})
	v.Capacity.Can = t.Dropped.IsZero() && who != "" && (head || executes)
	for _, p := range t.At(on).Posts {
		row := view.PostRow{
			ID: p.ID, Corner: string(p.Corner), Word: t.Vocabulary.Word(p.Corner), Other: t.Vocabulary.Other().Word(p.Corner), Coordinating: p.Coordinating,
			Outside: p.Outside, Organisation: p.Organisation, Department: p.Department,
			Vacant: slices.ContainsFunc(t.Vacancies(on), func(x loop.Post) bool { return x.ID == p.ID }),
		}
		for _, term := range t.Terms {
			if term.Post != p.ID {
				continue
			}
			tr := view.TermRow{ID: string(term.Person), Name: o.name(ctx, term.Person), Signs: term.Signs, From: term.From, Until: term.Until}
			switch {
			case term.On(on):
				tr.Leave.Can = t.Dropped.IsZero() && (head || me == term.Person && who != "") && p.Corner != loop.Eigenaar && (term.Until.IsZero() || term.Until.After(today))
				row.People = append(row.People, tr)
			case term.From.After(on):
				row.Later = append(row.Later, tr)
			}
		}
		v.Posts = append(v.Posts, row)
		v.PostOptions = append(v.PostOptions, view.Option{Value: p.ID, Label: o.postLabel(t, p)})
	}
	for _, a := range t.Arrangements {
		if a.From.After(on) {
			row := view.ArrangementRow{From: a.From}
			for _, p := range a.Posts {
				row.Posts = append(row.Posts, o.postLabel(t, p))
			}
			v.Next = append(v.Next, row)
		}
	}
	v.Form = view.TriangleForm{From: today.AddDays(1), Vocabulary: string(t.Vocabulary), Caseload: t.Caseload, People: o.peopleOptions(ctx)}
	last := t.Arrangements[len(t.Arrangements)-1]
	if !v.Form.From.After(last.From) {
		v.Form.From = last.From.AddDays(1)
	}
	for _, p := range last.Posts {
		v.Form.Posts = append(v.Form.Posts, view.PostField{
			ID: p.ID, Corner: string(p.Corner), Organisation: p.Organisation, Department: p.Department, Coordinating: p.Coordinating, Outside: p.Outside,
		})
	}
	v.Form.Posts = append(v.Form.Posts, view.PostField{New: true})
	return v, nil
}

func (o *Office) postLabel(t *loop.Triangle, p loop.Post) string {
	s := t.Vocabulary.Word(p.Corner) + ": " + p.Organisation
	if p.Department != "" {
		s += ", " + p.Department
	}
	return s
}

// Arrange sets who is who from a day on, or makes a new triangle and gives its
// id.
func (o *Office) Arrange(ctx context.Context, who string, in view.ArrangementInput) (string, error) {
	c := loop.SetTriangle{ID: in.ID, From: in.From, Vocabulary: loop.Vocabulary(in.Vocabulary)}
	if s := strings.TrimSpace(in.Caseload); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 || n > 100_000 {
			return "", refuse("caseload", "Dit is geen caseload.", "", view.FieldError{Field: "caseload", Text: texts.T("driehoek-fout.caseload")})
		}
		c.Caseload = n
	}
	o.mu.RLock()
	t := o.world.Triangle(in.ID)
	o.mu.RUnlock()
	switch {
	case t != nil:
		c.Scope = t.Scope
	case in.ID != "":
		return "", view.ErrNotFound
	default:
		c.ID = o.NewID("driehoek")
		a, err := loop.ParseAnchor(in.Scope)
		if err != nil {
			return "", refuse("bereik", "Er is geen bereik gekozen.", "", view.FieldError{Field: "bereik", Text: texts.T("driehoek-fout.bereik")})
		}
		c.Scope = a
	}
	var faults []view.FieldError
	for k, f := range in.Posts {
		n := strconv.Itoa(k)
		p := loop.Post{
			ID: f.ID, Corner: loop.Corner(f.Corner), Coordinating: f.Coordinating && f.Corner == string(loop.Opdrachtgever),
			Organisation: strings.TrimSpace(f.Organisation), Department: strings.TrimSpace(f.Department), Outside: f.Outside,
		}
		if p.Organisation == "" && p.Department == "" {
			continue // an empty row is no post
		}
		for _, x := range []struct{ field, text string }{{"organisatie-" + n, p.Organisation}, {"afdeling-" + n, p.Department}} {
			if err := refusePersonal(x.field, x.text); err != nil {
				return "", err
			}
		}
		if p.Organisation == "" || len(p.Organisation) > 200 || len(p.Department) > 200 {
			faults = append(faults, view.FieldError{Field: "organisatie-" + n, Text: texts.T("driehoek-fout.organisatie")})
		}
		if p.Corner == "" {
			faults = append(faults, view.FieldError{Field: "hoek-" + n, Text: texts.T("driehoek-fout.hoek")})
		}
		if p.ID == "" {
			p.ID = o.NewID("post")
		}
		c.Posts = append(c.Posts, p)
		person := in.People[n]
		switch {
		case person != "":
			c.Terms = append(c.Terms, loop.Term{Post: p.ID, Person: loop.PersonID(person), Name: loop.Words(o.name(ctx, loop.PersonID(person))), Signs: true, From: in.From})
		case p.Outside && (t == nil || !o.seated(t, p.ID, in.From)):
			// Somebody answers there, but not here: the party stands in.
			c.Terms = append(c.Terms, loop.Term{Post: p.ID, Person: loop.PersonID("partij-" + c.ID + "-" + p.ID), Name: loop.Words(p.Organisation), Signs: true, From: in.From})
		}
	}
	if len(faults) > 0 {
		return "", refuse("invoer", "Niet alles is ingevuld.", "", faults...)
	}
	return c.ID, o.do(ctx, who, c)
}

// seated reports whether somebody signs on a post on a day.
func (o *Office) seated(t *loop.Triangle, post string, on rule.Date) bool {
	o.mu.RLock()
	defer o.mu.RUnlock()
	return slices.ContainsFunc(t.Terms, func(x loop.Term) bool { return x.Post == post && x.Signs && x.On(on) })
}

// Appoint puts somebody on a post: one with an account, or somebody by name.
func (o *Office) Appoint(ctx context.Context, who string, in view.AppointInput) error {
	term := loop.Term{Post: in.Post, Person: loop.PersonID(in.Person), Signs: in.Signs, From: in.From, Until: in.Until}
	name := strings.TrimSpace(in.Name)
	switch p, ok := o.person(in.Person); {
	case ok:
		term.Name = loop.Words(p.Name)
	case in.Person != "":
		return refuse("persoon", "Deze persoon is hier niet bekend.", "", view.FieldError{Field: "persoon", Text: texts.T("driehoek-fout.persoon")})
	case name == "" || len(name) > 200:
		return refuse("persoon", "Er is niemand gekozen.", "", view.FieldError{Field: "persoon", Text: texts.T("driehoek-fout.naam")})
	default:
		if err := refusePersonal("naam", name); err != nil {
			return err
		}
		term.Person, term.Name = loop.PersonID(o.NewID("mens")), loop.Words(name)
	}
	return o.do(ctx, who, loop.Appoint{Triangle: in.Triangle, Term: term})
}

// Leave ends somebody's time on a post.
func (o *Office) Leave(ctx context.Context, who string, in view.LeaveInput) error {
	return o.do(ctx, who, loop.Leave{Triangle: in.Triangle, Post: in.Post, Person: loop.PersonID(in.Person), On: in.On})
}

// SetCapacity says how much change work fits in a quarter.
func (o *Office) SetCapacity(ctx context.Context, who string, in view.CapacityInput) error {
	n, err := strconv.Atoi(strings.TrimSpace(in.Points))
	if err != nil || n < 0 || n > 1_000_000 {
		return refuse("capaciteit", "Dit is geen aantal uren.", "", view.FieldError{Field: "uren", Text: texts.T("driehoek-fout.uren")})
	}
	return o.do(ctx, who, loop.SetCapacity{Triangle: in.Triangle, Quarter: loop.Quarter(in.Quarter), Points: n})
}

// DropTriangle ends a triangle.
func (o *Office) DropTriangle(ctx context.Context, who, triangle, why string) error {
	if err := refusePersonal("want", why); err != nil {
		return err
	}
	return o.do(ctx, who, loop.DropTriangle{Triangle: triangle, Reason: loop.Words(why)})
}
