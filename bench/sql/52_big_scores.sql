-- Writes: a CSV file of scores: so many rows of so many people, each with a few
-- pathways. Grain: a score. Parameters: path; rows; people.
COPY (
    SELECT
        lpad(CAST(hash(i % $people) % 1000000000000000 AS VARCHAR), 18, '1') AS cohortkey_e,
        lpad(CAST(hash(i % (2 * $people)) % 100000000 AS VARCHAR), 8, '1') || 'h' AS pathwayid,
        DATE '2020-04-01' + CAST(365 * (i % 4) AS INTEGER) AS extract_start_date,
        DATE '2021-03-31' + CAST(365 * (i % 4) AS INTEGER) AS extract_end_date,
        DATE '2024-04-26' AS extract_date,
        DATE '2024-06-03' AS avail_from_dt,
        'NIC-SYNTH' AS nic_number,
        CAST(hash(i + 1) % 100000000000 AS VARCHAR) AS recordnumber,
        1451 AS unique_monthid,
        'ZZ074' AS orgid_provider,
        NULL AS unique_carecontactid,
        NULL AS unique_careactivityid,
        CASE WHEN i % 2 = 0 THEN '720433000' ELSE '445455005' END AS codedasstooltype,
        NULL AS codedasstooltype_fsn,
        CAST(hash(i + 2) % 28 AS VARCHAR) AS persscore,
        DATE '2020-04-01' + CAST(hash(i + 3) % 1461 AS INTEGER) AS asstoolcompdate,
        NULL AS asstoolcomptime,
        37 AS age_assessmentcompletion_date
    FROM range(CAST($rows AS BIGINT)) AS r (i)
) TO $path (FORMAT csv, HEADER)
