-- Reads: prints (temporary). Grain: one row. Parameters: known, the column of prints
-- that tells participants apart.
--
-- A participant is joined when nobody else of either extract has the same fingerprint
-- over all files, but one of the other extract.
WITH people AS (
    SELECT side, person, hash(list_sort(list(hash(file_name, known)))) AS fingerprint
    FROM (SELECT side, file_name, person, COLUMNS(lambda c: c = $known) AS known FROM prints)
    GROUP BY side, person
),
fingerprints AS (
    SELECT
        fingerprint,
        count(*) FILTER (side = 0) AS in_left,
        count(*) FILTER (side = 1) AS in_right
    FROM people
    GROUP BY fingerprint
)
SELECT
    CAST(coalesce(sum(in_left), 0) AS BIGINT) AS left_people,
    CAST(coalesce(sum(in_right), 0) AS BIGINT) AS right_people,
    count(*) FILTER (in_left = 1 AND in_right = 1) AS joined,
    CAST(coalesce(sum(in_left), 0) AS BIGINT) - count(*) FILTER (in_left = 1 AND in_right = 1) AS others
FROM fingerprints
