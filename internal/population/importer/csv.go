package importer

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"lemniscaat/internal/dossier/notation"
)

// rows are the rows of a file, with the cells that a mapping asks for.
type rows interface {
	// next reads a row in cells, in the order that was asked. What is wrong with the
	// row alone is a *rowFault: the next one can be read. At the end it gives
	// io.EOF.
	next(cells []cell) (row int64, err error)
	// at is how far it is, of how much.
	at() (done, total int64)
	// unused are the columns that nobody asked for.
	unused() []string
	close()
}

// rowFault is what is wrong with one row.
type rowFault struct{ message string }

func (e *rowFault) Error() string { return e.message }

func refuse(name, format string, args ...any) error {
	return fmt.Errorf("%w: %s: %s", ErrData, name, fmt.Sprintf(format, args...))
}

// first bytes of files that are something else.
var others = []struct{ start, message string }{
	{"ARROW1", "dit is een Arrow-bestand (Feather); dat wordt niet gelezen. Bewaar de tabel als Parquet of als CSV"},
	{"\xff\xff\xff\xff", "dit is een Arrow-stroom; dat wordt niet gelezen. Bewaar de tabel als Parquet of als CSV"},
	{"PK\x03\x04", "dit is een zip-bestand of een werkblad (xlsx, ods). Bewaar het werkblad als CSV UTF-8"},
	{"\x1f\x8b", "dit bestand is ingepakt met gzip; pak het eerst uit"},
	{"\x28\xb5\x2f\xfd", "dit bestand is ingepakt met zstd; pak het eerst uit"},
	{"\xff\xfe", "de tekst is UTF-16; bewaar het bestand als CSV UTF-8"},
	{"\xfe\xff", "de tekst is UTF-16; bewaar het bestand als CSV UTF-8"},
	{"PARE", "dit Parquet-bestand is versleuteld; dat wordt niet gelezen"},
}

// open opens a file and finds the columns of a table in it.
func (m *Mapping) open(name string, t *table) (rows, error) {
	f, err := os.Open(name)
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return nil, refuse(name, "dit bestand is er niet")
		}
		return nil, refuse(name, "het kan niet geopend worden: %v", err)
	}
	info, err := f.Stat()
	switch {
	case err != nil:
		err = refuse(name, "het kan niet gelezen worden: %v", err)
	case info.IsDir():
		err = refuse(name, "dit is een map, geen bestand")
	case info.Size() == 0:
		err = refuse(name, "het bestand is leeg")
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	start := make([]byte, 8)
	n, _ := f.ReadAt(start, 0) // a short file has a short start
	for _, o := range others {
		if strings.HasPrefix(string(start[:n]), o.start) {
			f.Close()
			return nil, refuse(name, "%s", o.message)
		}
	}
	var r rows
	if strings.HasPrefix(string(start[:n]), "PAR1") {
		r, err = openParquet(name, f, info.Size(), t)
	} else {
		r, err = m.openCSV(name, f, info.Size(), t)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return r, nil
}

// csvRows are the rows of a CSV.
type csvRows struct {
	file  *os.File
	csv   *csv.Reader
	guard *guard
	size  int64
	from  []int // column of each cell
	names []string
	header,
	loose []string
}

// maxRecord bounds one row: a quote that is never closed makes the rest of a file
// one row.
const maxRecord = 1 << 20

// guard reads no more than maxRecord beyond the last row.
type guard struct {
	r    io.Reader
	read int64
	row  int64 // where the last row ended
}

var errTooLong = errors.New("rij te lang")

func (g *guard) Read(p []byte) (int, error) {
	if g.read-g.row > maxRecord {
		return 0, errTooLong
	}
	n, err := g.r.Read(p)
	g.read += int64(n)
	return n, err
}

var commas = []rune{';', ',', '\t', '|'}

var commaNames = map[rune]string{';': "een puntkomma", ',': "een komma", '\t': "een tab", '|': "een streep"}

func (m *Mapping) openCSV(name string, f *os.File, size int64, t *table) (rows, error) {
	buf := bufio.NewReaderSize(f, 1<<20)
	if start, _ := buf.Peek(3); string(start) == "\xef\xbb\xbf" { // a short file has a short start
		buf.Discard(3) //nolint:errcheck // they were just seen
	}
	line, _ := buf.Peek(1 << 16)
	if i := strings.IndexByte(string(line), '\n'); i >= 0 {
		line = line[:i]
	}
	first := string(line)
	switch {
	case strings.Contains(first, "\x00"):
		return nil, refuse(name, "dit is geen CSV en geen Parquet")
	case strings.TrimSpace(first) == "":
		return nil, refuse(name, "de eerste regel is leeg; daar horen de namen van de kolommen")
	}
	comma := m.comma
	if comma == 0 {
		comma = likeliest(first)
	}
	r := &csvRows{file: f, size: size, guard: &guard{r: buf}}
	r.csv = csv.NewReader(r.guard)
	r.csv.Comma, r.csv.ReuseRecord = comma, true
	header, err := r.csv.Read()
	if err != nil {
		return nil, refuse(name, "de kopregel is niet te lezen: %s", csvMessage(err))
	}
	if !utf8.ValidString(first) {
		return nil, refuse(name, "%s", notUTF8)
	}
	for _, h := range header {
		h = strings.TrimSpace(h)
		if h != "" && slices.Contains(r.header, h) {
			return nil, refuse(name, "de kolom %q staat er twee keer", h)
		}
		r.header = append(r.header, h)
	}
	if other := likeliest(first); len(r.header) == 1 && other != comma && strings.ContainsRune(first, other) {
		return nil, refuse(name, "de kolommen zijn niet gescheiden door %s maar door %s; schrijf in de koppeling scheiding: %q", commaNames[comma], commaNames[other], string(other))
	}
	r.from, r.loose, err = pick(name, r.header, t)
	if err != nil {
		return nil, err
	}
	for _, s := range t.sources {
		r.names = append(r.names, s.name)
	}
	r.guard.row = r.csv.InputOffset()
	return r, nil
}

// likeliest gives the sign that stands most between the names of columns.
func likeliest(first string) rune {
	best, most := ',', 0
	for _, c := range commas {
		if n := strings.Count(first, string(c)); n > most {
			best, most = c, n
		}
	}
	return best
}

// pick finds the columns of a table among those of a file.
func pick(name string, header []string, t *table) (from []int, loose []string, err error) {
	var missing []string
	for _, s := range t.sources {
		i := slices.Index(header, s.name)
		if i < 0 {
			missing = append(missing, s.name+notation.Suggest(s.name, header))
		}
		from = append(from, i)
	}
	if len(missing) > 0 {
		have := header
		if len(have) > 20 {
			have = append(slices.Clone(have[:20]), "…")
		}
		return nil, nil, refuse(name, "de koppeling noemt kolommen die er niet zijn: %s; het bestand heeft %s", strings.Join(missing, ", "), strings.Join(have, ", "))
	}
	for i, h := range header {
		if !slices.Contains(from, i) {
			loose = append(loose, h)
		}
	}
	return from, loose, nil
}

const notUTF8 = "de tekst is geen UTF-8; bewaar het bestand als CSV UTF-8"

func (r *csvRows) next(cells []cell) (int64, error) {
	record, err := r.csv.Read()
	r.guard.row = r.csv.InputOffset()
	if err == io.EOF {
		return 0, io.EOF
	}
	line := int64(0)
	if len(record) > 0 {
		l, _ := r.csv.FieldPos(0)
		line = int64(l)
	}
	if err != nil {
		bad, ok := errors.AsType[*csv.ParseError](err)
		switch {
		case errors.Is(err, errTooLong):
			return 0, refuse(r.file.Name(), "na rij %d komt een rij van meer dan 1 MB; waarschijnlijk ontbreekt er een aanhalingsteken", line)
		case !ok:
			return 0, refuse(r.file.Name(), "het lezen houdt op: %v", err)
		}
		if errors.Is(err, csv.ErrFieldCount) {
			return int64(bad.StartLine), &rowFault{fmt.Sprintf("er staan %d kolommen in, en in de kopregel %d", len(record), len(r.header))}
		}
		return int64(bad.StartLine), &rowFault{csvMessage(err)}
	}
	if record[r.from[0]] == r.names[0] && r.again(record) {
		return line, &rowFault{"hier staat de kopregel nog een keer"}
	}
	for i, c := range r.from {
		text := record[c]
		if !utf8.ValidString(text) {
			return line, &rowFault{fmt.Sprintf("kolom %s: %s", r.names[i], notUTF8)}
		}
		cells[i] = cell{text: strings.TrimSpace(text)}
	}
	return line, nil
}

// again reports whether a row has the names of the columns.
func (r *csvRows) again(record []string) bool {
	for i, h := range r.header {
		if strings.TrimSpace(record[i]) != h {
			return false
		}
	}
	return true
}

func (r *csvRows) at() (done, total int64) { return min(r.guard.row, r.size), r.size }
func (r *csvRows) unused() []string        { return r.loose }
func (r *csvRows) close()                  { r.file.Close() }

func csvMessage(err error) string {
	switch {
	case errors.Is(err, csv.ErrBareQuote):
		return "er staat een aanhalingsteken midden in een waarde; zet de hele waarde tussen aanhalingstekens en verdubbel het teken"
	case errors.Is(err, csv.ErrQuote):
		return "een aanhalingsteken wordt niet gesloten, of er staat iets achter"
	case errors.Is(err, io.EOF):
		return "het bestand is leeg"
	}
	return err.Error()
}
