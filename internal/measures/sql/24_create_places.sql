-- Reads: scope (a temporary view), organisations (temporary).
-- Writes: places (temporary): where pathways are counted, every combination that
-- occurs. Grain: a combination of codes as they were recorded.
-- Parameters: listed, whether only organisations on the list are known;
-- unknown_code.
--
-- The commissioning region is not on such lists and stands as it is recorded.
CREATE OR REPLACE TEMP TABLE places AS
WITH combinations AS (
    SELECT DISTINCT
        study,
        region,
        icb,
        sub_icb,
        provider
    FROM scope
)
SELECT
    CAST(row_number() OVER (ORDER BY c.study, c.region, c.icb, c.sub_icb, c.provider) AS INTEGER) AS place,
    c.study,
    c.region,
    c.icb,
    c.sub_icb,
    c.provider,
    coalesce(c.region, $unknown_code) AS region_code,
    coalesce(i.successor, CASE WHEN NOT $listed THEN c.icb END, $unknown_code) AS icb_code,
    coalesce(s.successor, CASE WHEN NOT $listed THEN c.sub_icb END, $unknown_code) AS sub_icb_code,
    coalesce(p.successor, CASE WHEN NOT $listed THEN c.provider END, $unknown_code) AS provider_code
FROM combinations AS c
LEFT JOIN organisations AS i
    ON i.code = c.icb
LEFT JOIN organisations AS s
    ON s.code = c.sub_icb
LEFT JOIN organisations AS p
    ON p.code = c.provider
