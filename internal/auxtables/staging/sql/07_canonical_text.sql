-- Reads: nothing. Writes: the temporary macro canonical_text(cell): words that somebody typed, as
-- they are. Grain: a cell without blanks around it. Parameters: none.
CREATE OR REPLACE TEMP MACRO canonical_text(cell) AS cell
