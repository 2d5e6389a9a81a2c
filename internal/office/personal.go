package office

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/outcome"
	"lemniscaat/internal/processing"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/store"
)

// Subject names a person as the person does: exactly one of these.
type Subject struct {
	Code    string // of a message of a citizen
	Case    string // reference of the case system, or its pseudonym
	Account string // id, or the name to sign in with
}

// PersonalText is a text with what goes for it.
type PersonalText struct {
	Field  string        `json:"veld"`
	Kind   loop.TextKind `json:"soort"`
	Words  string        `json:"tekst,omitempty"`
	Erased bool          `json:"gewist,omitempty"`
	// Kept says why it is not erased on request; empty: it can be erased.
	Kept Kept `json:"blijft,omitempty"`
}

// Kept is why a text is not erased on request: a loop.Hold, or one of these.
type Kept string

// Reasons beside what is still owed.
const (
	KeptFile Kept = "dossier" // of a decision or objection, until its term is over
	KeptWork Kept = "werk"    // written for the organisation, until its term is over
)

// PersonalEvent is an event of or about a person. Who else is in it is not named.
type PersonalEvent struct {
	Seq      uint64              `json:"nr"`
	At       time.Time           `json:"op"`
	Type     string              `json:"soort"`
	Stream   string              `json:"stroom"`
	By       string              `json:"door"` // the person, or "een ander"
	Activity processing.Activity `json:"verwerking"`
	Data     any                 `json:"gegevens"`
	Texts    []PersonalText      `json:"teksten,omitempty"`
}

// AccountData is what is kept of an account, without what it signs in with.
type AccountData struct {
	ID           string           `json:"id"`
	Login        string           `json:"inlognaam"`
	Name         string           `json:"naam"`
	Person       string           `json:"persoon,omitempty"`
	Organisation string           `json:"organisatie,omitempty"`
	Roles        []string         `json:"rollen,omitempty"`
	Disabled     bool             `json:"uit,omitempty"`
	Made         time.Time        `json:"gemaakt"`
	Seen         time.Time        `json:"gezien,omitzero"`
	Linked       []map[string]any `json:"extern,omitempty"`
}

// PersonFile is everything that an installation holds of a person.
type PersonFile struct {
	Made     time.Time          `json:"gemaakt"`
	Names    []string           `json:"bekendAls"` // ids and pseudonyms
	Account  *AccountData       `json:"account,omitempty"`
	Events   []PersonalEvent    `json:"gebeurtenissen"`
	Outcomes []PersonalOutcome  `json:"uitkomsten"`
	Uses     []processing.Entry `json:"verwerkingen"` // what it is used for
}

// PersonalOutcome is an outcome of a case system.
type PersonalOutcome struct {
	Case       string            `json:"zaak"`
	Date       rule.Date         `json:"datum"`
	Regulation string            `json:"regeling"`
	Article    string            `json:"artikel,omitempty"`
	Class      outcome.Class     `json:"uitkomst"`
	Amount     string            `json:"bedrag,omitempty"`
	Loss       string            `json:"verlies,omitempty"`
	Groups     map[string]string `json:"groepen,omitempty"`
	Contact    string            `json:"contact,omitempty"`
	Exception  string            `json:"uitzondering,omitempty"`
	Ground     string            `json:"grond,omitempty"`
	Synthetic  bool              `json:"synthetisch,omitempty"`
}

func personalOutcome(f outcome.Fact) PersonalOutcome {
	return PersonalOutcome{
		Case: f.Case, Date: f.Date, Regulation: f.Regulation, Article: f.Article, Class: f.Class, Amount: f.Amount.String(), Loss: f.Loss.String(),
		Groups: f.Groups, Contact: string(f.Contact), Exception: f.Exception, Ground: f.Ground, Synthetic: f.Synthetic,
	}
}

// another replaces the name of somebody else.
const another = "een ander"

// sought is a person that was found, by all names.
type sought struct {
	people, cases map[string]bool
	staff         bool
	account       *AccountData
}

func (s sought) names() []string {
	return append(slices.Sorted(maps.Keys(s.people)), slices.Sorted(maps.Keys(s.cases))...)
}

// seek gives the names of a person.
func (o *Office) seek(ctx context.Context, who Subject) (sought, error) {
	s := sought{people: map[string]bool{}, cases: map[string]bool{}}
	given := 0
	for _, x := range []string{who.Code, who.Case, who.Account} {
		if strings.TrimSpace(x) != "" {
			given++
		}
	}
	if given != 1 {
		return s, refuse("wie", "Zeg om wie het gaat.", "Geef een code, een zaak of een account; één van de drie.")
	}
	switch {
	case who.Code != "":
		code, ok := readCode(who.Code)
		if !ok {
			return s, refuse("code-onjuist", "Dit is geen code van een bericht.", "Een code heeft 16 tekens, bijvoorbeeld 7K3M-9PQR-2TVX-4WYZ.")
		}
		s.people[string(citizenOf(code))] = true
	case who.Case != "":
		names, err := o.casesOf(who.Case)
		if err != nil {
			return s, err
		}
		for _, n := range names {
			s.cases[n] = true
		}
	default:
		a, err := FindAccount(ctx, o.Store, strings.TrimSpace(who.Account))
		if err != nil {
			return s, err
		}
		s.account, s.staff = a, true
		s.people["account/"+a.ID], s.people[a.ID] = true, true
		if a.Person != "" {
			s.people[a.Person] = true
		}
	}
	return s, nil
}

// casesOf gives the pseudonyms that a case can have here: under every key that is kept.
func (o *Office) casesOf(ref string) ([]string, error) {
	name, err := o.caseOf(ref)
	if err != nil || isPseudonym(strings.TrimSpace(ref)) {
		return []string{name}, err
	}
	return o.namesOf(strings.TrimSpace(ref)), nil
}

// AccountID gives the number of an account by its number or the name to sign in with.
func (o *Office) AccountID(ctx context.Context, account string) (string, error) {
	a, err := FindAccount(ctx, o.Store, strings.TrimSpace(account))
	if err != nil {
		return "", err
	}
	return a.ID, nil
}

// FindAccount finds an account by its number or the name to sign in with. It
// refuses with account-onbekend.
func FindAccount(ctx context.Context, s store.ShelfReader, name string) (*AccountData, error) {
	for it, err := range store.AllItems(ctx, s, "account", "") {
		if err != nil {
			return nil, err
		}
		var a AccountData
		if err := json.Unmarshal(it.Data, &a); err != nil {
			return nil, fmt.Errorf("account %s: %w", it.ID, err)
		}
		if a.ID == name || strings.EqualFold(a.Login, name) {
			return &a, nil
		}
	}
	return nil, refuse("account-onbekend", "Dit account is er niet.", "Geef het nummer of de inlognaam van een account.")
}

// mine reports whether an event is of the person or about the person.
func (s sought) mine(w *loop.World, r event.Record) bool {
	if s.people[r.Actor] {
		return true
	}
	var p people
	_ = json.Unmarshal(r.Data, &p) // fields of another shape name nobody
	if s.people[p.Reporter] || s.cases[p.Case] || s.people[p.Signal.Reporter] || s.cases[p.Signal.Case] || s.people[p.Term.Person] {
		return true
	}
	for _, t := range p.Terms {
		if s.people[t.Person] {
			return true
		}
	}
	kind, id := cutStream(r.Stream)
	switch kind {
	case "persoon":
		return s.people[id]
	case "besluit":
		d := w.Decision(id)
		return d != nil && s.cases[d.Case]
	case "formeel":
		x, _ := w.Signal(id)
		return x != nil && (s.cases[x.Case] || s.people[string(x.Reporter)])
	case "toegang":
		return s.people[id] || s.people["account/"+id]
	}
	return false
}

// theirs reports whether a text of such an event is of this person: a record of a
// triangle holds the names of more people.
func (s sought) theirs(r event.Record, field string) bool {
	n, ok := strings.CutPrefix(field, "naam-")
	if !ok || !strings.HasPrefix(r.Type, "driehoek.") {
		return true
	}
	var p people
	var i int
	if json.Unmarshal(r.Data, &p) != nil {
		return false
	}
	if _, err := fmt.Sscanf(n, "%d", &i); err != nil || i < 1 || i > len(p.Terms) {
		return false
	}
	return s.people[p.Terms[i-1].Person]
}

// stays says why a text is not erased on request.
func (s sought) stays(r event.Record, a loop.Aged, over bool) Kept {
	switch {
	case a.Held != loop.NotHeld:
		return Kept(a.Held)
	case over:
		return ""
	case s.staff && a.Kind != loop.NameTexts && a.Kind != loop.AddressTexts:
		return KeptWork
	case a.Kind == loop.DecisionTexts || strings.HasPrefix(r.Type, "besluit."):
		return KeptFile
	case !s.staff && a.Kind != loop.SignalTexts && a.Kind != loop.FileTexts && a.Kind != loop.FormalTexts && a.Kind != loop.AddressTexts && !s.people[r.Actor]:
		return KeptWork
	}
	return ""
}

// walk gives every event of a person, with its texts that are there.
func (o *Office) walk(ctx context.Context, s sought, each func(event.Record, []loop.Aged) error) error {
	today := o.today()
	for r, err := range o.Store.All(ctx, 1) {
		if err != nil {
			return fmt.Errorf("read log: %w", err)
		}
		o.mu.RLock()
		if r.Seq > o.world.Head().Seq {
			o.mu.RUnlock()
			return nil
		}
		mine := s.mine(o.world, r)
		var list []loop.Aged
		if mine {
			list, err = o.world.Age(r, o.Config.Retention, nil, today)
		}
		o.mu.RUnlock()
		if err != nil {
			return err
		}
		if mine {
			if err := each(r, list); err != nil {
				return err
			}
		}
	}
	return nil
}

// PersonFile gives everything that is held of a person, and notes in the log of
// processing that it was given.
func (o *Office) PersonFile(ctx context.Context, who Subject) (PersonFile, error) {
	s, err := o.seek(ctx, who)
	if err != nil {
		return PersonFile{}, err
	}
	out := PersonFile{Made: o.Now().UTC(), Names: s.names(), Account: s.account, Events: []PersonalEvent{}, Outcomes: []PersonalOutcome{}}
	others := o.othersThan(s)
	used := map[processing.Activity]bool{}
	if s.account != nil {
		used[processing.Accounts] = true
	}
	err = o.walk(ctx, s, func(r event.Record, list []loop.Aged) error {
		e, err := o.personal(ctx, s, r, list, others)
		if err == nil {
			out.Events = append(out.Events, e)
			used[e.Activity] = true
		}
		return err
	})
	if err != nil {
		return PersonFile{}, err
	}
	if len(s.cases) > 0 {
		for b, err := range o.Store.Batches(ctx) {
			if err != nil {
				return PersonFile{}, fmt.Errorf("read facts: %w", err)
			}
			for _, f := range b.Facts {
				if s.cases[f.Case] {
					out.Outcomes = append(out.Outcomes, personalOutcome(f))
					used[processing.Decisions] = true
				}
			}
		}
	}
	all, err := processing.Register()
	if err != nil {
		return PersonFile{}, err
	}
	for _, x := range all {
		if used[x.ID] {
			out.Uses = append(out.Uses, x)
		}
	}
	return out, o.gave(ctx, s)
}

// gave notes that somebody's data were given or asked for.
func (o *Office) gave(ctx context.Context, s sought) error {
	if o.Processing == nil {
		return nil
	}
	var touches []processing.Touch
	for _, n := range s.names() {
		touches = append(touches, processing.Touch{Activity: processing.Rights, Subject: n, Name: "inzage"})
	}
	rows, err := o.Processing.Rows(ctx, time.Time{}, touches...)
	if err != nil || len(rows) == 0 {
		return err
	}
	return o.Store.Put(ctx, rows...)
}

// othersThan gives a test whether a word in an event names somebody else.
func (o *Office) othersThan(s sought) func(string) bool {
	o.mu.RLock()
	defer o.mu.RUnlock()
	known := map[string]bool{}
	for _, t := range o.world.Triangles() {
		for _, x := range t.Terms {
			known[string(x.Person)] = true
		}
	}
	for _, p := range o.persons() {
		known[p.ID] = true
	}
	return func(word string) bool {
		if s.people[word] || s.cases[word] {
			return false
		}
		return known[word] || isCitizen(loop.PersonID(word)) || strings.HasPrefix(word, "account/") || strings.HasPrefix(word, "mail/") || isPseudonym(word)
	}
}

// withoutOthers replaces the names of others in the data of an event.
func withoutOthers(v any, other func(string) bool) any {
	switch v := v.(type) {
	case string:
		if other(v) {
			return another
		}
	case []any:
		for i := range v {
			v[i] = withoutOthers(v[i], other)
		}
	case map[string]any:
		for k, x := range v {
			if other(k) {
				delete(v, k)
				continue
			}
			v[k] = withoutOthers(x, other)
		}
	}
	return v
}

func (o *Office) personal(ctx context.Context, s sought, r event.Record, list []loop.Aged, others func(string) bool) (PersonalEvent, error) {
	e := PersonalEvent{Seq: r.Seq, At: r.At, Type: r.Type, Stream: r.Stream, By: another}
	if others(strings.TrimPrefix(r.Stream, "persoon/")) {
		e.Stream = "persoon"
	}
	if s.people[r.Actor] || r.Actor == string(loop.System) {
		e.By = r.Actor
	}
	e.Activity = processing.Handling
	for _, t := range o.touches(event.Draft{Stream: r.Stream, Type: r.Type, Actor: r.Actor, Data: r.Data, Personal: map[string]string{"": ""}}) {
		e.Activity = t.Activity
		break
	}
	var data any
	if err := json.Unmarshal(r.Data, &data); err != nil {
		return e, fmt.Errorf("gebeurtenis %d: %w", r.Seq, err)
	}
	e.Data = withoutOthers(data, others)
	today := o.today()
	there := map[string]loop.Aged{}
	for _, a := range list {
		there[a.Ref.Field] = a
	}
	for _, f := range slices.Sorted(maps.Keys(r.Personal)) {
		if !s.theirs(r, f) {
			continue
		}
		t := PersonalText{Field: f, Kind: loop.KindOfText(r.Type, f)}
		a, ok := there[f]
		if !ok {
			t.Erased = true
			e.Texts = append(e.Texts, t)
			continue
		}
		t.Words, t.Kept = r.Secrets[f].Text, s.stays(r, a, a.Over(today))
		if event.Bulk(f) {
			words, err := o.Store.Text(ctx, a.Ref)
			switch {
			case errors.Is(err, store.ErrNotFound):
				t.Erased = true
			case err != nil:
				return e, err
			}
			t.Words = words
		}
		e.Texts = append(e.Texts, t)
	}
	return e, nil
}

// PersonErased is what erasing on request did.
type PersonErased struct {
	Names  []string     `json:"bekendAls"`
	Erased int          `json:"gewist"`
	Kept   map[Kept]int `json:"blijft"`
}

// ErasePerson erases the texts of a person, but for what must be kept. With do false
// it only counts.
func (o *Office) ErasePerson(ctx context.Context, who Subject, do bool) (PersonErased, error) {
	s, err := o.seek(ctx, who)
	if err != nil {
		return PersonErased{}, err
	}
	out := PersonErased{Names: s.names(), Kept: map[Kept]int{}}
	var refs []event.Ref
	today := o.today()
	err = o.walk(ctx, s, func(r event.Record, list []loop.Aged) error {
		for _, a := range list {
			if !s.theirs(r, a.Ref.Field) {
				continue
			}
			if why := s.stays(r, a, a.Over(today)); why != "" {
				out.Kept[why]++
			} else {
				refs = append(refs, a.Ref)
			}
		}
		return nil
	})
	if err != nil {
		return out, err
	}
	out.Erased = len(refs)
	if !do {
		return out, nil
	}
	out.Erased = 0
	for _, c := range loop.Erasures(refs, "verzoek van de betrokkene") {
		if err := o.do(ctx, string(loop.System), c); err != nil {
			return out, err
		}
		out.Erased += len(c.Refs)
	}
	return out, nil
}
