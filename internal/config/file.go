package config

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// maxFile bounds a settings file, in bytes.
const maxFile = 256 << 10

// readFile reads the settings file with the line of every value.
func readFile(src Source, lines []line, wrong *Problems) layer {
	l := layer{map[string]any{}, map[string]string{}, fromFile}
	say := func(at *yaml.Node, key, text, accepts string) {
		place := src.File
		if at != nil {
			place = fmt.Sprintf("%s regel %d", src.File, at.Line)
		}
		*wrong = append(*wrong, Problem{Place: place, Key: key, Text: text, Accepts: accepts})
	}
	data, err := src.ReadFile(src.File)
	switch {
	case err != nil:
		say(nil, "", "het bestand kan niet gelezen worden", "een bestand dat er is en dat dit programma mag lezen")
		return l
	case len(data) > maxFile:
		say(nil, "", fmt.Sprintf("het bestand is groter dan %d kB", maxFile>>10), "regels als adres: 127.0.0.1:8080")
		return l
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		// yaml says the line; what stands there may be a secret and is not repeated.
		where := &yaml.Node{Line: lineOf(err)}
		if where.Line == 0 {
			where = nil
		}
		say(where, "", "dit is geen YAML", "regels als adres: 127.0.0.1:8080")
		return l
	}
	if doc.Kind == 0 || len(doc.Content) == 0 || doc.Content[0].Tag == "!!null" {
		return l
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		say(root, "", "hier staan geen instellingen", "regels als adres: 127.0.0.1:8080")
		return l
	}
	known := map[string]bool{}
	var names []string
	for _, x := range lines {
		known[x.key] = true
		names = append(names, x.key)
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		_, twice := l.places[key.Value]
		switch v, err := plain(value); {
		case !known[key.Value]:
			p := unknown(fmt.Sprintf("%s regel %d", src.File, key.Line), key.Value, names)
			*wrong = append(*wrong, p)
		case twice:
			say(key, key.Value, "staat er twee keer", "één keer")
		case err != nil:
			say(value, key.Value, "dit kan niet", err.Error())
		case v != "":
			l.values[key.Value], l.places[key.Value] = v, fmt.Sprintf("%s regel %d", src.File, key.Line)
		}
	}
	return l
}

// plain gives a value of the file as one text; a list is joined by commas.
func plain(n *yaml.Node) (string, error) {
	switch n.Kind {
	case yaml.ScalarNode:
		if n.Tag == "!!null" {
			return "", nil
		}
		return n.Value, nil
	case yaml.SequenceNode:
		var out []string
		for _, c := range n.Content {
			if c.Kind != yaml.ScalarNode {
				return "", errors.New("een lijst van losse waarden")
			}
			out = append(out, c.Value)
		}
		return strings.Join(out, ", "), nil
	}
	return "", errors.New("een waarde of een lijst van waarden")
}

var lineInError = regexp.MustCompile(`line (\d+)`)

func lineOf(err error) int {
	m := lineInError.FindStringSubmatch(err.Error())
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1]) // digits; too many give no line
	return n
}
