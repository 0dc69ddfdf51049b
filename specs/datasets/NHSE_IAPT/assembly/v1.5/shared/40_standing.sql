-- Reads: staged referrals of data set v1.5. Grain: a referral row of a person and month.
-- Parameters: none.
--
-- stands: no other row of the same person, month and pathway replaces it. What belongs
-- to a row that is replaced is left out of every table; what belongs to none is kept.
WITH referral_rows AS (
    SELECT
        iapt_record_number,
        referral_id,
        max(ic_pathway_id) AS ic_pathway_id,
        min(ic_inactive_timestamp) AS ic_inactive_timestamp
    FROM v1_5_referral_v15
    GROUP BY iapt_record_number, referral_id
)
SELECT
    iapt_record_number,
    referral_id,
    row_number() OVER (
        PARTITION BY iapt_record_number, coalesce(ic_pathway_id, referral_id)
        ORDER BY ic_inactive_timestamp IS NOT NULL, length(referral_id) DESC, referral_id DESC
    ) = 1 AS stands
FROM referral_rows
