-- Reads: level, organisations (temporary). Grain: an organisation on the level.
-- Parameters: none.
SELECT
    l.organisation,
    l.code1,
    coalesce(min(o1.organisation_name), '') AS name1,
    l.code2,
    coalesce(min(o2.organisation_name), '') AS name2
FROM level AS l
LEFT JOIN organisations AS o1
    ON o1.code = l.code1
LEFT JOIN organisations AS o2
    ON o2.code = l.code2
GROUP BY l.organisation, l.code1, l.code2
ORDER BY l.organisation
