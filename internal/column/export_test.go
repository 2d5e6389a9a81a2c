package column

import "fmt"

// Codes counts the steps of the last Run by operation, for looking at it.
func (b *Block) Codes() string {
	count := map[code]int{}
	for _, s := range b.plan.steps {
		count[s.code]++
	}
	return fmt.Sprint(count, " lanes ", b.plan.lanes)
}
