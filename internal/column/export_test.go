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

// DropFlags makes the sums of the last Run as they are planned when nobody asks
// whether they fit. It gives how many there are.
func (b *Block) DropFlags() (n int) {
	for i := range b.plan.steps {
		if s := &b.plan.steps[i]; s.code == numSumC {
			s.flag = -1
			n++
		}
	}
	return n
}
