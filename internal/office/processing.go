package office

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/outcome"
	"lemniscaat/internal/processing"
	"lemniscaat/internal/store"
)

// Names of what is done with data of people, in the log of processing.
const (
	readWords = "teksten lezen"
	readFile  = "bijlage lezen"
	readCase  = "besluit lezen"
	readTitle = "titel lezen"
	readName  = "naam lezen"
	readSaid  = "reden lezen"
)

// unseen is the context of what is looked through and goes into no answer.
func unseen() context.Context { return context.Background() }

// sawTitle notes that a title goes into an answer: the first words of a signal.
func sawTitle(ctx context.Context, s *loop.Signal) {
	processing.Mentioned(ctx, processing.Signals, readTitle, string(s.Reporter), s.Case)
}

// sawMoment notes that words of a timeline go into an answer.
func sawMoment(ctx context.Context, m loop.Moment) {
	switch {
	case m.By == loop.System:
	case reporterActs[trimVersion(m.Type)]:
		processing.Mentioned(ctx, processing.Signals, readTitle, string(m.By))
	default:
		processing.Mentioned(ctx, processing.Handling, readSaid, string(m.By))
	}
}

// wordsOfMoment is reasonOf for a text whose writer is in the history of what it is about.
func wordsOfMoment(ctx context.Context, history []loop.Moment, t loop.Text) string {
	for _, m := range history {
		if m.Seq == t.Seq && t.Words != "" {
			return reasonOf(ctx, m.By, t)
		}
	}
	return t.Words
}

// reasonOf gives what somebody who works here wrote, and notes that it is in an answer.
func reasonOf(ctx context.Context, by loop.PersonID, t loop.Text) string {
	if t.Words != "" && by != loop.System {
		processing.Mentioned(ctx, processing.Handling, readSaid, string(by))
	}
	return t.Words
}

// sawSignal notes that the words of a signal go into an answer: data of who reported
// it, and of whose case it was about.
func sawSignal(ctx context.Context, s *loop.Signal) {
	processing.Saw(ctx, processing.Signals, readWords, string(s.Reporter), s.Case)
}

// sawFormal notes that somebody's objection or request goes into an answer.
func sawFormal(ctx context.Context, s *loop.Signal) {
	processing.Saw(ctx, processing.Objection, readWords, string(s.Reporter), s.Case)
}

// sawDecision notes that the decision in a case goes into an answer.
func sawDecision(ctx context.Context, d *loop.Decision) {
	processing.Saw(ctx, processing.Decisions, readCase, d.Case)
}

// sawAttachment notes that a file of a signal goes into an answer.
func (o *Office) sawAttachment(ctx context.Context, signal string) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	if s, _ := o.world.Signal(signal); s != nil {
		processing.Saw(ctx, processing.Signals, readFile, string(s.Reporter), s.Case)
	}
}

// wrote gives the rows of a write, for its transaction: one for each person whose
// data the events hold, and for each whose words are erased.
func (o *Office) wrote(ctx context.Context, out loop.Outcome) ([]store.Change, error) {
	if o.Processing == nil {
		return nil, nil
	}
	var touches []processing.Touch
	for _, d := range out.Drafts {
		touches = append(touches, o.touches(d)...)
	}
	changes, err := o.Processing.Rows(ctx, time.Time{}, touches...)
	if err != nil {
		return nil, fmt.Errorf("log of processing: %w", err)
	}
	return changes, nil
}

// wroteFacts gives the rows of outcomes that come in, for their transaction: one for
// each case, under the trace of its own delivery. A pseudonym is of a person as long as
// the key that made it is kept. owner is how many of the facts each delivery has, in
// their order. What is made up is of nobody.
func (o *Office) wroteFacts(group []*incoming, facts []outcome.Fact, owner []int) ([]store.Change, error) {
	if o.Processing == nil {
		return nil, nil
	}
	var all []store.Change
	for i, d := range group {
		var touches []processing.Touch
		for _, f := range facts[:owner[i]] {
			if !f.Synthetic {
				touches = append(touches, processing.Touch{Activity: processing.Decisions, Subject: f.Case, Name: (*loop.FactsReceived)(nil).Type()})
			}
		}
		facts = facts[owner[i]:]
		changes, err := o.Processing.Rows(d.ctx, time.Time{}, touches...)
		if err != nil {
			return nil, fmt.Errorf("log of processing: %w", err)
		}
		all = append(all, changes...)
	}
	return all, nil
}

// people are the fields of events that name whose data they hold.
type people struct {
	Reporter string `json:"melder"`
	Case     string `json:"zaak"`
	Signal   struct {
		Reporter string `json:"melder"`
		Case     string `json:"zaak"`
	} `json:"signaal"`
	Term struct {
		Person string `json:"persoon"`
	} `json:"benoeming"`
	Terms []struct {
		Person string `json:"persoon"`
	} `json:"bezetting"`
	Texts []event.Ref `json:"teksten"`
}

// touches says whose data one event writes, and for which activity. Whoever wrote
// words in an event without anybody else in it is the data subject.
func (o *Office) touches(d event.Draft) []processing.Touch {
	var p people
	// Fields of another shape are of events that name nobody.
	_ = json.Unmarshal(d.Data, &p)
	kind, id := cutStream(d.Stream)
	activity := processing.Handling
	var subjects []string
	switch {
	case d.Type == (*loop.SignalReceived)(nil).Type():
		activity, subjects = processing.Signals, []string{p.Signal.Reporter, p.Signal.Case}
	case d.Type == (*loop.ReporterReacted)(nil).Type():
		activity, subjects = processing.Signals, []string{p.Reporter}
	case strings.HasPrefix(d.Type, "formeel."):
		activity, subjects = processing.Objection, []string{p.Reporter}
		o.mu.RLock()
		if s, _ := o.world.Signal(id); s != nil {
			subjects = append(subjects, string(s.Reporter))
		}
		o.mu.RUnlock()
	case kind == "besluit":
		activity, subjects = processing.Decisions, []string{p.Case}
		if strings.Contains(d.Type, "bezwaar") {
			activity = processing.Objection
		}
		o.mu.RLock()
		if x := o.world.Decision(id); x != nil {
			subjects = append(subjects, x.Case)
		}
		o.mu.RUnlock()
	case strings.HasPrefix(d.Type, "driehoek."), strings.HasPrefix(d.Type, "link."):
		activity, subjects = processing.Staffing, []string{p.Term.Person}
		for _, t := range p.Terms {
			subjects = append(subjects, t.Person)
		}
	case d.Type == (*loop.TextsErased)(nil).Type():
		activity = processing.Rights
	}
	some := false
	for _, s := range subjects {
		some = some || s != ""
	}
	if !some {
		if len(d.Personal) == 0 && activity != processing.Rights {
			return nil
		}
		subjects = []string{d.Actor}
	}
	var out []processing.Touch
	for _, s := range subjects {
		out = append(out, processing.Touch{Activity: activity, Subject: s, Name: d.Type})
	}
	return out
}
