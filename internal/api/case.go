package api

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	yaml "go.yaml.in/yaml/v4"

	"lemniscaat/internal/dossier/notation"
)

// caseOf makes of the JSON of a case what the reader of case files reads. The
// line of a node is its number among places, which are JSON Pointers, from 1.
// The text was checked by strict before.
func caseOf(text []byte) (*notation.Doc, *notation.Node, []string, error) {
	r := &caseReader{d: jsontext.NewDecoder(bytes.NewReader(text), jsontext.AllowDuplicateNames(true))}
	top, err := r.value("")
	if err != nil {
		return nil, nil, nil, no(http.StatusBadRequest, "onjuist-dossier", "Het dossier is niet te lezen.", Fault{In: "body", Location: "#/dossier", Code: "json", Detail: "Hier is de JSON niet te lezen."})
	}
	return notation.NewDoc(""), top, r.places, nil
}

type caseReader struct {
	d      *jsontext.Decoder
	places []string
}

func (r *caseReader) node(kind yaml.Kind, tag, value, at string) *notation.Node {
	r.places = append(r.places, at)
	return &notation.Node{Kind: kind, Tag: tag, Value: value, Line: len(r.places), Column: 1}
}

func (r *caseReader) value(at string) (*notation.Node, error) {
	t, err := r.d.ReadToken()
	if err != nil {
		return nil, err
	}
	switch t.Kind() {
	case '{':
		n := r.node(yaml.MappingNode, "!!map", "", at)
		for r.d.PeekKind() != '}' {
			k, err := r.d.ReadToken()
			if err != nil {
				return nil, err
			}
			name := k.String()
			below := at + "/" + pointerName(name)
			key := r.node(yaml.ScalarNode, "!!str", name, below)
			v, err := r.value(below)
			if err != nil {
				return nil, err
			}
			n.Content = append(n.Content, key, v)
		}
		_, err := r.d.ReadToken()
		return n, err
	case '[':
		n := r.node(yaml.SequenceNode, "!!seq", "", at)
		for r.d.PeekKind() != ']' {
			v, err := r.value(at + "/" + strconv.Itoa(len(n.Content)))
			if err != nil {
				return nil, err
			}
			n.Content = append(n.Content, v)
		}
		_, err := r.d.ReadToken()
		return n, err
	case 'n':
		return r.node(yaml.ScalarNode, "!!null", "", at), nil
	case 't':
		return r.node(yaml.ScalarNode, "!!str", "ja", at), nil
	case 'f':
		return r.node(yaml.ScalarNode, "!!str", "nee", at), nil
	case '0':
		return r.node(yaml.ScalarNode, "!!str", decimal(t.String()), at), nil
	}
	return r.node(yaml.ScalarNode, "!!str", t.String(), at), nil
}

// decimal writes a JSON number as the rules read numbers: with a comma. One with
// an exponent stays as it is, and is refused where a number is asked.
func decimal(s string) string { return strings.Replace(s, ".", ",", 1) }
