// Package seal signs what an installation states about itself (the state of its
// log, a decision) so that others can check it offline, and it grows the Merkle
// tree over the log that such a statement is about.
//
// A statement is a note (golang.org/x/mod/sumdb/note): plain text with an Ed25519
// signature below it. The tree is that of RFC 6962 (golang.org/x/mod/sumdb/tlog),
// its leaves are the hashes of the events.
//
// The package has no clock, no files and no randomness of its own.
package seal

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// ErrSignature says that a statement is not signed by a key that is trusted, or
// is not what was signed.
var ErrSignature = errors.New("de handtekening klopt niet")

// maxNote bounds a statement.
const maxNote = 64 << 10 // bytes

// Public are the public keys of an installation, oldest first, with the change
// from each to the next, signed by both.
type Public struct {
	// Keys have the form of package note: "naam+hash+sleutel".
	Keys    []string `json:"sleutels"`
	Changes []string `json:"wissels,omitempty"`
}

// Ring is the private key that signs now, with the public keys from the first on.
// It is safe for concurrent use: nothing changes it.
type Ring struct {
	private string
	public  Public
	signer  note.Signer
}

// ring is how a Ring stands in its file.
type ring struct {
	Private string `json:"geheim"`
	Public
}

// NewRing makes a first key. Name is that of the installation, without spaces or
// plus signs: it stands in every signature and names the log.
func NewRing(random io.Reader, name string) (*Ring, error) {
	private, public, err := note.GenerateKey(random, name)
	if err != nil {
		return nil, fmt.Errorf("new key %q: %w", name, err)
	}
	return newRing(ring{private, Public{Keys: []string{public}}})
}

func newRing(r ring) (*Ring, error) {
	signer, err := note.NewSigner(r.Private)
	if err != nil {
		return nil, errors.New("de geheime sleutel is niet te lezen")
	}
	if len(r.Keys) == 0 || len(r.Changes) != len(r.Keys)-1 {
		return nil, errors.New("de openbare sleutels horen niet bij elkaar")
	}
	last, err := note.NewVerifier(r.Keys[len(r.Keys)-1])
	if err != nil || last.KeyHash() != signer.KeyHash() || last.Name() != signer.Name() {
		return nil, errors.New("de laatste openbare sleutel hoort niet bij de geheime")
	}
	return &Ring{r.Private, r.Public, signer}, nil
}

// ReadRing reads what Ring.Text gave.
func ReadRing(text []byte) (*Ring, error) {
	var r ring
	if err := strict(text, &r); err != nil {
		return nil, fmt.Errorf("sleutelbestand: %w", err)
	}
	out, err := newRing(r)
	if err != nil {
		return nil, fmt.Errorf("sleutelbestand: %w", err)
	}
	return out, nil
}

// Text gives the file of the ring. It holds the private key.
func (r *Ring) Text() []byte { return pretty(ring{r.private, r.public}) }

// Public gives the keys that others check with.
func (r *Ring) Public() Public {
	return Public{slices.Clone(r.public.Keys), slices.Clone(r.public.Changes)}
}

// Name is the name of the installation in its signatures.
func (r *Ring) Name() string { return r.signer.Name() }

// Key is the public key that signs now.
func (r *Ring) Key() string { return r.public.Keys[len(r.public.Keys)-1] }

// Sign puts a signature below a text, which must end with a newline.
func (r *Ring) Sign(text string) (string, error) {
	out, err := note.Sign(&note.Note{Text: text}, r.signer)
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	return string(out), nil
}

// changeTitle is the first line of a change of keys.
const changeTitle = "lemniscaat/sleutelwissel/1"

// Rotate gives a ring with a new key. The change is signed by the old key and by
// the new one, so that whoever trusts one can trust the other. The old private key
// is not kept.
func (r *Ring) Rotate(random io.Reader, at time.Time) (*Ring, error) {
	private, public, err := note.GenerateKey(random, r.Name())
	if err != nil {
		return nil, fmt.Errorf("new key: %w", err)
	}
	signer, err := note.NewSigner(private)
	if err != nil {
		return nil, fmt.Errorf("new key: %w", err)
	}
	text := strings.Join([]string{changeTitle, "oud " + r.Key(), "nieuw " + public, "tijd " + at.UTC().Format(time.RFC3339)}, "\n") + "\n"
	change, err := note.Sign(&note.Note{Text: text}, r.signer, signer)
	if err != nil {
		return nil, fmt.Errorf("sign change: %w", err)
	}
	next := r.Public()
	next.Keys, next.Changes = append(next.Keys, public), append(next.Changes, string(change))
	return newRing(ring{private, next})
}

// ReadPublic reads a file of public keys: what Public.Text gave, or one key on
// each line.
func ReadPublic(text []byte) (Public, error) {
	var p Public
	if trimmed := strings.TrimSpace(string(text)); !strings.HasPrefix(trimmed, "{") {
		for line := range strings.Lines(trimmed) {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
				p.Keys = append(p.Keys, line)
			}
		}
	} else if err := strict(text, &p); err != nil {
		return Public{}, fmt.Errorf("openbare sleutels: %w", err)
	}
	if len(p.Keys) == 0 {
		return Public{}, errors.New("er staat geen openbare sleutel in (verwacht: naam+getal+sleutel)")
	}
	for i, k := range p.Keys {
		if _, err := note.NewVerifier(k); err != nil {
			return Public{}, fmt.Errorf("openbare sleutel %d is niet te lezen (verwacht: naam+getal+sleutel)", i+1)
		}
	}
	return p, nil
}

// Text gives the file of the public keys.
func (p Public) Text() []byte { return pretty(p) }

// Trust gives the keys that follow from these: with pins, only what the pinned keys
// and the changes that they signed vouch for; without, all keys as they are. A pin
// that is not among the keys is trusted too.
func (p Public) Trust(pins ...string) (Trust, error) {
	t := Trust{pinned: len(pins) > 0}
	keys := pins
	if len(pins) == 0 {
		keys = p.Keys
	}
	for _, k := range keys {
		if err := t.add(k); err != nil {
			return Trust{}, err
		}
	}
	// Forwards and backwards, until nothing is added.
	for more := true; more; {
		more = false
		for _, c := range p.Changes {
			old, next, err := readChange(c)
			if err != nil {
				return Trust{}, err
			}
			if t.Has(old) != t.Has(next) {
				more = true
				if err := errors.Join(t.add(old), t.add(next)); err != nil {
					return Trust{}, err
				}
			}
		}
	}
	return t, nil
}

// readChange gives the two keys of a change that both have signed.
func readChange(change string) (old, next string, err error) {
	bad := fmt.Errorf("%w: een wissel van sleutels is niet door beide sleutels ondertekend", ErrSignature)
	text, _, ok := strings.Cut(change, "\n\n")
	lines := strings.Split(text, "\n")
	if !ok || len(lines) != 4 || lines[0] != changeTitle || len(change) > maxNote {
		return "", "", bad
	}
	old, okOld := strings.CutPrefix(lines[1], "oud ")
	next, okNext := strings.CutPrefix(lines[2], "nieuw ")
	a, errA := note.NewVerifier(old)
	b, errB := note.NewVerifier(next)
	if !okOld || !okNext || errA != nil || errB != nil || a.Name() != b.Name() || old == next {
		return "", "", bad
	}
	n, err := note.Open([]byte(change), note.VerifierList(a, b))
	if err != nil || len(n.Sigs) != 2 || len(n.UnverifiedSigs) != 0 {
		return "", "", bad
	}
	return old, next, nil
}

// Trust are keys that statements are checked with.
type Trust struct {
	keys      []string
	verifiers []note.Verifier
	pinned    bool
}

// Pinned reports whether the keys came from somebody who holds them apart.
func (t Trust) Pinned() bool { return t.pinned }

// Has reports whether a key is trusted.
func (t Trust) Has(key string) bool { return slices.Contains(t.keys, key) }

// Keys are the keys that are trusted.
func (t Trust) Keys() []string { return slices.Clone(t.keys) }

func (t *Trust) add(key string) error {
	if t.Has(key) {
		return nil
	}
	v, err := note.NewVerifier(key)
	if err != nil {
		return fmt.Errorf("openbare sleutel %q is niet te lezen (verwacht: naam+getal+sleutel)", shorten(key))
	}
	t.keys, t.verifiers = append(t.keys, key), append(t.verifiers, v)
	return nil
}

// Open gives the text of a statement and the name of who signed it. Every byte of
// the statement counts: signatures that are not checked are refused.
func (t Trust) Open(statement string) (text, name string, err error) {
	if len(statement) > maxNote {
		return "", "", fmt.Errorf("%w: langer dan %d bytes", ErrSignature, maxNote)
	}
	n, err := note.Open([]byte(statement), note.VerifierList(t.verifiers...))
	var unknown *note.UnverifiedNoteError
	switch {
	case errors.As(err, &unknown):
		return "", "", fmt.Errorf("%w: ondertekend met een sleutel die wij niet kennen", ErrSignature)
	case err != nil:
		return "", "", ErrSignature
	case len(n.Sigs) != 1 || len(n.UnverifiedSigs) != 0:
		return "", "", fmt.Errorf("%w: verwacht één handtekening", ErrSignature)
	}
	// A signature in another spelling of base64 is the same bytes: only the one
	// that the program writes is accepted.
	again := n.Text + "\n— " + n.Sigs[0].Name + " " + n.Sigs[0].Base64 + "\n"
	if _, err := base64.StdEncoding.Strict().DecodeString(n.Sigs[0].Base64); err != nil || again != statement {
		return "", "", ErrSignature
	}
	return n.Text, n.Sigs[0].Name, nil
}

func shorten(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

func strict(text []byte, to any) error {
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.DisallowUnknownFields()
	if err := d.Decode(to); err != nil {
		return errors.New("dit is geen geldig bestand (verwacht: JSON met sleutels)")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("er staat tekst na het einde")
	}
	return nil
}

func pretty(v any) []byte {
	out, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		panic("BUG: keys cannot be written: " + err.Error())
	}
	return append(out, '\n')
}
