-- Reads: a file of an extract (temporary). Writes: prints (temporary).
-- Grain: a participant of the file.
-- Parameters: side, which extract; source, the table; file_name; person, the column of
-- participants; dates and shared, the columns that both extracts have.
--
-- A participant is known by how many rows there are, and by the dates or by all values
-- of each row, in whatever order.
INSERT INTO prints
WITH labelled AS (
    SELECT
        COLUMNS(lambda c: c = $person) AS _person,
        '' AS _nothing_known,
        *
    FROM query_table($source)
),
hashed AS (
    SELECT
        _person,
        hash(*COLUMNS(lambda c: c = '_nothing_known' OR list_contains($dates, c))) AS dates,
        hash(*COLUMNS(lambda c: c = '_nothing_known' OR list_contains($shared, c))) AS shared
    FROM labelled
    WHERE _person IS NOT NULL
)
SELECT
    $side,
    $file_name,
    _person,
    hash(count(*)),
    hash(list_sort(list(dates))),
    hash(list_sort(list(shared)))
FROM hashed
GROUP BY _person
