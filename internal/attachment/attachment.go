// Package attachment judges files that come with a signal: what they really
// are, by their content and not by their name, and makes of them what may be
// kept. Pictures are drawn anew, so that nothing but the picture is left: no
// place, no time, no name of a camera or its owner.
package attachment

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/image/draw"

	"lemniscaat/internal/privacy"
)

// Limits.
const (
	MaxFiles  = 3
	MaxUpload = 8 << 20  // bytes of one file as it is sent
	MaxKept   = 3 << 20  // bytes of one file as it is kept
	maxPixels = 30 << 20 // of a picture, before anything is unpacked
	maxEdge   = 2400     // pixels, after drawing anew
	maxName   = 80       // characters
	quality   = 82       // of JPEG
)

// Kinds are the media types that are kept.
const (
	PNG  = "image/png"
	JPEG = "image/jpeg"
	PDF  = "application/pdf"
	Text = "text/plain"
)

// File is a file that may be kept.
type File struct {
	Name string // without a path, with the ending of its kind
	Kind string
	Data []byte
	// Changed says in Dutch what was done to it; "" for nothing.
	Changed string
}

// Fault is a file that is not accepted.
type Fault struct {
	Code string // stable: "bijlage-soort"
	Text string // Dutch: what is wrong
	Hint string // Dutch: what would be accepted
}

// Error implements error.
func (f *Fault) Error() string { return f.Text + " " + f.Hint }

const accepted = "Stuur een PNG, een JPEG, een PDF of platte tekst."

func fault(code, text, hint string) error { return &Fault{code, text, hint} }

// Read judges a file. It returns a *Fault when it is not accepted.
func Read(name string, data []byte) (File, error) {
	shown := clean(name)
	switch {
	case len(data) == 0:
		return File{}, fault("bijlage-leeg", "Het bestand “"+shown+"” is leeg.", "Kies een ander bestand.")
	case len(data) > MaxUpload:
		return File{}, fault("bijlage-grootte", fmt.Sprintf("Het bestand “%s” is groter dan %d MB.", shown, MaxUpload>>20), "Maak het kleiner, of stuur een deel.")
	}
	var f File
	var err error
	switch kind := sniff(data); kind {
	case PNG, JPEG:
		f, err = picture(shown, kind, data)
	case PDF:
		f, err = document(shown, data)
	case Text:
		f, err = words(shown, data)
	default:
		return File{}, fault("bijlage-soort", "Het bestand “"+shown+"” is geen soort die wij bewaren.", accepted)
	}
	if err != nil {
		return File{}, err
	}
	if len(f.Data) > MaxKept {
		return File{}, fault("bijlage-grootte", fmt.Sprintf("Het bestand “%s” is groter dan %d MB.", shown, MaxKept>>20), "Maak het kleiner, of stuur een deel.")
	}
	f.Name = ending(shown, f.Kind)
	return f, nil
}

// sniff gives the kind by the first bytes.
func sniff(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return PNG
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return JPEG
	case bytes.HasPrefix(data, []byte("%PDF-")):
		return PDF
	case isText(data):
		return Text
	}
	return ""
}

// isText accepts what is only words: UTF-8, no control characters but tab and
// line ends, and nothing that a browser or office program would run.
func isText(data []byte) bool {
	if !utf8.Valid(data) {
		return false
	}
	for _, r := range string(data) {
		if unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' {
			return false
		}
	}
	head := strings.ToLower(strings.TrimSpace(string(data[:min(len(data), 1024)])))
	for _, s := range []string{"<!doctype", "<html", "<?xml", "<svg", "<script", "{\\rtf", "#!"} {
		if strings.HasPrefix(head, s) {
			return false
		}
	}
	return true
}

func picture(name, kind string, data []byte) (File, error) {
	broken := fault("bijlage-stuk", "Het plaatje “"+name+"” is niet te lezen.", "Maak het opnieuw, of stuur een ander.")
	c, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || c.Width <= 0 || c.Height <= 0 {
		return File{}, broken
	}
	if c.Width > maxPixels/c.Height {
		return File{}, fault("bijlage-grootte", "Het plaatje “"+name+"” heeft te veel punten.", "Maak het kleiner.")
	}
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return File{}, broken
	}
	if kind == JPEG {
		img = upright(img, orientation(data))
	}
	if w, h := img.Bounds().Dx(), img.Bounds().Dy(); max(w, h) > maxEdge {
		scale := float64(maxEdge) / float64(max(w, h))
		small := image.NewRGBA(image.Rect(0, 0, max(1, int(float64(w)*scale)), max(1, int(float64(h)*scale))))
		draw.ApproxBiLinear.Scale(small, small.Bounds(), img, img.Bounds(), draw.Src, nil)
		img = small
	}
	f := File{Kind: kind, Changed: "Wij tekenden het plaatje opnieuw, zonder plaats, tijd of toestel."}
	var b bytes.Buffer
	if kind == PNG {
		if err := png.Encode(&b, img); err != nil {
			return File{}, broken
		}
		if b.Len() <= MaxKept {
			f.Data = b.Bytes()
			return f, nil
		}
		// A photograph as PNG: JPEG keeps it small enough.
		f.Kind = JPEG
		b.Reset()
	}
	if err := jpeg.Encode(&b, opaque(img), &jpeg.Options{Quality: quality}); err != nil {
		return File{}, broken
	}
	f.Data = b.Bytes()
	return f, nil
}

// opaque puts a picture on white: JPEG knows no transparency.
func opaque(img image.Image) image.Image {
	if o, ok := img.(interface{ Opaque() bool }); ok && o.Opaque() {
		return img
	}
	out := image.NewRGBA(img.Bounds())
	draw.Draw(out, out.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(out, out.Bounds(), img, img.Bounds().Min, draw.Over)
	return out
}

// orientation reads how the camera was held (Exif 2.3, tag 0x0112): 1 is
// upright. It is the one thing of the Exif that the picture itself needs.
func orientation(data []byte) int {
	for at := 2; at+4 <= len(data) && data[at] == 0xff; {
		marker, size := data[at+1], int(binary.BigEndian.Uint16(data[at+2:]))
		if marker == 0xda || size < 2 || at+2+size > len(data) {
			return 1
		}
		if s := data[at+4 : at+2+size]; marker == 0xe1 && bytes.HasPrefix(s, []byte("Exif\x00\x00")) {
			if n, err := tag(s[6:], 0x0112); err == nil && n >= 1 && n <= 8 {
				return n
			}
			return 1
		}
		at += 2 + size
	}
	return 1
}

var errNoTag = errors.New("no such tag")

// tag reads a short value of the first directory of a TIFF.
func tag(t []byte, want uint16) (int, error) {
	if len(t) < 8 {
		return 0, errNoTag
	}
	var order binary.ByteOrder
	switch string(t[:2]) {
	case "II":
		order = binary.LittleEndian
	case "MM":
		order = binary.BigEndian
	default:
		return 0, errNoTag
	}
	at := int(order.Uint32(t[4:]))
	if at < 8 || at+2 > len(t) {
		return 0, errNoTag
	}
	n := int(order.Uint16(t[at:]))
	for i := range n {
		e := at + 2 + 12*i
		if e+12 > len(t) {
			return 0, errNoTag
		}
		if order.Uint16(t[e:]) == want {
			return int(order.Uint16(t[e+8:])), nil
		}
	}
	return 0, errNoTag
}

// upright turns a picture as its orientation says.
func upright(img image.Image, o int) image.Image {
	if o <= 1 || o > 8 {
		return img
	}
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	if o >= 5 {
		w, h = h, w
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range b.Dy() {
		for x := range b.Dx() {
			nx, ny := x, y
			switch o {
			case 2:
				nx = w - 1 - x
			case 3:
				nx, ny = w-1-x, h-1-y
			case 4:
				ny = h - 1 - y
			case 5:
				nx, ny = y, x
			case 6:
				nx, ny = w-1-y, x
			case 7:
				nx, ny = w-1-y, h-1-x
			case 8:
				nx, ny = y, h-1-x
			}
			out.Set(nx, ny, img.At(b.Min.X+x, b.Min.Y+y))
		}
	}
	return out
}

// active are the parts of a PDF that do something by themselves. What is
// packed inside a PDF is not seen: a reader opens it in a program that knows
// how to refuse it, never in the page.
var active = [][]byte{[]byte("/JavaScript"), []byte("/JS "), []byte("/JS("), []byte("/Launch"), []byte("/EmbeddedFile"), []byte("/RichMedia"), []byte("/SubmitForm")}

func document(name string, data []byte) (File, error) {
	if !bytes.Contains(data[max(0, len(data)-2048):], []byte("%%EOF")) {
		return File{}, fault("bijlage-stuk", "De PDF “"+name+"” is niet heel.", "Maak hem opnieuw, of stuur een ander bestand.")
	}
	for _, a := range active {
		if bytes.Contains(data, a) {
			return File{}, fault("bijlage-actief", "In de PDF “"+name+"” zit een programma of een ander bestand.", "Druk hem af naar een nieuwe PDF, of stuur een plaatje.")
		}
	}
	if bytes.Contains(data, []byte("/Encrypt")) {
		return File{}, fault("bijlage-slot", "Op de PDF “"+name+"” zit een wachtwoord.", "Haal het eraf, of stuur een plaatje.")
	}
	return File{Kind: PDF, Data: data}, nil
}

// words masks what is personal in a text, as in every other text.
func words(_ string, data []byte) (File, error) {
	text := strings.ReplaceAll(strings.TrimPrefix(string(data), "\ufeff"), "\r\n", "\n")
	masked, found := privacy.Mask(text)
	f := File{Kind: Text, Data: []byte(masked)}
	if len(found) > 0 {
		f.Changed = "Wij haalden persoonlijke gegevens uit de tekst."
	}
	return f, nil
}

// clean gives a name that is safe to show and to offer: letters, digits and a
// few marks, masked like any text.
func clean(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), "\\", "/"))
	name, _ = privacy.Mask(name)
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), strings.ContainsRune(" ._-()[]", r):
			return r
		}
		return '-'
	}, name)
	if r := []rune(name); len(r) > maxName {
		name = string(r[:maxName])
	}
	if name = strings.Trim(name, " ."); name == "" || name == "-" {
		return "bijlage"
	}
	return name
}

var endings = map[string]string{PNG: ".png", JPEG: ".jpg", PDF: ".pdf", Text: ".txt"}

// ending gives a name the ending of what the file is.
func ending(name, kind string) string {
	e := path.Ext(name)
	if kind == JPEG && strings.EqualFold(e, ".jpeg") || strings.EqualFold(e, endings[kind]) {
		return name
	}
	if len(e) > 1 && len(e) <= 5 {
		name = strings.TrimSuffix(name, e)
	}
	return name + endings[kind]
}
