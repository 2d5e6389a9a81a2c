package office

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"lemniscaat/internal/disclosure"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/processing"
	"lemniscaat/internal/recourse"
	view "lemniscaat/internal/screen"
)

// Files of what is disclosed of a regulation.
const (
	algorithmFile  = "algoritmeregister.json"
	dataFile       = "gegevens-bij-besluiten.json"
	assessmentFile = "dpia.md"
)

// Disclosures says what can be shown of a regulation.
func (o *Office) Disclosures(_ context.Context, id string) (view.DisclosureView, error) {
	set, _ := o.InForceNow()
	reg, ok := set.Get(id)
	if !ok {
		return view.DisclosureView{}, view.ErrNotFound
	}
	return view.DisclosureView{ID: reg.ID, Name: reg.Name, Decides: reg.Decides()}, nil
}

// AllDisclosures is Disclosures for every regulation.
func (o *Office) AllDisclosures(_ context.Context) ([]view.DisclosureView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	var out []view.DisclosureView
	for _, r := range o.rules.sorted() {
		out = append(out, view.DisclosureView{ID: r.ID, Name: r.Name, Decides: r.Decides()})
	}
	return out, nil
}

// Disclosure makes one of those files, by the rules in force today. What the rules
// do not say is open in it.
func (o *Office) Disclosure(_ context.Context, id, file string) ([]byte, error) {
	set, on := o.InForceNow()
	reg, ok := set.Get(id)
	if !ok {
		return nil, view.ErrNotFound
	}
	of := disclosure.Organisation{Name: o.called(), Objections: recourse.TermDays}
	switch file {
	case algorithmFile:
		return pretty(disclosure.Register(set, reg, of, disclosure.Use{}, on))
	case dataFile:
		list := disclosure.DataOf(set, reg, on)
		if len(list) == 0 {
			return nil, view.ErrNotFound
		}
		return pretty(list)
	case assessmentFile:
		return []byte(disclosure.Markdown(reg.Name, on, disclosure.Assess(set, reg, of, disclosure.Own(), on))), nil
	}
	return nil, view.ErrNotFound
}

// called is the name of the organisation.
func (o *Office) called() string {
	o.mu.RLock()
	defer o.mu.RUnlock()
	return o.organisation()
}

func pretty(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("as JSON: %w", err)
	}
	return b.Bytes(), nil
}

// Activities is the register of processing activities, with the terms that are set
// here.
func (o *Office) Activities(_ context.Context) ([]view.ActivityView, error) {
	list, err := processing.Register()
	if err != nil {
		return nil, err
	}
	var out []view.ActivityView
	for _, e := range list {
		v := view.ActivityView{ID: string(e.ID), Name: e.Name, Goal: e.Goal, Ground: e.Ground, Subjects: e.Subjects, Data: e.Data, Keep: e.Keep}
		for _, k := range e.Texts {
			f := view.Fact{Name: texts.T("verwerking.tekst." + k), Value: texts.T("verwerking.geen-termijn")}
			if span, ok := o.Config.Retention[loop.TextKind(k)]; ok {
				f.Value = spanText(span)
			}
			v.Terms = append(v.Terms, f)
		}
		out = append(out, v)
	}
	return out, nil
}

// spanText writes "7 jaar en 6 maanden".
func spanText(s loop.Span) string {
	var parts []string
	for _, p := range []struct {
		n   int
		key string
	}{{s.Years, "jaar"}, {s.Months, "maand"}, {s.Days, "dag"}} {
		if p.n > 0 {
			parts = append(parts, texts.N("verwerking.termijn-"+p.key, int64(p.n)))
		}
	}
	return texts.List(parts)
}
