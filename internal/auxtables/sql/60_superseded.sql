-- Reads: the staged headers of a generation, accepted_submissions (temporary).
-- Grain: a submission that another stands over. Parameters: generation.
SELECT
    coalesce({{provider}}, '') AS provider,
    coalesce(strftime(min({{period_start}}), '%Y-%m'), '') AS month,
    {{id}} AS submission,
    coalesce(min({{file_type}}), '') AS file_type
FROM {{table}}
WHERE {{id}} NOT IN (SELECT uniquesubmissionid FROM accepted_submissions WHERE generation = $generation)
GROUP BY {{provider}}, {{id}}
ORDER BY provider, month, submission
