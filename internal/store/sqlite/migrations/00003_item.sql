-- +goose Up
-- Small records beside the log: changed and removed, unlike events.
CREATE TABLE item (
    kind    TEXT    NOT NULL,
    id      TEXT    NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    data    BLOB    NOT NULL,
    expires INTEGER NOT NULL, -- microseconds since 1970, UTC; 0: never
    PRIMARY KEY (kind, id)
) WITHOUT ROWID, STRICT;

CREATE INDEX item_expires ON item (expires) WHERE expires > 0;

-- +goose Down
DROP TABLE item;
