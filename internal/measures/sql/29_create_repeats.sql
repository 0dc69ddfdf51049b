-- Reads: pathways (temporary). Writes: repeats (temporary): referrals of somebody
-- who was discharged from a finished course before, and the days since the last
-- time. Grain: a pathway that is one. Parameters: none.
--
-- A course that ended on the day that it was referred is none here: it would come
-- before itself. Of whom nothing is known nothing was before.
CREATE OR REPLACE TEMP TABLE repeats AS
WITH ends AS (
    SELECT DISTINCT
        person,
        discharged
    FROM pathways
    WHERE finishes
        AND discharged > received
)
SELECT
    p.pathway,
    CAST(p.received - e.discharged AS INTEGER) AS days
FROM pathways AS p
ASOF JOIN ends AS e
    ON e.person = p.person
    AND e.discharged <= p.received
