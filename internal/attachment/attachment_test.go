package attachment_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lemniscaat/internal/attachment"
)

// corner is a picture that is white but for its top left quarter.
func corner(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{255, 255, 255, 255}
			if x < w/2 && y < h/2 {
				c = color.RGBA{200, 0, 0, 255}
			}
			img.Set(x, y, c)
		}
	}
	return img
}

func jpegOf(t *testing.T, img image.Image, exif []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	if exif == nil {
		return b.Bytes()
	}
	out := append([]byte{0xff, 0xd8, 0xff, 0xe1}, binary.BigEndian.AppendUint16(nil, uint16(len(exif)+2))...)
	return append(append(out, exif...), b.Bytes()[2:]...)
}

// exif says how the camera was held, and where.
func exif(orientation uint16) []byte {
	b := []byte("Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01")
	b = append(b, 0x01, 0x12, 0x00, 0x03, 0x00, 0x00, 0x00, 0x01)
	b = binary.BigEndian.AppendUint16(b, orientation)
	return append(b, []byte("\x00\x00\x00\x00\x00\x00GPS 52.0907 Nokia van mevrouw Jansen")...)
}

func pngOf(t *testing.T, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func code(err error) string {
	var f *attachment.Fault
	if errors.As(err, &f) {
		if f.Text == "" || f.Hint == "" {
			return "zonder woorden"
		}
		return f.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func TestReadJudgesByContent(t *testing.T) {
	t.Parallel()
	pdf := []byte("%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n%%EOF\n")
	noise := make([]byte, attachment.MaxUpload+1)
	for i := range noise {
		noise[i] = 'a'
	}
	for name, c := range map[string]struct {
		file string
		data []byte
		kind string
		as   string // name it gets
		code string
	}{
		"png":                {"scherm.png", pngOf(t, corner(8, 8)), attachment.PNG, "scherm.png", ""},
		"png called exe":     {"virus.exe", pngOf(t, corner(8, 8)), attachment.PNG, "virus.png", ""},
		"jpeg":               {"foto.JPG", jpegOf(t, corner(8, 8), nil), attachment.JPEG, "foto.JPG", ""},
		"pdf":                {"brief.pdf", pdf, attachment.PDF, "brief.pdf", ""},
		"text":               {"notitie", []byte("De brief is onduidelijk.\n"), attachment.Text, "notitie.txt", ""},
		"path in the name":   {`..\..\etc/pass"wd<b>.txt`, []byte("x"), attachment.Text, "pass-wd-b-.txt", ""},
		"number in the name": {"bsn 123456782.txt", []byte("x"), attachment.Text, "bsn [BSN].txt", ""},
		"empty":              {"leeg.png", nil, "", "", "bijlage-leeg"},
		"too large":          {"groot.txt", noise, "", "", "bijlage-grootte"},
		"too large to keep":  {"groot.txt", noise[:attachment.MaxKept+1], "", "", "bijlage-grootte"},
		"html":               {"pagina.txt", []byte(" <!DOCTYPE html><script>alert(1)</script>"), "", "", "bijlage-soort"},
		"svg":                {"plaatje.png", []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), "", "", "bijlage-soort"},
		"program":            {"foto.jpg", []byte("MZ\x90\x00\x03"), "", "", "bijlage-soort"},
		"zip (Word)":         {"brief.docx", []byte("PK\x03\x04\x14\x00\x06\x00"), "", "", "bijlage-soort"},
		"gif":                {"g.gif", []byte("GIF89a\x01\x00\x01\x00\x00"), "", "", "bijlage-soort"},
		"broken png":         {"stuk.png", pngOf(t, corner(8, 8))[:40], "", "", "bijlage-stuk"},
		"broken jpeg":        {"stuk.jpg", []byte("\xff\xd8\xff\xe0 en dan niets"), "", "", "bijlage-stuk"},
		"bomb":               {"bom.png", bomb(), "", "", "bijlage-grootte"},
		"pdf cut off":        {"stuk.pdf", pdf[:20], "", "", "bijlage-stuk"},
		"pdf with a program": {"slim.pdf", append([]byte("%PDF-1.7 <</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>"), pdf...), "", "", "bijlage-actief"},
		"pdf with a lock":    {"slot.pdf", append([]byte("%PDF-1.7 <</Encrypt 3 0 R>>"), pdf...), "", "", "bijlage-slot"},
	} {
		f, err := attachment.Read(c.file, c.data)
		if code(err) != c.code || f.Kind != c.kind || f.Name != c.as {
			t.Errorf("%s: %q %q, %q (%v), want %q %q, %q", name, f.Kind, f.Name, code(err), err, c.kind, c.as, c.code)
		}
	}
}

// bomb is a PNG of some bytes that says it is a milliard points.
func bomb() []byte {
	b := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x7f\xff\x00\x00\x7f\xff\x08\x06\x00\x00\x00")
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[12:]))
}

func TestNothingButThePictureIsLeft(t *testing.T) {
	t.Parallel()
	for o := uint16(1); o <= 8; o++ {
		data := jpegOf(t, corner(40, 20), exif(o))
		if !bytes.Contains(data, []byte("Jansen")) {
			t.Fatal("the example has no Exif")
		}
		f, err := attachment.Read("foto.jpg", data)
		if err != nil {
			t.Fatalf("%d: %v", o, err)
		}
		if bytes.Contains(f.Data, []byte("Jansen")) || bytes.Contains(f.Data, []byte("Exif")) || bytes.Contains(f.Data, []byte("GPS")) {
			t.Errorf("%d: Exif is still there", o)
		}
		img, err := jpeg.Decode(bytes.NewReader(f.Data))
		if err != nil {
			t.Fatal(err)
		}
		b := img.Bounds()
		wide := b.Dx() > b.Dy()
		if wide != (o <= 4) {
			t.Errorf("orientation %d gives %v", o, b)
		}
		// Where the dark quarter is after turning (Exif 2.3).
		left := map[uint16]bool{1: true, 2: false, 3: false, 4: true, 5: true, 6: false, 7: false, 8: true}[o]
		top := map[uint16]bool{1: true, 2: true, 3: false, 4: false, 5: true, 6: true, 7: false, 8: false}[o]
		x, y := b.Dx()/4, b.Dy()/4
		if !left {
			x = 3 * b.Dx() / 4
		}
		if !top {
			y = 3 * b.Dy() / 4
		}
		if _, g, _, _ := img.At(x, y).RGBA(); g > 0x8000 {
			t.Errorf("orientation %d: the dark quarter is not at %d,%d", o, x, y)
		}
	}
	// What stands behind the picture, or in a comment of a PNG, is gone too.
	f, err := attachment.Read("s.png", append(pngOf(t, corner(8, 8)), []byte("mevrouw Jansen")...))
	if err != nil || bytes.Contains(f.Data, []byte("Jansen")) {
		t.Errorf("%v, %q", err, f.Data)
	}
}

func TestLargePicturesBecomeSmaller(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	img := image.NewRGBA(image.Rect(0, 0, 1400, 1000))
	for i := range img.Pix {
		img.Pix[i] = byte(r.UintN(256))
		if i%4 == 3 {
			img.Pix[i] = 255
		}
	}
	f, err := attachment.Read("foto.png", pngOf(t, img))
	if err != nil || f.Kind != attachment.JPEG || f.Name != "foto.jpg" || len(f.Data) > attachment.MaxKept {
		t.Errorf("%s %s, %d bytes, %v", f.Kind, f.Name, len(f.Data), err)
	}
	f, err = attachment.Read("breed.png", pngOf(t, corner(4000, 500)))
	if err != nil {
		t.Fatal(err)
	}
	if c, err := png.DecodeConfig(bytes.NewReader(f.Data)); err != nil || c.Width != 2400 || c.Height != 300 {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestTextIsMasked(t *testing.T) {
	t.Parallel()
	f, err := attachment.Read("a.txt", []byte("\ufeffbsn 123456782\r\nklopt niet"))
	if err != nil || string(f.Data) != "bsn [BSN]\nklopt niet" || f.Changed == "" {
		t.Errorf("%q %q %v", f.Data, f.Changed, err)
	}
}

// Any bytes under any name: a file or a fault, never a panic, and a name that
// is safe in a header and on a page.
func TestAnyFile(t *testing.T) {
	t.Parallel()
	heads := []string{"", "\x89PNG\r\n\x1a\n", "\xff\xd8\xff\xe1\x00\x20Exif\x00\x00II*\x00\x08\x00\x00\x00\xff\xff", "%PDF-1.4 %%EOF", "\xff\xd8\xff\xe1\x00\x00"}
	rapid.Check(t, func(t *rapid.T) {
		data := append([]byte(rapid.SampledFrom(heads).Draw(t, "head")), rapid.SliceOf(rapid.Byte()).Draw(t, "data")...)
		name := rapid.String().Draw(t, "name")
		f, err := attachment.Read(name, data)
		if err != nil {
			if c := code(err); !strings.HasPrefix(c, "bijlage-") {
				t.Fatalf("%v", err)
			}
			return
		}
		if f.Name == "" || strings.ContainsAny(f.Name, "/\\\"\r\n\x00<>;") || len([]rune(f.Name)) > 90 {
			t.Fatalf("name %q becomes %q", name, f.Name)
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("%PDF-1.4 %%EOF"))
	f.Add([]byte("\x89PNG\r\n\x1a\n"))
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x10Exif\x00\x00MM\x00\x2a"))
	f.Fuzz(func(_ *testing.T, data []byte) { _, _ = attachment.Read("x", data) })
}
