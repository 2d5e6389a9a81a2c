package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"lemniscaat/internal/config"
	"lemniscaat/internal/office"
)

// questionsFolder holds the questionnaires of an installation. It lies in the data
// folder and may be absent.
const questionsFolder = "vragenlijsten"

// questionsAt is a folder with the questionnaires of an installation.
type questionsAt struct {
	dir   string
	named bool // by a setting: then it must be there
}

// questionsPath gives the folder with the questionnaires of an installation.
func questionsPath(s *config.Loaded) questionsAt {
	if s.Questionnaires != "" {
		return questionsAt{s.Questionnaires, true}
	}
	return questionsAt{filepath.Join(s.Data, questionsFolder), false}
}

// readQuestions reads what ships and, laid over it, the folder of an installation.
func readQuestions(at questionsAt) (*office.Questionnaires, error) {
	dir := at.dir
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !at.named:
		return office.ReadQuestionnaires(nil)
	case err != nil:
		return nil, fmt.Errorf("vragenlijsten: %s", fileError(dir, err))
	case !info.IsDir():
		return nil, fmt.Errorf("vragenlijsten: %s is geen map; verwacht: een map met bestanden die op .yaml eindigen", dir)
	}
	q, err := office.ReadQuestionnaires(os.DirFS(dir))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	return q, nil
}
