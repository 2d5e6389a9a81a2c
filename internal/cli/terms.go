package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v4"

	"lemniscaat/internal/config"
	"lemniscaat/internal/loop"
)

// termsFile holds the periods of an installation that differ from the usual
// ones. It lies in the data folder and may be absent.
const termsFile = "termijnen.yaml"

// termsPath gives the file with the periods of an installation; it may be absent.
func termsPath(s *config.Loaded) string {
	if s.Terms != "" {
		return s.Terms
	}
	return filepath.Join(s.Data, termsFile)
}

// terms are the periods that an installation may choose; what is absent stays
// as it is in the design.
type terms struct {
	Answer   *int `yaml:"antwoord-dagen"`
	Reopened *int `yaml:"heropend-dagen"`
	Reaction *int `yaml:"reactie-dagen"`
	Key      *int `yaml:"sleutel-dagen"`
	Deadlock *int `yaml:"knoop-dagen"`
	Hear     *int `yaml:"spreken-dagen"`
	Link     *int `yaml:"link-dagen"`
	Early    *int `yaml:"vroege-toets-maanden"`
	Evaluate *int `yaml:"invoeringstoets-maanden"`
	Review   *int `yaml:"herziening-maanden"`
	Ladder   struct {
		Owner      *int `yaml:"eigenaar-dagen"`
		Public     *int `yaml:"openbaar-dagen"`
		Parliament *int `yaml:"raad-dagen"`
	} `yaml:"ladder"`
}

// readTerms reads the periods of an installation. Without a file they are those
// of the design.
func readTerms(path string) (loop.Terms, error) {
	out := loop.DefaultTerms()
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return out, nil
	}
	if err != nil {
		return out, fmt.Errorf("termijnen: %w", err)
	}
	var in terms
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(&in); err != nil && !errors.Is(err, io.EOF) {
		return out, fmt.Errorf("%s: %w; verwacht bijvoorbeeld: antwoord-dagen: 42", path, err)
	}
	for _, f := range []struct {
		name string
		from *int
		to   *int
		most int
	}{
		{"antwoord-dagen", in.Answer, &out.AnswerDays, 366}, {"heropend-dagen", in.Reopened, &out.ReopenedDays, 366},
		{"reactie-dagen", in.Reaction, &out.ReactionDays, 366}, {"sleutel-dagen", in.Key, &out.KeyDays, 366}, {"knoop-dagen", in.Deadlock, &out.DeadlockDays, 366},
		{"spreken-dagen", in.Hear, &out.HearDays, 366}, {"link-dagen", in.Link, &out.LinkDays, 366}, {"vroege-toets-maanden", in.Early, &out.EarlyMonths, 24},
		{"invoeringstoets-maanden", in.Evaluate, &out.EvaluationMonths, 60}, {"herziening-maanden", in.Review, &out.ReviewMonths, 12},
		{"ladder: eigenaar-dagen", in.Ladder.Owner, &out.Ladder.Owner, 3660}, {"ladder: openbaar-dagen", in.Ladder.Public, &out.Ladder.Public, 3660},
		{"ladder: raad-dagen", in.Ladder.Parliament, &out.Ladder.Parliament, 3660},
	} {
		if f.from == nil {
			continue
		}
		if *f.from < 1 || *f.from > f.most {
			return out, fmt.Errorf("%s: %s is %d; verwacht: 1 tot en met %d", path, f.name, *f.from, f.most)
		}
		*f.to = *f.from
	}
	if l := out.Ladder; l.Owner >= l.Public || l.Public >= l.Parliament {
		return out, fmt.Errorf("%s: de treden van de ladder lopen niet op (%d, %d, %d); verwacht: eigenaar, dan openbaar, dan raad", path, l.Owner, l.Public, l.Parliament)
	}
	if out.ReminderDays >= out.ReactionDays {
		return out, fmt.Errorf("%s: reactie-dagen is %d; verwacht: meer dan de %d dagen van de herinnering", path, out.ReactionDays, out.ReminderDays)
	}
	return out, nil
}
