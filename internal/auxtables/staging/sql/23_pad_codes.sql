-- Reads: the macro trimmed. Writes: raw_cells (temporary), where a code is written with other leading zeros
-- than in its list. Grain: a cell. Parameters: given, the ways of writing;
-- listed, the code of each.
UPDATE raw_cells
SET {{column}} = $listed[list_position($given, trimmed({{column}}))]
WHERE list_contains($given, trimmed({{column}}))
