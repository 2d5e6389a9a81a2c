package office

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"
	"strings"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// sheet is the sheet for maatwerk of a decision: only the grounds that exist
// there, what strict application costs, and what may be given. It is nil when
// there is nothing to give: no ground, and no list of the team.
func (o *Office) sheet(ctx context.Context, d *loop.Decision, r *regulation.Regulation, who string, cost strict) *view.DiscretionForm {
	p, known := o.person(who)
	desk, _ := o.world.DeskOf(d.Anchor)
	grounds := groundsAt(r, d.Anchor.Article)
	if d.Kind == loop.Award && d.Loss == 0 {
		grounds = nil // nothing was kept back
	}
	f := &view.DiscretionForm{}
	for _, g := range grounds {
		f.Grounds = append(f.Grounds, view.Ground{ID: g.ID, Text: g.Text, Source: g.Source})
		if n := o.world.Discretion(g.ID, d.Anchor); n > 0 {
			every := o.world.Terms.DiscretionCount
			f.Pattern = append(f.Pattern, texts.T("maatwerk.patroon", "grond", g.Text, "aantal", n, "grens", (n/every+1)*every))
		}
	}
	quarter := loop.QuarterOf(o.today())
	if desk != nil {
		left := desk.Left(quarter)
		for _, pr := range desk.Provisions {
			if !pr.Gone && pr.Cents <= left {
				f.Provisions = append(f.Provisions, view.Option{Value: pr.ID, Label: pr.Name + " (" + texts.Euro(pr.Cents) + ")"})
			}
		}
		if len(desk.Provisions) > 0 {
			f.Budget = texts.T("maatwerk.over", "bedrag", texts.Euro(left), "kwartaal", quarterName(quarter))
		}
	}
	if len(f.Grounds) == 0 && len(f.Provisions) == 0 {
		return nil
	}
	if loss := max(cost.cents, d.Loss); loss > 0 {
		f.Cost, f.Parts = texts.T("maatwerk.strikt", "bedrag", texts.Euro(loss)), cost.parts
	}
	limit := limitOf(p, desk)
	switch {
	case limit == math.MaxInt64:
		f.Mandate = texts.T("maatwerk.mandaat-eigenaar")
	case limit > 0:
		f.Mandate = texts.T("maatwerk.mandaat", "bedrag", texts.Euro(limit))
		f.Above = texts.T("maatwerk.daarboven", "wie", o.nameOr(ctx, o.whoMay(d.Anchor, limit+1, who), texts.T("maatwerk.de-eigenaar")))
	}
	switch {
	case d.State == loop.Dropped || d.State == loop.Upheld:
		return nil
	case !known || limit == 0:
		f.Can.Why = texts.T("maatwerk.geen-mandaat")
	case mustHear(d):
		f.Can.Why = texts.T("maatwerk.bel-eerst")
	default:
		f.Can.Can = true
	}
	return f
}

func (o *Office) nameOr(ctx context.Context, id loop.PersonID, otherwise string) string {
	if id == "" {
		return otherwise
	}
	return o.name(ctx, id)
}

// groundText says a ground in words.
func (o *Office) groundText(x loop.Discretion) string {
	if x.Provision != "" {
		if desk, _ := o.world.DeskOf(x.Anchor); desk != nil {
			if p, ok := desk.Provision(x.Provision); ok {
				return p.Name
			}
		}
		return x.Provision
	}
	if r, ok := o.rules.set.Get(x.Anchor.Regulation); ok {
		for _, g := range r.Grounds {
			if g.ID == x.Ground {
				return g.Text + " (" + g.Source + ")"
			}
		}
	}
	return x.Ground
}

func decisionHref(id string) string { return "/beslissingen/" + id }

func (o *Office) givenRow(ctx context.Context, d *loop.Decision, x loop.Discretion, who string) view.GivenRow {
	row := view.GivenRow{
		Number: x.Number, Decision: view.Ref{Text: o.caseTitle(d), Href: decisionHref(d.ID)}, Text: texts.Euro(x.Cents) + " · " + o.groundText(x),
		Reason: x.Reason.Words, By: o.name(ctx, x.By), On: x.On, Sampled: x.Sampled, Judgement: string(x.Review.Judgement),
	}
	if x.Review.Judgement != "" {
		row.Note, row.LookedBy = x.Review.Note.Words, o.name(ctx, x.Review.By)
	}
	for _, ob := range d.Obligations() {
		if ob.Open() && ob.Ref == "maatwerk:"+strconv.Itoa(x.Number) {
			row.Due = ob.Due
		}
	}
	if x.Sampled && x.Review.Judgement == "" {
		switch {
		case string(x.By) == who:
			row.Look.Why = texts.T("maatwerk.zelf")
		default:
			row.Look = o.anybody(who)
		}
	}
	return row
}

func (o *Office) askRow(ctx context.Context, d *loop.Decision, a loop.Ask, who string) view.AskRow {
	row := view.AskRow{
		ID: a.ID, Decision: view.Ref{Text: o.caseTitle(d), Href: decisionHref(d.ID)}, Text: texts.Euro(a.Discretion.Cents) + " · " + o.groundText(a.Discretion),
		Reason: a.Discretion.Reason.Words, By: o.name(ctx, a.By), To: o.nameOr(ctx, a.To, texts.T("maatwerk.de-eigenaar")), On: a.On, State: string(a.State), Denied: wordsOfMoment(ctx, d.History, a.Reason),
	}
	if a.State != loop.Asked {
		return row
	}
	for _, ob := range d.Obligations() {
		if ob.Open() && ob.Ref == "verzoek:"+a.ID {
			row.Due = ob.Due
		}
	}
	p, _ := o.person(who)
	desk, _ := o.world.DeskOf(d.Anchor)
	if limitOf(p, desk) >= a.Discretion.Cents {
		row.Grant.Can, row.Deny.Can = true, true
	} else {
		row.Deny.Can = string(a.By) == who // who asked may take it back
	}
	return row
}

// quarterName writes "2026-Q4" as "4e kwartaal van 2026".
func quarterName(q loop.Quarter) string {
	y, n, _ := strings.Cut(string(q), "-Q")
	return texts.T("kwartaal", "nummer", n, "jaar", y)
}

// Desk is the page Maatwerk of a team: what was given, what is left, and what a
// colleague still looks at. Without a team it is the first that somebody works in.
func (o *Office) Desk(ctx context.Context, who, team string, asked view.Asked) (view.DeskView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	var v view.DeskView
	sees := o.teams(o.readerOf(ctx, who))
	for _, t := range o.world.Triangles() {
		if !sees(t) {
			continue
		}
		name := texts.T("team.alles")
		if t.Scope.Regulation != "" {
			name = o.regulationName(t.Scope.Regulation)
		}
		v.Teams = append(v.Teams, view.Option{Value: t.ID, Label: name})
	}
	if team == "" {
		team = o.teamOf(who)
	}
	k := slices.IndexFunc(v.Teams, func(t view.Option) bool { return t.Value == team })
	if k < 0 {
		if team == "" && len(v.Teams) == 0 {
			return v, nil
		}
		return v, view.ErrNotFound
	}
	v.Team, v.Name = team, v.Teams[k].Label
	desk := o.world.Desk(team)
	if desk == nil {
		desk = &loop.Desk{ID: team, Sample: o.world.Terms.SamplePercent}
	}
	o.agreements(&v, desk, who)
	o.given(ctx, &v, team, who, asked)
	o.patterns(ctx, &v, team)
	return v, nil
}

// around gives the triangles in which somebody can have a place; for nobody, those with
// an empty place.
func (o *Office) around(who string) []*loop.Triangle {
	if who == "" {
		return o.world.Triangles()
	}
	return o.world.Seats(loop.PersonID(who))
}

// teamOf gives a team that somebody works in: that of the tour when it is one.
func (o *Office) teamOf(who string) string {
	first := ""
	for _, t := range o.around(who) {
		if !slices.ContainsFunc(t.Members(o.today()), func(h loop.Holder) bool { return string(h.Person) == who }) {
			continue
		}
		if first == "" || o.Demo != nil && t.ID == o.Demo.Tour {
			first = t.ID
		}
	}
	if first == "" {
		for _, t := range o.world.Triangles() {
			return t.ID
		}
	}
	return first
}

// agreements shows what a team agreed, and who may change it.
func (o *Office) agreements(v *view.DeskView, desk *loop.Desk, who string) {
	today := o.today()
	q := loop.QuarterOf(today)
	v.Quarter, v.Sample, v.Threshold = quarterName(q), desk.Sample, o.world.Terms.DiscretionCount
	for _, pr := range desk.Provisions {
		v.Provisions = append(v.Provisions, view.ProvisionRow{ID: pr.ID, Name: pr.Name, InKind: pr.InKind, Cents: view.Cents(pr.Cents), Gone: pr.Gone})
	}
	start := rule.Date{Year: today.Year, Month: (today.Month-1)/3*3 + 1, Day: 1}
	for k := range 4 {
		x := loop.QuarterOf(start.AddMonths(3 * k))
		_, set := desk.Budget[x]
		v.Budgets = append(v.Budgets, view.BudgetRow{
			Quarter: string(x), Name: quarterName(x), Budget: view.Cents(desk.Budget[x]), Spent: view.Cents(desk.Spent[x]), Left: view.Cents(desk.Left(x)), Set: set,
		})
	}
	for _, role := range []loop.Role{loop.RoleProfessional, loop.RoleLeader, loop.RoleAdviser} {
		row := view.MandateRow{Role: string(role)}
		if m, ok := desk.Mandates[role]; ok {
			row.Cents, row.Own = view.Cents(m), true
		} else {
			for _, p := range o.People {
				if roleOf(p) == role {
					row.Cents = max(row.Cents, view.Cents(p.Mandate))
				}
			}
		}
		v.Mandates = append(v.Mandates, row)
	}
	v.Manage = o.manages(who, desk.ID)
}

// manages says whether somebody makes the agreements of a team: its leader, or who
// signs for the execution.
func (o *Office) manages(who, team string) view.Action {
	p, ok := o.person(who)
	t := o.world.Triangle(team)
	if !ok || t == nil {
		return view.Action{Why: "Kies bovenaan als wie u werkt."}
	}
	in := slices.ContainsFunc(t.Members(o.today()), func(h loop.Holder) bool {
		return string(h.Person) == who && h.Post.Corner == loop.Opdrachtnemer && (h.Signs || p.TeamLeader)
	})
	if !in {
		return view.Action{Why: texts.T("maatwerk.alleen-teamleider")}
	}
	return view.Action{Can: true}
}

// given lists the maatwerk of a team.
func (o *Office) given(ctx context.Context, v *view.DeskView, team, who string, asked view.Asked) {
	quarter := loop.QuarterOf(o.today())
	now, spent := 0, int64(0)
	var all []view.GivenRow
	inKind := map[string]int{}
	for _, d := range o.decisionsFor(o.readerOf(ctx, who)) {
		if t := o.world.TriangleOf(d.Anchor); t == nil || t.ID != team {
			continue
		}
		if len(d.Given)+len(d.Asks) > 0 {
			sawDecision(ctx, d)
		}
		for _, x := range d.Given {
			row := o.givenRow(ctx, d, x, who)
			if loop.QuarterOf(x.On) == quarter {
				now++
				spent += x.Cents
				inKind[x.Provision]++
			}
			switch {
			case x.Sampled && x.Review.Judgement == "":
				v.ToLook = append(v.ToLook, row)
			case x.Sampled:
				v.Looked = append(v.Looked, row)
			}
			if mentions(asked.Words, row.Text, row.Decision.Text, row.Reason, row.By) {
				all = append(all, row)
			}
		}
		for _, a := range d.Asks {
			if a.State == loop.Asked {
				v.Asks = append(v.Asks, o.askRow(ctx, d, a, who))
			}
		}
	}
	late := func(a, b view.GivenRow) int { return b.On.Compare(a.On) }
	slices.SortStableFunc(all, late)
	slices.SortStableFunc(v.Looked, late)
	v.Looked = v.Looked[:min(len(v.Looked), 20)]
	slices.SortStableFunc(v.ToLook, func(a, b view.GivenRow) int { return a.Due.Compare(b.Due) })
	slices.SortStableFunc(v.Asks, func(a, b view.AskRow) int { return a.Due.Compare(b.Due) })
	v.Given, v.Paging = view.PageOf(all, asked)
	for k := range v.Provisions {
		v.Provisions[k].Given = inKind[v.Provisions[k].ID]
	}
	v.Numbers = []view.Number{
		{Value: texts.Number(int64(now)), Label: texts.T("maatwerk.keer")},
		{Value: texts.Euro(spent), Label: texts.T("maatwerk.waarde")},
		{Value: texts.Euro(int64(v.Budgets[0].Left)), Label: texts.T("maatwerk.rest")},
		{Value: texts.Number(int64(len(v.ToLook))), Label: texts.T("maatwerk.na-te-kijken")},
	}
}

// patterns lists grounds that are used often on one place: there the rule may not
// fit.
func (o *Office) patterns(ctx context.Context, v *view.DeskView, team string) {
	type use struct {
		ground string
		anchor loop.Anchor
	}
	seen := map[string]use{}
	for _, d := range o.world.Decisions() {
		t := o.world.TriangleOf(d.Anchor)
		for _, x := range d.Given {
			if t != nil && t.ID == team {
				seen[x.Ground+"\x00"+x.Anchor.Key()] = use{x.Ground, x.Anchor}
			}
		}
	}
	every := o.world.Terms.DiscretionCount
	if every <= 0 {
		return
	}
	for _, u := range seen {
		n := o.world.Discretion(u.ground, u.anchor)
		row := view.PatternRow{Ground: o.groundText(loop.Discretion{Ground: u.ground, Anchor: u.anchor}), Times: n, Next: (n/every + 1) * every}
		av := o.anchorView(u.anchor, "")
		row.Place = view.Ref{Text: strings.TrimSpace(av.RegulationName + " " + av.ArticleName), Href: articleHref(u.anchor.Regulation, u.anchor.Article)}
		if u.anchor.Article == "" {
			row.Place.Href = regulationHref(u.anchor.Regulation)
		}
		if u.ground == loop.GroundProvision {
			row.Ground = texts.T("maatwerk.voorziening")
		}
		if n >= every {
			for _, i := range o.world.IssuesAt(u.anchor) {
				if slices.ContainsFunc(i.Signals, func(s string) bool {
					g, _ := o.world.Signal(s)
					return g.Reporter == "detector/regel-past-niet"
				}) {
					row.Issue = view.Ref{Text: o.issueTitle(ctx, i), Href: issueHref(i.ID)}
				}
			}
		}
		v.Patterns = append(v.Patterns, row)
	}
	slices.SortFunc(v.Patterns, func(a, b view.PatternRow) int {
		return cmp.Or(cmp.Compare(b.Times, a.Times), strings.Compare(a.Place.Text, b.Place.Text), strings.Compare(a.Ground, b.Ground))
	})
}

// managing refuses who does not make the agreements of a team.
func (o *Office) managing(who, team string) error {
	o.mu.RLock()
	defer o.mu.RUnlock()
	if o.world.Triangle(team) == nil {
		return view.ErrNotFound
	}
	if a := o.manages(who, team); !a.Can {
		return refuse("rol-onjuist", "Alleen de teamleider of wie tekent voor de uitvoering maakt deze afspraken.", "Vraag het de teamleider.")
	}
	return nil
}

// SetProvision changes the list of a team.
func (o *Office) SetProvision(ctx context.Context, who string, in view.ProvisionInput) error {
	if err := o.managing(who, in.Team); err != nil {
		return err
	}
	cents, err := typedCents("bedrag", in.Amount)
	if err != nil {
		return err
	}
	id := in.ID
	if id == "" {
		id = o.NewID("vz")
	}
	return o.do(ctx, who, loop.SetProvision{Desk: in.Team, Provision: loop.Provision{ID: id, Name: strings.TrimSpace(in.Name), InKind: in.InKind, Cents: cents, Gone: in.Gone}})
}

// SetBudget sets the budget of a quarter.
func (o *Office) SetBudget(ctx context.Context, who string, in view.BudgetInput) error {
	if err := o.managing(who, in.Team); err != nil {
		return err
	}
	cents, err := typedCents("bedrag", in.Amount)
	if err != nil {
		return err
	}
	return o.do(ctx, who, loop.SetBudget{Desk: in.Team, Quarter: loop.Quarter(in.Quarter), Cents: cents})
}

// SetMandate sets what a role gives without asking.
func (o *Office) SetMandate(ctx context.Context, who string, in view.MandateInput) error {
	if err := o.managing(who, in.Team); err != nil {
		return err
	}
	cents, err := typedCents("bedrag", in.Amount)
	if err != nil {
		return err
	}
	return o.do(ctx, who, loop.SetMandate{Desk: in.Team, Role: loop.Role(in.Role), Cents: cents})
}

// SetSample sets the part that is looked at afterwards.
func (o *Office) SetSample(ctx context.Context, who string, in view.SampleInput) error {
	if err := o.managing(who, in.Team); err != nil {
		return err
	}
	n, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(in.Percent), "%")))
	if err != nil {
		return refuse("deel-onjuist", "Dit is geen heel getal: "+shorten(in.Percent, 40)+".", "Schrijf een getal van 0 tot 100.", view.FieldError{Field: "deel", Text: "Schrijf een getal van 0 tot 100."})
	}
	return o.do(ctx, who, loop.SetSample{Desk: in.Team, Percent: n})
}
