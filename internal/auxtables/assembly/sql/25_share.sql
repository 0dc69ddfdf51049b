-- Reads: a generation's staged tables, accepted_submissions. Writes: {{table}}
-- (temporary). Grain: that of the shared query. Parameters: none.
CREATE OR REPLACE TEMP TABLE {{table}} AS
{{query}}
