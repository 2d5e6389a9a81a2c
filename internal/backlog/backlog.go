// Package backlog reads what an organisation already knows: old lists of
// knelpunten as CSV, and e-mail. Both give the same entries, each a signal that
// can be filed, and what was refused with the place, the reason and what would
// be accepted. Personal numbers are masked. Nothing is dropped in silence.
package backlog

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"lemniscaat/internal/privacy"
	"lemniscaat/internal/rule"
)

// Limits of what is read.
const (
	MaxSize    = 8 << 20 // bytes
	MaxEntries = 5_000
	MaxText    = 600 // characters of a signal
)

// Entry is one signal of an old list or a mail.
type Entry struct {
	Line       int    // in the file, or the number of the mail
	Regulation string // as it is written; empty: not said
	Article    string // as it is written: "3", "art. 3 lid 2"
	Text       string // masked
	Kind       string // a tile of the signal page; empty: not said
	Date       rule.Date
	Count      int      // how often it was reported; 1 when not said
	Sender     string   // the address of a mail, to make a pseudonym of; never kept
	Masked     []string // what was masked, in words
	Notes      []string // what was left out, in words: attachments, quoted mail
	Raw        []string // the fields as they stood, for the report
}

// Key is the same for the same entry, however often it comes in.
func (e Entry) Key() string {
	h := sha256.New()
	for _, s := range []string{"lemniscaat/oud/1", strings.ToLower(e.Regulation), strings.ToLower(e.Article), e.Text, e.Kind, e.Date.String()} {
		fmt.Fprintf(h, "%d:%s", len(s), s)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Refused is a row or mail that cannot come in.
type Refused struct {
	Line     int
	Reason   string // what is wrong
	Accepted string // what would be accepted
	Raw      []string
}

// List is what a file holds.
type List struct {
	Columns []string // of a CSV, as they stood
	Entries []Entry
	Refused []Refused
	// Fault is set when the file cannot be read at all.
	Fault *Refused
}

// Read looks at the first characters: a mail, several (mbox), or CSV. today
// refuses dates after it.
func Read(data []byte, today rule.Date) List {
	if len(data) > MaxSize {
		return fault("het bestand is groter dan "+fmt.Sprint(MaxSize>>20)+" MB", "deel het op")
	}
	text, ok := decode(data)
	switch {
	case !ok:
		return fault("het bestand is geen tekst", `sla een lijst op als CSV; een mail als .eml of .mbox`)
	case strings.TrimSpace(text) == "":
		return fault("het bestand is leeg", "begin met een regel kolomnamen: regeling;artikel;tekst;soort;datum;aantal")
	case strings.HasPrefix(text, "From "):
		return readMbox(data, today)
	case looksLikeMail(text):
		l := List{}
		l.mail(1, data, today)
		return l
	}
	return readCSV(text, today)
}

func fault(reason, accepted string) List {
	return List{Fault: &Refused{Reason: reason, Accepted: accepted}}
}

// decode gives the text of a file: UTF-8, or the code page of Windows that old
// spreadsheets write.
func decode(data []byte) (string, bool) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if bytes.IndexByte(data, 0) >= 0 {
		return "", false
	}
	if utf8.Valid(data) {
		return string(data), true
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(data)
	return string(out), err == nil
}

// clean takes control characters and long white space out of a text, masks
// personal numbers, and says what was masked.
func (e *Entry) clean(text string) {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t' || r == '\r' || r == '\u00a0':
			return ' '
		case r < ' ' || r == 0x7f || r == utf8.RuneError:
			return -1
		}
		return r
	}, strings.ReplaceAll(text, "\r\n", "\n"))
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.Join(strings.Fields(line), " "); line != "" || len(lines) > 0 && lines[len(lines)-1] != "" {
			lines = append(lines, line)
		}
	}
	masked, found := privacy.Mask(strings.TrimSpace(strings.Join(lines, "\n")))
	for _, k := range found {
		e.Masked = append(e.Masked, k.Label())
	}
	e.Text = masked
}

// Tiles of the signal page, with the words that old lists use for them.
var tiles = map[string]string{
	"onduidelijk": "onduidelijk", "onduidelijkheid": "onduidelijk", "interpretatie": "onduidelijk", "uitleg": "onduidelijk", "vraag": "onduidelijk",
	"kan niet uitgevoerd": "kan-niet-uitgevoerd", "kan-niet-uitgevoerd": "kan-niet-uitgevoerd", "onuitvoerbaar": "kan-niet-uitgevoerd", "uitvoerbaarheid": "kan-niet-uitgevoerd", "uitvoering": "kan-niet-uitgevoerd",
	"te hard": "te-hard", "te-hard": "te-hard", "hardheid": "te-hard", "hardvochtig": "te-hard", "schrijnend": "te-hard", "onevenredig": "te-hard",
	"regels botsen": "regels-botsen", "regels-botsen": "regels-botsen", "botsing": "regels-botsen", "tegenstrijdig": "regels-botsen", "samenloop": "regels-botsen",
	"gegevens": "gegevens", "data": "gegevens", "gegevensuitwisseling": "gegevens", "ict": "gegevens",
	"mensen haken af": "mensen-haken-af", "mensen-haken-af": "mensen-haken-af", "niet-gebruik": "mensen-haken-af", "drempel": "mensen-haken-af", "doenvermogen": "mensen-haken-af",
	"gaat goed": "gaat-goed", "gaat-goed": "gaat-goed", "gaat juist goed": "gaat-goed", "compliment": "gaat-goed",
}

// Kinds lists the tiles that a column "soort" may name.
const Kinds = "onduidelijk, kan niet uitgevoerd, te hard, regels botsen, gegevens, mensen haken af, gaat goed"

// Tile gives the tile of a word that an old list uses: "hardheid" is te-hard.
func Tile(word string) (string, bool) {
	t, ok := tiles[strings.ToLower(strings.Join(strings.Fields(word), " "))]
	return t, ok
}
