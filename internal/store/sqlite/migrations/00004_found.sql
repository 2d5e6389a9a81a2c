-- +goose Up
-- The words that texts are found by. This is made of the log and can be made again; it
-- is not part of it.

-- A word of texts, while there is a text that has it.
CREATE TABLE found_term (
    id   INTEGER NOT NULL PRIMARY KEY,
    text TEXT    NOT NULL UNIQUE,
    stem TEXT    NOT NULL,
    root TEXT    NOT NULL,
    rev  TEXT    NOT NULL, -- text from its last letter to its first
    docs INTEGER NOT NULL  -- texts that have it
) STRICT;
CREATE INDEX found_term_stem ON found_term (stem);
CREATE INDEX found_term_root ON found_term (root);
CREATE INDEX found_term_rev ON found_term (rev);

-- A text, by its event.
CREATE TABLE found_text (
    seq   INTEGER NOT NULL PRIMARY KEY,
    field TEXT    NOT NULL,
    terms TEXT    NOT NULL  -- JSON: the numbers of its words
) STRICT;

CREATE TABLE found_in (
    term INTEGER NOT NULL,
    seq  INTEGER NOT NULL,
    head INTEGER NOT NULL, -- 1: in the beginning that everybody may see
    PRIMARY KEY (term, seq)
) WITHOUT ROWID, STRICT;

-- How far it is, and by which analysis.
CREATE TABLE found_state (
    one      INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    analysis INTEGER NOT NULL,
    seq      INTEGER NOT NULL
) STRICT;
INSERT INTO found_state (one, analysis, seq) VALUES (1, 0, 0);

-- What is erased is not found any more, whoever erases it.
-- +goose StatementBegin
CREATE TRIGGER found_erased AFTER DELETE ON personal BEGIN
    DELETE FROM found_in WHERE seq = OLD.seq AND term IN (SELECT value FROM found_text, json_each(found_text.terms) WHERE found_text.seq = OLD.seq AND found_text.field = OLD.field);
    UPDATE found_term SET docs = docs - 1 WHERE id IN (SELECT value FROM found_text, json_each(found_text.terms) WHERE found_text.seq = OLD.seq AND found_text.field = OLD.field);
    DELETE FROM found_term WHERE docs <= 0 AND id IN (SELECT value FROM found_text, json_each(found_text.terms) WHERE found_text.seq = OLD.seq AND found_text.field = OLD.field);
    DELETE FROM found_text WHERE seq = OLD.seq AND field = OLD.field;
END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER found_erased;
DROP TABLE found_state;
DROP TABLE found_in;
DROP TABLE found_text;
DROP TABLE found_term;
