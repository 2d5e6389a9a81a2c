package phrase

import (
	_ "embed"
	"maps"
)

// refusals are why something is refused; said is what pages show that is put
// together in code.
//
//go:embed en.yaml
var refusals []byte

//go:embed said.yaml
var said []byte

var englishPairs = func() map[string]string {
	out := map[string]string{}
	for _, data := range [][]byte{refusals, said} {
		pairs, err := Parse(data)
		if err != nil {
			panic("BUG: " + err.Error())
		}
		maps.Copy(out, pairs)
	}
	return out
}()

// English gives the sentences that code makes outside the catalogues, with their
// English. The caller may change the map.
func English() map[string]string { return maps.Clone(englishPairs) }
