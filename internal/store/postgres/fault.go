package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/jackc/pgx/v5/pgconn"

	"lemniscaat/internal/event"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/table"
)

// readOnly is the code of a write on a server that only reads: a standby.
const readOnly = "25006"

// code gives the SQLSTATE of an error of the server, or "".
func code(err error) string {
	var p *pgconn.PgError
	if errors.As(err, &p) {
		return p.Code
	}
	return ""
}

// refused reports that the server itself said no to a statement, and lives on:
// the transaction is not done.
func refused(err error) bool {
	var p *pgconn.PgError
	return errors.As(err, &p) && (p.SeverityUnlocalized == "ERROR" || p.SeverityUnlocalized == "" && p.Severity == "ERROR")
}

// passes reports that another try may go well: of a fault after which nothing was
// written.
func passes(err error) bool {
	if errors.Is(err, store.ErrUncertain) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	switch c := code(err); c {
	case "":
		// No word of the server: a connection that is gone.
		var n net.Error
		var d *event.Tampered
		return !errors.As(err, &d) && !errors.Is(err, table.ErrDamaged) && (!errors.As(err, &n) || !n.Timeout())
	case "40001", "40P01", readOnly, "57P01", "57P02", "57P03": // serialization, deadlock, standby, shutdown, crash, starting up
		return true
	default:
		return false
	}
}

// reason says in a log what went wrong, without values: the message of a server may
// hold them.
func reason(err error) string {
	if c := code(err); c != "" {
		return "SQLSTATE " + c
	}
	return err.Error()
}

// failed makes the error of the port. What ended the context of the caller goes
// before it.
func failed(what string, err error) error {
	return fmt.Errorf("%s: %w: %w", what, store.ErrUnavailable, err)
}

var errStop = errors.New("stop")
