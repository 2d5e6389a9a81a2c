package simulate

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/gob"
	"fmt"
	"hash/crc32"
	"reflect"
)

const resultMagic = "LEMNUIT\x01"

// resultShape names what this program has in a Result. What another program
// kept may lack a measure, and a measure that is lacking is not 0.
var resultShape = func() [sha256.Size]byte {
	var b bytes.Buffer
	shape(&b, reflect.TypeFor[Result](), map[reflect.Type]bool{})
	return sha256.Sum256(b.Bytes())
}()

// WriteResults gives the results of a plan as bytes to keep.
func WriteResults(plan Digest, results []*Result) ([]byte, error) {
	b := bytes.NewBufferString(resultMagic)
	b.Write(resultShape[:])
	b.Write(plan[:])
	if err := gob.NewEncoder(b).Encode(results); err != nil {
		return nil, fmt.Errorf("encode results: %w", err)
	}
	return binary.LittleEndian.AppendUint32(b.Bytes(), crc32.Checksum(b.Bytes(), castagnoli)), nil
}

// ReadResults reads what WriteResults gave of a plan. ErrForm: it is damaged, of
// another plan, or of a program that measures something else.
func ReadResults(plan Digest, data []byte) ([]*Result, error) {
	refuse := func(why string) ([]*Result, error) { return nil, fmt.Errorf("%w: %s", ErrForm, why) }
	head, end := len(resultMagic)+2*sha256.Size, len(data)-4
	switch {
	case end < head || string(data[:len(resultMagic)]) != resultMagic:
		return refuse("dit is geen uitkomst, of het einde ontbreekt")
	case crc32.Checksum(data[:end], castagnoli) != binary.LittleEndian.Uint32(data[end:]):
		return refuse("de uitkomst is beschadigd")
	case !bytes.Equal(data[len(resultMagic):len(resultMagic)+sha256.Size], resultShape[:]):
		return refuse("een andere versie van het programma heeft haar bewaard")
	case !bytes.Equal(data[head-sha256.Size:head], plan[:]):
		return refuse("de uitkomst hoort bij een andere run")
	}
	var out []*Result
	if err := gob.NewDecoder(bytes.NewReader(data[head:end])).Decode(&out); err != nil {
		return refuse("de uitkomst kan niet gelezen worden: " + err.Error())
	}
	return out, nil
}
