// Package event is the immutable log: the envelope of an event, the hash chain
// over all of them, and the salted commitments that let personal text be erased
// while the chain stays valid.
//
// The package has no clock, no randomness and no I/O. A store numbers and
// chains drafts with Seal; anybody can check a log with Verify.
package event

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of one event. They keep a single bad request from filling the log.
const (
	MaxData     = 4 << 20 // bytes of Data; an imported regulation is the largest
	MaxText     = 1 << 20 // bytes of one personal text
	MaxName     = 512     // bytes of stream, type, actor and field names
	MaxPersonal = 1024    // personal fields of one event
	SaltSize    = 32      // bytes
)

// BulkPrefix begins the name of a personal field that is a file. Such a field
// may be MaxBulk bytes, and a store leaves its words out of the records that
// it reads: they are asked for one at a time.
const (
	BulkPrefix = "bijlage-"
	MaxBulk    = 4 << 20 // bytes: three quarters of it as base64
)

// Bulk reports whether a personal field is a file.
func Bulk(field string) bool { return strings.HasPrefix(field, BulkPrefix) }

func limit(field string) int {
	if Bulk(field) {
		return MaxBulk
	}
	return MaxText
}

// Hash is a SHA-256 sum. The zero Hash is the PrevHash of the first event.
type Hash [sha256.Size]byte

// String gives 64 hexadecimal digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// IsZero reports whether there is no hash.
func (h Hash) IsZero() bool { return h == Hash{} }

// MarshalText gives the hexadecimal form.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads 64 hexadecimal digits.
func (h *Hash) UnmarshalText(b []byte) error {
	if len(b) != 2*len(h) {
		return fmt.Errorf("hash: %d tekens, verwacht %d hexadecimale cijfers", len(b), 2*len(h))
	}
	if _, err := hex.Decode(h[:], b); err != nil {
		return fmt.Errorf("hash: %w", err)
	}
	return nil
}

// Event is one fact in the log. Seq counts from 1 over the whole log, StreamSeq
// from 1 within its stream. Data holds no personal text: that is stored beside
// the log, and only its commitment is here.
type Event struct {
	Seq       uint64          `json:"nr"`
	Stream    string          `json:"stroom"`
	StreamSeq uint64          `json:"stroomNr"`
	Type      string          `json:"soort"`
	At        time.Time       `json:"op"` // UTC, to the nanosecond
	Actor     string          `json:"door"`
	Data      json.RawMessage `json:"gegevens"`
	Personal  map[string]Hash `json:"persoonlijk,omitempty"` // field to commitment
	PrevHash  Hash            `json:"vorige"`
	Hash      Hash            `json:"hash"`
}

// Secret is personal text with the salt of its commitment. Without the salt
// nobody can find the text back by guessing.
type Secret struct {
	Text string `json:"tekst"`
	Salt []byte `json:"zout"`
}

// Ref names one personal text: the event and the field.
type Ref struct {
	Seq   uint64 `json:"nr"`
	Field string `json:"veld"`
}

// Record is an event with those of its personal texts that still exist. An
// erased text is absent here and present in Event.Personal.
type Record struct {
	Event
	Secrets map[string]Secret `json:"teksten,omitempty"`
}

// Draft is an event that has no number yet.
type Draft struct {
	Stream   string
	Type     string
	At       time.Time
	Actor    string
	Data     json.RawMessage
	Personal map[string]string // field to text
}

// Head is where a log ends: the number and the hash of its last event. The
// zero Head is an empty log. Keep its String somewhere else, and Verify shows
// whether a tail was removed.
type Head struct {
	Seq  uint64 `json:"nr"`
	Hash Hash   `json:"hash"`
}

// String gives "1234:9f86d0…".
func (h Head) String() string { return strconv.FormatUint(h.Seq, 10) + ":" + h.Hash.String() }

// ParseHead reads what Head.String gave.
func ParseHead(s string) (Head, error) {
	n, hx, ok := strings.Cut(strings.TrimSpace(s), ":")
	var h Head
	seq, err := strconv.ParseUint(n, 10, 64)
	if !ok || err != nil {
		return Head{}, fmt.Errorf("kop van het logboek: %q is niet te lezen (verwacht: nummer:hash, bijvoorbeeld 12:9f86d0…)", s)
	}
	if err := h.Hash.UnmarshalText([]byte(hx)); err != nil {
		return Head{}, fmt.Errorf("kop van het logboek: %w", err)
	}
	h.Seq = seq
	return h, nil
}

// ErrDraft says that a draft cannot become an event.
var ErrDraft = errors.New("gebeurtenis onbruikbaar")

// Check reports what is wrong with a draft, or nil.
func (d Draft) Check() error {
	for _, f := range []struct{ name, v string }{{"stroom", d.Stream}, {"soort", d.Type}, {"door", d.Actor}} {
		if f.v == "" {
			return fmt.Errorf("%w: %s is leeg", ErrDraft, f.name)
		}
		if len(f.v) > MaxName || !utf8.ValidString(f.v) || strings.ContainsRune(f.v, 0) {
			return fmt.Errorf("%w: %s moet geldige tekst zijn van ten hoogste %d bytes", ErrDraft, f.name, MaxName)
		}
	}
	if d.At.IsZero() || d.At.Year() < 1970 || d.At.Year() > 2261 {
		return fmt.Errorf("%w: tijdstip %s ligt buiten 1970–2261", ErrDraft, d.At)
	}
	if len(d.Data) > MaxData {
		return fmt.Errorf("%w: gegevens zijn %d bytes, ten hoogste %d mag", ErrDraft, len(d.Data), MaxData)
	}
	if !json.Valid(d.Data) || !utf8.Valid(d.Data) {
		return fmt.Errorf("%w: gegevens zijn geen geldige JSON", ErrDraft)
	}
	if len(d.Personal) > MaxPersonal {
		return fmt.Errorf("%w: %d persoonlijke velden, ten hoogste %d mag", ErrDraft, len(d.Personal), MaxPersonal)
	}
	for f, t := range d.Personal {
		if f == "" || len(f) > MaxName || !utf8.ValidString(f) {
			return fmt.Errorf("%w: naam van persoonlijk veld %q", ErrDraft, f)
		}
		if len(t) > limit(f) || !utf8.ValidString(t) {
			return fmt.Errorf("%w: persoonlijke tekst %s moet geldige tekst zijn van ten hoogste %d bytes", ErrDraft, f, limit(f))
		}
	}
	return nil
}

// Commit gives the commitment of a secret: SHA-256 over a domain, the salt and
// the text, each with its length.
func (s Secret) Commit() Hash {
	h := sha256.New()
	var b []byte
	b = appendBytes(b, []byte("lemniscaat/tekst/1"))
	b = appendBytes(b, s.Salt)
	h.Write(b)
	h.Write(appendBytes(nil, []byte(s.Text)))
	return Hash(h.Sum(nil))
}

// Opens reports whether the secret is the one that was committed to.
func (s Secret) Opens(c Hash) bool {
	got := s.Commit()
	return subtle.ConstantTimeCompare(got[:], c[:]) == 1
}

// Canonical gives the bytes that are hashed: a domain, then every field with
// its length, the personal fields sorted. Two different events never give the
// same bytes, because every part says how long it is.
func (e Event) Canonical() []byte {
	b := make([]byte, 0, 256+len(e.Data))
	b = appendBytes(b, []byte("lemniscaat/gebeurtenis/1"))
	b = append(b, e.PrevHash[:]...)
	b = binary.BigEndian.AppendUint64(b, e.Seq)
	b = appendBytes(b, []byte(e.Stream))
	b = binary.BigEndian.AppendUint64(b, e.StreamSeq)
	b = appendBytes(b, []byte(e.Type))
	b = binary.BigEndian.AppendUint64(b, uint64(e.At.Unix()))
	b = binary.BigEndian.AppendUint64(b, uint64(e.At.Nanosecond()))
	b = appendBytes(b, []byte(e.Actor))
	b = appendBytes(b, e.Data)
	b = binary.BigEndian.AppendUint64(b, uint64(len(e.Personal)))
	for _, f := range slices.Sorted(maps.Keys(e.Personal)) {
		c := e.Personal[f]
		b = appendBytes(b, []byte(f))
		b = append(b, c[:]...)
	}
	return b
}

// Sum gives the hash that the event ought to have.
func (e Event) Sum() Hash { return sha256.Sum256(e.Canonical()) }

// Head gives the head of a log that ends with this event.
func (e Event) Head() Head { return Head{e.Seq, e.Hash} }

func appendBytes(b, part []byte) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(len(part)))
	return append(b, part...)
}

// Seal numbers a draft as the event after head, as the streamSeq-th of its
// stream, and chains it. salt is called once for each personal text and must
// give SaltSize fresh random bytes.
func Seal(d Draft, head Head, streamSeq uint64, salt func() ([]byte, error)) (Record, error) {
	if err := d.Check(); err != nil {
		return Record{}, err
	}
	e := Event{
		Seq: head.Seq + 1, Stream: d.Stream, StreamSeq: streamSeq, Type: d.Type,
		At: d.At.UTC(), Actor: d.Actor, Data: bytes.Clone(d.Data), PrevHash: head.Hash,
	}
	r := Record{}
	if len(d.Personal) > 0 {
		e.Personal = make(map[string]Hash, len(d.Personal))
		r.Secrets = make(map[string]Secret, len(d.Personal))
		for _, f := range slices.Sorted(maps.Keys(d.Personal)) {
			s, err := salt()
			if err != nil {
				return Record{}, fmt.Errorf("salt: %w", err)
			}
			if len(s) != SaltSize {
				return Record{}, fmt.Errorf("salt: %d bytes, verwacht %d", len(s), SaltSize)
			}
			sec := Secret{Text: d.Personal[f], Salt: s}
			e.Personal[f] = sec.Commit()
			r.Secrets[f] = sec
		}
	}
	e.Hash = e.Sum()
	r.Event = e
	return r, nil
}

// Tampered says which record of a log is not what was written.
type Tampered struct {
	Seq    uint64 // number that the record has, or ought to have had
	Reason string // Dutch
}

// Error gives "logboek beschadigd bij gebeurtenis 12: …".
func (t *Tampered) Error() string {
	return fmt.Sprintf("logboek beschadigd bij gebeurtenis %d: %s", t.Seq, t.Reason)
}

// CheckTexts reports *Tampered for the first personal text that is not the one
// that was committed to, or nil.
func (r Record) CheckTexts() error {
	if len(r.Secrets) == 0 {
		return nil
	}
	for _, f := range slices.Sorted(maps.Keys(r.Secrets)) {
		c, ok := r.Personal[f]
		if !ok {
			return &Tampered{r.Seq, fmt.Sprintf("tekst %q hoort niet bij deze gebeurtenis", f)}
		}
		if !r.Secrets[f].Opens(c) {
			return &Tampered{r.Seq, fmt.Sprintf("tekst %q is veranderd", f)}
		}
	}
	return nil
}

// Verify walks a whole log from its first event and gives where it ends. It
// returns *Tampered for the first record that is wrong: a gap, another order,
// a broken chain, a changed byte, a text that is not the one committed to, or,
// when known is not nil, a tail that is gone or was replaced. An error of the
// iterator itself is returned as it is.
//
// It uses memory per stream, not per event.
func Verify(log iter.Seq2[Record, error], known *Head) (Head, error) {
	var head Head
	streams := make(map[string]uint64)
	seen := known == nil || known.Seq == 0
	for r, err := range log {
		if err != nil {
			return head, err
		}
		want := head.Seq + 1
		switch {
		case r.Seq != want:
			return head, &Tampered{want, fmt.Sprintf("verwacht nummer %d, gevonden %d (ontbreekt of staat op een andere plaats)", want, r.Seq)}
		case r.PrevHash != head.Hash:
			return head, &Tampered{want, "sluit niet aan op de vorige gebeurtenis"}
		case r.Sum() != r.Hash:
			return head, &Tampered{want, "inhoud klopt niet met de hash"}
		case r.StreamSeq != streams[r.Stream]+1:
			return head, &Tampered{want, fmt.Sprintf("stroom %s: verwacht nummer %d, gevonden %d", r.Stream, streams[r.Stream]+1, r.StreamSeq)}
		}
		if err := r.CheckTexts(); err != nil {
			return head, err
		}
		streams[r.Stream] = r.StreamSeq
		head = r.Head()
		if known != nil && head.Seq == known.Seq {
			if head.Hash != known.Hash {
				return head, &Tampered{head.Seq, "hash is anders dan de bewaarde kop"}
			}
			seen = true
		}
	}
	if !seen {
		return head, &Tampered{head.Seq + 1, fmt.Sprintf("het logboek eindigt bij %d, maar de bewaarde kop is %d: het einde is weg", head.Seq, known.Seq)}
	}
	return head, nil
}
