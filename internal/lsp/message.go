package lsp

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"strconv"
	"strings"
	"sync"
)

// maxMessage bounds one message. A file of a regulation has at most 512 KiB.
const maxMessage = 32 << 20

// maxHeader bounds the header of one message.
const maxHeader = 4 << 10

// Codes of errors, from JSON-RPC 2.0 and the protocol.
const (
	codeParse          = -32700
	codeInvalidRequest = -32600
	codeNoMethod       = -32601
	codeParams         = -32602
	codeInternal       = -32603
	codeNotInitialized = -32002
	codeFailed         = -32803
	codeCancelled      = -32800
)

// message is a request (ID and Method), a notification (Method) or a response
// (ID).
type message struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id,omitempty"`
	Method  string          `json:"method,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   *wireError      `json:"error,omitempty"`
}

// wireError is what went wrong, for the other side.
type wireError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func (e *wireError) Error() string { return fmt.Sprintf("%s (%d)", e.Message, e.Code) }

func fail(code int, format string, a ...any) *wireError {
	return &wireError{code, fmt.Sprintf(format, a...)}
}

// badMessage is a message that cannot be read; the stream goes on after it.
type badMessage struct{ *wireError }

func (b badMessage) Unwrap() error { return b.wireError }

// reader takes messages from a stream.
type reader struct{ r *bufio.Reader }

// next gives the next message. A badMessage says that one was skipped; any
// other error ends the stream.
func (r reader) next() (*message, error) {
	n, err := r.header()
	if err != nil {
		return nil, err
	}
	if n > maxMessage {
		if _, err := io.CopyN(io.Discard, r.r, n); err != nil {
			return nil, io.ErrUnexpectedEOF
		}
		return nil, badMessage{fail(codeInvalidRequest, "een bericht van %d bytes is te groot; hoogstens %d", n, maxMessage)}
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(r.r, body); err != nil {
		return nil, io.ErrUnexpectedEOF
	}
	var m message
	if err := json.Unmarshal(body, &m); err != nil {
		if body[0] == '[' && json.Valid(body) {
			return nil, badMessage{fail(codeInvalidRequest, "een bericht is één JSON-object, geen lijst")}
		}
		return nil, badMessage{fail(codeParse, "het bericht is geen geldige JSON: %v", err)}
	}
	if m.Version != "2.0" {
		return nil, badMessage{fail(codeInvalidRequest, "het bericht heeft niet \"jsonrpc\": \"2.0\"")}
	}
	if len(m.ID) > 0 && m.ID[0] != '"' && m.ID[0] != '-' && (m.ID[0] < '0' || m.ID[0] > '9') {
		if string(m.ID) != "null" || m.Method != "" {
			return nil, badMessage{fail(codeInvalidRequest, "het id van een bericht is een getal of een tekst")}
		}
		m.ID = nil
	}
	return &m, nil
}

// header reads header lines up to the empty one and gives the length of the
// body.
func (r reader) header() (int64, error) {
	length, seen, size := int64(-1), false, 0
	for {
		line, err := r.r.ReadSlice('\n')
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			size = maxHeader + 1
			continue
		case err != nil && !seen && len(line) == 0:
			return 0, io.EOF
		case err != nil:
			return 0, io.ErrUnexpectedEOF
		}
		text := strings.TrimRight(string(line), "\r\n")
		size += len(line)
		if text == "" {
			if !seen {
				continue // empty lines between messages do no harm
			}
			break
		}
		seen = true
		key, value, _ := strings.Cut(text, ":")
		if textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(key)) == "Content-Length" {
			n, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
			if err != nil || n < 1 {
				length = -1
				continue
			}
			length = n
		}
	}
	if size > maxHeader {
		return 0, badMessage{fail(codeParse, "de kop van het bericht is langer dan %d bytes", maxHeader)}
	}
	if length < 0 {
		return 0, badMessage{fail(codeParse, "de kop van het bericht heeft geen bruikbare Content-Length")}
	}
	return length, nil
}

// writer puts messages on a stream, whole, from any goroutine.
type writer struct {
	mu sync.Mutex
	w  io.Writer
}

func (w *writer) send(m any) error {
	body, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("BUG: message: %w", err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, err := fmt.Fprintf(w.w, "Content-Length: %d\r\n\r\n%s", len(body), body); err != nil {
		return fmt.Errorf("send: %w", err)
	}
	return nil
}

// response always has a result or an error; a result may be null.
type response struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Result  any             `json:"result"`
}

type failure struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Error   *wireError      `json:"error"`
}

func (w *writer) reply(id json.RawMessage, result any, err *wireError) error {
	if len(id) == 0 {
		id = json.RawMessage("null")
	}
	if err != nil {
		return w.send(failure{"2.0", id, err})
	}
	return w.send(response{"2.0", id, result})
}

func (w *writer) notify(method string, params any) error {
	return w.send(struct {
		Version string `json:"jsonrpc"`
		Method  string `json:"method"`
		Params  any    `json:"params"`
	}{"2.0", method, params})
}

func (w *writer) request(id int, method string, params any) error {
	return w.send(struct {
		Version string `json:"jsonrpc"`
		ID      int    `json:"id"`
		Method  string `json:"method"`
		Params  any    `json:"params"`
	}{"2.0", id, method, params})
}
