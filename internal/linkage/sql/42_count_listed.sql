-- Reads: positive_list and mapping (temporary), linkage.spine, linkage.listed.
-- Grain: one row. Parameters: freeze.
SELECT
    (SELECT count(*) FROM positive_list) AS lines,
    (SELECT count(DISTINCT person_key) FROM positive_list) AS listed,
    (SELECT count(DISTINCT person_key) FROM positive_list WHERE person_key IN (SELECT cohortkey_e FROM mapping)) AS mapped,
    (SELECT coalesce(sum(matched_section_251), 0)::BIGINT FROM linkage.listed WHERE freeze_number = $freeze) AS matched_section_251,
    (SELECT count(*) FROM linkage.spine WHERE freeze_number = $freeze AND linked AND basis = 'section 251') AS linked_section_251
