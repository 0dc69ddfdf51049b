-- Reads: scope (a temporary view), places (temporary). Grain: a fault of an
-- organisation's code, whether or not any has it, and the pathways and, where
-- people are asked for, the distinct people that have it.
-- Parameters: unknown_code; people.
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
),
found AS (
    SELECT
        kind,
        counted_as = $unknown_code AS unknown,
        person
    FROM kinds
    WHERE recorded IS NOT NULL
        AND recorded <> counted_as
),
faults AS (
    SELECT
        kind,
        unknown,
        kind || CASE
            WHEN unknown THEN ' not on the list of organisations: counted under the code for unknown ones'
            ELSE ' that merged: counted under its successor'
        END AS fault
    FROM unnest(['ICB', 'SubICB', 'Provider']) AS k(kind)
    CROSS JOIN unnest([false, true]) AS u(unknown)
)
SELECT
    a.fault,
    count(f.kind) AS pathways,
    count(DISTINCT CASE WHEN $people THEN f.person END) AS people
FROM faults AS a
LEFT JOIN found AS f
    ON f.kind = a.kind
    AND f.unknown = a.unknown
GROUP BY a.fault
ORDER BY a.fault
