package job

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"time"
)

// blobs keeps what steps give, and results, in the PostgreSQL database of the
// queue.
type blobs struct {
	base *postgresBase
	// most is how many bytes fit; of asks instead, when there is such a question.
	most int64
	of   func(folder string) (int64, error)
}

func missing(err error, what string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("%s: %w", what, fs.ErrNotExist)
	}
	return err
}

func (b blobs) read(ctx context.Context, s step) (data []byte, err error) {
	err = one(ctx, b.base, []any{&data}, `SELECT data FROM simulation_blob WHERE run = $1 AND generation = $2 AND phase = $3 AND part = $4`, s.Run, s.Generation, s.Phase, s.Part)
	return data, missing(err, fmt.Sprintf("%s.%d/%d-%06d", s.Run, s.Generation, s.Phase, s.Part))
}

func (b blobs) write(ctx context.Context, s step, data []byte) error {
	_, err := b.base.exec(ctx, `INSERT INTO simulation_blob (run, generation, phase, part, data) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (run, generation, phase, part) DO UPDATE SET data = excluded.data`, s.Run, s.Generation, s.Phase, s.Part, data)
	return err
}

func (b blobs) drop(ctx context.Context, run string, generation int) error {
	_, err := b.base.exec(ctx, `DELETE FROM simulation_blob WHERE run = $1 AND generation = $2`, run, generation)
	return err
}

func (b blobs) result(ctx context.Context, plan string, used bool) (data []byte, err error) {
	if err := one(ctx, b.base, []any{&data}, `SELECT data FROM simulation_result WHERE plan = $1`, plan); err != nil {
		return nil, missing(err, plan)
	}
	if used {
		// It only goes a little earlier when this fails. Once a minute is enough.
		now := time.Now().UnixMicro()
		_, _ = b.base.exec(ctx, `UPDATE simulation_result SET used = $1 WHERE plan = $2 AND used < $3`, now, plan, now-time.Minute.Microseconds())
	}
	return data, nil
}

func (b blobs) keep(ctx context.Context, plan string, data []byte) error {
	_, err := b.base.exec(ctx, `INSERT INTO simulation_result (plan, data, used) VALUES ($1, $2, $3)
		ON CONFLICT (plan) DO UPDATE SET data = excluded.data, used = excluded.used`, plan, data, time.Now().UnixMicro())
	return err
}

func (b blobs) shrink(ctx context.Context, most int64) error {
	_, err := b.base.exec(ctx, `DELETE FROM simulation_result WHERE plan IN (
		SELECT plan FROM (SELECT plan, sum(octet_length(data)) OVER (ORDER BY used DESC, plan) AS upto FROM simulation_result) AS r WHERE upto > $1)`, most)
	return err
}

func (b blobs) free(ctx context.Context) (int64, error) {
	if b.of != nil {
		return b.of("")
	}
	var have int64
	err := one(ctx, b.base, []any{&have}, `SELECT (coalesce((SELECT sum(octet_length(data)) FROM simulation_blob), 0) + coalesce((SELECT sum(octet_length(data)) FROM simulation_result), 0))::bigint`)
	return b.most - have, err
}

func (b blobs) tidy(ctx context.Context, over func(run string, generation string) (bool, error)) error {
	type start struct {
		run        string
		generation int
	}
	var all []start
	err := b.base.each(ctx, func(into func(dest ...any) error) error {
		var s start
		err := into(&s.run, &s.generation)
		all = append(all, s)
		return err
	}, `SELECT DISTINCT run, generation FROM simulation_blob`)
	if err != nil {
		return err
	}
	for _, s := range all {
		gone, err := over(s.run, fmt.Sprint(s.generation))
		if err == nil && gone {
			err = b.drop(ctx, s.run, s.generation)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
