-- Reads: a query of rows with participants. Grain: one row of the query each, a
-- date moved by the participant's own days. Parameters: those of the query.
--
-- A day that stands for none, such as 1 January 1900 or 31 December 9999, would
-- tell by how much it was moved: it is left empty.
SELECT * REPLACE (
    CASE
        WHEN {{column}} > DATE '1901-01-01' AND {{column}} < DATE '2100-01-01' THEN {{column}} + _shift_days
    END AS {{column}}
)
FROM ({{query}})
