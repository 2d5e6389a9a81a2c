-- +goose Up
-- Outcomes of case systems, beside the log. The event that tells of them
-- (batch = its seq) holds their number and digest.

-- Texts that come back often get a number.
CREATE TABLE word (
    id   INTEGER NOT NULL PRIMARY KEY,
    text TEXT    NOT NULL UNIQUE
) STRICT;

-- A cell of the cube, without its time.
CREATE TABLE cell (
    id         INTEGER NOT NULL PRIMARY KEY,
    regulation TEXT    NOT NULL,
    article    TEXT    NOT NULL,
    step       TEXT    NOT NULL,
    grp        TEXT    NOT NULL, -- '' everybody, or 'name=value'
    class      TEXT    NOT NULL,
    ground     TEXT    NOT NULL,
    UNIQUE (regulation, article, step, grp, class, ground)
) STRICT;

CREATE TABLE fact (
    id        INTEGER NOT NULL PRIMARY KEY,
    key       BLOB    NOT NULL UNIQUE CHECK (length(key) = 16),
    sum       BLOB    NOT NULL CHECK (length(sum) = 16),
    batch     INTEGER NOT NULL,
    source    INTEGER NOT NULL,
    name      TEXT    NOT NULL, -- the id at the source
    zaak      TEXT    NOT NULL, -- pseudonym
    cell      INTEGER NOT NULL, -- of everybody
    groups    INTEGER NOT NULL,
    version   INTEGER NOT NULL,
    exception INTEGER NOT NULL,
    contact   INTEGER NOT NULL,
    day       INTEGER NOT NULL, -- since 1 January 1970
    flags     INTEGER NOT NULL, -- 1 weighs, 2 late, 4 asked, 8 synthetic
    amount    TEXT    NOT NULL, -- bands as they are written
    loss      TEXT    NOT NULL,
    share     TEXT    NOT NULL
) STRICT;

-- What facts add up to: by week for every cell, by day for the cells of
-- everybody.
CREATE TABLE cube (
    cell        INTEGER NOT NULL,
    week        INTEGER NOT NULL, -- its Monday, in days since 1 January 1970
    n           INTEGER NOT NULL,
    weighs      INTEGER NOT NULL,
    unheard     INTEGER NOT NULL,
    unreached   INTEGER NOT NULL,
    excepted    INTEGER NOT NULL,
    late        INTEGER NOT NULL,
    asked       INTEGER NOT NULL,
    synthetic   INTEGER NOT NULL,
    amount      INTEGER NOT NULL,
    loss        INTEGER NOT NULL,
    shares      INTEGER NOT NULL,
    share_tenth INTEGER NOT NULL,
    PRIMARY KEY (cell, week)
) WITHOUT ROWID, STRICT;

CREATE TABLE cube_day (
    cell        INTEGER NOT NULL,
    day         INTEGER NOT NULL,
    n           INTEGER NOT NULL,
    weighs      INTEGER NOT NULL,
    unheard     INTEGER NOT NULL,
    unreached   INTEGER NOT NULL,
    excepted    INTEGER NOT NULL,
    late        INTEGER NOT NULL,
    asked       INTEGER NOT NULL,
    synthetic   INTEGER NOT NULL,
    amount      INTEGER NOT NULL,
    loss        INTEGER NOT NULL,
    shares      INTEGER NOT NULL,
    share_tenth INTEGER NOT NULL,
    PRIMARY KEY (cell, day)
) WITHOUT ROWID, STRICT;

-- Facts are not changed; the digest in the log shows when somebody did.
-- +goose StatementBegin
CREATE TRIGGER fact_no_update BEFORE UPDATE ON fact BEGIN SELECT RAISE(ABORT, 'fact is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER fact_no_delete BEFORE DELETE ON fact BEGIN SELECT RAISE(ABORT, 'fact is append-only'); END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE cube_day;
DROP TABLE cube;
DROP TABLE fact;
DROP TABLE cell;
DROP TABLE word;
