-- Reads: scope (a temporary view), places (temporary). Grain: a fault of an
-- organisation's code, and the pathways and, where people are asked for, the
-- distinct people that have it. Parameters: unknown_code; people.
WITH kinds AS (
    SELECT
        s.person,
        unnest(['ICB', 'SubICB', 'Provider']) AS kind,
        unnest([s.icb, s.sub_icb, s.provider]) AS recorded,
        unnest([p.icb_code, p.sub_icb_code, p.provider_code]) AS counted_as
    FROM scope AS s
    JOIN places AS p
        ON p.study IS NOT DISTINCT FROM s.study
        AND p.region IS NOT DISTINCT FROM s.region
        AND p.icb IS NOT DISTINCT FROM s.icb
        AND p.sub_icb IS NOT DISTINCT FROM s.sub_icb
        AND p.provider IS NOT DISTINCT FROM s.provider
    WHERE p.icb_code IS DISTINCT FROM s.icb
        OR p.sub_icb_code IS DISTINCT FROM s.sub_icb
        OR p.provider_code IS DISTINCT FROM s.provider
)
SELECT
    kind || CASE
        WHEN counted_as = $unknown_code THEN ' not on the list of organisations: counted under the code for unknown ones'
        ELSE ' that merged: counted under its successor'
    END AS fault,
    count(*) AS pathways,
    count(DISTINCT CASE WHEN $people THEN person END) AS people
FROM kinds
WHERE recorded IS NOT NULL
    AND recorded <> counted_as
GROUP BY fault
ORDER BY fault
