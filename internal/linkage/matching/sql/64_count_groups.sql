-- Reads: a file of people and a file of links, as read (temporary).
-- Grain: a group of people. Parameters: table and id, the file of people and its
-- column of ids; links and link_ids, the file of links and its columns of their ids;
-- column, what makes the groups.
--
-- How many people of each group have a link, and how many have none.
WITH linked AS (
    SELECT DISTINCT trim(unnest([*COLUMNS(lambda c: list_contains($link_ids, c))])) AS id
    FROM query_table($links)
), people AS (
    SELECT trim(COLUMNS(lambda c: c = $id)) AS id, COLUMNS(lambda c: c = $column) AS value
    FROM query_table($table)
)
SELECT
    coalesce(nullif(trim(p.value), ''), 'missing') AS people_group,
    count(*) FILTER (k.id IS NOT NULL) AS linked,
    count(*) FILTER (k.id IS NULL) AS unlinked
FROM people AS p
LEFT JOIN linked AS k ON k.id = p.id
GROUP BY people_group
ORDER BY people_group
