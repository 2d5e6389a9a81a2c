package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"lemniscaat/internal/screen"
	"lemniscaat/internal/store"
)

// problemType is the media type of every answer that says no (RFC 9457).
const problemType = "application/problem+json"

// Problem is an answer that says no.
type Problem struct {
	Type   string  `json:"type" format:"uri-reference" doc:"Soort fout; about:blank als de status genoeg zegt."`
	Status int     `json:"status" doc:"HTTP-status." minimum:"400" maximum:"599"`
	Title  string  `json:"title" doc:"Naam van de status, voor alle fouten met deze status gelijk."`
	Detail string  `json:"detail" doc:"Wat er aan de hand is en wat er wel kan."`
	Code   string  `json:"code" doc:"Vaste naam van de fout, voor programma's."`
	Errors []Fault `json:"errors,omitempty" nullable:"false" doc:"Alle fouten in de invoer, met hun plaats."`

	after int // seconds until another try makes sense; 0: says nothing
}

// Fault is one thing that is wrong with what was sent.
type Fault struct {
	In       string `json:"in" enum:"body,query,path,header" doc:"Waar de fout zit."`
	Location string `json:"location" doc:"In de body een JSON Pointer die met # begint; anders de naam."`
	Code     string `json:"code" doc:"Vaste naam van de fout."`
	Detail   string `json:"detail" doc:"Wat er fout is en wat er wel kan."`
}

// titles are the Dutch names of the statuses that this API answers.
var titles = map[int]string{
	400: "Onjuiste invoer", 401: "Niet aangemeld", 403: "Niet toegestaan", 404: "Niet gevonden", 405: "Methode niet toegestaan",
	406: "Vorm niet beschikbaar", 408: "Te langzaam", 409: "Botst met wat er al is", 412: "Intussen veranderd", 413: "Te groot",
	415: "Soort inhoud niet bekend", 429: "Te veel verzoeken", 431: "Te grote koppen", 500: "Fout in het programma", 503: "Nu niet beschikbaar",
}

// no makes a problem.
func no(status int, code, detail string, faults ...Fault) *Problem {
	p := &Problem{Type: "about:blank", Status: status, Title: titles[status], Detail: detail, Code: code, Errors: faults}
	if p.Title == "" {
		p.Title = http.StatusText(status)
	}
	switch status {
	case http.StatusTooManyRequests:
		p.after = 1
	case http.StatusServiceUnavailable:
		p.after = 5
	}
	return p
}

// Error implements error.
func (p *Problem) Error() string { return p.Detail }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (p *Problem) ContentType(string) string { return problemType }

// GetHeaders implements huma.HeadersError.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.after > 0 {
		h.Set("Retry-After", strconv.Itoa(p.after))
	}
	return h
}

// write sends a problem: every no that does not come from an operation ends
// here.
func (p *Problem) write(w http.ResponseWriter) {
	b, err := json.Marshal(p)
	if err != nil {
		panic("BUG: " + err.Error())
	}
	h := w.Header()
	for k, v := range p.GetHeaders() {
		h[k] = v
	}
	h.Del("ETag")
	h.Set("Content-Type", problemType)
	h.Set("Content-Length", strconv.Itoa(len(b)+1))
	w.WriteHeader(p.Status)
	_, _ = w.Write(append(b, '\n')) // the sender may have gone
}

// problemOf turns an error of a use case into a problem; what it does not know
// is a 500, of which the reason goes to the log only.
func (s *server) problemOf(ctx context.Context, err error) error {
	var p *Problem
	var refused *screen.Refusal
	switch {
	case err == nil:
		return nil
	case errors.As(err, &p):
		return p
	case errors.Is(err, screen.ErrNotFound), errors.Is(err, store.ErrNotFound):
		return no(http.StatusNotFound, "niet-gevonden", "Dit bestaat hier niet.")
	case errors.Is(err, screen.ErrBusy):
		return no(http.StatusTooManyRequests, "te-druk", "Er wacht nu te veel. Probeer het zo nog eens.")
	case errors.As(err, &refused):
		return refusedBy(refused)
	case errors.Is(err, store.ErrKeyReused):
		return no(http.StatusConflict, "sleutel-gebruikt", "Deze Idempotency-Key hoort al bij een ander verzoek. Kies voor een nieuw verzoek een nieuwe.")
	case errors.Is(err, store.ErrUnavailable), errors.Is(err, store.ErrClosed), errors.Is(err, store.ErrConflict):
		s.Log.ErrorContext(ctx, "api: store", "error", err)
		return no(http.StatusServiceUnavailable, "opslaan", "Opslaan lukt nu niet. Er is niets bewaard. Stuur het later nog eens, met dezelfde Idempotency-Key.")
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return no(http.StatusServiceUnavailable, "te-lang", "Het duurde te lang. Probeer het later nog eens.")
	}
	s.Log.ErrorContext(ctx, "api: operation failed", "error", err)
	return no(http.StatusInternalServerError, "fout", "Er ging iets mis in het programma. Het staat in het logboek van de beheerder.")
}

// forbidden are the codes with which a use case refuses who asks, not what is
// asked.
var forbidden = map[string]bool{"niemand-gekozen": true, "rol-onjuist": true, "zelfde-persoon": true, "geen-mandaat": true}

func refusedBy(r *screen.Refusal) *Problem {
	if len(r.Fields) == 0 {
		status := http.StatusConflict
		switch {
		case forbidden[r.Code]:
			status = http.StatusForbidden
		case strings.HasSuffix(r.Code, "-onbekend"): // a name that is none
			status = http.StatusBadRequest
		}
		return no(status, r.Code, r.Error())
	}
	p := no(http.StatusBadRequest, r.Code, r.Error())
	for _, f := range r.Fields {
		p.Errors = append(p.Errors, Fault{In: "body", Location: "#/" + f.Field, Code: r.Code, Detail: f.Text})
	}
	return p
}

// fromHuma replaces the errors of huma by a Problem. Values that were sent are
// never repeated in it: they may be personal.
func fromHuma(status int, msg string, errs ...error) huma.StatusError {
	if status == 0 { // huma asks what an error looks like
		return &Problem{}
	}
	if status == http.StatusUnprocessableEntity {
		status = http.StatusBadRequest
	}
	p := no(status, "onjuiste-invoer", "De invoer klopt niet. In errors staat wat en waar.")
	switch status {
	case http.StatusInternalServerError:
		return no(status, "fout", "Er ging iets mis in het programma. Het staat in het logboek van de beheerder.")
	case http.StatusRequestEntityTooLarge:
		return no(status, "te-groot", "De inhoud is te groot.")
	case http.StatusUnsupportedMediaType:
		return no(status, "soort-inhoud", "Deze soort inhoud leest dit adres niet.")
	case http.StatusNotAcceptable:
		return no(status, "vorm", "Dit adres antwoordt met application/json.")
	case http.StatusRequestTimeout:
		return no(status, "te-langzaam", "De inhoud kwam te langzaam aan.")
	}
	for _, err := range errs {
		var d huma.ErrorDetailer
		if errors.As(err, &d) {
			e := d.ErrorDetail()
			in, at := place(e.Location)
			code, text := dutch(e.Message)
			p.Errors = append(p.Errors, Fault{In: in, Location: at, Code: code, Detail: text})
		}
	}
	if len(p.Errors) == 0 {
		p.Detail = "De invoer klopt niet."
		if strings.Contains(msg, "body is required") {
			p.Code, p.Detail = "leeg", "De inhoud ontbreekt. Stuur JSON, zoals de documentatie laat zien."
		}
	}
	return p
}

// place turns "body.personen[0].naam" into body and #/personen/0/naam.
func place(location string) (in, at string) {
	in, rest, _ := strings.Cut(location, ".")
	if strings.HasPrefix(location, "body[") {
		in, rest = "body", strings.TrimPrefix(location, "body")
	}
	if in != "body" {
		return in, rest
	}
	var b strings.Builder
	b.WriteByte('#')
	for part := range strings.SplitSeq(rest, ".") {
		name, index, indexed := strings.Cut(part, "[")
		if name != "" {
			b.WriteString("/" + pointerName(name))
		}
		for indexed {
			var i string
			i, index, _ = strings.Cut(index, "]")
			b.WriteString("/" + i)
			_, index, indexed = strings.Cut(index, "[")
		}
	}
	return in, b.String()
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

func pointerName(name string) string {
	if !strings.ContainsAny(name, "~/") {
		return name
	}
	return pointerEscapes.Replace(name)
}

// words are the messages of huma, by how they begin, in Dutch: the code, and a
// sentence in which %s is the rest of the message.
var words = []struct{ begin, code, text string }{
	{"unexpected property", "onbekend-veld", "Dit veld bestaat hier niet."},
	{"unknown query parameter", "onbekende-parameter", "Deze parameter bestaat hier niet."},
	{"expected required property ", "ontbreekt", "Het veld %s ontbreekt."},
	{"required ", "ontbreekt", "Deze parameter is verplicht."},
	{"expected string to be RFC 3339 date-time", "tijdstip", "Dit is geen tijdstip. Schrijf het als 2026-06-01T09:30:00Z."},
	{"expected string to be RFC 3339 date", "datum", "Dit is geen datum. Schrijf haar als 2026-06-01."},
	{"expected boolean", "soort", "Hier hoort true of false."},
	{"expected number >= ", "te-klein", "Het getal is te klein: ten minste %s."},
	{"expected number <= ", "te-groot", "Het getal is te groot: hoogstens %s."},
	{"expected number", "soort", "Hier hoort een getal."},
	{"expected integer", "soort", "Hier hoort een geheel getal."},
	{"expected string to match pattern ", "patroon", "De tekst past niet op het patroon %s."},
	{"expected string to be ", "patroon", "De tekst heeft niet de goede vorm: %s."},
	{"expected string", "soort", "Hier hoort een tekst."},
	{"expected array length >= ", "te-weinig", "De lijst is te kort: ten minste %s."},
	{"expected array length <= ", "te-veel", "De lijst is te lang: hoogstens %s."},
	{"expected array", "soort", "Hier hoort een lijst."},
	{"expected object", "soort", "Hier hoort een object."},
	{"expected value to be one of ", "keuze", "Kies uit %s."},
	{"expected length >= ", "te-kort", "De tekst is te kort: ten minste %s tekens."},
	{"expected length <= ", "te-lang", "De tekst is te lang: hoogstens %s tekens."},
	{"invalid integer", "soort", "Hier hoort een geheel getal."},
	{"invalid boolean", "soort", "Hier hoort true of false."},
	{"invalid date", "datum", "Dit is geen datum. Schrijf haar als 2026-06-01."},
}

func dutch(message string) (code, text string) {
	for _, w := range words {
		if rest, ok := strings.CutPrefix(message, w.begin); ok {
			if strings.Contains(w.text, "%s") {
				return w.code, fmt.Sprintf(w.text, strings.TrimSpace(rest))
			}
			return w.code, w.text
		}
	}
	return "onjuist", "Deze waarde kan hier niet staan."
}
