package office

import (
	"bytes"
	"embed"
	"fmt"

	"go.yaml.in/yaml/v4"
)

//go:embed vragenlijst/*.yaml
var questionnaires embed.FS

// questionnaire is an assessment that people answer: data, so that an
// organisation can replace it without code.
type questionnaire struct {
	ID        string     `yaml:"id"`
	Edition   string     `yaml:"versie"`
	Name      string     `yaml:"naam"`
	Owner     string     `yaml:"eigenaar"`
	After     string     `yaml:"naar"`
	Questions []question `yaml:"vragen"`
}

type question struct {
	ID       string `yaml:"id"`
	Text     string `yaml:"vraag"`
	Help     string `yaml:"uitleg"`
	Required string `yaml:"verplicht"`
}

// readQuestionnaire reads one of the questionnaires that ship.
func readQuestionnaire(id string) (questionnaire, error) {
	var q questionnaire
	data, err := questionnaires.ReadFile("vragenlijst/" + id + ".yaml")
	if err != nil {
		return q, fmt.Errorf("vragenlijst %s: %w", id, err)
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(&q); err != nil {
		return q, fmt.Errorf("vragenlijst %s: %w", id, err)
	}
	return q, nil
}
