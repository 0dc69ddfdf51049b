-- Reads: nhsd.t_hub_v0001. Writes: nhsd.t_hub_v0002: the same a delivery later:
-- a tenth of the rows removed, a tenth in a new period, one in fifty changed, a
-- code and a distribution moved. Grain: a pathway and extract period.
-- Parameters: none.
CREATE OR REPLACE TABLE nhsd.t_hub_v0002 AS
SELECT * REPLACE (
    extract_start_date + CAST(CASE WHEN hash(pathwayid, 1) % 10 = 0 THEN 730 ELSE 0 END AS INTEGER) AS extract_start_date,
    extract_end_date + CAST(CASE WHEN hash(pathwayid, 1) % 10 = 0 THEN 730 ELSE 0 END AS INTEGER) AS extract_end_date,
    DATE '2024-04-26' AS extract_date,
    CASE WHEN hash(pathwayid, 2) % 50 = 0 THEN 'R999' ELSE provider END AS provider,
    CASE WHEN employment = '01' THEN '12' ELSE employment END AS employment,
    CAST(waiting_days + 60 AS SMALLINT) AS waiting_days
)
FROM nhsd.t_hub_v0001
