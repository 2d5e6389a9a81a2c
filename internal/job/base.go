package job

import (
	"context"
	"database/sql"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// base is the database of a queue with River on it: sqliteBase or postgresBase.
// All SQL of this package is the same for both, with $1, $2, … for values.
type base interface {
	asker
	// exec runs one statement in a transaction of its own.
	exec(ctx context.Context, query string, args ...any) (int64, error)
	// in does something in a transaction.
	in(ctx context.Context, do func(tx transaction) error) error
	// now is the clock that all processes on this database share.
	now(ctx context.Context) (time.Time, error)

	// open makes River's client; start works with it until stop.
	open(c *river.Config) error
	start(ctx context.Context) error
	stop(ctx context.Context) error
	jobs(ctx context.Context, p *river.JobListParams) ([]*rivertype.JobRow, error)
	close() error
}

// asker reads.
type asker interface {
	// each gives every row of a query to scan.
	each(ctx context.Context, scan func(into func(dest ...any) error) error, query string, args ...any) error
}

// transaction is all or nothing.
type transaction interface {
	asker
	exec(ctx context.Context, query string, args ...any) (int64, error)
	// alone lets one transaction in at a time, over all processes, until it ends.
	alone(ctx context.Context) error
	// lock is what a query ends with that keeps others from its rows until the
	// transaction ends.
	lock() string
	insert(ctx context.Context, params []river.InsertManyParams) error
	complete(ctx context.Context, j *river.Job[step]) error
}

// one reads one row.
func one(ctx context.Context, a asker, dest []any, query string, args ...any) error {
	found := false
	err := a.each(ctx, func(into func(dest ...any) error) error {
		found = true
		return into(dest...)
	}, query, args...)
	if err == nil && !found {
		return sql.ErrNoRows
	}
	return err
}

// vault keeps what steps give, and results: files or blobs. It tells what is not
// there by fs.ErrNotExist.
type vault interface {
	read(ctx context.Context, s step) ([]byte, error)
	write(ctx context.Context, s step, data []byte) error
	// drop removes what one start of a run gave.
	drop(ctx context.Context, run string, generation int) error

	// result gives the bytes of the result of a plan; used marks it as used.
	result(ctx context.Context, plan string, used bool) ([]byte, error)
	keep(ctx context.Context, plan string, data []byte) error
	// shrink takes results away until they are at most so many bytes, the longest
	// unused first.
	shrink(ctx context.Context, most int64) error

	// free gives how many bytes still fit.
	free(ctx context.Context) (int64, error)
	// tidy removes what was left behind by runs that are over.
	tidy(ctx context.Context, over func(run string, generation string) (bool, error)) error
}
