-- Reads: nhsd.iapt_coded_scored_assessments_v0003, plain_people (temporary).
-- Writes: a Parquet file. Grain: a row of the latest extract period of each
-- pathway and financial year. Parameters: path.
COPY (
    WITH latest AS (
        SELECT
            pathwayid,
            year(extract_start_date - INTERVAL 3 MONTH) AS financial_year,
            max(extract_end_date) AS extract_end_date
        FROM nhsd.iapt_coded_scored_assessments_v0003
        WHERE cohortkey_e IN (SELECT cohortkey_e FROM plain_people)
        GROUP BY ALL
    )
    SELECT
        p.llc_0042_stud_id,
        s.pathwayid,
        s.codedasstooltype,
        s.persscore,
        s.asstoolcompdate
    FROM nhsd.iapt_coded_scored_assessments_v0003 AS s
    JOIN plain_people AS p
        ON p.cohortkey_e = s.cohortkey_e
    JOIN latest AS l
        ON l.pathwayid = s.pathwayid
        AND l.financial_year = year(s.extract_start_date - INTERVAL 3 MONTH)
        AND l.extract_end_date = s.extract_end_date
    ORDER BY ALL
) TO $path (FORMAT parquet, COMPRESSION zstd)
