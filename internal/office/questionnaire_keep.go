package office

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"lemniscaat/internal/store"
)

// questionnaireKind is the kind of the items that keep the editions of own
// questionnaires: id "privacy/7", the file as it was as its data.
const questionnaireKind = "vragenlijst"

// keepQuestionnaires keeps every own edition in the store and brings back those that
// are not in the folder any more, so that what was answered on an edition can be
// read beside its questions for ever. An edition that was used does not change:
// ErrQuestionnaire says which one did. The log is folded by now.
func (o *Office) keepQuestionnaires(ctx context.Context) error {
	kept, err := o.keptQuestionnaires(ctx)
	if err != nil {
		return err
	}
	// Questionnaires may be shared by offices; what is kept is of this one.
	q := &Questionnaires{byID: map[string][]questionnaire{}}
	for id, list := range o.questions.byID {
		q.byID[id] = slices.Clone(list)
	}
	used := o.usedEditions()
	var changes []store.Change
	here := map[string]bool{}
	for _, id := range slices.Sorted(maps.Keys(q.byID)) {
		for _, x := range q.byID[id] {
			if !x.own {
				continue
			}
			key := x.ID + "/" + x.Edition
			here[key] = true
			old, ok := kept[key]
			switch {
			case ok && bytes.Equal(old.text, x.text):
				continue
			case used[key]: // also when what was used is one that ships
				return fmt.Errorf("%w: %s: met vragenlijst %q versie %q is al gewerkt, en toen was de tekst anders; geef deze tekst een nieuwe versie", ErrQuestionnaire, x.file, x.ID, x.Edition)
			}
			changes = append(changes, store.Change{Item: store.Item{Kind: questionnaireKind, ID: key, Data: x.text}})
		}
	}
	for _, key := range slices.Sorted(maps.Keys(kept)) {
		x := kept[key]
		if here[key] || !used[key] {
			continue
		}
		if at := slices.IndexFunc(q.byID[x.ID], func(y questionnaire) bool { return y.Edition == x.Edition }); at >= 0 {
			// One that ships has the same name; what was answered was asked by the own one.
			q.byID[x.ID] = slices.Delete(q.byID[x.ID], at, at+1)
			x.retired = len(q.byID[x.ID]) > 0
		} else {
			x.retired = true
		}
		q.add(x)
	}
	q.arrange()
	o.questions = q
	for some := range slices.Chunk(changes, store.MaxChanges) {
		// Another process may keep the same at the same time: whatever is there last is
		// what a folder says.
		if err := o.Store.Put(ctx, some...); err != nil {
			return fmt.Errorf("vragenlijsten bewaren: %w", err)
		}
	}
	return nil
}

// keptQuestionnaires reads the editions that were kept.
func (o *Office) keptQuestionnaires(ctx context.Context) (map[string]questionnaire, error) {
	out := map[string]questionnaire{}
	for it, err := range store.AllItems(ctx, o.Store, questionnaireKind, "") {
		if err != nil {
			return nil, fmt.Errorf("vragenlijsten: %w", err)
		}
		x, err := parseQuestionnaire(it.ID, it.Data)
		if errors.Is(err, ErrQuestionnaire) {
			// A later program may ask more of a file: what was kept is not lost, and a
			// start does not fail on it.
			o.Log.Warn("een bewaarde vragenlijst is niet te lezen", "vragenlijst", it.ID)
			continue
		}
		if err != nil {
			return nil, err
		}
		x.own, x.text = true, it.Data
		out[it.ID] = x
	}
	return out, nil
}

// usedEditions gives the editions that something in the log rests on.
func (o *Office) usedEditions() map[string]bool {
	used := map[string]bool{}
	for _, p := range o.world.Proposals() {
		for id, edition := range p.Asks.Editions {
			used[id+"/"+edition] = true
		}
		for _, a := range p.Assessments {
			used[a.Questionnaire+"/"+a.Edition] = true
		}
	}
	return used
}

// QuestionPhrases gives the Dutch sentences of the questionnaires of this
// installation, with their English as far as they have it.
func (o *Office) QuestionPhrases() map[string]string { return o.questions.phrases() }
