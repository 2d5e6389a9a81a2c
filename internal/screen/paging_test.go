package screen_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/screen"
)

func TestPageOf(t *testing.T) {
	t.Parallel()
	rows := make([]int, 101)
	for i := range rows {
		rows[i] = i + 1
	}
	type want struct{ Page, Pages, First, Last, From, To int }
	for _, c := range []struct {
		n, page int
		want    want
	}{
		{101, 0, want{1, 3, 1, 50, 1, 50}},
		{101, -4, want{1, 3, 1, 50, 1, 50}},
		{101, 2, want{2, 3, 51, 100, 51, 100}},
		{101, 3, want{3, 3, 101, 101, 101, 101}},
		{101, 99, want{3, 3, 101, 101, 101, 101}},
		{100, 2, want{2, 2, 51, 100, 51, 100}},
		{0, 7, want{1, 1, 0, 0, 0, 0}},
	} {
		got, p := screen.PageOf(rows[:c.n], screen.Asked{Page: c.page})
		w := want{Page: p.Page, Pages: p.Pages, From: p.From(), To: p.To()}
		if len(got) > 0 {
			w.First, w.Last = got[0], got[len(got)-1]
		}
		if d := cmp.Diff(c.want, w); d != "" {
			t.Errorf("%d rows, page %d: %s", c.n, c.page, d)
		}
	}
}
