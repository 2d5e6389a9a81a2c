package check

import "fmt"

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	if len(many) > 1 && many[0] == '%' {
		return fmt.Sprintf(many, n)
	}
	return many
}
