package config

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"lemniscaat/internal/loop"
)

// keepWords says what each kind of text is.
var keepWords = map[loop.TextKind]string{
	loop.SignalTexts:   "wat melders schreven, ook burgers",
	loop.FileTexts:     "bijlagen van signalen en hun namen",
	loop.IssueTexts:    "antwoorden, reacties en redenen bij knelpunten",
	loop.ProposalTexts: "redenen, standpunten en verslagen bij voorstellen",
	loop.DecisionTexts: "gespreksverslagen en redenen bij besluiten",
	loop.FormalTexts:   "bezwaren en klachten, en hoe de indiener te bereiken is",
	loop.NameTexts:     "namen van mensen in driehoeken, nadat zij vertrokken",
	loop.AddressTexts:  "e-mailadressen, na de laatste handeling",
	loop.AccessTexts:   "redenen bij noodtoegang",
	loop.LessonTexts:   "leerzaken",
	loop.OtherTexts:    "voorwoorden, verwachtingen en andere toelichting",
}

// keeping gives a setting for each kind of personal text.
func (s *Settings) keeping() []line {
	var out []line
	for i, k := range loop.TextKinds() {
		l := line{key: "bewaren-" + string(k), arg: "TERMIJN", kind: term(s, k), doc: "Hoe lang teksten blijven: " + keepWords[k] + ". Zonder: zij blijven."}
		if i == 0 {
			l.group = "Bewaartermijnen"
			l.doc += " Stel termijnen zelf in volgens uw selectielijst ([uitleg](bewaren.md))."
		}
		out = append(out, l)
	}
	return out
}

func term(s *Settings, of loop.TextKind) kind {
	const form = "een termijn als P7Y, P1Y6M of P90D; of uit"
	return kind{form: form, get: func() string {
		if t, ok := s.Retention[of]; ok {
			return t.String()
		}
		return ""
	}, set: func(v string) error {
		kept := maps.Clone(s.Retention)
		if kept == nil {
			kept = loop.Retention{}
		}
		delete(kept, of)
		if !slices.Contains([]string{"uit", ""}, strings.TrimSpace(v)) {
			t, err := loop.ParseSpan(strings.TrimSpace(v))
			if err != nil {
				return errors.New(form)
			}
			kept[of] = t
		}
		s.Retention = kept
		return nil
	}}
}
