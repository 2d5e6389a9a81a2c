-- +goose Up
-- The words that texts are found by. This is made of the log and can be made again; it
-- is not part of it.

-- A word of texts, while there is a text that has it.
CREATE TABLE found_term (
    id   integer          NOT NULL PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    text text COLLATE "C" NOT NULL UNIQUE,
    stem text COLLATE "C" NOT NULL,
    root text COLLATE "C" NOT NULL,
    rev  text COLLATE "C" NOT NULL, -- text from its last letter to its first
    docs bigint           NOT NULL  -- texts that have it
) WITH (fillfactor = 80);
CREATE INDEX found_term_stem ON found_term (stem);
CREATE INDEX found_term_root ON found_term (root);
CREATE INDEX found_term_rev ON found_term (rev);

-- A text, by its event, with the numbers of its words: an index on numbers keeps no
-- words that were erased.
CREATE TABLE found_text (
    seq   bigint           NOT NULL PRIMARY KEY,
    field text COLLATE "C" NOT NULL,
    terms integer[]        NOT NULL,
    head  integer[]        NOT NULL -- those in the beginning that everybody may see
);
CREATE INDEX found_text_terms ON found_text USING gin (terms);

-- How far it is, and by which analysis. Whoever changes the index or erases a text
-- locks this row first.
CREATE TABLE found_state (
    one      integer NOT NULL PRIMARY KEY CHECK (one = 1),
    analysis integer NOT NULL,
    seq      bigint  NOT NULL
);
INSERT INTO found_state (one, analysis, seq) VALUES (1, 0, 0);

-- What is erased is not found any more, whoever erases it.
-- +goose StatementBegin
CREATE FUNCTION found_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM seq FROM found_state FOR UPDATE;
    WITH gone AS (
        DELETE FROM found_text f USING erased e WHERE f.seq = e.seq AND f.field = e.field RETURNING f.terms
    ), less AS (
        SELECT id, count(*) AS n FROM gone, unnest(gone.terms) AS id GROUP BY id
    ), kept AS (
        UPDATE found_term t SET docs = t.docs - less.n FROM less WHERE t.id = less.id AND t.docs > less.n
    )
    DELETE FROM found_term t USING less WHERE t.id = less.id AND t.docs <= less.n;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER found_erased AFTER DELETE ON personal REFERENCING OLD TABLE AS erased FOR EACH STATEMENT EXECUTE FUNCTION found_erased();

-- +goose Down
DROP TRIGGER found_erased ON personal;
DROP FUNCTION found_erased;
DROP TABLE found_state, found_text, found_term;
