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

func join(s []string) string {
	out := ""
	for i, x := range s {
		switch {
		case i == 0:
		case i == len(s)-1:
			out += " en "
		default:
			out += ", "
		}
		out += x
	}
	return out
}
