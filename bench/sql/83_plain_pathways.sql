-- Reads: the hub. Writes: plain_pathways (temporary): its latest rows.
-- Grain: a pathway. Parameters: none.
--
-- What a careful engineer would type by hand for each grouping: one pass over the
-- pathways for each date, a filtered count a measure.
CREATE OR REPLACE TEMP TABLE plain_pathways AS
SELECT *
FROM nhsd.iapt_demographics_and_referral_v0003
WHERE usepathway_flag
QUALIFY row_number() OVER (PARTITION BY pathwayid ORDER BY extract_end_date DESC, extract_date DESC, recordnumber DESC) = 1
