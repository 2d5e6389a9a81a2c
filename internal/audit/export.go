package audit

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/seal"
	"lemniscaat/internal/store"
)

// Format is the name and version of an export.
const Format = "lemniscaat/logboek-export/1"

// maxLine bounds one line of an export: an event of the largest size with every
// byte escaped fits.
const maxLine = 64 << 20

// An export is text: one JSON object on each line, each with one of these. The
// order is: begin, keys, heads, then every event followed by its texts, then the
// deliveries of facts, then the end. Each line is written in one way only, so that
// no byte of it is free.
type line struct {
	Begin *begin       `json:"lemniscaat,omitempty"`
	Keys  *seal.Public `json:"sleutels,omitempty"`
	Head  string       `json:"kop,omitempty"`
	Event *written     `json:"gebeurtenis,omitempty"`
	Text  *text        `json:"tekst,omitempty"`
	Facts *delivery    `json:"uitkomsten,omitempty"`
	End   *end         `json:"einde,omitempty"`
}

type begin struct {
	Format  string    `json:"vorm"`
	Made    time.Time `json:"gemaakt"`
	Program string    `json:"programma"`
	Texts   bool      `json:"metTeksten"`
}

// written is an event with its data as text: what was hashed are these bytes.
type written struct {
	Seq       uint64                `json:"nr"`
	Stream    string                `json:"stroom"`
	StreamSeq uint64                `json:"stroomNr"`
	Type      string                `json:"soort"`
	At        time.Time             `json:"op"`
	Actor     string                `json:"door"`
	Data      string                `json:"gegevens"`
	Personal  map[string]event.Hash `json:"persoonlijk,omitempty"`
	Prev      event.Hash            `json:"vorige"`
	Hash      event.Hash            `json:"hash"`
}

type text struct {
	Seq   uint64 `json:"nr"`
	Field string `json:"veld"`
	Words string `json:"tekst"`
	Salt  []byte `json:"zout"`
}

// end closes an export: the digest is over every byte before its line.
type end struct {
	Events uint64     `json:"gebeurtenissen"`
	Head   event.Head `json:"kop"`
	Lines  int        `json:"regels"` // before this one
	Digest event.Hash `json:"sha256"`
}

// ExportOptions say what goes in an export.
type ExportOptions struct {
	// Texts puts the personal texts and files in. Without them everything but
	// those texts can be verified.
	Texts   bool
	Public  seal.Public
	Program string // version
	Now     time.Time
}

// Export writes the whole log to one file that can be verified offline. It holds
// one event in memory at a time.
func Export(ctx context.Context, w io.Writer, log store.Reader, o ExportOptions) (Report, error) {
	out := &exporter{w: bufio.NewWriterSize(w, 1<<16), sum: sha256.New()}
	heads, err := Heads(ctx, log)
	if err != nil {
		return Report{}, err
	}
	out.put(line{Begin: &begin{Format, o.Now.UTC().Truncate(time.Second), o.Program, o.Texts}})
	if len(o.Public.Keys) > 0 {
		out.put(line{Keys: &o.Public})
	}
	for _, h := range heads {
		out.put(line{Head: h})
	}
	report := Report{Heads: len(heads)}
	for r, err := range log.All(ctx, 1) {
		if err != nil {
			return report, err
		}
		out.put(line{Event: &written{r.Seq, r.Stream, r.StreamSeq, r.Type, r.At.UTC(), r.Actor, string(r.Data), r.Personal, r.PrevHash, r.Hash}})
		report.Events, report.Head = r.Seq, r.Head()
		if o.Texts {
			for s, err := range secrets(ctx, log, r) {
				if err != nil {
					return report, err
				}
				out.put(line{Text: &text{s.ref.Seq, s.ref.Field, s.secret.Text, s.secret.Salt}})
				report.Texts++
			}
		}
		if out.err != nil {
			return report, out.err
		}
	}
	for d, err := range deliveries(ctx, log, report.Head.Seq) {
		if err != nil {
			return report, err
		}
		out.put(line{Facts: &d})
		report.Deliveries++
		report.Facts += int64(d.Rows)
	}
	e := &end{Events: report.Events, Head: report.Head, Lines: out.lines}
	out.sum.Sum(e.Digest[:0])
	out.put(line{End: e})
	return report, errors.Join(out.err, out.w.Flush())
}

type exporter struct {
	w     *bufio.Writer
	sum   hash.Hash
	lines int
	err   error
}

func (x *exporter) put(l line) {
	if x.err != nil {
		return
	}
	b, err := canonical(l)
	if err != nil {
		x.err = err
		return
	}
	x.sum.Write(b)
	x.lines++
	_, x.err = x.w.Write(b)
}

func canonical(l line) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(l); err != nil {
		return nil, fmt.Errorf("write line: %w", err)
	}
	return b.Bytes(), nil
}

// VerifyExport checks an export offline. The error is a *Fault when something is
// wrong with it; another error is of reading.
func VerifyExport(r io.Reader, o Options) (Report, error) {
	in := &importer{r: bufio.NewReaderSize(r, 1<<16), sum: sha256.New()}
	first, err := in.next()
	if err != nil {
		return Report{}, err
	}
	if first.Begin == nil || first.Begin.Format != Format {
		return Report{}, &Fault{Code: "vorm", Line: 1, Text: "dit is geen export van een logboek (verwacht: " + Format + ")"}
	}
	c := newChecker(o, !first.Begin.Texts)
	err = in.check(c, first)
	var f *Fault
	if errors.As(err, &f) && f.Line == 0 {
		f.Line = in.lines
	}
	return c.report, err
}

// importer reads an export line by line.
type importer struct {
	r     *bufio.Reader
	sum   hash.Hash
	lines int
}

// Stages of an export, in their order.
const (
	stageKeys = iota + 1
	stageHeads
	stageEvents
	stageFacts
)

func (in *importer) check(c *checker, first line) error {
	stage := 0
	var public seal.Public
	var heads []string
	begun := func() error { // the heads are known before the first event
		if stage >= stageEvents {
			return nil
		}
		return c.sign(public, heads)
	}
	wrong := func(text string) error { return &Fault{Code: "vorm", Line: in.lines, Text: text} }
	for {
		var digest event.Hash
		in.sum.Sum(digest[:0])
		before := in.lines
		l, err := in.next()
		if err != nil {
			return err
		}
		at := stage
		switch {
		case l.Begin != nil:
			return wrong("een tweede begin")
		case l.Keys != nil:
			public, stage = *l.Keys, stageKeys
			if at >= stageKeys {
				return wrong("de sleutels staan niet op hun plaats")
			}
		case l.Head != "":
			heads, stage = append(heads, l.Head), stageHeads
			if len(public.Keys) == 0 && len(c.o.Pins) == 0 {
				return wrong("een ondertekende kop zonder openbare sleutel")
			}
		case l.Event != nil:
			if err := begun(); err != nil {
				return err
			}
			stage = stageEvents
			w := l.Event
			err = c.event(event.Event{
				Seq: w.Seq, Stream: w.Stream, StreamSeq: w.StreamSeq, Type: w.Type, At: w.At, Actor: w.Actor, Data: []byte(w.Data),
				Personal: w.Personal, PrevHash: w.Prev, Hash: w.Hash,
			})
		case l.Text != nil:
			if stage != stageEvents || !first.Begin.Texts {
				return wrong("een tekst staat niet op haar plaats")
			}
			err = c.text(event.Ref{Seq: l.Text.Seq, Field: l.Text.Field}, event.Secret{Text: l.Text.Words, Salt: l.Text.Salt})
		case l.Facts != nil:
			stage = stageFacts
			err = c.facts(l.Facts.Seq, l.Facts.Rows, l.Facts.Digest)
		case l.End != nil:
			if err := begun(); err != nil {
				return err
			}
			return in.finish(c, *l.End, before, digest)
		default:
			return wrong("deze regel zegt niets")
		}
		if err != nil {
			return err
		}
		if stage < at {
			return wrong("deze regel staat niet op haar plaats")
		}
	}
}

func (in *importer) finish(c *checker, e end, lines int, digest event.Hash) error {
	if _, err := in.r.ReadByte(); !errors.Is(err, io.EOF) {
		return &Fault{Code: "vorm", Line: in.lines + 1, Text: "er staat iets na het einde"}
	}
	if err := c.end(); err != nil {
		return err
	}
	switch {
	case e.Digest != digest:
		return &Fault{Code: "bestand", Line: in.lines, Text: "het bestand is veranderd nadat het geschreven is (sha256 " + hex.EncodeToString(digest[:]) + ")"}
	case e.Lines != lines || e.Events != c.report.Events || e.Head != c.report.Head:
		return &Fault{Code: "bestand", Line: in.lines, Text: "het einde van het bestand past niet bij de inhoud"}
	}
	return nil
}

// next reads one line, in the one way that it may be written.
func (in *importer) next() (line, error) {
	var b []byte
	for {
		part, err := in.r.ReadSlice('\n')
		b = append(b, part...)
		if err == nil {
			break
		}
		if len(b) > maxLine {
			return line{}, &Fault{Code: "vorm", Line: in.lines + 1, Text: fmt.Sprintf("deze regel is langer dan %d bytes", maxLine)}
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF):
			return line{}, &Fault{Code: "einde", Line: in.lines + 1, Text: "het bestand houdt op voor het einde: er is een stuk af"}
		default:
			return line{}, fmt.Errorf("read export: %w", err)
		}
	}
	in.lines++
	wrong := func(text string) error { return &Fault{Code: "vorm", Line: in.lines, Text: text} }
	var l line
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&l); err != nil {
		return line{}, wrong("deze regel is niet te lezen")
	}
	again, err := canonical(l)
	if err != nil || !bytes.Equal(again, b) {
		return line{}, wrong("deze regel is niet zo geschreven als een export haar schrijft")
	}
	set := 0
	for _, yes := range []bool{l.Begin != nil, l.Keys != nil, l.Head != "", l.Event != nil, l.Text != nil, l.Facts != nil, l.End != nil} {
		if yes {
			set++
		}
	}
	if set != 1 {
		return line{}, wrong("deze regel zegt niet één ding")
	}
	in.sum.Write(b)
	return l, nil
}

// SplitHeads reads a file with signed heads, one after another: each ends with the
// line of its signature.
func SplitHeads(text string) ([]string, error) {
	var out []string
	var now strings.Builder
	for l := range strings.Lines(text) {
		if now.Len() == 0 && strings.TrimSpace(l) == "" {
			continue
		}
		now.WriteString(l)
		if strings.HasPrefix(l, "— ") {
			s := now.String()
			if !strings.HasSuffix(s, "\n") {
				s += "\n"
			}
			out = append(out, s)
			now.Reset()
		}
	}
	if strings.TrimSpace(now.String()) != "" {
		return nil, errors.New("na de laatste handtekening staat nog iets; verwacht: ondertekende koppen na elkaar")
	}
	return out, nil
}
