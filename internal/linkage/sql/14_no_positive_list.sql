-- Writes: positive_list (temporary), empty. Grain: a person key. Parameters: none.
CREATE OR REPLACE TEMP TABLE positive_list (person_key VARCHAR)
