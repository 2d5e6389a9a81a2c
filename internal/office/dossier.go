package office

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"lemniscaat/internal/disclosure"
	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// Choices of how long a dossier is kept.
const (
	keepForever = "blijvend"
	keepAWhile  = "tijdelijk"
)

// dossierFiles are the documents of a dossier, by name and title.
var dossierFiles = [][2]string{
	{"voorstel.md", "Het voorstel"}, {"voorstel.json", "Het voorstel als gegevens"}, {"gebeurtenissen.json", "Wat er gebeurde, met de hashes van het logboek"},
}

// ArchiveForm says whether the dossier of a proposal can be made.
func (o *Office) ArchiveForm(_ context.Context, _, id string) (view.ArchiveView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	p := o.world.Proposal(id)
	if p == nil {
		return view.ArchiveView{}, view.ErrNotFound
	}
	v := view.ArchiveView{ID: id, Title: p.Title, Make: view.Action{Can: !p.DecidedOn.IsZero()}}
	if !v.Make.Can {
		v.Make.Why = texts.T("dossier.niet-besloten")
	}
	for _, f := range dossierFiles {
		v.Files = append(v.Files, f[1])
	}
	return v, nil
}

// Archive makes the dossier of a decided proposal with its description in MDTO, as
// a zip. No name of a person is in it: people are their function.
func (o *Office) Archive(ctx context.Context, _ string, in view.ArchiveInput) ([]byte, error) {
	keep := disclosure.Keep{Forever: in.Keep == keepForever, Term: strings.ToUpper(strings.TrimSpace(in.Term)), List: strings.TrimSpace(in.List), Category: strings.TrimSpace(in.Category)}
	const choose = "Kies hoe lang het dossier bewaard wordt."
	switch {
	case in.Keep != keepForever && in.Keep != keepAWhile:
		return nil, refuse("bewaren", "Er is nog niet gekozen hoe lang het dossier bewaard wordt.", choose, view.FieldError{Field: "bewaren", Text: choose})
	case len(keep.List) > 200 || len(keep.Category) > 200:
		const short = "Ten hoogste 200 tekens."
		return nil, refuse("bewaren", "De naam van de selectielijst of categorie is te lang.", short, view.FieldError{Field: "lijst", Text: short})
	}
	const term = "Schrijf een duur, bijvoorbeeld P20Y voor twintig jaar of P6M voor zes maanden."
	badTerm := refuse("termijn", "Deze bewaartermijn kan niet.", term, view.FieldError{Field: "termijn", Text: term})
	if !keep.Forever {
		if _, err := loop.ParseSpan(keep.Term); err != nil {
			return nil, badTerm
		}
	}
	events, err := o.Store.Load(ctx, "voorstel/"+in.Proposal)
	if err != nil {
		return nil, fmt.Errorf("dossier: %w", err)
	}
	o.mu.RLock()
	d, err := o.dossier(in.Proposal, keep, events)
	o.mu.RUnlock()
	if err != nil {
		return nil, err
	}
	papers, err := disclosure.Describe(d, func(b []byte) [32]byte { return sha256.Sum256(b) }, o.Now())
	if errors.Is(err, disclosure.ErrKeep) {
		return nil, badTerm
	}
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	add := func(name string, data []byte) {
		var w io.Writer
		if err == nil {
			w, err = z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: o.Now().UTC()})
		}
		if err == nil {
			_, err = w.Write(data)
		}
	}
	for _, f := range d.Files {
		add(f.Name, f.Data)
	}
	for _, p := range papers {
		add(p.Name, p.XML)
	}
	if err = errors.Join(err, z.Close()); err != nil {
		return nil, fmt.Errorf("dossier: %w", err)
	}
	return b.Bytes(), nil
}

// archived is a proposal as data, without anybody's name.
type archived struct {
	ID         string             `json:"id"`
	Title      string             `json:"titel"`
	Regulation string             `json:"regeling"`
	State      string             `json:"staat"`
	Opened     rule.Date          `json:"geopend"`
	Decided    rule.Date          `json:"besloten"`
	InForce    rule.Date          `json:"geldigVanaf,omitzero"`
	Digest     string             `json:"controlegetal"`
	Content    loop.Content       `json:"inhoud"`
	Compass    map[string]string  `json:"beleidskompas,omitempty"`
	Goals      []string           `json:"doelen,omitempty"`
	Expected   []loop.Expectation `json:"verwachtingen,omitempty"`
	Rollout    []loop.Stage       `json:"uitrol,omitempty"`
	Promises   []archivedPromise  `json:"toezeggingen,omitempty"`
	Assessed   []loop.Assessment  `json:"toetsen,omitempty"`
	Simulation *loop.Simulation   `json:"simulatie,omitempty"`
	Keys       []archivedKey      `json:"sleutels"`
}

type archivedPromise struct {
	By   string    `json:"door"` // a function
	What string    `json:"wat"`
	Due  rule.Date `json:"uiterlijk"`
}

type archivedKey struct {
	Mandate string    `json:"mandaat"`
	Digest  string    `json:"controlegetal"`
	On      rule.Date `json:"datum"`
}

type archivedEvent struct {
	Seq  uint64     `json:"nr"`
	At   time.Time  `json:"op"`
	What string     `json:"soort"`
	Text string     `json:"wat"`
	By   string     `json:"functie,omitempty"`
	Hash event.Hash `json:"hash"`
}

// dossier collects what is archived; o.mu is held.
func (o *Office) dossier(id string, keep disclosure.Keep, events []event.Record) (disclosure.Dossier, error) {
	p := o.world.Proposal(id)
	if p == nil {
		return disclosure.Dossier{}, view.ErrNotFound
	}
	if p.DecidedOn.IsZero() {
		return disclosure.Dossier{}, refuse("niet-besloten", "Dit voorstel is nog niet besloten.", "Een dossier voor het archief is er als er een besluit is.")
	}
	nameless := o.nameless()
	whole := archived{
		ID: id, Title: p.Title, Regulation: p.Regulation, State: string(p.State), Opened: p.Opened, Decided: p.DecidedOn, InForce: inForce(p), Digest: string(p.Digest()),
		Content: p.Content, Compass: p.Compass, Goals: p.Plan.Goals, Expected: p.Plan.Expectations, Rollout: p.Plan.Rollout, Assessed: p.Assessments, Keys: []archivedKey{},
	}
	if p.Simulation.Run != "" {
		whole.Simulation = &p.Simulation
	}
	for _, x := range p.Plan.Promises {
		whole.Promises = append(whole.Promises, archivedPromise{o.functionOf(x.By), x.What, x.Due})
	}
	for _, k := range p.Keys {
		whole.Keys = append(whole.Keys, archivedKey{string(k.Mandate), string(k.Digest), k.On})
	}
	var log []archivedEvent
	d := disclosure.Dossier{
		ID: id, Name: nameless.Replace(p.Title), Summary: nameless.Replace(strings.Join(p.Content.Summary, " ")), Source: "Lemniscaat, " + o.organisation(),
		Maker: disclosure.Organisation{Name: o.organisation()}, Opened: p.Opened, Decided: p.DecidedOn, Keep: keep,
	}
	for _, e := range events {
		by := o.functionOf(loop.PersonID(e.Actor))
		log = append(log, archivedEvent{e.Seq, e.At.UTC(), e.Type, eventText(e.Type), by, e.Hash})
		switch e.Type {
		case (*loop.ProposalOpened)(nil).Type():
			d.Events = append(d.Events, disclosure.Happened{What: "Creatie", At: e.At, By: by})
		case (*loop.ProposalDecided)(nil).Type():
			d.Events = append(d.Events, disclosure.Happened{What: "Vaststelling", At: e.At, By: by, Result: "besloten"})
		}
	}
	data, err := pretty(whole)
	if err != nil {
		return d, err
	}
	happened, err := pretty(log)
	if err != nil {
		return d, err
	}
	for k, text := range [][]byte{[]byte(o.dossierText(p, whole)), data, happened} {
		format := disclosure.JSONFormat
		if k == 0 {
			format = disclosure.MarkdownFormat
		}
		d.Files = append(d.Files, disclosure.File{
			ID: fmt.Sprintf("%s/%d", id, k+1), Name: dossierFiles[k][0], Title: dossierFiles[k][1], Format: format, Data: []byte(nameless.Replace(string(text))), Made: o.Now(),
		})
	}
	return d, nil
}

// functionOf gives what somebody is in the triangle; "" when that is not known.
func (o *Office) functionOf(id loop.PersonID) string {
	if p, ok := o.person(string(id)); ok && p.Corner != "" {
		return string(p.Corner)
	}
	return ""
}

// nameless puts a function in the place of every name of who can act here.
func (o *Office) nameless() *strings.Replacer {
	people := slices.Clone(o.persons())
	// The longest first: "Anna de Vries" before "Anna".
	slices.SortFunc(people, func(a, b Person) int { return len(b.Name) - len(a.Name) })
	var pairs []string
	for _, p := range people {
		if len(p.Name) > 2 {
			f := string(p.Corner)
			if f == "" {
				f = "medewerker"
			}
			pairs = append(pairs, p.Name, f)
		}
	}
	return strings.NewReplacer(pairs...)
}

// dossierText tells a proposal as text.
func (o *Office) dossierText(p *loop.Proposal, a archived) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	part := func(title string) { line("\n## %s\n", title) }
	line("# %s\n\nRegeling: %s. Geopend op %s, besloten op %s.", p.Title, p.Regulation, dutch(p.Opened), dutch(p.DecidedOn))
	if !a.InForce.IsZero() {
		line("Geldt vanaf %s.", dutch(a.InForce))
	}
	line("Controlegetal: %s", a.Digest)
	part("Wat verandert")
	for _, s := range p.Content.Summary {
		line("- %s", s)
	}
	part("Waarom")
	for _, q := range o.compass(p) {
		if q.Answer != "" {
			line("**%s**\n\n%s\n", q.Label, q.Answer)
		}
	}
	part("Toetsen")
	for _, x := range p.Assessments {
		line("- %s (uitgave %s): %s", x.Questionnaire, x.Edition, x.Verdict)
		for _, f := range x.Findings {
			line("  - %s", f.Text)
		}
	}
	if p.Simulation.Sentence != "" {
		part("Gevolgen")
		line("%s (run %s, bevolking %s)", p.Simulation.Sentence, p.Simulation.Run, p.Simulation.Population)
	}
	part("Verwachtingen")
	for _, e := range p.Plan.Expectations {
		line("- %s: nu %s, straks %s, tussen %s en %s %s, op %s", e.Indicator, e.Baseline, e.Predicted, e.Low, e.High, e.Unit, dutch(e.Horizon))
	}
	if len(a.Promises) > 0 {
		part("Toezeggingen")
		for _, x := range a.Promises {
			line("- %s: %s, uiterlijk %s", x.By, x.What, dutch(x.Due))
		}
	}
	part("Sleutels")
	for _, k := range a.Keys {
		line("- %s, op %s, op controlegetal %s", k.Mandate, dutch(k.On), k.Digest)
	}
	if s := p.Settled; s != nil {
		line("- in de plaats van een sleutel: %s, op %s. %s", s.Kind, dutch(s.On), s.Reason.Words)
	}
	return b.String()
}
