package api

import (
	"io"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"lemniscaat/internal/explain"
)

// written is how answers are written: decisions, which are large and asked often,
// by hand; all others by encoding/json. Both give the same bytes.
var written = huma.Format{Marshal: marshal, Unmarshal: huma.DefaultJSONFormat.Unmarshal}

// buffers hold answers while they are written.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// maxBuffer is how large a buffer is that is kept for a next answer.
const maxBuffer = 8 << 20

func marshal(w io.Writer, v any) error {
	one, single := v.(Beslissing)
	many, batch := v.(Beslissingen)
	// A receipt is asked rarely, and small beside an explanation.
	receipt := single && one.Bewijs != nil || batch && slices.ContainsFunc(many.Beslissingen, func(d Beslissing) bool { return d.Bewijs != nil })
	if !single && !batch || receipt {
		return huma.DefaultJSONFormat.Marshal(w, v)
	}
	buffer, _ := buffers.Get().(*[]byte)
	b := (*buffer)[:0]
	if single {
		b = one.append(b)
	} else {
		b = many.append(b)
	}
	b = append(b, '\n')
	defer func() {
		if cap(b) <= maxBuffer {
			*buffer = b
			buffers.Put(buffer)
		}
	}()
	// They are written out: their memory is for the next.
	if single {
		one.release()
	}
	for i := range many.Beslissingen {
		many.Beslissingen[i].release()
	}
	if h, ok := w.(*held); ok {
		return h.whole(b)
	}
	_, err := w.Write(b)
	return err
}

// held is an answer of which the head waits for the body: when that comes whole,
// the head says how long it is, and nothing goes out in parts.
type held struct {
	http.ResponseWriter
	status int
	begun  bool
}

// WriteHeader implements http.ResponseWriter.
func (h *held) WriteHeader(status int) { h.status = status }

// Write implements http.ResponseWriter.
func (h *held) Write(b []byte) (int, error) {
	h.begin()
	return h.ResponseWriter.Write(b)
}

func (h *held) whole(b []byte) error {
	if !h.begun {
		h.Header().Set("Content-Length", strconv.Itoa(len(b)))
	}
	_, err := h.Write(b)
	return err
}

// begin lets the head go.
func (h *held) begin() {
	if !h.begun && h.status != 0 {
		h.ResponseWriter.WriteHeader(h.status)
	}
	h.begun = true
}

// Unwrap lets http.ResponseController set deadlines.
func (h *held) Unwrap() http.ResponseWriter { return h.ResponseWriter }

func (d *Beslissingen) append(to []byte) []byte {
	to = append(to, `{"beslissingen":`...)
	to = array(to, d.Beslissingen, (*Beslissing).append)
	return append(to, '}')
}

func (d *Beslissing) append(to []byte) []byte {
	to = text(append(to, '{'), `"regeling":`, d.Regeling)
	to = optional(to, `,"datum":`, d.Datum)
	to = text(to, `,"regelset":`, d.Regelset)
	to = append(to, `,"volledig":`...)
	to = strconv.AppendBool(to, d.Volledig)
	to = append(to, `,"uitkomsten":`...)
	to = array(to, d.Uitkomsten, (*Uitkomst).append)
	if len(d.Schendingen) > 0 {
		to = append(to, `,"schendingen":`...)
		to = array(to, d.Schendingen, (*Schending).append)
	}
	if len(d.Fouten) > 0 {
		to = append(to, `,"fouten":`...)
		to = array(to, d.Fouten, (*Obstakel).append)
	}
	if len(d.Uitrol) > 0 {
		to = append(to, `,"uitrol":`...)
		to = array(to, d.Uitrol, name)
	}
	return append(to, '}')
}

func (d *Beslissing) release() {
	for _, u := range d.Uitkomsten {
		if u.Uitleg != nil {
			u.Uitleg.Release()
		}
	}
}

func (u *Uitkomst) append(to []byte) []byte {
	to = text(append(to, '{'), `"object":`, u.Object)
	to = text(to, `,"eigenschap":`, u.Eigenschap)
	to = text(to, `,"waarde":`, u.Waarde)
	to = optional(to, `,"eenheid":`, u.Eenheid)
	to = optional(to, `,"per":`, u.Per)
	if u.Uitleg != nil {
		to = u.Uitleg.AppendJSON(append(to, `,"uitleg":`...))
	}
	return append(to, '}')
}

func (s *Schending) append(to []byte) []byte {
	to = text(append(to, '{'), `"tekst":`, s.Tekst)
	to = text(to, `,"regel":`, s.Regel)
	to = text(to, `,"naam":`, s.Naam)
	to = append(to, `,"objecten":`...)
	to = array(to, s.Objecten, name)
	return append(to, '}')
}

func (o *Obstakel) append(to []byte) []byte {
	to = text(append(to, '{'), `"code":`, o.Code)
	to = text(to, `,"tekst":`, o.Tekst)
	to = optional(to, `,"advies":`, o.Advies)
	to = optional(to, `,"plaats":`, o.Plaats)
	to = optional(to, `,"object":`, o.Object)
	to = optional(to, `,"eigenschap":`, o.Eigenschap)
	to = optional(to, `,"regel":`, o.Regel)
	return append(to, '}')
}

// text writes a text after its key.
func text(to []byte, key, value string) []byte {
	return explain.AppendString(append(to, key...), value)
}

// optional is text that is left out when it is empty.
func optional(to []byte, key, value string) []byte {
	if value == "" {
		return to
	}
	return text(to, key, value)
}

func name(s *string, to []byte) []byte { return explain.AppendString(to, *s) }

// array writes an array; nil is null, as everywhere.
func array[T any](to []byte, items []T, write func(*T, []byte) []byte) []byte {
	if items == nil {
		return append(to, "null"...)
	}
	to = append(to, '[')
	for i := range items {
		if i > 0 {
			to = append(to, ',')
		}
		to = write(&items[i], to)
	}
	return append(to, ']')
}
