-- Writes: nhsd.t_hub_v0001: a hub-like table, synthetic. Grain: a pathway and
-- extract period. Parameters: row_count.
CREATE OR REPLACE TABLE nhsd.t_hub_v0001 AS
SELECT
    md5(CAST(i // 4 AS VARCHAR)) AS cohortkey_e,
    md5('k' || (i // 2)) AS pathwayid,
    DATE '2020-04-01' + CAST(365 * (i % 2) AS INTEGER) AS extract_start_date,
    DATE '2021-03-31' + CAST(365 * (i % 2) AS INTEGER) AS extract_end_date,
    DATE '2023-04-13' AS extract_date,
    'R' || (hash(i, 1) % 90) AS provider,
    CAST(1429 + hash(i, 2) % 48 AS SMALLINT) AS month,
    ['1', '2', '9', 'X'][1 + CAST(hash(i // 4, 3) % 4 AS INTEGER)] AS gender,
    chr(65 + CAST(hash(i // 4, 4) % 18 AS INTEGER)) AS ethnicity,
    'E0' || (1000000 + hash(i // 4, 5) % 30000) AS area,
    CAST(18 + hash(i // 4, 6) % 70 AS SMALLINT) AS age,
    CAST(1 + hash(i // 4, 7) % 10 AS TINYINT) AS decile,
    nullif(lpad(CAST(hash(i, 8) % 12 AS VARCHAR), 2, '0'), '00') AS employment,
    CASE WHEN hash(i, 9) % 3 > 0 THEN CAST(hash(i, 10) % 28 AS TINYINT) END AS phq9_first,
    CASE WHEN hash(i, 11) % 3 > 0 THEN CAST(hash(i, 12) % 28 AS TINYINT) END AS phq9_last,
    CASE WHEN hash(i, 13) % 3 > 0 THEN CAST(hash(i, 14) % 22 AS TINYINT) END AS gad7_first,
    CASE WHEN hash(i, 15) % 3 > 0 THEN CAST(hash(i, 16) % 22 AS TINYINT) END AS gad7_last,
    hash(i, 17) % 2 = 0 AS recovery_flag,
    CASE WHEN hash(i, 18) % 5 > 0 THEN hash(i, 19) % 2 = 0 END AS caseness_flag,
    DATE '2020-04-01' + CAST(hash(i, 20) % 700 AS INTEGER) AS referral_date,
    CASE WHEN hash(i, 21) % 2 = 0 THEN DATE '2020-06-01' + CAST(hash(i, 22) % 700 AS INTEGER) END AS discharge_date,
    ['46', '47', '48', '49', '50', '96', '97'][1 + CAST(hash(i, 23) % 7 AS INTEGER)] AS endcode,
    'F' || (hash(i, 24) % 60) AS complaint,
    CAST(hash(i, 25) % 300 AS SMALLINT) AS waiting_days
FROM range($row_count) AS t(i)
