-- Reads: risk_signatures (temporary). Grain: one row.
-- Parameters: left_out, a column or nothing; few; most_unique; smallest_class, as
-- for one file.
--
-- Whoever sees every file knows a participant by what all of them say, and by the
-- files that they are not in.
WITH said AS (
    SELECT
        person,
        file_name,
        signature
    FROM risk_signatures
    WHERE left_out = $left_out
        OR (
            left_out = ''
            AND file_name NOT IN (SELECT file_name FROM risk_signatures WHERE left_out = $left_out)
        )
),
people AS (
    SELECT hash(list_sort(list(hash(file_name, signature)))) AS signature
    FROM said
    GROUP BY person
),
classes AS (
    SELECT count(*) AS size
    FROM people
    GROUP BY signature
)
SELECT
    coalesce(sum(size), 0)::BIGINT AS participants,
    count(*) FILTER (size = 1) AS alone,
    coalesce(sum(size) FILTER (size < $few), 0)::BIGINT AS in_small_classes,
    coalesce(min(size), 0) AS smallest_class,
    coalesce(100 * count(*) FILTER (size = 1) > CAST($most_unique AS DOUBLE) * sum(size), false) AS too_many_alone,
    coalesce(min(size) < CAST($smallest_class AS BIGINT), false) AS class_too_small
FROM classes
