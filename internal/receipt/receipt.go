// Package receipt makes a signed receipt of a decision: which rules, on which day,
// with which outcome, on inputs that are committed to and not shown. Anybody can
// check it offline with the public key; who holds its opening can show what went in
// and compute it again.
//
// The commitments are salted: the inputs of a citizen (an income, a date of birth)
// are few enough to guess, and so is the explanation, which repeats them. docs/adr
// says why.
package receipt

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"lemniscaat/internal/dossier"
	"lemniscaat/internal/event"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/seal"
)

// title is the first line of a receipt, so that a signature under it can never be
// taken for one under a head of a log.
const title = "lemniscaat/besluitbewijs/1"

// OpeningFormat is the name and version of an opening.
const OpeningFormat = "lemniscaat/opening/1"

// SaltSize is the size of a salt in bytes.
const SaltSize = 32

// Receipt is what is signed. It names nobody.
type Receipt struct {
	Regulation string    `json:"regeling"`
	Date       rule.Date `json:"datum"`    // on which was decided
	RuleSet    string    `json:"regelset"` // digest of all rules
	Content    string    `json:"inhoud"`   // digest of the content of this regulation
	// Inputs and Explanation are commitments.
	Inputs      event.Hash `json:"invoer"`
	Explanation event.Hash `json:"uitleg"`
	Outcomes    []Outcome  `json:"uitkomsten"`
	Program     string     `json:"programma"` // version
	At          time.Time  `json:"op"`        // UTC, to the second
}

// Outcome is one outcome. Of is the type and the number of who it is about,
// "Persoon 1", never an id of a case.
type Outcome struct {
	Of        string `json:"van"`
	Attribute string `json:"eigenschap"`
	Value     string `json:"waarde"`
	Unit      string `json:"eenheid,omitempty"`
}

// Opening shows what went in. Who holds it can read the inputs: it is for the
// citizen, not to be published.
type Opening struct {
	Format  string `json:"vorm"`
	Salt    []byte `json:"zout"`
	Dossier string `json:"dossier"` // YAML, as it was given
}

// Errors.
var (
	ErrForm   = errors.New("dit is geen bewijs van een besluit")
	ErrInputs = errors.New("deze gegevens horen niet bij het bewijs")
)

// Inputs gives the canonical text of what went in: every datum, assumed or given,
// every relation, in a fixed order. How the case was written down does not matter.
func Inputs(f *dossier.File, on rule.Date) string {
	var lines []string
	id := func(i int) string { return f.Objects[i].ID }
	for _, o := range f.Objects {
		lines = append(lines, join("object", o.ID, o.Type.Name))
		for _, v := range o.Values {
			lines = append(lines, join("gegeven", o.ID, rule.Slug(v.Attribute.Owner.Name)+"."+rule.Slug(v.Attribute.Name), fmt.Sprint(v.Datum.Kind), v.Datum.String()))
		}
	}
	for _, l := range f.Links {
		lines = append(lines, join("relatie", id(l.From), l.Role.Name, id(l.To)))
	}
	for _, m := range f.Married {
		pair := []string{id(m[0]), id(m[1])}
		slices.Sort(pair)
		lines = append(lines, join("huwelijk", pair...))
	}
	slices.Sort(lines)
	return "lemniscaat/invoer/1\ndatum " + on.String() + "\n" + strings.Join(lines, "\n") + "\n"
}

// join writes fields so that no two lists give the same line.
func join(kind string, fields ...string) string {
	b, err := json.Marshal(fields)
	if err != nil {
		panic("BUG: strings cannot be written: " + err.Error())
	}
	return kind + " " + string(b)
}

// Commit commits to a text under a name.
func Commit(name string, salt, text []byte) event.Hash {
	h := sha256.New()
	for _, part := range [][]byte{[]byte("lemniscaat/besluit/1/" + name), salt, text} {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(part)))
		h.Write(n[:])
		h.Write(part)
	}
	return event.Hash(h.Sum(nil))
}

// CommitInputs commits to a case on a day.
func CommitInputs(salt []byte, f *dossier.File, on rule.Date) event.Hash {
	return Commit("invoer", salt, []byte(Inputs(f, on)))
}

// Of names an object of a case without its id.
func Of(f *dossier.File, object int) string {
	n := 0
	for i := 0; i <= object; i++ {
		if f.Objects[i].Type == f.Objects[object].Type {
			n++
		}
	}
	return fmt.Sprint(f.Objects[object].Type.Name, " ", n)
}

// Named is Of for an object by its id; what is no object of the case keeps its name.
func Named(f *dossier.File, id string) string {
	if i, ok := f.Object(id); ok {
		return Of(f, i)
	}
	return id
}

// Sign gives the text of a signed receipt.
func Sign(r Receipt, ring *seal.Ring) (string, error) {
	text, err := r.text()
	if err != nil {
		return "", err
	}
	return ring.Sign(text)
}

func (r Receipt) text() (string, error) {
	r.At = r.At.UTC().Truncate(time.Second)
	if r.Outcomes == nil {
		r.Outcomes = []Outcome{}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(r); err != nil {
		return "", fmt.Errorf("receipt: %w", err)
	}
	return title + "\n" + b.String(), nil
}

// Open checks the signature under a receipt and reads it; signer is the name of
// the installation.
func Open(statement string, trust seal.Trust) (r Receipt, signer string, err error) {
	text, signer, err := trust.Open(statement)
	if err != nil {
		return Receipt{}, "", err
	}
	body, ok := strings.CutPrefix(text, title+"\n")
	if !ok {
		return Receipt{}, "", ErrForm
	}
	if err := strict([]byte(body), &r); err != nil {
		return Receipt{}, "", ErrForm
	}
	if again, err := r.text(); err != nil || again != text {
		return Receipt{}, "", ErrForm
	}
	return r, signer, nil
}

// Text gives the file of an opening.
func (o Opening) Text() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(o); err != nil {
		return nil, fmt.Errorf("opening: %w", err)
	}
	return b.Bytes(), nil
}

// ReadOpening reads what Text gave.
func ReadOpening(text []byte) (Opening, error) {
	var o Opening
	if err := strict(text, &o); err != nil || o.Format != OpeningFormat || len(o.Salt) != SaltSize {
		return Opening{}, fmt.Errorf("dit is geen opening bij een bewijs (verwacht: %s)", OpeningFormat)
	}
	return o, nil
}

// SaltText gives a salt as text, to print beside a receipt.
func (o Opening) SaltText() string { return base64.StdEncoding.EncodeToString(o.Salt) }

// Compare gives in Dutch what is different between what was decided and what is
// computed now; none when it is the same.
func Compare(then, now []Outcome) []string {
	type key struct{ of, attribute string }
	was := map[key]Outcome{}
	for _, o := range then {
		was[key{o.Of, o.Attribute}] = o
	}
	var out []string
	for _, o := range now {
		k := key{o.Of, o.Attribute}
		w, ok := was[k]
		delete(was, k)
		switch {
		case !ok:
			out = append(out, fmt.Sprintf("%s, %s: nu %s, in het bewijs staat niets", o.Of, o.Attribute, amount(o)))
		case w != o:
			out = append(out, fmt.Sprintf("%s, %s: nu %s, in het bewijs %s", o.Of, o.Attribute, amount(o), amount(w)))
		}
	}
	for k, w := range was {
		out = append(out, fmt.Sprintf("%s, %s: nu niets, in het bewijs %s", k.of, k.attribute, amount(w)))
	}
	slices.Sort(out)
	return out
}

func amount(o Outcome) string { return strings.TrimSpace(o.Value + " " + o.Unit) }

func strict(text []byte, to any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(to); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return ErrForm
	}
	return nil
}
