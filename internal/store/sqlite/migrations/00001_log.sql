-- +goose Up
CREATE TABLE stream (
    id      TEXT    NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL CHECK (version > 0)
) WITHOUT ROWID, STRICT;

CREATE TABLE event (
    seq        INTEGER NOT NULL PRIMARY KEY CHECK (seq > 0),
    stream     TEXT    NOT NULL REFERENCES stream (id),
    stream_seq INTEGER NOT NULL CHECK (stream_seq > 0),
    type       TEXT    NOT NULL,
    at_second  INTEGER NOT NULL, -- UTC, since 1970
    at_nano    INTEGER NOT NULL,
    actor      TEXT    NOT NULL,
    data       BLOB    NOT NULL,
    personal   BLOB,             -- JSON: field to commitment; NULL when there is none
    prev       BLOB    NOT NULL CHECK (length(prev) = 32),
    hash       BLOB    NOT NULL CHECK (length(hash) = 32),
    UNIQUE (stream, stream_seq)
) STRICT;

-- Personal words live beside the log, so that erasing them leaves the chain as
-- it is.
CREATE TABLE personal (
    seq   INTEGER NOT NULL REFERENCES event (seq),
    field TEXT    NOT NULL,
    words TEXT    NOT NULL,
    salt  BLOB    NOT NULL,
    PRIMARY KEY (seq, field)
) WITHOUT ROWID, STRICT;

-- What a request with an idempotency key did: the events first..last.
CREATE TABLE request (
    key    TEXT    NOT NULL PRIMARY KEY,
    intent TEXT    NOT NULL,
    first  INTEGER NOT NULL REFERENCES event (seq),
    last   INTEGER NOT NULL REFERENCES event (seq)
) WITHOUT ROWID, STRICT;

-- The log is append-only. These triggers stop mistakes of the program; the
-- hash chain shows what others did.
-- +goose StatementBegin
CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'event is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'event is append-only'); END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE request;
DROP TABLE personal;
DROP TABLE event;
DROP TABLE stream;
