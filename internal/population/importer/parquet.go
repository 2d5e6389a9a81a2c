package importer

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/format"
)

// parquetRows are the rows of a Parquet file, read column by column, a page at a
// time.
type parquetRows struct {
	name    string
	file    *os.File
	groups  []parquet.RowGroup
	columns []*parquetColumn
	loose   []string
	group   int   // that is being read
	left    int64 // rows of it
	row     int64
	total   int64
}

// parquetColumn is one column while it is read.
type parquetColumn struct {
	name   string
	index  int // among the leaves
	cell   func(v parquet.Value) (cell, string)
	reader parquet.ColumnChunkValueReader
	values []parquet.Value
	used   int
}

// pageValues is how many values are taken from a page at a time.
const pageValues = 1024

// maxFooter bounds what a Parquet file says about itself.
const maxFooter = 64 << 20

func openParquet(name string, f *os.File, size int64, t *table) (_ rows, err error) {
	defer func() {
		// The library panics on some damage.
		if p := recover(); p != nil {
			err = refuse(name, "het Parquet-bestand is beschadigd")
		}
	}()
	end := make([]byte, 8)
	if _, e := f.ReadAt(end, max(0, size-8)); size < 12 || e != nil || string(end[4:]) != "PAR1" {
		return nil, refuse(name, "het Parquet-bestand is niet af: het einde ontbreekt")
	}
	if n := int64(binary.LittleEndian.Uint32(end)); n > size-12 || n > maxFooter {
		return nil, refuse(name, "het Parquet-bestand is beschadigd: het einde klopt niet")
	}
	p, err := parquet.OpenFile(f, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, refuse(name, "het Parquet-bestand is beschadigd: %v", err)
	}
	r := &parquetRows{name: name, file: f, groups: p.RowGroups(), group: -1, total: p.NumRows()}
	if r.total == 0 {
		return nil, refuse(name, "het bestand heeft geen rijen")
	}
	var header []string
	fields := p.Root().Columns()
	for _, c := range fields {
		header = append(header, c.Name())
	}
	from, loose, err := pick(name, header, t)
	if err != nil {
		return nil, err
	}
	r.loose = loose
	for i, at := range from {
		c := fields[at]
		if !c.Leaf() || c.Repeated() {
			return nil, refuse(name, "de kolom %s heeft lijsten of delen; alleen gewone kolommen kunnen", c.Name())
		}
		read, what := parquetCell(c.Type())
		if read == nil {
			return nil, refuse(name, "de kolom %s is van de soort %s; dat kan niet. Bewaar haar als tekst, geheel getal, decimaal getal, ja/nee of datum", c.Name(), what)
		}
		r.columns = append(r.columns, &parquetColumn{name: t.sources[i].name, index: c.Index(), cell: read})
	}
	return r, nil
}

// parquetCell makes what turns values of a type into cells; nil: it is of
// another type.
func parquetCell(t parquet.Type) (read func(v parquet.Value) (cell, string), what string) {
	var logical any
	if l := t.LogicalType(); l != nil {
		logical = l.Value
	}
	whole := func(dec int, of func(v parquet.Value) int64) func(v parquet.Value) (cell, string) {
		return func(v parquet.Value) (cell, string) { return cell{kind: wholeCell, num: of(v), dec: dec}, "" }
	}
	int32s := func(v parquet.Value) int64 { return int64(v.Int32()) }
	int64s := func(v parquet.Value) int64 { return v.Int64() }
	numbers := map[parquet.Kind]func(v parquet.Value) int64{parquet.Int32: int32s, parquet.Int64: int64s}
	kind := t.Kind()
	switch l := logical.(type) {
	case nil:
		// Older files say it in another way.
		if c := t.ConvertedType(); c != nil {
			switch {
			case (*c == deprecated.UTF8 || *c == deprecated.Enum) && kind == parquet.ByteArray:
				return textOf, ""
			case *c == deprecated.Date && kind == parquet.Int32:
				return func(v parquet.Value) (cell, string) { return cell{kind: dayCell, num: int64(v.Int32())}, "" }, ""
			case *c >= deprecated.Int8 && *c <= deprecated.Int64 && numbers[kind] != nil:
				return whole(0, numbers[kind]), ""
			}
			return nil, t.String()
		}
		switch kind {
		case parquet.Boolean:
			return func(v parquet.Value) (cell, string) { return cell{kind: truthCell, num: bit(v.Boolean())}, "" }, ""
		case parquet.Int32, parquet.Int64:
			return whole(0, numbers[kind]), ""
		case parquet.Float:
			return func(v parquet.Value) (cell, string) { return cell{kind: realCell, real: float64(v.Float())}, "" }, ""
		case parquet.Double:
			return func(v parquet.Value) (cell, string) { return cell{kind: realCell, real: v.Double()}, "" }, ""
		case parquet.ByteArray:
			return textOf, ""
		}
	case *format.StringType, *format.EnumType:
		if kind == parquet.ByteArray {
			return textOf, ""
		}
	case *format.IntType:
		if of := numbers[kind]; of != nil && (l.IsSigned || l.BitWidth < 64) {
			if !l.IsSigned && l.BitWidth == 32 && kind == parquet.Int32 {
				return whole(0, func(v parquet.Value) int64 { return int64(v.Uint32()) }), ""
			}
			return whole(0, of), ""
		}
	case *format.DecimalType:
		if of := numbers[kind]; of != nil && l.Scale >= 0 && l.Scale <= 18 {
			return whole(int(l.Scale), of), ""
		}
	case *format.DateType:
		if kind == parquet.Int32 {
			return func(v parquet.Value) (cell, string) { return cell{kind: dayCell, num: int64(v.Int32())}, "" }, ""
		}
	}
	return nil, t.String()
}

func textOf(v parquet.Value) (cell, string) {
	b := v.ByteArray()
	if !utf8.Valid(b) {
		return cell{}, notUTF8
	}
	return cell{text: strings.TrimSpace(string(b))}, ""
}

func bit(v bool) int64 {
	if v {
		return 1
	}
	return 0
}

func (r *parquetRows) next(cells []cell) (row int64, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = refuse(r.name, "het Parquet-bestand is beschadigd na rij %d", r.row)
		}
	}()
	for r.left == 0 {
		if r.group++; r.group >= len(r.groups) {
			return 0, io.EOF
		}
		g := r.groups[r.group]
		chunks := g.ColumnChunks()
		for _, c := range r.columns {
			if c.reader != nil {
				c.reader.Close()
			}
			c.reader, c.values, c.used = parquet.NewColumnChunkValueReader(chunks[c.index]), c.values[:0], 0
		}
		r.left = g.NumRows()
	}
	r.row++
	r.left--
	fault := ""
	for i, c := range r.columns {
		if c.used == len(c.values) {
			if err := c.fill(); err != nil {
				return 0, refuse(r.name, "het Parquet-bestand is beschadigd bij rij %d, kolom %s: %v", r.row, c.name, err)
			}
		}
		v := c.values[c.used]
		c.used++
		if v.IsNull() {
			cells[i] = cell{kind: emptyCell}
			continue
		}
		var why string
		if cells[i], why = c.cell(v); why != "" && fault == "" {
			fault = fmt.Sprintf("kolom %s: %s", c.name, why)
		}
	}
	if fault != "" {
		return r.row, &rowFault{fault}
	}
	return r.row, nil
}

// fill reads the next values; they are valid until it is called again.
func (c *parquetColumn) fill() error {
	if cap(c.values) == 0 {
		c.values = make([]parquet.Value, pageValues)
	}
	n, err := c.reader.ReadValues(c.values[:pageValues])
	c.values, c.used = c.values[:n], 0
	if n > 0 {
		return nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func (r *parquetRows) at() (done, total int64) { return r.row, r.total }
func (r *parquetRows) unused() []string        { return r.loose }

func (r *parquetRows) close() {
	for _, c := range r.columns {
		if c.reader != nil {
			c.reader.Close()
		}
	}
	r.file.Close()
}
