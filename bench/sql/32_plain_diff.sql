-- Reads: nhsd.t_hub_v0001, nhsd.t_hub_v0002, linkage.spine. Writes: plain_changes (temporary).
-- Grain: a fact that changed. Parameters: none.
--
-- What a careful engineer would type by hand to learn the same: participants of
-- the freeze's studies, their pathways by a full join of row hashes, values and their shares column by column with
-- the people behind those that moved, means and quartiles.
CREATE OR REPLACE TEMP TABLE plain_changes AS
WITH linked AS (SELECT DISTINCT study, cohortkey_e FROM linkage.spine WHERE freeze_number = 1 AND linked),
before AS (SELECT pathwayid, extract_start_date, extract_end_date, any_value(cohortkey_e) AS person, sum(hash(cohortkey_e, pathwayid, provider, month, gender, ethnicity, area, age, decile, employment, phq9_first, phq9_last, gad7_first, gad7_last, recovery_flag, caseness_flag, referral_date, discharge_date, endcode, complaint, waiting_days)) AS h FROM nhsd.t_hub_v0001 GROUP BY ALL),
after AS (SELECT pathwayid, extract_start_date, extract_end_date, any_value(cohortkey_e) AS person, sum(hash(cohortkey_e, pathwayid, provider, month, gender, ethnicity, area, age, decile, employment, phq9_first, phq9_last, gad7_first, gad7_last, recovery_flag, caseness_flag, referral_date, discharge_date, endcode, complaint, waiting_days)) AS h FROM nhsd.t_hub_v0002 GROUP BY ALL),
pathways AS (
    SELECT
        coalesce(b.person, a.person) AS person,
        CASE WHEN b.h IS NULL THEN 'added' WHEN a.h IS NULL THEN 'removed' WHEN a.h <> b.h THEN 'changed' ELSE 'same' END AS change
    FROM before AS b
    FULL JOIN after AS a USING (pathwayid, extract_start_date, extract_end_date)
)
SELECT 'pathways ' || change AS what, NULL AS value, count(*) AS rows_before, count(DISTINCT person) AS rows_after FROM pathways SEMI JOIN linked ON linked.cohortkey_e = person GROUP BY change
UNION ALL
SELECT 'participants', study, coalesce(b.n, 0), coalesce(a.n, 0)
FROM (SELECT study, count(DISTINCT cohortkey_e) AS n FROM nhsd.t_hub_v0001 JOIN linked USING (cohortkey_e) GROUP BY ALL) AS b
FULL JOIN (SELECT study, count(DISTINCT cohortkey_e) AS n FROM nhsd.t_hub_v0002 JOIN linked USING (cohortkey_e) GROUP BY ALL) AS a USING (study)
UNION ALL
SELECT 'periods', CAST(extract_start_date AS VARCHAR), 0, 0 FROM (SELECT DISTINCT extract_start_date, extract_end_date FROM nhsd.t_hub_v0002 EXCEPT SELECT DISTINCT extract_start_date, extract_end_date FROM nhsd.t_hub_v0001)
UNION ALL
SELECT 'periods gone', CAST(extract_start_date AS VARCHAR), 0, 0 FROM (SELECT DISTINCT extract_start_date, extract_end_date FROM nhsd.t_hub_v0001 EXCEPT SELECT DISTINCT extract_start_date, extract_end_date FROM nhsd.t_hub_v0002)
UNION ALL
SELECT 'provider', CAST(value AS VARCHAR), coalesce(b.n, 0), coalesce(a.n, 0)
FROM (SELECT provider AS value, count(*) AS n FROM nhsd.t_hub_v0001 GROUP BY ALL) AS b
FULL JOIN (SELECT provider AS value, count(*) AS n FROM nhsd.t_hub_v0002 GROUP BY ALL) AS a USING (value)
WHERE b.n IS NULL OR a.n IS NULL OR abs(b.n - a.n) > 0.01 * b.n
UNION ALL
SELECT 'gender', CAST(value AS VARCHAR), coalesce(b.n, 0), coalesce(a.n, 0)
FROM (SELECT gender AS value, count(*) AS n FROM nhsd.t_hub_v0001 GROUP BY ALL) AS b
FULL JOIN (SELECT gender AS value, count(*) AS n FROM nhsd.t_hub_v0002 GROUP BY ALL) AS a USING (value)
WHERE b.n IS NULL OR a.n IS NULL OR abs(b.n - a.n) > 0.01 * b.n
UNION ALL
SELECT 'ethnicity', CAST(value AS VARCHAR), coalesce(b.n, 0), coalesce(a.n, 0)
FROM (SELECT ethnicity AS value, count(*) AS n FROM nhsd.t_hub_v0001 GROUP BY ALL) AS b
FULL JOIN (SELECT ethnicity AS value, count(*) AS n FROM nhsd.t_hub_v0002 GROUP BY ALL) AS a USING (value)
WHERE b.n IS NULL OR a.n IS NULL OR abs(b.n - a.n) > 0.01 * b.n
UNION ALL
SELECT 'area', CAST(value AS VARCHAR), coalesce(b.n, 0), coalesce(a.n, 0)
FROM (SELECT area AS value, count(*) AS n FROM nhsd.t_hub_v0001 GROUP BY ALL) AS b
FULL JOIN (SELECT area AS value, count(*) AS n FROM nhsd.t_hub_v0002 GROUP BY ALL) AS a USING (value)
WHERE b.n IS NULL OR a.n IS NULL OR abs(b.n - a.n) > 0.01 * b.n
UNION ALL
SELECT 'decile', CAST(value AS VARCHAR), coalesce(b.n, 0), coalesce(a.n, 0)
FROM (SELECT decile AS value, count(*) AS n FROM nhsd.t_hub_v0001 GROUP BY ALL) AS b
FULL JOIN (SELECT decile AS value, count(*) AS n FROM nhsd.t_hub_v0002 GROUP BY ALL) AS a USING (value)
WHERE b.n IS NULL OR a.n IS NULL OR abs(b.n - a.n) > 0.01 * b.n
UNION ALL
SELECT 'employment', CAST(value AS VARCHAR), coalesce(b.n, 0), coalesce(a.n, 0)
FROM (SELECT employment AS value, count(*) AS n FROM nhsd.t_hub_v0001 GROUP BY ALL) AS b
FULL JOIN (SELECT employment AS value, count(*) AS n FROM nhsd.t_hub_v0002 GROUP BY ALL) AS a USING (value)
WHERE b.n IS NULL OR a.n IS NULL OR abs(b.n - a.n) > 0.01 * b.n
UNION ALL
SELECT 'recovery_flag', CAST(value AS VARCHAR), coalesce(b.n, 0), coalesce(a.n, 0)
FROM (SELECT recovery_flag AS value, count(*) AS n FROM nhsd.t_hub_v0001 GROUP BY ALL) AS b
FULL JOIN (SELECT recovery_flag AS value, count(*) AS n FROM nhsd.t_hub_v0002 GROUP BY ALL) AS a USING (value)
WHERE b.n IS NULL OR a.n IS NULL OR abs(b.n - a.n) > 0.01 * b.n
UNION ALL
SELECT 'caseness_flag', CAST(value AS VARCHAR), coalesce(b.n, 0), coalesce(a.n, 0)
FROM (SELECT caseness_flag AS value, count(*) AS n FROM nhsd.t_hub_v0001 GROUP BY ALL) AS b
FULL JOIN (SELECT caseness_flag AS value, count(*) AS n FROM nhsd.t_hub_v0002 GROUP BY ALL) AS a USING (value)
WHERE b.n IS NULL OR a.n IS NULL OR abs(b.n - a.n) > 0.01 * b.n
UNION ALL
SELECT 'endcode', CAST(value AS VARCHAR), coalesce(b.n, 0), coalesce(a.n, 0)
FROM (SELECT endcode AS value, count(*) AS n FROM nhsd.t_hub_v0001 GROUP BY ALL) AS b
FULL JOIN (SELECT endcode AS value, count(*) AS n FROM nhsd.t_hub_v0002 GROUP BY ALL) AS a USING (value)
WHERE b.n IS NULL OR a.n IS NULL OR abs(b.n - a.n) > 0.01 * b.n
UNION ALL
SELECT 'complaint', CAST(value AS VARCHAR), coalesce(b.n, 0), coalesce(a.n, 0)
FROM (SELECT complaint AS value, count(*) AS n FROM nhsd.t_hub_v0001 GROUP BY ALL) AS b
FULL JOIN (SELECT complaint AS value, count(*) AS n FROM nhsd.t_hub_v0002 GROUP BY ALL) AS a USING (value)
WHERE b.n IS NULL OR a.n IS NULL OR abs(b.n - a.n) > 0.01 * b.n
UNION ALL
SELECT 'cohortkey_e', 'empty', (SELECT count(*) - count(cohortkey_e) FROM nhsd.t_hub_v0001), (SELECT count(*) - count(cohortkey_e) FROM nhsd.t_hub_v0002)
UNION ALL
SELECT 'pathwayid', 'empty', (SELECT count(*) - count(pathwayid) FROM nhsd.t_hub_v0001), (SELECT count(*) - count(pathwayid) FROM nhsd.t_hub_v0002)
UNION ALL
SELECT 'month', CAST([b.m, b.s, b.q[1], b.q[2], b.q[3], a.m, a.s, a.q[1], a.q[2], a.q[3]] AS VARCHAR), b.n, a.n
FROM (SELECT count(month) AS n, avg(month) AS m, stddev_pop(month) AS s, quantile_disc(month, [0.25, 0.5, 0.75]) AS q FROM nhsd.t_hub_v0001) AS b,
    (SELECT count(month) AS n, avg(month) AS m, stddev_pop(month) AS s, quantile_disc(month, [0.25, 0.5, 0.75]) AS q FROM nhsd.t_hub_v0002) AS a
UNION ALL
SELECT 'age', CAST([b.m, b.s, b.q[1], b.q[2], b.q[3], a.m, a.s, a.q[1], a.q[2], a.q[3]] AS VARCHAR), b.n, a.n
FROM (SELECT count(age) AS n, avg(age) AS m, stddev_pop(age) AS s, quantile_disc(age, [0.25, 0.5, 0.75]) AS q FROM nhsd.t_hub_v0001) AS b,
    (SELECT count(age) AS n, avg(age) AS m, stddev_pop(age) AS s, quantile_disc(age, [0.25, 0.5, 0.75]) AS q FROM nhsd.t_hub_v0002) AS a
UNION ALL
SELECT 'phq9_first', CAST([b.m, b.s, b.q[1], b.q[2], b.q[3], a.m, a.s, a.q[1], a.q[2], a.q[3]] AS VARCHAR), b.n, a.n
FROM (SELECT count(phq9_first) AS n, avg(phq9_first) AS m, stddev_pop(phq9_first) AS s, quantile_disc(phq9_first, [0.25, 0.5, 0.75]) AS q FROM nhsd.t_hub_v0001) AS b,
    (SELECT count(phq9_first) AS n, avg(phq9_first) AS m, stddev_pop(phq9_first) AS s, quantile_disc(phq9_first, [0.25, 0.5, 0.75]) AS q FROM nhsd.t_hub_v0002) AS a
UNION ALL
SELECT 'phq9_last', CAST([b.m, b.s, b.q[1], b.q[2], b.q[3], a.m, a.s, a.q[1], a.q[2], a.q[3]] AS VARCHAR), b.n, a.n
FROM (SELECT count(phq9_last) AS n, avg(phq9_last) AS m, stddev_pop(phq9_last) AS s, quantile_disc(phq9_last, [0.25, 0.5, 0.75]) AS q FROM nhsd.t_hub_v0001) AS b,
    (SELECT count(phq9_last) AS n, avg(phq9_last) AS m, stddev_pop(phq9_last) AS s, quantile_disc(phq9_last, [0.25, 0.5, 0.75]) AS q FROM nhsd.t_hub_v0002) AS a
UNION ALL
SELECT 'gad7_first', CAST([b.m, b.s, b.q[1], b.q[2], b.q[3], a.m, a.s, a.q[1], a.q[2], a.q[3]] AS VARCHAR), b.n, a.n
FROM (SELECT count(gad7_first) AS n, avg(gad7_first) AS m, stddev_pop(gad7_first) AS s, quantile_disc(gad7_first, [0.25, 0.5, 0.75]) AS q FROM nhsd.t_hub_v0001) AS b,
    (SELECT count(gad7_first) AS n, avg(gad7_first) AS m, stddev_pop(gad7_first) AS s, quantile_disc(gad7_first, [0.25, 0.5, 0.75]) AS q FROM nhsd.t_hub_v0002) AS a
UNION ALL
SELECT 'gad7_last', CAST([b.m, b.s, b.q[1], b.q[2], b.q[3], a.m, a.s, a.q[1], a.q[2], a.q[3]] AS VARCHAR), b.n, a.n
FROM (SELECT count(gad7_last) AS n, avg(gad7_last) AS m, stddev_pop(gad7_last) AS s, quantile_disc(gad7_last, [0.25, 0.5, 0.75]) AS q FROM nhsd.t_hub_v0001) AS b,
    (SELECT count(gad7_last) AS n, avg(gad7_last) AS m, stddev_pop(gad7_last) AS s, quantile_disc(gad7_last, [0.25, 0.5, 0.75]) AS q FROM nhsd.t_hub_v0002) AS a
UNION ALL
SELECT 'waiting_days', CAST([b.m, b.s, b.q[1], b.q[2], b.q[3], a.m, a.s, a.q[1], a.q[2], a.q[3]] AS VARCHAR), b.n, a.n
FROM (SELECT count(waiting_days) AS n, avg(waiting_days) AS m, stddev_pop(waiting_days) AS s, quantile_disc(waiting_days, [0.25, 0.5, 0.75]) AS q FROM nhsd.t_hub_v0001) AS b,
    (SELECT count(waiting_days) AS n, avg(waiting_days) AS m, stddev_pop(waiting_days) AS s, quantile_disc(waiting_days, [0.25, 0.5, 0.75]) AS q FROM nhsd.t_hub_v0002) AS a
UNION ALL
SELECT 'referral_date', CAST(b.q AS VARCHAR) || CAST(a.q AS VARCHAR), b.n, a.n
FROM (SELECT count(referral_date) AS n, avg(epoch(referral_date)) AS m, stddev_pop(epoch(referral_date)) AS s, quantile_disc(referral_date, [0.25, 0.5, 0.75]) AS q FROM nhsd.t_hub_v0001) AS b,
    (SELECT count(referral_date) AS n, avg(epoch(referral_date)) AS m, stddev_pop(epoch(referral_date)) AS s, quantile_disc(referral_date, [0.25, 0.5, 0.75]) AS q FROM nhsd.t_hub_v0002) AS a
UNION ALL
SELECT 'discharge_date', CAST(b.q AS VARCHAR) || CAST(a.q AS VARCHAR), b.n, a.n
FROM (SELECT count(discharge_date) AS n, avg(epoch(discharge_date)) AS m, stddev_pop(epoch(discharge_date)) AS s, quantile_disc(discharge_date, [0.25, 0.5, 0.75]) AS q FROM nhsd.t_hub_v0001) AS b,
    (SELECT count(discharge_date) AS n, avg(epoch(discharge_date)) AS m, stddev_pop(epoch(discharge_date)) AS s, quantile_disc(discharge_date, [0.25, 0.5, 0.75]) AS q FROM nhsd.t_hub_v0002) AS a
UNION ALL
SELECT 'people with provider', value, coalesce(b.n, 0), coalesce(a.n, 0)
FROM (SELECT provider AS value, count(DISTINCT cohortkey_e) AS n FROM nhsd.t_hub_v0001 SEMI JOIN linked USING (cohortkey_e) WHERE provider IN ('R999') GROUP BY ALL) AS b
FULL JOIN (SELECT provider AS value, count(DISTINCT cohortkey_e) AS n FROM nhsd.t_hub_v0002 SEMI JOIN linked USING (cohortkey_e) WHERE provider IN ('R999') GROUP BY ALL) AS a USING (value)
UNION ALL
SELECT 'people with employment', value, coalesce(b.n, 0), coalesce(a.n, 0)
FROM (SELECT employment AS value, count(DISTINCT cohortkey_e) AS n FROM nhsd.t_hub_v0001 SEMI JOIN linked USING (cohortkey_e) WHERE employment IN ('01', '12') GROUP BY ALL) AS b
FULL JOIN (SELECT employment AS value, count(DISTINCT cohortkey_e) AS n FROM nhsd.t_hub_v0002 SEMI JOIN linked USING (cohortkey_e) WHERE employment IN ('01', '12') GROUP BY ALL) AS a USING (value)
UNION ALL
SELECT 'people with other waiting_days', NULL, count(b.h), count(a.h)
FROM (SELECT cohortkey_e, sum(hash(waiting_days)) AS h FROM nhsd.t_hub_v0001 SEMI JOIN linked USING (cohortkey_e) WHERE waiting_days IS NOT NULL GROUP BY ALL) AS b
FULL JOIN (SELECT cohortkey_e, sum(hash(waiting_days)) AS h FROM nhsd.t_hub_v0002 SEMI JOIN linked USING (cohortkey_e) WHERE waiting_days IS NOT NULL GROUP BY ALL) AS a USING (cohortkey_e)
WHERE a.h IS DISTINCT FROM b.h
