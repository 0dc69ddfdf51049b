-- Reads: care_activities. Writes: plain_contacts (temporary): appointments, each
-- once, with the organisations of their pathway. Grain: an appointment.
-- Parameters: none.
CREATE OR REPLACE TEMP TABLE plain_contacts AS
WITH latest AS (
    SELECT *
    FROM nhsd.iapt_care_activities_v0003
    QUALIFY row_number() OVER (PARTITION BY pathwayid, unique_carecontactid ORDER BY extract_end_date DESC, extract_date DESC) = 1
)
SELECT
    l.carecontdate,
    l.attendordnacode,
    l.consmechanism,
    p.commissioningregion,
    p.orgidicbgppractice_e,
    p.orgidsubicblocgp_e,
    p.orgid_provider
FROM latest AS l
JOIN plain_pathways AS p
    ON p.pathwayid = l.pathwayid
