-- Reads: nhsd.iapt_coded_scored_assessments_v0003, plain_people (temporary).
-- Writes: a Parquet file. Grain: a row of the window. Parameters: path.
--
-- By hand: ids ready-made, pathways as they are, every column in the order.
COPY (
    SELECT
        p.llc_0042_stud_id,
        s.pathwayid,
        s.extract_end_date,
        s.codedasstooltype,
        s.persscore,
        s.asstoolcompdate
    FROM nhsd.iapt_coded_scored_assessments_v0003 AS s
    JOIN plain_people AS p
        ON p.cohortkey_e = s.cohortkey_e
    WHERE s.asstoolcompdate IS NULL
        OR (s.asstoolcompdate >= DATE '2020-09-01' AND s.asstoolcompdate < DATE '2024-04-01')
    ORDER BY ALL
) TO $path (FORMAT parquet, COMPRESSION zstd)
