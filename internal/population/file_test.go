package population_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"lemniscaat/internal/population"
)

// blocks reads a whole source in blocks of n.
func blocks(t *testing.T, s population.Blocks, n int) *population.Block {
	t.Helper()
	var all population.Block
	var b population.Block
	for first := 0; first < s.Len(); first += n {
		if err := s.Block(first, min(n, s.Len()-first), &b); err != nil {
			t.Fatal(err)
		}
		if b.First != first || len(b.Starts) != b.Len()+1 || b.Starts[b.Len()] != int32(b.Persons()) {
			t.Fatalf("block of %d starts at %d, %d households, starts %d", first, b.First, b.Len(), len(b.Starts))
		}
		population.Append(&all, &b)
	}
	return &all
}

func write(t testing.TB, p *population.Population, workers int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := population.Write(context.Background(), &out, p, workers, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func open(data []byte) (*population.File, error) {
	return population.Open(bytes.NewReader(data), int64(len(data)))
}

// What is read is what is made, for any size of block, also across the blocks
// of the file, and the file is the same for any number of workers.
func TestFileIsThePopulation(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 40,000 people three times")
	}
	t.Parallel()
	p := build(t, population.Spec{N: 40_000, Seed: 11})
	data := write(t, p, 1)
	for _, workers := range []int{2, 5} {
		if !bytes.Equal(data, write(t, p, workers)) {
			t.Fatalf("%d workers write another file", workers)
		}
	}
	f, err := open(data)
	if err != nil {
		t.Fatal(err)
	}
	want := blocks(t, population.Rows(p), 40_000)
	for _, n := range []int{f.Align(), 40_000, 5_000, 777} {
		if d := cmp.Diff(want, blocks(t, f, n), population.BlockValues); d != "" {
			t.Errorf("blocks of %d differ:\n%.2000s", n, d)
		}
	}
	if f.ID() != p.ID() || f.Len() != p.Len() || f.Spec() != p.Spec() || f.Rows() != want.Persons() || f.Size() != int64(len(data)) {
		t.Errorf("the file says %s, %d households, %d persons", f.ID(), f.Len(), f.Rows())
	}
	if d := cmp.Diff(p.At(39_999), f.At(39_999), cmpopts.IgnoreUnexported(population.Household{})); d != "" {
		t.Errorf("a household of the file:\n%s", d)
	}
}

// Columns say what households say, day numbers included.
func TestBlockIsTheHouseholds(t *testing.T) {
	t.Parallel()
	p := build(t, population.Spec{N: 3_000, Seed: 4})
	b := blocks(t, population.Rows(p), 1_000)
	columns := population.Columns()
	for i := range p.Len() {
		h := p.At(i)
		row := int(b.Starts[i])
		if b.Types[i] != h.Type || b.Weights[i] != h.Weight || b.Disposable[i] != int64(h.Disposable) || b.Homes[i] != h.Home || int(b.CareStarts[i+1]-b.CareStarts[i]) != len(h.Contracts) || int(b.Starts[i+1])-row != len(h.Persons) {
			t.Fatalf("household %d: %+v", i, h)
		}
		for k := range h.Contracts {
			if at := int(b.CareStarts[i]) + k; int(b.CareRows[at]) != row+h.Contracts[k].Child {
				t.Fatalf("household %d: contract %d is of row %d", i, k, b.CareRows[at])
			}
			for _, c := range columns {
				if got, want := c.At(b, int(b.CareStarts[i])+k), c.Of(h, k); c.Object() != "persoon" && got != want {
					t.Fatalf("household %d, contract %d: %s is %+v in columns, %+v in the household", i, k, c.ID, got, want)
				}
			}
		}
		for m, q := range h.Persons {
			if int(b.Ages[row+m]) != q.Age || b.Statuses[row+m] != q.Status {
				t.Fatalf("household %d, member %d: age %d, status %v", i, m, b.Ages[row+m], b.Statuses[row+m])
			}
			for _, c := range columns {
				if c.Object() != "persoon" {
					continue
				}
				if got, want := c.At(b, row+m), c.Of(h, m); got != want {
					t.Fatalf("household %d, member %d: %s is %+v in columns, %+v in the household", i, m, c.ID, got, want)
				}
			}
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	p := build(t, population.Spec{N: 20_000, Seed: 2})
	good := write(t, p, 2)
	change := func(at int, b byte) []byte {
		c := bytes.Clone(good)
		c[at] ^= b
		return c
	}
	headed := func(from, to string) []byte { // another header with the right checksum
		n := int(binary.LittleEndian.Uint32(good[8:]))
		head := bytes.Replace(good[16:16+n], []byte(from), []byte(to), 1)
		c := append(bytes.Clone(good[:16]), head...)
		binary.LittleEndian.PutUint32(c[8:], uint32(len(head)))
		binary.LittleEndian.PutUint32(c[12:], crc32.Checksum(head, crc32.MakeTable(crc32.Castagnoli)))
		return append(c, good[16+n:]...)
	}
	for name, test := range map[string]struct {
		data []byte
		want string
	}{
		"empty":           {nil, "geen populatiebestand"},
		"other file":      {[]byte("PK\x03\x04 something else, long enough to look at"), "geen populatiebestand"},
		"other form":      {change(7, 3), "vorm 3"},
		"header changed":  {change(40, 1), "begin"},
		"header length":   {change(10, 0xff), "begin"},
		"truncated":       {good[:len(good)-1], "einde ontbreekt"},
		"half":            {good[:len(good)/2], "einde ontbreekt"},
		"only the header": {good[:300], "einde ontbreekt"},
		"longer":          {append(bytes.Clone(good), 0), "einde ontbreekt"},
		"index changed":   {change(len(good)-30, 1), "einde is beschadigd"},
		"a byte missing":  {append(bytes.Clone(good[:5000]), good[5001:]...), "bytes langer of korter"},
		"other tables":    {headed(p.ID(), strings.Repeat("x", len(p.ID()))), "andere cijfers"},
		"another seed":    {headed(`"zaad":2`, `"zaad":3`), "andere cijfers"},
		"no such spec":    {headed(`"huishoudens":20000`, `"huishoudens":-20000`), "huishoudens kan niet"},
	} {
		_, err := open(test.data)
		if !errors.Is(err, population.ErrFile) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want ErrFile with %q", name, err, test.want)
		}
	}
	// A changed block is found when it is read, and only then.
	f, err := open(change(len(good)-2000, 1))
	if err != nil {
		t.Fatal(err)
	}
	var b population.Block
	if err := f.Block(0, f.Align(), &b); err != nil {
		t.Errorf("the first block: %v", err)
	}
	if err := f.Block(f.Align(), 20_000-f.Align(), &b); !errors.Is(err, population.ErrFile) || !strings.Contains(err.Error(), "blok 2") {
		t.Errorf("a changed block: %v", err)
	}
}

// No bytes, with right checksums or not, make reading panic.
func FuzzOpen(f *testing.F) {
	p := build(f, population.Spec{N: 300, Seed: 2})
	good := write(f, p, 1)
	f.Add(good, 700, byte(1))
	f.Add(good[:200], 0, byte(0))
	f.Fuzz(func(t *testing.T, data []byte, at int, with byte) {
		c := bytes.Clone(data)
		if at >= 0 && at < len(c) {
			c[at] ^= with
		}
		file, err := open(c)
		if err != nil {
			return
		}
		var b population.Block
		for first := 0; first < file.Len(); first += file.Align() {
			_ = file.Block(first, min(file.Align(), file.Len()-first), &b)
		}
	})
}

type failing struct{ after int }

func (w *failing) Write(p []byte) (int, error) {
	if w.after -= len(p); w.after < 0 {
		return 0, errors.New("vol")
	}
	return len(p), nil
}

// A full disk and a cancelled run end with their error.
func TestWriteStops(t *testing.T) {
	t.Parallel()
	p := build(t, population.Spec{N: 200_000, Seed: 2})
	if err := population.Write(context.Background(), &failing{500_000}, p, 3, nil); err == nil || err.Error() != "vol" {
		t.Errorf("a full disk: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var once sync.Once
	calls := 0
	err := population.Write(ctx, &bytes.Buffer{}, p, 2, func(done, total int) {
		once.Do(cancel)
		calls++
	})
	if !errors.Is(err, context.Canceled) || calls > 8 {
		t.Errorf("cancelled: %v after %d blocks", err, calls)
	}
}

// Random values survive every width.
func TestColumnsOfAnyWidth(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.SliceOf(rapid.Int64()).Draw(t, "v")
		shift := rapid.IntRange(0, 63).Draw(t, "shift")
		for i := range v {
			v[i] >>= shift
		}
		if d := cmp.Diff(v, population.Recoded(v), cmpopts.EquateEmpty()); d != "" {
			t.Fatal(d)
		}
	})
}
