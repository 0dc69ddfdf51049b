-- Reads: plain_pathways (temporary). Writes: plain_repeats (temporary): referrals
-- after a finished course of the same person, as typed by hand. Grain: a pathway
-- that is one. Parameters: none.
CREATE OR REPLACE TEMP TABLE plain_repeats AS
SELECT
    p.pathwayid,
    min(p.referralrequestreceiveddate - e.servdischdate) AS days
FROM plain_pathways AS p
JOIN plain_pathways AS e
    ON e.cohortkey_e = p.cohortkey_e
    AND e.treatmentcarecontact_count >= 2
    AND e.servdischdate > e.referralrequestreceiveddate
    AND e.servdischdate <= p.referralrequestreceiveddate
GROUP BY p.pathwayid
