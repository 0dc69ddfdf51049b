-- Reads: risk_rows (temporary). Writes: risk_signatures (temporary).
-- Grain: a participant of the file.
-- Parameters: file_name; left_out, a column or nothing; person, the column of
-- participants; known, the columns by which one could be known.
--
-- A participant is known by the set of different combinations in all their rows:
-- how often one comes, and in which order, is not counted as known.
INSERT INTO risk_signatures
WITH labelled AS (
    SELECT
        COLUMNS(lambda c: c = $person) AS _person,
        '' AS _nothing_known,
        *
    FROM risk_rows
),
combinations AS (
    SELECT DISTINCT
        _person,
        hash(*COLUMNS(lambda c: c = '_nothing_known' OR list_contains($known, c))) AS combination
    FROM labelled
    WHERE _person IS NOT NULL
)
SELECT
    $file_name,
    $left_out,
    CAST(_person AS VARCHAR),
    hash(list_sort(list(combination)))
FROM combinations
GROUP BY _person
