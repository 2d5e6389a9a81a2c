package outcome

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"

	"lemniscaat/internal/rule"
)

// chunk is how much of a file is read at a time, and maxRecord how long one
// record may be.
const (
	chunk     = 4 << 20
	maxRecord = 1 << 20
)

// Stream reads a file of any size in pieces, with the same checks as Read and
// bounded memory: CSV, or one CloudEvent in JSON on each line. Each step gives
// the good rows of a piece and what is wrong in it. It ends after MaxProblems
// problems, and after a fault that makes the rest unreadable. That one row
// stands twice is only seen within a piece.
func Stream(file string, r io.Reader, o Options) iter.Seq2[[]Row, rule.Diagnostics] {
	return stream(file, r, o, chunk)
}

func stream(file string, r io.Reader, o Options, size int) iter.Seq2[[]Row, rule.Diagnostics] {
	return func(yield func([]Row, rule.Diagnostics) bool) {
		in := bufio.NewReaderSize(r, 64<<10)
		if first, _ := in.Peek(1 << 10); len(first) > 0 && bytes.TrimLeft(bytes.TrimPrefix(first, []byte("\ufeff")), " \t\r\n")[:1][0] == '{' {
			streamEvents(file, in, o, yield)
			return
		}
		streamCSV(file, in, o, size, yield)
	}
}

func one(file string, line int, code, message, hint string) rule.Diagnostics {
	return rule.Diagnostics{{Severity: rule.Error, Code: code, Message: message, Hint: hint, Pos: rule.Pos{File: file, Line: line}}}
}

// streamCSV cuts the file between records. Lines within quotes belong to one
// record, so an odd number of quotes is not an end.
func streamCSV(file string, in *bufio.Reader, o Options, size int, yield func([]Row, rule.Diagnostics) bool) {
	var header, piece []byte
	line, from, problems := 1, 1, 0 // next line of the file; where the piece begins
	read := false
	flush := func() bool {
		if len(bytes.TrimSpace(piece)) == 0 && read {
			piece, from = nil, line
			return true
		}
		read = true
		p := &reader{file: file, o: o, seen: map[string]int{}, lineBefore: from - 2}
		p.read(append(bytes.Clone(header), piece...))
		piece, from = nil, line
		problems += len(p.ds)
		return yield(p.good, p.ds) && problems < MaxProblems && !p.broken
	}
	quotes, start := 0, 0 // of the record that is being read, and where it starts
	for {
		text, err := in.ReadSlice('\n')
		piece = append(piece, text...)
		quotes += bytes.Count(text, []byte{'"'})
		if len(piece)-start > maxRecord {
			yield(nil, one(file, line, "te-lang", "deze regel is te lang, of een aanhalingsteken sluit niet", "zet een veld met een aanhalingsteken tussen \"…\" en verdubbel het teken"))
			return
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF):
			if header == nil {
				header, piece, from = piece, nil, 2
			}
			flush()
			return
		case err != nil:
			yield(nil, one(file, line, "lezen-mislukt", "het bestand kan niet gelezen worden: "+err.Error(), ""))
			return
		}
		line++
		if quotes%2 == 1 {
			continue
		}
		quotes, start = 0, len(piece)
		if header == nil {
			header, piece, start, from = piece, nil, 0, line
			continue
		}
		if len(piece) >= size && len(bytes.TrimSpace(piece)) > 0 {
			if !flush() {
				return
			}
			start = 0
		}
	}
}

// streamEvents reads one CloudEvent a line.
func streamEvents(file string, in *bufio.Reader, o Options, yield func([]Row, rule.Diagnostics) bool) {
	const piece = 5000
	var rows []Row
	var ds rule.Diagnostics
	problems := 0
	flush := func() bool {
		problems += len(ds)
		ok := len(rows) == 0 && len(ds) == 0 || yield(rows, ds)
		rows, ds = nil, nil
		return ok && problems < MaxProblems
	}
	var text []byte
	for line := 1; ; {
		part, err := in.ReadSlice('\n')
		text = append(text, part...)
		if len(text) > maxRecord {
			ds = append(ds, one(file, line, "te-lang", fmt.Sprintf("deze regel is langer dan %d bytes", maxRecord), "zet elke gebeurtenis op een eigen regel")...)
			flush()
			return
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil && !errors.Is(err, io.EOF) {
			ds = append(ds, one(file, line, "lezen-mislukt", "het bestand kan niet gelezen worden: "+err.Error(), "")...)
			flush()
			return
		}
		if body := bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\ufeff"))); len(body) > 0 {
			row, ps := Event(body, o)
			row.Line = line
			for _, p := range ps {
				ds = append(ds, rule.Diagnostic{Severity: rule.Error, Code: p.Code, Message: p.Where() + p.Message, Hint: p.Hint, Pos: rule.Pos{File: file, Line: line, Column: 1}})
			}
			if len(ps) == 0 {
				rows = append(rows, row)
			}
		}
		text = text[:0]
		line++
		if err != nil {
			flush()
			return
		}
		if (len(rows) >= piece || len(ds) >= MaxProblems) && !flush() {
			return
		}
	}
}
