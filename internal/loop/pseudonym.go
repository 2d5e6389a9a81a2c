package loop

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"lemniscaat/internal/event"
)

// PseudonymStream is the stream of what happens to the keys of the pseudonyms.
const PseudonymStream = "toegang/pseudoniem"

// KeyChange is what happened to a key of the pseudonyms.
type KeyChange string

// The changes of a key: from then on pseudonyms are made with it, or those that were
// made with it can no longer be led back to a case.
const (
	KeyTaken   KeyChange = "in-gebruik"
	KeyRetired KeyChange = "uit-gebruik"
)

// PseudonymKeyNoted is a change of the keys of the pseudonyms. It never holds a key.
type PseudonymKeyNoted struct {
	none
	What    KeyChange `json:"wat"`
	Version int       `json:"versie"`
	// Check tells whether a file holds this key, and nothing else of it: a derived
	// value of 8 bytes in hexadecimal digits.
	Check string `json:"kenmerk,omitempty"`
	// Before is that of the key before it.
	Before string `json:"kenmerkVorige,omitempty"`
	// Compromised says that the key before it may be known to others.
	Compromised bool `json:"gelekt,omitempty"`
}

// Type implements Payload.
func (*PseudonymKeyNoted) Type() string { return "toegang.pseudoniem.1" }

// PseudonymKey is a key as the log knows it.
type PseudonymKey struct {
	Version     int
	Check       string // "" for the first while there is no other
	By          PersonID
	At          time.Time // when it was taken into use; zero for the first
	Seq         uint64
	Retired     bool
	RetiredAt   time.Time
	Compromised bool // its successor came because this one may be known
}

// PseudonymKeys gives every key that there ever was, oldest first. The first is
// version 1.
func (w *World) PseudonymKeys() []PseudonymKey {
	out := make([]PseudonymKey, 0, len(w.pseudonymKeys)+1)
	if len(w.pseudonymKeys) == 0 {
		out = append(out, PseudonymKey{Version: 1})
	}
	return append(out, w.pseudonymKeys...)
}

// PseudonymVersion gives the version with which new pseudonyms are made.
func (w *World) PseudonymVersion() int {
	return cmp.Or(len(w.pseudonymKeys), 1)
}

// CohortVersion gives the version of the pseudonyms by which the cohort of a
// roll-out is drawn: that of the moment at which it began, so that nobody changes
// sides when a key is changed.
func (w *World) CohortVersion(p *Proposal) int {
	begun := uint64(0)
	for _, m := range p.History {
		if m.Type == (*StageBegun)(nil).Type() {
			begun = m.Seq
			break
		}
	}
	version := 1
	for _, k := range w.pseudonymKeys {
		if begun == 0 || k.Seq < begun {
			version = k.Version
		}
	}
	return version
}

// PseudonymKeysOf gives the keys as the records of PseudonymStream tell.
func PseudonymKeysOf(records []event.Record) ([]PseudonymKey, error) {
	w := &World{}
	for _, r := range records {
		p, err := Decode(r)
		if err != nil {
			return nil, err
		}
		if k, ok := p.(*PseudonymKeyNoted); ok {
			w.applyPseudonymKey(k, moment{at: r.At, by: PersonID(r.Actor), seq: r.Seq})
		}
	}
	return w.PseudonymKeys(), nil
}

func (w *World) applyPseudonymKey(p *PseudonymKeyNoted, m moment) {
	if len(w.pseudonymKeys) == 0 {
		w.pseudonymKeys = []PseudonymKey{{Version: 1}}
	}
	switch last := len(w.pseudonymKeys) - 1; {
	case p.What == KeyTaken:
		w.pseudonymKeys[last].Compromised = p.Compromised
		if w.pseudonymKeys[last].Check == "" {
			w.pseudonymKeys[last].Check = p.Before
		}
		w.pseudonymKeys = append(w.pseudonymKeys, PseudonymKey{Version: p.Version, Check: p.Check, By: m.by, At: m.at, Seq: m.seq})
	case p.Version >= 1 && p.Version <= last+1:
		w.pseudonymKeys[p.Version-1].Retired, w.pseudonymKeys[p.Version-1].RetiredAt = true, m.at
	}
}

// TakePseudonymKey takes a new key into use.
type TakePseudonymKey struct {
	Version       int
	Check, Before string
	// Compromised: the key before it may be known to others; then it does not wait for
	// a roll-out.
	Compromised bool
}

// RetirePseudonymKey ends the use of an old key.
type RetirePseudonymKey struct{ Version int }

// staged gives the proposals with a roll-out in stages that began and did not end.
func (w *World) staged() []*Proposal {
	return slices.DeleteFunc(w.Proposals(), func(p *Proposal) bool {
		return !p.Staged() || p.State != Rolling && p.State != Paused || p.Stage < 0
	})
}

func (TakePseudonymKey) command()   {}
func (RetirePseudonymKey) command() {}

func (d *deciding) takePseudonymKey(c TakePseudonymKey) error {
	d.read(PseudonymStream)
	now := d.w.PseudonymVersion()
	if c.Version != now+1 || c.Check == "" {
		return refuse("sleutel-versie", "Deze sleutel is niet de volgende.", "Nu geldt versie "+strconv.Itoa(now)+"; de volgende is "+strconv.Itoa(now+1)+".")
	}
	if !c.Compromised {
		for _, p := range d.w.staged() {
			return refuse("uitrol-loopt", "Er loopt een uitrol in stappen. Met een nieuwe sleutel is niet meer te meten hoe het met haar zaken gaat.",
				"Wacht tot de uitrol klaar is. Is de sleutel misschien bekend bij anderen? Zeg dan --gelekt.", p.ID)
		}
	}
	return d.emit(PseudonymStream, &PseudonymKeyNoted{What: KeyTaken, Version: c.Version, Check: c.Check, Before: c.Before, Compromised: c.Compromised})
}

func (d *deciding) retirePseudonymKey(c RetirePseudonymKey) error {
	d.read(PseudonymStream)
	keys := d.w.PseudonymKeys()
	switch {
	case c.Version < 1 || c.Version > len(keys):
		return refuse("sleutel-versie", "Deze sleutel is er niet.", "Kies een versie uit de lijst.")
	case c.Version == len(keys):
		return refuse("sleutel-geldt", "Deze sleutel geldt nu.", "Neem eerst een nieuwe sleutel in gebruik.")
	case keys[c.Version-1].Retired:
		return refuse("sleutel-uit", "Deze sleutel is al uit gebruik.", "Kies een andere versie.")
	}
	for _, p := range d.w.staged() {
		if d.w.CohortVersion(p) == c.Version {
			return refuse("uitrol-loopt", "Een uitrol in stappen verdeelt zaken nog met deze sleutel.", "Wacht tot de uitrol klaar is.", p.ID)
		}
	}
	return d.emit(PseudonymStream, &PseudonymKeyNoted{What: KeyRetired, Version: c.Version})
}
