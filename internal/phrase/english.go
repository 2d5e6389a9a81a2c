package phrase

import (
	_ "embed"
	"maps"
)

// refusals are why something is refused; said is what pages show that is put
// together in code of the office and the loop; found is what other packages say.
//
//go:embed en.yaml
var refusals []byte

//go:embed said.yaml
var said []byte

//go:embed found.yaml
var found []byte

var englishPairs = func() map[string]string {
	out := map[string]string{}
	for _, data := range [][]byte{found, refusals, said} {
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

// Found gives of these the ones that other packages say: checks, comparisons, dossiers.
func Found() map[string]string {
	pairs, err := Parse(found)
	if err != nil {
		panic("BUG: " + err.Error())
	}
	return pairs
}
