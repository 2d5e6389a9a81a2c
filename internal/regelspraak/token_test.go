package regelspraak_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/regelspraak"
)

func TestTokensSayWhatStandsWhere(t *testing.T) {
	t.Parallel()
	text := "Regel één // weg\r\n  geldig vanaf 2024\n    - hij is 'ja' + (1,5 €)."
	var got []string
	for _, k := range regelspraak.Tokens(regelspraak.Source{Line: 7, Text: text}) {
		mark := ""
		if k.Heading {
			mark = "!"
		} else if k.First {
			mark = "^"
		}
		got = append(got, fmt.Sprintf("%d:%d-%d %d %s%s", k.Line, k.Column, k.End, k.Kind, mark, k.Text))
	}
	want := strings.Split(`7:1-6 0 !Regel|7:7-10 0 één|8:3-9 0 ^geldig|8:10-15 0 vanaf|8:16-20 1 2024|9:5-6 4 ^-|9:7-10 0 hij|9:11-13 0 is|`+
		`9:14-18 2 ja|9:19-20 5 +|9:21-22 3 (|9:22-25 1 1,5|9:26-27 3 €|9:27-28 3 )|9:28-29 3 .`, "|")
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
