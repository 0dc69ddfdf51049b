-- Reads: risk_rows (temporary). Grain: one row. Parameters: column.
--
-- Sentences differ from row to row; a code's label comes again and again.
WITH cells AS (
    SELECT trim(CAST(COLUMNS(lambda c: c = $column) AS VARCHAR)) AS cell
    FROM risk_rows
),
filled AS (
    SELECT
        cell,
        count(*) AS times
    FROM cells
    WHERE cell <> ''
    GROUP BY cell
)
SELECT
    count(*) AS different,
    coalesce(sum(times), 0)::BIGINT AS filled,
    count(*) FILTER (
        len(list_filter(regexp_split_to_array(cell, '\s+'), lambda word: regexp_matches(word, '^[[:alpha:]]{2,}[[:punct:]]?$'))) >= 4
    ) AS sentences
FROM filled
