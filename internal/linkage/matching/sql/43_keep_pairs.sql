-- Writes: pairs (temporary). Grain: a pair of records. Parameters: those of the query.
CREATE OR REPLACE TEMP TABLE pairs AS
{{query}}
