package postgres

import (
	"context"
	"iter"

	"lemniscaat/internal/event"
	"lemniscaat/internal/store"
)

// wordPage is how many texts Words reads at a time.
const wordPage = 10_000

// Words implements store.WordReader. Each page is a question of its own, as in All.
func (r *reader) Words(ctx context.Context, last uint64) iter.Seq2[store.Word, error] {
	return func(yield func(store.Word, error) bool) {
		var after event.Ref
		for {
			var list []store.Word
			err := r.ask(ctx, "lezen", func(ctx context.Context) error {
				list = list[:0]
				rows, err := r.from.Query(ctx, `SELECT seq, field, words, salt FROM personal
					WHERE (seq, field) > ($1, $2) AND seq <= $3 AND NOT starts_with(field, $4) ORDER BY seq, field LIMIT $5`,
					int64(after.Seq), after.Field, int64(min(last, 1<<62)), event.BulkPrefix, wordPage)
				if err != nil {
					return err
				}
				defer rows.Close()
				for rows.Next() {
					var w store.Word
					var text []byte
					if err := rows.Scan(&w.Seq, &w.Field, &text, &w.Salt); err != nil {
						return err
					}
					w.Text = string(text)
					list = append(list, w)
				}
				return rows.Err()
			})
			if err != nil {
				yield(store.Word{}, err)
				return
			}
			for _, w := range list {
				if !yield(w, nil) {
					return
				}
				after = w.Ref
			}
			if len(list) < wordPage {
				return
			}
		}
	}
}
