-- What is a file beside SQLite, is a row in PostgreSQL: processes on several
-- machines have no folder in common.
-- +goose Up
-- What steps give is not in the write-ahead log: after a crash of the database, or
-- on a standby that takes over, it is gone, and the run starts anew.
CREATE UNLOGGED TABLE simulation_blob (
    run        TEXT    NOT NULL,
    generation INTEGER NOT NULL,
    phase      INTEGER NOT NULL,
    part       INTEGER NOT NULL,
    data       BYTEA   NOT NULL,
    PRIMARY KEY (run, generation, phase, part)
);
ALTER TABLE simulation_blob ALTER COLUMN data SET STORAGE EXTERNAL; -- compressing costs more than it saves

CREATE TABLE simulation_result (
    plan TEXT   NOT NULL PRIMARY KEY,
    data BYTEA  NOT NULL,
    used BIGINT NOT NULL -- microseconds since 1970
);
-- +goose Down
DROP TABLE simulation_result;
DROP TABLE simulation_blob;
