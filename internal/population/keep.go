package population

import (
	"context"
	"fmt"
)

// Kept is a source whose columns are in memory, in blocks of Align households:
// some 250 bytes a household. It is safe for concurrent use.
type Kept struct {
	Blocks
	size   int
	blocks []Block
}

// Keep makes the blocks of a source once, size households at a time.
func Keep(ctx context.Context, from Blocks, size, workers int) (*Kept, error) {
	if size < 1 {
		panic(fmt.Sprintf("BUG: blocks of %d households", size))
	}
	n := from.Len()
	k := &Kept{Blocks: from, size: size, blocks: make([]Block, (n+size-1)/size)}
	err := Each(ctx, workers, len(k.blocks), func(int) func(int) error {
		return func(i int) error {
			b := &k.blocks[i]
			if err := from.Block(i*size, min(size, n-i*size), b); err != nil {
				return err
			}
			// What is made when it is first asked for is made now: nobody writes
			// in a block that others read.
			b.bySource()
			b.home()
			b.everybody()
			b.nobody()
			b.nought()
			b.firstChoice()
			return nil
		}
	})
	if err != nil {
		return nil, err
	}
	return k, nil
}

// Align is the number of households in a block.
func (k *Kept) Align() int { return k.size }

// Block gives a block that is kept, to be read only. Another run of households
// is made again.
func (k *Kept) Block(first, n int, b *Block) error {
	if i := first / k.size; first%k.size == 0 && i < len(k.blocks) && n == k.blocks[i].Len() {
		*b = k.blocks[i]
		return nil
	}
	*b = Block{} // its memory may be that of a kept one
	return k.Blocks.Block(first, n, b)
}
