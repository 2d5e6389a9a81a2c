package loop

import (
	"slices"

	"lemniscaat/internal/rule"
)

// Visibility says who may see who reported a signal. It never changes who gets
// the answer.
type Visibility string

// Who may see the reporter. A team leader sees only the third.
const (
	OwnerOnly Visibility = "eigenaar" // who owes the answer
	Nobody    Visibility = "niemand"
	Everybody Visibility = "iedereen"
)

// Limits of what comes with a signal.
const (
	MaxAttachments    = 3
	MaxAttachmentSize = 3 << 20 // bytes
)

// Attachment is a file with a signal. Its bytes are a personal text: the log
// holds the commitment, and a store gives the words one at a time, as base64.
type Attachment struct {
	Kind    string `json:"soort"` // media type: image/png, image/jpeg, application/pdf, text/plain
	Bytes   int    `json:"bytes"`
	Name    Text   `json:"naam"`
	Content Text   `json:"inhoud"`
}

var attachmentKinds = []string{"image/png", "image/jpeg", "application/pdf", "text/plain"}

func checkAttachments(list []Attachment) error {
	if len(list) > MaxAttachments {
		return refuse("te-veel-bijlagen", "Het signaal heeft "+itoa(len(list))+" bijlagen.", "Stuur er ten hoogste "+itoa(MaxAttachments)+".")
	}
	for _, a := range list {
		switch {
		case !slices.Contains(attachmentKinds, a.Kind):
			return refuse("bijlage-soort", "Bestanden van de soort “"+clip(a.Kind)+"” bewaren wij niet.", "Stuur een PNG, een JPEG, een PDF of platte tekst.")
		case a.Bytes <= 0 || a.Bytes > MaxAttachmentSize || !a.Content.Given:
			return refuse("bijlage-grootte", "Een bijlage is leeg of te groot.", "Stuur een bestand van ten hoogste 3 MB.")
		}
		if err := checkText(a.Name, "Naam van de bijlage", 200); err != nil {
			return err
		}
	}
	return nil
}

func checkVisibility(v Visibility) error {
	switch v {
	case "", OwnerOnly, Nobody, Everybody:
		return nil
	}
	return refuse("zichtbaarheid-onbekend", "“"+clip(string(v))+"” zegt niet wie mag zien dat u dit meldde.", "Kies eigenaar, niemand of iedereen.")
}

// shown gives the visibility of a signal, also of one from before the choice.
func (s *Signal) shown() Visibility {
	switch {
	case s.Shown != "":
		return s.Shown
	case s.Hidden:
		return OwnerOnly
	}
	return Everybody
}

// SeesReporter reports whether somebody may see who reported a signal. A
// visitor ("") sees what everybody sees.
func (w *World) SeesReporter(viewer PersonID, s *Signal, on rule.Date) bool {
	switch {
	case viewer != "" && viewer == s.Reporter:
		return true
	case s.shown() == Everybody:
		return true
	case s.shown() == Nobody || viewer == "":
		return false
	}
	owner := w.OwnerAt(s.Anchor, on)
	if i := w.issues[w.signalIssue[s.ID]]; i != nil {
		owner = w.Resolve(i.debtor(), on)
	}
	return viewer == owner.Person
}
