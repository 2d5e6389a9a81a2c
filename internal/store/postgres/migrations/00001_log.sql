-- +goose Up
-- The same log as in SQLite (internal/store/sqlite/migrations). Texts that are
-- compared or sorted are so by their bytes; words of people are bytes, because they
-- may hold a zero.
CREATE TABLE event (
    seq        bigint             NOT NULL PRIMARY KEY CHECK (seq > 0),
    stream     text COLLATE "C"   NOT NULL,
    stream_seq bigint             NOT NULL CHECK (stream_seq > 0),
    type       text COLLATE "C"   NOT NULL,
    at_second  bigint             NOT NULL, -- UTC, since 1970
    at_nano    bigint             NOT NULL,
    actor      text COLLATE "C"   NOT NULL,
    data       bytea              NOT NULL, -- exactly as it was hashed
    personal   bytea,                       -- JSON: field to commitment; NULL when there is none
    prev       bytea              NOT NULL CHECK (octet_length(prev) = 32),
    hash       bytea              NOT NULL CHECK (octet_length(hash) = 32),
    UNIQUE (stream, stream_seq)
);

-- Personal words live beside the log, so that erasing them leaves the chain as
-- it is.
CREATE TABLE personal (
    seq   bigint           NOT NULL REFERENCES event (seq),
    field text COLLATE "C" NOT NULL,
    words bytea            NOT NULL,
    salt  bytea            NOT NULL,
    PRIMARY KEY (seq, field)
);

-- What a request with an idempotency key did: the events first..last.
CREATE TABLE request (
    key    bytea  NOT NULL PRIMARY KEY,
    intent bytea  NOT NULL,
    first  bigint NOT NULL REFERENCES event (seq),
    last   bigint NOT NULL REFERENCES event (seq)
);

-- Outcomes of case systems, beside the log.
CREATE TABLE word (
    id   bigint           NOT NULL PRIMARY KEY,
    text text COLLATE "C" NOT NULL UNIQUE
);

CREATE TABLE cell (
    id         bigint           NOT NULL PRIMARY KEY,
    digest     bytea            NOT NULL UNIQUE, -- SHA-256 over what follows
    regulation text COLLATE "C" NOT NULL,
    article    text COLLATE "C" NOT NULL,
    step       text COLLATE "C" NOT NULL,
    grp        text COLLATE "C" NOT NULL, -- '' everybody, or 'name=value'
    class      text COLLATE "C" NOT NULL,
    ground     text COLLATE "C" NOT NULL
);
CREATE INDEX cell_regulation ON cell (regulation);

CREATE TABLE fact (
    id        bigint           NOT NULL PRIMARY KEY,
    key       bytea            NOT NULL UNIQUE CHECK (octet_length(key) = 16),
    sum       bytea            NOT NULL CHECK (octet_length(sum) = 16),
    batch     bigint           NOT NULL, -- seq of the event that tells of it
    source    bigint           NOT NULL,
    name      text COLLATE "C" NOT NULL, -- the id at the source
    zaak      text COLLATE "C" NOT NULL, -- pseudonym
    cell      bigint           NOT NULL, -- of everybody
    groups    bigint           NOT NULL,
    version   bigint           NOT NULL,
    exception bigint           NOT NULL,
    contact   bigint           NOT NULL,
    day       bigint           NOT NULL, -- since 1 January 1970
    flags     bigint           NOT NULL, -- 1 weighs, 2 late, 4 asked, 8 synthetic
    amount    text COLLATE "C" NOT NULL, -- bands as they are written
    loss      text COLLATE "C" NOT NULL,
    share     text COLLATE "C" NOT NULL
);

-- What facts add up to: by week for every cell, by day for the cells of
-- everybody.
CREATE TABLE cube (
    cell        bigint NOT NULL,
    week        bigint NOT NULL, -- its Monday, in days since 1 January 1970
    n           bigint NOT NULL,
    weighs      bigint NOT NULL,
    unheard     bigint NOT NULL,
    unreached   bigint NOT NULL,
    excepted    bigint NOT NULL,
    late        bigint NOT NULL,
    asked       bigint NOT NULL,
    synthetic   bigint NOT NULL,
    amount      bigint NOT NULL,
    loss        bigint NOT NULL,
    shares      bigint NOT NULL,
    share_tenth bigint NOT NULL,
    PRIMARY KEY (cell, week)
);
CREATE TABLE cube_day (
    cell        bigint NOT NULL,
    day         bigint NOT NULL,
    n           bigint NOT NULL,
    weighs      bigint NOT NULL,
    unheard     bigint NOT NULL,
    unreached   bigint NOT NULL,
    excepted    bigint NOT NULL,
    late        bigint NOT NULL,
    asked       bigint NOT NULL,
    synthetic   bigint NOT NULL,
    amount      bigint NOT NULL,
    loss        bigint NOT NULL,
    shares      bigint NOT NULL,
    share_tenth bigint NOT NULL,
    PRIMARY KEY (cell, day)
);

-- Small records beside the log: changed and removed, unlike events.
CREATE TABLE item (
    kind    text COLLATE "C" NOT NULL,
    id      text COLLATE "C" NOT NULL,
    version bigint           NOT NULL CHECK (version > 0),
    data    bytea            NOT NULL,
    expires bigint           NOT NULL, -- microseconds since 1970, UTC; 0: never
    PRIMARY KEY (kind, id)
);
CREATE INDEX item_expires ON item (expires) WHERE expires > 0;

-- The last transaction of each writer, in the same transaction: whoever lost the
-- connection during a commit sees here how it ended.
CREATE TABLE writer (
    id bytea       NOT NULL PRIMARY KEY,
    tx bytea       NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);

-- Events and facts are never changed. These triggers stop mistakes of the program;
-- the hash chain and the digests show what others did.
-- +goose StatementBegin
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER fact_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON fact FOR EACH STATEMENT EXECUTE FUNCTION append_only();

-- +goose Down
DROP TABLE writer, item, cube_day, cube, fact, cell, word, request, personal, event;
DROP FUNCTION append_only;
