package office

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"lemniscaat/internal/backlog"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/regulation"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/spelling"
)

// Bring is the page Invoer.
func (o *Office) Bring(_ context.Context, who string) (view.IntakeView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	v := view.IntakeView{}
	if _, ok := o.person(who); ok {
		v.Can.Can = true
	} else {
		v.Can.Why = "Kies bovenaan als wie u werkt."
	}
	for _, r := range o.rules.sorted() {
		v.Places = append(v.Places, view.AnchorOption{Value: r.ID, Group: r.Name, Label: r.Name})
		for _, a := range r.Articles {
			v.Places = append(v.Places, view.AnchorOption{Value: r.ID + "/" + a.ID, Group: r.Name, Label: articleName(a)})
		}
	}
	for _, x := range o.world.Intakes() {
		s := view.IntakeSource{
			Regulation: view.Ref{Text: x.Regulation, Href: "/metingen/" + x.Regulation}, Rows: x.Rows, Unheard: x.Unheard,
			From: x.From, Until: x.Until, Last: x.Last.On, Synthetic: x.Synthetic > 0,
		}
		if r, ok := o.rules.set.Get(x.Regulation); ok {
			s.Regulation.Text = r.Name
		}
		v.Sources = append(v.Sources, s)
	}
	return v, nil
}

// ImportSignals brings in an old list or mail as signals: a dry run first shows
// what would come in. A row that came in before adds nothing. The answers go to
// whoever brings them in, and are owed from today on.
func (o *Office) ImportSignals(ctx context.Context, who string, in view.SignalFile) (view.SignalImport, error) {
	out := view.SignalImport{Name: in.Name, Dry: in.Dry}
	p, ok := o.person(who)
	if !ok {
		return out, refuse("niemand-gekozen", "Wij weten niet wie u bent.", "Kies bovenaan de pagina als wie u werkt.")
	}
	today := o.today()
	list := backlog.Read(in.Data, today)
	out.Columns = list.Columns
	if list.Fault != nil {
		out.Fault, out.Hint = list.Fault.Reason, list.Fault.Accepted
		return out, nil
	}
	for _, r := range list.Refused {
		out.Refused = append(out.Refused, view.RefusedRow(r))
	}
	out.Due = today.AddDays(o.world.Terms.AnswerDays)
	seen := map[string]bool{}
	for _, e := range list.Entries {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		row, cmd, bad := o.oldSignal(e, in, p)
		if bad != nil {
			out.Refused = append(out.Refused, *bad)
			continue
		}
		key := "oud-" + e.Key() + "-" + fingerprint(cmd.Signal.Anchor.Key())[:16]
		known := seen[key]
		seen[key] = true
		if !known {
			var err error
			if _, known, err = o.Store.Repeat(ctx, key); err != nil {
				return out, err
			}
		}
		switch {
		case known:
			out.Known++
			continue
		case !in.Dry:
			done, err := o.doOnce(ctx, p.ID, cmd, request{key: key, intent: "oud"})
			if err == nil && done.Repeated { // somebody else brings in the same list just now
				out.Known++
				continue
			}
			var no *view.Refusal
			if errors.As(err, &no) {
				out.Refused = append(out.Refused, view.RefusedRow{Line: e.Line, Reason: no.Text, Accepted: no.Hint, Raw: e.Raw})
				continue
			}
			if err != nil {
				return out, err
			}
			o.mu.RLock()
			if s, id := o.world.Signal(cmd.Signal.ID); s != nil && id != "" {
				row.Issue = view.Ref{Text: o.issueTitle(ctx, o.world.Issue(id)), Href: issueHref(id)}
			}
			o.mu.RUnlock()
		}
		out.New = append(out.New, row)
	}
	slices.SortStableFunc(out.Refused, func(a, b view.RefusedRow) int { return cmp.Compare(a.Line, b.Line) })
	return out, nil
}

// oldSignal makes the command of one entry, or says why it cannot come in.
func (o *Office) oldSignal(e backlog.Entry, in view.SignalFile, p Person) (view.ImportedSignal, loop.FileSignal, *view.RefusedRow) {
	no := func(reason, accepted string) (view.ImportedSignal, loop.FileSignal, *view.RefusedRow) {
		return view.ImportedSignal{}, loop.FileSignal{}, &view.RefusedRow{Line: e.Line, Reason: reason, Accepted: accepted, Raw: e.Raw}
	}
	o.mu.RLock()
	defer o.mu.RUnlock()
	reg, article, _ := strings.Cut(in.Place, "/")
	written := e.Regulation != ""
	if written {
		r, known := o.regulationNamed(e.Regulation)
		if r == nil {
			return no(fmt.Sprintf("de regeling %q is hier niet bekend", clipText(e.Regulation)), "bekend: "+known)
		}
		if r.ID != reg {
			reg, article = r.ID, ""
		}
	}
	if reg == "" {
		return no("de rij zegt niet bij welke regeling zij hoort", "vul de kolom regeling, of kies een plaats voor rijen zonder")
	}
	r, ok := o.rules.set.Get(reg)
	if !ok {
		return no("de gekozen regeling is er niet", "kies een plaats uit de lijst")
	}
	if e.Article != "" {
		a, known := articleNamed(r, e.Article)
		switch {
		case a != "":
			article = a
		case in.Place != "" && !written && e.Sender != "":
			// A mail that happens to mention an article of another law.
		default:
			return no(fmt.Sprintf("%s heeft geen artikel %q", r.Name, clipText(e.Article)), "bekend: "+known)
		}
	}
	tile := view.Tile(e.Kind)
	if e.Kind == "" {
		tile = in.Tile
	}
	kind, ok := tileKind(tile)
	if !ok {
		return no("de rij zegt niet wat voor signaal het is", "vul de kolom soort ("+backlog.Kinds+"), of kies een soort voor rijen zonder")
	}
	a := loop.Anchor{Regulation: reg, Article: article}
	origin := &loop.Origin{From: "lijst", On: e.Date}
	if e.Count > 1 {
		origin.Times = e.Count
	}
	if len(e.Raw) == 0 {
		origin.From = "mail"
		if e.Sender != "" {
			name, err := o.pseudonym("mail|" + e.Sender)
			if err != nil {
				return no("de sleutel voor namen ontbreekt op deze server", "vraag de beheerder om de sleutel")
			}
			_, sum, _ := strings.Cut(name, ":")
			origin.Sender = loop.PersonID("mail/" + sum)
		}
	}
	cmd := loop.FileSignal{NewIssue: o.NewID("k"), Signal: loop.Signal{
		ID: o.NewID("s"), Anchor: a, Kind: kind, What: loop.Words(e.Text), Frequency: loop.Once, Channel: loop.Professional,
		Reporter: loop.PersonID(p.ID), Reachable: true, Synthetic: o.Demo != nil, Origin: origin,
	}}
	place := r.Name
	if x, ok := r.Article(article); ok {
		place += ", " + articleName(x)
	}
	return view.ImportedSignal{Line: e.Line, Place: place, Text: e.Text, Tile: tileOf(kind), Old: e.Date, Count: e.Count, Masked: e.Masked, Notes: e.Notes}, cmd, nil
}

// tileKind reads a tile as a page or as an old list names it.
func tileKind(t view.Tile) (loop.SignalKind, bool) {
	if k, ok := kinds[t]; ok {
		return k, true
	}
	for _, k := range kinds {
		if string(k) == string(t) {
			return k, true
		}
	}
	return "", false
}

// regulationNamed finds a regulation by its id, name or number in the
// Basiswettenbestand; otherwise it says which there are, the likeliest first.
func (o *Office) regulationNamed(name string) (*regulation.Regulation, string) {
	var names []string
	for _, r := range o.rules.sorted() {
		if strings.EqualFold(name, r.ID) || strings.EqualFold(name, r.Name) || r.BWB != "" && strings.EqualFold(name, r.BWB) {
			return r, ""
		}
		names = append(names, r.Name)
	}
	slices.SortStableFunc(names, func(a, b string) int {
		return cmp.Compare(spelling.Distance(strings.ToLower(a), strings.ToLower(name), 20), spelling.Distance(strings.ToLower(b), strings.ToLower(name), 20))
	})
	return nil, listed(names)
}

var articleNumber = regexp.MustCompile(`(?i)^(?:art(?:ikel|\.)?\s*)?([0-9]+(?:[.:][0-9]+)*\s?[a-z]{0,3})\b`)

// articleNamed finds an article by its id, or by its number when one article has
// it; otherwise it says which there are.
func articleNamed(r *regulation.Regulation, name string) (id, known string) {
	name = strings.ToLower(strings.TrimSpace(name))
	number := ""
	if m := articleNumber.FindStringSubmatch(name); m != nil {
		number = strings.NewReplacer(" ", "", ":", "-", ".", "-").Replace(m[1])
	}
	var found, names []string
	for _, a := range r.Articles {
		if a.ID == name {
			return a.ID, ""
		}
		if number != "" && (a.ID == "artikel-"+number || strings.HasSuffix(a.ID, "-artikel-"+number)) {
			found = append(found, a.ID)
		}
		names = append(names, a.ID)
	}
	if len(found) == 1 {
		return found[0], ""
	}
	if len(found) > 1 {
		names = found
	}
	return "", listed(names)
}

func clipText(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// originText says where a signal was before: "uit een oude lijst, 1 februari
// 2024, 12 keer gemeld".
func originText(x *loop.Origin) string {
	t := texts.T("herkomst." + x.From)
	if !x.On.IsZero() {
		t += ", " + dutch(x.On)
	}
	if x.Times > 1 {
		t += ", " + texts.T("herkomst.keer", "n", x.Times)
	}
	return t
}
