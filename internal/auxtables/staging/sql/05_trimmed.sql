-- Reads: nothing. Writes: the temporary macro trimmed(cell): text without blanks around it, NULL
-- for nothing. Grain: a cell. Parameters: none.
--
-- trim reads every character. Only cells that may have blanks to take off go
-- through it: those that begin with a space or sort before it, those that end
-- with one, and those that are not ASCII, where a blank may be another character.
CREATE OR REPLACE TEMP MACRO trimmed(cell) AS
    CASE
        WHEN cell < '!' OR suffix(cell, ' ') OR strlen(cell) > length(cell)
        THEN nullif(trim(cell), '')
        ELSE cell
    END
