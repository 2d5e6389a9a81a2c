package exhibit

import "lemniscaat/internal/screen"

// head makes the heads of a table: the first names the rows, the others stand
// over numbers.
func head(first string, rest ...string) []screen.TableHead {
	out := []screen.TableHead{{Text: first}}
	for _, s := range rest {
		out = append(out, screen.TableHead{Text: s, Number: true})
	}
	return out
}

func cell(text string) screen.TableCell        { return screen.TableCell{Text: text} }
func ranged(text, sub string) screen.TableCell { return screen.TableCell{Text: text, Sub: sub} }
