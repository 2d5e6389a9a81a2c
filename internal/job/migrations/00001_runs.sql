-- What is asked and how far it is. Instants are microseconds since 1970, UTC.
-- The SQL is the same for SQLite and PostgreSQL.
-- +goose Up
CREATE TABLE simulation_run (
    id         TEXT    NOT NULL PRIMARY KEY,
    generation INTEGER NOT NULL, -- how often it was started; jobs of an earlier one do nothing
    asking     TEXT    NOT NULL, -- the order, as JSON
    program    TEXT    NOT NULL, -- that computes it; empty while it waits
    plan       TEXT    NOT NULL, -- digest; empty while it waits
    state      TEXT    NOT NULL,
    parts      INTEGER NOT NULL,
    evaluated  INTEGER NOT NULL, -- parts
    surveyed   INTEGER NOT NULL,
    error      TEXT    NOT NULL,
    asked      BIGINT  NOT NULL,
    started    BIGINT  NOT NULL,
    finished   BIGINT  NOT NULL,
    bytes      BIGINT  NOT NULL  -- of the result
);
CREATE INDEX simulation_run_asked ON simulation_run (asked);

-- Parts that are done, so that doing one twice counts once.
CREATE TABLE simulation_part (
    run        TEXT    NOT NULL,
    generation INTEGER NOT NULL,
    phase      INTEGER NOT NULL,
    part       INTEGER NOT NULL,
    PRIMARY KEY (run, generation, phase, part)
);

-- Processes that work. One that has not been seen for a while is gone, and
-- what it was doing is given to another.
CREATE TABLE simulation_worker (
    id      TEXT   NOT NULL PRIMARY KEY,
    program TEXT   NOT NULL,
    seen    BIGINT NOT NULL
);

-- Jobs of a process that is gone, for which another job was made.
CREATE TABLE simulation_replaced (
    job BIGINT NOT NULL PRIMARY KEY
);
-- +goose Down
DROP TABLE simulation_replaced;
DROP TABLE simulation_worker;
DROP TABLE simulation_part;
DROP TABLE simulation_run;
