-- Reads: a query of rows. Grain: one row of the query each, of a listed code.
-- Parameters: codes_COLUMN, the codes; begin_COLUMN, a pattern of how others
-- begin, or NULL; uncoded_COLUMN, whether rows without a code stay (codes_,
-- begin_ and uncoded_ with the column's name behind), and those of the query.
SELECT *
FROM ({{query}})
WHERE {{column}} IN (SELECT unnest($codes_{{column}}))
    OR regexp_matches({{column}}, $begin_{{column}})
    OR ({{column}} IS NULL AND $uncoded_{{column}})
