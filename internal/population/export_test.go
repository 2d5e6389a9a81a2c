package population

import (
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// Recoded encodes a column and decodes it again.
func Recoded(v []int64) []int64 {
	got, rest, ok := decodeColumn[int64](encodeColumn(nil, v), nil, len(v))
	if !ok || len(rest) > 0 {
		return nil
	}
	return got
}

// Append joins blocks.
func Append(all, b *Block) {
	if len(all.Starts) == 0 {
		all.reset(b.First)
	}
	all.appendRows(b, 0, b.Len())
}

// BlockValues compares what blocks say, income by source included.
var BlockValues = cmp.Options{cmp.AllowUnexported(Block{}, sources{}), cmpopts.IgnoreFields(Block{}, "First", "household", "yes", "no", "zeros", "firsts", "money", "housing")}
