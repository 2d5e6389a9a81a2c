package api

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Limits of JSON that is sent here.
const (
	maxDepth  = 32
	maxDigits = 64
	maxTokens = 1_000_000
)

// strict reports the first thing that makes a text no good JSON for a careful
// reader: beside faults of syntax also double names, bytes that are not UTF-8,
// the character NUL, and numbers or nesting without end. nil: nothing.
func strict(body []byte) *Fault {
	if len(bytes.TrimSpace(body)) == 0 {
		return &Fault{In: "body", Location: "#", Code: "leeg", Detail: "De inhoud ontbreekt."}
	}
	d := jsontext.NewDecoder(bytes.NewReader(body))
	fault := func(code, detail string) *Fault {
		return &Fault{In: "body", Location: "#" + clip(string(d.StackPointer())), Code: code, Detail: detail}
	}
	for n := 0; ; n++ {
		top := d.StackDepth() == 0
		t, err := d.ReadToken()
		if errors.Is(err, io.EOF) && top && n > 0 {
			return nil
		}
		if err != nil {
			return syntax(err)
		}
		if top && n > 0 {
			return fault("json", "Na de JSON staat er nog iets.")
		}
		switch {
		case d.StackDepth() > maxDepth:
			return fault("te-diep", fmt.Sprintf("De JSON is dieper dan %d niveaus genest.", maxDepth))
		case n > maxTokens:
			return fault("te-veel", fmt.Sprintf("Er staan meer dan %d waarden in de JSON.", maxTokens))
		case t.Kind() == '0' && len(t.String()) > maxDigits:
			return fault("te-lang", fmt.Sprintf("Een getal heeft hoogstens %d tekens.", maxDigits))
		case t.Kind() == '"' && strings.ContainsRune(t.String(), 0):
			return fault("nul", "Een tekst kan het teken NUL (U+0000) niet bevatten.")
		}
	}
}

func syntax(err error) *Fault {
	f := &Fault{In: "body", Location: "#", Code: "json", Detail: "Hier is de JSON niet te lezen."}
	var s *jsontext.SyntacticError
	if errors.As(err, &s) {
		f.Location = "#" + clip(string(s.JSONPointer))
		f.Detail = fmt.Sprintf("Bij byte %d is de JSON niet te lezen.", s.ByteOffset)
	}
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName):
		f.Code, f.Detail = "dubbel", "Deze naam staat er al."
	case strings.Contains(err.Error(), "UTF-8"):
		f.Code, f.Detail = "geen-utf8", "De tekst is geen UTF-8."
	}
	return f
}
